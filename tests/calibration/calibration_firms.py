"""Firms whose parameters are known: simulated, every mechanism off, written as their own tables."""

import numpy as np
import pandas as pd

from sim.behaviour.events import PURCHASE
from sim.calibration.fitting import fit, waves
from sim.engine.simulation import simulate
from sim.world.mechanisms import mechanism_names
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

PLAIN = {
    **{f"mechanisms.{name}": False for name in mechanism_names()},
    "market.prospects": 0.0,
    "network.kind": "none",
    "service.core.rate": 0.0,
    "service.encounter.rate": 0.0,
    "service.billing.rate": 0.0,
    "survey.order_share": 0.0,
    "survey.recommendation_share": 0.0,
}
FIRST_DAY = np.datetime64("2022-01-01", "s")


def few_runs(patch):
    """Let fits by simulation have few runs of few customers, where what they find is not looked at."""
    patch.setattr(waves, "FURTHER", (1,))
    patch.setattr(waves, "LEAST_WAVE", 16)
    patch.setattr(waves, "BY_TERM", 0.3)
    patch.setattr(waves, "TWICE", 2)
    patch.setattr(waves, "CHECKED", 4)
    patch.setattr(fit, "CUSTOMERS", 60)
    patch.setattr(fit, "LATE_CUSTOMERS", 300)
    patch.setattr(fit, "MOST_LATE", 300)
    patch.setattr(fit, "RESAMPLED", 40)


def world(changes):
    """Return a world in which nothing but heterogeneity is at work."""
    return Scenario(name="firm").replace({**PLAIN, **changes})


def some_orders(generator):
    """Return parameters of a firm without contracts, drawn at random."""
    share = 1.0 / (1.0 + np.exp(1.7 - 0.8 * generator.normal()))
    total = 5.0 * np.exp(0.8 * generator.normal())
    return {
        "customers.orders.mean": float(6.0 * np.exp(0.7 * generator.normal())),
        "customers.orders.shape": float(np.exp(0.5 * generator.normal())),
        "customers.exit.alpha": float(share * total),
        "customers.exit.beta": float((1.0 - share) * total),
        "customers.spend.mean": float(50.0 * np.exp(generator.normal())),
        "customers.spend.between": float(generator.uniform(0.2, 0.8)),
        "customers.spend.within": float(generator.uniform(0.2, 0.6)),
    }


def some_contracts(generator):
    """Return parameters of a firm with monthly contracts, drawn at random."""
    share = 1.0 / (1.0 + np.exp(1.4 - 0.8 * generator.normal()))
    total = 5.0 * np.exp(0.8 * generator.normal())
    return {
        "customers.exit.alpha": float(share * total),
        "customers.exit.beta": float((1.0 - share) * total),
        "customers.segments.plus.exit": float(np.exp(0.6 * generator.normal())),
        "customers.contract.price": float(20.0 * np.exp(generator.normal())),
    }


def orders_log(truth, customers, years, seed):
    """Return the log of a firm: everybody orders at the start, which is worth nothing that is known."""
    scenario = world({**truth, "customers.count": customers, "time.horizon": years})
    log = simulate(scenario, Strategy(name="nothing"), seed, watch="all").log
    bought = log[log["event"] == PURCHASE]
    start = pd.DataFrame({"customer": np.arange(customers), "hour": 0.0, "amount": np.nan})
    later = pd.DataFrame({"customer": bought["customer"], "hour": bought["hour"], "amount": bought["money"]})
    frame = pd.concat([start, later], ignore_index=True)
    stamps = FIRST_DAY + (frame.pop("hour") * 3600.0).round().astype("timedelta64[s]")
    frame.insert(1, "date", stamps)
    frame["customer"] = "c" + frame["customer"].astype(str)
    return frame.sort_values("date", kind="stable", ignore_index=True)


def contract_table(truth, customers, months, seed):
    """Return the contracts of a firm with two plans: number of periods lasted, whether ended, price."""
    scenario = world(
        {
            "customers.segments": {"basic": {"share": 0.6}, "plus": {"share": 0.4}},
            "customers.relation": "contractual",
            "customers.contract.period": 365.0 / 12.0,
            "customers.contract.price_spread": 0.3,
            "customers.orders.mean": 0.01,
            "time.tick": "month",
            "time.horizon": months / 12.0,
            "customers.count": customers,
        }
    ).replace(truth)
    people = simulate(scenario, Strategy(name="nothing"), seed).population
    ended = people["active"] == 0
    # A renewal on the border of two ticks: an hour covers what rounding leaves.
    lasted = np.where(ended, np.round(people["left_hour"] / (24.0 * 365.0 / 12.0)), months - 1)
    return pd.DataFrame(
        {
            "customer": people["id"],
            "tenure": lasted.astype(int),
            "churn": np.where(ended, "yes", "no"),
            "price": people["period_price"].round(6),
            "plan": np.where(people["segment"] == 1, "plus", "basic"),
        }
    )
