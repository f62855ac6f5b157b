"""Both languages say the same, neither speaks the other's words, and numbers are written by locale."""

import math
import re
import string
from collections.abc import Iterable, Iterator

import pytest

from sim.behaviour.events import DETAIL_NAMES, EVENT_NAMES
from sim.behaviour.tick import STEPS
from sim.cli import main
from sim.language.words import LANGUAGES, NOTHING, Words, words
from sim.report.quantities import signed
from sim.study.metrics import METRICS
from sim.world.errors import ConfigurationError
from sim.world.library import load_preset, load_scenario, load_strategies, preset_files, scenarios, shipped
from sim.world.parameter import MARKS, Parameter, registry
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy, lever_names

PLURAL = ("one", "few", "many", "other")
LATIN_ALLOWED = {
    *("NPS", "CSAT", "CLV", "ROI", "csat", "nps", "clv", "roi"),  # terms of the field
    *("CSV", "PDF", "HTML", "QR", "YAML"),  # kinds of files
    *("p", "d", "r", "S", "B"),  # letters in formulas, names of mechanisms
    *("Tenure", "Python", "NumPy", "Numba", "host", "on", "off"),  # programs, and what is typed
    *("config", "dir", "assumptions", "holdout", "statistics", "predicted", "csv", "SHA"),
    *("RUB", "BRL", "Fader", "Hardie", "Lee", "customers", "orders", "mean"),  # money, authors, a parameter
    *("tenure", "sim", "behaviour", "churn", "rival", "max_replications", "TARP"),
    *(
        "strategies",
        "scenario",
        "mechanisms",
        "name",
        "lever",
        "parameter",
        "value",
        "null",
        "false",
    ),  # as typed
    "NAME",
}
"""What may stand in Latin letters in a Russian text."""


def own_texts(said: Words) -> dict[str, str]:
    """Return texts by key without the plural category, of which languages have different ones."""
    found = {}
    for key, text in said.texts.items():
        stem, _, last = key.rpartition(".")
        found[stem if last in PLURAL else key] = text
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def described() -> Iterator[tuple[str, Parameter]]:
    for kind in (Scenario, Strategy):
        yield from registry(kind)


def phrases() -> set[str]:
    """Return all that the registries say in English and a reader may see, but sources."""
    said: set[str] = {*MARKS, *EVENT_NAMES.values(), *DETAIL_NAMES.values()}
    said |= {part for step in STEPS for part in step}
    said |= {part for metric in METRICS.values() for part in (metric.unit, metric.formula)}
    for _, entry in described():
        said |= {entry.meaning, entry.unit, *entry.choices}
    said |= {load_preset(name).title for name in preset_files()}
    for name in scenarios():
        scenario = load_scenario(name)
        said |= {*scenario.known, *scenario.assumed}
    return said - {"", "1", "text", "texts"}


def sources() -> set[str]:
    found = {entry.source for _, entry in described()}
    return (found | {load_preset(name).source for name in preset_files()}) - phrases()


# Completeness -------------------------------------------------------------------------------


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    english, russian = own_texts(words("en")), own_texts(words("ru"))
    assert english.keys() == russian.keys()
    for key, text in english.items():
        assert places(text) == places(russian[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    expected = {"en": {"one", "other"}, "ru": set(PLURAL)}[language]
    forms: dict[str, set[str]] = {}
    for key in words(language).texts:
        stem, _, last = key.rpartition(".")
        if last in PLURAL:
            forms.setdefault(stem, set()).add(last)
    assert forms
    assert {stem for stem, found in forms.items() if found != expected} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_and_lever_has_its_name_and_reason(language: str) -> None:
    said = words(language)
    names = [said.metric(name) for name in METRICS] + [said.lever(name) for name in lever_names()]
    reasons = [said.metric_reason(name) for name in METRICS]
    reasons += [said.lever_reason(name) for name in lever_names()]
    assert all(names)
    assert all(reasons)
    assert len(set(reasons)) == len(reasons)
    assert said.lever("recovery.apology") in said.metric("reach.recovery.apology")
    known = {f"metrics.{name}" for name in METRICS} | {f"levers.{name}" for name in lever_names()}
    told = {
        key.removesuffix(".name") for key in said.texts if key.endswith(".name") and key[:3] in ("met", "lev")
    }
    assert told == known  # nothing is told of what is no longer there


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_strategy_and_segment_has_its_name(language: str) -> None:
    said = words(language)
    shown = {path.stem for path in (shipped("conf") / "strategy").glob("*.yaml")}
    for name in scenarios():
        scenario = load_scenario(name)
        shown |= {*scenario.strategies, *scenario.customers.segments}
    assert {f"names.{name}" for name in shown} == {key for key in said.texts if key.startswith("names.")}


def test_shipped_scenarios_and_strategies_have_a_russian_title() -> None:
    said = words("ru")
    for name in scenarios():
        scenario = load_scenario(name)
        general = load_strategies(["baseline"], scenario)
        for one in (scenario, *scenario.strategies.values(), *general):
            assert re.search("[а-я]", said.title(one)), one.name


def test_every_phrase_of_the_registries_is_said_in_russian_and_none_is_stale() -> None:
    assert set(words("ru").phrases) == phrases() | sources()
    assert words("en").phrases == {}


# Purity -------------------------------------------------------------------------------------


def foreign(texts: Iterable[str], allowed: set[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        without_places = re.sub(r"\{\w*\}|`[^`]*`", " ", text)  # nor code, which is typed as it is
        found |= set(re.findall(r"[A-Za-zÀ-ÖØ-öø-ɏ_]+", without_places))
    return found - allowed


def test_a_foreign_word_is_found() -> None:
    assert foreign(["клиенты stay, {count} NPS"], LATIN_ALLOWED) == {"stay"}


def test_russian_texts_hold_no_latin_word() -> None:
    said = words("ru")
    texts = [text for key, text in said.texts.items() if not key.startswith("names.")]
    assert foreign(texts, LATIN_ALLOWED) == set()
    assert foreign([said.texts[key] for key in said.texts if key.startswith("names.")], set()) == set()
    assert foreign((said.phrase(english) for english in phrases()), LATIN_ALLOWED) == set()


def test_russian_sources_hold_only_names_in_latin_letters() -> None:
    # Names of authors and of surveys begin with a capital; its particles do not, nor does u in a formula.
    for english in sources():
        for word in foreign([words("ru").phrase(english)], {"u", "de", "van", "den"}):
            assert word[0].isupper(), (word, english)


def test_english_texts_hold_no_cyrillic() -> None:
    assert [key for key, text in words("en").texts.items() if re.search("[А-Яа-яЁё]", text)] == []


# Numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 0.004, -0.004, 1.0, -1.5, 999.995, 1234.5, -1234567.891])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_english_numbers_are_written_as_python_writes_them(value: float, decimals: int) -> None:
    plain = f"{value:,.{decimals}f}"
    shown = words("en").number(value, decimals)
    assert shown == (plain if float(plain.replace(",", "")) else plain.removeprefix("-"))
    if decimals == 2:
        assert words("en").signed(value) == signed(value)


def test_russian_numbers_take_their_own_signs() -> None:
    said = words("ru")
    assert said.number(1234567.891, 2) == "1\u00a0234\u00a0567,89"
    assert said.signed(-1234.5, 1) == "-1\u00a0234,5"
    assert said.interval((1.0, -0.5, 2.5), 1) == "+1,0 [-0,5; +2,5]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_zero_has_no_sign_and_what_is_missing_a_dash(language: str) -> None:
    said = words(language)
    zero = {"en": "0.00", "ru": "0,00"}[language]
    assert said.signed(0.0) == said.signed(-0.001) == said.signed(0.004) == zero
    assert said.number(-0.2) == "0"
    assert said.number(math.nan) == said.signed(math.nan) == NOTHING
    assert said.interval((1.0, math.nan, math.nan)) == said.signed(1.0)


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (0, "0 years", "0 лет"),
        (1, "1 year", "1 год"),
        (2, "2 years", "2 года"),
        (5, "5 years", "5 лет"),
        (11, "11 years", "11 лет"),
        (21, "21 years", "21 год"),
        (1.5, "1.5 years", "1,5 года"),
        (1012, "1,012 years", "1\u00a0012 лет"),
    ],
)
def test_counts_take_their_grammatical_number(count: float, english: str, russian: str) -> None:
    assert words("en").counted("comparison.years", count) == english
    assert words("ru").counted("comparison.years", count) == russian


def test_a_range_in_english_is_that_of_the_registry() -> None:
    seen = set()
    for path, entry in described():
        assert words("en").range(entry) == entry.range, path
        seen.add(entry.range.split()[0])
    assert {"at", "any"} - seen == {"at"}  # no shipped parameter is open on one side, others may be
    open_above = Parameter("", "days", 7.5, None, "", "literature")
    open_below = Parameter("", "share", None, 0.5, "", "literature")
    assert [words("en").range(one) for one in (open_above, open_below)] == [
        "at least 7.5 days",
        "at most 0.5",
    ]
    assert [words("ru").range(one) for one in (open_above, open_below)] == [
        "не меньше 7,5 (дни)",
        "не больше 0,5",
    ]


def test_the_currency_takes_the_place_of_its_word() -> None:
    assert words("ru").unit("currency per order", "RUB") == "RUB за заказ"
    assert words("en").unit("currency per order", "RUB") == "RUB per order"
    assert words("ru").unit("1") == words("ru").unit("yes or no") == ""


# Mistakes and listings ----------------------------------------------------------------------


def test_an_unknown_language_is_a_mistake_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigurationError, match="lang: unknown language 'de'; known: en, ru"):
        words("de")
    assert main(["levers", "lang=de"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "tenure: lang: unknown language 'de'; known: en, ru\n"


LISTINGS = ("scenarios", "strategies", "levers", "parameters", "presets", "metrics", "order")


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_in_russian_has_the_lines_of_the_english_one(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name]) == 0
    english = capsys.readouterr().out
    assert main([name, "lang=en"]) == 0
    assert capsys.readouterr().out == english
    assert main([name, "lang=ru"]) == 0
    russian = capsys.readouterr().out
    assert len(russian.splitlines()) == len(english.splitlines())
    assert re.search("[а-я]", russian)
    below = [line.startswith("---") for line in english.splitlines()[1:]] + [False]
    for before, after, heading in zip(english.splitlines(), russian.splitlines(), below, strict=True):
        if not heading and re.fullmatch(r"[a-z0-9_.<>]+  .*", before):
            assert after.split()[0] == before.split()[0]  # what is typed stays as it is


def test_metrics_show_formula_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    for language in LANGUAGES:
        said = words(language)
        assert main(["metrics", f"lang={language}"]) == 0
        lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
        for name, metric in METRICS.items():
            for part in (said.metric(name), said.phrase(metric.formula), said.metric_reason(name)):
                assert part in lines[name]


def test_levers_show_what_each_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["levers", "lang=ru"]) == 0
    out = capsys.readouterr().out
    for name in lever_names():
        assert words("ru").lever_reason(name) in out
