"""Table and figure of a selection of the best strategy."""

from typing import Any

import pandas as pd

from sim.report.figures import COLOURS
from sim.report.quantities import factor, shown, unit
from sim.report.text import aligned
from sim.study.decision.aims import sign
from sim.study.decision.selection import Selection
from sim.study.statistics import Interval


def selection_table(selection: Selection) -> str:
    """Return who is best, how surely, and how many runs each strategy took."""
    scenario, metric = selection.scenario, selection.metric
    measure = unit(metric, scenario.economics.currency)
    rows = [["strategy", "runs", f"{metric}, {measure}", "against the best of the others", ""]]
    names = sorted(selection.names, key=lambda name: -sign(metric) * selection.gap(name))
    for name in names:
        advantage = selection.advantage(name)
        rows.append(
            [
                name,
                f"{selection.runs[name]}",
                f"{factor(metric) * _estimate(selection, name):,.2f}",
                shown(metric, _as_metric(selection, advantage)),
                _word(selection, name, advantage),
            ]
        )
    runs = sum(selection.runs.values())
    alike = max(selection.runs.values()) * len(names)
    parts = [
        f"{scenario.title or scenario.name}: {scenario.customers.count:,} customers, "
        f"{scenario.time.horizon:g} years, {runs:,} runs; {metric} decides, "
        f"{'more' if sign(metric) > 0.0 else 'less'} is better",
        aligned(rows, head=True, numbers=True),
        "same customers, same luck; a level is that of the best and the paired difference to it; the "
        "intervals hold together with 95 % (multiple comparisons with the best).",
        f"best in {metric}: '{selection.best}', with a probability of at least "
        f"{_percent(selection.probability)} % (by Student's t of the paired differences, summed over the "
        f"others); to run all as often as the one that ran most would have taken {alike:,} runs.",
    ]
    return "\n\n".join(parts)


def _percent(probability: float) -> str:
    """Return a probability in percent, rounded down: 100 would be said of what is not sure."""
    return f"{min(int(1000.0 * probability), 999) / 10.0:.1f}"


def _estimate(selection: Selection, name: str) -> float:
    return selection.level(selection.best).mean + selection.gap(name)


def _as_metric(selection: Selection, advantage: Interval) -> Interval:
    """Return an advantage as a difference of the metric, its limits in order."""
    if sign(selection.metric) > 0.0:
        return advantage
    return Interval(-advantage.mean, -advantage.high, -advantage.low)


def _word(selection: Selection, name: str, advantage: Interval) -> str:
    if advantage.high <= 0.0:
        return "not the best"
    return "the best" if name == selection.best and advantage.low >= 0.0 else "may be the best"


def selection_frame(selection: Selection) -> pd.DataFrame:
    """Return one row per strategy: runs, level, gap to the best, advantage over the best of the others."""
    rows = []
    for name in selection.names:
        level, advantage = selection.level(name), selection.advantage(name)
        rows.append(
            {
                "scenario": selection.scenario.name,
                "strategy": name,
                "metric": selection.metric,
                "runs": selection.runs[name],
                "mean": level.mean,
                "ci_low": level.low,
                "ci_high": level.high,
                "gap_to_best": selection.gap(name),
                "advantage": advantage.mean,
                "advantage_low": advantage.low,
                "advantage_high": advantage.high,
                "best": name == selection.best,
                "probability": selection.probability if name == selection.best else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def selection_figure(selection: Selection) -> Any:
    """Draw by how much each strategy is better than the best of the others, and what it took to know.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    metric, currency = selection.metric, selection.scenario.economics.currency
    names = sorted(selection.names, key=lambda name: sign(metric) * selection.gap(name))
    figure = Figure(figsize=(10, 1.6 + 0.42 * len(names)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    for place, name in enumerate(names):
        advantage = selection.advantage(name)
        colour = COLOURS[1] if name == selection.best else COLOURS[2]
        low, mean, high = (
            factor(metric) * value for value in (advantage.low, advantage.mean, advantage.high)
        )
        left.plot([low, high], [place, place], color=colour, linewidth=2.0)
        left.plot([mean], [place], color=colour, marker="o", linestyle="none")
        right.barh(place, selection.runs[name], color=colour, height=0.6)
    left.axvline(0.0, color=COLOURS[0], linewidth=0.8)
    left.set_yticks(range(len(names)), names)
    better = "" if sign(metric) > 0.0 else " less"
    left.set_xlabel(f"better than the best of the others,{better} {metric}, {unit(metric, currency)}")
    right.set_xlabel("runs")
    right.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axis in (left, right):
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6, axis="x")
    heading = figure.suptitle(
        f"{selection.scenario.name}: best in {metric} is {selection.best}, probability at least "
        f"{_percent(selection.probability)} %",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    for text in (heading, left.xaxis.label, *left.get_yticklabels()):
        text.set_parse_math(False)
    return figure
