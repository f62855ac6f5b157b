"""C20: what those who leave would name."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.behaviour import events
from sim.evidence.checks.exits import (
    CHECKS,
    KIND,
    LARGEST,
    NAMED,
    RANKS,
    agreement,
    exits_of,
    reasons,
    shares,
    switching,
)
from sim.evidence.trial import ALONE, run, trial_for, with_planted, world_numbers
from sim.study.questionnaire import usual_policy
from sim.world.library import load_scenario


@pytest.fixture(scope="module")
def courier():
    return load_scenario("courier").replace({**ALONE, "customers.count": 400, "time.horizon": 1.0})


@pytest.fixture(scope="module")
def numbers(courier):
    return world_numbers(courier)


@pytest.fixture
def policy(courier):
    return usual_policy(courier)


def leaver(**values):
    usual = {
        "left_cause": events.LEFT_SILENT,
        "shock": 0.0,
        "last_failure": events.CORE,
        "justice": -1.0,
        "discount": 0.0,
        "usual_price": 1.0,
        "price_sensitivity": 1.0,
    }
    return SimpleNamespace(**(usual | values))


def test_nothing_is_named_where_nothing_was_at_work(policy, numbers):
    assert reasons(leaver(), policy, numbers) == set()


def test_a_failure_is_named_while_it_is_felt(policy, numbers):
    for failure, name in KIND.items():
        felt = leaver(shock=0.5, last_failure=failure, left_cause=events.LEFT_AFTER_FAILURE)
        assert reasons(felt, policy, numbers) == {name}
        assert reasons(leaver(shock=0.1, last_failure=failure), policy, numbers) == set()


def test_a_handling_is_named_if_it_was_a_second_failure(policy, numbers):
    judged = {"shock": 0.5, "left_cause": events.LEFT_AFTER_COMPLAINT}
    poor = leaver(**judged, justice=numbers.recovery_insult - 0.01)
    assert reasons(poor, policy, numbers) == {"core service", "response to a failure"}
    assert reasons(leaver(**judged, justice=0.8), policy, numbers) == {"core service"}


def test_price_and_rivals_are_named_beside_a_failure(policy, numbers):
    policy.price_level = 1.08
    policy.rival = 0.1
    assert reasons(leaver(), policy, numbers) == {"price", "competitor"}
    both = leaver(shock=0.5, left_cause=events.LEFT_AFTER_FAILURE)
    assert reasons(both, policy, numbers) == {"core service", "price", "competitor"}
    assert reasons(leaver(left_cause=events.LEFT_INVOLUNTARILY), policy, numbers) == {"involuntary"}


def test_shares_and_ranks_at_hand_computed_points():
    found = shares([{"price"}, {"price", "encounter"}, {"core service"}, {"involuntary"}])
    assert found["price"] == 0.5
    assert found["encounter"] == 0.25
    assert found["competitor"] == 0.0
    assert agreement(dict(NAMED)) == pytest.approx(1.0)
    assert agreement({name: -share for name, share in NAMED.items()}) == pytest.approx(-1.0)
    assert agreement(dict.fromkeys(NAMED, 0.0)) == 0.0


def test_exits_of_a_run_are_those_who_left_and_name_something(courier):
    result = run(courier, 3)
    left = result.population[result.population["left_hour"] >= 0.0]
    named = exits_of(result)
    assert 0 < len(named) < len(left)
    assert sum("involuntary" in reason for reason in named) == np.sum(
        left["left_cause"] == events.LEFT_INVOLUNTARILY
    )


def test_c20_fails_where_core_and_staff_never_do():
    (check,) = CHECKS
    assert check.label == "recalled"
    trial = trial_for("C20-small", 300, 2)
    usual, broken = switching(trial), switching(with_planted(trial, check.control.planted))
    assert broken[RANKS].mean() < usual[RANKS].mean() - 0.3
    assert broken[RANKS].mean() < 0.7
    assert broken[LARGEST].mean() < 0.0
