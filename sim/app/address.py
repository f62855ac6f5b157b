"""The whole state in the address: only what differs from the start, in keys that can be read.

`/?s=courier&a=guarantee&b=over_promise&b.commitments.delivery.threshold=25&lang=ru`. A key or value that is
not understood is left out and told; what is read is compared with lists and ranges, and nothing is executed.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote, urlencode

from sim.app.panel import Folders, Panel, panel
from sim.app.setting_up import world_of
from sim.app.state import (
    CHARTS,
    GUESSES,
    LATEST,
    MEASURES,
    MOST_CHARTS,
    SIDES,
    VIEWS,
    Side,
    State,
    Value,
    World,
)
from sim.language.words import LANGUAGES, Words
from sim.world.errors import ConfigurationError
from sim.world.library import scenario_files

MOST_KEYS = 200
LONGEST_VALUE = 200
NAMED = 4
"""Known names that are told where none is near."""
GREATEST_SEED = 2**31 - 1
CUSTOMER_RANGE = (20, 20_000)
WHOLE = re.compile(r"[0-9]{1,10}")
ON, OFF = "on", "off"
SPELLED: Mapping[str, str] = {"scenario": "s", "customers": "n"}
"""Keys as they are called on the command line."""


@dataclass(frozen=True)
class Problem:
    """What in an address was not understood.

    Parameters
    ----------
    key
        As it stands there.
    kind
        Which text says what is wrong: ``app.address.<kind>``.
    values
        What the text names.
    """

    key: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)

    def told(self, words: Words) -> str:
        """Return it in a line of a language."""
        return words.text(f"app.address.{self.kind}", setting=self.key, **self.values).replace("….", "…")


class _MisreadError(Exception):
    """A value that is not understood."""

    def __init__(self, kind: str, **values: str) -> None:
        self.kind, self.values = kind, values


def write_address(state: State, start: State | None = None) -> str:
    """Return the query of a state, without the question mark; "" at the start.

    Parameters
    ----------
    state
        What is to be found again.
    start
        What one sees without a query.
    """
    first = start or State()
    pairs: list[tuple[str, str]] = []

    def put(key: str, now: Any, then: Any) -> None:
        if now != then:
            pairs.append((key, _text(now)))

    put("s", state.scenario, first.scenario)
    for side in SIDES:
        world, usual = state.world(side), first.world(side)
        # A side that is as at the start is left out; the first preset is always told in another scenario.
        if world.preset != usual.preset:
            pairs.append((side, world.preset))
        pairs += [(f"{side}.{path}", _text(value)) for path, value in world.changes]
    put("side", state.side, first.side)
    put("lock", state.lock, first.lock)
    put("seed", state.seed, first.seed)
    put("n", state.customers, first.customers)
    put("week", state.week, first.week)
    put("lang", state.language, first.language)
    put("projector", state.projector, first.projector)
    put("predict", state.predict, first.predict)
    put("ask", state.ask, first.ask)
    put("guess", state.guess, first.guess)
    put("revealed", state.revealed, first.revealed)
    put("who", state.watched, first.watched)
    put("charts", ",".join(state.charts), ",".join(first.charts))
    put("view", state.view, first.view)
    return urlencode(pairs, quote_via=quote, safe=",")


def share_address(state: State) -> str:
    """Return the query of a state that any server of the app understands, whatever it was started with."""
    return write_address(state) or f"s={state.scenario}"


def arrive(
    query: Iterable[tuple[str, str]], start: State, folders: Folders = ()
) -> tuple[State, tuple[Problem, ...]]:
    """Return what a visitor sees first: the state of the address, or the start where it says nothing."""
    pairs = list(query)
    return read_address(pairs, State() if pairs else start, folders)


def read_address(
    query: Mapping[str, str] | Iterable[tuple[str, str]], start: State | None = None, folders: Folders = ()
) -> tuple[State, tuple[Problem, ...]]:
    """Return the state of an address, valid whatever stands there, and what was not understood.

    Parameters
    ----------
    query
        Keys and values, decoded.
    start
        What holds where the address says nothing.
    folders
        A user's own folders of scenarios and strategies.
    """
    state = start or State()
    pairs = list(query.items() if isinstance(query, Mapping) else query)
    problems: list[Problem] = []
    if len(pairs) > MOST_KEYS:
        problems.append(Problem("…", "too_many", {"most": str(MOST_KEYS)}))
        pairs = pairs[:MOST_KEYS]
    given: dict[str, str] = {}
    typed: dict[str, str] = {}
    for name, value in pairs:
        key = SPELLED.get(name, name)
        typed.setdefault(key, name)
        if key in given:
            problems.append(Problem(_short(key), "twice"))
        elif len(value) > LONGEST_VALUE:
            problems.append(Problem(_short(key), "too_long"))
        else:
            given[key] = value

    def take(key: str, read: Callable[[str], Any], name: str) -> None:
        nonlocal state
        if key in given:
            try:
                state = replace(state, **{name: read(given.pop(key))})
            except _MisreadError as wrong:
                problems.append(Problem(_short(typed[key]), wrong.kind, wrong.values))

    take("s", _one_of(scenario_files(folders)), "scenario")
    board = panel(state.scenario, folders)
    for side in SIDES:
        state = _side(state, side, given, board, folders, problems)
    take("side", _one_of(SIDES), "side")
    take("lock", _flag, "lock")
    take("seed", _number(0, GREATEST_SEED), "seed")
    take("n", _number(*CUSTOMER_RANGE), "customers")
    take("week", _number(1, LATEST), "week")
    take("lang", _one_of(LANGUAGES), "language")
    take("projector", _flag, "projector")
    take("predict", _flag, "predict")
    take("ask", _one_of(MEASURES), "ask")
    take("guess", _one_of(GUESSES), "guess")
    take("revealed", _flag, "revealed")
    take("who", _number(0, state.customers - 1), "watched")
    take("charts", _charts, "charts")
    take("view", _one_of(VIEWS), "view")
    known = ["s", *SIDES, "side", "lock", "seed", "n", "week", "lang", "projector", "predict"]
    known += ["ask", "guess", "revealed", "who", "charts", "view"]
    problems += [Problem(_short(key), "unknown", {"near": _near(key, known)}) for key in given]
    return state, tuple(problems)


def _side(
    state: State, side: Side, given: dict[str, str], board: Panel, folders: Folders, problems: list[Problem]
) -> State:
    """Return the state with one world read; what does not fit is left out."""
    world = state.world(side)
    if world.preset not in board.presets:
        world = World(board.presets[0])
    preset = given.pop(side, None)
    if preset is not None:
        try:
            world = World(_one_of(board.presets)(preset))
        except _MisreadError as wrong:
            problems.append(Problem(side, wrong.kind, wrong.values))
    changes = world.changed()
    for key in [key for key in given if key.startswith(f"{side}.")]:
        path = key.partition(".")[2]
        try:
            changes[path] = _value(path, given.pop(key), board)
        except _MisreadError as wrong:
            problems.append(Problem(_short(key), wrong.kind, wrong.values))
    changed = world.with_changes(changes)
    try:
        world_of(changed, board, folders)
    except ConfigurationError as error:
        problems.append(Problem(side, "together", {"path": error.key}))
        changed = world.with_changes({})
    return state.with_world(side, changed)


def _value(path: str, text: str, board: Panel) -> Value:
    lever = board.lever(path)
    if lever is not None and text in (ON, OFF) and not lever.process:
        return text == ON
    setting = board.setting(path)
    if setting is None:
        if lever is not None:
            raise _MisreadError("flag")
        raise _MisreadError("unknown", near=_near(path, board.lever_of))
    if setting.switch:
        return _flag(text)
    try:
        number = float(text)
    except ValueError:
        raise _MisreadError("number") from None
    low, high = setting.entry.low, setting.entry.high
    inside = (low is None or number >= low) and (high is None or number <= high)
    if not math.isfinite(number) or not inside:
        raise _MisreadError("range", low=f"{low:g}", high=f"{high:g}")
    if setting.whole and not number.is_integer():
        raise _MisreadError("whole")
    return number


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return ON if value else OFF
    if isinstance(value, float):
        return f"{value:.15g}"
    return "end" if value is None else str(value)


def _one_of(known: Iterable[str]) -> Callable[[str], Any]:
    def read(text: str) -> str:
        if text not in known:
            raise _MisreadError("choice", value=_short(text), near=_near(text, known))
        return text

    return read


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise _MisreadError("range", low=str(low), high=str(high))
        return int(text)

    return read


def _flag(text: str) -> bool:
    if text not in (ON, OFF):
        raise _MisreadError("flag")
    return text == ON


def _charts(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        _one_of(MEASURES)(name)
    return names[:MOST_CHARTS] or CHARTS


def _near(text: str, known: Iterable[str]) -> str:
    """Return the known name that is nearest, or the first of them."""
    found = get_close_matches(text, sorted(known), n=1, cutoff=0.6)
    names = sorted(known)
    return found[0] if found else ", ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
