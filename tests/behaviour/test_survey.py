"""B17: answers to surveys."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.behaviour import chance
from sim.behaviour.survey import attitude, recommendation, rounded, stars
from sim.engine.luck import KeyedLuck

LEVEL = st.floats(0.0, 1.0)
COUNT = 20_000
STYLE, NOISE, SLOPE, MEAN = 1.2, 0.8, 11.0, 8.4


def score(spread_of_attitudes):
    """Return promoter share, detractor share of normal answers rounded to whole points."""
    spread = math.sqrt(STYLE**2 + NOISE**2 + (SLOPE * spread_of_attitudes) ** 2)
    promoters = 1.0 - special.ndtr((8.5 - MEAN) / spread)
    detractors = special.ndtr((6.5 - MEAN) / spread)
    return promoters, detractors


def test_b17_attitude_mixes_satisfaction_and_trust(world):
    assert attitude(0.8, 0.4, world) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("value", "whole"), [(0.0, 0), (0.49, 0), (0.5, 1), (8.4999, 8), (8.5, 9), (9.5, 10)]
)
def test_b17_rounding_takes_halves_upwards(value, whole):
    assert rounded(value) == whole
    assert isinstance(rounded(value), int)


def test_b17_the_median_answer_at_the_reference(world, customer, scripted):
    assert recommendation(customer, world, scripted()) == 8


def test_b17_an_answer_shifts_by_the_slope(make_world, make_customer, scripted):
    world = make_world({"behaviour.answer.recommendation_mean": 5.0})
    luck = scripted()
    moved = {"satisfaction": 0.8, "peak": 0.8, "last_satisfaction": 0.8, "trust": 0.7}
    # a tenth more of everything is a tenth more attitude, 1.1 points
    assert recommendation(make_customer(**moved), world, luck) == 6
    assert recommendation(make_customer(response_style=2.0), world, luck) == 7


@given(LEVEL, LEVEL, st.floats(-8.0, 8.0), st.integers(0, 10_000))
def test_b17_a_recommendation_is_a_whole_number_from_0_to_10(
    world, make_customer, satisfaction, trust, style, key
):
    customer = make_customer(satisfaction=satisfaction, trust=trust, response_style=style)
    answer = recommendation(customer, world, KeyedLuck(key, 0, 0))
    assert isinstance(answer, int)
    assert 0 <= answer <= 10


@given(LEVEL, LEVEL)
def test_b17_the_satisfied_recommend_more(world, make_customer, one, other):
    luck = KeyedLuck(17, 0, 0)
    low = recommendation(make_customer(satisfaction=min(one, other)), world, luck)
    assert low <= recommendation(make_customer(satisfaction=max(one, other)), world, luck)


def test_b17_the_defaults_give_a_net_promoter_score_of_about_33():
    # with attitudes of a standard deviation of 0.1 between customers, by the normal distribution;
    # were all customers exactly at the reference attitude, the score would be about 38
    promoters, detractors = score(0.1)
    assert 100.0 * (promoters - detractors) == pytest.approx(33.0, abs=0.5)
    promoters, detractors = score(0.0)
    assert 100.0 * (promoters - detractors) == pytest.approx(38.0, abs=0.5)


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_b17_the_answers_have_the_score_of_the_distribution(world, make_customer, lucks, spread):
    promoters = detractors = 0
    for luck in lucks(COUNT):
        deviate = spread * chance.normal(luck, 1001, 0)
        customer = make_customer(response_style=STYLE * chance.normal(luck, 1002, 0))
        for name in ("satisfaction", "peak", "last_satisfaction", "trust"):
            setattr(customer, name, getattr(customer, name) + deviate)
        answer = recommendation(customer, world, luck)
        promoters += answer >= 9
        detractors += answer <= 6
    expected_promoters, expected_detractors = score(spread)
    expected = expected_promoters - expected_detractors
    error = math.sqrt((expected_promoters + expected_detractors - expected**2) / COUNT)
    assert abs((promoters - detractors) / COUNT - expected) < 5.0 * error


@pytest.mark.parametrize(
    ("satisfaction", "answer"),
    [
        (0.0, 1),
        (0.149, 1),
        (0.151, 2),
        (0.299, 2),
        (0.301, 3),
        (0.499, 3),
        (0.501, 4),
        (0.719, 4),
        (0.721, 5),
        (1.0, 5),
    ],
)
def test_b17_stars_are_cut_at_the_thresholds(world, scripted, satisfaction, answer):
    assert stars(satisfaction, world, scripted(), chance.SATISFACTION, 0) == answer


@given(LEVEL, LEVEL, st.integers(0, 1000))
def test_b17_stars_rise_with_satisfaction(world, one, other, order):
    luck = KeyedLuck(5, 0, 0)
    low, high = (
        stars(level, world, luck, chance.SATISFACTION, order) for level in (min(one, other), max(one, other))
    )
    assert 1 <= low <= high <= 5


def test_b17_stars_have_the_shares_of_the_normal_distribution(world, lucks):
    answers = [stars(0.55, world, luck, chance.SATISFACTION, 0) for luck in lucks(COUNT)]
    four_or_five = sum(answer >= 4 for answer in answers) / COUNT
    expected = 1.0 - special.ndtr((0.5 - 0.55) / 0.1)
    assert abs(four_or_five - expected) < 5.0 * math.sqrt(expected * (1.0 - expected) / COUNT)
