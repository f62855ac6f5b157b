"""Firms with known parameters: nine of ten 90 % intervals hold them.

`TENURE_FIRMS=100 pytest tests/calibration/test_recovery.py -s` is the long form; it prints the coverage.
"""

import os

import numpy as np
import pytest
from calibration_firms import contract_table, orders_log, some_contracts, some_orders
from scipy import stats

from sim.calibration.contracts import contract_findings
from sim.calibration.orders import orders_findings
from sim.calibration.posterior import joined
from sim.calibration.records.contracts import read_contracts
from sim.calibration.records.options import Options
from sim.calibration.records.orders import read_orders

FIRMS = int(os.environ.get("TENURE_FIRMS", "6"))
CUSTOMERS, YEARS, MONTHS = 600, 1.5, 12
UNLUCKY = 1e-4
"""Chance that a parameter's count of intervals lies outside of the limits though each holds with 90 %."""


def orders_posterior(truth, seed, folder):
    path = folder / f"orders{seed}.csv"
    orders_log(truth, CUSTOMERS, YEARS, seed).to_csv(path, index=False)
    orders = read_orders(path, Options(end="2023-07-01", occasion="moment"))
    return joined(orders_findings(orders, 1000, seed))


def contracts_posterior(truth, seed, folder):
    path = folder / f"contracts{seed}.csv"
    contract_table(truth, CUSTOMERS, MONTHS, seed).to_csv(path, index=False)
    return joined(contract_findings(read_contracts(path, Options(period="month")), 1000, seed))


ROUTES = {"orders": (some_orders, orders_posterior), "contracts": (some_contracts, contracts_posterior)}


@pytest.mark.parametrize("route", ROUTES)
def test_intervals_hold_the_truth_nine_times_in_ten(route, tmp_path):
    make, posterior_of = ROUTES[route]
    generator = np.random.default_rng(20)
    hits: dict[str, int] = {}
    for firm in range(FIRMS):
        truth = make(generator)
        posterior = posterior_of(truth, firm + 1, tmp_path)
        for path, value in truth.items():
            if path == "customers.segments.plus.exit" and path not in posterior.draws:
                pytest.fail(f"{path} was not estimated")
            low, high = posterior.interval(path)
            hits[path] = hits.get(path, 0) + (low <= value <= high)
    for path, count in hits.items():
        print(f"{route}: {path}: {count} of {FIRMS}")
    low, high = stats.binom.ppf([0.5 * UNLUCKY, 1.0 - 0.5 * UNLUCKY], FIRMS, 0.9)
    assert {path: count for path, count in hits.items() if not low <= count <= high} == {}
    if FIRMS >= 100:
        assert 0.85 <= sum(hits.values()) / (FIRMS * len(hits)) <= 0.95


def test_another_firm_is_not_held(tmp_path):
    """The negative control: intervals of one firm do not hold the parameters of one three times as quick."""
    truth = some_orders(np.random.default_rng(1))
    posterior = orders_posterior(truth, 1, tmp_path)
    low, high = posterior.interval("customers.orders.mean")
    assert not low <= 3.0 * truth["customers.orders.mean"] <= high
