"""Which assumptions a decision hangs on.

All open assumptions are screened by elementary effects (Morris 1991; Campolongo et al. 2007): how far a
difference between strategies moves when one of them moves, whatever the others are. Those that move most
get variance-based indices (Sobol 2001, estimators of Saltelli et al. 2010): the share of the variance that
an assumption explains alone, and with all that it takes part in. Designs and estimators are SALib's (Herman
and Usher 2017). Luck is fixed: every point meets the same seeds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.assumption_draws import BEHAVIOUR
from sim.study.compare import replication_seeds
from sim.study.decision.aims import metric_named, sign
from sim.study.exploration.worlds import drawn_assumptions, outcomes_in_worlds
from sim.study.extras import needed
from sim.study.statistics import Interval, mean_interval
from sim.study.unfinished import Notebook
from sim.world.assumptions import Assumption
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, check_least, check_once, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
LEVELS = 4
"""Levels that an assumption takes in its range while screened."""
TRAJECTORIES, SAMPLES, MOST, SEEDS = 4, 32, 8, 1
"""Enough to sort the assumptions within ten minutes on two cores (courier, seven strategies): a thousand
worlds. The intervals hold the luck of a single seed; more seeds tell it from the assumptions."""


class Effect(NamedTuple):
    """How far a difference moves with an assumption, as it moves through its range.

    Parameters
    ----------
    path
        The assumption.
    size
        Mean of the absolute elementary effects, in the unit of the difference.
    half_width
        Of its 95 % interval, by bootstrap.
    mean
        Mean of the effects with their sign.
    spread
        Their standard deviation: what depends on the other assumptions.
    """

    path: str
    size: float
    half_width: float
    mean: float
    spread: float


class Share(NamedTuple):
    """Which share of the variance of a difference an assumption explains.

    Parameters
    ----------
    path
        The assumption.
    alone, alone_half_width
        First-order index with the half-width of its 95 % interval, by bootstrap.
    total, total_half_width
        Index with all interactions, likewise.
    """

    path: str
    alone: float
    alone_half_width: float
    total: float
    total_half_width: float


@dataclass(frozen=True)
class Sensitivity:
    """What the differences between strategies hang on.

    Parameters
    ----------
    scenario, strategies, baseline, metric
        What was compared, against which strategy, by what.
    items
        The assumptions that were screened.
    most
        Those of them that got variance-based indices; empty if none were asked for.
    points, screened
        The screened worlds (points, assumptions), and the metric in them (points, seeds, strategies).
    sampled
        The metric in the worlds of the variance-based indices (points, seeds, strategies).
    today
        The metric in the world as it stands (replications, strategies).
    seed
        Of designs and bootstraps.
    """

    scenario: Scenario
    strategies: tuple[Strategy, ...]
    baseline: str
    metric: str
    items: tuple[Assumption, ...]
    most: tuple[Assumption, ...]
    points: Floats = field(repr=False)
    screened: Floats = field(repr=False)
    sampled: Floats = field(repr=False)
    today: Floats = field(repr=False)
    seed: int

    @property
    def names(self) -> list[str]:
        """Return the names of the strategies."""
        return [strategy.name for strategy in self.strategies]

    @property
    def recommended(self) -> str:
        """Return the strategy that is best in the world as it stands."""
        return self._ranked()[0]

    @property
    def decisive(self) -> tuple[str, str]:
        """Return the best strategy of the world as it stands and the next: what the decision is about."""
        first, second = self._ranked()[:2]
        return first, second

    def _ranked(self) -> list[str]:
        scores = sign(self.metric) * self.today.mean(axis=0)
        return [self.names[place] for place in np.argsort(-scores, kind="stable")]

    def pairs(self) -> list[tuple[str, str]]:
        """Return the differences that are looked at: the decisive one, then each to the baseline."""
        others = [(name, self.baseline) for name in self.names if name != self.baseline]
        return [self.decisive, *(pair for pair in others if set(pair) != set(self.decisive))]

    def difference(self, pair: tuple[str, str], values: Floats) -> Floats:
        """Return the difference of two strategies in some worlds, an array (worlds, seeds)."""
        first, second = (self.names.index(name) for name in pair)
        return np.asarray(values[..., first] - values[..., second])

    def now(self, pair: tuple[str, str]) -> Interval:
        """Return a difference in the world as it stands, with its 95 % interval over replications."""
        return mean_interval(self.difference(pair, self.today))

    def effects(self, pair: tuple[str, str]) -> list[Effect]:
        """Return how far a difference moves with each assumption, the most decisive first."""
        analyze = _salib("analyze.morris")
        found = analyze.analyze(
            _problem(self.items),
            self.points,
            self.difference(pair, self.screened).mean(axis=1),
            num_levels=LEVELS,
            seed=self.seed + 1,
        )
        columns = (found[name] for name in ("mu_star", "mu_star_conf", "mu", "sigma"))
        listed = [
            Effect(item.path, *(float(value) for value in row))
            for item, row in zip(self.items, zip(*columns, strict=True), strict=True)
        ]
        return sorted(listed, key=lambda effect: -effect.size)

    def shares(self, pair: tuple[str, str]) -> list[Share]:
        """Return which share of the variance of a difference each assumption explains, the most first.

        Empty where none were asked for, or the difference is the same everywhere.
        """
        if not self.most:
            return []
        values = self.difference(pair, self.sampled).mean(axis=1)
        if not np.ptp(values) > 0.0:
            return []
        found = _salib("analyze.sobol").analyze(
            _problem(self.most), values, calc_second_order=False, seed=self.seed + 1
        )
        columns = (found[name] for name in ("S1", "S1_conf", "ST", "ST_conf"))
        listed = [
            Share(item.path, *(float(value) for value in row))
            for item, row in zip(self.most, zip(*columns, strict=True), strict=True)
        ]
        return sorted(listed, key=lambda share: -share.total)

    def luck(self, pair: tuple[str, str]) -> float:
        """Return the share of the variance of a difference over the screened worlds that is luck.

        Luck that all worlds share moves them alike and is no part of it; what it does differently in
        each is the residual of a two-way analysis of variance (worlds × seeds). NaN with one seed.
        """
        values = self.difference(pair, self.screened)
        worlds, seeds = values.shape
        means = values.mean(axis=1)
        spread = means.var(ddof=1)
        if seeds < 2 or not spread > 0.0:
            return float("nan")
        rest = values - means[:, None] - values.mean(axis=0) + values.mean()
        residual = (rest**2).sum() / ((worlds - 1) * (seeds - 1))
        return float(min(residual / seeds / spread, 1.0))

    def _scores(self) -> Floats:
        return np.asarray(sign(self.metric) * self.screened.mean(axis=1))

    def best_in(self) -> dict[str, float]:
        """Return by strategy the share of the screened worlds in which it is best."""
        best = self._scores().argmax(axis=1)
        return {name: float((best == place).mean()) for place, name in enumerate(self.names)}

    def regret(self, name: str) -> Floats:
        """Return what is lost in each screened world by taking this strategy and not the best there."""
        scores = self._scores()
        return np.asarray(scores.max(axis=1) - scores[:, self.names.index(name)])

    def worst(self, name: str) -> tuple[float, dict[str, float]]:
        """Return the worst difference of a strategy to the baseline in any screened world, and that world."""
        scores = self._scores()
        gaps = scores[:, self.names.index(name)] - scores[:, self.names.index(self.baseline)]
        place = int(gaps.argmin())
        values = zip((item.path for item in self.items), self.points[place], strict=True)
        return sign(self.metric) * float(gaps[place]), {path: float(value) for path, value in values}


def sensitivity(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    metric: str = "clv",
    *,
    baseline: str = "baseline",
    vary: str | Sequence[str] = BEHAVIOUR,
    trajectories: int = TRAJECTORIES,
    samples: int = SAMPLES,
    most: int = MOST,
    seeds: int = SEEDS,
    replications: int = 30,
    seed: int = 1,
    workers: int = 2,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Find out which assumptions the differences between strategies hang on.

    Parameters
    ----------
    scenario
        The world.
    strategies
        What is compared.
    metric
        Whose differences are looked at.
    baseline
        Name of the strategy that differences are taken against.
    vary
        Dotted paths of what is varied, numbers or what they stand below: all that are marked as design
        choices there and have a closed range.
    trajectories
        Walks through the ranges on which each assumption moves once; an effect of each for each walk.
    samples
        Size of the sample behind the variance-based indices, a power of 2; 0: none.
    most
        Assumptions that get them, those that moved the decisive difference most.
    seeds
        Seeds of every world, the same for all.
    replications
        Seeds on which the strategies are run in the world as it stands.
    seed
        Of all of this.
    workers
        Threads; results do not depend on their number.
    folder
        Keeps what is done, so that the same study goes on after an interruption; None keeps nothing.
    progress
        Called with (worlds done, worlds in all).

    Raises
    ------
    ConfigurationError
        If a name or number is wrong, nothing is open, or SALib is not installed.
    """
    _check(strategies, baseline, trajectories, samples, most, seeds, replications, workers)
    name = metric_named(metric, "metric")
    design = _salib("sample.morris")
    for strategy in strategies:
        check_compatible(scenario, strategy)
    items = drawn_assumptions(scenario, [vary] if isinstance(vary, str) else vary)
    points = np.asarray(design.sample(_problem(items), trajectories, num_levels=LEVELS, seed=seed))
    most = min(most, len(items)) if samples else 0
    total = 1 + len(points) + samples * (most + 2) * bool(most)
    notebook = Notebook(folder / "worlds.jsonl" if folder is not None else None)

    def run(worlds: Sequence[Mapping[str, float]], lucks: Sequence[int], before: int) -> Floats:
        def report(done: int, _: int) -> None:
            if progress is not None:
                progress(min(before + done, total), total)

        values = outcomes_in_worlds(scenario, strategies, worlds, lucks, (name,), workers, notebook, report)
        return np.asarray(values[..., 0])

    lucks = replication_seeds(seed, max(seeds, replications))
    today = run([{}], lucks[:replications], 0)[0]
    lacking = [one.name for one, column in zip(strategies, today.T, strict=True) if np.isnan(column).any()]
    if lacking:
        raise ConfigurationError(
            "metric", f"'{name}' has no value under '{lacking[0]}'", "take another metric"
        )
    values = run(_worlds(items, points), lucks[:seeds], 1)
    screened = Sensitivity(
        *(scenario, tuple(strategies), baseline, name, tuple(items), (), points, values),
        *(np.empty(0), today, seed),
    )
    if not most:
        return screened
    paths = [effect.path for effect in screened.effects(screened.decisive)[:most]]
    chosen = tuple(item for path in paths for item in items if item.path == path)
    sample = _salib("sample.sobol").sample(_problem(chosen), samples, calc_second_order=False, seed=seed)
    sampled = run(_worlds(chosen, sample), lucks[:seeds], 1 + len(points))
    if progress is not None:
        progress(total, total)
    return Sensitivity(
        *(scenario, tuple(strategies), baseline, name, tuple(items), chosen, points, values),
        *(sampled, today, seed),
    )


def _worlds(items: Sequence[Assumption], points: Floats) -> list[dict[str, float]]:
    """Return points as worlds; what rounding put a last digit beyond the end of a range is put back."""
    ends = np.array(_problem(items)["bounds"])
    return [
        {item.path: float(value) for item, value in zip(items, row, strict=True)}
        for row in np.clip(points, ends[:, 0], ends[:, 1])
    ]


def _problem(items: Sequence[Assumption]) -> dict[str, Any]:
    return {
        "num_vars": len(items),
        "names": [item.path for item in items],
        "bounds": [[item.entry.low, item.entry.high] for item in items],
    }


def _salib(module: str) -> Any:
    return needed(f"SALib.{module}", "sensitivity", "SALib", "sensitivity")


def _check(
    strategies: Sequence[Strategy],
    baseline: str,
    trajectories: int,
    samples: int,
    most: int,
    seeds: int,
    replications: int,
    workers: int,
) -> None:
    names = [strategy.name for strategy in strategies]
    if len(names) < 2:
        raise ConfigurationError("strategies", "there is no difference with one strategy alone", "name two")
    check_once("strategies", names)
    if baseline not in names:
        raise ConfigurationError(
            "baseline", f"'{baseline}' is not among the strategies", nearest(baseline, names)
        )
    check_least(
        trajectories=(trajectories, 2),
        samples=(samples, 0),
        most=(most, 1),
        seeds=(seeds, 1),
        replications=(replications, 2),
        workers=(workers, 1),
    )
    if samples & (samples - 1):
        raise ConfigurationError("samples", f"{samples} is no power of 2", "for example samples=64; 0: none")
