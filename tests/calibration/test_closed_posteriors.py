"""Posteriors of the closed forms: where the likelihood is, as wide as it is, and as their priors say."""

import numpy as np
import pytest
from scipy import stats

from sim.calibration.closed_forms import BetaGeometricNbd, GammaGamma, fit_bg_nbd
from sim.calibration.closed_posteriors import (
    LIMITS,
    bg_nbd_posterior,
    fit_many,
    gamma_gamma_posterior,
    kinds_of,
    shifted_beta_geometric_posterior,
)

YEAR = 365.0 / 7.0


def inside(draws, truth, level=0.9):
    low, high = np.quantile(draws, [0.5 - 0.5 * level, 0.5 + 0.5 * level])
    return low <= truth <= high


def test_kinds_have_the_likelihood_of_the_customers(cdnow):
    model = BetaGeometricNbd(0.3, 5.0, 0.7, 2.0)
    exact = model.individual_log_likelihood(*cdnow).sum()
    assert kinds_of(*cdnow).log_likelihood(model) == pytest.approx(exact, rel=1e-12)


def test_a_grid_of_times_hardly_moves_the_likelihood(cdnow, monkeypatch):
    monkeypatch.setattr("sim.calibration.closed_posteriors.MOST_KINDS", 600)
    kinds = kinds_of(*cdnow)
    assert len(kinds.count) <= 900
    assert kinds.count.sum() == len(cdnow[0])
    near, far = BetaGeometricNbd(0.243, 4.414, 0.793, 2.426), BetaGeometricNbd(0.28, 5.0, 0.9, 2.7)
    exact = near.individual_log_likelihood(*cdnow).sum() - far.individual_log_likelihood(*cdnow).sum()
    assert kinds.log_likelihood(near) - kinds.log_likelihood(far) == pytest.approx(exact, abs=1.0)


def test_the_posterior_of_the_online_shop_lies_around_the_published_fit(cdnow):
    frequency, recency, age = cdnow
    found = bg_nbd_posterior(frequency, recency / YEAR, age / YEAR, 1000, 1)
    fitted = fit_bg_nbd(*cdnow)
    truth = {"mean": fitted.r / fitted.alpha * YEAR, "shape": fitted.r, "alpha": fitted.a, "beta": fitted.b}
    for name, value in truth.items():
        assert inside(found.draws[name], value, 0.5), name
        low, high = np.quantile(found.draws[name], [0.05, 0.95])
        before = found.prior_interval(name)
        assert np.log(high / low) < 0.4 * np.log(before[1] / before[0])


def test_limits_are_kept_and_the_prior_stands_where_there_are_no_data(cdnow):
    few = bg_nbd_posterior(np.zeros(10), np.zeros(10), np.full(10, 0.01), 500, 1, {"shape": (0.5, 2.0)})
    assert few.draws["shape"].min() >= 0.5
    assert few.draws["shape"].max() <= 2.0
    assert all(LIMITS[name][0] <= few.draws[name].min() for name in few.draws)
    # of the chance to leave ten customers without an order say nothing
    share = few.draws["alpha"] / (few.draws["alpha"] + few.draws["beta"])
    prior = few.prior["alpha"] / (few.prior["alpha"] + few.prior["beta"])
    assert np.median(share) == pytest.approx(np.median(prior), abs=0.05)


def test_very_many_customers_are_fitted_by_their_kinds(cdnow):
    fitted = fit_many(*cdnow, BetaGeometricNbd(0.3, 5.0, 1.0, 3.0))
    assert fitted.log_likelihood == pytest.approx(fit_bg_nbd(*cdnow).log_likelihood, abs=0.02)


def renewals(alpha, beta, factors, count, periods, generator, shape=1.0):
    """Return who left at which renewal, by kind, and who is still there."""
    lost, there = np.zeros((len(factors), periods)), np.zeros((len(factors), periods + 1))
    for kind, factor in enumerate(factors):
        force = -np.log1p(-generator.beta(alpha, beta, count)) * factor
        time = (generator.exponential(1.0, count) / force) ** (1.0 / shape)
        left = np.ceil(time)
        lost[kind] = [(left == number).sum() for number in range(1, periods + 1)]
        there[kind, -1] = (left > periods).sum()
    return lost, there


def test_kinds_of_customers_are_told_apart_by_their_factor():
    lost, there = renewals(0.7, 3.0, (1.0, 0.4), 4000, 8, np.random.default_rng(1))
    found = shifted_beta_geometric_posterior(lost, there, 1000, 1)
    assert inside(found.draws["factor.1"], 0.4, 0.999)
    assert inside(found.draws["alpha"], 0.7, 0.999)
    assert found.draws["factor.1"].std() < 0.05


@pytest.mark.parametrize("shape", [0.6, 1.0, 1.5])
def test_an_effect_of_duration_is_told_from_sorting(shape):
    lost, there = renewals(0.7, 3.0, (1.0,), 20_000, 10, np.random.default_rng(2), shape)
    found = shifted_beta_geometric_posterior(lost, there, 1000, 1, shaped=True)
    assert inside(found.draws["shape"], shape, 0.999)
    if shape != 1.0:
        assert not inside(found.draws["shape"], 1.0, 0.999)


def test_gamma_gamma_does_not_depend_on_the_currency():
    generator = np.random.default_rng(3)
    orders = generator.integers(1, 6, 500).astype(float)
    means = generator.gamma(6.0 * orders, 1.0 / generator.gamma(4.0, 1.0 / 15.0, 500)) / orders
    one = gamma_gamma_posterior(orders, means, 500, 1).draws
    other = gamma_gamma_posterior(orders, 100.0 * means, 500, 1).draws
    assert other["p"] == pytest.approx(one["p"], rel=1e-6)
    assert other["v"] == pytest.approx(100.0 * one["v"], rel=1e-6)
    assert inside([GammaGamma(*row).mean for row in zip(*one.values(), strict=True)], 6.0 * 15.0 / 3.0, 0.999)


def test_intervals_cover_what_firms_were_made_with():
    generator = np.random.default_rng(7)
    firms, hits = 40, 0
    for firm in range(firms):
        share, total = (
            1.0 / (1.0 + np.exp(1.4 - 0.8 * generator.normal())),
            5.0 * np.exp(0.8 * generator.normal()),
        )
        alpha, beta = share * total, (1.0 - share) * total
        found = shifted_beta_geometric_posterior(*renewals(alpha, beta, (1.0,), 500, 8, generator), 500, firm)
        hits += inside(found.draws["alpha"], alpha)
    # nine in ten, within the limits that 40 firms leave (99.9 %)
    low, high = stats.binom.ppf([0.0005, 0.9995], firms, 0.9)
    assert low <= hits <= high
