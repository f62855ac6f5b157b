"""Tables on the disk, such that no spreadsheet takes a name for a formula."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins with one of these may be run as a formula by a spreadsheet."""


def spreadsheet_safe(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table in which no text is a formula: an apostrophe goes before its first sign.

    Names of columns are treated alike; numbers, dates and a lone sign stay as they are.
    """
    from pandas.api.types import is_numeric_dtype

    found = table.rename(columns=_safe)
    for place, name in enumerate(found.columns):
        column = found.iloc[:, place]
        if not is_numeric_dtype(column.dtype) and column.map(lambda value: _safe(value) is not value).any():
            found = found.assign(**{str(name): column.map(_safe)})
    return found


def write_csv(table: "pd.DataFrame", path: Path) -> None:
    """Write a table as CSV without its index, full precision, safe for spreadsheets."""
    spreadsheet_safe(table).to_csv(path, index=False, lineterminator="\n")


def write_parquet(table: "pd.DataFrame", path: Path) -> None:
    """Write a table as Parquet without its index, the same as in CSV."""
    spreadsheet_safe(table).to_parquet(path, index=False)


def _safe(value: Any) -> Any:
    if isinstance(value, str) and len(value) > 1 and value.startswith(FORMULA_SIGNS):
        return "'" + value
    return value
