"""N1 to N4: negative controls of the whole."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.population import People, create_population
from sim.engine.records import Records
from sim.engine.simulation import Run
from sim.evidence.check import Check, Control, Target
from sim.evidence.checks.invariance import (
    COUNTS,
    RATES,
    SIZES,
    TOLERANCE,
    Outcomes,
    fewer,
    metric,
    sizes,
    within,
)
from sim.evidence.trial import Floats, Trial, Values, run
from sim.study.metrics import measure
from sim.world.library import scenarios
from sim.world.policy import Timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

DIFFERENCE = "largest difference of any metric, over all runs"
PEOPLE = "customers who end differently, over all runs"


def difference(one: Run, other: Run) -> tuple[float, int]:
    """Return the largest difference of any metric of two runs, and how many people end differently.

    Two metrics without a value are the same. The group of a customer is left out: it says whose policy
    holds, not what happened.
    """
    first, second = measure(one), measure(other)
    gaps = [
        0.0 if math.isnan(first[name]) and math.isnan(second[name]) else abs(first[name] - second[name])
        for name in first
    ]
    names = [name for name in one.population.dtype.names or () if name != "group"]
    same = np.ones(len(one.population), dtype=np.bool_)
    for name in names:
        same &= one.population[name] == other.population[name]
    largest = math.nan if any(math.isnan(gap) for gap in gaps) else max(gaps)
    return largest, int((~same).sum())


def apart(worlds: Iterable[Scenario], strategies: Iterable[Strategy], trial: Trial) -> Values:
    """Return how far strategies are from the baseline, at the most, over worlds and seeds."""
    largest, people = 0.0, 0
    asked = tuple(strategies)
    for world in worlds:
        for seed in trial.seeds:
            usual = run(world, seed)
            for strategy in asked:
                gap, changed = difference(run(world, seed, strategy), usual)
                largest, people = float(np.maximum(largest, gap)), people + changed
    return {DIFFERENCE: np.array([largest]), PEOPLE: np.array([float(people)])}


EXACTLY_NONE = (Target(DIFFERENCE, 0.0, 0.0, "none"), Target(PEOPLE, 0.0, 0.0, "none"))

# N1: no lever

IDLE = (
    Strategy(name="idle"),
    Strategy(name="idle for half").replace({"eligibility": {"share": 0.5}}),
    Strategy(name="idle in phases").replace({"phases": {"first": {"start": 0.0}, "second": {"start": 20.0}}}),
)
LITTLE = Strategy(name="a little").replace({"training": {"skill": 0.7, "weeks": 52.0, "cost": 0.0}})


def no_lever(trial: Trial) -> Values:
    """Measure N1: strategies without a lever in every shipped scenario."""
    return apart((trial.world(name) for name in scenarios()), IDLE, trial)


def one_lever(trial: Trial) -> Values:
    """Measure the control of N1: some training, at no cost."""
    return apart((trial.world(name) for name in scenarios()), (LITTLE,), trial)


# N2: no failure

FAULTLESS: Mapping[str, Any] = {
    "service.core.rate": 0.0,
    "service.encounter.rate": 0.0,
    "service.unavailable.rate": 0.0,
    "service.billing.rate": 0.0,
    "service.incident.share": 0.0,
    "service.delivery.quote_publicity": 0.0,  # no time is quoted that could be missed
    "customers.opportunists": 0.0,  # nobody claims without a cause
    # Nor does anything turn out below what is expected, for that is a grievance without a failure.
    "service.quality.mean": 0.95,
    "service.quality.spread": 0.0,
    "service.contact.mean": 0.95,
    "service.contact.spread": 0.0,
    "service.delivery.spread": 0.0,
    "service.delivery.tail_share": 0.0,
}
RECOVERIES = (
    Strategy(name="fast").replace(
        {"recovery.response_target": 0.5, "recovery.apology": 0.9, "recovery.cost_per_case": 10.0}
    ),
    Strategy(name="paying").replace({"recovery.compensation": 1.0, "recovery.empowerment": 100.0}),
    Strategy(name="checking").replace({"recovery.verification": 0.9}),
)


def no_failure(trial: Trial) -> Values:
    """Measure N2: strategies of recovery where nothing ever fails."""
    return apart((trial.world(name, FAULTLESS) for name in scenarios()), RECOVERIES, trial)


def some_failure(trial: Trial) -> Values:
    """Measure the control of N2: where one order in a hundred fails."""
    changes = {**FAULTLESS, "service.core.rate": 0.01}
    return apart((trial.world(name, changes) for name in scenarios()), RECOVERIES, trial)


# N3: shuffled ids

SHUFFLED: Outcomes = {
    "retention": RATES["retention"],
    "orders": RATES["orders"],
    "satisfied answers": metric("csat"),
    "complaints": metric("complaint_rate"),
}
SPREAD_TOLERANCE = 1.0 / 3.0


def with_other_ids(scenario: Scenario, timeline: Timeline, seed: int) -> Records:
    """Make people who have exchanged their ids: who they are stays, their luck and their order is another's.

    Customers exchange ids with customers and prospects with prospects.
    """
    people = create_population(scenario, timeline, seed)
    generator = np.random.default_rng(seed)  # not the keyed one, which is what is tested
    count = scenario.customers.count
    people["id"][:count] = generator.permutation(count)
    people["id"][count:] = count + generator.permutation(len(people) - count)
    return people


def with_few_ids(scenario: Scenario, timeline: Timeline, seed: int) -> Records:
    """Make people who share ten ids, and with them their luck."""
    people = create_population(scenario, timeline, seed)
    count = scenario.customers.count
    people["id"][:count] %= 10
    people["id"][count:] = count + (people["id"][count:] - count) % 10
    return people


def shuffling(people: People) -> Callable[[Trial], Values]:
    """Return the measure of N3 for a way to exchange ids."""

    def measured(trial: Trial) -> Values:
        world = trial.world("courier", {"time.horizon": 1.0})
        found = {
            name: np.array(
                [
                    [outcome(run(world, seed, people=made)) for outcome in SHUFFLED.values()]
                    for seed in trial.seeds
                ]
            ).T
            for name, made in (("own", create_population), ("other", people))
        }
        values = {}
        for name, own, other in zip(SHUFFLED, found["own"], found["other"], strict=True):
            values[f"mean: {name}"] = (other - own) / own.mean()
            values[f"spread over seeds: {name}"] = spread_change(other, own)
        return values

    return measured


def spread_change(other: NDArray[np.float64], own: NDArray[np.float64]) -> Floats:
    """Return a value per seed whose mean is the relative change of the mean absolute deviation.

    Deviations from the median, as in the test of equal spreads by Brown and Forsythe (1974).
    """
    wide, usual = (np.abs(values - np.median(values)) for values in (other, own))
    return np.asarray((wide - usual) / usual.mean())


# N4: half of the customers

HALF_RATES: Outcomes = {
    **RATES,
    "satisfied answers": metric("csat"),
    "promises kept": metric("promise_keep_rate"),
}


def half_size(trial: Trial) -> Values:
    """Measure N4: rates and counts of half the customers."""
    return sizes(trial, "courier", True, HALF_RATES, COUNTS, HALF)


def half_unscaled(trial: Trial) -> Values:
    """Measure the control of N4: counts of half the customers taken as they are."""
    return sizes(fewer(trial), "courier", False, HALF_RATES, COUNTS, HALF)


HALF = {"half": SIZES["half"]}

CHECKS = (
    Check(
        name="N1",
        title="a strategy without levers has exactly no effect",
        label="identity",
        source="negative control",
        design="the four scenarios; three strategies without a lever, one of them for half of the customers "
        "and one in phases, against the baseline",
        customers=300,
        seeds=2,
        targets=EXACTLY_NONE,
        measure=no_lever,
        control=Control("the least of levers: some training", measure=one_lever, misses=(DIFFERENCE, PEOPLE)),
        quick=True,
    ),
    Check(
        name="N2",
        title="where nothing fails recovery has exactly no effect",
        label="identity",
        source="negative control",
        design="the four scenarios without failures, quoted times and claims without a cause, every order as "
        "good as the last; three strategies of recovery against the baseline",
        customers=300,
        seeds=2,
        targets=EXACTLY_NONE,
        measure=no_failure,
        control=Control("one order in a hundred fails", measure=some_failure, misses=(DIFFERENCE, PEOPLE)),
        mechanisms=("voice", "recovery"),
        quick=True,
    ),
    Check(
        name="N3",
        title="it does not matter who has which id",
        label="identity",
        source="negative control; limits: 2 % of means and a third of spreads, the project's own",
        design="courier for a year; people with their own ids against the same people with ids exchanged",
        customers=300,
        seeds=250,
        targets=(
            *within(tuple(f"mean: {name}" for name in SHUFFLED)),
            *within(tuple(f"spread over seeds: {name}" for name in SHUFFLED), SPREAD_TOLERANCE),
        ),
        measure=shuffling(with_other_ids),
        control=Control(
            "people share ten ids, and with them their luck",
            measure=lambda trial: shuffling(with_few_ids)(fewer(trial, 40)),
            misses=("spread over seeds: retention",),
        ),
    ),
    Check(
        name="N4",
        title="half of the customers: half of the counts, the same rates",
        label="identity",
        source="negative control; 2 %: the project's own limit",
        design="courier, the baseline with all and with half of the customers",
        customers=4000,
        seeds=30,
        targets=within(
            (
                *(f"half, per customer: {name}" for name in COUNTS),
                *(f"half: {name}" for name in HALF_RATES),
            ),
            TOLERANCE,
        ),
        measure=half_size,
        control=Control(
            "counts taken as they are",
            measure=half_unscaled,
            misses=tuple(f"half, per customer: {name}" for name in COUNTS),
        ),
    ),
)
