"""Reading results back: whole, damaged, of another version; by SQL; as a summary."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import sim
from sim.report.sweep_table import sweep_table
from sim.study.statistics import mean_interval
from sim.study.sweep.chunks import MARK
from sim.study.sweep.folder import STUDY, claim, study_record
from sim.study.sweep.results import load_results, read_parts
from sim.study.sweep.run import run_shard
from sim.study.sweep.summary import cells, summary_frame
from sim.study.sweep.sweep import FORMAT
from sim.world.errors import ConfigurationError

PAYOUT = "strategies.guarantee.commitments.delivery.payout"


@pytest.fixture
def folder(make, tmp_path: Path) -> Path:
    """Return a folder with the results of the small sweep."""
    sweep = make()
    claim(tmp_path, [study_record(sweep, "trial")])
    run_shard(sweep, tmp_path / "courier")
    return tmp_path


def told(folder: Path, sql: str | None = None) -> str:
    with pytest.raises(ConfigurationError) as error:
        load_results(folder, sql)
    return str(error.value)


def a_file(folder: Path) -> Path:
    return sorted((folder / "courier").glob("*.parquet"))[1]


def test_results_are_one_tidy_table_in_the_order_of_the_points(folder: Path) -> None:
    table = load_results(folder)
    assert list(table["point"]) == [number for number in range(6) for _ in range(4)]
    assert list(table["strategy"][:4]) == ["baseline"] * 2 + ["guarantee"] * 2
    pd.testing.assert_frame_equal(load_results(folder / "courier"), table)
    assert table["status"].eq("done").all()


def test_what_is_not_finished_is_not_there(folder: Path) -> None:
    gone = pq.read_table(a_file(folder))["point"].to_pylist()
    a_file(folder).unlink()
    assert set(load_results(folder)["point"]) == set(range(6)) - set(gone)
    (part,) = read_parts(folder)
    assert (part.points_done, part.points) == (4, 6)


def test_sql_is_asked_of_the_same_rows(folder: Path) -> None:
    table = load_results(folder)
    query = f'select "{PAYOUT}" as payout, strategy, avg(clv) as clv from results group by all order by all'
    found = load_results(folder, sql=query)
    expected = table.groupby([PAYOUT, "strategy"])["clv"].mean().reset_index()
    np.testing.assert_allclose(found["clv"], expected["clv"], rtol=1e-12)
    assert list(found["strategy"]) == list(expected["strategy"])
    (count,) = load_results(folder, sql="select count(*) as n from results")["n"]
    assert count == len(table)


def test_a_wrong_query_is_told(folder: Path) -> None:
    assert told(folder, "select nothing from results").startswith("sql: Binder Error")
    assert told(folder, "selct 1").startswith("sql: Parser Error")
    assert told(folder, "select * from result").startswith("sql: Catalog Error")


def test_without_duckdb_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert told(folder, "select 1") == "sql: needs DuckDB; install it: pip install 'tenure[sql]'"


def test_a_folder_without_results_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "nowhere").startswith("results: there is no folder")
    assert told(tmp_path).startswith(f"results: '{tmp_path}' holds no results")


def test_a_folder_with_nothing_finished_is_told(make, tmp_path: Path) -> None:
    claim(tmp_path, [study_record(make(), "trial")])
    assert "holds no finished file yet; give the study's command again" in told(tmp_path)


@pytest.mark.parametrize("cut", [0, 3, 1000, -1], ids=["empty", "three bytes", "half", "all but a byte"])
def test_a_damaged_file_is_named(folder: Path, cut: int) -> None:
    path = a_file(folder)
    path.write_bytes(path.read_bytes()[:cut])
    for sql in (None, "select 1 from results"):
        assert told(folder, sql).startswith(f"{path}: is damaged: ")
    assert "delete it and give the study's command again" in told(folder)


def test_damage_within_the_data_is_found_when_it_is_read(folder: Path) -> None:
    path = a_file(folder)
    content = bytearray(path.read_bytes())
    content[4:400] = bytes(396)
    path.write_bytes(content)
    assert told(folder).startswith(f"{path}: is damaged: ")


def test_a_file_of_another_version_is_named(folder: Path) -> None:
    path = a_file(folder)
    table = pq.read_table(path)
    mark = json.loads(table.schema.metadata[MARK])
    for other, words in (
        (
            mark | {"format": FORMAT + 1, "version": "9.9"},
            f"is of another version (9.9, format {FORMAT + 1})",
        ),
        (mark | {"configuration": "another"}, "is not of study=trial beside it"),
        ({}, "is of another version (none, format none)"),
    ):
        pq.write_table(table.replace_schema_metadata({MARK: json.dumps(other)}), path)
        assert told(folder).startswith(f"{path}: {words}")
    pq.write_table(table.replace_schema_metadata(None), path)
    assert told(folder).startswith(f"{path}: is of another version")


def test_a_foreign_file_is_named(folder: Path) -> None:
    other = folder / "courier" / "mine.parquet"
    other.write_bytes(a_file(folder).read_bytes())
    assert told(folder) == f"{other}: is not of study=trial beside it; move it elsewhere"


def test_a_damaged_record_of_the_study_is_named(folder: Path) -> None:
    path = folder / "courier" / STUDY
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(record | {"format": 9, "version": "9.9"}), encoding="utf-8")
    assert told(folder).startswith(f"{path}: is of another version (9.9, format 9)")
    for text in ("{", "[]", "{}"):
        path.write_text(text, encoding="utf-8")
        assert told(folder).startswith(f"{path}: is damaged")


def test_a_folder_belongs_to_one_study_configuration_and_version(make, folder: Path, small) -> None:
    def refused(sweep, study="trial", **changes) -> str:
        before = (folder / "courier" / STUDY).read_bytes()
        with pytest.raises(ConfigurationError) as error:
            claim(folder, [study_record(sweep, study) | changes])
        assert (folder / "courier" / STUDY).read_bytes() == before
        return str(error.value)

    claim(folder, [study_record(make(), "trial", {"command": ["again"]})])  # the same
    assert refused(make(), "another").startswith(f"out: '{folder}' holds study=trial; choose another folder")
    assert "another version of the simulation" in refused(make(), simulation="other")
    assert "holds other results: seeds differ" in refused(make(seed=8))
    assert "holds other results: baseline differ" in refused(make(baseline="guarantee"))
    richer = small.replace({"economics.margin": 0.31})
    assert "holds other results: scenario.economics.margin differ;" in refused(make(scenario=richer))
    fewer = {"kind": "factorial", "values": {PAYOUT: [0.2, 0.6]}}
    assert "design.paths, design.points, design.digest" in refused(make(fewer))


def test_another_world_of_the_same_study_may_join_and_one_of_another_may_not(
    make, folder: Path, small
) -> None:
    def elsewhere(sweep) -> list:
        return [study_record(sweep, "trial") | {"scenario": "elsewhere"}]

    with pytest.raises(ConfigurationError, match="holds other results: seeds differ"):
        claim(folder, elsewhere(make(seed=8)))
    assert not (folder / "elsewhere").exists()
    claim(folder, elsewhere(make(scenario=small.replace({"economics.margin": 0.31}))))
    assert (folder / "elsewhere" / STUDY).exists()


def test_the_summary_averages_over_points_and_takes_intervals_over_seeds(folder: Path) -> None:
    (part,) = read_parts(folder)
    table = load_results(folder)
    found = {(cell.path, cell.value, cell.strategy): cell for cell in cells(part, ["clv"])}
    assert len(found) == (2 + 3) * 2
    cell = found[PAYOUT, "0.6", "guarantee"]
    inside = table[table[PAYOUT] == 0.6]
    by_seed = inside.pivot_table(index=["replication", "point"], columns="strategy", values="clv")
    assert cell.points == 2
    level = mean_interval(by_seed["guarantee"].groupby("replication").mean().to_numpy())
    gap = (by_seed["guarantee"] - by_seed["baseline"]).groupby("replication").mean()
    np.testing.assert_allclose(cell.level["clv"], level)
    np.testing.assert_allclose(cell.difference["clv"], mean_interval(gap.to_numpy()))
    assert np.isnan(found[PAYOUT, "0.6", "baseline"].difference["clv"].mean)


def test_roi_of_the_summary_is_that_of_a_comparison(make, tmp_path: Path) -> None:
    sweep = make({"kind": "factorial", "values": {PAYOUT: [0.6, 1.0]}}, replications=5)
    claim(tmp_path, [study_record(sweep, "trial")])
    run_shard(sweep, tmp_path / "courier")
    (part,) = read_parts(tmp_path)
    scenario, strategies = sweep.at(0)
    compared = sim.compare(scenario, strategies, replications=5, seed=7)
    metrics = ["nps_standard_error", "reach", "reach.commitments.delivery", "roi"]
    found = {cell.strategy: cell for cell in cells(part, metrics) if cell.value == "0.6"}
    assert not np.isnan(found["guarantee"].level["roi"].low)
    for name, cell in found.items():
        for metric in metrics:
            level = compared.interval(name, metric)
            np.testing.assert_allclose(cell.level[metric], level, err_msg=metric)
            if name != "baseline":
                np.testing.assert_allclose(cell.difference[metric], compared.difference(name, metric))
    frame = summary_frame([part])
    assert set(compared.metric_names("guarantee")) < set(frame["metric"])


def test_a_strategy_that_works_by_the_price_has_no_roi(make, small, pair, tmp_path: Path) -> None:
    cheaper = pair[1].replace({"price.change": -0.05})
    sweep = make({"kind": "factorial", "values": {PAYOUT: [0.6]}}, strategies=[pair[0], cheaper])
    claim(tmp_path, [study_record(sweep, "trial")])
    run_shard(sweep, tmp_path / "courier")
    (part,) = read_parts(tmp_path)
    assert load_results(tmp_path)["roi"].isna().all()
    assert all(np.isnan(cell.level["roi"]).all() for cell in cells(part, ["roi"]))


def test_failed_points_are_left_out_of_means_and_told_of(one_bad, tmp_path: Path) -> None:
    claim(tmp_path, [study_record(one_bad, "trial")])
    run_shard(one_bad, tmp_path / "courier")
    (part,) = read_parts(tmp_path)
    assert list(part.failed) == [2]
    (cell,) = (cell for cell in cells(part, ["clv"]) if (cell.value, cell.strategy) == ("1", "baseline"))
    assert cell.points == 1
    text = sweep_table([part])
    assert "1 point failed, the first is point 2: ConfigurationError: service.delivery.median" in text


def test_many_values_are_shown_by_thirds(make, tmp_path: Path) -> None:
    sweep = make({"kind": "sample", "points": 9, "over": {PAYOUT: [0.1, 1.0]}}, replications=1)
    claim(tmp_path, [study_record(sweep, "trial")])
    run_shard(sweep, tmp_path / "courier")
    (part,) = read_parts(tmp_path)
    found = [cell for cell in cells(part, ["clv"]) if cell.strategy == "baseline"]
    assert [cell.points for cell in found] == [3, 3, 3]
    edges = [float(edge) for cell in found for edge in cell.value.split(" to ")]
    assert edges == sorted(edges)


def test_the_table_says_what_there_is(folder: Path) -> None:
    text = sweep_table(read_parts(folder))
    assert text.startswith("study trial, courier: 6 of 6 points done, 2 strategies, 2 replications")
    assert f"by {PAYOUT}:" in text
    assert "more stay, points" in text
    (row,) = (line for line in text.splitlines() if line.split()[:3] == ["0.6", "guarantee", "2"])
    assert row.count("[") == 2


def test_the_summary_as_a_table_has_a_row_for_each_strategy_value_and_metric(folder: Path) -> None:
    frame = summary_frame(read_parts(folder), ["clv", "cost"])
    assert len(frame) == (2 + 3) * 2 * 2
    assert set(frame["scenario"]) == {"courier"}
    assert frame[frame["strategy"] == "baseline"]["difference"].isna().all()
    assert (frame["ci_low"] <= frame["mean"]).all()


def test_without_a_baseline_there_are_no_differences(make, tmp_path: Path) -> None:
    claim(tmp_path, [study_record(make(baseline=None), "trial")])
    run_shard(make(baseline=None), tmp_path / "courier")
    text = sweep_table(read_parts(tmp_path))
    assert "more" not in text
    assert "roi" not in text
    assert load_results(tmp_path)["roi"].isna().all()
