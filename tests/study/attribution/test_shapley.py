"""The split of Shapley: its defining properties, and that drawn orders estimate it honestly."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from sim.study.attribution.shapley import (
    Coalition,
    chains,
    coalitions,
    drawn_orders,
    exact_shares,
    sampled_shares,
)
from sim.study.statistics import mean_interval

PLAYERS = ("a", "b", "c", "d")


def game(seed: int, players: tuple[str, ...] = PLAYERS, rows: int = 5):
    """Return a game of random values, a row per replication."""
    generator = np.random.default_rng(seed)
    values = {one: generator.normal(size=rows) for one in coalitions(players)}
    return values.__getitem__


def test_every_set_of_the_parts_is_there_once() -> None:
    found = coalitions(PLAYERS)
    assert len(found) == len(set(found)) == 16
    assert found[0] == frozenset()
    assert found[-1] == frozenset(PLAYERS)


def test_the_glove_game_by_hand() -> None:
    # One left glove and two right ones: 2/3, 1/6, 1/6 (Shapley 1953).
    def worth(one: Coalition) -> np.ndarray:
        return np.array(float("left" in one and len(one) > 1))

    found = exact_shares(("left", "right", "other"), worth)
    assert [float(found[name]) for name in ("left", "right", "other")] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_shares_are_means_over_all_orders() -> None:
    value = game(1)
    by_orders = sampled_shares(PLAYERS, list(permutations(PLAYERS)), value)
    exact = exact_shares(PLAYERS, value)
    for name in PLAYERS:
        np.testing.assert_allclose(exact[name], by_orders[name], atol=1e-12)


def test_shares_add_up_to_the_whole_in_every_replication() -> None:
    for seed in range(5):
        value = game(seed)
        whole = value(frozenset(PLAYERS)) - value(frozenset())
        np.testing.assert_allclose(sum(exact_shares(PLAYERS, value).values()), whole, atol=1e-12)
        few = sampled_shares(PLAYERS, drawn_orders(PLAYERS, 1, seed), value)
        np.testing.assert_allclose(sum(few.values()), whole, atol=1e-12)


def test_names_do_not_matter() -> None:
    value = game(2)
    swap = {"a": "b", "b": "a"}
    found = exact_shares(PLAYERS, value)
    other = exact_shares(PLAYERS, lambda one: value(frozenset(swap.get(name, name) for name in one)))
    np.testing.assert_allclose(other["a"], found["b"], atol=1e-12)
    np.testing.assert_allclose(other["b"], found["a"], atol=1e-12)
    np.testing.assert_allclose(other["c"], found["c"], atol=1e-12)
    assert not np.allclose(found["a"], found["b"])


def test_a_part_that_adds_nothing_gets_exactly_nothing() -> None:
    value = game(3)

    def without_d(one: Coalition) -> np.ndarray:
        return value(one - {"d"})

    assert exact_shares(PLAYERS, without_d)["d"].tolist() == [0.0] * 5
    assert sampled_shares(PLAYERS, drawn_orders(PLAYERS, 3, 1), without_d)["d"].tolist() == [0.0] * 5
    assert exact_shares(PLAYERS, value)["d"].any()


def test_orders_come_with_their_reverse_and_follow_the_seed() -> None:
    orders = drawn_orders(PLAYERS, 3, 7)
    assert len(orders) == 6
    assert all(orders[n] == orders[n + 1][::-1] for n in (0, 2, 4))
    assert all(sorted(one) == list(PLAYERS) for one in orders)
    assert orders == drawn_orders(PLAYERS, 3, 7)
    assert orders != drawn_orders(PLAYERS, 3, 8)


def test_chains_hold_what_the_orders_need_and_nothing_else() -> None:
    assert chains([("a", "b"), ("b", "a")]) == coalitions(("a", "b"))
    assert chains([("a", "b")]) == [frozenset(), frozenset("a"), frozenset("ab")]


@pytest.mark.parametrize("pairs", [1, 2])
def test_intervals_hold_the_error_of_drawing_too(pairs: int) -> None:
    # Replications scatter around a game with strong interactions; every replication draws its orders. An
    # interval of 95 % has to hold the true share in 95 % of the studies: of 400, 365 at least, for 5 %
    # misses are exceeded by 35 with a chance below one in a thousand (binomial).
    players = tuple("abcdefghij")
    generator = np.random.default_rng(4)
    worth = {name: generator.normal() for name in players}

    def true(one: Coalition) -> float:
        alone = sum(worth[name] for name in one)
        return alone + 3.0 * ("a" in one and "b" in one) - 2.0 * ("c" in one and len(one) > 5)

    # By linearity: the pair shares its 3 evenly; the rest for "a" from all of its orders' middle terms.
    exact = float(exact_shares(players, lambda one: np.array(true(one)))["a"])
    assert exact == pytest.approx(worth["a"] + 1.5 - 2.0 * share_of_the_fifth(), abs=1e-9)
    held = sampled_alone = 0
    studies, replications = 400, 12
    for study in range(studies):
        values = []
        for number in range(replications):
            noise = np.random.default_rng((study, number)).normal(size=len(players))

            def value(one: Coalition, noise: np.ndarray = noise) -> np.ndarray:
                return np.array(true(one) + sum(noise[players.index(name)] for name in one))

            orders = drawn_orders(players, pairs, study * 1000 + number)
            values.append(float(sampled_shares(players, orders, value)["a"]))
            sampled_alone += abs(values[-1] - exact - noise[0]) > 1e-9
        interval = mean_interval(np.array(values))
        held += interval.low <= exact <= interval.high
    assert sampled_alone > 0.3 * studies * replications  # drawing does err: the interval has work to do
    assert held >= stats.binom.ppf(0.001, studies, 0.95)
    assert held < studies  # and it is no wider than everything


def share_of_the_fifth() -> float:
    """Return how often "a" completes six parts with "c" among them: at the sixth place, "c" before it.

    The sixth place has a chance of 1/10, "c" is among the five before with 5/9. It completes nothing
    later, for more than five are there already when "c" comes.
    """
    return 1.0 / 10.0 * 5.0 / 9.0
