"""What came of a comparison: strategies on the same customers with the same luck, and their differences."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.engine.own_tick import OwnTick
from sim.engine.simulation import Engine, Run, simulate
from sim.study.doubt import Doubt, Influence, Verdict, influences, verdicts
from sim.study.metrics import METRICS, PRICED
from sim.study.precision import Precision
from sim.study.replications import Outcome
from sim.study.statistics import (
    CONFIDENCE,
    Interval,
    mean_interval,
    paired_interval,
    ratio_interval,
    simultaneous_intervals,
)
from sim.study.two_stages import two_stage_interval, units_needed
from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

PRECISE = "survival_rate"  # the metric whose differences a precision is asked of: who stays
GAIN = "customer_equity"  # what is gained less what it costs
HIDDEN = ("discounted_cost",)
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
ASSUMPTION_COLUMNS = ("assumption_low", "assumption_high")


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
    doubt
        The strategies in worlds drawn over the assumptions; None if that was not asked for.
    seed
        What the seeds were made from; None where they were not made from one.
    """

    scenario: Scenario
    strategies: tuple[Strategy, ...]
    baseline: str
    seeds: tuple[int, ...]
    engine: Engine | OwnTick
    outcomes: dict[str, tuple[Outcome, ...]] = field(repr=False)
    precision: Precision | None = None
    doubt: Doubt | None = field(default=None, repr=False)
    seed: int | None = None

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
        """Return the paired difference of a metric to the baseline with its 95 % interval.

        NaN for metrics that are a difference themselves, and for the reach of levers the baseline has not.

        Raises
        ------
        ConfigurationError
            If neither has such a metric.
        """
        self.values(strategy, metric)  # which names what is misspelt
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

    def simultaneous(self, metric: str, other: str | None = None) -> dict[str, Interval]:
        """Return by strategy the difference to another one, with 95 % intervals that hold all together.

        For a metric that every replication has; see `sim.study.statistics.simultaneous_intervals`. With a
        precision, whose first stage decides on the replications, each is an interval of two stages with a
        share of the error (Bonferroni).

        Parameters
        ----------
        metric
            Of which the difference is.
        other
            What the strategies are held against; None for the baseline.
        """
        against = self.baseline if other is None else other
        others = [strategy.name for strategy in self.strategies if strategy.name != against]
        base = self.values(against, metric)
        if not others:
            return {}
        gaps = np.array([self.values(name, metric) - base for name in others]).T
        if len(gaps) < 2 or np.isnan(gaps).any():
            return {
                name: Interval(float(gap), np.nan, np.nan)
                for name, gap in zip(others, gaps.mean(axis=0), strict=True)
            }
        if self.precision is not None:
            sure = 1.0 - (1.0 - CONFIDENCE) / len(others)
            found = [two_stage_interval(column, self.precision.first, sure) for column in gaps.T]
            return dict(zip(others, found, strict=True))
        return dict(zip(others, simultaneous_intervals(gaps), strict=True))

    def leaders(self, metric: str) -> list[str]:
        """Return who may be the best in a metric, more being better: the first by its mean, then the others.

        A strategy stays in unless its interval against the first, of all together with 95 %, lies below 0.
        With one name alone, that strategy is the best with at least 95 % (multiple comparisons with the
        best, Hsu 1984).
        """
        ranked = sorted(self.outcomes, key=lambda name: -self.interval(name, metric).mean)
        gaps = self.simultaneous(metric, ranked[0])
        return [ranked[0], *(name for name in ranked[1:] if not gaps[name].high < 0.0)]

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
        return replace(self, outcomes=outcomes, doubt=None)

    def peopled_segments(self) -> list[str]:
        """Return the segments that hold a customer in every run."""
        runs = [part for parts in self.outcomes.values() for part in parts]
        return [
            name for name in self.scenario.customers.segments if all(name in run.segments for run in runs)
        ]

    def luck(self, strategy: str, metric: str) -> float:
        """Return the variance that luck gives the difference to the baseline in a single replication."""
        gaps = self.values(strategy, metric) - self.values(self.baseline, metric)
        kept = gaps[~np.isnan(gaps)]
        return float(kept.var(ddof=1)) if len(kept) > 1 else 0.0

    def assumption_band(self, strategy: str, metric: str) -> tuple[float, float]:
        """Return the limits of the difference to the baseline in 95 % of the drawn worlds; NaN without them.

        What the luck of the single run in each world adds is taken off; see `sim.study.doubt`.
        """
        known = self.outcomes[self.baseline][0].metrics
        if self.doubt is None or metric in WITHOUT_DIFFERENCE or metric not in known:
            return np.nan, np.nan
        return self.doubt.band(strategy, metric, self.luck(strategy, metric))

    def verdicts(self, metric: str = PRECISE) -> dict[str, Verdict]:
        """Return what the drawn worlds say of each strategy, judged by a metric; empty without them."""
        if self.doubt is None:
            return {}
        luck = {strategy.name: self.luck(strategy.name, metric) for strategy in self.strategies}
        return verdicts(self.doubt, metric, luck, GAIN)

    def influences(self, strategy: str, metric: str = PRECISE, other: str | None = None) -> list[Influence]:
        """Return by how much an effect moves with each assumption, the most decisive first; [] without draws.

        Parameters
        ----------
        strategy, metric
            Whose effect on what.
        other
            What it is held against; None for the baseline.
        """
        if self.doubt is None:
            return []
        effect = self.doubt.effects(strategy, metric)
        return influences(self.doubt, effect if other is None else effect - self.doubt.effects(other, metric))

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
            difference_high, replications; by segment, the segment stands after the scenario. With
            assumptions also assumption_low and assumption_high: where the difference lies in 95 % of the
            drawn worlds, whatever the luck; not by segment.
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
                band = () if self.doubt is None else self.assumption_band(strategy.name, metric)
                rows.append((self.scenario.name, strategy.name, metric, *level, *change, counted, *band))
        columns = SUMMARY_COLUMNS if self.doubt is None else (*SUMMARY_COLUMNS, *ASSUMPTION_COLUMNS)
        return pd.DataFrame(rows, columns=columns)

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

    def plot(self, path: str | Path | None = None, lang: str | None = None) -> object:
        """Return the figure of the comparison; with a path, also write it as PNG and SVG beside it.

        Parameters
        ----------
        path
            Where to write, if at all; its suffix is replaced.
        lang
            Language of the figure ("en", "ru"), in which strategies have names; None for English and
            strategies as they are typed.
        """
        from sim.language.words import words
        from sim.report.figures import comparison_figure, write_figure

        figure = comparison_figure(self, None if lang is None else words(lang))
        if path is not None:
            write_figure(figure, Path(path))
        return figure

    def report(self, path: str | Path, lang: str = "en") -> Path:
        """Write the comparison as a report: one HTML file that asks nothing of anybody, also for printing.

        Parameters
        ----------
        path
            Where to; folders are made.
        lang
            "en" or "ru".

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ConfigurationError
            If the language is unknown, or nothing can be written there.
        """
        from sim.report.document.gather import findings
        from sim.report.document.write import write_report

        return write_report(findings(self), Path(path), lang)

    def _named(self, name: str) -> Strategy:
        for strategy in self.strategies:
            if strategy.name == name:
                return strategy
        known = [strategy.name for strategy in self.strategies]
        raise ConfigurationError("strategy", f"'{name}' was not compared", nearest(name, known))
