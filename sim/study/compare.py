"""Compare strategies on the same customers with the same luck, replication by replication."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.engine.luck import MASK, mix, seed_key
from sim.engine.simulation import Engine, Run, simulate
from sim.study.metrics import METRICS
from sim.study.precision import MOST, Precision, asked_precision
from sim.study.replications import Outcome, run_replications
from sim.study.statistics import Interval, mean_interval, paired_interval, ratio_interval
from sim.study.two_stages import two_stage_interval, units_needed
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
Provisional = Callable[["Comparison", int], None]
REPLICATIONS = 30
PRECISE = "survival_rate"  # the metric whose differences a precision is asked of: who stays
HIDDEN = ("discounted_cost",)
PRICED = ("price", "save_offer", "fixed_term")  # they change what is earned: no ratio to what is spent
WITHOUT_DIFFERENCE = ("roi", "nps_standard_error")
SUMMARY_COLUMNS = (
    "scenario",
    "strategy",
    "metric",
    "mean",
    "ci_low",
    "ci_high",
    "difference",
    "difference_low",
    "difference_high",
    "replications",
)


@dataclass(frozen=True)
class Comparison:
    """Strategies run on the same seeds.

    Parameters
    ----------
    scenario, strategies, baseline, seeds, engine
        What was compared, against which strategy, on which seeds, by which engine.
    outcomes
        By name of the strategy, an outcome per seed in the order of the seeds.
    precision
        How precisely it was to be known how many more stay; None if the number of replications was given.
    """

    scenario: Scenario
    strategies: tuple[Strategy, ...]
    baseline: str
    seeds: tuple[int, ...]
    engine: Engine
    outcomes: dict[str, tuple[Outcome, ...]] = field(repr=False)
    precision: Precision | None = None

    def values(self, strategy: str, metric: str) -> NDArray[np.float64]:
        """Return a metric of a strategy, a value per replication; NaN where it has none.

        Raises
        ------
        ConfigurationError
            If the strategy was not compared or no strategy has such a metric.
        """
        self._named(strategy)
        known = {*METRICS, *HIDDEN, *(name for parts in self.outcomes.values() for name in parts[0].metrics)}
        if metric not in known:
            raise ConfigurationError("metric", f"unknown metric '{metric}'", nearest(metric, known))
        return np.array([outcome.metrics.get(metric, np.nan) for outcome in self.outcomes[strategy]])

    def replications(self, strategy: str, metric: str) -> int:
        """Return in how many replications a metric has a value."""
        if metric == "roi":
            return len(self.seeds)
        return int((~np.isnan(self.values(strategy, metric))).sum())

    def metric_names(self, strategy: str) -> list[str]:
        """Return the metrics of a strategy in the order of the registry, then reach by lever."""
        known = self.outcomes[strategy][0].metrics
        return [*METRICS, *(name for name in known if name not in METRICS and name not in HIDDEN)]

    def interval(self, strategy: str, metric: str) -> Interval:
        """Return the mean of a metric with its 95 % interval over replications."""
        if metric == "roi":
            return self._roi(strategy)
        return mean_interval(self.values(strategy, metric))

    def difference(self, strategy: str, metric: str) -> Interval:
        """Return the paired difference of a metric to the baseline with its 95 % interval."""
        if metric in WITHOUT_DIFFERENCE or metric not in self.outcomes[self.baseline][0].metrics:
            return Interval(np.nan, np.nan, np.nan)
        return self.gap(strategy, self.baseline, metric)

    def gap(self, strategy: str, other: str, metric: str) -> Interval:
        """Return the paired difference of a metric between two strategies with its 95 % interval.

        With a precision the width of the interval comes from the first stage, so that the replications
        may have been stopped by it; see `sim.study.two_stages`.
        """
        values, others = self.values(strategy, metric), self.values(other, metric)
        if self.precision is None:
            return paired_interval(values, others)
        return two_stage_interval(values - others, self.precision.first)

    def half_widths(self) -> dict[str, float]:
        """Return by strategy the half-width of the interval of how many more stay than under the baseline."""
        others = [strategy.name for strategy in self.strategies if strategy.name != self.baseline]
        return {name: self.difference(name, PRECISE).half_width for name in others}

    def replications_needed(self) -> int:
        """Return how many replications the precision asks for, or how many there are without one."""
        if self.precision is None:
            return len(self.seeds)
        base = self.values(self.baseline, PRECISE)
        gaps = [self.values(name, PRECISE) - base for name in self.half_widths()]
        return units_needed(np.transpose(gaps)[: self.precision.first], self.precision.half_width)

    def _roi(self, strategy: str) -> Interval:
        if set(PRICED) & set(self._named(strategy).levers()):
            return Interval(np.nan, np.nan, np.nan)
        gain = self.values(strategy, "customer_equity") - self.values(self.baseline, "customer_equity")
        spent = self.values(strategy, "discounted_cost") - self.values(self.baseline, "discounted_cost")
        return ratio_interval(gain, spent)

    def of_segment(self, name: str) -> "Comparison":
        """Return the comparison as one segment lived it; see `Run.of_segment`.

        Raises
        ------
        ConfigurationError
            If there is no such segment, or nobody in it in some replication.
        """
        if name not in self.scenario.customers.segments:
            raise ConfigurationError(
                "segment", f"unknown segment '{name}'", nearest(name, self.scenario.customers.segments)
            )
        if name not in self.peopled_segments():
            raise ConfigurationError("segment", f"'{name}' is empty in some run", "use more customers")
        outcomes = {
            strategy: tuple(part.segments[name] for part in parts)
            for strategy, parts in self.outcomes.items()
        }
        return replace(self, outcomes=outcomes)

    def peopled_segments(self) -> list[str]:
        """Return the segments that hold a customer in every run."""
        runs = [part for parts in self.outcomes.values() for part in parts]
        return [
            name for name in self.scenario.customers.segments if all(name in run.segments for run in runs)
        ]

    def summary(self, by: Literal["segment"] | None = None) -> "pd.DataFrame":
        """Return one row per strategy and metric, with paired differences to the baseline.

        Parameters
        ----------
        by
            "segment" for a row per segment, strategy and metric; a segment that is empty in some run
            is left out.

        Returns
        -------
        pandas.DataFrame
            Columns scenario, strategy, metric, mean, ci_low, ci_high, difference, difference_low,
            difference_high, replications; by segment, the segment stands after the scenario.
        """
        import pandas as pd

        if by == "segment":
            tables = [self.of_segment(name).summary() for name in self.peopled_segments()]
            empty = pd.DataFrame(columns=SUMMARY_COLUMNS)
            names = np.repeat(self.peopled_segments(), [len(table) for table in tables])
            table = pd.concat(tables, ignore_index=True) if tables else empty
            table.insert(1, "segment", names)
            return table
        rows = []
        for strategy in self.strategies:
            for metric in self.metric_names(strategy.name):
                level = self.interval(strategy.name, metric)
                change = self.difference(strategy.name, metric)
                counted = self.replications(strategy.name, metric)
                rows.append((self.scenario.name, strategy.name, metric, *level, *change, counted))
        return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)

    def kpis(self) -> "pd.DataFrame":
        """Return the KPIs per tick of every run, one row per strategy, replication and tick."""
        import pandas as pd

        parts = []
        for strategy in self.strategies:
            for seed, outcome in zip(self.seeds, self.outcomes[strategy.name], strict=True):
                part = pd.DataFrame(outcome.kpis)
                part.insert(0, "seed", seed)
                part.insert(0, "strategy", strategy.name)
                part.insert(0, "scenario", self.scenario.name)
                parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def trajectory(self, strategy: str, kpi: str) -> NDArray[np.float64]:
        """Return a KPI per tick as an array (replications, ticks)."""
        return np.array([outcome.kpis[kpi] for outcome in self.outcomes[strategy]])

    def run(self, strategy: str, replication: int = 0) -> Run:
        """Repeat one run of the comparison and return it whole."""
        return simulate(self.scenario, self._named(strategy), self.seeds[replication], self.engine)

    def events(self, strategy: str, replication: int = 0) -> "pd.DataFrame":
        """Return every event of one run of the comparison."""
        return self.run(strategy, replication).events

    def customers(self, strategy: str, replication: int = 0) -> "pd.DataFrame":
        """Return the customers at the end of one run of the comparison."""
        return self.run(strategy, replication).customers

    def twins(self, stays: str, leaves: str, replication: int = 0) -> "pd.DataFrame":
        """Return who stays under one strategy and leaves under the other, and what made the difference.

        See `sim.study.twins.find_twins`.
        """
        from sim.study.twins import find_twins

        return find_twins(self.run(stays, replication), self.run(leaves, replication))

    def plot(self, path: str | Path | None = None) -> object:
        """Return the figure of the comparison; with a path, also write it as PNG and SVG beside it."""
        from sim.report.figures import comparison_figure, write_figure

        figure = comparison_figure(self)
        if path is not None:
            write_figure(figure, Path(path))
        return figure

    def _named(self, name: str) -> Strategy:
        for strategy in self.strategies:
            if strategy.name == name:
                return strategy
        known = [strategy.name for strategy in self.strategies]
        raise ConfigurationError("strategy", f"'{name}' was not compared", nearest(name, known))


def replication_seeds(seed: int, replications: int) -> tuple[int, ...]:
    """Return the seeds of the replications, hashed so that no two first seeds share any of them."""
    first = seed_key(seed)
    return tuple(mix((first + number) & MASK) >> 24 for number in range(replications))


def compare(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    replications: int | None = None,
    seed: int = 1,
    baseline: str = "baseline",
    engine: Engine = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
    *,
    precision: float | None = None,
    max_replications: int = MOST,
    provisional: Provisional | None = None,
) -> Comparison:
    """Run strategies on the same seeds: a given number of them, or as many as a precision asks for.

    Parameters
    ----------
    scenario
        The world.
    strategies
        What to compare; names must differ.
    replications
        Number of seeds; every strategy runs on each. `REPLICATIONS` if no precision is given either.
    seed
        What the seeds of the replications are made from; the comparison lists them.
    baseline
        Name of the strategy that differences are taken against.
    engine
        "compiled" or "mesa".
    workers
        Threads; results do not depend on their number.
    progress
        Called with (runs done, runs in all) after each run.
    precision
        In place of replications: the greatest half-width, as a share of customers, that the 95 % interval
        of how many more stay than under the baseline may have, for each strategy by itself. A first stage
        decides how many replications that takes. Where the differences of replications are normal, each
        interval holds the true difference with exactly 95 %; see `sim.study.two_stages`.
    max_replications
        Replications after which to stop though the precision is not reached; the intervals are wider then
        and keep their confidence.
    provisional
        Called after each whole replication with (the comparison so far, replications in all as far as known).

    Raises
    ------
    ConfigurationError
        If the baseline is not among the strategies, a name stands twice, a number is out of its range, or
        a precision is given together with replications or for the baseline alone.
    """
    names = [strategy.name for strategy in strategies]
    if baseline not in names:
        raise ConfigurationError(
            "baseline", f"'{baseline}' is not among the strategies", nearest(baseline, names)
        )
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError("strategies", f"'{name}' stands twice", "name each strategy once")
    asked = asked_precision(precision, max_replications, replications, len(names))
    first = asked.first if asked else REPLICATIONS if replications is None else replications
    for setting, number in (("replications", first), ("workers", workers)):
        if number < 1:
            raise ConfigurationError(setting, f"{number} is outside its range", "valid: at least 1")
    for strategy in strategies:
        check_compatible(scenario, strategy)
    nothing: dict[str, tuple[Outcome, ...]] = dict.fromkeys(names, ())
    found = Comparison(scenario, tuple(strategies), baseline, (), engine, nothing, asked)
    found = _extended(found, replication_seeds(seed, first), workers, progress, provisional)
    if asked is not None:
        seeds = replication_seeds(seed, min(found.replications_needed(), asked.most))
        found = _extended(found, seeds[first:], workers, progress, provisional)
    return found


def _extended(
    before: Comparison,
    seeds: Sequence[int],
    workers: int,
    progress: Progress | None,
    provisional: Provisional | None,
) -> Comparison:
    """Return a comparison with some more seeds, reporting while they run."""
    strategies = before.strategies
    found: dict[int, dict[str, Outcome]] = {number: {} for number in seeds}
    planned = len(before.seeds) + len(seeds)
    runs = len(before.seeds) * len(strategies)
    for number, name, outcome in run_replications(
        before.scenario, strategies, seeds, before.engine, workers, compiled=bool(before.seeds)
    ):
        found[number][name] = outcome
        runs += 1
        if progress is not None:
            progress(runs, planned * len(strategies))
        if provisional is not None and len(found[number]) == len(strategies):
            provisional(_joined(before, found), planned)
    return _joined(before, found)


def _joined(before: Comparison, found: Mapping[int, Mapping[str, Outcome]]) -> Comparison:
    """Return a comparison with the further seeds on which every strategy has been run."""
    whole = {number: runs for number, runs in found.items() if len(runs) == len(before.strategies)}
    outcomes = {
        name: (*parts, *(runs[name] for runs in whole.values())) for name, parts in before.outcomes.items()
    }
    return replace(before, seeds=(*before.seeds, *whole), outcomes=outcomes)
