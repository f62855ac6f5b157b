"""What is won by choosing whom to treat."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BUDGETS = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of the customers that can be treated."""


def mean_of_best(score: Floats, values: Floats, budget: float) -> float:
    """Return the mean value of those with the highest scores whom the budget reaches, at least one."""
    chosen = np.argsort(-score, kind="stable")[: max(1, round(budget * len(score)))]
    return float(values[chosen].mean())
