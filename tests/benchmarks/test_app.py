"""How long a visitor of the app waits, alone and in a room of thirty; limits only catch what is broken."""

import asyncio
import statistics

import pytest
from room import room

SEATS = [1, 30]
BROKEN = 240.0
"""Seconds after which something must be wrong, whatever else the machine does."""


@pytest.mark.parametrize("seats", SEATS)
def test_a_room(benchmark, app, seats):
    found = benchmark.pedantic(lambda: asyncio.run(room(app.address, seats, BROKEN)), rounds=1)
    for name, seconds in found.items():
        assert len(seconds) == seats
        benchmark.extra_info[name] = [statistics.median(seconds), max(seconds)]
    assert max(found["curve"]) < BROKEN
