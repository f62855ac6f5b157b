"""Live the same customers through many lucks, with a strategy and without, and hold who stayed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np

from sim.engine.population import People, create_population
from sim.engine.records import Records
from sim.engine.simulation import ENGINES, Engine
from sim.study.compare import replication_seeds
from sim.study.metrics import starters
from sim.study.unfinished import Job, Notebook, Progress, finish
from sim.study.who.effects import IndividualEffects
from sim.study.who.worlds import (
    Chosen,
    halved,
    packed,
    random_half,
    run_each,
    same_people,
    some_treated,
    unpacked,
)
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, check_least, nearest
from sim.world.policy import timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

LUCKS = 200
"""Fewest lucks of a customer: a chance of staying is known within 3.5 points then, one standard error."""
ROOM = 50_000_000
"""Most customers times lucks: arrays of 400 MB."""
BATCH = 10
KEEP = ("id", "active", "value")
Luck = Literal["shared", "independent"]
LUCK: tuple[Luck, ...] = ("shared", "independent")


def individual_effects(
    scenario: Scenario,
    strategy: Strategy,
    baseline: Strategy | None = None,
    lucks: int = LUCKS,
    seed: int = 1,
    *,
    luck: Luck = "shared",
    spillover: bool = True,
    engine: Engine = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
    notebook: Notebook | None = None,
) -> IndividualEffects:
    """Return what a strategy does to the chance of each customer to stay to the end.

    The people are those of one seed; only their luck is drawn anew, and with it whom they know.

    Parameters
    ----------
    scenario, strategy
        The world, and the strategy with at least one lever.
    baseline
        What it is held against; None for present practice.
    lucks
        Lucks per customer, at least `LUCKS`.
    seed
        Of the people, and of their lucks.
    luck
        "shared": with and without the strategy a customer meets the same luck; "independent": another.
    spillover
        Whether a random half is treated in a third world of every luck.
    engine, workers
        What runs the customers, and in how many threads; results do not depend on either.
    progress
        Called with (parts done, parts in all).
    notebook
        Where finished parts are kept; what it holds is not run again.

    Raises
    ------
    ConfigurationError
        If the strategy has no lever, is the baseline or cannot be carried out, or a number is out of range.
    """
    baseline = baseline or Strategy(name="baseline")
    for one in (baseline, strategy):
        check_compatible(scenario, one)
    _check(scenario, strategy, baseline, lucks, luck, engine, spillover=spillover)
    check_least(workers=(workers, 1))
    seeds = replication_seeds(seed, lucks if luck == "shared" else 2 * lucks)
    mine, others = seeds[:lucks], seeds[-lucks:]
    batches = [(mine[at : at + BATCH], others[at : at + BATCH]) for at in range(0, lucks, BATCH)]
    worlds = _Worlds(scenario, strategy, baseline, seeds[0], spillover=spillover, engine=engine)
    jobs: dict[str, Job] = {
        f"lucks from {number * BATCH}": partial(worlds.live, *batch) for number, batch in enumerate(batches)
    }
    done = finish(jobs, notebook or Notebook(), workers, progress)
    return worlds.gathered(done, list(jobs), batches, luck)


class _Worlds:
    """The worlds of a luck: nobody treated, everybody, and if asked for a random half."""

    def __init__(
        self,
        scenario: Scenario,
        strategy: Strategy,
        baseline: Strategy,
        seed: int,
        *,
        spillover: bool,
        engine: Engine,
    ) -> None:
        self.scenario, self.strategy, self.baseline = scenario, strategy, baseline
        self.seed, self.engine, self.spillover = seed, engine, spillover
        self.half = halved(strategy)
        self.people = same_people(seed)
        self.count = scenario.customers.count

    def live(self, lucks: Sequence[int], others: Sequence[int]) -> list[float]:
        """Return who stayed, world by world and luck by luck, then what each customer brings more in all."""
        values: list[float] = []
        gained = np.zeros(self.count)
        for luck, other in zip(lucks, others, strict=True):
            if other == luck:
                worlds = self._run([self.baseline, self.strategy], luck)
            else:
                worlds = self._run([self.baseline], other) + self._run([self.strategy], luck)
            gained += worlds[1]["value"] - worlds[0]["value"]
            if self.spillover:
                chosen = some_treated(self.people, self.seed, random_half(self.count, luck))
                worlds += self._run([self.half], luck, chosen)
            for world in worlds:
                values += packed(world["active"] == 1)
        return values + gained.tolist()

    def _run(self, strategies: list[Strategy], luck: int, people: People | None = None) -> list[Records]:
        runs = run_each(self.scenario, strategies, luck, people or self.people, self.engine, KEEP)
        return [starters(run) for run in runs]

    def gathered(
        self,
        done: Mapping[str, Sequence[float]],
        keys: Sequence[str],
        batches: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
        luck: Luck,
    ) -> IndividualEffects:
        """Return what the parts say together."""
        worlds = 3 if self.spillover else 2
        width = -(-self.count // 32)
        rows: list[list[Chosen]] = [[] for _ in range(worlds)]
        value = np.zeros((2, self.count))
        lucks = np.zeros(2)
        for number, key in enumerate(keys):
            values, size = done[key], len(batches[number][0])
            for place in range(worlds * size):
                rows[place % worlds].append(unpacked(values[place * width : (place + 1) * width], self.count))
            value[number % 2] += values[worlds * size * width :]
            lucks[number % 2] += size
        stays = [np.array(row) for row in rows]
        drawn = tuple(one for batch, _ in batches for one in batch)
        halves = np.array([random_half(self.count, one) for one in drawn]) if self.spillover else None
        return IndividualEffects(
            self.scenario,
            self.strategy,
            self.baseline,
            self.seed,
            drawn,
            luck,
            create_population(
                self.scenario.effective(), timeline(self.scenario.effective(), self.strategy), self.seed
            )[: self.count],
            stays[0],
            stays[1],
            value / lucks[:, None],
            np.repeat(np.arange(len(batches)) % 2 == 1, [len(batch) for batch, _ in batches]),
            halves,
            stays[2] if self.spillover else None,
        )


def _check(
    scenario: Scenario,
    strategy: Strategy,
    baseline: Strategy,
    lucks: int,
    luck: str,
    engine: str,
    *,
    spillover: bool,
) -> None:
    if not strategy.levers():
        raise ConfigurationError(
            "strategy", f"'{strategy.name}' has no levers", "choose one that does something"
        )
    if strategy == baseline:
        raise ConfigurationError("strategy", f"'{strategy.name}' is the baseline itself", "name another one")
    if spillover and baseline.levers():
        raise ConfigurationError(
            "spillover",
            f"the half that is not treated cannot get '{baseline.name}', which has levers",
            "set spillover=false, or hold it against a baseline without levers",
        )
    most = ROOM // scenario.customers.count
    if lucks < LUCKS or lucks > most:
        raise ConfigurationError(
            "lucks",
            f"{lucks:,} is outside its range",
            f"valid: {LUCKS} to {most:,} with {scenario.customers.count:,} customers"
            if most >= LUCKS
            else f"with {scenario.customers.count:,} customers not even {LUCKS} fit: use fewer customers",
        )
    if luck not in LUCK:
        raise ConfigurationError("luck", f"unknown luck '{luck}'", nearest(luck, LUCK))
    if engine not in ENGINES:
        raise ConfigurationError("engine", f"unknown engine '{engine}'", nearest(engine, ENGINES))
