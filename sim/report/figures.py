"""The figure of a comparison: satisfaction, active customers and cumulated profit by strategy."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.kpis import moving_sum
from sim.language.words import Words, words
from sim.study.comparison import Comparison
from sim.study.statistics import band

COLOURS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F")
"""Colours that colour-blind readers tell apart (Okabe and Ito 2008); the baseline is black."""
DASHES = ("-", "--", "-", "-.", "-", "--", "-.")
"""One fewer than colours, so that the ninth strategy does not look like the first."""
SMOOTHING_DAYS = 91.0


def comparison_figure(comparison: Comparison, said: Words | None = None) -> Any:
    """Draw the figure: levels above, paired differences to the baseline below, 95 % bands.

    Satisfaction is the share of satisfied answers (4 or 5) in a moving quarter: a survey figure,
    with the customers who are still there. Profit is margin less cost since the start, per
    starting customer, before the cost of winning them.

    Parameters
    ----------
    comparison
        What was compared.
    said
        The words of a language, in which strategies have names too; without them English, and
        strategies as they are typed.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    text = (said or words("en")).text
    called = said.name if said is not None else str
    money = text("figure.per_customer", currency=comparison.scenario.economics.currency)
    panels = (
        ("satisfaction", text("figure.percent"), text("figure.points"), satisfaction),
        ("active", text("figure.of_the_start"), text("figure.points"), active),
        ("profit", money, money, profit),
    )
    figure = Figure(figsize=(12, 6.8), layout="constrained")
    axes = figure.subplots(2, 3, sharex=True)
    names = [comparison.baseline, *(s.name for s in comparison.strategies if s.name != comparison.baseline)]
    days = next(iter(comparison.outcomes[comparison.baseline])).kpis["day"]
    months = days / (365.0 / 12.0)
    for column, (panel, unit, step, compute) in enumerate(panels):
        base = compute(comparison, comparison.baseline)
        for place, name in enumerate(names):
            values = compute(comparison, name)
            style = {"color": COLOURS[place % len(COLOURS)], "linestyle": DASHES[place % len(DASHES)]}
            _band(axes[0, column], months, values, called(name), style)
            if name != comparison.baseline:
                _band(axes[1, column], months, values - base, called(name), style)
        axes[1, column].axhline(0.0, color=COLOURS[0], linewidth=0.8)
        axes[0, column].set_title(text(f"figure.{panel}"), fontsize=11, loc="left")
        axes[0, column].set_ylabel(unit)
        axes[1, column].set_ylabel(text("figure.difference", unit=step))
        axes[1, column].set_xlabel(text("figure.months"))
        for row in (0, 1):
            axes[row, column].spines[["top", "right"]].set_visible(False)
            axes[row, column].grid(alpha=0.25, linewidth=0.6)
            axes[row, column].yaxis.set_major_formatter(
                FuncFormatter(lambda at, _: _tick(at, said or words("en")))
            )
            axes[row, column].xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 3, 6, 10], integer=True))
    legend = figure.legend(
        *(axes[0, 0].get_lines(), [called(name) for name in names]),
        loc="outside lower center",
        ncols=min(len(names), 8),
        frameon=False,
    )
    heading = figure.suptitle(
        _heading(comparison, called(comparison.baseline), said), fontsize=11, x=0.01, ha="left"
    )
    for label in (heading, *legend.get_texts(), *(axis.yaxis.label for axis in figure.axes)):
        label.set_parse_math(False)  # names are text, whatever signs they hold
    return figure


def _tick(value: float, said: Words) -> str:
    """Return the number at an axis, with as many decimals as it has."""
    decimals = len(f"{value:.10g}".partition(".")[2])
    return said.number(value, decimals).replace("-", "−")


def _heading(comparison: Comparison, baseline: str, said: Words | None) -> str:
    scenario = comparison.scenario
    said = said or words("en")
    return said.text(
        "figure.title",
        title=said.title(scenario),
        customers=said.counted("figure.customers", scenario.customers.count),
        replications=said.counted("comparison.replications", len(comparison.seeds)),
        baseline=baseline,
    )


def write_figure(figure: Any, path: Path) -> list[Path]:
    """Write a figure as PNG and SVG beside each other, each in one step.

    Parameters
    ----------
    figure
        A Matplotlib figure.
    path
        Where to; its suffix, if any, is replaced.

    Returns
    -------
    list of Path
        The two files.
    """
    from matplotlib import rc_context

    written = []
    for suffix in (".png", ".svg"):
        target = path.with_suffix(suffix)
        partial = target.with_name(f".{target.name}.part")
        metadata = {"Date": None} if suffix == ".svg" else None
        with rc_context({"svg.hashsalt": "tenure"}):  # the same run gives the same file
            figure.savefig(partial, dpi=100, format=suffix[1:], metadata=metadata)
        os.replace(partial, target)
        written.append(target)
    return written


def satisfaction(comparison: Comparison, strategy: str) -> NDArray[np.float64]:
    """Return the satisfied answers in a moving quarter, percent, as an array (replications, ticks)."""
    answers = comparison.trajectory(strategy, "answers")
    satisfied = np.nan_to_num(comparison.trajectory(strategy, "csat")) * answers
    width = max(1, round(SMOOTHING_DAYS / comparison.scenario.time.tick_days))
    total = moving_sum(answers, width)
    out = np.full(total.shape, np.nan)
    np.divide(100.0 * moving_sum(satisfied, width), total, out=out, where=total > 0)
    return out


def active(comparison: Comparison, strategy: str) -> NDArray[np.float64]:
    """Return the customers at the start who are still there, percent, as an array (replications, ticks)."""
    return 100.0 * comparison.trajectory(strategy, "cohort") / comparison.scenario.customers.count


def profit(comparison: Comparison, strategy: str) -> NDArray[np.float64]:
    """Return profit cumulated since the start, per customer there, as an array (replications, ticks)."""
    made = comparison.trajectory(strategy, "profit")
    return np.asarray(np.cumsum(made, axis=1) / comparison.scenario.customers.count)


def _band(
    axis: Any, months: NDArray[np.float64], values: NDArray[np.float64], label: str, style: Any
) -> None:
    """Draw the mean over replications with its 95 % band; ticks without a value are left out."""
    shown = ~np.isnan(values).any(axis=0)
    mean, low, high = band(values[:, shown])
    axis.plot(months[shown], mean, label=label, linewidth=1.6, **style)
    if len(values) > 1:
        axis.fill_between(months[shown], low, high, color=style["color"], alpha=0.15, linewidth=0)
