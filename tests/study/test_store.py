"""Results reach the disk whole or not at all."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.study.store import (
    configuration_hash,
    package_versions,
    source_digest,
    staged,
    surroundings,
    write_manifest,
)


def test_files_appear_together_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "results"
    with staged(folder) as place:
        (place / "a.csv").write_text("1")
        (place / "b.csv").write_text("2")
        assert place.parent == folder  # the same file system: a move is one step
        assert not (folder / "a.csv").exists()
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv"]
    assert (folder / "b.csv").read_text() == "2"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "a.csv").write_text("old")

    def interrupted() -> None:
        with staged(tmp_path) as place:
            (place / "a.csv").write_text("half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "old"


def test_an_earlier_file_is_replaced(tmp_path: Path) -> None:
    for text in ("first", "second"):
        with staged(tmp_path) as place:
            (place / "a.csv").write_text(text)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "second"


def test_a_file_of_an_earlier_run_that_this_one_does_not_write_goes(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("not ours to touch")
    with staged(tmp_path) as place:
        (place / "events.parquet").write_text("1")
        write_manifest(place, {})
    with staged(tmp_path) as place:
        (place / "summary.csv").write_text("2")
        write_manifest(place, {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "mine.txt", "summary.csv"]


def test_the_manifest_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = []
    replace = __import__("os").replace
    monkeypatch.setattr("os.replace", lambda old, new: (moved.append(Path(new).name), replace(old, new)))
    with staged(tmp_path) as place:
        for name in ("z.csv", "a.csv"):
            (place / name).write_text(name)
        write_manifest(place, {"seeds": [1, 2]})
    assert moved == ["a.csv", "z.csv", "manifest.json"]


def test_the_manifest_holds_the_digest_of_every_other_file(tmp_path: Path) -> None:
    with staged(tmp_path) as place:
        (place / "a.csv").write_bytes(b"abc")
        write_manifest(place, {"note": "счёт"})
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == {"note": "счёт", "files": {"a.csv": hashlib.sha256(b"abc").hexdigest()}}


def test_a_killed_process_leaves_no_file_of_a_final_name(
    tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    code = (
        "import os, pathlib\nfrom sim.study.store import staged\n"
        f"with staged(pathlib.Path({str(tmp_path)!r})) as place:\n"
        "    (place / 'summary.csv').write_text('half')\n    os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=clean_environment, check=False)
    assert done.returncode == 9
    assert list(tmp_path.glob("*.csv")) == []


def test_the_hash_changes_with_what_can_change_a_result() -> None:
    base = {"seed": 1, "workers": 2, "scenario": {"economics": {"margin": 0.3}}, "strategies": {"a": {}}}
    same = {"strategies": {"a": {}}, "scenario": {"economics": {"margin": 0.3}}, "workers": 8, "seed": 1}
    assert configuration_hash(base) == configuration_hash(same)
    for change in ({"seed": 2}, {"scenario": {"economics": {"margin": 0.31}}}, {"strategies": {"b": {}}}):
        assert configuration_hash(base | change) != configuration_hash(base)


def test_the_surroundings_are_told() -> None:
    told = surroundings()
    assert told["source_digest"] == source_digest()
    assert len(told["source_digest"]) == 64
    assert {"numpy", "numba", "mesa", "hydra-core"} <= set(package_versions())
    assert told["python"].split(".")[0] == "3"
