"""Firms with known parameters, fitted by simulation: nine of ten 90 % intervals hold them.

`TENURE_FIRMS=100 pytest tests/calibration/test_fitted_recovery.py -s` is the long form; it prints the
coverage. Firms share base, prior and questions, and with them the simulations over that prior: that is what
makes a hundred of them affordable. Surfaces are fitted for each firm by itself, near to its own figures; what
is left out is that further waves close in on a firm, which only makes its intervals narrower. The model is
true here, so that no discrepancy is conceded to it.
"""

import os

import numpy as np
import pytest
from fitted_firms import ROUTES, bank_of, posterior_of, some_firm
from scipy import stats

from sim.calibration.fitting import fit, waves

FIRMS = int(os.environ.get("TENURE_FIRMS", "4"))
LONG = FIRMS >= 100
SHARED, DRAWS, CUSTOMERS = (1600, 200, 1000) if LONG else (300, 200, 300)
UNLUCKY = 1e-4
"""Chance that a count of intervals lies outside of the limits though each holds with 90 %."""


@pytest.fixture(autouse=True)
def smaller(monkeypatch):
    monkeypatch.setattr(waves, "FURTHER", ())
    monkeypatch.setattr(waves, "CHECKED", 2)
    monkeypatch.setattr(fit, "RESAMPLED", 100)
    monkeypatch.setattr(fit, "CUSTOMERS", CUSTOMERS)


@pytest.mark.parametrize("route", ROUTES)
def test_intervals_hold_the_truth_nine_times_in_ten(route, tmp_path):
    ranges, firm_of = ROUTES[route]
    generator = np.random.default_rng(30)
    bank, hits, widths = None, {}, {}
    for firm in range(FIRMS):
        truth = some_firm(ranges, generator)
        finding, asked = firm_of(truth, 1000 + firm, tmp_path)
        bank = bank or bank_of(finding, asked, ranges, SHARED, 1)
        posterior = posterior_of(finding, asked, ranges, bank, DRAWS, firm)
        assert set(posterior.draws) == set(truth)
        for path, value in truth.items():
            low, high = posterior.interval(path)
            first, last = posterior.estimate(path).prior
            hits[path] = hits.get(path, 0) + (low <= value <= high)
            widths.setdefault(path, []).append((high - low) / (last - first))
    for path, count in hits.items():
        print(f"{route}: {path}: {count} of {FIRMS}, width {np.median(widths[path]):.2f} of the prior")
    low, high = stats.binom.ppf([0.5 * UNLUCKY, 1.0 - 0.5 * UNLUCKY], FIRMS, 0.9)
    assert {path: count for path, count in hits.items() if not low <= count <= high} == {}
    # the intervals say something: most parameters are narrowed
    assert np.median([np.median(part) for part in widths.values()]) < (0.6 if LONG else 0.9)
    if LONG:
        assert 0.85 <= sum(hits.values()) / (FIRMS * len(hits)) <= 0.95
