"""Read the columns that are wanted of a file, block by block, and count what cannot be read.

Only these columns are held, as numbers: some forty bytes a row, however long the file.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.records.columns import Mapped, Wanted, mapped
from sim.calibration.records.form import ENCODINGS, SEPARATORS, Form, chunks, form_of, packed
from sim.calibration.records.options import Options
from sim.calibration.records.table import SHOWN, LeftOut, Table
from sim.calibration.records.values import (
    DateForm,
    date_form,
    dates,
    decimal_comma,
    flags,
    numbers,
    texts,
    typed_values,
)
from sim.world.errors import ConfigurationError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BLOCK = 1 << 24
MOST_ROWS = 20_000_000
"""Rows that fit into a few gigabytes of memory."""


def read_table(path: Path, wanted: Sequence[Wanted], options: Options, route: str) -> Table:
    """Read a file.

    Parameters
    ----------
    path
        CSV or Parquet.
    wanted
        The columns that the route can use.
    options
        What the user says of the file.
    route
        Name of the route, for messages.

    Raises
    ------
    ConfigurationError
        If it is no table, a required column is missing, or dates cannot be understood.
    """
    form = form_of(path, options.encoding, options.separator)
    columns = mapped(form, wanted, options.columns, route)
    reader = _Reader(form, columns, options)
    damaged: list[int] = []
    for block in _blocks(form, list(columns.columns.values()), damaged):
        reader.add(block)
    return reader.table(damaged, _digest(path))


def _blocks(form: Form, names: list[str], damaged: list[int]) -> Iterator[Any]:
    """Yield the columns block by block, as Arrow tables; numbers of rows that cannot be parted are noted."""
    import pyarrow
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    try:
        if form.parquet:
            yield from parquet.ParquetFile(form.path).iter_batches(columns=names, batch_size=1 << 18)
            return

        def skip(row: Any) -> str:
            damaged.append(int(row.number))
            return "skip"

        stream = pyarrow.input_stream(str(form.path), compression="gzip" if packed(form.path) else None)
        with arrow_csv.open_csv(
            stream,
            arrow_csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK,
                encoding=ENCODINGS[form.encoding],
                column_names=list(form.columns),
                skip_rows=1,
            ),
            arrow_csv.ParseOptions(
                delimiter=SEPARATORS[form.separator], newlines_in_values=True, invalid_row_handler=skip
            ),
            arrow_csv.ConvertOptions(
                include_columns=names,
                column_types={name: pyarrow.string() for name in names},
                strings_can_be_null=True,
                null_values=["", "NA", "NaN", "nan", "NULL", "null", "None", "N/A", "n/a", "-", "NaT"],
            ),
        ) as reader:
            yield from reader
    except (pyarrow.ArrowException, OSError, EOFError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        if "Empty CSV" in reason:
            return
        raise ConfigurationError(str(form.path), f"cannot be read: {reason}", "is the file whole?") from None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for piece in chunks(path):
        digest.update(piece)
    return digest.hexdigest()


class _Reader:
    """Takes blocks, keeps numbers."""

    def __init__(self, form: Form, columns: Mapped, options: Options) -> None:
        self._form, self._mapped, self._options = form, columns, options
        self._parts: dict[str, list[Floats]] = {item.name: [] for item in columns.wanted}
        self._bad: dict[str, list[Flags]] = {item.name: [] for item in columns.wanted}
        self._codes: dict[str, dict[str, int]] = {i.name: {} for i in columns.wanted if i.kind == "text"}
        self._forms: dict[str, DateForm] = {}
        self._commas: dict[str, bool] = {}
        self._timed: set[str] = set()
        self._count = 0

    def add(self, block: Any) -> None:
        """Read a block."""
        self._count += block.num_rows
        if self._count > MOST_ROWS:
            raise ConfigurationError(
                str(self._form.path),
                f"has more than {MOST_ROWS:,} rows",
                "give a random part of the customers, with all of their rows",
            )
        for item in self._mapped.wanted:
            column = block.column(block.schema.get_field_index(self._mapped.columns[item.name]))
            values, bad = self._read(item, column)
            self._parts[item.name].append(values)
            self._bad[item.name].append(bad)

    def _read(self, item: Wanted, column: Any) -> tuple[Floats, Flags]:
        typed = typed_values(item.kind, column)
        if typed is not None:
            values, timed = typed
            if timed:
                self._timed.add(item.name)
            return values, np.zeros(len(values), dtype=bool)
        column = texts(column)
        reader: dict[str, Callable[[str, Any], tuple[Floats, Flags]]] = {
            "text": self._coded,
            "date": self._dates,
            "number": self._numbers,
            "flag": lambda name, column: flags(column),
        }
        return reader[item.kind](item.name, column)

    def _coded(self, name: str, column: Any) -> tuple[Floats, Flags]:
        """Return a code for each text, the same in all blocks."""
        encoded = column.dictionary_encode()
        if hasattr(encoded, "combine_chunks"):
            encoded = encoded.combine_chunks()
        known = self._codes[name]
        own = [known.setdefault(text, len(known)) for text in encoded.dictionary.to_pylist()]
        places = np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False))
        codes = np.array([*own, -1], dtype=np.float64)[places]
        return codes, np.zeros(len(codes), dtype=bool)

    def _dates(self, name: str, column: Any) -> tuple[Floats, Flags]:
        if name not in self._forms:
            self._forms[name] = date_form(column, self._mapped.columns[name], self._options.dates)
        found = dates(column, self._forms[name])
        if found.timed:
            self._timed.add(name)
        return found.days, found.unreadable

    def _numbers(self, name: str, column: Any) -> tuple[Floats, Flags]:
        if name not in self._commas:
            asked = self._options.decimal
            self._commas[name] = (
                decimal_comma(column, self._form.separator == "comma") if asked is None else asked == "comma"
            )
        return numbers(column, self._commas[name])

    def table(self, damaged: list[int], digest: str) -> Table:
        """Return what was read, without rows that miss what is required."""
        if self._count == 0:
            raise ConfigurationError(str(self._form.path), "has no rows", "names alone say nothing")
        values = {name: np.concatenate(parts) for name, parts in self._parts.items()}
        rows = np.arange(2, self._count + 2, dtype=np.int64)
        for number in sorted(damaged):  # a row that was skipped pushes the later ones down
            rows[rows >= number] += 1
        notes = [
            f"dates of '{self._mapped.columns[name]}' are read {form.replace('_', ' ')}"
            for name, form in self._forms.items()
            if form != "iso"
        ]
        notes += [
            f"'{self._mapped.columns[name]}' has its decimals behind a comma"
            for name, comma in self._commas.items()
            if comma
        ]
        names = {name: tuple(codes) for name, codes in self._codes.items()}
        read = self._count + len(damaged)
        table = Table(
            self._form,
            self._mapped,
            values,
            names,
            rows,
            read,
            (),
            tuple(notes),
            frozenset(self._timed),
            digest,
        )
        if damaged:
            first = tuple(sorted(damaged)[:SHOWN])
            item = LeftOut("another number of columns than the first row", len(damaged), first)
            table = replace(table, left_out=(item,))
        return self._complete(table)

    def _complete(self, table: Table) -> Table:
        gone = np.zeros(self._count, dtype=bool)
        bad = {name: np.concatenate(parts) for name, parts in self._bad.items()}
        for item in self._mapped.wanted:
            column = self._mapped.columns[item.name]
            kind = {"number": "number", "date": "date", "flag": "yes or no", "text": "text"}[item.kind]
            if not item.required:
                known = ~gone
                kept = {name: flag[known] for name, flag in bad.items()}
                table = table.blanked(item.name, kept[item.name], f"'{column}' is no {kind}")
                continue
            for wrong, reason in (
                (bad[item.name], f"'{column}' is no {kind}"),
                (self._missing(item) & ~bad[item.name], f"'{column}' is empty"),
            ):
                new = wrong & ~gone
                table = table.without(new[~gone], reason)
                gone |= new
        if len(table.rows) == 0:
            told = "; ".join(item.told() for item in table.left_out)
            raise ConfigurationError(str(self._form.path), f"no row can be used: {told}", "see columns.…")
        return table

    def _missing(self, item: Wanted) -> Flags:
        values = np.concatenate(self._parts[item.name])
        return values < 0.0 if item.kind == "text" else np.isnan(values)
