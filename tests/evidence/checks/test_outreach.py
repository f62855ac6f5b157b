"""C30, C31 and C41: the campaigns, their arithmetic, and that a control fails."""

import math

import numpy as np
import pytest

from sim.evidence.check import run_check
from sim.evidence.checks import outreach
from sim.evidence.checks.outreach import (
    BOUGHT,
    EVERYONE,
    LONG_SILENT,
    campaign_world,
    confidence_limits,
    kept_per_contact,
    mailed,
    mean_by_kind,
    reached,
    real_effects,
)
from sim.evidence.trial import ALONE, Trial, trial_for, with_planted
from sim.world.strategy import RetentionContact

CHECKS = {check.name: check for check in outreach.CHECKS}
CALL = RetentionContact(contacts=52.0, gift=0.02)


def test_the_checks_are_those_of_the_theme_and_carry_their_labels() -> None:
    assert list(CHECKS) == ["C30", "C31", "C41a", "C41b"]
    assert [check.label for check in CHECKS.values()] == [
        "fitted",
        "out of sample",
        "fitted",
        "out of sample",
    ]
    assert CHECKS["C30"].targets[0].limits == "2 to 5"
    assert CHECKS["C30"].targets[1].high == 0.0
    assert CHECKS["C41b"].open_because
    assert all(check.seeds >= 30 for check in CHECKS.values())


def test_the_limits_of_the_e_mail_are_those_of_the_test() -> None:
    # +.311 points with a standard error of .082: times 1.645 to either side.
    low, high = confidence_limits(EVERYONE, "conversion", 100.0)
    assert (low, high) == (pytest.approx(0.176, abs=0.001), pytest.approx(0.446, abs=0.001))
    arms = real_effects(EVERYONE)
    assert arms["control"]["customers"] == 21306
    assert arms["mailed"]["customers"] == 21387
    assert arms["mailed"]["visit"] - arms["control"]["visit"] == pytest.approx(0.0452, abs=1e-4)


def test_an_e_mail_multiplies_conversion_and_does_nothing_without_its_prompt() -> None:
    # Mean factor over two weeks, half-life 7 days: 1.5 at a prompt of .8. With 20 000 customers 7 400 get
    # one message, 42 buy anyway: the difference has a standard error of .08 points.
    trial = Trial(20_000, (1, 2, 3))
    days = np.arange(14) + 0.5
    factor = np.mean(np.exp(0.8 * 0.5 ** (days / 7.0)))
    found = mailed(trial, EVERYONE, 0.8)[BOUGHT]
    assert found.mean() == pytest.approx(0.573 * (factor - 1.0), abs=3.0 * 0.08 / math.sqrt(3.0))
    still = with_planted(trial, {"behaviour.outreach.prompt": 0.0})
    assert mailed(still, EVERYONE, 0.8)[BOUGHT].tolist() == [0.0, 0.0, 0.0]


def test_c41b_stays_open_because_it_predicts_too_little() -> None:
    result = run_check(CHECKS["C41b"], trial_for("C41b", 8000, 8))
    assert result.outcome == "open"
    assert result.readings[0].value < confidence_limits(LONG_SILENT, "conversion", 100.0)[0]
    assert result.control_fails


def test_a_campaign_reaches_two_thirds_and_leaves_the_past_alone() -> None:
    trial = trial_for("call", 1500, 1)
    world = campaign_world(trial, ALONE)
    people = reached(world, CALL, 9)
    # 1 - 1/e of those who are there: a share of .63 of some 1 100 has a standard error of .015.
    there = 0.70 * 1500
    assert len(people.due) == pytest.approx(there * (1.0 - math.exp(-1.0)), rel=0.15)
    assert np.all((people.due > 0.0) & (people.due <= 365.0))
    assert np.all(np.minimum(people.left, people.left_contacted) > 0.0)
    assert set(people.kind) <= set(range(36))
    # Nobody leaves in one world and stays in the other before the first renewal after the call.
    differ = people.left != people.left_contacted
    assert np.all(np.minimum(people.left, people.left_contacted)[differ] >= people.due[differ] - 1.0)


def test_a_contact_raises_exits_only_through_habit() -> None:
    trial = trial_for("C30", 1500, 2)
    found = outreach.woken(trial)
    assert found[outreach.WITH_HABIT].mean() > 0.5
    assert np.all(found[outreach.WITHOUT_HABIT] <= 0.0)
    asleep = outreach.woken(with_planted(trial, {"behaviour.outreach.wakes": 0.0}))
    assert np.all(asleep[outreach.WITH_HABIT] <= 0.0)


def test_a_pilot_gives_each_kind_its_mean_and_a_new_kind_that_of_all() -> None:
    score = mean_by_kind(np.array([0, 0, 2]), np.array([1.0, 3.0, 8.0]))
    np.testing.assert_allclose(score(np.array([0, 1, 2, 5])), [2.0, 4.0, 8.0, 4.0])


def test_the_budget_buys_the_fifth_with_the_highest_score() -> None:
    score, kept = np.arange(10.0), np.arange(10.0) * 10.0
    assert kept_per_contact(score, kept) == 85.0
    assert kept_per_contact(-score, kept) == 5.0
