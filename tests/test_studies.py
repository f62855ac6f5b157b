"""The command `tenure study=…` as a user runs it. Its mistakes stand in tests/bad_configs."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

import sim.study.keep_rate.study
from sim.cli import main
from sim.cli.studies import read_words
from sim.world.library import read_yaml, shipped

QUICK = (
    "study=keep_rate",
    "scenario=courier",
    "replications=2",
    "customers=40",
    "draws=0",
    "keep_rates=[0.5,0.95]",
    "coarse_rates=[0.5,0.95]",
    "payouts=[]",
    "publicities=[]",
    "strictness=[]",
)
FILES = {
    "effects.csv",
    "critical.csv",
    "draws.csv",
    "keep_rate.png",
    "keep_rate.svg",
    "table.txt",
    "manifest.json",
}


@pytest.fixture(scope="module")
def done(
    tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Return the folder in which the study was run quickly for one world, and what it said."""
    folder = tmp_path_factory.mktemp("study")
    process = subprocess.run(
        [sys.executable, "-W", "error", "-m", "sim.cli", *QUICK],
        cwd=folder,
        env=clean_environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return folder, process


def test_the_table_is_shown_and_says_where_the_results_are(done) -> None:
    folder, process = done
    assert process.stdout.rstrip().endswith("results: outputs/keep_rate")
    assert process.stdout.startswith("courier service")
    assert process.stderr == ""
    table = (folder / "outputs/keep_rate/table.txt").read_text(encoding="utf-8")
    assert process.stdout.startswith(table)


def test_all_results_are_there_and_nothing_unfinished(done) -> None:
    folder = done[0] / "outputs" / "keep_rate"
    assert {path.name for path in folder.iterdir()} == FILES
    assert (folder / "keep_rate.png").read_bytes().startswith(b"\x89PNG")
    effects = pd.read_csv(folder / "effects.csv")
    assert set(effects.measure) == {"satisfaction", "trust", "retention", "equity"}
    assert set(effects.varied) == {"process", "threshold"}


def test_the_manifest_says_how_to_repeat_it(done) -> None:
    manifest = json.loads((done[0] / "outputs/keep_rate/manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == ["tenure", *QUICK]
    assert manifest["configuration"]["replications"] == 2
    (world,) = manifest["configuration"]["scenario"]
    assert (world["name"], world["customers"]["count"]) == ("courier", 40)
    assert set(manifest["files"]) == FILES - {"manifest.json"}


def test_an_interrupted_study_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = []
    simulate = sim.study.keep_rate.study.simulate

    def counted(*arguments):
        runs.append(arguments)
        if len(runs) == stop_at:
            raise KeyboardInterrupt
        return simulate(*arguments)

    monkeypatch.setattr(sim.study.keep_rate.study, "simulate", counted)
    stop_at = 0
    assert main([*QUICK, "out=whole"]) == 0
    every, stop_at = len(runs), 6
    runs.clear()
    assert main([*QUICK, "workers=1", "out=here"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    (left,) = (tmp_path / "here").iterdir()
    assert left.name.startswith(".unfinished-")
    finished = len((left / "runs.jsonl").read_text(encoding="utf-8").splitlines())
    assert 1 <= finished < every
    stop_at = 0
    runs.clear()
    assert main([*QUICK, "workers=2", "out=here"]) == 0  # the number of threads changes nothing
    # a run that was under way in its thread when the study was stopped may still have come to its end
    assert every - finished <= len(runs) <= every - finished + 1
    assert {path.name for path in (tmp_path / "here").iterdir()} == FILES
    assert (tmp_path / "here/table.txt").read_bytes() == (tmp_path / "whole/table.txt").read_bytes()
    capsys.readouterr()


def test_its_settings_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study=keep_rate", "draws=7", "--cfg"]) == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    filed = read_yaml(shipped("conf") / "study" / "keep_rate.yaml")
    assert shown == {"study": "keep_rate", **filed, "draws": 7}


def test_worlds_are_named_in_either_way() -> None:
    assert read_words(["scenario=courier,telecom"]) == {"scenario": ["courier", "telecom"]}
    assert read_words(["scenario=[courier,telecom]"]) == {"scenario": ["courier", "telecom"]}
    assert read_words(["scenario=courier"]) == {"scenario": ["courier"]}


def test_help_names_the_study(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "study=keep_rate" in capsys.readouterr().out
