"""How long an answer takes that can be trusted: to half a point of retention, for six strategies."""

import os
import time

import numpy as np
from racing import keep_rows
from real_tick import mesa_program
from real_tick.core import core_scenario

import sim
from sim.study.two_stages import units_needed

FULL = bool(os.environ.get("TENURE_BENCHMARK_FULL"))
ROUNDS, CUSTOMERS, PRECISION = (5, 10_000, 0.005) if FULL else (1, 500, 0.03)
NAMES = ["baseline", "over_promise", "guarantee", "fast_recovery", "compensation", "loyalty_points"]


def unpaired(compared):
    """Return differences of retention to a baseline that was run on other seeds, a row a replication."""
    baseline = np.roll(compared.values("baseline", "retention_rate"), 1)
    return np.array([compared.values(name, "retention_rate") - baseline for name in NAMES[1:]]).T


def test_time_to_a_precise_answer(benchmark):
    """Measured by the clock on the wall, on two idle cores; Mesa's runs are timed one by one and counted.

    A Mesa program has no common luck: strategies run on seeds of their own. How many replications that
    takes is found by the same rule, from differences to a baseline of other seeds; they share the cores.
    """
    scenario = core_scenario(CUSTOMERS)
    strategies = sim.load_strategies(NAMES, scenario)

    def ours():
        return sim.compare(scenario, strategies, precision=PRECISION, workers=2)

    compared = ours()
    assert all(compared.difference(name, "retention_rate").half_width <= PRECISION for name in NAMES[1:])
    ours_taken, mesa_taken = [], []

    def take_turns():
        start = time.perf_counter()
        ours()
        ours_taken.append(time.perf_counter() - start)
        start = time.perf_counter()
        mesa_program.simulate(scenario, seed=len(mesa_taken))
        mesa_taken.append(time.perf_counter() - start)

    benchmark.pedantic(take_turns, rounds=ROUNDS)
    replications = units_needed(unpaired(compared), PRECISION)
    assert replications >= len(compared.seeds)
    mesa = float(np.median(mesa_taken)) * replications * len(NAMES) / 2
    what = f"{len(NAMES)} strategies to {100 * PRECISION:g} points of retention, {CUSTOMERS:,} customers"
    name = f"idiomatic Mesa, own seeds, {replications} replications for {len(compared.seeds)}"
    keep_rows(benchmark, what, float(np.median(ours_taken)), (name, mesa, 1000.0))
