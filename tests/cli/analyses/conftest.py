"""What the tests of commands that ask one question share: a folder of their own to run in."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which a command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
