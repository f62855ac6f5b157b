"""The figure of who gains by a strategy and whom it harms."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report.figures import COLOURS
from sim.study.who.effects import IndividualEffects

if TYPE_CHECKING:
    import pandas as pd

MEASURED, TRUE = COLOURS[6], COLOURS[2]
SHOWN = 8
BARS = 20


def who_figure(found: IndividualEffects) -> Any:
    """Draw the distribution over customers, the tenths of them, and who gains by traits.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 4.8), layout="constrained")
    spread, tenths, traits = figure.subplots(1, 3)
    _distribution(spread, found)
    _tenths(tenths, found.tenths())
    _traits(traits, found)
    scenario = found.scenario
    title = figure.suptitle(
        f"{scenario.title or scenario.name}: what {found.strategy.name} does to the chance of each customer "
        f"to stay, {len(found.people):,} customers, {len(found.lucks):,} lucks each",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    title.set_parse_math(False)
    for axis in (spread, tenths, traits):
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6)
        axis.set_axisbelow(True)
    return figure


def _distribution(axis: Any, found: IndividualEffects) -> None:
    measured, calm = 100.0 * found.effects, 100.0 * found.without_noise()
    step = 100.0 / len(found.lucks)  # measured effects are multiples of it
    width = step * max(1.0, np.ceil(np.ptp(measured) / step / BARS))
    limits = np.arange(measured.min() - 0.5 * step, measured.max() + width, width)
    axis.hist(measured, limits, color=MEASURED, alpha=0.6, label="as measured, with the noise of luck")
    axis.hist(calm, limits, histtype="step", color=TRUE, linewidth=1.6, label="noise taken out")
    axis.axvline(0.0, color=COLOURS[0], linewidth=0.8)
    axis.set_title("Customers by effect", fontsize=11, loc="left")
    axis.set_xlabel("effect on the chance to stay, points")
    axis.set_ylabel("customers")
    axis.legend(frameon=False, fontsize=8)


def _tenths(axis: Any, table: "pd.DataFrame") -> None:
    _points(axis, table["tenth"].to_numpy(), table, vertical=True)
    axis.axhline(0.0, color=COLOURS[0], linewidth=0.8)
    axis.set_xticks(range(1, 11))
    axis.set_title("By tenth, ranked and measured in different lucks", fontsize=11, loc="left")
    axis.set_xlabel("tenth of customers, those who gain least first")
    axis.set_ylabel("effect, points, 95 %")


def _traits(axis: Any, found: IndividualEffects) -> None:
    table = found.traits().head(SHOWN)
    table = table.rename(columns={"contrast": "effect"})
    _points(axis, np.arange(len(table)), table, vertical=False)
    axis.axvline(0.0, color=COLOURS[0], linewidth=0.8)
    axis.set_yticks(range(len(table)), list(table["trait"]))
    axis.invert_yaxis()
    axis.set_title("Highest third of a trait less the lowest", fontsize=11, loc="left")
    axis.set_xlabel("difference of the effects, points, 95 % together")


def _points(axis: Any, places: Any, table: "pd.DataFrame", *, vertical: bool) -> None:
    means, lows, highs = (100.0 * table[name].to_numpy() for name in ("effect", "low", "high"))
    for place, mean, low, high in zip(places, means, lows, highs, strict=True):
        if np.isfinite(low):
            line = ([place, place], [low, high]) if vertical else ([low, high], [place, place])
            axis.plot(*line, color=TRUE, linewidth=1.4)
        axis.plot(*((place, mean) if vertical else (mean, place)), "o", color=TRUE, markersize=5)
