"""A forecast as text."""

import math
from typing import TYPE_CHECKING, Any

from sim.calibration.forecast.result import ASSUMED, TOTAL, Forecast
from sim.language.words import NOTHING, Words, words
from sim.report.text import aligned

if TYPE_CHECKING:
    import pandas as pd

SHARES = ("buyers", "survival", "complaint_rate", "csat")
"""Quantities that are shown in percent."""
BY_FREQUENCY = "by_frequency"
LONGEST = 26
"""Periods that are shown; files hold them all."""


def quantity_name(name: str, found: Forecast, said: Words) -> str:
    """Return what a quantity is called."""
    return said.text(f"forecast.quantity.{name}", currency=found.scenario.economics.currency)


def forecast_table(found: Forecast, said: Words | None = None) -> str:
    """Return the forecast by period and by past frequency, the closed form's beside it, and what happened.

    Parameters
    ----------
    found
        The forecast.
    said
        The words of a language; English where they are left out.
    """
    said = said or words("en")
    table = found.summary()
    parts = [
        said.text(
            "forecast.title",
            name=found.scenario.name,
            customers=said.number(found.customers),
            periods=found.periods,
            days=f"{found.period:.4g}".replace(".", said.decimal),
            worlds=found.worlds,
        ),
        f"{said.text('forecast.by_period')}:",
    ]
    for name in found.simulated:
        rows = table[table["quantity"] == name]
        if name == BY_FREQUENCY or rows["mean"].isna().all():
            continue
        head = quantity_name(name, found, said)
        if name in ASSUMED:
            rows = rows.iloc[[0, len(rows) - 1]] if len(rows) > 2 else rows
            head += f" ({said.text('forecast.assumed')})"
        parts.append(f"{head}\n{_periods(found, rows, name, said)}")
    if BY_FREQUENCY in found.simulated:
        rows = table[table["quantity"] == BY_FREQUENCY]
        head = said.text("forecast.frequency", periods=found.periods)
        parts.append(f"{head}\n{_groups(found, rows, said)}")
    if found.under:
        parts.append(said.text("forecast.paired", strategy=said.name(found.strategy)))
    parts.append(_verdict(found, said))
    return "\n\n".join(parts)


def _periods(found: Forecast, rows: "pd.DataFrame", name: str, said: Words) -> str:
    closed, happened = rows["closed"].notna().any(), rows["actual"].notna().any()
    cohort = name == "survival" and not math.isnan(found.cohort)
    keys = ["period", "simulated", *(["closed"] if closed else []), *(["actual"] if happened else [])]
    keys += ["cohort"] if cohort else []
    cells = [_head(found, keys, said)]
    shown = rows if len(rows) <= LONGEST else rows.iloc[[*range(LONGEST - 2), -2, -1]]
    for _, row in shown.iterrows():
        factor = 100.0 if name in SHARES else 1.0
        digits = 1 if name in SHARES else _digits(rows["mean"].abs().max())
        label = said.text("forecast.total") if row["period"] == TOTAL else row["period"]
        line = [label, _interval(row, "", factor, digits, said)]
        line += [_interval(row, "closed", factor, digits, said)] if closed else []
        line += [said.number(factor * row["actual"], digits)] if happened else []
        line += [said.number(factor * found.cohort * row["mean"], digits)] if cohort else []
        line += _under(found, row, factor, digits, said)
        cells.append(line)
    return aligned(cells, head=True, numbers=True)


def _digits(most: float) -> int:
    return 0 if not most < 100.0 else 1 if most >= 10.0 else 2


def _interval(row: Any, prefix: str, factor: float, digits: int, said: Words) -> str:
    mean, low, high = (
        (row["mean"], row["low"], row["high"])
        if not prefix
        else (row["closed"], row["closed_low"], row["closed_high"])
    )
    if math.isnan(mean):
        return NOTHING
    comma = ";" if said.decimal == "," else ","
    numbers = [said.number(factor * value, digits) for value in (mean, low, high)]
    return f"{numbers[0]} [{numbers[1]}{comma} {numbers[2]}]"


def _groups(found: Forecast, rows: "pd.DataFrame", said: Words) -> str:
    happened = rows["actual"].notna().any()
    keys = ["frequency", "customers", "simulated", "closed", *(["actual"] if happened else [])]
    cells = [_head(found, keys, said)]
    for (_, row), size in zip(rows.iterrows(), found.groups, strict=True):
        line = [row["period"], said.number(size), _interval(row, "", 1.0, 2, said)]
        line.append(_interval(row, "closed", 1.0, 2, said))
        line += [said.number(row["actual"], 2)] if happened else []
        line += _under(found, row, 1.0, 2, said)
        cells.append(line)
    return aligned(cells, head=True, numbers=True)


def _head(found: Forecast, keys: list[str], said: Words) -> list[str]:
    """Return the heads of columns, those of a strategy last."""
    keys = [*keys, "under", "difference"] if found.under else keys
    strategy = said.name(found.strategy) if found.under else ""
    return [said.text(f"forecast.head.{key}", form=found.closed_name, strategy=strategy) for key in keys]


def _under(found: Forecast, row: Any, factor: float, digits: int, said: Words) -> list[str]:
    """Return what a strategy gives, and its difference to the baseline with the interval."""
    if not found.under:
        return []
    if math.isnan(row["strategy"]):
        return [NOTHING, NOTHING]
    finer = max(digits, 2) if factor > 1.0 else digits
    parts = ("difference", "difference_low", "difference_high")
    mean, low, high = (factor * row[part] for part in parts)
    return [said.number(factor * row["strategy"], digits), said.interval((mean, low, high), finer)]


def _verdict(found: Forecast, said: Words) -> str:
    if found.holdout is None:
        return said.text("forecast.no_holdout")
    lines = [*map(said.sentence, found.holdout.lines), f"{said.text('forecast.errors')}:"]
    for _, row in found.errors().iterrows():
        name = str(row["quantity"])
        factor = 100.0 if name in SHARES else 1.0
        key = "error_alone" if math.isnan(row["closed_error"]) else "error_line"
        simulated, closed = (
            f"{factor * row[part]:.4g}".replace(".", said.decimal)
            for part in ("simulated_error", "closed_error")
        )
        lines.append(
            "  "
            + said.text(
                f"forecast.{key}",
                quantity=quantity_name(name, found, said),
                simulated=simulated,
                closed=closed,
                form=found.closed_name,
                inside=said.number(100.0 * row["inside"]),
            )
        )
    worse = [quantity_name(name, found, said) for name in found.worse()]
    if worse:
        lines.append(said.text("forecast.worse", form=found.closed_name, quantities="; ".join(worse)))
    elif found.errors()["closed_error"].notna().any():
        lines.append(said.text("forecast.not_worse", form=found.closed_name))
    return "\n".join(lines)
