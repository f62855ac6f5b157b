"""Words of one command: key=value, each once, and a folder where one is wanted."""

from pathlib import Path

import pytest

from sim.cli.settings import folder_and_texts, texts_by_key
from sim.world.errors import ConfigurationError

KNOWN = {"lang": "lang=ru", "out": "out=a.html"}


def test_texts_stay_as_typed_and_open_keys_are_taken() -> None:
    found = texts_by_key(["out=a=b", "columns.date=Дата"], "calibrate", "out=x", KNOWN, "columns.")
    assert found == {"out": "a=b", "columns.date": "Дата"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["out"], "out: is no setting; settings are key=value, for example out=x"),
        (["ot=x"], "ot: unknown key of tenure report; did you mean 'out'?"),
        (["columns.a=b"], "columns.a: unknown key of tenure report"),
        (["out=x", "out=x"], "out: is given twice; give it once"),
    ],
)
def test_mistakes(words: list[str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        texts_by_key(words, "report", "out=x", KNOWN)
    assert told in str(caught.value)


def test_a_folder_may_have_an_equals_sign_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenario=courier").mkdir()
    words = ["scenario=courier", "lang=ru"]
    assert folder_and_texts(words, "report", "…", KNOWN) == (Path("scenario=courier"), {"lang": "ru"})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "report: names no folder"),
        (["a", "b"], "report: names 2 folders"),
        (["a", "lang="], "lang: has no value; for example lang=ru"),
        (["a", "lnag=ru"], "lnag: unknown key of tenure report; did you mean 'lang'?"),
    ],
)
def test_mistakes_beside_a_folder(words: list[str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        folder_and_texts(words, "report", "tenure report outputs/x", KNOWN)
    assert told in str(caught.value)
