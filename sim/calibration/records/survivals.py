"""A survival table: a row per period with the customers, or the share, still there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.records.columns import plain
from sim.calibration.records.contracts import PERIODS, Contracts, ends_noted, period_days, period_names
from sim.calibration.records.form import form_of
from sim.calibration.records.known_columns import SURVIVAL
from sim.calibration.records.options import Options
from sim.calibration.records.orders import LEAST
from sim.calibration.records.reader import read_table
from sim.calibration.records.table import Table
from sim.world.errors import ConfigurationError

Floats = NDArray[np.float64]
COHORT = 1000
"""Customers behind a survival table of shares where nobody says."""


def survival_rows(path: Path, options: Options, *, later: bool = False) -> tuple[Table, Floats, Floats]:
    """Read the rows of a survival table: how it was read, numbers of the periods, what is left after each.

    Parameters
    ----------
    path, options
        The file and how it is to be read.
    later
        Whether it may begin with any period, for it goes on where another one has ended.

    Raises
    ------
    ConfigurationError
        If it is no such table, rises, or leaves out a period.
    """
    form = form_of(path, options.encoding, options.separator)
    chosen = dict(options.columns)
    others = [name for name in form.columns if plain(name) not in period_names()]
    if "alive" not in chosen and len(others) == 1:
        chosen["alive"] = others[0]
    table = read_table(path, SURVIVAL, replace(options, columns=chosen), "survival")
    order = np.argsort(table.data["period"], kind="stable")
    numbers, alive, rows = table.data["period"][order], table.data["alive"][order], table.rows[order]
    if len(alive) < (1 if later else 2) or alive[0] <= 0.0:
        problem = "has nobody left" if later else "needs two periods, and somebody in the first"
        raise ConfigurationError(str(path), problem, "see columns.alive=…")
    first = float(numbers[0])
    begins = first in (0.0, 1.0) or (later and first >= 0.0 and first.is_integer())
    wrong = np.flatnonzero(numbers != np.arange(len(numbers)) + (first if begins else 0.0))
    if len(wrong):
        raise ConfigurationError(
            str(path),
            f"row {rows[wrong[0]]}: periods do not run on{'' if later else ' from 0 or 1'}, one by one",
            f"see column '{table.mapped.columns['period']}'",
        )
    if (alive < 0.0).any():
        row = rows[np.flatnonzero(alive < 0.0)[0]]
        raise ConfigurationError(str(path), f"row {row}: fewer than 0 are left", "numbers from 0")
    for row, before, after in zip(rows[1:], alive[:-1], alive[1:], strict=True):
        if after > before:
            raise ConfigurationError(
                str(path),
                f"row {row}: {after:g} are left after {before:g}",
                "nobody comes back in a survival table",
            )
    return table, numbers, alive


def survival_period(table: Table, options: Options) -> tuple[float, Table]:
    """Return the days of a period, and the table with a note where that is a guess."""
    if options.period is not None:
        return period_days(options.period), table
    words = plain(table.mapped.columns["period"]).split()
    said = next((one for one in PERIODS if one in words), "year")
    return PERIODS[said], table.noted(f"a period is taken for a {said}; period=… says otherwise")


def read_survival(path: Path, options: Options) -> Contracts:
    """Read a survival table: a row per period with the customers, or the share, still there.

    Raises
    ------
    ConfigurationError
        If it is no such table, rises, or leaves out a period.
    """
    table, numbers, alive = survival_rows(path, options)
    shares = alive[0] in (1.0, 100.0) or alive[0] < LEAST or bool((alive % 1.0 != 0.0).any())
    if shares:
        size = options.cohort or COHORT
        whole = 100.0 if alive.max() > 1.0 else 1.0
        alive = alive / (alive[0] if numbers[0] == 0.0 else whole) * size
        if options.cohort is None:
            table = table.noted(f"shares are taken to be of {COHORT:,} customers; cohort=… says of how many")
    elif options.cohort is not None and numbers[0] == 0.0 and options.cohort != alive[0]:
        raise ConfigurationError(
            "cohort", f"is {options.cohort}, but the table begins with {alive[0]:g}", "leave it out"
        )
    if numbers[0] == 1.0 and (shares or options.cohort):
        alive = np.concatenate([[float(options.cohort or COHORT)], alive])
    period, table = survival_period(table, options)
    lost = alive[:-1] - alive[1:]
    periods = len(lost)
    found = Contracts(
        table=table,
        period=period,
        renewals=np.append(np.arange(1.0, periods + 1.0), float(periods)),
        ended=np.append(np.ones(periods, dtype=bool), False),
        phase=np.append(np.full(periods, np.nan), 0.0),
        count=np.append(lost, alive[-1]),
        plan=np.zeros(periods + 1, dtype=np.int64),
        plans=("everyone",),
        years=np.full(periods + 1, np.nan),
    )
    return ends_noted(found)
