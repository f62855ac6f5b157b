"""What an order brings: medians, limits and moments of the drawn service."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance
from sim.behaviour.service import (
    attitude_of_staff,
    business,
    delivery_time,
    expected_time,
    failure_rate,
    failure_severity,
    lateness,
    order_price,
    quoted_time,
    speed_value,
    struck,
)

TIME = st.floats(0.0, 100.0)
COUNT = 10_000


def test_the_price_of_an_order_is_log_normal_around_the_median(world, lucks):
    logs = [math.log(order_price(30.0, world, luck, 0) / 30.0) for luck in lucks(COUNT)]
    spread = world.customers_spend_within
    # five standard errors of a mean, and of a mean square
    assert abs(sum(logs) / COUNT) < 5.0 * spread / math.sqrt(COUNT)
    squares = sum(value * value for value in logs) / COUNT
    assert squares == pytest.approx(spread * spread, rel=5.0 * math.sqrt(2.0 / COUNT))


def test_medians_come_with_median_luck(world, scripted):
    luck = scripted()
    assert order_price(30.0, world, luck, 0) == pytest.approx(30.0)
    assert quoted_time(business(luck, 0), world, luck, 0) == pytest.approx(3.0)
    assert delivery_time(business(luck, 0), world, luck, 0) == pytest.approx(2.0)


def test_a_held_up_order_takes_the_tail_factor_longer(world, scripted):
    held = scripted({chance.DELIVERY_TAIL: 0.01})
    assert delivery_time(0.0, world, held, 0) == pytest.approx(4.0)


@pytest.mark.parametrize(("limit", "value", "busy"), [("shortest", 1.9, -1.0), ("longest", 2.1, 1.0)])
def test_delivery_keeps_its_physical_limits(make_world, scripted, limit, value, busy):
    free = delivery_time(busy, make_world(), scripted(), 0)  # 2 days times exp of ±.3
    assert free < value if limit == "shortest" else free > value
    assert delivery_time(busy, make_world({f"service.delivery.{limit}": value}), scripted(), 0) == value


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.6, 1.0])
def test_quoted_and_actual_time_have_the_stated_correlation(make_world, lucks, correlation):
    world = make_world(
        {
            "service.delivery.quote_correlation": correlation,
            "service.delivery.tail_share": 0.0,
            "service.delivery.quote_spread": 0.5,
            "service.delivery.shortest": 0.001,
        }
    )
    quotes, times = [], []
    for luck in lucks(COUNT):
        quotes.append(math.log(quoted_time(business(luck, 0), world, luck, 0) / 3.0) / 0.5)
        times.append(math.log(delivery_time(business(luck, 0), world, luck, 0) / 2.0) / 0.3)
    product = sum(one * other for one, other in zip(quotes, times, strict=True)) / COUNT
    # the product of two standard normals of correlation c has variance 1 + c²
    assert abs(product - correlation) < 5.0 * math.sqrt((1.0 + correlation**2) / COUNT)
    variance = sum(one * one for one in quotes) / COUNT
    assert abs(variance - 1.0) < 5.0 * math.sqrt(2.0 / COUNT)


def test_speed_is_worth_one_at_once_and_half_at_the_half_value(world):
    assert speed_value(0.0, world) == 1.0
    assert speed_value(6.0, world) == pytest.approx(0.5)
    assert speed_value(3.0, world) == pytest.approx(2.0 / 3.0)


@given(TIME, TIME)
def test_faster_is_never_worth_less(world, one, other):
    assert speed_value(min(one, other), world) >= speed_value(max(one, other), world)


@given(TIME, TIME, st.floats(0.0, 5.0))
def test_lateness_is_zero_for_the_early_and_a_share_for_the_late(world, time, deadline, sensitivity):
    value = lateness(time, deadline, sensitivity, world)
    assert 0.0 <= value <= 1.0
    if time <= deadline:
        assert value == 0.0


def test_lateness_at_hand_computed_points(make_world):
    world = make_world({"service.delivery.patience": 2.0})
    assert lateness(5.0, 3.0, 1.0, world) == pytest.approx(1.0 - math.exp(-1.0))
    assert lateness(5.0, 3.0, 2.0, world) == pytest.approx(1.0 - math.exp(-2.0))
    assert lateness(90.0, 3.0, 1.0, world) == pytest.approx(1.0, abs=1e-12)


@given(TIME, TIME, st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_lateness_grows_with_time_and_sensitivity(world, one, other, patient, hasty):
    sensitivity = max(patient, hasty)
    assert lateness(min(one, other), 3.0, sensitivity, world) <= lateness(
        max(one, other), 3.0, sensitivity, world
    )
    assert lateness(one, 3.0, min(patient, hasty), world) <= lateness(one, 3.0, sensitivity, world)


def test_failure_rate_is_the_scenarios_at_the_scenarios_skill(world, practice):
    assert failure_rate(0.02, 0.0, practice, world) == pytest.approx(0.02)


def test_failure_rate_at_a_hand_computed_point(world, practice):
    # 0.1 (1 - 0.3 · 1) / (1 - 0.3 · 0.6) (1 - 0.15), a tenth of it unlearned
    skilled = replace(practice, skill=1.0)
    assert failure_rate(0.1, 0.15, skilled, world) == pytest.approx(0.1 * 0.7 / 0.82 * 0.85)
    taught = replace(skilled, learned=0.1)
    assert failure_rate(0.1, 0.15, taught, world) == pytest.approx(0.1 * 0.7 / 0.82 * 0.85 * 0.9)


@given(*[st.floats(0.0, 1.0)] * 7)
def test_failure_rate_falls_with_skill_discipline_and_learning(
    world, practice, rate, one, other, loose, strict, ignorant, wise
):
    def expected(skill, discipline, learned):
        return failure_rate(rate, discipline, replace(practice, skill=skill, learned=learned), world)

    skilled, unskilled = max(one, other), min(one, other)
    disciplined, learned = max(loose, strict), max(ignorant, wise)
    assert 0.0 <= expected(skilled, disciplined, learned) <= 1.0
    assert expected(skilled, loose, wise) <= expected(unskilled, loose, wise)
    assert expected(one, disciplined, wise) <= expected(one, min(loose, strict), wise)
    assert expected(one, loose, learned) <= expected(one, loose, min(ignorant, wise))


@given(st.floats(0.1, 90.0))
def test_expected_time_undoes_the_worth_of_speed(world, time):
    assert expected_time(speed_value(time, world), world) == pytest.approx(time, rel=1e-9)


def test_nobody_expects_more_than_the_longest_time(world):
    assert expected_time(0.0, world) == world.delivery_longest
    assert expected_time(1.0, world) == 0.0


def test_b16_staff_that_cares_makes_a_better_contact(world, practice):
    assert attitude_of_staff(practice, world) == 0.0
    # 0.26 (0.8 - 0.6)
    assert attitude_of_staff(replace(practice, engagement=0.8), world) == pytest.approx(0.052)


def test_failure_severity_is_uniform_between_its_limits(lucks):
    severities = [failure_severity(luck, chance.CORE, 0, 0, 1.0, 0.2, 0.7) for luck in lucks(COUNT)]
    assert 0.2 <= min(severities) <= max(severities) <= 0.7
    # five standard errors of the mean of a uniform number of width 0.5
    assert abs(sum(severities) / COUNT - 0.45) < 5.0 * 0.5 / math.sqrt(12.0 * COUNT)


def test_what_does_not_fail_has_no_severity(lucks):
    assert {failure_severity(luck, chance.CORE, 0, 0, 0.0, 0.2, 0.7) for luck in lucks(200)} == {0.0}


def test_kinds_of_failure_of_one_order_have_their_own_severities(luck):
    found = [
        failure_severity(luck, chance.CORE, kind, order, 1.0, 0.0, 1.0)
        for order in range(3)
        for kind in range(4)
    ]
    assert len(set(found)) == len(found)


WEEK = 168.0
OUTAGE = {
    "service.incident.start": 10.0,
    "service.incident.length": 2.0,
    "service.incident.share": 1.0,
}


@pytest.mark.parametrize(
    ("week", "expected"), [(9.99, False), (10.0, True), (11.99, True), (12.0, False), (30.5, False)]
)
def test_an_incident_strikes_while_it_lasts(make_world, luck, week, expected):
    assert struck(make_world(OUTAGE), luck, week * WEEK, 0) is expected


def test_an_incident_comes_again_at_even_intervals(make_world, luck):
    world = make_world(OUTAGE | {"service.incident.every": 20.0})
    weeks = [week for week in range(60) if struck(world, luck, week * WEEK, 0)]
    assert weeks == [10, 11, 30, 31, 50, 51]


def test_an_incident_strikes_its_share_of_orders(make_world, lucks):
    world = make_world(OUTAGE | {"service.incident.share": 0.3})
    hit = sum(struck(world, luck, 10.5 * WEEK, 0) for luck in lucks(COUNT))
    # five standard errors of a count
    assert abs(hit - 0.3 * COUNT) < 5.0 * math.sqrt(COUNT * 0.3 * 0.7)


def test_without_an_incident_none_strikes(world, luck):
    assert not struck(world, luck, 0.0, 0)
