"""Who hears whom: the form of each kind of network, its luck, its limits, and what a user may get wrong."""

import dataclasses
import os
import tracemalloc
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import network as module
from sim.engine.network import available_memory, build_network, memory_needed
from sim.world.errors import ConfigurationError
from sim.world.market import Network

DRAWN = ("small_world", "scale_free", "blocks")


@pytest.fixture(autouse=True)
def _nothing_kept():
    module._built.cache_clear()


def _thirds(rows):
    return np.arange(rows, dtype=np.int64) % 3


def _build(kind, rows=2000, seed=5, segments=None, **settings):
    segments = _thirds(rows) if segments is None else np.asarray(segments, dtype=np.int64)
    return build_network(Network(kind=kind, **settings), segments, seed)


def _ties(neighbours):
    """Return both ends of all ties, each tie twice: once from either end."""
    rows = len(neighbours.offsets) - 1
    return np.repeat(np.arange(rows), np.diff(neighbours.offsets)), neighbours.targets.astype(np.int64)


def _degrees(neighbours):
    return np.diff(neighbours.offsets)


def _pairs(neighbours):
    return {(int(one), int(other)) for one, other in zip(*_ties(neighbours), strict=True) if one < other}


def _clustering(neighbours):
    return nx.average_clustering(nx.Graph(list(_pairs(neighbours))))


def _assert_sound(neighbours, rows):
    offsets, targets = neighbours.offsets, neighbours.targets
    assert offsets.dtype == np.int64
    assert targets.dtype == np.int32
    assert len(offsets) == rows + 1
    assert offsets[0] == 0
    assert offsets[-1] == len(targets)
    assert (np.diff(offsets) >= 0).all()
    here, there = _ties(neighbours)
    assert ((there >= 0) & (there < rows)).all()
    assert (here != there).all()
    # Rising keys say at once: rows in order, sorted within, nothing twice.
    keys = here * rows + there
    assert (np.diff(keys) > 0).all()
    assert (np.sort(there * rows + here) == keys).all()


def _same(one, other):
    return np.array_equal(one.offsets, other.offsets) and np.array_equal(one.targets, other.targets)


@pytest.mark.parametrize("kind", DRAWN)
@given(
    segments=st.lists(st.integers(-2, 5), max_size=40),
    half=st.integers(1, 8),
    share=st.sampled_from([0.0, 0.1, 0.5, 0.99, 1.0]),
    seed=st.integers(-(2**70), 2**70),
)
def test_small_networks_are_sound(kind, segments, half, share, seed):
    rows = len(segments)
    settings = {"small_world": {"shortcuts": share}, "blocks": {"inside": share}}.get(kind, {})
    neighbours = _build(kind, rows, seed, segments, degree=2 * half, **settings)
    _assert_sound(neighbours, rows)
    ties = len(neighbours.targets) / 2
    if 2 * half >= rows:
        assert ties == rows * (rows - 1) / 2
    elif kind == "small_world":
        assert ties == rows * half
    elif kind == "scale_free":
        assert ties == half * (rows - half)
    module._built.cache_clear()
    assert _same(neighbours, _build(kind, rows, seed, segments, degree=2 * half, **settings))


@pytest.mark.parametrize("kind", DRAWN)
def test_seed_decides(kind):
    first, second = _build(kind, seed=5), _build(kind, seed=6)
    _assert_sound(first, 2000)
    # Two unrelated networks of 8000 ties share as many as chance has it: 8000 * 8000 of 2 million pairs,
    # 32 in the mean, more in the hubs of a scale-free network, which are other people with another seed.
    assert len(_pairs(first) & _pairs(second)) < 200


@pytest.mark.parametrize(
    ("kind", "targets"),
    [
        ("small_world", [[2, 8], [6, 7], [0, 5], [4, 7], [3, 5], [2, 4], [1, 8], [1, 3], [0, 6]]),
        ("scale_free", [[3], [4], [4], [0, 4, 8], [1, 2, 3, 5], [4, 6, 7], [5], [5], [3]]),
        ("blocks", [[3, 6], [], [5, 8], [0, 6], [7], [2, 8], [0, 3], [4], [2, 5]]),
    ],
)
def test_networks_are_the_same_everywhere(kind, targets):
    """A change here changes the results of every run with this kind of network."""
    neighbours = _build(kind, rows=9, seed=1, degree=2)
    assert [neighbours.targets[a:b].tolist() for a, b in _spans(neighbours)] == targets


def _spans(neighbours):
    return zip(neighbours.offsets[:-1], neighbours.offsets[1:], strict=True)


@pytest.mark.parametrize("kind", ["small_world", "scale_free"])
def test_customers_and_prospects_mix(kind):
    """Customers fill the first rows, prospects the others; neither sits together on the ring or is older."""
    rows = 4000
    neighbours = _build(kind, rows)
    here, there = _ties(neighbours)
    across = ((here < rows // 2) != (there < rows // 2)).mean()
    # With places in random order a tie crosses with probability one half, any two ties independently
    # (to order 1/rows); 4 standard deviations.
    assert across == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(here) / 2))
    # The half of the rows that would be older in a scale-free network does not have more ties.
    degrees = _degrees(neighbours)
    error = degrees.std() * 2 / np.sqrt(rows)
    assert degrees[: rows // 2].mean() == pytest.approx(degrees[rows // 2 :].mean(), abs=4 * error + 1e-9)


@pytest.mark.parametrize("degree", [4, 8, 20])
def test_ring_has_the_clustering_of_the_closed_form(degree):
    neighbours = _build("small_world", 500, degree=degree, shortcuts=0.0)
    assert (_degrees(neighbours) == degree).all()
    assert _clustering(neighbours) == pytest.approx(3 * (degree - 2) / (4 * (degree - 1)), abs=1e-12)


def test_shortcuts_everywhere_leave_no_clustering():
    rows, degree = 2000, 8
    neighbours = _build("small_world", rows, degree=degree, shortcuts=1.0)
    assert _degrees(neighbours).sum() == rows * degree
    # A random network has about degree³ / 6 = 85 triangles and a clustering of degree / rows; twice as many
    # would be 9 standard deviations of a Poisson number. The ring has 0.643.
    assert _clustering(neighbours) < 2 * degree / rows


@pytest.mark.parametrize("shortcuts", [0.05, 0.3])
def test_share_of_shortcuts(shortcuts):
    rows, degree = 4000, 8
    ring = _pairs(_build("small_world", rows, degree=degree, shortcuts=0.0))
    kept = len(_pairs(_build("small_world", rows, degree=degree, shortcuts=shortcuts)) & ring)
    ties = rows * degree / 2
    # Binomial, 4 standard deviations; and shortcuts that would double another one stay on the ring: as
    # many as there are pairs of shortcuts per pair of people.
    doubled = (shortcuts * ties) ** 2 / (rows * rows)
    tolerance = 4 * np.sqrt(ties * shortcuts * (1 - shortcuts))
    assert kept == pytest.approx(ties * (1 - shortcuts) + doubled, abs=tolerance)


def test_shortcuts_add_to_those_of_a_lower_share():
    ring, few, many = (
        _pairs(_build("small_world", shortcuts=shortcuts, degree=4)) for shortcuts in (0.0, 0.1, 0.2)
    )
    assert (many & ring) < (few & ring) < ring


def test_shortcuts_lead_anywhere_on_the_ring():
    rows, degree = 4000, 8
    ring = nx.Graph(list(_pairs(_build("small_world", rows, degree=2, shortcuts=0.0))))
    place = {person: number for number, person in enumerate(nx.dfs_preorder_nodes(ring, 0))}
    world = _pairs(_build("small_world", rows, degree=degree, shortcuts=0.1))
    apart = np.array([abs(place[one] - place[other]) for one, other in world])
    apart = np.minimum(apart, rows - apart)
    shortcuts = apart[apart > degree // 2]
    # Every distance above the near ones up to half the ring is as likely; 4 standard errors of its mean.
    low, high = degree / 2, rows / 2
    tolerance = 4 * (high - low) / np.sqrt(12 * len(shortcuts))
    assert shortcuts.mean() == pytest.approx((low + high) / 2, abs=tolerance)
    # The chance to start a shortcut and the place it leads to are two draws: nothing near is preferred.
    quarters = np.histogram(shortcuts, bins=4, range=(low, high))[0] / len(shortcuts)
    assert quarters == pytest.approx([0.25] * 4, abs=4 * np.sqrt(0.25 * 0.75 / len(shortcuts)))


def test_small_world_with_one_person_more_than_ties_is_complete():
    assert (_degrees(_build("small_world", 9, degree=8, shortcuts=1.0)) == 8).all()


@pytest.mark.parametrize("rows", [3, 4, 8])
def test_odd_degree_of_a_small_world_is_refused(rows):
    with pytest.raises(ConfigurationError) as caught:
        _build("small_world", rows, degree=7)
    assert str(caught.value) == (
        "degree: a small world needs an even number of ties per person, not 7; 6 or 8"
    )
    assert caught.value.key == "degree"


def test_scale_free_has_hubs_that_a_small_world_has_not():
    rows = 5000
    hubs, none = _build("scale_free", rows), _build("small_world", rows, shortcuts=1.0)
    assert len(hubs.targets) == 2 * 4 * (rows - 4)
    assert _degrees(hubs).min() >= 1
    # The largest degree grows as m √rows = 283; that of the other is a Poisson-like maximum near 22.
    assert _degrees(hubs).max() > 5 * _degrees(none).max()
    # The tail falls as degree⁻³: P(degree >= k) = m (m + 1) / (k (k + 1)), exact for many people
    # (Dorogovtsev, Mendes and Samukhin 2000). 4 binomial standard deviations.
    for least in (8, 16, 32):
        share = 4 * 5 / (least * (least + 1))
        tolerance = 4 * np.sqrt(share * (1 - share) / rows)
        assert (_degrees(hubs) >= least).mean() == pytest.approx(share, abs=tolerance)


def test_scale_free_takes_the_even_degree_below_an_odd_one():
    assert _same(_build("scale_free", degree=7), _build("scale_free", degree=6))


@pytest.mark.parametrize("inside", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("shares", [(1, 1), (1, 1, 1, 1), (5, 3, 2), (4, 3, 2, 1)])
def test_blocks_keep_degree_and_share_inside(inside, shares):
    degree, unit = 8, 400
    segments = np.repeat(np.arange(len(shares)), np.array(shares) * unit)
    np.random.default_rng(3).shuffle(segments)
    neighbours = _build("blocks", len(segments), segments=segments, degree=degree, inside=inside)
    _assert_sound(neighbours, len(segments))
    here, there = _ties(neighbours)
    ties = len(here) / 2
    # The number of ties is a sum of rare events, its variance at most its mean; 4 standard deviations.
    expected = len(segments) * degree / 2
    assert ties == pytest.approx(expected, abs=4 * np.sqrt(expected))
    # Binomial, 4 standard deviations. The fit is at its limit where a segment is as large as all the
    # others together, which leaves half a percent of the ties between segments inside.
    stay = (segments[here] == segments[there]).mean()
    limit = 0.005 * (1 - inside) if shares == (5, 3, 2) else 0.0
    assert stay == pytest.approx(inside, abs=4 * np.sqrt(inside * (1 - inside) / ties) + limit + 1e-12)
    for number, share in enumerate(shares):
        # Ends of ties in a segment: a tie inside counts twice, so the variance is at most twice the mean.
        people = share * unit
        mean = _degrees(neighbours)[segments == number].mean()
        assert mean == pytest.approx(degree, abs=4 * np.sqrt(2 * degree / people))


def test_people_of_the_same_segments_are_alike():
    """Within a block pairs are equally likely: degrees are Poisson-like, variance near the mean."""
    rows, degree = 4000, 8
    degrees = _degrees(_build("blocks", rows, segments=np.arange(rows) % 2, degree=degree, inside=0.5))
    # Sampling error of a variance of near-normal numbers: variance √(2 / rows), and a little for the
    # Poisson kurtosis 1 / degree; 4 standard deviations.
    tolerance = 4 * degree * np.sqrt((2 + 1 / degree) / rows)
    assert degrees.var() == pytest.approx(degree, abs=tolerance)


def test_dense_segments_keep_their_degree():
    """Among 20 people every third pair is tied: ties drawn twice must not be missing in the end."""
    rows, degree = 2000, 8
    segments = np.arange(rows) % 100
    neighbours = _build("blocks", rows, segments=segments, degree=degree, inside=0.8)
    here, there = _ties(neighbours)
    inside = (segments[here] == segments[there]).sum() / 2
    # Binomial out of 100 * 190 pairs, and Poisson between segments; 4 standard deviations.
    expected, pairs = rows * degree / 2 * 0.8, 100 * 190
    assert inside == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected / pairs)))
    outside = rows * degree / 2 * 0.2
    assert len(here) / 2 - inside == pytest.approx(outside, abs=4 * np.sqrt(outside))


def test_one_segment_holds_all_ties():
    rows, degree = 3000, 8
    for inside in (0.0, 0.8):
        neighbours = _build("blocks", rows, segments=np.full(rows, 7), degree=degree, inside=inside)
        expected = rows * degree / 2
        assert len(neighbours.targets) / 2 == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_large_segment_keeps_more_ties_inside():
    """A tenth of the people cannot meet a fifth of the ties of the others without becoming hubs."""
    segments = np.repeat([0, 1], [4500, 500])
    neighbours = _build("blocks", len(segments), segments=segments, degree=8, inside=0.8)
    here, there = _ties(neighbours)
    stays = segments[here] == segments[there]
    for number, expected in ((0, 1 - 0.2 / 9), (1, 0.8)):
        ends = segments[here] == number
        # A tie inside has two ends here: 4 standard deviations of a binomial share with half as many ties.
        tolerance = 4 * np.sqrt(expected * (1 - expected) / (ends.sum() / 2))
        assert stays[ends].mean() == pytest.approx(expected, abs=tolerance)
        people = (segments == number).sum()
        assert ends.sum() / people == pytest.approx(8, abs=4 * np.sqrt(2 * 8 / people))


def test_tiny_segments_neither_fail_nor_become_hubs():
    segments = np.repeat([0, 1, 2, 3], [1, 2, 3, 2000])
    for inside in (0.0, 0.8, 1.0):
        neighbours = _build("blocks", len(segments), segments=segments, degree=8, inside=inside)
        _assert_sound(neighbours, len(segments))
        expected = len(segments) * 4
        # 36 ties at most belong to the small segments, and may find no place; 4 standard deviations.
        assert len(neighbours.targets) / 2 == pytest.approx(expected, abs=4 * np.sqrt(expected) + 36)
        # Poisson with mean 8: more than 30 is one in a billion.
        assert _degrees(neighbours)[:6].max() <= 30


def test_nobody_hears_anybody():
    neighbours = _build("none", 50)
    _assert_sound(neighbours, 50)
    assert len(neighbours.targets) == 0


@pytest.fixture
def edges(tmp_path, monkeypatch):
    """Return a function that builds the network of 10 people from the content of an edge list."""
    monkeypatch.chdir(tmp_path)

    def build(content, rows=10):
        data = content if isinstance(content, bytes) else content.encode()
        Path("edges.csv").write_bytes(data)
        return _build("file", rows, path="edges.csv")

    return build


@pytest.mark.parametrize(
    "content",
    [
        "0,1\n1,2\n9,0\n",
        "from,to\n0,1\n1,2\n9,0\n",
        'Кто,"кого, слышит"\r\n0,1\r\n1,2\r\n9,0',
        "\ufefffrom,to\n0,1\n1,2\n9,0\n",
        "0,1\n1,0\n1,2\n2,1\n1,2\n0,9\n",
        'a,b,weight\n"0",1,0.5\n 1 ,2,#\n\n9,0,\n\n',
    ],
    ids=["plain", "header", "quoted", "byte-order mark", "doubles", "extra columns"],
)
def test_edge_list_is_read(edges, content):
    neighbours = edges(content)
    _assert_sound(neighbours, 10)
    assert _pairs(neighbours) == {(0, 1), (1, 2), (0, 9)}


@given(pairs=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=30))
def test_edge_list_gives_its_ties(tmp_path_factory, pairs):
    pairs = [(one, other) for one, other in pairs if one != other] or [(0, 1)]
    path = tmp_path_factory.mktemp("edges") / "edges.csv"
    path.write_text("".join(f"{one},{other}\n" for one, other in pairs), encoding="utf-8")
    neighbours = _build("file", 12, path=str(path))
    _assert_sound(neighbours, 12)
    assert _pairs(neighbours) == {(min(pair), max(pair)) for pair in pairs}


LINES = "write two ids in each line, for example 0,1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", f"edges.csv is empty; {LINES}"),
        ("from,to\n\n", f"edges.csv holds no ties; {LINES}"),
        ("0,1\n2\n", f"line 2 of edges.csv does not hold two whole numbers: '2'; {LINES}"),
        ("0,1\n\n2,x\n", f"line 3 of edges.csv does not hold two whole numbers: '2,x'; {LINES}"),
        ("0,1.0\n", f"line 1 of edges.csv does not hold two whole numbers: '0,1.0'; {LINES}"),
        ("0;1\n", f"line 1 of edges.csv does not hold two whole numbers: '0;1'; {LINES}"),
        ("0,1_0\n", f"line 1 of edges.csv does not hold two whole numbers: '0,1_0'; {LINES}"),
        ("0,١\n", f"line 1 of edges.csv does not hold two whole numbers: '0,١'; {LINES}"),
        ('"0,1",2\n', f"line 1 of edges.csv does not hold two whole numbers: '0,1,2'; {LINES}"),
        (",from,to\n0,1,2\n", f"line 1 of edges.csv does not hold two whole numbers: ',from,to'; {LINES}"),
        ("# mine\n0,1\n", f"line 1 of edges.csv does not hold two whole numbers: '# mine'; {LINES}"),
        ("0,1\n#2,3\n", f"line 2 of edges.csv does not hold two whole numbers: '#2,3'; {LINES}"),
        ("0,1\nfrom,to\n", f"line 2 of edges.csv does not hold two whole numbers: 'from,to'; {LINES}"),
        ("from,to\n0,10\n", "line 2 of edges.csv names the unknown id 10; ids are 0 to 9"),
        ("-1,1\n", "line 1 of edges.csv names the unknown id -1; ids are 0 to 9"),
        ("0,1\n12,12\n", "line 2 of edges.csv names the unknown id 12; ids are 0 to 9"),
        ("0,1\n3,3\n", "line 2 of edges.csv ties id 3 to itself; leave this line out"),
        (
            "0,99999999999999999999\n",
            "line 1 of edges.csv names the unknown id 99999999999999999999; ids are 0 to 9",
        ),
        (
            "from,to\n0,1\n".encode("utf-16"),
            "edges.csv cannot be read: it is not UTF-8 text; name a CSV file",
        ),
        (
            '0,1\n"2,3\n',
            "edges.csv cannot be read: unexpected end of data in line 2; name a CSV file",
        ),
    ],
)
def test_bad_edge_list_is_refused_in_one_line(edges, content, message):
    with pytest.raises(ConfigurationError) as caught:
        edges(content)
    assert str(caught.value) == f"network.path: {message}"
    assert caught.value.key == "network.path"


def test_long_line_is_cut(edges):
    with pytest.raises(ConfigurationError, match=r"numbers: 'x{40}';"):
        edges("x" * 5000)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.csv", "missing.csv cannot be read: No such file or directory; name a CSV file"),
        ("folder", "folder is a folder; name a CSV file"),
        (os.devnull, f"{os.devnull} is not a regular file; name a CSV file"),
        ("e" * 300, f"{'e' * 300} cannot be read: File name too long; name a CSV file"),
        ("a\0b", "'a\\x00b' is not the name of a file; name a CSV file"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    with pytest.raises(ConfigurationError) as caught:
        _build("file", path=name)
    assert str(caught.value) == f"network.path: {message}"


def test_file_that_may_not_be_opened_is_refused(edges, monkeypatch):
    edges("0,1\n")
    module._built.cache_clear()

    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(ConfigurationError, match=r"^network\.path: edges\.csv cannot be read: Permission"):
        _build("file", path="edges.csv")


@pytest.mark.parametrize("kind", DRAWN)
def test_network_larger_than_memory_is_refused(monkeypatch, kind):
    needed = memory_needed(kind, 1_000_000, 4_000_000)
    monkeypatch.setattr(module, "available_memory", lambda: 200_000_000)
    with pytest.raises(ConfigurationError) as caught:
        _build(kind, 1_000_000, degree=8)
    assert str(caught.value) == (
        f"network.degree: a {kind} network of 1,000,000 people with 8 ties each would need about "
        f"{needed / 1e9:.1f} GB, 0.2 GB are free; use fewer customers or a lower degree"
    )


def test_edge_list_larger_than_memory_is_refused(edges, monkeypatch):
    monkeypatch.setattr(module, "available_memory", lambda: 100)
    with pytest.raises(ConfigurationError) as caught:
        edges("0,1\n1,2\n2,3\n")
    assert str(caught.value) == (
        "network.path: the 3 ties of edges.csv would need about 0.0 GB, 0.0 GB are free; "
        "name a file with fewer ties"
    )


def test_memory_decides_to_the_byte(monkeypatch):
    needed = int(memory_needed("small_world", 2000, 8000))
    monkeypatch.setattr(module, "available_memory", lambda: needed)
    _build("small_world")
    module._built.cache_clear()
    monkeypatch.setattr(module, "available_memory", lambda: needed - 1)
    with pytest.raises(ConfigurationError):
        _build("small_world")


def test_unknown_memory_refuses_nothing(monkeypatch):
    monkeypatch.setattr(module, "available_memory", lambda: None)
    _assert_sound(_build("small_world"), 2000)


def test_memory_is_asked_of_the_machine(monkeypatch):
    here = available_memory()
    assert here is None or here > 1_000_000

    def text(self, **_):
        return "MemTotal: 9 kB\nMemAvailable:     1234 kB\n"

    monkeypatch.setattr(Path, "read_text", text)
    assert available_memory() == 1234 * 1024


@pytest.mark.parametrize(
    ("answer", "memory"),
    [({"SC_AVPHYS_PAGES": 7, "SC_PAGE_SIZE": 4096}, 28672), ({}, None), ({"SC_AVPHYS_PAGES": -1}, None)],
)
def test_memory_of_other_systems(monkeypatch, answer, memory):
    def missing(self, **_):
        raise FileNotFoundError(2, "No such file or directory")

    def sysconf(name):
        if name not in answer and name == "SC_AVPHYS_PAGES":
            raise ValueError("unrecognized configuration name")
        return answer.get(name, 4096)

    monkeypatch.setattr(Path, "read_text", missing)
    monkeypatch.setattr(os, "sysconf", sysconf, raising=False)
    assert available_memory() == memory
    monkeypatch.delattr(os, "sysconf")
    assert available_memory() is None


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("degree", [2, 20])
def test_rule_of_thumb_for_memory_is_honest(kind, degree):
    rows = 10_000
    settings = {"shortcuts": 1.0} if kind == "small_world" else {}
    _build("scale_free", 10)  # the library is imported by now
    segments = _thirds(rows)
    tracemalloc.start()
    try:
        _build(kind, rows, segments=segments, degree=degree, **settings)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    needed = memory_needed(kind, rows, rows * degree / 2)
    # Enough, and not so much that half as large a network would be refused without need.
    assert 0.5 * needed < peak < needed


def test_rule_of_thumb_for_an_edge_list_is_honest(edges):
    rows = 10_000
    content = "".join(f"{row},{(row + step) % rows}\n" for row in range(rows) for step in (1, 2, 3, 4))
    tracemalloc.start()
    try:
        edges(content.encode(), rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    needed = memory_needed("file", rows, 4 * rows)
    assert 0.5 * needed < peak < needed


def test_arrays_cannot_be_written():
    neighbours = _build("small_world")
    for values in (neighbours.offsets, neighbours.targets):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        neighbours.offsets = neighbours.targets


def test_strategies_share_the_network_of_a_seed():
    first = _build("small_world")
    assert _build("small_world") is first
    # A small world does not ask for segments, blocks do.
    assert _build("small_world", segments=np.zeros(2000)) is first
    assert _build("small_world", seed=6) is not first
    assert _build("small_world", degree=4) is not first
    blocks = _build("blocks")
    assert _build("blocks", segments=_thirds(2000).astype(np.int32)) is blocks
    assert _build("blocks", segments=np.zeros(2000)) is not blocks
    assert _build("none", seed=1) is _build("none", seed=2)


def test_two_networks_are_kept():
    first, second = _build("small_world", seed=1), _build("small_world", seed=2)
    assert _build("small_world", seed=1) is first
    assert _build("small_world", seed=2) is second
    _build("small_world", seed=3)
    assert _build("small_world", seed=1) is not first


def test_changed_edge_list_is_read_again(edges, monkeypatch, tmp_path):
    first = edges("0,1\n")
    assert _build("file", 10, path="edges.csv") is first
    assert _build("file", 10, path="edges.csv", seed=9) is first
    # As long as before, but written later; the clock of the disk may be too coarse to tell by itself.
    Path("edges.csv").write_text("0,2\n", encoding="utf-8")
    later = os.stat("edges.csv").st_mtime_ns + 1_000_000
    os.utime("edges.csv", ns=(later, later))
    assert _pairs(_build("file", 10, path="edges.csv")) == {(0, 2)}
    # Longer than before, with the time set back.
    Path("edges.csv").write_text("0,2\n3,4\n", encoding="utf-8")
    os.utime("edges.csv", ns=(later, later))
    assert _pairs(_build("file", 10, path="edges.csv")) == {(0, 2), (3, 4)}
    # The same name in another folder.
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    Path("edges.csv").write_text("5,6\n7,8\n", encoding="utf-8")
    os.utime("edges.csv", ns=(later, later))
    assert _pairs(_build("file", 10, path="edges.csv")) == {(5, 6), (7, 8)}
