"""Firms with contracts, simulated as the data were watched."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.calibration.contracts import survival_statistics, tallies
from sim.calibration.order_statistics import mean
from sim.calibration.posterior import Statistic
from sim.calibration.records.contracts import Contracts
from sim.engine.simulation import simulate
from sim.world.library import load_strategy
from sim.world.scenario import DAYS_PER_YEAR, TICK_DAYS, Scenario

Floats = NDArray[np.float64]
MOST = 10_000
"""Contracts of a firm, at most."""
RENEWALS = 36
"""Renewals that are looked at, at most."""
ALL = "contracts.survival"
OF_PLAN = "contracts.plan.{plan}.survival"
SELDOM = 0.01
"""Orders a year, the least that a scenario can have: contracts are what is looked at."""


def contract_figures(contracts: Contracts) -> list[Statistic]:
    """Return the figures of the data: survival of all and by plan, and the price of a period."""
    lost, there = tallies(contracts)
    found = _survival(lost, there, contracts.plans)
    if contracts.table.has("price"):
        prices = contracts.table.data["price"]
        found += _price(np.where(prices > 0.0, prices, np.nan))
    return found


def _price(prices: Floats) -> list[Statistic]:
    return mean("contracts.price", prices, "mean price of a period", "currency")


def _survival(lost: Floats, there: Floats, plans: tuple[str, ...]) -> list[Statistic]:
    gone, going = lost[:, :RENEWALS], _cut(there)
    found = survival_statistics(gone.sum(axis=0), going.sum(axis=0), ALL)
    if len(plans) > 1:
        for number, plan in enumerate(plans):
            found += survival_statistics(gone[number], going[number], OF_PLAN.format(plan=plan))
    return found


def _cut(there: Floats) -> Floats:
    """Return contracts by renewals, those beyond the last that is looked at among those at it."""
    if there.shape[1] <= RENEWALS + 1:
        return there
    beyond = there[:, RENEWALS:].sum(axis=1, keepdims=True)
    return np.concatenate([there[:, :RENEWALS], beyond], axis=1)


def watched_for(lost: Floats, there: Floats, count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return for how many renewals contracts are watched, drawn as those of the data were.

    Of contracts that ended nobody knows how long they would have been watched: by Kaplan and Meier's
    estimate of it, in which the end of the watching is what is waited for.
    """
    periods = len(lost)
    ended = np.concatenate([[0.0], lost])
    risk = ended.sum() + there.sum() - np.cumsum(ended) - np.concatenate([[0.0], np.cumsum(there)[:-1]])
    rate = np.where(risk > 0.0, there / np.maximum(risk, 1e-9), 1.0)
    beyond = np.cumprod(1.0 - np.minimum(rate, 1.0))
    return np.minimum(np.searchsorted(-beyond, -generator.random(count), side="left"), periods)


def simulated_contracts(
    scenario: Scenario, values: Mapping[str, float], contracts: Contracts, seed: int
) -> list[Statistic]:
    """Return the figures of a firm with as many contracts of each plan, watched as those of the data were.

    Parameters
    ----------
    scenario
        The calibrated world.
    values
        A draw of the posterior, by dotted path.
    contracts
        The data.
    seed
        Of luck.
    """
    generator = np.random.default_rng([seed, 2])
    lost, there = tallies(contracts)
    sizes = lost.sum(axis=1) + there.sum(axis=1)
    count = int(min(round(float(sizes.sum())), MOST))
    renewals = min(lost.shape[1], RENEWALS)
    period = scenario.customers.contract.period
    tick = "month" if period >= TICK_DAYS["month"] - 1e-6 else "week"
    world = scenario.replace(
        {
            **values,
            "customers.count": count,
            "customers.contract.staggered": False,
            "market.prospects": 0.0,
            "time.tick": tick,
            "time.horizon": (renewals * period + TICK_DAYS[tick]) / DAYS_PER_YEAR,
        }
    )
    run = simulate(world, load_strategy("baseline", world), seed)
    people = run.population[:count]
    left = np.round(people["left_hour"] / (24.0 * period))
    lasted = np.where(people["left_hour"] >= 0.0, np.maximum(left, 1.0), np.inf)
    plan = people["segment"].astype(np.int64)
    watched = np.zeros(count, dtype=np.int64)
    for number in range(len(contracts.plans)):
        own = plan == number
        watched[own] = watched_for(lost[number], there[number], int(own.sum()), generator)
    watched = np.minimum(watched, renewals)
    ended = lasted <= watched
    again, going = np.zeros((len(sizes), renewals)), np.zeros((len(sizes), renewals + 1))
    np.add.at(again, (plan[ended], lasted[ended].astype(np.int64) - 1), 1.0)
    np.add.at(going, (plan[~ended], watched[~ended]), 1.0)
    found = _survival(again, going, contracts.plans)
    if contracts.table.has("price"):
        found += _price(people["period_price"].astype(np.float64))
    return found


def expected_contracts(scenario: Scenario, contracts: Contracts) -> dict[str, float]:
    """Return survival by renewal as the shifted beta-geometric with the values of a scenario expects it."""
    leaving = scenario.customers.exit
    lost, there = tallies(contracts)
    number = np.arange(1, min(lost.shape[1], RENEWALS) + 1)
    sizes = lost.sum(axis=1) + there.sum(axis=1)
    curves = []
    for segment in scenario.customers.segments.values():
        logs = special.betaln(leaving.alpha, leaving.beta + segment.exit * number)
        curves.append(np.exp(logs - special.betaln(leaving.alpha, leaving.beta)))
    whole = sizes @ np.array(curves) / sizes.sum()
    found = {f"{ALL}.{renewal}": float(value) for renewal, value in zip(number, whole, strict=True)}
    if len(contracts.plans) > 1:
        for plan, curve in zip(contracts.plans, curves, strict=True):
            name = OF_PLAN.format(plan=plan)
            found |= {f"{name}.{renewal}": float(value) for renewal, value in zip(number, curve, strict=True)}
    return found
