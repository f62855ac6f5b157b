"""Tables on the disk: no text is a formula, and nothing else changes."""

import csv

import pandas as pd
import pytest

from sim.study.table_files import spreadsheet_safe, write_csv, write_parquet


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_begins_as_a_formula_gets_an_apostrophe(sign):
    table = pd.DataFrame(
        {"name": [f"{sign}cmd|' /C calc'!A0", "plain", None], f"{sign}head": [-1.5, 2.0, 3.0]}
    )
    safe = spreadsheet_safe(table)
    assert safe["name"].tolist()[:2] == [f"'{sign}cmd|' /C calc'!A0", "plain"]
    assert safe["name"].isna().tolist() == [False, False, True]
    assert list(safe.columns) == ["name", f"'{sign}head"]
    assert safe.iloc[:, 1].tolist() == [-1.5, 2.0, 3.0]  # a number is no text
    assert table["name"][0].startswith(sign)  # the table itself is as it was


def test_what_is_safe_stays_as_it_is():
    table = pd.DataFrame(
        {"sign": ["-", "–", "a=b"], "day": pd.to_datetime(["2024-01-01"] * 3), "is": [True] * 3}
    )
    pd.testing.assert_frame_equal(spreadsheet_safe(table), table)


def test_both_files_hold_the_same(tmp_path):
    table = pd.DataFrame({"name": ["=1+1", "x"], "value": [0.1 + 0.2, -1e-300]})
    write_csv(table, tmp_path / "a.csv")
    write_parquet(table, tmp_path / "a.parquet")
    other = pd.read_parquet(tmp_path / "a.parquet")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == other["name"].tolist() == ["'=1+1", "x"]
    assert [float(row["value"]) for row in rows] == other["value"].tolist() == [0.1 + 0.2, -1e-300]
