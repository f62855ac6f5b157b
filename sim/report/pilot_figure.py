"""The figure of a planned experiment: power by customers, and what contamination does to the estimate."""

from typing import Any

import numpy as np

from sim.report.figures import COLOURS
from sim.report.pilot_table import heading, scale
from sim.study.pilot.plan import PilotPlan
from sim.study.pilot.power import power_with


def pilot_figure(plan: PilotPlan) -> Any:
    """Draw power by customers per arm for every duration, and effects shown against effects of treating all.

    Returns
    -------
    matplotlib.figure.Figure
        Not attached to any window.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _power(left, plan)
    _effects(right, plan)
    place: Any  # of a legend: below its axes, where no line passes
    for axis, place in ((left, "outside lower left"), (right, "outside lower right")):
        handles, names = axis.get_legend_handles_labels()
        if handles:
            figure.legend(handles, names, loc=place, ncols=4, frameon=False, fontsize=9)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6)
        axis.set_axisbelow(True)
    scenario = plan.scenario
    title = figure.suptitle(
        f"{scenario.title or scenario.name}: an experiment about {plan.strategy.name}",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    for text in (title, right.yaxis.label):
        text.set_parse_math(False)
    return figure


def _power(axis: Any, plan: PilotPlan) -> None:
    able = [option for option in plan.options if np.isfinite(option.per_arm)]
    most = 2.0 * max((option.per_arm for option in able), default=1000.0)
    fewest = 0.05 * min((option.per_arm for option in able), default=1000.0)
    customers = np.geomspace(max(10.0, fewest), most, 120)
    for place, option in enumerate(able):
        powers = [100.0 * power_with(option.effect, number, option.significance) for number in customers]
        colour = COLOURS[(place + 1) % len(COLOURS)]
        axis.plot(customers, powers, color=colour, label=f"{option.weeks:g} weeks")
        axis.plot(option.per_arm, 100.0 * option.power, "o", color=colour, markersize=6)
    rehearsal = plan.rehearsal
    if rehearsal is not None:
        mean, low, high = (100.0 * value for value in rehearsal.power())
        axis.plot([rehearsal.per_arm] * 2, [low, high], color=COLOURS[0], linewidth=1.6)
        axis.plot(
            rehearsal.per_arm,
            mean,
            "s",
            color=COLOURS[0],
            markersize=6,
            label=f"simulated, {rehearsal.weeks:g} weeks",
        )
    axis.axhline(100.0 * plan.options[0].power, color=COLOURS[7], linewidth=0.8, linestyle="--")
    axis.set_xscale("log")
    axis.set_ylim(0.0, 100.0)
    axis.set_xlabel("customers per arm")
    axis.set_ylabel("power, %")
    axis.set_title("How likely the effect is found", fontsize=11, loc="left")


def _effects(axis: Any, plan: PilotPlan) -> None:
    factor = scale(plan)
    for shift, name, label, colour in (
        (-0.08, "estimate", "shown by the experiment", COLOURS[2]),
        (0.08, "whole", "treating everybody", COLOURS[1]),
    ):
        for place, option in enumerate(plan.options):
            mean, low, high = (factor * value for value in getattr(option, name))
            axis.plot([place + shift] * 2, [low, high], color=colour, linewidth=1.5)
            axis.plot(
                place + shift, mean, "o", color=colour, markersize=6, label=label if place == 0 else None
            )
    axis.axhline(0.0, color=COLOURS[0], linewidth=0.8)
    axis.set_xticks(range(len(plan.options)), [f"{option.weeks:g}" for option in plan.options])
    axis.set_xlim(-0.5, len(plan.options) - 0.5)
    axis.set_xlabel("weeks")
    axis.set_ylabel(f"{heading(plan)}, 95 %")
    axis.set_title("What it shows, and what treating everybody does", fontsize=11, loc="left")
