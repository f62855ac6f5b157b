"""Strategies: their levers, and copies in which one is off."""

import pytest

from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategies, scenarios, strategy_names
from sim.world.strategy import Strategy, lever_names

SHIPPED = [
    pytest.param(strategy, id=f"{name}-{strategy.name}")
    for name in scenarios()
    for strategy in load_strategies(strategy_names(load_scenario(name)), load_scenario(name))
]


@pytest.mark.parametrize("strategy", SHIPPED)
def test_switching_a_lever_off_takes_it_and_what_hangs_on_it(strategy):
    for lever in strategy.levers():
        left = strategy.without(lever)
        gone = (
            {name for name in strategy.levers() if name.startswith("loyalty.")}
            if lever == "loyalty.points"
            else {lever}
        )
        assert set(left.levers()) == set(strategy.levers()) - gone
        assert left.name == strategy.name


def test_levers_come_in_their_fixed_order():
    strategy = Strategy(name="x").replace(
        {"training": {}, "recovery.apology": 0.5, "commitments.quality.threshold": 0.5}
    )
    assert strategy.levers() == ("commitments.quality", "recovery.apology", "training")
    assert set(strategy.levers()) <= set(lever_names())


def test_a_lever_that_is_not_there_cannot_be_switched_off():
    with pytest.raises(ConfigurationError, match="is not a lever of this strategy"):
        Strategy(name="x").without("training")


def test_a_lever_switched_off_leaves_its_phases():
    strategy = Strategy(name="x").replace(
        {
            "training": {},
            "recovery.apology": 0.5,
            "phases": {"a": {"levers": ["training", "recovery.apology"]}},
        }
    )
    assert strategy.without("training").phases["a"].levers == ("recovery.apology",)
