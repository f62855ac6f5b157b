"""Estimates that a log invites, right and wrong ones, with the intervals that come with them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.study.statistics import CONFIDENCE, Interval

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def difference_in_means(values: Floats, treated: NDArray[np.bool_]) -> Interval:
    """Return the mean of those treated less that of the others, with its 95 % interval (Neyman 1923).

    Where treatment was randomised this is the intention-to-treat estimate; elsewhere it is the naive one.
    NaN limits where an arm has fewer than two customers, or all in it are alike: nothing says then how far
    chance could have moved it.
    """
    arms = values[treated], values[~treated]
    if min(map(len, arms)) < 1:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(arms[0].mean() - arms[1].mean())
    if min(map(len, arms)) < 2 or min(map(np.ptp, arms)) <= 0.0:
        return Interval(mean, np.nan, np.nan)
    error = np.sqrt(sum(float(arm.var(ddof=1)) / len(arm) for arm in arms))
    return _around(mean, float(error))


def weighted_difference(values: Floats, treated: NDArray[np.bool_], propensity: Floats) -> Interval:
    """Return the difference of means weighted by the inverse of the propensities (Hájek 1971).

    The interval is that of the ratio estimator with known propensities; NaN limits as above.
    """
    if treated.all() or not treated.any():
        return Interval(np.nan, np.nan, np.nan)
    parts, variances = [], []
    for arm, chance in ((treated, propensity), (~treated, 1.0 - propensity)):
        weights = arm / chance
        mean = float((weights * values).sum() / weights.sum())
        parts.append(mean)
        variances.append(weights * (values - mean) / weights.mean())
    if min(np.ptp(values[treated]), np.ptp(values[~treated])) <= 0.0:
        return Interval(parts[0] - parts[1], np.nan, np.nan)
    influence = variances[0] - variances[1]
    return _around(parts[0] - parts[1], float(influence.std(ddof=1) / np.sqrt(len(values))))


def _around(mean: float, error: float) -> Interval:
    half = float(special.ndtri(0.5 + 0.5 * CONFIDENCE)) * error
    return Interval(mean, mean - half, mean + half)


def estimates_of(
    randomised: "pd.DataFrame", observational: "pd.DataFrame", outcomes: tuple[str, ...]
) -> "pd.DataFrame":
    """Return what both logs say of an effect: columns log, estimate, outcome, value, low, high."""
    import pandas as pd

    rows = []
    for outcome in outcomes:
        for log, name, table in (
            ("randomised", "intention to treat", randomised),
            ("observational", "naive", observational),
        ):
            found = difference_in_means(table[outcome].to_numpy(np.float64), table["treated"].to_numpy() == 1)
            rows.append((log, name, outcome, *found))
        weighted = weighted_difference(
            observational[outcome].to_numpy(np.float64),
            observational["treated"].to_numpy() == 1,
            observational["propensity"].to_numpy(np.float64),
        )
        rows.append(("observational", "weighted by true propensities", outcome, *weighted))
    return pd.DataFrame(rows, columns=["log", "estimate", "outcome", "value", "low", "high"])
