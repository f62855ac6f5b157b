"""The experiment behind the checks of recovery: one failure, the same for all, handled in one way or another.

A calm world in which nothing fails and customers live as if alone is struck by an incident: in one
week every order fails. The arms differ in what happens then. Those who are struck are known, and the
same customers with the same luck live on in every arm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evidence.trial import ALONE, Trial, run, served, stayed
from sim.world.scenario import DAYS_PER_YEAR, Scenario

STRUCK_WEEK = 26
HOURS_PER_WEEK = 168.0

CALM: Mapping[str, Any] = {
    **ALONE,
    "service.core.rate": 0.0,
    "service.encounter.rate": 0.0,
    "service.unavailable.rate": 0.0,
    "service.billing.rate": 0.0,
    "service.delivery.quote_publicity": 0.0,  # or late orders would break the promise that comes with them
    "customers.involuntary": 0.0,
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
SLOW: Mapping[str, Any] = {
    **RESOLVED,
    "support.response": 96.0,
    "support.apology": 0.5,
    "support.compensation": 0.4,
}
FAST: Mapping[str, Any] = {**SLOW, "support.response": 6.0}
EXCELLENT: Mapping[str, Any] = {
    **RESOLVED,
    "support.response": 2.0,
    "support.apology": 1.0,
    "support.compensation": 1.0,
    "support.skill": 1.0,
}


@dataclass(frozen=True)
class Arm:
    """What became of the customers at the start in one arm.

    Parameters
    ----------
    struck
        Who met the failure; nobody in an arm without one.
    stays
        Who is still a customer at the end.
    judged
        Whose last case was judged after the last order, so that its outcome is the last episode.
    last_satisfaction, satisfaction, trust
        As at the end, or when they left.
    orders, revenue
        Over the whole run.
    """

    struck: NDArray[np.bool_]
    stays: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    last_satisfaction: NDArray[np.float64]
    satisfaction: NDArray[np.float64]
    trust: NDArray[np.float64]
    orders: NDArray[np.int64]
    revenue: NDArray[np.float64]


def calm_world(
    trial: Trial, weeks_after: float, changes: Mapping[str, Any], name: str = "courier"
) -> Scenario:
    """Return the calm world of an arm, which ends some weeks after the week of the incident.

    Parameters
    ----------
    trial
        Its size and what is planted.
    weeks_after
        Time lived after the incident's week.
    changes
        What sets the arm apart, such as `EXCELLENT`.
    name
        Scenario it is made from.
    """
    horizon = (STRUCK_WEEK + 1 + weeks_after) * 7.0 / DAYS_PER_YEAR
    return trial.world(name, {**CALM, "time.horizon": horizon, **changes})


def arm(world: Scenario, seed: int) -> Arm:
    """Run one arm with one seed."""
    result = run(world, seed)
    people = served(result)
    return Arm(
        people["failures"] > 0,
        stayed(result),
        people["judged_hour"] >= people["last_hour"],
        people["last_satisfaction"].copy(),
        people["satisfaction"].copy(),
        people["trust"].copy(),
        people["orders"].copy(),
        people["revenue"].copy(),
    )


def mean_over(who: NDArray[np.bool_], values: Any) -> float:
    """Return the mean of a value over some customers, NaN over nobody."""
    return float(np.mean(values[who])) if who.any() else float("nan")
