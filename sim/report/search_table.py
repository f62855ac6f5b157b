"""The tables of a search: for the screen, and tidy for files."""

import math

import pandas as pd

from sim.report.quantities import shown, unit
from sim.report.text import aligned
from sim.study.decision.aims import Limit, sign
from sim.study.decision.levers import Setting
from sim.study.decision.search import AS_IT_STANDS, BASELINE, Search
from sim.study.statistics import Interval, mean_interval


def search_table(search: Search) -> str:
    """Return what a search found as text: settings, what they promised, what they do on fresh seeds."""
    return "\n\n".join(
        [_head(search), _settings(search), _effects(search), *_limits(search), _answer(search)]
    )


def setting(value: Setting) -> str:
    """Return a setting as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}"


def _head(search: Search) -> str:
    scenario = search.scenario
    limits = "; ".join(str(limit) for limit in search.limits) or "none"
    judged = len(search.judged())
    lines = [
        f"{scenario.title or scenario.name}: {scenario.customers.count:,} customers, "
        f"{scenario.time.horizon:g} years; money in {scenario.economics.currency} per customer",
        f"levers of '{search.strategy.name}' for {' and '.join(search.objectives)} "
        f"against '{search.baseline.name}'; limits: {limits}",
        f"{len(search.trials)} settings tried on the same {len(search.seeds)} seeds, "
        f"{len(search.feasible())} of them within the limits",
    ]
    if judged < len(search.trials):
        problem = next(trial.problem for trial in search.trials if trial.problem)
        lines.append(f"{len(search.trials) - judged} cannot be carried out, the first for: {problem}")
    return "\n".join(lines)


def _settings(search: Search) -> str:
    paths = [lever.path for lever in search.levers]
    rows = [["setting", *paths]]
    for number in search.found:
        rows.append([f"{number}", *(setting(search.trials[number].point[path]) for path in paths)])
    return aligned(rows, head=True, numbers=True)


def _effects(search: Search) -> str:
    others = [name for name in search.metrics if name not in search.objectives]
    currency = search.scenario.economics.currency
    rows = [
        ["setting", "metric", "unit", "as searched", "on fresh seeds", f"against '{search.strategy.name}'"]
    ]
    for number in search.found:
        for name in (*search.objectives, *others):
            rows.append(
                [
                    f"{number}",
                    name,
                    unit(name, currency),
                    shown(name, search.effect(number, name)),
                    shown(name, search.effect(number, name, fresh=True)),
                    shown(name, search.gain(number, name)),
                ]
            )
    together = "" if len(search.found) == 1 else ", which hold together for all settings of a metric"
    return (
        f"against '{search.baseline.name}', same customers, same luck; the {len(search.fresh_seeds)} fresh "
        f"seeds were not searched on (95 % intervals{together}):\n\n{aligned(rows, head=True)}"
    )


def _limits(search: Search) -> list[str]:
    if not search.limits:
        return []
    rows = [["setting", "limit", "as searched", "on fresh seeds", ""]]
    for number in search.found:
        for limit in search.limits:
            again = search.limited(number, limit, fresh=True)
            rows.append(
                [
                    f"{number}",
                    str(limit),
                    _held(limit, search.limited(number, limit)),
                    _held(limit, again),
                    kept(limit, again),
                ]
            )
    return [aligned(rows, head=True)]


def _held(limit: Limit, interval: Interval) -> str:
    """Return what a limit is held against, in the units in which the limit is given."""
    mean, low, high = interval
    if math.isnan(mean):
        return "nothing counted"
    return f"{mean:,.5g}" if math.isnan(low) else f"{mean:,.5g} [{low:,.5g}, {high:,.5g}]"


def kept(limit: Limit, interval: Interval) -> str:
    """Return in a word whether a limit is kept, by the interval of what it is held against."""
    mean, low, high = interval
    if math.isnan(mean):
        return "kept"
    if math.isnan(low):
        return "kept" if limit.excess(mean) <= 0.0 else "broken"
    if limit.low <= low and high <= limit.high:
        return "kept"
    return "broken" if high < limit.low or low > limit.high else "open"


def _answer(search: Search) -> str:
    if not search.feasible():
        number = search.found[0]
        worst = max(search.limits, key=lambda limit: _excess(search, number, limit))
        return (
            f"no setting within the limits was found; setting {number} comes nearest, "
            f"it breaks '{worst}' by {_excess(search, number, worst) * worst.scale:,.4g}."
        )
    if len(search.objectives) > 1:
        front = len(search.front())
        some = (
            f"; {len(search.found)} of them, far apart, were run again" if front > len(search.found) else ""
        )
        return (
            f"{front} settings that no other beats in everything{some}: which to take is a choice of yours."
        )
    number, name = search.found[0], search.objectives[0]
    usual = _verdict(name, search.gain(number, name))
    alone = _verdict(name, search.effect(number, name, fresh=True))
    return (
        f"in {name} setting {number} is {usual} than '{search.strategy.name}' as it stands, "
        f"and {alone} than '{search.baseline.name}'; {_at_edges(search, number)}"
    )


def _verdict(name: str, difference: Interval) -> str:
    ends = sorted(sign(name) * end for end in (difference.low, difference.high))
    return "better" if ends[0] > 0.0 else "worse" if ends[1] < 0.0 else "not clearly better"


def _at_edges(search: Search, number: int) -> str:
    """Say which of the levers stand where the search was not allowed to go on."""
    point = search.trials[number].point
    at = [lever.path for lever in search.levers if lever.at_edge(point[lever.path])]
    if not at:
        return "no lever stands at the edge of its range."
    return f"at the edge of what was searched: {', '.join(at)}."


def _excess(search: Search, number: int, limit: Limit) -> float:
    return limit.excess(search.limited(number, limit).mean) / limit.scale


def trials_frame(search: Search) -> pd.DataFrame:
    """Return one row per setting tried: its levers, its metrics and their paired differences."""
    judged, feasible, front = search.judged(), set(search.feasible()), set(search.front())
    rows = []
    for number, trial in enumerate(search.trials):
        row: dict[str, object] = {"setting": number, **trial.point}
        row |= {"within_limits": number in feasible, "front": number in front, "problem": trial.problem}
        if number in judged:
            for name in search.metrics:
                row[name] = search.level(number, name).mean
                difference = search.effect(number, name)
                row |= dict(
                    zip(
                        (f"{name}_difference", f"{name}_difference_low", f"{name}_difference_high"),
                        difference,
                        strict=True,
                    )
                )
        rows.append(row)
    return pd.DataFrame(rows)


def found_frame(search: Search) -> pd.DataFrame:
    """Return one row per setting found and metric: as searched, on fresh seeds, as the strategy stands."""
    rows = []
    for number in search.found:
        for place, name in enumerate(search.metrics):
            fresh = mean_interval(search.fresh[number][:, place], search.confidence)
            rows.append(
                {
                    "setting": number,
                    "metric": name,
                    "baseline": mean_interval(search.fresh[BASELINE][:, place]).mean,
                    "as_it_stands": mean_interval(search.fresh[AS_IT_STANDS][:, place]).mean,
                    **_limited("level", fresh),
                    **_limited("searched_difference", search.effect(number, name)),
                    **_limited("difference", search.effect(number, name, fresh=True)),
                    **_limited("gain", search.gain(number, name)),
                    "confidence": search.confidence,
                    "replications": len(search.fresh_seeds),
                }
            )
    return pd.DataFrame(rows)


def _limited(name: str, interval: Interval) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), interval, strict=True))
