"""Run every strategy on every seed, side by side, and hand each outcome over as it comes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.engine.interaction import live_alone
from sim.engine.kpis import tick_kpis
from sim.engine.own_tick import OwnTick
from sim.engine.simulation import Engine, Run, simulate, simulate_each
from sim.study.metrics import MEASURED, measure, starters
from sim.study.side_by_side import as_they_finish
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy


@dataclass(frozen=True)
class Outcome:
    """What one run leaves behind in a comparison: its metrics, its KPIs per tick, the same by segment."""

    metrics: dict[str, float]
    kpis: dict[str, NDArray[np.float64]]
    segments: "dict[str, Outcome]" = field(default_factory=dict)


def run_replications(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    seeds: Sequence[int],
    engine: Engine | OwnTick,
    workers: int,
    *,
    compiled: bool = False,
) -> Iterator[tuple[int, str, Outcome]]:
    """Yield seed, name of the strategy and outcome of each run in the order in which they finish.

    Runs begin seed by seed, so that whole replications are there early.

    Parameters
    ----------
    scenario, strategies, seeds, engine
        What to run.
    workers
        Threads.
    compiled
        Whether something was run before. If not, the first run goes alone: it compiles, which threads
        could only wait for.
    """
    # Strategies share the lives of customers whom nobody else affects: they are one job then.
    shared = engine == "compiled" and len(seeds) >= workers and live_alone(scenario, strategies)
    groups = [tuple(strategies)] if shared else [(strategy,) for strategy in strategies]
    jobs = {
        (seed, place): partial(_outcomes, scenario, group, seed, engine)
        for seed in seeds
        for place, group in enumerate(groups)
    }
    # Plain Python gains nothing from threads and is interrupted at once without them.
    plain = engine.kernel is None if isinstance(engine, OwnTick) else engine == "mesa"
    alone = len(jobs) if plain else 0 if compiled else 1
    for (seed, _), outcomes in as_they_finish(ThreadPoolExecutor(workers), jobs, alone):
        for name, outcome in outcomes.items():
            yield seed, name, outcome


def _outcomes(
    scenario: Scenario, strategies: Sequence[Strategy], seed: int, engine: Engine | OwnTick
) -> dict[str, Outcome]:
    if engine == "compiled":
        runs = simulate_each(scenario, strategies, seed, keep=MEASURED)
    else:
        runs = [simulate(scenario, strategy, seed, engine) for strategy in strategies]
    return {run.strategy.name: _outcome(run) for run in runs}


def _outcome(run: Run) -> Outcome:
    whole = _part(run)
    for name in run.scenario.customers.segments:
        segment = run.of_segment(name)
        if len(starters(segment)) > 0:
            whole.segments[name] = _part(segment)
    return whole


def _part(run: Run) -> Outcome:
    return Outcome(measure(run, run.strategy.levers()), tick_kpis(run.ledger, run.scenario))
