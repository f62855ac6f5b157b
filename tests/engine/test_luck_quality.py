"""The keyed generator as a generator: equal shares, no memory, no tie between keys that are neighbours.

The same tests are put to generators that are bad on purpose, each of which some test must catch. What a
published battery says of the stream is recorded in luck_battery.txt.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy import special, stats

from sim.engine.luck import (
    CUSTOMER_STEP,
    MASK,
    OCCURRENCE_STEP,
    PURPOSE_STEP,
    TICK_STEP,
    UNIT,
    seed_key,
    uniforms,
)
from sim.evidence.luck_stream import BITS, HIGH, LOW, keys, stream_block, words, write_stream

COUNT = 100_000
TICKS, PURPOSES, OCCURRENCES, SEEDS = range(12), range(1, 13), range(12), range(1, 13)

# A sound generator fails the whole of about a hundred figures once in a thousand times: each may lie
# beyond the point that luck reaches once in 100 000 times, on either side of a normal distribution.
RARE = 1e-5
LIMIT = float(stats.norm.isf(RARE / 2.0))

Generator = Callable[[int, int, int, int, int], np.ndarray]


def keyed(seed, customers, tick, purpose, occurrence):
    """Return the numbers of the generator under test."""
    return uniforms(seed_key(seed), customers, tick, purpose, occurrence)


def linear(seed, customers, tick, purpose, occurrence):
    """Return numbers whose keys are added up but never mixed: a walk around a circle."""
    with np.errstate(over="ignore"):
        ids = np.arange(1, customers + 1, dtype=np.uint64)
        step = tick * TICK_STEP + purpose * PURPOSE_STEP + occurrence * OCCURRENCE_STEP + seed * 12345
        key = ids * np.uint64(CUSTOMER_STEP) + np.uint64(step & MASK)
    return ((key >> np.uint64(12)).astype(np.float64) + 0.5) * UNIT


def deaf_to_seeds(seed, customers, tick, purpose, occurrence):
    """Return numbers of which only one in ten depends on the seed."""
    numbers, other = (
        keyed(0, customers, tick, purpose, occurrence),
        keyed(seed, customers, tick, purpose, occurrence),
    )
    return np.where(np.arange(customers) % 10 == 0, other, numbers)


def sticky(seed, customers, tick, purpose, occurrence):
    """Return numbers that take a twentieth of the tick before with them."""
    now = keyed(seed, customers, tick, purpose, occurrence)
    before = keyed(seed, customers, tick - 1, purpose, occurrence)
    return (0.95 * now + 0.05 * before) % 1.0


def coarse(seed, customers, tick, purpose, occurrence):
    """Return numbers with eight bits."""
    return (np.floor(keyed(seed, customers, tick, purpose, occurrence) * 256.0) + 0.5) / 256.0


def slanted(seed, customers, tick, purpose, occurrence):
    """Return numbers that are a little too small."""
    return keyed(seed, customers, tick, purpose, occurrence) ** 1.02


def score(chi_square, degrees):
    """Return a chi-square as a standard normal number (Wilson and Hilferty 1931)."""
    spread = 2.0 / (9.0 * degrees)
    return float(((chi_square / degrees) ** (1.0 / 3.0) - (1.0 - spread)) / np.sqrt(spread))


def shares(values, bins):
    """Return how far counts in bins are from equal ones, as a standard normal number."""
    counts = np.bincount((values * bins).astype(np.int64), minlength=bins)
    expected = len(values) / bins
    return score(float(((counts - expected) ** 2).sum()) / expected, bins - 1)


def pairs(one, other, bins=16):
    """Return how far pairs are from equally spread over a square."""
    return shares(((one * bins).astype(np.int64) + other) / bins, bins * bins)


def tie(one, other):
    """Return the correlation of two columns in standard deviations, 1/√n without one."""
    return float(np.corrcoef(one, other)[0, 1] * np.sqrt(len(one)))


def last_bits(values, bins=256):
    """Return how far the last eight of the 52 bits are from equal shares."""
    whole = (values * 2.0**52).astype(np.uint64)
    return shares((whole % np.uint64(bins)).astype(np.float64) / bins, bins)


def equal_shares(generator):
    """Return figures of equidistribution: over customers, over keys of one customer, and of the last bits."""
    values = generator(1, COUNT, 3, 5, 0)
    by_seed = np.concatenate([generator(seed, 50, 3, 5, 0) for seed in range(COUNT // 50)])
    by_tick = np.concatenate([generator(1, 50, tick, 5, 0) for tick in range(COUNT // 50)])
    by_occurrence = np.concatenate([generator(1, 50, 3, 5, number) for number in range(COUNT // 50)])
    found = {
        f"shares of {name}, {bins} bins": shares(numbers, bins)
        for name, numbers in (
            ("customers", values),
            ("seeds", by_seed),
            ("ticks", by_tick),
            ("occurrences", by_occurrence),
        )
        for bins in (10, 64, 1000)
    }
    return found | {"last bits": last_bits(values), "mean": (values.mean() - 0.5) * np.sqrt(12.0 * COUNT)}


def serial(generator):
    """Return figures of what customers in a row have in common, up to ten apart."""
    values = generator(2, COUNT + 10, 7, 2, 0)
    found = {f"customers {lag} apart": tie(values[:COUNT], values[lag : COUNT + lag]) for lag in range(1, 11)}
    found |= {f"pairs {lag} apart": pairs(values[:COUNT:2], values[lag : COUNT + lag : 2]) for lag in (1, 3)}
    rising = np.sum(values[1 : COUNT + 1] > values[:COUNT])
    # The number of rises among n steps has mean n/2 and variance (n + 2)/12 (Knuth 1997, 3.3.2).
    return found | {"rises": (rising - COUNT / 2.0) / np.sqrt((COUNT + 2) / 12.0)}


def between_keys(generator):
    """Return figures of what numbers with neighbouring keys have in common, customer by customer."""
    columns = {
        "ticks": [generator(4, COUNT, tick, 3, 0) for tick in TICKS],
        "purposes": [generator(4, COUNT, 5, purpose, 0) for purpose in PURPOSES],
        "occurrences": [generator(4, COUNT, 5, 3, number) for number in OCCURRENCES],
        "seeds": [generator(seed, COUNT, 5, 3, 0) for seed in SEEDS],
    }
    found = {}
    for name, numbers in columns.items():
        for place, (one, other) in enumerate(pairwise(numbers)):
            found[f"{name} {place}"] = tie(one, other)
        found[f"pairs of {name}"] = pairs(numbers[0], numbers[1])
        found[f"sum over {name}"] = tie(np.sum(numbers[:6], axis=0), np.sum(numbers[6:], axis=0))
        # Twelve numbers a customer: the means of customers spread as those of independent numbers.
        variance = np.mean(numbers, axis=0).var(ddof=1) * 12.0 * len(numbers)
        found[f"spread of means over {name}"] = (variance - 1.0) / np.sqrt(2.0 / COUNT)
    return found


TESTS = (equal_shares, serial, between_keys)


def missed(generator):
    """Return the figures of a generator that luck alone would reach too seldom."""
    return {name: value for test in TESTS for name, value in test(generator).items() if abs(value) > LIMIT}


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.__name__)
def test_the_generator_passes(test):
    found = test(keyed)
    assert {name: value for name, value in found.items() if abs(value) > LIMIT} == {}


def test_its_figures_are_those_of_luck():
    """Together the figures are standard normal: neither too far from 0 nor, as of a fitted one, too near."""
    values = np.array([value for test in (serial, between_keys) for value in test(keyed).values()])
    assert len(values) > 50
    # Mean of squares: 1 with a standard deviation of √(2/n); the limits leave out 1 in 1000.
    low, high = (special.chdtri(len(values), 1.0 - 5e-4), special.chdtri(len(values), 5e-4))
    assert low < float((values**2).sum()) < high


@pytest.mark.parametrize(
    ("generator", "caught_by"),
    [
        (linear, "customers 1 apart"),
        (deaf_to_seeds, "seeds 0"),
        (sticky, "ticks 0"),
        (coarse, "last bits"),
        (slanted, "mean"),
    ],
    ids=lambda item: getattr(item, "__name__", None),
)
def test_a_bad_generator_is_caught(generator, caught_by):
    assert caught_by in missed(generator)


# The stream for a battery


def test_words_are_the_first_and_the_last_bits_of_a_number():
    whole = np.array([0x0123456789ABC, 0xFFFFFFFFFFFFF, 0], dtype=np.uint64)
    numbers = (whole.astype(np.float64) + 0.5) * 2.0**-52
    assert [hex(word) for word in words(numbers, HIGH)] == ["0x1234567", "0xffffffff", "0x0"]
    assert [hex(word) for word in words(numbers, LOW)] == ["0x56789abc", "0xffffffff", "0x0"]


@pytest.mark.parametrize("bits", BITS)
def test_the_stream_interleaves_neighbouring_keys(bits):
    block = stream_block(70, bits, customers=5).reshape(5, -1)
    for place, (seed, tick, purpose, occurrence) in list(keys(70))[::37]:
        numbers = uniforms(seed_key(seed), 5, tick, purpose, occurrence)
        assert block[:, place].tolist() == words(numbers, bits).tolist()
    (_, first), (_, second) = list(keys(70))[:2]
    assert second == (first[0] + 1, *first[1:])


def test_no_key_stands_in_the_stream_twice():
    seen = [key for block in range(200) for _, key in keys(block)]
    assert len(set(seen)) == len(seen)


class Sink:
    """A reader that takes some bytes and goes away."""

    def __init__(self, most):
        self.data, self.most = b"", most

    def write(self, data):
        if len(self.data) >= self.most:
            raise BrokenPipeError
        self.data += data


def test_the_stream_is_words_with_the_lowest_byte_first_and_ends_with_its_reader():
    sink = Sink(1)
    write_stream(sink)
    assert np.frombuffer(sink.data, dtype="<u4").tolist() == stream_block(0).tolist()
    both = Sink(10**9)
    write_stream(both, LOW, blocks=1)
    assert len(both.data) == len(sink.data)
    assert both.data != sink.data
