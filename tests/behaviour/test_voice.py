"""B6: exit, voice and silence."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.voice import grievance, learn_success, vent, voice_probability

LEVEL = st.floats(0.0, 1.0)


def test_b6_a_grievance_adds_severity_and_shortfall(world):
    assert grievance(0.3, 0.4, world) == pytest.approx(0.6)
    assert grievance(0.9, 0.4, world) == pytest.approx(0.4)
    assert grievance(0.5, 0.0, world) == 0.0


def test_b6_probability_at_a_hand_computed_point(world, make_customer, practice):
    customer = make_customer(attachment=0.2, expected_success=0.5, voice_readiness=0.1)
    # -2 + 2 · 0.6 + 1 · 0.5 + 0.5 · 0.2 + 1 · 0.5 - 1 · 0.5 + 0.1
    assert voice_probability(customer, 0.6, practice, world) == pytest.approx(1.0 / (1.0 + math.exp(0.1)))


@given(st.floats(0.0, 1.5), st.floats(0.0, 1.5))
def test_b6_voice_rises_with_the_grievance(world, make_customer, practice, one, other):
    customer = make_customer()
    mild = voice_probability(customer, min(one, other), practice, world)
    grave = voice_probability(customer, max(one, other), practice, world)
    assert 0.0 < mild <= grave < 1.0


@pytest.mark.parametrize("trait", ["attachment", "expected_success", "voice_readiness"])
@given(one=LEVEL, other=LEVEL)
def test_b6_voice_rises_with_attachment_success_and_readiness(
    world, make_customer, practice, trait, one, other
):
    low = voice_probability(make_customer(**{trait: min(one, other)}), 0.5, practice, world)
    high = voice_probability(make_customer(**{trait: max(one, other)}), 0.5, practice, world)
    assert low <= high


def test_b6_voice_rises_with_ease_and_falls_with_effort(make_world, make_customer, practice):
    def probability(**support):
        world = make_world({f"support.{name}": value for name, value in support.items()})
        return voice_probability(make_customer(), 0.5, practice, world)

    assert probability(ease=0.0) < probability(ease=0.5) < probability(ease=1.0)
    assert probability(effort=0.0) > probability(effort=0.5) > probability(effort=1.0)


def test_b5_checks_of_claims_are_an_effort_for_those_who_claim_with_reason(world, make_customer, make_policy):
    checked = make_policy({"recovery.verification": 0.5})
    odds = [
        math.log(chance / (1.0 - chance))
        for chance in (
            voice_probability(make_customer(), 0.5, policy, world) for policy in (make_policy(), checked)
        )
    ]
    # half of a full check, which adds 0.3 to the effort
    assert odds[1] - odds[0] == pytest.approx(-0.15)


def test_b6_success_is_learned_from_cases(world, make_customer):
    customer = make_customer(expected_success=0.5)
    learn_success(customer, 1.0, world)
    assert customer.expected_success == pytest.approx(0.65)
    for _ in range(200):
        learn_success(customer, 0.0, world)
    assert customer.expected_success == pytest.approx(0.0, abs=1e-12)


@given(st.lists(st.sampled_from([0.0, 1.0]), max_size=50))
def test_b6_expected_success_stays_a_probability(world, make_customer, outcomes):
    customer = make_customer()
    for outcome in outcomes:
        learn_success(customer, outcome, world)
        assert 0.0 <= customer.expected_success <= 1.0


def test_b6_about_three_in_ten_aggrieved_complain(world, make_customer, practice):
    # The registry says that the base is set for a mean of about 0.30: at the mean severity of a
    # default failure, 0.45, and the population's spread of readiness, 0.8 log-odds. Quadrature
    # over the normal readiness in steps of 0.01 standard deviations.
    total = weight = 0.0
    for step in range(-600, 601):
        deviate = 0.01 * step
        density = math.exp(-0.5 * deviate * deviate)
        customer = make_customer(voice_readiness=world.customers_voice_spread * deviate)
        total += density * voice_probability(customer, 0.45, practice, world)
        weight += density
    # "about" is read as the range of front-line complaint rates the registry cites, 25 to 50 %
    assert 0.25 < total / weight < 0.5


def test_b6_speaking_up_relieves_only_where_the_world_says_so(world, make_world, make_customer):
    shaken = make_customer(shock=1.0, episode_shock=0.8)
    vent(shaken, world)
    assert (shaken.shock, shaken.episode_shock) == (1.0, 0.8)
    vent(shaken, make_world({"behaviour.voice.relief": 0.25}))
    assert shaken.shock == pytest.approx(0.8)
    assert shaken.episode_shock == pytest.approx(0.6)  # what a recovery can still take away
