"""How counts are added up: in customer order inside fixed chunks of rows, chunks in order.

Floating-point sums depend on their order; fixing it gives both engines, and any number of
threads, the same bits.
"""

from dataclasses import astuple
from types import SimpleNamespace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.surroundings import TickLedger
from sim.engine.records import LEDGER_FIELDS, LEDGER_TYPE, Records

CHUNK = 1024
"""Rows of a chunk. Part of the numbers' definition: another value changes last bits."""


def empty_ledger(ticks: int, segments: int) -> Records:
    """Return a ledger of zeros, one record per tick and segment."""
    return np.zeros((ticks, segments), dtype=LEDGER_TYPE)


def as_floats(ledger: Records) -> NDArray[np.float64]:
    """Return the same memory with the fields of a record as the last axis."""
    return ledger.view(np.float64).reshape(*ledger.shape, len(LEDGER_FIELDS))


def ledger_sum(segments: Records) -> TickLedger:
    """Return the sum of a tick over its segments, in their order."""
    total = np.zeros(len(LEDGER_FIELDS))
    for row in as_floats(segments):
        total += row
    return cast(TickLedger, SimpleNamespace(**dict(zip(LEDGER_FIELDS, total.tolist(), strict=True))))


def add_chunk(totals: NDArray[np.float64], chunk: list[TickLedger]) -> None:
    """Add the sums of one chunk, a ledger per segment, to a tick's totals (segments, fields)."""
    for segment, part in enumerate(chunk):
        totals[segment] += np.array(astuple(part), dtype=np.float64)
