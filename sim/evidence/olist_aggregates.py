"""Compute the aggregates behind the scenario `marketplace` from a copy of the records.

The records are the Brazilian E-Commerce Public Dataset by Olist; their licence (CC BY-NC-SA 4.0)
keeps them out of this project, which ships aggregate statistics only. Whoever has a copy joins
orders, customers, items and reviews into one table, a row an order, and repeats or renews them:

    python -m sim.evidence.olist_aggregates orders.csv --sampled 0.232

Columns are those of the dataset: order_id, customer_unique_id, customer_state, order_status,
order_purchase_timestamp, order_delivered_customer_date, order_estimated_delivery_date,
review_score, price (of all items of the order), and has_comment (1 or 0; empty where unknown).
"""

import argparse
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from sim.evidence.lateness import BUCKETS, bucket_of

if TYPE_CHECKING:
    import pandas as pd

HEADER = """\
# Aggregates of real orders: what the scenario `marketplace` is fitted to and held against.
#
# Origin: Brazilian E-Commerce Public Dataset by Olist, 2016 to 2018, CC BY-NC-SA 4.0 (see NOTICE).
# Aggregate statistics only; no record of an order or a customer is shipped. They are of one half, by
# a hash of the customer, of a public sample of about a quarter of all orders; the other half was not
# looked at. Computed by `python -m sim.evidence.olist_aggregates FILE.csv --sampled 0.232`.
#
# The model never reads this file. Its delivery process was copied into the scenario by hand; the
# scores are read by the check alone (`python -m sim.evidence.lateness`).
"""
REGIONS = {
    "sao_paulo": ("SP",),
    "south_and_south_east": ("RJ", "MG", "ES", "PR", "SC", "RS"),
}
FAR = "far"
WAITS = (0, 5, 10, 15, 20, 30, 100)  # days
DIGITS = 4


def read_orders(path: str) -> "pd.DataFrame":
    """Read a table of orders and add days of delivery, of the promise, and late.

    The promise is counted to the end of the promised day, see `sim.evidence.lateness.days_late`.
    """
    import pandas as pd

    orders = pd.read_csv(path).drop_duplicates("order_id")
    bought = pd.to_datetime(orders["order_purchase_timestamp"])
    delivered = pd.to_datetime(orders["order_delivered_customer_date"])
    promised = pd.to_datetime(orders["order_estimated_delivery_date"])
    day = pd.Timedelta(days=1)
    orders["bought"] = bought
    orders["delivery_days"] = (delivered - bought) / day
    orders["promised_days"] = (promised.dt.normalize() + day - bought) / day
    orders["days_late"] = (delivered.dt.normalize() - promised.dt.normalize()) / day
    return orders


def aggregates(orders: "pd.DataFrame", sampled: float) -> dict[str, Any]:
    """Return all aggregates as plain numbers by name.

    Parameters
    ----------
    orders
        From `read_orders`.
    sampled
        Share of all orders, with a known customer, that the table holds; it corrects the share
        of customers seen to order again.
    """
    delivered = orders[orders["delivery_days"].gt(0) & orders["days_late"].notna()]
    reviewed = delivered[delivered["review_score"].notna()]
    kept, broken = reviewed[reviewed["days_late"] <= 0], reviewed[reviewed["days_late"] > 0]
    place = bucket_of(reviewed["days_late"].to_numpy(dtype=np.float64))
    never = orders[orders["days_late"].isna() & orders["review_score"].notna()]
    return {
        "sample": {
            "orders": len(orders),
            "delivered": len(delivered),
            "delivered_and_reviewed": len(reviewed),
            "first_day": str(orders["bought"].min().date()),
            "last_day": str(orders["bought"].max().date()),
        },
        "process": process(orders, delivered),
        "score_by_lateness": {
            name: score_summary(reviewed[place == number]["review_score"])
            for number, name in enumerate(BUCKETS)
        },
        "score_promise_kept": score_summary(kept["review_score"]),
        "score_promise_broken": score_summary(broken["review_score"]),
        "score_never_delivered": score_summary(never["review_score"]),
        "mean_score_by_wait_promise_kept": {
            f"{low} to {high} days": rounded(
                kept[kept["delivery_days"].gt(low) & kept["delivery_days"].le(high)]["review_score"].mean()
            )
            for low, high in pairwise(WAITS)
        },
        "comment_share_by_score": {
            score: rounded(orders[orders["review_score"] == score]["has_comment"].mean())
            for score in range(1, 6)
        },
        "order_value": order_value(orders[orders["price"].gt(0)]),
        "regions": regions(orders),
        "repeat": repeat(orders[orders["customer_unique_id"].notna()], sampled),
    }


def process(orders: "pd.DataFrame", delivered: "pd.DataFrame") -> dict[str, float]:
    """Return the joint log-normal of delivery and promised days, and what goes wrong altogether."""
    delivery, promise = np.log(delivered["delivery_days"]), np.log(delivered["promised_days"])
    undelivered = orders["order_status"].isin(["canceled", "unavailable"])
    return {
        "log_delivery_mean": rounded(delivery.mean()),
        "log_delivery_standard_deviation": rounded(delivery.std()),
        "log_promise_mean": rounded(promise.mean()),
        "log_promise_standard_deviation": rounded(promise.std()),
        "correlation": rounded(delivery.corr(promise)),
        "median_delivery_days": rounded(delivered["delivery_days"].median()),
        "median_promised_days": rounded(delivered["promised_days"].median()),
        "late_share": rounded((delivered["days_late"] > 0).mean()),
        "cancelled_or_unavailable": rounded(undelivered.mean()),
    }


def score_summary(scores: "pd.Series[float]") -> dict[str, float]:
    """Return number, mean, standard error and the share of each score, in words."""
    shares = {
        name: rounded((scores == score).mean())
        for score, name in enumerate(("one_star", "two_stars", "three_stars", "four_stars", "five_stars"), 1)
    }
    return {
        "orders": len(scores),
        "mean": rounded(scores.mean()),
        "standard_error": rounded(scores.sem()),
        **shares,
    }


def order_value(orders: "pd.DataFrame") -> dict[str, float]:
    """Return what orders are worth and how much of the spread lies between a customer's own orders."""
    logs = np.log(orders["price"])
    return {
        "mean": rounded(orders["price"].mean()),
        "median": rounded(orders["price"].median()),
        "log_standard_deviation": rounded(logs.std()),
        # mean of the variances of all who are seen with two orders or more; NaN for the others
        "log_standard_deviation_within_customer": rounded(
            math.sqrt(logs.groupby(orders["customer_unique_id"]).var().mean())
        ),
    }


def regions(orders: "pd.DataFrame") -> dict[str, dict[str, float]]:
    """Return share of orders, mean value and delivery by region of the customer."""
    known = orders[orders["customer_state"].notna()]
    place = {state: name for name, states in REGIONS.items() for state in states}
    region = known["customer_state"].map(place).fillna(FAR)
    found = {}
    for name in (*REGIONS, FAR):
        part = known[region == name]
        found[name] = {
            "share": rounded(len(part) / len(known)),
            "mean_value": rounded(part["price"].mean()),
            "mean_delivery_days": rounded(part["delivery_days"].mean()),
            "late_share": rounded((part["days_late"].dropna() > 0).mean()),
        }
    return found


def repeat(orders: "pd.DataFrame", sampled: float) -> dict[str, float]:
    """Return how many order again.

    In a sample of a share f of the orders, a customer with two is seen with both in f of the
    cases in which one is seen, to first order in the share who return: divide by f. Most were
    first seen late in the records: ``orders_again_in_a_year`` counts later orders day by day among
    those still followed (Nelson 1969; Aalen 1978), divided by f as well.
    """
    first = orders.groupby("customer_unique_id")["bought"].min()
    counts = orders.groupby("customer_unique_id").size()
    end = orders["bought"].quantile(0.999)  # a few stray orders lie after the records really end
    followed = -days_after(first, end).clip(upper=0.0)
    age = days_after(orders["bought"], orders["customer_unique_id"].map(first))
    at_risk = np.sort(followed.to_numpy())
    later = age[age.gt(0) & age.le(365)].to_numpy()
    rates = 1.0 / np.maximum(len(at_risk) - np.searchsorted(at_risk, later), 1)
    return {
        "customers": len(counts),
        "seen_again": int((counts > 1).sum()),
        "sampled_share": sampled,
        "share_ordering_again": rounded((counts > 1).mean() / sampled),
        "mean_days_followed": rounded(followed.mean()),
        "orders_again_in_a_year": rounded(rates.sum() / sampled),
        "orders_again_in_a_year_standard_error": rounded(math.sqrt((rates * rates).sum()) / sampled),
    }


def days_after(moments: Any, start: Any) -> "pd.Series[float]":
    """Return the days from a start, one or one for each, to some moments."""
    days: pd.Series[float] = (moments - start).dt.total_seconds() / 86400.0
    return days


def rounded(value: Any) -> float:
    """Return a number with four decimals, enough for any use and too few to tell an order."""
    return round(float(value), DIGITS)


def main() -> None:
    """Print the aggregates of the table named on the command line, as YAML."""
    parser = argparse.ArgumentParser(description="Aggregates of the Olist records, as YAML.")
    parser.add_argument("file", help="table of orders, CSV, may be compressed")
    parser.add_argument("--sampled", type=float, default=1.0, help="share of all orders in the table")
    arguments = parser.parse_args()
    found = aggregates(read_orders(arguments.file), arguments.sampled)
    print(HEADER + yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=110), end="")


if __name__ == "__main__":
    main()
