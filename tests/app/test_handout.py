"""The handout and the numbers: all in one file, with what it takes to see them again."""

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sim.app.handout import handout_csv, handout_html, handout_pdf
from sim.app.state import MEASURES, State, World
from sim.app.telling import headline
from sim.app.worlds import Pair
from sim.language.words import Words, words

ADDRESS = "http://127.0.0.1:8080/?b=guarantee&b.commitments.delivery.payout=0.5"


class Requests(HTMLParser):
    """Collects whatever in a page would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            fetched = name in ("src", "srcset", "data", "poster") or (
                name in ("href", "xlink:href") and tag != "a"
            )
            if (fetched and value and not value.startswith("#")) or tag in ("script", "iframe", "link"):
                self.found.append(f"{tag} {name}={value}")


def requests_of(html: str) -> list[str]:
    parser = Requests()
    parser.feed(html)
    return parser.found + re.findall(r"url\((?!#)[^)]*\)|@import", html)


def test_it_asks_for_nothing_and_says_how_to_see_it_again(small: State, pair: Pair, language: Words) -> None:
    html = handout_html(small, pair, language, ADDRESS).decode()
    assert requests_of(html) == []
    assert len(html) < 1_000_000
    assert "&amp;b.commitments.delivery.payout=0.5" in html
    for name in ("NumPy", "Numba", "Python"):
        assert name in html
    assert f'lang="{language.language}"' in html
    for measure in MEASURES:
        assert headline(small, measure, pair, language, "").a in html
    assert language.text("app.teaching") in html


def test_what_would_ask_is_found() -> None:
    assert requests_of('<img src="x.png">') == ["img src=x.png"]
    assert requests_of("<style>@import 'a.css'; p{background:url(a.png)}</style>")
    assert requests_of('<use xlink:href="#glyph"><a href="http://x">x</a>') == []


def test_settings_stand_on_it(small: State, pair: Pair, language: Words) -> None:
    state = replace(small, b=World("guarantee").with_changes({"service.core.rate": 0.2}))
    html = handout_html(state, pair, language, ADDRESS).decode()
    assert language.name("guarantee") in html
    assert "20" in html
    assert language.text("app.setting.rate") in html


def test_before_the_reveal_world_b_is_not_handed_out(small: State, pair: Pair, language: Words) -> None:
    """The file is the same whatever world B does, but for the names of its settings."""
    hidden = replace(small, predict=True)
    other = Pair(pair.a, pair.a)
    for make in (handout_html, handout_pdf, handout_csv):
        assert make(hidden, pair, language, ADDRESS) == make(hidden, other, language, ADDRESS)
        shown = replace(hidden, revealed=True)
        assert make(shown, pair, language, ADDRESS) != make(shown, other, language, ADDRESS)
    html = handout_html(hidden, pair, language, ADDRESS).decode()
    assert language.text("app.handout.hidden") in html
    assert headline(small, "active", pair, language, "").a in html
    assert language.text("app.handout.hidden") not in handout_html(small, pair, language, ADDRESS).decode()
    header = handout_csv(hidden, pair, language, ADDRESS).decode().partition("\n")[0]
    assert header == "week,measure,a_mean,a_low,a_high"


def test_the_same_screen_gives_the_same_file(small: State, pair: Pair) -> None:
    state = replace(small, charts=("csat",))
    for make in (handout_html, handout_pdf, handout_csv):
        assert make(state, pair, words("ru"), ADDRESS) == make(state, pair, words("ru"), ADDRESS)


def test_the_pdf_is_one_page_with_its_own_fonts(small: State, pair: Pair, language: Words) -> None:
    pdf = handout_pdf(small, pair, language, ADDRESS)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    assert b"/FontFile2" in pdf


def test_the_numbers_are_those_of_the_charts(small: State, pair: Pair) -> None:
    table = list(csv.DictReader(io.StringIO(handout_csv(small, pair, words("ru"), ADDRESS).decode())))
    assert len(table) == len(MEASURES) * pair.weeks
    row = next(row for row in table if row["week"] == "50" and row["measure"] == "active")
    gap = pair.difference("active")
    assert float(row["difference_mean"]) == pytest.approx(gap.mean[49], rel=1e-5)
    assert float(row["difference_low"]) == pytest.approx(gap.low[49], rel=1e-5)
    first = next(row for row in table if row["week"] == "1" and row["measure"] == "nps")
    assert first["a_mean"] == ""  # nobody was asked yet
