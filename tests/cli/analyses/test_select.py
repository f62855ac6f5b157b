"""The command `tenure select` as a user runs it. Its mistakes stand in tests/bad_configs."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main

QUICK = ("select", "strategies=[baseline,guarantee,notice]", "customers=40", "scenario.time.horizon=0.2")
FILES = {"selection.csv", "selection.png", "selection.svg", "table.txt", "manifest.json"}


def test_table_files_and_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "metric=survival_rate", "budget=30"]) == 0
    out = capsys.readouterr().out
    folder = tmp_path / "outputs" / "select"
    assert {path.name for path in folder.iterdir()} == FILES
    assert out.startswith((folder / "table.txt").read_text(encoding="utf-8"))
    frame = pd.read_csv(folder / "selection.csv")
    assert frame["runs"].sum() == 30
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["best"] == frame.loc[frame["best"], "strategy"].item()
    assert len(manifest["seeds"]) == frame["runs"].max()


def test_without_a_budget_the_replications_are_dealt_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "replications=7", "out=here"]) == 0
    assert pd.read_csv(tmp_path / "here/selection.csv")["runs"].sum() == 21
    capsys.readouterr()
