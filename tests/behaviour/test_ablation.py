"""Each mechanism by its name: off, it is a world with its weights at zero, to the bit; on, it has
the effect that the literature or common sense gives it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest

import sim
from sim.engine.records import ledger_total
from sim.engine.simulation import Run
from sim.world.description import build, with_values
from sim.world.library import load_strategy
from sim.world.mechanisms import OFF, mechanism_names
from sim.world.strategy import Strategy

CUSTOMERS = 600
SEEDS = (1, 2, 3)

# Strategies that make a mechanism matter and are worth nobody's money: of a shipped one with some
# values changed, or, with no name in front, of these levers alone.
STRATEGIES: dict[str, tuple[str, dict[str, Any]]] = {
    # the recovery paradox needs one that no shipped strategy pays for
    "excellent": (
        "fast_recovery",
        {
            "recovery.compensation": 1.0,
            "recovery.apology": 1.0,
            "recovery.response_target": 0.1,
            "training.skill": 1.0,
        },
    ),
    # rewards worth a fifth of the spending
    "generous": ("loyalty_points", {"loyalty.earn_rate": 0.4}),
    "generous for a year": (
        "loyalty_points",
        {"loyalty.earn_rate": 0.4, "phases": {"on": {"start": 0.0}, "off": {"start": 52.0, "levers": []}}},
    ),
    "motivated": ("", {"motivation.level": 1.0}),
    "told in time": ("", {"notice": {"foreseen": 1.0, "false_alarms": 0.0, "holds": 1.0}}),
    "messages that fit": ("", {"personalisation": {"messages": 52.0, "accuracy": 1.0}}),
    "messages that tire": ("", {"personalisation": {"messages": 52.0, "accuracy": 0.1}}),
    "calls without a gift": ("", {"retention_contact": {"contacts": 6.0, "gift": 0.0}}),
    "dearer": ("", {"price.change": 0.2}),
    "cheaper": ("", {"price.change": -0.2}),
    "friends rewarded": ("", {"referral.reward": 400.0}),
    "listening": ("", {"feedback.attention": 1.0}),
}
MANY = {"customers.count": 3000}  # where an effect is small beside what chance makes of its consequences
BAD_SERVICE = {"service.core.rate": 0.3, "service.encounter.rate": 0.2}
WORST_SERVICE = {"service.core.rate": 0.6, "service.encounter.rate": 0.4, "market.prospects": 2.0}


def named(strategy, scenario):
    if strategy not in STRATEGIES:
        return load_strategy(strategy, scenario)
    base, changes = STRATEGIES[strategy]
    name = strategy.replace(" ", "_")
    levers = load_strategy(base, scenario) if base else build(Strategy, {"name": name})
    return levers.replace({"name": name, **changes})


@dataclass(frozen=True)
class Effect:
    """The effect of a mechanism that is on, where it matters.

    Parameters
    ----------
    mechanism
        Its name.
    strategy
        What the firm does.
    measure
        What is looked at.
    sign
        Of the difference that the mechanism makes to it.
    world
        What makes it matter in the scenario, by dotted path.
    scenario
        Name of the scenario.
    """

    mechanism: str
    strategy: str
    measure: Callable[[Run], float]
    sign: int
    world: Mapping[str, Any] = field(default_factory=dict)
    scenario: str = "courier"

    def run(self, seed: int, *, on: bool) -> Run:
        """Run with the mechanism on or off."""
        return simulated(
            self.scenario, self.strategy, "" if on else self.mechanism, seed, tuple(self.world.items())
        )

    def place(self) -> sim.Scenario:
        """Return the scenario in which it matters."""
        return sim.load_scenario(self.scenario).replace({"customers.count": CUSTOMERS, **self.world})


@cache
def simulated(name, strategy, off, seed, world):
    scenario = sim.load_scenario(name).replace({"customers.count": CUSTOMERS, **dict(world)})
    if off:
        scenario = scenario.replace({f"mechanisms.{off}": False})
    return sim.simulate(scenario, named(strategy, scenario), seed)


def mean(part, whole):
    return lambda result: ledger_total(result.ledger, part) / max(ledger_total(result.ledger, whole), 1.0)


def total(name):
    return lambda result: ledger_total(result.ledger, name)


def at_the_end(name):
    """Return the mean over customers of what is summed up in the last tick."""
    return lambda result: float(result.ledger[name][-1].sum() / result.ledger["active"][-1].sum())


def cohort(result):
    """Return those who were customers at the start."""
    return result.population[
        (result.population["prospect"] == 0) & (result.population["acquired_hour"] < 0.0)
    ]


def final(name):
    return lambda result: float(cohort(result)[name].mean())


def spread(name):
    return lambda result: float(cohort(result)[name].std())


def keep_rate(result):
    kept, broken = (
        ledger_total(result.ledger, "delivery_kept"),
        ledger_total(result.ledger, "delivery_broken"),
    )
    return kept / (kept + broken)


def unlike_the_reference(name):
    level = getattr(sim.load_scenario("courier").reference, name)
    return lambda result: float(np.abs(cohort(result)[name] - level).mean())


def heavy_members(result):
    population = cohort(result)
    member = population["member"] == 1
    rate = population["order_rate"]
    return float(rate[member].mean() / rate[~member].mean())


def after_a_reward(result):
    """Return the mean pace of members whose last reward is at most two weeks back."""
    population, end = cohort(result), 24.0 * 7.0 * result.scenario.time.ticks
    fresh = (population["last_reward_hour"] >= end - 24.0 * 14.0) & (population["active"] == 1)
    return float(population["pace"][fresh].mean())


def customers_at_the_end(result):
    return float((result.population["active"] == 1).sum())


STAYED = final("active")
ORDERS = mean("orders", "customers")

EFFECTS = [
    Effect("expectations", "baseline", spread("will_quality"), +1),
    Effect("promises", "over_promise", final("should_speed"), +1),
    Effect("treadmill", "motivated", final("should_contact"), +1),
    Effect("disconfirmation", "baseline", mean("top_two", "answers"), -1),  # losses weigh double
    Effect("loss_aversion", "baseline", mean("stars", "answers"), -1),
    Effect("memory", "baseline", unlike_the_reference("satisfaction"), +1),
    Effect("peak_and_end", "baseline", total("detractors"), +1, MANY),
    Effect("attachment", "loyalty_points", final("attachment"), +1),
    Effect("trust", "over_promise", final("trust"), -1),
    Effect("deception", "over_promise", final("trust_ceiling"), -1),
    Effect("discipline", "guarantee", keep_rate, +1),
    Effect("opportunism", "compensation", total("compensation"), +1),
    Effect("notice", "told in time", total("complaints"), -1),
    Effect("voice", "baseline", total("complaints"), +1),
    Effect("recovery", "fast_recovery", STAYED, +1),
    Effect("paradox", "excellent", final("satisfaction"), +1, MANY),
    Effect("double_deviation", "baseline", final("satisfaction"), -1),
    Effect("shock", "baseline", STAYED, -1),
    Effect("availability", "baseline", total("orders"), -1),
    # delivery in half the time; in the courier's world that is minutes, here days
    Effect("speed_pull", "baseline", ORDERS, +1, {**MANY, "service.delivery.median": 1.5}, "fashion"),
    Effect("reliability_pull", "baseline", ORDERS, -1, {**MANY, "service.unavailable.rate": 0.15}),
    Effect("programme", "loyalty_points", total("members"), +1),
    Effect("self_selection", "loyalty_points", heavy_members, +1),
    Effect("goal_gradient", "loyalty_points", ORDERS, +1),
    Effect("endowed_progress", "loyalty_points", ORDERS, +1),
    Effect("post_reward", "loyalty_points", after_a_reward, -1, MANY),
    Effect("crowding_out", "generous", final("attachment"), -1),
    Effect("deal_prone", "generous for a year", STAYED, -1),
    Effect("personalisation", "messages that fit", ORDERS, +1),
    Effect("contact_fatigue", "messages that tire", ORDERS, -1),
    Effect("retention_contact", "calls without a gift", STAYED, -1),
    Effect("inertia", "baseline", STAYED, +1),
    Effect("switching_cost", "baseline", STAYED, +1),
    Effect("price", "dearer", ORDERS, -1),
    Effect("involuntary", "baseline", STAYED, -1),
    Effect("word_of_mouth", "baseline", total("acquired"), -1, WORST_SERVICE),
    Effect("reviews", "baseline", ORDERS, -1, {**BAD_SERVICE, "behaviour.talk.review_memory": 20.0}),
    Effect("referral", "friends rewarded", total("acquired"), +1),
    Effect("acquisition", "baseline", customers_at_the_end, +1),
    Effect("rival_course", "baseline", STAYED, -1, {"market.rival.drift": 0.2}),
    Effect("rival_answer", "cheaper", STAYED, -1),
    Effect("skill", "training", mean("failures", "orders"), -1),
    Effect("turnover", "training", at_the_end("skill"), -1),
    Effect("engagement", "motivated", mean("contact", "experiences"), +1),
    Effect("queue", "baseline", mean("response_hours", "responses"), +1, BAD_SERVICE),
    Effect("feedback", "listening", mean("failures", "orders"), -1),
    Effect("nonresponse", "baseline", mean("replies", "invited"), +1),
    Effect("survey_fatigue", "baseline", mean("replies", "invited"), -1),
    Effect("churn", "over_promise", STAYED, -1),
    Effect("purchase", "over_promise", ORDERS, -1),
]


def test_every_mechanism_is_tested():
    assert [effect.mechanism for effect in EFFECTS] == mechanism_names()
    assert list(OFF) == mechanism_names()


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.mechanism)
def test_on_it_has_the_effect_of_its_sign(effect):
    differences = [
        effect.measure(effect.run(seed, on=True)) - effect.measure(effect.run(seed, on=False))
        for seed in SEEDS
    ]
    # The same customers with the same luck: an effect is one if it has its sign on every seed.
    assert all(effect.sign * difference > 0.0 for difference in differences), differences


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.mechanism)
def test_off_it_is_a_world_without_its_weights_to_the_bit(effect):
    scenario = effect.place()
    by_hand = with_values(scenario, OFF[effect.mechanism])
    off, on = effect.run(1, on=False), effect.run(1, on=True)
    right = sim.simulate(by_hand, named(effect.strategy, scenario), 1)
    assert off.population.tobytes() == right.population.tobytes()
    assert off.ledger.tobytes() == right.ledger.tobytes()
    assert off.ledger.tobytes() != on.ledger.tobytes()


def test_with_churn_and_purchase_off_every_multiplier_is_one():
    scenario = sim.load_scenario("courier").replace(
        {"customers.count": CUSTOMERS, "mechanisms.churn": False, "mechanisms.purchase": False}
    )
    result = sim.simulate(scenario, load_strategy("over_promise", scenario), 1)
    assert ledger_total(result.ledger, "hazard") == ledger_total(result.ledger, "decisions")


def test_engines_agree_with_every_mechanism_off():
    scenario = sim.load_scenario("courier").replace({"customers.count": 80, "time.horizon": 0.5})
    scenario = scenario.replace({f"mechanisms.{name}": False for name in mechanism_names()})
    strategy = load_strategy("combined", scenario)
    plain = sim.simulate(scenario, strategy, 2, "mesa")
    assert plain.population.tobytes() == sim.simulate(scenario, strategy, 2).population.tobytes()
