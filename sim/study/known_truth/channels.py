"""Through what the treatment of some reaches others: spillover where one channel alone is open."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.engine.simulation import Engine
from sim.study.metrics import starters
from sim.study.who.worlds import halved, random_half, run_each, same_people, some_treated
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

ALL, NONE = "all channels", "no channel"
WORD_OF_MOUTH = ("word_of_mouth", "referral", "acquisition")
REVIEWS = ("reviews",)
STAFF = ("queue", "engagement", "feedback")
CHANNELS: Mapping[str, tuple[str, ...]] = {
    ALL: (*WORD_OF_MOUTH, *REVIEWS, *STAFF),
    "word of mouth alone": WORD_OF_MOUTH,
    "reviews alone": REVIEWS,
    "staff alone": STAFF,
    NONE: (),
}
"""By name, the mechanisms through which customers affect each other that are left on in a world."""


def with_channels(scenario: Scenario, name: str) -> Scenario:
    """Return a scenario in which customers affect each other through these channels at most.

    What the scenario has switched off itself stays off.
    """
    closed = [one for one in CHANNELS[ALL] if one not in CHANNELS[name]]
    changes: dict[str, object] = {f"mechanisms.{one}": False for one in closed}
    if name == NONE:
        changes["time.activation"] = "synchronous"
    return scenario.replace(changes)


@dataclass(frozen=True)
class Spill:
    """How the treatment of a random half changes who stays of the others, in one luck.

    Parameters
    ----------
    scenario, strategy, baseline
        The world, and what the halves get.
    seed
        Of the people.
    engine
        What runs them.
    """

    scenario: Scenario
    strategy: Strategy
    baseline: Strategy
    seed: int
    engine: Engine

    def of(self, luck: int) -> list[float]:
        """Return the change of the share who stay, of those not treated."""
        count = self.scenario.customers.count
        people = same_people(self.seed)
        half = random_half(count, luck)
        treated = some_treated(people, self.seed, half)
        keep = ("id", "active")
        none = run_each(self.scenario, [self.baseline], luck, people, self.engine, keep)[0]
        some = run_each(self.scenario, [halved(self.strategy)], luck, treated, self.engine, keep)[0]
        change = starters(some)["active"].astype(np.float64) - starters(none)["active"]
        return [float(change[~half].mean()) if not half.all() else 0.0]
