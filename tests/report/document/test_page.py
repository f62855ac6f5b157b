"""The page: nothing leaves it, names stay text, every part is there, and each language is whole."""

import re

import pytest

from sim.language.words import words
from sim.report.document.blocks import Gallery, Grid, Terms, Text
from sim.report.document.findings import STAYS
from sim.report.document.saying import Saying
from sim.report.document.sections import sections
from sim.report.document.stored import as_text, from_text
from sim.study.store import PACKAGES
from sim.world.errors import ConfigurationError

KINDS = (
    *("plain", "drawn", "evil", "one run", "alone", "alone in one run", "precise", "contract"),
    *("one segment", "nothing differs"),
)
LANGUAGES = ("en", "ru")
EVERY = [(kind, lang) for kind in KINDS for lang in LANGUAGES]
PARTS = [
    *("question", "answer", "strategies", "figures", "time", "doubt", "segments", "money", "reach"),
    *("sure", "assumed", "remake"),
]
EVIL = "<script>alert(1)</script>"
REFERENCES = ("src", "href", "xlink:href", "action", "data", "poster", "srcset", "formaction", "background")


@pytest.mark.parametrize("which", EVERY, ids=" ".join)
def test_nothing_leaves_the_file(pages, read, which):
    page = pages[which]
    found = read(page)
    for tag, attributes in found.tags:
        assert tag not in ("script", "iframe", "object", "embed", "base", "form", "img", "audio", "video")
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in REFERENCES:
                assert value.startswith("#") or value == "data:,", (tag, value)
            assert not re.search(r"url\((?!#)", value), (tag, value)
    style = " ".join(text for around, text in found.texts if "style" in around)
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = [one for one in found.named("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy["content"].startswith("default-src 'none'")
    assert "http" not in policy["content"]


def test_a_request_would_be_found(pages, read):
    page = pages["plain", "en"].replace("</body>", '<img src="https://example.org/a.png"></body>')
    with pytest.raises(AssertionError):
        test_nothing_leaves_the_file({("plain", "en"): page}, read, ("plain", "en"))


@pytest.mark.parametrize("which", EVERY, ids=" ".join)
def test_it_is_small(pages, which):
    assert 20_000 < len(pages[which].encode()) < 500_000


@pytest.mark.parametrize("which", EVERY, ids=" ".join)
def test_every_part_is_there_in_order_with_a_heading(pages, read, which):
    found = read(pages[which])
    assert [one["id"] for one in found.named("section")] == PARTS
    assert [text for around, text in found.texts if around[-1] == "h2"] == [
        words(which[1]).text(f"report.{HEADINGS.get(part, part)}.heading") for part in PARTS
    ]
    assert len([1 for around, _ in found.texts if around[-1] == "h1"]) == 1
    assert found.named("html") == [{"lang": which[1]}]
    assert len([1 for around, _ in found.texts if around[-1] == "p"]) > 10


HEADINGS = {"strategies": "strategies_section"}


@pytest.mark.parametrize("which", EVERY, ids=" ".join)
def test_whoever_cannot_see_it_can_read_it(pages, read, which):
    found = read(pages[which])
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in found.tags:
        for name in ("aria-labelledby", "headers", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids), (tag, attributes)
        for value in attributes.values():
            assert set(re.findall(r"url\(#([^)]+)\)", value)) <= set(ids)
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids
    assert found.named("th")
    assert all(one.get("scope") in ("col", "row") for one in found.named("th"))
    pictures = [one for one in found.named("svg") if one.get("role") == "img"]
    assert len(pictures) == len(found.named("figure")) > 0
    for one in pictures:
        title, description = one["aria-labelledby"].split()
        said = [text for around, text in found.texts if around[-1] in ("title", "desc")]
        assert (title.endswith("title"), description.endswith("desc")) == (True, True)
        assert len(said) >= 2 * len(pictures)
    assert all(one.get("role") == "img" or one.get("aria-hidden") == "true" for one in found.named("svg"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_name_like_a_script_stays_text_everywhere(pages, read, lang):
    page = pages["evil", lang]
    assert "<script" not in page.lower()
    found = read(page)
    around = {tags[-1] for tags, text in found.texts if EVIL in text}
    # headings, sentences, tables, pictures with their descriptions, legends
    assert {"h1", "title", "p", "th", "td", "text", "desc", "li"} <= around
    assert "a&b'\" $y^$" in found.text  # neither a formula nor a sign that cannot be shown
    assert "\x07" not in page
    assert f"$x_1$ {EVIL}" in found.text


def test_a_script_would_be_found(pages, read):
    page = pages["evil", "en"].replace("&lt;script&gt;", "<script>")
    with pytest.raises(AssertionError):
        test_a_name_like_a_script_stays_text_everywhere({("evil", "en"): page}, read, "en")


ALLOWED = {
    *("NPS", "CSAT", "CLV", "ROI", "RUB", "EUR", "BRL"),  # terms of the field, currencies
    *("Tenure", "Python", *(re.sub(r"\d", "", name) for name in PACKAGES)),  # what it was made with
    *("assumptions", "csv", "replications"),  # files and settings, as they are typed
    *("behaviour", "churn", "rival"),  # parts of the model that a phrase of the registry names
}
TYPED = re.compile(r"tenure who strategy=\w+|great-tables|hydra-core|[0-9a-f]{40,64}(-dirty)?|\d[\d.]*\w*")


def latin(found) -> set[str]:
    """Return the words in Latin letters, but for what is typed: code, paths, digests."""
    kept = [
        text
        for around, text in found.texts
        if not {"style", "code"} & set(around) and not re.fullmatch(r"[\w.]*\.[\w.]*", text)
    ]
    kept = [text for text in kept if "scenario." not in text and "strategies." not in text]
    return set(re.findall(r"[A-Za-z]{2,}", TYPED.sub(" ", " ".join(kept)))) - ALLOWED


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("evil", "nothing differs")])
def test_each_language_is_without_a_word_of_the_other(pages, read, kind):
    assert latin(read(pages[kind, "ru"])) == set()
    english = read(pages[kind, "en"])
    assert re.findall(r"[А-Яа-яЁё]+", english.text) == []
    assert latin(english)  # the search finds words where there are some


def test_numbers_are_written_as_the_language_does(pages, read):
    russian, english = read(pages["plain", "ru"]).text, read(pages["plain", "en"]).text
    level = "over-promise"
    assert level in english
    assert re.search(r"[-+]\d+,\d\d \[[-+]\d+,\d\d; [-+]\d+,\d\d\]", russian)
    assert re.search(r"[-+]\d+\.\d\d \[[-+]\d+\.\d\d, [-+]\d+\.\d\d\]", english)
    assert not re.search(r"\d\.\d\d \[", russian)


# What the parts say --------------------------------------------------------------------------


def said(told, kind, part, lang="en"):
    found = {one.key: one for one in sections(told[kind], words(lang))}[part]
    texts = []
    for block in found.blocks:
        if isinstance(block, Text):
            texts.append(block.text)
        elif isinstance(block, Grid):
            texts += [block.label, *block.head]
            texts += [f"{cell.text} {cell.below}" for row in block.rows for cell in row]
        elif isinstance(block, Terms):
            texts += [f"{term}: {meaning}" for term, meaning in block.pairs]
        elif isinstance(block, Gallery):
            texts += [picture.title for picture in block.pictures]
    return " | ".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def test_the_question_names_world_strategies_horizon_and_customers(told):
    text = said(told, "plain", "question")
    for part in ("4 strategies", "100 customers", "0.8 years", "3 replications", "“present practice”"):
        assert part in text
    assert "bound by a contract" in said(told, "contract", "question")
    assert "under contract, %" in said(told, "contract", "figures")
    assert "bought lately, %" in said(told, "plain", "figures")


def test_the_table_holds_levels_and_differences_with_intervals(told, plain):
    text = said(told, "plain", "figures")
    level = plain.interval("guarantee", STAYS)
    assert f"{100.0 * level.mean:.1f} ± {100.0 * level.half_width:.2f}" in text
    gap = plain.difference("guarantee", "clv")
    assert f"{gap.mean:+,.0f} [{gap.low:+,.0f}, {gap.high:+,.0f}]" in text


def test_the_trajectories_are_drawn_as_levels_and_differences(pages, read):
    keys = [
        one["aria-labelledby"].split()[0] for one in read(pages["plain", "en"]).named("svg") if "role" in one
    ]
    assert keys == [
        f"{key}-title"
        for key in (
            *("effects_stay", "effects_worth", "active", "active_difference"),
            *("satisfaction", "satisfaction_difference", "cash"),
        )
    ]


def test_both_kinds_of_doubt_are_shown_where_worlds_were_drawn(told):
    text = said(told, "drawn", "doubt")
    for part in ("10 worlds", "keeps most, % of worlds", "pays, % of worlds", "CLV lost by choosing it"):
        assert part in text
    assert "What decides who keeps most" in text
    band = told["drawn"].option("guarantee").doubt["clv"]
    assert f"[{band.low:+,.0f}, {band.high:+,.0f}]" in text
    assert "% of the drawn worlds" in said(told, "drawn", "answer")
    assert "plausible range" in said(told, "drawn", "assumed")


def test_one_sentence_says_where_they_were_not(told):
    text = said(told, "plain", "doubt")
    assert text.startswith("The assumptions were not drawn here")
    assert "assumptions=200" in text
    assert "|" not in text


def test_who_gains_is_said_by_segment(told):
    text = said(told, "plain", "segments")
    assert "the gain is largest for" in text
    for segment in ("households", "offices", "occasional customers"):
        assert segment in text
    assert "tenure who strategy=" in text
    assert "not divided into segments" in said(told, "one segment", "segments")
    assert "second strategy" in said(told, "alone", "segments")


def test_money_says_what_pays_and_when(told):
    text = said(told, "plain", "money")
    for part in (
        "extra cost",
        "net gain",
        "ROI",
        "paid back, month",
        "customer equity, total",
        "points owed",
    ):
        assert part in text
    assert "not yet" in text
    assert "Profit since the start" in text
    assert "“over-promise”" in text.partition("These cost more than they bring: ")[2].partition(".")[0]


def test_a_strategy_that_works_by_the_price_has_no_roi_and_it_says_so(told):
    assert "where the means is the price: “save offer” and “price rise”" in said(told, "contract", "money")
    assert "where the means is the price" not in said(told, "plain", "money").replace("“over", "")


def test_reach_is_told_by_lever(told):
    text = said(told, "plain", "reach")
    assert "promised delivery time a time the customer can hold us to" in text
    assert said(told, "alone", "reach") == "No strategy pulls a lever."


def test_how_sure_says_replications_and_half_widths(told, plain):
    text = said(told, "plain", "sure")
    assert text.startswith("3 replications")
    alone, together = plain.difference("guarantee", STAYS), plain.simultaneous(STAYS)["guarantee"]
    assert f"{100.0 * alone.half_width:.2f} " in text
    assert f"{100.0 * together.half_width:.2f} " in text
    assert said(told, "one run", "sure").startswith("One run: there is no interval")


def test_a_precision_is_said_to_be_reached_or_not(told):
    from dataclasses import replace

    assert "it was reached" in said(told, "precise", "sure")
    assert "± 10 points" in said(told, "precise", "sure")
    found = told["precise"]
    missed = replace(found, precise=replace(found.precise, reached=False, needed=123))
    text = said({"precise": missed}, "precise", "sure")
    assert "it was not reached" in text
    assert "123 replications" in text


def test_what_is_assumed_says_the_marks(told):
    counted, marks = Saying(told["plain"], words("en")).values()
    text = said(told, "plain", "assumed")
    assert text.startswith(f"{counted} stand behind this comparison: {marks}.")
    assert "literature" in marks
    assert "strategies.guarantee.commitments.delivery.threshold" in text
    assert "30 minutes" in text


def test_how_to_make_it_again_says_all_that_it_takes(told, plain):
    text = said(told, "plain", "remake")
    for part in ("sim.compare(", "seed=1", "numpy", "Python", "configuration hash", str(plain.seeds[2])):
        assert part in text


def test_one_run_has_no_interval_anywhere(told):
    for one in sections(told["one run"], words("en")):
        text = said(told, "one run", one.key)
        if one.key not in ("remake",):
            assert not re.search(r"\[[-+]|±\s\d", text), one.key


def test_every_kind_is_said_in_both_languages_with_as_many_blocks(told):
    for kind in KINDS:
        english, russian = (sections(told[kind], words(lang)) for lang in LANGUAGES)
        for first, second in zip(english, russian, strict=True):
            assert [type(block) for block in first.blocks] == [type(block) for block in second.blocks]


def test_it_can_be_told_from_what_was_stored(told, pages):
    from sim.report.document.page import page

    again = from_text(as_text(told["drawn"]))
    assert page(again, "ru") == pages["drawn", "ru"]


# Writing -------------------------------------------------------------------------------------


def test_a_comparison_writes_its_report_without_a_folder(plain, tmp_path, read):
    path = plain.report(tmp_path / "new" / "report.html", lang="ru")
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]
    assert read(path.read_text(encoding="utf-8")).named("html") == [{"lang": "ru"}]


def test_a_mistake_writes_nothing(plain, tmp_path):
    with pytest.raises(ConfigurationError, match="unknown language 'de'"):
        plain.report(tmp_path / "report.html", lang="de")
    with pytest.raises(ConfigurationError, match="is a folder"):
        plain.report(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_is_there_is_kept_until_the_new_one_is_whole(plain, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("before", encoding="utf-8")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ConfigurationError, match="disk is full"):
        plain.report(path)
    assert path.read_text(encoding="utf-8") == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
