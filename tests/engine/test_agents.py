"""The Mesa engine is usable as any Mesa model: step it, collect, subclass a customer."""

import pickle

import mesa
import pytest

import sim
from sim.engine.agents import Customer, RetentionModel
from sim.world.errors import ConfigurationError

pytestmark = pytest.mark.smoke


@pytest.fixture
def scenario():
    return sim.load_scenario("courier").replace({"customers.count": 40, "time.horizon": 0.5})


@pytest.fixture
def strategy(scenario):
    return sim.load_strategies(["guarantee"], scenario)[0]


def test_it_is_a_mesa_model_of_mesa_agents(scenario, strategy):
    model = RetentionModel(scenario, strategy, seed=2)
    assert isinstance(model, mesa.Model)
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    assert len(model.agents) == scenario.rows
    assert sum(agent.active for agent in model.agents) == 40
    assert sum(agent.prospect for agent in model.agents) == scenario.rows - 40 == 20


def test_stepping_collects_a_row_a_tick(scenario, strategy):
    model = RetentionModel(scenario, strategy, seed=2)
    for _ in range(5):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == 5
    assert frame["active"].iloc[-1] == sum(customer.active for customer in model.customers)
    assert frame["orders"].sum() == sum(customer.orders for customer in model.customers)
    assert frame["mean_trust"].between(0, 1).all()


def test_the_horizon_ends(scenario, strategy):
    model = RetentionModel(scenario, strategy, seed=2)
    for _ in range(model.ticks):
        model.step()
    assert not model.running  # so Mesa's own loops stop by themselves
    with pytest.raises(RuntimeError, match="horizon"):
        model.step()


def test_a_strategy_for_another_world_is_refused(scenario, strategy):
    with pytest.raises(ConfigurationError, match="segments"):
        RetentionModel(scenario, strategy.replace({"eligibility.segments": ["pensioners"]}))


def test_a_model_can_be_pickled_with_its_collector(scenario, strategy):
    model = RetentionModel(scenario, strategy, seed=2)
    model.step()
    again = pickle.loads(pickle.dumps(model.datacollector))
    assert again.get_model_vars_dataframe().equals(model.datacollector.get_model_vars_dataframe())


class Forgiving(Customer):
    """A customer whose trust never falls below one half."""

    def after_tick(self):
        self.trust = max(self.trust, 0.5)


class Absent(Customer):
    """A customer who lives no tick at all."""

    def step(self):
        pass


def _final(scenario, strategy, kind):
    model = RetentionModel(scenario, strategy, seed=2, customer_class=kind)
    for _ in range(model.ticks):
        model.step()
    return model


def test_a_subclass_changes_the_rules_through_a_hook(scenario, strategy):
    harsh = scenario.replace({"service.delivery.median": 60.0})
    usual = _final(harsh, strategy, Customer).population()
    forgiving = _final(harsh, strategy, Forgiving).population()
    assert usual["trust"].min() < 0.5
    assert forgiving["trust"].min() >= 0.5


def test_a_subclass_can_replace_the_step(scenario, strategy):
    model = _final(scenario, strategy, Absent)
    assert model.ledger["customers"].sum() == 0


def test_two_models_do_not_share_state(scenario, strategy):
    first = RetentionModel(scenario, strategy, seed=2)
    second = RetentionModel(scenario, strategy, seed=2)
    first.step()
    assert second.tick == 0
    assert second.ledger["customers"].sum() == 0
    first.customers[0].trust = 0.123
    assert second.customers[0].trust != 0.123
