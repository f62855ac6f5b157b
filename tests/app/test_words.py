"""Both languages are complete, and neither has a word of the other."""

import re
from string import Formatter

import pytest

from sim.app.panel import panel
from sim.language.words import words
from sim.world.library import scenarios

OURS = ("app.", "story.", "cards.")
PLURAL = re.compile(r"\.(one|few|many|other)$")
LATIN = re.compile(r"[A-Za-z]{2,}")
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
SPELLED = {
    "Tenure",
    "NPS",
    "HTML",
    "PDF",
    "CSV",
    "QR",
    "Python",
    "NumPy",
    "Numba",
    "tenure",
    "on",
    "off",
    "host",
}
"""Names, and what is typed as it stands."""


def texts(language: str) -> dict[str, str]:
    return {key: text for key, text in words(language).texts.items() if key.startswith(OURS)}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    found = {
        language: {PLURAL.sub("", key): places(text) for key, text in texts(language).items()}
        for language in ("en", "ru")
    }
    assert found["en"] == found["ru"]


def test_no_russian_text_has_an_english_word() -> None:
    for key, text in texts("ru").items():
        plain = re.sub(r"\{[^}]*\}", "", text)
        assert set(LATIN.findall(plain)) <= SPELLED, key


def test_no_english_text_has_a_russian_letter() -> None:
    for key, text in texts("en").items():
        assert not CYRILLIC.search(text), key


@pytest.mark.parametrize("scenario", scenarios())
def test_what_sliders_say_is_translated(scenario: str) -> None:
    russian = words("ru")
    for lever in panel(scenario).levers:
        for setting in lever.settings:
            assert CYRILLIC.search(russian.phrase(setting.entry.meaning)), setting.path
            unit = setting.measured(russian, "₽")
            assert not LATIN.search(unit), (setting.path, unit)
    for segment in panel(scenario).scenario.customers.segments:
        assert CYRILLIC.search(russian.name(segment)), segment
    for preset in panel(scenario).presets:
        assert CYRILLIC.search(russian.name(preset)), preset
