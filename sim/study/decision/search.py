"""Search the levers of a strategy for their best settings under limits.

Settings are proposed by a tree-structured Parzen estimator (Bergstra et al. 2011; with several objectives
Ozaki et al. 2020), in batches that do not depend on how many of them run at a time. Every setting meets
the same customers with the same luck, and what counts is its paired difference to the baseline. The best
of many values that each hold some luck is too good on average (the optimizer's curse, Smith and Winkler
2006): what is found is run again on seeds that the search has not seen, and only these say what to expect.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import Engine
from sim.study.compare import replication_seeds
from sim.study.decision.aims import Limit, limits_from, metrics_named, sign
from sim.study.decision.levers import Lever, Point, levers_of, present, set_to
from sim.study.decision.proposals import Verdict, optuna_needed, propose
from sim.study.decision.trials import Bench
from sim.study.statistics import CONFIDENCE, Interval, mean_interval
from sim.study.unfinished import Notebook
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, check_least
from sim.world.library import load_strategy
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
HANDFUL = 5
"""Points of a front that are run again, at most."""
SHOWN = ("survival_rate", "clv", "cost")
"""Metrics that are told of in any case."""
BASELINE, AS_IT_STANDS = "baseline", "as it stands"
TRIALS = 64


@dataclass(frozen=True)
class Trial:
    """A setting that was tried.

    Parameters
    ----------
    point
        Settings by dotted path.
    values
        Metrics, an array (seeds, metrics); None if no strategy has these settings.
    problem
        Why there is none.
    """

    point: Point
    values: Floats | None = field(repr=False, default=None)
    problem: str = ""


@dataclass(frozen=True)
class Search:
    """What a search has found.

    Parameters
    ----------
    scenario, strategy, baseline, levers, objectives, limits, seeds, fresh_seeds
        What was searched for, how, on which seeds and on which others the findings were run again.
    metrics
        Names of the columns of all values.
    trials
        What was tried, in order.
    before
        The baseline on the seeds of the search, an array (seeds, metrics).
    found
        Numbers of the trials that were run again: the best one, or points of the front.
    fresh
        On the fresh seeds, by "baseline", "as it stands" and number of a trial, arrays (seeds, metrics).
    """

    scenario: Scenario
    strategy: Strategy
    baseline: Strategy
    levers: tuple[Lever, ...]
    objectives: tuple[str, ...]
    limits: tuple[Limit, ...]
    seeds: tuple[int, ...]
    fresh_seeds: tuple[int, ...]
    metrics: tuple[str, ...]
    trials: tuple[Trial, ...] = field(repr=False)
    before: Floats = field(repr=False)
    found: tuple[int, ...]
    fresh: Mapping[str | int, Floats] = field(repr=False)

    def effect(self, number: int, metric: str, *, fresh: bool = False) -> Interval:
        """Return the paired difference of a trial to the baseline.

        Its interval holds with 95 % by itself on the seeds of the search, where it was not chosen; on
        fresh seeds those of all that were run again hold together (Bonferroni).
        """
        place = self.metrics.index(metric)
        if fresh:
            difference = self.fresh[number][:, place] - self.fresh[BASELINE][:, place]
            return mean_interval(difference, self.confidence)
        values = self.trials[number].values
        assert values is not None
        return mean_interval(values[:, place] - self.before[:, place])

    def level(self, number: int, metric: str, *, fresh: bool = False) -> Interval:
        """Return the mean of a metric of a trial, with its interval as for `effect`."""
        values = self.fresh[number] if fresh else self.trials[number].values
        assert values is not None
        column = values[:, self.metrics.index(metric)]
        return mean_interval(column, self.confidence if fresh else CONFIDENCE)

    @property
    def confidence(self) -> float:
        """Return the confidence of each interval on fresh seeds that makes 95 % for all of them."""
        return 1.0 - (1.0 - CONFIDENCE) / max(len(self.found), 1)

    def gain(self, number: int, metric: str) -> Interval:
        """Return the paired difference to the strategy as it stands, on fresh seeds."""
        place = self.metrics.index(metric)
        return mean_interval(
            self.fresh[number][:, place] - self.fresh[AS_IT_STANDS][:, place], self.confidence
        )

    def limited(self, number: int, limit: Limit, *, fresh: bool = False) -> Interval:
        """Return what a limit is held against: a level, or a difference to the baseline."""
        take = self.effect if limit.extra else self.level
        return take(number, limit.metric, fresh=fresh)

    def judged(self) -> list[int]:
        """Return the numbers of the trials that could be run."""
        return [number for number, trial in enumerate(self.trials) if trial.values is not None]

    def feasible(self) -> list[int]:
        """Return the numbers of the trials that keep every limit on the seeds of the search."""
        return [number for number in self.judged() if self._excess(number).max(initial=-math.inf) <= 0.0]

    def front(self) -> list[int]:
        """Return the feasible trials that no other feasible one beats in all objectives, best first.

        With one objective that is the best of them.
        """
        numbers = self.feasible()
        if not numbers:
            return []
        scores = np.array([self._scores(number) for number in numbers])
        kept = [
            place
            for place, row in enumerate(scores)
            if not (
                ((scores >= row).all(axis=1) & (scores > row).any(axis=1))
                | ((scores == row).all(axis=1) & (np.arange(len(scores)) < place))
            ).any()
        ]
        return [numbers[place] for place in sorted(kept, key=lambda place: -scores[place, 0])]

    def nearest_to_feasible(self) -> int:
        """Return the trial that breaks the limits least, each in units of its spread over the trials."""
        numbers = self.judged()
        excess = np.array([self._excess(number) for number in numbers])
        spread = np.nan_to_num(np.where(np.isfinite(excess), excess, np.nan), nan=0.0).std(axis=0)
        broken = np.maximum(excess, 0.0) / np.where(spread > 0.0, spread, 1.0)
        return numbers[int(broken.sum(axis=1).argmin())]

    def verdict(self, number: int) -> Verdict:
        """Return how a trial did in the objectives, and by how much it breaks each limit."""
        if self.trials[number].values is None:
            return Verdict(None, {}, self.trials[number].problem)
        values = [self.effect(number, name).mean for name in self.objectives]
        excess = {
            limit.key: limit.excess(self.limited(number, limit).mean) / limit.scale for limit in self.limits
        }
        return Verdict(values, excess)

    def _excess(self, number: int) -> Floats:
        return np.array([limit.excess(self.limited(number, limit).mean) for limit in self.limits])

    def _scores(self, number: int) -> list[float]:
        return [sign(name) * self.effect(number, name).mean for name in self.objectives]


def search(
    scenario: Scenario,
    strategy: Strategy | str,
    levers: Mapping[str, Sequence[float] | None],
    objectives: str | Sequence[str] = "clv",
    *,
    budget: float | None = None,
    keep_rate: float | None = None,
    bounds: Mapping[str, Sequence[float | None]] | None = None,
    trials: int = TRIALS,
    replications: int = 30,
    fresh: int | None = None,
    seed: int = 1,
    baseline: Strategy | str = "baseline",
    engine: Engine = "compiled",
    workers: int = 2,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Search:
    """Search the levers of a strategy for their best settings.

    Parameters
    ----------
    scenario
        The world.
    strategy
        A strategy or its name; what is not searched stays as it is.
    levers
        By dotted path [low, high], None for the whole range of the registry; a whole lever, such as
        ``training``, is tried on and off.
    objectives
        Metrics, whose differences to the baseline are raised, or lowered where less is better. Several
        give a front.
    budget
        Most extra cost per customer over the baseline, in the scenario's currency.
    keep_rate
        Least share of promises kept.
    bounds
        By metric [least, most], None where open.
    trials
        Settings that are tried.
    replications
        Seeds on which each is tried, the same for all.
    fresh
        Further seeds on which what is found is run again; as many as replications if None.
    seed
        Of the seeds and of the proposals.
    baseline
        What differences are taken against.
    engine, workers
        As in `compare`; results do not depend on the number of threads.
    folder
        Keeps what is done, so that the same search goes on after an interruption; None keeps nothing.
    progress
        Called with (runs done, runs in all).

    Raises
    ------
    ConfigurationError
        If a name or number is wrong, no value could keep a limit, no setting can be run, or Optuna is
        not installed.
    """
    check_least(
        trials=(trials, 1), replications=(replications, 2), fresh=(fresh or 2, 2), workers=(workers, 1)
    )
    optuna_needed()
    plain = strategy if isinstance(strategy, Strategy) else load_strategy(strategy, scenario)
    base = baseline if isinstance(baseline, Strategy) else load_strategy(baseline, scenario)
    for one in (plain, base):
        check_compatible(scenario, one)
    space = levers_of(plain, levers)
    aims = metrics_named(objectives, "objectives")
    limits = limits_from(budget, keep_rate, bounds)
    metrics = tuple(dict.fromkeys([*aims, *(limit.metric for limit in limits), *SHOWN]))
    again = fresh or replications
    seeds = replication_seeds(seed, replications + again)
    seeds, later = seeds[:replications], seeds[replications:]
    total = (trials + 1) * replications + (2 + (1 if len(aims) == 1 else HANDFUL)) * again
    done = 0

    def count(runs: int) -> None:
        nonlocal done
        done += runs
        if progress is not None:
            progress(min(done, total), total)

    notebook = Notebook(folder / "runs.jsonl" if folder is not None else None)
    bench = Bench(scenario, metrics, engine, workers, notebook, count)
    (before,) = bench.values({BASELINE: base}, seeds).values()
    for name, column in zip(aims, before.T, strict=False):
        if np.isnan(column).all():
            raise ConfigurationError(
                "objectives", f"'{name}' has no value under '{base.name}'", "take another metric"
            )

    tried: list[Trial] = []

    def result() -> Search:
        return Search(
            *(scenario, plain, base, space, aims, limits, seeds, later, metrics, tuple(tried), before),
            found=(),
            fresh={},
        )

    def judge(points: Sequence[Point]) -> list[Verdict]:
        first = len(tried)
        tried.extend(_tried(bench, plain, space, points, seeds, aims))
        outcome = result()
        return [outcome.verdict(number) for number in range(first, len(tried))]

    raised = [sign(aim) > 0.0 for aim in aims]
    propose(judge, space, raised, trials, seed, present(plain, space), folder)
    outcome = result()
    if not outcome.judged():
        raise ConfigurationError("levers", f"no setting can be run: {tried[0].problem}", "change the ranges")
    found = tuple(_handful(outcome))
    arms = {BASELINE: base, AS_IT_STANDS: plain}
    arms |= {
        _key(tried[number].point): set_to(plain, space, tried[number].point, scenario) for number in found
    }
    values = bench.values(arms, later)
    by_name: dict[str | int, Floats] = {name: values[name] for name in (BASELINE, AS_IT_STANDS)}
    by_name |= {number: values[_key(tried[number].point)] for number in found}
    if progress is not None:
        progress(total, total)
    return replace(outcome, found=found, fresh=by_name)


def _tried(
    bench: Bench,
    strategy: Strategy,
    space: Sequence[Lever],
    points: Sequence[Point],
    seeds: Sequence[int],
    aims: Sequence[str],
) -> list[Trial]:
    """Return settings with their metrics, or with the reason why they have none."""
    arms: dict[str, Strategy] = {}
    problems: dict[str, str] = {}
    for point in points:
        try:
            arms[_key(point)] = set_to(strategy, space, point, bench.scenario)
        except ConfigurationError as error:
            problems[_key(point)] = str(error)
    found = bench.values(arms, seeds)
    for key, values in list(found.items()):
        lacking = [name for name, column in zip(aims, values.T, strict=False) if np.isnan(column).all()]
        if lacking:
            problems[key] = f"'{lacking[0]}' has no value"
            del found[key]
    return [Trial(point, found.get(_key(point)), problems.get(_key(point), "")) for point in points]


def _key(point: Point) -> str:
    return json.dumps(dict(point), sort_keys=True)


def _handful(search: Search) -> list[int]:
    """Return the points to run again: the whole front, or some that lie far apart, its ends first."""
    front = search.front()
    if len(front) <= HANDFUL:
        return front or [search.nearest_to_feasible()]
    scores = np.array([search._scores(number) for number in front])
    spread = np.ptp(scores, axis=0)
    scores = scores / np.where(spread > 0.0, spread, 1.0)
    chosen = list(dict.fromkeys(int(place) for place in scores.argmax(axis=0)))[:HANDFUL]
    while len(chosen) < HANDFUL:
        distance = np.linalg.norm(scores[:, None] - scores[chosen], axis=2).min(axis=1)
        chosen.append(int(distance.argmax()))
    return [front[place] for place in sorted(chosen)]
