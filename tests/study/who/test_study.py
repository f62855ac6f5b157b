"""The same customers through many lucks: results of ordinary runs, spillover, interruptions, mistakes."""

import numpy as np
import pytest

import sim
from sim.engine.simulation import simulate
from sim.study.unfinished import Notebook
from sim.study.who.effects import DIRECT, FROM_OTHERS, ON_OTHERS, WHOLE, IndividualEffects
from sim.study.who.study import individual_effects
from sim.study.who.worlds import same_people
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

ALONE = {
    "market.prospects": 0.0,
    "network.kind": "none",
    "mechanisms.reviews": False,
    "mechanisms.queue": False,
    "mechanisms.engagement": False,
    "mechanisms.feedback": False,
}
STRONG = Strategy(name="strong").replace(
    {"commitments.delivery": {"threshold": 12.0, "publicity": 1.0, "honest": False}}
)
"""A promise that is broken nearly always: it drives customers away."""
NOTHING = Strategy(name="nothing").replace({"training": {}, "phases": {"never": {"levers": []}}})


@pytest.fixture(scope="module")
def together() -> Scenario:
    """Return a small world in which customers talk and queue."""
    return sim.load_scenario("courier").replace({"customers.count": 70, "time.horizon": 0.5})


@pytest.fixture(scope="module")
def alone(together: Scenario) -> Scenario:
    """Return the same world with everybody alone."""
    return together.replace(ALONE)


@pytest.fixture(scope="module")
def found(together: Scenario) -> IndividualEffects:
    """Return effects in the world where people talk."""
    return individual_effects(together, STRONG)


@pytest.fixture(scope="module")
def apart(alone: Scenario) -> IndividualEffects:
    """Return effects where everybody is alone."""
    return individual_effects(alone, STRONG)


def test_who_stays_is_what_ordinary_runs_say(together: Scenario, found: IndividualEffects) -> None:
    people = same_people(found.seed)
    for place in (0, 57, 199):
        for strategy, stays in ((Strategy(name="baseline"), found.stays_without), (STRONG, found.stays_with)):
            run = simulate(together, strategy, found.lucks[place], people=people)
            np.testing.assert_array_equal(run.population["active"][:70] == 1, stays[place])
    own = simulate(together, STRONG, found.seed)  # the first luck is the seed of the people: a plain run
    assert found.lucks[0] == found.seed
    np.testing.assert_array_equal(own.population["active"][:70] == 1, found.stays_with[0])


def test_a_strategy_that_does_nothing_changes_nobody(together: Scenario) -> None:
    still = individual_effects(together, NOTHING)
    assert not still.effects.any()
    assert still.harmed()[:2] == (0.0, 0.0)
    assert still.gaining()[:2] == (0.0, 0.0)
    assert still.spread() == (0.0, 0.0, 0.0)
    assert still.mean() == (0.0, 0.0, 0.0)
    apart = still.spillover()
    assert apart is not None
    assert not apart[["effect", "low", "high"]].to_numpy().any()


def test_effects_are_the_same_with_shared_and_with_other_luck(
    alone: Scenario, apart: IndividualEffects
) -> None:
    other = individual_effects(alone, STRONG, luck="independent", spillover=False, seed=1)
    gap = apart.effects - other.effects
    variance = sum(one.difference().var(axis=0, ddof=1) / 200 for one in (apart, other))
    # The mean over customers of independent errors: 4 standard errors. The treated lives are the same runs,
    # which only makes the gap smaller.
    assert abs(gap.mean()) < 4.0 * np.sqrt(variance.sum()) / len(gap)
    changing = variance > 0.0
    assert np.mean(gap[changing] ** 2 / variance[changing]) < 1.0 + 4.0 * np.sqrt(2.0 / changing.sum())
    shared, independent = (one.groups().set_index("group") for one in (apart, other))
    assert shared.high["persuadable"] < independent.low["persuadable"]
    assert shared.high["lost cause"] > independent.low["lost cause"]
    assert apart.mean().high < 0.0


def test_alone_the_spillover_is_exactly_zero(apart: IndividualEffects) -> None:
    table = apart.spillover()
    assert table is not None
    rows = table.set_index("part")
    assert rows.loc[ON_OTHERS].tolist() == [0.0, 0.0, 0.0]
    assert rows.loc[FROM_OTHERS].tolist() == [0.0, 0.0, 0.0]
    assert rows.high[DIRECT] < 0.0


def test_where_people_talk_the_spillover_has_an_interval_and_all_adds_up(found: IndividualEffects) -> None:
    table = found.spillover()
    assert table is not None
    rows = table.set_index("part")
    for part in (ON_OTHERS, FROM_OTHERS):
        assert rows.low[part] < rows.effect[part] < rows.high[part]
    assert found.half is not None
    treated = np.where(found.half, found.difference(), 0.0).sum(axis=1) / found.half.sum(axis=1)
    assert rows.effect[[DIRECT, ON_OTHERS, FROM_OTHERS]].sum() == pytest.approx(treated.mean())
    assert rows.effect[WHOLE] == pytest.approx(found.effects.mean())


def test_an_interrupted_study_goes_on(together: Scenario, found: IndividualEffects, tmp_path) -> None:
    path = tmp_path / "lucks"

    def stop(done: int, total: int) -> None:
        assert total == 20
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        individual_effects(together, STRONG, progress=stop, notebook=Notebook(path), workers=2)
    again = individual_effects(together, STRONG, notebook=Notebook(path), workers=3)
    np.testing.assert_array_equal(again.stays_with, found.stays_with)
    np.testing.assert_array_equal(again.stays_half, found.stays_half)
    np.testing.assert_array_equal(again.value, found.value)


def test_without_the_third_world_there_is_no_spillover(alone: Scenario, apart: IndividualEffects) -> None:
    two = individual_effects(alone, STRONG, spillover=False)
    assert two.spillover() is None
    np.testing.assert_array_equal(two.stays_with, apart.stays_with)


def test_a_baseline_may_have_levers_where_nobody_is_spared(alone: Scenario) -> None:
    more = STRONG.replace({"name": "more", "recovery.empowerment": 400.0})
    held = individual_effects(alone, more, STRONG, spillover=False)
    assert held.stays_without.any()
    with pytest.raises(ConfigurationError, match="spillover=false"):
        individual_effects(alone, more, STRONG)


@pytest.mark.parametrize(
    ("options", "key", "told"),
    [
        ({"strategy": Strategy(name="idle")}, "strategy", "has no levers"),
        ({"baseline": STRONG}, "strategy", "is the baseline itself"),
        ({"lucks": 199}, "lucks", "200 to 714,285 with 70 customers"),
        ({"lucks": 6_000_000}, "lucks", "200 to"),
        ({"luck": "same"}, "luck", "shared"),
        ({"engine": "messa"}, "engine", "did you mean 'mesa'"),
        ({"workers": 0}, "workers", "at least 1"),
        (
            {"strategy": STRONG.replace({"eligibility.segments": ["ofices"]})},
            "strategies.strong.eligibility.segments",
            "did you mean 'offices'",
        ),
    ],
)
def test_mistakes_are_told(alone: Scenario, options, key: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        individual_effects(alone, **{"strategy": STRONG, **options})
    assert caught.value.key == key
    assert told in str(caught.value)


def test_too_many_customers_are_told(alone: Scenario) -> None:
    with pytest.raises(ConfigurationError, match="use fewer customers"):
        individual_effects(alone.replace({"customers.count": 3_000_000}), STRONG)
