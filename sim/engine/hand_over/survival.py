"""How long customers stayed: the tables that lifelines reads, one row each or one per change."""

from typing import TYPE_CHECKING

import numpy as np

from sim.behaviour.events import COMPLAINT, DETAIL_NAMES, FAILURE, PROMISE_BROKEN
from sim.engine.hand_over.covariates import Covariates, covariate_table, people_at_start
from sim.engine.hand_over.transactions import logged
from sim.engine.records import Records

if TYPE_CHECKING:
    import pandas as pd

    from sim.engine.simulation import Run

CHANGES = {FAILURE: "failures", COMPLAINT: "complaints", PROMISE_BROKEN: "promises_broken"}
"""Events that make a new row in the long form, and the columns that count them."""


def survival(
    run: "Run", covariates: Covariates = "known", *, joined: bool = False, cause: bool = False
) -> "pd.DataFrame":
    """Return how long each customer stayed; see `Run.to_survival`."""
    people = _observed(run, joined=joined)
    # Nobody can be born before the population: ids are places among all people.
    table = covariate_table(run, people_at_start(run)[people["id"]], covariates)
    end = 24.0 * run.scenario.time.ticks * run.scenario.time.tick_days
    left = people["left_hour"] >= 0.0
    entered = np.maximum(people["acquired_hour"], 0.0)
    table.insert(0, "duration", (np.where(left, people["left_hour"], end) - entered) / 24.0)
    table.insert(1, "event", left.astype(np.int64))
    if cause:
        table.insert(2, "cause", [DETAIL_NAMES[code] for code in people["left_cause"]])
    return table


def survival_long(run: "Run", covariates: Covariates = "known", *, joined: bool = False) -> "pd.DataFrame":
    """Return a row per stretch of a customer's time in which nothing that is counted changed.

    See `Run.to_survival`.
    """
    import pandas as pd

    whole = survival(run, covariates, joined=joined)
    people = _observed(run, joined=joined)
    entered = pd.Series(np.maximum(people["acquired_hour"], 0.0) / 24.0, index=whole.index)
    log = logged(run)
    log = log[np.isin(log["event"], list(CHANGES)) & np.isin(log["customer"], whole.index.to_numpy())]
    rows = pd.DataFrame(
        {"customer_id": log["customer"].astype(np.int64), "start": log["hour"] / 24.0}
        | {name: (log["event"] == code).astype(np.int64) for code, name in CHANGES.items()}
    )
    rows["start"] -= entered.loc[rows["customer_id"]].to_numpy()
    # What happens in the very hour of leaving is known no sooner than the leaving itself.
    rows = rows[rows["start"] < whole.loc[rows["customer_id"], "duration"].to_numpy()]
    counts = list(CHANGES.values())
    origin = pd.DataFrame({"customer_id": whole.index.to_numpy(), "start": 0.0} | dict.fromkeys(counts, 0))
    rows = pd.concat([origin, rows]).groupby(["customer_id", "start"], as_index=False).sum()
    rows[counts] = rows.groupby("customer_id")[counts].cumsum()
    own = whole.loc[rows["customer_id"]].reset_index(drop=True)
    following = rows.groupby("customer_id")["start"].shift(-1)
    rows.insert(2, "stop", following.fillna(own["duration"]))
    rows.insert(3, "event", np.where(following.isna(), own["event"], 0).astype(np.int64))
    long = pd.concat([rows, own.drop(columns=["duration", "event"])], axis=1)
    kept: pd.DataFrame = long[long["start"] < long["stop"]].reset_index(drop=True)
    return kept


def _observed(run: "Run", *, joined: bool) -> Records:
    """Return the customers at the start as they are at the end, and those who joined if they are wanted."""
    people = run.population
    chosen = people["id"] < run.scenario.customers.count
    if joined:
        end = 24.0 * run.scenario.time.ticks * run.scenario.time.tick_days
        chosen |= (people["acquired_hour"] >= 0.0) & (people["acquired_hour"] < end)
    found: Records = people[chosen]
    return found
