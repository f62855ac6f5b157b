"""What more customers, more talk, more strategies and more threads cost, in time and in memory."""

import os
import subprocess
import sys
import time
from functools import partial
from itertools import count

import numpy as np
import pytest
from racing import Peer, keep_rows, race
from real_tick.core import core_scenario

import sim
from sim.engine.simulation import simulate_each
from sim.study.metrics import MEASURED
from sim.world.strategy import Strategy

# In full, populations are a hundred times as large, and a round takes a minute.
FULL = bool(os.environ.get("TENURE_BENCHMARK_FULL"))
ROUNDS = 5 if FULL else 1
USUAL = 10_000
BASELINE = Strategy(name="baseline")
RECOVERIES = [
    Strategy(name=f"recovery_{place}").replace({"recovery": values})
    for place, values in enumerate(
        (
            {"apology": 0.6},
            {"apology": 0.9},
            {"compensation": 0.5},
            {"compensation": 1.0},
            {"response_target": 0.5},
            {"response_target": 2.0},
            {"empowerment": 400.0},
            {"apology": 0.9, "compensation": 0.5, "response_target": 0.5},
        )
    )
]
# A queue couples customers, so that everybody lives a week before anybody lives the next.
ALONE, QUEUE = "nothing interacts", "customers share a queue"
WORLDS = {ALONE: {}, QUEUE: {"mechanisms.queue": True}}
# Ten million behind one queue stand in memory at once, 6 GB of them: they are left out.
SIZES = (
    {ALONE: [1_000, 100_000, 1_000_000, 10_000_000], QUEUE: [1_000, 100_000, 1_000_000]}
    if FULL
    else {ALONE: [1_000, 40_000], QUEUE: [1_000, 40_000]}
)


FRESH = count(1)


def lived(scenario, strategies=(BASELINE,)):
    """Run strategies on a seed that was not run before: people are remembered, and are not to be here."""
    return simulate_each(scenario, strategies, next(FRESH), keep=MEASURED)


@pytest.mark.parametrize(
    ("world", "people"), [(world, count) for world, counts in SIZES.items() for count in counts]
)
def test_cost_per_customer_and_tick(benchmark, world, people):
    weeks = {"time.horizon": 0.15 if people > 100_000 else 2.0}
    large = core_scenario(people).replace({**WORLDS[world], **weeks})
    usual = core_scenario(USUAL).replace({**WORLDS[world], **weeks})
    times = max(1, USUAL // people)  # a small firm is run several times in a round
    race(
        benchmark,
        f"a customer and tick among {people:,}, {world}",
        lambda: [lived(large) for _ in range(times)],
        Peer(f"among {USUAL:,}", lambda: lived(usual), goal=1 / 1.15, work=people * times / USUAL),
        rounds=ROUNDS,
    )


def talking(count, talk):
    network = {"network.kind": "small_world" if talk else "none", "network.degree": 8}
    return core_scenario(count).replace(
        {"mechanisms.queue": True, "mechanisms.word_of_mouth": talk} | network
    )


def test_word_of_mouth(benchmark):
    with_talk, without = talking(USUAL, True), talking(USUAL, False)
    race(
        benchmark,
        "a tick with word of mouth, degree 8",
        lambda: lived(with_talk),
        Peer("without it", lambda: lived(without), goal=1 / 1.6),
        rounds=ROUNDS,
    )


@pytest.mark.parametrize("people", [100_000, 1_000_000] if FULL else [40_000])
def test_a_customer_and_tick_with_word_of_mouth(benchmark, people):
    weeks = {"time.horizon": 0.15 if people > 100_000 else 2.0}
    large, usual = talking(people, True).replace(weeks), talking(USUAL, True).replace(weeks)
    race(
        benchmark,
        f"a customer and tick among {people:,}, word of mouth",
        lambda: lived(large),
        Peer(f"among {USUAL:,}", lambda: lived(usual), goal=0.5, work=people / USUAL),
        rounds=ROUNDS,
    )


def test_strategies_that_share_lives(benchmark):
    scenario = core_scenario(USUAL)
    race(
        benchmark,
        "8 strategies of recovery run together",
        lambda: lived(scenario, RECOVERIES),
        Peer("one by one", lambda: [lived(scenario, [one]) for one in RECOVERIES], goal=2.0),
        rounds=ROUNDS,
    )


def test_two_threads(benchmark):
    """Measured by the clock on the wall: the cores have to be idle."""
    scenario = core_scenario(USUAL).replace({"mechanisms.queue": True})
    compared = partial(sim.compare, scenario, [BASELINE], replications=24)
    found = {workers: compared(workers=workers) for workers in (1, 2)}
    assert found[1].summary().equals(found[2].summary())
    seconds = {1: [], 2: []}

    def take_turns():
        for workers, taken in seconds.items():
            start = time.perf_counter()
            compared(workers=workers)
            taken.append(time.perf_counter() - start)

    benchmark.pedantic(take_turns, rounds=ROUNDS)
    one, two = (float(np.median(taken)) for taken in seconds.values())
    keep_rows(benchmark, "24 replications on two threads", two, ("on one", one, 1.8))


PEAK = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from real_tick.core import core_scenario
from sim.engine.simulation import simulate_each
from sim.study.metrics import MEASURED
from sim.world.strategy import Strategy

scenario = core_scenario({count}).replace({changes!r})
found = simulate_each(scenario, [Strategy(name="baseline")], 3, keep=MEASURED)
assert len(found[0].population) == {count}
status = Path("/proc/self/status").read_text().splitlines()
print(next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM")))
"""


def peak(count, changes):
    """Return the most memory that a process takes in which so many customers live, in bytes."""
    program = PEAK.format(here=os.path.dirname(__file__), count=count, changes=changes)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize("world", WORLDS)
def test_memory_per_customer(benchmark, world):
    small, large = (500_000, 1_500_000) if FULL else (400_000, 600_000)
    changes = {**WORLDS[world], "time.horizon": 0.15}
    found = []

    def measure():
        found.append((peak(large, changes) - peak(small, changes)) / (large - small))

    benchmark.pedantic(measure, rounds=1)
    assert found[-1] > 0.0
    what = f"memory per customer, {world}"
    keep_rows(benchmark, what, found[-1], ("640 bytes", 640.0, 1.0), unit="bytes")


@pytest.mark.skipif(not FULL, reason="takes ten minutes: TENURE_BENCHMARK_FULL=1 runs it")
def test_ten_million_customers(benchmark):
    found = []
    benchmark.pedantic(lambda: found.append(peak(10_000_000, {}) / 1e9), rounds=1)
    what = "memory of 10,000,000 customers and 104 weeks"
    keep_rows(benchmark, what, found[-1], ("3 GB", 3.0, 1.0), unit="GB")
