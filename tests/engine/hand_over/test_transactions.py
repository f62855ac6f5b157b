"""Payments and their summary: nothing is lost, and the shapes are those of lifetimes and pymc-marketing."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.hand_over.columns import COLUMNS
from sim.world.errors import ConfigurationError

WILKS = 23.5
"""Twice a gain in log-likelihood by fitting 4 parameters lies below with 99.99 % (Wilks 1938)."""


def by_day(table: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Return the summary of a log as lifetimes' documentation describes it, by calendar days."""
    days = table.assign(date=table["date"].dt.normalize())
    days = days.groupby(["customer_id", "date"], as_index=False)["amount"].sum()
    rows = []
    for customer, part in days.groupby("customer_id"):
        first, last = part["date"].min(), part["date"].max()
        spent = part["amount"].iloc[1:].mean() if len(part) > 1 else 0.0
        rows.append((customer, len(part) - 1.0, (last - first).days, (end - first).days, spent))
    return pd.DataFrame(rows, columns=["customer_id", "frequency", "recency", "T", "monetary_value"])


def test_all_that_is_paid_is_there_and_nothing_else(courier_run, telecom_run):
    table = courier_run.to_transactions()
    paid = table.loc[table["kind"] != "opening", "amount"].sum()
    assert paid == pytest.approx(courier_run.ledger["revenue"].sum(), rel=1e-9)
    assert (table["kind"] == "order").sum() == courier_run.ledger["orders"].sum()
    periods = telecom_run.to_transactions()
    assert telecom_run.ledger["acquired"].sum() > 0  # they pay a first period at the new price
    assert periods["amount"].sum() == pytest.approx(telecom_run.ledger["revenue"].sum(), rel=1e-9)
    assert set(periods["kind"]) == {"opening", "order", "renewal"}


def test_the_columns_are_in_order_of_time_without_a_time_zone(courier_run):
    table = courier_run.to_transactions(start=date(2023, 3, 1))
    assert list(table.columns) == ["customer_id", "date", "amount", "kind"]
    assert set(table.columns) <= set(COLUMNS)
    assert table["date"].is_monotonic_increasing
    assert table["date"].dt.tz is None
    assert table["date"].iloc[0] == pd.Timestamp("2023-03-01")
    assert table["date"].iloc[-1] < pd.Timestamp("2023-03-01") + pd.Timedelta(days=52 * 7)
    assert (table["amount"] > 0.0).all()
    pd.testing.assert_frame_equal(
        courier_run.to_transactions("2024-03-01").assign(date=0), table.assign(date=0)
    )


def test_everybody_ever_served_opens_once(courier_run):
    table = courier_run.to_transactions()
    opening = table[table["kind"] == "opening"]
    assert sorted(opening["customer_id"]) == sorted(courier_run.customers.index)
    assert len(opening) > 400  # some have joined
    first = table.groupby("customer_id")["kind"].first()
    assert (first == "opening").all()
    without = courier_run.to_transactions(opening=False)
    pd.testing.assert_frame_equal(
        without, table[table["kind"] != "opening"].reset_index(drop=True), check_exact=True
    )


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("yesterday", "start: 'yesterday' is no date; for example 2024-01-01"),
        ("2024-01-01T00:00+03:00", "is no date"),
        ("1024-01-01", "start: 1024-01-01 is outside its range; valid: a day from 1900 to 2200"),
    ],
)
def test_a_start_that_is_no_day_is_told(courier_run, start, said):
    with pytest.raises(ConfigurationError) as error:
        courier_run.to_transactions(start)
    assert said in str(error.value)


def test_the_summary_is_that_of_the_calendar(courier_run):
    end = pd.Timestamp("2024-01-01") + pd.Timedelta(days=52 * 7)
    expected = by_day(courier_run.to_transactions("2024-01-01"), end)
    found = courier_run.to_rfm()
    assert list(found.columns) == list(expected.columns)
    assert (found.dtypes[["frequency", "recency", "T", "monetary_value"]] == np.float64).all()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    weeks = courier_run.to_rfm("week")
    np.testing.assert_allclose(weeks[["recency", "T"]], found[["recency", "T"]] / 7.0)


def test_the_summary_keeps_what_its_readers_demand(courier_run):
    table = courier_run.to_rfm()
    assert table["customer_id"].is_unique
    assert (table["recency"] <= table["T"]).all()
    never = table["frequency"] == 0
    assert 0 < never.sum() < len(table)
    assert (table.loc[never, ["recency", "monetary_value"]] == 0.0).all(axis=None)
    assert (table.loc[~never, ["recency", "monetary_value"]] > 0.0).all(axis=None)
    orders = courier_run.customers["orders"]
    assert (table.set_index("customer_id")["frequency"] <= orders).all()


def test_bg_nbd_finds_its_parameters_in_the_summary(shoppers, closed_forms):
    model = closed_forms.BetaGeometricNbd(0.243, 4.414, 0.793, 2.426)
    table = shoppers.to_rfm("week")
    columns = [table[name].to_numpy() for name in ("frequency", "recency", "T")]
    assert (columns[2] == 39.0).all()
    truth = model.individual_log_likelihood(*columns).sum()
    fitted = closed_forms.fit_bg_nbd(*columns)
    assert 0.0 <= 2.0 * (fitted.log_likelihood - truth) < WILKS
    # Control: without what made them customers, the first order is taken for it, and those who buy
    # soon and stay are all that is seen.
    late = by_day(
        shoppers.to_transactions(opening=False), pd.Timestamp("2024-01-01") + pd.Timedelta(days=273)
    )
    columns = [late["frequency"].to_numpy(), *(late[name].to_numpy() / 7.0 for name in ("recency", "T"))]
    truth = model.individual_log_likelihood(*columns).sum()
    assert 2.0 * (closed_forms.fit_bg_nbd(*columns).log_likelihood - truth) > 2.0 * WILKS


def test_under_contract_there_is_no_summary_and_units_are_checked(courier_run, telecom_run):
    with pytest.raises(ConfigurationError, match="use to_survival"):
        telecom_run.to_rfm()
    with pytest.raises(ConfigurationError, match="did you mean 'week'"):
        courier_run.to_rfm("weeks")


def test_a_run_that_logged_some_only_is_repeated_for_all(courier_run):
    some = sim.simulate(courier_run.scenario, courier_run.strategy, 3, watch=[1, 2])
    pd.testing.assert_frame_equal(some.to_transactions(), courier_run.to_transactions())
