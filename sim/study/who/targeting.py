"""What is won by choosing whom to treat."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

BUDGETS = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of the customers that can be treated."""


def mean_of_best(score: Floats, values: Floats, budget: float) -> float:
    """Return the mean value of those with the highest scores whom the budget reaches, at least one."""
    chosen = np.argsort(-score, kind="stable")[: max(1, round(budget * len(score)))]
    return float(values[chosen].mean())


PER_FEATURE = 20
"""Customers for each number that is fitted, at least; with fewer, effects stay as measured."""


def sharpened(effects: Floats, noise: float, features: Floats) -> Floats:
    """Return effects of customers with what their likes show put in place of a part of the noise.

    Effects are fitted by least squares on the ranks of the features and their squares. What a customer
    departs from the fit counts as far as departures are more than noise (Fay and Herriot 1979).

    Parameters
    ----------
    effects
        As measured.
    noise
        Variance of a measured effect that luck alone makes, mean over customers.
    features
        What customers are like, (customers, features).
    """
    count = len(effects)
    varied = features[:, np.ptp(features, axis=0) > 0.0]
    if count < PER_FEATURE * (2 * varied.shape[1] + 1):
        return effects
    ranks = stats.rankdata(varied, axis=0) / count - 0.5
    design = np.column_stack([np.ones(count), ranks, ranks**2])
    fitted = design @ np.linalg.lstsq(design, effects, rcond=None)[0]
    left = effects - fitted
    scatter = float(left.var())
    own = max(0.0, 1.0 - noise / scatter) if scatter > 0.0 else 0.0
    return np.asarray(fitted + own * left)
