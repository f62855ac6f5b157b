"""Figures of who bought when: counted in data and in simulated firms, expected by the closed form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.calibration.closed_forms import BetaGeometricNbd
from sim.calibration.order_statistics import FEW, HISTOGRAM, mean, share
from sim.calibration.posterior import Statistic
from sim.calibration.records.orders import Orders

Floats = NDArray[np.float64]
MOST_PERIODS = 20
LAST_PART, TOP = 0.75, 0.2
GROUPS = 20
"""Groups of customers that an error is found by, leaving out one at a time (the jackknife)."""
APART = 1e-6
"""Distance from 1 that the first parameter of leaving is kept at, where the closed form has a gap."""
WEEK = 7.0
KINDS = 200
"""Different ages that shares are averaged over, at most."""


@dataclass(frozen=True)
class Buying:
    """Who bought when.

    Parameters
    ----------
    frequency, recency, age
        Repeat orders by customer, days from the first order to the last, and to the end.
    value
        Mean value of a customer's repeat orders; NaN without any.
    who, day
        Of each repeat order the customer's place and the days since the observation began; None where
        single orders are not known.
    observed
        Days of the observation.
    scale
        Customers of the data for each of these.
    """

    frequency: Floats = field(repr=False)
    recency: Floats = field(repr=False)
    age: Floats = field(repr=False)
    value: Floats = field(repr=False)
    who: NDArray[np.int64] | None = field(repr=False)
    day: Floats | None = field(repr=False)
    observed: float
    scale: float = 1.0


def buying_of(orders: Orders) -> Buying:
    """Return who bought when in the data."""
    people = orders.customers
    names = ("frequency", "recency", "age", "repeats_amount")
    frequency, recency, age, value = (people[name].to_numpy(dtype=np.float64) for name in names)
    observed = orders.end - orders.start
    if orders.summary:
        return Buying(frequency, recency, age, value, None, None, observed)
    again = orders.occasions[orders.occasions["customer"].duplicated()]
    owners = np.sort(orders.occasions["customer"].unique())
    who = np.searchsorted(owners, again["customer"].to_numpy())
    day = again["day"].to_numpy(dtype=np.float64) - orders.start
    return Buying(frequency, recency, age, value, who.astype(np.int64), day, observed)


def borders(observed: float) -> Floats:
    """Return the borders of the periods of an observation in days, whole weeks but for the last."""
    weeks = max(np.ceil(observed / WEEK / MOST_PERIODS), 1.0)
    return np.append(np.arange(0.0, observed, WEEK * weeks), observed)


def buying_figures(buying: Buying) -> list[Statistic]:
    """Return the figures of who bought when, with their sampling errors."""
    frequency = buying.frequency
    found = mean("orders.repeats", frequency, "mean number of repeat orders by customer", "orders")
    for number in range(HISTOGRAM + 1):
        more = number == HISTOGRAM
        flags = (frequency >= number if more else frequency == number).astype(np.float64)
        meaning = (
            f"customers with {number} or more repeat orders"
            if more
            else f"customers with {number} repeat orders"
        )
        found += share(f"orders.repeats.{number}", flags, meaning)
    late = np.where(frequency > 0.0, buying.recency >= LAST_PART * buying.age, np.nan)
    meaning = "of customers who ordered again, those who did so in the last quarter of their time"
    found += share("orders.recent", late, meaning)
    found += _top(frequency)
    meaning = "mean value of a customer's repeat orders"
    found += mean("orders.repeats_amount", buying.value, meaning, "currency")
    return found + _periods(buying)


def _top(frequency: Floats) -> list[Statistic]:
    """Return the part of the repeat orders that the fifth of the customers who order most makes."""
    if (frequency > 0.0).sum() < FEW or (frequency > 0.0).mean() <= TOP:
        return []

    def part(values: Floats) -> float:
        ranked = np.sort(values)[::-1]
        return float(ranked[: max(round(TOP * len(ranked)), 1)].sum() / max(ranked.sum(), 1.0))

    group = np.arange(len(frequency)) % GROUPS
    kept = np.array([part(frequency[group != left]) for left in range(GROUPS)])
    error = float(np.sqrt((GROUPS - 1.0) * kept.var()))
    meaning = "part of the repeat orders that the most frequent fifth of the customers makes"
    return [Statistic("orders.top", part(frequency), error, len(frequency), meaning, "share")]


def _periods(buying: Buying) -> list[Statistic]:
    """Return repeat orders by period; customers are what is sampled, not orders."""
    if buying.who is None or buying.day is None:
        return []
    edges = borders(buying.observed)
    customers = len(buying.frequency)
    place = np.clip(np.searchsorted(edges, buying.day, side="right") - 1, 0, len(edges) - 2)
    found = []
    for number in range(len(edges) - 1):
        own = np.bincount(buying.who[place == number], minlength=customers)
        error = max(float(np.sqrt(customers) * own.std()), 1.0)  # of none it is not known to be none
        first, last = edges[number], edges[number + 1]
        meaning = f"repeat orders, days {first + 1.0:.0f} to {last:.0f}"
        value = buying.scale * float(own.sum())
        found.append(
            Statistic(
                f"orders.period.{number + 1}", value, buying.scale * error, customers, meaning, "orders"
            )
        )
    return found


def expected_figures(buying: Buying, fitted: Mapping[str, float]) -> dict[str, float]:
    """Return what BG/NBD expects of these figures, by name.

    Parameters
    ----------
    buying
        The data; of it, when customers came and how long they were watched.
    fitted
        r, alpha (weeks), a and b.
    """
    a = fitted["a"] if abs(fitted["a"] - 1.0) > APART else 1.0 + APART
    model = BetaGeometricNbd(fitted["r"], fitted["alpha"], a, fitted["b"])
    ages, count = _kinds(buying.age)
    weight = count / count.sum()
    found = {"orders.repeats": float(weight @ [_orders(model, age) for age in ages])}
    shares = weight @ np.array([model.order_shares(max(age, 1e-3) / WEEK, HISTOGRAM - 1) for age in ages])
    found |= {f"orders.repeats.{number}": float(part) for number, part in enumerate(shares)}
    found[f"orders.repeats.{HISTOGRAM}"] = float(1.0 - shares.sum())
    if buying.day is None:
        return found
    edges = borders(buying.observed)
    begun, count = _kinds(buying.observed - buying.age)
    totals = [
        float(count @ [_orders(model, edge - first) if edge > first else 0.0 for first in begun])
        for edge in edges
    ]
    return found | {
        f"orders.period.{number}": part for number, part in enumerate(np.diff(totals).tolist(), 1)
    }


def _orders(model: BetaGeometricNbd, days: float) -> float:
    return model.expected_orders(days / WEEK) if days > 0.0 else 0.0


def _kinds(days: Floats) -> tuple[Floats, Floats]:
    """Return different numbers of days and how many customers have each, on a grid if they are many."""
    values, count = np.unique(days, return_counts=True)
    if len(values) > KINDS:
        step = float(days.max() - days.min()) / KINDS
        values, count = np.unique(np.round(days / step) * step, return_counts=True)
    return values, count.astype(np.float64)
