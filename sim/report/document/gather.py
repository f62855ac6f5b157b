"""Take from a comparison what a report tells of it."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

import sim
from sim.report.document.assumed import decisive, levers_set, marks
from sim.report.document.findings import (
    CHANGES,
    LEVELS,
    STAYS,
    WORTH,
    Called,
    Cash,
    Curve,
    Decider,
    Drawn,
    Findings,
    Open,
    Option,
    Precise,
    Remake,
)
from sim.report.document.remake import in_python
from sim.report.figures import active, profit, satisfaction
from sim.study.comparison import Comparison
from sim.study.decision.money import account
from sim.study.metrics import PRICED
from sim.study.statistics import Interval, band
from sim.world.scenario import DAYS_PER_YEAR, Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
POINTS = 105
"""Points of a curve at most: a week each over two years; more cannot be told apart on a page."""
DIGITS = 6
"""Digits of a point that are kept."""
JUDGED = (STAYS, WORTH)


def findings(comparison: Comparison, remake: Remake | None = None, changed: Iterable[str] = ()) -> Findings:
    """Return what a report tells of a comparison.

    Parameters
    ----------
    comparison
        What was compared.
    remake
        How to make it again; in Python, where it is left out.
    changed
        Paths, as on the command line, of values that were set there.
    """
    scenario = comparison.scenario
    shown = _shown(comparison)
    days = next(iter(comparison.outcomes[comparison.baseline])).kpis["day"]
    drawn = _drawn(comparison)
    together = {metric: comparison.simultaneous(metric) for metric in JUDGED}
    parts = {segment: comparison.of_segment(segment) for segment in comparison.peopled_segments()}
    leaders = {metric: tuple(comparison.leaders(metric)) for metric in JUDGED}
    judged = JUDGED if len(comparison.strategies) > 1 else ()
    leads = {metric: _lead(comparison, metric, leaders[metric]) for metric in judged}
    return Findings(
        version=sim.__version__,
        scenario=_called(scenario),
        contractual=scenario.customers.relation == "contractual",
        customers=scenario.customers.count,
        years=scenario.time.horizon,
        currency=scenario.economics.currency,
        segments=tuple(comparison.peopled_segments()),
        baseline=comparison.baseline,
        options=tuple(_option(comparison, one, shown, together, parts) for one in comparison.strategies),
        leaders=leaders,
        seconds={metric: second for metric, (second, _) in leads.items()},
        leads={metric: lead for metric, (_, lead) in leads.items()},
        months=_rounded(days[shown] / (DAYS_PER_YEAR / 12.0)),
        replications=len(comparison.seeds),
        precise=_precise(comparison),
        drawn=drawn,
        marks=marks(scenario, comparison.strategies, changed),
        assumed=levers_set(scenario, comparison.strategies, changed)
        if drawn is None
        else decisive(scenario, drawn, changed),
        remake=in_python(comparison) if remake is None else remake,
    )


def _lead(comparison: Comparison, metric: str, leaders: Sequence[str]) -> tuple[str, Interval]:
    """Return who comes next, of those who may be the best too if any may, and by how much it trails."""
    gaps = comparison.simultaneous(metric, leaders[0])
    second = max(leaders[1:] or gaps, key=lambda name: gaps[name].mean)
    mean, low, high = gaps[second]
    return second, Interval(-mean, -high, -low)


def _called(described: Scenario | Strategy) -> Called:
    titles = {language: getattr(described.titles, language) for language in vars(described.titles)}
    return Called(described.name, described.title, titles)


def _shown(comparison: Comparison) -> NDArray[np.intp]:
    """Return the ticks that curves are drawn at: all, or as many as can be told apart."""
    ticks = len(next(iter(comparison.outcomes[comparison.baseline])).kpis["day"])
    return np.unique(np.linspace(0, ticks - 1, min(ticks, POINTS)).round().astype(int))


def _option(
    comparison: Comparison,
    strategy: Strategy,
    shown: NDArray[np.intp],
    together: Mapping[str, Mapping[str, Interval]],
    parts: Mapping[str, Comparison],
) -> Option:
    name = strategy.name
    base = name == comparison.baseline
    return Option(
        called=_called(strategy),
        levers=strategy.levers(),
        priced=bool(set(PRICED) & set(strategy.levers())),
        levels={metric: comparison.interval(name, metric) for metric in LEVELS},
        changes={} if base else {metric: comparison.difference(name, metric) for metric in CHANGES},
        together={} if base else {metric: together[metric][name] for metric in JUDGED},
        segments={} if base else _segments(parts, name),
        reach={lever: comparison.interval(name, f"reach.{lever}") for lever in strategy.levers()},
        cash=None if base else _cash(comparison, name),
        curves=_curves(comparison, name, shown),
        doubt=_doubt(comparison, name),
    )


def _segments(parts: Mapping[str, Comparison], name: str) -> dict[str, dict[str, Interval]]:
    return {
        segment: {metric: part.difference(name, metric) for metric in JUDGED}
        for segment, part in parts.items()
    }


def _cash(comparison: Comparison, name: str) -> Cash:
    found = account(comparison, name)
    return Cash(found.cost, found.margin, found.net, found.paid_back, found.liability)


def _curves(comparison: Comparison, name: str, shown: NDArray[np.intp]) -> dict[str, Curve]:
    base = comparison.baseline
    curves = {
        "active": active(comparison, name),
        "satisfaction": satisfaction(comparison, name),
    }
    if name != base:
        curves |= {
            "active_difference": curves["active"] - active(comparison, base),
            "satisfaction_difference": curves["satisfaction"] - satisfaction(comparison, base),
            "cash": profit(comparison, name) - profit(comparison, base),
        }
    return {key: _curve(values[:, shown]) for key, values in curves.items()}


def _curve(values: Floats) -> Curve:
    """Return the mean of runs with its band; NaN where one of them has no value."""
    return Curve(*(_rounded(line) for line in band(values)))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.{DIGITS}g}") for value in values)


def _doubt(comparison: Comparison, name: str) -> dict[str, Open]:
    if comparison.doubt is None:
        return {}
    found = {}
    for metric in JUDGED:
        verdict = comparison.verdicts(metric)[name]
        low, high = (np.nan, np.nan)
        if name != comparison.baseline:
            low, high = comparison.assumption_band(name, metric)
        found[metric] = Open(low, high, verdict.best, verdict.pays, verdict.regret, verdict.worst_regret)
    return found


def _drawn(comparison: Comparison) -> Drawn | None:
    if comparison.doubt is None:
        return None
    rivals: dict[str, tuple[str, ...]] = {}
    deciders: dict[str, tuple[Decider, ...]] = {}
    meanings = {item.path: item.entry.meaning for item in comparison.doubt.items}
    for metric in JUDGED:
        verdicts = comparison.verdicts(metric)
        rivals[metric] = tuple(sorted(verdicts, key=lambda name: verdicts[name].regret)[:2])
        if len(rivals[metric]) == 2:
            first, second = rivals[metric]
            deciders[metric] = tuple(
                Decider(one.path, meanings[one.path], one.correlation, one.clear)
                for one in comparison.influences(first, metric, second)
            )
    return Drawn(len(comparison.doubt.draws), len(comparison.doubt.items), rivals, deciders)


def _precise(comparison: Comparison) -> Precise | None:
    asked = comparison.precision
    if asked is None:
        return None
    needed = comparison.replications_needed()
    return Precise(asked.half_width, needed <= len(comparison.seeds), needed, asked.first, asked.most)
