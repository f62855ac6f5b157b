"""Aligned text for the screen."""

from collections.abc import Iterable, Sequence


def aligned(rows: Sequence[Sequence[str]], *, head: bool = False, numbers: bool = False) -> str:
    """Return rows as aligned text.

    Parameters
    ----------
    rows
        Cells; every row has the same number.
    head
        Whether the first row is a head; a line is drawn under it.
    numbers
        Whether all columns but the first are aligned to the right.
    """
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [_line(row, widths, numbers=numbers) for row in rows]
    if head:
        lines.insert(1, _line(["-" * width for width in widths], widths, numbers=numbers))
    return "\n".join(lines)


def _line(cells: Iterable[str], widths: Sequence[int], *, numbers: bool) -> str:
    placed = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        placed.append(cell.rjust(width) if numbers and place > 0 else cell.ljust(width))
    return "  ".join(placed).rstrip()


def printable(text: str) -> str:
    """Return a text without signs that cannot be shown, which XML does not allow either."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
