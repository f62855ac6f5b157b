"""Forecasts of present customers: with every mechanism off they are those of the closed forms."""

import numpy as np
import pandas as pd
import pytest
from calibration_firms import PLAIN, contract_table, orders_log, some_contracts

import sim
from sim.calibration import scenario_file
from sim.calibration.forecast.closed import closed_orders, closed_survival
from sim.calibration.forecast.people import buyers_given_past, people_of, subscribers_given_past
from sim.calibration.forecast.simulated import bases, forecast_runs, ticking
from sim.cli import main
from sim.cli.forecasts import horizon_of
from sim.report.forecast_table import forecast_table
from sim.world.errors import ConfigurationError
from sim.world.policy import timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

TRUTH = {
    "customers.orders.mean": 6.0,
    "customers.orders.shape": 0.8,
    "customers.exit.alpha": 0.7,
    "customers.exit.beta": 3.0,
}
RENEWING = {"customers.exit.alpha": 0.7, "customers.exit.beta": 3.0}


@pytest.fixture(scope="module", autouse=True)
def quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario_file, "CYCLES", 1)
        patch.setattr(scenario_file, "SEEDS", (101,))
        patch.setattr(scenario_file, "OCCASIONS", 2000)
        yield


def histories(count=4000):
    """Return customers who differ in what they have done so far."""
    generator = np.random.default_rng(1)
    frequency = generator.integers(0, 8, count).astype(float)
    age = generator.uniform(100.0, 400.0, count)
    recency = np.where(frequency > 0, age * generator.uniform(0.3, 1.0, count), 0.0)
    return pd.DataFrame({"key": range(count), "frequency": frequency, "recency": recency, "age": age})


def test_orders_of_present_customers_are_those_of_bg_nbd():
    past, worlds, weeks = histories(), 12, 26
    scenario = Scenario(name="firm").replace({**PLAIN, **TRUTH})
    counted = forecast_runs(scenario, [{}] * worlds, past, 7.0, weeks, 5, 2)
    draws = {
        "bg_nbd.r": np.array([0.8]),
        "bg_nbd.alpha": np.array([0.8 / 6.0 * 365.0 / 7.0]),
        "bg_nbd.a": np.array([0.7]),
        "bg_nbd.b": np.array([3.0]),
    }
    closed = closed_orders(draws, past, 7.0, weeks, np.array([0.0]))
    for name in ("orders", "by_frequency"):
        values = np.array([one[0][name] for one in counted])
        # four and a half standard errors over worlds, of all periods or groups at once
        error = 4.5 * values.std(axis=0, ddof=1) / np.sqrt(worlds)
        apart = np.abs(values.mean(axis=0) - closed[name][0])
        assert (apart[:8] <= np.maximum(error[:8], 0.02 * closed[name][0][:8])).all()
    totals = np.array([one[0]["orders"].sum() for one in counted])
    assert totals.mean() == pytest.approx(
        closed["orders"].sum(), abs=4.5 * totals.std(ddof=1) / np.sqrt(worlds)
    )
    # the negative control: without their past, customers order otherwise
    fresh = past.assign(frequency=0.0, recency=0.0)
    other = closed_orders(draws, fresh, 7.0, weeks, np.array([0.0]))
    assert abs(other["orders"].sum() - totals.mean()) > 20.0 * totals.std(ddof=1) / np.sqrt(worlds)


def test_contracts_that_go_on_survive_as_the_closed_form_says():
    past = pd.DataFrame(
        {
            "plan": ["a", "b", "a"],
            "renewals": [0.0, 3.0, 7.0],
            "phase": [10.0, 0.0, 20.0],
            "count": [1500.0, 1500.0, 1000.0],
        }
    )
    scenario = Scenario(name="firm").replace(
        {
            **PLAIN,
            **RENEWING,
            "customers.segments": {"a": {"share": 1.0}, "b": {"share": 1.0, "exit": 0.4}},
            "customers.relation": "contractual",
            "customers.contract.period": 91.25,
            "customers.orders.mean": 0.1,
        }
    )
    worlds = 8
    counted = forecast_runs(scenario, [{}] * worlds, past, 91.25, 6, 5, 2)
    survival = np.array([one[0]["survival"] for one in counted])
    closed = closed_survival(scenario, [{}], past, 91.25, 6)["survival"][0]
    error = 4.5 * np.sqrt(closed * (1.0 - closed) / (4000 * worlds))
    assert (np.abs(survival.mean(axis=0) - closed) <= error).all()
    assert (np.diff(closed) < 0.0).all()


def test_the_past_of_a_customer_narrows_what_he_is():
    scenario = Scenario(name="firm").replace({**PLAIN, **TRUTH})
    generator = np.random.default_rng(2)
    count = 20_000
    regular = {
        name: np.full(count, value)
        for name, value in (("frequency", 10.0), ("recency", 360.0), ("age", 365.0))
    }
    silent = {**regular, "recency": np.full(count, 60.0)}
    there, pace, force = buyers_given_past(scenario, regular, generator)
    assert there.mean() > 0.9
    assert pace.mean() == pytest.approx((0.8 + 10.0) / (0.8 / 6.0 + 1.0), rel=0.02)
    assert (1.0 - np.exp(-force)).mean() == pytest.approx(0.7 / 13.7, rel=0.05)
    assert buyers_given_past(scenario, silent, generator)[0].mean() < 0.05
    never = {**regular, "frequency": np.zeros(count), "recency": np.zeros(count)}
    assert buyers_given_past(scenario, never, generator)[0].all()
    long = subscribers_given_past(
        scenario, {"plan": np.zeros(count), "renewals": np.full(count, 20.0)}, generator
    )
    assert (1.0 - np.exp(-long)).mean() == pytest.approx(0.7 / 23.7, rel=0.05)


def test_ticks_fit_into_periods():
    assert [ticking(days) for days in (7.0, 28.0, 365.0 / 12.0, 91.25, 365.0, 10.0)] == [
        "week",
        "week",
        "month",
        "month",
        "month",
        "day",
    ]


def test_a_horizon_is_a_number_of_periods():
    assert horizon_of("12", None) == (12, None)
    assert horizon_of("39 weeks", None) == horizon_of("39weeks", "week") == (39, "week")
    assert horizon_of("6", "month") == (6, "month")
    for text, period in (("many", None), ("5 fortnights", None), ("39 weeks", "month"), ("-1", None)):
        with pytest.raises(ConfigurationError):
            horizon_of(text, period)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """Return a folder with a world calibrated from half a log, and the whole log."""
    home = tmp_path_factory.mktemp("firm")
    path = home / "orders.csv"
    truth = {**TRUTH, "customers.spend.mean": 40.0}
    orders_log(truth, 400, 1.5, 4).to_csv(path, index=False)
    sim.calibrate(orders=path, options={"end": "2022-12-31"}, draws=300).write(home)
    return home, path


def test_a_forecast_is_held_against_what_happened(firm):
    home, path = firm
    found = sim.forecast(home, horizon=5, holdout=path, worlds=20, workers=2)
    table = found.summary()
    whole = table[(table["quantity"] == "orders") & (table["period"] == "total")].iloc[0]
    log = pd.read_csv(path, parse_dates=["date"])
    log = log.assign(day=log["date"].dt.normalize()).drop_duplicates(["customer", "day"])
    day = (log["day"] - pd.Timestamp("2022-12-31")).dt.days
    later = ((day > 0) & (day <= 5 * 365.0 / 12.0)).sum()
    assert whole["actual"] == later > 100
    assert whole["low"] < whole["mean"] < whole["high"]
    errors = found.errors().set_index("quantity")
    assert {"orders", "by_frequency", "buyers", "revenue"} <= set(errors.index)
    worse = errors["simulated_error"] > errors["closed_error"]
    assert found.worse() == list(errors.index[worse])
    text = forecast_table(found)
    assert ("forecasts worse than BG/NBD" in text) == bool(found.worse())
    assert "prob" not in text
    assert (table[table["quantity"] == "by_frequency"]["period"].tolist()) == [*"0123456", "7+"]


def test_a_file_that_ends_early_is_held_against_its_part_only(firm, tmp_path):
    home, path = firm
    short = tmp_path / "short.csv"
    log = pd.read_csv(path)
    log[log["date"] < "2023-03-05"].to_csv(short, index=False)
    found = sim.forecast(home, horizon=5, holdout=short, worlds=20, workers=2)
    actual = found.holdout.counted["orders"]
    assert np.isfinite(actual).tolist() == [True, True, False, False, False]
    assert "by_frequency" not in found.holdout.counted
    log[log["date"] < "2022-12-31"].to_csv(short, index=False)
    with pytest.raises(ConfigurationError, match="has no order of the customers after 2022-12-31"):
        sim.forecast(home, horizon=5, holdout=short, worlds=20)


def test_contracts_are_forecast_by_period(tmp_path):
    path = tmp_path / "contracts.csv"
    contract_table(some_contracts(np.random.default_rng(5)), 300, 8, 1).to_csv(path, index=False)
    sim.calibrate(contracts=path, draws=300).write(tmp_path)
    found = sim.forecast(tmp_path, horizon=4, worlds=20, workers=2)
    table = found.summary()
    survival = table[table["quantity"] == "survival"]
    assert (np.diff(survival["mean"]) <= 0.0).all()
    assert (survival["closed"] - survival["mean"]).abs().max() < 0.1
    assert found.worse() == []


def test_a_series_of_renewals_is_forecast_and_held_against_its_next_years(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    years = [100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
    for name, most in (("early", 6), ("late", 8)):
        rows = ["year,alive"] + [f"{year},{value}" for year, value in enumerate(years[:most])]
        (tmp_path / f"{name}.csv").write_text("\n".join(rows))
    assert main(["calibrate", "survival=early.csv", "draws=300", "out=firm"]) == 0
    words = [
        "--config-dir",
        "firm",
        "forecast",
        "horizon=2 years",
        "holdout=late.csv",
        "worlds=20",
        "lang=ru",
    ]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "остались, %" in out
    assert "sBG" in out
    table = pd.read_csv(tmp_path / "outputs" / "forecast" / "forecast.csv")
    actual = table[table["quantity"] == "survival"]["actual"].to_numpy()
    assert actual == pytest.approx([51.7 / 55.1, 49.1 / 55.1], abs=1e-3)
    assert (tmp_path / "outputs" / "forecast" / "forecast.png").stat().st_size > 10_000
    # a table that only goes on: in percent, as shares, as customers of the thousand that shares are taken of
    for unit in (1.0, 0.01, 10.0):
        rows = ["year,alive"] + [f"{year},{unit * years[year]:.4g}" for year in (6, 7)]
        (tmp_path / "late.csv").write_text("\n".join(rows))
        assert main(words) == 0
        table = pd.read_csv(tmp_path / "outputs" / "forecast" / "forecast.csv")
        again = table[table["quantity"] == "survival"]["actual"].to_numpy()
        assert again == pytest.approx(actual, abs=1e-3)
    capsys.readouterr()
    for rows, message in (
        ("7,49.1", "begins with period 7; a table that goes on from period 6"),
        ("4,59.3\n5,55.1", "does not go beyond period 5"),
        ("6,80.0", "has 80 left after 55.1 in period 5"),
        ("6.5,50", "row 2: periods do not run on, one by one"),
    ):
        (tmp_path / "late.csv").write_text("year,alive\n" + rows)
        assert main(words) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["scenario=theirs"], "scenario: 'theirs' was not calibrated in"),
        (["horizon=0"], "horizon: 0 is outside its range"),
        (["horizon=200"], "horizon: 200 is outside its range; valid: 1 to 120 periods, ten years"),
        (["worlds=1"], "worlds: 1 is outside its range"),
        (["holdout=no.csv"], "no.csv: there is no such file"),
        (["period=fortnight"], "period: 'fortnight' is no period"),
        (["horizn=3"], "horizn: unknown key of tenure forecast; did you mean 'horizon'?"),
    ],
)
def test_a_mistake_gets_one_line_and_writes_nothing(firm, words, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home, _ = firm
    (home / "scenario").mkdir(exist_ok=True)
    assert main(["--config-dir", str(home), "forecast", *words]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_strategy_is_forecast_on_the_same_customers_with_the_same_luck(firm):
    home, _ = firm
    same = sim.forecast(home, horizon=3, worlds=20, workers=2, strategy="baseline")
    plain = sim.forecast(home, horizon=3, worlds=20, workers=2)
    table = same.summary()
    assert (table.loc[table["difference"].notna(), "difference"] == 0.0).all()
    assert (table.loc[table["strategy"].notna(), "strategy"] == table["mean"].dropna()).all()
    assert "difference" not in plain.summary()
    kept = table[table["quantity"] != "profit"]["mean"].to_numpy()
    assert np.array_equal(kept, plain.summary()["mean"].to_numpy(), equal_nan=True)
    found = sim.forecast(home, horizon=3, worlds=20, workers=2, strategy="training")
    costs = found.summary()
    total = costs[(costs["quantity"] == "profit") & (costs["period"] == "total")].iloc[0]
    assert total["difference"] != 0.0
    assert total["difference_low"] <= total["difference"] <= total["difference_high"]
    assert total["difference"] == pytest.approx(total["strategy"] - total["mean"])
    for lang, words in (("en", "under training"), ("ru", "стратегия «")):
        assert words in forecast_table(found, sim.language.words.words(lang))
        assert words not in forecast_table(plain, sim.language.words.words(lang))


def test_contracts_pay_at_their_renewals_and_have_the_habit_of_their_years():
    scenario = Scenario(name="firm").replace(
        {
            **PLAIN,
            "customers.relation": "contractual",
            "customers.contract.period": 365.0 / 12.0,
            "customers.contract.price": 20.0,
            "customers.exit.alpha": 1.0,
            "customers.exit.beta": 9.0,
            "customers.orders.mean": 5.0,
        }
    )
    past = pd.DataFrame({"plan": ["everyone"], "renewals": [30.0], "phase": [0.0], "count": [2000.0]})
    worlds = 5
    counted = forecast_runs(scenario, [{}] * worlds, past, 365.0 / 12.0, 4, 3, 2)
    survival = np.array([one[0]["survival"] for one in counted]).mean(axis=0)
    revenue = np.array([one[0]["revenue"] for one in counted]).mean(axis=0)
    # Who renews pays the next period: nothing else is revenue, neither orders nor what was paid before.
    assert revenue == pytest.approx(2000.0 * 20.0 * survival, rel=1e-9)
    base = next(bases(scenario, past, 1, 0.3, 1))
    people = people_of(base, 1)(scenario, timeline(scenario, Strategy(name="nothing")), 1)
    assert (people["contract_start"] > -24.0).all()
    years = scenario.behaviour.churn.inertia_years
    assert people["habit"] == pytest.approx(1.0 - np.exp(-30.0 / 12.0 / years), rel=1e-3)


def test_an_unknown_strategy_is_told_in_one_line(firm, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["--config-dir", str(firm[0]), "forecast", "strategy=trainig"]) == 2
    assert "did you mean 'training'?" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def summary_of(log, end):
    """Return frequency, recency and T, in days, of a log up to a day."""
    log = log[log["date"] <= pd.Timestamp(end) + pd.Timedelta(hours=23.99)]
    day = log["date"].dt.normalize()
    first, last = day.groupby(log["customer"]).min(), day.groupby(log["customer"]).max()
    number = day.groupby(log["customer"]).nunique() - 1
    table = pd.DataFrame({"frequency": number, "recency": (last - first).dt.days})
    table["T"] = (pd.Timestamp(end) - first).dt.days
    return table.reset_index()


def test_a_later_summary_is_held_against_the_forecast_from_an_earlier_one(firm, tmp_path):
    _, path = firm
    log = pd.read_csv(path, parse_dates=["date"])
    for name, end in (("early", "2022-12-31"), ("late", "2023-03-25"), ("later", "2023-04-15")):
        summary_of(log, end).to_csv(tmp_path / f"{name}.csv", index=False)
    options = {"unit": "days"}
    sim.calibrate(orders=tmp_path / "early.csv", options=options, draws=300).write(tmp_path)
    ahead = {"horizon": 12, "period": "week", "worlds": 20, "workers": 2}
    found = sim.forecast(tmp_path, **ahead, holdout=tmp_path / "late.csv")
    early, late = (pd.read_csv(tmp_path / f"{name}.csv") for name in ("early", "late"))
    table = found.summary()
    total = table[(table["quantity"] == "orders") & (table["period"] == "total")].iloc[0]
    assert total["actual"] == late["frequency"].sum() - early["frequency"].sum()
    errors = found.errors().set_index("quantity")
    assert set(errors.index) == {"by_frequency", "orders"}
    assert errors.loc["orders", "simulated_error"] == pytest.approx(abs(total["mean"] - total["actual"]))
    assert errors.loc["orders", "closed_error"] == pytest.approx(abs(total["closed"] - total["actual"]))
    assert "a summary 84 days later" in forecast_table(found)
    with pytest.raises(ConfigurationError, match="is 105 to 105 days later, the forecast goes 84"):
        sim.forecast(tmp_path, **ahead, holdout=tmp_path / "later.csv")
    with pytest.raises(ConfigurationError, match="give a later summary by customer"):
        sim.forecast(tmp_path, **ahead, holdout=path)
    late.drop(columns="customer").to_csv(tmp_path / "nobody.csv", index=False)
    with pytest.raises(ConfigurationError, match="names none of the customers"):
        sim.forecast(tmp_path, **ahead, holdout=tmp_path / "nobody.csv")
    late.assign(frequency=0.0, recency=0.0).to_csv(tmp_path / "fewer.csv", index=False)
    with pytest.raises(ConfigurationError, match="have fewer orders than before"):
        sim.forecast(tmp_path, **ahead, holdout=tmp_path / "fewer.csv")
