"""How long visitors of the app wait, alone and in a room; limits only catch what is broken."""

import asyncio
import os
import statistics

import pytest
from racing import keep_rows
from room import room

SEATS = [1, 10, 20, 30] if os.environ.get("TENURE_BENCHMARK_FULL") else [1, 30]
BROKEN = 240.0
"""Seconds after which something must be wrong, whatever else the machine does."""
HOLDS = 1.0
"""Median seconds until the curve up to which a room is said to hold: a wait that one notices, and no more."""


@pytest.mark.parametrize("seats", SEATS)
def test_a_room(benchmark, app, seats):
    """Let all visitors move a slider at the same moment, each to a place of its own: the worst there is."""
    before = app.cpu_seconds()
    found = benchmark.pedantic(lambda: asyncio.run(room(app.address, seats, BROKEN)), rounds=1)
    for name, seconds in found.items():
        assert len(seconds) == seats
        benchmark.extra_info[name] = [statistics.median(seconds), max(seconds)]
    benchmark.extra_info["CPU seconds of the server"] = app.cpu_seconds() - before
    curve = statistics.median(found["curve"])
    visitors = "one visitor" if seats == 1 else f"{seats} visitors at once"
    keep_rows(benchmark, f"curves of {visitors}, median", curve, (f"{HOLDS:g} s", HOLDS, 1.0))
    assert max(found["curve"]) < BROKEN
