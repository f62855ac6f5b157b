"""C33 and C39: the arithmetic of the checks, one of them small, and that a control fails."""

import numpy as np
import pytest

from sim.evidence.check import read
from sim.evidence.checks import orders
from sim.evidence.checks.orders import CONTRAST, ONE_STAR, REMAINS, SALES, SCORES, agreement
from sim.evidence.lateness import BUCKETS, real_aggregates
from sim.evidence.trial import Trial, trial_for, with_planted

CHECKS = {check.name: check for check in orders.CHECKS}


def test_the_checks_are_fitted_ones_with_the_limits_of_the_list() -> None:
    assert list(CHECKS) == ["C33", "C39", "C39b"]
    assert {check.label for check in CHECKS.values()} == {"fitted"}
    assert (CHECKS["C33"].targets[0].low, CHECKS["C33"].targets[0].high) == (1.0, 2.0)
    limits = {target.name: (target.low, target.high) for target in CHECKS["C39"].targets}
    assert limits[SCORES] == (0.0, 0.2)
    assert limits[ONE_STAR] == (6.0, 8.0)
    assert CHECKS["C39"].seeds >= 10


def test_scores_are_held_against_the_real_ones_bucket_by_bucket() -> None:
    real = list(real_aggregates()["score_by_lateness"].values())
    # A fixed score in each bucket, as near to the real mean as one number can be, a tenth above it.
    place = np.repeat(np.arange(len(BUCKETS)), 2)
    score = np.repeat([part["mean"] + 0.1 for part in real], 2)
    error, close = agreement(place, score)
    assert error == pytest.approx(0.1)
    # No one gave one star here: it agrees where hardly anyone really did.
    assert close == sum(part["one_star"] <= 0.05 for part in real)
    assert np.isnan(agreement(place[2:], score[2:])[0])


def test_scores_by_lateness_come_from_the_promise_and_patience_takes_them_away() -> None:
    # 3 000 customers: in the rarest bucket some 35 orders, a standard error of .25 stars of that mean.
    trial = Trial(3000, (1,))
    found = orders.scores_by_lateness(trial)
    assert found[SCORES][0] < 0.35
    assert found[CONTRAST][0] > 0.8
    assert abs(found[REMAINS][0]) < 0.5
    check = CHECKS["C39"]
    patient = check.measure(with_planted(trial, check.control.planted))
    assert patient[SCORES][0] > 0.8
    assert abs(patient[CONTRAST][0]) < 0.6
    missed = read(check.targets, patient)[0]
    assert missed.distance > 0.5


def test_faster_delivery_sells_more_and_less_so_where_speed_attracts_nobody() -> None:
    check = CHECKS["C33"]
    trial = trial_for("C33", 3000, 3)
    found = check.measure(trial)[SALES].mean()
    flat = check.measure(with_planted(trial, check.control.planted))[SALES].mean()
    assert found == pytest.approx(1.5, abs=1.0)  # three seeds: a standard error of some .3
    assert flat < found
