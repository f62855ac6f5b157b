"""Split what several parts bring together among them: the value of Shapley (1953).

A part's share is what it adds to those who came before it, averaged over all orders in which the parts
can come. It is the only split that adds up to the whole, gives equal parts equal shares, gives nothing
to a part that never adds anything, and is linear in what is brought.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Coalition = frozenset[str]
Value = Callable[[Coalition], Floats]
"""What some of the parts bring together, for example a value per replication."""


def coalitions(players: Sequence[str]) -> list[Coalition]:
    """Return every set of the parts, the smallest first."""
    return [frozenset(chosen) for size in range(len(players) + 1) for chosen in combinations(players, size)]


def exact_shares(players: Sequence[str], value: Value) -> dict[str, Floats]:
    """Return the share of every part, from the values of all 2^n sets of parts."""
    found = {}
    for player in players:
        others = [name for name in players if name != player]
        share = np.zeros_like(value(frozenset()))
        for before in coalitions(others):
            weight = 1.0 / (len(players) * comb(len(others), len(before)))
            share = share + weight * (value(before | {player}) - value(before))
        found[player] = share
    return found


def drawn_orders(players: Sequence[str], pairs: int, seed: int) -> list[tuple[str, ...]]:
    """Return orders drawn at random, each followed by its reverse.

    A part that comes early in an order comes late in its reverse, so that errors partly cancel
    (antithetic pairs; Mitchell, Cooper, Frank and Holmes 2022).
    """
    generator = np.random.default_rng(seed)
    found: list[tuple[str, ...]] = []
    for _ in range(pairs):
        order = tuple(players[place] for place in generator.permutation(len(players)))
        found += [order, order[::-1]]
    return found


def chains(orders: Sequence[Sequence[str]]) -> list[Coalition]:
    """Return the sets that arise when the parts come in some orders, each once."""
    found = {frozenset(order[:size]) for order in orders for size in range(len(order) + 1)}
    return sorted(found, key=lambda one: (len(one), sorted(one)))


def sampled_shares(
    players: Sequence[str], orders: Sequence[Sequence[str]], value: Value
) -> dict[str, Floats]:
    """Return the share of every part by what it adds in the orders given (Castro, Gómez and Tejada 2009).

    For orders drawn at random these are unbiased estimates; whatever the orders, they add up to the whole.
    """
    found = {player: np.zeros_like(value(frozenset())) for player in players}
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            found[player] = found[player] + (value(before | {player}) - value(before)) / len(orders)
    return found
