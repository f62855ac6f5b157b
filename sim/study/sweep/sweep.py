"""A sweep: a scenario and strategies at the points of a design, and what its results are known by."""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.engine.simulation import ENGINES, Engine
from sim.study.compare import replication_seeds
from sim.study.sweep.design import Design, strategies_in
from sim.world.compatibility import check_compatible
from sim.world.description import to_mapping
from sim.world.errors import ConfigurationError, check_least, check_once, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy, lever_names

FORMAT = 2
"""Of the files; a change of their columns or of how they are named makes it another."""
FILES = 64
"""Files that a small design is cut into at least, as far as it has points, for shards to share."""
LARGEST_CHUNK = 32
"""Points in a file: what an interruption may cost, against what a file costs."""
DECIDING = ("behaviour", "engine", "world")
DECIDING_FILES = ("study/metrics.py", "study/standards.py", "study/sweep/points.py")
"""Sources that decide what a row holds."""
CALCULATING = ("numba", "numpy", "scipy")
"""Packages whose versions may change a row in its last digit."""


@dataclass(frozen=True)
class Chunk:
    """Points that stand in one file.

    Parameters
    ----------
    name
        Of the file, a hash of all that determines what stands in it.
    points
        Their numbers.
    """

    name: str
    points: range


@dataclass(frozen=True)
class Sweep:
    """What is run at the points of a design.

    Parameters
    ----------
    scenario, strategies
        What the points change.
    design
        The points.
    seeds
        The same for every point and strategy.
    engine
        What runs the customers.
    chunk
        Points in a file.
    baseline
        Name of the strategy that the others are held against; None for none.
    """

    scenario: Scenario
    strategies: tuple[Strategy, ...]
    design: Design
    seeds: tuple[int, ...]
    engine: Engine
    chunk: int
    baseline: str | None = None

    def at(self, number: int) -> tuple[Scenario, tuple[Strategy, ...]]:
        """Return scenario and strategies at a point.

        Raises
        ------
        ConfigurationError
            If values that are right by themselves cannot stand together.
        """
        scenario = _changed(self.scenario, self.design.changes(number, "scenario"))
        return scenario, tuple(
            _changed(strategy, self.design.changes(number, f"strategies.{strategy.name}"))
            for strategy in self.strategies
        )

    @property
    def rows_of_point(self) -> int:
        """Return how many rows a point has."""
        return len(self.strategies) * len(self.seeds)

    @cached_property
    def levers_of(self) -> dict[str, tuple[str, ...]]:
        """Return by strategy the levers that it has, or may have at some point by a path of the design."""
        found = {}
        for strategy in self.strategies:
            held, paths = strategy.levers(), self.design.changes(0, f"strategies.{strategy.name}")
            found[strategy.name] = tuple(
                lever
                for lever in lever_names()
                if lever in held or any(_touches(path, lever) for path in paths)
            )
        return found

    @cached_property
    def levers(self) -> tuple[str, ...]:
        """Return the levers that any strategy may have at any point: it is the same in every file."""
        held = {lever for levers in self.levers_of.values() for lever in levers}
        return tuple(lever for lever in lever_names() if lever in held)

    def configuration(self) -> dict[str, Any]:
        """Return what is the same for all points, as plain values."""
        scenario = to_mapping(self.scenario)
        del scenario["strategies"]  # those that are run stand below, the others do not matter
        return {
            "engine": self.engine,
            "replications": len(self.seeds),
            "scenario": scenario,
            "strategies": {strategy.name: to_mapping(strategy) for strategy in self.strategies},
        }

    @cached_property
    def identity(self) -> str:
        """Return a digest of all that rows depend on but for their point."""
        return _digest(
            {
                "format": FORMAT,
                "simulation": simulation_digest(),
                "seeds": self.seeds,
                "baseline": self.baseline,
                "paths": self.design.paths,
                "files": self._edge_lists(),
                **self.configuration(),
            }
        )

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """Return the files of the sweep; the cut goes by the number of a point, not by shards."""
        found = []
        for first in range(0, len(self.design.points), self.chunk):
            points = range(first, min(first + self.chunk, len(self.design.points)))
            values = [self.design.points[number] for number in points]
            name = _digest({"sweep": self.identity, "first": first, "points": values})
            found.append(Chunk(f"{name[:24]}.parquet", points))
        return tuple(found)

    @cached_property
    def column_kinds(self) -> tuple[str, ...]:
        """Return the type of the column of each path, by all points: it is the same in every file."""
        kinds = []
        for place in range(len(self.design.paths)):
            found = {type(point[place]) for point in self.design.points} - {type(None)}
            kinds.append("string")
            for kind, name in ((float, "float64"), (int, "int64"), (bool, "bool")):
                if found == {kind} or (kind is float and found == {int, float}):
                    kinds[-1] = name
        return tuple(kinds)

    def shard(self, number: int, shards: int) -> tuple[Chunk, ...]:
        """Return the files that one of several shards has to make."""
        return self.chunks[number::shards]

    def _edge_lists(self) -> dict[str, str]:
        """Return a digest of every edge list that may be read, by its path."""
        paths = {self.scenario.network.path}
        if "scenario.network.path" in self.design.paths:
            place = self.design.paths.index("scenario.network.path")
            paths |= {point[place] for point in self.design.points}
        read = {path: Path(path) for path in sorted(filter(None, paths))}
        return {
            path: hashlib.sha256(file.read_bytes()).hexdigest()
            for path, file in read.items()
            if file.is_file()
        }


def make_sweep(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    design: Design,
    *,
    replications: int = 1,
    seed: int = 1,
    engine: Engine = "compiled",
    chunk: int | None = None,
    baseline: str | None = None,
) -> Sweep:
    """Return a sweep, checked.

    Parameters
    ----------
    scenario, strategies, design
        What is run where.
    replications, seed
        Seeds of every point, and where they start.
    engine
        "compiled" or "mesa".
    chunk
        Points in a file; by the size of the design if None.
    baseline
        Name of the strategy that the others are held against; None for none.

    Raises
    ------
    ConfigurationError
        If a number is out of its range, a strategy stands twice or cannot be carried out, the baseline is not
        among them, or a path of the design is about a strategy that is not run or a part that this scenario
        does not have.
    """
    if engine not in ENGINES:
        raise ConfigurationError("engine", f"unknown engine '{engine}'", nearest(engine, ENGINES))
    if not strategies:
        raise ConfigurationError("strategies", "the list is empty", "give at least one")
    names = [strategy.name for strategy in strategies]
    check_once("strategies", names)
    if baseline is not None and baseline not in names:
        raise ConfigurationError(
            "baseline", f"'{baseline}' is not among the strategies", nearest(baseline, names)
        )
    for strategy in strategies:
        check_compatible(scenario, strategy)
    check_least(replications=(replications, 1), chunk=(1 if chunk is None else chunk, 1))
    for name in strategies_in(design.paths):
        if name not in names:
            raise ConfigurationError(
                f"strategies.{name}", "is not among the strategies run", nearest(name, names)
            )
    if chunk is None:
        chunk = max(1, min(len(design.points) // FILES, LARGEST_CHUNK))
    seeds = replication_seeds(seed, replications)
    sweep = Sweep(scenario, tuple(strategies), design, seeds, engine, chunk, baseline)
    for path, value in zip(design.paths, design.points[0], strict=True):
        root = "scenario" if path.startswith("scenario.") else ".".join(path.split(".")[:2])
        below = {path.removeprefix(f"{root}."): value}
        described: Scenario | Strategy = scenario
        if root != "scenario":
            described = strategies[names.index(root.partition(".")[2])]
        try:
            described.replace(below)
        except ConfigurationError as error:
            if error.problem == "unknown key":  # else values of one point that need each other
                raise error.under(root) from None
    return sweep


@cache
def simulation_digest() -> str:
    """Return a digest of the sources and packages that decide what a row holds."""
    package = Path(__file__).resolve().parent.parent.parent
    digest = hashlib.sha256(f"{platform.python_version_tuple()[:2]}".encode())
    for name in CALCULATING:
        digest.update(f"{name} {metadata.version(name)}".encode())
    folders = [path for folder in DECIDING for path in sorted((package / folder).glob("*.py"))]
    for path in [*folders, *(package / name for name in DECIDING_FILES)]:
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _touches(path: str, lever: str) -> bool:
    """Return whether a path below a strategy may switch a lever on; those of a programme come together."""
    part = "loyalty" if lever.startswith("loyalty.") else lever
    return f"{path}.".startswith(f"{part}.") or f"{part}.".startswith(f"{path}.")


def _changed(description: Any, changes: dict[str, Any]) -> Any:
    return description.replace(changes) if changes else description


def _digest(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
