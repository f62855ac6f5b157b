"""Where a strategy fails."""

import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.study.exploration import discovery as module
from sim.study.exploration import worlds as running
from sim.study.exploration.discovery import (
    Discovery,
    Side,
    chosen,
    clear,
    discover,
    peeled,
    share_interval,
    telling,
)
from sim.study.exploration.worlds import drawn_assumptions
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier").replace({"customers.count": 40, "time.horizon": 0.3})
BASE, POINTS = load_strategies(["baseline", "loyalty_points"], COURIER)
SECTION = "behaviour.programme"
RANGES = {item.path: (item.entry.low, item.entry.high) for item in drawn_assumptions(COURIER, [SECTION])}
FIRST, SECOND = list(RANGES)[:2]


@pytest.fixture
def formula(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], None]:
    """Return a function that puts a formula of assumptions, as shares of their ranges, in place of runs."""

    def put(gain: Callable) -> None:
        def outcomes(scenario, strategies, worlds, seeds, *_):
            values = np.zeros((len(worlds), len(seeds), 2, 1))
            for number, world in enumerate(worlds):
                shares = {path: (world[path] - low) / (high - low) for path, (low, high) in RANGES.items()}
                values[number, :, 1, 0] = gain(shares, number)
            return values

        monkeypatch.setattr(module, "outcomes_in_worlds", outcomes)

    return put


def found(**settings) -> Discovery:
    return discover(COURIER, POINTS, **{"vary": SECTION, "draws": 300, "fresh": 400, **settings})


def test_it_finds_the_corner_in_which_a_strategy_fails(formula) -> None:
    """It fails where one assumption is above 0.6 and another below 0.5 of its range: a fifth of the worlds.

    PRIM peels off a twentieth at a time: of 300 worlds a limit can be a twentieth of the range off.
    """
    formula(lambda x, _: -1.0 if x[FIRST] > 0.6 and x[SECOND] < 0.5 else 1.0)
    result = found()
    sides = {side.path: side for side in result.sides}
    assert set(sides) == {FIRST, SECOND}
    low, high = RANGES[FIRST]
    assert abs((sides[FIRST].low - low) / (high - low) - 0.6) < 0.05
    assert math.isinf(sides[FIRST].high)
    low, high = RANGES[SECOND]
    assert abs((sides[SECOND].high - low) / (high - low) - 0.5) < 0.05
    assert math.isinf(sides[SECOND].low)
    for fresh in (False, True):
        assert result.coverage(fresh=fresh).mean > 0.9
        assert result.density(fresh=fresh).mean > 0.8
    assert result.failing().low < 0.2 < result.failing().high
    assert result.problem == ""


def test_failures_by_chance_have_no_box_that_holds(formula) -> None:
    """Where a coin decides, a box that is found does no better on fresh worlds than no box: its density
    has an interval that holds the share of all failures."""
    luck = np.random.default_rng(1).uniform(size=1000)
    formula(lambda x, number: luck[number] - 0.3)
    result = found(density=0.9)
    if result.sides:
        density = result.density(fresh=True)
        assert density.low < 0.3 < density.high
        assert result.density().mean > density.mean  # which is why fresh worlds are asked
    else:
        assert "no assumption tells" in result.problem


@pytest.mark.parametrize(
    ("gain", "said"), [(1.0, "hardly any world (0 of 300)"), (-1.0, "nearly every world")]
)
def test_where_it_never_or_always_fails_there_is_no_box(formula, gain, said) -> None:
    formula(lambda x, _: gain)
    result = found()
    assert result.sides == ()
    assert said in result.problem
    assert result.failing().mean == (gain < 0.0)


def test_what_counts_as_failing_can_be_moved(formula) -> None:
    formula(lambda x, _: 100.0 * x[FIRST])
    result = found(below=25.0)
    (side,) = result.sides
    low, high = RANGES[FIRST]
    assert (side.high - low) / (high - low) == pytest.approx(0.25, abs=0.02)
    assert result.failing().mean == pytest.approx(0.25, abs=0.01)


def test_of_a_cost_less_is_a_gain(formula) -> None:
    formula(lambda x, _: x[FIRST] - 0.3)
    assert found(metric="cost").failing().mean == pytest.approx(0.7, abs=0.01)
    assert found(metric="clv").failing().mean == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(
    ("boxes", "taken"),
    [
        ([(1.0, 0.3), (0.9, 0.8), (0.7, 0.95)], 1),  # dense enough, covers most
        ([(1.0, 0.3), (0.9, 0.5), (0.1, 0.7)], 1),  # none is dense enough: the greatest mean of both
        ([(1.0, 0.9), (1.0, 0.95)], 1),  # as much covered: the denser
    ],
)
def test_the_box_that_is_taken(boxes, taken) -> None:
    assert chosen(boxes, 0.8) == taken


def test_limits_that_may_be_chance_are_left_out() -> None:
    kept = clear(Side("a", 0.1, 0.9, 0.001, 0.4))
    assert (kept.low, kept.high) == (0.1, math.inf)
    assert math.isnan(kept.high_chance)
    gone = clear(Side("a", 0.1, math.inf, 0.4, math.nan))
    assert (gone.low, gone.high) == (-math.inf, math.inf)


def test_quasi_p_values_are_those_of_a_binomial_test() -> None:
    """Of a box with a single limit: as many failures of so many worlds, at the rate of all (sdtoolkit)."""
    points = np.random.default_rng(5).uniform(size=(200, 3))
    failed = (points[:, 0] > 0.7) ^ (points[:, 1] > 0.97)
    side = next(sides[0] for sides in peeled(points, failed, ["a", "b", "c"]) if len(sides) == 1)
    assert side.path == "a"
    inside = points[:, 0] >= side.low
    wanted = stats.binom.sf(failed[inside].sum() - 1, inside.sum(), failed.mean())
    assert side.low_chance == pytest.approx(wanted)


def test_the_assumptions_that_go_with_the_gain_are_told_from_the_others() -> None:
    points = np.random.default_rng(2).uniform(size=(300, 40))
    gains = points[:, 7] - 2.0 * points[:, 31] + 0.1 * points[:, 3]
    assert telling(points, gains, 2) == [31, 7]
    assert len(telling(points, gains, 50)) == 40


def test_many_assumptions_do_not_hide_the_two_that_matter(formula) -> None:
    """Beside luck of the size of all else, 20 assumptions: the box is about the two that have an effect."""
    luck = np.random.default_rng(3).normal(size=2000)
    formula(lambda x, number: 1.0 - 3.0 * (x[FIRST] + x[SECOND] > 1.1) + 0.5 * luck[number])
    result = found(draws=400, fresh=200)
    assert {side.path for side in result.sides} <= {FIRST, SECOND}
    assert result.sides
    assert result.density(fresh=True).low > result.failing().high


def test_shares_have_exact_intervals() -> None:
    for part, whole in ((0, 10), (3, 10), (10, 10)):
        told = stats.binomtest(part, whole).proportion_ci(0.95, "exact")
        interval = share_interval(part, whole, exact=True)
        assert (interval.low, interval.high) == pytest.approx((told.low, told.high))
    assert math.isnan(share_interval(3, 10, exact=False).low)
    assert math.isnan(share_interval(0, 0, exact=True).mean)


# customers


def test_an_interrupted_discovery_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"vary": ["behaviour.programme.reset"], "draws": 20, "fresh": 2}
    whole = discover(COURIER, POINTS, **asked, workers=1)
    simulate, runs = running.simulate_each, []

    def stopped(*arguments, **settings):
        runs.append(1)
        if len(runs) == 9:
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    with monkeypatch.context() as patched:
        patched.setattr(running, "simulate_each", stopped)
        with pytest.raises(KeyboardInterrupt):
            discover(COURIER, POINTS, **asked, folder=tmp_path, workers=1)
    kept = (tmp_path / "worlds.jsonl").read_text().splitlines()
    assert 1 <= len(kept) < 22
    again = discover(COURIER, POINTS, **asked, folder=tmp_path, workers=3)
    assert (tmp_path / "worlds.jsonl").read_text().splitlines()[: len(kept)] == kept
    assert again.gains.tolist() == whole.gains.tolist()
    assert again.fresh_gains.tolist() == whole.fresh_gains.tolist()
    assert len(set(again.gains.tolist())) > 1  # worlds differ, though luck does not


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"strategy": "loyalty_pints"}, "strategies"),
        ({"metric": "clw"}, "metric"),
        ({"vary": "behaviour.progamme"}, "vary"),
        ({"draws": 10}, "draws"),
        ({"fresh": 1}, "fresh"),
        ({"density": 0.0}, "density"),
        ({"most": 0}, "most"),
        ({"seeds": 0}, "seeds"),
        ({"workers": 0}, "workers"),
    ],
)
def test_mistakes(settings, key) -> None:
    asked = {"strategy": POINTS, "vary": SECTION, **settings}
    with pytest.raises(ConfigurationError) as caught:
        discover(COURIER, **asked)
    assert caught.value.key == key


def test_without_the_workbench_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'tenure\[discovery\]'"):
        discover(COURIER, POINTS)
