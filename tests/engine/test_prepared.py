"""What a run needs is made once, and nobody can spoil it for the next run."""

import numpy as np
import pytest

import sim
from sim.engine import prepared as memory
from sim.engine.population import create_population
from sim.engine.prepared import people_of, prepared
from sim.engine.records import policy_records
from sim.world.assumptions import assumptions
from sim.world.policy import timeline


@pytest.fixture
def courier():
    return sim.load_scenario("courier").replace({"customers.count": 50, "market.prospects": 0.2})


def test_the_same_two_objects_are_prepared_once_and_equal_ones_anew(courier):
    (strategy,) = sim.load_strategies(["baseline"], courier)
    first = prepared(courier, strategy)
    assert prepared(courier, strategy) is first
    changed = courier.replace({"customers.orders.mean": 40.0})
    assert prepared(changed, strategy).world != first.world


def test_strategies_read_one_world(courier):
    one, other = (prepared(courier, item) for item in sim.load_strategies(["baseline", "guarantee"], courier))
    assert one.scenario is other.scenario
    assert one.world is other.world
    assert not np.array_equal(one.policies, other.policies)


@pytest.mark.parametrize("few", [0, 1000], ids=["drawn anew", "remembered"])
def test_people_are_those_of_the_seed_whoever_changed_their_own(monkeypatch, courier, few):
    monkeypatch.setattr(memory, "FEW", few)
    monkeypatch.setattr(memory, "AT_ONCE", 32)
    (strategy,) = sim.load_strategies(["baseline"], courier)
    setting = prepared(courier, strategy)
    expected = create_population(setting.scenario, setting.plan, 3)
    own = people_of(setting, 3)
    np.testing.assert_array_equal(own, expected)
    own["trust"] = -7.0
    np.testing.assert_array_equal(people_of(setting, 3), expected)
    assert not np.array_equal(people_of(setting, 4), expected)


def test_people_are_told_apart_by_how_a_pilot_cuts_them(courier):
    whole, pilot = (prepared(courier, item) for item in sim.load_strategies(["baseline", "pilot"], courier))
    assert len(set(people_of(whole, 3)["group"])) < len(set(people_of(pilot, 3)["group"]))


def changed_a_little(scenario) -> list[tuple[str, object]]:
    """Return every number and switch of a scenario with another value that is valid for it."""
    found = []
    for item in assumptions(scenario):
        low, high, value = item.entry.low, item.entry.high, item.value
        if isinstance(value, bool):
            found.append((item.path, not value))
        elif isinstance(value, int | float):
            for other in (value + 1, value - 1, 0.5 * value + 0.01, value * 0.9 + 0.001):
                other = type(value)(other)
                if (low is None or other >= low) and (high is None or other <= high) and other != value:
                    found.append((item.path, other))
                    break
    return found


def test_policies_that_are_remembered_are_those_that_would_be_derived(courier):
    strategies = sim.load_strategies(["baseline", "guarantee", "combined"], courier)
    for strategy in strategies:
        prepared(courier, strategy)
    tried = 0
    for path, value in [*changed_a_little(courier), ("time.tick", "month")]:
        try:
            changed = courier.replace({path: value})
        except sim.ConfigurationError:
            continue  # together with the other values it is not valid
        tried += 1
        for strategy in strategies:
            fresh = policy_records(timeline(changed.effective(), strategy))
            np.testing.assert_array_equal(prepared(changed, strategy).policies, fresh, err_msg=path)
    assert tried > 200


def test_what_policies_do_not_follow_from_does_not_derive_them_again(courier):
    (strategy,) = sim.load_strategies(["guarantee"], courier)
    first = prepared(courier, strategy)
    faster = courier.replace({"service.delivery.median": 20.0})
    assert prepared(faster, strategy).policies is first.policies
    assert prepared(courier.replace({"support.unanswered": 0.3}), strategy).policies is not first.policies
