"""Figures of a survey with their sampling errors: levels, spreads, how answers go together."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sim.calibration.order_statistics import FEW, mean, share
from sim.calibration.posterior import Statistic
from sim.calibration.records.survey import SurveyAnswers

Floats = NDArray[np.float64]
BANDS = ((0.0, 4.5 / 9.0), (4.5 / 9.0, 5.5 / 9.0), (5.5 / 9.0, 6.5 / 9.0), (6.5 / 9.0, 7.5 / 9.0),
         (7.5 / 9.0, 8.5 / 9.0), (8.5 / 9.0, 1.01))  # fmt: skip
"""Bands of satisfaction, of 0 to 1, in which promoters are counted."""


def survey_statistics(survey: SurveyAnswers) -> tuple[Statistic, ...]:
    """Return means, spreads and correlations of answers, net promoter score, promoters by satisfaction."""
    return survey_figures(survey.answers, survey.scales, items_of(survey))


def items_of(survey: SurveyAnswers) -> dict[str, list[Floats]]:
    """Return the answers to each wording of each question, of 0 to 1."""
    found: dict[str, list[Floats]] = {}
    for key, column in survey.table.data.items():
        name = key.partition(" ")[0]
        if name in survey.scales:
            low, high = survey.scales[name]
            found.setdefault(name, []).append((column - low) / (high - low))
    return found


def survey_figures(
    answers: Mapping[str, Floats],
    scales: Mapping[str, tuple[float, float]],
    items: Mapping[str, Sequence[Floats]],
) -> tuple[Statistic, ...]:
    """Return the figures of answers, of customers or of the simulator.

    Parameters
    ----------
    answers
        By question, a value of 0 to 1 per respondent.
    scales
        By question, the lowest and the highest answer.
    items
        By question, the answers to each of its wordings, of 0 to 1.
    """
    found: list[Statistic] = []
    for name, given in answers.items():
        found += mean(f"survey.{name}.mean", given, f"mean answer, {name}, of 0 to 1")
        known = given[np.isfinite(given)]
        if len(known) >= FEW:
            spread = float(known.std(ddof=1))
            # The error of a standard deviation by the fourth moment: answers are no normal numbers.
            fourth = float(((known - known.mean()) ** 4).mean())
            error = float(np.sqrt(max(fourth - spread**4, 0.0) / len(known))) / max(2.0 * spread, 1e-9)
            words = f"standard deviation of the answers, {name}"
            found.append(Statistic(f"survey.{name}.spread", spread, error, len(known), words))
        found += _reliability(name, items.get(name, ()))
    for one, other in combinations(answers, 2):
        words = f"correlation of {one} and {other}"
        found += _correlation(f"survey.correlation.{one}.{other}", answers[one], answers[other], words)
    if "recommendation" in answers:
        found += _promoters(answers, scales)
    return tuple(found)


def _correlation(name: str, one: Floats, other: Floats, meaning: str) -> list[Statistic]:
    both = np.isfinite(one) & np.isfinite(other)
    first, second = one[both], other[both]
    if both.sum() < FEW or first.std() == 0.0 or second.std() == 0.0:
        return []
    value = float(np.corrcoef(first, second)[0, 1])
    error = (1.0 - value**2) / float(np.sqrt(both.sum()))
    return [Statistic(name, value, error, int(both.sum()), meaning)]


def _reliability(name: str, items: Sequence[Floats]) -> list[Statistic]:
    """Return the mean correlation of the wordings of a question: it tells the error of an answer."""
    pairs = [
        item
        for one, other in combinations(items, 2)
        for item in _correlation("", one, other, f"mean correlation of the wordings of {name}")
    ]
    if not pairs:
        return []
    value = float(np.mean([item.value for item in pairs]))
    error = float(np.mean([item.error for item in pairs]))  # pairs share their items: not by their number
    return [Statistic(f"survey.{name}.reliability", value, error, pairs[0].count, pairs[0].meaning)]


def _promoters(answers: Mapping[str, Floats], scales: Mapping[str, tuple[float, float]]) -> list[Statistic]:
    low, high = scales["recommendation"]
    points = np.round(answers["recommendation"] * (high - low) + low)
    if high != 10.0:  # the question as it is usually put: other scales are stretched to it
        points = np.round(answers["recommendation"] * 10.0)
    known = np.isfinite(points)
    loud = np.where(known, (points >= 9.0).astype(float) - (points <= 6.0).astype(float), np.nan)
    found = [
        Statistic(item.name, 100.0 * item.value, 100.0 * item.error, item.count, item.meaning, "points")
        for item in mean("survey.nps", loud, "net promoter score")
    ]
    if "satisfaction" in answers:
        promoters = np.where(known, (points >= 9.0).astype(float), np.nan)
        for number, (least, most) in enumerate(BANDS, 1):
            satisfaction = answers["satisfaction"]
            inside = (satisfaction >= least) & (satisfaction < most)
            words = f"promoters where satisfaction is in band {number} of {len(BANDS)}"
            found += share(f"survey.promoters.{number}", promoters[inside], words)
    return found
