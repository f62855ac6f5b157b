"""What has really happened since: a later file of the same shape, counted as the forecast is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.forecast.simulated import GROUPS
from sim.calibration.posterior import Posterior
from sim.calibration.records.contracts import read_contracts
from sim.calibration.records.options import Options
from sim.calibration.records.orders import Orders, read_orders, shown_day
from sim.calibration.records.survivals import survival_period, survival_rows
from sim.world.errors import ConfigurationError

Floats = NDArray[np.float64]
ROUNDING = 1.5
"""Days by which times of two summaries may be rounded."""
NOT_LATER = ("start", "end")
"""Options of the calibration that do not go for a later file."""


@dataclass(frozen=True)
class Holdout:
    """What has happened.

    Parameters
    ----------
    counted
        By quantity, a value per period or group; NaN where the file does not reach.
    lines
        How the file was read.
    totals
        By quantity, what there was in all where single periods are not known.
    """

    counted: Mapping[str, Floats] = field(repr=False)
    lines: tuple[str, ...]
    totals: Mapping[str, float] = field(default_factory=dict)


def later_options(posterior: Posterior, given: Mapping[str, Any]) -> Options:
    """Return how a later file is to be read: as the one of the calibration, unless said otherwise."""
    known = {item.name for item in fields(Options)}
    before = {key: value for key, value in posterior.manifest.get("options", {}).items() if key in known}
    before = {key: value for key, value in before.items() if key not in NOT_LATER}
    return Options(**{**before, **given})


def read_holdout(path: Path, posterior: Posterior, period: float, periods: int, options: Options) -> Holdout:
    """Count in a later file what is forecast.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, or holds nothing of the time after the calibration.
    """
    record = posterior.manifest
    if record.get("route") == "orders":
        return _orders(path, posterior, period, periods, options)
    if "survival" in record.get("data", {}):
        return _survival(path, posterior, period, periods, options)
    return _contracts(path, posterior, period, periods, options)


def _end(posterior: Posterior) -> float:
    end = posterior.manifest.get("end_day")
    if end is None:
        raise ConfigurationError(
            "holdout",
            "the calibration was from a file without dates",
            "give a later summary by customer, or calibrate from a file with dates",
        )
    return float(end)


def _orders(path: Path, posterior: Posterior, period: float, periods: int, options: Options) -> Holdout:
    assert posterior.histories is not None
    found = read_orders(path, options)
    if found.summary:
        return _summary(path, found, posterior, period * periods, periods)
    end = _end(posterior)
    keys = found.customers["key"].to_numpy()
    owners = np.sort(found.occasions["customer"].unique())
    key_of = dict(zip(owners.tolist(), keys.tolist(), strict=True))
    who = found.occasions["customer"].map(key_of).to_numpy()
    when = found.occasions["day"].to_numpy(dtype=np.float64) - end
    ahead = (when > 0.0) & (when <= period * periods)
    histories = posterior.histories.set_index("key")["frequency"]
    ours = np.isin(who, histories.index.to_numpy())
    if not (ahead & ours).any():
        raise ConfigurationError(
            "holdout",
            f"'{path}' has no order of the customers after {shown_day(end)}",
            "give a log that goes on beyond the calibration",
        )
    seen = found.end - end
    place = np.minimum(np.ceil(when / period).astype(np.int64) - 1, periods - 1)
    used = ahead & ours
    reached = period * (np.arange(periods) + 1.0) <= seen + 1e-9
    orders = np.bincount(place[used], minlength=periods).astype(np.float64)
    buyers = np.array([len(np.unique(who[used & (place == number)])) for number in range(periods)])
    values = {
        "orders": np.where(reached, orders, np.nan),
        "buyers": np.where(reached, buyers / len(histories), np.nan),
    }
    lines = [
        f"held back: {path}, {int(used.sum()):,} orders of {len(histories):,} customers "
        f"after {shown_day(end)}"
    ]
    if found.table.has("amount"):
        paid = np.nan_to_num(found.occasions["amount"].to_numpy(dtype=np.float64))
        values["revenue"] = np.where(
            reached, np.bincount(place[used], weights=paid[used], minlength=periods), np.nan
        )
    others = int((ahead & ~ours).sum())
    if others:
        lines.append(
            f"{others:,} later orders are of customers whom the calibration did not know: not counted"
        )
    if reached.all():
        counts = np.unique(who[used], return_counts=True)
        later = dict(zip(counts[0].tolist(), counts[1].tolist(), strict=True))
        number = np.array([later.get(key, 0) for key in histories.index.tolist()], dtype=np.float64)
        group = np.minimum(histories.to_numpy(), GROUPS - 1).astype(np.int64)
        with np.errstate(invalid="ignore"):
            values["by_frequency"] = np.bincount(group, weights=number, minlength=GROUPS) / np.bincount(
                group, minlength=GROUPS
            )
    else:
        lines.append(
            f"the file ends {seen:.0f} days after the calibration: later periods are not held against it"
        )
    return Holdout(values, tuple(lines))


def _summary(path: Path, found: Orders, posterior: Posterior, days: float, periods: int) -> Holdout:
    """Count what customers ordered between two summaries of them."""
    assert posterior.histories is not None
    before = posterior.histories.set_index("key")
    after = found.customers.set_index("key")
    both = before.index.intersection(after.index)
    if not found.table.has("customer") or len(both) == 0:
        raise ConfigurationError(
            "holdout", f"'{path}' names none of the customers", "give both summaries a column with customers"
        )
    old, new = before.loc[both], after.loc[both]
    elapsed = (new["age"] - old["age"]).to_numpy()
    middle = float(np.median(elapsed))
    if np.abs(elapsed - middle).max() > ROUNDING or abs(middle - days) > ROUNDING:
        raise ConfigurationError(
            "holdout",
            f"'{path}' is {elapsed.min():.0f} to {elapsed.max():.0f} days later, "
            f"the forecast goes {days:.0f}",
            "a summary of the same customers at the end of the forecast; see horizon=… and period=…",
        )
    number = (new["frequency"] - old["frequency"]).to_numpy()
    if (number < 0.0).any():
        raise ConfigurationError(
            "holdout",
            f"{int((number < 0.0).sum())} customers of '{path}' have fewer orders than before",
            "give a later summary of the same customers",
        )
    group = np.minimum(old["frequency"].to_numpy(), GROUPS - 1).astype(np.int64)
    sizes = np.bincount(group, minlength=GROUPS)
    with np.errstate(invalid="ignore"):
        by_frequency = np.bincount(group, weights=number, minlength=GROUPS) / sizes
    count = int(number.sum())
    lines = [
        f"held back: {path}, a summary {middle:.0f} days later, {count:,} orders of {len(both):,} customers"
    ]
    totals = {}
    if len(both) < len(before):
        missing = len(before) - len(both)
        lines.append(f"{missing:,} customers do not stand in it: orders in all are not held against it")
    else:
        totals = {"orders": float(count)}
    return Holdout({"by_frequency": by_frequency}, tuple(lines), totals)


def _survival(path: Path, posterior: Posterior, period: float, periods: int, options: Options) -> Holdout:
    assert posterior.histories is not None
    now = int(posterior.histories["renewals"].iloc[0])
    table, numbers, alive = survival_rows(path, options, later=True)
    days, _ = survival_period(table, options)
    if abs(days - float(posterior.manifest["period_days"])) > 1e-6 or abs(days - period) > 1e-6:
        raise ConfigurationError("holdout", "has other periods than the forecast", "period=… as in the table")
    first = int(numbers[0])
    if numbers[-1] <= now:
        raise ConfigurationError(
            "holdout", f"'{path}' does not go beyond period {now}", "give a longer table"
        )
    if first > now + 1:
        raise ConfigurationError(
            "holdout", f"'{path}' begins with period {first}", f"a table that goes on from period {now + 1}"
        )
    base = float(alive[now - first]) if first <= now else _left_before(posterior, now, alive)
    known = alive[now + 1 - first :][:periods]
    if base < known[0]:
        raise ConfigurationError(
            "holdout",
            f"'{path}' has {known[0]:g} left after {base:g} in period {now}",
            "nobody comes back in a survival table; is it of the same customers, in the same unit?",
        )
    values = np.full(periods, np.nan)
    values[: len(known)] = known / base
    return Holdout({"survival": values}, (f"held back: {path}, periods {now + 1} to {now + len(known)}",))


def _left_before(posterior: Posterior, now: int, later: Floats) -> float:
    """Return how many were left where the calibration ended, in the unit of a table that goes on."""
    assert posterior.histories is not None
    share = next(item.value for item in posterior.statistics if item.name == f"contracts.survival.{now}")
    left = float(posterior.histories["count"].iloc[0])
    if later.max() <= 1.0:
        return share
    return 100.0 * share if later.max() <= 100.0 < left / share else left


def _contracts(path: Path, posterior: Posterior, period: float, periods: int, options: Options) -> Holdout:
    end = _end(posterior)
    found = read_contracts(path, options)
    if not found.table.has("start"):
        raise ConfigurationError(
            "holdout", f"'{path}' has no dates", "give the later contract table with dates"
        )
    starts = np.floor(found.table.data["start"])
    nothing = np.full(len(starts), np.inf)
    ends = np.where(found.ended, found.table.data.get("end", nothing), np.inf)
    ours = (starts <= end) & (ends > end)
    if not ours.any() or found.end <= end:
        raise ConfigurationError(
            "holdout",
            f"'{path}' does not go beyond {shown_day(end)}",
            "give a later table of the same contracts",
        )
    reached = end + period * (np.arange(periods) + 1.0)
    left = np.array([float((ends[ours] > day).mean()) for day in reached])
    values = np.where(reached <= found.end, left, np.nan)
    line = f"held back: {path}, {int(ours.sum()):,} contracts that went on at {shown_day(end)}"
    return Holdout({"survival": values}, (line,))
