"""The figure of a search: the front of several objectives, or one objective over each lever."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sim.report.figures import COLOURS
from sim.report.quantities import factor, unit
from sim.study.decision.search import AS_IT_STANDS, BASELINE, Search
from sim.study.statistics import mean_interval

BROKEN, TRIED, BEST = COLOURS[7], COLOURS[2], COLOURS[1]
WIDE = 3
"""Panels side by side."""


def search_figure(search: Search) -> Any:
    """Draw every setting tried, those within the limits apart, and what was found with its fresh values.

    With one objective it stands over each lever; with several each further one stands over the first, all
    settings on the left and the front, joined by a line, from near on the right. Crosses are 95 % intervals
    on the fresh seeds.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    panels: list[Callable[[Any], None]] = []
    if len(search.objectives) > 1:
        for name in search.objectives[1:]:
            panels.append(partial(_front, search=search, metric=name, near=False))
            if search.front():
                panels.append(partial(_front, search=search, metric=name, near=True))
        wide = 2
    else:
        panels = [partial(_lever, search=search, path=lever.path) for lever in search.levers]
        wide = WIDE
    columns = min(len(panels), wide)
    rows = -(-len(panels) // columns)
    figure = Figure(
        figsize=(1.5 + (6.0 if columns == 1 else 4.3 * columns), 1.2 + 3.6 * rows), layout="constrained"
    )
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis, panel in zip(axes, panels, strict=False):
        panel(axis)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6)
        for label in (axis.xaxis.label, axis.yaxis.label):
            label.set_parse_math(False)
    for axis in axes[len(panels) :]:
        axis.set_visible(False)
    handles, names = axes[0].get_legend_handles_labels()
    legend = figure.legend(handles, names, loc="outside lower center", ncols=3, frameon=False)
    heading = figure.suptitle(
        f"Levers of {search.strategy.name}, differences to {search.baseline.name}: {search.scenario.name}, "
        f"{len(search.trials)} settings on {len(search.seeds)} seeds",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    for text in (heading, *legend.get_texts()):
        text.set_parse_math(False)
    return figure


def _label(search: Search, metric: str) -> str:
    return f"more {metric}, {unit(metric, search.scenario.economics.currency)}"


def _effect(search: Search, number: int, metric: str) -> float:
    return factor(metric) * search.effect(number, metric).mean


def _groups(search: Search) -> list[tuple[list[int], dict[str, Any]]]:
    feasible = search.feasible()
    broken = [number for number in search.judged() if number not in set(feasible)]
    return [
        (broken, {"color": BROKEN, "marker": "x", "label": "breaks a limit", "alpha": 0.7}),
        (feasible, {"color": TRIED, "marker": "o", "label": "within the limits", "alpha": 0.7}),
    ]


def _front(axis: Any, *, search: Search, metric: str, near: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    first = search.objectives[0]
    for numbers, style in _groups(search):
        if numbers:
            axis.scatter(
                [_effect(search, number, first) for number in numbers],
                [_effect(search, number, metric) for number in numbers],
                s=22,
                linewidths=1.0,
                **style,
            )
    front = search.front()
    if len(search.objectives) == 2 and len(front) > 1:
        axis.plot(
            [_effect(search, number, first) for number in front],
            [_effect(search, number, metric) for number in front],
            color=TRIED,
            linewidth=1.0,
            label="front, as searched",
        )
    for place, number in enumerate(search.found):
        x, y = (search.effect(number, name, fresh=True) for name in (first, metric))
        axis.errorbar(
            factor(first) * x.mean,
            factor(metric) * y.mean,
            xerr=factor(first) * x.half_width,
            yerr=factor(metric) * y.half_width,
            color=BEST,
            marker="s",
            markersize=4,
            linewidth=1.0,
            label="on fresh seeds" if place == 0 else None,
        )
        if near:
            axis.annotate(
                f"{number}",
                (factor(first) * x.mean, factor(metric) * y.mean),
                (5, 5),
                textcoords="offset points",
            )
    axis.plot(
        *(factor(name) * _stands(search, name) for name in (first, metric)),
        color=COLOURS[0],
        marker="*",
        markersize=10,
        linestyle="none",
        label=f"{search.strategy.name} as it stands",
    )
    axis.set_xlabel(_label(search, first))
    axis.set_ylabel(_label(search, metric))
    axis.xaxis.set_major_locator(MaxNLocator(5))  # numbers of six signs side by side
    axis.set_title("the front from near" if near else "all settings", fontsize=10, loc="left")
    if near:
        axis.set_xlim(*_around(search, first))
        axis.set_ylim(*_around(search, metric))


def _around(search: Search, metric: str) -> tuple[float, float]:
    """Return ends of an axis that hold the front and what was run again, and a little more."""
    ends = [
        factor(metric) * end for number in search.found for end in search.effect(number, metric, fresh=True)
    ]
    ends += [_effect(search, number, metric) for number in search.front()]
    margin = 0.08 * (max(ends) - min(ends)) or 1.0
    return min(ends) - margin, max(ends) + margin


def _lever(axis: Any, *, search: Search, path: str) -> None:
    (name,) = search.objectives
    lever = next(lever for lever in search.levers if lever.path == path)
    for numbers, style in _groups(search):
        if numbers:
            axis.scatter(
                [float(search.trials[number].point[path]) for number in numbers],
                [_effect(search, number, name) for number in numbers],
                s=22,
                linewidths=1.0,
                **style,
            )
    for number in search.found:
        again = search.effect(number, name, fresh=True)
        axis.errorbar(
            float(search.trials[number].point[path]),
            factor(name) * again.mean,
            yerr=factor(name) * again.half_width,
            color=BEST,
            marker="s",
            markersize=5,
            linewidth=1.4,
            label="found, on fresh seeds",
        )
    axis.axhline(
        factor(name) * _stands(search, name),
        color=COLOURS[0],
        linewidth=0.8,
        linestyle="--",
        label=f"{search.strategy.name} as it stands",
    )
    if lever.logarithmic:
        axis.set_xscale("log")
    if lever.kind in ("yes or no", "switch"):
        axis.set_xticks([0.0, 1.0], ["off", "on"] if lever.kind == "switch" else ["no", "yes"])
    axis.set_xlabel(path if lever.unit in ("1", "yes or no", "on or off") else f"{path}, {lever.unit}")
    axis.set_ylabel(_label(search, name))


def _stands(search: Search, metric: str) -> float:
    place = search.metrics.index(metric)
    return mean_interval(search.fresh[AS_IT_STANDS][:, place] - search.fresh[BASELINE][:, place]).mean
