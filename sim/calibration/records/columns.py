"""Which column of a file is which: as the user says, or by the names that people give to such columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.calibration.records.form import Form
from sim.world.errors import ConfigurationError, nearest

Kind = Literal["text", "number", "date", "flag"]


@dataclass(frozen=True)
class Wanted:
    """A column that a route can read.

    Parameters
    ----------
    name
        What it is called here, and in ``columns.NAME=…``.
    kind
        What its values are.
    meaning
        What it says.
    synonyms
        Names that files have for it, the likeliest first; letters, digits and single blanks.
    required
        Whether nothing can be said without it.
    """

    name: str
    kind: Kind
    meaning: str
    synonyms: tuple[str, ...]
    required: bool = False


CURRENCIES = frozenset(
    {
        *("rub", "rur", "eur", "usd", "gbp", "euro", "euros", "rubles", "dollars", "in"),
        *("р", "руб", "рубли", "рублей", "рублях", "евро", "долл", "долларов", "долларах", "в"),
    }
)
"""Words that names of columns end with, and the prepositions before them."""


@dataclass(frozen=True)
class Mapped:
    """Which columns were found.

    Parameters
    ----------
    wanted
        The columns that are there, of all that were wanted.
    columns
        Their names in the file, by name here.
    guessed
        Which of them nobody named.
    unused
        Columns of the file that nothing is made of.
    """

    wanted: tuple[Wanted, ...]
    columns: Mapping[str, str]
    guessed: frozenset[str]
    unused: tuple[str, ...]

    def told(self) -> str:
        """Return in a line which column is which, and which are not read."""
        found = ", ".join(
            f"{name} = {column}{' (guessed)' if name in self.guessed else ''}"
            for name, column in self.columns.items()
        )
        return f"{found}; not read: {', '.join(self.unused)}" if self.unused else found


def plain(name: str) -> str:
    """Return a name in small letters with single blanks for everything else."""
    parted = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", name)  # customerID, MonthlyCharges
    return " ".join(re.findall(r"[^\W_]+", parted.lower().replace("ё", "е")))


def without_currency(name: str) -> str:
    """Return a plain name without the currency that it ends with: "сумма руб" is "сумма"."""
    words = name.split()
    while len(words) > 1 and words[-1] in CURRENCIES:
        words.pop()
    return " ".join(words)


def mapped(form: Form, wanted: Sequence[Wanted], chosen: Mapping[str, str], route: str) -> Mapped:
    """Find the columns of a file.

    Parameters
    ----------
    form
        The file.
    wanted
        What can be read.
    chosen
        What the user says: names of columns by name here; "" for a column that shall not be read.
    route
        Name of the route, for messages.

    Raises
    ------
    ConfigurationError
        If a name is unknown, a column is not in the file, or a required one is missing.
    """
    known = {item.name: item for item in wanted}
    for name, column in chosen.items():
        if name not in known:
            raise ConfigurationError(f"columns.{name}", f"is no column of {route}", nearest(name, known))
        if column and column not in form.columns:
            raise ConfigurationError(
                f"columns.{name}", f"'{form.path}' has no column '{column}'", nearest(column, form.columns)
            )
    by_plain: dict[str, str] = {}
    for column in form.columns:
        by_plain.setdefault(plain(column), column)
        by_plain.setdefault(without_currency(plain(column)), column)
    taken = {column for column in chosen.values() if column}
    found: dict[str, str] = {}
    guessed = set()
    for item in wanted:
        if item.name in chosen:
            if chosen[item.name]:
                found[item.name] = chosen[item.name]
            continue
        for synonym in (plain(item.name), *item.synonyms):
            match = by_plain.get(synonym)
            if match is not None and match not in taken:
                found[item.name] = match
                guessed.add(item.name)
                taken.add(match)
                break
    for item in wanted:
        if item.required and item.name not in found:
            raise ConfigurationError(
                f"columns.{item.name}",
                f"'{form.path}' has no column that looks like it ({item.meaning})",
                f"name it: columns.{item.name}=… of {', '.join(form.columns[:15])}",
            )
    unused = tuple(column for column in form.columns if column not in found.values())
    return Mapped(tuple(item for item in wanted if item.name in found), found, frozenset(guessed), unused)
