"""How sure a mean over customers and lucks is, and how many of many effects are more than noise."""

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from sim.study.statistics import CONFIDENCE, Interval, student

Floats = NDArray[np.float64]

LEVELS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Levels at which customers are counted; the bound is the best of them, paid for by Bonferroni."""


def crossed(values: Floats) -> tuple[float, float]:
    """Return the mean of values (lucks, customers) and its variance, for other customers and lucks.

    Customers meet the same lucks: their means scatter, and so do those of the lucks. The sum of both
    variances counts what belongs to neither twice, and is on the safe side by that.
    """
    lucks, customers = values.shape
    if min(lucks, customers) < 2:
        return float(values.mean()) if values.size else np.nan, np.nan
    by_luck, by_customer = values.mean(axis=1), values.mean(axis=0)
    variance = by_luck.var(ddof=1) / lucks + by_customer.var(ddof=1) / customers
    return float(values.mean()), float(variance)


def crossed_interval(values: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of values (lucks, customers) with its interval, see `crossed`."""
    mean, variance = crossed(values)
    if np.isnan(variance):
        return Interval(mean, np.nan, np.nan)
    half = student(min(values.shape) - 1, confidence) * np.sqrt(variance)
    return Interval(mean, float(mean - half), float(mean + half))


def difference_interval(values: Floats, others: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return the difference of the means of two groups of customers, (lucks, customers) each."""
    mean, variance = crossed(values)
    other, more = crossed(others)
    if np.isnan(variance + more):
        return Interval(mean - other, np.nan, np.nan)
    half = student(min(*values.shape, *others.shape) - 1, confidence) * np.sqrt(variance + more)
    return Interval(mean - other, float(mean - other - half), float(mean - other + half))


def score(gained: Floats, lost: Floats, lucks: int, limit: float) -> Floats:
    """Return how far each customer's effect lies above a limit, in standard errors under that limit.

    The score test for a difference of paired shares (Tango 1998), which holds where counts are few or 0,
    with a continuity correction, without which levels near .01 were reached up to half as often again.

    Parameters
    ----------
    gained, lost
        Lucks in which a customer stays only with the strategy, and only without.
    lucks
        Lucks in all.
    limit
        The effect that is tested.
    """
    a = 2.0 * lucks
    b = -gained - lost + (2.0 * lucks - gained + lost) * limit
    c = -lost * limit * (1.0 - limit)
    share = (np.sqrt(np.maximum(b * b - 4.0 * a * c, 0.0)) - b) / (2.0 * a)
    variance = lucks * (2.0 * share + limit * (1.0 - limit))
    distance = gained - lost - lucks * limit
    distance = np.sign(distance) * np.maximum(np.abs(distance) - 0.5, 0.0)
    return np.where(variance > 0.0, distance / np.sqrt(np.maximum(variance, 1e-300)), 0.0)


def at_least(scores: Floats, confidence: float = CONFIDENCE) -> float:
    """Return a share of the customers that at least lies above the limit, with this confidence.

    Of customers at or below it, at most a share t reaches a level t, by luck; what is more than that by
    more than luck allows for must lie above (after Genovese and Wasserman 2004). Customers are taken as
    independent given who they are, which word of mouth and queues hardly disturb over many lucks.
    """
    count = len(scores)
    levels = special.ndtr(-scores)
    miss = (1.0 - confidence) / len(LEVELS)
    found = [
        np.count_nonzero(levels <= level) - stats.binom.ppf(1.0 - miss, count, level) for level in LEVELS
    ]
    return max(0.0, float(max(found)) / count)
