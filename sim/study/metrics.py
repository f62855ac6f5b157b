"""The registry of metrics: what each is called, what it counts and what it divides by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.events import (
    DETAIL_NAMES,
    LEFT_AFTER_COMPLAINT,
    LEFT_AFTER_FAILURE,
    LEFT_FOR_PRICE,
    LEFT_FOR_RIVAL,
    LEFT_INVOLUNTARILY,
    LEFT_SILENT,
    LEFT_WITHOUT_DEAL,
)
from sim.engine.kpis import ATTRIBUTES
from sim.engine.records import Records, ledger_total
from sim.engine.simulation import Run
from sim.study.standards import weeks_to_standard
from sim.world.policy import LEVER_BIT
from sim.world.scenario import DAYS_PER_YEAR

CAUSES = (
    LEFT_SILENT,
    LEFT_AFTER_FAILURE,
    LEFT_AFTER_COMPLAINT,
    LEFT_FOR_PRICE,
    LEFT_FOR_RIVAL,
    LEFT_WITHOUT_DEAL,
    LEFT_INVOLUNTARILY,
)


MEASURED = (
    "id",
    "segment",
    "active",
    "acquired_hour",
    "left_hour",
    "left_cause",
    "last_hour",
    "orders",
    "exposed",
    "owed",
    "profit",
    "value",
)
"""Fields of the customers that metrics read."""
PRICED = ("price", "save_offer", "fixed_term")
"""Levers that change what is earned: there is no ratio to what is spent."""


@dataclass(frozen=True)
class Metric:
    """A figure about a whole run.

    Parameters
    ----------
    name
        The field's name.
    unit
        Unit of the value.
    formula
        What is counted, divided by what.
    measure
        Computes it from a run; None for `roi`, which needs two runs.
    """

    name: str
    unit: str
    formula: str
    measure: Callable[[Run], float] | None


def share(part: float, whole: float) -> float:
    """Return part / whole, NaN where the whole is 0."""
    return part / whole if whole > 0 else float("nan")


def starters(run: Run) -> Records:
    """Return the customers at the start of the run: who comes later is not among them.

    Those at the start have the lowest ids and stand first: nothing is copied.
    """
    return run.population[: np.count_nonzero(run.population["id"] < run.scenario.customers.count)]


def served(run: Run) -> Records:
    """Return everybody who was ever a customer: at the start, or a prospect who joined."""
    return run.population[_was_served(run)]


def _was_served(run: Run) -> NDArray[np.bool_]:
    joined = np.asarray(run.population["acquired_hour"] >= 0.0)
    joined[: len(starters(run))] = True
    return joined


def _of_served(run: Run, name: str) -> NDArray[Any]:
    """Return one column of `served`, without a copy of the others."""
    return np.asarray(run.population[name][_was_served(run)])


def retention_rate(run: Run) -> float:
    """Return the share retained by what the firm can see: under contract, or bought lately.

    NaN where the horizon is shorter than the window in which a customer has to have bought.
    """
    customers = starters(run)
    if run.scenario.customers.relation == "contractual":
        return float(customers["active"].mean())
    days = run.scenario.time.ticks * run.scenario.time.tick_days
    since = 24.0 * (days - run.scenario.customers.activity_window)
    return float((customers["last_hour"] >= since).mean()) if since >= 0.0 else float("nan")


def survival_rate(run: Run) -> float:
    """Return the share that has not left, which without a contract no firm can see."""
    return float(starters(run)["active"].mean())


def customer_years(run: Run) -> float:
    """Return the years that customers spent with the firm."""
    return ledger_total(run.ledger, "customers") * run.scenario.time.tick_days / DAYS_PER_YEAR


def repeat_purchase_rate(run: Run) -> float:
    """Return the share who ordered again; everyone has ordered once before the start."""
    return float((starters(run)["orders"] >= 1).mean())


def base_growth(run: Run) -> float:
    """Return by how much the number of customers has grown, newly won ones included."""
    return float(run.population["active"].sum()) / len(starters(run)) - 1.0


def _last_year(run: Run) -> Records:
    return run.ledger[-round(DAYS_PER_YEAR / run.scenario.time.tick_days) :]


def nps(run: Run) -> float:
    """Return the net promoter score of the answers given in the last year of the run, in points."""
    last = _last_year(run)
    return 100.0 * share(float((last["promoters"] - last["detractors"]).sum()), float(last["asked"].sum()))


def nps_standard_error(run: Run) -> float:
    """Return the sampling error of `nps`: 100 √((p + d − (p − d)²) / n)."""
    last = _last_year(run)
    asked = float(last["asked"].sum())
    promoters = share(float(last["promoters"].sum()), asked)
    detractors = share(float(last["detractors"].sum()), asked)
    return 100.0 * float(np.sqrt((promoters + detractors - (promoters - detractors) ** 2) / max(asked, 1.0)))


def promise_keep_rate(run: Run) -> float:
    """Return promises kept, quoted times included, over promises kept or broken."""
    kept = sum(ledger_total(run.ledger, f"{attribute}_kept") for attribute in ATTRIBUTES)
    broken = sum(ledger_total(run.ledger, f"{attribute}_broken") for attribute in ATTRIBUTES)
    return share(kept, kept + broken)


def _keep_rate(attribute: str) -> Callable[[Run], float]:
    def rate(run: Run) -> float:
        kept = ledger_total(run.ledger, f"{attribute}_kept")
        return share(kept, kept + ledger_total(run.ledger, f"{attribute}_broken"))

    return rate


def liability(run: Run) -> float:
    """Return what is owed for points at the end, in currency per starting customer."""
    return float(run.population["owed"].sum()) / len(starters(run))


def income_spread(run: Run) -> float:
    """Return how unequal customers are in what they bring: standard deviation over mean."""
    income = _of_served(run, "profit")
    return share(float(income.std()), float(income.mean()))


def _exits(cause: int) -> Callable[[Run], float]:
    def part(run: Run) -> float:
        causes = run.population["left_cause"][run.population["left_hour"] >= 0.0]
        return share(float((causes == cause).sum()), float(len(causes)))

    return part


def _per(part: str, whole: str) -> Callable[[Run], float]:
    return lambda run: share(ledger_total(run.ledger, part), ledger_total(run.ledger, whole))


def _per_year(part: str) -> Callable[[Run], float]:
    return lambda run: share(ledger_total(run.ledger, part), customer_years(run))


def _per_customer(name: str) -> Callable[[Run], float]:
    return lambda run: ledger_total(run.ledger, name) / len(starters(run))


def _at_the_end(name: str) -> Callable[[Run], float]:
    def mean(run: Run) -> float:
        last = run.ledger[-max(1, round(DAYS_PER_YEAR / 4.0 / run.scenario.time.tick_days)) :]
        return share(float(last[name].sum()), float(last["active"].sum()))

    return mean


def profit(run: Run) -> float:
    """Return margin less cost per starting customer, less what it cost to win them."""
    earned = ledger_total(run.ledger, "margin") - ledger_total(run.ledger, "cost")
    return earned / len(starters(run)) - run.scenario.economics.acquisition_cost


def _discount_at_the_end(run: Run) -> float:
    years = run.scenario.time.ticks * run.scenario.time.tick_days / DAYS_PER_YEAR
    return float((1.0 + run.scenario.economics.discount_rate) ** -years)


def clv(run: Run) -> float:
    """Return discounted margin less cost of the customers at the start, less acquisition.

    What is owed for points at the end is charged; what customers bring later, or what those bring
    who are won on the way, is not counted.
    """
    customers = starters(run)
    owed = customers["owed"].sum() * _discount_at_the_end(run)
    earned = float(customers["value"].sum() - owed) / len(customers)
    return earned - run.scenario.economics.acquisition_cost


def customer_equity(run: Run) -> float:
    """Return the discounted value of all customers over the horizon, those won on the way included."""
    owed = float(run.population["owed"].sum()) * _discount_at_the_end(run)
    won_before = run.scenario.economics.acquisition_cost * len(starters(run))
    return ledger_total(run.ledger, "value") - owed - won_before


def reach(run: Run) -> float:
    """Return the share of those ever served who met a lever."""
    return float((_of_served(run, "exposed") != 0).mean())


def reach_by_lever(run: Run, levers: Iterable[str]) -> dict[str, float]:
    """Return the share of those ever served who met each of some levers, by the name of the metric."""
    exposed = _of_served(run, "exposed")
    return {f"reach.{lever}": float(((exposed & LEVER_BIT[lever]) != 0).mean()) for lever in levers}


def roi_of_pair(values: Mapping[str, float], base: Mapping[str, float], levers: Iterable[str]) -> float:
    """Return what a run gains over the baseline on the same seed for each unit of its extra cost.

    NaN where nothing extra is spent or a lever works by the price. Means of it over seeds are no roi: that
    is the ratio of the means, see `sim.study.comparison.Comparison`.

    Parameters
    ----------
    values, base
        Metrics of the run and of the baseline, see `measure`.
    levers
        That are on in the run.
    """
    spent = values["discounted_cost"] - base["discounted_cost"]
    if not spent > 0.0 or not set(PRICED).isdisjoint(levers):
        return float("nan")
    return (values["customer_equity"] - base["customer_equity"]) / spent


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("retention_rate", "share", "under contract at the end, or bought within the activity window before it / customers at the start", retention_rate),
        Metric("survival_rate", "share", "not dropped out at the end (latent truth) / customers at the start", survival_rate),
        Metric("churn_rate", "per year", "customers lost / years of active customers", _per_year("left")),
        *(Metric(f"exits.{DETAIL_NAMES[cause].replace(' ', '_')}", "share", f"customers whose leaving is put down to: {DETAIL_NAMES[cause]} / customers who left", _exits(cause)) for cause in CAUSES),
        Metric("repeat_purchase_rate", "share", "customers with at least one order in the horizon / customers at the start", repeat_purchase_rate),
        Metric("acquired", "per customer", "prospects who became customers / customers at the start", _per_customer("acquired")),
        Metric("base_growth", "change", "customers at the end, new ones included / customers at the start − 1", base_growth),
        Metric("nps", "points", "100 × (answers 9 or 10 − answers 0 to 6) / answers, waves of the last year", nps),
        Metric("nps_standard_error", "points", "100 √((p + d − (p − d)²) / answers), waves of the last year", nps_standard_error),
        Metric("csat", "share", "satisfaction answers 4 or 5 / satisfaction answers", _per("top_two", "answers")),
        Metric("customer_effort", "points, 1 to 7", "points of effort answered after a case / such answers", _per("effort_points", "effort_answers")),
        Metric("survey_response_rate", "share", "questions answered / questions put", _per("replies", "invited")),
        Metric("promise_keep_rate", "share", "promises kept / promises kept or broken, quoted times included", promise_keep_rate),
        *(Metric(f"keep_rate.{attribute}", "share", f"promises about {attribute} kept / kept or broken", _keep_rate(attribute)) for attribute in ATTRIBUTES),
        Metric("weeks_to_standard", "weeks", "from the start of the commitments until nine tenths of the change of their keep rate; empty where it does not change", weeks_to_standard),
        Metric("complaint_rate", "per order", "complaints / orders", _per("complaints", "orders")),
        Metric("voice_rate", "share", "complaints / grievances", _per("complaints", "grievances")),
        Metric("response_time", "hours", "hours from the complaint to an answer / answers, later answers in a case included", _per("response_hours", "responses")),
        Metric("first_contact_resolution", "share", "cases solved by the first answer / cases judged", _per("resolved_first", "cases")),
        Metric("repeat_contact_rate", "share", "answers that had to be asked for again / answers", _per("reopened", "responses")),
        Metric("case_satisfaction", "share", "cases solved after which satisfaction is above the level of a grievance / cases judged", _per("satisfied", "cases")),
        Metric("false_claim_rate", "share", "claims without a cause / orders", _per("claims", "orders")),
        Metric("recommendation_rate", "share", "episodes told of as good / episodes", _per("praise", "episodes")),
        Metric("warning_rate", "share", "episodes told of as bad / episodes", _per("warnings", "episodes")),
        Metric("referral_rate", "per year", "customers won by referral / years of active customers", _per_year("acquired_by_referral")),
        Metric("reviews", "per customer", "reviews / customers at the start", _per_customer("reviews")),
        Metric("review_rating", "stars", "stars / reviews", _per("review_stars", "reviews")),
        Metric("negative_reviews", "share", "reviews of one or two stars / reviews", _per("reviews_negative", "reviews")),
        Metric("staff_skill", "0 to 1", "skill at work that customers met, mean of the last quarter", _at_the_end("skill")),
        Metric("staff_engagement", "0 to 1", "engagement of the staff that customers met, mean of the last quarter", _at_the_end("engagement")),
        Metric("staff_utilisation", "share", "time in which the staff is busy / its time, mean of the last quarter", _at_the_end("utilisation")),
        Metric("save_rate", "share", "customers kept by a save offer / save offers", _per("saved", "save_offers")),
        Metric("liability", "currency per customer", "points held at the end, at the value of their rewards, less breakage / customers at the start", liability),
        Metric("breakage", "share", "points expired / points earned; what those who leave forfeit is not counted", _per("points_expired", "points_earned")),
        Metric("income", "currency per customer", "margin less cost of those ever served / their number", lambda run: float(_of_served(run, "profit").mean())),
        Metric("income_spread", "ratio", "standard deviation of a customer's margin less cost / its mean, of those ever served", income_spread),
        Metric("orders", "per customer", "orders / customers at the start", _per_customer("orders")),
        Metric("revenue", "currency per customer", "revenue over the horizon, of new customers too / customers at the start", _per_customer("revenue")),
        Metric("cost", "currency per customer", "handling, compensation, payouts, programme, levers, winning of new customers / customers at the start", _per_customer("cost")),
        Metric("profit", "currency per customer", "(margin − cost) / customers at the start − acquisition cost", profit),
        Metric("clv", "currency per customer", "discounted (margin − cost) of the customers at the start over the horizon less the liability of their points at its end / their number − acquisition cost", clv),
        Metric("customer_equity", "currency", "discounted (margin − cost) of all customers, new ones included, less the liability of points − acquisition cost of the customers at the start", customer_equity),
        Metric("roi", "ratio", "gain of customer equity over the baseline / extra discounted cost over the baseline; empty where nothing extra is spent, or where the means is the price", None),
        Metric("reach", "share", "customers who ever met a lever / customers ever served", reach),
    )
}  # fmt: skip


def measure(run: Run, levers: tuple[str, ...] = ()) -> dict[str, float]:
    """Return every metric of a run, and the reach of the levers named."""
    values = {name: metric.measure(run) for name, metric in METRICS.items() if metric.measure is not None}
    values |= reach_by_lever(run, levers)
    values["discounted_cost"] = ledger_total(run.ledger, "discounted_cost")
    return values
