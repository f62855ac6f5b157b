"""The report that the main job writes, and the same told again in another language."""

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

import sim.cli.job
from sim.cli import main
from sim.study.store import MANIFEST

COMMAND = ["scenario=courier", "customers=50", "replications=2", "strategies=[baseline,guarantee]"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished main job."""
    folder = tmp_path_factory.mktemp("main") / "results"
    assert main([*COMMAND, "lang=ru", f"hydra.run.dir={folder}"]) == 0
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def listed(folder: Path) -> dict[str, str]:
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    assert isinstance(files, dict)
    return files


def test_the_main_job_writes_it_in_the_language_asked_for(results: Path) -> None:
    page = (results / "report.html").read_text(encoding="utf-8")
    assert '<html lang="ru">' in page
    assert "tenure scenario=courier customers=50" in page
    manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["configuration_hash"] in page
    assert str(manifest["seeds"][1]) in page
    assert {"report.html", "report.json"} <= set(manifest["files"])


def test_its_marks_are_those_of_the_file_beside_it(results: Path) -> None:
    rows = pd.read_csv(results / "assumptions.csv")
    marks = json.loads((results / "report.json").read_text(encoding="utf-8"))["marks"]
    assert marks == rows["mark"].value_counts().sort_index().to_dict()


def test_it_can_be_told_in_another_language_and_nothing_else_changes(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(results)
    assert main(["report", str(results)]) == 0
    assert capsys.readouterr().out.strip().endswith("report_en.html")
    english = results / "report_en.html"
    assert '<html lang="en">' in english.read_text(encoding="utf-8")
    english.unlink()
    assert digests(results) == before
    assert listed(results) == {name: digest for name, digest in before.items() if name != MANIFEST}


def test_in_the_same_language_it_is_the_same_report(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "again.html"
    assert main(["report", str(results), "lang=ru", f"out={out}"]) == 0
    assert out.read_bytes() == (results / "report.html").read_bytes()


def test_numbers_are_those_of_the_summary(results: Path) -> None:
    rows = pd.read_csv(results / "summary.csv").set_index(["strategy", "metric"])
    told = json.loads((results / "report.json").read_text(encoding="utf-8"))
    for option in told["options"]:
        for metric, interval in option["levels"].items():
            mean = rows.loc[(option["called"]["name"], metric), "mean"]
            assert interval[0] == pytest.approx(mean) if interval[0] is not None else pd.isna(mean)


def test_a_folder_in_place_of_a_file_is_a_mistake(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(results), f"out={results}"]) == 2
    assert capsys.readouterr().err.startswith("tenure: out: ")


def test_a_stored_report_that_is_damaged_is_a_mistake(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = b'{"version": "0"}'
    (tmp_path / "report.json").write_bytes(content)
    manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] = {"report.json": hashlib.sha256(content).hexdigest()}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert main(["report", str(tmp_path)]) == 2
    assert re.fullmatch(r"tenure: report: .*report.json' is damaged; .*\n", capsys.readouterr().err)


def test_the_table_does_not_wait_for_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []
    written = sim.cli.job.write_manifest

    def watched(*arguments: object) -> None:
        seen.append(capsys.readouterr().out)
        written(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sim.cli.job, "write_manifest", watched)
    assert main([*COMMAND, f"hydra.run.dir={tmp_path / 'results'}"]) == 0
    assert "guarantee" in seen[0]
    assert capsys.readouterr().out.startswith("\nresults: ")


def test_the_language_does_not_change_what_is_asked(results: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    assert main([*COMMAND, f"hydra.run.dir={folder}"]) == 0
    hashes = [
        json.loads((one / MANIFEST).read_text("utf-8"))["configuration_hash"] for one in (results, folder)
    ]
    assert hashes[0] == hashes[1]
