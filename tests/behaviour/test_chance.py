"""Luck and numerical helpers: limits, medians and moments."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance

LEVELS = st.floats(-1e6, 1e6)
COUNT = 20_000


def test_sure_and_impossible_things(lucks):
    for luck in lucks(200):
        assert chance.happens(luck, chance.VOICE, 0, 1.0)
        assert not chance.happens(luck, chance.VOICE, 0, 0.0)


def test_a_draw_at_the_probability_itself_does_not_happen(scripted):
    luck = scripted({chance.VOICE: 0.25})
    assert not chance.happens(luck, chance.VOICE, 0, 0.25)
    assert chance.happens(luck, chance.VOICE, 0, math.nextafter(0.25, 1.0))


def test_share_of_happenings(lucks):
    share = sum(chance.happens(luck, chance.VOICE, 0, 0.3) for luck in lucks(COUNT)) / COUNT
    # five standard errors of a share
    assert abs(share - 0.3) < 5.0 * math.sqrt(0.3 * 0.7 / COUNT)


def test_normal_at_written_draws(scripted):
    # Box and Muller by hand: radius sqrt(-2 ln u), a quarter turn gives the radius itself
    luck = scripted({chance.QUALITY: [math.exp(-2.0), 0.25]})
    assert chance.normal(luck, chance.QUALITY, 0) == pytest.approx(2.0)


def test_normal_uses_two_draws_of_its_own_for_each_occurrence(scripted):
    luck = scripted({chance.QUALITY: [math.exp(-2.0), 0.25, math.exp(-0.5), 0.75]})
    assert chance.normal(luck, chance.QUALITY, 0) == pytest.approx(2.0)
    assert chance.normal(luck, chance.QUALITY, 1) == pytest.approx(-1.0)


def test_normal_has_mean_zero_and_variance_one(lucks):
    values = [chance.normal(luck, chance.QUALITY, 0) for luck in lucks(COUNT)]
    mean = sum(values) / COUNT
    variance = sum(value * value for value in values) / COUNT
    # five standard errors: of a mean 1/sqrt(n), of a mean square sqrt(2/n)
    assert abs(mean) < 5.0 / math.sqrt(COUNT)
    assert abs(variance - 1.0) < 5.0 * math.sqrt(2.0 / COUNT)


def test_the_time_to_an_event_has_mean_one_over_rate(lucks):
    hours = [chance.next_event(luck, chance.ORDER_TIME, 0, 4.0, 10.0, 1e9) for luck in lucks(COUNT)]
    # the standard deviation of an exponential time is its mean
    assert abs(sum(hours) / COUNT - 10.25) < 5.0 * 0.25 / math.sqrt(COUNT)
    assert min(hours) > 10.0


def test_an_event_after_the_end_is_told_as_none_or_at_its_hour(lucks):
    for luck in lucks(2000):
        whole = chance.next_event(luck, chance.ORDER_TIME, 0, 0.3, 0.0, 1e9)
        cut = chance.next_event(luck, chance.ORDER_TIME, 0, 0.3, 0.0, 2.0)
        assert cut == whole or (cut == chance.NEVER and whole >= 2.0)


def test_nothing_ever_comes_at_rate_zero(luck):
    assert chance.next_event(luck, chance.ORDER_TIME, 0, 0.0, 0.0, 1e9) == chance.NEVER


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), st.floats(0.0, 50.0))
def test_bounds_decide_as_the_exponential_does(drawn, exposure):
    exact = -math.expm1(-exposure)
    if abs(drawn - exact) > 1e-14:  # what rounding leaves
        assert chance.falls_within(drawn, exposure) == (drawn < exact)


@given(st.floats(1e-9, 20.0), st.floats(-1e-6, 1e-6))
def test_bounds_decide_as_the_exponential_does_near_the_border(exposure, distance):
    exact = -math.expm1(-exposure)
    drawn = exact * (1.0 + distance)
    if abs(drawn - exact) > 1e-14:
        assert chance.falls_within(drawn, exposure) == (drawn < exact)


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), st.floats(-60.0, 60.0))
def test_bounds_decide_as_the_logistic_does(drawn, log_odds):
    luck = SimpleNamespace(draw=lambda purpose, occurrence: drawn)
    probability = chance.logistic(log_odds)
    if abs(drawn - probability) > 1e-14:
        assert chance.happens_at_odds(luck, chance.VOICE, 0, log_odds) == (drawn < probability)


def test_something_happens_within_an_exposure_as_often_as_it_should(lucks):
    share = sum(chance.happens_within(luck, chance.VOICE, 0, 0.7) for luck in lucks(COUNT)) / COUNT
    expected = 1.0 - math.exp(-0.7)
    assert abs(share - expected) < 5.0 * math.sqrt(expected * (1.0 - expected) / COUNT)


@given(LEVELS, LEVELS, LEVELS)
def test_clip_stays_between_its_limits(value, one, other):
    low, high = min(one, other), max(one, other)
    clipped = chance.clip(value, low, high)
    assert low <= clipped <= high
    assert clipped == value or not low <= value <= high


@pytest.mark.parametrize(("value", "expected"), [(-0.1, 0.0), (0.0, 0.0), (0.3, 0.3), (1.0, 1.0), (7.0, 1.0)])
def test_unit(value, expected):
    assert chance.unit(value) == expected


def test_exponential_is_exp_inside_its_limits_and_finite_beyond():
    assert chance.exponential(1.5) == math.exp(1.5)
    assert chance.exponential(1e9) == math.exp(40.0)
    assert chance.exponential(-1e9) == math.exp(-40.0)


@given(st.floats(-30.0, 30.0))
def test_logistic_is_symmetric_and_inverts_log_odds(log_odds):
    probability = chance.logistic(log_odds)
    assert 0.0 < probability <= 1.0
    assert probability + chance.logistic(-log_odds) == pytest.approx(1.0)
    if abs(log_odds) < 10.0:
        assert math.log(probability / (1.0 - probability)) == pytest.approx(log_odds, abs=1e-9)


@given(st.floats(1e-6, 1e3), st.floats(0.0, 2.0))
def test_power_is_the_power(base, exponent):
    assert chance.power(base, exponent) == pytest.approx(base**exponent, rel=1e-12)


def test_power_of_zero_is_zero():
    assert chance.power(0.0, 0.7) == 0.0


@pytest.mark.parametrize(("elapsed", "left"), [(0.0, 1.0), (10.0, 0.5), (20.0, 0.25)])
def test_halving(elapsed, left):
    assert chance.halving(elapsed, 10.0) == pytest.approx(left, rel=1e-12)


def test_halving_over_two_times_is_the_product():
    assert chance.halving(7.0, 10.0) * chance.halving(5.0, 10.0) == pytest.approx(chance.halving(12.0, 10.0))


@pytest.mark.parametrize("steepness", [0.5, 1.0, 2.0])
def test_hyperbola_is_one_at_once_and_half_at_the_half_time(steepness):
    assert chance.hyperbola(0.0, 24.0, steepness) == 1.0
    assert chance.hyperbola(24.0, 24.0, steepness) == pytest.approx(0.5)


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.floats(0.5, 2.0))
def test_hyperbola_falls_with_time(one, other, steepness):
    early, late = min(one, other), max(one, other)
    assert chance.hyperbola(early, 24.0, steepness) >= chance.hyperbola(late, 24.0, steepness)


def test_speed_of_the_airline_answers_is_reproduced():
    # A 24.8 dollar premium that halves in 12.4 minutes meets the three points of the Twitter
    # study of 2016: about 20 at 3 minutes (middle of "up to 6"), 9 at 22, 2.33 beyond an hour.
    def worth(minutes):
        return 24.8 * chance.hyperbola(minutes, 12.4, 1.0)

    assert worth(3.0) == pytest.approx(20.0, abs=0.1)
    assert worth(22.0) == pytest.approx(9.0, abs=0.1)
    assert worth(120.0) == pytest.approx(2.33, abs=0.05)
