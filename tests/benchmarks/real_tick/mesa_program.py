"""The core of the real tick as a Mesa user writes it: plain attributes, `model.rng`, `do`, DataCollector.

The model is that of `core.core_scenario` under present practice, its numbers are those of the scenario;
nothing of `sim.behaviour` is used, and luck is drawn as it comes.
"""

from math import exp, log, sqrt
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray
from real_tick.mesa_customer import Customer

from sim.world.scenario import DAYS_PER_YEAR, HOURS_PER_UNIT, Failure, Scenario

HOURS_PER_WEEK = 168.0
COUNTED = (
    "orders",
    "failures",
    "promises_kept",
    "promises_broken",
    "complaints",
    "cases",
    "resolved",
    "answers",
    "top_two",
    "effort_answers",
    "effort_points",
    "asked",
    "promoters",
    "detractors",
    "revenue",
    "profit",
    "value",
)
"""What the model counts from the start."""


class Market(mesa.Model):
    """A courier's customers, who order, are let down, complain, and stay or leave.

    Parameters
    ----------
    scenario
        A core scenario.
    seed
        Seed of `model.rng`.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(rng=seed)
        scenario = scenario.effective()
        self.behaviour = scenario.behaviour
        self.customers = scenario.customers
        self.economics = scenario.economics
        self.reference = scenario.reference
        self.service = scenario.service
        self.support = scenario.support
        self.survey = scenario.survey
        self.rivals = scenario.market.rival
        delivery, weights = self.service.delivery, self.service.weights
        self.weights = weights
        self.weight = weights.speed + weights.quality + weights.reliability + weights.contact
        self.quote_independence = sqrt(1.0 - delivery.quote_correlation**2)
        self.days_per_unit = HOURS_PER_UNIT[delivery.unit] / 24.0
        self.usual_time = self.expected_time(self.reference.speed)
        self.week = 0
        self.week_start = 0.0
        self.week_end = 0.0
        self.discount = 1.0
        self.wave = False
        self.years = HOURS_PER_WEEK / 24.0 / DAYS_PER_YEAR
        self.involuntary = 1.0 - exp(-self.customers.involuntary * self.years)
        self.rival_trend = 0.0
        self.rival_course = 0.0
        for name in COUNTED:
            setattr(self, name, 0)
        Customer.create_agents(self, self.customers.count, **self.draw_people(self.customers.count))
        self.datacollector = mesa.DataCollector(
            {
                "active": lambda model: len(model.agents),
                "satisfaction": lambda model: model.agents.agg("satisfaction", np.mean),
                "trust": lambda model: model.agents.agg("trust", np.mean),
                **{name: name for name in COUNTED},
            }
        )

    def draw_people(self, count: int) -> dict[str, list[Any]]:
        """Return in what people differ, by name of the attribute."""
        rng, customers, orders, spend = self.rng, self.customers, self.customers.orders, self.customers.spend
        segments = list(customers.segments.values())
        shares = np.array([segment.share for segment in segments])
        chosen = rng.choice(len(segments), count, p=shares / shares.sum())

        def factor(name: str) -> NDArray[np.float64]:
            return np.array([getattr(segment, name) for segment in segments])[chosen]

        leaving = rng.beta(customers.exit.alpha, customers.exit.beta, count)
        median = spend.mean * exp(-0.5 * (spend.between**2 + spend.within**2))
        people = {
            "order_rate": rng.gamma(orders.shape, orders.mean / orders.shape, count) * factor("orders"),
            "exit_force": -np.log1p(-leaving) * factor("exit"),
            "price": rng.lognormal(log(median), spend.between, count) * factor("spend"),
            "loss_aversion": rng.lognormal(
                log(customers.loss_aversion), customers.loss_aversion_spread, count
            ),
            "time_sensitivity": rng.lognormal(0.0, customers.time_sensitivity_spread, count)
            * factor("time_sensitivity"),
            "voice_readiness": rng.normal(0.0, customers.voice_spread, count) + factor("voice"),
            "response_style": rng.normal(0.0, self.behaviour.answer.response_style, count),
            "switching_cost": rng.lognormal(
                log(customers.switching_cost), customers.switching_cost_spread, count
            ),
            "compensation_averse": rng.random(count) < customers.compensation_averse,
            "opportunist": rng.random(count) < customers.opportunists,
        }
        return {name: values.tolist() for name, values in people.items()}

    def step(self) -> None:
        """Let everybody live a week."""
        self.week_start = self.week * HOURS_PER_WEEK
        self.week_end = self.week_start + HOURS_PER_WEEK
        self.discount = (1.0 + self.economics.discount_rate) ** (-self.week * self.years)
        waves = self.week_end / 24.0 // self.survey.interval
        self.wave = waves > self.week_start / 24.0 // self.survey.interval
        self.agents.do("step")
        self.move_rivals()
        self.week += 1
        self.datacollector.collect(self)

    @property
    def rival(self) -> float:
        """Return what rivals offer more than the firm, as a share of spending."""
        return self.rival_trend + self.rival_course

    def move_rivals(self) -> None:
        """Let rivals gain steadily, and come and go."""
        rivals = self.rivals
        kept = 0.5 ** (7.0 / rivals.half_life)
        pull = log(2.0) * DAYS_PER_YEAR / rivals.half_life
        spread = rivals.volatility * sqrt((1.0 - kept * kept) / (2.0 * pull))
        self.rival_trend += rivals.drift * self.years
        self.rival_course = self.rival_course * kept + spread * self.rng.standard_normal()

    def speed_value(self, time: float) -> float:
        """Return what a time of delivery is worth, 1 for none."""
        return 1.0 / (1.0 + time / self.service.delivery.half_value)

    def expected_time(self, speed: float) -> float:
        """Return the time of delivery that is worth so much."""
        delivery = self.service.delivery
        return min(delivery.half_value * (1.0 / max(speed, 1e-6) - 1.0), delivery.longest)

    def risen(self, should: float, will: float) -> float:
        """Return what one feels entitled to after what one now expects: it rises sooner than it falls."""
        expectation = self.behaviour.expectation
        pace = expectation.treadmill
        if will < should:
            pace *= expectation.treadmill_back
        return should + pace * (will - should)

    def severity(self, failure: Failure) -> float:
        """Return how bad a failure is this time."""
        return failure.mildest + (failure.worst - failure.mildest) * self.rng.random()

    def response_hours(self) -> float:
        """Return how long an answer takes."""
        return self.support.response * exp(self.support.spread * self.rng.standard_normal())


def simulate(scenario: Scenario, seed: int) -> Market:
    """Let a market live all weeks of a core scenario.

    Parameters
    ----------
    scenario
        A core scenario, of weekly ticks.
    seed
        Seed of `model.rng`.
    """
    market = Market(scenario, seed)
    for _ in range(scenario.time.ticks):
        market.step()
    return market
