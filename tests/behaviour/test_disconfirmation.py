"""B2: satisfaction with one order, from what was perceived and what was expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.disconfirmation import felt, order_satisfaction, perceived, reference_point

LEVEL = st.floats(0.0, 1.0)
ATTRIBUTES = ("speed", "quality", "reliability", "contact")
EPSILON = 1e-12


def judged(customer, world, gift=0.0, **levels):
    experienced = {"speed": 0.7, "quality": 0.7, "reliability": 0.9, "contact": 0.7} | levels
    return order_satisfaction(customer, *(experienced[name] for name in ATTRIBUTES), gift, world)


def test_b2_perception_is_coloured_by_what_was_expected(world):
    # 0.85 · 0.6 + 0.15 · 0.8
    assert perceived(0.6, 0.8, world) == pytest.approx(0.63)
    assert perceived(0.6, 0.9, world) > perceived(0.6, 0.8, world)


def test_b2_reference_point_mixes_will_and_should(world):
    # 0.6 · 0.7 + 0.4 · 0.9
    assert reference_point(0.7, 0.9, world) == pytest.approx(0.78)
    assert reference_point(0.8, 0.8, world) == pytest.approx(0.8)


def test_b2_nothing_is_felt_inside_the_zone_of_tolerance(world):
    edge = world.disconfirmation_tolerance
    for gap in (-edge, -edge / 2.0, 0.0, edge / 2.0, edge):
        assert felt(gap, 2.0, world) == 0.0


@given(LEVEL, st.floats(-0.3, 0.3))
def test_b2_contentment_shifts_satisfaction_and_nothing_else(world, make_customer, quality, contentment):
    usual, own = make_customer(), make_customer(contentment=contentment)
    shifted = min(max(judged(usual, world, quality=quality) + contentment, 0.0), 1.0)
    assert judged(own, world, quality=quality) == pytest.approx(shifted)


def test_b2_felt_at_hand_computed_points(world):
    assert felt(0.12, 2.0, world) == pytest.approx(0.1)
    assert felt(-0.12, 2.0, world) == pytest.approx(-0.2)


@pytest.mark.parametrize("curvature", [0.7, 0.88, 1.0])
def test_b2_felt_is_continuous_at_the_edges_of_the_zone(make_world, curvature):
    world = make_world({"behaviour.disconfirmation.curvature": curvature})
    step = 1e-9
    for edge in (world.disconfirmation_tolerance, -world.disconfirmation_tolerance):
        beyond = edge + step if edge > 0.0 else edge - step
        # a step d beyond the edge is felt as at most 2 d^curvature, with room for rounding
        assert abs(felt(beyond, 2.0, world)) <= 2.0 * (1.001 * step) ** curvature
        assert felt(edge, 2.0, world) == 0.0


@given(st.floats(0.021, 1.0), st.floats(1.0, 3.0))
def test_b2_a_loss_weighs_more_than_the_same_gain_by_loss_aversion(world, gap, aversion):
    assert felt(-gap, aversion, world) == pytest.approx(-aversion * felt(gap, aversion, world))


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(1.0, 3.0))
def test_b2_felt_never_falls_when_the_gap_rises(world, one, other, aversion):
    assert felt(min(one, other), aversion, world) <= felt(max(one, other), aversion, world)


def test_b2_satisfaction_at_a_hand_computed_point(make_world, make_customer):
    world = make_world(
        {"service.weights.speed": 0.0, "service.weights.reliability": 0.0, "service.weights.contact": 0.0}
    )
    customer = make_customer(will_quality=0.7, should_quality=0.9, loss_aversion=2.0)
    # perceived 0.85 · 0.6 + 0.15 · 0.7 = 0.615; held against 0.6 · 0.7 + 0.4 · 0.9 = 0.78;
    # the gap -0.165 is felt as -2 (0.165 - 0.02) = -0.29; satisfaction 0.615 - 0.6 · 0.29
    assert judged(customer, world, quality=0.6) == pytest.approx(0.441)


def test_b2_what_was_expected_and_came_satisfies_as_much_as_it_is_worth(world, make_customer):
    customer = make_customer()
    levels = {name: getattr(customer, f"will_{name}") for name in ATTRIBUTES}
    worth = sum(getattr(world, f"weight_{name}") * levels[name] for name in ATTRIBUTES)
    assert judged(customer, world, **levels) == pytest.approx(worth)


@given(st.sampled_from(ATTRIBUTES), LEVEL, LEVEL, st.floats(1.0, 3.0))
def test_b2_satisfaction_rises_with_each_attribute(world, make_customer, attribute, one, other, aversion):
    customer = make_customer(loss_aversion=aversion)
    worse = judged(customer, world, **{attribute: min(one, other)})
    better = judged(customer, world, **{attribute: max(one, other)})
    assert worse <= better + EPSILON


@given(st.sampled_from(ATTRIBUTES), LEVEL, LEVEL, st.floats(1.0, 3.0))
def test_b2_satisfaction_falls_with_each_should_expectation(
    world, make_customer, attribute, one, other, aversion
):
    modest = make_customer(loss_aversion=aversion, **{f"should_{attribute}": min(one, other)})
    entitled = make_customer(loss_aversion=aversion, **{f"should_{attribute}": max(one, other)})
    assert judged(entitled, world) <= judged(modest, world) + EPSILON


def test_b2_will_and_should_expectations_have_opposite_effects(make_world, make_customer):
    # with the reference point made of entitlement alone, what is predicted only colours
    world = make_world({"behaviour.disconfirmation.will_weight": 0.0})
    plain = judged(make_customer(), world)
    assert judged(make_customer(will_quality=0.95), world) > plain
    assert judged(make_customer(should_quality=0.95), world) < plain


@given(LEVEL, LEVEL, LEVEL, LEVEL, st.floats(0.0, 5.0), st.floats(1.0, 3.0))
def test_b2_satisfaction_stays_a_level(world, make_customer, speed, quality, reliability, contact, gift, ell):
    customer = make_customer(loss_aversion=ell)
    value = order_satisfaction(customer, speed, quality, reliability, contact, gift, world)
    assert 0.0 <= value <= 1.0


def test_b2_a_reward_pleases(world, make_customer):
    customer = make_customer()
    assert judged(customer, world, gift=0.5) > judged(customer, world, gift=0.0)


def test_b2_without_weight_satisfaction_is_perception(make_world, make_customer):
    world = make_world({"behaviour.disconfirmation.weight": 0.0, "behaviour.expectation.assimilation": 0.0})
    seen = 0.2 * 0.7 + 0.4 * 0.7 + 0.25 * 0.9 + 0.15 * 0.7
    assert judged(make_customer(should_quality=1.0), world) == pytest.approx(seen)
