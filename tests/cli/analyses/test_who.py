"""`tenure who` as a user runs it. Its mistakes stand in tests/bad_configs."""

import json

import pandas as pd
import pytest

from sim.cli import main

QUICK = ("who", "strategy=guarantee", "customers=20", "scenario.time.horizon=0.1", "out=found")


def test_the_answer_is_shown_and_written(folder, capsys) -> None:
    assert main(list(QUICK)) == 0
    out = capsys.readouterr().out
    assert "chance to stay of each of 20 customers over 0.1 years" in out
    assert "sizes under shared luck" in out
    assert "direct effect and spillover" in out
    place = folder / "found"
    tables = {"customers", "groups", "quantiles", "segments", "spillover", "targeting", "tenths", "traits"}
    assert {path.stem for path in place.glob("*.csv")} == tables
    assert {path.name for path in place.glob("who.*")} == {"who.png", "who.svg"}
    assert not list(place.glob(".unfinished*"))
    assert len(pd.read_csv(place / "customers.csv")) == 20
    groups = pd.read_csv(place / "groups.csv")
    assert set(groups.luck) == {"shared"}
    assert groups.share.sum() == pytest.approx(1.0)
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["configuration"]["lucks"] == 200
    assert set(manifest["harmed"]) == {"counted", "at_least", "at_most"}


def test_other_luck_and_two_worlds(folder, capsys) -> None:
    assert main([*QUICK, "luck=independent", "spillover=false"]) == 0
    out = capsys.readouterr().out
    assert "sizes under independent luck" in out
    assert "spillover" not in out
    assert not (folder / "found" / "spillover.csv").exists()
