"""One visitor: the history of states, the runs asked for, and who is told when they are there."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from sim.app import worlds
from sim.app.history import History, step, undo
from sim.app.panel import Folders, Panel, panel
from sim.app.state import State, same_runs
from sim.app.turns import Turns
from sim.app.worlds import REPLICATIONS, Frame, Pair
from sim.language.words import Words, words

FIRST_INTERVAL = 4
"""Seeds after which a first interval is told: wide, and soon there where many wait."""

DRAWN = 0.15
"""Seconds that a browser has to draw a curve before the runs of its interval begin."""


@dataclass(frozen=True)
class Hall:
    """What all visitors share.

    Parameters
    ----------
    turns
        Who runs worlds, and remembers them.
    start
        What one sees at an address without a query.
    folders
        A user's own folders.
    address
        Where the room finds the app; "" if it is open to this computer alone.
    """

    turns: Turns
    start: State
    folders: Folders = ()
    address: str = ""


class Session:
    """The state of one visitor and its runs; it belongs to one page and ends with it.

    Parameters
    ----------
    hall
        What is shared.
    visitor
        Name under which runs are asked for.
    state
        Where the visitor begins.
    told
        Called when runs are there.
    """

    def __init__(self, hall: Hall, visitor: str, state: State, told: Callable[[], None]) -> None:
        self.hall = hall
        self.visitor = visitor
        self.history = History(state)
        self.pair: Pair | None = None
        self.ghost: Pair | None = None
        self._told = told
        self._asked = 0

    @property
    def state(self) -> State:
        """Return what is shown."""
        return self.history.now

    @property
    def words(self) -> Words:
        """Return the language of the visitor."""
        return words(self.state.language)

    @property
    def board(self) -> Panel:
        """Return what can be set."""
        return panel(self.state.scenario, self.hall.folders)

    @property
    def weeks(self) -> int:
        """Return how many weeks are watched."""
        return worlds.horizon(self.state, self.hall.folders)

    def take(self, state: State, gesture: str = "") -> bool:
        """Take a state and return whether it needs other runs."""
        before = self.state
        self.history = step(self.history, state, gesture)
        return not same_runs(before, state)

    def back(self) -> bool:
        """Undo the last step and return whether there was one."""
        before = self.history
        self.history = undo(before)
        return self.history is not before

    async def run(self) -> None:
        """Ask for the runs of the state: first the curve, then its interval; tell after each stage.

        What is there already is shown at once. Where the state has moved on meanwhile nothing is told, and
        no run of an interval has begun: they wait until the curve is drawn, and would only hold it up.
        """
        self._asked += 1
        mine = self._asked
        a, b = (worlds.keys(self.state, side) for side in ("a", "b"))
        self.ghost = self._remembered(self.history.ghost)
        futures = self.hall.turns.ask(self.visitor, (a[0], b[0]))
        known = self._remembered(self.state)
        if known is None:
            first = await self._wait(futures, mine)
            if first is None:
                return
            self.pair = Pair((first[0],), (first[1],))
        else:
            self.pair = known
        self._told()
        if self.pair.replications == REPLICATIONS:
            return
        await asyncio.sleep(DRAWN)
        if mine != self._asked:
            return
        later = [key for pair in zip(a[1:], b[1:], strict=True) for key in pair]
        futures = self.hall.turns.ask(self.visitor, (a[0], b[0]), later)
        for replications in (FIRST_INTERVAL, REPLICATIONS):
            if self.pair.replications < replications:
                found = await self._wait(futures[: 2 * replications], mine)
                if found is None:
                    return
                self.pair = Pair(found[0::2], found[1::2])
                self._told()

    async def _wait(self, futures: "Sequence[Future[Frame]]", mine: int) -> tuple[Frame, ...] | None:
        """Return the frames, or None if the visitor has asked for something else meanwhile."""
        found = []
        for future in futures:
            try:
                found.append(await asyncio.shield(asyncio.wrap_future(future)))
            except asyncio.CancelledError:
                if future.cancelled():
                    return None
                raise
            if mine != self._asked:
                return None
        return tuple(found)

    def _remembered(self, state: State | None) -> Pair | None:
        """Return the runs of a state as far as they are remembered."""
        if state is None:
            return None
        memory = self.hall.turns.memory
        a, b = (memory.all(worlds.keys(state, side)) for side in ("a", "b"))
        return None if not a or not b else _as_long(Pair(a, b))

    def leave(self) -> None:
        """Drop what is no longer wanted."""
        self._asked += 1
        self.hall.turns.leave(self.visitor)


def _as_long(pair: Pair) -> Pair:
    """Return a pair whose worlds were run on the same seeds."""
    count = pair.replications
    return Pair(pair.a[:count], pair.b[:count])
