"""With every mechanism off the simulator is a known model, to sampling error."""

import numpy as np
import pytest

import sim
from sim.calibration.closed_forms import (
    BetaGeometricNbd,
    GammaGamma,
    ShiftedBetaGeometric,
    fit_bg_nbd,
    fit_gamma_gamma,
    fit_shifted_beta_geometric,
)
from sim.world.library import load_strategy
from sim.world.mechanisms import mechanism_names

CUSTOMERS = 100_000
WEEK = 7.0
OFF = {f"mechanisms.{name}": False for name in mechanism_names()}


def plain(changes):
    return sim.load_scenario("courier").replace(
        {
            "customers.count": CUSTOMERS,
            "customers.segments": {"everyone": {}},
            **OFF,
            **changes,
        }
    )


def run(scenario, seed):
    """Return the customers at the end; prospects are there as well, and stay what they are."""
    population = sim.simulate(scenario, load_strategy("baseline", scenario), seed).population
    customers = population["prospect"] == 0
    assert len(population) > CUSTOMERS == customers.sum()
    return population[customers]


@pytest.fixture(scope="module")
def contractual():
    """Return survival over five renewals at the parameters of the High End series."""
    scenario = plain(
        {
            "customers.relation": "contractual",
            "customers.contract.period": 91.0,
            "customers.exit.alpha": 0.668,
            "customers.exit.beta": 3.806,
            "customers.orders.mean": 0.5,
            "time.horizon": 1.3,
        }
    )
    renewals = 24.0 * 91.0 * np.arange(1, 6)
    left = run(scenario, 3)["left_hour"]
    return np.array([1.0, *[1.0 - ((left >= 0) & (left <= hour)).mean() for hour in renewals]])


def test_survival_is_shifted_beta_geometric(contractual):
    exact = ShiftedBetaGeometric(0.668, 3.806).survival(5)
    # A share of n customers has standard error √(p(1-p)/n); 4.5 of them for five points at once.
    error = np.sqrt(exact * (1.0 - exact) / CUSTOMERS)
    assert np.all(np.abs(contractual - exact) <= 4.5 * error + 1e-12)


def test_retention_rises_by_sorting_alone_and_not_without_heterogeneity(contractual):
    retention = contractual[1:] / contractual[:-1]
    assert np.all(np.diff(retention[1:]) > 0.0)
    alike = plain(
        {
            "customers.relation": "contractual",
            "customers.contract.period": 91.0,
            "customers.exit.alpha": 100.0,
            "customers.exit.beta": 569.8,  # the same mean, nearly no spread
            "customers.orders.mean": 0.5,
            "time.horizon": 1.3,
        }
    )
    left = run(alike, 3)["left_hour"]
    alive = [1.0 - ((left >= 0) & (left <= 24.0 * 91.0 * count)).mean() for count in range(6)]
    flat = np.array(alive[1:]) / np.array(alive[:-1])
    # Flat within the errors of each rate, and the heterogeneous closed form is far away.
    assert np.ptp(flat) < 9.0 * np.sqrt(flat[0] * (1 - flat[0]) / (0.5 * CUSTOMERS))
    assert abs(alive[5] - ShiftedBetaGeometric(0.668, 3.806).survival(5)[5]) > 0.05


@pytest.fixture(scope="module")
def model():
    """Return the BG/NBD of the CDNOW customers, in weeks (Fader, Hardie and Lee 2005)."""
    return BetaGeometricNbd(0.243, 4.414, 0.793, 2.426)


@pytest.fixture(scope="module")
def shoppers(model):
    scenario = plain(
        {
            "customers.orders.shape": model.r,
            "customers.orders.mean": model.r / model.alpha * 365.0 / WEEK,
            "customers.exit.alpha": model.a,
            "customers.exit.beta": model.b,
            "time.horizon": 39.0 * WEEK / 365.0,
        }
    )
    assert scenario.time.ticks == 39
    return run(scenario, 5)


def test_orders_are_bg_nbd(shoppers, model):
    exact = model.order_shares(39.0, 7)
    shares = np.array([(shoppers["orders"] == count).mean() for count in range(8)])
    error = np.sqrt(exact * (1.0 - exact) / CUSTOMERS)
    assert np.all(np.abs(shares - exact) <= 4.5 * error)
    mean = shoppers["orders"].mean()
    assert abs(mean - model.expected_orders(39.0)) <= 4.5 * shoppers["orders"].std() / np.sqrt(CUSTOMERS)


def test_alike_customers_are_not_bg_nbd(model):
    scenario = plain(
        {
            "customers.orders.shape": 50.0,
            "customers.orders.mean": model.r / model.alpha * 365.0 / WEEK,
            "customers.exit.alpha": 79.3,
            "customers.exit.beta": 242.6,
            "time.horizon": 39.0 * WEEK / 365.0,
        }
    )
    shares = (run(scenario, 5)["orders"] == 0).mean()
    assert abs(shares - model.order_shares(39.0, 0)[0]) > 0.2


def test_the_fit_finds_the_parameters_again(shoppers, model):
    orders = shoppers["orders"].astype(float)
    last = np.where(orders > 0, shoppers["last_hour"] / (24.0 * WEEK), 0.0)
    fitted = fit_bg_nbd(orders, last, np.full(CUSTOMERS, 39.0))
    truth = model.individual_log_likelihood(orders, last, np.full(CUSTOMERS, 39.0)).sum()
    # Wilks: twice the gain over the truth is chi-square with 4 degrees of freedom; 99.99 %: 23.5.
    assert 0.0 <= 2.0 * (fitted.log_likelihood - truth) < 23.5
    assert fitted.r == pytest.approx(model.r, rel=0.05)


def test_the_high_end_series_is_fitted_as_published():
    survivors = np.array([1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0])
    fitted = fit_shifted_beta_geometric(survivors)
    assert (round(fitted.alpha, 3), round(fitted.beta, 3)) == (0.668, 3.806)
    assert fitted.log_likelihood == pytest.approx(-1611.158, abs=5e-4)


def test_the_online_shop_is_fitted_as_published(cdnow):
    fitted = fit_bg_nbd(*cdnow)
    # Fader, Hardie and Lee 2005, table 2
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert {name: round(getattr(fitted, name), 3) for name in published} == published
    assert round(fitted.log_likelihood, 1) == -9582.4


def test_gamma_gamma_finds_its_parameters_again():
    generator = np.random.default_rng(4)
    count, truth = 20_000, GammaGamma(6.25, 3.74, 15.4)
    orders = generator.integers(1, 8, count).astype(float)
    rates = generator.gamma(truth.q, 1.0 / truth.v, count)
    means = generator.gamma(truth.p * orders, 1.0 / rates) / orders
    fitted = fit_gamma_gamma(orders, means)
    gain = fitted.log_likelihood - truth.individual_log_likelihood(orders, means).sum()
    # Wilks: twice the gain is chi-square with 3 degrees of freedom; 99.99 %: 21.1.
    assert 0.0 <= 2.0 * gain < 21.1
    assert fitted.mean == pytest.approx(truth.mean, rel=0.05)


def test_gamma_gamma_expects_the_mean_of_nobody_and_the_own_of_a_regular():
    model = GammaGamma(6.25, 3.74, 15.4)
    assert model.expected_value(np.array([0.0]), np.array([1.0]))[0] == pytest.approx(model.mean)
    assert model.expected_value(np.array([1e6]), np.array([99.0]))[0] == pytest.approx(99.0, rel=1e-4)
    assert GammaGamma(1.0, 0.5, 1.0).mean == np.inf
