"""The two engines are one model: equal to the bit on every shipped scenario and strategy."""

from functools import cache

import pytest

import sim
from sim.behaviour.events import EVENT_NAMES
from sim.evidence.engines import check_engines, peopled, possible_events
from sim.world.library import load_strategy, strategy_names

CUSTOMERS = 250

PAIRS = [(name, strategy) for name in sim.scenarios() for strategy in strategy_names(sim.load_scenario(name))]


@cache
def checked(name, strategy):
    scenario = peopled(name, CUSTOMERS)
    return check_engines(scenario, load_strategy(strategy, scenario), seed=3)


@pytest.mark.parametrize(("name", "strategy"), PAIRS)
def test_engines_agree_to_the_bit(name, strategy):
    check = checked(name, strategy)
    assert check.same_events
    assert check.same_ledger
    assert check.same_customers
    assert check.logged > 1000


@pytest.mark.parametrize("name", sim.scenarios())
def test_every_type_of_event_a_scenario_can_produce_occurs(name):
    scenario = sim.load_scenario(name)
    possible, seen = set(), set()
    for strategy in strategy_names(scenario):
        possible |= possible_events(scenario, load_strategy(strategy, scenario))
        seen |= checked(name, strategy).seen
    assert {EVENT_NAMES[code] for code in possible - seen} == set()
    assert {EVENT_NAMES[code] for code in seen - possible} == set()


def test_a_contractual_world_agrees_and_renews():
    scenario = sim.load_scenario("courier").replace(
        {
            "customers.count": 120,
            "customers.relation": "contractual",
            "customers.contract.period": 91.0,
            "customers.contract.price": 500.0,
            "customers.exit.alpha": 2.0,
            "customers.exit.beta": 10.0,
        }
    )
    check = check_engines(scenario, load_strategy("baseline", scenario), seed=4)
    assert check.passed
    assert {"renewal", "churn"} <= {EVENT_NAMES[code] for code in check.seen}


@pytest.mark.parametrize("tick", ["day", "month"])
def test_engines_agree_at_other_ticks(tick):
    scenario = sim.load_scenario("courier").replace(
        {"customers.count": 60, "time.tick": tick, "time.horizon": 0.5}
    )
    assert check_engines(scenario, load_strategy("combined", scenario), seed=5).passed


def test_tiers_are_lost_in_a_longer_world():
    scenario = sim.load_scenario("fashion").replace({"customers.count": 300, "time.horizon": 3.5})
    check = check_engines(scenario, load_strategy("loyalty_points", scenario), seed=6)
    assert check.passed
    assert "tier down" in {EVENT_NAMES[code] for code in check.seen}


def test_a_difference_in_the_last_bit_would_be_seen():
    scenario = sim.load_scenario("courier").replace({"customers.count": 30, "time.horizon": 0.2})
    strategy = load_strategy("baseline", scenario)
    run = sim.simulate(scenario, strategy, 1)
    before = run.population.tobytes()
    run.population["trust"][3] = run.population["trust"][3] * (1.0 + 2.0**-52)
    assert run.population.tobytes() != before
