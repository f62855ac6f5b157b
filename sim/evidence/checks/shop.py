"""The experiments behind C4 and C5: customers of an online shop, who order and leave as BG/NBD says."""

import numpy as np

from sim.calibration.closed_forms import BetaGeometricNbd
from sim.evidence.check import Target
from sim.evidence.checks.plain_world import purchases, shop_world
from sim.evidence.trial import Floats, Trial, Values

CDNOW = BetaGeometricNbd(0.243, 4.414, 0.793, 2.426)
"""Customers of an online shop, per week (Fader, Hardie and Lee 2005)."""

CDNOW_CUSTOMERS = 2357
CDNOW_HISTOGRAM = np.array([1411.0, 439.0, 214.0, 100.0, 62.0, 38.0, 29.0, 64.0])
"""Customers with 0, 1, …, 6 and more repeat orders in 39 weeks."""

FIRST_WEEK, LAST_WEEK = 26.86, 38.58
"""How long they were watched, evenly spread: they began in the first twelve weeks; mean 32.72."""

SPLIT, END = 39.0, 78.0
"""Weeks: what came before the first is the past, what came up to the second is forecast."""

MEAN = "mean number of repeat orders"
BINS = [f"customers with {number} repeat orders" for number in range(7)]
BINS.append("customers with 7 or more repeat orders")
GIVEN_PAST = "orders of weeks 40 to 78 over the forecast from each customer's past, less 1, percent"
IN_ALL = "orders of weeks 40 to 78 over the forecast for new customers, less 1, percent"


def histogram(trial: Trial) -> dict[str, Floats]:
    """Return the mean number of repeat orders of the watched weeks, and customers by that number.

    Counts are scaled to the number of customers of the data.
    """
    world = shop_world(trial, CDNOW, LAST_WEEK)
    customers = world.customers.count
    watched = np.linspace(FIRST_WEEK, LAST_WEEK, customers)

    def one(seed: int) -> dict[str, float]:
        who, when = purchases(world, seed)
        who = who[when <= watched[who.astype(np.int64)]].astype(np.int64)
        orders = np.bincount(who, minlength=customers)
        counts = np.bincount(np.minimum(orders, 7), minlength=8) * (CDNOW_CUSTOMERS / customers)
        return {MEAN: float(orders.mean())} | dict(zip(BINS, counts.tolist(), strict=True))

    return trial.each(one)


def bin_targets() -> tuple[Target, ...]:
    """Return a target per bin: the published count, three sampling errors either way."""
    errors = 3.0 * np.sqrt(CDNOW_HISTOGRAM * (1.0 - CDNOW_HISTOGRAM / CDNOW_CUSTOMERS))
    return tuple(
        Target(name, count - error, count + error, f"{count:.0f}")
        for name, count, error in zip(BINS, CDNOW_HISTOGRAM.tolist(), errors.tolist(), strict=True)
    )


def forecast(trial: Trial) -> Values:
    """Measure C5: simulated orders of the second half against the closed form's two forecasts."""
    world = shop_world(trial, CDNOW, END)
    customers = world.customers.count
    new = CDNOW.expected_orders(END) - CDNOW.expected_orders(SPLIT)

    def one(seed: int) -> dict[str, float]:
        who, when = purchases(world, seed)
        past, ahead = when <= SPLIT, (when > SPLIT) & (when <= END)
        ids = who[past].astype(np.int64)
        orders = np.bincount(ids, minlength=customers).astype(np.float64)
        last = np.zeros(customers)
        np.maximum.at(last, ids, when[past])
        expected = CDNOW.forecast_orders(orders, last, np.full(customers, SPLIT), END - SPLIT)
        later = float(ahead.sum())
        return {
            GIVEN_PAST: 100.0 * (later / float(expected.sum()) - 1.0),
            IN_ALL: 100.0 * (later / customers / new - 1.0),
        }

    return trial.each(one)
