"""Intervals over customers and lucks, and how much harm is more than noise."""

import numpy as np
import pytest
from scipy import stats

from sim.study.who.errors import at_least, crossed_interval, difference_interval, score


def test_at_limit_zero_the_score_is_that_of_mcnemar() -> None:
    gained, lost = np.array([9.0, 4.0, 0.0]), np.array([1.0, 4.0, 0.0])
    found = score(gained, lost, 200, 0.0)
    np.testing.assert_allclose(found, [7.5 / np.sqrt(10.0), 0.0, 0.0])  # corrected by a half


def test_scores_mirror_and_grow() -> None:
    counts = np.arange(0.0, 40.0)
    up, down = score(counts, 5.0 + 0 * counts, 200, 0.02), score(5.0 + 0 * counts, counts, 200, -0.02)
    np.testing.assert_allclose(up, -down)
    assert (np.diff(up) >= 0.0).all()
    assert up[0] < 0.0 < up[-1]


@pytest.mark.parametrize("limit", [-0.02, 0.0, 0.02])
@pytest.mark.parametrize("changing", [0.05, 0.3])
def test_levels_of_the_score_are_not_too_small(limit: float, changing: float) -> None:
    # At the limit itself a level t may be reached with chance t: counted in 40 000 draws, with 4 standard
    # errors, and a tenth of it to spare for a normal approximation of counts.
    generator = np.random.default_rng(1)
    gain, loss = 0.5 * (changing + limit), 0.5 * (changing - limit)
    draws = generator.multinomial(200, [gain, loss, 1.0 - gain - loss], size=40_000).astype(float)
    level = stats.norm.sf(score(draws[:, 0], draws[:, 1], 200, limit))
    for wanted in (0.001, 0.01, 0.05, 0.2):
        assert (level <= wanted).mean() <= 1.1 * wanted + 4.0 * np.sqrt(wanted / 40_000)
        assert wanted < 0.05 or (level <= wanted).mean() > 0.3 * wanted


def harmed_in(effect: np.ndarray, changing: float, seed: int, lucks: int = 200) -> float:
    generator = np.random.default_rng(seed)
    gain, loss = 0.5 * (changing + effect), 0.5 * (changing - effect)
    draws = generator.multinomial(lucks, np.stack([gain, loss, 1.0 - gain - loss], axis=1)).astype(float)
    return at_least(-score(draws[:, 0], draws[:, 1], lucks, -0.02))


def test_no_harm_is_found_where_there_is_none() -> None:
    # Nobody changes, but luck does: a naive count calls a third harmed. Of 200 studies at most 5 % may
    # find any; 19 are exceeded with a chance below one in a thousand.
    nothing = np.zeros(500)
    found = [harmed_in(nothing, 0.4, seed) for seed in range(200)]
    assert np.count_nonzero(found) <= stats.binom.ppf(0.999, 200, 0.05)
    edge = [harmed_in(nothing - 0.02, 0.4, seed) for seed in range(200)]  # right at the margin
    assert np.count_nonzero(edge) <= stats.binom.ppf(0.999, 200, 0.05)


def test_harm_that_is_there_is_found_and_not_overstated() -> None:
    effect = np.where(np.arange(1000) < 200, -0.15, 0.03)
    found = np.array([harmed_in(effect, 0.3, seed) for seed in range(100)])
    assert np.median(found) > 0.1
    # "at least" is above the truth in 5 % of studies at most
    assert np.count_nonzero(found > 0.2) <= stats.binom.ppf(0.999, 100, 0.05)


@pytest.mark.parametrize("shock", [0.0, 0.5])
def test_crossed_intervals_hold_the_truth(shock: float) -> None:
    # Customers differ, lucks differ, and the rest: 400 studies, of which an interval of 95 % may miss 5 %;
    # it is on the safe side, so that only too many misses speak against it.
    held = 0
    for seed in range(400):
        generator = np.random.default_rng(seed)
        values = generator.normal(size=(30, 40))
        values += shock * generator.normal(size=(30, 1)) + 0.3 * generator.normal(size=(1, 40))
        interval = crossed_interval(values)
        held += interval.low <= 0.0 <= interval.high
    assert held >= stats.binom.ppf(0.001, 400, 0.95)
    assert held < 400


def test_an_interval_that_ignores_common_luck_would_miss() -> None:
    # The control of the test above: with common lucks, customers alone say too little.
    held = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        values = generator.normal(size=(30, 40)) + 0.5 * generator.normal(size=(30, 1))
        means = values.mean(axis=0)
        half = stats.t.ppf(0.975, 39) * means.std(ddof=1) / np.sqrt(40)
        held += abs(means.mean()) <= half
    assert held < stats.binom.ppf(0.001, 200, 0.95)


def test_differences_of_groups_and_single_lucks() -> None:
    generator = np.random.default_rng(3)
    high, low = generator.normal(1.0, 1.0, (50, 60)), generator.normal(0.0, 1.0, (50, 70))
    found = difference_interval(high, low)
    assert found.low < 1.0 < found.high
    assert found.low > 0.0
    assert np.isnan(crossed_interval(np.ones((1, 5))).low)
    assert np.isnan(difference_interval(high[:1], low).low)
