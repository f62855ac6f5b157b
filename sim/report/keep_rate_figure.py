"""The figure of the critical keep-rate: what a promise does, by how often it is kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.report.figures import COLOURS
from sim.study.keep_rate.critical import ALWAYS, NEVER
from sim.study.keep_rate.design import AS_IT_STANDS, WORD_ALONE, kept_today
from sim.study.keep_rate.promise import own_promise
from sim.study.keep_rate.study import MIDDLE, Curve, Draws, KeepRates, Region
from sim.study.keep_rate.yardsticks import CHAINED, chain_of
from sim.study.statistics import band

Floats = NDArray[np.float64]

PANELS = (
    ("Customers", "points of 100", ("satisfaction", "trust")),
    ("Retention", "percentage points", ("retention",)),
    ("Profit", "{currency} per customer", ("equity",)),
)
COLOUR = {"satisfaction": COLOURS[2], "trust": COLOURS[1], "retention": COLOURS[0], "equity": COLOURS[0]}
DASH = {AS_IT_STANDS: "-", WORD_ALONE: "--"}
TICKS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
NEAR = 0.006  # the scale of the keep rate stretches towards 1, and would never reach it at 0


def keep_rate_figure(results: Sequence[KeepRates]) -> Any:
    """Draw the effects of a promise over keep rates, a row per scenario.

    Lines are means over seeds with 95 % bands; the light bands hold four fifths of the draws of
    assumptions; the shaded stretch of keep rates holds the critical rate of the word alone in as many.

    Parameters
    ----------
    results
        What the study found.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 1.3 + 3.1 * len(results)), layout="constrained")
    axes = figure.subplots(len(results), 3, squeeze=False)
    for row, result in enumerate(results):
        for column, (title, unit, measures) in enumerate(PANELS):
            axis = axes[row, column]
            _panel(axis, result, measures)
            label = unit.format(currency=result.scenario.economics.currency)
            axis.set_ylabel(f"effect, {label}").set_parse_math(False)
            if row == 0:
                axis.set_title(title, fontsize=11, loc="left", pad=22)
            if row == len(results) - 1:
                axis.set_xlabel("how often the promise is kept, %")
        own = own_promise(result.scenario)
        axes[row, 0].text(
            0.0,
            1.03,
            f"{result.scenario.name}: within {own.threshold:g} {result.scenario.service.delivery.unit}, "
            f"pays {own.payout:g} of the price",
            transform=axes[row, 0].transAxes,
            fontsize=9,
        ).set_parse_math(False)
    handles: dict[str, Any] = {}
    for axis in figure.axes:
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    figure.legend(
        handles.values(),
        handles.keys(),
        loc="outside lower center",
        ncols=min(len(handles), 4),
        frameon=False,
    )
    figure.suptitle(
        "A promise of a delivery time against the same world without it, the same customers, the same luck",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    return figure


def place_of(rate: Any) -> Any:
    """Return where a keep rate stands on the axis, which is the longer the nearer to 1."""
    return -np.log(1.0 + NEAR - np.asarray(rate, dtype=np.float64))


def _panel(axis: Any, result: KeepRates, measures: Sequence[str]) -> None:
    rates = np.concatenate([curve.rates.mean(axis=1) for curve in result.main])
    rates = rates[~np.isnan(rates)]
    left, right = place_of(rates.min()), place_of(rates.max())
    verdicts = []
    for curve in result.main:
        name = curve.variant.name
        chain = chain_of(result.scenario, curve)
        for measure in measures:
            if name in result.draws:
                _band(axis, result.draws[name], measure, name)
                if name == WORD_ALONE and measure != "satisfaction":
                    _shade(axis, result.draws[name].region(measure), left, right)
            _line(axis, curve, measure)
            if chain is not None and measure in CHAINED:
                axis.plot(
                    place_of(curve.rates.mean(axis=1)), chain.effects[measure], color=COLOURS[3],
                    linestyle=DASH[name], linewidth=1.3, label=f"Rust and Zahorik, {name}",
                )  # fmt: skip
            verdicts.append(_verdict(axis, curve, measure))
    axis.axhline(0.0, color=COLOURS[0], linewidth=0.8)
    today = place_of(kept_today(result.scenario))
    axis.plot(
        [today], [0.0], marker="^", color=COLOURS[5], markersize=8, linestyle="none", clip_on=False, zorder=4,
        transform=axis.get_xaxis_transform(), label="today's process",
    )  # fmt: skip
    ticks = [tick for tick in TICKS if left <= place_of(tick) <= right]
    axis.set_xticks([float(place_of(tick)) for tick in ticks], [f"{100.0 * tick:.0f}" for tick in ticks])
    axis.set_xlim(left, right)
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(alpha=0.25, linewidth=0.6)
    axis.text(
        0.985, 0.03, "\n".join(verdicts), transform=axis.transAxes, fontsize=8, ha="right", va="bottom",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}, zorder=6,
    )  # fmt: skip


def _name(measure: str) -> str:
    return "effect" if measure in ("retention", "equity") else measure


def _verdict(axis: Any, curve: Curve, measure: str) -> str:
    """Mark the critical rate of a curve, and return in words what it is."""
    rate = curve.critical(measure)
    head = curve.variant.name + ("" if measure in ("retention", "equity") else f", {measure}")
    if rate == ALWAYS:
        return f"{head}: good at any rate"
    if rate == NEVER:
        return f"{head}: good at no rate"
    if np.isnan(rate):
        return f"{head}: no effect"
    axis.plot(
        [place_of(rate)], [0.0], marker="o", markersize=6.5, color="white", markeredgecolor=COLOUR[measure],
        markeredgewidth=1.6, linestyle="none", zorder=5,
    )  # fmt: skip
    return f"{head}: harm below {100.0 * rate:.3g} %"


def _line(axis: Any, curve: Curve, measure: str) -> None:
    """Draw the effect of a form of the promise with its 95 % band."""
    effects = curve.effects(measure)
    where, (mean, low, high) = place_of(curve.rates.mean(axis=1)), band(effects.T)
    axis.plot(
        where, mean, color=COLOUR[measure], linewidth=1.7, linestyle=DASH[curve.variant.name],
        label=f"{_name(measure)}, {curve.variant.name}",
    )  # fmt: skip
    if effects.shape[1] > 1:
        axis.fill_between(where, low, high, color=COLOUR[measure], alpha=0.22, linewidth=0)


def _band(axis: Any, draws: Draws, measure: str, name: str) -> None:
    """Draw the band that the assumptions leave to an effect."""
    tail = 0.5 * (1.0 - MIDDLE)
    low, high = np.quantile(draws.effects[measure], (tail, 1.0 - tail), axis=0)
    label = "assumptions drawn, four fifths" if measure == "equity" and name == AS_IT_STANDS else None
    axis.fill_between(
        place_of(draws.rates.mean(axis=0)), low, high, facecolor=(COLOUR[measure], 0.08),
        edgecolor=(COLOUR[measure], 0.45), linewidth=0.7, linestyle=DASH[name], label=label,
    )  # fmt: skip


def _shade(axis: Any, region: Region, left: float, right: float) -> None:
    """Shade the stretch of keep rates that holds the critical rate in four fifths of the draws."""
    if np.isnan(region.low) or region.low == NEVER or region.high == ALWAYS:
        return
    start = left if region.low == ALWAYS else max(float(place_of(region.low)), left)
    end = right if region.high == NEVER else min(float(place_of(region.high)), right)
    axis.axvspan(
        start, end, color=COLOURS[5], alpha=0.18, linewidth=0, label=f"critical rate of {WORD_ALONE}, drawn"
    )
