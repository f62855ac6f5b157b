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


class Band(NamedTuple):
    """Means with their two-sided confidence limits, point by point, each by itself."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def band(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> Band:
    """Return the mean curve of replications with its t-intervals; NaN where some run has no value.

    Parameters
    ----------
    values
        A curve per replication, as an array (replications, points). The limits are NaN from a single one.
    confidence
        At each point.
    """
    mean = np.asarray(values.mean(axis=0))
    if len(values) < 2:
        nothing = np.full(mean.shape, np.nan)
        return Band(mean, nothing, nothing)
    half = student(len(values) - 1, confidence) * values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return Band(mean, mean - half, mean + half)


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


def simultaneous_intervals(
    differences: NDArray[np.float64], confidence: float = CONFIDENCE
) -> list[Interval]:
    """Return intervals of several mean differences that hold the truth all together.

    As Dunnett's (1955) against one baseline, but for differences that are paired by their seeds: what
    one interval may be widened by depends on how they are correlated, which is estimated from the
    replications (Hothorn, Bretz and Westfall 2008). They are never wider than Bonferroni's.

    Parameters
    ----------
    differences
        A row per replication and a column per difference, at least two rows.
    confidence
        That all hold at once.
    """
    rows, columns = differences.shape
    mean = differences.mean(axis=0)
    error = differences.std(axis=0, ddof=1) / np.sqrt(rows)
    scattered = error > 0.0
    if not scattered.any():
        return [Interval(float(value), float(value), float(value)) for value in mean]
    correlation = np.atleast_2d(np.corrcoef(differences[:, scattered], rowvar=False))
    half = greatest_student(correlation, rows - 1, confidence) * error
    return [
        Interval(float(mean[place]), float(mean[place] - half[place]), float(mean[place] + half[place]))
        for place in range(columns)
    ]


def greatest_student(correlation: NDArray[np.float64], degrees: int, confidence: float) -> float:
    """Return the two-sided quantile of the greatest of correlated Student variables with a common scale.

    Found on a fixed set of 2^13 evenly spread points (Sobol 1967), to less than a per cent.

    Parameters
    ----------
    correlation
        Of the variables, (columns, columns).
    degrees
        Of freedom.
    confidence
        That none of them is greater.
    """
    from scipy.stats import qmc

    columns = len(correlation)
    if columns == 1:
        return student(degrees, confidence)
    points = qmc.Sobol(columns + 1, rng=np.random.default_rng(1)).random_base2(13)
    points = np.clip(points, 1e-12, 1.0 - 1e-12)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    normal = special.ndtri(points[:, :columns]) @ root.T
    scale = np.sqrt(special.chdtri(degrees, 1.0 - points[:, columns]) / degrees)
    found = float(np.quantile(np.abs(normal).max(axis=1) / scale, confidence))
    bonferroni = student(degrees, 1.0 - (1.0 - confidence) / columns)
    return min(max(found, student(degrees, confidence)), bonferroni)


def student(degrees: int, confidence: float) -> float:
    """Return the two-sided quantile of Student's t distribution."""
    return float(special.stdtrit(degrees, 0.5 + 0.5 * confidence))
