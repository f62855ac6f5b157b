"""The analytic chain from satisfaction to money, as a benchmark for the simulation.

Satisfaction decides who is retained, who is retained decides the share of the market, and the share
over time gives a net present value (Rust and Zahorik 1993; Rust, Zahorik and Keiningham 1995). It
knows averages only: neither promises nor trust, neither luck nor different customers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RetentionCurve:
    """How satisfaction decides retention: log-odds = intercept + slope × satisfaction."""

    intercept: float
    slope: float

    def retention(self, satisfaction: float) -> float:
        """Return the share retained in a period at a mean satisfaction."""
        return 1.0 / (1.0 + math.exp(-(self.intercept + self.slope * satisfaction)))


def fit_retention(satisfaction: Floats, retention: Floats) -> RetentionCurve:
    """Return the curve through observed means, by least squares on the log-odds.

    Parameters
    ----------
    satisfaction
        Mean satisfaction of several groups of customers; at least two different values.
    retention
        Share of each that was retained in a period, above 0 and below 1.

    Raises
    ------
    ValueError
        If all groups are equally satisfied, or in one of them all or none were retained.
    """
    if np.ptp(satisfaction) <= 0.0:
        raise ValueError("a slope needs groups that differ in satisfaction")
    if not ((retention > 0.0) & (retention < 1.0)).all():
        raise ValueError("retention has to lie above 0 and below 1")
    odds = np.log(retention / (1.0 - retention))
    gap = satisfaction - satisfaction.mean()
    slope = float(gap @ odds / (gap @ gap))
    return RetentionCurve(float(odds.mean() - slope * satisfaction.mean()), slope)


def market_shares(start: float, retained: float, won: float, periods: int) -> Floats:
    """Return the share of the market at the end of each period.

    In every period the share retained stays, and a share of those elsewhere is won:
    share' = retained × share + won × (1 - share).

    Parameters
    ----------
    start
        Share of the market at the start.
    retained, won
        Per period, of the own customers and of those elsewhere.
    periods
        Number of periods.
    """
    shares = np.empty(periods)
    share = start
    for period in range(periods):
        share = retained * share + won * (1.0 - share)
        shares[period] = share
    return shares


def steady_share(retained: float, won: float) -> float:
    """Return the share at which the market rests: won / (1 - retained + won)."""
    return won / (1.0 - retained + won)


def net_present_value(shares: Floats, contribution: float, rate: float) -> float:
    """Return the value today of a contribution per share of the market and period.

    Parameters
    ----------
    shares
        Share of the market at the end of each period, when the contribution comes.
    contribution
        Currency per whole market and period.
    rate
        Discount rate per period.
    """
    return float(contribution * (shares * (1.0 + rate) ** -np.arange(1.0, len(shares) + 1.0)).sum())


def trust_neutral_rate(loss: float, gain: float, severity: float, trust: float) -> float:
    """Return the keep rate at which trust neither grows nor falls.

    A kept promise earns gain × (1 - trust), a broken one costs loss × severity × trust; at the rate k
    both balance: k gain (1 - trust) = (1 - k) loss severity trust.

    Parameters
    ----------
    loss, gain
        Share of trust lost by a breach of severity 1, and of missing trust earned by a kept promise.
    severity
        Mean severity of a breach, the weight of its cause included.
    trust
        Level that is to be held, 0 to 1.
    """
    lost, earned = loss * severity * trust, gain * (1.0 - trust)
    return lost / (lost + earned) if lost + earned > 0.0 else float("nan")
