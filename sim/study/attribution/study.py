"""Run a strategy with some of its levers on and the others off, and split its effect among them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.engine.simulation import Engine, simulate
from sim.study.attribution.shapley import (
    Coalition,
    Floats,
    chains,
    coalitions,
    drawn_orders,
    exact_shares,
    sampled_shares,
)
from sim.study.compare import replication_seeds
from sim.study.decision.aims import metrics_named
from sim.study.metrics import METRICS
from sim.study.statistics import CONFIDENCE, Interval, mean_interval, ratio_interval
from sim.study.unfinished import Job, Notebook, Progress, finish
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, check_least, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

EXACT = 8
"""Parts up to which all sets of them are run: 256 runs a replication."""
PAIRS = 2
"""Pairs of orders that each replication draws for itself where there are more parts."""
RETENTION, PROFIT = "survival_rate", "profit"
By = Literal["lever", "section"]


@dataclass(frozen=True)
class Attribution:
    """The effect of a strategy, split among its levers.

    Parameters
    ----------
    scenario, strategy, baseline, seeds, metrics
        What was run against what, on which seeds, measured by what.
    players
        By name of a part, the levers that are switched together.
    pairs
        Pairs of orders drawn in each replication; None where all sets of parts were run.
    base
        Metrics without the strategy, (replications, metrics).
    whole
        Effect of the whole strategy, (replications, metrics).
    shares
        By part, what it brings of that, (replications, metrics).
    """

    scenario: Scenario
    strategy: Strategy
    baseline: Strategy
    seeds: tuple[int, ...]
    metrics: tuple[str, ...]
    players: Mapping[str, tuple[str, ...]]
    pairs: int | None
    base: Floats = field(repr=False)
    whole: Floats = field(repr=False)
    shares: Mapping[str, Floats] = field(repr=False)

    def values(self, player: str, metric: str) -> Floats:
        """Return what a part brings, a value per replication.

        Raises
        ------
        ConfigurationError
            If there is no such part or metric.
        """
        if player not in self.shares:
            raise ConfigurationError(
                "lever", f"'{player}' is no part of the strategy", nearest(player, self.shares)
            )
        return np.asarray(self.shares[player][:, self._place(metric)])

    def interval(self, player: str, metric: str) -> Interval:
        """Return the mean of what a part brings; with 95 % the intervals of all parts hold at once.

        Bonferroni over the parts. Where orders are drawn, every replication draws its own: the spread
        of the replications then holds the error of sampling too.
        """
        return mean_interval(self.values(player, metric), 1.0 - (1.0 - CONFIDENCE) / len(self.players))

    def effect(self, metric: str) -> Interval:
        """Return the effect of the whole strategy with its 95 % interval."""
        return mean_interval(self.whole[:, self._place(metric)])

    def part(self, player: str, metric: str) -> Interval:
        """Return a part as a share of the whole effect; NaN where the sign of the whole is open.

        The confidence is that of `interval`.
        """
        whole = self.whole[:, self._place(metric)]
        sign = -1.0 if whole.mean() < 0.0 else 1.0
        confidence = 1.0 - (1.0 - CONFIDENCE) / len(self.players)
        return ratio_interval(sign * self.values(player, metric), sign * whole, confidence)

    def summary(self) -> "pd.DataFrame":
        """Return one row per metric and part, and one for the whole.

        Returns
        -------
        pandas.DataFrame
            Columns scenario, strategy, metric, lever, effect, low, high, part, part_low, part_high,
            replications; the lever of the whole is "whole".
        """
        import pandas as pd

        rows = []
        for metric in self.metrics:
            for player in self.players:
                rows.append((metric, player, *self.interval(player, metric), *self.part(player, metric)))
            rows.append((metric, "whole", *self.effect(metric), 1.0, np.nan, np.nan))
        table = pd.DataFrame(
            rows, columns=["metric", "lever", "effect", "low", "high", "part", "part_low", "part_high"]
        )
        table.insert(0, "strategy", self.strategy.name)
        table.insert(0, "scenario", self.scenario.name)
        table["replications"] = len(self.seeds)
        return table

    def plot(self, path: str | Path | None = None) -> object:
        """Return the waterfall of the shares; with a path, also write it as PNG and SVG beside it."""
        from sim.report.attribution_figure import attribution_figure
        from sim.report.figures import write_figure

        figure = attribution_figure(self)
        if path is not None:
            write_figure(figure, Path(path))
        return figure

    def _place(self, metric: str) -> int:
        if metric not in self.metrics:
            raise ConfigurationError("metric", f"'{metric}' was not asked for", nearest(metric, self.metrics))
        return self.metrics.index(metric)


def with_only(strategy: Strategy, levers: Coalition) -> Strategy:
    """Return a strategy in which only some of its levers are on; phases and eligibility stay.

    What rests on a lever that is off is off too: a programme without points has no tiers.
    """
    for lever in strategy.levers():
        if lever not in levers and lever in strategy.levers():
            strategy = strategy.without(lever)
    return strategy


def parts_of(strategy: Strategy, by: By) -> dict[str, tuple[str, ...]]:
    """Return what is switched together, by name: each lever alone, or the levers of a section."""
    if by == "lever":
        return {lever: (lever,) for lever in strategy.levers()}
    found: dict[str, tuple[str, ...]] = {}
    for lever in strategy.levers():
        name = lever.partition(".")[0]
        found[name] = (*found.get(name, ()), lever)
    return found


def attribute(
    scenario: Scenario,
    strategy: Strategy,
    replications: int = 30,
    seed: int = 1,
    *,
    baseline: Strategy | None = None,
    metrics: Sequence[str] = (RETENTION, PROFIT),
    by: By = "lever",
    pairs: int | None = None,
    engine: Engine = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
    notebook: Notebook | None = None,
) -> Attribution:
    """Split the effect of a strategy among its levers, on the same customers with the same luck.

    Up to `EXACT` parts every set of them is run on every seed. Beyond, every replication draws orders of
    its own in which the levers are switched on one after the other.

    Parameters
    ----------
    scenario, strategy
        The world, and the strategy with at least one lever.
    replications, seed
        How many seeds, and what they are made from.
    baseline
        What the effect is counted from, a strategy without levers; None for present practice.
    metrics
        Names of metrics, see `sim.study.metrics.METRICS`.
    by
        "lever", or "section" to switch the levers of a section together.
    pairs
        Pairs of orders per replication; None for all sets up to `EXACT` parts, and `PAIRS` beyond.
    engine, workers
        What runs the customers, and in how many threads; results do not depend on either.
    progress
        Called with (runs done, runs in all).
    notebook
        Where finished runs are kept; what it holds is not run again.

    Raises
    ------
    ConfigurationError
        If the strategy has no lever or cannot be carried out, the baseline has levers, a metric is
        unknown, or has no value in some run.
    """
    check_compatible(scenario, strategy)
    _check(strategy, baseline, metrics, by)
    check_least(
        replications=(replications, 1), workers=(workers, 1), pairs=(1 if pairs is None else pairs, 1)
    )
    players = parts_of(strategy, by)
    names = tuple(players)
    drawn = pairs if pairs is not None else None if len(names) <= EXACT else PAIRS
    seeds = replication_seeds(seed, replications)
    orders = {one: drawn_orders(names, drawn or 0, one) for one in seeds}
    wanted = {one: coalitions(names) if drawn is None else chains(orders[one]) for one in seeds}

    def levers(coalition: Coalition) -> Coalition:
        return frozenset(lever for name in coalition for lever in players[name])

    # Sets that come to the same strategy, because a lever rests on another that is off, are run once.
    everything = {coalition for sets in wanted.values() for coalition in sets}
    versions = {coalition: with_only(strategy, levers(coalition)) for coalition in everything}
    keys = {coalition: ",".join(version.levers()) for coalition, version in versions.items()}
    unique = {keys[coalition]: version for coalition, version in versions.items()}
    asked = sorted(
        {(keys[coalition], one) for one, sets in wanted.items() for coalition in sets},
        key=lambda pair: (pair[0].count(","), pair),
    )
    jobs: dict[str, Job] = {
        f"{key} | {one}": partial(_measured, scenario, unique[key], one, tuple(metrics), engine)
        for key, one in asked
    }
    done = finish(jobs, notebook or Notebook(), workers, progress)
    _check_values(done, metrics)

    def value_on(one: int) -> Callable[[Coalition], Floats]:
        return lambda coalition: np.array(done[f"{keys[coalition]} | {one}"])

    shares = {
        one: exact_shares(names, value_on(one))
        if drawn is None
        else sampled_shares(names, orders[one], value_on(one))
        for one in seeds
    }
    base = np.array([value_on(one)(frozenset()) for one in seeds])
    whole = np.array([value_on(one)(frozenset(names)) for one in seeds]) - base
    return Attribution(
        scenario,
        strategy,
        baseline or with_only(strategy, frozenset()),
        seeds,
        tuple(metrics),
        players,
        drawn,
        base,
        whole,
        {name: np.array([shares[one][name] for one in seeds]) for name in names},
    )


def _measured(
    scenario: Scenario, strategy: Strategy, seed: int, metrics: tuple[str, ...], engine: Engine
) -> list[float]:
    run = simulate(scenario, strategy, seed, engine)
    values = []
    for name in metrics:
        measure = METRICS[name].measure
        assert measure is not None
        values.append(measure(run))
    return values


def _check(strategy: Strategy, baseline: Strategy | None, metrics: Sequence[str], by: str) -> None:
    if not strategy.levers():
        raise ConfigurationError(
            "strategy", f"'{strategy.name}' has no levers", "choose one that does something"
        )
    if baseline is not None and baseline.levers():
        raise ConfigurationError(
            "baseline",
            f"'{baseline.name}' has levers of its own",
            "levers are counted from a strategy without any, for example baseline=baseline",
        )
    if by not in ("lever", "section"):
        raise ConfigurationError("by", f"unknown way '{by}'", nearest(by, ("lever", "section")))
    if "nps_standard_error" in metrics_named(metrics, "metrics"):
        raise ConfigurationError("metrics", "'nps_standard_error' has no parts", "take nps")


def _check_values(done: Mapping[str, Sequence[float]], metrics: Sequence[str]) -> None:
    for place, name in enumerate(metrics):
        if any(np.isnan(values[place]) for values in done.values()):
            raise ConfigurationError(
                "metrics",
                f"'{name}' has no value in some of the runs",
                "leave it out, or use more customers or a longer horizon",
            )
