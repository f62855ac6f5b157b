"""C26 to C28: scores made of answers."""

import numpy as np
import pytest

from sim.behaviour.events import SURVEY_SATISFACTION
from sim.evidence.check import read, run_check
from sim.evidence.checks.scores import (
    ASKED_SCENARIOS,
    CHECKS,
    SCENARIOS,
    answer_distribution,
    courier_index,
    given,
    index_in,
    satisfaction_index,
    satisfied,
    skewed,
    skewness,
)
from sim.evidence.trial import ALONE, run, trial_for, with_planted
from sim.study.metrics import METRICS
from sim.world.library import load_scenario


def named(name):
    return next(check for check in CHECKS if check.name == name)


def test_skewness_at_hand_computed_points():
    assert skewness(np.array([1.0, 2.0, 3.0])) == pytest.approx(0.0)
    # mean 4, deviations -3, 1, 1, 1: third moment -24/4 = -6, variance 3
    assert skewness(np.array([1.0, 5.0, 5.0, 5.0])) == pytest.approx(-6.0 / 3.0**1.5)
    assert skewness(np.array([4.0, 4.0])) == 0.0


def test_logged_answers_are_those_that_the_ledger_counts():
    world = load_scenario("courier").replace({**ALONE, "customers.count": 100, "time.horizon": 0.5})
    result = run(world, 2, watch="all")
    stars = given(result, SURVEY_SATISFACTION)
    assert len(stars) == result.ledger["answers"].sum()
    assert np.mean(stars >= 4.0) == pytest.approx(METRICS["csat"].measure(result))
    assert len(given(result, SURVEY_SATISFACTION, 24.0 * 90.0)) < len(stars)


def test_recalled_figures_are_called_recalled():
    assert {check.name: check.label for check in CHECKS} == {
        "C26a": "out of sample",
        "C26b": "fitted",
        "C27": "recalled",
        "C28a": "identity",
        "C28b": "recalled",
    }


def test_every_shipped_scenario_has_an_index_and_a_poor_service_has_another():
    trial = trial_for("C26-small", 200, 2)
    found = {**satisfaction_index(trial), **courier_index(trial)}
    assert set(found) == {index_in(name) for name in SCENARIOS}
    assert all(60.0 < values.mean() < 85.0 for values in found.values())
    poor = satisfaction_index(with_planted(trial, named("C26a").control.planted))
    assert poor[index_in("fashion")].mean() < 65.0


def test_answers_are_skewed_to_the_satisfied_and_fewer_under_a_poor_service():
    trial = trial_for("C27-small", 100, 2)
    found = answer_distribution(trial)
    poor = answer_distribution(with_planted(trial, named("C27").control.planted))
    for name in ASKED_SCENARIOS:
        assert found[skewed(name)].mean() < 0.0
        assert poor[satisfied(name)].mean() < found[satisfied(name)].mean() - 0.2


def test_c28_is_exact_and_its_control_fails():
    result = run_check(named("C28a"), trial_for("C28-small", 300, 4))
    identity, error = result.readings
    assert identity.agrees
    # Four ratios with a standard error of 1 / √(2 · 4 000) = 1.1 % each
    assert error.value == pytest.approx(1.0, abs=0.03)
    assert result.control_fails
    assert not any(
        reading.agrees for reading in read(named("C28a").targets[:1], {identity.target.name: np.array([1.0])})
    )
