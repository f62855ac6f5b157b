"""Worlds in which some customers are treated, others held against them, and what a firm sees of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.luck import BEFORE_THE_FIRST_TICK, seed_key, uniforms
from sim.engine.population import HALVED
from sim.engine.records import ledger_total
from sim.engine.simulation import Engine, Run
from sim.study.metrics import starters
from sim.study.who.worlds import Chosen, halved, run_each, same_people, some_treated
from sim.world.scenario import DAYS_PER_YEAR, Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]

KEEP = ("id", "active", "last_hour", "orders", "revenue", "profit")
DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Figure:
    """What a firm can see of a customer at the end of an experiment.

    Parameters
    ----------
    binary
        Whether it is yes or no.
    of
        Reads it from a run, a number per customer at the start.
    unit
        Of the number.
    """

    binary: bool
    of: Callable[[Run], Floats]
    unit: str


def _retained(run: Run) -> Floats:
    customers = starters(run)
    if run.scenario.customers.relation == "contractual":
        return np.asarray(customers["active"] == 1, dtype=np.float64)
    days = run.scenario.time.ticks * run.scenario.time.tick_days
    since = 24.0 * (days - run.scenario.customers.activity_window)
    return np.asarray(customers["last_hour"] >= since, dtype=np.float64)


def _field(name: str) -> Callable[[Run], Floats]:
    return lambda run: np.asarray(starters(run)[name], dtype=np.float64)


FIGURES: Mapping[str, Figure] = {
    "retention_rate": Figure(True, _retained, "share"),
    "orders": Figure(False, _field("orders"), "per customer"),
    "revenue": Figure(False, _field("revenue"), "currency per customer"),
    "profit": Figure(False, _field("profit"), "currency per customer"),
}
"""By name of the metric. Who has left without a word, the firm does not see."""


def lasting(scenario: Scenario, weeks: float) -> Scenario:
    """Return a scenario that ends after some weeks."""
    return scenario.replace({"time.horizon": weeks * DAYS_PER_WEEK / DAYS_PER_YEAR})


def arms(customers: int, per_arm: int, luck: int) -> tuple[Chosen, Chosen]:
    """Return who is treated and who is held against them: drawn at random, so many each."""
    order = np.argsort(uniforms(seed_key(luck), customers, BEFORE_THE_FIRST_TICK, HALVED), kind="stable")
    treated, control = np.zeros((2, customers), dtype=np.bool_)
    treated[order[:per_arm]] = True
    control[order[per_arm : 2 * per_arm]] = True
    return treated, control


def contrast(
    scenario: Scenario,
    baseline: Strategy,
    strategy: Strategy,
    figure: Figure,
    share: float,
    luck: int,
    engine: Engine,
) -> list[float]:
    """Run a world without a strategy, one with a share of the customers treated, one with all of them.

    Returns
    -------
    list of float
        Effect of treating all; what the experiment's estimate differs from that by, on average over who
        is drawn; mean and variance in the control arm and in the treated one; cost and profit that each
        treated customer adds.
    """
    count = scenario.customers.count
    treated = arms(count, max(1, round(share * count)), luck)[0]
    people = same_people(luck)
    some = some_treated(people, luck, treated)
    none, everybody = run_each(scenario, [baseline, strategy], luck, people, engine, KEEP)
    part = run_each(scenario, [halved(strategy)], luck, some, engine, KEEP)[0]
    without, whole, mixed = (figure.of(run) for run in (none, everybody, part))
    # The estimate is the whole effect, less what the treatment of some does to the others and the treatment
    # of the others would do to them: exactly that where customers live alone.
    lost = float((mixed - without)[~treated].mean()) if not treated.all() else 0.0
    lost += float((whole - mixed)[treated].mean())
    scale = 1.0 / int(treated.sum())
    cost = scale * (ledger_total(part.ledger, "cost") - ledger_total(none.ledger, "cost"))
    margin = scale * (ledger_total(part.ledger, "margin") - ledger_total(none.ledger, "margin"))
    control = mixed[~treated] if not treated.all() else without
    return [
        float((whole - without).mean()),
        -lost,
        float(control.mean()),
        float(control.var()),
        float(mixed[treated].mean()),
        float(mixed[treated].var()),
        cost,
        margin - cost,
    ]


def experiment(
    scenario: Scenario,
    baseline: Strategy,
    strategy: Strategy,
    figure: Figure,
    per_arm: int,
    luck: int,
    engine: Engine,
) -> list[float]:
    """Run a small experiment, and the same with nobody treated.

    Returns
    -------
    list of float
        Means and variances of the treated arm and the control arm, four numbers; then the same where
        nobody was treated.
    """
    treated, control = arms(scenario.customers.count, per_arm, luck)
    people = same_people(luck)
    worlds = [
        run_each(scenario, [halved(strategy)], luck, some_treated(people, luck, treated), engine, KEEP)[0],
        run_each(scenario, [baseline], luck, people, engine, KEEP)[0],
    ]
    found: list[float] = []
    for world in worlds:
        values = figure.of(world)
        for arm in (treated, control):
            found += [float(values[arm].mean()), float(values[arm].var(ddof=1))]
    return found
