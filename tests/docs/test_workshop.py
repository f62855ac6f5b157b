"""The workshop guides say what the runs they tell of have given, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from sim.language.words import LANGUAGES, words

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def make(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("workshop/make.py")


def text(language: str, part: str = "") -> str:
    return (ROOT / "docs" / "workshop" / f"guide.{language}{part}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guide_is_its_text_with_the_numbers_filled_in(make: ModuleType, language: str) -> None:
    """``python docs/workshop/make.py --text`` makes it anew."""
    assert text(language) == make.guide(language, make.read())
    assert "{" not in text(language)


def test_both_guides_tell_of_the_same_numbers_at_the_same_times() -> None:
    english, russian = (text(language, ".in") for language in LANGUAGES)
    named = r"\{([\w.|]+)\}"
    assert re.findall(named, english) == re.findall(named, russian)
    hours = r"\b[01]:\d\d\b"
    assert re.findall(hours, english) == re.findall(hours, russian)
    assert len(re.findall(r"^\d\. ", english, re.M)) == len(re.findall(r"^\d\. ", russian, re.M)) == 12


def test_the_numbers_are_those_of_the_runs(make: ModuleType) -> None:
    """``python docs/workshop/make.py`` measures them anew."""
    kept, measured = make.read(), make.measured()
    assert kept.keys() == measured.keys()
    for name, interval in measured.items():
        assert kept[name] == pytest.approx(interval, abs=1e-3), name


def test_what_the_guides_say_in_words_follows_from_the_numbers(make: ModuleType) -> None:
    numbers = make.read()
    stays = {
        name: numbers[f"{name}.survival_rate"] for name in ("over_promise", "slow", "guarantee", "word_only")
    }
    assert round(stays["over_promise"].mean) == -26
    assert -2.0 < stays["slow"].low < stays["slow"].high < -1.0  # between one and two of a hundred
    assert stays["over_promise"].high < 10 * stays["slow"].low  # more than ten times as much
    assert stays["word_only"].high < 0.0 < stays["guarantee"].low
    assert numbers["guarantee.clv"].high < 0.0
    assert abs(numbers["fast_recovery.csat"].mean) < 0.1
    assert numbers["fast_recovery.cost"].high < numbers["guarantee.cost"].low / 5
    assert numbers["loyalty_points.survival_rate"].low < 0.0 < numbers["points_alone.survival_rate"].low
    assert numbers["loyalty_points.clv"].low > 0.0
    # the task of the groups can be solved, and not by everything at once
    assert numbers["easy.survival_rate"].low > 2.0
    assert numbers["easy.clv"].low > -800.0 > numbers["combined.clv"].high
    assert numbers["combined.survival_rate"].low > 2.0


def test_each_guide_speaks_its_language() -> None:
    assert not re.search("[А-Яа-я]", text("en"))
    prose = re.sub(r"`[^`]*`", "", text("ru"))
    assert set(re.findall(r"[A-Za-z]{2,}", prose)) == {"RUB", "QR"}


def test_strategies_are_called_as_the_app_calls_them() -> None:
    for language in LANGUAGES:
        for name in ("baseline", "over_promise", "guarantee", "fast_recovery", "combined"):
            assert f"*{words(language).name(name)}*" in text(language).lower(), name
