"""Scenario discovery: in which worlds a strategy fails.

Worlds are drawn over the open assumptions. Where a strategy fails in them is described by a box: ranges of
few assumptions inside of which most of its failures lie, and little else. The box is found by the patient
rule induction method (PRIM, Friedman and Fisher 1999; for scenario discovery Bryant and Lempert 2010;
implementation: EMA workbench, Kwakkel 2017), which peels off a twentieth of the worlds at a time. A box
is fitted to the worlds it was found in, the more so the more assumptions it may restrict: it is looked for
among those whose ranks go most with the gain, limits that may as well be chance are left out of it again,
and how good it is is told on fresh worlds.
"""

import inspect
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.study.assumption_draws import BEHAVIOUR, latin_hypercube
from sim.study.compare import replication_seeds
from sim.study.decision.aims import metric_named, sign
from sim.study.exploration.worlds import drawn_assumptions, outcomes_in_worlds
from sim.study.extras import needed
from sim.study.statistics import CONFIDENCE, Interval
from sim.study.unfinished import Notebook
from sim.world.assumptions import Assumption
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, check_least
from sim.world.library import load_strategy
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Progress = Callable[[int, int], None]
DRAWS, SEEDS, DENSITY, MOST = 400, 1, 0.8, 8
PEEL, LEAST_MASS = 0.05, 0.05
"""Share of the worlds in the box that is peeled off at a time, and share of all worlds a box keeps."""
NEXT_TO_NOTHING = 1e-9
CHANCE = 0.05
"""Greatest quasi-p-value of a limit that is kept."""
FEWEST = 10
"""Failures, and worlds without one, that a box can be looked for in."""


class Side(NamedTuple):
    """How a box restricts an assumption.

    Parameters
    ----------
    path
        The assumption.
    low, high
        Its limits in the box, infinite where there is none.
    low_chance, high_chance
        Quasi-p-values: how likely as many failures among what a limit keeps would be, were it without
        effect; NaN where there is none.
    """

    path: str
    low: float
    high: float
    low_chance: float
    high_chance: float


@dataclass(frozen=True)
class Discovery:
    """Where a strategy fails.

    Parameters
    ----------
    scenario, strategy, baseline, metric, below, density_asked
        What was looked at: worlds in which the strategy gains less than `below` over the baseline.
    items
        The assumptions that were drawn.
    points, gains
        The worlds in which the box was found (worlds, assumptions), and the gain in each.
    fresh_points, fresh_gains
        The same for the worlds it was checked in.
    sides
        What the box restricts, the most telling first; empty if there is no box.
    trajectory
        Coverage, density and number of restricted assumptions of every box on the way, and which was taken.
    problem
        Why there is no box, if there is none.
    """

    scenario: Scenario
    strategy: Strategy
    baseline: Strategy
    metric: str
    below: float
    density_asked: float
    items: tuple[Assumption, ...]
    points: Floats = field(repr=False)
    gains: Floats = field(repr=False)
    fresh_points: Floats = field(repr=False)
    fresh_gains: Floats = field(repr=False)
    sides: tuple[Side, ...] = ()
    trajectory: tuple[tuple[float, float, int], ...] = field(repr=False, default=())
    taken: int = -1
    problem: str = ""

    def failed(self, *, fresh: bool = False) -> Flags:
        """Return in which worlds the strategy fails."""
        return np.asarray((self.fresh_gains if fresh else self.gains) < self.below)

    def inside(self, *, fresh: bool = False) -> Flags:
        """Return which worlds lie in the box."""
        points = self.fresh_points if fresh else self.points
        paths = [item.path for item in self.items]
        held = np.ones(len(points), dtype=bool)
        for side in self.sides:
            column = points[:, paths.index(side.path)]
            held &= (side.low <= column) & (column <= side.high)
        return held

    def coverage(self, *, fresh: bool = False) -> Interval:
        """Return the share of the failures that lie in the box, with a 95 % interval on fresh worlds."""
        failed, inside = self.failed(fresh=fresh), self.inside(fresh=fresh)
        return share_interval(int((failed & inside).sum()), int(failed.sum()), exact=fresh)

    def density(self, *, fresh: bool = False) -> Interval:
        """Return the share of failures among the worlds in the box, with a 95 % interval on fresh worlds."""
        failed, inside = self.failed(fresh=fresh), self.inside(fresh=fresh)
        return share_interval(int((failed & inside).sum()), int(inside.sum()), exact=fresh)

    def failing(self) -> Interval:
        """Return the share of all worlds in which the strategy fails, with its 95 % interval."""
        failed = np.concatenate([self.failed(), self.failed(fresh=True)])
        return share_interval(int(failed.sum()), len(failed), exact=True)


def share_interval(part: int, whole: int, *, exact: bool, confidence: float = CONFIDENCE) -> Interval:
    """Return a share with its exact interval (Clopper and Pearson 1934), or without one.

    Worlds of a Latin hypercube are spread more evenly than independent ones: the interval is on the safe
    side.
    """
    if whole == 0:
        return Interval(np.nan, np.nan, np.nan)
    share, tail = part / whole, 0.5 - 0.5 * confidence
    if not exact:
        return Interval(share, np.nan, np.nan)
    low = 0.0 if part == 0 else float(special.betaincinv(part, whole - part + 1, tail))
    high = 1.0 if part == whole else float(special.betaincinv(part + 1, whole - part, 1.0 - tail))
    return Interval(share, low, high)


def discover(
    scenario: Scenario,
    strategy: Strategy | str,
    metric: str = "clv",
    *,
    below: float = 0.0,
    baseline: Strategy | str = "baseline",
    vary: str | Sequence[str] = BEHAVIOUR,
    draws: int = DRAWS,
    fresh: int | None = None,
    density: float = DENSITY,
    most: int = MOST,
    seeds: int = SEEDS,
    seed: int = 1,
    workers: int = 2,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Discovery:
    """Find out in which worlds a strategy fails.

    Parameters
    ----------
    scenario
        The world as it stands.
    strategy
        A strategy or its name.
    metric
        What it is to gain; where less is better a gain is a reduction.
    below
        It fails in a world in which it gains less than this over the baseline.
    baseline
        What it is held against.
    vary
        Dotted paths of what is drawn, numbers or what they stand below: all that are marked as design
        choices there and have a closed range.
    draws
        Worlds in which the box is looked for.
    fresh
        Further worlds in which it is checked; half as many if None.
    density
        Share of failures that the box shall have at least; of all such boxes on the way the one that
        covers most failures is taken, and where there is none the one with the greatest harmonic mean of
        coverage and density.
    most
        Assumptions that it may restrict: those whose ranks go most with the gain.
    seeds
        Seeds of every world, the same for all.
    seed
        Of draws and seeds.
    workers
        Threads; results do not depend on their number.
    folder
        Keeps what is done, so that the same study goes on after an interruption; None keeps nothing.
    progress
        Called with (worlds done, worlds in all).

    Raises
    ------
    ConfigurationError
        If a name or number is wrong, nothing is open, or the EMA workbench is not installed.
    """
    fresh = draws // 2 if fresh is None else fresh
    check_least(
        draws=(draws, 2 * FEWEST), fresh=(fresh, 2), most=(most, 1), seeds=(seeds, 1), workers=(workers, 1)
    )
    if not 0.0 < density <= 1.0:
        raise ConfigurationError("density", f"{density:g} is outside its range", "valid: above 0 to 1")
    name = metric_named(metric, "metric")
    arm = strategy if isinstance(strategy, Strategy) else load_strategy(strategy, scenario)
    base = baseline if isinstance(baseline, Strategy) else load_strategy(baseline, scenario)
    for one in (arm, base):
        check_compatible(scenario, one)
    items = drawn_assumptions(scenario, [vary] if isinstance(vary, str) else vary)
    _workbench()
    worlds = latin_hypercube(items, draws, seed) + latin_hypercube(items, fresh, seed + 1)
    notebook = Notebook(folder / "worlds.jsonl" if folder is not None else None)
    values = outcomes_in_worlds(
        *(scenario, (base, arm), worlds, replication_seeds(seed, seeds), (name,), workers, notebook, progress)
    )
    gains = sign(name) * (values[:, :, 1, 0] - values[:, :, 0, 0]).mean(axis=1)
    if np.isnan(gains).any():
        raise ConfigurationError("metric", f"'{name}' has no value in some world", "take another metric")
    points = np.array([[world[item.path] for item in items] for world in worlds])
    found = Discovery(
        *(scenario, arm, base, name, below, density, tuple(items)),
        *(points[:draws], gains[:draws], points[draws:], gains[draws:]),
    )
    return _with_box(found, most)


def _with_box(found: Discovery, most: int) -> Discovery:
    """Return what was found with the box, or with the reason why there is none."""
    failed = found.failed()
    if failed.sum() < FEWEST or (~failed).sum() < FEWEST:
        where = "hardly any" if failed.sum() < FEWEST else "nearly every"
        problem = f"it fails in {where} world ({failed.sum()} of {len(failed)}): there is no box to look for"
        return replace(found, problem=problem)
    places = telling(found.points, found.gains, most)
    paths = [found.items[place].path for place in places]
    ways = peeled(found.points[:, places], failed, paths)
    boxes = [replace(found, sides=kept_sides(sides)) for sides in ways]
    steps = tuple((box.coverage().mean, box.density().mean, len(box.sides)) for box in boxes)
    taken = chosen([step[:2] for step in steps], found.density_asked)
    sides = boxes[taken].sides
    problem = "" if sides else "no assumption tells the worlds in which it fails from the others"
    return replace(found, sides=sides, trajectory=steps, taken=taken, problem=problem)


def telling(points: Floats, gains: Floats, most: int) -> list[int]:
    """Return the numbers of the assumptions whose ranks go most with the gain (Spearman 1904)."""
    from scipy import stats

    ranks = stats.rankdata(gains)
    tied = [abs(np.corrcoef(stats.rankdata(column), ranks)[0, 1]) for column in points.T]
    return [int(place) for place in np.argsort(-np.array(tied), kind="stable")[:most]]


def kept_sides(sides: Sequence[Side]) -> tuple[Side, ...]:
    """Return the restrictions of a box that are not chance, the most telling first."""
    told = [side for side in map(clear, sides) if min(-side.low, side.high) < np.inf]
    return tuple(sorted(told, key=lambda side: np.nanmin([side.low_chance, side.high_chance])))


def clear(side: Side) -> Side:
    """Return a restriction without a limit that may as well be chance (Bryant and Lempert 2010)."""
    low, high = side.low_chance <= CHANCE, side.high_chance <= CHANCE
    return Side(
        side.path,
        side.low if low else -np.inf,
        side.high if high else np.inf,
        side.low_chance if low else np.nan,
        side.high_chance if high else np.nan,
    )


def chosen(boxes: Sequence[tuple[float, float]], density: float) -> int:
    """Return which box to take of some, given by coverage and density: see `discover`."""
    dense = [place for place, box in enumerate(boxes) if box[1] >= density]
    if dense:
        return max(dense, key=lambda place: boxes[place])
    return max(range(len(boxes)), key=lambda place: _both(*boxes[place]))


def _both(coverage: float, density: float) -> float:
    """Return the harmonic mean of coverage and density."""
    return 2.0 * coverage * density / (coverage + density) if coverage + density > 0.0 else 0.0


def peeled(points: Floats, failed: Flags, paths: Sequence[str]) -> list[list[Side]]:
    """Return what every box restricts on the way from all worlds to the smallest one."""
    import pandas as pd

    prim = _workbench()
    with _unworried():
        # Version 2 asks from what on a world counts as a failure and a box as one; version 3 does not, and
        # has another name for quasi-p-values.
        asked = (
            {"threshold": NEXT_TO_NOTHING} if "threshold" in inspect.signature(prim.Prim).parameters else {}
        )
        worlds = pd.DataFrame(points, columns=list(paths))
        box = prim.Prim(worlds, failed, peel_alpha=PEEL, mass_min=LEAST_MASS, **asked).find_box()
        tested = box.qp if asked else box.p_values
        return [
            [_side(path, limits[path], chances[path]) for path in chances]
            for limits, chances in zip(box.box_lims, tested, strict=True)
        ]


def _side(path: str, limits: Sequence[float], chances: Sequence[float]) -> Side:
    """Return a restriction; a side that is not restricted, whose chance is -1, has no limit."""
    low, high = (float(end) for end in limits)
    low_chance, high_chance = (float(chance) for chance in chances)
    return Side(
        path,
        low if low_chance >= 0.0 else -np.inf,
        high if high_chance >= 0.0 else np.inf,
        low_chance if low_chance >= 0.0 else np.nan,
        high_chance if high_chance >= 0.0 else np.nan,
    )


class _unworried(warnings.catch_warnings):  # noqa: N801 - used like the function that it extends
    """Pass over warnings of the workbench: parts that are not installed, words that pandas will drop."""

    def __enter__(self) -> None:
        super().__enter__()
        for category in (UserWarning, ImportWarning, DeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", category=category, module=r"ema_workbench")


def _workbench() -> Any:
    with _unworried():
        return needed("ema_workbench.analysis.prim", "discovery", "the EMA workbench", "discover")
