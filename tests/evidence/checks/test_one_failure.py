import math
from dataclasses import replace

import numpy as np

from sim.evidence.checks.one_failure import (
    CALM,
    INCIDENT,
    NONE,
    SILENT,
    STRUCK_WEEK,
    arm,
    calm_world,
    mean_over,
    ordered_once,
    rest,
)
from sim.evidence.trial import Trial
from sim.world.library import load_scenario

SMALL = Trial(300, (1,))


def test_a_mean_over_nobody_is_no_number():
    values = np.array([1.0, 2.0, 6.0])
    assert mean_over(np.array([True, False, True]), values) == 3.5
    assert math.isnan(mean_over(np.zeros(3, dtype=bool), values))


def test_who_ordered_once_is_read_off_two_points_in_time():
    start = arm(calm_world(SMALL, STRUCK_WEEK, NONE), 1)
    later = replace(start, orders=start.orders + np.arange(300) % 3)
    assert ordered_once(start, later).sum() == 100


def test_the_calm_world_rests_above_the_usual_one_and_nothing_planted_moves_it():
    usual = load_scenario("courier").reference.satisfaction
    assert usual < rest("courier")["reference.satisfaction"] < usual + 0.05
    broken = replace(SMALL, planted={"service.quality.mean": 0.2})
    world = calm_world(broken, 10, NONE)
    assert world.service.quality.mean == 0.2
    assert world.reference.satisfaction == rest("courier")["reference.satisfaction"]


def test_the_calm_world_is_watched_for_whole_weeks():
    assert [calm_world(SMALL, weeks, NONE).time.ticks for weeks in (6, 26, 27, 79)] == [6, 26, 27, 79]


def test_nothing_fails_in_it_before_the_incident_and_every_order_in_its_week():
    assert arm(calm_world(SMALL, STRUCK_WEEK, INCIDENT), 1).failures.sum() == 0
    before, calm, struck = (
        arm(calm_world(SMALL, weeks, changes), 1)
        for weeks, changes in ((STRUCK_WEEK, NONE), (STRUCK_WEEK + 1, NONE), (STRUCK_WEEK + 1, SILENT))
    )
    once = ordered_once(before, calm)
    assert once.any()
    assert (struck.failures[once] == 1).all()
    assert (struck.failures[calm.orders == before.orders] == 0).all()
    assert not struck.judged[once].any()


def test_what_makes_the_world_calm_stays_within_the_ranges():
    assert load_scenario("courier").replace(CALM).service.core.rate == 0.0
