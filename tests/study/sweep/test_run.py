"""Running a sweep: the rows of its points, what fails, what is there already, what stops it."""

import dataclasses
import errno
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.study.sweep import points, run
from sim.study.sweep.chunks import chunk_table
from sim.study.sweep.design import Design
from sim.study.sweep.points import metric_columns, run_point
from sim.study.sweep.results import load_results
from sim.study.sweep.run import STOP, PointFailedError, in_turn, run_shard
from sim.study.sweep.whole import UNFINISHED, write_whole
from sim.world.errors import ConfigurationError


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


METRIC_COLUMNS = metric_columns(("commitments.delivery", "commitments.availability"))  # of the small sweep


def frame(sweep, results) -> pd.DataFrame:
    return chunk_table(sweep, sweep.chunks[0], results).to_pandas()


def test_rows_are_those_of_a_comparison_at_each_point(make, small) -> None:
    sweep = make()
    table = frame(sweep, [run_point(sweep, number) for number in range(6)])
    assert len(table) == 6 * 2 * 2
    for number in (0, 5):
        scenario, strategies = sweep.at(number)
        compared = sim.compare(scenario, strategies, replications=2, seed=7)
        for strategy in ("baseline", "guarantee"):
            own = table[(table["point"] == number) & (table["strategy"] == strategy)]
            assert list(own["seed"]) == list(compared.seeds)
            assert list(own["replication"]) == [0, 1]
            for metric in set(METRIC_COLUMNS) - {"roi"}:
                np.testing.assert_array_equal(own[metric], compared.values(strategy, metric), err_msg=metric)
            gain, spent = (
                compared.values(strategy, metric) - compared.values("baseline", metric)
                for metric in ("customer_equity", "discounted_cost")
            )
            expected = np.array([a / b if b > 0.0 else np.nan for a, b in zip(gain, spent, strict=True)])
            np.testing.assert_array_equal(own["roi"], expected)
            assert np.isnan(expected).all() == (strategy == "baseline")


def test_reach_is_there_for_levers_that_are_on_at_the_point(make) -> None:
    sweep = make({"kind": "factorial", "values": {"strategies.guarantee.recovery.compensation": [None, 0.5]}})
    promised = ("commitments.delivery", "commitments.availability")
    assert sweep.levers_of == {"baseline": (), "guarantee": (*promised, "recovery.compensation")}
    table = frame(sweep, [run_point(sweep, number) for number in range(2)])
    own = table[table["strategy"] == "guarantee"]
    assert (own["reach.commitments.delivery"] > 0.0).all()
    assert list(own["reach.recovery.compensation"].notna()) == [False, False, True, True]
    base = table[table["strategy"] == "baseline"]
    assert base[[name for name in table if name.startswith("reach.")]].isna().all(axis=None)


def test_a_path_into_a_programme_may_bring_all_its_levers(make) -> None:
    def levers(path: str) -> tuple[str, ...]:
        point = Design((f"strategies.baseline.{path}",), ((0.5,),))
        return dataclasses.replace(make(), design=point).levers_of["baseline"]

    programme = ("loyalty.points", "loyalty.tiers", "loyalty.expiry", "loyalty.endowment")
    assert levers("loyalty.earn_rate") == programme
    assert levers("recovery.apology") == ("recovery.apology",)
    assert levers("recovery.cost_per_case") == levers("eligibility.share") == ()


def test_columns_come_in_a_fixed_order_with_the_swept_values(make) -> None:
    sweep = make()
    table = frame(sweep, [run_point(sweep, 4)])
    paths = list(sweep.design.paths)
    head = ["scenario", "point", *paths, "strategy", "replication", "seed", "status", "error"]
    assert list(table.columns) == [*head, *METRIC_COLUMNS]
    assert set(map(tuple, table[paths].to_numpy())) == {(28.0, 0.6)}
    assert set(table["status"]) == {"done"}
    assert table["error"].isna().all()


def test_seeds_are_paired_across_points_and_strategies(make) -> None:
    sweep = make({"kind": "factorial", "values": {"scenario.economics.margin": [0.2, 0.4]}})
    table = frame(sweep, [run_point(sweep, number) for number in (0, 1)])
    # The margin is about money alone: with the same luck everybody does the same at both points.
    one, other = (table[table["point"] == number].reset_index(drop=True) for number in (0, 1))
    np.testing.assert_array_equal(one["orders"], other["orders"])
    assert (one["profit"] != other["profit"]).all()
    # and with other luck they do not
    strange = frame(make({"kind": "factorial", "values": {"scenario.economics.margin": [0.2]}}, seed=8), [
        run_point(make({"kind": "factorial", "values": {"scenario.economics.margin": [0.2]}}, seed=8), 0)
    ])  # fmt: skip
    assert (one["orders"].to_numpy() != strange["orders"].to_numpy()).any()


def test_both_engines_give_the_same_rows(make) -> None:
    rows = [frame(sweep, [run_point(sweep, 1)]) for sweep in (make(), make(engine="mesa"))]
    pd.testing.assert_frame_equal(*rows, check_exact=True)


def test_threads_and_shards_change_nothing(make, tmp_path: Path) -> None:
    sweep = make()
    run_shard(sweep, tmp_path / "one", workers=1)
    run_shard(sweep, tmp_path / "threads", workers=4)
    for number in range(2):
        run_shard(sweep, tmp_path / "shards", number, 2)
    assert set(files(tmp_path / "one")) == {chunk.name for chunk in sweep.chunks}
    assert files(tmp_path / "one") == files(tmp_path / "threads") == files(tmp_path / "shards")


def test_what_is_there_is_not_run_again(make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep, ran = make(), []

    def counted(sweep, number):
        ran.append(number)
        return run_point(sweep, number)

    monkeypatch.setattr(run, "run_point", counted)
    run_shard(sweep, tmp_path, 1, 3)
    assert sorted(ran) == [2, 3]
    ran.clear()
    whole = []
    run_shard(sweep, tmp_path, progress=lambda done, in_all: whole.append((done, in_all)))  # other shards
    assert sorted(ran) == [0, 1, 4, 5]
    assert sorted(whole) == [(4, 6), (6, 6)]
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    ran.clear()
    run_shard(sweep, tmp_path)
    assert ran == []
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_file_that_was_cut_off_does_not_count(make, tmp_path: Path) -> None:
    sweep = make()
    (tmp_path / f"{UNFINISHED}0").write_bytes(b"PAR1 and no more")
    run_shard(sweep, tmp_path)
    whole = files(tmp_path)
    assert set(whole) == {f"{UNFINISHED}0", *(chunk.name for chunk in sweep.chunks)}


def test_a_point_that_fails_is_data_and_the_others_finish(one_bad, tmp_path: Path) -> None:
    run_shard(one_bad, tmp_path)
    table = pd.concat(pd.read_parquet(tmp_path / chunk.name) for chunk in one_bad.chunks)
    assert len(table) == 6 * 2 * 2
    failed = table[table["status"] == "failed"]
    assert set(failed["point"]) == {2}
    assert len(failed) == 4
    assert failed["error"].str.startswith("ConfigurationError: service.delivery.median: 0 is outside").all()
    assert failed[list(METRIC_COLUMNS)].isna().all(axis=None)
    others = table[table["status"] == "done"]
    assert set(others["point"]) == {0, 1, 3, 4, 5}
    assert others["survival_rate"].notna().all()


def test_any_error_of_a_point_is_its_own_but_the_machines_are_not(make, monkeypatch) -> None:
    sweep = make()

    def fails(error):
        def simulate(*arguments, **settings):
            raise error

        monkeypatch.setattr(points, "simulate_each", simulate)
        return run_point(sweep, 3)

    assert fails(FloatingPointError("cost is not\na finite number")).error == (
        "FloatingPointError: cost is not a finite number"
    )
    for error in (MemoryError(), OSError(errno.EIO, "disk")):
        with pytest.raises(type(error)):
            fails(error)


def test_the_first_failure_stops_every_shard_where_that_is_asked(one_bad, tmp_path: Path) -> None:
    with pytest.raises(PointFailedError, match="courier: point 2 failed: ConfigurationError: service"):
        run_shard(one_bad, tmp_path, workers=1, fail_fast=True)
    assert {path.name for path in tmp_path.iterdir()} == {STOP, one_bad.chunks[0].name}
    with pytest.raises(PointFailedError, match="point 2 failed"):  # a shard with no bad point of its own
        run_shard(one_bad, tmp_path, 2, 3, fail_fast=True)
    assert {path.name for path in tmp_path.iterdir()} == {STOP, one_bad.chunks[0].name}
    run_shard(one_bad, tmp_path)  # without it all is done
    assert {chunk.name for chunk in one_bad.chunks} <= set(files(tmp_path))


def test_jobs_are_taken_in_turn_by_threads_that_are_free() -> None:
    begun, gate = [], threading.Event()

    def job(number: int):
        def run() -> int:
            if number:
                gate.wait(10.0)
            return number

        return run

    def jobs():
        for number in range(50):
            begun.append(number)
            yield (None, number), job(number)

    found = in_turn(jobs(), 2)
    assert next(found) == ((None, 0), 0)
    assert begun == [0]  # the first goes alone
    threading.Timer(0.05, gate.set).start()
    done = [next(found)]
    assert done[0][1] in (1, 2)
    done += found
    assert begun == list(range(50))
    assert sorted(done) == [((None, number), number) for number in range(1, 50)]


def test_an_error_in_a_thread_comes_out_and_ends_the_others() -> None:
    begun = []

    def jobs():
        for number in range(1000):
            begun.append(number)
            yield (None, number), lambda number=number: 1 // (number - 5)

    with pytest.raises(ZeroDivisionError):
        list(in_turn(jobs(), 3))
    assert len(begun) < 1000


def test_an_interrupt_leaves_what_is_finished(make, tmp_path: Path) -> None:
    sweep = make()

    def stop(done: int, in_all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_shard(sweep, tmp_path, workers=1, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == [sweep.chunks[0].name]


@pytest.mark.parametrize("moment", ["write", "fsync", "replace"])
def test_a_full_disk_is_told_and_nothing_half_written_counts(
    tmp_path: Path, monkeypatch, moment: str
) -> None:
    def full(*arguments) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def write(file) -> None:
        file.write(b"half")
        if moment == "write":
            full()

    if moment != "write":
        monkeypatch.setattr(f"os.{moment}", full)
    with pytest.raises(ConfigurationError) as error:
        write_whole(tmp_path / "new" / "results.parquet", write)
    assert str(error.value).startswith(f"out: '{tmp_path / 'new'}': the disk is full; make room")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_full_disk_keeps_what_was_there(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "results.parquet"
    write_whole(path, lambda file: file.write(b"before"))

    def full(*arguments) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(ConfigurationError):
        write_whole(path, lambda file: file.write(b"after"))
    monkeypatch.undo()
    assert path.read_bytes() == b"before"


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be written to"):
        write_whole(tmp_path / "taken" / "results.parquet", lambda file: file.write(b"more"))


def test_two_who_write_the_same_file_do_no_harm(make, tmp_path: Path) -> None:
    sweep = make()
    run_shard(sweep, tmp_path)
    first = files(tmp_path)
    chunk = sweep.chunks[1]
    again = chunk_table(sweep, chunk, [run_point(sweep, number) for number in chunk.points])
    run.write_chunk(again, tmp_path / chunk.name)  # as a worker would that outlived its parent
    assert files(tmp_path) == first


def test_in_python_a_folder_makes_it_last(small, pair, tmp_path: Path) -> None:
    design = {"kind": "factorial", "values": {"scenario.economics.margin": [0.2, 0.3]}}
    told = []
    kept = sim.sweep(small, pair, design, out=tmp_path, progress=lambda *done: told.append(done))
    assert told[-1] == (2, 2)
    held = sim.sweep(small, pair, design, chunk=1)
    pd.testing.assert_frame_equal(kept, held, check_exact=True)
    told.clear()
    again = sim.sweep(small, pair, design, out=tmp_path, progress=lambda *done: told.append(done))
    assert told == []
    pd.testing.assert_frame_equal(again, kept, check_exact=True)
    pd.testing.assert_frame_equal(load_results(tmp_path), kept, check_exact=True)
    with pytest.raises(ConfigurationError, match="holds other results: "):
        sim.sweep(small, pair, design, replications=2, out=tmp_path)
