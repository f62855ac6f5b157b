"""Scenarios calibrated on shipped aggregates, as `tenure calibrate` would on the records behind them.

A check that uses one says how well the way from data to a scenario works, not what the model foretells: the
figures are those that were fitted to.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.fitting.fit import Asked, fit_by_simulation
from sim.calibration.fitting.measures import SurveyForm
from sim.calibration.order_statistics import late_and_voice
from sim.calibration.posterior import Finding, Posterior, Statistic, joined
from sim.study.resting import calibrate_reference
from sim.world.library import load_scenario, read_yaml, shipped

Floats = NDArray[np.float64]
DRAWS, SEED = 400, 1
RESTING, CYCLES, RESTED = 4000, 3, (101, 102)
"""Customers, cycles and seeds by which it is found where a calibrated world rests."""
LATE_BUCKETS = {"1 to 3 days late": 1.0, "4 to 7 days late": 4.0, "8 to 14 days late": 8.0}
"""Days late of the orders of a bucket; what is not among them and late is later."""
LATEST, STARS = 15.0, ("one", "two", "three", "four", "five")
COMPLAINING = (1, 2, 3)
"""Stars with which a comment counts as a complaint, as in the scenario `marketplace`."""


def aggregates(name: str) -> Mapping[str, Any]:
    """Return shipped aggregates."""
    found: Mapping[str, Any] = read_yaml(shipped("scenarios") / "aggregates" / f"{name}.yaml")
    return found


def scores_by_lateness() -> tuple[Floats, Floats]:
    """Return days late and score of as many orders as the aggregates are of, the same numbers in each."""
    late, score = [], []
    for name, part in aggregates("olist")["score_by_lateness"].items():
        days = LATE_BUCKETS.get(name, LATEST if name.endswith("late or more") else 0.0)
        for stars, word in enumerate(STARS, 1):
            number = round(part["orders"] * part[f"{word}_star{'s' if stars > 1 else ''}"])
            late += [days] * number
            score += [float(stars)] * number
    return np.array(late), np.array(score)


def marketplace_figures() -> tuple[Finding, Asked]:
    """Return figures of scores by lateness and comments by score, and what lies behind them."""
    late, score = scores_by_lateness()
    figures = late_and_voice(late, score, None)
    for stars in COMPLAINING:
        share, count = aggregates("olist")["comment_share_by_score"][stars], int((score == stars).sum())
        error = math.sqrt(share * (1.0 - share) / count)
        words = f"orders with a complaint, {stars} stars"
        figures.append(Statistic(f"orders.score.{stars}.complaint", share, error, count, words, "share"))
    return Finding(statistics=tuple(figures)), Asked(scores=(late, score, None))


def survey_figures_of_mobile() -> tuple[Finding, Asked]:
    """Return the figures of the survey of mobile phone customers that are fitted, and how it was asked."""
    found = aggregates("ecsi_mobile")
    count, scale = found["sample"]["customers"], (1.0, 10.0)
    figures = []
    for name in ("satisfaction", "recommendation"):
        level = (found["mean"][name] - 1.0) / 9.0
        spread = found["standard_deviation"][name] / 9.0
        figures.append(
            Statistic(f"survey.{name}.mean", level, spread / math.sqrt(count), count, f"mean answer, {name}")
        )
        error = spread / math.sqrt(2.0 * count)
        figures.append(Statistic(f"survey.{name}.spread", spread, error, count, f"spread, {name}"))
    for name, value in (
        ("satisfaction.reliability", found["mean_correlation_of_satisfaction_items"]),
        ("correlation.satisfaction.recommendation", found["correlation"]["satisfaction_recommendation"]),
    ):
        error = (1.0 - value**2) / math.sqrt(count)
        figures.append(Statistic(f"survey.{name}", value, error, count, name))
    form = SurveyForm({"satisfaction": scale, "recommendation": scale}, {"satisfaction": 3})
    return Finding(statistics=tuple(figures)), Asked(form=form)


FIGURES = {"marketplace": marketplace_figures, "telecom": survey_figures_of_mobile}


@cache
def calibrated(name: str) -> Posterior:
    """Return the posterior of a shipped scenario's parameters on the aggregates that belong to it."""
    finding, asked = FIGURES[name]()
    fit = fit_by_simulation(load_scenario(name), [finding], asked, DRAWS, SEED)
    return joined([finding, fit])


@cache
def fitted_values(name: str) -> Mapping[str, float]:
    """Return the medians of that posterior and the states in which the baseline rests with them, by path."""
    posterior = calibrated(name)
    values = {path: posterior.median(path) for path in posterior.draws}
    rest = calibrate_reference(load_scenario(name).replace(values), RESTING, CYCLES, RESTED)
    return values | {f"reference.{state}": value for state, value in vars(rest).items()}
