"""B14: the network of who hears whom, drawn once before the first tick, the same under every strategy.

Every tie is heard in both directions, nobody is tied to oneself, no two people are tied twice. Rows
are all people, customers and prospects; where the form of the network gives places, on a ring or by
age, people take them in random order, so that customers and prospects mix.
"""

import functools
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.engine.edge_list import Stamp, read_edge_list, stamp_of
from sim.engine.luck import BEFORE_THE_FIRST_TICK, KeyedLuck, seed_key, uniforms
from sim.world.errors import ConfigurationError
from sim.world.market import Network

# Purposes of the draws; numbered for good, as those in behaviour.chance.
PLACE = 150
REWIRED = 151
LEADS_TO = 152
GROWTH = 153
SEGMENTS_TIED = 154
FIRST_PERSON = 155
SECOND_PERSON = 156

BYTES = {
    "small_world": (60, 95),
    "scale_free": (400, 220),
    "blocks": (60, 105),
    "file": (60, 45),
    "none": (60, 0),
}
"""Peak memory while a network is built, per person and per tie, rounded up from measurements.

The dearest setting counts: a small world with few shortcuts needs half of it.
"""

FITTING_ROUNDS = 200
"""Rounds of proportional fitting of the ties between segments.

Where one segment is as large as all the others together, or larger, half a percent of these ties may be
missing after them (they stay inside); elsewhere the error is below one in 100 000.
"""

FULLEST = 0.99
"""Highest probability of a tie between two people of a block: the last few would take endless draws."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Whom each person hears, as compressed sparse rows.

    Parameters
    ----------
    offsets
        Where each row starts, and after the last one where it ends: rows + 1 numbers.
    targets
        The rows heard, sorted within a row: row i hears `targets[offsets[i]:offsets[i + 1]]`.
    """

    offsets: NDArray[np.int64]
    targets: NDArray[np.int32]


def build_network(network: Network, segments: NDArray[np.int64], seed: int) -> Neighbours:
    """Build the network of a run.

    The last two networks are kept, because the strategies that are compared on a seed share one.

    Parameters
    ----------
    network
        Says what the network looks like.
    segments
        Number of the segment of every person, customers and prospects. Only blocks ask for more of it
        than its length.
    seed
        Seed of the run.

    Returns
    -------
    Neighbours
        Read-only arrays. Where there are no more people than `degree`, all of them hear each other,
        except in an edge list, which is taken as it is.

    Raises
    ------
    ConfigurationError
        If the network does not fit into the free memory, or if the edge list cannot be read or does not
        belong to these people.
    """
    rows = len(segments)
    numbers = segments.astype(np.int64).tobytes() if network.kind == "blocks" else b""
    stamp = stamp_of(network.path) if network.kind == "file" else None
    drawn = network.kind not in ("file", "none")
    return _built(network, rows, numbers, seed if drawn else 0, stamp)


def check_network(network: Network, rows: int) -> None:
    """Raise what `build_network` would raise for so many people, before anything is run.

    Raises
    ------
    ConfigurationError
        As in `build_network`.
    """
    if network.kind == "file":
        build_network(network, np.zeros(rows, dtype=np.int64), 0)
    elif network.kind != "none" and network.degree < rows:
        _refuse_drawn(network, rows)


def available_memory() -> int | None:
    """Return the bytes of memory that are free or can be freed at once, None where it cannot be known."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass  # not Linux: ask the other way, which does not count what is used as a cache only
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    return free if free > 0 else None


def memory_needed(kind: str, rows: int, ties: float) -> float:
    """Return the bytes in use at the peak while a network of a kind is built, by rule of thumb."""
    per_person, per_tie = BYTES[kind]
    return per_person * rows + per_tie * ties


@functools.lru_cache(maxsize=2)
def _built(network: Network, rows: int, numbers: bytes, seed: int, stamp: Stamp | None) -> Neighbours:
    if stamp:
        neighbours = _rows(rows, *read_edge_list(stamp, rows, _refuse_file))
    elif network.kind == "none":
        neighbours = _rows(rows, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    elif network.degree >= rows:
        neighbours = _rows(rows, *(ends.astype(np.int64) for ends in np.triu_indices(rows, 1)))
    else:
        _refuse_drawn(network, rows)
        if network.kind == "small_world":
            neighbours = _small_world(rows, network.degree, network.shortcuts, seed)
        elif network.kind == "scale_free":
            neighbours = _scale_free(rows, network.degree, seed)
        else:
            segments = np.frombuffer(numbers, dtype=np.int64)
            neighbours = _blocks(segments, network.degree, network.inside, seed)
    neighbours.offsets.flags.writeable = False
    neighbours.targets.flags.writeable = False
    return neighbours


def _refuse_drawn(network: Network, rows: int) -> None:
    people = f"a {network.kind} network of {rows:,} people with {network.degree} ties each"
    _refuse_what_does_not_fit(
        memory_needed(network.kind, rows, rows * network.degree / 2),
        ("network.degree", people, "use fewer customers or a lower degree"),
    )


def _refuse_file(name: str, rows: int, ties: int) -> None:
    _refuse_what_does_not_fit(
        memory_needed("file", rows, ties),
        ("network.path", f"the {ties:,} ties of {name}", "name a file with fewer ties"),
    )


def _refuse_what_does_not_fit(needed: float, fault: tuple[str, str, str]) -> None:
    free = available_memory()
    if free is not None and needed > free:
        key, subject, advice = fault
        sizes = f"{needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free"
        raise ConfigurationError(key, f"{subject} would need about {sizes}", advice)


def _rows(rows: int, first: NDArray[np.int64], second: NDArray[np.int64]) -> Neighbours:
    """Return ties as sparse rows in both directions; a tie that stands twice counts once."""
    ties = len(first)
    keys = np.empty(2 * ties, dtype=np.int64)
    keys[:ties] = first * rows + second
    keys[ties:] = second * rows + first
    keys.sort()
    new = np.ones(len(keys), dtype=np.bool_)
    new[1:] = keys[1:] != keys[:-1]
    if not new.all():
        keys = keys[new]
    offsets = np.searchsorted(keys, np.arange(rows + 1, dtype=np.int64) * rows).astype(np.int64)
    keys %= max(rows, 1)
    return Neighbours(offsets, keys.astype(np.int32))


def _order(run_key: int, rows: int) -> NDArray[np.int64]:
    """Return who takes which place, in random order."""
    draws = uniforms(run_key, rows, BEFORE_THE_FIRST_TICK, PLACE)
    return np.argsort(draws, kind="stable").astype(np.int64)


def _choose(draws: NDArray[np.float64], counts: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole numbers from 0 to count - 1, each as likely; a product may be rounded up to count."""
    chosen: NDArray[np.int64] = (draws * counts).astype(np.int64)
    return np.minimum(chosen, np.asarray(counts, dtype=np.int64) - 1)


def _small_world(rows: int, degree: int, shortcuts: float, seed: int) -> Neighbours:
    """Return a ring on which all know those near them, with some ties led elsewhere.

    As in Watts and Strogatz (1998), every tie of the ring keeps one end and leads its other end
    elsewhere with probability `shortcuts`. All are led at once rather than one after the other: a tie
    leads to anybody who is not near on the ring, and one that would double another shortcut stays where
    it was. The number of ties is therefore exact.
    """
    run_key = seed_key(seed)
    places = np.arange(rows, dtype=np.int64)
    half = degree // 2
    afar = rows - 1 - degree
    ends = np.empty((half, rows), dtype=np.int64)
    for step in range(1, half + 1):
        ends[step - 1] = (places + step) % rows
    if afar > 0 and shortcuts > 0.0:
        led, keys, far = [], [], []
        for step in range(1, half + 1):
            draws = uniforms(run_key, rows, BEFORE_THE_FIRST_TICK, REWIRED, step)
            start = np.flatnonzero(draws < shortcuts)
            draws = uniforms(run_key, rows, BEFORE_THE_FIRST_TICK, LEADS_TO, step)[start]
            end = (start + half + 1 + _choose(draws, afar)) % rows
            led.append((step - 1) * rows + start)
            keys.append(np.minimum(start, end) * rows + np.maximum(start, end))
            far.append(end)
        _, once = np.unique(np.concatenate(keys), return_index=True)
        ends.reshape(-1)[np.concatenate(led)[once]] = np.concatenate(far)[once]
    people = _order(run_key, rows)
    return _rows(rows, np.tile(people, half), people[ends.reshape(-1)])


def _scale_free(rows: int, degree: int, seed: int) -> Neighbours:
    """Return a network in which newcomers tie themselves to those with many ties.

    Barabási and Albert (1999): a newcomer makes half of the mean degree as ties, rounded down, so that an
    odd degree gives the network of the even one below it. A network of n people with m ties per newcomer
    has m (n - m) ties.
    """
    # Only this kind needs the library, and importing it takes half a second.
    import networkx as nx  # type: ignore[import-untyped]

    run_key = seed_key(seed)
    library_seed = int(KeyedLuck(run_key, 0, BEFORE_THE_FIRST_TICK).draw(GROWTH, 0) * 2.0**53)
    graph = nx.barabasi_albert_graph(rows, degree // 2, seed=library_seed)
    ends = np.fromiter(
        (end for tie in graph.edges() for end in tie), dtype=np.int64, count=2 * graph.number_of_edges()
    )
    people = _order(run_key, rows)
    return _rows(rows, people[ends[::2]], people[ends[1::2]])


def _blocks(segments: NDArray[np.int64], degree: int, inside: float, seed: int) -> Neighbours:
    """Return a network whose ties depend on nothing but the segments of two people.

    A planted partition (Holland, Laskey and Leinhardt 1983): all pairs of people of the same two segments
    are tied with the same probability, independently of each other. It is drawn tie by tie: first
    the pair of segments, then a person in each. A tie drawn twice counts once, so that a pair that is
    to be tied with probability p must be drawn -ln(1 - p) times in the mean.
    """
    run_key = seed_key(seed)
    numbers = np.unique(segments, return_inverse=True)[1].reshape(-1)
    sizes = np.bincount(numbers).astype(np.int64)
    people = np.argsort(numbers, kind="stable").astype(np.int64)
    starts = np.cumsum(sizes) - sizes

    ties = _ties_between(sizes, degree, inside)
    one, other = np.triu_indices(len(sizes))
    pairs = sizes[one] * np.where(one == other, (sizes[one] - 1) / 2.0, sizes[other])
    share = np.divide(ties[one, other], pairs, out=np.zeros(len(one)), where=pairs > 0.0)
    expected = -np.log1p(-np.minimum(share, FULLEST)) * pairs
    limits = np.cumsum(expected)
    count = round(float(limits[-1]))

    def draws(purpose: int) -> NDArray[np.float64]:
        return uniforms(run_key, count, BEFORE_THE_FIRST_TICK, purpose)

    # The end of the list is left out of the search: nothing lies beyond the last pair.
    pair = np.searchsorted(limits[:-1] / limits[-1], draws(SEGMENTS_TIED), side="right")
    one, other = one[pair], other[pair]
    same = one == other
    first = _choose(draws(FIRST_PERSON), sizes[one])
    second = _choose(draws(SECOND_PERSON), sizes[other] - same)
    second += same & (second >= first)  # the others of a segment, with the first person left out
    return _rows(len(segments), people[starts[one] + first], people[starts[other] + second])


def _ties_between(sizes: NDArray[np.int64], degree: int, inside: float) -> NDArray[np.float64]:
    """Return the mean number of ties between each two segments, and inside each on the diagonal.

    Everybody hears `degree` people, the share `inside` of them in the own segment. This is not possible
    in a segment too small for it, whose people hear more outside, and in one larger than all the
    others together, which cannot find as many ties outside and whose people hear more inside. The ties
    between segments are fitted in proportion (Deming and Stephan 1940).
    """
    outside = sizes * (degree - np.minimum(inside * degree, sizes - 1.0))
    outside = np.minimum(outside, outside.sum() - outside)
    weights = np.sqrt(outside)
    for _ in range(FITTING_ROUNDS):
        reach = weights * (weights.sum() - weights)
        # The square root damps steps that would otherwise swing between two states.
        weights *= np.sqrt(np.divide(outside, reach, out=np.zeros(len(sizes)), where=reach > 0.0))
    ties = np.outer(weights, weights)
    np.fill_diagonal(ties, 0.0)
    np.fill_diagonal(ties, np.maximum(sizes * degree - ties.sum(axis=1), 0.0) / 2.0)
    return ties
