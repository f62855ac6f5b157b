"""Flat records for both engines, made from the annotations that behaviour and world declare.

The compiled engine reads structured arrays; the Mesa engine reads objects with the same names
and the same values. Both are made here, from one source each.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.firm import Firm, open_firm
from sim.behaviour.surroundings import Clock, TickLedger
from sim.world.policy import Policy, Timeline, policy_fields
from sim.world.psychology import Psychology
from sim.world.scenario import DAYS_PER_YEAR, HOURS_PER_UNIT, Scenario

Records = NDArray[Any]
Thing = TypeVar("Thing")


class Same(Generic[Thing]):
    """Something that cannot change, known by what it is and not by what is in it."""

    def __init__(self, thing: Thing) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


LEDGER_FIELDS = tuple(item.name for item in fields(TickLedger))
LEDGER_TYPE = np.dtype([(name, "f8") for name in LEDGER_FIELDS])
"""Counts are floats in the record, exact to 2**53, so that a row can be summed as one array."""


EVENT_TYPE = np.dtype(
    [("customer", "i8"), ("hour", "f8"), ("event", "i8"), ("detail", "i8"), ("value", "f8"), ("money", "f8")]
)
"""A row of the log; the columns are those of `sim.behaviour.events.note`."""


LOG_TYPE = np.dtype([("address", "i8"), ("capacity", "i8"), ("place", "i8")])
"""The compiled log: where its rows lie, how many there are, and how many were asked for.

A record and not the array itself, for an array is counted each time it is handed on to a rule.
"""


def log_record(rows: Records) -> Records:
    """Return the record of a log that writes into these rows, as an array of one."""
    return np.array([(rows.ctypes.data, len(rows), 0)], dtype=LOG_TYPE)


def record_type(kind: type) -> np.dtype[Any]:
    """Return the type of a record with the fields of a dataclass, whole numbers and floats."""
    return np.dtype([(item.name, "i8" if item.type is int else "f8") for item in fields(kind)])


CLOCK_TYPE = record_type(Clock)
FIRM_TYPE = record_type(Firm)
POLICY_TYPE = np.dtype([(name, "i8" if kind is int else "f8") for name, kind in policy_fields()])

SKIPPED = ("name", "title", "titles", "known", "assumed", "posterior", "evidence", "strategies", "mechanisms")


def world_values(scenario: Scenario) -> dict[str, float | int]:
    """Return the scenario's numbers by flat name.

    The dotted path without a leading ``behaviour`` or ``service``, joined by underscores; choices
    that rules ask for and constants that follow from several parameters are added.
    """
    values: dict[str, float | int] = {}
    for part, prefix in _sections(scenario):
        for name, value in _numbers(Same(part), prefix):
            if name in values:
                raise ValueError(f"two parameters share the flat name {name}")
            values[name] = value
    weights = scenario.service.weights
    total = weights.speed + weights.quality + weights.reliability + weights.contact
    correlation = scenario.service.delivery.quote_correlation
    return values | {
        "contractual": int(scenario.customers.relation == "contractual"),
        "weight_speed": weights.speed / total,
        "weight_quality": weights.quality / total,
        "weight_reliability": weights.reliability / total,
        "weight_contact": weights.contact / total,
        "delivery_days_per_unit": HOURS_PER_UNIT[scenario.service.delivery.unit] / 24.0,
        "delivery_quote_independence": math.sqrt(max(1.0 - correlation * correlation, 0.0)),
    }


def _sections(scenario: Scenario) -> Iterator[tuple[Any, str]]:
    """Yield the parts of a scenario with their dotted path; those of its behaviour one by one."""
    for name in _names(Scenario):
        part = getattr(scenario, name)
        if name in SKIPPED:
            continue
        if name == "behaviour":
            for below in _names(Psychology):
                yield getattr(part, below), f"{name}.{below}."
        else:
            yield part, f"{name}."


@lru_cache(512)
def _numbers(part: "Same[Any]", prefix: str) -> tuple[tuple[str, float | int], ...]:
    """Return the numbers of a part by flat name; most parts are the same in many scenarios."""
    found: list[tuple[str, float | int]] = []
    kind: type = type(part.thing)
    for name in _names(kind):
        value = getattr(part.thing, name)
        path = f"{prefix}{name}"
        head, _, rest = path.partition(".")
        if is_dataclass(value):
            found += _numbers(Same(value), f"{path}.")
        elif isinstance(value, int | float):
            found.append(((rest if head in ("behaviour", "service") else path).replace(".", "_"), value))
    return tuple(found)


def world_record(scenario: Scenario) -> Records:
    """Return the scenario's numbers as an array of one record."""
    values = world_values(scenario)
    return np.array(
        [tuple(values.values())], dtype=_number_type(tuple(values), tuple(map(type, values.values())))
    )


@lru_cache(64)
def _number_type(names: tuple[str, ...], kinds: tuple[type, ...]) -> np.dtype[Any]:
    return np.dtype(
        [(name, "f8" if kind is float else "i8") for name, kind in zip(names, kinds, strict=True)]
    )


def policy_records(timeline: Timeline) -> Records:
    """Return the policies as an array (ticks, groups)."""
    places = np.array(timeline.places)
    kinds = np.array([_values(kind, Policy) for kind in timeline.kinds], dtype=POLICY_TYPE)
    records: Records = kinds[places]
    for name in sorted({name for learned in timeline.learned for name in learned}):
        own = np.array([learned.get(name, 0.0) for learned in timeline.learned])
        records[name] = np.where(places > 0, own[:, np.newaxis], 0.0)
    return records


def firm_record(world: Records) -> Records:
    """Return the firm before the first tick as an array of one record.

    Parameters
    ----------
    world
        The scenario's numbers, see `world_record`.
    """
    firm = Firm()
    open_firm(firm, as_object(world[0]))
    return np.array([_values(firm, Firm)], dtype=FIRM_TYPE)


def clock_records(scenario: Scenario) -> Records:
    """Return the clock of every tick."""
    time = scenario.time
    hours = 24.0 * time.tick_days
    rows = []
    for tick in range(time.ticks):
        first, last = tick * time.tick_days, (tick + 1) * time.tick_days
        wave = int(last / scenario.survey.interval + 1e-9) > int(first / scenario.survey.interval + 1e-9)
        quarter = int(last / (DAYS_PER_YEAR / 4) + 1e-9) > int(first / (DAYS_PER_YEAR / 4) + 1e-9)
        discount = (1.0 + scenario.economics.discount_rate) ** (-first / DAYS_PER_YEAR)
        start, end = tick * hours, (tick + 1) * hours
        end_of_tick = math.nextafter(end, 0.0)
        hearing = end_of_tick if time.activation == "synchronous" else start
        years = time.tick_days / DAYS_PER_YEAR
        rows.append((tick, start, end, end_of_tick, hearing, years, discount, int(wave), int(quarter)))
    return np.array(rows, dtype=CLOCK_TYPE)


def _values(item: Any, kind: type) -> tuple[Any, ...]:
    return _getter(kind)(item)


@cache
def _getter(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*_names(kind))


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def as_object(record: Any) -> SimpleNamespace:
    """Return a record as an object with Python numbers, for the Mesa engine."""
    return SimpleNamespace(**dict(zip(record.dtype.names, record.item(), strict=True)))


def ledger_total(ledger: Records, name: str) -> float:
    """Return a field of the ledger summed over ticks and segments.

    Raises
    ------
    KeyError
        If the ledger has no such field.
    """
    if name not in LEDGER_FIELDS:
        raise KeyError(name)
    return float(ledger[name].sum())
