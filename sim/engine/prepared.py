"""What a run needs: of scenario and strategy, made once for all seeds; people, once for all strategies."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.engine.layout import CUSTOMER_TYPE, blocks
from sim.engine.population import create_population
from sim.engine.records import (
    Records,
    Same,
    clock_records,
    firm_record,
    policy_records,
    world_record,
)
from sim.world.policy import Timeline, timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

REMEMBERED = 16
"""Scenarios with a strategy that are remembered, those used last; a long one in days takes some 20 MB."""
POPULATIONS = 4
"""Populations that are remembered, those used last."""
FEW = 20_000
"""People of a run up to which they are remembered: some 12 MB."""
AT_ONCE = 4096
"""People who are drawn at once where there are many: field by field, so that a cache has to hold them."""


@dataclass(frozen=True)
class Prepared:
    """A scenario and a strategy as the engines read them; whoever writes takes a copy.

    Parameters
    ----------
    scenario
        The world, with what is switched off in effect.
    plan
        Which policy holds when and for whom.
    policies
        The same as records (ticks, groups).
    firms
        The firm before the first tick (groups,).
    world, clocks
        The scenario's numbers (1,), the clock of every tick.
    """

    scenario: Scenario
    plan: Timeline
    policies: Records
    firms: Records
    world: Records
    clocks: Records


def prepared(scenario: Scenario, strategy: Strategy) -> Prepared:
    """Return what a run needs; for the same two objects, which cannot change, it is remembered."""
    return _prepared(Same(scenario), Same(strategy))


def people_of(setting: Prepared, seed: int) -> Records:
    """Return the people of a run, the caller's own to change.

    Strategies are run on the same people, who are drawn anew for each only where they are many.
    """
    plan, rows = setting.plan, setting.scenario.rows
    if rows > FEW:
        people = np.empty(rows, CUSTOMER_TYPE)
        for first in range(0, rows, AT_ONCE):
            ids = range(first, min(first + AT_ONCE, rows))
            part = create_population(setting.scenario, plan, seed, ids)
            blocks(people)[first : ids.stop] = blocks(part)
        return people
    return _people(Same(setting.scenario), plan.shares, plan.segments, seed).copy()


@lru_cache(REMEMBERED)
def _prepared(scenario: Same[Scenario], strategy: Same[Strategy]) -> Prepared:
    effective, world, clocks, firm = _world(scenario)
    commitment = effective.behaviour.commitment
    decided = _Known(effective, effective.time, effective.customers, effective.support, commitment)
    plan, policies = _policies(decided, strategy)
    return Prepared(effective, plan, policies, np.repeat(firm, policies.shape[1]), world, clocks)


@lru_cache(REMEMBERED)
def _world(scenario: Same[Scenario]) -> tuple[Scenario, Records, Records, Records]:
    effective = scenario.thing.effective()
    world = world_record(effective)
    timed = _Known(effective, effective.time, effective.survey, effective.economics)
    return effective, world, _clocks(timed), firm_record(world)


class _Known:
    """Something made of a scenario, known by the parts of it that decide what comes out.

    A scenario that was made from another by `replace` shares with it the parts in which nothing changed.
    """

    def __init__(self, scenario: Scenario, *parts: object) -> None:
        self.scenario, self.parts = scenario, tuple(map(Same, parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)


@lru_cache(REMEMBERED)
def _policies(known: _Known, strategy: Same[Strategy]) -> tuple[Timeline, Records]:
    plan = timeline(known.scenario, strategy.thing)
    return plan, policy_records(plan)


@lru_cache(REMEMBERED)
def _clocks(known: _Known) -> Records:
    return clock_records(known.scenario)


@lru_cache(POPULATIONS)
def _people(scenario: Same[Scenario], shares: tuple[float, ...], segments: int, seed: int) -> Records:
    return create_population(scenario.thing, Timeline((), (), (), shares, segments), seed)
