"""The levers of a strategy held to account: what adds up, what is nothing, what survives an interruption."""

import numpy as np
import pytest

import sim
from sim.study.attribution.study import Attribution, attribute, parts_of, with_only
from sim.study.metrics import METRICS
from sim.study.unfinished import Notebook
from sim.world.errors import ConfigurationError
from sim.world.library import load_strategy
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

LEVERS = {
    "recovery.response_target": 0.5,
    "recovery.compensation": 0.5,
    "training": {"skill": 0.85, "weeks": 4.0, "cost": 150.0},
    "commitments.delivery": {"threshold": 30.0, "payout": 1.0, "automatic": True},
}


@pytest.fixture(scope="module")
def courier() -> Scenario:
    """Return a small world in which customers talk and share a queue."""
    return sim.load_scenario("courier").replace({"customers.count": 150, "time.horizon": 0.5})


@pytest.fixture(scope="module")
def four() -> Strategy:
    """Return a strategy of four levers."""
    return Strategy(name="four").replace(LEVERS)


@pytest.fixture(scope="module")
def found(courier: Scenario, four: Strategy) -> Attribution:
    """Return its levers held to account."""
    return attribute(courier, four, replications=3, seed=5)


def test_shares_add_up_to_the_effect_in_every_replication(
    courier: Scenario, four: Strategy, found: Attribution
) -> None:
    baseline = load_strategy("baseline", courier)
    comparison = sim.compare(courier, [baseline, four], replications=3, seed=5)
    for metric in found.metrics:
        whole = comparison.values("four", metric) - comparison.values("baseline", metric)
        assert whole.any(), metric
        parts = sum(found.values(name, metric) for name in found.players)
        # To rounding: sums of 16 terms of the size of the metric.
        size = np.abs(comparison.values("baseline", metric)).max()
        np.testing.assert_allclose(parts, whole, atol=1e-12 * size)
    assert found.pairs is None


def test_every_lever_off_is_the_baseline_to_the_bit(courier: Scenario) -> None:
    for name in ("combined", "pilot", "growth", "staff"):
        strategy = load_strategy(name, courier)
        bare = sim.simulate(courier, with_only(strategy, frozenset()), seed=3)
        plain = sim.simulate(courier, load_strategy("baseline", courier), seed=3)
        for metric in ("survival_rate", "profit"):
            measure = METRICS[metric].measure
            assert measure is not None
            assert measure(bare) == measure(plain), (name, metric)


def test_a_lever_without_effect_gets_exactly_nothing(courier: Scenario) -> None:
    # The notice begins in week 20 with nobody to reach it.
    idle = Strategy(name="idle").replace(
        {
            "recovery.compensation": 0.5,
            "notice": {},
            "phases": {"first": {"levers": ["recovery.compensation"]}},
        }
    )
    found = attribute(courier, idle, replications=3)
    for metric in found.metrics:
        assert found.values("notice", metric).tolist() == [0.0, 0.0, 0.0]
        assert found.interval("notice", metric) == (0.0, 0.0, 0.0)
    assert found.values("recovery.compensation", "profit").all()


def test_sections_are_switched_together(courier: Scenario) -> None:
    strategy = load_strategy("combined", courier)
    assert list(parts_of(strategy, "section")) == ["commitments", "recovery", "loyalty", "training"]
    found = attribute(courier, strategy, replications=2, by="section")
    np.testing.assert_allclose(sum(found.shares.values()), found.whole, atol=1e-8)


def test_what_rests_on_a_lever_is_off_with_it(courier: Scenario) -> None:
    strategy = load_strategy("combined", courier)
    left = with_only(strategy, frozenset({"loyalty.expiry", "loyalty.endowment", "training"}))
    assert left.levers() == ("training",)
    assert left.phases["promise"].levers == ("training",)
    points = with_only(strategy, frozenset({"loyalty.points"}))
    assert points.levers() == ("loyalty.points",)
    assert with_only(strategy, frozenset(strategy.levers())) == strategy


def test_beyond_eight_levers_orders_are_drawn(courier: Scenario) -> None:
    strategy = load_strategy("combined", courier)
    found = attribute(courier, strategy, replications=3, seed=2)
    assert (found.pairs, len(found.players)) == (2, 9)
    np.testing.assert_allclose(sum(found.shares.values()), found.whole, atol=1e-8)


def test_drawn_orders_split_the_same_whole(courier: Scenario, four: Strategy, found: Attribution) -> None:
    drawn = attribute(courier, four, replications=3, seed=5, pairs=6)
    assert drawn.pairs == 6
    np.testing.assert_array_equal(drawn.whole, found.whole)
    assert any((drawn.shares[name] != found.shares[name]).any() for name in found.players)
    np.testing.assert_allclose(sum(drawn.shares.values()), found.whole, atol=1e-8)


def test_an_interrupted_study_goes_on(
    courier: Scenario, four: Strategy, found: Attribution, tmp_path
) -> None:
    path = tmp_path / "runs"

    def stop(done: int, total: int) -> None:
        assert total == 3 * 16
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attribute(courier, four, 3, 5, progress=stop, notebook=Notebook(path), workers=3)
    kept = Notebook(path)
    assert len(kept.done) == 10
    calls: list[int] = []
    again = attribute(
        courier, four, 3, 5, progress=lambda done, _: calls.append(done), notebook=kept, workers=3
    )
    assert calls == list(range(11, 49))
    for name in found.players:
        np.testing.assert_array_equal(again.shares[name], found.shares[name])


def test_the_summary_is_tidy(found: Attribution) -> None:
    table = found.summary()
    assert len(table) == 2 * (4 + 1)
    assert set(table.lever) == {*found.players, "whole"}
    profit = table[table.metric == "profit"].set_index("lever")
    assert profit.effect.drop("whole").sum() == pytest.approx(profit.effect["whole"])
    assert (profit.low < profit.effect).all()
    parts = profit.part.drop("whole").sum()
    assert parts == pytest.approx(1.0) or np.isnan(parts)


@pytest.mark.parametrize(
    ("changes", "options", "key", "told"),
    [
        ({}, {}, "strategy", "has no levers"),
        (LEVERS, {"metrics": ("survival",)}, "metrics", "survival_rate"),
        (LEVERS, {"metrics": ()}, "metrics", "expected names of metrics"),
        (LEVERS, {"metrics": ("roi",)}, "metrics", "take clv or profit"),
        (LEVERS, {"metrics": ("nps_standard_error",)}, "metrics", "take nps"),
        (LEVERS, {"metrics": ("profit", "profit")}, "metrics", "stands twice"),
        (LEVERS, {"metrics": ("save_rate",), "replications": 1}, "metrics", "no value"),
        (LEVERS, {"by": "levers"}, "by", "did you mean 'lever'"),
        (LEVERS, {"replications": 0}, "replications", "at least 1"),
        (LEVERS, {"pairs": 0}, "pairs", "at least 1"),
        (LEVERS, {"baseline": Strategy(name="busy").replace(LEVERS)}, "baseline", "levers of its own"),
        ({**LEVERS, "save_offer": {}}, {}, "strategies.four.save_offer", "has no contracts"),
    ],
)
def test_mistakes_are_told(courier: Scenario, changes, options, key: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        attribute(courier, Strategy(name="four").replace(changes), **options)
    assert caught.value.key == key
    assert told in str(caught.value)


def test_a_part_that_is_not_there_is_told(found: Attribution) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'training'"):
        found.values("trainng", "profit")
    with pytest.raises(ConfigurationError, match="was not asked for"):
        found.values("training", "clv")
