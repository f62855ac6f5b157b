"""Figures of data beside simulated firms: alike where the scenario is that of the data, apart where not."""

from dataclasses import replace

import numpy as np
import pytest
from calibration_firms import PLAIN, contract_table, orders_log, some_contracts

import sim
from sim.calibration import pace, scenario_file
from sim.calibration.posterior import HALF_WIDTH, Predicted, Statistic, predicted
from sim.calibration.posterior_files import load_posterior
from sim.calibration.predictive.buying import Buying, borders, buying_figures, expected_figures
from sim.calibration.predictive.contracts import watched_for
from sim.calibration.predictive.orders import delivery_figures, simulated_delivery
from sim.calibration.predictive.study import predictions
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario

TRUTH = {
    "customers.orders.mean": 6.0,
    "customers.orders.shape": 0.8,
    "customers.exit.alpha": 0.7,
    "customers.exit.beta": 3.0,
    "customers.spend.mean": 40.0,
}
FIRMS = 40


@pytest.fixture(scope="module", autouse=True)
def quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario_file, "CYCLES", 1)
        patch.setattr(scenario_file, "SEEDS", (101,))
        patch.setattr(scenario_file, "OCCASIONS", 2000)
        patch.setattr(pace, "OCCASIONS", 10_000)
        yield


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Return a calibration from the log of a firm without mechanisms, on a base without them."""
    path = tmp_path_factory.mktemp("shop") / "orders.csv"
    orders_log(TRUTH, 500, 1.0, 4).to_csv(path, index=False)
    base = Scenario(name="plain").replace(PLAIN)
    return sim.calibrate(orders=path, scenario=base, draws=300, options={"end": "2022-12-31"})


@pytest.fixture(scope="module")
def checked(shop):
    return shop.checked(FIRMS, workers=2)


def test_a_firm_is_like_those_simulated_from_what_it_was_calibrated_to(checked):
    figures = {one.name: one for one in checked.posterior.predicted}
    assert {"orders.repeats", "orders.repeats.0", "orders.recent", "orders.top"} <= set(figures)
    assert "orders.repeats_amount" in figures
    assert sum(name.startswith("orders.period.") for name in figures) == len(borders(364.0)) - 1
    apart = [name for name, one in figures.items() if abs(one.distance) > HALF_WIDTH]
    # Of so many figures a tenth by chance, and they go together; a third would be no chance.
    assert len(apart) < len(figures) / 3
    assert abs(figures["orders.repeats"].distance) < HALF_WIDTH
    frequency = checked.posterior.histories["frequency"]
    assert figures["orders.repeats"].observed == pytest.approx(frequency.mean())
    assert figures["orders.repeats.0"].observed == pytest.approx((frequency == 0).mean())


def test_simulated_firms_are_what_the_closed_form_expects(checked):
    for one in checked.posterior.predicted:
        if one.closed is not None:
            # The posterior's middle is not its mode: a quarter of the interval, and a count of one.
            assert abs(one.median - one.closed) <= 0.6 * (one.high - one.low) + 0.01, one.name


def test_another_scenario_is_told_apart(shop):
    half = shop.posterior.draws[pace.MEAN] / 2.0
    wrong = replace(shop.posterior, draws={**shop.posterior.draws, pace.MEAN: half})
    figures = predictions(shop.scenario, wrong, shop.data, 20, workers=2)
    found = {one.name: one for one in figures}
    assert found["orders.repeats"].distance > 3.0
    assert found["orders.repeats.0"].distance < -2.0


def test_the_same_seed_gives_the_same_figures_whatever_the_threads(shop):
    one = predictions(shop.scenario, shop.posterior, shop.data, 20, 3, workers=1)
    assert predictions(shop.scenario, shop.posterior, shop.data, 20, 3, workers=2) == one
    assert predictions(shop.scenario, shop.posterior, shop.data, 20, 4, workers=2) != one


@pytest.mark.parametrize("firms", [1, 3000])
def test_too_few_firms_are_a_mistake(shop, firms):
    with pytest.raises(ConfigurationError, match=r"check: .* valid: 20 to 2000 firms"):
        shop.checked(firms)


def test_figures_are_written_and_read_back(checked, tmp_path):
    checked.write(tmp_path)
    assert load_posterior(tmp_path, "mine").predicted == checked.posterior.predicted
    rows = (tmp_path / "calibration" / "mine" / "predicted.csv").read_text().splitlines()
    assert len(rows) == len(checked.posterior.predicted) + 1


def test_figures_are_counted():
    frequency = np.array([0.0] * 30 + [1.0] * 20 + [9.0] * 10)
    recency = np.where(frequency > 0.0, 90.0, 0.0)
    who = np.repeat(np.arange(60), frequency.astype(int))
    day = np.linspace(1.0, 100.0, len(who))
    value = np.where(frequency > 0.0, 5.0, np.nan)
    buying = Buying(frequency, recency, np.full(60, 100.0), value, who, day, 100.0, scale=2.0)
    found = {one.name: one for one in buying_figures(buying)}
    assert found["orders.repeats"].value == pytest.approx(110.0 / 60.0)
    assert found["orders.repeats.7"].value == pytest.approx(10.0 / 60.0)
    assert found["orders.recent"].value == 1.0
    assert found["orders.top"].value == pytest.approx(92.0 / 110.0)  # ten of nine orders, two of one
    assert found["orders.repeats_amount"].value == 5.0
    periods = [one.value for name, one in found.items() if name.startswith("orders.period.")]
    assert sum(periods) == 2.0 * 110.0
    assert len(periods) == 15  # weeks, and what is left of a hundred days


def test_what_the_closed_form_expects_is_averaged_over_customers(cdnow_file):
    orders = sim.calibration.records.orders.read_orders(
        cdnow_file, sim.calibration.records.options.Options(unit="weeks")
    )
    buying = sim.calibration.predictive.buying.buying_of(orders)
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    found = expected_figures(buying, published)
    shares = [found[f"orders.repeats.{number}"] for number in range(8)]
    assert sum(shares) == pytest.approx(1.0)
    assert found["orders.repeats"] == pytest.approx(1.06, abs=0.01)
    assert 2357 * shares[0] == pytest.approx(1409, abs=3)


def test_contracts_are_watched_as_long_as_those_of_the_data():
    generator = np.random.default_rng(1)
    # Half of what goes on is watched for 2 renewals, half for 4; a third of all leaves at the first.
    lost, there = np.array([300.0, 0.0, 0.0, 0.0]), np.array([0.0, 0.0, 300.0, 0.0, 300.0])
    found = watched_for(lost, there, 20_000, generator)
    assert set(found.tolist()) == {2, 4}
    assert (found == 2).mean() == pytest.approx(0.5, abs=4.0 * 0.5 / np.sqrt(20_000))


def test_contracts_are_like_those_simulated_from_them(tmp_path):
    path = tmp_path / "contracts.csv"
    contract_table(some_contracts(np.random.default_rng(5)), 400, 9, 1).to_csv(path, index=False)
    base = Scenario(name="plain").replace(PLAIN)
    found = sim.calibrate(contracts=path, scenario=base, draws=300).checked(FIRMS, workers=2)
    figures = {one.name: one for one in found.posterior.predicted}
    assert {"contracts.survival.1", "contracts.plan.plus.survival.3", "contracts.price"} <= set(figures)
    assert sum(abs(one.distance) > HALF_WIDTH for one in figures.values()) < len(figures) / 3
    for one in figures.values():
        if one.closed is not None:
            assert abs(one.median - one.closed) <= 0.6 * (one.high - one.low) + 0.01


def test_deliveries_come_late_as_often_as_their_spreads_make_them():
    scenario = Scenario(name="shop").replace(
        {
            **PLAIN,
            "service.delivery.unit": "days",
            "service.delivery.shortest": 0.1,
            "service.delivery.longest": 200.0,
            "service.delivery.tail_share": 0.0,
        }
    )
    values = {
        "service.delivery.median": 8.0,
        "service.delivery.spread": 0.4,
        "service.delivery.quote": 10.0,
        "service.delivery.quote_spread": 0.0,
        "service.delivery.quote_correlation": 0.0,
    }
    found = {one.name: one for one in simulated_delivery(scenario, values, 4000, 1)}
    # P(log-normal of median 8 and spread .4 beyond 10) = 1 - Φ(ln(10 / 8) / .4) = .2885
    assert 1.0 - found["orders.lateness.in_time"].value == pytest.approx(0.2885, abs=4.0 * 0.0077)
    assert found["orders.delivery.promised"].value == pytest.approx(10.0, abs=0.01)


def test_lateness_is_counted_by_days():
    late = np.array([0.0, 0.0, 2.0, 5.0, 9.0, 20.0] * 10)
    found = {one.name: one.value for one in delivery_figures(late + 1.0, np.ones(60), late)}
    assert found["orders.lateness.in_time"] == pytest.approx(1.0 / 3.0)
    assert found["orders.lateness.15_days_or_more"] == pytest.approx(1.0 / 6.0)
    assert found["orders.delivery.taken"] == pytest.approx(7.0)


def test_distance_is_in_standard_deviations_of_both():
    figure = Predicted("x", 5.0, 3.0, 0.0, -4.0 * HALF_WIDTH, 4.0 * HALF_WIDTH, "x")
    assert figure.distance == pytest.approx(1.0)
    assert replace(figure, error=0.0, low=0.0, high=0.0).distance == np.inf
    assert replace(figure, observed=0.0, error=0.0, low=0.0, high=0.0).distance == 0.0
    made = predicted(Statistic("x", 1.0, 0.1, 10, "meaning", "share"), np.linspace(0.0, 1.0, 101))
    assert (made.low, made.median, made.high) == pytest.approx((0.05, 0.5, 0.95))
    assert (made.observed, made.unit, made.closed) == (1.0, "share", None)
