"""C40: targets from the shipped aggregates, classes, and the structure of a small simulated survey."""

from dataclasses import fields

import numpy as np
import pytest

from sim.evidence.check import read
from sim.evidence.checks.survey import (
    CHECKS,
    CLASSES,
    NPS,
    band,
    promoters,
    promoters_by_class,
    share_band,
    survey_structure,
    tie,
    ties,
)
from sim.evidence.trial import trial_for, with_planted
from sim.study.questionnaire import Wave


def named(name):
    return next(check for check in CHECKS if check.name == name)


def test_bands_are_two_standard_errors_of_the_survey():
    found = band("recommendation", "satisfaction")
    assert (found.low, found.high) == pytest.approx((0.45, 0.73))
    assert (band("trust", "handling").low, band("staying", "trust").high) == pytest.approx((0.03, 0.13))
    # 33 % of 85 customers: standard error √(.329 · .671 / 85) = .051
    middle = share_band("7 to 8")
    assert (middle.low, middle.high) == pytest.approx((0.227, 0.431), abs=1e-3)


def test_what_the_scenario_took_from_the_survey_is_called_fitted():
    assert {check.name: check.label for check in CHECKS} == {
        "C40a": "fitted",
        "C40b": "out of sample",
        "C40c": "out of sample",
        "C40d": "fitted",
    }
    fitted = {target.name for target in named("C40a").targets}
    rest = {target.name for check in CHECKS if check.label != "fitted" for target in check.targets}
    assert not fitted & rest
    assert {tie("recommendation", "satisfaction"), tie("recommendation", "trust"), NPS} <= fitted


def test_classes_keep_their_distance_from_the_mean():
    # The mean of the survey is 7.48; here it is 6.48, so that the class 7 to 8 is 6 to 7.
    satisfaction = np.array([6.5, 6.5, 7.5, 8.9, 3.0])
    assert satisfaction.mean() == pytest.approx(6.48)
    found = promoters_by_class(satisfaction, np.array([9.0, 8.0, 10.0, 10.0, 9.0]))
    assert found[promoters("7 to 8")] == 0.5
    assert found[promoters("8 to 9")] == 1.0
    assert found[promoters("9 to 10")] == 1.0
    assert np.isnan(found[promoters("6 to 7")])
    assert len(found) == len(CLASSES) == 4


def test_ties_are_those_of_the_answers():
    luck = np.random.default_rng(4)
    columns = {item.name: luck.standard_normal(300) for item in fields(Wave)}
    columns["recommendation"] = columns["satisfaction"].copy()
    found = ties(Wave(**columns))
    assert found[tie("recommendation", "satisfaction")] == pytest.approx(1.0)
    assert found[tie("recommendation", "trust")] == pytest.approx(0.0, abs=1e-12)
    assert len(found) == 8


def test_c40_the_fit_holds_in_a_small_survey_and_not_without_lasting_differences():
    # A coefficient of .67 over 5 · 300 customers has a standard error of √((1 - .45) / 1 500) = .02; the
    # band ends .06 above it. Without differences it is near .3, far below the band.
    trial = trial_for("C40-small", 450, 5)
    check = named("C40a")
    wanted = (tie("recommendation", "satisfaction"), NPS)
    targets = tuple(target for target in check.targets if target.name in wanted)
    assert all(reading.distance == 0.0 for reading in read(targets, check.measure(trial)))
    control = survey_structure(with_planted(trial, check.control.planted))
    assert read(check.targets[:1], control)[0].value < 0.45


def test_c40_staying_goes_with_satisfaction_and_against_it_where_that_is_planted():
    trial = trial_for("C40-small", 450, 5)
    check = named("C40b")
    assert read(check.targets, check.measure(trial))[0].value > 0.0
    planted = survey_structure(with_planted(trial, check.control.planted))
    assert planted[tie("staying", "satisfaction")].mean() < 0.0
