"""Comparisons that a report is made of, run once, and a reader of the pages."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest

import sim
from sim.report.document.findings import Findings
from sim.report.document.gather import findings
from sim.report.document.page import page
from sim.study.comparison import Comparison

SMALL = {"customers.count": 100, "time.horizon": 0.75}
EVIL = "<script>alert(1)</script>"
EMPTY = {"meta", "link", "br", "hr", "img", "input", "wbr"}


@dataclass
class Read(HTMLParser):
    """A page as it is read: tags with their attributes, texts with the tags around them."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    __hash__ = HTMLParser.__hash__

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open_tags, tag
        assert self.open_tags.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((tuple(self.open_tags), " ".join(data.split())))

    def named(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        """Return all that is read, styles left out."""
        return " ".join(text for around, text in self.texts if "style" not in around)


@pytest.fixture(scope="session")
def read() -> Callable[[str], Read]:
    """Return the function that reads a page."""

    def reading(text: str) -> Read:
        found = Read()
        found.feed(text)
        found.close()
        assert found.open_tags == []
        return found

    return reading


def compared(scenario: str, names: list[str], **settings) -> Comparison:
    world = sim.load_scenario(scenario).replace(SMALL)
    return sim.compare(world, sim.load_strategies(names, world), **settings)


@pytest.fixture(scope="session")
def plain() -> Comparison:
    """Return a comparison of four strategies, one of which is far off the others."""
    return compared("courier", ["baseline", "over_promise", "guarantee", "loyalty_points"], replications=3)


@pytest.fixture(scope="session")
def drawn() -> Comparison:
    """Return a comparison with worlds drawn over its assumptions."""
    names = ["baseline", "guarantee", "loyalty_points"]
    return compared("courier", names, replications=2, assumptions=10)


@pytest.fixture(scope="session")
def evil() -> Comparison:
    """Return a comparison in which everything is named like a piece of a page."""
    world = sim.load_scenario("courier").replace(SMALL)
    segments = dict(world.customers.segments)
    segments[EVIL] = segments.pop("offices")
    customers = replace(world.customers, segments=type(world.customers.segments)(segments))
    world = replace(world, name=EVIL, title=EVIL, titles=type(world.titles)(), customers=customers)
    baseline, guarantee = sim.load_strategies(["baseline", "guarantee"], world)
    others = [
        replace(guarantee, name=EVIL, title=f"$x_1$ {EVIL}", titles=type(guarantee.titles)()),
        replace(guarantee, name="a&b'\"\x07$y^$", title="", titles=type(guarantee.titles)()),
    ]
    return sim.compare(world, [baseline, *others], replications=2)


@pytest.fixture(scope="session")
def all_kinds(plain, drawn, evil) -> dict[str, Comparison]:
    """Return a comparison of every kind."""
    return {
        "plain": plain,
        "drawn": drawn,
        "evil": evil,
        "one run": compared("courier", ["baseline", "guarantee", "fast_recovery"], replications=1),
        "alone": compared("courier", ["baseline"], replications=2),
        "alone in one run": compared("courier", ["baseline"], replications=1),
        "precise": compared("courier", ["baseline", "guarantee"], precision=0.1, max_replications=8),
        "contract": compared("telecom", ["baseline", "save_offer", "price_rise"], replications=2),
        "one segment": one_segment(),
        "nothing differs": nothing_differs(),
    }


def one_segment() -> Comparison:
    world = sim.load_scenario("courier").replace(SMALL)
    only = {"households": world.customers.segments["households"]}
    world = replace(world, customers=replace(world.customers, segments=type(world.customers.segments)(only)))
    return sim.compare(world, sim.load_strategies(["baseline", "fast_recovery"], world), replications=2)


def nothing_differs() -> Comparison:
    world = sim.load_scenario("courier").replace(SMALL)
    (baseline,) = sim.load_strategies(["baseline"], world)
    twins = [replace(baseline, name=name) for name in ("second", "third", "fourth")]
    return sim.compare(world, [baseline, *twins], replications=2)


@pytest.fixture(scope="session")
def told(all_kinds) -> dict[str, Findings]:
    """Return what is told of a comparison of every kind."""
    return {name: findings(comparison) for name, comparison in all_kinds.items()}


@pytest.fixture(scope="session")
def pages(told) -> dict[tuple[str, str], str]:
    """Return a report of every kind in both languages."""
    return {(name, lang): page(found, lang) for name, found in told.items() for lang in ("en", "ru")}
