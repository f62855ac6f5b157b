"""Worlds of a check: what is planted arrives, and seeds belong to one check alone."""

import numpy as np
import pytest

from sim.evidence.trial import ALONE, Trial, baseline, run, served, stayed, trial_for, with_planted
from sim.world.errors import ConfigurationError

PLANTED = {"behaviour.trust.kept_gain": 1.0}  # far above its range


def test_what_is_planted_stands_in_every_world_whatever_its_range():
    world = Trial(50, (1,), PLANTED).world("courier", {"time.horizon": 0.5})
    assert world.behaviour.trust.kept_gain == 1.0
    assert world.effective().behaviour.trust.kept_gain == 1.0
    assert (world.customers.count, world.time.horizon) == (50, 0.5)


def test_what_is_planted_wins_over_what_an_arm_changes():
    world = Trial(50, (1,), PLANTED).world("courier", {"behaviour.trust.kept_gain": 0.02})
    assert world.behaviour.trust.kept_gain == 1.0


def test_an_arm_has_to_keep_the_ranges_and_a_planted_path_has_to_exist():
    with pytest.raises(ConfigurationError):
        Trial(50, (1,)).world("courier", PLANTED)
    with pytest.raises((AttributeError, TypeError)):
        Trial(50, (1,), {"behaviour.trust.no_such": 1.0}).world("courier")


def test_more_is_planted_on_top():
    more = with_planted(Trial(50, (1,), PLANTED), {"behaviour.trust.broken_loss": 0.0})
    assert more.planted == {**PLANTED, "behaviour.trust.broken_loss": 0.0}


def test_seeds_are_the_checks_own_and_stay_the_same():
    assert trial_for("C1", 10, 5) == trial_for("C1", 10, 5)
    assert trial_for("C1", 10, 5).seeds[:3] == trial_for("C1", 10, 3).seeds
    assert not set(trial_for("C1", 10, 50).seeds) & set(trial_for("C2", 10, 50).seeds)


def test_each_seed_gives_a_value():
    found = Trial(10, (3, 5, 8)).each(lambda seed: {"seed": seed, "twice": 2 * seed})
    assert found["seed"].tolist() == [3.0, 5.0, 8.0]
    assert found["twice"].tolist() == [6.0, 10.0, 16.0]


def test_alone_nobody_moves_anybody():
    trial = Trial(60, (1,))
    world = trial.world("courier", {**ALONE, "time.horizon": 0.5})
    more = Trial(120, (1,)).world("courier", {**ALONE, "time.horizon": 0.5})
    few, many = served(run(world, 4)), served(run(more, 4))
    assert len(few) == 60
    # The same sixty live the same lives whether or not sixty others are there.
    for name in ("orders", "left_hour", "satisfaction", "trust", "revenue"):
        assert np.array_equal(few[name], many[name][:60])


def test_who_stayed_is_who_had_not_left_by_an_hour():
    result = run(Trial(200, (1,)).world("courier"), 4, baseline(Trial(200, (1,)).world("courier")))
    left = served(result)["left_hour"]
    assert stayed(result).sum() == (left < 0.0).sum() < 200
    assert stayed(result, 4000.0).sum() == ((left < 0.0) | (left > 4000.0)).sum() > stayed(result).sum()
