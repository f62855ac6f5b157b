"""`tenure attribute` as a user runs it. Its mistakes stand in tests/bad_configs."""

import json

import pandas as pd
import pytest

from sim.cli import main

QUICK = (
    "attribute",
    "scenario=courier",
    "strategy=combined",
    "by=section",
    "replications=2",
    "customers=60",
    "scenario.time.horizon=0.3",
    "out=found",
)


def test_the_answer_is_shown_and_written(folder, capsys) -> None:
    assert main(list(QUICK)) == 0
    out = capsys.readouterr().out
    assert "what the levers of 'combined' bring over 'baseline', 60 customers" in out
    assert "exact: all 16 sets" in out
    place = folder / "found"
    assert {path.name for path in place.iterdir()} == {
        "attribution.csv",
        "attribution.png",
        "attribution.svg",
        "manifest.json",
        "table.txt",
    }
    table = pd.read_csv(place / "attribution.csv")
    assert list(table.lever.unique()) == ["commitments", "recovery", "loyalty", "training", "whole"]
    assert table.metric.unique().tolist() == ["survival_rate", "profit"]
    profit = table[table.metric == "profit"].set_index("lever").effect
    assert profit.drop("whole").sum() == pytest.approx(profit["whole"])
    assert out.startswith((place / "table.txt").read_text(encoding="utf-8"))
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["configuration"]["strategy"] == "combined"
    assert list(manifest["configuration"]["strategies"]) == ["baseline", "combined"]
    assert len(manifest["seeds"]) == 2
    assert manifest["exact"] is True


def test_levers_can_be_changed_on_the_way(folder, capsys) -> None:
    changes = ("strategy=training", "strategies.training.training.cost=0", "metrics=[cost,orders]")
    words = [word for word in QUICK if not word.startswith("strategy=")]
    assert main([*words, *changes]) == 0
    manifest = json.loads((folder / "found" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["changed"][-1].endswith("training.cost")
    assert "orders, per customer" in capsys.readouterr().out
