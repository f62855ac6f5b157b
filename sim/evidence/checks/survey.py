"""C40: how the answers of a survey hang together, in the simulation and among 250 real customers.

The real survey is of one wave, so that it says how people differ and nothing of how they change. What
the scenario `telecom` took from it - how a recommendation follows from satisfaction, how far customers
differ in satisfaction - is checked as a fit; what it did not take is checked out of sample.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.evidence.calibrated import fitted_values
from sim.evidence.check import Check, Control, Target
from sim.evidence.checks.questionnaire import asked, coefficients, net_promoters
from sim.evidence.trial import ALONE, Floats, Trial, Values
from sim.study.questionnaire import Wave
from sim.world.library import read_yaml, shipped

ECSI: Any = read_yaml(shipped("scenarios") / "aggregates" / "ecsi_mobile.yaml")
BAND = 2.0
"""Standard errors of the real figure within which the simulated one has to lie."""
CLASSES = tuple(ECSI["promoters_by_satisfaction"])
SOURCE = "ECSI mobile survey, 250 customers (Tenenhaus, Esposito Vinzi, Chatelin and Lauro 2005)"
DESIGN = (
    "telecom, customers as if alone; after three years all who are left answer a questionnaire, and "
    "their standardised answers are regressed as the real ones were"
)
NPS = "net promoter score, points"
FIRST = "recommendation follows satisfaction more than staying does, difference of coefficients"
MOST = "staying follows satisfaction more than trust or handling, smaller difference"


def tie(outcome: str, cause: str) -> str:
    """Return the name of the target for a coefficient."""
    return f"{outcome} by {cause}, standardised coefficient"


def promoters(name: str) -> str:
    """Return the name of the target for the promoters in a class of satisfaction."""
    return f"promoters where satisfaction is {name}, counted from the mean of the survey"


def band(outcome: str, cause: str) -> Target:
    """Return the target for a coefficient: within two standard errors of the real one."""
    real = ECSI["coefficients"][outcome][cause]
    half = BAND * real["standard_error"]
    return Target(tie(outcome, cause), real["value"] - half, real["value"] + half, f"{real['value']:.2f}")


def share_band(name: str) -> Target:
    """Return the target for the share of promoters in a class: within two standard errors."""
    real = ECSI["promoters_by_satisfaction"][name]
    share = real["share"]
    half = BAND * math.sqrt(share * (1.0 - share) / real["customers"])
    return Target(promoters(name), share - half, share + half, f"{share:.2f}")


def ties(wave: Wave) -> dict[str, float]:
    """Return all coefficients of a wave by the names of their targets."""
    found: dict[str, float] = {}
    for outcome, causes in ECSI["coefficients"].items():
        slopes = coefficients(getattr(wave, outcome), {cause: getattr(wave, cause) for cause in causes})
        found |= {tie(outcome, cause): slope for cause, slope in slopes.items()}
    return found


def promoters_by_class(satisfaction: Floats, recommendation: Floats) -> dict[str, float]:
    """Return the share of promoters by class of satisfaction, NaN in an empty class.

    Firms differ in how satisfied their customers are; the classes keep their distance from the mean.
    """
    shift = float(np.mean(satisfaction)) - ECSI["mean"]["satisfaction"]
    found = {}
    for name in CLASSES:
        low, high = (float(limit) + shift for limit in name.split(" to "))
        inside = (satisfaction > low) & (satisfaction <= high if name != CLASSES[-1] else True)
        share = float(np.mean(recommendation[inside] >= 9.0)) if inside.any() else math.nan
        found[promoters(name)] = share
    return found


def survey_structure(trial: Trial) -> Values:
    """Measure C40: the structure of a survey of one wave."""
    return structure_of(trial, {})


def calibrated_structure(trial: Trial) -> Values:
    """Measure C40 in the world that the way from data to a scenario makes of the same figures."""
    return structure_of(trial, fitted_values("telecom"))


def structure_of(trial: Trial, changes: Mapping[str, float]) -> Values:
    """Measure C40 with some values changed."""
    world = trial.world("telecom", {**changes, **ALONE})

    def one(seed: int) -> dict[str, float]:
        wave = asked(world, seed)
        found = ties(wave)
        by_satisfaction = found[tie("staying", "satisfaction")]
        others = max(found[tie("staying", "trust")], found[tie("staying", "handling")])
        return (
            found
            | promoters_by_class(wave.satisfaction, wave.recommendation)
            | {
                NPS: net_promoters(wave.recommendation),
                FIRST: found[tie("recommendation", "satisfaction")] - by_satisfaction,
                MOST: by_satisfaction - others,
            }
        )

    return trial.each(one)


_SCORE = ECSI["net_promoter_score"]
_HALF = BAND * _SCORE["standard_error"]

CHECKS = (
    Check(
        name="C40a",
        title="recommendation and satisfaction in a survey, as fitted",
        label="fitted",
        source=f"{SOURCE}; limits: two standard errors of the real figure",
        design=DESIGN,
        customers=2000,
        seeds=30,
        targets=(
            band("recommendation", "satisfaction"),
            band("recommendation", "trust"),
            Target(NPS, _SCORE["value"] - _HALF, _SCORE["value"] + _HALF, "14"),
            *(share_band(name) for name in CLASSES),
        ),
        measure=survey_structure,
        control=Control(
            "customers who do not differ in how contented they are", {"customers.satisfaction_spread": 0.0}
        ),
        mechanisms=("memory", "peak_and_end"),
    ),
    Check(
        name="C40b",
        title="recommending and staying in a survey: signs, order, and what adds nothing",
        label="out of sample",
        source=f"{SOURCE}; signs, order, and two standard errors around the coefficients that are 0",
        design=DESIGN,
        customers=2000,
        seeds=30,
        targets=(
            Target(MOST, 0.0, math.inf, "above 0 (a sign)"),
            Target(FIRST, 0.0, math.inf, "above 0 (a sign)"),
            band("staying", "trust"),
            band("staying", "handling"),
        ),
        measure=survey_structure,
        control=Control("the satisfied leave sooner", {"behaviour.churn.satisfaction": -3.0}, misses=(MOST,)),
        mechanisms=("memory", "churn"),
    ),
    Check(
        name="C40c",
        title="staying, trust and the handling of complaints in a survey: sizes",
        label="out of sample",
        source=f"{SOURCE}; limits: two standard errors of the real figure",
        design=DESIGN,
        customers=2000,
        seeds=30,
        targets=(
            band("staying", "satisfaction"),
            band("recommendation", "handling"),
            band("trust", "satisfaction"),
            band("trust", "handling"),
        ),
        measure=survey_structure,
        control=Control(
            "customers who do not differ in how contented they are", {"customers.satisfaction_spread": 0.0}
        ),
        mechanisms=("memory", "trust", "recovery", "churn"),
        open_because="In the model only promises move trust, so that neither the contented nor those whose "
        "complaint went well trust more; and the chance of staying is mostly a tendency of the person that "
        "the published series of renewals needs and that satisfaction does not move, where the survey asks "
        "for an intention, which the model does not have.",
    ),
    Check(
        name="C40d",
        title="recommendation in a scenario that was calibrated on the survey",
        label="fitted",
        source=f"{SOURCE}; limits: two standard errors of the real figure. Level and spread of satisfaction, "
        "the error of an answer and how a recommendation follows are fitted by simulation, as tenure "
        "calibrate does, to means, spreads and correlations; promoters are not fitted to",
        design=f"{DESIGN}; with the medians of the posterior",
        customers=2000,
        seeds=30,
        targets=(
            band("recommendation", "satisfaction"),
            Target(NPS, _SCORE["value"] - _HALF, _SCORE["value"] + _HALF, "14"),
            *(share_band(name) for name in CLASSES),
        ),
        measure=calibrated_structure,
        control=Control(
            "customers who do not differ in how contented they are", {"customers.satisfaction_spread": 0.0}
        ),
        mechanisms=("memory", "peak_and_end"),
        open_because="Promoters by satisfaction are not fitted to. Where mean, spread and correlation are "
        "those of the survey, the simulated ones rise less steeply: answers of the model follow satisfaction "
        "in a straight line and scatter evenly, so that too many of the little satisfied are promoters.",
    ),
)
