"""Estimates on numbers that can be reckoned by hand, and their intervals on many samples."""

import numpy as np
import pytest

from sim.study.known_truth.estimates import difference_in_means, weighted_difference


def test_the_difference_of_two_arms_by_hand():
    values = np.array([1.0, 3.0, 0.0, 2.0])
    found = difference_in_means(values, np.array([True, True, False, False]))
    assert found.mean == 1.0
    # Variances 2 and 2 over two each: a standard error of √2.
    assert found.high - found.mean == pytest.approx(1.959964 * np.sqrt(2.0), rel=1e-6)


def test_arms_that_are_empty_have_no_estimate_and_small_ones_no_interval():
    values = np.arange(4.0)
    assert np.isnan(difference_in_means(values, np.ones(4, dtype=bool))).all()
    assert np.isnan(weighted_difference(values, np.zeros(4, dtype=bool), np.full(4, 0.5))).all()
    found = difference_in_means(values, values > 2.0)
    assert found.mean == 2.0
    assert np.isnan(found[1:]).all()
    alike, treated = np.array([1.0, 1.0, 0.0, 1.0]), np.array([True, True, False, False])
    for found in (difference_in_means(alike, treated), weighted_difference(alike, treated, np.full(4, 0.5))):
        assert found.mean == 0.5
        assert np.isnan(found[1:]).all()


def test_with_even_chances_weights_change_little():
    values, treated = np.array([1.0, 3.0, 0.0, 2.0]), np.array([True, True, False, False])
    assert weighted_difference(values, treated, np.full(4, 0.5)).mean == pytest.approx(1.0)


def test_intervals_hold_the_truth_as_often_as_they_say_and_the_naive_does_not():
    generator, truth, held, naive = np.random.default_rng(4), 0.3, 0, 0
    for _ in range(400):
        trait = generator.normal(size=800)
        chance = 1.0 / (1.0 + np.exp(-trait))
        treated = generator.random(800) < chance
        values = truth * treated + trait + generator.normal(size=800)
        low, high = weighted_difference(values, treated, chance)[1:]
        held += low < truth < high
        low, high = difference_in_means(values, treated)[1:]
        naive += low < truth < high
    # 95 % of 400, 4 standard errors of 4.4 below; far above would be no fault of a safe interval.
    assert held >= 362
    assert naive < 10
