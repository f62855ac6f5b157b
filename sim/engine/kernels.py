"""The loops of the compiled engine: everybody tick by tick, or each customer's life at one go.

Where customers meet each other or a firm that others have moved, a tick is over for all before the next
begins. Where nothing of that is at work (`sim.engine.interaction`), a life can be lived to its end while it
lies in the cache, and strategies share it up to where they first differ for this customer.

Sums are the same to the bit in both, and in the Mesa engine: those of a customer in a step of a tick are
taken first, then added up in order over the customers of a chunk, over the chunks of a pass, and over the
passes of the tick.
"""

from typing import Any

from numba.extending import register_jitable

from sim.behaviour.firm import close_tick, count_other_state, count_state, hold
from sim.behaviour.market import STAYS, decide, enter, has_to_settle
from sim.behaviour.talk import fall_silent, listen, says_something
from sim.behaviour.tick import live_tick
from sim.engine.compiled import compile_kernel, tick_key
from sim.engine.ledger import CHUNK
from sim.engine.luck import FIRM
from sim.engine.turns import DECIDE, HEAR, LIVE

USED, FREE = 0, 1
"""Places of `Crowd.slot_counts`."""

# Arrays are taken out of their bundles before a loop: what is taken out is counted, which costs more in a
# loop than a rule does. For the same reason sums are reached by their full index.


@register_jitable(forceinline=True)
def _take_in_hand(
    blocks: Any, cases: Any, slots: Any, row: Any, hand_kept: Any, hand_cases: Any, hand: Any
) -> Any:
    """Copy a customer and their open cases into the hand's two blocks.

    What else is in the hand is left over from others: a case that is not due, and an episode before an
    order begins it, are never read.
    """
    hand_kept[0] = blocks[row]
    if slots[row] != 0:
        hand_cases[0] = cases[slots[row]]
    else:
        hand.first_due = -1.0
        hand.second_due = -1.0


@register_jitable(forceinline=True)
def _put_back(
    blocks: Any,
    cases: Any,
    slots: Any,
    returned: Any,
    counts: Any,
    row: Any,
    hand_kept: Any,
    hand_cases: Any,
    hand: Any,
) -> Any:
    """Copy the customer in hand back, and the open cases to where nobody else's lie."""
    blocks[row] = hand_kept[0]
    waits = hand.first_due >= 0.0 or hand.second_due >= 0.0
    if waits or slots[row] != 0:
        _find_slot(slots, returned, counts, row, waits)
    if waits:
        cases[slots[row]] = hand_cases[0]


@register_jitable
def _find_slot(slots: Any, returned: Any, counts: Any, row: Any, waits: Any) -> Any:
    """Give open cases a slot, if they have none, or give a slot back that is needed no more."""
    if not waits:
        returned[counts[FREE]] = slots[row]
        counts[FREE] += 1
        slots[row] = 0
    elif slots[row] == 0 and counts[FREE] > 0:
        counts[FREE] -= 1
        slots[row] = returned[counts[FREE]]
    elif slots[row] == 0:
        counts[USED] += 1
        slots[row] = counts[USED]


@register_jitable(forceinline=True)
def _count(mine: Any, sums: Any, segment: Any) -> Any:
    """Add what a customer counted to the sums of the segment, and begin anew."""
    for place in range(len(mine)):
        sums[segment, place] += mine[place]
        mine[place] = 0.0


@register_jitable
def _hear(
    row: Any,
    people: Any,
    said: Any,
    offsets: Any,
    targets: Any,
    world: Any,
    luck: Any,
    clock: Any,
    mine: Any,
    log: Any,
) -> Any:
    """Let a person hear what neighbours have said, and return whether there was anything."""
    heard = False
    for place in range(offsets[row], offsets[row + 1]):
        if said[targets[place]] != 0:
            listen(people[row], people[targets[place]], place - offsets[row], world, luck, clock, mine, log)
            heard = True
    return heard


def _live_together(course: Any, crowd: Any, desk: Any, turns: Any, first: Any, last: Any, logs: Any) -> Any:
    """Run ticks ``first`` to ``last`` - 1 of one strategy for all people, in passes in the order of turns."""
    people, blocks, said = crowd.kept[0], crowd.kept_blocks[0], crowd.said
    cases, slots = crowd.cases[0], crowd.slots[0]
    returned, counts = crowd.returned[0], crowd.slot_counts[0]
    hand, hand_kept, hand_cases = desk.hand[0], desk.hand_kept, desk.hand_cases
    mine, floats = desk.mine[0], desk.mine_floats
    passed, sums, ledger = desk.sums[0, 0], desk.sums[0, 1], desk.ledger_floats[0]
    world, run_key, log = course.world[0], course.run_key, logs[0]
    order, offsets, targets = turns.order, turns.offsets, turns.targets
    in_turns = len(order) > 0
    for tick in range(first, last):
        policies, clock, active = course.policies[0, tick], course.clocks[tick], desk.active[0, tick]
        for group in range(len(policies)):
            hold(policies[group], course.firms[0, group], world)
        for step in turns.steps:
            passed[:] = 0.0
            for start in range(0, len(people), CHUNK):
                sums[:] = 0.0
                for turn in range(start, min(start + CHUNK, len(people))):
                    row = order[turn] if in_turns else turn
                    customer = people[row]
                    policy = policies[customer.group]
                    luck = tick_key(run_key, customer.id, tick)
                    if step & HEAR:
                        if _hear(row, people, said, offsets, targets, world, luck, clock, mine, log):
                            _count(floats, sums, customer.segment)
                    if step & LIVE:
                        fall_silent(customer)
                        if customer.active == 1:
                            _take_in_hand(blocks, cases, slots, row, hand_kept, hand_cases, hand)
                            live_tick(hand, policy, world, luck, clock, mine, log)
                            _put_back(
                                blocks, cases, slots, returned, counts, row, hand_kept, hand_cases, hand
                            )
                            _count(floats, sums, hand.segment)
                            active[hand.group] += hand.active
                        said[row] = says_something(customer)
                    if step & DECIDE and has_to_settle(customer):
                        way = decide(customer, policy, world, luck, clock, mine)
                        if way != STAYS:
                            _take_in_hand(blocks, cases, slots, row, hand_kept, hand_cases, hand)
                            enter(hand, way, policy, world, clock, mine, log)
                            _put_back(
                                blocks, cases, slots, returned, counts, row, hand_kept, hand_cases, hand
                            )
                        if way != STAYS or mine.cost != 0.0:  # one who stays outside counts but a cost
                            _count(floats, sums, customer.segment)
                passed += sums
            ledger[tick] += passed
        _close(course, desk, 0, tick)


def _live_apart(course: Any, crowd: Any, desk: Any, fork: Any, logs: Any) -> Any:
    """Let each customer live all ticks under all strategies, together up to where these first differ.

    That is where their policies differ, or where the handling of complaints comes into play and they
    differ in it; the customer is then put back to the start of the tick. One loop serves the common part
    and those of the strategies, for each place that calls the tick would hold all of it once more.
    """
    _foresee(course, desk, fork.ahead)
    blocks, cases, slots = crowd.kept_blocks, crowd.cases, crowd.slots
    returned, counts = crowd.returned, crowd.slot_counts
    hand, block, hand_kept, hand_cases = desk.hand[0], desk.hand_block, desk.hand_kept, desk.hand_cases
    mine, floats, sums, active = desk.mine[0], desk.mine_floats, desk.sums, desk.active
    policies, clocks, world, run_key = course.policies, course.clocks, course.world[0], course.run_key
    until, handling, saved, log = fork.until, fork.handling, fork.saved, logs[0]
    strategies, ticks, _ = policies.shape
    for start in range(0, blocks.shape[1], CHUNK):
        sums[:] = 0.0
        for row in range(start, min(start + CHUNK, blocks.shape[1])):
            _take_in_hand(blocks[0], cases[0], slots[0], row, hand_kept, hand_cases, hand)
            group, segment = hand.group, hand.segment
            forked = 0
            for stage in range(strategies + 1):  # first all strategies as one, then one after the other
                begin, end = (0, strategies) if stage == 0 else (stage - 1, stage)
                if stage == 1:
                    saved[0] = block[0]
                elif stage > 1:
                    block[0] = saved[0]
                tick, last = (0, until[group]) if stage == 0 else (forked, ticks)
                careful = stage == 0 and strategies > 1 and handling[group] != 0
                while tick < last and hand.active == 1:
                    if careful:
                        saved[0] = block[0]
                    luck = tick_key(run_key, hand.id, tick)
                    fall_silent(hand)
                    live_tick(hand, policies[begin, tick, group], world, luck, clocks[tick], mine, log)
                    if careful and hand.handled != 0:
                        block[0] = saved[0]
                        floats[:] = 0.0
                        break
                    for strategy in range(begin, end):
                        for place in range(len(floats)):
                            sums[strategy, tick, segment, place] += floats[place]
                        active[strategy, tick, group] += hand.active
                    floats[:] = 0.0
                    tick += 1
                if stage == 0:
                    forked = tick
                    continue
                if hand.active == 0 and tick < ticks:
                    fall_silent(hand)
                strategy = stage - 1
                _put_back(
                    blocks[strategy],
                    cases[strategy],
                    slots[strategy],
                    returned[strategy],
                    counts[strategy],
                    row,
                    hand_kept,
                    hand_cases,
                    hand,
                )
        for strategy in range(strategies):
            for tick in range(ticks):
                desk.ledger_floats[strategy, tick] += sums[strategy, tick]


def _account(course: Any, desk: Any) -> Any:
    """Keep the firm's books of all ticks after customers have lived apart."""
    for strategy in range(len(course.policies)):
        for tick in range(len(course.clocks)):
            for group in range(course.firms.shape[1]):
                firm = course.firms[strategy, group]
                hold(course.policies[strategy, tick, group], firm, course.world[0])
            _close(course, desk, strategy, tick)


@register_jitable
def _foresee(course: Any, desk: Any, ahead: Any) -> Any:
    """Write the firm's state of every tick into the policies, where nothing that customers do moves it."""
    strategies, ticks, groups = course.policies.shape
    desk.total_floats[:] = 0.0
    for strategy in range(strategies):
        for tick in range(ticks):
            luck = tick_key(course.run_key, FIRM, tick)
            for group in range(groups):
                policy, firm = course.policies[strategy, tick, group], ahead[strategy, group]
                hold(policy, firm, course.world[0])
                close_tick(firm, policy, desk.total[0], course.world[0], luck, course.clocks[tick])


@register_jitable
def _close(course: Any, desk: Any, strategy: Any, tick: Any) -> Any:
    """Count the state of the firm that customers have met in a tick, and let the tick move it."""
    groups = course.firms.shape[1]
    ledger = desk.ledger[strategy, tick]
    for group in range(groups):
        segment = group // course.places
        policy, usual = (
            course.policies[strategy, tick, group],
            course.policies[strategy, tick, segment * course.places],
        )
        if group == segment * course.places:
            count_state(ledger[segment], policy)
        else:
            count_other_state(ledger[segment], policy, usual, desk.active[strategy, tick, group])
    total = desk.total_floats
    total[:] = 0.0
    for segment in range(len(ledger)):
        total += desk.ledger_floats[strategy, tick, segment]
    luck = tick_key(course.run_key, FIRM, tick)
    for group in range(groups):
        policy, firm = course.policies[strategy, tick, group], course.firms[strategy, group]
        close_tick(firm, policy, desk.total[0], course.world[0], luck, course.clocks[tick])


live_together = compile_kernel(_live_together)
live_apart = compile_kernel(_live_apart)
account = compile_kernel(_account)
