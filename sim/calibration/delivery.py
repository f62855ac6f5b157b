"""How orders are delivered and what is promised, from promised and actual dates."""

import numpy as np
from numpy.typing import NDArray

from sim.calibration.posterior import Estimate, Finding, Unsettled
from sim.calibration.ranges import inside_ranges
from sim.calibration.records.orders import Orders
from sim.calibration.sampling import drawn_moments

Floats = NDArray[np.float64]
FEW = 30
"""Orders with a date below which the process is not estimated."""
HALF_DAY = 0.5
"""When something falls within a day of which only the date is known."""
SAME = 1e-6
"""Product of two spreads of logarithms below which one of them is none."""
SHORTEST = 0.05
"""Days; what comes at once still takes an hour."""


def waits(orders: Orders) -> tuple[Floats, Floats, Floats]:
    """Return by order the days until it came, the days it was promised in, and the days it was late.

    A promised day ends at its midnight. Where a date has no time of day it stands for the middle of the day.
    Days late count midnights: 0 where the promise was kept, 1 for the day after; NaN where a date is missing.
    """
    values, timed = orders.table.data, orders.table.timed
    ordered = values["date"] + (0.0 if "date" in timed else HALF_DAY)
    nothing = np.full(len(ordered), np.nan)
    actual, promised = values.get("actual", nothing), values.get("promised", nothing)
    came = actual + (0.0 if "actual" in timed else HALF_DAY)
    due = promised if "promised" in timed and not _midnights(promised) else np.floor(promised) + 1.0
    late = np.maximum(np.floor(actual) - np.floor(promised), 0.0)
    return np.maximum(came - ordered, SHORTEST), np.maximum(due - ordered, SHORTEST), late


def _midnights(days: Floats) -> bool:
    """Return whether all dates are whole days, though written with a time."""
    return bool(np.nanmax(np.nan_to_num(days) % 1.0, initial=0.0) == 0.0)


def delivery_finding(orders: Orders, draws: int = 1000, seed: int = 1) -> Finding:
    """Return draws of the delivery process: log-normal times, with what is quoted going along with them."""
    table = orders.table
    remedy = (
        "columns with the promised and the actual date of delivery (columns.promised=…, columns.actual=…)"
    )
    if not table.has("actual"):
        return Finding(
            unsettled=(Unsettled("service.delivery", "the file does not say when orders came", remedy),)
        )
    taken, quoted, _ = waits(orders)
    came = np.isfinite(taken)
    if came.sum() < FEW:
        why = f"{int(came.sum())} orders have a date of delivery"
        return Finding(unsettled=(Unsettled("service.delivery", why, remedy),))
    both = came & np.isfinite(quoted)
    promising = table.has("promised") and both.sum() >= FEW
    used = both if promising else came
    logs = np.log(taken[used])
    parts = {"x": logs, "xx": logs**2}
    if promising:
        said = np.log(quoted[used])
        parts |= {"y": said, "yy": said**2, "xy": logs * said}
    moments = drawn_moments(parts, draws, seed)
    spread = np.sqrt(np.maximum(moments["xx"] - moments["x"] ** 2, 0.0))
    drawn = {"service.delivery.median": np.exp(moments["x"]), "service.delivery.spread": spread}
    priors = {"service.delivery.median": (0.1, 100.0), "service.delivery.spread": (0.0, 2.0)}
    unsettled = [
        Unsettled(
            "service.delivery.patience",
            "how much lateness hurts is no part of the dates",
            "review scores or complaints by order (columns.score=…, columns.complaint=…)",
        )
    ]
    if promising:
        width = np.sqrt(np.maximum(moments["yy"] - moments["y"] ** 2, 0.0))
        alike = spread * width < SAME  # everybody is promised the same: nothing goes along with it
        together = (moments["xy"] - moments["x"] * moments["y"]) / np.where(alike, 1.0, spread * width)
        together = np.where(alike, 0.0, together)
        drawn |= {
            "service.delivery.quote": np.exp(moments["y"]),
            "service.delivery.quote_spread": width,
            "service.delivery.quote_correlation": np.clip(together, -1.0, 1.0),
        }
        priors |= {
            "service.delivery.quote": (0.1, 100.0),
            "service.delivery.quote_spread": (0.0, 2.0),
            "service.delivery.quote_correlation": (-0.9, 0.9),
        }
    else:
        unsettled.append(
            Unsettled("service.delivery.quote", "the file does not say what was promised", remedy)
        )
    longest = float(min(np.ceil(taken[used].max() * 1.5), 10_000.0))
    shortest = float(max(np.floor(taken[used].min() * 50.0) / 100.0, 0.01))
    given = {
        "service.delivery.unit": ("days", "dates are counted in days"),
        "service.delivery.tail_share": (0.0, "the log-normal distribution is fitted to all orders"),
        "service.delivery.shortest": (shortest, "half of the shortest delivery seen"),
        "service.delivery.longest": (longest, "one and a half times the longest delivery seen"),
    }
    return Finding(
        draws=inside_ranges(drawn, seed),
        estimates=tuple(
            Estimate(path, "dates of promise and delivery", "counted", priors[path]) for path in drawn
        ),
        unsettled=tuple(unsettled),
        given=given,
    )
