"""Drive the compiled engine: tick by tick where customers affect each other, else life by life."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.engine.interaction import live_alone, lived_together
from sim.engine.kernels import account, live_apart, live_together
from sim.engine.layout import CASES_TYPE, CUSTOMER_TYPE, OPEN_TYPE, open_cases
from sim.engine.ledger import CHUNK, as_floats
from sim.engine.luck import seed_key
from sim.engine.network import build_network
from sim.engine.population import People, create_population, mark_watched
from sim.engine.prepared import Prepared, people_of, prepared
from sim.engine.records import EVENT_TYPE, LEDGER_FIELDS, Records, log_record
from sim.engine.turns import order_of_turns
from sim.engine.workspace import Course, Crowd, crowd, desk, fork, turns
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

BLOCK = 64 * CHUNK
"""Customers whose lives are run at one go where nobody affects another; memory is taken for so many."""
FIRST_LOG_ROWS = 65_536


class Lives(NamedTuple):
    """What came of all customers under one strategy: ledger, customers at the end, open cases, log."""

    ledger: Records
    population: Records
    cases: Records
    log: Records | None


def run_lives(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    seed: int,
    *,
    watch: "Iterable[int] | str | None" = None,
    people: People = create_population,
    keep: Sequence[str] | None = None,
    kernel: Any = None,
) -> list[Lives]:
    """Run strategies on the same customers with the same luck.

    Parameters
    ----------
    scenario, strategies, seed
        What to run.
    watch
        Ids of customers whose events are logged, "all", or None.
    people
        What makes the people.
    keep
        Fields of the customers that are wanted at the end, None for all; others may be missing.
    kernel
        The loop over everybody with a tick of somebody's own, see `sim.engine.own_tick`; None for ours.

    Raises
    ------
    FloatingPointError
        If a rule has divided by zero or the like: what it counted is not a number.
    """
    settings = [prepared(scenario, strategy) for strategy in strategies]
    if kernel is not None:
        found = [_together(item, seed, watch, people, kernel) for item in settings]
    elif watch is not None or not live_alone(scenario, strategies) or not _settled(settings[0], seed, people):
        found = [_together(item, seed, watch, people) for item in settings]
    elif all(item.plan.shares == settings[0].plan.shares for item in settings):
        found = _apart(settings, seed, people, keep)
    else:
        found = [_apart([item], seed, people, keep)[0] for item in settings]
    for lives in found:
        if not np.isfinite(as_floats(lives.ledger)).all():
            wrong = [name for name in LEDGER_FIELDS if not np.isfinite(lives.ledger[name]).all()]
            raise FloatingPointError(
                f"{scenario.name}: {wrong[0]} is not a finite number; engine=mesa shows where"
            )
    return found


def _settled(setting: Prepared, seed: int, people: People) -> bool:
    """Return whether nobody may join and no opinion has to fade, which people of one's own may bring."""
    if people is create_population:
        return True  # the scenario says it all
    made = people(setting.scenario, setting.plan, seed)
    return bool((made["prospect"] == 0).all() and (made["opinion"] == made["interest"]).all())


def _course(settings: Sequence[Prepared], seed: int) -> Course:
    first = settings[0]
    return Course(
        np.stack([item.policies for item in settings]),
        np.stack([item.firms for item in settings]),
        first.world,
        first.clocks,
        np.uint64(seed_key(seed)),
        len(first.plan.shares),
    )


def _together(
    setting: Prepared,
    seed: int,
    watch: "Iterable[int] | str | None",
    people: People,
    kernel: Any = live_together,
) -> Lives:
    """Run one strategy tick by tick."""
    scenario, plan = setting.scenario, setting.plan
    ticks, groups = setting.policies.shape
    activation = scenario.time.activation
    # An order that is drawn anew for every tick is drawn outside the kernel, tick by tick.
    stride = ticks if activation == "synchronous" else 1
    capacity = 0 if watch is None else FIRST_LOG_ROWS
    while True:
        if people is create_population:
            population = people_of(setting, seed)
        else:
            population = people(scenario, plan, seed).copy()  # whoever made it may need it as it is
        mark_watched(population, watch)
        course = _course([setting], seed)
        all_people = crowd(population)
        place = desk(1, ticks, plan.segments, groups, 2)
        table = turns(activation, build_network(scenario.network, population["segment"], seed))
        rows = np.zeros(capacity, dtype=EVENT_TYPE)
        log = log_record(rows)
        for first in range(0, ticks, stride):
            if stride == 1:
                table = table._replace(
                    order=order_of_turns(activation, int(course.run_key), len(population), first)
                )
            kernel(course, all_people, place, table, first, first + stride, log)
        needed = int(log["place"][0])
        if needed <= capacity:
            break
        capacity = needed  # the log was full and went on counting: repeat at the exact size
    return Lives(
        place.ledger[0], population, _open(all_people, 0, 0), None if watch is None else rows[:needed].copy()
    )


def _apart(
    settings: Sequence[Prepared], seed: int, people: People, keep: Sequence[str] | None
) -> list[Lives]:
    """Run strategies block by block of customers, each life at one go."""
    course = _course(settings, seed)
    strategies, ticks, groups = course.policies.shape
    setting = settings[0]
    scenario, plan = setting.scenario, setting.plan
    place = desk(strategies, ticks, plan.segments, groups, ticks)
    branches = fork(*lived_together(course.policies), course.firms)
    log = log_record(np.zeros(0, dtype=EVENT_TYPE))
    names = CUSTOMER_TYPE.names or () if keep is None else keep
    made = None if people is create_population else people(scenario, plan, seed)
    rows = scenario.rows if made is None else len(made)
    ends = np.zeros((strategies, rows), dtype=_only(names))
    cases: list[list[Records]] = [[] for _ in range(strategies)]
    begin = 0
    for block in _blocks(setting, seed, rows, made):
        customers = crowd(block, strategies)
        ahead = branches._replace(ahead=course.firms.copy())
        live_apart(course, customers, place, ahead, log)
        for strategy in range(strategies):
            for name in names:
                ends[strategy, begin : begin + len(block)][name] = customers.kept[strategy][name]
            cases[strategy].append(_open(customers, strategy, begin))
        begin += len(block)
    account(course, place)
    return [
        Lives(place.ledger[number], ends[number], np.concatenate(cases[number]), None)
        for number in range(strategies)
    ]


def _blocks(setting: Prepared, seed: int, rows: int, made: Records | None) -> Iterator[Records]:
    """Yield the people in blocks, which are drawn one by one unless all were made by somebody else."""
    for first in range(0, rows, BLOCK):
        last = min(first + BLOCK, rows)
        if made is None:
            yield create_population(setting.scenario, setting.plan, seed, range(first, last))
        else:
            yield made[first:last].copy()


def _only(names: Sequence[str]) -> np.dtype[Any]:
    """Return the type of records with some fields of a customer."""
    if tuple(names) == CUSTOMER_TYPE.names:
        return CUSTOMER_TYPE
    return np.dtype([(name, CUSTOMER_TYPE[name]) for name in names])


def _open(customers: Crowd, strategy: int, begin: int) -> Records:
    """Return the open cases under one strategy; rows are counted from ``begin``."""
    slots = customers.slots[strategy]
    rows = np.flatnonzero(slots)
    if len(rows) == 0:
        return np.empty(0, dtype=OPEN_TYPE)
    return open_cases(begin + rows, customers.cases[strategy][slots[rows]].view(CASES_TYPE))
