"""B7 and B8: how fair the handling of a complaint is felt to be, and where recovery ends."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.events import BILLING, CORE, DELAY, ENCOUNTER, UNAVAILABLE
from sim.behaviour.justice import (
    apology_value,
    compensation_value,
    episode_justice,
    faded,
    lasting_justice,
    matched_apology,
    matched_compensation,
    paradox_possible,
    recovered,
    speed_of_answer,
)

LEVEL = st.floats(0.0, 1.0)
SHARES = [0.01 * step for step in range(1, 151)]


def accepted(share, world, averse=0):
    return compensation_value(share, 0.4, CORE, averse, world)


def rejected(share, world, averse=0):
    return compensation_value(share, 0.9, CORE, averse, world)


def test_b7_no_compensation_is_worth_nothing(world):
    assert accepted(0.0, world) == rejected(0.0, world) == 0.0


def test_b7_full_compensation_of_a_service_that_was_used_is_worth_one(world):
    assert accepted(1.0, world) == pytest.approx(1.0)
    # (1 - exp(-0.5 / 0.35)) / (1 - exp(-1 / 0.35))
    expected = (1.0 - math.exp(-0.5 / 0.35)) / (1.0 - math.exp(-1.0 / 0.35))
    assert accepted(0.5, world) == pytest.approx(expected)


def test_b7_compensation_of_a_service_that_was_used_is_concave(world):
    values = [accepted(share, world) for share in SHARES]
    gains = [later - earlier for earlier, later in pairwise(values)]
    assert all(gain > 0.0 for gain in gains)
    assert all(later < earlier for earlier, later in pairwise(gains))


def test_b7_compensation_of_a_useless_service_is_steepest_around_the_loss(world):
    values = [rejected(share, world) for share in SHARES]
    gains = [later - earlier for earlier, later in pairwise(values)]
    steepest = SHARES[gains.index(max(gains))]
    assert 0.6 < steepest < 1.2
    assert rejected(0.9, world) == pytest.approx(0.5)
    inside = rejected(1.2, world) - rejected(0.6, world)
    assert inside > (rejected(0.6, world) - rejected(0.01, world)) + (
        rejected(1.5, world) - rejected(1.2, world)
    )


@pytest.mark.parametrize("worth", [accepted, rejected])
def test_b7_over_compensation_works_less(world, worth):
    assert worth(1.5, world) >= worth(1.3, world)
    assert worth(1.5, world) > worth(1.75, world) > worth(2.0, world)


@pytest.mark.parametrize("worth", [accepted, rejected])
def test_b7_a_minority_takes_offence_at_any_excess(world, worth):
    assert worth(1.0, world, averse=1) == worth(1.0, world, averse=0)
    assert worth(1.2, world, averse=1) < worth(1.2, world, averse=0)
    assert worth(1.4, world, averse=1) < worth(1.2, world, averse=1)


@given(
    st.floats(0.0, 2.0),
    LEVEL,
    st.sampled_from([CORE, DELAY, ENCOUNTER, UNAVAILABLE, BILLING]),
    st.integers(0, 1),
)
def test_b7_compensation_stays_within_its_limits(world, share, severity, failure, averse):
    assert -1.0 <= compensation_value(share, severity, failure, averse, world) <= 1.5


@pytest.mark.parametrize("failure", [DELAY, ENCOUNTER, UNAVAILABLE, BILLING])
def test_b7_only_a_useless_core_makes_the_s_curve(world, failure):
    assert compensation_value(0.3, 0.9, failure, 0, world) == accepted(0.3, world)
    assert compensation_value(0.3, 0.9, failure, 0, world) > rejected(0.3, world)


def test_b7_an_apology_wears_out(world):
    assert apology_value(1.0, 0.8, 0.0, world) == pytest.approx(0.8)
    assert apology_value(1.0, 0.8, 1.0, world) == pytest.approx(0.48)
    assert apology_value(1.0, 0.8, 2.0, world) == pytest.approx(0.288)


@given(LEVEL, LEVEL, st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_b7_an_apology_is_worth_less_the_more_were_heard(world, quality, skill, one, other):
    fresh = apology_value(quality, skill, min(one, other), world)
    assert 0.0 <= apology_value(quality, skill, max(one, other), world) <= fresh <= quality * skill + 1e-15


def test_b7_speed_is_worth_half_at_the_half_time_of_the_channel(world):
    assert speed_of_answer(0.0, 0, world) == 1.0
    assert speed_of_answer(world.support_half_time, 0, world) == pytest.approx(0.5)


def test_b7_each_repeated_contact_costs_speed(world):
    assert speed_of_answer(24.0, 1, world) == pytest.approx(0.5 * 0.6)
    assert speed_of_answer(24.0, 2, world) == pytest.approx(0.5 * 0.36)


@given(st.floats(0.0, 2000.0), st.floats(0.0, 2000.0))
def test_b7_a_faster_answer_is_never_worth_less(world, one, other):
    assert speed_of_answer(min(one, other), 0, world) >= speed_of_answer(max(one, other), 0, world)


def test_b7_the_remedy_must_match_the_failure(world):
    assert matched_compensation(0.5, ENCOUNTER, world) == pytest.approx(0.3)
    assert matched_apology(0.5, CORE, world) == pytest.approx(0.3)
    for failure in (CORE, DELAY, UNAVAILABLE, BILLING):
        assert matched_compensation(0.5, failure, world) == 0.5
    for failure in (ENCOUNTER, DELAY, UNAVAILABLE, BILLING):
        assert matched_apology(0.5, failure, world) == 0.5


def test_b7_weights_of_justice(world):
    assert episode_justice(1.0, 0.0, 0.0, world) == 0.5
    assert episode_justice(0.0, 1.0, 0.0, world) == 0.3
    assert episode_justice(0.0, 0.0, 1.0, world) == 0.2
    assert lasting_justice(1.0, 0.0, 0.0, world) == 0.35
    assert lasting_justice(0.0, 1.0, 0.0, world) == 0.4
    assert lasting_justice(0.0, 0.0, 1.0, world) == 0.25


def test_b7_perfect_handling_is_just_by_both_measures(world):
    assert episode_justice(1.0, 1.0, 1.0, world) == pytest.approx(1.0)
    assert lasting_justice(1.0, 1.0, 1.0, world) == pytest.approx(1.0)


def test_b7_recovery_at_hand_computed_points(world):
    # 0.3 + 0.4 · 0.4 / 0.8
    assert recovered(0.7, 0.3, 0.4, False, world) == pytest.approx(0.5)
    assert recovered(0.7, 0.3, 0.0, True, world) == 0.3


@given(LEVEL, LEVEL, st.booleans())
def test_b7_full_justice_brings_satisfaction_back_to_where_it_was(world, before, after, paradox):
    level = recovered(before, after, world.recovery_full_justice, paradox, world)
    assert level == pytest.approx(max(before, after))


@given(LEVEL, LEVEL, st.floats(-1.0, 1.5))
def test_b8_without_the_paradox_recovery_never_lifts_above_before(world, before, after, justice):
    assert 0.0 <= recovered(before, after, justice, False, world) <= max(before, after)


def test_b8_the_paradox_lifts_satisfaction_above_before(world):
    assert recovered(0.7, 0.3, 1.0, True, world) == pytest.approx(0.8)
    assert recovered(0.7, 0.3, 1.0, False, world) == 0.7
    assert recovered(1.0, 0.0, 1.5, True, world) == 1.0


@given(LEVEL, LEVEL, st.floats(-1.0, 1.5), st.floats(-1.0, 1.5), st.booleans())
def test_b7_more_justice_never_recovers_less(world, before, after, one, other, paradox):
    less = recovered(before, after, min(one, other), paradox, world)
    assert less <= recovered(before, after, max(one, other), paradox, world) + 1e-15


def test_b8_gates_of_the_paradox(world):
    year = 24.0 * world.recovery_paradox_days
    assert paradox_possible(0.3, 0, 0, -1.0, world)
    assert paradox_possible(0.3, 0, 0, year, world)
    assert paradox_possible(0.3, 1, 1, -1.0, world)
    assert not paradox_possible(world.recovery_paradox_severity, 0, 0, -1.0, world)
    assert not paradox_possible(0.3, 0, 1, -1.0, world)
    assert not paradox_possible(0.3, 0, 0, year - 1.0, world)
    assert not paradox_possible(0.3, 1, 0, 0.0, world)


def test_b8_a_shock_fades_by_half_in_its_half_life():
    assert faded(0.0, 21.0) == 1.0
    assert faded(24.0 * 21.0, 21.0) == pytest.approx(0.5)
    assert 0.0 < faded(1e9, 21.0) < 1e-15
