"""How counts are added up: by customer and step, then over fixed chunks of rows, passes and ticks.

Floating-point sums depend on their order; fixing it gives both engines, any number of threads, and
customers who live tick by tick or life by life the same bits. What a customer counts in one step of
a tick is summed up first, starting from 0; these sums are added up in the order of the customers in
a chunk, those of the chunks in order, and those of the passes over all people.
"""

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


def add_part(sums: list[float], part: TickLedger) -> None:
    """Add what one customer counted in a step to the sums of the segment."""
    for place, value in enumerate(vars(part).values()):
        if value:
            sums[place] += value
