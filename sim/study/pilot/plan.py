"""What a planned experiment takes and risks, and how such experiments went when they were simulated."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from sim.study.pilot.power import Effect, exaggeration, false_win_risk
from sim.study.statistics import Interval
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Option:
    """An experiment of one duration.

    Parameters
    ----------
    weeks
        How long it runs.
    whole
        Effect of treating everybody for so long, with its interval over replications.
    bias
        What the estimate of the experiment differs from that by: contamination.
    estimate
        What the experiment shows on average, whole + bias.
    effect
        The arms as the experiment shows them.
    per_arm
        Customers in each arm for the power asked for; infinite where there is nothing to show.
    per_arm_low, per_arm_high
        The same at the limits of the estimate: how surely the plan itself is known.
    power, significance
        What was asked for.
    cost, profit
        Cost and profit that a treated customer adds, in currency.
    """

    weeks: float
    whole: Interval
    bias: Interval
    estimate: Interval
    effect: Effect
    per_arm: float
    per_arm_low: float
    per_arm_high: float
    power: float
    significance: float
    cost: Interval
    profit: Interval

    @property
    def spending(self) -> float:
        """Return what treating one arm costs, in currency."""
        return self.per_arm * self.cost.mean if math.isfinite(self.per_arm) else math.inf


@dataclass(frozen=True)
class Rehearsal:
    """Small experiments that were simulated, each a world of its own with customers who talk and queue.

    Parameters
    ----------
    weeks, per_arm, significance
        What was simulated.
    estimates, z
        Differences of the arms and their test statistics.
    idle
        Test statistics where nobody was treated.
    nominal
        Power by formula with so many customers.
    expected
        The effect by which estimates are judged: what such experiments show on average.
    """

    weeks: float
    per_arm: int
    significance: float
    estimates: Floats = field(repr=False)
    z: Floats = field(repr=False)
    idle: Floats = field(repr=False)
    nominal: float
    expected: float

    @property
    def limit(self) -> float:
        """Return the statistic beyond which a difference counts."""
        return float(special.ndtri(1.0 - 0.5 * self.significance))

    def power(self) -> Interval:
        """Return the share that finds the effect in its direction, with a 95 % interval (Wilson 1927)."""
        return _share(np.sign(self.expected) * self.z > self.limit)

    def wrong(self) -> Interval:
        """Return the share that finds an effect of the wrong sign."""
        return _share(np.sign(self.expected) * self.z < -self.limit)

    def false_wins(self) -> Interval:
        """Return the share that is won where nobody was treated: half the significance if all is well."""
        return _share(self.idle > self.limit)

    def exaggeration(self) -> float:
        """Return by which factor those who find the effect overstate it; NaN where none does."""
        found = np.sign(self.expected) * self.z > self.limit
        return float(self.estimates[found].mean() / self.expected) if found.any() else math.nan


@dataclass(frozen=True)
class PilotPlan:
    """What an experiment would take, by its duration, and how such experiments went when simulated.

    Parameters
    ----------
    scenario, strategy, baseline, metric
        What is to be tested against what, by which figure of a customer.
    share, prior
        Part of the customers in reach who are treated; share of such ideas that work.
    options
        By duration.
    chosen
        The option that costs least; None where none can show anything.
    rehearsal
        Simulated experiments of the chosen option.
    """

    scenario: Scenario
    strategy: Strategy
    baseline: Strategy
    metric: str
    share: float
    prior: float
    options: tuple[Option, ...]
    chosen: Option | None
    rehearsal: Rehearsal | None

    def false_win_risk(self, option: Option) -> float:
        """Return how often such an experiment, once won, was won by luck alone."""
        return false_win_risk(option.power, option.significance, self.prior)

    def exaggeration(self, option: Option) -> float:
        """Return by which factor a won experiment overstates the effect of treating everybody."""
        if not math.isfinite(option.per_arm) or option.whole.mean == 0.0:
            return math.nan
        curse = exaggeration(option.effect, option.per_arm, option.significance)
        return curse * option.estimate.mean / option.whole.mean

    def summary(self) -> "pd.DataFrame":
        """Return one row per duration.

        Returns
        -------
        pandas.DataFrame
            Columns scenario, strategy, metric, weeks, chosen, per_arm, per_arm_low, per_arm_high, power,
            significance, control, treated, estimate, estimate_low, estimate_high, whole, whole_low,
            whole_high, bias, bias_low, bias_high, cost, profit (of one arm), false_win_risk, exaggeration.
        """
        import pandas as pd

        rows = []
        for option in self.options:
            row: dict[str, object] = {
                "scenario": self.scenario.name,
                "strategy": self.strategy.name,
                "metric": self.metric,
                "weeks": option.weeks,
                "chosen": option is self.chosen,
                "per_arm": option.per_arm,
                "per_arm_low": option.per_arm_low,
                "per_arm_high": option.per_arm_high,
                "power": option.power,
                "significance": option.significance,
                "control": option.effect.control,
                "treated": option.effect.treated,
            }
            for name in ("estimate", "whole", "bias"):
                interval = getattr(option, name)
                row |= {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}
            row |= {
                "cost": option.spending,
                "profit": option.per_arm * option.profit.mean,
                "false_win_risk": self.false_win_risk(option),
                "exaggeration": self.exaggeration(option),
            }
            rows.append(row)
        return pd.DataFrame(rows)

    def plot(self, path: str | Path | None = None) -> object:
        """Return the figure of the plan; with a path, also write it as PNG and SVG beside it."""
        from sim.report.figures import write_figure
        from sim.report.pilot_figure import pilot_figure

        figure = pilot_figure(self)
        if path is not None:
            write_figure(figure, Path(path))
        return figure


def risks(plan: PilotPlan) -> Mapping[str, float]:
    """Return the risks of the chosen experiment as plain numbers, for the record."""
    if plan.chosen is None or plan.rehearsal is None:
        return {}
    return {
        "false_win_risk": plan.false_win_risk(plan.chosen),
        "exaggeration": plan.exaggeration(plan.chosen),
        "simulated_power": plan.rehearsal.power().mean,
        "nominal_power": plan.rehearsal.nominal,
        "simulated_false_wins": plan.rehearsal.false_wins().mean,
    }


def _share(yes: NDArray[np.bool_]) -> Interval:
    limits = stats.binomtest(int(yes.sum()), len(yes)).proportion_ci(method="wilson")
    return Interval(float(yes.mean()), float(limits.low), float(limits.high))
