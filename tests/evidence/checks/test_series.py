"""Published series: what is asked, and that the checks pass and fail where they should."""

from dataclasses import replace

import numpy as np
import pytest

from sim.calibration.closed_forms import ShiftedBetaGeometric
from sim.evidence.check import run_check
from sim.evidence.checks.series import (
    CHECKS,
    HIGH_END,
    HIGH_END_FIT,
    REGULAR,
    fit_values,
    no_spread,
    regular_fit,
    rise,
    shortfall,
)
from sim.evidence.trial import trial_for

BY_NAME = {check.name: check for check in CHECKS}


def small(name, customers, seeds=3):
    check = BY_NAME[name]
    return run_check(check, trial_for(name, customers, seeds))


def test_every_check_of_the_series_is_there_with_its_label():
    labels = {name: check.label for name, check in BY_NAME.items()}
    assert labels == {
        "C1a": "identity",
        "C1b": "fitted",
        "C2a": "identity",
        "C2b": "fitted",
        "C3": "identity",
        "C4a": "identity",
        "C4b": "fitted",
        "C5": "identity",
        "C38a": "identity",
        "C38b": "recalled",
    }
    for check in CHECKS:
        names = {target.name for target in check.targets}
        assert set(check.control.misses) <= names
        assert check.seeds >= 30 or check.name == "C2b"


def test_the_fit_meets_the_years_it_was_made_of():
    assert 100.0 * regular_fit().survival(4) == pytest.approx(REGULAR, abs=1.0)


def test_the_published_fit_is_found_again_and_not_without_the_survivors():
    assert fit_values(10.0 * HIGH_END)["alpha"] == pytest.approx([0.668], abs=5e-4)
    result = small("C2b", 1, 1)
    assert result.outcome == "pass"
    assert all(reading.outcome == "fail" for reading in result.control)


def test_rise_and_shortfall_at_hand_computed_points():
    # alpha = beta = 1: retention 1/2, 2/3, 3/4
    assert rise(ShiftedBetaGeometric(1.0, 1.0), 3) == pytest.approx(25.0)
    # hardly any spread: nothing rises, and an average customer is worth what customers are on average
    narrow = ShiftedBetaGeometric(100.0, 300.0)
    assert abs(rise(narrow, 7)) < 0.5
    assert shortfall(narrow) == pytest.approx(0.0, abs=1e-9)
    assert shortfall(HIGH_END_FIT) > 5.0


def test_without_spread_the_mean_stays():
    planted = no_spread(HIGH_END_FIT)
    alpha, beta = planted["customers.exit.alpha"], planted["customers.exit.beta"]
    assert alpha / (alpha + beta) == pytest.approx(0.668 / 4.474)


@pytest.mark.parametrize(("name", "customers"), [("C1a", 3000), ("C2a", 3000), ("C3", 6000)])
def test_contracts_agree_and_the_control_fails(name, customers):
    result = small(name, customers)
    # Each value is a mean of 3 runs: a share of n has a standard error of at most 1/2 √(1 / 3n), here
    # below 0.53 points; differences of two rates of those who are left stay below 3 times that.
    slack = 4.5 * 100.0 * 0.5 / np.sqrt(3.0 * customers) * (3.0 if name == "C3" else 1.0)
    assert all(reading.distance < slack for reading in result.readings)
    assert result.control_fails


def test_shoppers_agree_and_the_control_fails():
    result = small("C4a", 1000)
    assert all(reading.distance == 0.0 for reading in result.readings[:1])
    assert result.control_fails


def test_the_forecast_agrees_and_the_control_fails():
    result = small("C5", 4000, 2)
    # Orders in the second half have a standard deviation of 2.9 times their mean over customers.
    assert all(abs(reading.value) < 4.5 * 290.0 / np.sqrt(8000.0) for reading in result.readings)
    planted = replace(BY_NAME["C5"].control).planted
    assert planted["customers.exit.beta"] == pytest.approx(242.6)
    assert result.control[1].value > 20.0


def test_an_average_customer_is_worth_less_and_the_exchanged_arms_say_so():
    result = small("C38b", 600, 2)
    assert all(reading.value > 0.0 for reading in result.readings)
    assert all(reading.value < 0.0 for reading in result.control)
    assert result.outcome == "open"  # recalled: it never passes
