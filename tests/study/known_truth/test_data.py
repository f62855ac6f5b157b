"""Logs with known truth: estimators that ought to find it do, one that ought not does not."""

import json

import numpy as np
import pandas as pd
import pytest

import sim
from sim.study.known_truth.channels import ALL, CHANNELS, NONE
from sim.study.known_truth.data import ESTIMANDS, THIS_LUCK, BenchmarkData
from sim.study.known_truth.readme import FILES, readme
from sim.world.errors import ConfigurationError
from sim.world.strategy import Strategy

STRONG = Strategy(name="strong").replace(
    {"commitments.delivery": {"threshold": 12.0, "publicity": 1.0, "honest": False}}
)
"""A promise that is broken nearly always: it drives customers away."""
SILENT = {f"mechanisms.{name}": False for name in CHANNELS[ALL]}


def made(changes: dict, **settings: object) -> BenchmarkData:
    scenario = sim.load_scenario("courier").replace({"customers.count": 600, "time.horizon": 0.3, **changes})
    return sim.benchmark_data(scenario, STRONG, seed=3, **{"channel_lucks": 3, **settings})


@pytest.fixture(scope="module")
def together() -> BenchmarkData:
    """Return logs of customers who affect each other, treated the more the greater their risk."""
    return made({}, confounding=1.5, events=True)


@pytest.fixture(scope="module")
def alone() -> BenchmarkData:
    """Return logs of customers who live alone, treated by chance in both."""
    return made(SILENT, confounding=0.0)


def true(
    data: BenchmarkData, estimand: str, log: str, outcome: str = "stayed", *, lucks: bool = True
) -> float:
    table = data.truth()
    chosen = table[
        (table.estimand == estimand)
        & (table.log == log)
        & (table.outcome == outcome)
        & ((table.over != THIS_LUCK) == lucks)
    ]
    return float(chosen.value.item())


def said(data: BenchmarkData, estimate: str, outcome: str = "stayed") -> pd.Series:
    table = data.estimates()
    return table[(table.estimate == estimate) & (table.outcome == outcome)].iloc[0]


@pytest.mark.parametrize("world", ["together", "alone"])
def test_by_intention_to_treat_the_truth_is_found(world, request):
    data = request.getfixturevalue(world)
    found = said(data, "intention to treat")
    truth = true(data, "direct effect", "randomised")
    assert found.low < truth < found.high
    assert found.high < 0.0  # and it is told from nothing
    spend = said(data, "intention to treat", "revenue")
    assert spend.low < true(data, "direct effect", "randomised", "revenue", lucks=False) < spend.high


def test_the_naive_comparison_misses_it_and_weights_mend_it(together):
    truth = true(together, "average effect", "both")
    naive = said(together, "naive")
    # Those at risk leave anyway: it looks worse than it is, by more than the interval and its half again.
    assert naive.high + 0.5 * (naive.high - naive.low) < truth
    weighted = said(together, "weighted by true propensities")
    assert weighted.low < truth < weighted.high


def test_without_confounding_the_naive_comparison_finds_it(alone):
    naive = said(alone, "naive")
    assert naive.low < true(alone, "average effect", "both") < naive.high
    assert (alone.selection.propensity == 0.5).all()


def test_alone_spillover_is_exactly_nothing(alone):
    table = alone.truth()
    spills = table[table.estimand.str.startswith("spillover")]
    assert len(spills) == 17
    assert (spills.value == 0.0).all()
    assert (alone.channels()[["effect", "low", "high"]] == 0.0).all(axis=None)
    people = alone.truth_customers()
    for log, treated in (("randomised", alone.half), ("observational", alone.selection.chosen)):
        for outcome in ("stayed", "orders", "revenue"):
            would = np.where(treated, people[f"{outcome}_everybody"], people[f"{outcome}_nobody"])
            np.testing.assert_array_equal(people[f"{outcome}_{log}"], would)


def test_together_spillover_has_a_channel_and_all_adds_up(together):
    channels = together.channels().set_index("channel")
    assert list(channels.index) == list(CHANNELS)
    assert (channels.loc[NONE, ["effect", "low", "high"]] == 0.0).all()
    assert (channels.loc[[ALL, "word of mouth alone"], "effect"] != 0.0).all()
    people = together.truth_customers()
    spared = ~together.half
    moved = (people["orders_randomised"] != people["orders_nobody"])[spared]
    assert 0.0 < moved.mean() < 0.9
    parts = [
        true(together, name, "randomised", "orders", lucks=False)
        for name in ("direct effect", "spillover on those not treated", "spillover on those treated")
    ]
    whole = (people["orders_everybody"] - people["orders_nobody"])[together.half].mean()
    assert sum(parts) == pytest.approx(whole)


def test_individual_truth_is_that_of_the_study_of_individuals(together):
    people = together.truth_customers()
    assert people["effect"].mean() == pytest.approx(true(together, "average effect", "both"))
    chosen = together.selection.chosen
    there = true(together, "average effect on the chosen", "observational")
    assert people.loc[chosen, "effect"].mean() == pytest.approx(there)
    assert together.luck not in together.effects.lucks
    np.testing.assert_array_equal(people["stays_with"] - people["stays_without"], people["effect"])
    assert "exit_force" in people


def test_tables_hold_what_a_firm_has_and_logs_what_was_paid(together):
    tables = together.tables
    assert set(tables) == set(FILES)
    for log in ("randomised", "observational"):
        customers, payments = tables[f"{log}_customers"], tables[f"{log}_transactions"]
        assert "exit_force" not in customers
        paid = payments[payments["kind"] == "order"].groupby("customer_id")["amount"].sum()
        by = customers.set_index("customer_id")["revenue"]
        np.testing.assert_allclose(paid.reindex(by.index).fillna(0.0), by)
        events = tables[f"{log}_events"]
        assert (events["event_name"] == "purchase").sum() == (payments["kind"] == "order").sum()
        assert events["date"].is_monotonic_increasing
    np.testing.assert_array_equal(
        tables["randomised_customers"]["order_rate"], tables["observational_customers"]["order_rate"]
    )
    assert {"score", "propensity"} <= set(tables["observational_customers"].columns)


def test_a_folder_is_written_whole_with_the_truth_in_its_manifest(together, tmp_path):
    together.write(tmp_path / "here")
    written = {path.name for path in (tmp_path / "here").iterdir()}
    names = {f"{name}.{kind}" for name in FILES for kind in ("csv", "parquet")}
    assert written == names | {"README.md", "manifest.json"}
    manifest = json.loads((tmp_path / "here" / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == written - {"manifest.json"}
    assert manifest["estimands"] == dict(ESTIMANDS)
    assert len(manifest["truth"]) == len(together.truth())
    assert manifest["seeds"]["logs"] == together.luck
    assert manifest["selection"]["by"] == "risk"
    for name in FILES:
        one = pd.read_csv(tmp_path / "here" / f"{name}.csv")
        other = pd.read_parquet(tmp_path / "here" / f"{name}.parquet")
        assert list(one.columns) == list(other.columns)
        assert len(one) == len(other)
    text = (tmp_path / "here" / "README.md").read_text(encoding="utf-8")
    assert text == readme(together)
    assert all(f"`{name}`" in text for name in FILES)


def test_the_same_seed_gives_the_same_and_hidden_hides():
    tiny = {"customers.count": 60, "time.horizon": 0.1}
    once, again = made(tiny, channel_lucks=2), made(tiny, channel_lucks=2, hidden=True, workers=1)
    pd.testing.assert_frame_equal(again.truth(), once.truth())
    table = again.tables["observational_customers"]
    assert not {"score", "propensity"} & set(table.columns)
    seen = once.tables["observational_customers"]
    pd.testing.assert_frame_equal(table, seen.drop(columns=["score", "propensity"]))
    assert "hidden" in readme(again)
    assert "hidden" not in readme(once)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"confounding": 4.0}, "confounding: 4 is outside its range; valid: 0 to 3"),
        ({"chosen_by": "risks"}, "chosen_by: unknown rule 'risks'; did you mean 'risk'"),
        ({"channel_lucks": 1}, "channel_lucks: 1 is outside its range; valid: at least 2"),
        ({"lucks": 10}, "lucks: 10 is outside its range"),
        ({"start": "soon"}, "start: 'soon' is no date"),
    ],
)
def test_mistakes_are_told_before_anything_runs(settings, said):
    with pytest.raises(ConfigurationError) as error:
        made({}, **settings, progress=lambda done, total: pytest.fail("it ran"))
    assert said in str(error.value)
