"""What a scenario or a strategy says, value by value, with where each value is from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sim.world.description import entry_at, leaves, to_mapping
from sim.world.parameter import Parameter

LEAST_DRAWS, MOST_DRAWS = 10, 100_000
"""Numbers of worlds that can be drawn over assumptions."""
NOT_NUMBERS = ("name", "title", "titles", "known", "assumed", "posterior", "evidence", "strategies")


@dataclass(frozen=True)
class Assumption:
    """One value of a description with its unit, range, source and mark."""

    path: str
    value: Any
    entry: Parameter
    mark: str
    source: str


def assumptions(description: Any) -> list[Assumption]:
    """Return every parameter of a scenario or strategy with its value and where the value is from.

    A value that a scenario states evidence for takes that mark and source; one that differs
    from the registry's default without evidence is a design choice of the scenario, whatever
    the default rests on.
    """
    stated = sorted(getattr(description, "evidence", {}).items(), key=lambda pair: len(pair[0]))
    listed = []
    for path, value in leaves(to_mapping(description)).items():
        if path.split(".")[0] in NOT_NUMBERS:
            continue
        entry = entry_at(type(description), path)
        if entry is None:
            continue
        mark, source = entry.mark, entry.source
        if value != entry.default and entry.mark == "literature":
            mark, source = "design choice", f"set by '{description.name}', not the published value"
        for prefix, evidence in stated:  # the longest prefix comes last and wins
            if path == prefix or path.startswith(f"{prefix}."):
                mark, source = evidence.mark, evidence.source
        listed.append(Assumption(path, value, entry, mark, source))
    return listed


def describe(description: Any, header: Iterable[str]) -> str:
    """Return a readable text: name, title and header, then every value with its unit by section."""
    lines = [f"{type(description).__name__.lower()} {description.name}: {description.title}".rstrip(": ")]
    lines += [f"  {text}" for text in header]
    section = ""
    for item in assumptions(description):
        if item.value is None:
            continue
        head, _, name = item.path.rpartition(".")
        if head != section:
            lines.append(f"{head}:")
            section = head
        value = f"{item.value:g}" if isinstance(item.value, float) else str(item.value)
        unit = (
            "" if item.entry.unit in ("1", "choice", "text", "yes or no", "names") else f" {item.entry.unit}"
        )
        lines.append(f"  {name}: {value}{unit}")
    return "\n".join(lines)
