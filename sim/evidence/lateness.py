"""Hold simulated review scores against real ones, by how late the order came.

A customer is promised a day, waits, judges the order against what was expected and answers a
survey (B1, B2, B17). Nothing in the model leads from lateness to a score but this chain, so the
scores by days late, taken from real orders, are a test of it. Customers' numbers in the scenario
were fitted to those scores: the check is one of fit, on customers and luck that the fit never met.

    python -m sim.evidence.lateness
"""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import events
from sim.engine.records import Records
from sim.engine.simulation import simulate
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategy, read_yaml, shipped
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]

BUCKETS: Mapping[str, float] = {
    "15 days early or more": -15.0,
    "8 to 14 days early": -8.0,
    "1 to 7 days early": -1.0,
    "on the day": 0.0,
    "1 to 3 days late": 3.0,
    "4 to 7 days late": 7.0,
    "8 to 14 days late": 14.0,
    "15 days late or more": math.inf,
}
"""Name of each bucket of lateness and the last day, counted from the promised one, that is in it."""

SCORE_LIMIT = 0.2
"""Root mean square error of the mean scores, in stars, up to which they agree."""
ONE_STAR_LIMIT = 0.05
"""Difference of two shares of one star up to which they agree."""
ONE_STAR_BUCKETS = 6
"""Buckets, of eight, in which the shares of one star have to agree."""
NOISE = 3.0
"""Standard errors within which a difference is taken for none: one chance in 370 to be wrong."""
NOTHING_LEFT = 0.1
"""Share of the contrast below which what is left of it counts as none."""

CUSTOMERS = 60_000
SEED = 11

# Everyone orders within days: what happens in an order does not depend on how often one orders. Only
# the first of each customer counts, at the reference state, for nearly all orders of the records are.
SOON: Mapping[str, float | bool | str] = {
    "customers.orders.mean": 60.0,
    "customers.orders.shape": 50.0,
    "time.horizon": 0.05,
    "survey.order_share": 1.0,
    "survey.recommendation_share": 0.0,
    "behaviour.answer.response": 1.0,  # the records hold the scores that were given
    "mechanisms.reviews": False,  # or the rating, which others make, would move the hour of an order
    "mechanisms.nonresponse": False,
    "mechanisms.survey_fatigue": False,
    "market.prospects": 0.0,
    "network.kind": "none",
}
WITHOUT_PROMISES = {"service.delivery.quote_publicity": 0.0}


@dataclass(frozen=True)
class FirstOrders:
    """The first order of every customer who placed one; NaN where something did not happen.

    Parameters
    ----------
    hour
        When it was placed, in hours since the start.
    promised, wait
        Promised and actual time in the delivery unit, NaN where no time was promised or kept.
    score
        Answer to the satisfaction question, 1 to 5.
    complained
        Whether the customer complained of it.
    """

    hour: Floats
    promised: Floats
    wait: Floats
    score: Floats
    complained: NDArray[np.bool_]


@dataclass(frozen=True)
class BucketScore:
    """Scores in one bucket of lateness, simulated and real.

    Parameters
    ----------
    name
        Of the bucket.
    orders
        Simulated orders in it.
    mean, standard_error, one_star
        Simulated mean score, its standard error and the share of answers of one star.
    real_mean, real_standard_error, real_one_star
        The same of the real orders.
    """

    name: str
    orders: int
    mean: float
    standard_error: float
    one_star: float
    real_mean: float
    real_standard_error: float
    real_one_star: float

    @property
    def one_star_agrees(self) -> bool:
        """Return whether the shares of one star lie within 5 percentage points."""
        return abs(self.one_star - self.real_one_star) <= ONE_STAR_LIMIT


@dataclass(frozen=True)
class Contrast:
    """Mean score after a kept promise less that after a broken one at the same wait, in stars."""

    difference: float
    standard_error: float


@dataclass(frozen=True)
class LatenessCheck:
    """What came out when simulated scores were held against real ones.

    Parameters
    ----------
    scenario, seed, customers
        What was run.
    buckets
        Scores by lateness, from early to late.
    late_share, real_late_share
        Share of orders delivered after the promised day.
    contrast
        Kept against broken at the same wait.
    without_promises
        The same orders compared in a world in which no day is promised.
    """

    scenario: str
    seed: int
    customers: int
    buckets: tuple[BucketScore, ...]
    late_share: float
    real_late_share: float
    contrast: Contrast
    without_promises: Contrast

    @property
    def score_error(self) -> float:
        """Return the root mean square error of the mean scores over buckets, in stars."""
        return math.sqrt(sum((part.mean - part.real_mean) ** 2 for part in self.buckets) / len(self.buckets))

    @property
    def one_star_agreeing(self) -> int:
        """Return in how many buckets the shares of one star agree."""
        return sum(part.one_star_agrees for part in self.buckets)

    @property
    def parts(self) -> dict[str, bool]:
        """Return what is asked, and whether it holds."""
        kept, left = self.contrast, self.without_promises
        asked = f"{ONE_STAR_BUCKETS} of {len(self.buckets)} buckets"
        return {
            f"mean scores within {SCORE_LIMIT:g} stars (root mean square)": self.score_error <= SCORE_LIMIT,
            f"share of one star within {ONE_STAR_LIMIT:g} in {asked}": (
                self.one_star_agreeing >= ONE_STAR_BUCKETS
            ),
            "the same wait scores higher where the promise was kept": (
                kept.difference > NOISE * kept.standard_error
            ),
            "without promises that contrast vanishes": (
                abs(left.difference) <= NOISE * left.standard_error
                and abs(left.difference) <= NOTHING_LEFT * kept.difference
            ),
        }

    @property
    def passed(self) -> bool:
        """Return whether everything that is asked holds."""
        return all(self.parts.values())

    def __str__(self) -> str:
        lines = [
            f"review scores by lateness, '{self.scenario}', baseline, "
            f"{self.customers:,} customers, seed {self.seed}",
            f"{'delivered':<24}{'orders':>8}  {'mean score':>10} {'±':>5} {'real':>6} {'±':>5}  "
            f"{'1 star':>7} {'real 1 star':>12}",
        ]
        for part in self.buckets:
            lines.append(
                f"{part.name:<24}{part.orders:>8,}  {part.mean:>10.2f} {part.standard_error:>5.2f} "
                f"{part.real_mean:>6.2f} {part.real_standard_error:>5.2f}  "
                f"{part.one_star:>7.1%} {part.real_one_star:>12.1%}"
                + ("" if part.one_star_agrees else "  more than 5 points apart")
            )
        kept, left = self.contrast, self.without_promises
        lines += [
            f"± is one standard error; late: {self.late_share:.1%}, real {self.real_late_share:.1%}",
            f"root mean square error of the mean scores: {self.score_error:.3f} stars",
            f"kept less broken at the same wait: {kept.difference:.2f} ± {kept.standard_error:.2f} stars; "
            f"without promises {left.difference:.2f} ± {left.standard_error:.2f}",
        ]
        lines += [f"{'holds' if holds else 'FAILS':<6} {what}" for what, holds in self.parts.items()]
        return "\n".join(lines)


def days_late(wait: Floats, promised: Floats) -> Floats:
    """Return how many days after the promised day an order came; negative is early.

    Real lateness is counted in dates. A promise of a day holds until its midnight, so with both
    times in days since the order and the promise counted to that midnight, the difference of the
    dates is the difference of the times, rounded up.
    """
    return np.asarray(np.ceil(wait - promised))


def bucket_of(late: Floats) -> NDArray[np.int64]:
    """Return the place in `BUCKETS` of each number of days late."""
    return np.searchsorted(np.array(list(BUCKETS.values())), late, side="left").astype(np.int64)


def first_orders(scenario: Scenario, seed: int) -> FirstOrders:
    """Run the baseline with every event logged and collect the first answered order of each customer."""
    run = simulate(scenario, load_strategy("baseline", scenario), seed, watch="all")
    assert run.log is not None
    log, customers = run.log, scenario.customers.count
    answers = log[log["event"] == events.SURVEY_SATISFACTION]
    hour = np.full(customers, np.inf)
    np.minimum.at(hour, answers["customer"], answers["hour"])

    def value(event: int, detail: int | None = None) -> Floats:
        rows: Records = log[log["event"] == event]
        rows = rows[rows["hour"] == hour[rows["customer"]]]
        if detail is not None:
            rows = rows[rows["detail"] == detail]
        found = np.full(customers, np.nan)
        found[rows["customer"]] = rows["value"]
        return found

    kept = value(events.PROMISE_KEPT, events.DELIVERY)
    return FirstOrders(
        hour=hour,
        promised=value(events.PROMISE_MADE, events.DELIVERY),
        wait=np.where(np.isnan(kept), value(events.PROMISE_BROKEN, events.DELIVERY), kept),
        score=value(events.SURVEY_SATISFACTION),
        complained=~np.isnan(value(events.COMPLAINT)),
    )


def contrast_at_equal_wait(wait: Floats, kept: NDArray[np.bool_], score: Floats) -> Contrast:
    """Compare kept and broken promises day of wait by day of wait.

    Days are weighted by how well both are represented, n m / (n + m), which minimises the error
    if spreads are equal; days with fewer than two of either kind say nothing and are left out.
    """
    total = weighted = variance = 0.0
    for day in np.unique(np.floor(wait)):
        here = np.floor(wait) == day
        good, bad = score[here & kept], score[here & ~kept]
        if len(good) < 2 or len(bad) < 2:
            continue
        weight = len(good) * len(bad) / (len(good) + len(bad))
        total += weight
        weighted += weight * float(good.mean() - bad.mean())
        spread = float(good.var(ddof=1)) / len(good) + float(bad.var(ddof=1)) / len(bad)
        variance += weight * weight * spread
    if total == 0.0:
        return Contrast(math.nan, math.nan)
    return Contrast(weighted / total, math.sqrt(variance) / total)


def real_aggregates() -> Mapping[str, Any]:
    """Return the aggregates of the real orders that are shipped with the scenarios."""
    return read_yaml(shipped("scenarios") / "aggregates" / "olist.yaml")


def lateness_check(scenario: Scenario, seed: int = SEED, customers: int = CUSTOMERS) -> LatenessCheck:
    """Simulate first orders and hold their scores, by lateness, against those of real orders.

    Parameters
    ----------
    scenario
        A world that quotes delivery times in days.
    seed
        Of the customers and their luck.
    customers
        How many order; 60 000 leave about 700 orders in the rarest bucket.

    Raises
    ------
    ConfigurationError
        If the scenario does not quote a delivery time in days, or cannot be run.
    """
    delivery = scenario.service.delivery
    if delivery.unit != "days":
        raise ConfigurationError(
            "service.delivery.unit", f"is {delivery.unit}, real lateness is in days", "valid: days"
        )
    if delivery.quote_publicity == 0.0:
        raise ConfigurationError(
            "service.delivery.quote_publicity", "is 0: no day is promised", "valid: above 0"
        )
    soon = scenario.replace({**SOON, "customers.count": customers})
    orders = first_orders(soon, seed)
    # Same seed, same customers, same luck: the first order is the same order in both worlds.
    bare = first_orders(soon.replace(WITHOUT_PROMISES), seed)
    delivered = ~np.isnan(orders.wait) & (orders.hour == bare.hour)
    late = days_late(orders.wait[delivered], orders.promised[delivered])
    score, bare_score = orders.score[delivered], bare.score[delivered]
    real = real_aggregates()
    place = bucket_of(late)
    wait, kept = orders.wait[delivered], late <= 0.0
    return LatenessCheck(
        scenario.name,
        seed,
        customers,
        tuple(
            _bucket(name, score[place == number], real["score_by_lateness"][name])
            for number, name in enumerate(BUCKETS)
        ),
        float(np.mean(late > 0.0)),
        float(real["process"]["late_share"]),
        contrast_at_equal_wait(wait, kept, score),
        contrast_at_equal_wait(wait, kept, bare_score),
    )


def _bucket(name: str, score: Floats, real: Mapping[str, float]) -> BucketScore:
    many = len(score) > 1
    return BucketScore(
        name,
        len(score),
        float(score.mean()) if many else math.nan,
        float(score.std(ddof=1)) / math.sqrt(len(score)) if many else math.nan,
        float(np.mean(score == 1.0)) if many else math.nan,
        float(real["mean"]),
        float(real["standard_error"]),
        float(real["one_star"]),
    )


def report_lateness(scenario: str = "marketplace", seed: int = SEED, customers: int = CUSTOMERS) -> bool:
    """Print the check of a scenario; return whether everything that is asked holds."""
    check = lateness_check(load_scenario(scenario), seed, customers)
    print(check)
    return check.passed


if __name__ == "__main__":
    sys.exit(0 if report_lateness() else 1)
