"""Customers of an online shop: the published counts, and the limits made of them."""

import numpy as np
import pytest

from sim.evidence.checks.shop import (
    BINS,
    CDNOW,
    CDNOW_CUSTOMERS,
    CDNOW_HISTOGRAM,
    FIRST_WEEK,
    LAST_WEEK,
    MEAN,
    bin_targets,
    histogram,
)
from sim.evidence.trial import Trial


def test_the_published_counts_are_of_all_customers():
    assert CDNOW_HISTOGRAM.sum() == CDNOW_CUSTOMERS
    assert pytest.approx(32.72) == 0.5 * (FIRST_WEEK + LAST_WEEK)


def test_limits_are_three_sampling_errors():
    target = bin_targets()[0]
    # 1411 of 2357: √(1411 · 946 / 2357) = 23.80
    assert (target.low, target.high) == pytest.approx((1411 - 71.39, 1411 + 71.39), abs=0.01)
    assert [target.name for target in bin_targets()] == BINS


def test_the_closed_form_gives_the_published_expectation():
    ages = np.linspace(FIRST_WEEK, LAST_WEEK, 101)
    shares = np.mean([CDNOW.order_shares(age, 6) for age in ages], axis=0)
    # to one customer in counts below a hundred, to three in those above: figures without decimals
    expected = np.array([1409, 460, 192, 101, 60, 38, 25])
    assert np.all(np.abs(CDNOW_CUSTOMERS * shares - expected) < np.where(expected > 100, 3.5, 1.0))


def test_counts_are_scaled_to_the_customers_of_the_data():
    found = histogram(Trial(500, (1, 2)))
    total = sum(found[name] for name in BINS)
    assert total == pytest.approx([CDNOW_CUSTOMERS] * 2)
    # The mean of one repeat order has a standard deviation of 2.2 over customers (variance 4.79).
    assert np.all(np.abs(found[MEAN] - 1.06) < 4.5 * 2.2 / np.sqrt(500.0))
