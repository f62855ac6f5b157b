"""Aggregates of the e-mail test: sums that can be checked by hand, and nothing else."""

import gzip
import math
import sys
from pathlib import Path

import pytest
import yaml

from sim.evidence import hillstrom_aggregates
from sim.evidence.hillstrom_aggregates import aggregates, read_rows

TABLE = """\
recency,segment,visit,conversion,spend
1,No E-Mail,0,0,0.0
6,No E-Mail,1,0,0.0
1,Womens E-Mail,1,1,50.0
6,Womens E-Mail,1,0,0.0
2,Mens E-Mail,1,1,999.0
7,No E-Mail,0,0,0.0
12,No E-Mail,0,0,0.0
7,Womens E-Mail,0,0,0.0
12,Womens E-Mail,1,0,0.0
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(TABLE)
    return path


def test_shares_and_effects_are_those_of_the_two_arms(table: Path) -> None:
    found = aggregates(read_rows(str(table)))
    recent = found["bought 1 to 6 months ago"]
    assert recent["control"] == {"customers": 2, "visit": 0.5, "conversion": 0.0, "spend": 0.0}
    assert recent["mailed"] == {"customers": 2, "visit": 1.0, "conversion": 0.5, "spend": 25.0}
    assert recent["effect"]["spend"]["difference"] == 25.0
    # Spending of 50 and 0: a variance of 1 250 over two customers, none in the control arm.
    assert recent["effect"]["spend"]["standard_error"] == pytest.approx(math.sqrt(1250.0 / 2.0), abs=1e-4)
    assert found["bought 7 to 12 months ago"]["mailed"]["visit"] == 0.5
    assert found["everyone"]["mailed"]["customers"] == 4


def test_the_third_arm_is_left_out(table: Path) -> None:
    assert "999" not in str(aggregates(read_rows(str(table))))


def test_what_it_prints_is_the_shipped_form(
    table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hillstrom_aggregates", str(table)])
    hillstrom_aggregates.main()
    printed = capsys.readouterr().out
    assert printed.startswith("# Aggregates of a randomised e-mail")
    assert yaml.safe_load(printed) == aggregates(read_rows(str(table)))
