import math

import numpy as np
import pytest

from sim.evidence.check import run_check
from sim.evidence.checks.compensation import (
    AT_ONCE,
    CAR_REPAIR,
    CHECKS,
    TELECOM,
    compensation_curve,
    mean_value_of_answer,
    numbers,
    price_target,
    telecom_prices,
)
from sim.evidence.trial import Trial, trial_for, with_planted

TRIAL = Trial(1, (1,))


def test_the_mean_over_days_is_that_of_the_hyperbola():
    world = numbers(TRIAL, CAR_REPAIR)
    assert mean_value_of_answer(world, 0.0, 90.0) == pytest.approx(
        103.0 / 90.0 * math.log(193.0 / 103.0), rel=1e-6
    )
    late = 103.0 / 90.0 * math.log(283.0 / 193.0)
    assert mean_value_of_answer(world, 90.0, 180.0) == pytest.approx(late, rel=1e-6)


def test_what_is_planted_in_the_trial_stands_above_the_values_of_the_check():
    planted = with_planted(TRIAL, {"support.half_time": 48.0})
    assert numbers(planted, CAR_REPAIR).support_half_time == 48.0
    assert numbers(TRIAL, CAR_REPAIR).support_half_time == 103.0 * 24.0


def test_the_worth_of_a_late_answer_follows_from_that_of_a_fast_one():
    # At a half-time of 12 minutes: 17 (1 + 2/12) / (1 + 40/12).
    found = next(iter(telecom_prices(TRIAL).values()))
    assert found == pytest.approx([TELECOM[2.0] * (1.0 + 2.0 / 12.0) / (1.0 + 40.0 / 12.0)])
    target = price_target(40.0, 3.5)
    assert (target.low, target.high) == pytest.approx((2.975, 4.025))
    # What the check says of the half-time that would fit, and of the answers that would.
    at_eight = 17.0 * (1.0 + 2.0 / 8.0) / (1.0 + 40.0 / 8.0)
    assert target.low < at_eight < target.high
    for minutes, end in ((47.0, target.high), (68.0, target.low)):
        assert 17.0 * (1.0 + 2.0 / 12.0) / (1.0 + minutes / 12.0) == pytest.approx(end, rel=0.01)
    assert AT_ONCE * 0.5 == 12.4


def test_the_curve_is_a_mean_over_those_who_mind_an_excess_and_those_who_do_not():
    world = numbers(with_planted(TRIAL, {"customers.compensation_averse": 0.2}))
    curve = compensation_curve(np.array([0.0, 1.0, 1.4]), 0.4, world)
    plain = (1.0 - math.exp(-4.0)) / (1.0 - math.exp(-1.0 / 0.35))
    assert curve == pytest.approx([0.0, 1.0, plain - 0.2 * 0.4])


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_comes_out_as_it_is_said_to(check):
    found = run_check(check, trial_for(check.name, check.customers, check.seeds))
    assert found.control_fails
    assert found.outcome == ("open" if check.open_because else "pass")
    assert check.quick


def test_only_the_figure_that_nothing_was_derived_from_is_out_of_sample():
    assert {check.name: check.label for check in CHECKS} == {
        "C13": "fitted",
        "C14a": "fitted",
        "C14b": "out of sample",
        "C15": "fitted",
    }
