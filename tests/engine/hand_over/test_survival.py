"""How long customers stay, as lifelines reads it and as the run itself counts it."""

import numpy as np
import pytest

import sim
from sim.behaviour.events import FAILURE
from sim.engine.hand_over.columns import COLUMNS
from sim.study.metrics import survival_rate
from sim.world.errors import ConfigurationError

# Of pandas, for how lifelines calls it.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize("name", ["courier_run", "telecom_run"])
def test_kaplan_meier_is_the_survival_of_the_run(name, request):
    from lifelines import KaplanMeierFitter

    run = request.getfixturevalue(name)
    table = run.to_survival()
    fitted = KaplanMeierFitter().fit(table["duration"], event_observed=table["event"])
    days = run.scenario.time.tick_days * np.arange(1, run.scenario.time.ticks + 1)
    counted = run.ledger["cohort"].sum(axis=1) / run.scenario.customers.count
    # A customer who leaves in the very last moment of a tick is gone in the ledger of that tick.
    np.testing.assert_allclose(fitted.predict(days), counted, rtol=0.0, atol=1e-12)
    assert 0.2 < counted[-1] < 0.95
    assert fitted.predict(days[-1]) == pytest.approx(survival_rate(run), abs=1e-12)


@pytest.mark.parametrize(("factor", "sign"), [(3.0, 1.0), (0.3, -1.0), (1.0, 0.0)])
def test_cox_finds_the_direction_of_a_known_covariate(factor, sign):
    from lifelines import CoxPHFitter

    scenario = sim.load_scenario("telecom").replace(
        {
            "customers.segments": {"usual": {"share": 1.0}, "other": {"share": 1.0, "exit": factor}},
            "customers.count": 800,
            "time.horizon": 2.0,
        }
    )
    run = sim.simulate(scenario, sim.load_strategies(["baseline"], scenario)[0], 3)
    found = CoxPHFitter().fit(run.to_survival(), "duration", "event").summary.loc["segment_other"]
    # By chance alone a coefficient lies four standard errors from 0 once in 16,000 samples.
    assert sign * found["z"] > 4.0 if sign else abs(found["z"]) < 4.0


def test_cox_finds_what_only_the_simulation_knows(telecom_run):
    from lifelines import CoxPHFitter

    table = telecom_run.to_survival("all")[["duration", "event", "exit_force", "leadership"]]
    latent = CoxPHFitter().fit(table, "duration", "event").summary
    assert latent.loc["exit_force", "z"] > 5.0
    assert abs(latent.loc["leadership", "z"]) < 4.0  # control: it moves others, not oneself


def test_covariates_are_numbers_that_differ(courier_run, telecom_run):
    for run in (courier_run, telecom_run):
        for which in ("known", "all"):
            table = run.to_survival(which)
            assert table.index.name == "customer_id"
            assert table.index.tolist() == list(range(run.scenario.customers.count))
            assert all(np.issubdtype(kind, np.number) for kind in table.dtypes)
            assert np.isfinite(table.to_numpy()).all()
            assert (table.nunique() > 1).all()
            unknown = {name for name in table.columns if not name.startswith("segment_")} - set(COLUMNS)
            assert not unknown
    assert "exit_force" in courier_run.to_survival("all")
    assert "exit_force" not in courier_run.to_survival()
    assert list(courier_run.to_survival("none").columns) == ["duration", "event"]
    with pytest.raises(ConfigurationError, match="did you mean 'known'"):
        courier_run.to_survival("knwon")


def test_covariates_are_those_before_the_first_tick(courier_run):
    other = sim.simulate(
        courier_run.scenario, sim.load_strategies(["over_promise"], courier_run.scenario)[0], 3
    )
    mine, theirs = courier_run.to_survival("all"), other.to_survival("all")
    assert mine.drop(columns=["duration", "event"]).equals(theirs.drop(columns=["duration", "event"]))
    assert theirs["event"].mean() > mine["event"].mean() + 0.1


def test_causes_stand_where_somebody_left(telecom_run):
    table = telecom_run.to_survival("none", cause=True)
    assert ((table["cause"] != "") == (table["event"] == 1)).all()
    assert "for the price" in set(table["cause"])


def test_who_joined_is_counted_from_then(courier_run):
    table = courier_run.to_survival("none", joined=True)
    people = courier_run.customers.loc[table.index]
    late = people["acquired_hour"] > 0.0
    assert late.sum() > 5
    assert (table["duration"] > 0.0).all()
    days = 52 * 7 - people.loc[late & (people["active"] == 1), "acquired_hour"] / 24.0
    np.testing.assert_allclose(table.loc[days.index, "duration"], days)


def test_the_long_form_tiles_each_life_and_counts_what_came_before(courier_run):
    whole = courier_run.to_survival()
    long = courier_run.to_survival(varying=True)
    assert list(long.columns[:7]) == [
        "customer_id", "start", "stop", "event", "failures", "complaints", "promises_broken",
    ]  # fmt: skip
    by = long.groupby("customer_id")
    np.testing.assert_allclose(by["stop"].max(), whole["duration"])
    assert (by["start"].min() == 0.0).all()
    assert (long["start"] < long["stop"]).all()
    same = long["customer_id"] == long["customer_id"].shift(-1)
    assert (long["stop"][same] == long["start"].shift(-1)[same]).all()
    assert (by["event"].sum() == whole["event"]).all()
    assert (by["event"].last() == whole["event"]).all()
    log = courier_run.with_log().log
    log = log[log["customer"] < 400]
    left = whole.loc[log["customer"], "duration"].to_numpy()
    before = (log["event"] == FAILURE) & (log["hour"] / 24.0 < left)
    np.testing.assert_array_equal(by["failures"].last(), np.bincount(log["customer"][before], minlength=400))


def test_failures_bring_leaving_forward_in_a_cox_model_of_time(courier_run):
    from lifelines import CoxTimeVaryingFitter

    scenario = courier_run.scenario.replace({"customers.segments": {"everyone": {}}, "customers.count": 800})
    fits = []
    for shock in (True, False):
        world = scenario.replace({"mechanisms.churn": shock})
        run = sim.simulate(world, courier_run.strategy, 3)
        long = run.to_survival(varying=True).drop(columns=["price", "complaints", "promises_broken"])
        # Who orders more fails more and leaves sooner: a failure is held against customers alike in that.
        long["order_rate"] = np.log(long["order_rate"])
        fits.append(
            CoxTimeVaryingFitter().fit(
                long, id_col="customer_id", event_col="event", start_col="start", stop_col="stop"
            ).summary.loc["failures"]
        )  # fmt: skip
    assert fits[0]["coef lower 95%"] > 0.0
    assert fits[0]["coef"] > fits[1]["coef"]
