"""Draws from a density: what it is known to be comes out, and what it is not does not."""

import numpy as np
import pytest

from sim.calibration import sampling
from sim.calibration.sampling import drawn_moments, importance_sample

DRAWS = 4000


def correlated(point):
    return -0.5 * (point[0] ** 2 + (point[1] - 0.8 * point[0]) ** 2 / 0.36)


def test_draws_have_the_moments_of_the_density():
    points, mode = importance_sample(correlated, np.array([3.0, -2.0]), DRAWS, 1)
    assert mode == pytest.approx([0.0, 0.0], abs=0.01)
    # five standard errors of a mean, a correlation and a spread of DRAWS draws, widened by the uneven weights
    error = 5.0 * 1.5 / np.sqrt(DRAWS)
    assert np.abs(points.mean(axis=0)).max() < error
    assert np.abs(points.std(axis=0) - 1.0).max() < error
    assert np.corrcoef(points.T)[0, 1] == pytest.approx(0.8, abs=error)


def test_the_same_seed_gives_the_same_draws():
    one, two, other = (importance_sample(correlated, np.zeros(2), 200, seed)[0] for seed in (1, 1, 2))
    assert (one == two).all()
    assert (one != other).any()


def test_a_limit_of_the_density_is_kept():
    def halved(point):
        return correlated(point) if point[0] > 0.0 else -np.inf

    points, _ = importance_sample(halved, np.array([1.0, 0.0]), DRAWS, 1)
    assert (points[:, 0] > 0.0).all()
    # the mean of half a normal distribution is √(2/π), its standard deviation √(1 - 2/π)
    assert points[:, 0].mean() == pytest.approx(np.sqrt(2.0 / np.pi), abs=5.0 * 1.5 * 0.6 / np.sqrt(DRAWS))


def test_a_chain_takes_over_where_weights_are_uneven(monkeypatch):
    monkeypatch.setattr(sampling, "LEAST", 2.0)  # more than any share: always
    points, _ = importance_sample(correlated, np.zeros(2), DRAWS, 1)
    # steps of a chain go together: about one in five counts
    error = 5.0 * np.sqrt(5.0 / DRAWS)
    assert np.abs(points.mean(axis=0)).max() < error
    assert np.corrcoef(points.T)[0, 1] == pytest.approx(0.8, abs=error)


@pytest.mark.parametrize("count", [300, 20_000])
def test_moments_scatter_as_much_as_their_standard_errors(count):
    values = np.random.default_rng(2).exponential(2.0, count)
    drawn = drawn_moments({"mean": values, "square": values**2}, DRAWS, 3)
    error = values.std() / np.sqrt(count)
    assert drawn["mean"].mean() == pytest.approx(values.mean(), abs=5.0 * error / np.sqrt(DRAWS))
    assert drawn["mean"].std() == pytest.approx(error, rel=5.0 / np.sqrt(2.0 * DRAWS) + 0.06)
    assert np.corrcoef(drawn["mean"], drawn["square"])[0, 1] > 0.8
