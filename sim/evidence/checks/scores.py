"""C26 to C28: the scores that firms make of answers."""

import math
from typing import cast

import numpy as np

from sim.behaviour.events import SURVEY_RECOMMENDATION, SURVEY_SATISFACTION
from sim.engine.records import Records
from sim.engine.simulation import Run
from sim.evidence.check import Check, Control, Target
from sim.evidence.checks.questionnaire import DETRACTOR, PROMOTER, asked, hundred
from sim.evidence.trial import ALONE, Floats, Trial, Values, run
from sim.study.metrics import nps, nps_standard_error
from sim.world.scenario import DAYS_PER_YEAR

SCENARIOS = ("courier", "fashion", "marketplace", "telecom")
UNTOUCHED = ("fashion", "marketplace", "telecom")
BY_THEMSELVES = {**ALONE, "survey.recommendation_share": 1.0}


def given(result: Run, question: int, after: float = -1.0) -> Floats:
    """Return the logged answers to a question, an event's code, later than an hour."""
    log = cast(Records, result.log)
    return np.asarray(log["value"][(log["event"] == question) & (log["hour"] > after)], dtype=np.float64)


def index_in(name: str) -> str:
    """Return the name of the target for a scenario's index of satisfaction."""
    return f"{name}: index of satisfaction, 0 to 100"


def indices(trial: Trial, names: tuple[str, ...]) -> Values:
    """Return the index of satisfaction in some scenarios, by the names of their targets."""
    worlds = {name: trial.world(name, ALONE) for name in names}
    return trial.each(
        lambda seed: {
            index_in(name): hundred(asked(world, seed).satisfaction) for name, world in worlds.items()
        }
    )


def satisfaction_index(trial: Trial) -> Values:
    """Measure C26a: the index of satisfaction of the scenarios that were not set to it."""
    return indices(trial, UNTOUCHED)


def courier_index(trial: Trial) -> Values:
    """Measure C26b: the index of satisfaction of the courier service."""
    return indices(trial, ("courier",))


def skewed(name: str) -> str:
    """Return the name of the target for the skewness of a scenario's answers."""
    return f"{name}: skewness of the satisfaction answers"


def satisfied(name: str) -> str:
    """Return the name of the target for a scenario's satisfied answers."""
    return f"{name}: share of answers 4 and 5"


def skewness(values: Floats) -> float:
    """Return the third standardised moment; 0 where values do not differ."""
    spread = float(np.std(values))
    return float(np.mean(((values - np.mean(values)) / spread) ** 3)) if spread > 0.0 else 0.0


ASKED_SCENARIOS = ("courier", "fashion", "telecom")
"""Scenarios with enough orders for a distribution of answers."""


def answer_distribution(trial: Trial) -> Values:
    """Measure C27: the distribution of the answers that customers give after an order."""
    worlds = {name: trial.world(name, ALONE) for name in ASKED_SCENARIOS}

    def one(seed: int) -> dict[str, float]:
        found = {}
        for name, world in worlds.items():
            stars = given(run(world, seed, watch="all"), SURVEY_SATISFACTION)
            found[skewed(name)] = skewness(stars)
            found[satisfied(name)] = float(np.mean(stars >= 4.0))
        return found

    return trial.each(one)


IDENTITY = "score of the metric less promoters + detractors counted from the answers, points"
ERROR = "standard error of the metric over the spread of scores of resampled answers"
SEVEN_COUNTS_AGAINST = 7.0
RESAMPLES = 4000


def score_identity(trial: Trial) -> Values:
    """Measure C28a: the metric against the answers themselves, and its error against resampling."""
    return _score_identity(trial, DETRACTOR)


def score_with_sevens(trial: Trial) -> Values:
    """Measure C28a wrongly: an answer of 7 counts as a detractor."""
    return _score_identity(trial, SEVEN_COUNTS_AGAINST)


def _score_identity(trial: Trial, detractor: float) -> Values:
    world = trial.world("fashion", BY_THEMSELVES)
    hours = 24.0 * world.time.tick_days
    first = hours * (world.time.ticks - round(DAYS_PER_YEAR / world.time.tick_days))

    def one(seed: int) -> dict[str, float]:
        result = run(world, seed, watch="all")
        points = given(result, SURVEY_RECOMMENDATION, first)
        promoters, detractors = np.mean(points >= PROMOTER), np.mean(points <= detractor)
        luck = np.random.default_rng((seed, 28))
        passive = 1.0 - promoters - detractors
        drawn = luck.multinomial(len(points), [promoters, detractors, passive], RESAMPLES)
        spread = float(np.std(100.0 * (drawn[:, 0] - drawn[:, 1]) / len(points)))
        return {
            IDENTITY: nps(result) - 100.0 * float(promoters - detractors),
            ERROR: nps_standard_error(result) / spread,
        }

    return trial.each(one)


def score_in(name: str) -> str:
    """Return the name of the target for a scenario's net promoter score."""
    return f"{name}: net promoter score, points"


def net_promoter_scores(trial: Trial) -> Values:
    """Measure C28b: the score of every shipped scenario."""
    worlds = {name: trial.world(name, ALONE) for name in SCENARIOS}
    return trial.each(lambda seed: {score_in(name): nps(run(world, seed)) for name, world in worlds.items()})


INDEX = (
    "American Customer Satisfaction Index: 65 (internet providers) to 81 (internet retail) in 2019, 77.8 at "
    "its national record in 2023"
)

CHECKS = (
    Check(
        name="C26a",
        title="index of satisfaction of the shipped scenarios",
        label="out of sample",
        source=f"{INDEX}; limits 65 to 82",
        design="fashion, marketplace and telecom, customers as if alone; at the end all answer three "
        "questions of 1 to 10",
        customers=800,
        seeds=30,
        targets=tuple(Target(index_in(name), 65.0, 82.0, "65 to 81") for name in UNTOUCHED),
        measure=satisfaction_index,
        control=Control(
            "a core service of a third of the quality",
            {"service.quality.mean": 0.25},
            misses=(index_in("fashion"), index_in("telecom")),
        ),
        mechanisms=("disconfirmation", "memory"),
    ),
    Check(
        name="C26b",
        title="index of satisfaction of the courier service, as set",
        label="fitted",
        source=f"{INDEX}; limits 65 to 82; the quality of the scenario was raised from .70 to .73 for it, "
        "as the index was 64.5",
        design="as C26a, courier",
        customers=800,
        seeds=30,
        targets=(Target(index_in("courier"), 65.0, 82.0, "65 to 81"),),
        measure=courier_index,
        control=Control("a core service of a third of the quality", {"service.quality.mean": 0.25}),
        mechanisms=("disconfirmation", "memory"),
    ),
    Check(
        name="C27",
        title="satisfaction answers: skewed to the satisfied",
        label="recalled",
        source="Peterson and Wilson 1992, recalled; 86 % of rated tickets were good at a vendor of help "
        "desks (Zendesk 2013), a figure of tickets, not of orders",
        design="courier, fashion and telecom, customers as if alone; answers to the question after an order",
        customers=300,
        seeds=30,
        targets=(
            *(Target(skewed(name), -math.inf, 0.0, "negative") for name in ASKED_SCENARIOS),
            *(Target(satisfied(name), 0.65, 0.90, "65 to 90 %") for name in ASKED_SCENARIOS),
        ),
        measure=answer_distribution,
        control=Control(
            "a core service of a third of the quality",
            {"service.quality.mean": 0.25},
            misses=tuple(satisfied(name) for name in ASKED_SCENARIOS),
        ),
        mechanisms=("disconfirmation", "nonresponse"),
    ),
    Check(
        name="C28a",
        title="net promoter score: promoters less detractors, and its standard error",
        label="identity",
        source="the definition, and the variance of a difference of two shares of a multinomial sample",
        design="fashion, customers as if alone; the metric against a count of the logged answers of the last "
        "year, its standard error against the spread of 4 000 scores of resampled answers",
        customers=400,
        seeds=30,
        targets=(
            Target(IDENTITY, -1e-9, 1e-9, "0"),
            Target(ERROR, 0.98, 1.02, "1"),
        ),
        measure=score_identity,
        control=Control("an answer of 7 counted as a detractor", measure=score_with_sevens),
        quick=True,
    ),
    Check(
        name="C28b",
        title="net promoter scores of the shipped scenarios",
        label="recalled",
        source="typical scores by industry, recalled: 0 to 60, mean about 30 to 40",
        design="every shipped scenario, customers as if alone; answers of the last year",
        customers=800,
        seeds=30,
        targets=tuple(Target(score_in(name), 0.0, 60.0, "0 to 60") for name in SCENARIOS),
        measure=net_promoter_scores,
        control=Control(
            "a core service of a third of the quality",
            {"service.quality.mean": 0.25},
            misses=(score_in("courier"), score_in("fashion"), score_in("telecom")),
        ),
    ),
)
