"""An orders log: who ordered when, for how much, and what came of it; or its summary by customer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calibration.records.columns import plain
from sim.calibration.records.form import form_of
from sim.calibration.records.known_columns import LOG, SUMMARY
from sim.calibration.records.options import Options
from sim.calibration.records.reader import read_table
from sim.calibration.records.table import Table
from sim.world.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
LEAST = 10
"""Customers below which nothing is said."""
UNITS = {"days": 1.0, "weeks": 7.0, "months": 365.0 / 12.0, "years": 365.0}

MARKING = ("frequency", "recency")


@dataclass(frozen=True)
class Orders:
    """An orders log, cleaned.

    Parameters
    ----------
    table
        How it was read; its values are the orders, in the order of the file.
    start, end
        First and last day of the observation, as days since 1970; where orders count by the moment the end
        is that of the last day.
    customers
        A row per customer: key (a digest of its name), frequency, recency and age in days, first (day of
        the first order), orders, amount (mean of the orders with a value; NaN without any), priced (how
        many these are), and the same of the repeat orders alone.
    occasions
        A row for each day or moment on which a customer ordered: customer, day, amount; empty for a summary.
    """

    table: Table
    start: float
    end: float
    customers: "pd.DataFrame" = field(repr=False)
    occasions: "pd.DataFrame" = field(repr=False)

    @property
    def summary(self) -> bool:
        """Return whether the file is a summary by customer: its single orders are not known."""
        return self.table.has("frequency")


def read_orders(path: Path, options: Options) -> Orders:
    """Read an orders log, or a summary by customer.

    Raises
    ------
    ConfigurationError
        If it is no such table, or too little of it can be used.
    """
    form = form_of(path, options.encoding, options.separator)
    plains = {plain(name) for name in form.columns}
    if set(MARKING) <= (plains | set(options.columns)):
        return _read_summary(path, options)
    table = read_table(path, LOG, options, "orders")
    table, start, end = _within(table, options)
    table = _worth(table)
    table = _once(table, options)
    table = _deliveries(table)
    if len(table.rows) == 0:
        raise ConfigurationError(str(path), "no row is left", "see the dates, or give start=… and end=…")
    occasions = _occasions(table, options)
    if len(occasions) < len(table.rows):
        count = len(table.rows) - len(occasions)
        table = table.noted(
            f"orders on a day on which their customer has ordered already: {count:,}; "
            "a day counts as one order, occasion=moment counts each"
            if options.occasion == "day"
            else f"orders at a moment at which their customer has ordered already: {count:,}; "
            "a moment counts as one order"
        )
    people = _by_customer(occasions, end)
    people.insert(0, "key", digests(table.names["customer"])[people.pop("customer").to_numpy()])
    return _enough(Orders(table, start, end, people, occasions))


def digests(names: Sequence[str]) -> NDArray[np.int64]:
    """Return a number for each name that tells it from others, and not what it is."""
    return np.array(
        [int.from_bytes(blake2b(name.encode(), digest_size=7).digest(), "big") for name in names],
        dtype=np.int64,
    )


def day_of(text: str, key: str) -> float:
    """Return an ISO date as days since 1970.

    Raises
    ------
    ConfigurationError
        If it is none.
    """
    try:
        return float((date.fromisoformat(str(text)) - date(1970, 1, 1)).days)
    except ValueError:
        raise ConfigurationError(key, f"'{text}' is no date", f"for example {key}=2024-12-31") from None


def today() -> float:
    """Return the present day as days since 1970."""
    return float((datetime.now(UTC).date() - date(1970, 1, 1)).days)


def shown_day(day: float) -> str:
    """Return days since 1970 as an ISO date."""
    return str(np.datetime64(int(np.floor(day)), "D"))


def _within(table: Table, options: Options) -> tuple[Table, float, float]:
    """Return the table without orders before the start or after the end, and both."""
    days = table.data["date"]
    if options.end is not None:
        last = day_of(options.end, "end")
        table = table.without(np.floor(days) > last, f"after the end of the observation, {shown_day(last)}")
    else:
        table = table.without(
            np.floor(days) > today(), "in the future; end=… says until when it was observed"
        )
    days = table.data["date"]
    if options.start is not None:
        first = day_of(options.start, "start")
        table = table.without(days < first, f"before the start of the observation, {shown_day(first)}")
    days = table.data["date"]
    if len(days) == 0:
        raise ConfigurationError("end", "no order lies within the observation", "see start=… and end=…")
    last = day_of(options.end, "end") if options.end is not None else float(np.floor(days.max()))
    start = day_of(options.start, "start") if options.start is not None else float(np.floor(days.min()))
    if options.end is None:
        table = table.noted(f"observed until the last order, {shown_day(last)}; end=… says otherwise")
    if options.occasion == "day":
        return table, start, last
    return table, start, last + 1.0 if options.end is not None else float(days.max())


def _worth(table: Table) -> Table:
    if not table.has("amount"):
        return table
    amounts = table.data["amount"]
    table = table.without(
        amounts < 0.0, "negative amount: a refund, no order; nothing is taken off other orders"
    )
    return table.blanked("amount", table.data["amount"] == 0.0, "an amount of 0 says nothing of prices")


def _once(table: Table, options: Options) -> Table:
    """Return the table without rows that repeat others."""
    import pandas as pd

    if options.duplicates == "drop":
        frame = pd.DataFrame(table.data)
        again = frame.duplicated().to_numpy()
        table = table.without(again, "repeats an earlier row in all that is read; duplicates=keep counts it")
    return table


def _deliveries(table: Table) -> Table:
    for name, reason in (
        ("actual", "delivered before it was ordered"),
        ("promised", "promised before it was ordered"),
    ):
        if table.has(name):
            early = table.data[name] < np.floor(table.data["date"])
            table = table.blanked(name, early, reason)
    for name in ("compensation", "reward"):
        if table.has(name):
            table = table.blanked(name, table.data[name] < 0.0, "a negative sum")
    if table.has("score"):
        score = table.data["score"]
        table = table.blanked("score", (score < 1.0) | (score > 5.0), "a score that is not from 1 to 5")
    return table


def _occasions(table: Table, options: Options) -> "pd.DataFrame":
    """Return a row for each day or moment on which a customer ordered, with the sum of what was ordered."""
    import pandas as pd

    days = table.data["date"]
    frame = pd.DataFrame(
        {
            "customer": table.data["customer"].astype(np.int64),
            "day": np.floor(days) if options.occasion == "day" else days,
            "amount": table.data.get("amount", np.full(len(days), np.nan)),
        }
    )
    grouped = frame.groupby(["customer", "day"], sort=True)
    return grouped["amount"].sum(min_count=1).reset_index()


def _by_customer(occasions: "pd.DataFrame", end: float) -> "pd.DataFrame":
    """Return a row per customer."""
    import pandas as pd

    grouped = occasions.groupby("customer", sort=True)
    first, last, number = grouped["day"].min(), grouped["day"].max(), grouped["day"].size()
    repeats = occasions[occasions["customer"].duplicated()].groupby("customer")["amount"]
    found = pd.DataFrame(
        {
            "frequency": (number - 1).astype(np.float64),
            "recency": (last - first).astype(np.float64),
            "age": (end - first).astype(np.float64),
            "first": first,
            "orders": number.astype(np.float64),
            "amount": grouped["amount"].mean(),
            "priced": grouped["amount"].count().astype(np.float64),
            "repeats_amount": repeats.mean(),
            "repeats_priced": repeats.count(),
        }
    )
    found["repeats_priced"] = found["repeats_priced"].fillna(0.0).astype(np.float64)
    return found.reset_index()


def _enough(orders: Orders) -> Orders:
    count = len(orders.customers)
    path = str(orders.table.form.path)
    if count < LEAST:
        word = "customer" if count == 1 else "customers"
        raise ConfigurationError(path, f"holds {count} {word}", f"nothing can be said of fewer than {LEAST}")
    lines = []
    repeats = orders.customers["frequency"]
    if not (repeats > 0).any():
        lines.append("nobody ordered twice: how customers differ and whether they leave stays open")
    return replace(orders, table=orders.table.noted(*lines))


def _keys(table: Table) -> NDArray[np.int64]:
    """Return what tells the customers of a summary apart: their names if all have one, else their rows."""
    if not table.has("customer") or (table.data["customer"] < 0.0).any():
        return table.rows
    return np.asarray(digests(table.names["customer"])[table.data["customer"].astype(np.int64)])


def _read_summary(path: Path, options: Options) -> Orders:
    import pandas as pd

    unit = options.unit or "weeks"
    if unit not in UNITS:
        raise ConfigurationError("unit", f"'{unit}' is not known", nearest(unit, UNITS))
    table = read_table(path, SUMMARY, options, "orders")
    values = table.data
    wrong = (values["frequency"] < 0.0) | (values["frequency"] % 1.0 != 0.0)
    table = table.without(wrong, "a number of repeat orders that is no whole number from 0")
    values = table.data
    table = table.without(values["recency"] > values["age"], "the last order lies after the end")
    values = table.data
    table = table.without(
        (values["age"] <= 0.0) | (values["recency"] < 0.0), "a time below 0, or an age of 0"
    )
    values = table.data
    odd = (values["frequency"] > 0.0) & (values["recency"] == 0.0)
    table = table.without(odd, "repeat orders at the moment of the first")
    values = table.data
    if table.has("customer"):
        again = pd.Series(values["customer"]).duplicated().to_numpy() & (values["customer"] >= 0.0)
        table = table.without(again, "the customer stands in an earlier row")
        values = table.data
    scale = UNITS[unit]
    if options.unit is None:
        table = table.noted("times are read as weeks; unit=days, months or years says otherwise")
    amount = values.get("amount", np.full(len(table.rows), np.nan))
    amount = np.where((amount > 0.0) & (values["frequency"] > 0.0), amount, np.nan)
    customers = pd.DataFrame(
        {
            "key": _keys(table),
            "frequency": values["frequency"],
            "recency": np.where(values["frequency"] > 0.0, values["recency"], 0.0) * scale,
            "age": values["age"] * scale,
            "first": -values["age"] * scale,
            "orders": values["frequency"] + 1.0,
            "amount": amount,
            "priced": np.where(np.isnan(amount), 0.0, values["frequency"]),
            "repeats_amount": amount,
            "repeats_priced": np.where(np.isnan(amount), 0.0, values["frequency"]),
        }
    )
    nothing = pd.DataFrame({"customer": [], "day": [], "amount": []}, dtype=np.float64)
    return _enough(Orders(table, float(customers["first"].min()), 0.0, customers, nothing))
