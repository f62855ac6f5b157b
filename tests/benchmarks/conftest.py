"""The app as it is started, for the benchmarks that visit it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

FULL = bool(os.environ.get("TENURE_BENCHMARK_FULL"))
BROKEN = 240.0
"""Seconds after which something must be wrong, whatever else the machine does."""


@dataclass(frozen=True)
class Server:
    """A server of the app.

    Parameters
    ----------
    address
        Where it listens.
    process
        Number of its process.
    """

    address: str
    process: int

    def cpu_seconds(self) -> float:
        """Return what the server has computed so far, all threads; 0 where the system does not tell."""
        told = Path(f"/proc/{self.process}/stat")
        if not told.exists():
            return 0.0
        used = told.read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start the app; with 2,000 customers if the benchmarks are run whole, else with 200."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    environment = {**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", "from sim.cli import command; command()", "app"]
    command += [f"port={port}", "show=false", *([] if FULL else ["customers=200"])]
    process = subprocess.Popen(
        command, cwd=tmp_path_factory.mktemp("app"), env=environment, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + BROKEN
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}", timeout=5).close()
                break
            except (URLError, OSError):
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
