"""The experiment behind the checks of recovery: one failure, the same for all, handled in one way or another.

A calm world in which nothing fails and customers live as if alone is struck by an incident: in one
week every order fails. The arms differ in what is done then. The same customers with the same luck
live on in every arm, so that those who are struck can be known from the arm in which nothing happens:
they are the ones who ordered once in that week.

The calm world has a rest of its own. A scenario's reference state is where its customers rest with
the usual failures; without them orders please more than memory says, and every comparison of a
recovered customer with an undisturbed one would set the memory of worse days against a good one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import Run
from sim.evidence.trial import ALONE, Trial, run, served, stayed
from sim.study.resting import calibrate_reference
from sim.world.library import load_scenario
from sim.world.scenario import DAYS_PER_YEAR, Scenario

STRUCK_WEEK = 26
"""Weeks before the incident in which customers live undisturbed."""

CALM: Mapping[str, Any] = {
    **ALONE,
    "service.core.rate": 0.0,
    "service.encounter.rate": 0.0,
    "service.unavailable.rate": 0.0,
    "service.billing.rate": 0.0,
    "service.delivery.quote_publicity": 0.0,  # or late orders would break the promise that comes with them
    "customers.involuntary": 0.0,
    "customers.opportunists": 0.0,
    "behaviour.voice.threshold": 0.2,  # a failure is a grievance, an order that merely disappoints is none
    "customers.orders.mean": 12.0,  # seldom enough that one order is lived through before the next
}
INCIDENT: Mapping[str, Any] = {
    "service.incident.start": float(STRUCK_WEEK),
    "service.incident.length": 1.0,
    "service.incident.share": 1.0,
}
ALL_SPEAK: Mapping[str, Any] = {"behaviour.voice.base": 2.0, "customers.voice_spread": 0.0}
NONE: Mapping[str, Any] = {}
SILENT: Mapping[str, Any] = {**INCIDENT, "mechanisms.voice": False}
UNRESOLVED: Mapping[str, Any] = {
    **INCIDENT,
    **ALL_SPEAK,
    "support.unanswered": 0.0,
    "support.first_contact": 0.0,
    "support.apology": 0.0,
    "support.compensation": 0.0,
}
RESOLVED: Mapping[str, Any] = {
    **INCIDENT,
    **ALL_SPEAK,
    "support.unanswered": 0.0,
    "support.first_contact": 1.0,
    "support.spread": 0.0,
}
EXCELLENT: Mapping[str, Any] = {
    **RESOLVED,
    "support.response": 0.02,
    "support.apology": 1.0,
    "support.compensation": 1.0,
    "support.skill": 1.0,
}
"""Answered in the chat in little more than a minute, with a sincere apology and the whole price."""

REST_CUSTOMERS = 4000
REST_CYCLES = 2
REST_SEEDS = (101, 102)


@cache
def rest(name: str) -> Mapping[str, float]:
    """Return the reference state of the calm world made from a scenario, as dotted paths and values.

    It is computed without anything planted: what is broken on purpose must not move it.
    """
    world = load_scenario(name).replace(CALM)
    found = calibrate_reference(world, REST_CUSTOMERS, REST_CYCLES, REST_SEEDS)
    return {f"reference.{key}": value for key, value in vars(found).items()}


def calm_world(trial: Trial, weeks: float, changes: Mapping[str, Any], name: str = "courier") -> Scenario:
    """Return the calm world of an arm, at its own rest.

    Parameters
    ----------
    trial
        Its size and what is planted.
    weeks
        How long it is watched from its start.
    changes
        What sets the arm apart, such as `EXCELLENT`.
    name
        Scenario it is made from.
    """
    horizon = weeks * 7.0 / DAYS_PER_YEAR
    return trial.world(name, {**CALM, **rest(name), "time.horizon": horizon, **changes})


@dataclass(frozen=True)
class Arm:
    """What became of the customers at the start in one arm, as at the end or when they left.

    Parameters
    ----------
    stays
        Who is still a customer at the end.
    judged
        Whose last order was complained about, and the case judged.
    last_satisfaction, satisfaction, trust
        With the last episode, in memory, and trust.
    before, after
        Memory of satisfaction before the order of the last case, and satisfaction with that order.
    orders, failures
        Counts over the whole run.
    revenue
        Currency over the whole run.
    """

    stays: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    last_satisfaction: NDArray[np.float64]
    satisfaction: NDArray[np.float64]
    trust: NDArray[np.float64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    orders: NDArray[np.int64]
    failures: NDArray[np.int64]
    revenue: NDArray[np.float64]


def arm(world: Scenario, seed: int) -> Arm:
    """Run one arm with one seed."""
    return seen(run(world, seed))


def seen(result: Run) -> Arm:
    """Return what became of the customers in a run."""
    people = served(result)
    return Arm(
        stayed(result),
        people["judged_hour"] >= np.maximum(people["last_hour"], 0.0),
        people["last_satisfaction"].copy(),
        people["satisfaction"].copy(),
        people["trust"].copy(),
        people["judged_before"].copy(),
        people["judged_after"].copy(),
        people["orders"].copy(),
        people["failures"].copy(),
        people["revenue"].copy(),
    )


def ordered_once(earlier: Arm, later: Arm) -> NDArray[np.bool_]:
    """Return who placed exactly one order between the ends of two runs of the same world and seed."""
    return np.asarray(later.orders - earlier.orders == 1)


def mean_over(who: NDArray[np.bool_], values: Any) -> float:
    """Return the mean of a value over some customers, NaN over nobody."""
    return float(np.mean(values[who])) if who.any() else float("nan")
