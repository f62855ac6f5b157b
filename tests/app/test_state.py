"""From state to state: levers, the lock, presets, prediction, and what can be undone."""

from dataclasses import replace

import pytest

from sim.app import state as states
from sim.app.history import LONGEST, History, settle, step, undo
from sim.app.panel import panel
from sim.app.state import MEASURES, State, World

PAYOUT = "commitments.delivery.payout"
LEVERS = panel("courier").lever_of


def test_a_value_is_set_in_one_world_only() -> None:
    state = State()
    changed = states.set_value(state, "b", PAYOUT, 0.5, LEVERS)
    assert changed.b.changed() == {PAYOUT: 0.5}
    assert changed.a == state.a
    assert state.b.changes == ()  # the state before is what it was


def test_changes_stand_in_order_whatever_the_order_of_moving() -> None:
    paths = ["price.change", PAYOUT, "service.core.rate"]
    found = []
    for order in (paths, paths[::-1]):
        state = State()
        for path in order:
            state = states.set_value(state, "a", path, 0.1, LEVERS)
        found.append(state.a)
    assert found[0] == found[1]


def test_with_the_lock_only_the_lever_that_is_moved_may_be_moved() -> None:
    state = states.set_value(State(lock=True), "b", PAYOUT, 0.5, LEVERS)
    assert states.set_value(state, "b", "price.change", -0.1, LEVERS) == state
    assert states.set_lever(state, "a", "training", True, False, LEVERS) == state
    further = states.set_value(state, "a", "commitments.delivery.publicity", 0.2, LEVERS)
    assert further.a.changed() == {"commitments.delivery.publicity": 0.2}  # another setting of the same lever
    free = replace(state, lock=False)
    assert states.set_value(free, "b", "price.change", -0.1, LEVERS) != free


def test_a_lever_switched_back_is_no_change() -> None:
    off = states.set_lever(State(), "b", "commitments.delivery", False, True, LEVERS)
    assert off.b.changed() == {"commitments.delivery": False}
    assert states.set_lever(off, "b", "commitments.delivery", True, True, LEVERS).b == State().b


def test_switching_a_lever_forgets_what_was_set_in_it() -> None:
    state = states.set_value(State(), "b", PAYOUT, 0.5, LEVERS)
    state = states.set_value(state, "b", "price.change", -0.1, LEVERS)
    off = states.set_lever(state, "b", "commitments.delivery", False, True, LEVERS)
    assert off.b.changed() == {"commitments.delivery": False, "price.change": -0.1}


def test_a_preset_drops_what_was_changed_there() -> None:
    state = states.set_value(State(), "b", PAYOUT, 0.5, LEVERS)
    assert states.take_preset(state, "b", "guarantee").b == World("guarantee")


def test_reset_keeps_language_screen_and_scenario_and_nothing_else() -> None:
    state = State(
        scenario="fashion",
        language="ru",
        projector=True,
        seed=9,
        week=3,
        lock=True,
        customers=70,
        view="story",
    )
    fresh = states.reset(states.set_value(state, "a", "price.change", -0.1, LEVERS))
    assert fresh == State(scenario="fashion", language="ru", projector=True, customers=70)


def test_swapping_twice_changes_nothing() -> None:
    state = states.set_value(State(), "b", PAYOUT, 0.5, LEVERS)
    assert states.swap(state).a == state.b
    assert states.swap(states.swap(state)) == state


def test_other_runs_ask_for_another_guess() -> None:
    state = states.reveal(states.guess(State(predict=True), "down"))
    assert not state.hidden
    later = states.take_preset(state, "b", "guarantee")
    assert later.hidden
    assert later.guess == ""
    looked = replace(state, week=3)
    assert (looked.guess, looked.hidden) == ("down", False)


def test_others_guess_for_themselves_until_it_is_shown() -> None:
    guessed = states.guess(State(predict=True), "down")
    assert states.for_others(guessed) == State(predict=True)
    assert states.for_others(states.reveal(guessed)) == states.reveal(guessed)
    assert states.for_others(State()) == State()


@pytest.mark.parametrize("measure", MEASURES)
def test_at_most_four_charts_and_for_a_room_two(measure: str) -> None:
    state = states.toggle_chart(State(), measure)
    assert 1 <= len(state.charts) <= 4
    room = replace(State(), projector=True)
    chosen = states.toggle_chart(room, measure)
    assert len(chosen.drawn) <= 2
    assert len(chosen.told) == 4
    if measure not in room.charts:
        assert measure in chosen.drawn


def test_the_last_chart_stays() -> None:
    state = State(charts=("csat",))
    assert states.toggle_chart(state, "csat") == state


def test_undo_returns_what_was_and_keeps_how_one_looks_at_it() -> None:
    history = History(State())
    history = step(history, states.set_value(history.now, "b", PAYOUT, 0.5, LEVERS))
    history = step(history, replace(history.now, language="ru", week=7))
    history = undo(history)
    assert history.now == replace(State(), language="ru", week=7)
    assert history.ghost is not None
    assert history.ghost.b.changed() == {PAYOUT: 0.5}
    assert undo(history) == history


def test_one_movement_is_one_step() -> None:
    history = History(State())
    for value in (0.1, 0.2, 0.3):
        history = step(history, states.set_value(history.now, "b", PAYOUT, value, LEVERS), "b.payout")
    assert len(history.before) == 1
    assert history.ghost == State()  # where the movement began
    history = step(settle(history), states.set_value(history.now, "b", PAYOUT, 0.4, LEVERS), "b.payout")
    assert len(history.before) == 2
    assert undo(history).now.b.changed() == {PAYOUT: 0.3}


def test_what_needs_no_run_is_no_step() -> None:
    history = step(History(State()), replace(State(), week=5, projector=True, lock=True))
    assert history.before == ()
    assert history.now.week == 5


def test_no_ghost_of_other_luck_or_another_scenario() -> None:
    assert step(History(State()), states.luck_anew(State())).ghost is None
    assert step(History(State()), states.take_scenario(State(), "fashion", "over_promise")).ghost is None
    assert step(History(State()), states.swap(State())).ghost == State()


def test_the_history_does_not_grow_without_end() -> None:
    history = History(State())
    for seed in range(2, LONGEST + 20):
        history = step(history, replace(history.now, seed=seed))
    assert len(history.before) == LONGEST
