"""From what was set to a world: levers switched on and off, values, and what cannot be set."""

import pytest

from sim.app.panel import EXTRA_COST, panel
from sim.app.setting_up import is_on, world_of
from sim.app.state import World
from sim.world.errors import ConfigurationError
from sim.world.library import load_strategy, scenarios

BOARDS = {name: panel(name) for name in scenarios()}


@pytest.mark.parametrize("scenario", list(BOARDS))
def test_every_lever_can_be_switched_in_every_strategy(scenario: str) -> None:
    board = BOARDS[scenario]
    for preset in board.presets:
        strategy = load_strategy(preset, board.scenario)
        for lever in board.levers:
            if lever.process or lever.name == EXTRA_COST or not lever.settings:
                continue
            on = not is_on(lever.name, strategy)
            _, changed = world_of(World(preset, ((lever.name, on),)), board)
            assert is_on(lever.name, changed) == on
            for other in board.levers:
                related = {other.name.partition(".")[0], lever.name.partition(".")[0]} <= {
                    "loyalty",
                    "recovery",
                }
                if other != lever and not related:
                    assert is_on(other.name, changed) == is_on(other.name, strategy)


def test_a_lever_switched_on_has_the_values_of_the_scenario_and_its_cost() -> None:
    board = BOARDS["courier"]
    _, strategy = world_of(World("baseline", (("training", True), ("recovery.apology", True))), board)
    assert strategy.training == load_strategy("training", board.scenario).training
    assert strategy.recovery.apology == 0.8
    assert strategy.recovery.cost_per_case == 40.0
    assert strategy.levers() == ("recovery.apology", "training")


def test_a_lever_switched_on_in_a_staged_strategy_is_on_in_every_stage() -> None:
    _, strategy = world_of(World("combined", (("notice", True),)), BOARDS["courier"])
    staged = [phase.levers for phase in strategy.phases.values() if phase.levers is not None]
    assert staged
    assert all("notice" in levers for levers in staged)


def test_a_promise_that_pays_nothing_does_not_pay_by_itself() -> None:
    _, strategy = world_of(World("guarantee", (("commitments.delivery.payout", 0.0),)), BOARDS["courier"])
    assert strategy.commitments.delivery is not None
    assert not strategy.commitments.delivery.automatic


def test_the_process_is_part_of_the_world_and_not_of_the_strategy() -> None:
    board = BOARDS["courier"]
    scenario, strategy = world_of(World("baseline", (("service.delivery.median", 30.0),)), board)
    assert scenario.service.delivery.median == 30.0
    assert strategy == load_strategy("baseline", board.scenario)
    assert board.scenario.service.delivery.median == 22.0


def test_a_setting_of_a_lever_that_is_off_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="its lever is off"):
        world_of(World("baseline", (("loyalty.earn_rate", 0.1),)), BOARDS["courier"])
