"""The same customer in two worlds: who stays in one and leaves in the other, and why."""

from typing import TYPE_CHECKING

import numpy as np

from sim.behaviour.events import DETAIL_NAMES
from sim.engine.simulation import Run

if TYPE_CHECKING:
    import pandas as pd

# What can have made the difference: harm that came only where the customer left, or help that came
# only where the customer stayed. The strongest first; of equals the last before the customer left.
HARM = ("abandoned", "promise broken", "failure", "points expired", "tier down", "complaint", "silence")
HELP = (
    "resolved",
    "compensation",
    "apology",
    "points redeemed",
    "tier up",
    "promise kept",
    "joined programme",
)
SAME_EVENTS = "no harm or help of its own: the same events, felt in another state"


def find_twins(stays: Run, leaves: Run) -> "pd.DataFrame":
    """Return the customers who stay in one world and leave in the other, with what differed.

    Both worlds are run again with the log on for these customers.

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
    customers = first["id"] < stays.scenario.customers.count  # a prospect who never joins has not left
    ids = np.nonzero(customers & (first["active"] == 1) & (second["active"] == 0))[0]
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
    """Return the first day on which something happened in one world only, and what made the difference.

    Announcements differ by themselves and the end is what is to be explained: neither counts.
    """
    ours, theirs = _past(staying, left_day), _past(leaving, left_day)
    helped, harmed = ours - theirs, theirs - ours
    days = [day for _, _, day in helped | harmed]
    first = min(days) if days else float("nan")
    found = [
        (HARM.index(event), -day, event, detail, leaves) for event, detail, day in harmed if event in HARM
    ]
    if not found:
        found = [
            (HELP.index(event), -day, event, detail, stays) for event, detail, day in helped if event in HELP
        ]
    if not found:
        return first, SAME_EVENTS
    _, negative_day, event, detail, run = min(found, key=lambda item: item[:4])
    named = f"{event} ({detail})" if detail else event
    return first, f"{named} on day {-negative_day:.0f}, under {run.strategy.name} only"


def _past(story: "pd.DataFrame", until: float) -> set[tuple[str, str, float]]:
    """Return what happened up to a day, as (event, detail, day): the same to any degree is the same."""
    past = story[(story["day"] <= until) & ~story["event"].isin(["churn", "promise made"])]
    return set(zip(past["event"], past["detail"], past["day"].round(6), strict=True))
