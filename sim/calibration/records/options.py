"""How a user says that a file is to be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.calibration.records.values import DateForm
from sim.world.errors import ConfigurationError, nearest

DATE_FORMS = ("iso", "day_first", "month_first")
DECIMALS = ("comma", "point")


@dataclass(frozen=True)
class Options:
    """How the user says that a file is to be read; None where it is to be found out.

    Parameters
    ----------
    columns
        Names of the file's columns by name of what is wanted.
    dates
        "iso", "day_first" or "month_first".
    decimal
        "comma" or "point".
    encoding, separator
        Of a text.
    start, end
        First and last day of the observation, ISO.
    period
        Length of a period of contracts, or of the table; "week", "month", "quarter", "year" or days.
    unit
        Unit of times in a summary table: "days", "weeks", "months" or "years".
    cohort
        Customers at the start of a survival table that holds shares.
    occasion
        What counts as one order: "day" for all of a customer's orders of a day, "moment" for each.
    days
        Days for which the customers of a randomised test were watched.
    control, contacted
        Names of its arms.
    duplicates
        "drop" for rows that repeat another in all that is read, "keep" to count them.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: DateForm | None = None
    decimal: str | None = None
    encoding: str | None = None
    separator: str | None = None
    start: str | None = None
    end: str | None = None
    period: str | float | None = None
    unit: str | None = None
    cohort: int | None = None
    days: float | None = None
    control: str | None = None
    contacted: str | None = None
    occasion: str = "day"
    duplicates: str = "drop"

    def __post_init__(self) -> None:
        choices = {
            "dates": DATE_FORMS,
            "decimal": DECIMALS,
            "occasion": ("day", "moment"),
            "duplicates": ("drop", "keep"),
        }
        for key, known in choices.items():
            value = getattr(self, key)
            if value is not None and value not in known:
                raise ConfigurationError(key, f"'{value}' is not known", nearest(str(value), known))
