"""Which assumptions a decision hangs on.

That designs and estimators are joined right is tested where the answer is known: there a world is a
formula of its assumptions and no customer lives.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from sim.report.sensitivity import sensitivity_table
from sim.study.compare import compare
from sim.study.exploration import sensitivity as module
from sim.study.exploration import worlds as running
from sim.study.exploration.sensitivity import Sensitivity, sensitivity
from sim.study.exploration.worlds import drawn_assumptions, outcomes_in_worlds
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier").replace({"customers.count": 40, "time.horizon": 0.3})
BASE, GUARANTEE, POINTS = load_strategies(["baseline", "guarantee", "loyalty_points"], COURIER)
SECTION = "behaviour.trust"
PATHS = [item.path for item in drawn_assumptions(COURIER, [SECTION])]
RANGES = {item.path: (item.entry.low, item.entry.high) for item in drawn_assumptions(COURIER, [SECTION])}


@pytest.fixture
def formula(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], None]:
    """Return a function that puts a formula in the place of runs.

    It is one of (the first three assumptions as shares of their ranges, number of the seed, of the strategy).
    """

    def put(metric: Callable) -> None:
        def outcomes(scenario, strategies, worlds, seeds, metrics, *_):
            def value(world: dict, seed: int, arm: int) -> float:
                middle = dict.fromkeys(PATHS, 0.5)
                for path, number in world.items():
                    low, high = RANGES[path]
                    middle[path] = (number - low) / (high - low)
                return float(metric([middle[path] for path in PATHS[:3]], seed, arm))

            return np.array(
                [
                    [
                        [[value(world, seed, arm)] for arm in range(len(strategies))]
                        for seed in range(len(seeds))
                    ]
                    for world in worlds
                ]
            )

        monkeypatch.setattr(module, "outcomes_in_worlds", outcomes)

    return put


def analysed(strategies: Sequence = (BASE, GUARANTEE), **settings) -> Sensitivity:
    asked = {"vary": SECTION, "trajectories": 8, "samples": 128, "most": 3, "replications": 4, "seeds": 2}
    return sensitivity(COURIER, strategies, **{**asked, **settings})


def test_effects_and_shares_of_a_sum_are_its_coefficients(formula) -> None:
    """Of 3 a + b the effects are 3 and 1, the shares of variance 9 / 10 and 1 / 10, whatever luck all share.

    Elementary effects of a linear function are exact. Of the indices the half-width is their own; twice
    that is left to chance.
    """
    formula(lambda x, seed, arm: seed + arm * (3.0 * x[0] + x[1] - 1.0))
    found = analysed()
    effects = {effect.path: effect for effect in found.effects(("guarantee", "baseline"))}
    assert effects[PATHS[0]].size == pytest.approx(3.0)
    assert effects[PATHS[1]].size == pytest.approx(1.0)
    assert all(effects[path].size == pytest.approx(0.0, abs=1e-9) for path in PATHS[2:])
    assert effects[PATHS[0]].spread == pytest.approx(0.0, abs=1e-9)
    assert [item.path for item in found.most[:2]] == PATHS[:2]
    shares = {share.path: share for share in found.shares(("guarantee", "baseline"))}
    for path, wanted in zip(PATHS[:2], (0.9, 0.1), strict=True):
        assert abs(shares[path].alone - wanted) < 2.0 * shares[path].alone_half_width
        assert abs(shares[path].total - wanted) < 2.0 * shares[path].total_half_width
        assert shares[path].alone_half_width < 0.3
    (third,) = (shares[path] for path in shares if path not in PATHS[:2])
    assert third.total - third.total_half_width <= 0.0
    assert found.luck(("guarantee", "baseline")) == pytest.approx(0.0, abs=1e-12)


def test_an_interaction_shows_in_the_total_only(formula) -> None:
    """(a − ½)(b − ½) has no effect of a or b alone; together they explain all."""
    formula(lambda x, seed, arm: arm * (x[0] - 0.5) * (x[1] - 0.5))
    found = analysed(samples=512)
    for share in found.shares(("guarantee", "baseline")):
        assert abs(share.alone) < 2.0 * max(share.alone_half_width, 0.01)
        if share.path in PATHS[:2]:
            assert share.total - share.total_half_width > 0.5


def test_the_share_of_luck_is_what_more_seeds_would_take_away(formula) -> None:
    """A variance of 1 from luck that differs from world to world, halved by two seeds, on one of a.

    With d equal to four levels of a, 0 to 1, a has the variance 5 / 36; 6 a has 5. The share of luck is
    then 0.5 / 5.5 = 0.09 on average; over 88 worlds its standard error is about a sixth of it.
    """

    def lucky(x, seed, arm):
        digits = np.random.default_rng([seed, arm, *(int(1e6 * share) for share in x)])
        return arm * (6.0 * x[0] + digits.normal())

    formula(lucky)
    share = analysed(trajectories=30, samples=0).luck(("guarantee", "baseline"))
    assert 0.04 < share < 0.16
    formula(lambda x, seed, arm: arm * seed)  # the same luck in all worlds, and nothing else
    assert np.isnan(analysed(samples=0).luck(("guarantee", "baseline")))


def test_how_often_another_strategy_is_best_and_what_it_costs_to_err(formula) -> None:
    """Points gain a − 0.2, the guarantee −0.3: points are best where a is above 0.2, at three of four levels.

    Today a is in the middle. Below, at a = 0, points lose 0.2.
    """
    formula(lambda x, seed, arm: (0.0, -0.3, x[0] - 0.2)[arm])
    found = analysed((BASE, GUARANTEE, POINTS), samples=0, trajectories=20)
    assert found.recommended == "loyalty_points"
    assert found.decisive == ("loyalty_points", "baseline")
    assert found.pairs() == [("loyalty_points", "baseline"), ("guarantee", "baseline")]
    low = found.points[:, 0] <= RANGES[PATHS[0]][0]
    assert found.best_in()["loyalty_points"] == pytest.approx(1.0 - low.mean())
    assert 0.1 < low.mean() < 0.5
    assert found.regret("loyalty_points").max() == pytest.approx(0.2)
    assert found.regret("loyalty_points").mean() == pytest.approx(0.2 * low.mean())
    worst, world = found.worst("loyalty_points")
    assert worst == pytest.approx(-0.2)
    assert world[PATHS[0]] == RANGES[PATHS[0]][0]


def test_of_a_cost_the_least_is_recommended(formula) -> None:
    formula(lambda x, seed, arm: (5.0, 3.0 + 4.0 * x[0])[arm])
    found = analysed(metric="cost", samples=0)
    assert found.decisive == ("baseline", "guarantee") or found.decisive == ("guarantee", "baseline")
    worst, _ = found.worst("guarantee")
    assert worst == pytest.approx(2.0)  # it costs that much more, where a is 1


def test_no_world_lies_beyond_a_range(monkeypatch: pytest.MonkeyPatch) -> None:
    """In floating point the greatest of four levels from 0.15 to 0.45 comes out a bit above 0.45."""
    seen: list[dict[str, float]] = []

    def outcomes(scenario, strategies, worlds, seeds, *_):
        seen.extend(worlds)
        return np.ones((len(worlds), len(seeds), len(strategies), 1))

    monkeypatch.setattr(module, "outcomes_in_worlds", outcomes)
    found = sensitivity(COURIER, [BASE, GUARANTEE], trajectories=8, samples=4)
    assert any(item.path == "behaviour.recovery.interactional" for item in found.items)
    assert len(seen) > 1000
    for item in (*found.items, *found.most):
        drawn = [world[item.path] for world in seen if item.path in world]
        assert item.entry.low <= min(drawn) <= max(drawn) <= item.entry.high


def test_what_cannot_be_drawn_with_the_others_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"^vary: behaviour\.answer\.\w+ cannot be drawn"):
        outcomes_in_worlds(COURIER, [BASE], [{"behaviour.answer.three_stars": 0.0}], (1,), ("clv",))


# customers


@pytest.fixture(scope="module")
def switched_off() -> Sensitivity:
    """Return a study of points in a world without word of mouth: what people hear cannot matter there."""
    world = COURIER.replace({"mechanisms.word_of_mouth": False, "customers.count": 100, "time.horizon": 0.3})
    return sensitivity(
        world,
        [BASE, POINTS],
        vary=["behaviour.programme.reset", "behaviour.talk.warning"],
        trajectories=6,
        samples=8,
        most=2,
        replications=4,
    )


def test_what_cannot_matter_does_not_and_what_must_does(switched_off) -> None:
    effects = {effect.path: effect for effect in switched_off.effects(switched_off.decisive)}
    shares = {share.path: share for share in switched_off.shares(switched_off.decisive)}
    heard = "behaviour.talk.warning"
    assert effects[heard].size - effects[heard].half_width <= 0.0
    assert abs(shares[heard].alone) <= shares[heard].alone_half_width
    assert shares[heard].total - shares[heard].total_half_width <= 0.0
    reset = "behaviour.programme.reset"
    assert effects[reset].size - effects[reset].half_width > 0.0
    assert shares[reset].total - shares[reset].total_half_width > 0.0
    assert shares[reset].alone - shares[reset].alone_half_width > 0.0


def test_the_world_as_it_stands_is_that_of_a_plain_comparison(switched_off) -> None:
    plain = compare(switched_off.scenario, [BASE, POINTS], replications=4)
    assert switched_off.now(("loyalty_points", "baseline")) == plain.difference("loyalty_points", "clv")


def test_with_one_seed_the_table_says_what_would_tell_the_luck(formula) -> None:
    formula(lambda x, seed, arm: arm * x[0])
    one, two = (sensitivity_table(analysed(samples=0, seeds=seeds)) for seeds in (1, 2))
    assert "the same seed in each" in one
    assert "seeds=2 would tell how much of all this is luck" in one
    assert "luck %" not in one
    assert "the same 2 seeds in each" in two
    assert "luck %" in two


def test_threads_and_interruptions_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"vary": "behaviour.trust.kept_gain", "trajectories": 2, "samples": 2, "most": 1}
    whole = sensitivity(COURIER, [BASE, GUARANTEE], **settings, replications=2, workers=1)
    simulate, runs = running.simulate_each, []

    def stopped(*arguments, **asked):
        runs.append(1)
        if len(runs) == 7:
            raise KeyboardInterrupt
        return simulate(*arguments, **asked)

    monkeypatch.setattr(running, "simulate_each", stopped)
    asked = {**settings, "replications": 2, "folder": tmp_path, "workers": 3}
    with pytest.raises(KeyboardInterrupt):
        sensitivity(COURIER, [BASE, GUARANTEE], **asked)
    again = sensitivity(COURIER, [BASE, GUARANTEE], **asked)
    for name in ("points", "screened", "sampled", "today"):
        assert getattr(again, name).tolist() == getattr(whole, name).tolist()


def test_a_world_drawn_twice_is_run_once() -> None:
    seen = []
    values = outcomes_in_worlds(
        COURIER,
        [BASE],
        [{}, {"behaviour.trust.kept_gain": 0.01}, {}],
        (1, 2),
        ("clv",),
        progress=lambda *now: seen.append(now),
    )
    assert values.shape == (3, 2, 1, 1)
    assert values[0].tolist() == values[2].tolist() != values[1].tolist()
    assert seen[-1] == (2, 2)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"strategies": [BASE]}, "strategies"),
        ({"strategies": [BASE, BASE]}, "strategies"),
        ({"baseline": "basline"}, "baseline"),
        ({"metric": "clw"}, "metric"),
        ({"metric": "weeks_to_standard"}, "metric"),
        ({"vary": ["behaviour.trsut"]}, "vary"),
        ({"vary": ["survey.order_share.x"]}, "vary"),
        ({"trajectories": 1}, "trajectories"),
        ({"samples": 63}, "samples"),
        ({"samples": -1}, "samples"),
        ({"most": 0}, "most"),
        ({"seeds": 0}, "seeds"),
        ({"replications": 1}, "replications"),
        ({"workers": 0}, "workers"),
    ],
)
def test_mistakes(settings, key) -> None:
    asked = {"strategies": [BASE, GUARANTEE], "vary": SECTION, "trajectories": 2, **settings}
    with pytest.raises(ConfigurationError) as caught:
        sensitivity(COURIER, **asked)
    assert caught.value.key == key


def test_without_salib_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'tenure\[sensitivity\]'"):
        sensitivity(COURIER, [BASE, GUARANTEE])
