"""Where an effect turns from harm to good."""

import numpy as np
import pytest

from sim.study.keep_rate.critical import ALWAYS, NEVER, critical_rate, luck_interval, quantile

RATES = np.array([0.5, 0.7, 0.8, 0.9])


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ([-2.0, -1.0, 1.0, 2.0], 0.75),
        ([-3.0, -3.0, 0.0, 3.0], 0.8),
        ([-4.0, -3.0, 1.0, 2.0], 0.775),
        ([1.0, -1.0, 1.0, 2.0], 0.75),
        ([-1.0, 1.0, -1.0, 1.0], 0.85),
        ([-1.0, 1.0, 1.0, -1.0], 0.6),
        ([1.0, 1.0, 1.0, 1.0], ALWAYS),
        ([0.0, 1.0, 1.0, 1.0], ALWAYS),
        ([-1.0, -1.0, -1.0, -1.0], NEVER),
        ([1.0, 1.0, -1.0, -1.0], NEVER),
        ([1.0, 1.0, 1.0, -0.001], ALWAYS),
    ],
)
def test_the_rate_is_the_highest_turn_from_harm_to_good(effects: list[float], expected: float) -> None:
    assert critical_rate(RATES, np.array(effects)) == pytest.approx(expected)


def test_the_order_of_the_rates_does_not_matter_and_gaps_are_left_out() -> None:
    shuffled = np.array([0.9, 0.5, 0.8, np.nan, 0.7])
    assert critical_rate(shuffled, np.array([2.0, -2.0, 1.0, 9.0, -1.0])) == pytest.approx(0.75)


def test_no_effect_has_no_critical_rate() -> None:
    assert np.isnan(critical_rate(RATES, np.zeros(4)))


def test_luck_moves_the_rate_as_far_as_the_seeds_disagree() -> None:
    rates = np.repeat(RATES[:, None], 3, axis=1)
    agreed = np.repeat(np.array([-2.0, -1.0, 1.0, 2.0])[:, None], 3, axis=1)
    low, high = luck_interval(rates, agreed, 1)
    assert low == pytest.approx(0.75)
    assert high == pytest.approx(0.75)
    shifted = agreed + np.array([-0.5, 0.0, 0.5])
    low, high = luck_interval(rates, shifted, 1)
    assert 0.72 <= low < 0.75 < high <= 0.78  # the extremes are those of one seed alone: 0.725 and 0.775
    assert luck_interval(rates, shifted, 1) == (low, high)


def test_one_seed_has_no_interval() -> None:
    assert np.isnan(luck_interval(RATES[:, None], np.ones((4, 1)), 1)).all()


def test_a_quantile_of_rates_may_be_infinite() -> None:
    values = np.array([NEVER, 0.5, ALWAYS, 0.9, np.nan])
    assert quantile(values, 0.1) == ALWAYS
    assert quantile(values, 0.3) == 0.5
    assert quantile(values, 0.9) == NEVER
    assert np.isnan(quantile(np.array([np.nan]), 0.5))
