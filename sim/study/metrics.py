"""The registry of metrics: what each is called, what it counts and what it divides by."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.engine.kpis import ATTRIBUTES
from sim.engine.simulation import Run, ledger_total
from sim.world.policy import LEVER_BIT
from sim.world.scenario import DAYS_PER_YEAR


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


def retention_rate(run: Run) -> float:
    """Return the share retained by what the firm can see: under contract, or bought lately.

    NaN where the horizon is shorter than the window in which a customer has to have bought.
    """
    population = run.population
    if run.scenario.customers.relation == "contractual":
        return float(population["active"].mean())
    days = run.scenario.time.ticks * run.scenario.time.tick_days
    since = 24.0 * (days - run.scenario.customers.activity_window)
    return float((population["last_hour"] >= since).mean()) if since >= 0.0 else float("nan")


def survival_rate(run: Run) -> float:
    """Return the share that has not left, which without a contract no firm can see."""
    return float(run.population["active"].mean())


def churn_rate(run: Run) -> float:
    """Return customers lost per customer-year of those who were active."""
    years = ledger_total(run.ledger, "customers") * run.scenario.time.tick_days / DAYS_PER_YEAR
    return share(ledger_total(run.ledger, "left"), years)


def repeat_purchase_rate(run: Run) -> float:
    """Return the share who ordered again; everyone has ordered once before the start."""
    return float((run.population["orders"] >= 1).mean())


def nps(run: Run) -> float:
    """Return the net promoter score of the answers given in the last year of the run, in points."""
    ticks = round(DAYS_PER_YEAR / run.scenario.time.tick_days)
    last = run.ledger[-ticks:]
    return 100.0 * share(float((last["promoters"] - last["detractors"]).sum()), float(last["asked"].sum()))


def nps_standard_error(run: Run) -> float:
    """Return the sampling error of `nps`: 100 √((p + d − (p − d)²) / n)."""
    ticks = round(DAYS_PER_YEAR / run.scenario.time.tick_days)
    last = run.ledger[-ticks:]
    asked = float(last["asked"].sum())
    promoters = share(float(last["promoters"].sum()), asked)
    detractors = share(float(last["detractors"].sum()), asked)
    return 100.0 * float(np.sqrt((promoters + detractors - (promoters - detractors) ** 2) / max(asked, 1.0)))


def csat(run: Run) -> float:
    """Return the share of satisfaction answers of 4 or 5."""
    return share(ledger_total(run.ledger, "top_two"), ledger_total(run.ledger, "answers"))


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
    return float(run.ledger["liability"][-1].sum()) / len(run.population)


def income_spread(run: Run) -> float:
    """Return how unequal customers are in what they bring: standard deviation over mean."""
    income = run.population["profit"]
    return share(float(income.std()), float(income.mean()))


def _per(part: str, whole: str) -> Callable[[Run], float]:
    return lambda run: share(ledger_total(run.ledger, part), ledger_total(run.ledger, whole))


def _per_customer(name: str) -> Callable[[Run], float]:
    return lambda run: ledger_total(run.ledger, name) / len(run.population)


def profit(run: Run) -> float:
    """Return margin less cost per starting customer, less what it cost to win them."""
    earned = ledger_total(run.ledger, "margin") - ledger_total(run.ledger, "cost")
    return earned / len(run.population) - run.scenario.economics.acquisition_cost


def clv(run: Run) -> float:
    """Return discounted margin less cost per starting customer over the horizon, less acquisition.

    What is owed for points at the end is charged; what customers bring later is not counted.
    """
    years = run.scenario.time.ticks * run.scenario.time.tick_days / DAYS_PER_YEAR
    owed = liability(run) * (1.0 + run.scenario.economics.discount_rate) ** -years
    earned = ledger_total(run.ledger, "value") / len(run.population)
    return float(earned - owed - run.scenario.economics.acquisition_cost)


def customer_equity(run: Run) -> float:
    """Return the lifetime value of all customers together, over the horizon."""
    return clv(run) * len(run.population)


def reach(run: Run) -> float:
    """Return the share of customers who ever met a lever."""
    return float((run.population["exposed"] != 0).mean())


def reach_of(lever: str) -> Callable[[Run], float]:
    """Return the measure of the share of customers who ever met this lever."""
    bit = LEVER_BIT[lever]
    return lambda run: float(((run.population["exposed"] & bit) != 0).mean())


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("retention_rate", "share", "under contract at the end, or bought within the activity window before it / customers at the start", retention_rate),
        Metric("survival_rate", "share", "not dropped out at the end (latent truth) / customers at the start", survival_rate),
        Metric("churn_rate", "per year", "customers lost / years of active customers", churn_rate),
        Metric("repeat_purchase_rate", "share", "customers with at least one order in the horizon / customers at the start", repeat_purchase_rate),
        Metric("nps", "points", "100 × (answers 9 or 10 − answers 0 to 6) / answers, waves of the last year", nps),
        Metric("nps_standard_error", "points", "100 √((p + d − (p − d)²) / answers), waves of the last year", nps_standard_error),
        Metric("csat", "share", "satisfaction answers 4 or 5 / satisfaction answers", csat),
        Metric("promise_keep_rate", "share", "promises kept / promises kept or broken, quoted times included", promise_keep_rate),
        Metric("complaint_rate", "share", "complaints / orders", _per("complaints", "orders")),
        Metric("voice_rate", "share", "complaints / grievances", _per("complaints", "grievances")),
        Metric("response_time", "hours", "hours to an answer / answers, repeated contacts included", _per("response_hours", "responses")),
        Metric("first_contact_resolution", "share", "cases solved by the first answer / cases judged", _per("resolved_first", "cases")),
        Metric("repeat_contact_rate", "share", "answers that had to be asked for again / answers", _per("reopened", "responses")),
        Metric("case_satisfaction", "share", "cases after which satisfaction is above the level of a grievance / cases judged", _per("satisfied", "cases")),
        *(Metric(f"keep_rate.{attribute}", "share", f"promises about {attribute} kept / kept or broken", _keep_rate(attribute)) for attribute in ATTRIBUTES),
        Metric("liability", "currency per customer", "points held at the end, at the value of their rewards, less breakage / customers at the start", liability),
        Metric("breakage", "share", "points expired / points earned", _per("points_expired", "points_earned")),
        Metric("income_spread", "ratio", "standard deviation of a customer's margin less cost / its mean", income_spread),
        Metric("orders", "per customer", "orders / customers at the start", _per_customer("orders")),
        Metric("revenue", "currency per customer", "revenue over the horizon / customers at the start", _per_customer("revenue")),
        Metric("cost", "currency per customer", "handling, compensation, payouts, programme, training and watch over promises / customers at the start", _per_customer("cost")),
        Metric("profit", "currency per customer", "(margin − cost) / customers at the start − acquisition cost", profit),
        Metric("clv", "currency per customer", "discounted (margin − cost) over the horizon less the liability of points at its end / customers at the start − acquisition cost", clv),
        Metric("customer_equity", "currency", "clv × customers at the start", customer_equity),
        Metric("roi", "ratio", "gain of customer equity over the baseline / extra discounted cost over the baseline; empty where nothing extra is spent", None),
        Metric("reach", "share", "customers who ever met a lever / customers at the start", reach),
    )
}  # fmt: skip


def measure(run: Run, levers: tuple[str, ...] = ()) -> dict[str, float]:
    """Return every metric of a run, and the reach of the levers named."""
    values = {name: metric.measure(run) for name, metric in METRICS.items() if metric.measure is not None}
    values |= {f"reach.{lever}": reach_of(lever)(run) for lever in levers}
    values["discounted_cost"] = ledger_total(run.ledger, "discounted_cost")
    return values
