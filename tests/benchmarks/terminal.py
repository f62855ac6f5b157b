"""A terminal that a command is run in: what it is sent, and what then stands on its screen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PIECES = re.compile(r"\x1b\[(\d*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


class Screen:
    """The few things a terminal does that our output relies on; anything else is an error.

    Parameters
    ----------
    rows, columns
        Its size. Lines that scroll off the top are kept, but the cursor does not get there again.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.lines = [""]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        """Show what was sent."""
        end = 0
        for found in PIECES.finditer(text):
            assert found.start() == end, f"not understood: {text[end : found.start()]!r}"
            end = found.end()
            number, sign, control, plain = found.groups()
            if sign is not None:
                self._order(sign, number)
            elif control == "\r":
                self.column = 0
            elif control == "\n":
                self._down()
            else:
                for letter in plain:
                    self._put(letter)
        assert end == len(text), f"not understood: {text[end:]!r}"

    def shown(self) -> list[str]:
        """Return all lines, those that have scrolled off the top among them, without trailing blanks."""
        return [line.rstrip() for line in self.lines]

    def _order(self, sign: str, number: str) -> None:
        if sign == "A":
            self.row = max(self.row - int(number or 1), len(self.lines) - self.rows, 0)
        elif sign in "KJ" and number in ("", "0"):
            self.lines[self.row] = self.lines[self.row][: self.column]
            if sign == "J":
                del self.lines[self.row + 1 :]
        else:
            raise AssertionError(f"not understood: ESC [ {number}{sign}")

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def _put(self, letter: str) -> None:
        if self.column == self.columns:
            self._down()
            self.column = 0
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[: self.column] + letter + line[self.column + 1 :]
        self.column += 1


@dataclass
class Session:
    """A command in a terminal.

    Parameters
    ----------
    process, controller, screen
        The command, the terminal's other end, and what stands on the screen.
    """

    process: "subprocess.Popen[bytes]"
    controller: int
    screen: Screen
    sent: bytes = b""

    def read(self, until: str | None = None, patience: float = 120.0) -> bool:
        """Read until a text is sent, or to the end; return whether that came within so many seconds.

        The screen shows whole signs up to the end of the piece in which the text came.
        """
        deadline = time.monotonic() + patience
        while until is None or until.encode() not in self.sent:
            if not select.select([self.controller], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return False
            try:
                piece = os.read(self.controller, 65536)
            except OSError:  # how Linux says that nobody has the other end open any more
                piece = b""
            if not piece:
                return until is None
            self.sent += piece
        return True

    def show(self) -> list[str]:
        """Return the lines of a screen that was sent all that was read."""
        screen = Screen(self.screen.rows, self.screen.columns)
        screen.feed(self.sent.decode("utf-8", errors="ignore"))
        return screen.shown()

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self.controller, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _at_the_terminal() -> None:
    """Make standard input the terminal that a process belongs to, and let it heed interrupts."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def opened(
    command: Sequence[str], folder: Path, environment: dict[str, str], rows: int, columns: int
) -> Session:
    """Start a command in a terminal that is its standard output and error, and that its Ctrl-C comes from."""
    controller, end = pty.openpty()
    session = Session(
        subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, "TERM": "xterm"},
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
            preexec_fn=_at_the_terminal,
        ),
        controller,
        Screen(rows, columns),
    )
    session.resize(rows, columns)
    os.close(end)
    return session
