"""What kind of file a table is: CSV or Parquet, its encoding, its separator, its columns."""

import codecs
import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sim.world.errors import ConfigurationError, nearest

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
ENCODINGS = {"utf-8": "utf-8", "windows-1251": "cp1251"}
SAMPLE = 1 << 18
"""Bytes that separators are looked for in."""
CHUNK = 1 << 24
PARQUET = b"PAR1"
PACKED = b"\x1f\x8b"


@dataclass(frozen=True)
class Form:
    """How a file is to be read.

    Parameters
    ----------
    path
        The file.
    parquet
        Whether it is Parquet, whose columns have types; else text.
    encoding
        Of a text: "utf-8" or "windows-1251".
    separator
        Between the columns of a text: "comma", "semicolon", "tab" or "bar".
    columns
        Names, in the order of the file.
    """

    path: Path
    parquet: bool
    encoding: str
    separator: str
    columns: tuple[str, ...]

    def told(self) -> str:
        """Return the form in a few words."""
        return "Parquet" if self.parquet else f"text, {self.encoding}, separated by {self.separator}"


def form_of(path: Path, encoding: str | None = None, separator: str | None = None) -> Form:
    """Look at a file and tell its form.

    Parameters
    ----------
    path
        A CSV file, which may be packed by gzip, or a Parquet file.
    encoding, separator
        What the user says of a text; found out where left out.

    Raises
    ------
    ConfigurationError
        If it is not there, holds nothing, or is no table.
    """
    for key, value, known in (("encoding", encoding, ENCODINGS), ("separator", separator, SEPARATORS)):
        if value is not None and value not in known:
            raise ConfigurationError(key, f"'{value}' is not known", nearest(value, known))
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        problem = "there is no such file" if not path.exists() else f"cannot be read: {error.strerror}"
        raise ConfigurationError(str(path), problem, "give the path of a CSV or Parquet file") from None
    if not start:
        raise ConfigurationError(str(path), "is empty", "a table has a row of names and rows of values")
    if start == PARQUET:
        return Form(path, True, "", "", _parquet_columns(path))
    if start[:2] == b"PK":
        raise ConfigurationError(
            str(path), "is a workbook or an archive", "save the sheet as CSV (UTF-8) and give that"
        )
    encoding = encoding or _encoding(path)
    with opened(path) as file:
        sample = file.read(SAMPLE)
    text = codecs.getincrementaldecoder(ENCODINGS[encoding])(errors="replace").decode(sample)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise ConfigurationError(str(path), "is no text", "give a CSV file in UTF-8 or Windows-1251")
    separator = separator or _separator(text)
    names = next(csv.reader(io.StringIO(text), delimiter=SEPARATORS[separator]), [])
    columns = tuple(name.strip() for name in names)
    if len(columns) < 2:
        raise ConfigurationError(
            str(path), "has a single column", f"separator={' or '.join(SEPARATORS)} if another one is used"
        )
    for name in columns:
        if columns.count(name) > 1:
            raise ConfigurationError(str(path), f"has two columns '{name}'", "give each column a name")
    return Form(path, False, encoding, separator, columns)


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacked if it is packed by gzip."""
    return gzip.open(path) if packed(path) else path.open("rb")  # type: ignore[return-value]


def packed(path: Path) -> bool:
    """Return whether a file is packed by gzip."""
    with path.open("rb") as file:
        return file.read(2) == PACKED


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    with opened(path) as file:
        while piece := file.read(CHUNK):
            yield piece


def _encoding(path: Path) -> str:
    """Return UTF-8 if the whole file is valid UTF-8, else Windows-1251, in which anything is valid."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in chunks(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "windows-1251"
    except (OSError, EOFError) as error:
        raise ConfigurationError(str(path), f"cannot be unpacked: {error}", "is it whole?") from None
    return "utf-8"


def _separator(text: str) -> str:
    """Return the separator that cuts the first rows into most columns, the same number in each."""
    lines = text.splitlines()[:50]
    found, most = "comma", 1
    for name, sign in SEPARATORS.items():
        widths = [len(row) for row in csv.reader(lines[:-1] or lines, delimiter=sign) if row]
        if widths and widths[0] > most and widths.count(widths[0]) >= 0.8 * len(widths):
            found, most = name, widths[0]
    return found


def _parquet_columns(path: Path) -> tuple[str, ...]:
    import pyarrow
    from pyarrow import parquet

    try:
        return tuple(parquet.read_schema(path).names)
    except (pyarrow.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise ConfigurationError(str(path), f"is a damaged Parquet file: {reason}", "write it anew") from None
