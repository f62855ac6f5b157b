"""The numbers of the keyed generator as one endless stream of bits, for a published battery of tests.

Neighbouring keys are interleaved, so that what ties a customer to the next one, a tick, a purpose, an
occurrence or a seed to the next one, shows as a dependence between words that lie close together:

    python -m sim.evidence.luck_stream | dieharder -a -g 200

What came out of it is recorded in tests/engine/luck_battery.txt.
"""

import os
import sys
from collections.abc import Iterator
from itertools import count, product
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from sim.engine.luck import seed_key, uniforms

SEEDS = 4
OCCURRENCES = 2
PURPOSES = 8
TICKS = 8
CUSTOMERS = 4096
TICKS_PER_SEED = 512  # after which the stream goes on with the next seeds
WORD = 2**32
HIGH, LOW = "high", "low"
BITS = (HIGH, LOW)
"""Which 32 of the 52 bits of a number make a word: its first ones, or its last ones."""

Words = NDArray[np.uint32]


def words(numbers: NDArray[np.float64], bits: str = HIGH) -> Words:
    """Return 32 of the 52 random bits of each number.

    Parameters
    ----------
    numbers
        Numbers in (0, 1) as the generator gives them.
    bits
        "high" for the first 32 bits of each, "low" for the last 32.
    """
    if bits == HIGH:
        return (numbers * 2.0**32).astype(np.uint32)
    whole = (numbers * 2.0**52).astype(np.uint64)  # half a unit is cut off: the generator adds it
    return (whole % np.uint64(WORD)).astype(np.uint32)


def keys(block: int) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """Yield the keys of a block but for the customer: place, and (seed, tick, purpose, occurrence).

    Seeds run fastest, then occurrences, purposes and ticks; customers run slowest.
    """
    first_tick = block * TICKS % TICKS_PER_SEED
    first_seed = 1 + block * TICKS // TICKS_PER_SEED * SEEDS
    axes = product(range(TICKS), range(PURPOSES), range(OCCURRENCES), range(SEEDS))
    for place, (tick, purpose, occurrence, seed) in enumerate(axes):
        yield place, (first_seed + seed, first_tick + tick, 1 + purpose, occurrence)


def stream_block(block: int, bits: str = HIGH, customers: int = CUSTOMERS) -> Words:
    """Return a block of the stream; no key stands in two blocks.

    Parameters
    ----------
    block
        Number of the block, from 0.
    bits
        As for `words`.
    customers
        How many customers it covers.
    """
    out = np.empty((customers, TICKS * PURPOSES * OCCURRENCES * SEEDS), dtype=np.uint32)
    for place, (seed, tick, purpose, occurrence) in keys(block):
        numbers = uniforms(seed_key(seed), customers, tick, purpose, occurrence)
        out[:, place] = words(numbers, bits)
    return out.reshape(-1)


def write_stream(sink: BinaryIO, bits: str = HIGH, blocks: int | None = None) -> None:
    """Write the stream as raw words, lowest byte first, until the reader has had enough.

    Parameters
    ----------
    sink
        Where the bytes go.
    bits
        As for `words`.
    blocks
        How many blocks are written; None for no end.
    """
    for block in count() if blocks is None else range(blocks):
        try:
            sink.write(stream_block(block, bits).astype("<u4").tobytes())
        except BrokenPipeError:
            return


def main() -> None:
    """Write the stream to standard output; an argument chooses the bits, "high" or "low"."""
    bits = sys.argv[1] if len(sys.argv) > 1 else HIGH
    if bits not in BITS:
        sys.exit(f"unknown bits '{bits}': {' or '.join(BITS)}")
    write_stream(sys.stdout.buffer, bits)
    # A reader that went away is no mistake: what is left in the buffer goes nowhere, and nobody is told.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
