"""Sliders: ranges that can be set, units, and what switching a lever on and off means."""

import pytest

from sim.app.levers import EXTRA_COST, Lever, Panel, is_on, panel, value_at, world_of
from sim.app.state import World
from sim.app.telling import currency, lever_name, setting_name, shown
from sim.language.words import Words
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError
from sim.world.library import load_strategy, scenarios

BOARDS = {name: panel(name) for name in scenarios()}
LEVERS = [(name, lever.name) for name, board in BOARDS.items() for lever in board.levers]


def lever_at(scenario: str, name: str) -> tuple[Panel, Lever]:
    board = BOARDS[scenario]
    lever = board.lever(name)
    assert lever is not None
    return board, lever


@pytest.mark.parametrize(("scenario", "name"), LEVERS)
def test_both_ends_of_every_slider_can_be_run(scenario: str, name: str) -> None:
    board, lever = lever_at(scenario, name)
    on = {} if lever.process else {"recovery.apology" if name == EXTRA_COST else name: True}
    for setting in lever.settings:
        assert setting.high > setting.low
        if not setting.switch:
            steps = (setting.high - setting.low) / setting.step
            assert setting.whole or steps >= 18
            assert steps == pytest.approx(round(steps))
        for value in (setting.low, setting.high):
            set_to: float | bool = bool(value) if setting.switch else value
            changes: dict[str, float | bool] = {**on, setting.path: set_to}
            if setting.name == "automatic":
                changes[f"{name}.payout"] = 0.5
            found = world_of(World("baseline").with_changes(changes), board)
            check_compatible(*found)
            assert value_at(*found, setting.path) == pytest.approx(set_to)


@pytest.mark.parametrize("scenario", list(BOARDS))
def test_what_strategies_of_the_scenario_use_lies_on_the_slider(scenario: str) -> None:
    board = BOARDS[scenario]
    for preset in board.presets:
        strategy = load_strategy(preset, board.scenario)
        for lever in board.levers:
            for setting in lever.settings:
                value = value_at(board.scenario, strategy, setting.path)
                if value is not None and not setting.switch:
                    assert setting.low <= value <= setting.high, (preset, setting.path)


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


def test_one_order_in_five_can_fail_everywhere() -> None:
    for board in BOARDS.values():
        setting = board.setting("service.core.rate")
        assert setting is not None
        assert setting.high >= 0.2


def test_sliders_are_told_with_units_in_both_languages(language: Words) -> None:
    for board in BOARDS.values():
        money = currency(board.scenario, language)
        for lever in board.levers:
            assert lever_name(lever.name, language)
            for setting in lever.settings:
                assert setting_name(setting, language)
                told = shown(setting, bool(1) if setting.switch else setting.high, language, money)
                assert "currency" not in told
                assert "ден. ед." not in told


def test_numbers_are_written_as_the_language_writes_them() -> None:
    from sim.language.words import words

    board = BOARDS["courier"]
    setting = board.setting("commitments.delivery.threshold")
    assert setting is not None
    assert shown(setting, 20.5, words("en"), "RUB") == "20.5 min"
    assert shown(setting, 20.5, words("ru"), "₽") == "20,5 мин"
    share = board.setting("commitments.availability.threshold")
    assert share is not None
    assert shown(share, 0.999, words("ru"), "₽") == "99,9 %"
