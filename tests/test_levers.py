"""Every lever of every shipped strategy does something, and a strategy without levers does nothing."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from sim.engine.simulation import Run, simulate
from sim.study.metrics import served
from sim.world.library import load_scenario, load_strategy, scenarios, strategy_names
from sim.world.policy import LEVER_BIT
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

# Enough that the rarest lever, in a pilot for a fifth of the customers and at failures of one order
# in some hundreds, still meets somebody; where customers hardly ever order it takes more of them.
FEWEST = 800
ORDERS = 600
SEED = 5
GENERAL = "general."


@cache
def world(name: str) -> Scenario:
    scenario = load_scenario(name)
    yearly = scenario.customers.orders.mean
    customers = max(FEWEST, round(ORDERS / (yearly * scenario.time.horizon)))
    return scenario.replace({"customers.count": customers})


@cache
def shipped_strategy(scenario: str, name: str) -> Strategy:
    """Return a strategy; the prefix asks for the general one where a scenario's own hides it."""
    if name.startswith(GENERAL):
        return load_strategy(name.removeprefix(GENERAL))
    return load_strategy(name, world(scenario))


def pairs() -> Iterator[tuple[str, str]]:
    """Yield every scenario with each strategy that is shipped for it, hidden general ones included."""
    for scenario in scenarios():
        own = world(scenario).strategies
        for name in strategy_names(world(scenario)):
            yield scenario, name
            if name in own and name in strategy_names(Scenario(name="no strategies of its own")):
                yield scenario, GENERAL + name


PAIRS = list(pairs())
LEVERS = [
    (scenario, name, lever) for scenario, name in PAIRS for lever in shipped_strategy(scenario, name).levers()
]


@cache
def full_run(scenario: str, name: str) -> Run:
    return simulate(world(scenario), shipped_strategy(scenario, name), SEED)


def changed_fields(one: Run, other: Run) -> list[str]:
    names = one.ledger.dtype.names or ()
    return [name for name in names if one.ledger[name].tobytes() != other.ledger[name].tobytes()]


def share_exposed(run: Run, lever: str) -> float:
    return float(np.mean((run.population["exposed"] & LEVER_BIT[lever]) != 0))


@pytest.mark.parametrize(("scenario", "name", "lever"), LEVERS)
def test_a_lever_reaches_customers_and_changes_the_ledger(scenario: str, name: str, lever: str) -> None:
    run = full_run(scenario, name)
    assert share_exposed(run, lever) > 0.0
    without = simulate(world(scenario), run.strategy.without(lever), SEED)
    assert changed_fields(run, without)
    assert share_exposed(without, lever) == 0.0


@pytest.mark.parametrize(("scenario", "name"), PAIRS)
def test_without_its_levers_a_strategy_is_the_baseline_customer_by_customer(scenario: str, name: str) -> None:
    strategy = shipped_strategy(scenario, name)
    while strategy.levers():
        strategy = strategy.without(strategy.levers()[0])
    nothing = simulate(world(scenario), strategy, SEED)
    baseline = full_run(scenario, "baseline")
    assert changed_fields(nothing, baseline) == []
    for field in baseline.population.dtype.names or ():
        if field != "group":  # the place in the policy table, which a pilot cuts more finely
            assert nothing.population[field].tobytes() == baseline.population[field].tobytes(), field


@pytest.mark.parametrize(
    ("scenario", "name"),
    [pair for pair in PAIRS if 0.0 < shipped_strategy(*pair).eligibility.share < 1.0],
)
def test_a_pilot_reaches_its_share_and_nobody_else(scenario: str, name: str) -> None:
    run = full_run(scenario, name)
    share = run.strategy.eligibility.share
    customers = served(run)
    reached = float(np.mean(customers["exposed"] != 0))
    # Drawn customer by customer: within 4 standard deviations of a binomial share. A commitment is
    # announced to all who are eligible in the first tick, so that nobody in the pilot is missed.
    assert abs(reached - share) < 4.0 * (share * (1.0 - share) / len(customers)) ** 0.5


def test_every_kind_of_lever_is_pulled_by_some_shipped_strategy() -> None:
    assert {lever for _, _, lever in LEVERS} == set(LEVER_BIT)
