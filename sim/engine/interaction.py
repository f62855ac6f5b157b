"""Whether customers affect each other, and up to where strategies cannot be told apart by a customer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.recovery import HANDLING
from sim.engine.prepared import prepared
from sim.engine.records import POLICY_TYPE, Records
from sim.world.policy import LEVER_BIT
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Ticks = NDArray[np.int64]

_HANDLING_LEVERS = sum(
    LEVER_BIT[f"recovery.{name}"] for name in ("response_target", "apology", "compensation", "empowerment")
)


def interactions(scenario: Scenario, attends: bool) -> list[str]:
    """Return through what customers affect each other, by name; none if each could live alone.

    Parameters
    ----------
    scenario
        The world, with what is switched off in effect (`Scenario.effective`).
    attends
        Whether the firm attends to complaints and answers under any strategy.
    """
    behaviour, market, staff = scenario.behaviour, scenario.market, scenario.staff
    talk = behaviour.talk
    engaged = staff.effort != 0.0 or staff.contact != 0.0 or staff.leaving != 0.0
    reviewed = talk.review > 0.0 or talk.review_extreme > 0.0
    found = {
        "turns": scenario.time.activation != "synchronous",
        "word of mouth": scenario.network.kind != "none" and (talk.good > 0.0 or talk.bad > 0.0),
        "acquisition": scenario.rows > scenario.customers.count or market.return_rate > 0.0,
        "reviews": reviewed and behaviour.purchase.rating != 0.0,
        "queue": staff.waiting > 0.0,
        "engagement": staff.overload > 0.0 and engaged,
        "feedback": staff.learning > 0.0 and attends,
    }
    return [name for name, there in found.items() if there]


def live_alone(scenario: Scenario, strategies: Sequence[Strategy]) -> bool:
    """Return whether no customer affects another under any of the strategies."""
    settings = [prepared(scenario, strategy) for strategy in strategies]
    attends = any((item.policies["feedback"] > 0.0).any() for item in settings)
    return not interactions(settings[0].scenario, attends)


def lived_together(policies: Records) -> tuple[Ticks, Ticks]:
    """Return up to which tick strategies are the same to a customer, by group.

    Parameters
    ----------
    policies
        Policies (strategies, ticks, groups).

    Returns
    -------
    tuple of ndarray
        The first tick in which policies differ in more than the handling of complaints, the number of
        ticks if they never do; and 1 where they differ in the handling, which matters from a customer's
        first complaint or claim on.
    """
    ticks, groups = policies.shape[1:]
    other, handling = np.zeros((2, ticks, groups), dtype=bool)
    for name in POLICY_TYPE.names or ():
        values = policies[name]
        if name == "levers":
            other |= (values & ~_HANDLING_LEVERS != values[0] & ~_HANDLING_LEVERS).any(axis=0)
            handling |= (values & _HANDLING_LEVERS != values[0] & _HANDLING_LEVERS).any(axis=0)
        else:
            differs = (values != values[0]).any(axis=0)
            if name in HANDLING:
                handling |= differs
            else:
                other |= differs
    until = np.asarray(np.where(other.any(axis=0), other.argmax(axis=0), ticks).astype(np.int64))
    return until, np.asarray(handling.any(axis=0).astype(np.int64))
