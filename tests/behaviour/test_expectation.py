"""B1: expectations, formed by experience and raised by promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import expectation
from sim.behaviour.expectation import adapted, learn_from_use, raised_should, raised_will, risen

LEVEL = st.floats(0.0, 1.0)
HEARINGS = {
    "speed": expectation.hear_about_speed,
    "quality": expectation.hear_about_quality,
    "reliability": expectation.hear_about_reliability,
    "contact": expectation.hear_about_contact,
}


def test_b1_experience_closes_its_share_of_the_gap(world):
    # 0.6 + 0.15 (0.8 - 0.6)
    assert adapted(0.6, 0.8, world) == pytest.approx(0.63)


def test_b1_will_after_a_promise(world):
    # 0.5 + 0.5 · 0.8 · 0.6 (0.9 - 0.5)
    assert raised_will(0.5, 0.9, 0.8, 0.6, world) == pytest.approx(0.596)


def test_b1_should_after_a_promise(world):
    # 0.5 + 0.5 · 0.8 (0.9 - 0.5): trust plays no part in what one is entitled to
    assert raised_should(0.5, 0.9, 0.8, world) == pytest.approx(0.66)


@given(LEVEL, LEVEL)
def test_b1_adapted_lies_between_expectation_and_experience(world, expected, experienced):
    result = adapted(expected, experienced, world)
    assert min(expected, experienced) - 1e-15 <= result <= max(expected, experienced) + 1e-15


def test_b1_adaptation_at_its_limits(make_world):
    assert adapted(0.4, 0.9, make_world({"behaviour.expectation.adaptation": 0.0})) == 0.4
    world = make_world()
    level = 0.4
    for _ in range(400):
        level = adapted(level, 0.9, world)
    assert level == pytest.approx(0.9)


@given(LEVEL, LEVEL, LEVEL, LEVEL)
def test_b1_a_promise_never_lowers_expectations(world, before, level, publicity, trust):
    will = raised_will(before, level, publicity, trust, world)
    should = raised_should(before, level, publicity, world)
    assert before <= will <= max(before, level) + 1e-15
    assert before <= should <= max(before, level) + 1e-15


@given(LEVEL, LEVEL, LEVEL, LEVEL, LEVEL)
def test_b1_a_promise_pulls_more_the_more_public_and_trusted_it_is(world, before, level, one, other, trust):
    low, high = min(one, other), max(one, other)
    assert raised_should(before, level, low, world) <= raised_should(before, level, high, world)
    assert raised_will(before, level, low, trust, world) <= raised_will(before, level, high, trust, world)
    assert raised_will(before, level, trust, low, world) <= raised_will(before, level, trust, high, world)


@pytest.mark.parametrize("attribute", HEARINGS)
def test_b1_a_promise_moves_the_expectations_of_its_own_attribute_only(attribute, world, make_customer):
    customer, untouched = make_customer(), make_customer()
    HEARINGS[attribute](customer, 1.0, 0.8, world)
    for other in HEARINGS:
        moved = getattr(customer, f"will_{other}") > getattr(untouched, f"will_{other}")
        entitled = getattr(customer, f"should_{other}") > getattr(untouched, f"should_{other}")
        assert moved == entitled == (other == attribute)


@pytest.mark.parametrize("attribute", HEARINGS)
def test_b1_the_distrustful_are_entitled_but_expect_nothing(attribute, world, make_customer):
    customer = make_customer(trust=0.0)
    before = getattr(customer, f"will_{attribute}")
    HEARINGS[attribute](customer, 1.0, 1.0, world)
    assert getattr(customer, f"will_{attribute}") == before
    assert getattr(customer, f"should_{attribute}") > before


def test_b1_use_teaches_what_will_happen_and_without_a_treadmill_leaves_what_should(
    make_world, make_customer
):
    world = make_world({"behaviour.expectation.treadmill": 0.0})
    customer, before = make_customer(), make_customer()
    learn_from_use(customer, 0.1, 0.2, 0.3, 0.4, world)
    for attribute, experienced in zip(HEARINGS, (0.1, 0.2, 0.3, 0.4), strict=True):
        expected = adapted(getattr(before, f"will_{attribute}"), experienced, world)
        assert getattr(customer, f"will_{attribute}") == expected
        assert getattr(customer, f"should_{attribute}") == getattr(before, f"should_{attribute}")


def test_b1_what_was_good_becomes_the_standard_four_times_as_fast_as_it_is_forgotten(world):
    # 0.6 + 0.01 (0.8 - 0.6), and back with a quarter of the pace
    assert risen(0.6, 0.8, world) == pytest.approx(0.602)
    assert risen(0.6, 0.4, world) == pytest.approx(0.5995)


@pytest.mark.parametrize("attribute", HEARINGS)
def test_b1_the_treadmill_follows_what_is_expected_to_happen_in_every_attribute(
    attribute, world, make_customer
):
    customer, before = make_customer(), make_customer()
    experienced = {name: getattr(before, f"will_{name}") for name in HEARINGS} | {attribute: 1.0}
    learn_from_use(customer, *experienced.values(), world)
    for name in HEARINGS:
        should, will = getattr(before, f"should_{name}"), getattr(customer, f"will_{name}")
        assert getattr(customer, f"should_{name}") == risen(should, will, world)
        assert (getattr(customer, f"should_{name}") > should) == (name == attribute)


@given(LEVEL, LEVEL)
def test_b1_the_standard_stays_between_what_it_was_and_what_happens(world, should, will):
    assert min(should, will) - 1e-15 <= risen(should, will, world) <= max(should, will) + 1e-15
