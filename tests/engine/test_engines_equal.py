"""The two engines are one model: equal to the bit on every shipped scenario and strategy."""

from functools import cache
from typing import get_args, get_type_hints

import pytest

import sim
from sim.behaviour.events import EVENT_NAMES
from sim.evidence.engines import check_engines, possible_events
from sim.world.library import load_strategy, strategy_names
from sim.world.market import Network
from sim.world.strategy import lever_names

CUSTOMERS = 80
MANY = 200

PAIRS = [(name, strategy) for name in sim.scenarios() for strategy in strategy_names(sim.load_scenario(name))]

# What a shipped scenario holds so rarely that it might not occur among a few customers.
EVENTFUL = {
    "service.incident.start": 20.0,
    "service.incident.every": 26.0,
    "service.incident.share": 0.5,
    "service.incident.held_up": 2.0,
    "behaviour.voice.relief": 0.2,
    "customers.opportunists": 0.2,
    "customers.involuntary": 0.2,
    "customers.failed_payments": 0.5,
    "market.return_rate": 0.5,
    "support.unanswered": 0.3,
    "behaviour.commitment.claims": 0.5,
    "behaviour.talk.referral": 1.0,
}
# The levers that the strategy `combined` of a scenario does not pull.
FURTHER = {
    "recovery.compensation": 0.5,
    "recovery.verification": 0.5,
    "commitments.response.threshold": 24.0,
    "commitments.response.payout": 0.1,
    "commitments.availability.threshold": 0.99,
    "commitments.availability.payout": 0.1,
    "commitments.quality.threshold": 0.4,
    "commitments.quality.payout": 0.3,
    "notice": {"false_alarms": 0.1},
    "personalisation": {},
    "retention_contact": {"risk": 0.5},
    "price.change": -0.05,
    "save_offer": {},
    "fixed_term": {},
    "payment_reminder": {},
    "bonds": {},
    "referral": {"reward": 10.0},
    "advertising": {},
    "capacity": {},
    "motivation": {},
    "feedback": {},
}


def ordering(scenario):
    """Return a scenario in which a few customers are enough: they order twice a year at least."""
    return scenario.replace({"customers.orders.mean": max(scenario.customers.orders.mean, 2.0)})


@cache
def checked(name, strategy):
    scenario = ordering(sim.load_scenario(name)).replace({"customers.count": CUSTOMERS})
    return check_engines(scenario, load_strategy(strategy, scenario), seed=3)


def eventful(name, customers=MANY, years=3.0):
    """Return a shipped scenario in which everything happens that can, and long enough."""
    return ordering(sim.load_scenario(name)).replace(
        {**EVENTFUL, "customers.count": customers, "time.horizon": years}
    )


def everything(scenario):
    """Return a strategy that pulls every lever there is, those of a contract where there are contracts."""
    further = dict(FURTHER)
    if scenario.customers.relation != "contractual":
        del further["save_offer"], further["fixed_term"]
    silver = scenario.customers.orders.mean * max(
        scenario.customers.spend.mean, scenario.customers.contract.price / 12.0
    )
    tiers = {"silver": {"threshold": silver}, "gold": {"threshold": 1.5 * silver}}
    return load_strategy("combined", scenario).replace(
        {**further, "name": "everything", "phases": {}, "loyalty.tiers": tiers}
    )


@cache
def everything_checked(name):
    scenario = eventful(name)
    return check_engines(scenario, everything(scenario), seed=3)


@pytest.mark.parametrize(("name", "strategy"), PAIRS)
def test_engines_agree_to_the_bit(name, strategy):
    check = checked(name, strategy)
    assert check.same_events
    assert check.same_ledger
    assert check.same_customers
    assert check.logged > 500


@pytest.mark.parametrize(("name", "strategy"), PAIRS)
def test_nothing_happens_that_the_settings_rule_out(name, strategy):
    scenario = sim.load_scenario(name)
    possible = possible_events(scenario, load_strategy(strategy, scenario))
    assert {EVENT_NAMES[code] for code in checked(name, strategy).seen - possible} == set()


@pytest.mark.parametrize("name", sim.scenarios())
def test_engines_agree_with_every_lever_pulled_at_once(name):
    scenario = eventful(name)
    bound = {"save_offer", "fixed_term"} if scenario.customers.relation != "contractual" else set()
    assert set(everything(scenario).levers()) == set(lever_names()) - bound
    assert everything_checked(name).passed


@pytest.mark.parametrize("name", sim.scenarios())
def test_everything_happens_that_can(name):
    scenario = eventful(name)
    possible = possible_events(scenario, everything(scenario))
    assert {EVENT_NAMES[code] for code in everything_checked(name).seen} == {
        EVENT_NAMES[code] for code in possible
    }


def test_every_type_of_event_occurs_in_some_check():
    seen = {code for name in sim.scenarios() for code in everything_checked(name).seen}
    assert seen == set(EVENT_NAMES)


def test_what_is_switched_off_is_not_possible():
    scenario = sim.load_scenario("telecom")
    strategy = load_strategy("combined", scenario)
    gone = {
        "voice": {"complaint", "response", "effort answer", "reopened"},
        "programme": {"joined programme", "points earned", "points redeemed"},
        "word_of_mouth": {"told others", "heard from others"},
        "reviews": {"review"},
        "referral": {"referral"},
        "opportunism": {"claim without a cause"},
    }
    before = {EVENT_NAMES[code] for code in possible_events(scenario, strategy)}
    for mechanism, events in gone.items():
        without = scenario.replace({f"mechanisms.{mechanism}": False})
        after = {EVENT_NAMES[code] for code in possible_events(without, strategy)}
        assert events <= before - after


@pytest.mark.parametrize("kind", get_args(get_type_hints(Network)["kind"]))
def test_engines_agree_on_every_kind_of_network(kind, tmp_path):
    scenario = eventful("courier", 60, 0.5)
    network = {"network.kind": kind}
    if kind == "file":
        path = tmp_path / "edges.csv"
        path.write_text("".join(f"{one - 1},{one}\n" for one in range(1, scenario.rows)))
        network["network.path"] = str(path)
    scenario = scenario.replace(network)
    check = check_engines(scenario, everything(scenario), seed=7)
    assert check.passed
    assert ("heard from others" in {EVENT_NAMES[code] for code in check.seen}) == (kind != "none")


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
    assert check_engines(scenario, everything(scenario), seed=5).passed


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
