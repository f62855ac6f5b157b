"""The plain world: what is left when every mechanism is off, and how it is counted."""

import numpy as np
import pytest

from sim.calibration.closed_forms import BetaGeometricNbd, ShiftedBetaGeometric
from sim.evidence.checks.plain_world import alike, contract_world, purchases, shop_world, survival
from sim.evidence.trial import Trial, run, served

EXITS = ShiftedBetaGeometric(1.0, 3.0)
SMALL = Trial(4000, (1,))


def test_the_world_has_no_mechanism_and_as_many_people_as_customers():
    world = contract_world(SMALL, EXITS, 3)
    assert not any(vars(world.mechanisms).values())
    assert world.rows == 4000
    assert list(world.customers.segments) == ["everyone"]


@pytest.mark.parametrize("months", [1, 2, 12])
def test_a_period_is_so_many_ticks_and_the_last_is_paid(months):
    world = contract_world(
        SMALL, EXITS, 3, months, {"customers.contract.price": 7.0, "customers.contract.price_spread": 0.0}
    )
    assert world.time.ticks == 3 * months
    result = run(world, 1)
    paid = served(result)["revenue"]
    left = survival(result, 2)
    # Each customer pays at the start and at each renewal survived; orders are too few to matter here.
    assert paid.mean() == pytest.approx(7.0 * left.sum(), rel=0.02)


def test_survival_is_counted_from_one_and_falls():
    result = run(contract_world(SMALL, EXITS, 4), 1)
    left = survival(result, 3)
    # 1, 3/4, 3/4 · 4/5, 3/4 · 4/5 · 5/6, to 4.5 standard errors of a share
    exact = np.array([1.0, 0.75, 0.6, 0.5])
    assert np.all(np.abs(left - exact) <= 4.5 * np.sqrt(exact * (1.0 - exact) / 4000.0) + 1e-12)


def test_alike_keeps_the_mean_and_takes_the_spread():
    same = alike(EXITS)
    assert same.alpha / (same.alpha + same.beta) == pytest.approx(0.25)
    assert same.retention(5) == pytest.approx(np.full(5, 0.75), abs=0.005)
    assert EXITS.retention(5)[-1] - EXITS.retention(5)[0] > 0.1


def test_purchases_are_those_of_the_customers():
    world = shop_world(SMALL, BetaGeometricNbd(0.5, 4.0, 0.8, 2.4), 20.0)
    assert world.time.ticks == 5  # 140 days are 4.6 months
    who, when = purchases(world, 2)
    people = run(world, 2).population
    assert np.array_equal(np.bincount(who.astype(int), minlength=4000), people["orders"])
    assert when.min() >= 0.0
    assert when.max() <= 5.0 * 365.0 / 12.0 / 7.0
