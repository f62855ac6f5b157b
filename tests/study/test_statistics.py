"""Intervals: right at known points, and covering what they promise."""

import numpy as np
import pytest
from scipy import stats

from sim.study.statistics import (
    band,
    greatest_student,
    mean_interval,
    paired_interval,
    ratio_interval,
    simultaneous_intervals,
    student,
)


def test_the_interval_of_a_known_sample():
    # Mean 3, standard deviation √2.5, n 5; t(0.975, 4 degrees) = 2.776445.
    interval = mean_interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    half = 2.7764451 * np.sqrt(2.5) / np.sqrt(5.0)
    assert interval.mean == 3.0
    assert interval.low == pytest.approx(3.0 - half, rel=1e-7)
    assert interval.high == pytest.approx(3.0 + half, rel=1e-7)


def test_one_replication_has_no_interval():
    interval = mean_interval(np.array([2.0]))
    assert interval.mean == 2.0
    assert np.isnan(interval.low)


def test_pairing_removes_what_both_share():
    rng = np.random.default_rng(4)
    shared = rng.normal(0.0, 10.0, 40)
    treated = shared + 1.0 + rng.normal(0.0, 0.1, 40)
    paired = paired_interval(treated, shared)
    alone = mean_interval(treated)
    assert paired.high - paired.low < 0.05 * (alone.high - alone.low)
    assert paired.low < 1.0 < paired.high


def test_identical_runs_differ_by_exactly_zero():
    values = np.array([0.1, 0.7, 0.3])
    assert tuple(paired_interval(values, values)) == (0.0, 0.0, 0.0)


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(12)
    trials = 2000
    covered = 0
    for _ in range(trials):
        interval = mean_interval(rng.normal(5.0, 2.0, 12))
        covered += interval.low <= 5.0 <= interval.high
    # Binomial with p 0.95: 4 standard deviations around the mean.
    assert abs(covered / trials - 0.95) < 4.0 * np.sqrt(0.95 * 0.05 / trials)


def test_the_ratio_interval_covers_the_ratio_of_means():
    rng = np.random.default_rng(13)
    trials, covered = 2000, 0
    for _ in range(trials):
        whole = rng.normal(10.0, 1.0, 40)
        part = 2.0 * whole + rng.normal(0.0, 1.0, 40)
        interval = ratio_interval(part, whole)
        covered += interval.low <= 2.0 <= interval.high
    # The delta method is of first order: one point of coverage is left for its bias.
    assert abs(covered / trials - 0.95) < 0.01 + 4.0 * np.sqrt(0.95 * 0.05 / trials)


def test_there_is_no_ratio_to_what_may_be_nothing():
    whole = np.array([0.1, -0.05, 0.02, 0.01])
    assert np.isnan(ratio_interval(np.array([10.0, -8.0, 3.0, 5.0]), whole).mean)


def test_there_is_no_ratio_to_nothing():
    assert np.isnan(ratio_interval(np.array([1.0, 2.0]), np.array([0.0, 0.0])).mean)


@pytest.mark.parametrize(
    ("columns", "degrees", "shared"), [(2, 29, 0.5), (6, 29, 0.5), (5, 7, 0.1), (3, 11, 0.95)]
)
def test_the_quantile_of_the_greatest_is_that_of_the_multivariate_t(columns, degrees, shared):
    correlation = np.full((columns, columns), shared)
    np.fill_diagonal(correlation, 1.0)
    found = greatest_student(correlation, degrees, 0.95)
    inside = stats.multivariate_t(shape=correlation, df=degrees, seed=1).cdf(
        np.full(columns, found), lower_limit=np.full(columns, -found), maxpts=200_000
    )
    # 2^13 points spread evenly err by less than as many at random would: √(.95 × .05 / 2^13) = .0024.
    assert inside == pytest.approx(0.95, abs=3.0 * 0.0024)


def test_the_greatest_of_one_is_students_and_of_copies_too():
    assert greatest_student(np.ones((1, 1)), 9, 0.95) == student(9, 0.95)
    assert greatest_student(np.ones((4, 4)), 9, 0.95) == pytest.approx(student(9, 0.95), rel=0.01)


def test_simultaneous_intervals_hold_all_together_as_often_as_they_say_and_single_ones_do_not():
    rng = np.random.default_rng(31)
    trials, together, single = 500, 0, 0
    for _ in range(trials):
        base = rng.normal(size=(10, 1))
        gaps = rng.normal(size=(10, 4)) - base
        together += all(one.low <= 0.0 <= one.high for one in simultaneous_intervals(gaps))
        alone = [mean_interval(column) for column in gaps.T]
        single += all(one.low <= 0.0 <= one.high for one in alone)
    error = np.sqrt(0.95 * 0.05 / trials)
    # The correlation is estimated from ten rows: that costs little, and the bound says how much at most.
    assert 0.95 - 4.0 * error < together / trials < 0.95 + 4.0 * error
    assert single / trials < 0.95 - 4.0 * error


def test_simultaneous_intervals_of_what_never_scatters_are_points():
    gaps = np.column_stack([np.zeros(5), np.arange(5.0)])
    first, second = simultaneous_intervals(gaps)
    assert first == (0.0, 0.0, 0.0)
    assert second.low < 2.0 < second.high
    assert simultaneous_intervals(np.ones((3, 2)))[1] == (1.0, 1.0, 1.0)


def test_a_band_is_the_interval_at_each_point() -> None:
    curves = np.random.default_rng(5).normal(size=(6, 4))
    found = band(curves)
    for place in range(4):
        assert (found.mean[place], found.low[place], found.high[place]) == pytest.approx(
            mean_interval(curves[:, place])
        )


def test_a_band_of_equal_runs_has_no_width_and_one_of_a_single_run_no_limits() -> None:
    found = band(np.ones((3, 2)))
    assert found.low.tolist() == found.mean.tolist() == found.high.tolist() == [1.0, 1.0]
    assert band(np.ones((1, 2))).mean.tolist() == [1.0, 1.0]
    assert np.isnan(band(np.ones((1, 2))).low).all()
