"""The known models are nested: with every mechanism off there is BG/NBD or the shifted beta-geometric.

Closed forms are written down here once more, from the papers, so that they do not share code with
what they check.
"""

import math

import numpy as np
import pytest
from scipy import special

from sim.engine.simulation import simulate
from sim.world.mechanisms import mechanism_names
from sim.world.strategy import Strategy

COUNT = 20_000
# Service stays as bad as it is: orders are late and things fail, but nothing comes of it.
OFF = {f"mechanisms.{name}": False for name in mechanism_names()}
RATE, SHAPE, ALPHA, BETA, YEARS = 10.0, 0.8, 1.6, 9.0, 2.0


@pytest.fixture(scope="module")
def nested(plain):
    """Return the scenario in which no mechanism works."""
    return plain.replace(OFF | {"customers.count": COUNT, "time.horizon": YEARS})


def lived(scenario, seed):
    """Return the customers at the end; prospects are there as well, and stay what they are."""
    population = simulate(scenario, Strategy(name="nothing"), seed).population
    customers = population["prospect"] == 0
    assert len(population) > COUNT == customers.sum()
    return population[customers]


@pytest.fixture(scope="module", params=["week", "month"])
def buyers(request, nested):
    """Return the customers of a relation without a contract at the end, with the years observed."""
    scenario = nested.replace(
        {
            "time.tick": request.param,
            "customers.orders.mean": RATE,
            "customers.orders.shape": SHAPE,
            "customers.exit.alpha": ALPHA,
            "customers.exit.beta": BETA,
        }
    )
    return lived(scenario, seed=11), scenario.time.ticks * scenario.time.tick_days / 365.0


def expected_orders(years):
    """Return E[X(t)] of BG/NBD (Fader, Hardie and Lee 2005, equation 9)."""
    scale = SHAPE / RATE
    share = scale / (scale + years)
    series = special.hyp2f1(SHAPE, BETA, ALPHA + BETA - 1.0, 1.0 - share)
    return (ALPHA + BETA - 1.0) / (ALPHA - 1.0) * (1.0 - share**SHAPE * series)


def test_the_nest_is_no_perfect_world(buyers):
    population, _ = buyers
    assert (population["failures"] > 0).mean() > 0.2
    assert (population["complaints"] == 0).all()


def test_bg_nbd_mean_number_of_orders(buyers):
    population, years = buyers
    orders = population["orders"]
    # five standard errors of the mean, from the sample's own spread
    assert abs(orders.mean() - expected_orders(years)) < 5.0 * orders.std() / math.sqrt(COUNT)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_bg_nbd_share_with_a_number_of_orders(buyers, number):
    population, years = buyers
    scale = SHAPE / RATE
    # P(X = x) (Fader, Hardie and Lee 2005, equation 8)
    fade = (scale / (scale + years)) ** SHAPE
    poisson = math.exp(special.gammaln(SHAPE + number) - special.gammaln(SHAPE) - special.gammaln(number + 1))
    expected = math.exp(special.betaln(ALPHA, BETA + number) - special.betaln(ALPHA, BETA))
    expected *= poisson * fade * (years / (scale + years)) ** number
    if number > 0:
        gone = math.exp(special.betaln(ALPHA + 1.0, BETA + number - 1.0) - special.betaln(ALPHA, BETA))
        before = sum(
            math.exp(special.gammaln(SHAPE + j) - special.gammaln(SHAPE) - special.gammaln(j + 1))
            * (years / (scale + years)) ** j
            for j in range(number)
        )
        expected += gone * (1.0 - fade * before)
    share = (population["orders"] == number).mean()
    assert abs(share - expected) < 5.0 * math.sqrt(expected * (1.0 - expected) / COUNT)


def test_bg_nbd_nobody_leaves_without_an_order(buyers):
    population, _ = buyers
    assert (population["active"][population["orders"] == 0] == 1).all()
    assert (population["left_hour"] == population["last_hour"])[population["active"] == 0].all()


def survivors(nested, alpha, beta, period=28.0, tick="week"):
    """Return how many customers are left before the first and after each renewal."""
    scenario = nested.replace(
        {
            "time.tick": tick,
            "customers.relation": "contractual",
            "customers.contract.period": period,
            "customers.orders.mean": 0.1,
            "customers.exit.alpha": alpha,
            "customers.exit.beta": beta,
        }
    )
    population = lived(scenario, seed=12)
    left = np.where(population["active"] == 1, np.inf, population["left_hour"])
    renewals = int((scenario.time.ticks * scenario.time.tick_days - 1e-6) / period)
    return np.array([(left > 24.0 * period * number).sum() for number in range(renewals + 1)])


@pytest.mark.parametrize(("tick", "period"), [("week", 28.0), ("week", 30.0), ("day", 91.0), ("month", 7.0)])
def test_shifted_beta_geometric_survival(nested, tick, period):
    alive = survivors(nested, ALPHA, BETA, period, tick) / COUNT
    numbers = np.arange(len(alive))
    # S(t) = B(alpha, beta + t) / B(alpha, beta) (Fader and Hardie 2007)
    expected = np.exp(special.betaln(ALPHA, BETA + numbers) - special.betaln(ALPHA, BETA))
    error = np.sqrt(expected * (1.0 - expected) / COUNT)
    assert len(alive) >= 8
    assert (np.abs(alive - expected) <= 5.0 * error).all()


def retention(alive):
    """Return the retention rates of renewals and their standard errors."""
    rates = alive[1:] / alive[:-1]
    return rates, np.sqrt(rates * (1.0 - rates) / alive[:-1])


def test_retention_rises_by_sorting_alone(nested):
    rates, errors = retention(survivors(nested, 0.5, 2.0, period=91.0))
    assert rates[-1] - rates[0] > 5.0 * math.hypot(errors[0], errors[-1])


def test_retention_is_flat_where_customers_do_not_differ(nested):
    # a beta distribution of mean 1/5 with a standard deviation of 0.018: its closed form moves
    # from 0.8 by less than 0.003 in seven renewals, within the standard errors below
    alive = survivors(nested, 100.0, 400.0, period=91.0)
    rates, errors = retention(alive)
    assert len(rates) >= 7
    assert (np.abs(rates - 0.8) < 5.0 * errors + 0.003).all()
