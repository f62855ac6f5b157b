"""The command `tenure study=NAME` of a sweep and `tenure results`, as a user runs them in one process."""

import errno
import json
import os
from pathlib import Path

import pandas as pd
import pytest
import yaml

import sim
from sim.cli import main
from sim.cli.studies import study_files
from sim.cli.sweep import words as asked
from sim.cli.sweep.command import planned, sweep_of
from sim.cli.sweep.words import LAUNCHERS, sorted_out
from sim.study.sweep import run
from sim.world.library import read_yaml, shipped

PAYOUT = "strategies.guarantee.commitments.delivery.payout"
STUDY = {
    "title": "what a broken promise pays",
    "design": {"kind": "factorial", "values": {PAYOUT: [0.2, 0.6, 1.0]}},
    "strategies": ["baseline", "guarantee"],
    "replications": 2,
    "customers": 30,
    "fixed": {"scenario.time.horizon": 0.12},
}
COMMAND = ("--config-dir", "mine", "study=pay", "scenario=courier")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with a study of one's own."""
    write(tmp_path, STUDY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, study: object, name: str = "pay") -> None:
    path = folder / "mine" / "study" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(study), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


def test_a_study_runs_resumes_and_is_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(COMMAND) == 0
    out, err = capsys.readouterr()
    assert out == "courier: 3 of 3 points done\nresults: outputs/pay (tenure results outputs/pay)\n"
    assert err == ""
    folder = here / "outputs" / "pay" / "courier"
    whole = files(folder)
    assert len(whole) == 3
    table = sim.load_results("outputs/pay")
    assert sorted(set(table[PAYOUT])) == [0.2, 0.6, 1.0]
    assert len(table) == 3 * 2 * 2
    next(folder.glob("*.parquet")).unlink()
    (folder / ".unfinished-0").write_bytes(b"PAR1 and no more")  # left over from a kill
    assert main(COMMAND) == 0  # the same command goes on
    assert files(folder) == whole
    assert {path.name for path in folder.iterdir()} == {"study.json", *whole}
    record = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert record["origin"]["command"] == ["tenure", *COMMAND]
    assert record["configuration"]["scenario"]["time"]["horizon"] == 0.12
    assert record["study"] == "pay"


def test_words_win_over_the_file_and_several_worlds_are_run_in_turn(here: Path, capsys) -> None:
    words = ("scenario=courier,telecom", "replications=1", "scenario.time.horizon=0.1", "out=two")
    assert main([*COMMAND[:3], *words, "workers=1", "seed=5"]) == 0
    assert capsys.readouterr().out.startswith("courier: 3 of 3 points done\ntelecom: 3 of 3 points done\n")
    table = sim.load_results("two")
    assert set(table["scenario"]) == {"courier", "telecom"}
    assert set(table["replication"]) == {0}
    for name in ("courier", "telecom"):
        record = json.loads((here / "two" / name / "study.json").read_text(encoding="utf-8"))
        assert record["configuration"]["scenario"]["time"]["horizon"] == 0.1


def test_one_shard_alone_does_its_part(here: Path, capsys) -> None:
    assert main([*COMMAND, "shard=1", "shards=2"]) == 0
    assert "courier: 1 of 3 points done" in capsys.readouterr().out
    assert main([*COMMAND, "shard=0", "shards=2"]) == 0
    assert "courier: 3 of 3 points done" in capsys.readouterr().out


def test_the_design_can_be_changed_where_it_is_run(here: Path) -> None:
    assert main([*COMMAND, "design.kind=sample", "design.values=null"]) == 2
    values = f"design.values={{{PAYOUT}: [0.1, 0.3]}}"
    assert main([*COMMAND, values, "chunk=1"]) == 0
    assert sorted(set(sim.load_results("outputs/pay")[PAYOUT])) == [0.1, 0.3]


def test_a_point_that_fails_is_data_and_the_exit_status_says_so(here: Path, capsys) -> None:
    shortest = "scenario.service.delivery.shortest"
    write(here, STUDY | {"design": {"kind": "factorial", "values": {shortest: [5.0, 900.0, 6.0]}}})
    assert main(COMMAND) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "courier: 3 of 3 points done, 1 of them failed, first point 1: ConfigurationError: "
    )
    assert list(sim.load_results("outputs/pay").groupby("point")["status"].first()) == [
        "done",
        "failed",
        "done",
    ]
    assert main(COMMAND) == 1  # nothing is run, and it failed as before
    capsys.readouterr()
    assert main(["results", "outputs/pay"]) == 0
    assert "1 point failed, the first is point 1" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["--fail-fast", "fail_fast=true"])
def test_the_first_failure_can_end_it(here: Path, capsys, word: str) -> None:
    shortest = "scenario.service.delivery.shortest"
    write(here, STUDY | {"design": {"kind": "factorial", "values": {shortest: [900.0, 5.0, 6.0]}}})
    assert main([*COMMAND, word, "workers=1"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("tenure: courier: point 0 failed: ConfigurationError: service.delivery.shortest")
    assert len(err.splitlines()) == 1
    assert files(here / "outputs" / "pay" / "courier") == {}
    assert main(COMMAND) == 1  # afterwards all the same
    assert len(sim.load_results("outputs/pay")) == 3 * 2 * 2


def test_an_interrupt_says_how_to_go_on(here: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = main([*COMMAND, "out=whole"])
    assert whole == 0
    written = run.write_chunk

    def interrupted(table, path) -> None:
        written(table, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "write_chunk", interrupted)
    assert main([*COMMAND, "workers=1"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert len(files(here / "outputs" / "pay" / "courier")) == 1
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert main(COMMAND) == 0
    assert files(here / "outputs" / "pay" / "courier") == files(here / "whole" / "courier")


def test_a_full_disk_is_told_in_one_line(here: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    flush = os.fsync
    left = [2]  # the record of the study and its folder

    def full(number: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(number)

    monkeypatch.setattr(os, "fsync", full)
    assert main([*COMMAND, "workers=1"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("tenure: out: '")
    assert ": the disk is full; make room" in err
    assert len(err.splitlines()) == 1
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert [path.name for path in (here / "outputs/pay/courier").iterdir()] == ["study.json"]
    assert main(COMMAND) == 0


def test_a_folder_of_another_study_is_refused(here: Path, capsys) -> None:
    assert main(COMMAND) == 0
    before = files(here / "outputs" / "pay" / "courier")
    write(here, STUDY, "other")
    for words, told in (
        (["study=other", "scenario=courier", "out=outputs/pay"], "holds study=pay;"),
        (["study=pay", "scenario=courier", "seed=3"], "holds other results: seeds differ;"),
        (["study=pay", "scenario=courier", "customers=31"], "scenario.customers.count differ;"),
        (["study=pay", "scenario=telecom", "seed=3"], "holds other results: seeds differ;"),
    ):  # fmt: skip
        capsys.readouterr()
        assert main(["--config-dir", "mine", *words]) == 2
        assert told in capsys.readouterr().err
    assert files(here / "outputs" / "pay" / "courier") == before
    assert not (here / "outputs" / "pay" / "telecom").exists()


def test_its_settings_can_be_shown_and_nothing_is_written(here: Path, capsys) -> None:
    assert main([*COMMAND, "--cfg"]) == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    assert (shown["study"], shown["points"], shown["paths"]) == ("pay", 3, [PAYOUT])
    assert shown["scenario"]["customers"]["count"] == 30
    assert [path.name for path in here.iterdir()] == ["mine"]


def test_a_table_stands_beside_its_study(here: Path) -> None:
    write(here, STUDY | {"design": {"kind": "table", "file": "points.csv"}})
    (here / "mine/study/points.csv").write_text(f"{PAYOUT}\n0.3\n0.7\n", encoding="utf-8")
    assert main(COMMAND) == 0
    assert sorted(set(sim.load_results("outputs/pay")[PAYOUT])) == [0.3, 0.7]


def test_a_launcher_that_is_not_installed_says_what_to_install(here: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(asked, "_installed", lambda module: False)
    for name, extra in (("joblib", "joblib"), ("ray_cluster", "ray"), ("slurm", "slurm")):
        assert main(["-m", *COMMAND, f"hydra/launcher={name}"]) == 2
        told = f"tenure: hydra/launcher: {name} is not installed; pip install 'tenure[{extra}]'\n"
        assert capsys.readouterr().err == told


def test_a_module_is_looked_for_without_loading_it() -> None:
    assert asked._installed("hydra.core")
    assert not asked._installed("hydra_plugins_of_nobody.launcher")


@pytest.mark.parametrize("name", sorted(set(study_files(())) - {"keep_rate"}))
def test_every_shipped_sweep_is_valid(name: str) -> None:
    study = sorted_out(name, study_files(())[name], [], (), multirun=False)
    assert len(study.design.points) > 1
    assert read_yaml(study_files(())[name])["title"]
    for scenario in study.scenarios:
        assert sweep_of(study, planned(study, scenario, (), ())).chunks


PRESETS = sorted(path.stem for path in (shipped("conf") / "hydra" / "launcher").glob("*.yaml"))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_of_a_launcher_composes(name: str) -> None:
    study = sorted_out("payout", study_files(())["payout"], [f"hydra/launcher={name}"], (), multirun=True)
    assert planned(study, "courier", (), study.hydra).scenario.name == "courier"
    assert name in LAUNCHERS


def test_results_can_be_asked_by_sql_and_written(here: Path, capsys) -> None:
    assert main(COMMAND) == 0
    capsys.readouterr()
    query = "sql=select strategy, count(*) as n from results where clv = clv group by all order by all"
    assert main(["results", "outputs/pay", query, "out=found.csv"]) == 0
    assert capsys.readouterr().out.endswith("2 rows written: found.csv\n")
    assert pd.read_csv("found.csv").to_dict("list") == {"strategy": ["baseline", "guarantee"], "n": [6, 6]}
    assert main(["results", "outputs/pay", "out=summary.csv"]) == 0
    summary = pd.read_csv("summary.csv")
    assert set(summary["value"]) == {0.2, 0.6, 1.0}
    assert {"clv", "survival_rate", "csat"} <= set(summary["metric"])


def test_a_long_answer_is_cut_on_the_screen_and_whole_in_the_file(here: Path, capsys) -> None:
    assert main(COMMAND) == 0
    capsys.readouterr()
    assert main(["results", "outputs/pay", "sql=select range as n from range(100)", "out=all.csv"]) == 0
    assert "… 40 more rows; out=FILE.csv writes them all" in capsys.readouterr().out
    assert len(pd.read_csv("all.csv")) == 100
