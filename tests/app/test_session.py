"""One visitor: the curve first, then its interval, and no run for what the visitor has moved on from."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from sim.app import state as states
from sim.app.page.session import FIRST_INTERVAL, Hall, Session
from sim.app.panel import panel
from sim.app.state import State
from sim.app.turns import Turns
from sim.app.worlds import REPLICATIONS, Frame, Key

LEVERS = panel("courier").lever_of


class Counted:
    """Runs that take no time, and which they were."""

    def __init__(self) -> None:
        self.begun: list[Key] = []
        self._lock = threading.Lock()

    def __call__(self, wanted: Key) -> Frame:
        with self._lock:
            self.begun.append(wanted)
        return Frame({}, np.zeros(1))


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def hall(counted: Counted) -> Iterator[Hall]:
    turns = Turns(counted, threads=1)
    yield Hall(turns, State())
    turns.close()


def moved(state: State, value: float) -> State:
    return states.set_value(state, "b", "commitments.delivery.threshold", value, LEVERS)


def visit(hall: Hall, act: Callable[[Session], None] | None = None) -> list[int]:
    """Let a visitor arrive, do something once the curve is there, and return what was told when."""
    told: list[int] = []

    async def stay() -> None:
        asked = []

        def tell() -> None:
            assert session.pair is not None
            told.append(session.pair.replications)
            if act is not None and len(told) == 1:
                act(session)
                asked.append(asyncio.create_task(session.run()))

        session = Session(hall, "anna", State(), tell)
        await session.run()
        await asyncio.gather(*asked)

    asyncio.run(stay())
    return told


def test_the_curve_comes_first_then_a_first_interval_then_the_last(hall: Hall, counted: Counted) -> None:
    assert visit(hall) == [1, FIRST_INTERVAL, REPLICATIONS]
    assert len(counted.begun) == 2 * REPLICATIONS
    assert len({key.seed for key in counted.begun[:2]}) == 1


def test_what_is_known_is_told_at_once_and_not_run_again(hall: Hall, counted: Counted) -> None:
    visit(hall)
    assert visit(hall) == [REPLICATIONS]
    assert len(counted.begun) == 2 * REPLICATIONS


def test_while_the_slider_moves_only_curves_are_run(hall: Hall, counted: Counted) -> None:
    """The run of an interval begins when the browser has had time to draw, and only if nothing has moved."""
    visit(hall, lambda session: session.take(moved(session.state, 25.0)) and None)
    passed, wanted = State().b, moved(State(), 25.0).b
    assert [key.world for key in counted.begun].count(passed) == 1
    assert [key.world for key in counted.begun].count(wanted) == REPLICATIONS
