"""Orders as often as the data say, with the mechanisms on.

Data count orders that were delivered; the rate of orders of a scenario is that of wanting one. Some of these
find nothing to buy, failures hold others back for a while, and satisfaction moves the rest. The pace is the
share that remains under the baseline. Exits are centred by the reference state of a scenario; for orders the
rates are divided by the pace instead.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.calibration.posterior import Posterior
from sim.calibration.ranges import registry_range
from sim.calibration.scenario_file import rounded
from sim.engine.simulation import simulate
from sim.world.library import load_strategy
from sim.world.scenario import DAYS_PER_YEAR, Scenario

MEAN = "customers.orders.mean"
OCCASIONS, FEWEST, MOST = 60_000, 500, 20_000
"""Orders of a run that the pace is counted in, about, and customers: its error is half a percent or less."""
SEEDS = (201, 202)
HOURS_PER_YEAR = 24.0 * DAYS_PER_YEAR


def realised_pace(scenario: Scenario, years: float, seeds: Sequence[int] = SEEDS) -> float:
    """Return orders of the baseline as a share of those that its customers' rates make, while they are there.

    Parameters
    ----------
    scenario
        At its reference state.
    years
        Time over which orders are counted.
    seeds
        Of the runs.
    """
    wanted = max(scenario.customers.orders.mean * years, 1.0)
    count = int(np.clip(OCCASIONS / wanted, FEWEST, MOST))
    world = scenario.replace({"customers.count": count, "time.horizon": years, "market.prospects": 0.0})
    baseline = load_strategy("baseline", world)
    orders, expected = 0.0, 0.0
    for seed in seeds:
        run = simulate(world, baseline, seed)
        people = run.population[:count]
        end = 24.0 * world.time.ticks * world.time.tick_days
        there = np.where(people["left_hour"] >= 0.0, people["left_hour"], end)
        orders += float(people["orders"].sum())
        expected += float((people["order_rate"] * there).sum()) / HOURS_PER_YEAR
    return orders / expected if orders > 0.0 and expected > 0.0 else 1.0


def at_pace(posterior: Posterior, pace: float) -> Posterior:
    """Return a posterior whose rates of orders make the orders of the data at a pace.

    The closed form's own draws stay what they are; the manifest says the pace, for forecasts that start from
    what customers have done.
    """
    low, high = registry_range(MEAN)
    moved = np.clip(posterior.draws[MEAN] / pace, low, high)
    return replace(
        posterior,
        draws={**posterior.draws, MEAN: moved},
        manifest={**posterior.manifest, "pace": pace},
    )


def paced(scenario: Scenario, posterior: Posterior, years: float) -> tuple[Scenario, Posterior]:
    """Return a calibrated scenario and its posterior with rates that make the orders of the data.

    Parameters
    ----------
    scenario
        Medians of the posterior, at rest.
    posterior
        What the data say; of no orders, or of rates that were fitted by simulation and are those of wanting
        one already, it is returned as it is.
    years
        Time that the data are of.
    """
    if MEAN not in posterior.draws or posterior.estimate(MEAN).method == "simulation":
        return scenario, posterior
    pace = realised_pace(scenario, years)
    moved = at_pace(posterior, pace)
    return scenario.replace({MEAN: rounded(moved.median(MEAN))}), moved
