"""The world behind the checks of closed forms: every mechanism off, and what is left is counted.

Customers differ in how often they order and how soon they leave, and in nothing else. A period of a
contract is a whole number of ticks, so that renewals fall on the border of two ticks and each payment
is discounted from its own day.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.behaviour.events import PURCHASE
from sim.behaviour.service import HOURS_PER_WEEK
from sim.calibration.closed_forms import BetaGeometricNbd, ShiftedBetaGeometric
from sim.engine.simulation import Run, simulate
from sim.evidence.trial import Floats, Trial, baseline, served
from sim.world.mechanisms import mechanism_names
from sim.world.scenario import DAYS_PER_YEAR, TICK_DAYS, Scenario

MONTH = TICK_DAYS["month"]

PLAIN: Mapping[str, Any] = {
    **{f"mechanisms.{name}": False for name in mechanism_names()},
    "market.prospects": 0.0,
    "network.kind": "none",
    "customers.segments": {"everyone": {}},
    "time.tick": "month",
    # What happens in an order changes nothing here: the less of it, the shorter the log and the run.
    "service.core.rate": 0.0,
    "service.encounter.rate": 0.0,
    "service.billing.rate": 0.0,
    "service.delivery.quote_publicity": 0.0,
    "survey.order_share": 0.0,
    "survey.recommendation_share": 0.0,
}

CONCENTRATION = 100.0
"""First parameter of a beta distribution so narrow that its customers count as alike."""


def contract_world(
    trial: Trial,
    exits: ShiftedBetaGeometric,
    periods: int,
    months: int = 1,
    changes: Mapping[str, Any] | None = None,
) -> Scenario:
    """Return a world of contracts that is the shifted beta-geometric and no more.

    Parameters
    ----------
    trial
        Its size and what is planted.
    exits
        How customers differ in leaving at a renewal.
    periods
        Periods that are paid; the world ends with the last.
    months
        Length of a period in months.
    changes
        Further changes, such as prices.
    """
    world = {
        **PLAIN,
        "customers.relation": "contractual",
        "customers.contract.period": months * MONTH,
        "customers.contract.staggered": False,
        "customers.exit.alpha": exits.alpha,
        "customers.exit.beta": exits.beta,
        "customers.orders.mean": 0.01,
        "time.horizon": periods * months * MONTH / DAYS_PER_YEAR,
    }
    return trial.world("telecom", {**world, **(changes or {})})


def shop_world(trial: Trial, model: BetaGeometricNbd, weeks: float) -> Scenario:
    """Return a world without contracts that is BG/NBD and no more, for at least some weeks.

    Parameters
    ----------
    trial
        Its size and what is planted.
    model
        How customers differ in ordering, per week, and in leaving after an order.
    weeks
        Time that is lived, rounded up to whole months.
    """
    months = np.ceil(7.0 * weeks / MONTH)
    world = {
        **PLAIN,
        "customers.orders.shape": model.r,
        "customers.orders.mean": model.r / model.alpha * DAYS_PER_YEAR / 7.0,
        "customers.exit.alpha": model.a,
        "customers.exit.beta": model.b,
        "time.horizon": float(months) * MONTH / DAYS_PER_YEAR,
    }
    return trial.world("courier", world)


def alike(model: ShiftedBetaGeometric) -> ShiftedBetaGeometric:
    """Return the same mean probability of leaving, hardly any difference between customers."""
    return ShiftedBetaGeometric(CONCENTRATION, CONCENTRATION * model.beta / model.alpha)


def survival(result: Run, periods: int) -> Floats:
    """Return the share of customers who are left after 0, 1, …, `periods` renewals of a run."""
    left = served(result)["left_hour"]
    length = 24.0 * result.scenario.customers.contract.period
    # A renewal falls on the border of two ticks: half a period on, it has happened, whatever was rounded.
    ends = length * (np.arange(periods + 1) + 0.5)
    return np.array([1.0 - np.mean((left >= 0.0) & (left <= end)) for end in ends])


def purchases(world: Scenario, seed: int) -> tuple[Floats, Floats]:
    """Return who ordered and when, one entry an order: ids and weeks since the start."""
    log = simulate(world, baseline(world), seed, watch="all").log
    assert log is not None
    orders = log[log["event"] == PURCHASE]
    return orders["customer"].astype(np.float64), orders["hour"] / HOURS_PER_WEEK
