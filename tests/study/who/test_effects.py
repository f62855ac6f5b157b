"""What many lucks say of customers whose chances are known: groups, bounds, tenths, traits, targeting."""

import numpy as np
import pytest

import sim
from sim.engine.layout import CUSTOMER_TYPE
from sim.study.who.effects import IndividualEffects
from sim.study.who.groups import GROUPS, bounds
from sim.study.who.targeting import mean_of_best, sharpened
from sim.study.who.traits import thirds
from sim.world.strategy import Strategy

COUNT, LUCKS = 400, 200
SECOND = np.arange(LUCKS) // 10 % 2 == 1


def made(
    chance_with: np.ndarray, chance_without: np.ndarray, *, shared: bool, seed: int = 1, lucks: int = LUCKS
) -> IndividualEffects:
    """Return lives of customers with known chances; with shared luck one draw decides in both worlds."""
    generator = np.random.default_rng(seed)
    draws = generator.random((lucks, len(chance_with)))
    others = draws if shared else generator.random((lucks, len(chance_with)))
    people = np.zeros(len(chance_with), dtype=CUSTOMER_TYPE)
    people["id"] = np.arange(len(people))
    people["order_rate"] = chance_with - chance_without
    people["price"] = generator.random(len(people))
    gain = np.tile(100.0 * (chance_with - chance_without), (2, 1))
    return IndividualEffects(
        sim.load_scenario("courier"),
        Strategy(name="idea"),
        Strategy(name="baseline"),
        1,
        tuple(range(lucks)),
        "shared" if shared else "independent",
        people,
        others < chance_without,
        draws < chance_with,
        gain,
        np.arange(lucks) // 10 % 2 == 1,
    )


@pytest.fixture(scope="module")
def chances() -> tuple[np.ndarray, np.ndarray]:
    """Return chances with and without a strategy that helps some and harms a few."""
    generator = np.random.default_rng(9)
    without = generator.uniform(0.2, 0.9, COUNT)
    effect = np.where(np.arange(COUNT) % 10 == 0, -0.15, generator.uniform(0.0, 0.1, COUNT))
    return without + effect, without


def test_effects_do_not_depend_on_what_the_worlds_share_but_groups_do(chances) -> None:
    shared, apart = made(*chances, shared=True), made(*chances, shared=False, seed=2)
    # Gaps in standard errors, squared and summed over customers: their number, give or take.
    gap = shared.effects - apart.effects
    variance = sum(one.difference().var(axis=0, ddof=1) / LUCKS for one in (shared, apart))
    square = float(np.sum(gap**2 / variance))
    assert abs(square - COUNT) < 4.0 * np.sqrt(2.0 * COUNT)
    assert abs(gap.mean()) < 4.0 * np.sqrt(float(variance.sum())) / COUNT
    tables = [one.groups().set_index("group") for one in (shared, apart)]
    assert tables[1].share["persuadable"] > 2.0 * tables[0].share["persuadable"]
    assert tables[0].high["persuadable"] < tables[1].low["persuadable"]
    assert [table.luck.iloc[0] for table in tables] == ["shared", "independent"]


@pytest.mark.parametrize("shared", [True, False])
def test_bounds_hold_every_size_that_luck_can_give(chances, shared: bool) -> None:
    table = made(*chances, shared=shared).groups().set_index("group")
    chance_with, chance_without = chances
    for name, (with_it, without_it) in GROUPS.items():
        p = chance_with if with_it else 1.0 - chance_with
        q = chance_without if without_it else 1.0 - chance_without
        low, high = np.maximum(0.0, p + q - 1.0).mean(), np.minimum(p, q).mean()
        # A mean over 400 customers of chances known within .05 each: a standard error of .0025 at most.
        assert table.lowest[name] <= low + 4 * 0.0025, name
        assert table.highest[name] >= high - 4 * 0.0025, name
        assert table.lowest[name] - 4 * 0.0025 <= table.share[name] <= table.highest[name] + 4 * 0.0025, name
    assert table.share.sum() == pytest.approx(1.0)


def test_bounds_from_the_same_lucks_would_be_too_narrow() -> None:
    # Everybody's chance is one half in both worlds: the bounds of the persuadable are 0 and .5. Plugged in,
    # the mean of max(0, p - q) is the mean of a half-normal with standard deviation sqrt(.5 / 40).
    half = np.full(2000, 0.5)
    found = made(half, half, shared=False, lucks=40)
    plugged = np.maximum(0.0, found.effects).mean()
    assert plugged == pytest.approx(np.sqrt(0.5 / 40 / (2 * np.pi)), rel=0.1)
    low, high = bounds(found.stays_with, found.stays_without, found.second)["persuadable"]
    assert low <= 4.0 * np.sqrt(0.5 / 40 / 2000)
    assert high >= 0.5 - 4.0 * np.sqrt(0.25 / 40 / 2000)


def test_harm_is_bounded_from_both_sides(chances) -> None:
    found = made(*chances, shared=False)
    harm = found.harmed()
    assert harm.at_least <= 0.1 <= harm.at_most  # a tenth is harmed
    assert harm.counted > 0.15  # noise adds half of it
    assert harm.at_least > 0.03
    gain = found.gaining()
    effect = chances[0] - chances[1]
    assert gain.at_least <= (effect > 0.02).mean() <= gain.at_most
    assert harm.at_most < 1.0


def test_a_strategy_that_does_nothing_harms_nobody_though_lucks_differ() -> None:
    without = np.random.default_rng(4).uniform(0.2, 0.9, 1000)
    found = made(without, without, shared=False)
    assert found.harmed().counted > 0.25  # what a count of measured effects would say
    assert found.harmed().at_least == 0.0
    assert found.gaining().at_least == 0.0
    # The variance of the effects is 0: estimated with a standard error of sqrt(2 / 1000) of the noise's.
    spread = found.spread()
    assert spread.true**2 <= 4.0 * np.sqrt(2.0 / 1000) * spread.noise**2
    assert found.tenths().low.iloc[0] < 0.0 < found.tenths().high.iloc[0]  # the worst by bad luck only
    worst = np.sort(found.effects)[:100].mean()
    assert worst < -0.05  # which the tenth of the measured effects is not


def test_the_spread_is_that_of_the_effects(chances) -> None:
    found = made(*chances, shared=False)
    true = (chances[0] - chances[1]).std()
    spread = found.spread()
    assert spread.measured**2 == pytest.approx(spread.noise**2 + spread.true**2)
    # Standard error of a variance over customers: sqrt(2 / 400) of the measured one.
    assert spread.true**2 == pytest.approx(true**2, abs=4.0 * np.sqrt(2.0 / COUNT) * spread.measured**2)
    assert found.without_noise().std(ddof=1) == pytest.approx(spread.true)
    table = found.quantiles()
    assert (table.measured.iloc[0] < table.without_noise.iloc[0]).all()


def test_those_who_gain_most_are_found_by_their_trait(chances) -> None:
    table = made(*chances, shared=True).traits().set_index("trait")
    assert table.index[0] == "order rate"  # which is the effect itself here
    assert table.low["order rate"] > 0.0
    assert table.low["price of an order"] < 0.0 < table.high["price of an order"]
    assert "loss aversion" not in table.index  # all are alike in it


def test_thirds_of_traits() -> None:
    found = thirds(np.arange(9.0))
    assert found is not None
    assert [group.sum() for group in found] == [3, 3, 3]
    yes = thirds(np.array([0.0] * 7 + [1.0] * 2))
    assert yes is not None
    assert [group.sum() for group in yes] == [7, 0, 2]
    assert thirds(np.ones(5)) is None


def test_uplift_chooses_better_than_risk_where_they_differ() -> None:
    # Those most at risk gain nothing here, those in the middle a lot.
    without = np.linspace(0.1, 0.9, COUNT)
    effect = np.where((without > 0.4) & (without < 0.6), 0.25, 0.0)
    table = made(without + effect, without, shared=False).targeting().set_index("budget")
    assert table.low[0.2] > 0.0
    assert table.by_risk[0.1] == pytest.approx(0.0, abs=4.0 * np.sqrt(0.5 / LUCKS / 40))
    assert table.by_uplift[0.2] > table.at_random[0.2] > table.by_risk[0.2]
    assert table.value_by_uplift[0.2] > table.value_by_risk[0.2]


def test_uplift_chooses_no_better_where_nobody_gains() -> None:
    # Ranked and measured in the same lucks, the best fifth would seem to gain 7 points by luck alone.
    without = np.linspace(0.1, 0.9, COUNT)
    found = made(without, without, shared=False)
    naive = mean_of_best(found.effects, found.effects, 0.2)
    assert naive > 0.04
    table = found.targeting().set_index("budget")
    assert table.low[0.2] < 0.0 < table.high[0.2]
    assert abs(table.by_uplift[0.2]) < 4.0 * np.sqrt(0.5 / LUCKS / 80)


def test_the_best_are_those_with_the_highest_scores() -> None:
    score, kept = np.arange(10.0), np.arange(10.0) * 10.0
    assert mean_of_best(score, kept, 0.2) == 85.0
    assert mean_of_best(-score, kept, 0.01) == 0.0


def test_the_table_of_customers_holds_all(chances) -> None:
    table = made(*chances, shared=True).customers()
    assert len(table) == COUNT
    np.testing.assert_allclose(table.stays_with - table.stays_without, table.effect)
    assert (table.standard_error <= np.sqrt(0.5 / LUCKS) * 1.1).all()


def test_what_customers_are_like_sharpens_noisy_effects() -> None:
    generator = np.random.default_rng(8)
    like = generator.random((2000, 4))
    true = 0.05 * like[:, 0] ** 2 + 0.01 * generator.normal(size=2000)
    measured = true + 0.04 * generator.normal(size=2000)
    found = sharpened(measured, 0.04**2, np.column_stack([like, np.ones(2000)]))
    raw, better = (np.corrcoef(one, true)[0, 1] for one in (measured, found))
    assert better > raw + 0.2
    # The best possible estimate here, trait and departure weighed by their variances, reaches .85.
    assert better < 0.88
    few = sharpened(measured[:50], 0.04**2, like[:50])
    np.testing.assert_array_equal(few, measured[:50])
    plain = sharpened(measured, 0.0, np.ones((2000, 1)))
    np.testing.assert_allclose(plain, measured)
