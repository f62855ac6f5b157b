"""The page of a calibration: it asks nothing of anybody, says all it has to, and each language is whole."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

import sim
from sim.calibration.calibrate import Calibration
from sim.calibration.posterior import Estimate, Finding, Predicted, Unsettled, joined
from sim.calibration.records.columns import Mapped
from sim.calibration.records.form import Form
from sim.calibration.records.known_columns import LOG
from sim.calibration.records.table import LeftOut, Table
from sim.language.words import words
from sim.report.calibrated.groups import PATTERNS, agrees, groups
from sim.report.calibrated.sections import sections
from sim.report.calibrated.write import calibration_page
from sim.report.document.blocks import Gallery, Grid, Text
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario

EVIL = "<script>alert(1)</script>"
PARTS = ["answer", "pictures", "figures", "parameters", "open", "read", "remake"]
LATIN = {
    "BG",
    "NBD",
    "Gamma",
    "Tenure",
    "UTF",
    "SHA",
    "predicted",
    "csv",
    "assumptions",
    "ln",
    "L",
    "r",
    "alpha",
    "a",
    "b",
}
"""Names of models and programs, their letters, and what is typed or stands in a file's name."""


class Reader(HTMLParser):
    """Tags with their attributes, and texts with the tag around them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.inside = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "wbr", "br"):
            self.inside.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if data.strip() and self.inside and not {"style", "code"} & set(self.inside):
            self.texts.append((self.inside[-1], data.strip()))


def figure(name, observed, median, meaning, closed=None, unit="share"):
    return Predicted(name, observed, 0.01, median, median - 0.02, median + 0.02, meaning, unit, closed)


def figures():
    """Return a figure of every kind of picture, and two that stand alone."""
    made = [
        figure(
            f"orders.repeats.{number}",
            0.5 / (number + 1),
            0.5 / (number + 1),
            f"customers with {number} repeat orders",
            0.1,
        )
        for number in range(7)
    ]
    made.append(figure("orders.repeats.7", 0.1, 0.3, "customers with 7 or more repeat orders", 0.1))
    made += [
        figure(
            f"orders.period.{number}", 10.0, 10.0, f"repeat orders, days {number} to {number}", 10.2, "orders"
        )
        for number in range(1, 31)
    ]
    for name, when in (("in_time", "in time"), ("1_to_3_days", "1 to 3 days late")):
        made.append(figure(f"orders.lateness.{name}", 0.5, 0.5, f"orders that come {when}"))
        made.append(
            figure(f"orders.late.{name}.score", 4.0, 4.0, f"mean review score, {when}", None, "stars")
        )
        made.append(figure(f"orders.late.{name}.one_star", 0.1, 0.1, f"reviews with one star, {when}"))
        made.append(figure(f"orders.late.{name}.complaint", 0.1, 0.1, f"orders with a complaint, {when}"))
        made.append(figure(f"orders.late.{name}.again", 0.1, 0.1, f"customers who order again, {when}"))
    made += [
        figure("orders.stars.1", 0.1, 0.1, "mean review score"),
        figure("orders.score.1.complaint", 0.1, 0.1, "orders with a complaint, 1 stars"),
        figure("contracts.survival.1", 0.9, 0.9, "share still there after 1 renewal", 0.9),
        figure("contracts.plan.basic.survival.1", 0.9, 0.9, "share still there after 1 renewal", 0.9),
        figure("survey.trust.mean", 0.6, 0.6, "mean answer, trust, of 0 to 1", None, "1"),
        figure("survey.trust.spread", 0.6, 0.6, "standard deviation of the answers, trust", None, "1"),
        figure("survey.correlation.trust.stay", 0.6, 0.6, "correlation of trust and stay", None, "1"),
        figure("survey.promoters.1", 0.6, 0.6, "promoters where satisfaction is in band 1 of 6"),
        figure("orders.repeats_amount", 30.0, 30.0, "mean order value by customer", None, "currency"),
        figure("orders.late", 0.7, 0.7, "orders that come late"),
    ]  # fmt: skip
    return tuple(made)


def calibration(name="mine", path="orders.csv", predicted=None):
    """Return a calibration that was never computed, so that all of it can be looked at."""
    generator = np.random.default_rng(1)
    found = Finding(
        draws={"customers.orders.mean": np.exp(generator.normal(1.0, 0.05, 300))},
        estimates=(Estimate("customers.orders.mean", "likelihood of BG/NBD", "closed form", (0.1, 100.0)),),
        unsettled=(
            Unsettled(
                "customers.spend", "the file has no amounts", "a longer log, or a world of another kind"
            ),
        ),
        given={
            "customers.relation": ("non_contractual", "orders without a contract"),
            "customers.segments": ({"everyone": {}}, "the log knows no kinds of customers"),
        },
        closed_forms={"bg_nbd": {"r": 0.2, "alpha": 4.0, "a": 0.8, "b": 2.4, "log_likelihood": -10.5}},
        predicted=figures() if predicted is None else predicted,
    )
    manifest = {
        "data": {"orders": {"path": path, "sha256": "0" * 64}},
        "draws": 300,
        "seed": 1,
        "written": "2026-11-22T19:00:00+00:00",
        "version": "0.1.0",
    }
    form = Form(sim.calibration.calibrate.Path(path), False, "utf-8", "comma", ("customer", "date"))
    mapped = Mapped(LOG[:2], {"customer": "customer", "date": "date"}, frozenset({"date"}), ())
    left_out = (
        LeftOut("'date' is no date", 3, (2, 5, 1204)),
        LeftOut("a score that is not from 1 to 5", 1, (7,), False),
    )
    table = Table(
        form,
        mapped,
        {},
        {},
        np.arange(2, 20),
        21,
        left_out,
        ("'amount' has its decimals behind a comma",),
        frozenset(),
        "0",
    )
    base = Scenario(name="default")
    return Calibration(
        name, base.replace({"customers.orders.mean": 2.7}), base, joined([found], manifest), {"orders": table}
    )


@pytest.fixture(scope="module")
def pages():
    return {
        lang: calibration_page(calibration(), lang, ["tenure", "calibrate", "orders=orders.csv"])
        for lang in ("en", "ru")
    }


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_nothing_leaves_the_file(pages, lang):
    for tag, attributes in Reader(pages[lang]).tags:
        assert tag not in ("script", "iframe", "img", "form", "base", "object")
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href"):
                assert value.startswith("#") or value == "data:,"
            assert not re.search(r"url\((?!#)", value or "")
    assert len(pages[lang].encode()) < 1_000_000


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_part_and_every_picture_is_there(pages, lang):
    found = Reader(pages[lang])
    assert [attributes["id"] for tag, attributes in found.tags if tag == "section"] == PARTS
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    shown = groups(figures())
    assert {group.key for group in shown if not group.alone} == set(PATTERNS)
    captions = [text for around, text in found.texts if around == "figcaption"]
    assert captions == [group.title(words(lang)) for group in shown]
    labelled = [
        attributes for tag, attributes in found.tags if tag == "svg" and attributes.get("role") == "img"
    ]
    assert len(labelled) == len(shown)


def test_no_english_word_stands_in_the_russian_page(pages):
    texts = " ".join(text for _, text in Reader(pages["ru"]).texts)
    texts = re.sub(
        r"orders\.csv|customer = \w+|date = \w+|'\w+'|«(date|amount|mine|basic)»|тариф basic|orders: ",
        " ",
        texts,
    )
    texts = re.sub(r"SHA-256 0+", " ", texts)
    assert set(re.findall(r"[A-Za-z]+", texts)) - LATIN == set()
    english = " ".join(text for _, text in Reader(pages["en"]).texts)
    assert not re.search("[а-яё]", english)


def test_what_came_with_the_file_stays_text():
    page = calibration_page(calibration(path=f"{EVIL}.csv"), "en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_it_says_what_was_left_out_what_is_open_and_what_is_from_where(lang):
    said = words(lang)
    by_key = {part.key: part for part in sections(calibration(), said)}
    (left_out,) = [block for block in by_key["read"].blocks if isinstance(block, Grid)]
    assert [row[1].text for row in left_out.rows] == ["3", "1"]
    assert left_out.rows[0][3].text == f"2, 5, {said.number(1204)}"
    (open_,) = [block for block in by_key["open"].blocks if isinstance(block, Grid)]
    assert open_.rows[0][0].text == "customers.spend"
    grids = {block.key: block for block in by_key["parameters"].blocks if isinstance(block, Grid)}
    assert grids["estimates"].rows[0][3].text == said.text("check.origin.data")
    assert grids["given"].rows[0][2].text == "customers.relation"
    counts = [cell.text for cell in grids["origins"].rows[-1][1:]]
    assert len(counts) == 4


def test_the_answer_counts_what_agrees_and_names_what_does_not():
    one = calibration()
    whole = len(figures())
    lead = sections(one, words("en"))[0].blocks
    assert lead[0].text.startswith(f"{whole - 1} of {whole} figures")
    assert "Customers by number of repeat orders, % (1)" in lead[1].text
    agreeing = replace(
        one, posterior=replace(one.posterior, predicted=tuple(f for f in figures() if agrees(f)))
    )
    assert sections(agreeing, words("en"))[0].blocks[0].text.startswith(f"All {whole - 1} figures")


def test_it_says_where_the_closed_form_describes_the_data_better():
    texts = [
        block.text for block in sections(calibration(), words("en"))[0].blocks if isinstance(block, Text)
    ]
    (worse,) = [text for text in texts if "worse than BG/NBD" in text]
    (better,) = [text for text in texts if text.startswith("No worse than BG/NBD")]
    assert "Repeat orders by period" in better
    far = replace(figures()[8], median=99.0, closed=10.0)
    turned = calibration(predicted=(far,))
    assert any(
        "Repeat orders by period" in block.text
        for block in sections(turned, words("en"))[0].blocks
        if "worse" in block.text
    )
    assert "Customers by number" in worse or "Customers by number" in better


def test_without_predictions_it_says_so():
    parts = sections(calibration(predicted=()), words("en"))
    assert [part.key for part in parts] == [key for key in PARTS if key not in ("pictures", "figures")]
    assert "No figure of your data" in parts[0].blocks[0].text


def test_pictures_have_words_for_whoever_cannot_see_them(pages):
    (gallery,) = [
        block
        for part in sections(calibration(), words("en"))
        for block in part.blocks
        if isinstance(block, Gallery)
    ]
    assert all(picture.description for picture in gallery.pictures)
    assert gallery.pictures[0].description.startswith("0: data 50.0, simulated 50.0; 1: data 25.0")


def test_it_is_written_whole_or_not_at_all(tmp_path):
    path = calibration().report(tmp_path / "new" / "page.html", "ru")
    assert path.read_text(encoding="utf-8").endswith("</html>\n")
    with pytest.raises(ConfigurationError, match="unknown language 'de'"):
        calibration().report(tmp_path / "other.html", "de")
    with pytest.raises(ConfigurationError, match="is a folder"):
        calibration().report(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["new"]
