"""Whose run comes next: curves first, visitors in turn, nothing twice and nothing that nobody waits for."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import numpy as np
import pytest

from sim.app.state import World
from sim.app.turns import Turns
from sim.app.worlds import Frame, Key

PATIENCE = 10.0


def key(name: str) -> Key:
    return Key(name, World(), 1, 20)


class Slow:
    """Runs that end when they are let go, and in what order they began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.gate = threading.Semaphore(0)
        self.entered = threading.Semaphore(0)

    def __call__(self, wanted: Key) -> Frame:
        self.begun.append(wanted.scenario)
        self.entered.release()
        assert self.gate.acquire(timeout=PATIENCE)
        if wanted.scenario == "broken":
            raise ValueError("no such world")
        return Frame({}, np.zeros(1))

    def go(self, count: int = 1) -> None:
        for _ in range(count):
            self.gate.release()

    def wait(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.entered.acquire(timeout=PATIENCE)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def turns(slow: Slow) -> Iterator[Turns]:
    made = Turns(slow, threads=1)
    yield made
    slow.go(100)
    made.close()


def ended(futures: list[Future[Frame]]) -> None:
    for future in futures:
        future.result(timeout=PATIENCE)


def test_curves_come_before_intervals_and_visitors_in_turn(turns: Turns, slow: Slow) -> None:
    busy = turns.ask("early", (), [key("early 1")])
    slow.wait()  # one thread runs an interval, the other is kept for curves
    anna = turns.ask("anna", (), [key("anna 1"), key("anna 2")])
    ben = turns.ask("ben", (), [key("ben 1"), key("ben 2")])
    cleo = turns.ask("cleo", [key("cleo curve")])
    slow.wait()
    assert slow.begun == ["early 1", "cleo curve"]
    slow.go(6)
    ended([*busy, *anna, *ben, *cleo])
    assert slow.begun[2:] == ["anna 1", "ben 1", "anna 2", "ben 2"]


def test_what_two_want_is_run_once(turns: Turns, slow: Slow) -> None:
    first = turns.ask("anna", [key("same")])
    second = turns.ask("ben", [key("same")])
    slow.go(2)
    ended([*first, *second])
    ended(turns.ask("cleo", [key("same")]))
    assert slow.begun == ["same"]


def test_what_a_visitor_no_longer_wants_is_not_begun(turns: Turns, slow: Slow) -> None:
    turns.ask("busy", (), [key("busy")])
    slow.wait()  # one thread runs an interval, the other is kept for curves
    turns.ask("anna", [key("running")])
    slow.wait()
    dropped = turns.ask("anna", [key("passed over")], [key("later")])
    wanted = turns.ask("anna", [key("wanted")])
    assert all(future.cancelled() for future in dropped)
    slow.go(3)
    ended(wanted)
    assert "passed over" not in slow.begun


def test_what_another_still_wants_is_kept(turns: Turns, slow: Slow) -> None:
    turns.ask("late", (), [key("busy 1")])
    slow.wait()
    turns.ask("busy", [key("busy 2")])
    slow.wait()
    anna = turns.ask("anna", [key("shared")])
    turns.ask("ben", [key("shared")])
    turns.leave("ben")
    assert not anna[0].cancelled()
    slow.go(3)
    ended(anna)


def test_a_run_that_fails_is_told_and_does_not_stop_the_others(turns: Turns, slow: Slow) -> None:
    broken = turns.ask("anna", [key("broken")])
    slow.go(2)
    with pytest.raises(ValueError, match="no such world"):
        broken[0].result(timeout=PATIENCE)
    ended(turns.ask("anna", [key("sound")]))


def test_nothing_is_left_running(slow: Slow) -> None:
    turns = Turns(slow, threads=2)
    pending = turns.ask("anna", [key("one"), key("two"), key("three"), key("four"), key("five")])
    slow.wait(3)
    slow.go(3)
    turns.close()
    assert sum(future.cancelled() for future in pending) == 2
    assert not any(thread.is_alive() for thread in turns._threads)
