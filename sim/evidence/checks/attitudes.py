"""C25, C29 and C35: what customers feel, and what they do then."""

import math
from typing import Any, cast

import numpy as np

from sim.behaviour.churn import hazard_ratio, order_pace
from sim.behaviour.disconfirmation import order_satisfaction
from sim.behaviour.memory import remember
from sim.engine.population import create_population
from sim.engine.records import as_object, ledger_total
from sim.evidence.check import Check, Control, Target
from sim.evidence.checks.questionnaire import asked
from sim.evidence.trial import ALONE, Floats, Trial, Values, baseline, run, served, world_numbers
from sim.study.questionnaire import usual_policy
from sim.world.library import load_preset
from sim.world.policy import timeline
from sim.world.scenario import Scenario

BEHAVIOUR = "log-odds of staying for a year by satisfaction: coefficient of its square"
INTENT = "intention to recommend by satisfaction: coefficient of its square, points"
TOP_BOX = "odds of staying for a year, highest answer over second highest"


def logistic_fit(outcome: Floats, columns: Floats, steps: int = 25) -> Floats:
    """Return the coefficients of a logistic regression (Newton's method).

    Parameters
    ----------
    outcome
        1 or 0 for each row.
    columns
        One column a cause, a column of ones among them.
    steps
        Of Newton's method.
    """
    found = np.zeros(columns.shape[1])
    for _ in range(steps):
        fitted = 1.0 / (1.0 + np.exp(-columns @ found))
        curvature = columns.T @ (columns * (fitted * (1.0 - fitted))[:, None])
        found = found + np.linalg.solve(curvature, columns.T @ (outcome - fitted))
    return found


def square_columns(values: Floats) -> Floats:
    """Return columns 1, x and x^2 of values counted from their mean."""
    centred = values - np.mean(values)
    return np.column_stack([np.ones_like(centred), centred, centred * centred])


def boxes(levels: Floats, world: Scenario, luck: np.random.Generator) -> Floats:
    """Return answers of 1 to 5 to levels of satisfaction, by the thresholds and the error of a world."""
    answer = world.behaviour.answer
    said = levels + answer.noise * luck.standard_normal(len(levels))
    limits = (answer.two_stars, answer.three_stars, answer.four_stars, answer.five_stars)
    return np.asarray(1.0 + np.searchsorted(limits, said, side="right"), dtype=np.float64)


def odds_ratio(one: Floats, other: Floats) -> float:
    """Return the odds of the first group over those of the second; half a case is added to each cell."""
    yes, no = one.sum() + 0.5, (1.0 - one).sum() + 0.5
    return float(yes / no / ((other.sum() + 0.5) / ((1.0 - other).sum() + 0.5)))


def curvature(trial: Trial) -> Values:
    """Measure C25: satisfaction now, the intention of now, and staying through the year that follows."""
    now = trial.world("telecom", {**ALONE, "time.horizon": 1.0})
    later = trial.world("telecom", {**ALONE, "time.horizon": 2.0})

    def one(seed: int) -> dict[str, float]:
        wave = asked(now, seed)
        after = served(run(later, seed))
        stays = 1.0 * (after["active"][np.searchsorted(after["id"], wave.id)] != 0)
        columns = square_columns(wave.level)
        intent = np.linalg.lstsq(columns, wave.recommendation, rcond=None)[0]
        said = boxes(wave.level, now, np.random.default_rng((seed, 25)))
        return {
            BEHAVIOUR: float(logistic_fit(stays, columns)[2]),
            INTENT: float(intent[2]),
            TOP_BOX: odds_ratio(stays[said == 5.0], stays[said == 4.0]),
        }

    return trial.each(one)


PROBLEM = "households with at least one problem within a year, share"
NOTHING_GOT = "complaints that bring nothing, share"
CONTENT = "complaints after which the household is satisfied, share"


def household_rage(trial: Trial) -> Values:
    """Measure C29: problems, complaints without an answer, and satisfaction with the handling."""
    preset = load_preset("us_rage").values
    world = trial.world("fashion", {**ALONE, **preset})

    def one(seed: int) -> dict[str, float]:
        result = run(world, seed)
        cases = ledger_total(result.ledger, "cases")
        return {
            PROBLEM: float(np.mean(served(result)["failures"] > 0)),
            NOTHING_GOT: ledger_total(result.ledger, "abandoned") / cases,
            CONTENT: ledger_total(result.ledger, "satisfied") / cases,
        }

    return trial.each(one)


ASYMMETRY = "what worse service adds to the log-hazard of leaving over what better service takes off it"
ORDERS = "what worse service takes off the log-rate of orders over what better service adds to it"
STEP = 0.2
"""How far the quality of one order lies below or above what is expected."""


def good_and_bad(trial: Trial) -> Values:
    """Measure C35: one order as much worse as another is better, on the same customers at rest."""
    scenario = trial.world("courier")
    world, policy = world_numbers(scenario), usual_policy(scenario)
    plan = timeline(scenario.effective(), baseline(scenario))

    def moved(seed: int, step: float) -> Floats:
        rows = []
        for record in create_population(scenario.effective(), plan, seed):
            customer = cast(Any, as_object(record))
            remember(customer, order_of_quality(customer, world.reference_quality + step, world), world)
            leaving, ordering = hazard_ratio(customer, policy, world), order_pace(customer, policy, world)
            rows.append((math.log(leaving), math.log(ordering)))
        return np.asarray(np.mean(rows, axis=0), dtype=np.float64)

    def one(seed: int) -> dict[str, float]:
        worse, same, better = (moved(seed, step) for step in (-STEP, 0.0, STEP))
        ratios = (worse - same) / (same - better)
        return {ASYMMETRY: float(ratios[0]), ORDERS: float(ratios[1])}

    return trial.each(one)


def order_of_quality(customer: Any, quality: float, world: Any) -> float:
    """Return a customer's satisfaction with an order of this quality, all else as usual."""
    usual = (world.reference_speed, quality, world.reference_reliability, world.reference_contact)
    return order_satisfaction(customer, *usual, 0.0, world)


CHECKS = (
    Check(
        name="C25a",
        title="satisfaction: behaviour convex, intention concave",
        label="out of sample",
        source="Mittal and Kamakura 2001 (100 040 buyers of cars); signs of the curvature",
        design="telecom, customers as if alone; satisfaction and the intention to recommend after a year, "
        "and who is still there a year later",
        customers=3000,
        seeds=30,
        targets=(
            Target(BEHAVIOUR, 0.0, math.inf, "above 0 (a sign)"),
            Target(INTENT, -math.inf, 0.0, "below 0 (a sign)"),
        ),
        measure=curvature,
        control=Control(
            "satisfaction that works less the more there is of it already",
            {"behaviour.churn.delight": -8.0, "behaviour.churn.attachment": 0.0},
        ),
        mechanisms=("churn", "attachment"),
    ),
    Check(
        name="C25b",
        title="the highest answer and the second highest: odds of staying",
        label="out of sample",
        source="Jones and Sasser 1995: the totally satisfied six times as likely to buy again; limits 3 to 8",
        design="as C25a, with the answers of 1 to 5 that the scenario's thresholds give",
        customers=3000,
        seeds=30,
        targets=(Target(TOP_BOX, 3.0, 8.0, "6"),),
        measure=curvature,
        control=Control(
            "satisfaction moves nobody to stay",
            {"behaviour.churn.satisfaction": 0.0, "behaviour.churn.delight": 0.0},
        ),
        mechanisms=("churn", "attachment"),
        open_because="With every weight at the upper end of its range the ratio comes to 2. The published "
        "ratio is of one firm's business customers and of intentions as much as of orders; here two answers "
        "next to each other lie .2 apart in satisfaction, and who leaves is mostly a tendency of the person.",
    ),
    Check(
        name="C29",
        title="households with a problem, and what became of their complaints, as set",
        label="fitted",
        source="National Customer Rage Study 2020 (66 % with a problem; 58 % of those who complained got "
        "nothing, 32 % were satisfied) and 2023 (74 %); within 5 points",
        design="fashion under the preset us_rage, which was set to these figures: a customer is a household, "
        "the firm all firms it deals with in a year",
        customers=2000,
        seeds=30,
        targets=(
            Target(PROBLEM, 0.61, 0.79, "66 to 74 %"),
            Target(NOTHING_GOT, 0.53, 0.63, "58 %"),
            Target(CONTENT, 0.27, 0.37, "32 %"),
        ),
        measure=household_rage,
        control=Control(
            "a core service that never fails, complaints that are all answered",
            {"service.core.rate": 0.0, "support.unanswered": 0.0},
            misses=(PROBLEM, NOTHING_GOT, CONTENT),
        ),
        mechanisms=("voice", "recovery", "double_deviation"),
    ),
    Check(
        name="C35",
        title="bad service loses more than good service wins",
        label="self-report",
        source="Zendesk 2013: 52 % say they stopped buying after bad service, 42 % that they bought more "
        "after good; the direction only",
        design="courier, customers at rest; each lives one order whose quality is .2 below or above what "
        "is expected, against one that is as expected; nothing counts as a failure",
        customers=500,
        seeds=30,
        targets=(
            Target(ASYMMETRY, 1.0, math.inf, "above 1 (a sign)"),
            Target(ORDERS, 1.0, math.inf, "above 1 (a sign)"),
        ),
        measure=good_and_bad,
        control=Control(
            "gains weigh three times as much as losses",
            {"customers.loss_aversion": 0.33},
            misses=(ASYMMETRY, ORDERS),
        ),
        quick=True,
        mechanisms=("disconfirmation", "loss_aversion", "churn", "purchase"),
    ),
)
