"""Table and figure of where a strategy fails."""

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.report.figures import COLOURS
from sim.report.quantities import factor, unit
from sim.report.text import aligned
from sim.study.exploration.discovery import Discovery, Side
from sim.study.statistics import Interval

PANELS = 4
"""Restricted assumptions that are drawn against each other, at most."""


def discovery_table(found: Discovery) -> str:
    """Return the box in which the strategy fails, and how good it is on fresh worlds."""
    scenario, metric = found.scenario, found.metric
    measure = unit(metric, scenario.economics.currency)
    limit = factor(metric) * found.below
    head = (
        f"{scenario.title or scenario.name}: {scenario.customers.count:,} customers, "
        f"{scenario.time.horizon:g} years\n"
        f"'{found.strategy.name}' fails where it gains less than {limit:g} {measure} in {metric} over "
        f"'{found.baseline.name}': in {_share(found.failing())} % of "
        f"{len(found.gains) + len(found.fresh_gains):,} worlds, drawn over {len(found.items)} assumptions"
    )
    if not found.sides:
        return f"{head}\n\n{found.problem}."
    return "\n\n".join([head, _box(found), _quality(found), _answer(found)])


def _box(found: Discovery) -> str:
    entries = {item.path: item for item in found.items}
    rows = [["assumption", "fails where it is", "plausible", "as it stands", "quasi-p"]]
    for side in found.sides:
        item = entries[side.path]
        rows.append([side.path, limits(side), item.entry.range, f"{item.value:.4g}", f"{_chance(side):.1e}"])
    return aligned(rows, head=True)


def limits(side: Side) -> str:
    """Return the limits of a side in words."""
    if math.isinf(side.low):
        return f"at most {side.high:.4g}"
    if math.isinf(side.high):
        return f"at least {side.low:.4g}"
    return f"{side.low:.4g} to {side.high:.4g}"


def _chance(side: Side) -> float:
    return float(np.nanmin([side.low_chance, side.high_chance]))


def _quality(found: Discovery) -> str:
    rows = [["worlds", "number", "in the box", "coverage, %", "density, %"]]
    for name, fresh in (("where it was found", False), ("fresh", True)):
        rows.append(
            [
                name,
                f"{len(found.failed(fresh=fresh))}",
                f"{int(found.inside(fresh=fresh).sum())}",
                _share(found.coverage(fresh=fresh)),
                _share(found.density(fresh=fresh)),
            ]
        )
    return (
        "coverage: failures that lie in the box; density: worlds in the box in which it fails "
        f"(95 % intervals on fresh worlds):\n\n{aligned(rows, head=True, numbers=True)}"
    )


def _share(interval: Interval) -> str:
    mean, low, high = (100.0 * value for value in interval)
    if math.isnan(mean):
        return "–"
    return f"{mean:.0f}" if math.isnan(low) else f"{mean:.0f} [{low:.0f}, {high:.0f}]"


def _answer(found: Discovery) -> str:
    density = found.density()
    sparse = "" if density.mean >= found.density_asked else "; the box is less dense than asked"
    where = " and ".join(f"{side.path} is {limits(side)}" for side in found.sides)
    return f"'{found.strategy.name}' fails where {where}{sparse}."


def box_frame(found: Discovery) -> pd.DataFrame:
    """Return one row per restricted assumption."""
    entries = {item.path: item.entry for item in found.items}
    columns = ("assumption", "low", "high", "plausible_low", "plausible_high", "low_quasi_p", "high_quasi_p")
    rows = [
        (
            *(side.path, side.low, side.high, entries[side.path].low, entries[side.path].high),
            *(side.low_chance, side.high_chance),
        )
        for side in found.sides
    ]
    return pd.DataFrame(rows, columns=list(columns)).replace([np.inf, -np.inf], np.nan)


def trajectory_frame(found: Discovery) -> pd.DataFrame:
    """Return one row per box on the way: coverage, density, number of restrictions, whether it was taken."""
    frame = pd.DataFrame(found.trajectory, columns=["coverage", "density", "restricted"])
    frame["taken"] = frame.index == found.taken
    return frame


def worlds_frame(found: Discovery) -> pd.DataFrame:
    """Return one row per world: its assumptions, the gain in it, whether it is fresh, failed, in the box."""
    points = np.concatenate([found.points, found.fresh_points])
    columns: dict[str, Any] = {item.path: points[:, place] for place, item in enumerate(found.items)}
    columns["gain"] = np.concatenate([found.gains, found.fresh_gains])
    columns["fresh"] = np.repeat([False, True], [len(found.gains), len(found.fresh_gains)])
    columns["failed"] = np.concatenate([found.failed(), found.failed(fresh=True)])
    columns["in_box"] = np.concatenate([found.inside(), found.inside(fresh=True)]) & bool(found.sides)
    return pd.DataFrame(columns)


def discovery_figure(found: Discovery) -> Any:
    """Draw worlds by the assumptions that the box restricts, and the trade of coverage for density.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    sides = found.sides[:PANELS]
    pairs: list[tuple[Side, Side | None]] = [(sides[0], side) for side in sides[1:]]
    pairs = pairs or [(side, None) for side in sides]
    figure = Figure(figsize=(4.6 * (len(pairs) + 1), 4.4), layout="constrained")
    axes = figure.subplots(1, len(pairs) + 1, squeeze=False)[0]
    for axis, (first, second) in zip(axes, pairs, strict=False):
        _worlds(axis, found, first, second)
    _trade(axes[-1], found)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
    heading = figure.suptitle(
        f"{found.scenario.name}: where {found.strategy.name} fails in {found.metric} "
        f"against {found.baseline.name}",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    for text in (heading, *(label for axis in axes for label in (axis.xaxis.label, axis.yaxis.label))):
        text.set_parse_math(False)
    return figure


def _worlds(axis: Any, found: Discovery, first: Side, second: Side | None) -> None:
    """Draw fresh worlds by one restricted assumption and another, or by the gain."""
    paths = [item.path for item in found.items]
    failed = found.failed(fresh=True)
    x = found.fresh_points[:, paths.index(first.path)]
    scale = factor(found.metric)
    y = scale * found.fresh_gains if second is None else found.fresh_points[:, paths.index(second.path)]
    for kind, colour, mark, name in (
        (~failed, COLOURS[2], "o", "fresh world, does well"),
        (failed, COLOURS[1], "x", "fresh world, fails"),
    ):
        axis.scatter(x[kind], y[kind], color=colour, marker=mark, s=18, linewidths=1.0, label=name)
    entries = {item.path: item.entry for item in found.items}
    shade = {"color": COLOURS[5], "alpha": 0.2, "linewidth": 0, "label": "box"}
    left, right = _ends(first, entries[first.path])
    axis.set_xlabel(_label(first, entries[first.path]))
    if second is None:
        axis.axvspan(left, right, **shade)
        measure = unit(found.metric, found.scenario.economics.currency)
        axis.axhline(scale * found.below, color=COLOURS[0], linewidth=0.8)
        axis.set_ylabel(f"gain in {found.metric}, {measure}")
        return
    axis.fill_between([left, right], *_ends(second, entries[second.path]), **shade)
    axis.set_ylabel(_label(second, entries[second.path]))


def _label(side: Side, entry: Any) -> str:
    return f"{side.path}\n{entry.unit}" if entry.unit != "1" else side.path


def _ends(side: Side, entry: Any) -> tuple[float, float]:
    return max(side.low, entry.low), min(side.high, entry.high)


def _trade(axis: Any, found: Discovery) -> None:
    axis.set_xlabel("coverage, %")
    axis.set_ylabel("density, %")
    if not found.trajectory:
        axis.set_title("no box", fontsize=10)
        return
    coverage, density = (100.0 * np.array([step[place] for step in found.trajectory]) for place in (0, 1))
    axis.plot(coverage, density, color=COLOURS[7], marker=".", linewidth=0.8)
    axis.plot(coverage[found.taken], density[found.taken], color=COLOURS[0], marker="*", markersize=12)
    fresh = [found.coverage(fresh=True), found.density(fresh=True)]
    if found.sides and not any(math.isnan(one.mean) for one in fresh):
        x, y = fresh
        axis.errorbar(
            100.0 * x.mean,
            100.0 * y.mean,
            xerr=[[100.0 * (x.mean - x.low)], [100.0 * (x.high - x.mean)]],
            yerr=[[100.0 * (y.mean - y.low)], [100.0 * (y.high - y.mean)]],
            color=COLOURS[1],
            marker="s",
            linewidth=1.0,
        )
    axis.set_title("boxes on the way (star: taken; square: on fresh worlds)", fontsize=9, loc="left")
