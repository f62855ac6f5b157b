"""The pictures: data with their sampling interval, simulated firms with theirs, and the closed form."""

from typing import Any

import numpy as np

from sim.calibration.posterior import HALF_WIDTH
from sim.language.words import Words
from sim.report.calibrated.groups import ZERO_BASED, Group
from sim.report.document.pictures import HEIGHT, INK, WIDTH, canvas, numbered
from sim.report.figures import COLOURS

DATA, OURS, CLOSED = COLOURS[0], COLOURS[2], COLOURS[1]
MANY = 12
"""Figures from which those of the simulation are drawn as a band."""
APART = 0.16
"""Distance between data and simulation of the same figure."""


def drawn(group: Group, said: Words) -> Any:
    """Draw the figures of a group, as a Matplotlib figure."""
    if group.alone or group.key == "correlations":
        return _rows(group, said)
    return _series(group, said)


def _numbers(group: Group) -> tuple[Any, ...]:
    factor = 100.0 if group.percent else 1.0
    rows = [
        (one.observed, HALF_WIDTH * one.error, one.median, one.low, one.high,
         np.nan if one.closed is None else one.closed)
        for one in group.members
    ]  # fmt: skip
    return tuple(factor * np.array(rows).T)


def _series(group: Group, said: Words) -> Any:
    """Draw figures beside each other."""
    observed, half, median, low, high, closed = _numbers(group)
    figure, axis = canvas((WIDTH, HEIGHT))
    places = np.arange(len(observed), dtype=np.float64)
    many = group.ordered and len(places) >= MANY
    if many:
        axis.fill_between(places, low, high, color=OURS, alpha=0.22, linewidth=0)
        axis.plot(places, median, color=OURS, linewidth=1.6)
        axis.plot(places, closed, "--", color=CLOSED, linewidth=1.4)
        axis.errorbar(places, observed, half, fmt=".", color=DATA, elinewidth=0.9, markersize=5)
    else:
        axis.errorbar(places - APART, observed, half, fmt="o", color=DATA, elinewidth=1.2, markersize=4)
        axis.vlines(places + APART, low, high, color=OURS, linewidth=3.5, alpha=0.55)
        axis.plot(places + APART, median, "o", color=OURS, markersize=4.5)
        axis.plot(places + 2.2 * APART, closed, "s", color=CLOSED, markersize=3.5)
    step = max(len(places) // MANY, 1) if many else 1
    shown = np.arange(0, len(places), step)
    axis.set_xticks(shown, [group.label(int(place), said) for place in shown], parse_math=False)
    if any(len(group.label(int(place), said)) > 6 for place in shown):
        axis.tick_params(axis="x", rotation=35)
    axis.set_xlabel(said.text(f"check.axis.{group.key}"))
    if group.key in ZERO_BASED:
        axis.set_ylim(bottom=0.0)
    numbered(axis.yaxis, said)
    return figure


def _rows(group: Group, said: Words) -> Any:
    """Draw figures below each other."""
    observed, half, median, low, high, closed = _numbers(group)
    count = len(observed)
    figure, axis = canvas((WIDTH, 1.15 + 0.3 * (count - 1)))
    places = np.arange(count, dtype=np.float64)
    axis.errorbar(observed, places - APART, xerr=half, fmt="o", color=DATA, elinewidth=1.2, markersize=4)
    axis.hlines(places + APART, low, high, color=OURS, linewidth=3.5, alpha=0.55)
    axis.plot(median, places + APART, "o", color=OURS, markersize=4.5)
    axis.plot(closed, places + 2.2 * APART, "s", color=CLOSED, markersize=3.5)
    if group.alone:
        axis.set_yticks([])
    else:
        axis.set_yticks(places, [group.label(place, said) for place in range(count)], parse_math=False)
    axis.set_ylim(count - 0.4, -0.6)
    axis.spines[["left"]].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.locator_params(axis="x", nbins=5)
    axis.xaxis.label.set_color(INK)
    numbered(axis.xaxis, said)
    return figure


def sample(kind: str) -> str:
    """Return a small mark as it is drawn for "data", "simulated" or "closed", as SVG."""
    inner = {
        "data": f'<line x1="4" y1="4" x2="24" y2="4" stroke="{DATA}" stroke-width="1.2"></line>'
        f'<circle cx="14" cy="4" r="3" fill="{DATA}"></circle>',
        "simulated": f'<line x1="2" y1="4" x2="26" y2="4" stroke="{OURS}" stroke-opacity="0.55" '
        f'stroke-width="4"></line><circle cx="14" cy="4" r="3" fill="{OURS}"></circle>',
        "closed": f'<rect x="11" y="1" width="6" height="6" fill="{CLOSED}"></rect>',
    }[kind]
    return f'<svg class="sample" viewBox="0 0 28 8" aria-hidden="true" focusable="false">{inner}</svg>'
