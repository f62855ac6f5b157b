"""Keyed random numbers: the same key gives the same number, in every engine and strategy.

A number is a hash of (seed, customer, tick, purpose, occurrence) by the finaliser of splitmix64
(Steele, Lea and Flood 2014), applied to the running key after each part is added with its own odd
multiplier. The three implementations, plain, NumPy and Numba, agree to the bit.
"""

import numpy as np
from numpy.typing import NDArray

MASK = 0xFFFFFFFFFFFFFFFF
FIRST_MULTIPLIER = 0xBF58476D1CE4E5B9
SECOND_MULTIPLIER = 0x94D049BB133111EB
SEED_STEP = 0x9E3779B97F4A7C15
CUSTOMER_STEP = 0xD1342543DE82EF95
TICK_STEP = 0xC2B2AE3D27D4EB4F
PURPOSE_STEP = 0x9E3779B185EBCA87
OCCURRENCE_STEP = 0xA0761D6478BD642F
UNIT = 2.0**-52
BEFORE_THE_FIRST_TICK = -1
FIRM = -1  # stands where the id of a customer does: the firm's own luck


def mix(key: int) -> int:
    """Return the splitmix64 finaliser of a 64-bit key."""
    key = ((key ^ (key >> 30)) * FIRST_MULTIPLIER) & MASK
    key = ((key ^ (key >> 27)) * SECOND_MULTIPLIER) & MASK
    return key ^ (key >> 31)


def seed_key(seed: int) -> int:
    """Return the key of a run from its seed, any whole number."""
    return mix(((seed + 1) * SEED_STEP) & MASK)


def tick_key(run_key: int, customer: int, tick: int) -> int:
    """Return the key of a customer in a tick."""
    key = mix((run_key + (customer + 1) * CUSTOMER_STEP) & MASK)
    return mix((key + (tick + 2) * TICK_STEP) & MASK)


def uniform(key: int, purpose: int, occurrence: int) -> float:
    """Return the uniform number in (0, 1) of a key, a purpose and an occurrence."""
    key = mix((key + purpose * PURPOSE_STEP + occurrence * OCCURRENCE_STEP) & MASK)
    return ((key >> 12) + 0.5) * UNIT


class KeyedLuck:
    """The luck of one customer in one tick, in plain Python."""

    __slots__ = ("key",)

    def __init__(self, run_key: int, customer: int, tick: int) -> None:
        self.key = tick_key(run_key, customer, tick)

    def draw(self, purpose: int, occurrence: int) -> float:
        """Return the uniform number in (0, 1) with this key."""
        return uniform(self.key, purpose, occurrence)


def uniforms(
    run_key: int, customers: int | range, tick: int, purpose: int, occurrence: int = 0
) -> NDArray[np.float64]:
    """Return the numbers of customers 0 … n-1, or of a range of them, for one tick and purpose at once."""
    chosen = range(customers) if isinstance(customers, int) else customers
    with np.errstate(over="ignore"):
        ids = np.arange(chosen.start + 1, chosen.stop + 1, dtype=np.uint64)
        keys = _mix_all(np.uint64(run_key) + ids * np.uint64(CUSTOMER_STEP))
        keys = _mix_all(keys + np.uint64(((tick + 2) * TICK_STEP) & MASK))
        step = (purpose * PURPOSE_STEP + occurrence * OCCURRENCE_STEP) & MASK
        keys = _mix_all(keys + np.uint64(step))
    return ((keys >> np.uint64(12)).astype(np.float64) + 0.5) * UNIT


def _mix_all(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(FIRST_MULTIPLIER)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(SECOND_MULTIPLIER)
    return keys ^ (keys >> np.uint64(31))
