"""What was read of a file: numbers by column, and what was left out and why.

Numbers of rows are those of a spreadsheet: the names stand in row 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.calibration.records.columns import Mapped
from sim.calibration.records.form import Form

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHOWN = 5
"""Rows that are named for each reason."""


@dataclass(frozen=True)
class LeftOut:
    """Rows of which nothing is made, or a value that is not.

    Parameters
    ----------
    reason
        Why.
    count
        How many.
    rows
        Numbers of the first of them.
    whole
        Whether the row is left out; else only the value.
    """

    reason: str
    count: int
    rows: tuple[int, ...]
    whole: bool = True

    def told(self) -> str:
        """Return it in a line."""
        places = ", ".join(f"{row:,}" for row in self.rows) + (", …" if self.count > len(self.rows) else "")
        what = ("row" if self.whole else "value") + ("s" if self.count != 1 else "")
        rows = f"row{'s' if self.count != 1 else ''} {places}"
        return f"{self.count:,} {what} {'left out' if self.whole else 'not used'}: {self.reason} ({rows})"


@dataclass(frozen=True)
class Table:
    """What was read of a file.

    Parameters
    ----------
    form, mapped
        What file it is, and which of its columns were read.
    data
        By name of the column, a number a row: days since 1970, flags as 0 and 1, texts as codes.
    names
        By name of a column of texts, what the codes stand for; -1 is nothing.
    rows
        The number of each row in the file.
    read
        Rows of the file.
    left_out
        What nothing is made of.
    notes
        What else is to be known of the reading, a line each.
    timed
        Names of the columns of dates that have times of day.
    digest
        SHA-256 of the file.
    """

    form: Form
    mapped: Mapped
    data: Mapping[str, Floats] = field(repr=False)
    names: Mapping[str, Sequence[str]] = field(repr=False)
    rows: NDArray[np.int64] = field(repr=False)
    read: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    timed: frozenset[str]
    digest: str

    def has(self, name: str) -> bool:
        """Return whether a column was found."""
        return name in self.data

    def without(self, bad: Flags, reason: str) -> "Table":
        """Return the table without some rows, which are counted."""
        if not bad.any():
            return self
        item = LeftOut(reason, int(bad.sum()), tuple(int(row) for row in self.rows[bad][:SHOWN]))
        kept = {name: column[~bad] for name, column in self.data.items()}
        return replace(self, data=kept, rows=self.rows[~bad], left_out=(*self.left_out, item))

    def blanked(self, name: str, bad: Flags, reason: str) -> "Table":
        """Return the table with some values of a column taken as missing, which are counted."""
        if not bad.any():
            return self
        rows = tuple(int(row) for row in self.rows[bad][:SHOWN])
        column = np.where(bad, np.nan, self.data[name])
        item = LeftOut(reason, int(bad.sum()), rows, whole=False)
        return replace(self, data={**self.data, name: column}, left_out=(*self.left_out, item))

    def noted(self, *lines: str) -> "Table":
        """Return the table with further notes."""
        return replace(self, notes=(*self.notes, *lines))

    def summary(self) -> str:
        """Return what file it is and how many of its rows are used, in a line."""
        used = len(self.rows)
        return f"{self.form.path}: {self.form.told()}, {self.read:,} rows, {used:,} of them used"

    def told(self) -> list[str]:
        """Return what was read, a line each."""
        lines = [self.summary()]
        lines.append(f"columns: {self.mapped.told()}")
        lines += [item.told() for item in self.left_out]
        return [*lines, *self.notes]
