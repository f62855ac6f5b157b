"""Sentences that code below says in English with values in them, told in another language.

What is found while a firm's own files are read and calibrated is said where it is found, in English; that
sentence with its values taken out, such as ``{count} contracts have a price``, is the key of the translation
in ``sentences.yaml`` of the other languages. It is recognised by its words, whether it was said just now or
stands in a file of last year.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLACE = re.compile(r"\{(\w+)\}")
AS_IT_STANDS = ("path", "column", "name", "day")
"""Places whose values are names of the user's own or are typed: they are no words of ours."""
VALUES = {"path": ".+", "rows": "[0-9,… ]+"} | dict.fromkeys(
    ("count", "customers", "read", "used"), "[0-9,]+"
)
"""What values of some places look like, so that it is clear where they end."""
NUMBER = re.compile(r"(?<![\w.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w.])(?!,\d)")
ONLY_NUMBERS = re.compile(r"[-\d.,… ]+")


@dataclass(frozen=True)
class Sentence:
    """A sentence with places for values.

    Parameters
    ----------
    pattern
        Recognises it in English.
    said
        What it is in the other language, with the same places.
    """

    pattern: re.Pattern[str]
    said: str


def sentences(translations: Mapping[str, str]) -> tuple[Sentence, ...]:
    """Return sentences to be tried in turn: those with most words of their own first."""
    ranked = sorted(translations, key=lambda english: -len(PLACE.sub("", english)))
    return tuple(Sentence(_pattern(english), translations[english]) for english in ranked)


def _pattern(english: str) -> re.Pattern[str]:
    parts = PLACE.split(english)
    return re.compile(
        "".join(
            f"(?P<{part}>{VALUES.get(part, '.+?')})" if place % 2 else re.escape(part)
            for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def told(english: str, known: Sequence[Sentence], group: str, decimal: str) -> str:
    """Return a sentence in the other language; as it is where nobody translated it.

    Values that are sentences themselves are told as well, numbers are written with the signs given.
    """
    for sentence in known:
        found = sentence.pattern.fullmatch(english)
        if found is not None:
            values = {
                name: value if name in AS_IT_STANDS else told(value, known, group, decimal)
                for name, value in found.groupdict().items()
            }
            return sentence.said.format(**values)
    if ONLY_NUMBERS.fullmatch(english):
        signs = {ord(","): group, ord("."): decimal}
        return NUMBER.sub(lambda number: number.group().translate(signs), english)
    return english
