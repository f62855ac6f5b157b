"""The command as a user runs it: other processes, other folders, real files."""

import json
import os
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.cli.plan import AS_IN_FILE, Settings, default_choices, merged, plan
from sim.study.compare import replication_seeds
from sim.study.precision import FIRST_STAGE
from sim.world.description import to_mapping
from sim.world.library import load_scenario, read_yaml, scenarios, shipped
from sim.world.parameter import registry

SMALL = ("customers=50", "replications=2")
FILES = {
    "summary.csv",
    "summary_by_segment.csv",
    "kpis.parquet",
    "comparison.png",
    "comparison.svg",
    "assumptions.csv",
    "manifest.json",
    "report.html",
    "report.json",
}
MANIFEST = {
    "command",
    "overrides",
    "configuration",
    "configuration_hash",
    "changed",
    "seeds",
    "precision",
    "version",
    "python",
    "platform",
    "packages",
    "git_revision",
    "source_digest",
    "started",
    "finished",
    "files",
}


class Command:
    """Runs the command in a folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def __call__(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "sim.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done

    def results(self, pattern: str = "outputs/*/*") -> list[Path]:
        return sorted(self.folder.glob(pattern))

    def tree(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}


@pytest.fixture
def tenure(tmp_path: Path, clean_environment: dict[str, str]) -> Command:
    return Command(tmp_path, clean_environment)


@pytest.fixture(scope="module")
def main_job(
    tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]
) -> tuple[Command, subprocess.CompletedProcess[str]]:
    """Return the main job, run once with an override and every table asked for."""
    tenure = Command(tmp_path_factory.mktemp("main"), clean_environment)
    done = tenure(
        *SMALL,
        "events=true",
        "customers_table=true",
        "strategies.guarantee.commitments.delivery.payout=0.25",
        "scenario.economics.margin=0.2125",
        "strategies.combined.loyalty=null",
    )
    return tenure, done


# The main job -------------------------------------------------------------------------------


def test_the_table_is_shown_and_says_where_the_results_are(main_job) -> None:
    tenure, done = main_job
    for name in default_choices()["strategies"]:
        assert f"\n{name} " in done.stdout
    (folder,) = tenure.results()
    assert done.stdout.rstrip().endswith(f"results: {folder.relative_to(tenure.folder)}")
    assert done.stderr == ""  # a progress bar is for a screen


def test_all_results_are_there_and_nothing_else(main_job) -> None:
    tenure, _ = main_job
    (folder,) = tenure.results()
    assert {path.name for path in folder.iterdir()} == FILES | {"events.parquet", "customers.parquet"}
    assert (folder / "comparison.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (folder / "comparison.svg").read_text(encoding="utf-8")[:1000]


def test_tables_hold_every_strategy(main_job) -> None:
    tenure, _ = main_job
    (folder,) = tenure.results()
    names = set(default_choices()["strategies"])
    summary = pd.read_csv(folder / "summary.csv")
    assert list(summary)[:4] == ["scenario", "strategy", "metric", "mean"]
    assert set(summary["strategy"]) == names
    assert set(summary.dropna(subset=["mean"])["replications"]) == {2}
    for table in ("kpis", "events", "customers"):
        assert set(pd.read_parquet(folder / f"{table}.parquet")["strategy"]) == names
    customers = pd.read_parquet(folder / "customers.parquet")
    assert (customers[customers["acquired_hour"] < 0.0]["strategy"].value_counts() == 50).all()
    assert (customers[customers["id"] >= 50]["acquired_hour"] >= 0.0).all()  # prospects only once they joined


def test_the_manifest_is_complete_and_resolved(main_job) -> None:
    tenure, _ = main_job
    (folder,) = tenure.results()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == MANIFEST
    assert set(manifest["files"]) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert manifest["command"][:2] == ["tenure", "customers=50"]
    assert manifest["seeds"] == list(replication_seeds(1, 2))
    assert manifest["precision"] is None
    assert manifest["version"] == sim.__version__
    assert AS_IN_FILE not in json.dumps(manifest)
    configuration = manifest["configuration"]
    assert configuration["scenario"]["customers"]["count"] == 50
    assert configuration["scenario"]["economics"]["margin"] == 0.2125
    guarantee = configuration["strategies"]["guarantee"]["commitments"]["delivery"]
    assert guarantee["payout"] == 0.25
    own = load_scenario("courier").strategies["guarantee"].commitments.delivery
    assert guarantee["threshold"] == own.threshold  # the rest is as in the file
    assert configuration["strategies"]["combined"]["loyalty"] is None
    assert manifest["changed"] == [
        "scenario.customers.count",
        "scenario.economics.margin",
        "strategies.combined.loyalty",
        "strategies.guarantee.commitments.delivery.payout",
    ]


def test_assumptions_say_what_was_typed(main_job) -> None:
    tenure, _ = main_job
    (folder,) = tenure.results()
    assumptions = pd.read_csv(folder / "assumptions.csv", keep_default_na=False).set_index("path")
    assert list(assumptions) == ["value", "unit", "range", "mark", "source", "meaning"]
    assert assumptions.index.is_unique
    assert set(assumptions["mark"]) <= {"estimated", "computed", "literature", "design choice"}
    typed = set(assumptions.index[assumptions["source"] == "set on the command line"])
    assert typed == {
        "scenario.customers.count",
        "scenario.economics.margin",
        "strategies.guarantee.commitments.delivery.payout",
    }
    assert assumptions.loc["scenario.reference.trust", "mark"] == "computed"


def test_the_same_command_gives_the_same_bytes(tenure: Command) -> None:
    command = (*SMALL, "strategies=[baseline,guarantee]")
    tenure(*command, "hydra.run.dir=one")
    tenure(*command, "hydra.run.dir=two", "workers=1")
    tenure(*command, "hydra.run.dir=three", "seed=2")
    one, two, three = (
        (tenure.folder / name / "summary.csv").read_bytes() for name in ("one", "two", "three")
    )
    assert one == two
    assert one != three
    hashes = [
        json.loads((tenure.folder / name / "manifest.json").read_text(encoding="utf-8"))["configuration_hash"]
        for name in ("one", "two", "three")
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_precision_takes_the_place_of_the_replications_and_is_recorded(tenure: Command) -> None:
    command = (
        "precision=0.02",
        "customers=300",
        "scenario.time.horizon=0.5",
        "strategies=[baseline,guarantee]",
    )
    done = tenure(*command, "hydra.run.dir=reached")
    assert "'more stay' is known within ±2 points, as asked" in done.stdout
    manifest = json.loads((tenure.folder / "reached" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["configuration"]["replications"] is None
    record = manifest["precision"]
    assert record["reached"]
    assert record["replications_needed"] == len(manifest["seeds"]) >= record["first_stage"] == FIRST_STAGE
    assert record["half_widths"]["guarantee"] <= record["half_width"] == 0.02
    assert "95 %" in record["guarantee"]
    summary = pd.read_csv(tenure.folder / "reached" / "summary.csv").set_index(["strategy", "metric"])
    row = summary.loc[("guarantee", "survival_rate")]
    half = (row["difference_high"] - row["difference_low"]) / 2
    assert half == pytest.approx(record["half_widths"]["guarantee"])


def test_a_precision_that_is_not_reached_says_what_is_known(tenure: Command) -> None:
    done = tenure(
        "precision=0.001",
        f"max_replications={FIRST_STAGE}",
        "customers=50",
        "scenario.time.horizon=0.5",
        "strategies=[baseline,over_promise]",
        "hydra.run.dir=out",
    )
    assert "precision not reached: 'more stay' is known within ±" in done.stdout
    manifest = json.loads((tenure.folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["seeds"]) == FIRST_STAGE < manifest["precision"]["replications_needed"]
    assert not manifest["precision"]["reached"]
    assert manifest["precision"]["half_widths"]["over_promise"] > 0.001


def test_assumptions_are_drawn_shown_and_written(tenure: Command) -> None:
    done = tenure(
        "assumptions=12",
        "customers=60",
        "replications=3",
        "scenario.time.horizon=0.2",
        "strategies=[baseline,over_promise]",
        "hydra.run.dir=out",
    )
    assert "and in 12 worlds drawn over" in done.stdout
    assert "what decides who keeps most" in done.stdout
    summary = pd.read_csv(tenure.folder / "out" / "summary.csv")
    assert list(summary.columns[-2:]) == ["assumption_low", "assumption_high"]
    draws = pd.read_csv(tenure.folder / "out" / "assumption_draws.csv")
    assert list(draws.groupby("strategy")["world"].count()) == [12, 12]
    assert draws["behaviour.trust.broken_loss"].nunique() == 12
    assert (draws.loc[draws["strategy"] == "baseline", "difference.cost"] == 0.0).all()
    assert (draws.loc[draws["strategy"] == "over_promise", "difference.cost"] != 0.0).any()


def test_a_sweep_runs_every_combination(tenure: Command) -> None:
    done = tenure(
        "-m",
        *SMALL,
        "strategies=[baseline,guarantee]",
        "scenario=courier,fashion",
        "scenario.time.horizon=0.25,0.5",
    )
    folders = tenure.results("multirun/*/*/[0-9]*")
    assert len(folders) == 4
    seen = set()
    for folder in folders:
        assert {path.name for path in folder.iterdir()} == FILES
        configuration = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["configuration"]
        seen.add((configuration["scenario"]["name"], configuration["scenario"]["time"]["horizon"]))
    assert seen == {("courier", 0.25), ("courier", 0.5), ("fashion", 0.25), ("fashion", 0.5)}
    assert done.stdout.count("results: ") == 4


def test_a_sweep_tries_a_lever_of_the_own_strategy_of_each_scenario(tenure: Command) -> None:
    tenure("-m", *SMALL, "strategies=[baseline,guarantee]", "scenario=glob(*)", "scenario.time.horizon=0.1")
    found = {}
    for folder in tenure.results("multirun/*/*/[0-9]*"):
        configuration = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["configuration"]
        found[configuration["scenario"]["name"]] = configuration["strategies"]["guarantee"]
    expected = {name: to_mapping(load_scenario(name).strategies["guarantee"]) for name in scenarios()}
    assert found == expected


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """Return a user's folder with a scenario and a strategy; the scenario has a strategy of its own too."""
    folder = tmp_path / "mine"
    for part in ("scenario", "strategy"):
        (folder / part).mkdir(parents=True)
    (folder / "scenario" / "bakery.yaml").write_text(
        "title: a bakery\ntime: {horizon: 0.5}\ncustomers:\n  count: 40\n"
        "  segments: {near: {share: 0.5}, far: {share: 0.5}}\n"
        "strategies:\n  warm_bread:\n    commitments: {quality: {threshold: 0.5, payout: 0.5}}\n"
        "    phases: {start: {start: 2.0}}\n",
        encoding="utf-8",
    )
    (folder / "strategy" / "stamps.yaml").write_text(
        "title: stamps\nloyalty: {earn_rate: 1.0, tiers: {gold: {threshold: 100.0}}}\n", encoding="utf-8"
    )
    return folder


def test_own_files_work_like_shipped_ones(tenure: Command, own_folder: Path) -> None:
    tenure(
        "--config-dir",
        "mine",
        "scenario=bakery",
        "strategies=[baseline,stamps,warm_bread]",
        "replications=2",
        "strategies.stamps.loyalty.tiers.gold.bonus=0.75",
        "strategies.warm_bread.phases.start.start=3",
        "+scenario.customers.segments.tourists.share=0.25",
    )
    (folder,) = tenure.results()
    configuration = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["configuration"]
    assert configuration["strategies"]["stamps"]["loyalty"]["tiers"]["gold"]["bonus"] == 0.75
    assert configuration["strategies"]["warm_bread"]["phases"]["start"]["start"] == 3.0
    assert list(configuration["scenario"]["customers"]["segments"]) == ["near", "far", "tourists"]


def test_own_files_are_listed(own_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "--config-dir", str(own_folder)]) == 0
    assert "a bakery" in capsys.readouterr().out
    assert main(["strategies", "scenario=bakery", "-cd", str(own_folder)]) == 0
    out = capsys.readouterr().out
    assert "commitments.quality" in out
    assert "loyalty.points, loyalty.tiers" in out


# Interruption and progress ------------------------------------------------------------------


def _heed_interrupts() -> None:
    """Undo what a shell does to commands in the background: they ignore interrupts, and so would ours."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_leaves_no_half_written_file(tenure: Command) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "engine=mesa", "customers=3000", "replications=20"],
        cwd=tenure.folder,
        env=tenure.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=_heed_interrupts,
    )
    while not tenure.results() and process.poll() is None:  # Hydra makes the folder, then the job begins
        time.sleep(0.05)
    time.sleep(4.0)  # past the imports, into the runs
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    assert stderr == "tenure: interrupted; no half-written file was left\n"
    assert "results:" not in stdout
    assert [path for path in tenure.folder.rglob("*") if path.is_file()] == []


def test_a_long_run_shows_a_bar_on_a_screen(tenure: Command) -> None:
    screen, end = os.openpty()
    termios.tcsetwinsize(end, (24, 100))
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "engine=mesa", "customers=3000", "replications=20"],
        cwd=tenure.folder,
        env=tenure.environment,
        stdout=subprocess.DEVNULL,
        stderr=end,
        preexec_fn=_heed_interrupts,
    )
    os.close(end)
    shown = b""
    while b"courier:" not in shown and select.select([screen], [], [], 60.0)[0]:
        shown += os.read(screen, 1000)
    waited = time.monotonic() - started
    process.send_signal(signal.SIGINT)
    process.wait(timeout=120)
    os.close(screen)
    assert b"courier:" in shown
    assert waited > 2.0  # a short run stays without


# Listings -----------------------------------------------------------------------------------


def test_listing_commands_tell_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios"]) == 0
    out = capsys.readouterr().out
    for name in scenarios():
        assert load_scenario(name).title in out
    assert main(["strategies", "scenario=fashion"]) == 0
    out = capsys.readouterr().out
    for name, strategy in load_scenario("fashion").strategies.items():
        assert f"\n{name} " in out
        assert ", ".join(strategy.levers()) in out
    assert main(["order"]) == 0
    out = capsys.readouterr().out
    assert out.index("promises are kept or broken") < out.index("the customer stays or leaves")


def test_levers_show_unit_range_default_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    from sim.world.strategy import Strategy

    assert main(["levers"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    for path, entry in registry(Strategy):
        if path in ("name", "title", "titles.ru"):
            continue
        assert entry.range in lines[path]
        assert entry.meaning in lines[path]
        assert entry.mark in lines[path]


def test_parameters_show_the_registry_of_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    from sim.world.scenario import Scenario

    assert main(["parameters"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    for path, entry in registry(Scenario):
        if entry.unit in ("text", "texts") or path.startswith(("strategies.", "evidence.")):
            continue
        assert entry.range in lines[path]
        assert entry.meaning in lines[path]
        assert entry.mark in lines[path]


LISTED = ("--help", "--version", "levers", "parameters", "scenarios", "strategies")


@pytest.mark.parametrize("arguments", [[name] for name in LISTED])
def test_telling_commands_start_light(arguments: list[str], clean_environment: dict[str, str]) -> None:
    code = (
        f"import sys; from sim.cli import main; assert main({arguments!r}) == 0; "
        "heavy = {'numba', 'mesa', 'matplotlib', 'pandas', 'numpy', 'hydra'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_help_names_every_setting_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name, entry in registry(Settings):
        assert f"  {name}=" in out
        assert entry.meaning in out


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tenure {sim.__version__}\n"


def test_a_reader_who_stops_reading_is_no_error(tenure: Command) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "levers"],
        cwd=tenure.folder,
        env=tenure.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(timeout=60)


def test_cfg_shows_the_configuration_and_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--cfg", "strategies=[baseline,guarantee]", "scenario.economics.margin=0.2"]) == 0
    out = capsys.readouterr().out
    assert "margin: 0.2" in out
    assert AS_IN_FILE not in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("passed", "status"), [(True, 0), (False, 1)])
def test_a_check_that_fails_is_no_success(monkeypatch: pytest.MonkeyPatch, passed: bool, status: int) -> None:
    asked = {}

    def report(**numbers: int) -> bool:
        asked.update(numbers)
        return passed

    monkeypatch.setattr("sim.evidence.engines.report_engines", report)
    assert main(["validate", "engines", "customers=7", "seed=3"]) == status
    assert asked == {"customers": 7, "seed": 3}


def test_some_checks_are_asked_for_in_any_case_and_take_no_place_of_the_whole_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "validation.md").write_text("the whole")
    assert main(["validate", "c13,C15", f"out={tmp_path}", "workers=1"]) == 0
    assert "had been finished before" not in capsys.readouterr().out
    assert (tmp_path / "validation.md").read_text() == "the whole"
    selection = (tmp_path / "selection.md").read_text()
    assert "### C13" in selection
    assert "### C15" in selection
    assert main(["validate", "C15", "c13", f"out={tmp_path}", "workers=1"]) == 0
    assert "2 of 2 had been finished before and were not run again" in capsys.readouterr().out


def test_what_nobody_foresaw_is_shown_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("sim.cli.listings.listing", fail)
    assert main(["levers"]) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "unforeseen" in err


# The plan -----------------------------------------------------------------------------------


def settings() -> dict[str, object]:
    known = {name for name, _ in registry(Settings)}
    return {key: value for key, value in read_yaml(shipped("conf") / "config.yaml").items() if key in known}


def test_every_setting_has_its_default_in_the_file() -> None:
    assert set(settings()) == {name for name, _ in registry(Settings)}


@pytest.mark.parametrize("name", scenarios())
def test_without_overrides_a_plan_is_what_the_files_say(name: str) -> None:
    scenario = load_scenario(name)
    values = {
        key: value for key, value in to_mapping(scenario).items() if key not in ("evidence", "strategies")
    }
    del values["known"], values["assumed"]
    own = list(scenario.strategies)
    made = plan(
        {**settings(), "baseline": own[0], "scenario": values, "strategies": {key: {} for key in own}}, name
    )
    assert made.scenario == scenario
    assert list(made.strategies) == list(scenario.strategies.values())
    assert made.changed == frozenset()


def test_what_is_as_in_the_file_stays_and_null_switches_off() -> None:
    values = {"a": {"b": 1, "c": 2}, "d": None, "e": {"f": 3}, "g": None}
    changes = {
        "a": {"b": AS_IN_FILE, "c": 5},
        "d": {"x": AS_IN_FILE},
        "e": None,
        "g": {"y": 1, "z": AS_IN_FILE},
    }
    assert merged(values, changes) == {"a": {"b": 1, "c": 5}, "d": None, "e": None, "g": {"y": 1}}
