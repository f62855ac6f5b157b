"""The registry as tables: what a world and a strategy consist of, section by section."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from sim.report.odd.markdown import code, codes, paragraphs, plain, table
from sim.report.odd.sources import description
from sim.world.parameter import Parameter, optional, registry
from sim.world.strategy import Titles

HEAD = ("parameter", "meaning", "unit", "default", "range", "mark", "source")
NOTHING = "–"
TEXTS = ("text", "texts")
"""Units of what is said about a world and changes nothing in it."""


@dataclass(frozen=True)
class Section:
    """A part of a description: where it stands, what it is, and its own parameters.

    Parameters
    ----------
    path
        Dotted path, "" for the whole.
    kind
        Name of the class that declares it.
    text
        What the class says of itself.
    entries
        Full path and entry of each parameter that stands directly in it.
    """

    path: str
    kind: str
    text: str
    entries: tuple[tuple[str, Parameter], ...]


def sections(kind: type, leave_out: tuple[str, ...] = ()) -> list[Section]:
    """Return the sections of a description that hold parameters, in the order of its fields.

    Parameters
    ----------
    kind
        Class of the description.
    leave_out
        Paths of sections that are told elsewhere.
    """
    entries = list(registry(kind))
    found = []
    for path, part in _parts(kind, ""):
        if any(path == other or path.startswith(f"{other}.") for other in leave_out):
            continue
        own = tuple((name, entry) for name, entry in entries if name.rpartition(".")[0] == path)
        if own:
            found.append(Section(path, part.__name__, description(part.__doc__), own))
    return found


def _parts(kind: type, path: str) -> Iterator[tuple[str, type]]:
    yield path, kind
    hints = get_type_hints(kind)
    for item in dataclasses.fields(kind):
        if "parameter" in item.metadata:
            continue
        inner: Any = optional(hints[item.name])[0]
        below = f"{path}.{item.name}" if path else item.name
        if get_origin(inner) is not None and len(get_args(inner)) == 2:
            inner = get_args(inner)[1]
            below = f"{below}.<name>"
        if inner is Titles:
            continue  # words for readers, no part of the model
        if isinstance(inner, type) and dataclasses.is_dataclass(inner):
            yield from _parts(inner, below)


def parameter_tables(parts: list[Section], whole: str, readers: dict[str, list[str]]) -> str:
    """Return a table per section; sections of the same class share one.

    Parameters
    ----------
    parts
        The sections.
    whole
        What the section without a path is called.
    readers
        Names of the modules that read it, by path of the section.
    """
    kinds: dict[str, list[Section]] = {}
    for part in parts:
        kinds.setdefault(part.kind, []).append(part)
    texts = []
    for alike in kinds.values():
        title = codes(part.path for part in alike) if alike[0].path else whole
        reading = sorted({reader for part in alike for reader in readers.get(part.path, ())})
        rows = []
        for row in zip(*(part.entries for part in alike), strict=True):
            rows.append(("<br>".join(code(path) for path, _ in row), *_cells(row[0][1])))
        texts.append(
            paragraphs(
                f"#### Parameters: {title}",
                plain(alike[0].text),
                f"Read by {codes(reading)}." if reading else "",
                table(HEAD, rows),
            )
        )
    return paragraphs(*texts)


def _cells(entry: Parameter) -> tuple[str, ...]:
    unit = NOTHING if entry.unit == "1" else entry.unit
    meaning, default = plain(entry.meaning), value_text(entry.default)
    if entry.unit in TEXTS:
        return (meaning, unit, default, NOTHING, NOTHING, NOTHING)
    limits = dataclasses.replace(entry, unit="").range
    source = NOTHING if entry.source == entry.mark else entry.source.removeprefix(f"{entry.mark}; ")
    return (meaning, unit, default, limits, entry.mark, plain(source))


def value_text(value: object) -> str:
    """Return a value as one writes it in a description; a dash where there is none."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return "empty" if value in ((), "") else str(value)
