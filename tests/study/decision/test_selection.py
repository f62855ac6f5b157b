"""Select the best of several strategies with runs spent where they decide."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats
from sim_tools.ovs.fixed_budget import OCBA

from sim.study.compare import replication_seeds
from sim.study.decision import trials as running
from sim.study.decision.selection import (
    Standing,
    correct_selection,
    ocba,
    select_best,
    spend,
    standing,
    with_the_best,
)
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier").replace({"customers.count": 40, "time.horizon": 0.3})
STRATEGIES = load_strategies(["baseline", "guarantee", "fast_recovery", "compensation", "notice"], COURIER)
SYSTEMS = 10
STEP = 0.5
MEANS = {
    "slippage": np.array([0.0, *[-STEP] * (SYSTEMS - 1)]),
    "decreasing": -STEP * np.arange(SYSTEMS),
}


def luck(kind: str, correlation: float, trial: int, runs: int = 120) -> np.ndarray:
    """Return normal values of all systems, variance 1, as correlated as common luck makes them."""
    random = np.random.default_rng(trial)
    own, common = random.normal(size=(SYSTEMS, runs)), random.normal(size=runs)
    noise = np.sqrt(correlation) * common + np.sqrt(1.0 - correlation) * own
    return np.asarray(MEANS[kind][:, None] + noise)


def spent(values: np.ndarray, budget: int) -> list[np.ndarray]:
    return spend(lambda pairs: [float(values[pair]) for pair in pairs], len(values), budget)


def correct_with_equal_runs(kind: str, correlation: float, budget: int) -> float:
    """Return the probability that equal allocation selects the best, by integration over its mean."""
    error = np.sqrt((1.0 - correlation) / (budget / SYSTEMS))

    def density(mean: float) -> float:
        others = stats.norm.cdf((mean - MEANS[kind][1:]) / error)
        return float(stats.norm.pdf(mean / error) / error * others.prod())

    return float(integrate.quad(density, -8.0 * error, 8.0 * error)[0])


@pytest.mark.parametrize(
    ("kind", "correlation", "budget", "times"),
    [
        ("slippage", 0.0, 200, 1.1),
        ("decreasing", 0.0, 100, 2.0),
        ("decreasing", 0.8, 80, 1.2),
    ],
)
def test_equal_allocation_needs_more_runs_for_the_same_probability(kind, correlation, budget, times) -> None:
    """Two standard errors are left to luck: of 400 trials, √(p (1 − p) / 400)."""
    trials = 400
    found = [standing(spent(luck(kind, correlation, trial), budget)).best == 0 for trial in range(trials)]
    share = float(np.mean(found))
    surely = share - 2.0 * np.sqrt(share * (1.0 - share) / trials)
    assert surely > correct_with_equal_runs(kind, correlation, round(times * budget)) or share == 1.0
    assert share > correct_with_equal_runs(kind, correlation, budget)


def test_equal_allocation_is_computed_right() -> None:
    """Held against 4 000 trials; four standard errors of their share are left to luck."""
    for kind in MEANS:
        for correlation in (0.0, 0.8):
            best = [
                int(luck(kind, correlation, trial, 12).mean(axis=1).argmax()) == 0 for trial in range(4000)
            ]
            wanted = correct_with_equal_runs(kind, correlation, 12 * SYSTEMS)
            assert abs(np.mean(best) - wanted) < 4.0 * np.sqrt(wanted * (1.0 - wanted) / 4000)


def ratios_of_sim_tools(means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Return the ratios in which sim-tools allocates a budget so great that rounding does not matter."""

    class Model:
        def register_observer(self, observer: object) -> None:
            pass

    solver = OCBA(Model(), len(means), 10**7 + 5 * len(means), 10**7, obj="max")
    solver._allocations[:] = 5
    solver._means[:] = -means  # it minimises, and negates what is to be maximised
    solver._vars[:] = variances
    solver._allocate()
    return np.asarray(solver._ratios / solver._ratios.sum())


@pytest.mark.parametrize("seed", range(6))
def test_the_shares_are_those_of_sim_tools(seed: int) -> None:
    random = np.random.default_rng(seed)
    means, variances = random.normal(size=7), random.uniform(0.5, 3.0, size=7)
    np.testing.assert_allclose(ocba(means, variances), ratios_of_sim_tools(means, variances), rtol=1e-12)


def test_the_shares_are_those_of_the_published_formula() -> None:
    """Means 3, 2, 1 and noise 1, 2, 3: (2 / 1)² to (3 / 2)²; the best 1 · √((4 / 2)² + (2.25 / 3)²)."""
    shares = ocba(np.array([3.0, 2.0, 1.0]), np.array([1.0, 4.0, 9.0]))
    wanted = np.array([np.sqrt(4.0 + 0.5625), 4.0, 2.25])
    np.testing.assert_allclose(shares, wanted / wanted.sum())


@pytest.mark.parametrize(
    ("means", "variances"), [([1.0, 1.0, 0.0], [1.0, 1.0, 1.0]), ([1.0, 0.0, 0.0], [0.0, 0.0, 0.0])]
)
def test_ties_and_no_noise_have_shares_too(means, variances) -> None:
    shares = ocba(np.array(means), np.array(variances))
    assert np.isfinite(shares).all()
    assert shares.sum() == pytest.approx(1.0)


def test_the_best_has_a_partner_for_every_run_of_another() -> None:
    for trial in range(20):
        values = spent(luck("slippage", 0.5, trial), 150)
        now = standing(values)
        counts = [len(column) for column in values]
        assert sum(counts) == 150
        assert min(counts) >= 6
        # who is best may have changed with the last runs, which were dealt before
        assert counts[now.best] >= sorted(counts)[-2] - SYSTEMS


def test_the_probability_of_a_correct_selection_is_not_overstated() -> None:
    """It is a lower bound but for the estimated variances: at most its own standard error above the truth."""
    told, right = [], []
    for trial in range(300):
        now = standing(spent(luck("slippage", 0.5, trial), 120))
        told.append(correct_selection(now))
        right.append(now.best == 0)
    error = np.sqrt(np.var(told) / 300 + np.mean(right) * (1.0 - np.mean(right)) / 300)
    assert np.mean(told) < np.mean(right) + 2.0 * error
    assert np.mean(told) > 0.3  # and says something


def test_independence_would_understate_it() -> None:
    """With common luck levels scatter more than differences: independent runs would be less sure."""
    values = list(luck("decreasing", 0.8, 1, 20))
    now = standing(values)
    levels = np.array([column.var(ddof=1) for column in values])
    independent = Standing(now.best, now.gaps, levels + levels[now.best], now.pairs)
    assert correct_selection(independent) < correct_selection(now)


def test_a_sure_thing_and_a_tie() -> None:
    pairs = np.array([5, 5])
    assert correct_selection(Standing(0, np.array([0.0, -1.0]), np.zeros(2), pairs)) == 1.0
    assert correct_selection(Standing(0, np.zeros(2), np.zeros(2), pairs)) == 0.5


def coverage(confidence: float, runs: tuple[int, ...]) -> float:
    """Return how often all limits hold the truth, of 1 000 trials of five systems."""
    means = np.array([0.3, 0.25, 0.0, 0.3, -1.0])
    truth = np.array([means[one] - np.delete(means, one).max() for one in range(5)])
    held = 0
    for trial in range(1000):
        random = np.random.default_rng(trial)
        noise = random.normal(size=(5, max(runs))) + random.normal(size=max(runs))
        columns = [means[one] + noise[one, : runs[one]] for one in range(5)]
        limits = with_the_best(columns, confidence)
        held += all(one.low <= true <= one.high for one, true in zip(limits, truth, strict=True))
    return held / 1000


@pytest.mark.parametrize("runs", [(12,) * 5, (20, 8, 12, 20, 6)])
def test_all_limits_hold_together(runs) -> None:
    """At least 95 % of 1 000 trials but for four standard errors of √(0.95 · 0.05 / 1 000) = 0.007."""
    assert coverage(0.95, runs) > 0.95 - 4.0 * 0.007


def test_limits_of_little_confidence_do_not_hold() -> None:
    assert coverage(0.2, (12,) * 5) < 0.9


def test_a_clear_winner_has_limits_on_one_side() -> None:
    values = [np.array([5.0, 6.0, 7.0, 8.0]) + shift for shift in (0.0, -3.0, -4.0)]
    values[1] = values[1] + np.array([0.1, -0.1, 0.1, -0.1])
    best, second, third = with_the_best(values)
    assert best.low == 0.0 < best.mean < best.high
    assert second.low < second.mean < second.high == 0.0
    assert third.high == 0.0


# real strategies


@pytest.fixture(scope="module")
def real() -> np.ndarray:
    """Return how many stay under the strategies of the main job on many seeds (strategies, seeds)."""
    few = COURIER.replace({"customers.count": 30, "time.horizon": 0.5})
    names = ["baseline", "over_promise", "guarantee", "fast_recovery", "compensation", "loyalty_points"]
    arms = {strategy.name: strategy for strategy in load_strategies([*names, "combined"], few)}
    found = running.Bench(few, ("survival_rate",)).values(arms, replication_seeds(3, 160))
    return np.array([found[name][:, 0] for name in arms])


def test_real_strategies_are_told_apart_with_fewer_runs_than_by_equal_allocation(real) -> None:
    """A trial takes the seeds in another order; the truth is what all of them say.

    Trials share their seeds, so that those decide in which only one of the two is right (McNemar 1947):
    with as many runs equal allocation is right less often, with a quarter more it is not right more often.
    """
    best = int(real.mean(axis=1).argmax())
    each = 12
    mine, equal, more = [], [], []
    for trial in range(300):
        values = real[:, np.random.default_rng(trial).permutation(real.shape[1])]
        mine.append(standing(spent(values, each * len(real))).best == best)
        equal.append(int(values[:, :each].mean(axis=1).argmax()) == best)
        more.append(int(values[:, : each * 5 // 4].mean(axis=1).argmax()) == best)
    only_mine = sum(one and not other for one, other in zip(mine, equal, strict=True))
    only_equal = sum(other and not one for one, other in zip(mine, equal, strict=True))
    assert stats.binomtest(only_mine, only_mine + only_equal, alternative="greater").pvalue < 0.01
    assert sum(mine) >= sum(more)


def test_the_selection_is_paired_and_takes_its_budget() -> None:
    found = select_best(COURIER, STRATEGIES, "clv", 50, first=4, seed=3)
    assert sum(found.runs.values()) == 50
    assert found.seeds == replication_seeds(3, len(found.seeds))
    assert max(found.runs.values()) == len(found.seeds)
    bench = running.Bench(COURIER, ("clv",))
    for strategy in STRATEGIES:
        name = strategy.name
        again = bench.values({name: strategy}, found.seeds[: found.runs[name]])[name][:, 0]
        assert found.values[strategy.name].tolist() == again.tolist()
    assert found.gap(found.best) == 0.0
    assert all(found.gap(name) <= 0.0 for name in found.names)
    assert 0.0 <= found.probability <= 1.0


def test_less_of_a_cost_is_best() -> None:
    found = select_best(COURIER, [STRATEGIES[0], STRATEGIES[1], STRATEGIES[3]], "cost", 30, first=4)
    assert found.best == "baseline"  # the others spend more
    assert found.gap("guarantee") > 0.0
    assert found.advantage("baseline").low == 0.0


@pytest.mark.parametrize("workers", [1, 4])
def test_threads_and_interruptions_change_nothing(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = select_best(COURIER, STRATEGIES, "clv", 40, first=4)
    simulate: Callable = running.simulate_each
    runs = []

    def stopped(*arguments, **settings):
        runs.append(1)
        if len(runs) == 25:
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    monkeypatch.setattr(running, "simulate_each", stopped)
    with pytest.raises(KeyboardInterrupt):
        select_best(COURIER, STRATEGIES, "clv", 40, first=4, folder=tmp_path, workers=workers)
    again = select_best(COURIER, STRATEGIES, "clv", 40, first=4, folder=tmp_path, workers=workers)
    assert {name: column.tolist() for name, column in again.values.items()} == {
        name: column.tolist() for name, column in whole.values.items()
    }
    # What was done and not yet taken up when it was stopped is run again: fewer than all 25 that had begun.
    assert len(runs) < 40 + 25


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"metric": "clw"}, "metric"),
        ({"metric": "weeks_to_standard"}, "metric"),
        ({"budget": 29}, "budget"),
        ({"first": 2}, "first"),
        ({"workers": 0}, "workers"),
        ({"strategies": STRATEGIES[:1]}, "strategies"),
        ({"strategies": [STRATEGIES[0]] * 2}, "strategies"),
    ],
)
def test_mistakes(settings, key) -> None:
    with pytest.raises(ConfigurationError) as caught:
        select_best(COURIER, **{"strategies": STRATEGIES, "budget": 40, **settings})
    assert caught.value.key == key
