"""What a validation found, as rows of a table and as a Markdown page."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.evidence.broken import is_part
from sim.evidence.check import COUNTED, LABELS, OUTCOMES, Label, Reading, Result
from sim.evidence.checks import LEFT_OUT
from sim.evidence.validation import Task, broken_named

COLUMNS = (
    "check",
    "broken",
    "title",
    "label",
    "counts",
    "outcome",
    "reason",
    "target",
    "published",
    "lowest",
    "highest",
    "value",
    "ci_low",
    "ci_high",
    "seeds",
    "customers",
    "target_outcome",
    "control",
    "control_value",
    "control_low",
    "control_high",
    "control_distance",
    "control_fails",
    "source",
    "design",
    "seconds",
)

Results = Mapping[Task, Result]


def rows(results: Results) -> Iterator[dict[str, Any]]:
    """Yield a row per target of every check that was run, broken behaviours included."""
    for task, result in results.items():
        check = result.check
        for reading, control in zip(result.readings, result.control, strict=True):
            yield {
                "check": check.name,
                "broken": task.broken,
                "title": check.title,
                "label": check.label,
                "counts": result.counts and not task.broken,
                "outcome": result.outcome,
                "reason": result.reason,
                "target": reading.target.name,
                "published": reading.target.published,
                "lowest": reading.target.low,
                "highest": reading.target.high,
                "value": reading.value,
                "ci_low": reading.low,
                "ci_high": reading.high,
                "seeds": reading.seeds,
                "customers": check.customers,
                "target_outcome": reading.outcome,
                "control": check.control.text,
                "control_value": control.value,
                "control_low": control.low,
                "control_high": control.high,
                "control_distance": control.distance,
                "control_fails": result.control_fails,
                "source": check.source,
                "design": check.design,
                "seconds": result.seconds,
            }


def sound(results: Results) -> dict[Task, Result]:
    """Return the results of the simulator as it is, without those of broken behaviours."""
    return {task: result for task, result in results.items() if not task.broken}


def planted(results: Results) -> dict[tuple[str, str], list[Task]]:
    """Return the tasks of every planted fault, by what is broken and the check that has to notice."""
    found: dict[tuple[str, str], list[Task]] = {}
    for task in results:
        if task.broken:
            names = broken_named(task.broken).fails
            name = next(one for one in names if is_part(task.check, one))
            found.setdefault((task.broken, name), []).append(task)
    return found


def noticed(tasks: Iterable[Task], results: Results) -> bool:
    """Return whether a check, or a part of it, notices a fault: a target that agreed does not any more."""
    return any(lost(task, results) for task in tasks)


def lost(task: Task, results: Results) -> list[Reading]:
    """Return what a check reads under a broken behaviour where it agrees without it.

    Where the sound result is not at hand, every target counts as one that agrees.
    """
    sound_result = results.get(Task(task.check))
    before = {part.target.name for part in sound_result.readings if part.agrees} if sound_result else None
    return [
        part
        for part in results[task].readings
        if not part.agrees and (before is None or part.target.name in before)
    ]


def tally(results: Iterable[Result]) -> dict[str, int]:
    """Return how many results there are of each outcome."""
    found = list(results)
    return {outcome: sum(result.outcome == outcome for result in found) for outcome in OUTCOMES}


def headline(results: Results) -> str:
    """Return in words how many checks pass, those alone that count."""
    own = list(sound(results).values())
    counted = [result for result in own if result.counts]
    numbers = tally(counted)
    text = (
        f"{numbers['pass']} of {len(counted)} checks that count pass, {numbers['fail']} fail, "
        f"{numbers['open']} open"
    )
    missed = sum(result.outcome == "open" and result.misses for result in counted)
    if numbers["open"]:
        text += f" ({missed} miss a target and say why, {numbers['open'] - missed} cannot be decided)"
    for label in COUNTED:
        own_label = [result for result in counted if result.check.label == label]
        if own_label:
            text += f"; {label}: {tally(own_label)['pass']} of {len(own_label)}"
    others = len(own) - len(counted)
    controls = sum(result.control_fails for result in own)
    text += f"; {others} more not counted; {controls} of {len(own)} controls fail as they must"
    faults = planted(results)
    if faults:
        seen = sum(noticed(tasks, results) for tasks in faults.values())
        planted_faults = len({fault for fault, _ in faults})
        text += f"; {planted_faults} planted faults, noticed by {seen} of {len(faults)} checks that should"
    return text


def by_label(results: Results) -> list[tuple[Label, str, int, int, int, int]]:
    """Return per label its name, what it means, checks, and how many pass, fail and are open."""
    found = []
    for label, meaning in LABELS.items():
        own = [result for result in sound(results).values() if result.check.label == label]
        numbers = tally(own)
        found.append((label, meaning, len(own), numbers["pass"], numbers["fail"], numbers["open"]))
    return found


def page(results: Results) -> str:
    """Return the whole page as Markdown."""
    own = sound(results)
    parts = [
        "# What the simulator reproduces, and what it does not",
        "",
        "Written by `tenure validate`. Each check holds what the simulator gives against a published figure "
        "or against what follows from a definition.",
        "",
        f"**{headline(results)}.**",
        "",
        *_how_decided(),
        "",
        "## In short",
        "",
        *_table(
            ("label", "meaning", "in the headline", "checks", "pass", "fail", "open"),
            [
                (label, meaning, "yes" if label in COUNTED else "no", *(str(number) for number in numbers))
                for label, meaning, *numbers in by_label(results)
            ],
        ),
        "",
        *_table(
            ("check", "what", "label", "outcome", "why"),
            [
                (
                    f"[{result.check.name}](#{result.check.name.lower()})",
                    result.check.title,
                    result.check.label,
                    f"**{result.outcome}**" if result.outcome != "pass" else "pass",
                    result.reason,
                )
                for result in own.values()
            ],
        ),
        "",
        "Left out: " + "; ".join(f"{name}, {why}" for name, why in LEFT_OUT.items()) + ".",
        "",
        *_credentials(results),
        "## Check by check",
        "",
    ]
    for result in own.values():
        parts += _section(result)
    return "\n".join(parts).rstrip() + "\n"


def _how_decided() -> list[str]:
    return [
        "How it is decided: a target is two limits. It agrees if the 90 % interval of the simulated value "
        "over seeds lies inside them, which is two one-sided tests at 5 % each (Schuirmann 1987); a sign is "
        "a limit of 0. It is open where only the value itself lies inside, and fails where that lies "
        "outside. A check passes if all of its targets agree and its control, an ablation or a treatment "
        "that is none, does not where it must not (marked in the tables). What cannot be mended within the "
        "stated ranges is open, with the reason; a miss without one fails; no limit is moved. The number of "
        "customers and seeds is the budget of a check and stands with it; where a first run could decide "
        "neither way, it was raised (C5, C23a, I1c, I4c).",
        "",
        "What is not blind: nobody set these figures aside before the model was written. *Fitted* says that "
        "a default was set to the figure. *Out of sample* says that none was, not that the figure was "
        "unknown; where a choice in the design was made with results in sight, the design says so.",
    ]


def _credentials(results: Results) -> list[str]:
    lines = []
    for (name, check), tasks in planted(results).items():
        missed = [reading for task in tasks for reading in lost(task, results)]
        shown = "; ".join(f"{one.target.name}: {_interval(one)}, asked {one.target.limits}" for one in missed)
        how = ", ".join(f"`{path}={value:g}`" for path, value in broken_named(name).planted.items())
        lines.append((name, how, check, "yes" if missed else "**no**", shown or "–"))
    if not lines:
        return []
    return [
        "## Broken on purpose",
        "",
        "The same checks with a behaviour broken. A check that did not notice would be worth nothing. C1 "
        "stands for C1a and C1b, and so on.",
        "",
        *_table(("what is broken", "how", "check", "noticed", "what it then shows"), lines),
        "",
    ]


def _section(result: Result) -> list[str]:
    check = result.check
    lines = []
    for reading, control in zip(result.readings, result.control, strict=True):
        lines.append(
            (
                reading.target.name,
                reading.target.published or "–",
                reading.target.limits,
                _interval(reading),
                reading.outcome,
                _interval(control),
                _number(control.distance),
                "yes" if reading.target.name in result.to_be_missed else "",
            )
        )
    size = f"{check.customers:,} customers, {check.seeds} seeds" if check.seeds > 1 else "exact"
    return [
        f"### {check.name}",
        "",
        f"**{check.title}**: {result.outcome} ({check.label})"
        + (f". {result.reason}" if result.reason else ""),
        "",
        f"- source: {check.source}",
        f"- design: {check.design} ({size})",
        f"- control that must fail: {check.control.text}; it "
        + ("fails" if result.control_fails else "**does not fail**"),
        "",
        *_table(
            (
                "target",
                "published",
                "asked",
                "simulated",
                "outcome",
                "control gives",
                "outside by",
                "must be missed",
            ),
            lines,
        ),
        "",
    ]


def _interval(reading: Reading) -> str:
    if reading.seeds == 1:
        return _number(reading.value)
    return f"{_number(reading.value)} [{_number(reading.low)}, {_number(reading.high)}]"


def _number(value: float) -> str:
    if math.isnan(value):
        return "no value"
    return "infinite" if math.isinf(value) else f"{value:.4g}"


def _table(head: tuple[str, ...], cells: Iterable[Iterable[str]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *cells]
    return ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines]
