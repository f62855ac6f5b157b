"""Figures of an orders log with their sampling errors."""

import numpy as np
from numpy.typing import NDArray

from sim.calibration.delivery import waits
from sim.calibration.posterior import Statistic
from sim.calibration.records.orders import Orders

Floats = NDArray[np.float64]
FEW = 20
"""Observations below which a figure is not given."""
HISTOGRAM = 7
"""Repeat orders from which customers are counted together."""
LATENESS = (
    (0, 0, "in_time", "in time"),
    (1, 3, "1_to_3_days", "1 to 3 days late"),
    (4, 7, "4_to_7_days", "4 to 7 days late"),
    (8, 14, "8_to_14_days", "8 to 14 days late"),
    (15, 10_000, "15_days_or_more", "15 days late or more"),
)
"""Days late: from, to, name, words."""


def share(name: str, flags: Floats, meaning: str) -> list[Statistic]:
    """Return the share of ones; nothing where there are too few. Of 0 in n the error is above 0."""
    known = flags[np.isfinite(flags)]
    count = len(known)
    if count < FEW:
        return []
    value = float(known.mean())
    smoothed = (known.sum() + 1.0) / (count + 2.0)
    error = float(np.sqrt(smoothed * (1.0 - smoothed) / count))
    return [Statistic(name, value, error, count, meaning, "share")]


def mean(name: str, values: Floats, meaning: str, unit: str = "1") -> list[Statistic]:
    """Return a mean with its standard error; nothing where there are too few."""
    known = values[np.isfinite(values)]
    if len(known) < FEW:
        return []
    error = float(known.std(ddof=1) / np.sqrt(len(known)))
    return [Statistic(name, float(known.mean()), error, len(known), meaning, unit)]


def has_scores(orders: Orders) -> bool:
    """Return whether orders have scores of reviews or complaints."""
    return not orders.summary and (orders.table.has("score") or orders.table.has("complaint"))


def scores_of(orders: Orders) -> tuple[Floats, Floats | None, Floats | None]:
    """Return days late (NaN where it is not known), score and complaint by order; None without any."""
    values = orders.table.data
    late = np.full(len(values["date"]), np.nan)
    if orders.table.has("actual") and orders.table.has("promised"):
        late = waits(orders)[2]
    return late, values.get("score"), values.get("complaint")


def order_statistics(orders: Orders) -> tuple[Statistic, ...]:
    """Return the figures that fits and checks are held to."""
    people = orders.customers
    frequency = people["frequency"].to_numpy(dtype=np.float64)
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
    amounts = people["amount"].to_numpy(dtype=np.float64)
    found += mean("orders.amount", amounts, "mean order value by customer", "currency")
    if orders.summary:
        return tuple(found)
    return tuple(found + _lateness(orders) + _voice(orders))


def late_and_voice(late: Floats, score: Floats | None, complaint: Floats | None) -> list[Statistic]:
    """Return scores and complaints by days late, and complaints by score, of the same orders.

    Parameters
    ----------
    late
        Days late by order, 0 in time; NaN where it is not known.
    score, complaint
        Score, 1 to 5, and whether there was a complaint; NaN where it is not known, None without any.
    """
    found: list[Statistic] = []
    for low, high, name, words in LATENESS:
        inside = (late >= low) & (late <= high)
        if score is not None:
            there = score[inside]
            found += mean(f"orders.late.{name}.score", there, f"mean review score, {words}", "stars")
            ones = np.where(np.isfinite(there), there == 1.0, np.nan)
            found += share(f"orders.late.{name}.one_star", ones, f"reviews with one star, {words}")
        if complaint is not None:
            said = f"orders with a complaint, {words}"
            found += share(f"orders.late.{name}.complaint", complaint[inside], said)
    if score is not None:
        known = np.isfinite(score)
        for stars in range(1, 6):
            given = np.where(known, (score == stars).astype(np.float64), np.nan)
            found += share(f"orders.stars.{stars}", given, f"reviews with {stars} stars")
            if complaint is not None:
                words = f"orders with a complaint, {stars} stars"
                found += share(f"orders.score.{stars}.complaint", complaint[score == stars], words)
    if complaint is not None:
        found += share("orders.complaint", complaint, "orders with a complaint")
    return found


def _lateness(orders: Orders) -> list[Statistic]:
    late, score, complaint = scores_of(orders)
    if not np.isfinite(late).any():
        return late_and_voice(late, score, complaint)
    found = share("orders.late", np.where(np.isfinite(late), late > 0.0, np.nan), "orders that come late")
    found += late_and_voice(late, score, complaint)
    again = _orders_again(orders)
    for low, high, name, words in LATENESS:
        inside = (late >= low) & (late <= high)
        found += share(f"orders.late.{name}.again", again[inside], f"customers who order again, {words}")
    return found


def _orders_again(orders: Orders) -> Floats:
    """Return by order whether the customer ordered again within half of the observation; NaN if unwatched."""
    values = orders.table.data
    window = 0.5 * (orders.end - orders.start)
    order = np.lexsort((values["date"], values["customer"]))
    who, when = values["customer"][order], values["date"][order]
    following = np.full(len(when), np.inf)
    same = who[1:] == who[:-1]
    following[:-1] = np.where(same, when[1:] - when[:-1], np.inf)
    seen = np.where(when + window <= orders.end, (following <= window).astype(np.float64), np.nan)
    found = np.empty(len(when))
    found[order] = seen
    return found


def _voice(orders: Orders) -> list[Statistic]:
    table = orders.table
    found: list[Statistic] = []
    if table.has("score"):
        found += mean("orders.score", table.data["score"], "mean review score", "stars")
    if table.has("compensation"):
        paid = table.data["compensation"]
        given = np.where(np.nan_to_num(paid) > 0.0, 1.0, 0.0)
        found += share("orders.compensated", given, "orders with a compensation")
        if table.has("amount"):
            part = np.where(given > 0.0, paid / table.data["amount"], np.nan)
            found += mean("orders.compensation", part, "compensation as a share of the order", "share")
    if table.has("reward"):
        redeemed = np.where(np.nan_to_num(table.data["reward"]) > 0.0, 1.0, 0.0)
        found += share("orders.rewarded", redeemed, "orders with a reward redeemed")
    return found
