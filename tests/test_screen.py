"""What a waiting user sees in a terminal: a provisional table that sharpens, then the final one, once."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from terminal import Screen, Session, opened

import sim
from sim.cli import screen
from sim.report.tables import comparison_table, provisional_tables
from sim.study.precision import Precision

MARK = "PROVISIONAL"
UP = b"\x1b["
JOB = [sys.executable, "-m", "sim.cli", "customers=60", "strategies=[baseline,guarantee,combined]"]


def tenure(
    folder: Path, environment: dict[str, str], *words: str, rows: int = 40, columns: int = 130
) -> Session:
    return opened([*JOB, *words, "hydra.run.dir=results"], folder, environment, rows, columns)


def on_a_pipe(folder: Path, environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [*JOB, *words, "hydra.run.dir=results"],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def piped(tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> str:
    """Return what the job of the tests below prints where nobody watches."""
    return on_a_pipe(tmp_path_factory.mktemp("piped"), clean_environment, "replications=12")


def test_a_table_comes_early_sharpens_and_gives_way_to_the_final_one(
    tmp_path: Path, clean_environment: dict[str, str], piped: str
) -> None:
    session = tenure(tmp_path, clean_environment, "replications=12")
    assert session.read(until=MARK)
    assert b"results" not in session.sent
    assert not (tmp_path / "results" / "summary.csv").exists()
    early = session.show()
    assert early[0].startswith(MARK)
    assert session.read()
    assert b"12 of 12 replications" in session.sent
    assert session.process.wait() == 0
    counted = [int(number) for number in re.findall(rb"PROVISIONAL, (\d+) of", session.sent)]
    assert counted[0] >= 2
    assert counted == sorted(counted)
    assert counted[0] < counted[-1] == 12
    assert session.show() == [*piped.splitlines(), ""]  # the same as on a pipe, once, and nothing else


def test_on_a_pipe_nothing_of_it_shows(piped: str) -> None:
    assert MARK not in piped
    assert "\x1b" not in piped
    assert piped.startswith("courier service")


def test_a_low_screen_shows_the_short_form(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    session = tenure(tmp_path, clean_environment, "replications=6", rows=12, columns=80)
    assert session.read(until=MARK)
    shown = session.show()
    assert shown[0].startswith(MARK)
    assert shown[2].split() == ["strategy", "more", "stay,", "points"]
    assert session.read()
    assert session.process.wait() == 0
    assert MARK not in "\n".join(session.show())


def test_on_a_screen_that_holds_no_table_nothing_is_drawn_over(
    tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    session = tenure(tmp_path, clean_environment, "replications=6", rows=6, columns=30)
    assert session.read()
    assert session.process.wait() == 0
    shown = "".join(session.show())
    assert shown.count(MARK) == 1
    assert shown.index(MARK) < shown.index("courier service")
    assert re.search(rb"\x1b\[\d*A", session.sent.replace(b"\x1b[A", b"")) is None


def test_an_interrupt_leaves_what_was_known_and_a_clean_screen(
    tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    session = tenure(tmp_path, clean_environment, "replications=2000")
    assert session.read(until=MARK)
    os.write(session.controller, b"\x03")  # Ctrl-C, as it comes from a keyboard
    assert session.read()
    assert session.process.wait() == 130
    shown = session.show()
    assert sum(MARK in line for line in shown) == 1
    assert shown[-2:] == ["tenure: interrupted; no half-written file was left", ""]
    assert not any("run/s" in line for line in shown)  # no bar is left behind
    assert not (tmp_path / "results").exists()


def test_a_terminal_that_cannot_draw_over_shows_no_table(
    tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    session = opened(
        ["env", "TERM=dumb", *JOB, "replications=3", "hydra.run.dir=results"],
        tmp_path,
        clean_environment,
        40,
        130,
    )
    assert session.read()
    assert session.process.wait() == 0
    assert MARK.encode() not in session.sent


# The live table itself ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def comparison() -> sim.Comparison:
    scenario = sim.load_scenario("courier").replace({"customers.count": 100, "time.horizon": 0.3})
    strategies = sim.load_strategies(["baseline", "guarantee", "combined"], scenario)
    return sim.compare(scenario, strategies, replications=3, seed=2)


class Watched:
    """A live table on a screen of a given size, with what was sent to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, rows: int, columns: int) -> None:
        self.now = 100.0
        self.size = os.terminal_size((columns, rows))
        self.sent: list[str] = []
        self.bar = SimpleNamespace(closed=False, reports=[])
        self.bar.report = lambda *numbers: self.bar.reports.append(numbers)
        self.bar.close = lambda: setattr(self.bar, "closed", True)
        monkeypatch.setattr(screen.os, "get_terminal_size", lambda _: self.size)
        monkeypatch.setattr(screen.time, "monotonic", lambda: self.now)
        out = SimpleNamespace(write=self.sent.append, flush=lambda: None, fileno=lambda: 1, encoding="utf-8")
        self.table = screen._LiveTable("courier", out, self.bar)

    def shown(self) -> list[str]:
        seen = Screen(self.size.lines, self.size.columns)
        seen.feed("".join(self.sent).replace("\n", "\r\n"))  # as the terminal's driver does
        return seen.shown()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch, 40, 130)


def test_the_bar_shows_until_the_first_table_and_not_beside_it(watched, comparison) -> None:
    watched.table.report(3, 90)
    assert watched.bar.reports == [(3, 90)]
    assert not watched.bar.closed
    watched.table.show(comparison, 30)
    assert watched.bar.closed
    watched.now += 1.0
    watched.table.report(10, 90)
    assert watched.bar.reports == [(3, 90)]
    assert "10/90" in watched.shown()[-1]


def test_a_table_waits_for_intervals(watched, comparison) -> None:
    watched.table.show(sim.compare(comparison.scenario, comparison.strategies, replications=1), 30)
    assert watched.sent == []


def test_drawings_keep_their_distance_but_the_last_is_never_left_out(watched, comparison) -> None:
    for _ in range(100):
        watched.table.report(5, 90)
        watched.table.show(comparison, 30)
        watched.now += 0.01
    assert len(watched.sent) == 4  # one second, four drawings
    watched.table.show(comparison, 3)
    assert len(watched.sent) == 5
    assert watched.shown()[0] == "PROVISIONAL, 3 of 3 replications"


def test_what_is_gone_leaves_nothing(watched, comparison) -> None:
    watched.table.show(comparison, 30)
    assert len(watched.shown()) > 10
    watched.table.erase()
    assert watched.shown() == [""]


@pytest.mark.parametrize(("rows", "columns"), [(40, 60), (8, 130)])
def test_a_screen_that_shrinks_is_not_drawn_over(watched, comparison, rows, columns) -> None:
    watched.table.show(comparison, 30)
    before = len(watched.sent)
    watched.size = os.terminal_size((columns, rows))
    for _ in range(3):
        watched.now += 1.0
        watched.table.report(7, 90)
        watched.table.show(comparison, 30)
    watched.table.erase()
    assert watched.sent[before:] == ["\n"]


def test_a_screen_that_is_gone_stops_nothing(watched, comparison) -> None:
    def gone(_: str) -> None:
        raise BrokenPipeError

    watched.table._out.write = gone
    watched.table.show(comparison, 30)
    watched.now += 1.0
    watched.table.report(7, 90)
    watched.table.show(comparison, 30)
    watched.table.leave()


def test_sentences_are_broken_to_the_width_and_tables_are_not(comparison) -> None:
    full, short = provisional_tables(comparison, 30, 70)
    assert full.startswith("PROVISIONAL, 3 of 30 replications\n\n")
    sentences = [part for part in full.split("\n\n") if "---" not in part]
    assert max(len(line) for part in sentences for line in part.splitlines()) <= 70
    whole = [part for part in comparison_table(comparison).split("\n\n") if "---" in part]
    assert [part for part in full.split("\n\n") if "---" in part] == whole
    assert len(short.splitlines()) == 2 + 2 + 2


def test_the_first_stage_of_a_precision_says_that_more_may_come(comparison) -> None:
    precise = replace(comparison, precision=Precision(0.01, first=8))
    assert next(provisional_tables(precise, 8, 70)).startswith("PROVISIONAL, 3 of at least 8 replications")
    assert next(provisional_tables(precise, 21, 70)).startswith("PROVISIONAL, 3 of 21 replications")


def test_the_time_left_leaves_out_what_was_compiled(watched, comparison) -> None:
    watched.now += 30.0
    watched.table.report(1, 11)
    watched.now += 2.0
    watched.table.report(5, 11)
    watched.table.show(comparison, 30)
    assert "5/11 [00:32<00:03,  2.00run/s]" in watched.shown()[-1]


def test_the_terminal_of_these_tests_shows_what_a_terminal_would() -> None:
    seen = Screen(3, 10)
    seen.feed("one\r\ntwo\r\nthree\r\x1b[2ATWO\x1b[K\r\n\x1b[K\r\nx\x1b[Ky\x1b[J")
    assert seen.shown() == ["TWO", "", "xy"]
    seen.feed("\r\nmore\r\n\nend\r\x1b[9A!")  # the cursor does not get above the third line from below
    assert seen.shown()[-3:] == ["!ore", "", "end"]
    seen.feed("0123456789abc")  # broken at the last column
    assert "abc" in "".join(seen.shown())
    with pytest.raises(AssertionError):
        seen.feed("\x1b[2J")
