"""What a run needs of its scenario and strategy, made once for all seeds."""

from collections import OrderedDict
from dataclasses import dataclass

from sim.engine.records import (
    Records,
    clock_records,
    firm_records,
    policy_records,
    world_record,
)
from sim.world.policy import Timeline, timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

REMEMBERED = 16
"""Scenarios with a strategy that are remembered, those used last; a long one in days takes some 20 MB."""


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


_remembered: "OrderedDict[tuple[int, int], tuple[Scenario, Strategy, Prepared]]" = OrderedDict()


def prepared(scenario: Scenario, strategy: Strategy) -> Prepared:
    """Return what a run needs; for the same two objects, which cannot change, it is remembered."""
    key = (id(scenario), id(strategy))
    found = _remembered.get(key)
    if found is not None and found[0] is scenario and found[1] is strategy:
        _remembered.move_to_end(key)
        return found[2]
    effective = scenario.effective()
    plan = timeline(effective, strategy)
    policies = policy_records(plan)
    made = Prepared(
        effective,
        plan,
        policies,
        firm_records(policies.shape[1], effective),
        world_record(effective),
        clock_records(effective),
    )
    _remembered[key] = (scenario, strategy, made)
    while len(_remembered) > REMEMBERED:
        _remembered.popitem(last=False)
    return made
