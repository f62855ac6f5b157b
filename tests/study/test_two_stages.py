"""Two stages keep their promise of width and of coverage; a greedy rule is found out."""

import numpy as np
import pytest

from sim.study.precision import FIRST_STAGE
from sim.study.statistics import CONFIDENCE, mean_interval
from sim.study.two_stages import two_stage_interval, units_needed

STUDIES = 4000
TRUTH = 0.012
HALF = 0.005


def allowed(share, studies=STUDIES):
    """Return four standard errors of a share that is counted over studies."""
    return 4.0 * np.sqrt(share * (1.0 - share) / studies)


def two_stages(draw, first=FIRST_STAGE):
    """Return the interval and the number of units of one study."""
    units = draw(first)
    needed = units_needed(units[:, np.newaxis], HALF)
    units = np.concatenate([units, draw(needed - first)])
    return two_stage_interval(units, first), needed


def as_soon_as_narrow(draw, first=2):
    """Return the same for the rule that looks at the usual interval after each unit."""
    units = draw(first)
    while True:
        interval = mean_interval(units)
        if interval.half_width <= HALF:
            return interval, len(units)
        units = np.append(units, draw(1))


def normal(rng, spread):
    return lambda size: TRUTH + spread * rng.normal(size=size)


def skewed(rng, spread):
    """Skewness 0.45, as of a Poisson count with mean 5: so few customers who stay under one strategy only."""
    return lambda size: TRUTH + spread * (rng.gamma(20.0, size=size) - 20.0) / np.sqrt(20.0)


def heavily_skewed(rng, spread):
    return lambda size: TRUTH + spread * (rng.exponential(size=size) - 1.0)


def spread_for(units):
    """Return the scatter of units at which as many would do if it were known."""
    return HALF * np.sqrt(units) / 1.959964


def coverage(rule, draws, units, seed):
    rng = np.random.default_rng(seed)
    draw = draws(rng, spread_for(units))
    found = [rule(draw) for _ in range(STUDIES)]
    return np.mean([interval.low <= TRUTH <= interval.high for interval, _ in found]), found


@pytest.mark.parametrize("units", [3, 10, 30])
def test_intervals_of_normal_differences_hold_the_truth_as_often_as_they_say(units):
    covered, found = coverage(two_stages, normal, units, seed=units)
    assert abs(covered - CONFIDENCE) < allowed(CONFIDENCE)
    assert all(interval.half_width <= HALF * (1.0 + 1e-12) for interval, _ in found)


@pytest.mark.parametrize("units", [10, 30])
def test_a_little_skewness_does_no_harm(units):
    covered, _ = coverage(two_stages, skewed, units, seed=40 + units)
    # One point is granted to what is no promise for differences that are not normal.
    assert covered > CONFIDENCE - 0.01 - allowed(CONFIDENCE)


def test_the_check_of_coverage_notices_a_rule_that_stops_too_early():
    covered, found = coverage(as_soon_as_narrow, normal, 10, seed=5)
    assert all(interval.half_width <= HALF for interval, _ in found)
    assert covered < CONFIDENCE - 0.01 - allowed(CONFIDENCE)


def test_the_check_of_coverage_notices_heavy_skewness():
    covered, _ = coverage(two_stages, heavily_skewed, 30, seed=6)
    assert covered < CONFIDENCE - 0.01 - allowed(CONFIDENCE)


def test_the_usual_interval_would_not_keep_the_promise_after_two_stages():
    """The width has to come from the first stage: where few units were asked for, they scatter little."""
    rng = np.random.default_rng(7)
    draw, covered = normal(rng, spread_for(20)), 0
    for _ in range(STUDIES):
        units = draw(4)
        units = np.concatenate([units, draw(units_needed(units[:, np.newaxis], HALF) - 4)])
        interval = mean_interval(units)
        covered += interval.low <= TRUTH <= interval.high
    assert covered / STUDIES < CONFIDENCE - allowed(CONFIDENCE)


def test_the_promise_holds_for_each_of_several_differences():
    """How many units are run is decided by the widest; the others keep their coverage too."""
    rng = np.random.default_rng(8)
    scatter = np.array([[1.0, 0.0, 0.0], [0.5, 0.4, 0.0], [0.2, 0.1, 0.2]]) * spread_for(15)
    covered = np.zeros(3)
    for _ in range(STUDIES):
        first = TRUTH + rng.normal(size=(FIRST_STAGE, 3)) @ scatter.T
        needed = units_needed(first, HALF)
        units = np.concatenate([first, TRUTH + rng.normal(size=(needed - FIRST_STAGE, 3)) @ scatter.T])
        for place, differences in enumerate(units.T):
            interval = two_stage_interval(differences, FIRST_STAGE)
            assert interval.half_width <= HALF * (1.0 + 1e-12)
            covered[place] += interval.low <= TRUTH <= interval.high
    assert (abs(covered / STUDIES - CONFIDENCE) < allowed(CONFIDENCE)).all()


def test_the_number_of_units_is_that_of_stein():
    # Standard deviation √2.5, t(0.975, 4 degrees) = 2.776445: (2.776445 · √2.5 / 0.8)² = 30.1.
    first = np.array([1.0, 2.0, 3.0, 4.0, 5.0])[:, np.newaxis]
    assert units_needed(first, 0.8) == 31
    assert units_needed(np.hstack([first, 2.0 * first]), 1.6) == 31  # the widest decides
    assert units_needed(first, 100.0) == 5  # the first stage was enough


def test_with_the_first_stage_alone_the_interval_is_the_usual_one():
    values = np.array([0.3, 0.1, 0.4, 0.1, 0.5, 0.9, 0.2, 0.6])
    assert two_stage_interval(values, 8) == mean_interval(values)
    assert two_stage_interval(values[:3], 8) == mean_interval(values[:3])  # a provisional one


def test_what_has_no_value_is_left_out():
    values = np.array([0.3, np.nan, 0.4, 0.1, np.nan, 0.9])
    assert two_stage_interval(values, 6) == mean_interval(values)
    assert np.isnan(two_stage_interval(values, 2).low)
    assert np.isnan(two_stage_interval(np.array([np.nan]), 2).mean)
