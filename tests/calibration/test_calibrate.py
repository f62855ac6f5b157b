"""From a file to a scenario that runs: what is written, what is read back, what is drawn, what is refused."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import yaml
from calibration_firms import contract_table, few_runs, orders_log, some_contracts, some_orders

import sim
from sim.calibration import scenario_file
from sim.calibration.posterior import Estimate, Finding, Statistic, Unsettled, joined, shrinkage
from sim.calibration.posterior_files import load_posterior
from sim.cli import main
from sim.study.doubt import drawn_worlds
from sim.study.posterior_draws import read_draws
from sim.world.assumptions import assumptions
from sim.world.errors import ConfigurationError


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Find reference states and fits with few runs: what they are is not what is tested here."""
    with pytest.MonkeyPatch.context() as patch:
        few_runs(patch)
        patch.setattr(scenario_file, "CYCLES", 1)
        patch.setattr(scenario_file, "SEEDS", (101,))
        patch.setattr(scenario_file, "OCCASIONS", 2000)
        yield


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Return the log of a firm, with days only, promised and actual dates and scores."""
    path = tmp_path_factory.mktemp("data") / "orders.csv"
    frame = orders_log(some_orders(np.random.default_rng(3)), 300, 1.0, 1)
    frame["date"] = frame["date"].dt.normalize()
    generator = np.random.default_rng(2)
    frame["promised"] = frame["date"] + pd.Timedelta(days=5)
    wait = np.round(np.exp(1.2 + 0.5 * generator.normal(size=len(frame))))
    frame["delivered"] = frame["date"] + pd.to_timedelta(wait, unit="D")
    frame["score"] = np.where(wait > 5.0, 2, 5)
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def folder(log, tmp_path_factory):
    """Return a user's folder with a world calibrated from that log."""
    home = tmp_path_factory.mktemp("firm")
    sim.calibrate(orders=log, options={"end": "2023-01-01"}, draws=300, scenario="fashion").write(
        home, "text"
    )
    return home


def scenario_of(folder):
    return sim.load_scenario(folder / "scenario" / "mine.yaml")


def test_every_value_of_the_scenario_says_where_it_is_from(folder):
    plain = yaml.safe_load((folder / "scenario" / "mine.yaml").read_text(encoding="utf-8"))
    said = {item.path: (item.mark, item.source) for item in assumptions(scenario_of(folder))}
    assert set(said) == set(plain["evidence"])
    starts = ("from your data", "from literature", "assumed", "computed")
    assert {path: source for path, (_, source) in said.items() if not source.startswith(starts)} == {}
    assert said["customers.orders.mean"] == ("estimated", "from your data: likelihood of BG/NBD, orders.csv")
    assert said["service.delivery.median"][1].startswith("from your data: dates of promise")
    assert said["economics.margin"][1].startswith("assumed: as in 'fashion'")
    assert said["reference.trust"][1].startswith("computed")
    # what was estimated for the base was not estimated for this firm
    assert all(mark == "estimated" for mark, source in said.values() if source.startswith("from your data"))


def test_what_is_written_is_read_back(folder, log):
    posterior = load_posterior(folder, "mine")
    scenario = scenario_of(folder)
    values = {item.path: item.value for item in assumptions(scenario)}
    for path in posterior.draws:
        assert values[path] == pytest.approx(posterior.median(path), rel=1e-5)
        low, high = posterior.interval(path)
        assert low <= values[path] <= high
    manifest = json.loads((folder / "calibration" / "mine" / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["data"]["orders"]["sha256"]) == 64
    assert manifest["options"]["end"] == "2023-01-01"
    assert {"numpy", "scipy"} <= set(manifest["packages"])
    table = pd.read_csv(log, parse_dates=["date", "delivered"])
    days = (table.drop_duplicates()["delivered"] - table.drop_duplicates()["date"]).dt.days
    assert posterior.statistic("orders.late").value == pytest.approx((days > 5).mean())
    assert posterior.statistic("orders.late.in_time.score").value == 5.0
    assert len(posterior.histories) == 300


def test_money_is_taken_from_the_base_and_says_so(log, folder):
    (said,) = [item for item in load_posterior(folder, "mine").unsettled if item.path == "economics"]
    assert "those of 'fashion', taken for RUB" in said.why
    assert "currency=…" in said.remedy
    other = sim.calibrate(orders=log, draws=200, currency="EUR").scenario
    assert other.economics.currency == "EUR"
    assert other.evidence["economics.currency"].source == "from your data: told with currency=…"
    assert other.evidence["customers.segments.everyone.share"].mark == "design choice"


def test_worlds_are_drawn_from_whole_rows_of_the_posterior(folder):
    scenario = scenario_of(folder)
    joint = read_draws(folder / "scenario" / "mine.posterior.parquet")
    items, drawn = drawn_worlds(scenario, 50, 3)
    rows = np.column_stack([joint.columns[path] for path in joint.columns])
    for values in drawn:
        row = np.array([values[path] for path in joint.columns])
        assert (rows == row).all(axis=1).any()
    assert len({values["customers.orders.mean"] for values in drawn}) > 40
    assert {"behaviour.trust.broken_loss", "customers.orders.mean"} <= {item.path for item in items}
    assert drawn_worlds(scenario, 50, 3)[1] == drawn


def test_what_somebody_has_set_since_is_not_drawn(folder):
    scenario = scenario_of(folder).replace({"customers.orders.mean": 7.0})
    _, drawn = drawn_worlds(scenario, 10, 3)
    assert all("customers.orders.mean" not in values for values in drawn)
    assert all("customers.orders.shape" in values for values in drawn)
    _, none = drawn_worlds(scenario.replace({"posterior": ""}), 10, 3)
    assert all("customers.orders.shape" not in values for values in none)


def test_a_damaged_posterior_is_told_in_one_line(folder, tmp_path):
    broken = tmp_path / "x.parquet"
    with pytest.raises(ConfigurationError, match=r"scenario\.posterior: .*is not there; calibrate anew"):
        read_draws(broken)
    broken.write_bytes(b"nothing")
    with pytest.raises(ConfigurationError, match=r"scenario\.posterior"):
        read_draws(broken)
    pd.DataFrame({"a": [1.0]}).to_parquet(broken)
    with pytest.raises(ConfigurationError, match="holds no draws"):
        read_draws(broken)
    with pytest.raises(ConfigurationError, match="'their' was not calibrated in"):
        load_posterior(folder, "their")


def test_the_world_runs_by_its_name(folder, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["--config-dir", str(folder), "scenario=mine", "strategies=[baseline,guarantee]"]
    words += [
        "customers=60",
        "replications=2",
        "scenario.time.horizon=0.3",
        "assumptions=10",
        "hydra.run.dir=out",
    ]
    assert main(words) == 0
    assert "10 worlds drawn" in capsys.readouterr().out
    drawn = pd.read_csv(tmp_path / "out" / "assumption_draws.csv")
    assert drawn["customers.orders.mean"].nunique() == 10


def test_the_command_writes_a_world_or_nothing(log, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", f"orders={log}", "end=2023-01-01", "draws=200", "lang=ru"]) == 0
    out = capsys.readouterr().out
    assert "что прочитано" in out
    assert "customers.orders.mean" in out
    assert (tmp_path / "my_firm" / "scenario" / "mine.yaml").is_file()
    assert list(tmp_path.rglob(".unfinished*")) == []


MISTAKES = {
    (): "calibrate: is given no data; one of orders=FILE",
    ("orders=no.csv",): "no.csv: there is no such file",
    ("ordres=no.csv",): "ordres: unknown key of tenure calibrate; did you mean 'orders'?",
    ("orders=a.csv", "contracts=b.csv"): "contracts: is given together with orders",
    ("orders=a.csv", "orders=b.csv"): "orders: is given twice",
    ("orders",): "orders: is no setting",
    ("orders=LOG", "columns.customer=client"): "columns.customer: 'LOG' has no column 'client'",
    ("orders=LOG", "dates=american"): "dates: 'american' is not known",
    ("orders=LOG", "end=yesterday"): "end: 'yesterday' is no date",
    ("orders=LOG", "scenario=curier"): "scenario: unknown scenario 'curier'; did you mean 'courier'?",
    ("orders=LOG", "name=my world"): "name: 'my world' cannot stand in a key",
    ("orders=LOG", "draws=5"): "draws: 5 is outside its range",
    ("orders=LOG", "lang=de"): "lang: 'de' is not a choice",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_gets_one_line_and_writes_nothing(words, log, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", *(word.replace("LOG", str(log)) for word in words)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"tenure: {MISTAKES[words].replace('LOG', str(log))}")
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_contracts_give_kinds_of_customers(tmp_path):
    truth = some_contracts(np.random.default_rng(5)) | {"customers.segments.plus.exit": 0.3}
    path = tmp_path / "contracts.csv"
    contract_table(truth, 600, 10, 1).to_csv(path, index=False)
    found = sim.calibrate(contracts=path, draws=300)
    segments = found.scenario.customers.segments
    assert list(segments) == ["basic", "plus"]
    assert segments["plus"].exit == pytest.approx(0.3, rel=0.5)
    assert segments["basic"].exit == 1.0
    assert found.scenario.customers.relation == "contractual"
    assert found.scenario.behaviour.churn.inertia == 0.0  # no habit shows, and none was simulated


def test_a_unit_of_the_base_is_converted_and_its_promises_left_out(log):
    found = sim.calibrate(orders=log, options={"end": "2023-01-01"}, draws=200, scenario="courier")
    courier = sim.load_scenario("courier")
    delivery = found.scenario.service.delivery
    assert delivery.unit == "days"
    minutes = courier.service.delivery.half_value
    assert delivery.half_value == pytest.approx(minutes / (24.0 * 60.0), rel=1e-4)
    assert "guarantee" not in found.scenario.strategies
    assert "fast_recovery" in found.scenario.strategies


def finding(path, width, rows=100, **more):
    draws = np.exp(np.linspace(-width, width, rows))
    return Finding({path: draws}, (Estimate(path, "x", "counted", (np.exp(-1.0), np.exp(1.0))),), **more)


def test_settled_is_what_is_clearly_narrower():
    path = "customers.orders.mean"
    assert joined([finding(path, 0.4)]).settled(path)
    assert not joined([finding(path, 0.9)]).settled(path)
    doubted = finding(path, 0.1, unsettled=(Unsettled("customers.orders", "why", "what"),))
    assert not joined([doubted]).settled(path)
    assert shrinkage((0.0, 1.0), (0.0, 4.0)) == 0.25


def test_a_later_finding_settles_what_an_earlier_one_left_open():
    path = "customers.orders.mean"
    left = Finding(
        unsettled=(Unsettled(path, "why", "what"),), statistics=(Statistic("a", 1.0, 0.1, 5, "m"),)
    )
    assert [item.path for item in joined([left]).unsettled] == [path]
    assert joined([left, finding(path, 0.1)]).unsettled == ()
    with pytest.raises(ValueError, match="different numbers of draws"):
        joined([finding(path, 0.1), finding("customers.orders.shape", 0.1, rows=50)])
    with pytest.raises(ConfigurationError, match="say nothing"):
        joined([Finding()])


@pytest.fixture
def odd_log(log, tmp_path):
    """Return a log in which something is wrong with some rows."""
    path = tmp_path / "odd.csv"
    rows = ["nobody,never,3,,,", ",2022-03-03,3,,,", "c1,2022-03-03,-5,,,", "c1,2099-01-01,5,,,"]
    text = log.read_text(encoding="utf-8")
    header, first, *_ = text.splitlines()
    path.write_text(text + "\n".join([first, *rows]) + "\n", encoding="utf-8")
    assert header.startswith("customer,date,amount,promised,delivered,score")
    return path


def test_the_command_in_russian_has_no_english_word(odd_log, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["calibrate", "orders=odd.csv", "name=eigen", "draws=200", "check=20", "lang=ru", "out=firm"]
    assert main(words) == 0
    out = capsys.readouterr().out
    for reason in ("ожидается", "пуст", "отрицательная сумма", "в будущем", "повторяет более раннюю строку"):
        assert reason in out
    names = "ln L|BG/NBD|Gamma-Gamma|UTF-8|EUR|economics:"
    typed = rf"tenure --config-dir.*|\S*[./]\S*|\w+ = \S+|\w+=\S*|«\w+»|{names}"
    assert re.findall(r"[A-Za-z]{2,}", re.sub(typed, " ", out)) == []
    folder = tmp_path / "firm" / "calibration" / "eigen"
    page = (folder / "calibration.html").read_text(encoding="utf-8")
    assert '<html lang="ru">' in page
    assert page.count("<figcaption>") > 5
    assert "tenure calibrate orders=odd.csv" in page
    assert "calibration.html" in out
    posterior = load_posterior(tmp_path / "firm", "eigen")
    assert len(posterior.predicted) > 10


def test_no_firm_is_simulated_where_none_is_asked_for(log, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    # without scores: where there are some, fits by simulation leave figures of simulated firms behind
    bare = tmp_path / "bare.csv"
    pd.read_csv(log).drop(columns="score").to_csv(bare, index=False)
    log = bare
    assert main(["calibrate", f"orders={log}", "draws=200", "check=0", "out=firm"]) == 0
    folder = tmp_path / "firm" / "calibration" / "mine"
    assert "No figure of your data was held against" in (folder / "calibration.html").read_text("utf-8")
    assert not (folder / "predicted.csv").exists()
    capsys.readouterr()
    assert main(["calibrate", f"orders={log}", "draws=200", "check=5", "out=other"]) == 2
    assert capsys.readouterr().err == "tenure: check: 5 is outside its range; valid: 20 to 2000 firms\n"
    assert not (tmp_path / "other").exists()
