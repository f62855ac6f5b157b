"""Build the C core, hand it what the compiled engine gets, and bring back what it made of it."""

import ctypes
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

from sim.behaviour.customer import CustomerState
from sim.engine.luck import seed_key
from sim.engine.records import Records, clock_records, world_values
from sim.world.scenario import Scenario

SOURCE = Path(__file__).with_name("c_core.c")
RECORDS = Path(__file__).with_name("c_records.h")
FLAGS = ("-O3", "-ffp-contract=off", "-shared", "-fPIC")


@dataclass(frozen=True)
class CRun:
    """What a run in C gave.

    Parameters
    ----------
    ledger
        Structured array (ticks, segments), the fields that C counts.
    population
        Structured array, the fields that C keeps, named as in `sim.behaviour.customer`.
    """

    ledger: Records
    population: Records


@cache
def _library() -> ctypes.CDLL:
    target = Path(mkdtemp(prefix="tenure-benchmark-")) / "c_core.so"
    subprocess.run(["cc", *FLAGS, str(SOURCE), "-o", str(target), "-lm"], check=True)
    return ctypes.CDLL(str(target))


@cache
def _structure(name: str) -> np.dtype[Any]:
    """Return the type of a record that is laid out as the structure of this name in the header."""
    found = re.search(rf"typedef struct \{{([^}}]*)\}} {name};", RECORDS.read_text(encoding="utf-8"))
    assert found is not None
    layout: list[tuple[str, Any]] = []
    for kind, names in re.findall(r"(double|int64_t|complaint) ([^;]*);", found[1]):
        for field in names.split(", "):
            if kind == "complaint":
                layout += [(f"{field}_{part}", code) for part, code in _structure(kind).descr]
            else:
                layout.append((field, "f8" if kind == "double" else "i8"))
    return np.dtype(layout)


def customers_of(population: Records) -> Records:
    """Return people as C keeps them: the fields that matter in the core."""
    customers = np.empty(len(population), dtype=_structure("customer"))
    nothing_yet = CustomerState()
    for name in customers.dtype.names or ():
        there = name in (population.dtype.names or ())
        customers[name] = population[name] if there else getattr(nothing_yet, name)
    return customers


def simulate(scenario: Scenario, population: Records, seed: int, **changed: float) -> CRun:
    """Let people live all ticks in C.

    Parameters
    ----------
    scenario
        A core scenario.
    population
        The people before the first tick, as `sim.engine.population.create_population` makes them.
    seed
        Seed of the run.
    changed
        Numbers of the world that are to be others, by flat name.
    """
    effective = scenario.effective()
    values = world_values(effective) | changed
    world = np.array([float(values[name]) for name in _structure("world").names or ()])
    given = clock_records(effective)
    clocks = np.empty(len(given), dtype=_structure("ticking"))
    for name in clocks.dtype.names or ():
        clocks[name] = given[name]
    customers = customers_of(population)
    segments = len(effective.customers.segments)
    ledger = np.zeros((segments, len(clocks)), dtype=_structure("ledger"))
    failed = _library().live_ticks(
        customers.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(len(customers)),
        world.ctypes.data_as(ctypes.c_void_p),
        clocks.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(len(clocks)),
        ledger.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(segments),
        ctypes.c_uint64(seed_key(seed)),
    )
    if failed:
        raise MemoryError("no memory for the sums of a chunk")
    return CRun(np.ascontiguousarray(ledger.T), customers)
