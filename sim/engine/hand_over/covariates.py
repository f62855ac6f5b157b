"""What is known of customers before the first tick, as numbers that an estimator can use at once."""

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from sim.engine.records import Records
from sim.world.errors import ConfigurationError, nearest
from sim.world.policy import timeline
from sim.world.scenario import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

    from sim.engine.simulation import Run

Covariates = Literal["known", "all", "none"]

KNOWN = ("order_rate", "price", "period_price", "tenure")
"""What a firm has of its customers, besides their segments; the rate of orders is the true one, which a long
history would show."""
LATENT = (
    "exit_force",
    "wallet",
    "loss_aversion",
    "time_sensitivity",
    "voice_readiness",
    "price_sensitivity",
    "switching_cost",
    "contentment",
    "leadership",
    "deal_prone",
    "privacy_sensitive",
    "opportunist",
    "compensation_averse",
)
"""What only the simulation knows."""


def people_at_start(run: "Run") -> Records:
    """Return all people of a run as they were before the first tick, prospects included."""
    scenario = run.scenario.effective()
    return run.people(scenario, timeline(scenario, run.strategy), run.seed)


def covariate_table(run: "Run", people: Records, which: Covariates = "known") -> "pd.DataFrame":
    """Return a column of numbers per covariate and a row per person, see `COLUMNS`.

    A column in which all are alike is left out, for no estimator can use it and some fail on it; so is the
    first segment, which the others leave.

    Parameters
    ----------
    run
        Says which segments there are.
    people
        Who, as they were before the first tick.
    which
        "known": what a firm has; "all": what only the simulation knows as well; "none": no column.

    Raises
    ------
    ConfigurationError
        If there is no such choice.
    """
    import pandas as pd

    if which not in get_args(Covariates):
        raise ConfigurationError(
            "covariates", f"unknown choice '{which}'", nearest(which, get_args(Covariates))
        )
    table = pd.DataFrame(index=pd.Index(people["id"].astype(np.int64), name="customer_id"))
    if which == "none":
        return table
    for place, name in enumerate(run.scenario.customers.segments):
        if place > 0:
            table[f"segment_{name}"] = (people["segment"] == place).astype(np.int64)
    for name in KNOWN if which == "known" else KNOWN + LATENT:
        table[name] = _column(people, name)
    alike = [name for name in table.columns if len(table) == 0 or (table[name] == table[name].iloc[0]).all()]
    return table.drop(columns=alike)


def _column(people: Records, name: str) -> "np.typing.NDArray[np.generic]":
    if name == "tenure":
        return np.asarray(-people["contract_start"] / (24.0 * DAYS_PER_YEAR))
    column = people[name]
    return np.asarray(column.astype(np.int64) if column.dtype.kind == "i" else column)
