"""A check passes if agreement is shown, and only where its control does not agree as well."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.evidence.check import COUNTED, LABELS, Check, Control, Reading, Result, Target, read, run_check
from sim.evidence.trial import Trial

WIDE = Target("figure", 0.0, 1.0)
NUMBER = st.floats(-3.0, 3.0)


def make(targets=(WIDE,), measure=None, control=None, **changes):
    values = {
        "name": "T1",
        "title": "a test",
        "label": "out of sample",
        "source": "nobody",
        "design": "none",
        "customers": 10,
        "seeds": 3,
        "targets": targets,
        "measure": measure or (lambda trial: {"figure": np.array([0.5])}),
        "control": control or Control("far away", measure=lambda trial: {"figure": np.array([7.0])}),
    }
    return Check(**{**values, **changes})


def reading(value, low, high, target=WIDE):
    return Reading(target, value, low, high, 3)


def result(check, *, agrees=True, control_agrees=False):
    inside, outside = reading(0.5, 0.4, 0.6), reading(2.0, 1.9, 2.1)
    return Result(check, (inside if agrees else outside,), (inside if control_agrees else outside,))


def test_agreement_is_two_one_sided_tests_at_five_percent():
    samples = np.array([0.52, 0.61, 0.48, 0.55, 0.58, 0.49])
    found = read((WIDE,), {"figure": samples})[0]
    # The 90 % interval touches a limit exactly where the one-sided test against it has p = .05.
    for limit, side in ((found.low, "greater"), (found.high, "less")):
        assert stats.ttest_1samp(samples, limit, alternative=side).pvalue == pytest.approx(0.05)
    assert found.value == pytest.approx(samples.mean())
    assert found.seeds == 6


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (0.5, 0.4, 0.6, "pass"),
        (0.5, -0.1, 1.1, "open"),  # inside, but not shown to be
        (0.9, 0.7, 1.1, "open"),
        (1.1, 0.9, 1.3, "fail"),
        (-0.2, -0.3, -0.1, "fail"),
        (math.nan, math.nan, math.nan, "fail"),
    ],
)
def test_a_reading_passes_inside_fails_outside_and_is_open_across(value, low, high, expected):
    assert reading(value, low, high).outcome == expected


def test_a_sign_is_not_shown_by_nothing():
    more = Target("effect", 0.0, math.inf)
    less = Target("effect", -math.inf, 0.0)
    assert reading(0.2, 0.1, 0.3, more).outcome == "pass"
    for target in (more, less):
        assert reading(0.0, 0.0, 0.0, target).outcome == "fail"
    assert reading(-0.2, -0.3, -0.1, less).outcome == "pass"
    assert reading(0.1, -0.1, 0.3, more).outcome == "open"


def test_the_distance_is_that_to_the_nearer_limit():
    assert reading(0.5, 0.4, 0.6).distance == 0.0
    assert reading(1.25, 1.0, 1.5).distance == pytest.approx(0.25)
    assert reading(-0.5, -1.0, 0.0).distance == pytest.approx(0.5)
    assert math.isinf(reading(math.nan, math.nan, math.nan).distance)


def test_a_check_whose_control_agrees_fails():
    found = result(make(), control_agrees=True)
    assert found.outcome == "fail"
    assert found.reason == "its control did not fail"


def test_the_control_must_miss_the_targets_it_names():
    second = Target("other", 0.0, 1.0)
    check = make((WIDE, second), control=Control("half", misses=("other",)))
    inside, outside = reading(0.5, 0.4, 0.6), reading(2.0, 1.9, 2.1, second)
    assert Result(check, (inside, inside), (inside, outside)).control_fails
    swapped = (reading(2.0, 1.9, 2.1), reading(0.5, 0.4, 0.6, second))
    assert not Result(check, (inside, inside), swapped).control_fails


@given(NUMBER, st.floats(0.0, 2.0), NUMBER, st.floats(0.0, 2.0), st.sampled_from(["", "for a reason"]))
def test_a_recalled_figure_never_passes(value, half, control, control_half, open_because):
    check = make(label="recalled", open_because=open_because)
    found = Result(
        check,
        (reading(value, value - half, value + half),),
        (reading(control, control - control_half, control + control_half),),
    )
    assert found.outcome != "pass"
    assert not found.counts


def test_the_headline_counts_identities_and_what_no_default_was_derived_from():
    assert set(COUNTED) == {"identity", "out of sample", "blind"}
    assert {label for label in LABELS if result(make(label=label)).counts} == set(COUNTED)


def test_what_is_known_to_miss_is_open_and_says_why():
    found = result(make(open_because="there is no such mechanism"), agrees=False)
    assert found.outcome == "open"
    assert "there is no such mechanism" in found.reason
    assert "figure: 2, asked 0 to 1" in found.reason
    assert result(make(), agrees=False).outcome == "fail"


def test_a_reason_that_no_longer_holds_is_a_failure():
    assert result(make(open_because="once it missed")).outcome == "fail"


def test_too_few_seeds_leave_a_check_open():
    check = make()
    found = Result(check, (reading(0.5, -0.2, 1.2),), (reading(2.0, 1.9, 2.1),))
    assert found.outcome == "open"
    assert "more seeds" in found.reason


def test_a_check_runs_with_what_is_planted_and_its_control_with_more():
    seen = []

    def measure(trial):
        seen.append(dict(trial.planted))
        return {"figure": np.array([0.5, 0.5])}

    check = make(measure=measure, control=Control("planted", {"b": 2.0}))
    found = run_check(check, Trial(10, (1, 2), {"a": 1.0}))
    assert seen == [{"a": 1.0}, {"a": 1.0, "b": 2.0}]
    assert found.outcome == "fail"  # the control changed nothing


def test_a_target_that_nobody_measured_is_an_error():
    with pytest.raises(KeyError):
        read((Target("missing", 0.0, 1.0),), {"figure": np.array([1.0])})


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.0, math.inf, "> 0"), (-math.inf, 0.0, "< 0"), (0.25, 0.75, "0.25 to 0.75"), (0.0, 0.0, "= 0")],
)
def test_limits_are_readable(low, high, text):
    assert Target("figure", low, high).limits == text
