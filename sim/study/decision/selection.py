"""Select the best of several strategies with a budget of runs, spent where it decides.

Optimal computing budget allocation (OCBA, Chen et al. 2000) gives runs to strategies by how hard they are
to tell from the best: by the square of noise over distance. It is derived for independent runs. Here all
strategies meet the same luck, and to take runs as independent would be conservative: what strategies have
in common would count as noise, so that the probability of a correct selection came out too low, and the
best got far more runs than it has partners. So it is applied to the paired differences to the best: their
variances say how hard a strategy is to tell from it, and the best is run on every seed on which any other
is run and on no further one, for a run without a partner says nothing about a difference (for correlated
sampling see Fu et al. 2007).

The shares are optimal where means and variances are known. From few runs they are not, and who looks bad
by chance would hardly ever be run again: where nine of ten systems lie equally far below the best, OCBA
alone selected it with 500 independent runs in 78 % of 300 trials, equal allocation in 97 %. So half of the
runs after the first stage go by OCBA, with the square of a distance at its expectation given its error,
and half to all alike; that selected it in 99 %.

References
----------
Chen, C.-H., Lin, J., Yücesan, E., Chick, S. E. (2000). Simulation budget allocation for further enhancing
the efficiency of ordinal optimization. Discrete Event Dynamic Systems 10(3), 251-270.
Edwards, D. G., Hsu, J. C. (1983). Multiple comparisons with the best treatment. Journal of the American
Statistical Association 78(384), 965-971.
Fu, M. C., Hu, J.-Q., Chen, C.-H., Xiong, X. (2007). Simulation allocation for determining the best design
in the presence of correlated sampling. INFORMS Journal on Computing 19(1), 101-111.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.engine.simulation import Engine
from sim.study.compare import REPLICATIONS, replication_seeds
from sim.study.decision.aims import metric_named, sign
from sim.study.decision.trials import Bench
from sim.study.statistics import CONFIDENCE, Interval, mean_interval
from sim.study.unfinished import Notebook
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, check_least, check_once
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
FIRST = 6
"""Runs of every strategy before any is preferred."""
EVEN = 0.5
"""Share of the further runs that all others than the best get alike, whatever has been seen."""
SLIGHT = 1e-6
"""What stands for no noise and no distance, as a share of the greatest noise."""
LEAST = 3


class Standing(NamedTuple):
    """Where systems stand after some runs.

    Parameters
    ----------
    best
        Number of the best.
    gaps
        Mean paired difference of each to the best, at most 0.
    variances
        Variance of one paired difference.
    pairs
        Number of pairs.
    """

    best: int
    gaps: Floats
    variances: Floats
    pairs: NDArray[np.int64]


def ocba(means: Floats, variances: Floats) -> Floats:
    """Return the shares of a budget that tell the greatest mean from the others (Chen et al. 2000).

    Of two systems that are not the best, runs stand in the ratio of (noise / distance to the best)
    squared; the best gets its noise times the root of the sum of (runs / noise) squared of the others.

    Parameters
    ----------
    means, variances
        Of single runs, which are taken as independent between systems.
    """
    best = int(np.argmax(means))
    others = np.arange(len(means)) != best
    noise = np.sqrt(variances)
    least = SLIGHT * (noise.max() or 1.0)
    noise = np.maximum(noise, least)
    distance = np.maximum(means[best] - means, least)
    shares = (noise / distance) ** 2
    shares[best] = noise[best] * np.sqrt(((shares[others] / noise[others]) ** 2).sum())
    return np.asarray(shares / shares.sum())


def standing(values: Sequence[Floats]) -> Standing:
    """Return who is best by paired differences, run by run on the same seeds.

    Parameters
    ----------
    values
        Of each system, its values on the first seeds, as many as it was run on.
    """
    shared = min(len(column) for column in values)
    best = int(np.argmax([column[:shared].mean() for column in values]))
    for _ in values:  # further pairs may say otherwise
        found = _against(values, best)
        challenger = int(np.argmax(found.gaps))
        if not found.gaps[challenger] > 0.0:
            break
        best = challenger
    return found._replace(gaps=np.minimum(found.gaps, 0.0))


def _against(values: Sequence[Floats], best: int) -> Standing:
    pairs = np.array([min(len(column), len(values[best])) for column in values])
    differences = [column[:count] - values[best][:count] for column, count in zip(values, pairs, strict=True)]
    gaps = np.array([part.mean() for part in differences])
    return Standing(best, gaps, np.array([part.var(ddof=1) for part in differences]), pairs)


def spend(
    run: Callable[[list[tuple[int, int]]], list[float]], systems: int, budget: int, first: int = FIRST
) -> list[Floats]:
    """Run systems where it decides until a budget is spent, and return the values of each.

    Parameters
    ----------
    run
        Returns the values of pairs (system, number of the run); the same number means the same luck.
    systems
        Their number.
    budget
        Runs in all.
    first
        Runs of each before any is preferred.
    """
    values = [np.empty(0) for _ in range(systems)]
    wanted = [(system, number) for number in range(first) for system in range(systems)]
    spent = 0
    while wanted:
        for (system, _), value in zip(wanted, run(wanted), strict=True):
            values[system] = np.append(values[system], value)
        spent += len(wanted)
        wanted = _next(values, min(systems, budget - spent))
    return values


def _next(values: Sequence[Floats], runs: int) -> list[tuple[int, int]]:
    """Return which runs are to be done next, at most so many: those that are furthest behind their share."""
    now = standing(values)
    counts = np.array([len(column) for column in values])
    others = np.arange(len(values)) != now.best
    shares = np.where(others, _shares(now), 0.0)
    shares = (1.0 - EVEN) * shares / shares.sum() + EVEN * others / others.sum()
    wanted: list[tuple[int, int]] = []

    def add(system: int) -> None:
        wanted.append((system, int(counts[system])))
        counts[system] += 1

    while len(wanted) < runs:
        behind = np.divide(counts, shares, out=np.full(len(counts), np.inf), where=others)
        system = int(np.argmin(behind))
        if counts[system] >= counts[now.best]:  # its partner comes with it
            add(now.best)
        if len(wanted) < runs:
            add(system)
    return wanted


def _shares(now: Standing) -> Floats:
    distance = np.sqrt(now.gaps**2 + now.variances / now.pairs)
    distance[now.best] = 0.0
    return ocba(-distance, now.variances)


def correct_selection(now: Standing) -> float:
    """Return a lower bound of the probability that the best is the best (Chen 1996), by paired differences.

    One less the sum over the others of the probability that they are better, each from Student's t
    distribution of its mean difference with its own number of pairs. The sum needs no independence. That
    runs were given by what had been seen is not accounted for.
    """
    others = np.arange(len(now.gaps)) != now.best
    error = np.sqrt(now.variances[others] / now.pairs[others])
    gaps = now.gaps[others]
    ratio = np.divide(gaps, error, out=np.where(gaps < 0.0, -np.inf, 0.0), where=error > 0.0)
    return float(max(0.0, 1.0 - special.stdtr(now.pairs[others] - 1.0, ratio).sum()))


def with_the_best(values: Sequence[Floats], confidence: float = CONFIDENCE) -> list[Interval]:
    """Return by how much each system is better than the best of the others, limits that hold together.

    Multiple comparisons with the best (Edwards and Hsu 1983), on paired differences, whatever their
    correlation: only the comparisons with the one that is truly best must hold, k − 1 one-sided limits
    (Bonferroni). The lower limit of a winner that is clear is 0, and so is the upper limit of whoever is
    not the best.

    Parameters
    ----------
    values
        Of each system, its values on the first seeds.
    confidence
        That all limits hold.
    """
    systems = len(values)
    gap, width = np.zeros((systems, systems)), np.zeros((systems, systems))
    tail = 1.0 - (1.0 - confidence) / (systems - 1)
    for best in range(systems):
        now = _against(values, best)
        gap[:, best] = now.gaps
        width[:, best] = special.stdtrit(now.pairs - 1.0, tail) * np.sqrt(now.variances / now.pairs)
    other = ~np.eye(systems, dtype=bool)
    high = [max(0.0, float((gap[one] + width[one])[other[one]].min())) for one in range(systems)]
    group = np.array([limit > 0.0 for limit in high])
    found = []
    for one in range(systems):
        rivals = group & other[one]
        low = float((gap[one] - width[one])[rivals].min()) if rivals.any() else 0.0
        found.append(Interval(float(gap[one][other[one]].min()), min(0.0, low), high[one]))
    return found


@dataclass(frozen=True)
class Selection:
    """Which of several strategies is best in a metric.

    Parameters
    ----------
    scenario, strategies, metric, seeds
        What was compared, by what, on which seeds; a strategy with fewer runs was run on the first ones.
    values
        By name of the strategy, a value per run.
    """

    scenario: Scenario
    strategies: tuple[Strategy, ...]
    metric: str
    seeds: tuple[int, ...]
    values: dict[str, Floats] = field(repr=False)

    @property
    def names(self) -> list[str]:
        """Return the names of the strategies."""
        return [strategy.name for strategy in self.strategies]

    @property
    def best(self) -> str:
        """Return the name of the strategy that came out best."""
        return self.names[self._standing().best]

    @property
    def probability(self) -> float:
        """Return the estimated probability that it is the best; see `correct_selection`."""
        return correct_selection(self._standing())

    @property
    def runs(self) -> dict[str, int]:
        """Return by strategy how often it was run."""
        return {name: len(column) for name, column in self.values.items()}

    def level(self, name: str) -> Interval:
        """Return the mean of the metric over the runs of a strategy, with its own 95 % interval."""
        return mean_interval(self.values[name])

    def gap(self, name: str) -> float:
        """Return the mean paired difference to the best: less of the metric where more is better."""
        now = self._standing()
        return sign(self.metric) * float(now.gaps[self.names.index(name)])

    def advantage(self, name: str) -> Interval:
        """Return by how much it is better than the best of the others; see `with_the_best`.

        Above 0 is better, also of a metric of which less is better. The limits of all strategies hold
        together with 95 %.
        """
        return with_the_best(self._scores())[self.names.index(name)]

    def _scores(self) -> list[Floats]:
        return [sign(self.metric) * self.values[name] for name in self.names]

    def _standing(self) -> Standing:
        return standing(self._scores())


def select_best(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    metric: str = "clv",
    budget: int | None = None,
    *,
    first: int = FIRST,
    seed: int = 1,
    engine: Engine = "compiled",
    workers: int = 2,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Selection:
    """Select the best of several strategies with a budget of runs, spent where it decides.

    Parameters
    ----------
    scenario
        The world.
    strategies
        What to select from; names must differ.
    metric
        What the best is best in; more is better, or less where a firm wants less.
    budget
        Runs in all; as many as `REPLICATIONS` of each strategy if None.
    first
        Runs of each strategy before any is preferred.
    seed
        What the seeds of the runs are made from.
    engine, workers
        As in `compare`; results do not depend on the number of threads.
    folder
        Keeps what is done, so that the same selection goes on after an interruption; None keeps nothing.
    progress
        Called with (runs done, runs in all).

    Raises
    ------
    ConfigurationError
        If a name or number is wrong, the budget is too small, or the metric has no value somewhere.
    """
    name = metric_named(metric, "metric")
    arms = {strategy.name: strategy for strategy in strategies}
    total = REPLICATIONS * len(strategies) if budget is None else budget
    _check(strategies, total, first, workers)
    for strategy in strategies:
        check_compatible(scenario, strategy)
    seeds = replication_seeds(seed, total)
    done = 0

    def count(runs: int) -> None:
        nonlocal done
        done += runs
        if progress is not None:
            progress(done, total)

    notebook = Notebook(folder / "runs.jsonl" if folder is not None else None)
    bench = Bench(scenario, (name,), engine, workers, notebook, count)
    names = list(arms)

    def run(pairs: list[tuple[int, int]]) -> list[float]:
        wanted = [(names[system], seeds[number]) for system, number in pairs]
        rows = bench.run(arms, wanted)
        for (arm, _), row in zip(wanted, rows, strict=True):
            if np.isnan(row[0]):
                raise ConfigurationError(
                    "metric", f"'{name}' has no value under '{arm}'", "take another metric"
                )
        return [sign(name) * row[0] for row in rows]

    found = spend(run, len(names), total, first)
    values = {arm: sign(name) * column for arm, column in zip(names, found, strict=True)}
    longest = max(len(column) for column in found)
    return Selection(scenario, tuple(strategies), name, seeds[:longest], values)


def _check(strategies: Sequence[Strategy], budget: int, first: int, workers: int) -> None:
    if len(strategies) < 2:
        raise ConfigurationError("strategies", "there is nothing to select from", "name at least two")
    names = [strategy.name for strategy in strategies]
    check_once("strategies", names)
    check_least(first=(first, LEAST), workers=(workers, 1))
    if budget < first * len(names):
        raise ConfigurationError(
            "budget",
            f"{budget} runs are not enough for {first} of each of {len(names)} strategies",
            f"valid: at least {first * len(names)} runs",
        )
