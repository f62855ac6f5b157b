"""How sure a comparison is of its assumptions: its effects in worlds drawn over what is plausible.

Replications say how sure the simulation is of an effect in one world; more of them make that interval
narrower. They say nothing of the world. Here every number that nobody has measured is drawn over its
plausible range, all at once, and the strategies meet in each of the worlds so drawn; the band of their
effects is as wide as the assumptions leave it, however much is computed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import simulate_each
from sim.study.assumption_draws import MARKS, latin_hypercube, open_assumptions
from sim.study.metrics import MEASURED, measure
from sim.study.posterior_draws import check_paths, read_draws, rows_of
from sim.study.resting import rested_world
from sim.study.side_by_side import as_they_finish
from sim.study.statistics import CONFIDENCE
from sim.world.assumptions import LEAST_DRAWS, MOST_DRAWS, Assumption, assumptions
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Doubt:
    """What the strategies do in drawn worlds.

    Parameters
    ----------
    items
        The assumptions that are drawn.
    draws
        Their values by dotted path, a mapping per world.
    baseline
        Name of the strategy that effects are taken against.
    outcomes
        By strategy and metric, a value per world; all strategies meet the same customers in it.
    """

    items: tuple[Assumption, ...]
    draws: tuple[Mapping[str, float], ...]
    baseline: str
    outcomes: Mapping[str, Mapping[str, Floats]] = field(repr=False)

    def effects(self, strategy: str, metric: str) -> Floats:
        """Return the difference to the baseline, a value per world, as simulated."""
        missing = np.full(len(self.draws), np.nan)
        return np.asarray(
            self.outcomes[strategy].get(metric, missing) - self.outcomes[self.baseline].get(metric, missing)
        )

    def without_luck(self, strategy: str, metric: str, luck: float) -> Floats:
        """Return these differences drawn together as far as the luck of a single run spreads them.

        Luck and assumptions scatter independently of each other, so that their variances add up: what
        is left of the distance from the mean is the root of the share that luck does not explain.

        Parameters
        ----------
        strategy, metric
            Whose effect.
        luck
            Variance of the difference over the replications of one world.
        """
        found = self.effects(strategy, metric)
        kept = found[~np.isnan(found)]
        if len(kept) < 2:
            return found
        spread = float(kept.var(ddof=1))
        share = max(1.0 - luck / spread, 0.0) if spread > 0.0 else 0.0
        mean = float(kept.mean())
        return np.asarray(mean + (found - mean) * np.sqrt(share))

    def band(self, strategy: str, metric: str, luck: float) -> tuple[float, float]:
        """Return the limits between which the effect lies in 95 % of the worlds, without luck."""
        found = self.without_luck(strategy, metric, luck)
        kept = found[~np.isnan(found)]
        if len(kept) < LEAST_DRAWS:
            return np.nan, np.nan
        tail = 0.5 - 0.5 * CONFIDENCE
        low, high = np.quantile(kept, [tail, 1.0 - tail])
        return float(low), float(high)


@dataclass(frozen=True)
class Verdict:
    """What the drawn worlds say of a strategy.

    Parameters
    ----------
    best
        Share of the worlds in which no strategy does better.
    pays
        Share of the worlds in which it gains more than it costs; NaN for the baseline.
    regret
        What is lost against the best strategy of each world, on average.
    worst_regret
        The same in the world in which most is lost.
    worst
        The least effect in any world.
    """

    best: float
    pays: float
    regret: float
    worst_regret: float
    worst: float


def verdicts(doubt: Doubt, metric: str, luck: Mapping[str, float], gain: str = "") -> dict[str, Verdict]:
    """Return by strategy how often it is best in a metric, how often it pays, and what it may cost to err.

    Parameters
    ----------
    doubt
        Drawn worlds.
    metric
        What the best is judged by; more is better.
    luck
        By strategy, the variance that luck gives a difference in this metric; see `Doubt.without_luck`.
    gain
        Metric whose difference is what a strategy gains less what it costs; "" for the same.
    """
    effects = {name: doubt.without_luck(name, metric, luck[name]) for name in doubt.outcomes}
    effects[doubt.baseline] = np.zeros(len(doubt.draws))
    top = np.max(list(effects.values()), axis=0)
    found = {}
    for name, effect in effects.items():
        earned = doubt.effects(name, gain or metric)
        found[name] = Verdict(
            best=float((effect >= top).mean()),
            pays=np.nan if name == doubt.baseline else float((earned > 0.0).mean()),
            regret=float((top - effect).mean()),
            worst_regret=float((top - effect).max()),
            worst=float(effect.min()),
        )
    return found


@dataclass(frozen=True)
class Influence:
    """How an effect moves with an assumption.

    Parameters
    ----------
    path, correlation, low, high
        The assumption, and its rank correlation with the effect, with a 95 % interval.
    clear
        Whether it differs from 0 when it is asked of all assumptions at once.
    """

    path: str
    correlation: float
    low: float
    high: float
    clear: bool


def influences(doubt: Doubt, effect: Floats) -> list[Influence]:
    """Return the assumptions by how much an effect moves with them, the most decisive first.

    Spearman's rank correlation (1904) over the drawn worlds, its interval by Fisher's transformation
    with the variance 1.06 / (n - 3) (Fieller, Hartley and Pearson 1957); of all assumptions together
    by Holm's procedure (1979). What has the same value in all of these worlds is left out: nothing can
    move with it.
    """
    from scipy import stats

    count = len(doubt.draws)
    if count < LEAST_DRAWS or not np.ptp(effect) > 0.0:
        return []
    ranks = stats.rankdata(effect)
    error = np.sqrt(1.06 / (count - 3))
    found = []
    for item in doubt.items:
        drawn = stats.rankdata([draw[item.path] for draw in doubt.draws])
        if not np.ptp(drawn) > 0.0:
            continue
        found.append((item.path, float(np.corrcoef(ranks, drawn)[0, 1])))
    found.sort(key=lambda pair: -abs(pair[1]))
    normal = stats.norm.ppf(0.5 + 0.5 * CONFIDENCE)
    listed, clear = [], True
    for place, (path, value) in enumerate(found):
        middle = np.arctanh(min(max(value, -1.0 + 1e-12), 1.0 - 1e-12))
        chance = 2.0 * float(stats.norm.sf(abs(middle) / error))
        clear = clear and chance * (len(found) - place) < 1.0 - CONFIDENCE
        low, high = np.tanh([middle - normal * error, middle + normal * error])
        listed.append(Influence(path, value, float(low), float(high), clear))
    return listed


def check_draws(draws: int) -> None:
    """Raise an error if a number of draws cannot be asked for.

    Raises
    ------
    ConfigurationError
        If it is out of its range.
    """
    if not LEAST_DRAWS <= draws <= MOST_DRAWS:
        raise ConfigurationError(
            "assumptions", f"{draws} is outside its range", f"valid: {LEAST_DRAWS} to {MOST_DRAWS} draws"
        )


def drawn_worlds(
    scenario: Scenario, draws: int, seed: int
) -> tuple[list[Assumption], list[dict[str, float]]]:
    """Return the assumptions of a scenario that are open, and values for each of the worlds drawn.

    What was estimated from data is drawn from its posterior, whole rows of it, where the scenario has one;
    the others over their ranges. The two are independent of each other.

    Raises
    ------
    ConfigurationError
        If the scenario leaves nothing open, or its posterior cannot be read.
    """
    items = open_assumptions(scenario, marks=MARKS)
    if not scenario.posterior:
        if not items:
            raise ConfigurationError("assumptions", "nothing in this scenario is open", "leave it out")
        return items, latin_hypercube(items, draws, seed)
    joint = read_draws(Path(scenario.posterior))
    check_paths(joint, scenario)
    estimated = joint.paths_in(scenario)
    items = [item for item in items if item.path not in estimated]
    drawn = latin_hypercube(items, draws, seed) or [{} for _ in range(draws)]
    rows = rows_of(joint, draws, seed)
    drawn = [values | joint.row(row, estimated) for values, row in zip(drawn, rows, strict=True)]
    moving = {path for path in estimated if np.ptp(joint.columns[path]) > 0.0}
    listed = [item for item in assumptions(scenario) if item.path in moving]
    if not items and not listed:
        raise ConfigurationError("assumptions", "nothing in this scenario is open", "leave it out")
    return [*items, *listed], drawn


def doubt_runs(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    draws: Sequence[Mapping[str, float]],
    seeds: Sequence[int],
    workers: int,
) -> Iterator[tuple[int, dict[str, dict[str, float]]]]:
    """Yield number of the world and metrics by strategy, in the order in which worlds are done.

    A drawn world keeps what the firm can count: its customers leave and order at the present practice
    as often as they do in the scenario, for its resting state is found anew. World by world the seeds
    of the replications are used in turn.
    """
    jobs: dict[int, Callable[[], dict[str, dict[str, float]]]] = {
        number: partial(_in_world, scenario, strategies, values, seeds[number % len(seeds)])
        for number, values in enumerate(draws)
    }
    yield from as_they_finish(ThreadPoolExecutor(workers), jobs)


def _in_world(
    scenario: Scenario, strategies: Sequence[Strategy], values: Mapping[str, float], seed: int
) -> dict[str, dict[str, float]]:
    world = rested_world(scenario, values, seed)
    runs = simulate_each(world, strategies, seed, keep=MEASURED)
    return {run.strategy.name: measure(run, run.strategy.levers()) for run in runs}


def collected(
    items: Sequence[Assumption],
    draws: Sequence[Mapping[str, float]],
    baseline: str,
    found: Mapping[int, Mapping[str, Mapping[str, float]]],
) -> Doubt:
    """Return drawn worlds with what was found in them, in the order of the draws."""
    names = found[0]
    outcomes = {
        name: {
            metric: np.array([found[number][name].get(metric, np.nan) for number in range(len(draws))])
            for metric in found[0][name]
        }
        for name in names
    }
    return Doubt(tuple(items), tuple(draws), baseline, outcomes)
