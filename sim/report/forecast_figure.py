"""The figure of a forecast: by period, and by past frequency, beside the closed form and what happened."""

from typing import Any

import numpy as np

from sim.calibration.forecast.result import TOTAL, Forecast
from sim.language.words import Words, words
from sim.report.figures import COLOURS
from sim.report.forecast_table import BY_FREQUENCY, SHARES, quantity_name

OURS, CLOSED, TRUTH, STRATEGY = COLOURS[6], COLOURS[2], COLOURS[0], COLOURS[1]
FULL = 105.0
"""Top of an axis of shares, percent."""
SHOWN = ("orders", "survival", "revenue")


def forecast_figure(found: Forecast, said: Words | None = None) -> Any:
    """Draw the forecast.

    Parameters
    ----------
    found
        The forecast.
    said
        The words of a language; English where they are left out.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    said = said or words("en")
    table = found.summary()
    names = [name for name in SHOWN if name in found.simulated]
    panels = len(names) + (BY_FREQUENCY in found.simulated)
    figure = Figure(figsize=(4.8 * panels, 4.2), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)[0]
    for axis, name in zip(axes, names, strict=False):
        rows = table[(table["quantity"] == name) & (table["period"] != TOTAL)]
        factor = 100.0 if name in SHARES else 1.0
        periods = np.arange(1, len(rows) + 1)
        axis.fill_between(
            periods, factor * rows["low"], factor * rows["high"], color=OURS, alpha=0.25, linewidth=0
        )
        axis.plot(periods, factor * rows["mean"], color=OURS, label=said.text("forecast.simulated_label"))
        if found.under:
            label = said.name(found.strategy)
            axis.plot(periods, factor * rows["strategy"], "-.", color=STRATEGY, label=label)
        if rows["closed"].notna().any():
            axis.plot(periods, factor * rows["closed"], "--", color=CLOSED, label=found.closed_name)
        if rows["actual"].notna().any():
            axis.plot(
                periods, factor * rows["actual"], ".", color=TRUTH, label=said.text("forecast.actual_label")
            )
        axis.set_title(quantity_name(name, found, said), fontsize=11, loc="left").set_parse_math(False)
        axis.set_xlabel(said.text("forecast.periods_axis"))
        axis.set_ylim(0.0, FULL if name == "survival" else None)
        axis.xaxis.get_major_locator().set_params(integer=True)
    if BY_FREQUENCY in found.simulated:
        _groups(axes[-1], found, said)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6)
        axis.set_axisbelow(True)
    for label in axes[0].legend(frameon=False, fontsize=8).get_texts():
        label.set_parse_math(False)
    title = found.scenario.title or found.scenario.name
    figure.suptitle(title, fontsize=11, x=0.01, ha="left").set_parse_math(False)
    return figure


def _groups(axis: Any, found: Forecast, said: Words) -> None:
    rows = found.summary()
    rows = rows[rows["quantity"] == BY_FREQUENCY]
    places = np.arange(len(rows))
    means = rows["mean"].to_numpy()
    # Limits and mean each by itself: in a small group the mean of a skewed count may lie outside the limits.
    axis.vlines(places - 0.12, rows["low"], rows["high"], color=OURS, linewidth=1.5)
    axis.plot(places - 0.12, means, "o", color=OURS, markersize=4)
    axis.plot(places + 0.12, rows["closed"], "s", color=CLOSED, markersize=4)
    if rows["actual"].notna().any():
        axis.plot(places, rows["actual"], "x", color=TRUTH)
    axis.set_xticks(places, rows["period"])
    axis.set_xlabel(said.text("forecast.frequency_axis"))
    axis.set_title(said.text("forecast.orders_axis"), fontsize=11, loc="left")
    axis.set_ylim(bottom=0.0)
