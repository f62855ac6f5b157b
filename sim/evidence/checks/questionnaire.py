"""The questionnaire put to the worlds of checks, and scores and coefficients made of its answers."""

import numpy as np

from sim.evidence.trial import Floats, run
from sim.study.questionnaire import HIGHEST, LOWEST, Wave, answers
from sim.world.scenario import Scenario

PROMOTER, DETRACTOR = 9.0, 6.0


def asked(scenario: Scenario, seed: int) -> Wave:
    """Run a world and put the questionnaire to those customers at the start who are still there."""
    return answers(run(scenario, seed))


def hundred(scores: Floats) -> float:
    """Return answers from 1 to 10 as an index from 0 to 100 (as the American index does)."""
    return float(100.0 * (np.mean(scores) - LOWEST) / (HIGHEST - LOWEST))


def net_promoters(scores: Floats) -> float:
    """Return the net promoter score of answers, in points."""
    return float(100.0 * (np.mean(scores >= PROMOTER) - np.mean(scores <= DETRACTOR)))


def standardised(values: Floats) -> Floats:
    """Return values less their mean, over their standard deviation; zeros where they do not differ."""
    spread = float(np.std(values))
    return (values - np.mean(values)) / spread if spread > 0.0 else np.zeros_like(values)


def coefficients(outcome: Floats, causes: dict[str, Floats]) -> dict[str, float]:
    """Return the coefficients of a least-squares regression of standardised values, by cause."""
    columns = np.column_stack([standardised(cause) for cause in causes.values()])
    slopes = np.linalg.lstsq(columns, standardised(outcome), rcond=None)[0]
    return {name: float(slope) for name, slope in zip(causes, slopes, strict=True)}
