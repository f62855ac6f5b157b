"""What simpler reasoning says about a promise, held against what the simulation finds.

The chain of Rust and Zahorik is given every advantage: its retention curve is fitted to the simulated
worlds without the promise, it is told the mean satisfaction with the promise, and what the promise
costs. What it lacks is trust, and customers who differ.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.study.keep_rate.critical import critical_rate
from sim.study.keep_rate.promise import breach_severity
from sim.study.keep_rate.rust_zahorik import (
    fit_retention,
    market_shares,
    net_present_value,
    trust_neutral_rate,
)
from sim.study.keep_rate.study import Curve, outcome
from sim.world.scenario import DAYS_PER_YEAR, Scenario

Floats = NDArray[np.float64]
PERIODS = 4  # of the chain in a year
CHAINED = ("retention", "equity")
"""Measures that the chain predicts; satisfaction is what it starts from."""


@dataclass(frozen=True)
class Chain:
    """The chain's word on a curve.

    Parameters
    ----------
    effects
        By measure, the effect it predicts at each point.
    critical
        By measure, the critical rate that follows.
    error
        By measure, root mean square difference to the simulated effect, in its unit.
    luck
        By measure, the same difference of a simulation on one half of the seeds to one on the other;
        NaN from a single seed.
    signs
        By measure, at how many points the sign is that of the simulated effect.
    """

    effects: dict[str, Floats]
    critical: dict[str, float]
    error: dict[str, float]
    luck: dict[str, float]
    signs: dict[str, int]


def chain_of(scenario: Scenario, curve: Curve) -> Chain | None:
    """Return what the chain predicts for a curve; None where nothing can be fitted to its worlds.

    Nothing can be fitted where the worlds without the promise do not differ in mean satisfaction, or
    all or none of the customers stay.
    """
    base, promised = curve.base.mean(axis=1), curve.promised.mean(axis=1)
    years = scenario.time.ticks * scenario.time.tick_days / DAYS_PER_YEAR
    periods = max(1, round(PERIODS * years))
    satisfied, told = outcome(base, "satisfaction"), outcome(promised, "satisfaction")
    try:
        fitted = fit_retention(satisfied, outcome(base, "retention") ** (1.0 / periods))
    except ValueError:
        return None
    before = np.array([fitted.retention(value) for value in satisfied])
    after = np.array([fitted.retention(value) for value in told])
    effects = {
        "retention": 100.0 * (after**periods - before**periods),
        "equity": np.array(
            [
                _worth(scenario, periods, base[place], promised[place], before[place], after[place])
                for place in range(len(base))
            ]
        ),
    }
    simulated = {name: curve.effects(name) for name in CHAINED}
    rates = curve.rates.mean(axis=1)
    return Chain(
        effects,
        {name: critical_rate(rates, effects[name]) for name in CHAINED},
        {name: _distance(effects[name], simulated[name].mean(axis=1)) for name in CHAINED},
        {name: _halves(simulated[name]) for name in CHAINED},
        {
            name: int((np.sign(effects[name]) == np.sign(simulated[name].mean(axis=1))).sum())
            for name in CHAINED
        },
    )


def _worth(
    scenario: Scenario, periods: int, base: Floats, promised: Floats, before: float, after: float
) -> float:
    """Return the gain of customer equity per customer at the start, less what the promise costs."""
    economics = scenario.economics
    elsewhere = scenario.market.prospects
    start = 1.0 / (1.0 + elsewhere)
    joined = float(outcome(base, "joined"))
    won = 0.0 if elsewhere <= 0.0 else 1.0 - max(1.0 - joined / elsewhere, 0.0) ** (1.0 / periods)
    rate = (1.0 + economics.discount_rate) ** (1.0 / PERIODS) - 1.0
    usual = market_shares(start, before, won, periods)
    earned = float(outcome(base, "equity")) + economics.acquisition_cost
    contribution = earned / net_present_value(usual, 1.0, rate)
    gain = net_present_value(market_shares(start, after, won, periods), contribution, rate) - earned
    return gain - float(outcome(promised, "cost") - outcome(base, "cost"))


def _distance(first: Floats, second: Floats) -> float:
    return float(np.sqrt(np.mean((first - second) ** 2)))


def _halves(effects: Floats) -> float:
    half = effects.shape[1] // 2
    if half == 0:
        return float("nan")
    return _distance(effects[:, :half].mean(axis=1), effects[:, half : 2 * half].mean(axis=1))


def neutral_rate(scenario: Scenario, curve: Curve) -> float:
    """Return the keep rate at which the promise alone would leave trust where it rests.

    The rate that `trust_neutral_rate` gives depends on how late the late are, and with it on the process:
    it is the rate at which the process keeps the promise just as often as it says. NaN if none swept does.
    """
    trust = scenario.behaviour.trust
    delivery = scenario.service.delivery
    blame = delivery.external * trust.external + 1.0 - delivery.external
    above = []
    for point in curve.points:
        severity = blame * breach_severity(delivery, point.promise.threshold, point.median)
        neutral = trust_neutral_rate(trust.broken_loss, trust.kept_gain, severity, scenario.reference.trust)
        above.append(point.rate - neutral)
    found = critical_rate(np.array([point.rate for point in curve.points]), np.array(above), material=0.0)
    return found if np.isfinite(found) else float("nan")
