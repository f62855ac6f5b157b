"""How far a sweep is, while others do it."""

import io
import re
import sys
import threading
import time

import pytest

from sim.cli import screen
from sim.cli.screen import progress_bar, watching_count


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_others_do_is_counted_now_and_then_on_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, done = Terminal(), [7]
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(screen, "PATIENCE", 0.0)
    monkeypatch.setattr(screen, "LOOK", 0.01)
    with watching_count("payout", "point", 24, lambda: done[0]):
        done[0] = 9
        deadline = time.monotonic() + 10.0
        while "9/24" not in terminal.getvalue():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert "payout" in terminal.getvalue()
    assert "point" in terminal.getvalue()  # a rate: what was there before does not count in it
    assert not [thread for thread in threading.enumerate() if "look" in thread.name]


def test_where_there_is_no_screen_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    counted = []
    with watching_count("payout", "point", 24, lambda: counted.append(1) or 0):
        time.sleep(0.05)
    assert (counted, silent.getvalue()) == ([], "")


def test_what_was_done_before_does_not_count_in_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(screen, "PATIENCE", 0.0)
    with progress_bar("payout", "point", before=1_000_000) as report:
        time.sleep(0.2)
        report(1_000_001, 2_000_000)
    rate = re.findall(r"([\d.]+)(point/s|s/point)", terminal.getvalue())
    assert all(unit == "s/point" or float(number) < 100.0 for number, unit in rate)
    assert "1000001/2000000" in terminal.getvalue()
