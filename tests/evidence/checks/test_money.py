"""What retention is worth: the closed forms at known points, and the simulator's value against them."""

import numpy as np
import pytest

from sim.evidence.check import run_check
from sim.evidence.checks.money import (
    BASES,
    CHECKS,
    NET,
    PAID,
    constant_world,
    gain,
    margin_multiple,
    worth,
)
from sim.evidence.trial import Trial, trial_for

BY_NAME = {check.name: check for check in CHECKS}


@pytest.mark.parametrize(
    ("retention", "multiple"), [(0.75, 3.03), (0.80, 3.50), (0.85, 4.15), (0.90, 5.09), (0.95, 6.59)]
)
def test_the_margin_multiple_at_twelve_percent(retention, multiple):
    assert margin_multiple(retention, 0.12) == pytest.approx(multiple, abs=0.005)


def test_five_points_gross_and_net_at_known_points():
    assert gain(0.80, 0.0) == pytest.approx(20.0)
    assert gain(0.80, 2.0) == pytest.approx(44.0)
    assert gain(0.90, 0.0) == pytest.approx(100.0 / 3.0)
    assert gain(0.90, 2.0) == pytest.approx(52.38, abs=0.005)


@pytest.mark.parametrize("retention", [0.74, 0.85, 0.9690])
def test_the_world_has_this_retention_and_hardly_any_spread(retention):
    world = constant_world(Trial(10, (1,)), retention, 0.12, 2.0)
    exits = world.customers.exit
    assert exits.beta / (exits.alpha + exits.beta) == pytest.approx(retention)
    spread = np.sqrt(retention * (1.0 - retention) / (exits.alpha + exits.beta + 1.0))
    assert spread < 0.03
    assert world.economics.acquisition_cost == 2.0 * PAID
    assert (1.0 + world.economics.discount_rate) ** (1.0 / 6.0) == pytest.approx(1.12)


def test_the_value_of_a_run_is_the_multiple():
    world = constant_world(Trial(2000, (1,)), 0.85, 0.12, 1.0)
    values = [worth(world, seed) for seed in (1, 2)]
    # A lifetime is geometric: the value varies by r i' over customers, here less than its mean.
    assert np.mean(values) == pytest.approx(margin_multiple(0.85, 0.12) - 1.0, rel=4.5 / np.sqrt(4000.0))


def test_every_check_names_its_targets():
    labels = {name: check.label for name, check in BY_NAME.items()}
    assert labels == {
        "C7a": "identity",
        "C7b": "identity",
        "C7c": "out of sample",
        "C7d": "out of sample",
        "C8a": "identity",
        "C8b": "out of sample",
    }
    for check in CHECKS:
        assert set(check.control.misses) <= {target.name for target in check.targets}


def test_the_ratio_to_the_discount_rate_is_open_and_said_so():
    check = BY_NAME["C7d"]
    assert check.open_because
    result = run_check(check, trial_for("C7d", 600, 2))
    # (1 + i) / i = 9.33 exactly; both elasticities together are known to some 15 % from 1200 customers
    assert result.readings[0].value == pytest.approx(1.12 / 0.12, rel=0.6)
    assert result.outcome == "open"


def test_without_a_cost_of_winning_the_gain_is_too_small():
    result = run_check(BY_NAME["C8b"], trial_for("C8b", 800, 3))
    by_name = {reading.target.name: reading.value for reading in result.readings}
    assert by_name[NET[BASES[0]]] > 25.0
    assert result.control_fails
