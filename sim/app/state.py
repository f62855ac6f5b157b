"""The whole state of one visitor, and pure functions from state to state."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Value: TypeAlias = float | bool
Side: TypeAlias = Literal["a", "b"]
Guess: TypeAlias = Literal["", "up", "same", "down"]
View: TypeAlias = Literal["curves", "story", "cards"]

SIDES: tuple[Side, Side] = ("a", "b")
GUESSES: tuple[Guess, ...] = ("", "up", "same", "down")
VIEWS: tuple[View, ...] = ("curves", "story", "cards")
MEASURES = ("csat", "trust", "active", "kept", "complaints", "nps", "profit")
"""What is shown by week, see `sim.app.worlds`."""
CHARTS = ("csat", "trust", "active", "profit")
"""What is drawn at first."""
MOST_CHARTS = 4
PROJECTOR_CHARTS = 2
PROJECTOR_NUMBERS = 4
CUSTOMERS = 2000
LATEST = 10_000
"""No week comes later; the scenario's own end is what is shown."""


@dataclass(frozen=True)
class World:
    """One of the two worlds: a strategy, and what was changed in it.

    Parameters
    ----------
    preset
        Name of the strategy it starts from.
    changes
        By dotted path, in order of the paths: a value of the strategy or of the scenario's process; or
        the name of a lever and whether it is on.
    """

    preset: str = "baseline"
    changes: tuple[tuple[str, Value], ...] = ()

    def changed(self) -> dict[str, Value]:
        """Return the changes by path."""
        return dict(self.changes)

    def with_changes(self, changes: Mapping[str, Value]) -> "World":
        """Return the world with other changes, in order of their paths."""
        return replace(self, changes=tuple(sorted(changes.items())))


@dataclass(frozen=True)
class State:
    """What a visitor sees and has set, all of it.

    Parameters
    ----------
    scenario
        Name of the scenario.
    a, b
        The two worlds.
    side
        Which of them the sliders change.
    lock
        Whether only one lever at a time may differ from the presets.
    seed
        What the seeds of all runs are made from.
    customers
        At the start of each run.
    week
        Where the cursor stands; None for the end.
    language
        "en" or "ru".
    projector
        Whether it is shown to a room: large, and little at a time.
    predict
        Whether results are hidden until somebody has said what they expect.
    ask
        The measure that is asked about.
    guess
        What was expected of B against A; "" as long as nobody has said.
    revealed
        Whether the results are shown though they were hidden.
    watched
        The customer whose story is told; None for the first whose life was decided.
    charts
        Measures that are drawn.
    view
        What the middle of the page shows.
    """

    scenario: str = "courier"
    a: World = field(default_factory=World)
    b: World = field(default_factory=lambda: World("over_promise"))
    side: Side = "b"
    lock: bool = False
    seed: int = 1
    customers: int = CUSTOMERS
    week: int | None = None
    language: str = "en"
    projector: bool = False
    predict: bool = False
    ask: str = "active"
    guess: Guess = ""
    revealed: bool = False
    watched: int | None = None
    charts: tuple[str, ...] = CHARTS
    view: View = "curves"

    def world(self, side: Side) -> World:
        """Return one of the two worlds."""
        return self.a if side == "a" else self.b

    def with_world(self, side: Side, world: World) -> "State":
        """Return the state with another world on one side."""
        return replace(self, a=world) if side == "a" else replace(self, b=world)

    @property
    def hidden(self) -> bool:
        """Return whether the results of B are hidden at the moment."""
        return self.predict and not self.revealed

    @property
    def drawn(self) -> tuple[str, ...]:
        """Return the measures that are drawn, fewer for a room."""
        return self.charts[:PROJECTOR_CHARTS] if self.projector else self.charts

    @property
    def told(self) -> tuple[str, ...]:
        """Return the measures that are told as numbers: for a room those drawn first, four at most."""
        if not self.projector:
            return MEASURES
        return tuple(dict.fromkeys((*self.drawn, *MEASURES)))[:PROJECTOR_NUMBERS]


def same_runs(one: State, other: State) -> bool:
    """Return whether two states need the same runs."""
    return _runs(one) == _runs(other)


def _runs(state: State) -> tuple[object, ...]:
    return (state.scenario, state.a, state.b, state.seed, state.customers)


def lever_of(path: str, levers: Mapping[str, str]) -> str:
    """Return the lever that a changed path belongs to; the path itself for a lever and an unknown path."""
    return levers.get(path, path)


def touched(state: State, levers: Mapping[str, str]) -> set[str]:
    """Return the levers that differ from the presets, in either world."""
    return {lever_of(path, levers) for side in SIDES for path, _ in state.world(side).changes}


def may_move(state: State, lever: str, levers: Mapping[str, str]) -> bool:
    """Return whether a lever may be moved: with the lock, only while no other one is."""
    return not state.lock or touched(state, levers) <= {lever}


def set_value(state: State, side: Side, path: str, value: Value, levers: Mapping[str, str]) -> State:
    """Return the state with a value set in a world; unchanged where the lock holds another lever.

    Parameters
    ----------
    state
        The state before.
    side
        In which world.
    path
        Dotted path of the value, or the name of a lever to switch.
    value
        The new value.
    levers
        By path, the lever it belongs to.
    """
    if not may_move(state, lever_of(path, levers), levers):
        return state
    world = state.world(side)
    changed = world.with_changes({**world.changed(), path: value})
    return _asked_anew(state, state.with_world(side, changed))


def set_lever(state: State, side: Side, lever: str, on: bool, own: bool, levers: Mapping[str, str]) -> State:
    """Return the state with a lever switched, and what was changed in it forgotten.

    Parameters
    ----------
    state, side, levers
        As for `set_value`.
    lever
        Its name.
    on
        Whether it is to be on.
    own
        Whether the preset of the world has it, so that switching it on is no change.
    """
    if not may_move(state, lever, levers):
        return state
    world = state.world(side)
    kept = {path: value for path, value in world.changed().items() if lever_of(path, levers) != lever}
    if on != own:
        kept[lever] = on
    return _asked_anew(state, state.with_world(side, world.with_changes(kept)))


def take_preset(state: State, side: Side, preset: str) -> State:
    """Return the state with a preset taken in a world; changes made there are dropped."""
    return _asked_anew(state, state.with_world(side, World(preset)))


def take_scenario(state: State, scenario: str, preset: str) -> State:
    """Return the state in another scenario: today's practice against a preset."""
    fresh = replace(state, scenario=scenario, a=World(), b=World(preset), week=None, watched=None)
    return _asked_anew(state, fresh)


def reset(state: State) -> State:
    """Return the state as one arrives in this scenario, in the same language and on the same screen."""
    start = State()
    return replace(
        start,
        scenario=state.scenario,
        customers=state.customers,
        language=state.language,
        projector=state.projector,
        predict=state.predict,
    )


def swap(state: State) -> State:
    """Return the state with the worlds exchanged."""
    return _asked_anew(state, replace(state, a=state.b, b=state.a))


def luck_anew(state: State) -> State:
    """Return the state with other customers and other luck, the same in both worlds."""
    return _asked_anew(state, replace(state, seed=state.seed + 1))


def guess(state: State, expected: Guess) -> State:
    """Return the state after somebody said what they expect."""
    return replace(state, guess=expected)


def for_others(state: State) -> State:
    """Return the state as it is passed on: before the results are shown, everybody guesses for themselves."""
    return replace(state, guess="") if state.hidden else state


def reveal(state: State) -> State:
    """Return the state with the results shown."""
    return replace(state, revealed=True)


def toggle_chart(state: State, measure: str) -> State:
    """Return the state with a measure drawn, or no longer; the one drawn longest gives way."""
    if measure in state.charts:
        kept = tuple(name for name in state.charts if name != measure)
        return replace(state, charts=kept) if kept else state
    if state.projector:  # there, what is chosen comes first
        return replace(state, charts=(measure, *state.charts)[:MOST_CHARTS])
    return replace(state, charts=(*state.charts, measure)[-MOST_CHARTS:])


def _asked_anew(before: State, after: State) -> State:
    """Return the later state; where the runs differ a guess is asked for anew."""
    if same_runs(before, after):
        return after
    return replace(after, guess="", revealed=False)
