"""The commands that only tell: what there is, with units, ranges and sources."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.text import aligned
from sim.world.errors import ConfigurationError

if TYPE_CHECKING:
    from sim.language.words import Words
    from sim.report.odd import Check

Folders = tuple[Path, ...]
LISTED = ("scenarios", "strategies", "presets", "levers", "parameters", "metrics")
"""Listings that are told in several languages; with them, the order of a tick."""
SAMPLES = {"scenario": "NAME", "lang": "ru"}
"""What may follow a listing."""


def listing(name: str, words: Sequence[str], folders: Folders) -> str:
    """Return the text of a listing command.

    Parameters
    ----------
    name
        scenarios, strategies, presets, levers, parameters, metrics, order or odd.
    words
        What follows it: lang=LANGUAGE, and scenario=NAME for strategies.
    folders
        A user's own folders.

    Raises
    ------
    ConfigurationError
        If something follows that the command does not know.
    """
    from sim.language.words import words as in_language

    known = {"scenario": ("strategies",), "lang": (*LISTED, "order")}
    given = {}
    for word in words:
        key, _, value = word.partition("=")
        if name not in known.get(key, ()) or not value:
            takes = [f"{key}={sample}" for key, sample in SAMPLES.items() if name in known[key]]
            advice = f"write {' or '.join(takes)}" if takes else f"tenure {name} takes nothing more"
            raise ConfigurationError(word, f"is not understood by tenure {name}", advice)
        given[key] = value
    said = in_language(given.get("lang", "en"))
    if name == "scenarios":
        return scenarios(folders, said)
    if name == "presets":
        return presets(folders, said)
    if name == "strategies":
        return strategies(given.get("scenario"), folders, said)
    if name == "odd":
        return odd()
    return {"levers": levers, "parameters": parameters, "metrics": metrics, "order": order}[name](said)


def _headings(said: "Words", *names: str) -> tuple[str, ...]:
    return tuple(said.text(f"registry.heading.{name}") for name in names)


def scenarios(folders: Folders, said: "Words") -> str:
    """Return the scenarios there are: name, title, file."""
    from sim.world.library import load_scenario, scenario_files

    rows = [_headings(said, "scenario", "title", "from")]
    for name, path in sorted(scenario_files(folders).items()):
        rows.append((name, said.title(load_scenario(name, folders)), _place(path, said)))
    return aligned(rows, head=True)


def presets(folders: Folders, said: "Words") -> str:
    """Return the presets there are: name, title, what they set, source."""
    from sim.world.library import load_preset, preset_files

    rows = [_headings(said, "preset", "title", "sets", "source")]
    for name in sorted(preset_files(folders)):
        preset = load_preset(name, folders)
        values = [f"{path}={value}" for path, value in preset.values.items()]
        rows.append((name, said.phrase(preset.title), values[0], said.phrase(preset.source)))
        rows += [("", "", value, "") for value in values[1:]]
    return aligned(rows, head=True)


def strategies(scenario_name: str | None, folders: Folders, said: "Words") -> str:
    """Return the strategies there are for a scenario: name, title, levers, file."""
    from sim.cli.plan import default_choices
    from sim.world.compatibility import check_compatible
    from sim.world.library import load_scenario, load_strategy, strategy_files, strategy_names

    if scenario_name is None:
        scenario_name = str(default_choices()["scenario"])
    scenario = load_scenario(scenario_name, folders)
    general = strategy_files(folders)
    rows = [_headings(said, "strategy", "title", "levers", "from")]
    for name in strategy_names(scenario, folders):
        strategy = load_strategy(name, scenario, folders)
        own = name in scenario.strategies
        home = said.text("registry.from_scenario") if own else _place(general[name], said)
        try:
            check_compatible(scenario, strategy)
        except ConfigurationError as error:
            reason = error.problem if said.language == "en" else error.key  # mistakes are told in English
            home += "; " + said.text("registry.not_here", reason=reason)
        levers = ", ".join(strategy.levers()) or said.text("registry.no_levers")
        rows.append((name, said.title(strategy), levers, home))
    return f"{said.text('registry.strategies', scenario=scenario.name)}\n\n{aligned(rows, head=True)}"


def levers(said: "Words") -> str:
    """Return every lever with its reason, then every parameter of a strategy."""
    from sim.world.strategy import Strategy

    settings = aligned(registry_rows("lever", Strategy, said), head=True)
    return "\n\n".join((aligned(lever_rows(said), head=True), said.text("registry.levers"), settings))


def parameters(said: "Words") -> str:
    """Return every parameter of a scenario."""
    from sim.world.scenario import Scenario

    rows = registry_rows("parameter", Scenario, said)
    return f"{said.text('registry.parameters')}\n\n{aligned(rows, head=True)}"


def metrics(said: "Words") -> str:
    """Return every metric, see `metric_rows`."""
    return aligned(metric_rows(said), head=True)


Rows = list[tuple[str, ...]]


def lever_rows(said: "Words") -> Rows:
    """Return a head, then every lever: name, what it is called, and why one pulls it."""
    from sim.world.strategy import lever_names

    rows = [_headings(said, "lever", "name", "why")]
    return rows + [(name, said.lever(name), said.lever_reason(name)) for name in lever_names()]


def metric_rows(said: "Words") -> Rows:
    """Return a head, then every metric: name, what it is called, unit, formula, and what one sees by it."""
    from sim.study.metrics import METRICS

    rows = [_headings(said, "metric", "name", "unit", "formula", "why")]
    for name, metric in METRICS.items():
        why = said.metric_reason(name)
        rows.append((name, said.metric(name), _unit(metric.unit, said), said.phrase(metric.formula), why))
    return rows


def registry_rows(heading: str, kind: type, said: "Words") -> Rows:
    """Return a head, then the registry of a description: path, unit, range, default, meaning, source."""
    from sim.world.parameter import registry

    rows = [_headings(said, heading, "unit", "range", "default", "meaning", "mark_and_source")]
    for path, entry in registry(kind):
        if entry.unit in ("text", "texts") or path.startswith(("strategies.", "evidence.")):
            continue
        source = said.phrase(entry.mark)
        if entry.source != entry.mark:
            source = said.text("registry.source", mark=source, source=said.phrase(entry.source))
        rows.append(
            (
                *(path, _unit(entry.unit, said), said.range(entry), _default(entry.default, said)),
                *(said.phrase(entry.meaning), source),
            )
        )
    return rows


def _unit(english: str, said: "Words") -> str:
    return "" if english == "1" else said.phrase(english)


def _default(value: object, said: "Words") -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"  # as it is typed
    return said.text("registry.all") if value == () else str(value)


def order(said: "Words") -> str:
    """Return the steps of a tick in their order."""
    from sim.behaviour.tick import STEPS

    steps = enumerate(STEPS, start=1)
    return aligned([(f"{place}", said.phrase(step), said.phrase(how)) for place, (step, how) in steps])


def odd() -> str:
    """Return the description of the model by the ODD protocol, without its last line break."""
    from sim.report.odd import model_description

    return model_description(patterns()).removesuffix("\n")


def patterns() -> "list[Check]":
    """Return the checks of the model in the form in which its description lists them."""
    from sim.evidence.checks import CHECKS
    from sim.report.odd import Check

    return [
        Check(one.name, one.title, one.source, f"tenure validate {one.name}", one.mechanisms)
        for one in CHECKS
    ]


def _place(path: Path, said: "Words") -> str:
    from sim.world.library import shipped

    if path.is_relative_to(shipped("scenarios")):
        return said.text("registry.shipped")
    if path.is_relative_to(shipped("conf")):
        return said.text("registry.shipped_general")
    return str(path)
