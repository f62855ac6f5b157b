"""A sweep as Hydra's jobs: on processes of this machine, and on a Ray cluster that is started for it."""

from pathlib import Path

import pandas as pd
import pytest

import sim

SCENARIOS = "scenario=courier,telecom"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/*.parquet")}


def ended(process) -> tuple[int, str, str]:
    """Return the status of a process that ends, and what it said."""
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("launcher", "more"),
    [
        ("local", ["hydra.launcher.n_jobs=2"]),
        ("ray_local", ["hydra.launcher.ray.init.num_cpus=2"]),
    ],
    ids=["joblib", "Ray"],
)
def test_a_sweep_as_jobs_writes_what_one_process_writes(study, start, launcher: str, more: list[str]) -> None:
    folder = study()
    jobs = start(
        *("-m", SCENARIOS, "shard=range(0,2)", f"hydra/launcher={launcher}", *more),
        *("workers=1", "out=jobs"),
        environment={"RAY_AUTH_MODE": "disabled"},
    )
    status, out, err = ended(jobs)
    assert status == 0, err
    told = (
        "courier: 24 of 24 points done\ntelecom: 24 of 24 points done\nresults: jobs (tenure results jobs)\n"
    )
    assert out.endswith(told)
    assert ended(start(SCENARIOS, "out=alone"))[0] == 0
    assert len(files(folder / "jobs")) == 2 * 12
    assert files(folder / "jobs") == files(folder / "alone")


def test_the_number_of_shards_may_change_between_attempts(study, start) -> None:
    folder = study()
    assert ended(start("scenario=courier", "shard=0", "shards=3", "out=jobs"))[0] == 0
    assert len(files(folder / "jobs")) == 4
    times = {path: path.stat().st_mtime_ns for path in (folder / "jobs").glob("*/*.parquet")}
    many = start("-m", "scenario=courier", "shards=5", "hydra/launcher=local", "out=jobs")
    status, _, err = ended(many)
    assert status == 0, err
    assert {path: path.stat().st_mtime_ns for path in times} == times  # none of them was made again
    table = sim.load_results(folder / "jobs")
    assert not table.duplicated(["point", "strategy", "replication"]).any()
    assert len(table) == 24 * 2 * 2


def test_a_mistake_in_a_job_is_told_in_one_line(study, start) -> None:
    folder = study()
    assert ended(start("scenario=courier", "shard=0", "shards=3", "out=jobs"))[0] == 0
    before = files(folder / "jobs")
    again = start("-m", "scenario=courier", "seed=9", "shards=2", "hydra/launcher=local", "out=jobs")
    status, out, err = ended(again)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "holds other results: seeds differ" in err
    assert files(folder / "jobs") == before


def test_a_failing_point_stops_all_jobs_where_that_is_asked(study, start) -> None:
    folder = study()
    shortest = "design.over={scenario.service.delivery.shortest: [1.0, 60.0]}"
    words = ("-m", "scenario=courier", shortest, "shards=2", "hydra/launcher=local", "out=jobs")
    status, _, err = ended(start(*words, "--fail-fast"))
    assert status == 1
    assert "tenure: courier: point" in err
    assert len(files(folder / "jobs")) < 12
    status, out, err = ended(start(*words))
    assert status == 1, err
    assert "courier: 24 of 24 points done" in out
    table: pd.DataFrame = sim.load_results(folder / "jobs")
    assert set(table["status"]) == {"done", "failed"}
