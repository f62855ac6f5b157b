"""Pieces of Markdown: tables, lists and text that comes from docstrings."""

import re
from collections.abc import Iterable, Sequence

CODE = re.compile(r"(``.+?``|`[^`]+`)")


def plain(text: str) -> str:
    """Return text in which nothing outside of code is taken for an HTML tag."""
    parts = CODE.split(text)
    return "".join(part if CODE.fullmatch(part) else part.replace("<", "&lt;") for part in parts)


def code(name: str) -> str:
    """Return a name as code."""
    return f"`{name}`"


def codes(names: Iterable[str]) -> str:
    """Return names as code, separated by commas."""
    return ", ".join(code(name) for name in names)


def cell(text: str) -> str:
    """Return text that may stand in a table: on one line, its bars escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a column that is empty in every row is left out."""
    rows = list(rows)
    kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
    lines = [[head[place] for place in kept], ["---"] * len(kept)]
    lines += [[cell(row[place]) for place in kept] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(items: Iterable[str]) -> str:
    """Return a list, an item a line."""
    return "\n".join(f"- {' '.join(item.split())}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """Return a numbered list, an item a line."""
    return "\n".join(f"{place}. {item}" for place, item in enumerate(items, start=1))


def paragraphs(*parts: str) -> str:
    """Return the parts that are not empty, with a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def anchor(title: str) -> str:
    """Return the link target of a heading, as GitHub makes it."""
    return "#" + re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
