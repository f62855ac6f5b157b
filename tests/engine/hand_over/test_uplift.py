"""Treatment, outcomes and covariates: of a pilot, and of two worlds with the same luck."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.hand_over.columns import COLUMNS
from sim.engine.hand_over.uplift import ASSIGNMENT, OUTCOMES
from sim.study.metrics import retention_rate, survival_rate
from sim.world.errors import ConfigurationError
from sim.world.strategy import Strategy


@pytest.fixture(scope="module")
def pilot():
    """Return a run in which a fifth of the households and offices was drawn for a guarantee."""
    scenario = sim.load_scenario("courier").replace({"customers.count": 1000, "time.horizon": 0.3})
    strategy = sim.load_strategies(["pilot"], scenario)[0]
    return sim.simulate(scenario, strategy.replace({"eligibility.segments": ["households", "offices"]}), 3)


def test_a_pilot_has_those_who_could_be_drawn_by_chance(pilot):
    table = pilot.to_uplift()
    segments = pilot.customers.loc[table.index, "segment"]
    assert set(segments) == {"households", "offices"}
    assert len(table) == pilot.customers.loc[:999, "segment"].isin(["households", "offices"]).sum()
    assert (table["propensity"] == 0.2).all()
    share = table["treated"].mean()
    assert abs(share - 0.2) < 4.0 * np.sqrt(0.2 * 0.8 / len(table))
    assert (table.loc[table["treated"] == 0, "reached"] == 0).all()
    assert table.loc[table["treated"] == 1, "reached"].mean() > 0.9


def test_causalml_finds_what_it_asks_for(pilot):
    table = pilot.to_uplift(covariates="all")
    assert list(table.columns[:9]) == [*ASSIGNMENT, *OUTCOMES]
    assert set(table["treatment"]) == {"control", "pilot"}  # text, or numbers of which 0 is the control
    assert ((table["treatment"] == "pilot") == (table["treated"] == 1)).all()
    x = table.drop(columns=[*ASSIGNMENT, *OUTCOMES])
    assert x.to_numpy(dtype=float).shape == (len(table), x.shape[1])
    assert np.isfinite(x.to_numpy(dtype=float)).all()
    assert set(table["stayed"]) == {0, 1}
    assert {name for name in table.columns if not name.startswith("segment_")} <= set(COLUMNS)


def test_outcomes_are_the_metrics_of_the_run(courier_run, telecom_run):
    for run in (courier_run, telecom_run):
        bare = sim.simulate(run.scenario, Strategy(name="nothing"), 3)
        table = run.to_uplift(against=bare)
        mine = table[table["treatment"] == run.strategy.name]
        assert mine["stayed"].mean() == pytest.approx(survival_rate(run), abs=1e-12)
        assert mine["retained"].mean() == pytest.approx(retention_rate(run), abs=1e-12)
        assert mine["orders"].sum() <= run.ledger["orders"].sum()


def test_two_worlds_hold_each_customer_twice(courier_run):
    treated = sim.simulate(
        courier_run.scenario, sim.load_strategies(["over_promise"], courier_run.scenario)[0], 3
    )
    table = treated.to_uplift(against=courier_run)
    arms = dict(tuple(table.groupby("treatment")))
    assert set(arms) == {"control", "over_promise"}
    assert arms["control"].index.equals(arms["over_promise"].index)
    pd.testing.assert_frame_equal(
        arms["control"].drop(columns=[*ASSIGNMENT, *OUTCOMES]),
        arms["over_promise"].drop(columns=[*ASSIGNMENT, *OUTCOMES]),
    )
    effect = arms["over_promise"]["stayed"].mean() - arms["control"]["stayed"].mean()
    assert effect == pytest.approx(survival_rate(treated) - survival_rate(courier_run), abs=1e-12)
    assert (table["propensity"] == 0.5).all()
    assert (arms["control"]["reached"] == 0).all()
    assert arms["over_promise"]["reached"].all()


def test_runs_that_cannot_be_compared_are_told(courier_run, telecom_run):
    with pytest.raises(ConfigurationError, match="leaves no two groups to compare; a share between 0 and 1"):
        courier_run.to_uplift()
    with pytest.raises(ConfigurationError, match="is not of the same customers with the same luck"):
        courier_run.to_uplift(against=telecom_run)
    other = sim.simulate(courier_run.scenario, Strategy(name="nothing"), 4)
    with pytest.raises(ConfigurationError, match="is not of the same customers"):
        courier_run.to_uplift(against=other)
    with pytest.raises(ConfigurationError, match="is the run itself"):
        courier_run.to_uplift(against=courier_run)
