"""Search the levers of a strategy.

How well it searches is tested on worlds whose best setting is known: there a run is a formula and no
customer lives. That runs are paired, resume and do not depend on threads is tested on the courier.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.engine.interaction import live_alone
from sim.study.compare import compare, replication_seeds
from sim.study.decision import trials as running
from sim.study.decision.search import Search, Trial, search
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier").replace({"customers.count": 40, "time.horizon": 0.2})
BASE, GUARANTEE = load_strategies(["baseline", "guarantee"], COURIER)
PAYOUT = "commitments.delivery.payout"
RANGES = {PAYOUT: [0.05, 1.0], "commitments.delivery.threshold": [25.0, 45.0]}


def payout(strategy) -> float:
    return 0.0 if strategy.commitments.delivery is None else strategy.commitments.delivery.payout


@pytest.fixture
def formula(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], None]:
    """Return a function that puts a formula of strategy and seed in the place of runs."""

    def put(metrics: Callable) -> None:
        def measured(bench, strategies, group):
            rows = [metrics(strategies[key], seed) for key, seed in group]
            return [[row.get(name, 0.0) for name in bench.metrics] for row in rows]

        monkeypatch.setattr(running.Bench, "_measured", measured)

    return put


def luck(strategy, seed: int) -> float:
    """Return luck that depends on strategy and seed, standard normal."""
    return float(np.random.default_rng([seed, int(payout(strategy) * 1e9)]).normal())


def test_it_finds_the_best_setting(formula) -> None:
    formula(lambda strategy, seed: {"clv": seed % 7 - 100.0 * (payout(strategy) - 0.37) ** 2})
    found = search(COURIER, GUARANTEE, {PAYOUT: [0.05, 1.0]}, trials=40, replications=2)
    (best,) = found.found
    # forty even points are 0.024 apart; a search has to come closer than half of that
    assert abs(found.trials[best].point[PAYOUT] - 0.37) < 0.012
    assert found.front() == [best]


def test_a_budget_is_kept_though_more_would_be_better(formula) -> None:
    formula(lambda strategy, seed: {"clv": payout(strategy), "cost": seed % 7 + 500.0 * payout(strategy)})
    found = search(COURIER, GUARANTEE, {PAYOUT: [0.05, 1.0]}, budget=200.0, trials=40, replications=2)
    (best,) = found.found
    assert 0.37 < found.trials[best].point[PAYOUT] <= 0.4
    assert all(found.effect(number, "cost").mean <= 200.0 for number in found.feasible())
    assert len(found.feasible()) < len(found.trials)


def test_less_of_a_cost_is_better(formula) -> None:
    formula(lambda strategy, seed: {"cost": (payout(strategy) - 0.6) ** 2})
    found = search(COURIER, GUARANTEE, {PAYOUT: [0.05, 1.0]}, "cost", trials=30, replications=2)
    assert abs(found.trials[found.found[0]].point[PAYOUT] - 0.6) < 0.05


def test_two_objectives_give_a_front_that_spans_both(formula) -> None:
    """Between payouts of 0.3, best for one, and 0.7, best for the other, nothing beats anything."""
    formula(
        lambda strategy, seed: {
            "clv": -((payout(strategy) - 0.3) ** 2),
            "survival_rate": -((payout(strategy) - 0.7) ** 2),
        }
    )
    found = search(
        COURIER, GUARANTEE, {PAYOUT: [0.05, 1.0]}, ["clv", "survival_rate"], trials=40, replications=2
    )
    front = [found.trials[number].point[PAYOUT] for number in found.front()]
    inside = [trial.point[PAYOUT] for trial in found.trials if 0.3 <= trial.point[PAYOUT] <= 0.7]
    assert set(inside) <= set(front)
    # a payout just outside may stay, as long as none between beats it in both
    assert 0.2 < min(front) < 0.4 < 0.6 < max(front) < 0.8
    assert 2 <= len(found.found) <= 5
    assert {found.front()[0], found.front()[-1]} <= set(found.found)


def test_where_no_setting_keeps_the_limits_the_nearest_is_told(formula) -> None:
    formula(lambda strategy, seed: {"clv": 1.0, "cost": 100.0 + 500.0 * payout(strategy)})
    found = search(COURIER, GUARANTEE, {PAYOUT: [0.1, 1.0]}, budget=-10.0, trials=12, replications=2)
    assert found.feasible() == found.front() == []
    (nearest,) = found.found
    assert found.trials[nearest].point[PAYOUT] == min(trial.point[PAYOUT] for trial in found.trials)


def test_the_searched_value_is_too_good_and_the_fresh_one_is_not(formula) -> None:
    """Where all settings are equal, the best of twelve is luck.

    A searched value is the mean of 4 standard normal values, its standard deviation 0.5. The greatest of
    12 of them is 1.63 · 0.5 = 0.81 on average with a standard deviation of 0.28 (order statistics of the
    normal distribution), of 30 searches 0.05; the mean of 30 fresh values has 0.5 / √30 = 0.09. Four
    standard errors are left to luck.
    """
    formula(lambda strategy, seed: {"clv": 0.0 if payout(strategy) == 0.0 else luck(strategy, seed)})
    searched, fresh = [], []
    for seed in range(30):
        found = search(COURIER, GUARANTEE, {PAYOUT: [0.05, 0.9]}, trials=12, replications=4, seed=seed)
        (best,) = found.found
        searched.append(found.effect(best, "clv").mean)
        fresh.append(found.effect(best, "clv", fresh=True).mean)
    assert abs(np.mean(searched) - 0.81) < 4 * 0.05
    assert abs(np.mean(fresh)) < 4 * 0.09


def made_up(values: np.ndarray) -> Search:
    """Return a search whose trials have these values (trials, metrics) on one seed."""
    trials = tuple(Trial({}, row[None, :]) for row in values)
    names = ("clv", "cost", "survival_rate")[: values.shape[1]]
    return Search(
        *(COURIER, GUARANTEE, BASE, (), names, (), (1,), (2,), names, trials),
        before=np.zeros((1, values.shape[1])),
        found=(),
        fresh={},
    )


@pytest.mark.parametrize("objectives", [1, 2, 3])
def test_the_front_is_what_nothing_beats(objectives: int) -> None:
    values = np.random.default_rng(objectives).integers(0, 6, size=(40, objectives)).astype(float)
    wanted = values * np.array([1.0, -1.0, 1.0])[:objectives]  # of cost, less is better
    front = made_up(values).front()
    for number, row in enumerate(wanted):
        beaten = any((other >= row).all() and (other > row).any() for other in wanted)
        twin = any((wanted[first] == row).all() for first in range(number))
        assert (number in front) == (not beaten and not twin)


def test_every_setting_meets_the_same_luck_and_the_fresh_seeds_are_others() -> None:
    found = search(COURIER, GUARANTEE, RANGES, trials=4, replications=3, fresh=2, seed=5)
    assert (*found.seeds, *found.fresh_seeds) == replication_seeds(5, 5)
    # the strategy as it stands is the first trial: its run is that of a plain comparison
    plain = compare(COURIER, [BASE, GUARANTEE], replications=3, seed=5)
    assert found.trials[0].point[PAYOUT] == 1.0
    for metric in ("clv", "survival_rate", "cost"):
        assert found.effect(0, metric) == plain.difference("guarantee", metric)


def numbers(found: Search) -> list:
    return [
        [(dict(trial.point), trial.values.tolist()) for trial in found.trials],
        found.found,
        {key: values.tolist() for key, values in found.fresh.items()},
    ]


def test_the_number_of_threads_changes_nothing() -> None:
    first, second = (
        search(COURIER, GUARANTEE, RANGES, trials=20, replications=2, workers=workers) for workers in (1, 4)
    )
    assert numbers(first) == numbers(second)
    assert numbers(first) != numbers(search(COURIER, GUARANTEE, RANGES, trials=20, replications=2, seed=2))


def test_lives_that_are_run_at_one_go_change_nothing() -> None:
    off = ("word_of_mouth", "reviews", "referral", "acquisition", "queue", "engagement")
    alone = COURIER.replace({"market.prospects": 0.0, **{f"mechanisms.{name}": False for name in off}})
    assert live_alone(alone, [GUARANTEE])
    first, second = (
        search(alone, GUARANTEE, RANGES, trials=9, replications=2, workers=workers) for workers in (1, 4)
    )
    assert numbers(first) == numbers(second)


@pytest.mark.parametrize("stop", [15, 30, 47])
def test_an_interrupted_search_goes_on_and_ends_the_same(
    stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = search(COURIER, GUARANTEE, RANGES, trials=20, replications=2)
    runs: list[int] = []
    simulate = running.simulate_each

    def counted(*arguments, **settings):
        runs.append(1)
        if len(runs) == stop:
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    monkeypatch.setattr(running, "simulate_each", counted)
    with pytest.raises(KeyboardInterrupt):
        search(COURIER, GUARANTEE, RANGES, trials=20, replications=2, folder=tmp_path, workers=1)
    started, stop = stop, 0
    again = search(COURIER, GUARANTEE, RANGES, trials=20, replications=2, folder=tmp_path, workers=3)
    assert numbers(again) == numbers(whole)
    # 20 settings and the baseline on two seeds, then the baseline, the strategy as it stands and the best on
    # two others; the run that was stopped once more, and those that were done and not yet taken up: fewer
    # than all that had been started, which is what keeping nothing would cost.
    every = 2 * (20 + 1 + 3)
    assert every + 1 <= len(runs) < every + started


def test_a_search_stopped_between_two_trials_that_are_kept_goes_on_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import optuna

    whole = search(COURIER, GUARANTEE, RANGES, trials=20, replications=2)
    add, added = optuna.Study.add_trial, []

    def broken(study, trial):
        added.append(1)
        if len(added) == 13:  # in the middle of the second batch
            raise KeyboardInterrupt
        add(study, trial)

    with monkeypatch.context() as patched:
        patched.setattr(optuna.Study, "add_trial", broken)
        with pytest.raises(KeyboardInterrupt):
            search(COURIER, GUARANTEE, RANGES, trials=20, replications=2, folder=tmp_path)
    again = search(COURIER, GUARANTEE, RANGES, trials=20, replications=2, folder=tmp_path)
    assert numbers(again) == numbers(whole)


def test_a_killed_search_loses_nothing_that_was_finished(
    tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    code = (
        "import sys, sim\nfrom pathlib import Path\n"
        "world = sim.load_scenario('courier').replace({'customers.count': 40, 'time.horizon': 0.2})\n"
        f"sim.search(world, 'guarantee', {RANGES}, trials=400, replications=2, folder=Path(sys.argv[1]))\n"
    )
    notes = tmp_path / "runs.jsonl"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=clean_environment)
    try:
        deadline = time.monotonic() + 60.0
        while not notes.exists() or notes.read_text().count("\n") < 40:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = notes.read_text().splitlines()[:40]
    found = search(COURIER, GUARANTEE, RANGES, trials=24, replications=2, folder=tmp_path)
    assert notes.read_text().splitlines()[:40] == kept
    assert numbers(found) == numbers(search(COURIER, GUARANTEE, RANGES, trials=24, replications=2))
    assert os.path.getsize(tmp_path / "trials.db") > 0


def test_settings_that_cannot_be_carried_out_are_told_and_the_others_tried() -> None:
    found = search(
        COURIER,
        GUARANTEE,
        {"commitments.delivery.threshold": [1.0, 60.0]},  # no courier comes within 8 minutes
        trials=16,
        replications=2,
    )
    refused = [trial for trial in found.trials if trial.values is None]
    assert refused
    assert len(found.judged()) == 16 - len(refused)
    assert all("physically possible" in trial.problem for trial in refused)
    assert all(trial.point["commitments.delivery.threshold"] < 8.0 for trial in refused)


def test_settings_without_a_value_are_never_the_best(formula) -> None:
    formula(lambda strategy, seed: {"clv": np.nan if payout(strategy) > 0.5 else payout(strategy)})
    found = search(COURIER, GUARANTEE, {PAYOUT: [0.05, 1.0]}, trials=16, replications=2)
    assert 0.4 < found.trials[found.found[0]].point[PAYOUT] <= 0.5
    empty = [trial for trial in found.trials if trial.point[PAYOUT] > 0.5]
    assert empty
    assert {trial.problem for trial in empty} == {"'clv' has no value"}


def test_progress_ends_at_all() -> None:
    seen: list[tuple[int, int]] = []
    search(COURIER, GUARANTEE, RANGES, trials=3, replications=2, progress=lambda *now: seen.append(now))
    done = [now for now, _ in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"trials": 0}, "trials"),
        ({"replications": 1}, "replications"),
        ({"fresh": 1}, "fresh"),
        ({"workers": 0}, "workers"),
        ({"objectives": "weeks_to_standard"}, "objectives"),
        ({"strategy": "guarante"}, "strategies"),
        ({"levers": {"commitments.response.payout": [0.1, 1.0]}}, "levers"),
    ],
)
def test_mistakes(settings, key) -> None:
    asked = {"strategy": GUARANTEE, "levers": RANGES, "trials": 2, "replications": 2, **settings}
    with pytest.raises(ConfigurationError) as caught:
        search(COURIER, **asked)
    assert caught.value.key == key


def test_without_optuna_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'tenure\[search\]'"):
        search(COURIER, GUARANTEE, RANGES)
