"""A contract table, a row per contract."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.records.columns import plain
from sim.calibration.records.known_columns import CONTRACTS, SURVIVAL
from sim.calibration.records.names import plain_names
from sim.calibration.records.options import Options
from sim.calibration.records.orders import LEAST, day_of, shown_day, today
from sim.calibration.records.reader import read_table
from sim.calibration.records.table import Table
from sim.world.errors import ConfigurationError
from sim.world.scenario import DAYS_PER_YEAR

Floats = NDArray[np.float64]
PERIODS = {"week": 7.0, "month": DAYS_PER_YEAR / 12.0, "quarter": DAYS_PER_YEAR / 4.0, "year": DAYS_PER_YEAR}
"""Days of a period by name."""
SHORTEST, LONGEST = 7.0, 1095.0
ON_TIME = 0.1
"""How far from a renewal, as a share of the period, an end may lie to count as at the renewal."""
MOST_PLANS = 6


@dataclass(frozen=True)
class Contracts:
    """Contracts, counted in renewals.

    Parameters
    ----------
    table
        How it was read.
    period
        Days from renewal to renewal.
    renewals
        By contract: renewals so far, the one at which it ended included.
    ended
        Whether it has ended.
    phase
        Days since the last renewal, of contracts that go on; NaN for others.
    count
        Contracts that a row stands for: 1, but in a survival table.
    plan
        Code of the plan; names stand in `plans`.
    plans
        Names of the plans, fit for a scenario.
    years
        Years under contract that were watched, by row; NaN where not known.
    end
        Last day of the observation, as days since 1970; NaN where the table has no dates.
    """

    table: Table
    period: float
    renewals: Floats = field(repr=False)
    ended: NDArray[np.bool_] = field(repr=False)
    phase: Floats = field(repr=False)
    count: Floats = field(repr=False)
    plan: NDArray[np.int64] = field(repr=False)
    plans: tuple[str, ...]
    years: Floats = field(repr=False)
    end: float = float("nan")


def period_days(value: str | float) -> float:
    """Return the length of a period in days.

    Raises
    ------
    ConfigurationError
        If it is neither known nor within what the simulator knows.
    """
    if isinstance(value, str) and value in PERIODS:
        return PERIODS[value]
    try:
        days = float(value)
    except ValueError:
        days = np.nan
    if not SHORTEST <= days <= LONGEST:
        raise ConfigurationError(
            "period", f"'{value}' is no period", f"{', '.join(PERIODS)}, or {SHORTEST:g} to {LONGEST:g} days"
        )
    return days


def read_contracts(path: Path, options: Options) -> Contracts:
    """Read a contract table: with dates, or with how many periods each has lasted.

    Raises
    ------
    ConfigurationError
        If it is no such table, or too little of it can be used.
    """
    table = _without_odd_values(read_table(path, CONTRACTS, options, "contracts"))
    if table.has("start"):
        found = _dated(table, options)
    elif table.has("tenure"):
        found = _counted(table, options)
    elif _by_period(table):
        raise ConfigurationError(
            "contracts", f"'{path}' looks like a survival table, a row per period", f"survival={path}"
        )
    else:
        raise ConfigurationError(
            "columns.start",
            f"'{path}' says neither when contracts began nor how long they have lasted",
            f"name a column: columns.start=… or columns.tenure=… of {', '.join(table.form.columns[:15])}",
        )
    number = len(found.renewals)
    if number < LEAST:
        word = "contract" if number == 1 else "contracts"
        raise ConfigurationError(
            str(path), f"holds {number} {word}", f"nothing can be said of fewer than {LEAST}"
        )
    return ends_noted(found)


def _by_period(table: Table) -> bool:
    """Return whether one of two columns is named like a number of the period."""
    return len(table.form.columns) == 2 and any(plain(name) in period_names() for name in table.form.columns)


def period_names() -> set[str]:
    """Return how a column may be called that numbers the periods of a survival table."""
    return {plain(name) for item in SURVIVAL if item.name == "period" for name in (*item.synonyms, item.name)}


def ends_noted(found: Contracts) -> Contracts:
    """Return contracts with a note where none has ended, or all have."""
    lost, left = float(found.count[found.ended].sum()), float(found.count[~found.ended].sum())
    if lost == 0.0:
        line = "no contract has ended: how soon customers leave stays open"
    elif left == 0.0:
        line = "every contract has ended: nobody is left to forecast, and nothing is known beyond the longest"
    else:
        return found
    return replace(found, table=found.table.noted(line))


def _without_odd_values(table: Table) -> Table:
    """Return the table without prices and complaints that cannot be."""
    if table.has("price"):
        table = table.blanked("price", table.data["price"] < 0.0, "a negative price")
        table = table.blanked("price", table.data["price"] == 0.0, "a price of 0 says nothing of prices")
    if table.has("complaints"):
        negative = table.data["complaints"] < 0.0
        table = table.blanked("complaints", negative, "a negative number of complaints")
    return table


def _dated(table: Table, options: Options) -> Contracts:
    """Return contracts of a table of dates."""
    starts = table.data["start"]
    if not table.has("end") and not table.has("active") and not table.has("churned"):
        raise ConfigurationError(
            "columns.end", "nothing says which contracts have ended", "name the column: columns.end=…"
        )
    table = table.without(np.isnan(starts), "no date of the start")
    if options.end is not None:
        last = day_of(options.end, "end")
    else:
        known = [table.data[name] for name in ("start", "end") if table.has(name)]
        days = np.concatenate(known)
        days = days[np.isfinite(days) & (days < today() + 1.0)]
        if len(days) == 0:
            raise ConfigurationError("end", "no date lies in the past", "see dates=… and end=…")
        last = float(np.floor(days.max()))
        table = table.noted(f"observed until the last date, {shown_day(last)}; end=… says otherwise")
    when = f"the end of the observation, {shown_day(last)}"
    table = table.without(table.data["start"] >= last + 1.0, f"began after {when}")
    if options.start is not None:
        first = day_of(options.start, "start")
        reason = f"began before the start of the observation, {shown_day(first)}"
        table = table.without(table.data["start"] < first, reason)
    nothing = np.full(len(table.rows), np.nan)
    ends = table.data.get("end", nothing)
    table = table.without(ends < np.floor(table.data["start"]), "ends before it starts")
    ends = table.data.get("end", np.full(len(table.rows), np.nan))
    later = ends >= last + 1.0
    if later.any():
        table = table.noted(f"{int(later.sum()):,} contracts end after {when}: they count as going on")
    ended = np.isfinite(ends) & ~later
    going = _going(table)
    clash = ended & (going == 1.0)
    table, ended, ends = _drop(table, clash, "has an end and is said to go on", ended, ends)
    going = _going(table)
    lost = ~ended & (going == 0.0) & ~(ends >= last + 1.0)
    table, ended, ends = _drop(table, lost, "is said to have ended, without a date", ended, ends)
    starts = table.data["start"]
    table, ended, ends, starts = _without_repeats(table, options, ended, ends, starts)
    until = np.where(ended, ends, last)
    period, line = _period(options, starts[ended], ends[ended])
    lasted = periods_between(starts, until, period)
    found = replace(_renewals(table.noted(line), period, lasted, ended), end=last)
    off = np.abs(lasted[ended] - np.round(lasted[ended])) > ON_TIME
    if ended.any() and off.mean() > 0.2:
        found = replace(found, table=found.table.noted(
            f"{100.0 * off.mean():.0f} % of the ends lie between two renewals: they count at the "
            "nearest, from the first on"
        ))  # fmt: skip
    return found


def _going(table: Table) -> Floats:
    """Return 1 where a contract is said to go on, 0 where to have ended, NaN where nothing is said."""
    if table.has("active"):
        return table.data["active"]
    if table.has("churned"):
        return 1.0 - table.data["churned"]
    return np.full(len(table.rows), np.nan)


def _drop(
    table: Table, bad: NDArray[np.bool_], reason: str, ended: NDArray[np.bool_], ends: Floats
) -> tuple[Table, NDArray[np.bool_], Floats]:
    return table.without(bad, reason), ended[~bad], ends[~bad]


def _without_repeats(
    table: Table, options: Options, ended: NDArray[np.bool_], ends: Floats, starts: Floats
) -> tuple[Table, NDArray[np.bool_], Floats, Floats]:
    import pandas as pd

    if options.duplicates == "keep" or not table.has("customer"):
        return table, ended, ends, starts
    again = pd.DataFrame(table.data).duplicated().to_numpy()
    reason = "repeats an earlier row in all that is read; duplicates=keep counts it"
    return table.without(again, reason), ended[~again], ends[~again], starts[~again]


def periods_between(starts: Floats, ends: Floats, period: float) -> Floats:
    """Return how many periods lie between days; months, quarters and years are those of the calendar."""
    name = next((name for name, days in PERIODS.items() if days == period), "")
    months = {"month": 1.0, "quarter": 3.0, "year": 12.0}.get(name)
    if months is None:
        return np.asarray((np.floor(ends) - np.floor(starts)) / period)
    first, last = (np.floor(days).astype(np.int64).astype("datetime64[D]") for days in (starts, ends))
    whole = (last.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    day = first - first.astype("datetime64[M]").astype("datetime64[D]")

    def anniversary(number: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """Return the day some months after the start, or the last of that month."""
        month = first.astype("datetime64[M]") + number
        end = (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
        return np.asarray(np.minimum(month.astype("datetime64[D]") + day, end))

    whole = np.where(anniversary(whole) > last, whole - 1, whole)
    since, ahead = anniversary(whole), anniversary(whole + 1)
    part = (last - since).astype(np.float64) / (ahead - since).astype(np.float64)
    return np.asarray((whole + part) / months)


def _period(options: Options, starts: Floats, ends: Floats) -> tuple[float, str]:
    """Return the days of a period, as asked for or as the ends suggest, and what to say of it."""
    if options.period is not None:
        days = period_days(options.period)
        return days, f"contracts are renewed every {days:.4g} days"
    for name in ("year", "quarter", "month", "week"):
        parts = periods_between(starts, ends, PERIODS[name])
        near = (np.abs(parts - np.round(parts)) <= ON_TIME) & (parts > 0.5)
        if len(parts) >= LEAST and near.mean() >= 0.8:
            told = f"contracts seem to be renewed every {name} (guessed from ends; period=… says otherwise)"
            return PERIODS[name], told
    return PERIODS["month"], "contracts are taken to be renewed every month; period=… says otherwise"


def _counted(table: Table, options: Options) -> Contracts:
    """Return contracts of a table that says how many periods each has lasted."""
    if not table.has("churned") and not table.has("active"):
        raise ConfigurationError(
            "columns.churned", "nothing says which contracts have ended", "name the column: columns.churned=…"
        )
    lasted = table.data["tenure"]
    table = table.without(np.isnan(lasted) | (lasted < 0.0), "no number of periods from 0")
    going = _going(table)
    table = table.without(np.isnan(going), "nothing says whether it has ended")
    going = _going(table)
    if options.period is not None:
        period = period_days(options.period)
        line = f"a period is {period:.4g} days"
    else:
        words = plain(table.mapped.columns["tenure"]).split()
        name = next((name for name in PERIODS if name in words or f"{name}s" in words), "month")
        period, line = PERIODS[name], f"a period is taken for a {name}; period=… says otherwise"
    return _renewals(table.noted(line), period, table.data["tenure"], going == 0.0)


def _renewals(table: Table, period: float, lasted: Floats, ended: NDArray[np.bool_]) -> Contracts:
    """Return contracts from how long they lasted in periods: ends fall on the nearest renewal."""
    renewals = np.where(ended, np.maximum(np.round(lasted), 1.0), np.floor(lasted + 1e-9))
    phase = np.where(ended, np.nan, np.clip((lasted - renewals) * period, 0.0, period))
    plan, plans, table = _plans(table)
    return Contracts(
        table,
        period,
        renewals,
        ended,
        phase,
        np.ones(len(renewals)),
        plan,
        plans,
        lasted * period / DAYS_PER_YEAR,
    )


def _plans(table: Table) -> tuple[NDArray[np.int64], tuple[str, ...], Table]:
    """Return the plan of each contract; beyond the most frequent ones they count as one."""
    if not table.has("plan"):
        return np.zeros(len(table.rows), dtype=np.int64), ("everyone",), table
    codes = table.data["plan"].astype(np.int64)
    counts = np.bincount(codes[codes >= 0], minlength=len(table.names["plan"]))
    order = np.argsort(-counts, kind="stable")
    kept = [int(code) for code in order if counts[code] > 0]
    most = MOST_PLANS if len(kept) <= MOST_PLANS and (codes >= 0).all() else MOST_PLANS - 1
    place = {code: number for number, code in enumerate(kept[:most])}
    plan = np.array([place.get(code, len(place)) for code in range(len(counts))] + [len(place)])[codes]
    names = [table.names["plan"][code] for code in kept[:most]]
    rest = len(kept) - most
    if (plan == len(place)).any():
        names.append("other")
        table = table.noted(f"{max(rest, 0)} rare plans, or none, count as 'other'")
    return plan.astype(np.int64), plain_names(names), table
