"""Two worlds with the same customers and the same luck: what happens in them week by week.

A frame holds the measures of one run as arrays over weeks. The first seed gives the curve; further seeds give
means and paired 95 % intervals, so that no headline rests on one lucky run.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.app.panel import Folders, panel
from sim.app.setting_up import world_of
from sim.app.state import MEASURES, State, World
from sim.engine.kpis import moving_sum, ratio, tick_kpis
from sim.engine.simulation import Run, simulate
from sim.study.compare import replication_seeds
from sim.study.statistics import Band, band
from sim.world.scenario import DAYS_PER_YEAR, Scenario
from sim.world.strategy import Strategy

Weeks = NDArray[np.float64]

REPLICATIONS = 12
"""Seeds behind an interval: twelve paired runs of 2,000 customers, a second or so on two cores."""
QUARTER = 13
YEAR = 52
REMEMBERED = 4000
"""Frames that are kept, some 10 kB each."""
PERCENT = 100.0
DECIMALS: Mapping[str, int] = {
    "csat": 1,
    "trust": 1,
    "active": 0,
    "kept": 1,
    "complaints": 1,
    "nps": 0,
    "profit": 0,
}
"""With how many decimals a measure is told."""
CLOSER: Mapping[str, int] = {**DECIMALS, "nps": 1}
"""With how many decimals a difference is told."""
GOOD: Mapping[str, int] = {name: -1 if name == "complaints" else 1 for name in MEASURES}
"""Whether more is better."""


@dataclass(frozen=True)
class Frame:
    """One run, week by week.

    Parameters
    ----------
    values
        By measure, over the weeks; NaN where nothing was counted yet.
    nps_error
        Sampling error of the net promoter score, in points.
    """

    values: Mapping[str, Weeks] = field(repr=False)
    nps_error: Weeks = field(repr=False)


class Key(NamedTuple):
    """What decides a run."""

    scenario: str
    world: World
    seed: int
    customers: int


@dataclass(frozen=True)
class Pair:
    """Both worlds, run by run on the same seeds.

    Parameters
    ----------
    a, b
        Frames, one per seed, in the same order.
    """

    a: tuple[Frame, ...]
    b: tuple[Frame, ...]
    _bands: dict[tuple[str, str], Band] = field(default_factory=dict, repr=False, compare=False)

    @property
    def weeks(self) -> int:
        """Return how many weeks were run."""
        return len(self.a[0].nps_error)

    @property
    def replications(self) -> int:
        """Return on how many seeds both worlds were run."""
        return min(len(self.a), len(self.b))

    def level(self, side: str, measure: str) -> Band:
        """Return a measure in one world."""
        return self._band(side, measure)

    def difference(self, measure: str) -> Band:
        """Return B less A, seed by seed."""
        return self._band("difference", measure)

    def _values(self, side: str, measure: str) -> Weeks:
        frames = self.a if side == "a" else self.b
        return np.array([frame.values[measure] for frame in frames[: self.replications]])

    def _band(self, of: str, measure: str) -> Band:
        """Return a band, worked out once."""
        if (of, measure) not in self._bands:
            difference = of == "difference"
            values = self._values("b" if difference else of, measure)
            self._bands[of, measure] = band(values - self._values("a", measure) if difference else values)
        return self._bands[of, measure]

    def nps_error(self, side: str) -> Weeks:
        """Return the sampling error that one survey of this size has, on average over the runs."""
        frames = self.a if side == "a" else self.b
        return np.asarray(np.mean([frame.nps_error for frame in frames[: self.replications]], axis=0))


def keys(state: State, side: str, replications: int = REPLICATIONS) -> list[Key]:
    """Return the runs that a world of a state needs, the curve first."""
    world = state.a if side == "a" else state.b
    seeds = replication_seeds(state.seed, replications)
    return [Key(state.scenario, world, seed, state.customers) for seed in seeds]


def described(key: Key, folders: Folders = ()) -> tuple[Scenario, Strategy]:
    """Return scenario and strategy of a run, in weeks whatever the scenario's own tick.

    Raises
    ------
    ConfigurationError
        If the world is not valid.
    """
    scenario, strategy = world_of(key.world, panel(key.scenario, folders), folders)
    changes: dict[str, object] = {"customers.count": key.customers}
    if scenario.time.tick != "week":
        changes["time.tick"] = "week"
    return scenario.replace(changes), strategy


def run(key: Key, folders: Folders = ()) -> Run:
    """Run one world on the compiled engine, which leaves the interpreter free meanwhile."""
    scenario, strategy = described(key, folders)
    return simulate(scenario, strategy, key.seed)


def frame(key: Key, folders: Folders = ()) -> Frame:
    """Run one world and return its measures by week."""
    return frame_of(run(key, folders))


def frame_of(done: Run) -> Frame:
    """Return the measures of a run by week.

    Rates are over a moving quarter, the net promoter score over a moving year, for it is asked in waves;
    trust is a state of the active customers; profit is summed up since the start, per customer at the start.
    """
    kpis = tick_kpis(done.ledger, done.scenario)
    ledger = done.ledger

    def moving(name: str, weeks: int) -> Weeks:
        values = kpis[name] if name in kpis else np.asarray(ledger[name].sum(axis=1), dtype=np.float64)
        return moving_sum(values, weeks)

    quarter, year = _ticks(done, QUARTER), _ticks(done, YEAR)
    asked = moving("asked", year)
    promoters, detractors = ratio(moving("promoters", year), asked), ratio(moving("detractors", year), asked)
    kept = moving("promises_kept", quarter)
    values = {
        "csat": PERCENT * ratio(moving("top_two", quarter), moving("answers", quarter)),
        "trust": PERCENT * kpis["mean_trust"],
        "active": kpis["active"],
        "kept": PERCENT * ratio(kept, kept + moving("promises_broken", quarter)),
        "complaints": PERCENT * ratio(moving("complaints", quarter), moving("orders", quarter)),
        "nps": PERCENT * (promoters - detractors),
        "profit": np.cumsum(kpis["profit"]) / done.scenario.customers.count,
    }
    error = PERCENT * np.sqrt(
        np.maximum(promoters + detractors - (promoters - detractors) ** 2, 0.0) / np.maximum(asked, 1.0)
    )
    return Frame(values, error)


def _ticks(done: Run, weeks: int) -> int:
    return max(1, round(weeks * 7.0 / done.scenario.time.tick_days))


def week_of(state: State, weeks: int) -> int:
    """Return the week the cursor stands at, counted from 1."""
    return weeks if state.week is None else min(state.week, weeks)


def horizon(state: State, folders: Folders = ()) -> int:
    """Return how many weeks a scenario is watched."""
    time = panel(state.scenario, folders).scenario.time
    return max(1, round(time.horizon * DAYS_PER_YEAR / 7.0))


class Memory:
    """Frames that were run, for all visitors; those used last are kept."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._frames: OrderedDict[Key, Frame] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Frame | None:
        """Return a frame that was run before."""
        with self._lock:
            found = self._frames.get(key)
            if found is not None:
                self._frames.move_to_end(key)
            return found

    def put(self, key: Key, found: Frame) -> None:
        """Keep a frame."""
        with self._lock:
            self._frames[key] = found
            self._frames.move_to_end(key)
            while len(self._frames) > self._most:
                self._frames.popitem(last=False)

    def all(self, wanted: Sequence[Key]) -> tuple[Frame, ...]:
        """Return the frames of the first of some runs that are there, up to the first that is not."""
        found: list[Frame] = []
        for key in wanted:
            one = self.get(key)
            if one is None:
                break
            found.append(one)
        return tuple(found)
