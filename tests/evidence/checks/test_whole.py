"""Negative controls of the whole: nothing comes from nothing, and something is noticed."""

import math

import numpy as np
import pytest

import sim
from sim.engine.population import create_population
from sim.evidence.check import Check, read
from sim.evidence.checks import whole
from sim.evidence.checks.whole import CHECKS, DIFFERENCE, PEOPLE
from sim.evidence.trial import Trial, baseline, run
from sim.world.policy import timeline

BY_NAME = {check.name: check for check in CHECKS}
SMALL = Trial(80, (1,))


def test_the_four_controls_are_there():
    assert list(BY_NAME) == ["N1", "N2", "N3", "N4"]
    for check in CHECKS:
        assert check.label == "identity"
        assert set(check.control.misses) <= {target.name for target in check.targets}


@pytest.mark.parametrize("name", ["N1", "N2"])
def test_nothing_comes_from_nothing_exactly(name):
    check: Check = BY_NAME[name]
    assert {(target.low, target.high) for target in check.targets} == {(0.0, 0.0)}
    assert all(reading.value == 0.0 for reading in read(check.targets, check.measure(SMALL)))


@pytest.mark.parametrize("name", ["N1", "N2"])
def test_the_least_that_is_done_is_noticed(name):
    check: Check = BY_NAME[name]
    assert check.control.measure is not None
    assert all(reading.distance > 0.0 for reading in read(check.targets, check.control.measure(SMALL)))


def test_strategies_without_levers_have_none_and_the_recoveries_have():
    assert all(strategy.levers() == () for strategy in whole.IDLE)
    pulled = {lever for strategy in whole.RECOVERIES for lever in strategy.levers()}
    assert pulled == {
        f"recovery.{name}"
        for name in ("response_target", "apology", "compensation", "empowerment", "verification")
    }


def test_a_difference_is_seen_in_a_metric_and_in_a_person():
    world = SMALL.world("courier", {"time.horizon": 0.3})
    one, other = run(world, 1), run(world, 1)
    assert whole.difference(one, other) == (0.0, 0)
    other.population["group"][0] = 7  # whose policy holds is nothing that happened
    assert whole.difference(one, other) == (0.0, 0)
    other.population["trust"][3] += 2.0**-52
    assert whole.difference(one, other) == (0.0, 1)
    other.ledger["revenue"][0, 0] += 8.0
    assert whole.difference(one, other) == (pytest.approx(8.0 / 80.0), 1)


def test_a_metric_that_loses_its_value_is_a_difference():
    world = SMALL.world("courier", {"time.horizon": 0.3})
    one, other = run(world, 1), run(world, 1)
    other.ledger["answers"][:] = 0
    other.ledger["top_two"][:] = 0
    largest, _ = whole.difference(one, other)
    assert math.isnan(largest)
    found = {DIFFERENCE: np.array([largest]), PEOPLE: np.array([0.0])}
    assert read(whole.EXACTLY_NONE, found)[0].distance == math.inf


def test_nothing_fails_where_nothing_fails():
    for name in sim.scenarios():
        ledger = run(Trial(300, (1,)).world(name, whole.FAULTLESS), 1).ledger
        assert ledger["orders"].sum() > 0
        for count in ("failures", "delays", "grievances", "claims"):
            assert ledger[count].sum() == 0, (name, count)


@pytest.mark.parametrize("made", [whole.with_other_ids, whole.with_few_ids])
def test_only_ids_are_exchanged_and_customers_stay_customers(made):
    world = Trial(200, (1,)).world("courier").effective()
    plan = timeline(world, baseline(world))
    own, other = create_population(world, plan, 5), made(world, plan, 5)
    for name in own.dtype.names:
        if name != "id":
            assert own[name].tobytes() == other[name].tobytes(), name
    assert (other["id"][:200] < 200).all()
    assert (other["id"][200:] >= 200).all()
    moved = sorted(other["id"].tolist()) == own["id"].tolist()
    assert moved == (made is whole.with_other_ids)
    assert (other["id"] != own["id"]).mean() > 0.9


def test_the_change_of_a_spread_at_a_hand_computed_point():
    own, other = np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 6.0])
    # Deviations 1, 0, 1 with mean 2/3, and 2, 0, 4.
    assert whole.spread_change(other, own) == pytest.approx([1.5, 0.0, 4.5])
    assert whole.spread_change(own + 7.0, own) == pytest.approx([0.0, 0.0, 0.0])


def test_sharing_ids_widens_the_spread_and_exchanging_them_does_not():
    trial = Trial(400, tuple(range(1, 21)))
    found = {made: whole.shuffling(made)(trial) for made in (whole.with_other_ids, whole.with_few_ids)}
    name = "spread over seeds: retention"
    assert set(found[whole.with_few_ids]) == {target.name for target in BY_NAME["N3"].targets}
    # Ten fates in place of four hundred: a spread of several times its size. Two spreads of twenty seeds
    # differ by a standard error of about 1.07 / √20, a quarter.
    assert found[whole.with_few_ids][name].mean() > 0.8
    assert abs(found[whole.with_other_ids][name].mean()) < 0.8


def test_half_of_the_customers_have_half_of_the_counts():
    check = BY_NAME["N4"]
    trial = Trial(1000, (1, 2, 3))
    assert set(check.measure(trial)) == {target.name for target in check.targets}
    assert check.control.measure is not None
    readings = read(check.targets, check.control.measure(trial))
    missed = {reading.target.name for reading in readings if reading.distance > 0.3}
    assert missed == set(check.control.misses)
