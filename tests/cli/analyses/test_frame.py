"""What commands that ask one question share: a mistake is one line, an answer is whole files."""

import json

import pytest
import yaml

from sim.cli import main
from sim.cli.analyses import ANALYSES
from sim.cli.analyses.frame import analysis

SMALL = ["customers=60", "scenario.time.horizon=0.2", "replications=2", "strategies=[baseline,fast_recovery]"]


@pytest.mark.parametrize("name", ANALYSES)
def test_every_command_is_in_the_help_and_has_defaults(name, capsys):
    assert main(["--help"]) == 0
    assert f"tenure {name} [key=value ...]" in capsys.readouterr().out
    module = analysis(name)
    assert module.answer.__doc__
    assert module.Settings.__doc__


def test_an_answer_is_shown_and_written_with_where_it_is_from(folder, capsys):
    assert main(["money", *SMALL, "out=here"]) == 0
    shown = capsys.readouterr().out
    assert shown.rstrip().endswith("results: here")
    folder = folder / "here"
    assert (folder / "table.txt").read_text(encoding="utf-8").strip() in shown
    written = {path.name for path in folder.iterdir()}
    assert written == {"table.txt", "money.csv", "cash.csv", "cash.png", "cash.svg", "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == ["tenure", "money", *SMALL, "out=here"]
    assert manifest["configuration"]["levers"] is True
    assert manifest["configuration"]["scenario"]["customers"]["count"] == 60
    assert len(manifest["seeds"]) == 2
    assert set(manifest["files"]) == written - {"manifest.json"}


def test_a_number_with_an_exponent_is_a_number_wherever_it_is_typed(folder, capsys):
    words = ["budget=6e2", "customers=1e2", "scenario.economics.acquisition_cost=1e1", "--cfg"]
    assert main(["select", *words]) == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    assert shown["budget"] == 600
    assert shown["scenario"]["customers"]["count"] == 100
    assert shown["scenario"]["economics"]["acquisition_cost"] == 10.0


def test_the_settings_can_be_shown_and_nothing_runs(folder, capsys):
    assert main(["money", *SMALL, "levers=false", "--cfg"]) == 0
    assert "\nlevers: false" in capsys.readouterr().out
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lever=true"], "lever: unknown key of tenure money; did you mean 'levers'?"),
        (["levers=7"], "levers: expected true or false, got 7"),
        (["levers=true", "levers=true"], "levers: is given twice; give it once"),
        (["levers=[1"], "levers: '[1' cannot be read; for example levers=10"),
        (["levers"], "levers: is no setting; settings are key=value, for example out=outputs/money"),
        (["out="], "out: expected a folder, got None; for example out=results"),
        (["out=file/below"], "out: cannot write to "),
        (["precision=0.01"], "precision: unknown key of tenure money; known: "),
        (["scenario=couriers"], "scenario: unknown scenario 'couriers'; did you mean 'courier'?"),
        (["replications=0"], "replications: 0 is outside its range"),
        (["-m", "seed=1,2"], "-m: tenure money cannot be swept; ask for one scenario at a time"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(folder, capsys, words, said):
    (folder / "file").write_text("not a folder", encoding="utf-8")
    assert main(["money", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"tenure: {said}")
    assert error.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_a_command_that_is_mistyped_is_told(capsys):
    assert main(["mony"]) == 2
    assert "did you mean 'money'?" in capsys.readouterr().err
