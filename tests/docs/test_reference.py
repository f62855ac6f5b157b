"""The reference is that of the present registries and docstrings."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import sim
from sim.language.words import LANGUAGES
from sim.study.metrics import METRICS
from sim.world.strategy import lever_names

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def make(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("reference/make.py")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_registry_page_is_that_of_the_present_registries(make: ModuleType, language: str) -> None:
    """``python docs/reference/make.py`` writes it anew."""
    page = (ROOT / "docs" / "reference" / f"registry.{language}.md").read_text(encoding="utf-8")
    assert page == make.registry_page(language)
    for name in (*lever_names(), *METRICS):
        assert f"| `{name}` |" in page


def test_the_python_reference_tells_of_every_public_name(make: ModuleType, tmp_path: Path) -> None:
    page = make.python_reference(tmp_path).read_text(encoding="utf-8")
    for name in sim.__all__:
        assert f'id="{name}"' in page, name
    assert not re.search(r'(?:src|href)="https?://(?!pdoc\.dev)', page)  # it can be read without a network
