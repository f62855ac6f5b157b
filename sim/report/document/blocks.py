"""What a report is made of: sections of sentences, tables and pictures, in a language but in no markup."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["plain", "lead", "note", "code"]


@dataclass(frozen=True)
class Text:
    """A paragraph; the lead is the answer, code is to be typed."""

    text: str
    role: Role = "plain"


@dataclass(frozen=True)
class Cell:
    """What stands in a table: a text, with a smaller one below it.

    It is strong where something is clear, weak where it is open, typed where it is for the command line.
    """

    text: str
    below: str = ""
    tone: Literal["", "strong", "weak", "typed"] = ""


@dataclass(frozen=True)
class Grid:
    """A table.

    Parameters
    ----------
    key
        Its name in the file.
    label
        What it shows.
    head
        Headings; the first is that of the names of the rows.
    rows
        Rows of as many cells.
    words
        Places of columns that hold words, which are aligned to the left; the first always does.
    """

    key: str
    label: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: frozenset[int] = frozenset()

    @property
    def many(self) -> bool:
        """Return whether it is a wide table of numbers, whose columns had better be equally wide."""
        return len(self.head) > 6 and not self.words and not any(row[0].below for row in self.rows)


@dataclass(frozen=True)
class Picture:
    """A picture: its key in `sim.report.document.figures`, its title, and in words what it shows."""

    key: str
    title: str
    description: str


@dataclass(frozen=True)
class Gallery:
    """Pictures beside each other, with the names that their colours and dashes stand for."""

    pictures: tuple[Picture, ...]
    legend: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """Words with what they mean."""

    label: str
    pairs: tuple[tuple[str, str], ...]


Block = Text | Grid | Gallery | Terms


@dataclass(frozen=True)
class Section:
    """A part of the report with its heading; the key is its anchor."""

    key: str
    heading: str
    blocks: tuple[Block, ...]
