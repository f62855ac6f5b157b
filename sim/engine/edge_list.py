"""Edge lists: who hears whom, as a CSV file of the user's own."""

import csv
import re
import stat
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.world.errors import ConfigurationError

WHOLE = re.compile(r"\s*-?[0-9]{1,99}\s*").fullmatch
"""Matches a whole number, and nothing that merely can be read as one; int would take 1_0 too."""

EXAMPLE = "write two ids in each line, for example 0,1"
"""Advice on an edge list that cannot be read."""


@dataclass(frozen=True)
class Stamp:
    """An edge list as it stands on the disk: changed when any of this changed."""

    name: str  # as the user wrote it
    path: Path
    size: int
    modified: int


def stamp_of(name: str) -> Stamp:
    """Return how an edge list stands on the disk.

    Raises
    ------
    ConfigurationError
        If it is no file that can be read, or an empty one.
    """
    path = Path(name)
    try:
        state = path.stat()
    except OSError as error:
        raise _unreadable(name, error.strerror) from None
    except ValueError:
        fault = f"{name!r} is not the name of a file"
        raise ConfigurationError("network.path", fault, "name a CSV file") from None
    if not stat.S_ISREG(state.st_mode):
        what = "a folder" if stat.S_ISDIR(state.st_mode) else "not a regular file"
        raise ConfigurationError("network.path", f"{name} is {what}", "name a CSV file")
    if not state.st_size:
        raise ConfigurationError("network.path", f"{name} is empty", EXAMPLE)
    return Stamp(name, path.resolve(), state.st_size, state.st_mtime_ns)


def _unreadable(name: str, reason: str | None) -> ConfigurationError:
    return ConfigurationError("network.path", f"{name} cannot be read: {reason}", "name a CSV file")


def read_edge_list(
    stamp: Stamp, rows: int, refuse_size: Callable[[str, int, int], None]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the two ends of every tie of a file.

    Two columns of ids, a header or none; what stands in further columns is left.

    Parameters
    ----------
    stamp
        The file.
    rows
        Number of people; ids are below it.
    refuse_size
        Called with the file's name, the people and the ties before anything is kept in memory; raises
        what is to be said of too many.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, or does not belong to these people.
    """
    name, first, second = stamp.name, array("q"), array("q")
    try:
        with stamp.path.open("rb") as raw:
            lines = sum(chunk.count(b"\n") for chunk in iter(lambda: raw.read(1 << 20), b""))
        refuse_size(name, rows, lines)
        with stamp.path.open(encoding="utf-8-sig", newline="") as text:
            table = csv.reader(text, strict=True)
            for fields in table:
                if len(fields) > 1 and WHOLE(fields[0]) and WHOLE(fields[1]):
                    one, other = int(fields[0]), int(fields[1])
                    if not (0 <= one < rows and 0 <= other < rows and one != other):
                        raise _wrong_tie(name, table.line_num, one, other, rows)
                    first.append(one)
                    second.append(other)
                elif fields and not (table.line_num == 1 and _is_header(fields)):
                    raise ConfigurationError(
                        "network.path",
                        f"line {table.line_num} of {name} does not hold two whole numbers: "
                        f"{','.join(fields)[:40]!r}",
                        EXAMPLE,
                    )
    except UnicodeDecodeError:
        raise _unreadable(name, "it is not UTF-8 text") from None
    except csv.Error as error:
        raise _unreadable(name, f"{error} in line {table.line_num}") from None
    except OSError as error:
        raise _unreadable(name, error.strerror) from None
    if not first:
        raise ConfigurationError("network.path", f"{name} holds no ties", EXAMPLE)
    return np.frombuffer(first, dtype=np.int64), np.frombuffer(second, dtype=np.int64)


def _is_header(fields: list[str]) -> bool:
    """Return whether the first two columns have names."""
    return len(fields) > 1 and all(field.strip()[:1].isalpha() for field in fields[:2])


def _wrong_tie(name: str, line: int, one: int, other: int, rows: int) -> ConfigurationError:
    where = f"line {line} of {name}"
    for person in (one, other):
        if not 0 <= person < rows:
            return ConfigurationError(
                "network.path", f"{where} names the unknown id {person}", f"ids are 0 to {rows - 1}"
            )
    return ConfigurationError("network.path", f"{where} ties id {one} to itself", "leave this line out")
