"""The accounts of strategies: they add up, they pay when they should, and a cost alone never pays."""

import numpy as np
import pytest

import sim
from sim.engine.records import ledger_total
from sim.engine.simulation import simulate
from sim.study.decision.money import NEVER, SINGLE, money, paid_back, single_levers
from sim.world.errors import ConfigurationError

CENT = 0.01


@pytest.fixture(scope="module")
def courier():
    return sim.load_scenario("courier").replace({"customers.count": 300, "time.horizon": 1.0})


@pytest.fixture(scope="module")
def found(courier):
    strategies = sim.load_strategies(["baseline", "guarantee", "loyalty_points"], courier)
    return money(courier, strategies, replications=6, seed=5)


@pytest.mark.parametrize("name", sim.scenarios())
def test_the_ledger_adds_up_to_the_profit_to_the_cent(name):
    scenario = sim.load_scenario(name).replace({"customers.count": 400, "time.horizon": 1.0})
    for strategy in sim.load_strategies(["baseline", "combined"], scenario):
        run = simulate(scenario, strategy, seed=3)
        profit = ledger_total(run.ledger, "margin") - ledger_total(run.ledger, "cost")
        assert float(run.population["profit"].sum()) == pytest.approx(profit, abs=CENT / 2)
        assert float(run.kpis["profit"].sum()) == pytest.approx(profit, abs=CENT / 2)
        assert float(run.population["value"].sum()) == pytest.approx(
            ledger_total(run.ledger, "value"), abs=CENT / 2
        )
        assert profit != pytest.approx(0.0, abs=1.0)


def test_the_cash_curve_ends_at_the_difference_of_profit_to_the_cent(found):
    for name, account in found.accounts.items():
        gap = found.comparison.gap(name, "baseline", "profit").mean
        assert account.cash[:, -1].mean() == pytest.approx(gap, abs=CENT / 2)


def test_cost_margin_and_net_add_up_and_net_is_the_gain_in_equity(found):
    people = found.comparison.scenario.customers.count
    for name, account in found.accounts.items():
        assert account.margin.mean - account.cost.mean == pytest.approx(account.net.mean)
        equity = found.comparison.difference(name, "customer_equity")
        assert account.net.low == pytest.approx(equity.low / people)


def test_what_would_pay_is_the_cost_over_the_worth_of_a_kept_customer(found):
    for account in found.accounts.values():
        assert account.breaks_even.mean == pytest.approx(account.cost.mean / found.worth.mean)
        assert account.breaks_even.low < account.breaks_even.mean < account.breaks_even.high


def test_a_pure_retention_lever_pays_if_and_only_if_it_keeps_more_than_that(courier):
    """Everybody leaves less, and a yearly cost is taken that is set below and above what that is worth."""
    base = sim.load_strategies(["baseline"], courier)[0]
    worth = money(courier, [base], replications=6, seed=5).worth
    # Training without any skill to gain changes nothing but the cost: what it keeps comes from the world.
    idle = {"training": {"skill": courier.support.skill, "weeks": 1.0}}
    for cost in (20.0, 400.0):
        costly = base.replace({"name": "idle", **idle, "training.cost": cost})
        account = money(courier, [base, costly], replications=6, seed=5).accounts["idle"]
        assert account.keeps.mean == pytest.approx(0.0, abs=1e-12)
        assert account.net.mean == pytest.approx(-account.cost.mean)
        assert account.breaks_even.mean == pytest.approx(account.cost.mean / worth.mean)
        assert account.paid_back.mean == NEVER
    # A year of it costs little less than its price, for who leaves is not trained any more.
    assert 200.0 < account.cost.mean < 400.0


def test_nothing_pays_where_a_kept_customer_brings_nothing(courier):
    gratis = courier.replace({"economics.margin": 0.0})
    strategies = sim.load_strategies(["baseline", "fast_recovery"], gratis)
    poor = money(gratis, strategies, replications=4, levers=False)
    assert not poor.worth.low > 0.0
    assert np.isnan(poor.accounts["fast_recovery"].breaks_even.mean)


def test_single_levers_are_the_strategy_with_one_lever_left(courier):
    guarantee, points = sim.load_strategies(["guarantee", "loyalty_points"], courier)
    alone = single_levers(guarantee)
    assert [one.levers() for one in alone] == [(lever,) for lever in guarantee.levers()]
    assert [one.name for one in alone] == [f"guarantee{SINGLE}{lever}" for lever in guarantee.levers()]
    assert single_levers(points) == []  # a programme is one lever, whatever belongs to it


def test_single_levers_can_be_left_out(courier):
    strategies = sim.load_strategies(["baseline", "guarantee"], courier)
    assert list(money(courier, strategies, replications=2, levers=False).accounts) == ["guarantee"]


@pytest.mark.parametrize(
    ("curve", "month"),
    [
        ([1.0, 2.0, 3.0], 0.0),
        ([-1.0, -2.0, 1.0], 2.0),
        ([-1.0, 2.0, -1.0], NEVER),
        ([-1.0, 1.0, 2.0], 1.0),
        ([0.0, 0.0, 0.0], 0.0),
    ],
)
def test_paid_back_is_the_month_from_which_the_curve_stays_above(curve, month):
    assert paid_back(np.array([curve]), 365.0 / 12.0).mean == month


def test_the_limits_of_the_month_are_those_of_the_curve():
    cash = np.array([[-2.0, -1.0, 1.0, 3.0], [-2.0, 0.6, 2.0, 3.0], [-2.0, -0.4, 0.4, 3.0]])
    found = paid_back(cash, 365.0 / 12.0)
    assert found.low <= found.mean <= found.high
    assert found.low < found.high


def test_a_baseline_that_is_not_there_is_a_mistake(courier):
    strategies = sim.load_strategies(["guarantee"], courier)
    with pytest.raises(ConfigurationError, match=r"^baseline: 'baseline' is not among the strategies"):
        money(courier, strategies, replications=2)
