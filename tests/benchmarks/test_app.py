"""How long a visitor of the app waits, alone and in a room of thirty; limits only catch what is broken."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from room import room

SEATS = [1, 30]
BROKEN = 240.0
"""Seconds after which something must be wrong, whatever else the machine does."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    environment = {**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [
        sys.executable,
        "-c",
        "from sim.cli import command; command()",
        "app",
        f"port={port}",
        "show=false",
    ]
    if not os.environ.get("TENURE_BENCHMARK_FULL"):
        command.append("customers=200")
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
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("seats", SEATS)
def test_a_room(benchmark, address, seats):
    found = benchmark.pedantic(lambda: asyncio.run(room(address, seats, BROKEN)), rounds=1)
    for name, seconds in found.items():
        assert len(seconds) == seats
        benchmark.extra_info[name] = [statistics.median(seconds), max(seconds)]
    assert max(found["curve"]) < BROKEN
