"""B13: the hazard of leaving and the rate of orders."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.behaviour.churn import RECENT, add_shock, exit_cause, exit_probability, hazard_ratio, order_pace
from sim.behaviour.events import LEFT_AFTER_COMPLAINT, LEFT_AFTER_FAILURE, LEFT_SILENT

LEVEL = st.floats(0.0, 1.0)
MONOTONE = {"satisfaction": -1, "trust": -1, "attachment": -1, "shock": 1}


def test_b13_the_multiplier_is_one_at_the_reference_state(world, customer):
    assert hazard_ratio(customer, 0.0, world) == 1.0


def test_b13_the_multiplier_at_a_hand_computed_point(world, make_customer):
    customer = make_customer(satisfaction=0.9, trust=0.5, attachment=0.2, shock=0.3)
    # 3 (0.7 - 0.9) + 2 (0.6 - 0.5) - 0.5 · 0.2 - 4 (0.9 - 0.85) + 0.3 - 0.15 · 0.5
    assert hazard_ratio(customer, 0.5, world) == pytest.approx(math.exp(-0.6 + 0.2 - 0.1 - 0.2 + 0.3 - 0.075))


@pytest.mark.parametrize("name", MONOTONE)
@given(one=LEVEL, other=LEVEL)
def test_b13_signs_of_the_multiplier(world, make_customer, name, one, other):
    low = hazard_ratio(make_customer(**{name: min(one, other)}), 0.0, world)
    high = hazard_ratio(make_customer(**{name: max(one, other)}), 0.0, world)
    assert (high - low) * MONOTONE[name] >= 0.0


@given(LEVEL, LEVEL)
def test_b11_points_held_lower_the_hazard(world, make_customer, one, other):
    customer = make_customer()
    assert hazard_ratio(customer, max(one, other), world) <= hazard_ratio(customer, min(one, other), world)


def test_b13_retention_rises_steeply_only_near_the_top(world, make_customer):
    def log_ratio(satisfaction):
        return math.log(hazard_ratio(make_customer(satisfaction=satisfaction), 0.0, world))

    below = log_ratio(0.75) - log_ratio(0.85)
    above = log_ratio(0.85) - log_ratio(0.95)
    assert below == pytest.approx(0.3)
    assert above == pytest.approx(0.7)


def test_b13_centring_divides_by_the_mean_multiplier(make_world, make_customer):
    world = make_world({"reference.log_hazard": 0.2})
    assert hazard_ratio(make_customer(), 0.0, world) == pytest.approx(math.exp(-0.2))


def test_b13_without_weights_every_state_has_the_baseline_hazard(make_world, make_customer):
    world = make_world(
        {f"behaviour.churn.{name}": 0.0 for name in ("satisfaction", "trust", "attachment", "delight")}
        | {"behaviour.programme.stake": 0.0}
    )
    customer = make_customer(satisfaction=0.1, trust=0.9, attachment=1.0)
    assert hazard_ratio(customer, 1.0, world) == 1.0


@given(st.floats(0.0, 0.999))
def test_b13_at_multiplier_one_the_exit_probability_is_the_baseline(probability):
    assert exit_probability(-math.log1p(-probability), 1.0) == pytest.approx(
        probability, rel=1e-12, abs=1e-15
    )


@given(st.floats(0.0, 0.999), st.floats(0.0, 20.0))
def test_b13_the_exit_probability_is_one_less_the_power_of_staying(probability, ratio):
    expected = 1.0 - (1.0 - probability) ** ratio
    assert exit_probability(-math.log1p(-probability), ratio) == pytest.approx(expected, rel=1e-9, abs=1e-13)


@given(st.floats(0.0, 40.0), st.floats(0.0, 1e3), st.floats(0.0, 1e3))
def test_b13_the_exit_probability_is_a_probability_that_rises_with_the_multiplier(force, one, other):
    low, high = exit_probability(force, min(one, other)), exit_probability(force, max(one, other))
    assert 0.0 <= low <= high <= 1.0


def test_b13_nobody_leaves_without_force_and_everybody_with_endless_force():
    assert exit_probability(0.0, 1e9) == 0.0
    assert exit_probability(1e9, 1e9) == 1.0


def test_b13_the_pace_of_orders_is_one_at_the_reference(world, make_customer):
    assert order_pace(make_customer(order_rate=12.0), world) == 1.0


def test_b13_the_pace_of_orders_at_a_hand_computed_point(world, make_customer):
    customer = make_customer(satisfaction=0.6, shock=0.5)
    # 0.6 (-0.1) - 0.15 · 0.5
    assert order_pace(customer, world) == pytest.approx(math.exp(-0.135))


def test_b13_a_bad_order_lowers_later_spending_by_a_few_percent(world, make_customer):
    # Halperin et al. 2019: 5 to 10 % after a ride at least five minutes late; here the shock of a
    # failure of moderate severity, 0.2 to 0.3, before it fades.
    for severity in (0.2, 0.3):
        customer = make_customer(shock=world.churn_shock * severity)
        assert 0.05 <= 1.0 - order_pace(customer, world) <= 0.10


@given(LEVEL, LEVEL, st.floats(0.0, 4.0), st.floats(0.0, 4.0))
def test_b13_the_satisfied_order_more_and_the_shocked_less(world, make_customer, one, other, calm, shocked):
    low, high = min(one, other), max(one, other)
    assert order_pace(make_customer(satisfaction=low), world) <= order_pace(
        make_customer(satisfaction=high), world
    )
    low, high = min(calm, shocked), max(calm, shocked)
    assert order_pace(make_customer(shock=low), world) >= order_pace(make_customer(shock=high), world)


def test_b13_the_cause_of_leaving(make_customer):
    shocked = RECENT + 0.01
    assert exit_cause(make_customer()) == LEFT_SILENT
    assert exit_cause(make_customer(shock=RECENT, complaints=1, justice=0.5)) == LEFT_SILENT
    assert exit_cause(make_customer(shock=shocked)) == LEFT_AFTER_FAILURE
    assert exit_cause(make_customer(shock=shocked, complaints=1)) == LEFT_AFTER_FAILURE
    assert exit_cause(make_customer(shock=shocked, complaints=1, justice=0.5)) == LEFT_AFTER_COMPLAINT


def test_b8_a_first_failure_shocks_by_its_severity(world, make_customer):
    customer = make_customer()
    add_shock(customer, 0.5, world)
    assert customer.shock == pytest.approx(1.1)


@given(st.lists(LEVEL, max_size=30), st.floats(0.0, 4.0), st.floats(1.0, 6.0))
def test_b8_shocks_add_up_and_stay_below_their_limit(make_world, make_customer, severities, size, limit):
    world = make_world({"behaviour.churn.shock": size, "behaviour.churn.shock_limit": limit})
    customer = make_customer()
    for severity in severities:
        before = customer.shock
        add_shock(customer, severity, world)
        assert before <= customer.shock <= limit + 1e-12


@given(LEVEL, LEVEL, LEVEL, st.floats(0.0, 4.0), st.floats(1.0, 6.0))
@example(0.0, 0.9, 1.0, 4.0, 1.0)
def test_b8_who_was_more_shaken_before_is_not_less_shaken_after(
    make_world, make_customer, one, other, severity, size, limit
):
    world = make_world({"behaviour.churn.shock": size, "behaviour.churn.shock_limit": limit})
    calm, shaken = (make_customer(shock=limit * share) for share in (min(one, other), max(one, other)))
    add_shock(calm, severity, world)
    add_shock(shaken, severity, world)
    assert calm.shock <= shaken.shock + 1e-12
