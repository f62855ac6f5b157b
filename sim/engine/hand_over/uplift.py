"""Treatment, outcomes and covariates of customers: the table that causalml reads."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.engine.hand_over.covariates import Covariates, covariate_table, people_at_start
from sim.engine.population import create_population
from sim.engine.records import Records
from sim.world.errors import ConfigurationError
from sim.world.policy import LEVER_BIT, timeline

if TYPE_CHECKING:
    import pandas as pd

    from sim.engine.simulation import Run

Bits = NDArray[np.bool_]
Floats = NDArray[np.float64]

CONTROL = "control"
OUTCOMES = ("stayed", "retained", "orders", "revenue", "profit")
"""Columns that hold what came of the treatment."""
ASSIGNMENT = ("treatment", "treated", "propensity", "reached")
"""Columns that hold the treatment; all others are covariates."""


def outcomes(run: "Run") -> dict[str, NDArray[np.generic]]:
    """Return what came of each customer at the start, by name of the outcome.

    ``retained`` is what the firm sees: under contract at the end, or an order within the activity window.
    """
    customers = _starters(run)
    stayed = customers["active"] == 1
    retained = stayed
    if run.scenario.customers.relation != "contractual":
        days = run.scenario.time.ticks * run.scenario.time.tick_days
        retained = customers["last_hour"] >= 24.0 * (days - run.scenario.customers.activity_window)
    return {
        "stayed": stayed.astype(np.int64),
        "retained": retained.astype(np.int64),
        "orders": customers["orders"].astype(np.int64),
        "revenue": customers["revenue"].astype(np.float64),
        "profit": customers["profit"].astype(np.float64),
    }


def reached(run: "Run") -> NDArray[np.int64]:
    """Return 1 for each customer at the start who met a lever of the strategy, else 0."""
    levers = sum(LEVER_BIT[name] for name in run.strategy.levers())
    return np.asarray((_starters(run)["exposed"] & levers) != 0).astype(np.int64)


def uplift(run: "Run", against: "Run | None" = None, covariates: Covariates = "known") -> "pd.DataFrame":
    """Return treatment, outcomes and covariates of the customers at the start; see `Run.to_uplift`."""
    import pandas as pd

    if against is None:
        return _pilot(run, covariates)
    if (run.scenario, run.seed) != (against.scenario, against.seed) or run.people is not against.people:
        raise ConfigurationError(
            "against",
            "is not of the same customers with the same luck",
            "run both with one scenario and seed",
        )
    if run.strategy.name == against.strategy.name:
        raise ConfigurationError(
            "against", f"'{run.strategy.name}' is the run itself", "hold it against another"
        )
    count = run.scenario.customers.count
    worlds = [
        assigned(one, np.full(count, one is run), np.full(count, 0.5), covariates, run.strategy.name)
        for one in (against, run)
    ]
    return pd.concat(worlds)


def assigned(
    run: "Run", treated: Bits, propensity: Floats | None, covariates: Covariates, name: str
) -> "pd.DataFrame":
    """Return the table of a world in which it is known who was treated.

    Parameters
    ----------
    run
        The world.
    treated, propensity
        Who of the customers at the start was, and with which probability, if that is known.
    covariates
        As for `covariate_table`.
    name
        What the treatment is called.
    """
    count = run.scenario.customers.count
    found = covariate_table(run, people_at_start(run)[:count], covariates)
    columns: dict[str, NDArray[np.generic]] = {
        "treatment": np.where(treated, name, CONTROL).astype(object),
        "treated": treated.astype(np.int64),
    }
    if propensity is not None:
        columns["propensity"] = propensity
    columns |= {"reached": reached(run), **outcomes(run)}
    for place, (column, values) in enumerate(columns.items()):
        found.insert(place, column, values)
    return found


def _pilot(run: "Run", covariates: Covariates) -> "pd.DataFrame":
    """Return the table of a world in which a share of those eligible was treated."""
    plan = timeline(run.scenario.effective(), run.strategy)
    groups = np.array(plan.places).max(axis=0) > 0
    places = len(plan.shares)
    # By segment: the part of its pilot draws whose group ever meets the strategy.
    widths = np.diff(np.array((0.0, *plan.shares)))
    chances = (groups.reshape(-1, places) * widths).sum(axis=1)
    if not ((chances > 0.0) & (chances < 1.0)).any():
        raise ConfigurationError(
            "eligibility.share",
            f"of '{run.strategy.name}' leaves no two groups to compare",
            "a share between 0 and 1, or another run: to_uplift(against=…)",
        )
    people = _starters(run)
    drawn = run.people is create_population
    table = assigned(
        run,
        groups[people["group"]],
        chances[people["segment"]] if drawn else None,
        covariates,
        run.strategy.name,
    )
    eligible = (chances > 0.0) & (chances < 1.0)
    found: pd.DataFrame = table[eligible[people["segment"]]]
    return found


def _starters(run: "Run") -> Records:
    people: Records = run.population[run.population["id"] < run.scenario.customers.count]
    return people
