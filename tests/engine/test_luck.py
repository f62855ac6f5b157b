"""Keyed random numbers: one generator in three forms, uniform and without memory of its keys."""

import numba
import numpy as np
import pytest
from scipy import special

from sim.behaviour.chance import draw
from sim.engine import luck
from sim.engine.compiled import tick_key


def _compiled(run_key, customer, tick, purpose, occurrence):
    return draw(tick_key(run_key, customer, tick), purpose, occurrence)


compiled_draw = numba.njit(_compiled)


@pytest.mark.parametrize("seed", [0, 1, 7, -3, 2**40])
def test_three_implementations_agree_to_the_bit(seed):
    run_key = luck.seed_key(seed)
    for tick, purpose, occurrence in [(-1, 101, 0), (0, 1, 0), (103, 25, 63), (5000, 3, 100_000)]:
        together = luck.uniforms(run_key, 50, tick, purpose, occurrence)
        for customer in range(50):
            plain = luck.KeyedLuck(run_key, customer, tick).draw(purpose, occurrence)
            assert plain == together[customer]
            assert plain == compiled_draw(np.uint64(run_key), customer, tick, purpose, occurrence)


def test_numbers_are_inside_the_open_interval():
    highest = luck.MASK
    assert ((0 >> 12) + 0.5) * luck.UNIT > 0.0
    assert ((highest >> 12) + 0.5) * luck.UNIT < 1.0


def _chi_square(values, bins):
    counts = np.bincount((values * bins).astype(int), minlength=bins)
    expected = len(values) / bins
    return float(((counts - expected) ** 2 / expected).sum())


@pytest.mark.parametrize("purpose", [1, 3, 19])
def test_numbers_are_equally_distributed(purpose):
    values = luck.uniforms(luck.seed_key(11), 200_000, 4, purpose)
    # Chi-square with 255 degrees of freedom; the limits leave out 1 in 10 000 on each side.
    low, high = special.chdtri(255, 1 - 1e-4), special.chdtri(255, 1e-4)
    assert low < _chi_square(values, 256) < high


def test_neighbouring_keys_are_uncorrelated():
    count = 200_000
    key = luck.seed_key(5)
    here = luck.uniforms(key, count, 10, 3, 0)
    neighbours = {
        "customer": luck.uniforms(key, count + 1, 10, 3, 0)[1:],
        "tick": luck.uniforms(key, count, 11, 3, 0),
        "purpose": luck.uniforms(key, count, 10, 4, 0),
        "occurrence": luck.uniforms(key, count, 10, 3, 1),
        "seed": luck.uniforms(luck.seed_key(6), count, 10, 3, 0),
    }
    # A correlation of n independent pairs has standard deviation 1/√n; five tests at 4.5 sd each.
    limit = 4.5 / np.sqrt(count)
    for name, there in neighbours.items():
        assert abs(np.corrcoef(here, there)[0, 1]) < limit, name


def test_a_constant_generator_would_be_caught():
    values = np.full(200_000, 0.3)
    assert _chi_square(values, 256) > special.chdtri(255, 1e-4)
