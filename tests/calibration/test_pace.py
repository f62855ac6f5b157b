"""With the mechanisms on, a calibrated world orders as often as its data."""

import numpy as np
import pytest
from calibration_firms import orders_log, world

import sim
from sim.calibration import pace, scenario_file
from sim.calibration.forecast.people import buyers_given_past
from sim.engine.simulation import simulate
from sim.study.posterior_draws import read_draws
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

TRUTH = {
    "customers.orders.mean": 8.0,
    "customers.orders.shape": 1.0,
    "customers.exit.alpha": 0.6,
    "customers.exit.beta": 6.0,
}
OUT_OF_STOCK = 0.25


@pytest.fixture(scope="module", autouse=True)
def quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario_file, "CYCLES", 1)
        patch.setattr(scenario_file, "SEEDS", (101,))
        patch.setattr(scenario_file, "OCCASIONS", 2000)
        patch.setattr(pace, "OCCASIONS", 20_000)
        yield


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return a calibration on a base in which a quarter of what is wanted cannot be had."""
    path = tmp_path_factory.mktemp("log") / "orders.csv"
    orders_log(TRUTH, 600, 1.0, 3).to_csv(path, index=False)
    base = Scenario(name="empty_shelves").replace(
        {"service.unavailable.rate": OUT_OF_STOCK, "time.tick": "week"}
    )
    return sim.calibrate(orders=path, scenario=base, draws=300, options={"end": "2022-12-31"})


def test_the_pace_of_a_world_without_mechanisms_is_one():
    scenario = world({**TRUTH, "time.tick": "week"})
    # Orders are Poisson at the rates of those who are there: a relative error of 1 / √n, 4 of which.
    assert pace.realised_pace(scenario, 1.0) == pytest.approx(1.0, abs=4.0 / np.sqrt(2 * 15_000))


def test_what_cannot_be_had_slows_the_pace_and_raises_the_rate_that_is_written(found):
    assert 1.0 - OUT_OF_STOCK - 0.1 < found.posterior.manifest["pace"] < 1.0 - OUT_OF_STOCK + 0.03
    closed = found.posterior.closed_draws
    mean = 365.0 / 7.0 * closed["bg_nbd.r"] / closed["bg_nbd.alpha"]
    assert found.posterior.draws[pace.MEAN] == pytest.approx(mean / found.posterior.manifest["pace"])
    assert found.scenario.customers.orders.mean == pytest.approx(found.posterior.median(pace.MEAN), rel=1e-5)


def test_the_calibrated_world_orders_as_often_as_its_data(found):
    frequency = found.posterior.histories["frequency"].to_numpy()
    error = frequency.std(ddof=1) / np.sqrt(len(frequency))

    def mean(scenario):
        scenario = scenario.replace(
            {"customers.count": 2000, "time.horizon": 364.0 / 365.0, "market.prospects": 0.0}
        )
        runs = [simulate(scenario, Strategy(name="nothing"), seed) for seed in (1, 2, 3)]
        return np.mean([run.population["orders"][:2000].mean() for run in runs])

    # Days on which somebody ordered twice count once in the data: a percent of their orders.
    assert mean(found.scenario) == pytest.approx(frequency.mean(), abs=3.0 * error)
    # the negative control: at the rate that the closed form says, too few
    rate = found.scenario.customers.orders.mean * found.posterior.manifest["pace"]
    assert mean(found.scenario.replace({pace.MEAN: rate})) < frequency.mean() - 2.0 * error


def test_the_past_is_read_at_the_same_pace(found):
    count = 20_000
    past = {"frequency": np.full(count, 9.0), "recency": np.full(count, 360.0), "age": np.full(count, 365.0)}
    there, rate, _ = buyers_given_past(found.scenario, past, np.random.default_rng(1), 0.5)
    mean = found.scenario.customers.orders.mean * 0.5
    shape = found.scenario.customers.orders.shape
    assert rate.mean() == pytest.approx((shape + 9.0) / (shape / mean + 1.0) / 0.5, rel=0.02)
    assert there.mean() > 0.5


def test_the_draws_beside_the_scenario_are_those_of_the_rate_that_is_written(found, tmp_path):
    found.write(tmp_path)
    joint = read_draws(tmp_path / "scenario" / "mine.posterior.parquet")
    assert np.median(joint.columns[pace.MEAN]) == pytest.approx(
        found.scenario.customers.orders.mean, rel=1e-5
    )
    assert pace.MEAN in joint.paths_in(sim.load_scenario(tmp_path / "scenario" / "mine.yaml"))
