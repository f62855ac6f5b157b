"""The waterfall of what each lever brings."""

from typing import Any

import numpy as np

from sim.report.attribution_table import heading, ranked, scale
from sim.report.figures import COLOURS
from sim.study.attribution.study import Attribution

UP, DOWN, WHOLE = COLOURS[2], COLOURS[1], COLOURS[7]


def attribution_figure(found: Attribution) -> Any:
    """Draw a panel per metric: bars from where the levers before them ended, to the whole.

    The interval of each bar is its own, drawn around its end.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    count = len(found.metrics)
    height = 1.8 + 0.38 * (len(found.players) + 1)
    figure = Figure(figsize=(6.4 * count, height), layout="constrained")
    for axis, metric in zip(np.atleast_1d(figure.subplots(1, count)), found.metrics, strict=True):
        _waterfall(axis, found, metric)
    scenario = found.scenario
    title = figure.suptitle(
        f"{scenario.title or scenario.name}: what the levers of {found.strategy.name} bring\n"
        f"Shapley shares, {len(found.seeds)} replications, bars with 95 % intervals",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    title.set_parse_math(False)
    return figure


def _waterfall(axis: Any, found: Attribution, metric: str) -> None:
    factor = scale(metric)
    names = ranked(found, metric)
    start = 0.0
    for row, name in enumerate(names):
        mean, low, high = (factor * value for value in found.interval(name, metric))
        axis.barh(row, mean, left=start, color=UP if mean >= 0.0 else DOWN, height=0.62)
        end = start + mean
        _whisker(axis, row, start + low, start + high)
        axis.plot([end, end], [row, row + 1], color=COLOURS[0], linewidth=0.6, linestyle=":")
        start = end
    mean, low, high = (factor * value for value in found.effect(metric))
    axis.barh(len(names), mean, color=WHOLE, height=0.62)
    _whisker(axis, len(names), low, high)
    axis.axvline(0.0, color=COLOURS[0], linewidth=0.8)
    axis.set_yticks(range(len(names) + 1), [*names, "whole strategy"])
    for label in axis.get_yticklabels():
        label.set_parse_math(False)
    axis.invert_yaxis()
    axis.set_xlabel(heading(metric, found.scenario.economics.currency))
    axis.xaxis.label.set_parse_math(False)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", alpha=0.25, linewidth=0.6)
    axis.set_axisbelow(True)


def _whisker(axis: Any, row: int, low: float, high: float) -> None:
    if np.isfinite(low) and high > low:
        axis.plot([low, high], [row, row], color=COLOURS[0], linewidth=1.3, solid_capstyle="butt")
