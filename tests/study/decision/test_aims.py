"""What is wanted of a strategy."""

import math

import pytest

from sim.study.decision.aims import LESS_IS_BETTER, Limit, limits_from, metrics_named, sign
from sim.study.metrics import METRICS
from sim.world.errors import ConfigurationError


def test_metrics_that_a_firm_wants_low_are_metrics() -> None:
    assert set(METRICS) >= LESS_IS_BETTER
    assert (sign("clv"), sign("survival_rate"), sign("cost"), sign("churn_rate")) == (1.0, 1.0, -1.0, -1.0)


def test_one_name_or_several() -> None:
    assert metrics_named("clv", "objectives") == ("clv",)
    assert metrics_named(["clv", "cost"], "objectives") == ("clv", "cost")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "expected names"),
        (None, "expected names"),
        (["clw"], "'clv'"),
        ([3], "unknown metric '3'"),
        (["roi"], "take clv"),
        (["clv", "clv"], "twice"),
    ],
)
def test_names_that_are_wrong(names, told) -> None:
    with pytest.raises(ConfigurationError, match="objectives") as caught:
        metrics_named(names, "objectives")
    assert told in str(caught.value)


def test_a_limit_is_held_or_broken_by_how_far_a_value_lies_outside() -> None:
    limit = Limit("bounds.csat", "csat", 0.2, 0.5)
    assert limit.excess(0.1) == pytest.approx(0.1)
    assert limit.excess(0.6) == pytest.approx(0.1)
    assert limit.excess(0.2) == limit.excess(0.5) == 0.0
    assert limit.excess(0.3) < 0.0
    assert limit.excess(math.nan) < 0.0  # nothing was counted that could break it


def test_the_settings_become_limits() -> None:
    budget, rate, csat = limits_from(300, 0.95, {"csat": [None, 0.9]})
    assert budget == Limit("budget", "cost", high=300.0, extra=True)
    assert rate == Limit("keep_rate", "promise_keep_rate", low=0.95)
    assert csat == Limit("bounds.csat", "csat", high=0.9)
    assert [str(one) for one in (budget, rate)] == [
        "extra cost at most 300",
        "promise_keep_rate at least 0.95",
    ]
    assert limits_from() == ()


@pytest.mark.parametrize(
    ("settings", "key", "told"),
    [
        ({"budget": math.nan}, "budget", "expected a number"),
        ({"budget": "low"}, "budget", "budget=300"),
        ({"keep_rate": 1.2}, "keep_rate", "between 0 and 1"),
        ({"bounds": [1]}, "bounds", "limits by metric"),
        ({"bounds": {"csta": [0, 1]}}, "bounds.csta", "'csat'"),
        ({"bounds": {"csat": 0.5}}, "bounds.csat", "[least, most]"),
        ({"bounds": {"csat": [None, None]}}, "bounds.csat", "[least, most]"),
        ({"bounds": {"csat": [0.9, 0.8]}}, "bounds.csat", "reversed"),
        ({"bounds": {"csat": [1.1, None]}}, "bounds.csat", "between 0 and 1"),
        ({"bounds": {"nps": [None, -101]}}, "bounds.nps", "between -100 and 100"),
    ],
)
def test_limits_that_are_wrong_or_that_nothing_could_keep(settings, key, told) -> None:
    with pytest.raises(ConfigurationError) as caught:
        limits_from(**settings)
    assert caught.value.key == key
    assert told in str(caught.value)
