"""What is shown while a user waits: a progress bar, then a provisional table that sharpens in place."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm
from tqdm.utils import disp_len

from sim.language.words import Words
from sim.report.tables import provisional_tables
from sim.study.compare import Progress, Provisional
from sim.study.comparison import Comparison

PATIENCE = 2.0
"""Seconds that a run may take before a progress bar shows."""

PAUSE = 0.25
"""Seconds between two drawings of a provisional table: often enough to watch it, too seldom to flicker."""

LOOK = 1.0
"""Seconds between two looks at what others have done."""

LEAST = 2
"""Replications that a provisional table needs: from two on there are intervals."""

ECHO = 4
"""Columns left free behind the bar: the ^C of an interrupt is echoed there, and must not break the line."""

UP, END_OF_LINE, REST = "\x1b[{}A", "\x1b[K", "\x1b[J"
"""Control sequences (ECMA-48): some lines up; erase to the end of the line; erase all that follows."""


def say(text: str) -> None:
    """Print what was found; the results are written, so a screen that is gone is no failure."""
    try:
        print(text, flush=True)
    except (OSError, ValueError):  # a closed pipe, a full device, a closed standard output
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stands in until the process ends


@contextmanager
def progress_bar(label: str, unit: str = "run", before: int = 0) -> Iterator[Progress]:
    """Give a function to report (done, in all) to; a bar shows after `PATIENCE` seconds.

    The bar is drawn on standard error, and only on a screen. What was done before does not count in the
    rate.
    """
    bar = _Bar(label, unit, before)
    try:
        yield bar.report
    finally:
        bar.close()


@contextmanager
def watching_count(label: str, unit: str, in_all: int, count: Callable[[], int]) -> Iterator[None]:
    """Show how far something is that others do: a thread counts now and then, where a screen shows it."""
    if sys.stderr is None or sys.stderr.closed or not sys.stderr.isatty():
        yield
        return
    over = threading.Event()
    with progress_bar(label, unit, count()) as progress:

        def look() -> None:
            while not over.wait(LOOK):
                progress(count(), in_all)

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


@contextmanager
def watching(label: str, said: Words | None = None) -> Iterator[tuple[Progress, Provisional | None]]:
    """Give what `compare` reports to: runs done, and comparisons so far where standard output is a screen.

    There a provisional table takes the place of the bar as soon as there are intervals, and is gone at
    the end. An interrupt or an error leaves it standing, marked as what it is.
    """
    bar = _Bar(label, "run")
    if not _redraws(sys.stdout):
        try:
            yield bar.report, None
        finally:
            bar.close()
        return
    table = _LiveTable(label, sys.stdout, bar, said)
    try:
        yield table.report, table.show
    except BaseException:
        table.leave()
        raise
    else:
        table.erase()
    finally:
        bar.close()


def _redraws(out: TextIO | None) -> bool:
    """Return whether a stream is a screen on which lines can be drawn anew."""
    return out is not None and not out.closed and out.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class _Bar:
    """A progress bar that shows in time even while the first run still compiles, hence the timer."""

    def __init__(self, label: str, unit: str, before: int = 0) -> None:
        self._bar = tqdm(
            desc=label,
            unit=unit,
            initial=before,
            delay=PATIENCE,
            disable=None,
            file=sys.stderr,
            leave=False,
        )
        self._timer = threading.Timer(PATIENCE, self._bar.refresh)
        self._timer.daemon = True
        if not self._bar.disable:
            self._timer.start()

    def report(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away for good."""
        self._timer.cancel()
        if self._timer.is_alive():  # it may be drawing just now
            self._timer.join()
        self._bar.close()


class _LiveTable:
    """A provisional table that is drawn over itself, with a line of progress below it.

    The cursor stays at the end of the last line. The fullest form that fits the screen is shown. Where
    none does, or the screen became narrower than what stands on it, nothing can be drawn over: the
    shortest form is printed once, and the bar goes on below.

    Parameters
    ----------
    label
        Name of what runs.
    out
        A screen.
    bar
        The bar that shows until the first table.
    said
        The words of a language; English where they are left out.
    """

    def __init__(self, label: str, out: TextIO, bar: _Bar, said: Words | None = None) -> None:
        self._label, self._out, self._bar, self._said = label, out, bar, said
        self._started = time.monotonic()
        self._first_at = self._started
        self._drawn_at = -PAUSE
        self._runs = (0, 0)
        self._latest: tuple[Comparison, int] | None = None
        self._new = False
        self._table: list[str] = []
        self._lines: list[str] = []  # what stands on the screen
        self._given_up = False

    def report(self, done: int, total: int) -> None:
        """Take note of (runs done, runs in all)."""
        if self._runs[0] == 0:
            self._first_at = time.monotonic()
        self._runs = (done, total)
        if self._lines:
            self._draw_in_time()
        else:
            self._bar.report(done, total)

    def show(self, comparison: Comparison, planned: int) -> None:
        """Take note of the comparison so far; the last one is drawn whenever it comes."""
        self._latest, self._new = (comparison, planned), True
        done = len(comparison.seeds)
        if done >= LEAST and not self._given_up:
            self._draw_in_time(now=done == planned)

    def erase(self) -> None:
        """Take the table off the screen."""
        if self._lines:
            self._write(self._home() + REST)
            self._lines = []

    def leave(self) -> None:
        """Leave the table where it is and begin a new line."""
        if self._lines:
            self._write(self._home() + _placed(self._table) + "\n")
            self._lines = []

    def _draw_in_time(self, *, now: bool = False) -> None:
        if now or time.monotonic() - self._drawn_at >= PAUSE:
            self._draw()
            self._drawn_at = time.monotonic()

    def _draw(self) -> None:
        try:
            size = os.get_terminal_size(self._out.fileno())
        except (OSError, ValueError):  # the screen is gone
            self._given_up = True
            return
        if self._new:
            self._table = self._fitting(size)
            self._new = False
        if not (_fits(self._lines, size) and _fits([*self._table, "", ""], size)):
            self._give_up()
            return
        if not self._lines:
            self._bar.close()
        lines = [*self._table, "", self._meter(size.columns - ECHO)]
        text = self._home() + _placed(lines)
        self._lines = lines  # first: an interrupt is likeliest while the screen is written to
        self._write(text)

    def _fitting(self, size: os.terminal_size) -> list[str]:
        """Return the lines of the fullest form that fits, or of the shortest."""
        assert self._latest is not None
        lines: list[str] = []
        for text in provisional_tables(*self._latest, size.columns - 1, self._said):
            lines = text.splitlines()
            if _fits([*lines, "", ""], size):
                break
        return lines

    def _give_up(self) -> None:
        """Draw no more: below what stands on the screen, or after the shortest form where nothing does."""
        self._given_up = True
        if self._lines:
            self._lines = []
            self._write("\n")
        else:
            with tqdm.external_write_mode(self._out):
                self._write("\n".join(self._table) + "\n\n")

    def _home(self) -> str:
        """Return what brings the cursor to where the table begins."""
        return "\r" + (UP.format(len(self._lines) - 1) if len(self._lines) > 1 else "")

    def _meter(self, width: int) -> str:
        done, total = self._runs
        elapsed, running = (time.monotonic() - start for start in (self._started, self._first_at))
        rate = (done - 1) / running if done > 1 and running > 0.0 else None  # the first run may compile
        ascii_only = "utf" not in (self._out.encoding or "").lower()
        return tqdm.format_meter(
            done, total, elapsed, ncols=width, prefix=self._label, unit="run", rate=rate, ascii=ascii_only
        )

    def _write(self, text: str) -> None:
        """Write in one go, so that no half of a table is ever seen."""
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError):  # the screen is gone, or cannot show a sign: the results matter
            self._given_up = True


def _fits(lines: list[str], size: os.terminal_size) -> bool:
    """Return whether a screen holds lines at once, and breaks none of them."""
    return len(lines) <= size.lines and all(disp_len(line) < size.columns for line in lines)


def _placed(lines: list[str]) -> str:
    """Return lines as they are written over others, without a line break at the end."""
    return "\n".join(line + END_OF_LINE for line in lines) + REST
