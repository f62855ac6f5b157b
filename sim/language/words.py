"""Words, names and numbers in the language of whoever reads.

Texts of our own stand under a key in ``en/*.yaml`` and ``ru/*.yaml``; the file's name is the first part of
the key. What the registries say in English (meanings, units, formulas, events) is its own key: its
translation stands in ``phrases.yaml`` of the other languages, that of its sources in ``sources.yaml``. So
is what calibration says of a firm's own files, with its values taken out: see `sim.language.sentences`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sim.language import sentences as spoken
from sim.world.description import leaves
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import read_yaml
from sim.world.parameter import Parameter
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

LANGUAGES = ("en", "ru")
"""Languages that are complete; the first is the one the registries are written in."""

NOTHING = "–"
"""Stands where there is no number."""

PHRASES = ("phrases", "sources")
"""Files whose keys are what a registry says in English."""
SENTENCES = "sentences"
"""File whose keys are sentences with places for values."""


@dataclass(frozen=True)
class Words:
    """What is said in one language.

    Parameters
    ----------
    language
        Its code (ISO 639-1).
    group, decimal
        Signs between thousands and before the decimals (Unicode CLDR).
    texts
        Texts by dotted key.
    phrases
        Translations by English phrase; empty for English.
    sentences
        Sentences with values in them that are translated; none for English.
    """

    language: str
    group: str
    decimal: str
    texts: Mapping[str, str] = field(repr=False)
    phrases: Mapping[str, str] = field(repr=False)
    sentences: tuple[spoken.Sentence, ...] = field(default=(), repr=False)

    def text(self, key: str, **values: object) -> str:
        """Return a text with values put in where it names them.

        Raises
        ------
        KeyError
            If there is no text under the key, which is a mistake of the program.
        """
        return self.texts[key].format(**values) if values else self.texts[key]

    def counted(self, key: str, number: float, **values: object) -> str:
        """Return a text in the grammatical number that goes with a count, which it may name as ``{count}``.

        Below the key stand the plural categories of the language (Unicode CLDR): one, few, many, other.
        """
        from babel import Locale

        whole = float(number).is_integer()
        category = Locale(self.language).plural_form(int(number) if whole else number)
        texts = self.texts
        text = texts[f"{key}.{category}"] if f"{key}.{category}" in texts else texts[f"{key}.other"]
        return text.format(count=self.number(number, 0 if whole else 1), **values)

    def phrase(self, english: str) -> str:
        """Return what a registry says in English in this language; as it is where nobody translated it."""
        return self.phrases.get(english, english)

    def sentence(self, english: str) -> str:
        """Return what calibration says in English, with values in it, in this language."""
        if not self.sentences:
            return english
        return spoken.told(english, self.sentences, self.group, self.decimal)

    def metric(self, name: str) -> str:
        """Return the name of a metric of `sim.study.metrics`, or of the reach of a lever."""
        if name.startswith("reach."):
            return self.text("metrics.reach_of", lever=self.lever(name.removeprefix("reach.")))
        return self.text(f"metrics.{name}.name")

    def metric_reason(self, name: str) -> str:
        """Return in a line what a metric tells and why one looks at it."""
        return self.text(f"metrics.{'reach' if name.startswith('reach.') else name}.reason")

    def lever(self, name: str) -> str:
        """Return the name of a lever, see `sim.world.strategy.lever_names`."""
        return self.text(f"levers.{name}.name")

    def lever_reason(self, name: str) -> str:
        """Return in a line what a lever does and why one pulls it."""
        return self.text(f"levers.{name}.reason")

    def name(self, identifier: str) -> str:
        """Return how a strategy or a segment is called; its own name where that is not known."""
        return self.texts.get(f"names.{identifier}", identifier.replace("_", " "))

    def title(self, described: Scenario | Strategy) -> str:
        """Return the title of a scenario or a strategy, in this language where it has one."""
        return getattr(described.titles, self.language, "") or described.title or self.name(described.name)

    def unit(self, english: str, currency: str = "") -> str:
        """Return a unit of the registries; "" for a pure number. The currency takes the place of the word."""
        if english in ("1", "yes or no", "choice", "text", "names"):
            return ""
        said = self.phrase(english)
        return said.replace(self.phrase("currency"), currency) if currency else said

    def range(self, entry: Parameter) -> str:
        """Return the range of a parameter with its unit, or the choices as they are typed."""
        if entry.choices:
            return self.text("registry.or").join(entry.choices)
        if entry.low is None and entry.high is None:
            return self.text("registry.any")
        limits = {
            name: self._written(f"{limit:.10g}")
            for name, limit in (("low", entry.low), ("high", entry.high))
            if limit is not None
        }
        key = "between" if len(limits) == 2 else "at_least" if "low" in limits else "at_most"
        said = self.text(f"registry.{key}", **limits)
        if entry.unit in ("1", "share", ""):
            return said
        return self.text("registry.in_unit", range=said, unit=self.phrase(entry.unit))

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number as it is written in this language; a dash where there is none."""
        if math.isnan(value):
            return NOTHING
        plain = f"{value:,.{decimals}f}"
        if not plain.strip("-0.,"):
            plain = plain.removeprefix("-")  # no minus before zero
        return self._written(plain)

    def signed(self, value: float, decimals: int = 2) -> str:
        """Return a difference with its sign; zero has none."""
        if math.isnan(value):
            return NOTHING
        plain = f"{value:+,.{decimals}f}"
        return self._written(plain if plain.strip("+-0.,") else plain[1:])

    def interval(self, interval: tuple[float, float, float], decimals: int = 2) -> str:
        """Return a difference with the limits of its interval, if it has any: (mean, low, high)."""
        mean, low, high = interval
        if math.isnan(low):
            return self.signed(mean, decimals)
        return f"{self.signed(mean, decimals)} {self.limits(low, high, decimals)}"

    def limits(self, low: float, high: float, decimals: int = 2) -> str:
        """Return the limits of an interval of differences."""
        comma = ";" if self.decimal == "," else ","
        return f"[{self.signed(low, decimals)}{comma} {self.signed(high, decimals)}]"

    def _written(self, plain: str) -> str:
        return plain.translate({ord(","): self.group, ord("."): self.decimal})


@cache
def words(language: str) -> Words:
    """Return what is said in a language.

    Raises
    ------
    ConfigurationError
        If the language is not among `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ConfigurationError("lang", f"unknown language '{language}'", nearest(language, LANGUAGES))
    from babel.numbers import get_decimal_symbol, get_group_symbol

    texts: dict[str, str] = {}
    phrases: dict[str, str] = {}
    sentences: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.yaml")):
        values: Any = read_yaml(path)
        if path.stem in PHRASES:
            phrases |= {str(english): str(said) for english, said in values.items()}
        elif path.stem == SENTENCES:
            sentences |= {str(english): str(said) for english, said in values.items()}
        else:
            texts |= {key: str(text) for key, text in leaves(values, path.stem).items()}
    return Words(
        language,
        get_group_symbol(language),
        get_decimal_symbol(language),
        texts,
        phrases,
        spoken.sentences(sentences),
    )
