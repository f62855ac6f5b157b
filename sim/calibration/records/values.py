"""From texts to numbers, dates and flags, a column at a time."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.world.errors import ConfigurationError

Floats = NDArray[np.float64]
DateForm = Literal["iso", "day_first", "month_first"]

DATE = (
    r"^\s*(?P<a>\d{1,4})[-./](?P<b>\d{1,2})[-./](?P<c>\d{1,4})"
    r"(?:[T ]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?\s*$"
)
PACKED_DATE = r"^\s*(\d{4})(\d{2})(\d{2})\s*$"
FIRST_YEAR, LAST_YEAR = 1900, 9999
DECORATION = "[\\s\u00a0\u202f'₽$€£%]|руб[.]?|р[.]|RUB|EUR|USD"
"""What stands in a sum besides its digits: blanks between thousands, signs and names of currencies."""
PARTED_BY_COMMA = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
PARTED_BY_POINT = r"^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$"
"""Numbers whose thousands are parted."""
YES = ("1", "1.0", "yes", "y", "true", "t", "да", "есть", "истина", "active", "активен", "действует")
NO = ("0", "0.0", "no", "n", "false", "f", "нет", "ложь", "inactive", "неактивен")


@dataclass(frozen=True)
class Dates:
    """Dates of a column, as days since 1970.

    Parameters
    ----------
    days
        With the time of day as a fraction; NaN where there is none or it cannot be read.
    unreadable
        Where something stands that is no date.
    timed
        Whether any has a time of day.
    """

    days: Floats
    unreadable: NDArray[np.bool_]
    timed: bool


def texts(column: Any) -> Any:
    """Return an Arrow column as trimmed texts; empty ones are missing."""
    import pyarrow
    from pyarrow import compute

    if pyarrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pyarrow.types.is_string(column.type):
        column = compute.cast(column, pyarrow.string())
    column = compute.utf8_trim_whitespace(column)
    return compute.if_else(compute.equal(column, ""), pyarrow.scalar(None, pyarrow.string()), column)


def date_form(column: Any, key: str, asked: DateForm | None) -> DateForm:
    """Tell in which order the dates of a column are written.

    Parameters
    ----------
    column
        Texts.
    key
        Name of the column, for messages.
    asked
        What the user says.

    Raises
    ------
    ConfigurationError
        If day and month cannot be told apart, or the dates contradict each other.
    """
    if asked is not None:
        return asked
    first, second, _ = _date_parts(column)
    year_first = first > 31.0
    day, month = first[~year_first], second[~year_first]
    if not np.isfinite(day).any():
        return "iso"
    day_first, month_first = bool((day > 12.0).any()), bool((month > 12.0).any())
    if day_first and not month_first:
        return "day_first"
    if month_first and not day_first:
        return "month_first"
    if not day_first and _dotted(column):
        return "day_first"  # 05.03.2024 is written where the day comes first
    problem = "has dates of both orders" if day_first else "does not tell the day from the month"
    raise ConfigurationError("dates", f"column '{key}' {problem}", "dates=day_first or dates=month_first")


def dates(column: Any, form: DateForm) -> Dates:
    """Return the dates of a column of texts; times of day are taken as they stand, whatever their zone."""
    from pyarrow import compute

    first, second, third, hours = _read_dates(column)
    year_first = first > 31.0
    year = np.where(year_first, first, third)
    middle_month = year_first | (form != "month_first")
    month = np.where(middle_month, second, first)
    day = np.where(year_first, third, np.where(form == "month_first", second, first))
    year = np.where(year < 70.0, year + 2000.0, np.where(year < 100.0, year + 1900.0, year))
    known = np.isfinite(year) & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    known &= (month >= 1.0) & (month <= 12.0) & (day >= 1.0) & (hours < 24.0)
    months = np.where(known, (year - 1970.0) * 12.0 + month - 1.0, 0.0).astype(np.int64)
    starts = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    known &= np.where(known, day, 0.0) <= ends - starts
    days = np.where(
        known, starts + np.where(known, day, 1.0) - 1.0 + np.where(known, hours, 0.0) / 24.0, np.nan
    )
    there = np.asarray(compute.is_valid(column))
    return Dates(days, there & ~known, bool((hours[known] > 0.0).any()))


def _date_parts(column: Any) -> tuple[Floats, Floats, Floats]:
    first, second, third, _ = _read_dates(column)
    return first, second, third


def _read_dates(column: Any) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the three numbers of each date as written, and the hours of the day."""
    from pyarrow import compute

    column = compute.replace_substring_regex(column, PACKED_DATE, r"\1-\2-\3")
    parts = compute.extract_regex(column, DATE)
    found = [_whole(compute.struct_field(parts, [place])) for place in range(6)]
    hours = np.nan_to_num(found[3]) + np.nan_to_num(found[4]) / 60.0 + np.nan_to_num(found[5]) / 3600.0
    return found[0], found[1], found[2], hours


def _whole(column: Any) -> Floats:
    """Return digits as numbers, NaN where there are none."""
    import pyarrow
    from pyarrow import compute

    none = pyarrow.scalar(None, pyarrow.string())
    column = compute.if_else(compute.equal(column, ""), none, column)
    return np.asarray(compute.cast(column, pyarrow.float64()).to_numpy(zero_copy_only=False))


def _dotted(column: Any) -> bool:
    from pyarrow import compute

    return bool(compute.any(compute.match_substring_regex(column, r"^\s*\d{1,2}\.\d{1,2}\.\d")).as_py())


def numbers(column: Any, comma: bool) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the numbers of a column of texts, and where something stands that is none.

    Signs of currency, blanks between thousands and brackets around negative sums are understood. A sign
    that parts thousands has three digits behind it: what has others is no number, rather than one a hundred
    times too great.

    Parameters
    ----------
    column
        Texts.
    comma
        Whether decimals stand behind a comma.
    """
    import pyarrow
    from pyarrow import compute

    there = np.asarray(compute.is_valid(column))
    column = compute.replace_substring_regex(column, r"^\((.*)\)$", r"-\1")
    column = compute.replace_substring_regex(column, DECORATION, "")
    column = compute.replace_substring(column, "\u2212", "-")
    parting = compute.match_substring_regex(column, PARTED_BY_POINT if comma else PARTED_BY_COMMA)
    column = compute.if_else(
        compute.fill_null(parting, False),
        compute.replace_substring(column, "." if comma else ",", ""),
        column,
    )
    if comma:
        column = compute.replace_substring(column, ",", ".")
    right = compute.match_substring_regex(column, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    none = pyarrow.scalar(None, pyarrow.string())
    column = compute.if_else(right, compute.utf8_ltrim(column, "+"), none)
    values = compute.cast(column, pyarrow.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(values), there & ~np.asarray(np.isfinite(values))


def decimal_comma(column: Any, separated_by_comma: bool) -> bool:
    """Return whether the numbers of a column have their decimals behind a comma.

    A comma with three digits behind it may as well part thousands: it is then taken for what the separator
    of the file suggests.
    """
    from pyarrow import compute

    def any_like(pattern: str) -> bool:
        return bool(compute.any(compute.match_substring_regex(column, pattern)).as_py() or False)

    if any_like(r",\d*\.\d*\D*$") or any_like(r"\d,\d{3},\d{3}"):
        return False
    if any_like(r"\.\d*,\d*\D*$") or any_like(r"\d,(\d{1,2}|\d{4,})\D*$"):
        return True
    return any_like(r"\d,\d{3}\D*$") and not separated_by_comma and not any_like(r"\d\.\d+\D*$")


def flags(column: Any) -> tuple[Floats, NDArray[np.bool_]]:
    """Return 1 for yes, 0 for no and NaN for nothing, and where something stands that is neither."""
    import pyarrow
    from pyarrow import compute

    there = np.asarray(compute.is_valid(column))
    small = compute.utf8_lower(column)
    yes = np.asarray(compute.fill_null(compute.is_in(small, pyarrow.array(YES)), False))
    no = np.asarray(compute.fill_null(compute.is_in(small, pyarrow.array(NO)), False))
    values = np.where(yes, 1.0, np.where(no, 0.0, np.nan))
    return values, there & ~yes & ~no


def typed_values(wanted: str, column: Any) -> tuple[Floats, bool] | None:
    """Return a column with a type of its own as numbers, and whether it has times of day; None for text.

    Parameters
    ----------
    wanted
        "date", "number", "flag" or "text".
    column
        An Arrow column.
    """
    import pyarrow
    from pyarrow import compute

    kind = column.type
    if wanted == "date" and (pyarrow.types.is_timestamp(kind) or pyarrow.types.is_date(kind)):
        if pyarrow.types.is_timestamp(kind) and kind.tz is not None:
            column = compute.cast(column, pyarrow.timestamp(kind.unit))
        stamps = compute.cast(column, pyarrow.timestamp("ms"), safe=False)
        numbers = compute.cast(stamps, pyarrow.int64())
        days = compute.cast(numbers, pyarrow.float64()).to_numpy(zero_copy_only=False) / 86_400_000.0
        return days, bool((np.nan_to_num(days) % 1.0 > 0.0).any())
    if wanted in ("number", "flag") and (
        pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind) or pyarrow.types.is_boolean(kind)
    ):
        numbers = compute.cast(column, pyarrow.float64(), safe=False)
        return np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64), False
    if wanted == "number" and pyarrow.types.is_decimal(kind):
        numbers = compute.cast(column, pyarrow.float64())
        return np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64), False
    return None
