"""Sliders: ranges that can be set, and units in both languages."""

import pytest

from sim.app.panel import EXTRA_COST, Lever, Panel, panel
from sim.app.setting_up import value_at, world_of
from sim.app.state import World
from sim.app.telling import currency, lever_name, setting_name, shown
from sim.language.words import Words
from sim.world.compatibility import check_compatible
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
