"""B3: the slow memory of satisfaction, what is recalled when asked, and attachment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.memory import forget, grow_attached, recalled, remember, usual_satisfaction

LEVEL = st.floats(0.0, 1.0)


def test_b3_an_episode_moves_the_memory(world, make_customer):
    customer = make_customer(satisfaction=0.7)
    remember(customer, 0.3, world)
    # 0.7 + 0.12 (1 + 0.4) (-0.4)
    assert customer.satisfaction == pytest.approx(0.6328)
    assert customer.last_satisfaction == 0.3


@given(LEVEL, LEVEL)
def test_b3_memory_moves_towards_the_episode_and_not_past_it(world, make_customer, before, episode):
    customer = make_customer(satisfaction=before)
    remember(customer, episode, world)
    low, high = min(before, episode), max(before, episode)
    assert low - 1e-15 <= customer.satisfaction <= high + 1e-15


@given(LEVEL, LEVEL)
def test_b3_memory_does_not_overshoot_at_the_strongest_weights(make_world, make_customer, before, episode):
    world = make_world({"behaviour.memory.rate": 0.3, "behaviour.memory.surprise": 3.0})
    customer = make_customer(satisfaction=before)
    remember(customer, episode, world)
    assert min(before, episode) - 1e-15 <= customer.satisfaction <= max(before, episode) + 1e-15


def test_b3_a_surprise_weighs_more_per_unit_of_gap(world, make_customer):
    small, large = make_customer(satisfaction=0.7), make_customer(satisfaction=0.7)
    remember(small, 0.6, world)
    remember(large, 0.3, world)
    assert (0.7 - large.satisfaction) / 0.4 > (0.7 - small.satisfaction) / 0.1


def test_b3_the_peak_is_the_episode_farthest_from_the_reference(world, make_customer):
    customer = make_customer()
    for episode in (0.8, 0.4, 0.75, 0.9):
        remember(customer, episode, world)
    assert customer.peak == 0.4


def test_b3_quiet_time_halves_the_distance_to_the_reference(world, make_customer):
    customer = make_customer(satisfaction=0.5, peak=0.1)
    forget(customer, 24.0 * world.memory_half_life, world)
    assert customer.satisfaction == pytest.approx(0.6)
    assert customer.peak == pytest.approx(0.4)


def test_b3_memory_rests_at_ones_own_level_of_contentment(world, make_customer):
    # The reference of the default world is 0.7: one who is less contented by 0.2 rests at 0.5.
    customer = make_customer(contentment=-0.2, satisfaction=0.9, peak=0.1)
    assert usual_satisfaction(customer, world) == pytest.approx(0.5)
    forget(customer, 24.0 * world.memory_half_life, world)
    assert customer.satisfaction == pytest.approx(0.7)
    assert customer.peak == pytest.approx(0.3)
    assert usual_satisfaction(make_customer(contentment=0.9), world) == 1.0


def test_b3_the_peak_is_told_from_ones_own_level(world, make_customer):
    # From 0.5, an episode of 0.8 is farther off than one of 0.3; from the reference of 0.7 it is nearer.
    own = make_customer(contentment=-0.2, satisfaction=0.5, peak=0.5)
    common = make_customer()
    for customer in (own, common):
        remember(customer, 0.3, world)
        remember(customer, 0.8, world)
    assert own.peak == 0.8
    assert common.peak == 0.3


def test_b3_forgetting_does_not_depend_on_the_length_of_a_tick(world, make_customer):
    weekly, daily = (make_customer(satisfaction=0.4, shock=1.0, apologies=2.0) for _ in range(2))
    forget(weekly, weekly.felt_hour + 24.0 * 7.0, world)
    for _ in range(7):
        forget(daily, daily.felt_hour + 24.0 * 1.0, world)
    for name in ("satisfaction", "peak", "shock", "apologies"):
        assert getattr(weekly, name) == pytest.approx(getattr(daily, name), rel=1e-12)


def test_b8_the_shock_of_a_failure_halves_in_its_half_life(world, make_customer):
    customer = make_customer(shock=1.0)
    forget(customer, 24.0 * world.churn_shock_half_life, world)
    assert customer.shock == pytest.approx(0.5)


def test_b7_apologies_heard_fade_from_memory(world, make_customer):
    customer = make_customer(apologies=3.0)
    forget(customer, 24.0 * world.recovery_apology_half_life, world)
    assert customer.apologies == pytest.approx(1.5)


def test_b3_forgetting_leaves_the_reference_state_alone(world, make_customer):
    customer = make_customer()
    forget(customer, customer.felt_hour + 24.0 * 1000.0, world)
    assert customer.satisfaction == pytest.approx(world.reference_satisfaction)
    assert customer.shock == 0.0


def test_b3_what_is_recalled_mixes_memory_peak_and_end(world, make_customer):
    customer = make_customer(satisfaction=0.7, peak=0.2, last_satisfaction=0.9)
    # 0.7 · 0.7 + 0.15 · 0.2 + 0.15 · 0.9
    assert recalled(customer, world) == pytest.approx(0.655)


def test_b3_without_peak_and_end_the_memory_is_recalled(make_world, make_customer):
    world = make_world({"behaviour.memory.peak_weight": 0.0, "behaviour.memory.end_weight": 0.0})
    assert recalled(make_customer(satisfaction=0.63, peak=0.0, last_satisfaction=1.0), world) == 0.63


def test_b3_attachment_follows_delight(world, make_customer):
    customer = make_customer(satisfaction=0.85)
    grow_attached(customer, world)
    # 0.03 (0.85 - 0.75) / 0.25
    assert customer.attachment == pytest.approx(0.012)


def test_b3_without_delight_attachment_wanes(world, make_customer):
    customer = make_customer(satisfaction=0.7, attachment=0.5)
    grow_attached(customer, world)
    assert customer.attachment == pytest.approx(0.5 * 0.97)


@given(LEVEL, LEVEL)
def test_b3_attachment_stays_a_level(world, make_customer, satisfaction, attachment):
    customer = make_customer(satisfaction=satisfaction, attachment=attachment)
    grow_attached(customer, world)
    assert 0.0 <= customer.attachment <= 1.0


@given(st.lists(LEVEL, max_size=60))
def test_b3_levels_stay_levels_through_a_life(world, make_customer, episodes):
    customer = make_customer()
    for episode in episodes:
        forget(customer, customer.felt_hour + 24.0 * 7.0, world)
        remember(customer, episode, world)
        for name in ("satisfaction", "last_satisfaction", "peak", "attachment"):
            assert 0.0 <= getattr(customer, name) <= 1.0
