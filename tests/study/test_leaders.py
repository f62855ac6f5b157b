"""Who may be the best: only who is clearly behind the first, of all at once, drops out."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.study.comparison import Comparison
from sim.study.precision import Precision
from sim.study.replications import Outcome
from sim.study.statistics import mean_interval, student
from sim.study.two_stages import two_stage_interval
from sim.world.strategy import Strategy

METRIC = "survival_rate"
NAMES = ("baseline", "near", "far")


def made(values: dict[str, np.ndarray], precision: Precision | None = None) -> Comparison:
    """Return a comparison in which a metric has some values."""
    scenario = sim.load_scenario("courier")
    outcomes = {
        name: tuple(Outcome({METRIC: float(value), "customer_equity": 0.0}, {}) for value in column)
        for name, column in values.items()
    }
    strategies = tuple(Strategy(name=name) for name in values)
    seeds = tuple(range(len(next(iter(values.values())))))
    return Comparison(scenario, strategies, "baseline", seeds, "compiled", outcomes, precision)


def drawn(means: tuple[float, ...], rows: int = 12, seed: int = 1) -> dict[str, np.ndarray]:
    noise = np.random.default_rng(seed).normal(0.0, 0.01, (rows, len(means)))
    return {name: mean + noise[:, place] for place, (name, mean) in enumerate(zip(NAMES, means, strict=True))}


def test_who_is_clearly_ahead_is_alone():
    assert made(drawn((0.5, 0.6, 0.7))).leaders(METRIC) == ["far"]
    assert made(drawn((0.9, 0.6, 0.7))).leaders(METRIC) == ["baseline"]


def test_who_cannot_be_told_from_the_first_stays_in():
    assert made(drawn((0.5, 0.7, 0.7))).leaders(METRIC) in (["near", "far"], ["far", "near"])


def test_two_that_are_equal_stay_in_nearly_always():
    """Both are the best: a claim of one of them alone is wrong, and has to be rare: 5 % of 200 is 10.

    The number of wrong claims is binomial with p <= 0.05; more than 20 of 200 has a chance below 0.2 %.
    """
    alone = [len(made(drawn((0.5, 0.7, 0.7), 6, seed)).leaders(METRIC)) == 1 for seed in range(200)]
    assert sum(alone) <= 20
    assert sum(alone) > 0  # the intervals are not so wide that they never decide


def test_one_run_or_one_strategy_leaves_all_open():
    assert len(made(drawn((0.5, 0.6, 0.7), 1)).leaders(METRIC)) == 3
    assert made({"baseline": np.array([0.5, 0.6])}).leaders(METRIC) == ["baseline"]


def test_differences_are_to_whom_one_asks():
    comparison = made(drawn((0.5, 0.6, 0.7)))
    ours = comparison.simultaneous(METRIC, "far")
    assert set(ours) == {"baseline", "near"}
    for name, interval in ours.items():
        gap = comparison.values(name, METRIC) - comparison.values("far", METRIC)
        assert interval.mean == pytest.approx(gap.mean())
        assert interval.half_width > mean_interval(gap).half_width  # all together asks for more
    assert comparison.simultaneous(METRIC) == comparison.simultaneous(METRIC, "baseline")


def test_with_a_precision_the_first_stage_decides_the_width():
    values = drawn((0.5, 0.6, 0.7), 20)
    comparison = made(values, Precision(0.01, 100, 8))
    gaps = values["near"] - values["baseline"]
    interval = comparison.simultaneous(METRIC)["near"]
    assert interval == pytest.approx(two_stage_interval(gaps, 8, 0.975))
    half = student(7, 0.975) * gaps[:8].std(ddof=1) / np.sqrt(20)
    assert interval.half_width == pytest.approx(half)
    assert replace(comparison, precision=None).simultaneous(METRIC)["near"] != interval
