"""Compare strategies on the same customers with the same luck, replication by replication."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.engine.kpis import tick_kpis
from sim.engine.luck import MASK, mix, seed_key
from sim.engine.simulation import Engine, Run, simulate
from sim.study.metrics import METRICS, measure, starters
from sim.study.side_by_side import as_they_finish
from sim.study.statistics import Interval, mean_interval, paired_interval, ratio_interval
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
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
class Outcome:
    """What one run leaves behind in a comparison: its metrics, its KPIs per tick, the same by segment."""

    metrics: dict[str, float]
    kpis: dict[str, NDArray[np.float64]]
    segments: "dict[str, Outcome]" = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """Strategies run on the same seeds.

    Parameters
    ----------
    scenario, strategies, baseline, seeds, engine
        What was compared, against which strategy, on which seeds, by which engine.
    outcomes
        By name of the strategy, an outcome per seed in the order of the seeds.
    """

    scenario: Scenario
    strategies: tuple[Strategy, ...]
    baseline: str
    seeds: tuple[int, ...]
    engine: Engine
    outcomes: dict[str, tuple[Outcome, ...]] = field(repr=False)

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
        return paired_interval(self.values(strategy, metric), self.values(self.baseline, metric))

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
    replications: int = 30,
    seed: int = 1,
    baseline: str = "baseline",
    engine: Engine = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
) -> Comparison:
    """Run strategies on the same seeds.

    Parameters
    ----------
    scenario
        The world.
    strategies
        What to compare; names must differ.
    replications
        Number of seeds; every strategy runs on each.
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

    Raises
    ------
    ConfigurationError
        If the baseline is not among the strategies, a name stands twice, or a number is too small.
    """
    names = [strategy.name for strategy in strategies]
    if baseline not in names:
        raise ConfigurationError(
            "baseline", f"'{baseline}' is not among the strategies", nearest(baseline, names)
        )
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError("strategies", f"'{name}' stands twice", "name each strategy once")
    for setting, number in (("replications", replications), ("workers", workers)):
        if number < 1:
            raise ConfigurationError(setting, f"{number} is outside its range", "valid: at least 1")
    for strategy in strategies:
        check_compatible(scenario, strategy)
    seeds = replication_seeds(seed, replications)
    jobs = {
        (strategy.name, number): partial(_outcome, scenario, strategy, number, engine)
        for number in seeds
        for strategy in strategies
    }
    done: dict[tuple[str, int], Outcome] = {}

    def keep(key: tuple[str, int], outcome: Outcome) -> None:
        done[key] = outcome
        if progress is not None:
            progress(len(done), len(jobs))

    # The first run alone: it compiles, which threads could only wait for. Plain Python gains nothing
    # from threads and is interrupted at once without them.
    alone = len(jobs) if engine == "mesa" else 1
    for key in list(jobs)[:alone]:
        keep(key, jobs[key]())
    others = {key: job for key, job in jobs.items() if key not in done}
    for key, outcome in as_they_finish(ThreadPoolExecutor(workers), others):
        keep(key, outcome)
    outcomes = {name: tuple(done[name, number] for number in seeds) for name in names}
    return Comparison(scenario, tuple(strategies), baseline, seeds, engine, outcomes)


def _outcome(scenario: Scenario, strategy: Strategy, seed: int, engine: Engine) -> Outcome:
    run = simulate(scenario, strategy, seed, engine)
    whole = _part(run)
    for name in run.scenario.customers.segments:
        segment = run.of_segment(name)
        if len(starters(segment)) > 0:
            whole.segments[name] = _part(segment)
    return whole


def _part(run: Run) -> Outcome:
    return Outcome(measure(run, run.strategy.levers()), tick_kpis(run.ledger, run.scenario))
