from dataclasses import replace

import numpy as np
import pytest

from sim.evidence.checks import late_order
from sim.evidence.checks.late_order import (
    APOLOGY,
    CHECKS,
    MINUTES_LATE,
    NOTHING,
    SPENDING,
    bad_ride,
    late,
    one_late_order,
    spent,
)
from sim.evidence.checks.one_failure import arm, calm_world
from sim.evidence.trial import Trial
from sim.world.library import load_scenario

SMALL = Trial(300, (1, 2))


def test_an_order_is_late_by_the_minutes_it_is_said_to_be():
    world = load_scenario("courier")
    delivery = world.service.delivery
    factor = late(world, 26)["service.incident.held_up"]
    assert factor * delivery.median - delivery.quote == pytest.approx(MINUTES_LATE)


def test_spending_counts_those_who_left():
    start = arm(calm_world(SMALL, 4, NOTHING), 1)
    end = replace(start, revenue=start.revenue + np.arange(300.0), stays=np.zeros(300, dtype=bool))
    assert spent(np.arange(300) < 4, end, start) == pytest.approx(0.0 + 1.0 + 2.0 + 3.0)


def test_nothing_is_late_but_in_the_week_of_the_incident():
    incident = late(load_scenario("courier"), 5)
    before, after = (arm(calm_world(SMALL, weeks, {**NOTHING, **incident}), 1) for weeks in (5, 6))
    later = arm(calm_world(SMALL, 12, {**NOTHING, **incident}), 1)
    assert before.failures.sum() == 0
    assert (after.failures == after.orders - before.orders).all()
    assert (later.failures == after.failures).all()


def test_a_late_order_costs_exactly_nothing_where_nobody_minds():
    unmoved = replace(SMALL, planted={"mechanisms.churn": False, "mechanisms.purchase": False})
    assert (bad_ride(unmoved)[SPENDING] == 0.0).all()


def test_a_late_order_costs_spending_and_the_control_less():
    check = CHECKS[0]
    trial = Trial(1000, (1, 2))
    lost = check.measure(trial)[SPENDING].mean()
    calm = check.measure(replace(trial, planted=check.control.planted))[SPENDING].mean()
    assert lost < calm - 0.02
    assert calm > check.targets[0].high


def test_apologies_wear_out_in_the_third_week_but_not_where_that_is_off():
    trial = Trial(600, (1, 2))
    off = replace(trial, planted=CHECKS[1].control.planted)
    assert late_order.third_apology(trial)[late_order.REPEATED].mean() < 0.0
    assert late_order.third_apology(off)[late_order.REPEATED].mean() > 0.0


def test_arms_are_told_apart_by_name():
    found = one_late_order(SMALL, {"nothing": NOTHING, "again": NOTHING, "apology": APOLOGY})
    assert (found["nothing"] == found["again"]).all()
    assert (found["nothing"] != found["apology"]).any()
