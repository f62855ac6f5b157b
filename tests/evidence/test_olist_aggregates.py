"""Aggregates are what they say, on a table small enough to count by hand."""

import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.evidence import olist_aggregates
from sim.evidence.olist_aggregates import aggregates, read_orders

COLUMNS = (
    "order_id,customer_unique_id,customer_state,order_status,order_purchase_timestamp,"
    "order_delivered_customer_date,order_estimated_delivery_date,review_score,has_comment,price"
)
ROWS = (
    "a,one,SP,delivered,2018-01-01 12:00:00,2018-01-11 12:00:00,2018-01-20,5,0,100",
    "b,one,SP,delivered,2018-02-01 00:00:00,2018-02-05 23:00:00,2018-02-05,4,1,100",
    "c,two,RJ,delivered,2018-01-01 00:00:00,2018-01-10 01:00:00,2018-01-09,1,1,50",
    "d,three,AM,delivered,2018-01-01 00:00:00,2018-02-20 00:00:00,2018-02-01,1,,200",
    "e,,BA,canceled,2018-03-01 00:00:00,,2018-03-20,2,0,150",
    "f,four,SP,delivered,2018-03-01 00:00:00,2018-03-03 00:00:00,2018-03-30,,,80",
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((COLUMNS, *ROWS, ROWS[0])), encoding="utf-8")  # one row stands twice
    return path


def test_days_are_counted_to_the_end_of_the_promised_day(table: Path) -> None:
    orders = read_orders(str(table)).set_index("order_id")
    assert len(orders) == 6
    assert orders.loc["a", "delivery_days"] == 10.0
    assert orders.loc["a", "promised_days"] == 19.5  # from noon of the 1st to the midnight after the 20th
    assert orders.loc[["a", "b", "c", "d"], "days_late"].tolist() == [-9.0, 0.0, 1.0, 19.0]
    assert np.isnan(orders.loc["e", "days_late"])


def test_scores_fall_into_the_bucket_of_their_lateness(table: Path) -> None:
    found = aggregates(read_orders(str(table)), sampled=0.5)
    counts = {name: part["orders"] for name, part in found["score_by_lateness"].items()}
    assert list(counts.values()) == [0, 1, 0, 1, 1, 0, 0, 1]
    assert found["score_promise_kept"]["mean"] == 4.5
    assert found["score_promise_kept"]["five_stars"] == 0.5
    assert found["score_promise_broken"] == {
        "orders": 2,
        "mean": 1.0,
        "standard_error": 0.0,
        "one_star": 1.0,
        "two_stars": 0.0,
        "three_stars": 0.0,
        "four_stars": 0.0,
        "five_stars": 0.0,
    }
    assert found["score_never_delivered"]["orders"] == 1
    assert found["process"]["late_share"] == 0.4
    assert found["comment_share_by_score"][1] == 1.0


def test_who_orders_again_is_corrected_for_the_sampling(table: Path) -> None:
    repeat = aggregates(read_orders(str(table)), sampled=0.5)["repeat"]
    assert (repeat["customers"], repeat["seen_again"]) == (4, 1)
    assert repeat["share_ordering_again"] == 0.5  # a quarter, seen with a chance of a half


def test_regions_are_told_by_state(table: Path) -> None:
    regions = aggregates(read_orders(str(table)), sampled=1.0)["regions"]
    assert [part["share"] for part in regions.values()] == [0.5, 0.1667, 0.3333]


def test_the_command_prints_yaml_that_names_its_origin(
    table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["olist_aggregates", str(table), "--sampled", "0.5"])
    olist_aggregates.main()
    printed = capsys.readouterr().out
    assert "Olist" in printed
    assert "CC BY-NC-SA 4.0" in printed
    assert yaml.safe_load(printed)["repeat"]["sampled_share"] == 0.5
