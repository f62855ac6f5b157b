"""A sweep as Hydra's jobs: on processes of this machine, and on a Ray cluster that is started for it."""

from pathlib import Path

import pandas as pd
import pytest

import sim

SCENARIOS = "scenario=courier,telecom"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/*.parquet")}


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
    out, err = jobs.communicate(timeout=600)
    assert jobs.returncode == 0, err
    assert out.endswith("courier: 24 of 24 points done\ntelecom: 24 of 24 points done\nresults: jobs (tenure results jobs)\n")  # fmt: skip # noqa: E501
    alone = start(SCENARIOS, "out=alone")
    assert alone.wait(timeout=300) == 0
    assert len(files(folder / "jobs")) == 2 * 12
    assert files(folder / "jobs") == files(folder / "alone")


def test_the_number_of_shards_may_change_between_attempts(study, start) -> None:
    folder = study()
    few = start("scenario=courier", "shard=0", "shards=3", "out=jobs")
    assert few.wait(timeout=300) == 0
    first = files(folder / "jobs")
    assert len(first) == 4
    times = {path: path.stat().st_mtime_ns for path in (folder / "jobs").glob("*/*.parquet")}
    many = start("-m", "scenario=courier", "shards=5", "hydra/launcher=local", "out=jobs")
    _, err = many.communicate(timeout=300)
    assert many.returncode == 0, err
    assert {path: path.stat().st_mtime_ns for path in times} == times  # none of them was made again
    table = sim.load_results(folder / "jobs")
    assert not table.duplicated(["point", "strategy", "replication"]).any()
    assert len(table) == 24 * 2 * 2


def test_a_mistake_in_a_job_is_told_in_one_line(study, start) -> None:
    folder = study()
    first = start("scenario=courier", "shard=0", "shards=3", "out=jobs")
    assert first.wait(timeout=300) == 0
    record = next((folder / "jobs").glob("*/study.json"))
    before = files(folder / "jobs")
    again = start("-m", "scenario=courier", "seed=9", "shards=2", "hydra/launcher=local", "out=jobs")
    out, err = again.communicate(timeout=300)
    assert again.returncode == 2
    assert (out, len(err.splitlines())) == ("", 1)
    assert "holds other results: seeds differ" in err
    assert files(folder / "jobs") == before
    assert record.exists()


def test_a_failing_point_stops_all_jobs_where_that_is_asked(study, start) -> None:
    folder = study()
    shortest = "design.over={scenario.service.delivery.shortest: [1.0, 999.0]}"
    words = ("-m", "scenario=courier", shortest, "shards=2", "hydra/launcher=local", "out=jobs")
    stopped = start(*words, "--fail-fast")
    _, err = stopped.communicate(timeout=300)
    assert stopped.returncode == 1
    assert "tenure: courier: point" in err
    assert len(files(folder / "jobs")) < 12
    whole = start(*words)
    out, err = whole.communicate(timeout=300)
    assert whole.returncode == 1, err
    assert "courier: 24 of 24 points done" in out
    table: pd.DataFrame = sim.load_results(folder / "jobs")
    assert set(table["status"]) == {"done", "failed"}
