"""What a user can get wrong: told in one line with the key and what would be right, nothing written.

One file per mistake in tests/bad_configs: the command, files to put into the working folder, the
key that must be named, and what must be suggested.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig

from sim.cli import main

FOLDER = Path(__file__).parent / "bad_configs"
CASES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))
}
WHOLE_PROCESS = (
    "zero_customers",
    "setting_added_twice_plus",
    "scenario_not_yaml",
    "output_below_a_file",
    "one_swept_lever_bad",
)
"""A few that also run as a process of their own, as a user runs them; the others run in this one."""


def prepare(case: dict[str, Any], folder: Path) -> None:
    for name, content in case.get("files", {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Return everything below a folder with its content; folders have none."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def check_line(case: dict[str, Any], stderr: str) -> None:
    assert stderr.endswith("\n")
    lines = stderr.splitlines()
    assert len(lines) == 1, stderr
    start, key, told = lines[0].partition(case["key"])
    assert start in ("tenure: ", f"tenure: {Path.cwd()}/"), stderr  # the key comes first
    assert key, stderr
    assert told[0] in ":.", stderr  # and is named to its end, or down to a part of it
    assert case["suggestion"] in told, stderr


@pytest.fixture
def clean_hydra() -> Iterator[None]:
    """Hydra keeps its state in globals: none may be left by, or over from, another command."""
    assert not GlobalHydra.instance().is_initialized()
    yield
    assert not GlobalHydra.instance().is_initialized()
    assert HydraConfig.instance().cfg is None


@pytest.mark.usefixtures("clean_hydra")
@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_told_in_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    prepare(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    before = snapshot(tmp_path)
    status = main(case["command"])
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    check_line(case, err)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", WHOLE_PROCESS)
def test_a_process_ends_with_status_two(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean_environment: dict[str, str]
) -> None:
    case = CASES[name]
    prepare(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    before = snapshot(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", *case["command"]],
        env=clean_environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    check_line(case, done.stderr)
    assert snapshot(tmp_path) == before


def test_no_two_mistakes_are_the_same() -> None:
    assert len(CASES) >= 45
    kinds = [(case["kind"], case["key"]) for case in CASES.values()]
    assert len(set(kinds)) == len(kinds)
    for name, case in CASES.items():
        assert set(case) - {"files"} == {"kind", "command", "key", "suggestion"}, name


def test_the_check_of_a_mistake_can_fail() -> None:
    case = {"key": "seed", "suggestion": "valid: 0 to"}
    check_line(case, "tenure: seed: -1 is outside its range; valid: 0 to 9\n")
    for line in (
        "tenure: seeds: -1 is outside its range; valid: 0 to 9\n",
        "tenure: seed: -1 is outside its range\n",
        "tenure: seed: -1 is outside its range; valid: 0 to 9\nand more\n",
        "Traceback: seed: valid: 0 to 9\n",
    ):
        with pytest.raises(AssertionError):
            check_line(case, line)
