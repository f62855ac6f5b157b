"""The commands `tenure sensitivity` and `tenure discover` as a user runs them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main

WORLD = ("customers=40", "scenario.time.horizon=0.3", "vary=[behaviour.trust.kept_gain]")
SENSITIVITY = (
    "sensitivity",
    "strategies=[baseline,guarantee]",
    *WORLD,
    "trajectories=2",
    "samples=2",
    "replications=2",
)
DISCOVER = ("discover", "strategy=guarantee", *WORLD, "draws=20", "fresh=4", "below=-600")
COMMON = {"table.txt", "manifest.json"}


def test_sensitivity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*SENSITIVITY]) == 0
    out = capsys.readouterr().out
    folder = tmp_path / "outputs" / "sensitivity"
    tables = {"effects.csv", "strategies.csv", "worlds.csv"}
    assert {path.name for path in folder.iterdir()} == COMMON | tables | {
        "sensitivity.png",
        "sensitivity.svg",
    }
    assert out.startswith((folder / "table.txt").read_text(encoding="utf-8"))
    assert len(pd.read_csv(folder / "worlds.csv")) == 2 * 2
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["assumptions_varied"] == ["behaviour.trust.kept_gain"]
    assert manifest["recommended"] in ("baseline", "guarantee")


def test_discover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*DISCOVER]) == 0
    out = capsys.readouterr().out
    folder = tmp_path / "outputs" / "discover"
    tables = {"box.csv", "boxes.csv", "worlds.csv"}
    assert {path.name for path in folder.iterdir()} == COMMON | tables | {"discovery.png", "discovery.svg"}
    assert out.startswith((folder / "table.txt").read_text(encoding="utf-8"))
    assert "'guarantee' fails where it gains less than -600 RUB in clv over 'baseline'" in out
    worlds = pd.read_csv(folder / "worlds.csv")
    assert len(worlds) == 24
    assert (worlds["failed"] == (worlds["gain"] < -600.0)).all()
    assert set(json.loads((folder / "manifest.json").read_text())["configuration"]["strategies"]) == {
        "baseline",
        "guarantee",
    }
