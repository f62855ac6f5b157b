"""What must not matter: the arithmetic of differences, and checks run small, with controls that fail."""

import numpy as np
import pytest

import sim
from sim.evidence.check import Check, read
from sim.evidence.checks import invariance
from sim.evidence.checks.invariance import CHECKS, FAMILIES, SIZES, TOLERANCE, WORLDS, changed, fewer, within
from sim.evidence.trial import Trial

BY_NAME = {check.name: check for check in CHECKS}
SMALL = Trial(120, (1, 2, 3))


def test_there_is_a_check_for_every_shipped_scenario():
    assert set(WORLDS) == set(sim.scenarios())
    assert [name for name in BY_NAME if name.startswith("I1")] == ["I1a", "I1b", "I1c", "I1d"]
    assert {"I2", "I3", "I4a", "I4b", "I4c", "I4d"} <= set(BY_NAME)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_is_an_identity_and_its_control_must_miss_one_of_its_targets(check: Check):
    assert check.label == "identity"
    assert check.seeds >= 30
    assert not check.open_because
    names = [target.name for target in check.targets]
    assert len(set(names)) == len(names)
    assert set(check.control.misses) <= set(names)


def test_the_limit_is_two_percent_but_for_effects_in_other_networks():
    for check in CHECKS:
        limits = {(target.low, target.high) for target in check.targets}
        if check.name == "I3":
            assert limits == {(0.0, np.inf), (-1.0 / 3.0, 1.0 / 3.0)}
        else:
            assert limits == {(-0.02, 0.02)}


def test_a_difference_is_a_share_of_the_usual_mean():
    usual, other = {"orders": np.array([8.0, 12.0])}, {"orders": np.array([9.0, 12.0])}
    assert changed(other, usual)["orders"] == pytest.approx([0.1, 0.0])
    twice = {"orders": np.array([18.0, 24.0])}
    assert changed(twice, usual, 2.0)["orders"] == pytest.approx([0.1, 0.0])
    assert changed(twice, usual)["orders"] == pytest.approx([1.0, 1.2])


def test_the_same_world_twice_does_not_differ():
    world = SMALL.world("courier", {"time.horizon": 0.5})
    found = [invariance.measured(world, SMALL.seeds, invariance.RATES) for _ in range(2)]
    for name, values in changed(found[1], found[0]).items():
        assert (values == 0.0).all(), name
        assert found[0][name].std() > 0.0


def test_fewer_seeds_are_the_first_ones():
    trial = Trial(10, tuple(range(20)))
    assert fewer(trial).seeds == tuple(range(8))
    assert fewer(trial, 3).seeds == (0, 1, 2)


def test_a_third_more_is_too_much_and_a_sign_is_asked_for():
    small, other = np.array([1.0, 3.0]), np.array([2.0, 4.0])
    effect = {f"{name} on {of}": -small for name, of in invariance.EFFECTS}
    moved = dict.fromkeys(effect, -other)
    found = invariance._families({FAMILIES[0]: effect, FAMILIES[1]: moved, FAMILIES[2]: effect})
    assert found["scale_free: over_promise on retention, against a small world"] == pytest.approx([0.5, 0.5])
    assert found["scale_free: over_promise on retention, in its direction"] == pytest.approx([2.0, 4.0])
    assert found["scale_free: guarantee on retention, in its direction"] == pytest.approx([-2.0, -4.0])
    assert found["blocks: over_promise on retention, against a small world"] == pytest.approx([0.0, 0.0])
    assert set(found) == {target.name for target in BY_NAME["I3"].targets}


def test_a_rate_per_tick_is_noticed():
    control = BY_NAME["I1d"].control.measure
    assert control is not None
    found = control(Trial(200, (1, 2, 3)))
    assert set(found) == {target.name for target in BY_NAME["I1d"].targets}
    # A rate of 0.05 a year by weekly ticks is one of 0.35 by daily ones: over two years exp(-0.6) are left.
    assert -0.6 < found[f"{invariance.DAY_WEEK}: retention"].mean() < -0.2


def test_the_number_of_customers_scales_counts_and_leaves_rates():
    found = invariance.sizes(Trial(1000, (1, 2, 3, 4)), "courier", scaled=True)
    assert set(found) == {target.name for target in BY_NAME["I4a"].targets}
    # Retention of 500 against 1000 customers, four seeds: a standard error of about 3 % of it.
    for size in SIZES:
        assert abs(found[f"{size}: retention"].mean()) < 0.12
        assert abs(found[f"{size}, per customer: customers at the end"].mean()) < 0.12


def test_counts_that_are_not_scaled_are_noticed():
    check = BY_NAME["I4a"]
    assert check.control.measure is not None
    readings = read(check.targets, check.control.measure(Trial(200, (1, 2, 3))))
    missed = {reading.target.name for reading in readings if reading.distance > 0.1}
    assert set(check.control.misses) <= missed


def test_taking_turns_changes_little_and_hearing_twice_changes_who_is_won():
    trial = Trial(300, (1, 2, 3))
    same, louder = (measure(trial) for measure in (invariance.taking_turns, BY_NAME["I2"].control.measure))
    assert set(same) == set(louder) == {target.name for target in BY_NAME["I2"].targets}
    won = f"{invariance.IN_TURN}: customers won, mean of the four"
    # Some 30 are won in a run: hearing twice wins a fifth more, taking turns exchanges a few.
    assert abs(same[won].mean()) < 0.1 < louder[won].mean()
    assert np.any(same[won] != 0.0)


def test_targets_are_symmetric():
    (target,) = within(("a",))
    assert (target.name, target.low, target.high) == ("a", -TOLERANCE, TOLERANCE)
