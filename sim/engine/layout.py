"""How a customer lies in memory: whole while a tick is lived, packed between the ticks.

Rules work on a customer in hand, a record of all fields of `CustomerState`. It begins with what a
customer keeps from tick to tick, packed: whole numbers in as many bytes as they need. Behind it come
two open cases, which few have and which are kept apart, and the episode, which nobody keeps. The
parts are seen field by field by the rules, and as blocks by the engine, which copies them as one.
"""

from dataclasses import fields
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.customer import CustomerState

Records = NDArray[Any]

_KINDS = {item.name: (get_args(item.type) or (item.type, "i8"))[1] for item in fields(CustomerState)}
_KINDS |= {item.name: "f8" for item in fields(CustomerState) if item.type is float}

EPISODE_FIELDS = tuple(name for name in _KINDS if name.startswith("episode_"))
CASE_FIELDS = tuple(
    name
    for slot, other in (("first_", "second_"), ("second_", "first_"))
    for name in _KINDS
    if name.startswith(slot) and other + name.removeprefix(slot) in _KINDS
)
"""Fields of the two cases that may be open, the first and the second."""

KEPT_FIELDS = tuple(name for name in _KINDS if name not in (*EPISODE_FIELDS, *CASE_FIELDS))
"""What a customer keeps from tick to tick besides open cases, as declared."""

_WIDEST_FIRST = sorted(KEPT_FIELDS, key=lambda name: -np.dtype(_KINDS[name]).itemsize)


def _eight_bytes(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, "f8" if _KINDS[name] == "f8" else "i8") for name in names]


CUSTOMER_TYPE = np.dtype([(name, _KINDS[name]) for name in _WIDEST_FIRST], align=True)
"""A customer as kept between ticks and at the end of a run; nothing lies between the fields."""
CASES_TYPE = np.dtype(_eight_bytes(CASE_FIELDS))
"""The open cases of a customer."""
_BEHIND = CASES_TYPE.descr + _eight_bytes(EPISODE_FIELDS)
_NAMES = CUSTOMER_TYPE.names or ()
_OFFSETS = [int(place[1]) for place in dict(CUSTOMER_TYPE.fields or {}).values()]
IN_HAND_TYPE = np.dtype(
    {
        "names": [*_NAMES, *(item[0] for item in _BEHIND)],
        "formats": [*(CUSTOMER_TYPE[name] for name in _NAMES), *(item[1] for item in _BEHIND)],
        "offsets": [
            *_OFFSETS,
            *(CUSTOMER_TYPE.itemsize + 8 * place for place in range(len(_BEHIND))),
        ],
        "itemsize": CUSTOMER_TYPE.itemsize + 8 * len(_BEHIND),
    }
)
"""A customer in hand."""


def blocks(records: Records) -> Records:
    """Return the same records as blocks of memory, which are copied whole."""
    return records.view(np.dtype([("words", "i8", (records.dtype.itemsize // 8,))]))


def kept_of(hand: Records) -> Records:
    """Return what a customer in hand keeps from tick to tick, as a block."""
    return _part(hand, 0, CUSTOMER_TYPE.itemsize)


def cases_of(hand: Records) -> Records:
    """Return the open cases of a customer in hand, as a block."""
    return _part(hand, CUSTOMER_TYPE.itemsize, CASES_TYPE.itemsize)


def _part(hand: Records, offset: int, size: int) -> Records:
    kind = np.dtype([("words", "i8", (size // 8,))])
    return np.ndarray(hand.shape, kind, hand, offset, (hand.dtype.itemsize,) * hand.ndim)


def no_cases(rows: int = 1) -> Records:
    """Return the open cases of customers who have none."""
    blank = CustomerState()
    return np.array([tuple(getattr(blank, name) for name in CASE_FIELDS)] * rows, dtype=CASES_TYPE)


OPEN_TYPE = np.dtype([("customer", "i8"), *CASES_TYPE.descr])
"""The open cases of a customer at the end of a run, with the customer's place among all."""


def open_cases(customers: NDArray[np.int64], cases: Records) -> Records:
    """Return the open cases of some customers as records with the customers' places.

    What an earlier case has left in a slot that is free is taken out.
    """
    found, blank = np.zeros(len(customers), dtype=OPEN_TYPE), no_cases()
    found["customer"] = customers
    for name in CASE_FIELDS:
        there = cases[name.partition("_")[0] + "_due"] >= 0.0
        found[name] = np.where(there, cases[name], blank[name])
    return found
