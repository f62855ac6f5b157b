"""From a ledger to what happens per tick: counts, money and means."""

import numpy as np
from numpy.typing import NDArray

from sim.engine.records import Records
from sim.world.scenario import Scenario

COUNTS = (
    "active",
    "cohort",
    "acquired",
    "left",
    "orders",
    "failures",
    "delays",
    "complaints",
    "silences",
    "responses",
    "resolved",
    "reopened",
    "abandoned",
    "compensations",
    "members",
    "messages",
    "praise",
    "warnings",
    "reviews",
    "referrals",
    "invited",
    "replies",
    "asked",
    "answers",
    "revenue",
    "margin",
    "cost",
    "value",
    "compensation",
    "points_earned",
    "points_redeemed",
    "points_expired",
    "liability",
)
ATTRIBUTES = ("delivery", "response", "availability", "quality")
FIRM_STATE = ("skill", "engagement", "utilisation", "rating", "rival")


def ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return part / whole, NaN where the whole is 0."""
    out = np.full(np.shape(part), np.nan)
    np.divide(part, whole, out=out, where=np.asarray(whole) > 0)
    return out


def tick_kpis(ledger: Records, scenario: Scenario) -> dict[str, NDArray[np.float64]]:
    """Return KPIs per tick, over the segments that the ledger holds.

    Counts and money are totals of the tick in customers, events or currency; ``csat`` is the
    share of satisfaction answers of 4 or 5, ``nps`` the net promoter score of the tick's wave in
    points, NaN where nobody was asked; ``mean_satisfaction`` and ``mean_trust`` are states of the
    active customers, not survey figures; ``profit`` is margin less cost; ``cohort`` are the active
    who have been customers since the start; the state of the firm (``skill`` to ``rival``) is a mean
    over active customers of what their group meets.

    Parameters
    ----------
    ledger
        Structured array (ticks, segments).
    scenario
        The world that was run.
    """

    def total(name: str) -> NDArray[np.float64]:
        return np.asarray(ledger[name].sum(axis=1))

    ticks = np.arange(len(ledger), dtype=np.float64)
    kpis: dict[str, NDArray[np.float64]] = {"tick": ticks, "day": (ticks + 1.0) * scenario.time.tick_days}
    kpis |= {name: total(name) for name in COUNTS}
    kept = sum(total(f"{attribute}_kept") for attribute in ATTRIBUTES)
    broken = sum(total(f"{attribute}_broken") for attribute in ATTRIBUTES)
    kpis["promises_kept"] = np.asarray(kept)
    kpis["promises_broken"] = np.asarray(broken)
    kpis["profit"] = kpis["margin"] - kpis["cost"]
    kpis["promise_keep_rate"] = ratio(kpis["promises_kept"], kpis["promises_kept"] + kpis["promises_broken"])
    kpis["complaint_rate"] = ratio(kpis["complaints"], kpis["orders"])
    kpis["csat"] = ratio(total("top_two"), kpis["answers"])
    kpis["nps"] = 100.0 * ratio(total("promoters") - total("detractors"), kpis["asked"])
    kpis["mean_satisfaction"] = ratio(total("satisfaction"), kpis["active"])
    kpis["mean_trust"] = ratio(total("trust"), kpis["active"])
    for name in FIRM_STATE:
        kpis[name] = ratio(total(name), kpis["active"])
    return kpis


def moving_sum(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return sums over the last ticks, fewer at the start.

    Parameters
    ----------
    values
        Counts, by tick along the last axis.
    width
        Ticks that are summed.
    """
    upto = np.cumsum(values, axis=-1)
    sums = upto.copy()
    sums[..., width:] -= upto[..., :-width]
    return sums
