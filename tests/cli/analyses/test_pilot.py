"""`tenure pilot` as a user runs it. Its mistakes stand in tests/bad_configs."""

import json

import pandas as pd

from sim.cli import main

QUICK = (
    "pilot",
    "strategy=over_promise",
    "customers=100",
    "replications=3",
    "weeks=[9,13]",
    "pilots=4",
    "per_arm=20",
    "out=found",
)


def test_the_answer_is_shown_and_written(folder, capsys) -> None:
    assert main(list(QUICK)) == 0
    out = capsys.readouterr().out
    assert "the experiment that would settle 'over_promise' against 'baseline'" in out
    assert "bias by word of mouth and queues" in out
    place = folder / "found"
    assert {path.name for path in place.iterdir()} == {
        "pilot.csv",
        "pilot.png",
        "pilot.svg",
        "manifest.json",
        "table.txt",
    }
    table = pd.read_csv(place / "pilot.csv")
    assert table.weeks.tolist() == [9.0, 13.0]
    assert table.chosen.sum() == 1
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert 0.0 < manifest["nominal_power"] < 1.0
    assert manifest["configuration"]["weeks"] == [9.0, 13.0]
