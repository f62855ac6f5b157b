"""The firm's customers as they stand today: drawn given what each of them has done so far.

What is known of a customer narrows what the heterogeneity of the scenario leaves open. Without a contract,
given x repeat orders, the last at t, within T (Fader, Hardie and Lee 2005): the customer is still there with
a known probability, the rate of orders is then gamma with r + x and alpha + T, the chance to leave beta with
a and b + x. With a contract, after n renewals, the chance is beta with alpha and beta + f n, where f is the
factor of the kind of customer on the force of leaving.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.engine.population import create_population
from sim.engine.records import Records
from sim.world.policy import Timeline
from sim.world.scenario import DAYS_PER_YEAR, Scenario

Floats = NDArray[np.float64]
HOURS = 24.0
JUST_RENEWED = 0.01
"""Days since a renewal that falls on the present moment: it has happened."""


@dataclass(frozen=True)
class Base:
    """The customers a forecast begins with, one entry each.

    Parameters
    ----------
    past
        Without a contract: frequency, recency and age (days). With one: renewals, phase (days), plan (the
        place of its segment in the scenario).
    weight
        Customers of the firm for each of these.
    pace
        Orders as a share of those that the rates of the scenario make, see `sim.calibration.pace`.
    """

    past: Mapping[str, Floats] = field(repr=False)
    weight: float
    pace: float = 1.0

    @property
    def count(self) -> int:
        """Return the number of customers."""
        return len(next(iter(self.past.values())))


def buyers_given_past(
    scenario: Scenario, past: Mapping[str, Floats], generator: np.random.Generator, pace: float = 1.0
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Return who is still there, their rate of orders (a year), and the force of leaving after an order.

    The past is one of orders that were made: at a pace below 1 more were wanted.
    """
    orders, leaving = scenario.customers.orders, scenario.customers.exit
    frequency = past["frequency"]
    last, age = past["recency"] / DAYS_PER_YEAR, past["age"] / DAYS_PER_YEAR
    shape, rate = orders.shape, orders.shape / (orders.mean * pace)
    odds = leaving.alpha / (leaving.beta + np.maximum(frequency, 1.0) - 1.0)
    odds = odds * ((rate + age) / (rate + last)) ** (shape + frequency)
    there = generator.random(len(frequency)) < 1.0 / (1.0 + np.where(frequency > 0.0, odds, 0.0))
    made = generator.standard_gamma(shape + frequency) / (rate + age)
    chance = generator.beta(leaving.alpha, leaving.beta + frequency)
    return there, made / pace, -np.log1p(-np.minimum(chance, 1.0 - 1e-15))


def subscribers_given_past(
    scenario: Scenario, past: Mapping[str, Floats], generator: np.random.Generator
) -> Floats:
    """Return the force of leaving at a renewal, with the factor of the customer's kind."""
    leaving = scenario.customers.exit
    factors = np.array([segment.exit for segment in scenario.customers.segments.values()])
    factor = factors[past["plan"].astype(np.int64)]
    chance = generator.beta(leaving.alpha, leaving.beta + factor * past["renewals"])
    return np.asarray(-np.log1p(-np.minimum(chance, 1.0 - 1e-15)) * factor)


def habit_after(days: Floats, scenario: Scenario) -> Floats:
    """Return the habit of customers after some days, as it grows in a world that they live from the start."""
    return np.asarray(-np.expm1(-days / (DAYS_PER_YEAR * scenario.behaviour.churn.inertia_years)))


def people_of(base: Base, luck: int) -> Callable[[Scenario, Timeline, int], Records]:
    """Return what makes the people of a run: the firm's own, at the reference state of the scenario.

    Parameters
    ----------
    base
        The customers.
    luck
        Seed of what the past leaves open of each of them.
    """

    def make(scenario: Scenario, timeline: Timeline, seed: int) -> Records:
        population = create_population(scenario, timeline, seed)
        generator = np.random.default_rng([luck, seed % (1 << 32)])
        own = slice(0, base.count)
        if scenario.customers.relation == "contractual":
            population["segment"][own] = base.past["plan"]
            places = len(timeline.shares)
            population["group"][own] = base.past["plan"] * places + population["group"][own] % places
            force = subscribers_given_past(scenario, base.past, generator)
            population["exit_force"][own] = force
            phase = np.maximum(base.past["phase"], np.where(base.past["renewals"] > 0.0, JUST_RENEWED, 0.0))
            # Periods are counted from the last renewal: the one that is running has been paid for so far.
            population["contract_start"][own] = -HOURS * phase
            days = base.past["renewals"] * scenario.customers.contract.period + phase
            population["habit"][own] = habit_after(days, scenario)
            return population
        there, rate, force = buyers_given_past(scenario, base.past, generator, base.pace)
        population["active"][own] = there
        population["order_rate"][own] = rate
        population["exit_force"][own] = force
        population["habit"][own] = habit_after(base.past["age"], scenario)
        gone = np.flatnonzero(~there)
        population["left_hour"][gone] = 0.0
        return population

    return make
