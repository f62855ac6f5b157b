import numpy as np
import pytest

from sim.evidence.check import run_check
from sim.evidence.checks import recovery
from sim.evidence.checks.recovery import (
    CHECKS,
    FREQUENT_LEAVERS,
    PARADOX_AGAIN,
    PARADOX_BEFORE,
    PARADOX_SEVERE,
    STAYING,
)
from sim.evidence.trial import Trial, trial_for

CHECK = {check.name: check for check in CHECKS}


def test_the_checks_are_what_they_are_called():
    assert list(CHECK) == ["C9", "C10a", "C10b", "C10c"]
    assert {check.label for check in CHECKS} == {"out of sample"}
    assert all(check.seeds >= 30 for check in CHECKS)


def test_the_paradox_is_there_for_a_mild_first_failure_only():
    found = run_check(CHECK["C9"], trial_for("C9", 800, 2))
    values = {reading.target.name: reading for reading in found.readings}
    assert values[PARADOX_BEFORE].low > 0.0
    # The level before is a limit that no recovery passes: exact, whatever the luck.
    assert values[PARADOX_SEVERE].value == 0.0
    assert values[PARADOX_AGAIN].value == 0.0
    without_limits = {reading.target.name: reading for reading in found.control}
    assert without_limits[PARADOX_SEVERE].value > 0.5
    assert found.control_fails


def test_a_shock_that_stays_costs_customers_in_spite_of_the_paradox(monkeypatch):
    hard = {**recovery.EXCELLENT, "behaviour.churn.shock": 4.0, "support.apology": 0.0}
    monkeypatch.setattr(recovery, "EXCELLENT", hard)
    assert recovery.recovery_paradox(Trial(800, (3,)))[STAYING][0] < 0.0


def test_the_offset_is_a_share_of_what_was_lost(monkeypatch):
    stays = {"none": 0.9, "nothing": 0.7, "excellent": 0.85, "apology": 0.75}
    order = iter([0.0, 0.0, *stays.values()])
    monkeypatch.setattr(recovery, "ordered_once", lambda before, after: np.array([True]))
    monkeypatch.setattr(recovery, "calm_world", lambda *_: None)
    monkeypatch.setattr(recovery, "arm", lambda world, seed: Stub(next(order)))
    found = recovery.offset(Trial(1, (1,)))
    assert found[recovery.OFFSET] == pytest.approx([0.75])
    assert found[recovery.OFFSET_APOLOGY] == pytest.approx([0.25])


class Stub:
    def __init__(self, share):
        self.stays = np.array([share])


def test_frequent_customers_who_leave_readily_turn_the_sign():
    trial = Trial(3000, (1, 2))
    sorted_out = recovery.prior_purchases(trial)[recovery.PRIOR_PURCHASES].mean()
    assert sorted_out < recovery.prior_purchases(trial, FREQUENT_LEAVERS)[recovery.PRIOR_PURCHASES].mean()
