"""Referred customers: who counts as one, and how long they stay."""

import numpy as np
import pytest

from sim.evidence.checks.friends import HOURS_PER_YEAR, joined, referral_world, stay
from sim.evidence.trial import Trial, run


@pytest.fixture(scope="module")
def lived():
    return run(referral_world(Trial(150, (1,))), 1)


def test_those_who_joined_in_the_window_are_told_apart(lived):
    friends, others = joined(lived)
    assert len(friends) > 0
    assert len(others) > 0
    for people, referred in ((friends, True), (others, False)):
        assert np.all((people["referrer"] >= 0) == referred)
        assert np.all(people["prospect"] == 0)
        assert np.all(
            (people["acquired_hour"] >= 2.0 * HOURS_PER_YEAR)
            & (people["acquired_hour"] < 4.0 * HOURS_PER_YEAR)
        )


def test_stay_counts_from_each_ones_own_day():
    people = np.zeros(4, dtype=[("left_hour", "f8")])
    since = np.array([0.0, 0.0, HOURS_PER_YEAR, HOURS_PER_YEAR])
    people["left_hour"] = [-1.0, HOURS_PER_YEAR, 2.0 * HOURS_PER_YEAR, 4.0 * HOURS_PER_YEAR]
    # leaving at the renewal itself is not staying beyond it
    assert stay(people, since, 1.0) == 0.5
    assert stay(people, since, 3.0) == 0.25
