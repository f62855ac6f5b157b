"""What calibration says in English of a firm's own files is said in Russian, with the same values."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim.calibration
from sim.language.sentences import PLACE, sentences, told
from sim.language.words import words
from sim.world.library import read_yaml

FOLDER = Path(sim.calibration.__file__).parent
SILENT = ("known_columns.py", "form.py", "scenario_file.py", "calibrate.py", "table.py", "links.py")
"""Modules whose texts are names of columns, mistakes, units of metrics, stand in a scenario file, which is
English, or are tested below."""
NAMES = ("QUESTIONS", "SCALE", "problem")
"""Variables that hold names of columns, or part of a mistake."""
VALUE = "7"
NO_SENTENCE = re.compile(r"pd\.DataFrame \| None|closed form|Empty CSV|\^|for example \{|\{7\}")
LATIN_ALLOWED = {
    *("BG", "NBD", "sBG", "NPS", "UTF", "Windows", "other"),
    *("end", "start", "occasion", "moment", "duplicates", "keep", "unit", "days", "months", "or", "years"),
    *("period", "cohort", "columns", "amount", "promised", "actual", "score", "complaint", "price"),
    *("currency", "economics"),
}
"""Names of models and encodings, and what is typed."""


def translations() -> dict[str, str]:
    path = Path(sim.language.sentences.__file__).parent / "ru" / "sentences.yaml"
    return {str(key): str(text) for key, text in read_yaml(path).items()}


def sample(node: ast.AST) -> str | None:
    """Return a text as it may be said, with a value in each of its places."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else VALUE  # type: ignore[misc]
            for part in node.values
        )
    return None


def said_in(path: Path) -> Iterator[str]:
    """Yield the sentences of a module: texts of several words that are neither docstring nor mistake."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            left_out |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Expr):
            left_out.add(id(node.value))
        if isinstance(node, ast.Assign) and any(getattr(one, "id", "") in NAMES for one in node.targets):
            left_out |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            left_out |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        text = sample(node) if id(node) not in left_out else None
        if text is not None and re.search(r"[a-z]{2} \S|\S [a-z]{2}", text) and not NO_SENTENCE.search(text):
            yield text


def test_every_sentence_of_calibration_is_said_in_russian() -> None:
    said = words("ru")
    modules = [path for path in FOLDER.rglob("*.py") if path.name not in SILENT]
    found = {text for path in modules for text in said_in(path)}
    assert len(found) > 80
    assert {text for text in found if not re.search("[а-яё]", said.sentence(text), re.IGNORECASE)} == set()


def test_translations_have_the_same_places_and_no_other_latin_word() -> None:
    for english, russian in translations().items():
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(russian)), english
        rest = PLACE.sub(" ", russian)
        assert set(re.findall(r"[A-Za-z]+", rest)) <= LATIN_ALLOWED, russian


def test_values_are_told_as_well_and_names_are_not() -> None:
    said = words("ru")
    line = "1,204 rows left out: 'price' is no number (rows 2, 1,003, …)"
    assert said.sentence(line) == (
        "не учтено строк: 1\u00a0204 — в столбце «price» ожидается число (строки 2, 1\u00a0003, …)"
    )
    assert (
        said.sentence("the data put it at or beyond 0.05, where the range of the simulator ends").count(
            "0,05"
        )
        == 1
    )
    assert "2024-12-31" in said.sentence("observed until the last order, 2024-12-31; end=… says otherwise")
    assert words("en").sentence(line) == line
    assert said.sentence("nobody has said this") == "nobody has said this"


@pytest.mark.parametrize("english", ["the more {a}, the better", "the more {a}"])
def test_the_sentence_with_more_words_of_its_own_is_taken(english: str) -> None:
    known = sentences({"the more {a}": "a: {a}", "the more {a}, the better": "b: {a}"})
    expected = {"the more {a}, the better": "b: 1,5", "the more {a}": "a: 1,5"}[english]
    assert told(english.format(a="1.5"), known, " ", ",") == expected
