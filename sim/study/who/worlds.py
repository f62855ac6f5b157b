"""The same people under other lucks, all of them treated, or chosen ones only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engine.luck import BEFORE_THE_FIRST_TICK, seed_key, uniforms
from sim.engine.population import HALVED, PILOT, People, create_population
from sim.engine.records import Records
from sim.engine.simulation import Engine, Run, simulate, simulate_each
from sim.world.policy import Timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Chosen = NDArray[np.bool_]
HALF = 0.5


def same_people(seed: int) -> People:
    """Return what makes the people of one seed, whatever the seed of the run.

    Who they are comes from this seed alone; what happens to them, whom they know included, from the run's.
    """
    made: dict[tuple[float, ...], Records] = {}

    def people(scenario: Scenario, timeline: Timeline, luck: int) -> Records:
        if timeline.shares not in made:
            made[timeline.shares] = create_population(scenario, timeline, seed)
        return made[timeline.shares]

    return people


def halved(strategy: Strategy) -> Strategy:
    """Return a strategy whose groups are cut so that `some_treated` can choose whom it reaches."""
    return strategy.replace({"eligibility.share": HALF * strategy.eligibility.share})


def some_treated(people: People, seed: int, chosen: Chosen) -> People:
    """Return what makes the same people, of whom a strategy that is `halved` reaches the chosen ones only.

    Those chosen meet it when and where they would meet the whole strategy: their draw for pilots and
    roll-outs is halved with its limits. The others' draw lies above all limits.

    Parameters
    ----------
    people
        Makes them.
    seed
        What they are drawn from.
    chosen
        Who is chosen, by id; whoever stands behind its end is not.
    """

    def treated(scenario: Scenario, timeline: Timeline, luck: int) -> Records:
        population = people(scenario, timeline, luck).copy()
        count, places = len(population), len(timeline.shares)
        spared = np.ones(count)
        spared[: len(chosen)] = ~chosen
        draws = HALF * (uniforms(seed_key(seed), count, BEFORE_THE_FIRST_TICK, PILOT) + spared)
        place = np.searchsorted(np.array(timeline.shares), draws, side="right")
        population["group"] = population["segment"] * places + np.minimum(place, places - 1)
        return population

    return treated


def random_half(customers: int, luck: int) -> Chosen:
    """Return who of the customers is treated where a random half is, another half for every luck."""
    return np.asarray(uniforms(seed_key(luck), customers, BEFORE_THE_FIRST_TICK, HALVED) < HALF)


def run_each(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    luck: int,
    people: People,
    engine: Engine,
    keep: Sequence[str],
) -> list[Run]:
    """Run strategies on people and luck, with some fields of the customers at the end."""
    if engine == "mesa":
        return [simulate(scenario, one, luck, engine, people=people) for one in strategies]
    return simulate_each(scenario, strategies, luck, people=people, keep=keep)


def packed(bits: Chosen) -> list[int]:
    """Return yes and no as whole numbers of 32 bits, short enough to be written down."""
    room = np.zeros(-(-len(bits) // 32) * 32, dtype=np.bool_)
    room[: len(bits)] = bits
    return [int(word) for word in np.packbits(room).view(">u4")]


def unpacked(numbers: Sequence[float], count: int) -> Chosen:
    """Return what `packed` was given."""
    words = np.array(numbers, dtype=np.int64).astype(">u4")
    return np.unpackbits(words.view(np.uint8))[:count].astype(np.bool_)
