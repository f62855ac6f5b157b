"""Metrics of many strategies on the same seeds, remembered run by run."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.engine.interaction import live_alone
from sim.engine.simulation import Engine, simulate, simulate_each
from sim.study.metrics import MEASURED, measure
from sim.study.side_by_side import as_they_finish
from sim.study.unfinished import Notebook
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]


class Bench:
    """Where strategies are run on one scenario, and what came out of it so far.

    Parameters
    ----------
    scenario
        The world.
    metrics
        Names of the metrics that are wanted of each run.
    engine
        "compiled" or "mesa".
    workers
        Threads; results do not depend on their number.
    notebook
        Keeps every run, so that an interrupted study does not do it again.
    finished
        Called with a number of runs whenever so many are done, or were done before.
    """

    def __init__(
        self,
        scenario: Scenario,
        metrics: Sequence[str],
        engine: Engine = "compiled",
        workers: int = 2,
        notebook: Notebook | None = None,
        finished: Callable[[int], None] | None = None,
    ) -> None:
        self.scenario = scenario
        self.metrics = tuple(metrics)
        self.engine = engine
        self.workers = workers
        self.notebook = notebook or Notebook()
        self._finished = finished
        self._compiled = False

    def values(self, strategies: Mapping[str, Strategy], seeds: Sequence[int]) -> dict[str, Floats]:
        """Return by key of a strategy its metrics, an array (seeds, metrics), running what is missing.

        Parameters
        ----------
        strategies
            By a key that stands for what they do.
        seeds
            The same for all: common random numbers.
        """
        wanted = {(key, seed) for seed in seeds for key in strategies}
        self.run(strategies, sorted(wanted, key=lambda pair: (seeds.index(pair[1]), pair[0])))
        return {key: np.array([self.notebook.done[_name(key, seed)] for seed in seeds]) for key in strategies}

    def run(self, strategies: Mapping[str, Strategy], pairs: Sequence[tuple[str, int]]) -> list[list[float]]:
        """Return the metrics of pairs of strategy and seed, running those that were not run before."""
        missing = [pair for pair in dict.fromkeys(pairs) if _name(*pair) not in self.notebook.done]
        for pair in pairs:
            if pair not in missing:
                self._report(1)
        jobs = {
            tuple(group): partial(self._measured, strategies, group)
            for group in self._groups(strategies, missing)
        }
        alone = len(jobs) if self.engine == "mesa" else 0 if self._compiled else 1
        for group, rows in as_they_finish(ThreadPoolExecutor(self.workers), jobs, alone):
            self._keep(group, rows)
        self._compiled = self._compiled or bool(missing)
        return [self.notebook.done[_name(*pair)] for pair in pairs]

    def _groups(
        self, strategies: Mapping[str, Strategy], pairs: Sequence[tuple[str, int]]
    ) -> list[list[tuple[str, int]]]:
        """Return pairs that are run at once: those of a seed, where they share the lives of customers."""
        by_seed: dict[int, list[tuple[str, int]]] = {}
        for key, seed in pairs:
            by_seed.setdefault(seed, []).append((key, seed))
        used = list({key: strategies[key] for key, _ in pairs}.values())
        shared = self.engine == "compiled" and len(by_seed) >= self.workers and used
        if shared and live_alone(self.scenario, used):
            return list(by_seed.values())
        return [[pair] for pair in pairs]

    def _measured(
        self, strategies: Mapping[str, Strategy], group: Sequence[tuple[str, int]]
    ) -> list[list[float]]:
        seed = group[0][1]
        arms = [strategies[key] for key, _ in group]
        if self.engine == "compiled":
            runs = simulate_each(self.scenario, arms, seed, keep=MEASURED)
        else:
            runs = [simulate(self.scenario, arm, seed, self.engine) for arm in arms]
        found = [measure(run) for run in runs]
        return [[values[name] for name in self.metrics] for values in found]

    def _keep(self, group: Sequence[tuple[str, int]], rows: Sequence[Sequence[float]]) -> None:
        for pair, values in zip(group, rows, strict=True):
            self.notebook.add(_name(*pair), values)
        self._report(len(group))

    def _report(self, runs: int) -> None:
        if self._finished is not None:
            self._finished(runs)


def _name(key: str, seed: int) -> str:
    return f"{key} | seed {seed}"
