"""The same customer in two worlds: who stays in one and leaves in the other, and why."""

from typing import TYPE_CHECKING

import numpy as np

from sim.behaviour.events import DETAIL_NAMES
from sim.engine.simulation import Run

if TYPE_CHECKING:
    import pandas as pd

# Events that move the hazard of leaving, the strongest first: of what happened in one world only,
# the first of these, and of equals the last before the customer left, is named as the difference.
DECISIVE = (
    "abandoned",
    "promise broken",
    "failure",
    "resolved",
    "compensation",
    "complaint",
    "silence",
    "apology",
    "points redeemed",
    "points expired",
    "tier up",
    "tier down",
    "promise kept",
    "promise made",
    "joined programme",
    "purchase",
)


def find_twins(stays: Run, leaves: Run) -> "pd.DataFrame":
    """Return the customers who stay in one world and leave in the other, with what differed.

    Both worlds are run again with the log on for these customers. Where customers share a queue or
    talk to each other the difference is the effect of the other world as a whole.

    Parameters
    ----------
    stays, leaves
        Two runs with the same scenario and seed.

    Returns
    -------
    pandas.DataFrame
        One row a customer: customer, segment, left_day, left_cause, first_difference_day,
        what_made_the_difference, and trust and satisfaction in both worlds (``_staying`` at the
        end, ``_leaving`` when the customer left).

    Raises
    ------
    ValueError
        If the runs do not share scenario and seed.
    """
    import pandas as pd

    if stays.scenario != leaves.scenario or stays.seed != leaves.seed:
        raise ValueError("twins need two runs of the same scenario with the same seed")
    first, second = stays.population, leaves.population
    ids = np.nonzero((first["active"] == 1) & (second["active"] == 0))[0]
    segments = list(stays.scenario.customers.segments)
    staying = dict(list(stays.stories(ids.tolist()).groupby("customer")))
    leaving = dict(list(leaves.stories(ids.tolist()).groupby("customer")))
    rows = []
    for customer in ids.tolist():
        left_day = float(second["left_hour"][customer]) / 24.0
        day, reason = _difference(staying[customer], leaving[customer], left_day, stays, leaves)
        rows.append(
            {
                "customer": customer,
                "segment": segments[int(second["segment"][customer])],
                "left_day": left_day,
                "left_cause": DETAIL_NAMES[int(second["left_cause"][customer])],
                "first_difference_day": day,
                "what_made_the_difference": reason,
                "trust_staying": float(first["trust"][customer]),
                "trust_leaving": float(second["trust"][customer]),
                "satisfaction_staying": float(first["satisfaction"][customer]),
                "satisfaction_leaving": float(second["satisfaction"][customer]),
            }
        )
    columns = ["customer", "segment", "left_day", "left_cause", "first_difference_day"]
    columns += ["what_made_the_difference", "trust_staying", "trust_leaving"]
    columns += ["satisfaction_staying", "satisfaction_leaving"]
    return pd.DataFrame(rows, columns=columns)


def _difference(
    staying: "pd.DataFrame", leaving: "pd.DataFrame", left_day: float, stays: Run, leaves: Run
) -> tuple[float, str]:
    """Return the first day on which two lives differ and the event that names the difference."""
    lives = {}
    for run, story in ((stays, staying), (leaves, leaving)):
        past = story[story["day"] <= left_day]
        lives[run.strategy.name] = {
            (event, detail, round(day, 6), round(value, 9)): day
            for event, detail, day, value in zip(
                past["event"], past["detail"], past["day"], past["value"], strict=True
            )
            if event != "churn"
        }
    ours, theirs = lives[stays.strategy.name], lives[leaves.strategy.name]
    only = [(key, day, stays.strategy.name) for key, day in ours.items() if key not in theirs]
    only += [(key, day, leaves.strategy.name) for key, day in theirs.items() if key not in ours]
    if not only:
        return float("nan"), "the same events, felt in another state"
    first = min(day for _, day, _ in only)
    ranked = [item for item in only if item[0][0] in DECISIVE]
    if not ranked:
        return first, "the same events, felt in another state"
    (event, detail, _, _), day, world = min(ranked, key=lambda item: (DECISIVE.index(item[0][0]), -item[1]))
    named = f"{event} ({detail})" if detail else event
    return first, f"{named} on day {day:.0f}, under {world} only"
