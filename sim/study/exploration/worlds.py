"""Run strategies in worlds drawn over assumptions, with the same luck in all of them."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import simulate_each
from sim.study.assumption_draws import MARKS, open_assumptions
from sim.study.metrics import MEASURED, measure
from sim.study.resting import rested_world
from sim.study.unfinished import Notebook, finish
from sim.world.assumptions import Assumption
from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


def drawn_assumptions(scenario: Scenario, paths: Sequence[str]) -> list[Assumption]:
    """Return the numbers of a scenario that are open, below some dotted paths.

    Raises
    ------
    ConfigurationError
        If a path is none of the scenario's, or nothing below it is open.
    """
    sections = [name for name in vars(scenario) if not name.startswith("_")]
    every = open_assumptions(scenario, sections, MARKS)
    known = {part for item in every for part in _parts(item.path)}
    for path in paths:
        if path not in known:
            raise ConfigurationError("vary", f"nothing open stands under '{path}'", nearest(path, known))
    found = open_assumptions(scenario, paths, MARKS)
    if not found:
        raise ConfigurationError("vary", "there is nothing to vary", nearest("", known))
    return found


def _parts(path: str) -> list[str]:
    names = path.split(".")
    return [".".join(names[: length + 1]) for length in range(len(names))]


def outcomes_in_worlds(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    worlds: Sequence[Mapping[str, float]],
    seeds: Sequence[int],
    metrics: Sequence[str],
    workers: int = 2,
    notebook: Notebook | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Return metrics of strategies in worlds, an array (worlds, seeds, strategies, metrics).

    All worlds meet the same seeds: what differs between two of them is not luck but for what luck does
    differently in another world. A drawn world keeps what a firm can count, for its resting state is
    found anew.

    Parameters
    ----------
    scenario
        The world as it stands.
    strategies
        What is tried in each; they meet the same customers.
    worlds
        Values by dotted path.
    seeds
        The same for all.
    metrics
        Names.
    workers
        Threads; results do not depend on their number.
    notebook
        Where finished worlds are kept.
    progress
        Called with (worlds done, worlds in all).
    """
    jobs = {
        _name(values): partial(_in_world, scenario, strategies, values, seeds, metrics) for values in worlds
    }
    done = finish(jobs, notebook or Notebook(), workers, progress)
    shape = (len(worlds), len(seeds), len(strategies), len(metrics))
    return np.array([done[_name(values)] for values in worlds]).reshape(shape)


def _name(values: Mapping[str, float]) -> str:
    """Return a short name of a world: one that is drawn twice is run once."""
    text = json.dumps(dict(values), sort_keys=True)
    return f"world {hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _in_world(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    values: Mapping[str, float],
    seeds: Sequence[int],
    metrics: Sequence[str],
) -> list[float]:
    try:
        world = rested_world(scenario, values, seeds[0]) if values else scenario
    except ConfigurationError as error:
        raise ConfigurationError(
            "vary", f"{error.key} cannot be drawn with the others: {error.problem}", "leave it out"
        ) from None
    found: list[float] = []
    for seed in seeds:
        for run in simulate_each(world, strategies, seed, keep=MEASURED):
            measured = measure(run)
            found += [measured[name] for name in metrics]
    return found
