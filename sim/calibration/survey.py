"""Figures of a survey with their sampling errors: levels, spreads, how answers go together."""

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
    found: list[Statistic] = []
    for name, answers in survey.answers.items():
        found += mean(f"survey.{name}.mean", answers, f"mean answer, {name}, of 0 to 1")
        known = answers[np.isfinite(answers)]
        if len(known) >= FEW:
            spread = float(known.std(ddof=1))
            # The error of a standard deviation by the fourth moment: answers are no normal numbers.
            fourth = float(((known - known.mean()) ** 4).mean())
            error = float(np.sqrt(max(fourth - spread**4, 0.0) / len(known))) / max(2.0 * spread, 1e-9)
            words = f"standard deviation of the answers, {name}"
            found.append(Statistic(f"survey.{name}.spread", spread, error, len(known), words))
    for one, other in combinations(survey.answers, 2):
        both = np.isfinite(survey.answers[one]) & np.isfinite(survey.answers[other])
        first, second = survey.answers[one][both], survey.answers[other][both]
        if both.sum() < FEW or first.std() == 0.0 or second.std() == 0.0:
            continue
        value = float(np.corrcoef(first, second)[0, 1])
        error = (1.0 - value**2) / float(np.sqrt(both.sum()))
        words = f"correlation of {one} and {other}"
        found.append(Statistic(f"survey.correlation.{one}.{other}", value, error, int(both.sum()), words))
    if "recommendation" in survey.answers:
        found += _promoters(survey)
    return tuple(found)


def _promoters(survey: SurveyAnswers) -> list[Statistic]:
    low, high = survey.scales["recommendation"]
    answers = survey.answers["recommendation"] * (high - low) + low
    if high != 10.0:  # the question as it is usually put: other scales are stretched to it
        answers = np.round(survey.answers["recommendation"] * 10.0)
    known = np.isfinite(answers)
    loud = np.where(known, (answers >= 9.0).astype(float) - (answers <= 6.0).astype(float), np.nan)
    found = [
        Statistic(item.name, 100.0 * item.value, 100.0 * item.error, item.count, item.meaning, "points")
        for item in mean("survey.nps", loud, "net promoter score")
    ]
    if "satisfaction" in survey.answers:
        promoters = np.where(known, (answers >= 9.0).astype(float), np.nan)
        for number, (least, most) in enumerate(BANDS, 1):
            satisfaction = survey.answers["satisfaction"]
            inside = (satisfaction >= least) & (satisfaction < most)
            words = f"promoters where satisfaction is in band {number} of {len(BANDS)}"
            found += share(f"survey.promoters.{number}", promoters[inside], words)
    return found
