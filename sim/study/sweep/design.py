"""What a sweep runs: points over dotted paths of a scenario and of strategies.

A design is a pure function of what a study's file says, so that whoever reads the file has the same
points in the same order.
"""

import csv
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.study.sweep.sample import sampled
from sim.world.description import checked_value, field_at
from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import Parameter, registry
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Point = tuple[Any, ...]
MOST = 1_000_000
"""Points of a design."""
FIXED = ("name", "title", "known", "assumed", "posterior", "evidence", "strategies")
"""Parts of a scenario or strategy that say what it is and not how it works."""
EXAMPLE = "for example strategies.guarantee.commitments.delivery.payout"


@dataclass(frozen=True)
class Design:
    """Points over dotted paths.

    Parameters
    ----------
    paths
        What is varied: ``scenario.…`` or ``strategies.NAME.…``.
    points
        A value for each path, point by point.
    file, lines
        Where the points were read from, and the line of each; nothing if they were not.
    """

    paths: tuple[str, ...]
    points: tuple[Point, ...]
    file: str = ""
    lines: tuple[int, ...] = ()

    def told(self, number: int) -> str:
        """Return how a user finds a point again."""
        return f"line {self.lines[number]} of {self.file}" if self.lines else f"point {number}"

    def changes(self, number: int, root: str) -> dict[str, Any]:
        """Return the values of a point below ``scenario`` or ``strategies.NAME``, by path below it."""
        return {
            path.removeprefix(f"{root}."): value
            for path, value in zip(self.paths, self.points[number], strict=True)
            if path.startswith(f"{root}.")
        }


def build_design(values: Any, folder: Path | None = None) -> Design:
    """Return the design that plain values describe.

    Parameters
    ----------
    values
        ``kind`` and what belongs to it: ``factorial`` and ``zipped`` have ``values`` (lists by path),
        ``table`` a ``file`` (CSV, a column a path) and perhaps ``paths``, ``sample`` a ``method``, a number
        of ``points``, ``over`` (paths, or limits by path; those of the registry are used where none are
        given) and a ``seed``.
    folder
        Where the file of a table is looked for.

    Raises
    ------
    ConfigurationError
        If something is unknown, missing, out of its range, empty or stands twice.
    """
    if isinstance(values, Design):
        return _checked(values)
    if not isinstance(values, Mapping):
        raise ConfigurationError("design", f"expected a mapping, got {values}", f"kinds: {', '.join(KINDS)}")
    kind = str(values.get("kind") or "")
    if kind not in KINDS:
        raise ConfigurationError("design.kind", f"unknown kind '{kind}'", nearest(kind, KINDS))
    make, known = KINDS[kind]
    for key in values:
        if key not in ("kind", *known):
            raise ConfigurationError(
                f"design.{key}", f"unknown key of a {kind} design", nearest(str(key), known)
            )
    # Trajectories cross: a point may stand on two of them.
    return _checked(make(values, folder or Path()), repeats=values.get("method") == "morris")


def _factorial(values: Mapping[str, Any], _: Path) -> Design:
    lists = _lists(values.get("values"))
    size = math.prod(len(found) for found in lists.values())
    if size > MOST:
        raise ConfigurationError(
            "design.values", f"{size:,} points are too many", f"valid: at most {MOST:,}; or kind: sample"
        )
    return Design(tuple(lists), tuple(itertools.product(*lists.values())))


def _zipped(values: Mapping[str, Any], _: Path) -> Design:
    lists = _lists(values.get("values"))
    sizes = {path: len(found) for path, found in lists.items()}
    longest = max(sizes, key=lambda path: sizes[path])
    for path, size in sizes.items():
        if size != sizes[longest]:
            raise ConfigurationError(
                f"design.values.{path}",
                f"has {size} values, {longest} has {sizes[longest]}",
                "give each path as many, a row a point",
            )
    return Design(tuple(lists), tuple(zip(*lists.values(), strict=True)))


def _lists(values: Any) -> dict[str, list[Any]]:
    if not isinstance(values, Mapping) or not values:
        raise ConfigurationError(
            "design.values", "holds no values", "lists of values by path, " + EXAMPLE + ": [0.2, 0.5]"
        )
    for path, found in values.items():
        if not isinstance(found, list | tuple) or not found:
            raise ConfigurationError(
                f"design.values.{path}", f"expected a list of values, got {found}", "for example [0.2, 0.5]"
            )
    return {str(path): list(found) for path, found in values.items()}


def _table(values: Mapping[str, Any], folder: Path) -> Design:
    name = values.get("file")
    if not isinstance(name, str) or not name:
        raise ConfigurationError("design.file", f"expected a file, got {name}", "for example points.csv")
    try:
        text = (folder / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise ConfigurationError(
            "design.file", f"'{folder / name}' cannot be read: {reason}", "a CSV file, a column a path"
        ) from None
    reader = csv.reader(text.splitlines())
    head = [cell.strip() for cell in next(reader, [])]
    wanted = values.get("paths") or head
    for path in wanted:
        if head.count(path) != 1:
            problem = f"has no column '{path}'" if path not in head else f"has the column '{path}' twice"
            raise ConfigurationError("design.file", f"'{name}' {problem}", nearest(str(path), head))
    places = [head.index(path) for path in wanted]
    points: list[Point] = []
    lines: list[int] = []
    for cells in reader:
        if not cells:
            continue
        where = f"line {reader.line_num} of '{name}'"
        if len(cells) != len(head):
            raise ConfigurationError(
                "design.file", f"{where} has {len(cells)} cells, the head has {len(head)}", "a cell a column"
            )
        points.append(tuple(_cell(cells[place], head[place], where) for place in places))
        lines.append(reader.line_num)
    return Design(tuple(wanted), tuple(points), name, tuple(lines))


def _cell(text: str, path: str, where: str) -> Any:
    text = text.strip()
    if text.lower() in ("", "nan", "na"):
        shown = f"'{text}'" if text else "nothing"
        raise ConfigurationError(
            "design.file", f"{where} has {shown} for {path}", "give a value; null switches a lever off"
        )
    words = {"null": None, "true": True, "false": False}
    if text.lower() in words:
        return words[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _sample(values: Mapping[str, Any], _: Path) -> Design:
    over = values.get("over")
    limits = dict.fromkeys(over) if isinstance(over, list | tuple) else over
    if not isinstance(limits, Mapping) or not limits:
        raise ConfigurationError("design.over", "names no paths", EXAMPLE)
    fields = [(*_field(str(path)), path, given) for path, given in limits.items()]
    points = sampled(
        [(path, annotation, entry, given) for annotation, entry, path, given in fields],
        values.get("method", "latin_hypercube"),
        values.get("points"),
        values.get("seed", 1),
    )
    return Design(tuple(str(path) for path in limits), tuple(points))


Maker = Callable[[Mapping[str, Any], Path], Design]
KINDS: Mapping[str, tuple[Maker, tuple[str, ...]]] = {
    "factorial": (_factorial, ("values",)),
    "zipped": (_zipped, ("values",)),
    "table": (_table, ("file", "paths")),
    "sample": (_sample, ("method", "points", "over", "seed")),
}
"""By name, what makes a design and what it is told."""


def _field(path: str) -> tuple[Any, Parameter | None]:
    """Return annotation and registry entry of a path of a design.

    Raises
    ------
    ConfigurationError
        If no scenario and no strategy has it, or it says only what a thing is called.
    """
    root, _, rest = path.partition(".")
    name, _, below = rest.partition(".")
    found = None
    if root == "scenario" and rest:
        found, head = field_at(Scenario, rest), name
    elif root == "strategies" and below:
        found, head = field_at(Strategy, below), below.partition(".")[0]
    if found is None:
        raise ConfigurationError(path, "no scenario and no strategy has it", nearest(path, _known(name)))
    if head in FIXED:
        raise ConfigurationError(path, "cannot be varied", EXAMPLE)
    return found


def _known(strategy: str) -> list[str]:
    return [
        *(f"scenario.{path}" for path, _ in registry(Scenario)),
        *(f"strategies.{strategy or 'NAME'}.{path}" for path, _ in registry(Strategy)),
    ]


def _checked(design: Design, *, repeats: bool = False) -> Design:
    """Return a design with its values as the fields hold them, all of them valid and no point twice."""
    if not design.paths:
        raise ConfigurationError("design", "names no paths", EXAMPLE)
    if not design.points:
        raise ConfigurationError("design", "has no points", "give at least one")
    for path in design.paths:
        if design.paths.count(path) > 1:
            raise ConfigurationError("design", f"'{path}' stands twice", "name each path once")
    fields = [_field(path) for path in design.paths]
    known: list[dict[Any, Any]] = [{} for _ in design.paths]
    points: list[Point] = []
    first: dict[Point, int] = {}
    for number, point in enumerate(design.points):
        values: list[Any] = []
        for value, path, (annotation, entry), seen in zip(point, design.paths, fields, known, strict=True):
            value = tuple(value) if isinstance(value, list) else value
            key = (type(value), value)
            if key not in seen:
                try:
                    seen[key] = checked_value(annotation, value, path, entry)
                except ConfigurationError as error:
                    problem = f"{error.problem} ({design.told(number)})"
                    raise ConfigurationError(error.key, problem, error.advice) from None
            values.append(seen[key])
        made = tuple(values)
        if first.setdefault(made, number) != number and not repeats:
            raise ConfigurationError(
                "design",
                f"{design.told(number)} is the same as {design.told(first[made])}",
                "leave one of them out; a sample: fewer points",
            )
        points.append(made)
    return Design(design.paths, tuple(points), design.file, design.lines)


def strategies_in(paths: Iterable[str]) -> list[str]:
    """Return the names of the strategies that paths are about."""
    return list(dict.fromkeys(path.split(".")[1] for path in paths if path.startswith("strategies.")))


def swept_values(design: Design, place: int) -> Sequence[Any]:
    """Return the values of one path, point by point."""
    return [point[place] for point in design.points]
