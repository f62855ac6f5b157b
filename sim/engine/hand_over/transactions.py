"""Who bought when for how much: the log that lifetimes and pymc-marketing read, and its summary."""

from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.events import ACQUIRED, PURCHASE, RENEWAL, RETURNED
from sim.engine.records import Records
from sim.world.errors import ConfigurationError, nearest
from sim.world.policy import timeline

if TYPE_CHECKING:
    import pandas as pd

    from sim.engine.simulation import Run

Floats = NDArray[np.float64]
Unit = Literal["day", "week"]

START = "2024-01-01"
FIRST_YEAR, LAST_YEAR = 1900, 2200
DAYS: dict[str, float] = {"day": 1.0, "week": 7.0}
OPENING, ORDER, RENEWED = "opening", "order", "renewal"


def start_date(start: "str | date") -> "np.datetime64":
    """Return the first day of a run.

    Raises
    ------
    ConfigurationError
        If it is no date, or one outside the years that all readers can hold.
    """
    try:
        day = date.fromisoformat(str(start))
    except ValueError:
        raise ConfigurationError("start", f"'{start}' is no date", f"for example {START}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ConfigurationError(
            "start", f"{day} is outside its range", f"valid: a day from {FIRST_YEAR} to {LAST_YEAR}"
        )
    return np.datetime64(day, "s")


def dates(hours: Floats, start: "str | date") -> "NDArray[np.datetime64]":
    """Return dates and times, to the second, of hours since the start of the run."""
    return np.asarray(start_date(start) + np.floor(hours * 3600.0).astype("timedelta64[s]"))


def transactions(run: "Run", start: "str | date" = START, *, opening: bool = True) -> "pd.DataFrame":
    """Return every payment of a customer, in order of time; see `Run.to_transactions`."""
    import pandas as pd

    start_date(start)  # a mistake is told before the run is repeated
    log = logged(run)
    paid = np.isin(log["event"], (PURCHASE, RENEWAL))
    who, hours, amounts = [log["customer"][paid]], [log["hour"][paid]], [log["money"][paid]]
    kinds = [np.where(log["event"][paid] == PURCHASE, ORDER, RENEWED)]
    if opening:
        ids, hour, amount = _openings(run, log)
        who, hours, amounts = [ids, *who], [hour, *hours], [amount, *amounts]
        kinds = [np.full(len(ids), OPENING), *kinds]
    customer, hour = np.concatenate(who).astype(np.int64), np.concatenate(hours)
    order = np.lexsort((customer, hour))
    return pd.DataFrame(
        {
            "customer_id": customer[order],
            "date": dates(hour[order], start),
            "amount": np.concatenate(amounts)[order],
            "kind": np.concatenate(kinds)[order].astype(object),
        }
    )


def rfm_summary(run: "Run", unit: Unit = "day") -> "pd.DataFrame":
    """Return frequency, recency, age and mean spending of every customer; see `Run.to_rfm`."""
    if unit not in get_args(Unit):
        raise ConfigurationError("unit", f"unknown unit '{unit}'", nearest(unit, get_args(Unit)))
    if run.scenario.customers.relation == "contractual":
        raise ConfigurationError(
            "customers.relation",
            "is contractual: a summary of purchases says nothing of who is under contract",
            "use to_survival, or to_transactions for the payments",
        )
    table = transactions(run)
    since = (table["date"].to_numpy() - start_date(START)) / np.timedelta64(1, "D")
    table["day"] = np.floor(since)
    days = table.groupby(["customer_id", "day"], as_index=False)["amount"].sum()  # one purchase a day
    days["first"] = ~days["customer_id"].duplicated()
    by = days.groupby("customer_id")["day"]
    end = run.scenario.time.ticks * run.scenario.time.tick_days
    summary = by.agg(["min", "max", "count"])
    spent = days[~days["first"]].groupby("customer_id")["amount"].mean()
    summary["frequency"] = summary["count"] - 1.0
    summary["recency"] = (summary["max"] - summary["min"]) / DAYS[unit]
    summary["T"] = (np.floor(end) - summary["min"]) / DAYS[unit]
    summary["monetary_value"] = spent.reindex(summary.index).fillna(0.0)
    found: pd.DataFrame = summary[["frequency", "recency", "T", "monetary_value"]].reset_index()
    return found


def logged(run: "Run") -> Records:
    """Return the log of all customers; the same run is repeated with it on where it was not."""
    log = run.log
    if log is None or not (run.population["watched"] == 1).all():
        log = run.with_log().log
    assert log is not None
    return log


def _openings(run: "Run", log: Records) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return who became a customer, when, and what was paid for it."""
    people = run.population
    starters = people["id"] < run.scenario.customers.count
    joined = people["acquired_hour"] >= 0.0
    if run.scenario.customers.relation != "contractual":
        chosen = people[starters | joined]
        return chosen["id"], np.maximum(chosen["acquired_hour"], 0.0), chosen["price"].astype(np.float64)
    from sim.engine.hand_over.covariates import people_at_start

    began = people_at_start(run)["contract_start"][: run.scenario.customers.count]
    period = 24.0 * run.scenario.customers.contract.period
    running = 1.0 - np.maximum(-began / period, 0.0)  # the part of the period that was still to be paid
    entered = log[np.isin(log["event"], (ACQUIRED, RETURNED))]
    plan = timeline(run.scenario.effective(), run.strategy)
    hours = 24.0 * run.scenario.time.tick_days
    ticks = np.minimum(entered["hour"] // hours, run.scenario.time.ticks - 1).astype(int)
    place = np.searchsorted(people["id"], entered["customer"])
    levels = np.array(
        [
            plan.policies[tick][group].price_level
            for tick, group in zip(ticks, people["group"][place], strict=True)
        ]
    )
    return (
        np.concatenate([people["id"][starters], entered["customer"]]),
        np.concatenate([np.zeros(starters.sum()), entered["hour"]]),
        np.concatenate([people["period_price"][starters] * running, people["period_price"][place] * levels]),
    )
