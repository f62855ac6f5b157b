"""The resting state of a world: where its baseline stays once it is there.

Every multiplier on hazards and rates is 1 at the reference state, so that a scenario's
heterogeneity parameters keep their meaning with the mechanisms on.
"""

import math
from collections.abc import Callable, Mapping

from sim.engine.records import ledger_total
from sim.engine.simulation import simulate
from sim.world.library import load_strategy
from sim.world.parameter import registry
from sim.world.scenario import DAYS_PER_YEAR, Reference, Scenario

SEEDS = (101, 102, 103, 104)
CUSTOMERS = 20_000
CYCLES = 8
ROUNDS = 2
"""Runs of the baseline by which a drawn world finds its resting state."""
SETTLING = 1000
"""Customers in each of these runs, at most."""
NOISE = 5e-4  # a step this small may be luck: standard error of the means at these numbers


def observed_reference(scenario: Scenario, seeds: tuple[int, ...] = SEEDS) -> Reference:
    """Return the state that the scenario's baseline shows, averaged over customers, ticks and seeds.

    Experiences are means over orders, satisfaction and trust over active customers, contacts per
    customer and year, the rating over reviews, and the hazard is the mean multiplier over decisions
    to stay, on top of the scenario's present centring.
    """
    runs = [simulate(scenario, load_strategy("baseline", scenario), seed) for seed in seeds]

    def mean(part: str, whole: str) -> float:
        total = sum(ledger_total(run.ledger, whole) for run in runs)
        return sum(ledger_total(run.ledger, part) for run in runs) / max(total, 1.0)

    years = scenario.time.tick_days / DAYS_PER_YEAR
    return Reference(
        satisfaction=mean("satisfaction", "active"),
        trust=mean("trust", "active"),
        speed=mean("speed", "experiences"),
        quality=mean("quality", "experiences"),
        reliability=mean("reliability", "experiences"),
        contact=mean("contact", "experiences"),
        contacts=(mean("responses", "customers") + mean("claims", "customers")) / years,
        rating=mean("review_stars", "reviews") or scenario.reference.rating,
        log_hazard=scenario.reference.log_hazard + math.log(max(mean("hazard", "decisions"), 1e-9)),
    )


def calibrate_reference(
    scenario: Scenario,
    customers: int = CUSTOMERS,
    cycles: int = CYCLES,
    seeds: tuple[int, ...] = SEEDS,
    progress: Callable[[int, int], None] | None = None,
) -> Reference:
    """Return the reference state that reproduces itself: where the baseline starts, there it stays.

    Plain repetition creeps where little happens in a horizon, so each cycle of three runs jumps to
    the limit that its steps point at (Aitken 1926), inside the range of each number. `progress` is called
    before each with (cycles done, cycles in all).
    """
    trial = scenario.replace({"customers.count": customers})
    for cycle in range(cycles):
        if progress is not None:
            progress(cycle, cycles)
        steps = [vars(trial.reference)]
        for _ in range(2):
            steps.append(vars(observed_reference(trial, seeds)))
            trial = _at(trial, steps[-1])
        trial = _at(trial, {name: _limit(*(step[name] for step in steps)) for name in steps[0]})
    return trial.reference


def settled(scenario: Scenario, rounds: int, seeds: tuple[int, ...]) -> Scenario:
    """Return the scenario with its reference moved near to where its baseline rests, at little cost.

    For a world whose assumptions were changed so that it rests elsewhere; plain repetition, a few rounds.
    """
    for _ in range(rounds):
        scenario = _at(scenario, vars(observed_reference(scenario, seeds)))
    return scenario


def rested_world(scenario: Scenario, values: Mapping[str, float], seed: int) -> Scenario:
    """Return a scenario with other values, at the resting state that they lead to.

    It keeps what a firm can count: at the present practice its customers leave and order as often as
    they do in the scenario, whatever is assumed of them.
    """
    world = scenario.replace(values)
    few = world.replace({"customers.count": min(SETTLING, world.customers.count)})
    found = settled(few, ROUNDS, (seed,)).reference
    return world.replace({f"reference.{name}": value for name, value in vars(found).items()})


def _at(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """Return the scenario at a reference state, each number kept in its range and rounded."""
    entries = dict(registry(Reference))
    changes = {}
    for name, value in values.items():
        low, high = entries[name].low, entries[name].high
        assert low is not None
        assert high is not None
        changes[f"reference.{name}"] = round(min(max(value, low), high), 4)
    return scenario.replace(changes)


def _limit(start: float, first: float, second: float) -> float:
    """Return where the sequence start, first, second, … would end if its steps shrank evenly.

    Steps that do not shrink, or are mere sampling noise, are taken as they are.
    """
    before, after = first - start, second - first
    if abs(before) < NOISE or not 0.0 < after / before < 0.98:
        return second
    return first + before * (after / before) / (1.0 - after / before)
