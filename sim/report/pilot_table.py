"""The table of a planned experiment."""

import math

from sim.report.text import aligned
from sim.study.pilot.arms import FIGURES
from sim.study.pilot.plan import Option, PilotPlan, Rehearsal
from sim.study.statistics import Interval


def pilot_table(plan: PilotPlan) -> str:
    """Return the plan as text: an option per duration, the one that costs least, how simulated ones went."""
    scenario = plan.scenario
    first = plan.options[0]
    parts = [
        f"{scenario.title or scenario.name}: the experiment that would settle '{plan.strategy.name}' against "
        f"'{plan.baseline.name}' by {heading(plan)}; {100.0 * plan.share:g} % of the customers in reach are "
        f"treated, as many held against them",
        f"for a power of {first.power:g} at a two-sided significance of {first.significance:g}:",
        aligned(_options(plan), head=True, numbers=True),
        "what the experiment shows, what treating everybody does, and the bias by word of mouth and queues "
        "(95 %):",
        aligned(_effects(plan), head=True, numbers=True),
    ]
    if plan.chosen is None or plan.rehearsal is None:
        parts.append("No duration shows any effect: there is nothing that an experiment could settle.")
        return "\n\n".join(parts)
    parts += [_choice(plan, plan.chosen), _simulated(plan.rehearsal)]
    return "\n\n".join(parts)


def heading(plan: PilotPlan) -> str:
    """Return the metric with the unit in which it is shown."""
    if FIGURES[plan.metric].binary:
        return f"{plan.metric} (points of 100)"
    unit = FIGURES[plan.metric].unit.replace("currency", plan.scenario.economics.currency)
    return f"{plan.metric} ({unit})"


def scale(plan: PilotPlan) -> float:
    """Return the factor with which the metric is shown."""
    return 100.0 if FIGURES[plan.metric].binary else 1.0


def _options(plan: PilotPlan) -> list[list[str]]:
    currency = plan.scenario.economics.currency
    rows = [
        ["weeks", "customers per arm", "", f"cost of one arm, {currency}", f"profit of it, {currency}",
         "won by luck", "overstated by"]
    ]  # fmt: skip
    for option in plan.options:
        mark = " *" if option is plan.chosen else ""
        if not math.isfinite(option.per_arm):
            rows.append([f"{option.weeks:g}", "no effect", "", "–", "–", "–", "–"])
            continue
        factor = plan.exaggeration(option)
        rows.append(
            [
                f"{option.weeks:g}{mark}",
                _count(option.per_arm),
                f"[{_count(option.per_arm_low)}, {_count(option.per_arm_high)}]",
                f"{option.spending:,.0f}",
                f"{option.per_arm * option.profit.mean:+,.0f}",
                f"{100.0 * plan.false_win_risk(option):.1f} %",
                "–" if math.isnan(factor) else f"{100.0 * (factor - 1.0):+.0f} %",
            ]
        )
    return rows


def _count(number: float) -> str:
    return f"{number:,.0f}" if math.isfinite(number) else "no limit"


def _effects(plan: PilotPlan) -> list[list[str]]:
    rows = [["weeks", "control", "shown", "", "everybody", "", "bias", ""]]
    factor = scale(plan)
    for option in plan.options:
        row = [f"{option.weeks:g}", f"{factor * option.effect.control:,.2f}"]
        for interval in (option.estimate, option.whole, option.bias):
            row += _cells(interval, factor)
        rows.append(row)
    return rows


def _cells(interval: Interval, factor: float) -> list[str]:
    mean, low, high = (factor * value for value in interval)
    return [f"{mean:+,.3f}", f"[{low:+,.3f}, {high:+,.3f}]"]


def _choice(plan: PilotPlan, option: Option) -> str:
    lines = [
        f"* costs least: {option.weeks:g} weeks with {_count(option.per_arm)} customers in each of two arms. "
        f"How surely the effect is known says how surely this is.",
        f"won by luck: of won experiments, if {100.0 * plan.prior:.0f} % of such ideas work (prior). "
        "overstated by: the winner's curse and the bias together.",
    ]
    return "\n".join(lines)


def _simulated(rehearsal: Rehearsal) -> str:
    factor = rehearsal.exaggeration()
    over = "" if math.isnan(factor) else f"; those who found it overstate it {factor:.2f}-fold"
    return (
        f"{len(rehearsal.z):,} experiments of {rehearsal.weeks:g} weeks with {rehearsal.per_arm:,} customers "
        f"per arm, simulated: power {_percent(rehearsal.power())}, by formula "
        f"{100.0 * rehearsal.nominal:.1f} %; wrong sign {_percent(rehearsal.wrong())}{over}; won though "
        f"nobody was treated {_percent(rehearsal.false_wins())}, by the test "
        f"{50.0 * rehearsal.significance:g} %."
    )


def _percent(interval: Interval) -> str:
    mean, low, high = (100.0 * value for value in interval)
    return f"{mean:.1f} % [{low:.1f}, {high:.1f}]"
