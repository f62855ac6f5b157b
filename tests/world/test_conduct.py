"""What customers do stays possible at both ends of every range, and published figures stand where they do."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.churn import exit_probability, hazard_ratio, order_pace
from sim.behaviour.loyalty import programme_pull
from sim.behaviour.memory import forget
from sim.world.conduct import Churn, Outreach, Programme, Purchase, SurveyAnswer, Talk
from sim.world.parameter import registry

KINDS = {
    "programme": Programme,
    "purchase": Purchase,
    "churn": Churn,
    "outreach": Outreach,
    "talk": Talk,
    "answer": SurveyAnswer,
}
RANGES = {
    f"{prefix}_{path}": (entry.low, entry.high)
    for prefix in ("programme", "purchase", "churn", "outreach")
    for path, entry in registry(KINDS[prefix])
}
ENDS = st.fixed_dictionaries({name: st.sampled_from(ends) for name, ends in RANGES.items()})
LEVEL = st.sampled_from([0.0, 0.5, 1.0])
STATE = st.fixed_dictionaries(
    {
        "satisfaction": LEVEL,
        "trust": LEVEL,
        "attachment": LEVEL,
        "habit": LEVEL,
        "opinion": LEVEL,
        "interest": LEVEL,
        "will_speed": LEVEL,
        "will_reliability": LEVEL,
        "best_deal": LEVEL,
        "shock": st.sampled_from([0.0, 6.0]),
        "goodwill": st.sampled_from([0.0, 10.0]),
        "messages_tired": st.sampled_from([0.0, 130.0]),
        "switching_cost": st.sampled_from([0.0, 5.0]),
        "price_sensitivity": st.sampled_from([0.1, 8.0]),
        "usual_price": st.sampled_from([0.01, 1.0, 4.0]),
        "discount": st.sampled_from([0.0, 0.9]),
        "deal_prone": st.integers(0, 1),
        "member": st.integers(0, 1),
        "points_fresh": st.sampled_from([0.0, 1e9]),
        "last_reward_hour": st.sampled_from([-1.0, 0.0]),
    }
)
FIRM = st.fixed_dictionaries(
    {
        "price_level": st.sampled_from([0.1, 1.0, 4.0]),
        "rating": st.sampled_from([1.0, 5.0]),
        "rival": st.sampled_from([-2.0, 3.0]),  # trend and course are a whole of spending each at most
        "bonds": st.sampled_from([0.0, 2.0]),
        "messages": st.sampled_from([0.0, 365.0]),
        "message_accuracy": LEVEL,
        "programme": st.integers(0, 1),
        "earn_rate": st.sampled_from([0.001, 1000.0]),
        "reward_points": st.sampled_from([1.0, 1e6]),
        "reward_value": st.sampled_from([0.0, 1e6]),
    }
)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_number_starts_inside_its_range_and_says_what_it_is(kind):
    for path, entry in registry(kind):
        assert entry.meaning, path
        assert entry.source, path
        assert entry.low <= entry.default <= entry.high, path


@given(ENDS, STATE, FIRM, st.floats(0.0, 40.0))
def test_b13_rates_and_probabilities_are_possible_at_both_ends_of_every_range(
    world, make_customer, practice, values, state, firm, force
):
    world = SimpleNamespace(**(vars(world) | values))
    customer, policy = make_customer(**state), replace(practice, **firm)
    ratio, pace = hazard_ratio(customer, policy, world), order_pace(customer, policy, world)
    pull = programme_pull(customer, policy, world, 100.0)
    for number in (ratio, pace, pull):
        assert 0.0 < number < math.inf
    assert 0.0 <= exit_probability(force, ratio / (pace * pull)) <= 1.0
    forget(customer, 1e5, world)
    assert 0.0 <= customer.habit <= 1.0
    assert 0.0 <= customer.satisfaction <= 1.0


def test_b10_a_day_faster_sells_one_and_a_half_percent_more(world, make_customer, practice):
    # Fisher, Gallino and Xu 2019; one day where two are usual
    half_value = world.delivery_half_value
    usual = half_value * (1.0 / world.reference_speed - 1.0) * world.delivery_days_per_unit
    sooner = half_value / (half_value + (usual - 1.0) / world.delivery_days_per_unit)
    assert order_pace(make_customer(will_speed=sooner), practice, world) == pytest.approx(1.015, abs=5e-4)


def test_b14_bad_news_is_told_and_heard_more_than_good():
    # Temkin 2018; American Express barometer
    talk = Talk()
    assert (talk.good, talk.bad) == (0.66, 0.73)
    assert talk.bad_heard > talk.good_heard


def test_b17_thresholds_of_stars_are_in_order():
    answer = SurveyAnswer()
    assert answer.two_stars < answer.three_stars < answer.four_stars < answer.five_stars
