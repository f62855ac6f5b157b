"""The command `tenure search` as a user runs it. Its mistakes stand in tests/bad_configs."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

import sim.study.decision.trials
from sim.cli import main

QUICK = (
    "search",
    "strategy=guarantee",
    "levers={commitments.delivery.payout: [0.05, 1], commitments.delivery.automatic: null}",
    "customers=40",
    "scenario.time.horizon=0.2",
    "replications=2",
    "trials=10",
)
FILES = {"trials.csv", "found.csv", "search.png", "search.svg", "table.txt", "manifest.json"}


def test_table_files_and_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "objectives=[clv,survival_rate]", "budget=5000"]) == 0
    out = capsys.readouterr().out
    folder = tmp_path / "outputs" / "search"
    assert {path.name for path in folder.iterdir()} == FILES
    assert out.startswith((folder / "table.txt").read_text(encoding="utf-8"))
    assert out.rstrip().endswith("results: outputs/search")
    assert "extra cost at most 5,000" in out
    trials = pd.read_csv(folder / "trials.csv")
    assert len(trials) == 10
    assert trials["commitments.delivery.payout"].between(0.05, 1.0).all()
    assert trials["commitments.delivery.automatic"].nunique() == 2
    found = pd.read_csv(folder / "found.csv")
    assert set(found["metric"]) == {"clv", "survival_rate", "cost"}
    assert set(found["setting"]) <= set(trials.loc[trials["front"], "setting"])
    assert (found["difference_low"] <= found["difference"]).all()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["seeds"]) == len(manifest["fresh_seeds"]) == 2
    assert not set(manifest["seeds"]) & set(manifest["fresh_seeds"])
    assert set(manifest["configuration"]["strategies"]) == {"baseline", "guarantee"}
    assert manifest["configuration"]["budget"] == 5000.0


def test_levers_that_are_not_searched_are_set_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "strategies.guarantee.commitments.delivery.threshold=44", "out=here"]) == 0
    manifest = json.loads((tmp_path / "here/manifest.json").read_text(encoding="utf-8"))
    assert manifest["changed"].count("strategies.guarantee.commitments.delivery.threshold") == 1
    assert "setting" in capsys.readouterr().out


def test_an_impossible_budget_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "budget=-1000000"]) == 0
    out = capsys.readouterr().out
    assert "0 of them within the limits" in out
    assert "no setting within the limits was found" in out
    assert "comes nearest, it breaks 'extra cost at most -1e+06' by" in out


def test_an_interrupted_search_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "out=whole"]) == 0
    simulate, runs = sim.study.decision.trials.simulate_each, []

    def stopped(*arguments, **settings):
        runs.append(1)
        if len(runs) == 9:
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    monkeypatch.setattr(sim.study.decision.trials, "simulate_each", stopped)
    assert main([*QUICK, "out=here", "workers=1"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    (state,) = (tmp_path / "here").iterdir()
    assert state.name.startswith(".unfinished-search-")
    assert main([*QUICK, "out=here"]) == 0
    assert {path.name for path in (tmp_path / "here").iterdir()} == FILES
    for name in ("table.txt", "trials.csv", "found.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    capsys.readouterr()


def test_without_optuna_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert main([*QUICK]) == 2
    err = capsys.readouterr().err
    assert err == "tenure: search: needs Optuna, which is not installed; pip install 'tenure[search]'\n"
    assert list(tmp_path.iterdir()) == []


def test_what_shows_only_after_a_run_leaves_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "objectives=weeks_to_standard", "out=here"]) == 2
    assert "has no value under 'baseline'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_strategy_of_ones_own_folder_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "firm" / "strategy" / "ours.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("title: ours\nrecovery: {apology: 0.9, compensation: 0.5}\n", encoding="utf-8")
    words = ["search", "strategy=ours", "levers={recovery.compensation: null, recovery.apology: null}"]
    assert main(["--config-dir", "firm", *words, *QUICK[3:]]) == 0
    trials = pd.read_csv(tmp_path / "outputs/search/trials.csv")
    first = trials.iloc[0]  # the strategy as it stands
    assert (first["recovery.compensation"], first["recovery.apology"]) == (0.5, 0.9)
    assert trials["recovery.compensation"].between(0.0, 2.0).all()
    assert "levers of 'ours' for clv" in capsys.readouterr().out


def test_the_settings_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUICK, "--cfg"]) == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    assert shown["strategy"] == "guarantee"
    assert shown["levers"]["commitments.delivery.payout"] == [0.05, 1]
    assert set(shown["strategies"]) == {"baseline", "guarantee"}
