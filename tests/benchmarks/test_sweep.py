"""What a sweep costs besides the simulation: milliseconds of processor time for each point."""

import os
import statistics
import time
from pathlib import Path

import pytest
from racing import counted, keep_rows

import sim
from sim.engine import lives
from sim.study.sweep.design import build_design
from sim.study.sweep.folder import claim, study_record
from sim.study.sweep.results import load_results
from sim.study.sweep.run import run_shard
from sim.study.sweep.sweep import make_sweep

FULL = bool(os.environ.get("TENURE_BENCHMARK_FULL"))
ROUNDS, POINTS = (5, 10_000) if FULL else (1, 128)
GOAL = 2.0
OVER = {
    "scenario.service.delivery.median": [20.0, 30.0],
    "scenario.behaviour.trust.broken_loss": None,
    "strategies.guarantee.commitments.delivery.payout": [0.1, 1.0],
    "strategies.guarantee.commitments.delivery.publicity": None,
}


def test_what_a_point_costs_besides_its_runs(
    benchmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs are taken from memory in place of being simulated; all else is done as for a user.

    That is: the design, scenario and strategies of each point, what an engine needs of them, metrics, files
    and their flushing to the disk, and reading them back.
    """
    scenario = sim.load_scenario("courier").replace({"customers.count": 50, "time.horizon": 2.0})
    strategies = sim.load_strategies(["baseline", "guarantee"], scenario)
    together, remembered = lives._together, {}

    def from_memory(setting, seed, watch, people):
        place = bool(setting.policies["delivery_promised"].any())
        if place not in remembered:
            remembered[place] = together(setting, seed, watch, people)
        return remembered[place]

    monkeypatch.setattr(lives, "_together", from_memory)
    taken = []

    def sweep() -> None:
        folder = tmp_path / str(len(taken))
        start = time.process_time()
        design = build_design({"kind": "sample", "points": POINTS, "over": OVER})
        made = make_sweep(scenario, strategies, design)
        claim(folder, [study_record(made, "cost")])
        run_shard(made, folder / "courier", workers=2)
        rows = load_results(folder)
        taken.append(1000.0 * (time.process_time() - start) / POINTS)
        assert len(rows) == 2 * POINTS
        assert set(rows["status"]) == {"done"}

    benchmark.pedantic(sweep, rounds=ROUNDS, warmup_rounds=1)
    assert len(remembered) == 2  # and so nothing was simulated but these
    what = f"a point of a sweep besides its runs, {POINTS:,} points, two strategies"
    keep_rows(benchmark, what, statistics.median(counted(taken)), (f"{GOAL:g} ms", GOAL, 1.0), unit="ms")
