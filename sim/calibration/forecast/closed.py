"""The forecast of the closed forms: what the simulator has to beat, or to say that it does not."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.calibration.closed_forms import BetaGeometricNbd
from sim.calibration.forecast.simulated import GROUPS
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
APART = 1e-6
"""Distance from 1 that the first parameter of the chance to leave is kept at, where the form has a gap."""


def closed_orders(
    draws: Mapping[str, Floats], histories: "pd.DataFrame", period: float, periods: int, rows: Floats
) -> dict[str, Floats]:
    """Return orders by period and by past frequency as BG/NBD expects them, a row per draw.

    Parameters
    ----------
    draws
        ``bg_nbd.r``, ``bg_nbd.alpha`` (weeks), ``bg_nbd.a``, ``bg_nbd.b``.
    histories
        Frequency, recency and age (days) by customer.
    period, periods
        Days of a period, and how many.
    rows
        Numbers of the draws that are used.
    """
    grouped = histories.groupby(["frequency", "recency", "age"], sort=True).size().reset_index(name="count")
    frequency = grouped["frequency"].to_numpy(dtype=np.float64)
    last, age = grouped["recency"].to_numpy() / 7.0, grouped["age"].to_numpy() / 7.0
    count = grouped["count"].to_numpy(dtype=np.float64)
    group = np.minimum(frequency, GROUPS - 1).astype(np.int64)
    sizes = np.bincount(group, weights=count, minlength=GROUPS)
    orders, by_frequency = [], []
    for row in rows.astype(np.int64):
        a = float(draws["bg_nbd.a"][row])
        a = a if abs(a - 1.0) > APART else 1.0 + APART
        model = BetaGeometricNbd(
            float(draws["bg_nbd.r"][row]), float(draws["bg_nbd.alpha"][row]), a, float(draws["bg_nbd.b"][row])
        )
        ahead = [
            model.forecast_orders(frequency, last, age, period * number / 7.0)
            for number in range(1, periods + 1)
        ]
        totals = np.array([float(count @ part) for part in ahead])
        orders.append(np.diff(totals, prepend=0.0))
        with np.errstate(invalid="ignore"):
            by_frequency.append(np.bincount(group, weights=count * ahead[-1], minlength=GROUPS) / sizes)
    return {"orders": np.array(orders), "by_frequency": np.array(by_frequency)}


def closed_survival(
    scenario: Scenario,
    rows: list[Mapping[str, float]],
    histories: "pd.DataFrame",
    period: float,
    periods: int,
) -> dict[str, Floats]:
    """Return the share of the present customers who are left, by period, by the shifted beta-geometric.

    Parameters
    ----------
    scenario
        Gives the length of a contract and the kinds of customers.
    rows
        Draws by dotted path of the scenario.
    histories
        Plan, renewals, phase (days) and count.
    period, periods
        Days of a period, and how many.
    """
    length = scenario.customers.contract.period
    past = histories["renewals"].to_numpy(dtype=np.float64)
    count = histories["count"].to_numpy(dtype=np.float64)
    survival = []
    for row in rows:
        alpha = row.get("customers.exit.alpha", scenario.customers.exit.alpha)
        beta = row.get("customers.exit.beta", scenario.customers.exit.beta)
        factors = {
            name: row.get(f"customers.segments.{name}.exit", segment.exit)
            for name, segment in scenario.customers.segments.items()
        }
        factor = np.array([factors[name] for name in histories["plan"]])
        now = special.betaln(alpha, beta + factor * past)
        shares = []
        for number in range(1, periods + 1):
            more = np.floor((histories["phase"].to_numpy() + period * number) / length + 1e-6)
            left = np.exp(special.betaln(alpha, beta + factor * (past + more)) - now)
            shares.append(float(count @ left) / float(count.sum()))
        survival.append(shares)
    return {"survival": np.array(survival)}
