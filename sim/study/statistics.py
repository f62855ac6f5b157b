"""Intervals over replications: how sure the simulation is of a mean, a difference, a ratio.

They say how far luck could have moved a result, and nothing of the assumptions it stands on.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean with its two-sided confidence limits; the limits are NaN from a single replication."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Return half the distance of the limits."""
        return 0.5 * (self.high - self.low)


def mean_interval(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of independent replications with its t-interval; NaN values are left out."""
    kept = values[~np.isnan(values)]
    if len(kept) == 0:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(kept.mean())
    if len(kept) == 1:
        return Interval(mean, np.nan, np.nan)
    half = student(len(kept) - 1, confidence) * float(kept.std(ddof=1)) / float(np.sqrt(len(kept)))
    return Interval(mean, mean - half, mean + half)


def paired_interval(
    values: NDArray[np.float64], baseline: NDArray[np.float64], confidence: float = CONFIDENCE
) -> Interval:
    """Return the mean difference of runs that share their seeds, with its paired t-interval."""
    return mean_interval(values - baseline, confidence)


def ratio_interval(
    part: NDArray[np.float64], whole: NDArray[np.float64], confidence: float = CONFIDENCE
) -> Interval:
    """Return the ratio of two means over the same replications, with a delta-method interval.

    NaN where `whole` is not clearly above 0, by its own interval: there is nothing to divide by.
    """
    if not mean_interval(whole, confidence).low > 0.0:
        return Interval(np.nan, np.nan, np.nan)
    ratio = float(part.mean() / whole.mean())
    spread = mean_interval((part - ratio * whole) / whole.mean(), confidence)
    return Interval(ratio, ratio + spread.low, ratio + spread.high)


def student(degrees: int, confidence: float) -> float:
    """Return the two-sided quantile of Student's t distribution."""
    return float(special.stdtrit(degrees, 0.5 + 0.5 * confidence))
