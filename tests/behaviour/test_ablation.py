"""Each mechanism by its name: off, it is a world with its weights at zero, to the bit; on, it has
the effect that the literature or common sense gives it.
"""

from functools import cache

import numpy as np
import pytest

import sim
from sim.engine.simulation import ledger_total
from sim.world.description import with_values
from sim.world.library import load_strategy
from sim.world.mechanisms import OFF, mechanism_names

CUSTOMERS = 600
SEEDS = (1, 2, 3)


EXCELLENT = {
    "recovery.compensation": 1.0,
    "recovery.apology": 1.0,
    "recovery.response_target": 0.1,
    "training.skill": 1.0,
}


def named(strategy, scenario):
    if strategy == "excellent":  # the recovery paradox needs one that no shipped strategy pays for
        return load_strategy("fast_recovery", scenario).replace({"name": "excellent", **EXCELLENT})
    if strategy == "generous":  # rewards worth a fifth of the spending
        changes = {"name": "generous", "loyalty.earn_rate": 0.4}
        return load_strategy("loyalty_points", scenario).replace(changes)
    return load_strategy(strategy, scenario)


@cache
def run(strategy, off, seed):
    scenario = sim.load_scenario("courier").replace({"customers.count": CUSTOMERS})
    if off:
        scenario = scenario.replace({f"mechanisms.{off}": False})
    return sim.simulate(scenario, named(strategy, scenario), seed)


def mean(part, whole):
    return lambda result: ledger_total(result.ledger, part) / max(ledger_total(result.ledger, whole), 1.0)


def total(name):
    return lambda result: ledger_total(result.ledger, name)


def final(name):
    return lambda result: float(result.population[name].mean())


def spread(name):
    return lambda result: float(result.population[name].std())


def keep_rate(result):
    kept, broken = (
        ledger_total(result.ledger, "delivery_kept"),
        ledger_total(result.ledger, "delivery_broken"),
    )
    return kept / (kept + broken)


def unlike_the_reference(name):
    level = getattr(sim.load_scenario("courier").reference, name)
    return lambda result: float(np.abs(result.population[name] - level).mean())


def heavy_members(result):
    member = result.population["member"] == 1
    rate = result.population["order_rate"]
    return float(rate[member].mean() / rate[~member].mean())


def after_a_reward(result):
    """Return the mean pace of members whose last reward is at most two weeks back."""
    population, end = result.population, 24.0 * 7.0 * result.scenario.time.ticks
    fresh = (population["last_reward_hour"] >= end - 24.0 * 14.0) & (population["active"] == 1)
    return float(population["pace"][fresh].mean())


# mechanism, strategy, what is looked at, sign of the effect of having it on
EFFECTS = [
    ("expectations", "baseline", spread("will_quality"), +1),
    ("promises", "over_promise", final("should_speed"), +1),
    ("disconfirmation", "baseline", mean("top_two", "answers"), -1),  # losses weigh double
    ("loss_aversion", "baseline", mean("stars", "answers"), -1),
    ("memory", "baseline", unlike_the_reference("satisfaction"), +1),
    ("peak_and_end", "baseline", lambda result: float(ledger_total(result.ledger, "detractors")), +1),
    ("attachment", "loyalty_points", final("attachment"), +1),
    ("trust", "over_promise", final("trust"), -1),
    ("deception", "over_promise", final("trust_ceiling"), -1),
    ("discipline", "guarantee", keep_rate, +1),
    ("voice", "baseline", total("complaints"), +1),
    ("recovery", "fast_recovery", final("active"), +1),
    ("paradox", "excellent", final("satisfaction"), +1),
    ("double_deviation", "baseline", final("satisfaction"), -1),
    ("shock", "baseline", final("active"), -1),
    ("availability", "baseline", total("orders"), -1),
    ("programme", "loyalty_points", total("members"), +1),
    ("self_selection", "loyalty_points", heavy_members, +1),
    ("goal_gradient", "loyalty_points", mean("orders", "customers"), +1),
    ("endowed_progress", "loyalty_points", mean("orders", "customers"), +1),
    ("post_reward", "loyalty_points", after_a_reward, -1),
    ("crowding_out", "generous", final("attachment"), -1),
    ("churn", "over_promise", final("active"), -1),
    ("purchase", "over_promise", mean("orders", "customers"), -1),
]


def test_every_mechanism_is_tested():
    assert [name for name, *_ in EFFECTS] == mechanism_names()
    assert list(OFF) == mechanism_names()


@pytest.mark.parametrize(("name", "strategy", "measure", "sign"), EFFECTS, ids=[row[0] for row in EFFECTS])
def test_on_it_has_the_effect_of_its_sign(name, strategy, measure, sign):
    effects = [measure(run(strategy, "", seed)) - measure(run(strategy, name, seed)) for seed in SEEDS]
    # The same customers with the same luck: an effect is one if it has its sign on every seed.
    assert all(sign * effect > 0.0 for effect in effects), effects


@pytest.mark.parametrize(("name", "strategy"), [row[:2] for row in EFFECTS])
def test_off_it_is_a_world_without_its_weights_to_the_bit(name, strategy):
    scenario = sim.load_scenario("courier").replace({"customers.count": CUSTOMERS})
    by_hand = with_values(scenario, OFF[name])
    off, on = run(strategy, name, 1), run(strategy, "", 1)
    right = sim.simulate(by_hand, named(strategy, scenario), 1)
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
