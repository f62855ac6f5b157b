"""What the kernels work with, bundled: the course of the world, the people, the desk and the turns."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.layout import CASES_TYPE, IN_HAND_TYPE, blocks, cases_of, kept_of
from sim.engine.ledger import as_floats, empty_ledger
from sim.engine.network import Neighbours
from sim.engine.records import Records
from sim.engine.turns import STEPS


class Course(NamedTuple):
    """What is given from outside: the same for every customer.

    Parameters
    ----------
    policies
        Policies (strategies, ticks, groups); the firm's state is written into them.
    firms
        States of the firm (strategies, groups), moved at the end of every tick.
    world, clocks
        The scenario's numbers (1,), the clock of every tick.
    run_key
        Key of the run's luck.
    places
        Groups of a segment.
    """

    policies: Records
    firms: Records
    world: Records
    clocks: Records
    run_key: np.uint64
    places: int


class Crowd(NamedTuple):
    """People under each strategy, and what the engine keeps of them.

    Parameters
    ----------
    kept, kept_blocks
        Customers (strategies, rows) as kept between ticks, field by field and as blocks.
    slots
        Where the open cases of each lie (strategies, rows), 0 for nowhere.
    cases
        Open cases (strategies, rows + 1) as blocks, the first row for nobody. Memory is taken for as many
        as were open at the same time.
    returned
        Slots that are free again (strategies, rows), the one freed last at the end.
    slot_counts
        How many slots were ever used, and how many are free again (strategies, 2).
    said
        Who says something that can be heard (rows,).
    """

    kept: Records
    kept_blocks: Records
    slots: NDArray[np.int32]
    cases: Records
    returned: NDArray[np.int32]
    slot_counts: NDArray[np.int64]
    said: NDArray[np.int8]


class Desk(NamedTuple):
    """Where one customer at a time is worked on, and what is counted.

    Parameters
    ----------
    hand, hand_block, hand_kept, hand_cases
        The customer in hand (1,): field by field, as a block, and the blocks of what is kept and of
        open cases.
    mine, mine_floats
        What the customer in hand counts in a step, as a ledger (1,) and as floats (fields,).
    sums
        Sums to work with (strategies, rows, segments, fields): a row for each tick where lives are run at
        one go, else one for the chunk and one for the pass.
    ledger, ledger_floats
        What was counted (strategies, ticks, segments), the second with fields as the last axis.
    total, total_floats
        The sum of a tick over segments, as a ledger (1,) and as floats (fields,).
    active
        Active customers at the end of a tick (strategies, ticks, groups).
    """

    hand: Records
    hand_block: Records
    hand_kept: Records
    hand_cases: Records
    mine: Records
    mine_floats: NDArray[np.float64]
    sums: NDArray[np.float64]
    ledger: Records
    ledger_floats: NDArray[np.float64]
    total: Records
    total_floats: NDArray[np.float64]
    active: NDArray[np.float64]


class Turns(NamedTuple):
    """Who acts when, and who hears whom.

    Parameters
    ----------
    steps
        What is done in each pass over all people, see `sim.engine.turns`.
    order
        Rows in the order of their turns; empty for the order of the rows themselves.
    offsets, targets
        Row i hears the rows ``targets[offsets[i]:offsets[i + 1]]``.
    """

    steps: NDArray[np.int64]
    order: NDArray[np.int64]
    offsets: NDArray[np.int64]
    targets: NDArray[np.int32]


class Fork(NamedTuple):
    """Up to where strategies are lived together by a customer whom nobody else affects.

    Parameters
    ----------
    until
        First tick in which the policies of a group differ in more than the handling of complaints (groups,).
    handling
        1 where they differ in that (groups,).
    ahead
        States of the firm (strategies, groups), to look ahead with.
    saved
        The customer in hand as at the start of a tick (1,), as a block.
    """

    until: NDArray[np.int64]
    handling: NDArray[np.int64]
    ahead: Records
    saved: Records


def crowd(people: Records, strategies: int = 1) -> Crowd:
    """Return the same people under each strategy, with nothing said and no open case.

    One strategy takes the records themselves, several take copies.
    """
    rows = len(people)
    kept = people[np.newaxis] if strategies == 1 else np.tile(people, (strategies, 1))
    return Crowd(
        kept,
        blocks(kept),
        np.zeros((strategies, rows), dtype=np.int32),
        blocks(np.zeros((strategies, rows + 1), dtype=CASES_TYPE)),
        np.zeros((strategies, rows), dtype=np.int32),
        np.zeros((strategies, 2), dtype=np.int64),
        np.zeros(rows, dtype=np.int8),
    )


def desk(strategies: int, ticks: int, segments: int, groups: int, rows_of_sums: int) -> Desk:
    """Return a desk with nothing on it.

    Parameters
    ----------
    strategies, ticks, segments, groups
        Sizes of what is counted.
    rows_of_sums
        See `Desk.sums`.
    """
    hand = np.zeros(1, dtype=IN_HAND_TYPE)
    mine, total = empty_ledger(1, 1)[0], empty_ledger(1, 1)[0]
    ledger = np.stack([empty_ledger(ticks, segments)] * strategies)
    sums = np.stack([as_floats(empty_ledger(rows_of_sums, segments))] * strategies)
    return Desk(
        hand,
        blocks(hand),
        kept_of(hand),
        cases_of(hand),
        mine,
        as_floats(mine)[0],
        sums,
        ledger,
        as_floats(ledger),
        total,
        as_floats(total)[0],
        np.zeros((strategies, ticks, groups)),
    )


def turns(activation: str, neighbours: Neighbours) -> Turns:
    """Return the turns of a way of activation, in the order of the rows."""
    nobody = np.empty(0, dtype=np.int64)
    return Turns(np.array(STEPS[activation]), nobody, neighbours.offsets, neighbours.targets)


def fork(until: NDArray[np.int64], handling: NDArray[np.int64], firms: Records) -> Fork:
    """Return up to where strategies are lived together, with firms of their own to look ahead with."""
    return Fork(until, handling, firms.copy(), blocks(np.zeros(1, dtype=IN_HAND_TYPE)))
