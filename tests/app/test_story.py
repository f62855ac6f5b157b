"""One customer in both worlds: told as it happened, with what decided it."""

from dataclasses import replace
from itertools import pairwise

import pytest

from sim.app.panel import panel
from sim.app.state import SIDES, State, World
from sim.app.story import Life, Moment, Row, Story, _marked, rows, sentence, story_html, tell, verdict
from sim.app.worlds import keys, run
from sim.behaviour.events import DETAIL_NAMES, EVENT_NAMES
from sim.language.words import Words


@pytest.fixture(scope="module")
def story() -> Story:
    return tell(State(customers=60))


def test_it_is_about_one_who_stays_in_one_world_and_leaves_in_the_other(story: Story) -> None:
    left = [story.lives[side].left is not None for side in SIDES]
    assert sorted(left) == [False, True]
    assert story.customer == story.others[0]


def test_it_is_the_life_that_was_run(story: Story) -> None:
    state = State(customers=60)
    for side in SIDES:
        done = run(keys(state, side, 1)[0])
        row = done.population[story.customer]
        life = story.lives[side]
        assert sum(life.orders.values()) == row["orders"]
        assert (life.left is None) == (row["active"] == 1)
        assert life.trust == row["trust"]
        events = done.story(story.customer)
        broken = (events["event"] == "promise broken").sum()
        assert sum(moment.event == "promise broken" for moment in life.moments) == broken


def test_counts_of_those_decided(story: Story) -> None:
    state = State(customers=60)
    a, b = (run(keys(state, side, 1)[0]).population[:60]["active"] == 1 for side in SIDES)
    assert story.decided == ((a & ~b).sum(), (b & ~a).sum())


def test_the_deciding_moment_came_in_that_world_alone_before_leaving(story: Story) -> None:
    found = [(side, moment) for side in SIDES for moment in story.lives[side].moments if moment.deciding]
    assert len(found) == 1
    _, moment = found[0]
    end = next(life.left for life in story.lives.values() if life.left is not None)
    assert moment.only
    assert moment.week <= end
    assert sum(row.deciding for row in rows(story)) == 1


def life(*moments: Moment, left: int | None = None) -> Life:
    return Life(moments, {}, left, "silent" if left else "", 0.5, 0.5)


def test_the_strongest_harm_decides_and_of_equals_the_last_before_leaving() -> None:
    early = Moment(1, 3.0, "failure", "core", 0.0, only=True)
    broken = Moment(2, 10.0, "promise broken", "delivery", 0.0, only=True)
    again = Moment(3, 17.0, "promise broken", "delivery", 0.0, only=True)
    later = Moment(9, 60.0, "promise broken", "delivery", 0.0, only=True)
    shared = Moment(3, 16.0, "abandoned", "", 0.0, only=False)
    marked = _marked({"a": life(), "b": life(early, broken, again, shared, later, left=4)})
    assert [moment.deciding for moment in marked["b"].moments] == [False, False, True, False, False]


def test_without_harm_the_help_in_the_other_world_decides() -> None:
    helped = Moment(2, 10.0, "compensation", "", 5.0, only=True)
    marked = _marked({"a": life(left=4), "b": life(helped)})
    assert marked["b"].moments[0].deciding


def test_nothing_decides_where_both_stay() -> None:
    harm = Moment(2, 10.0, "failure", "core", 0.0, only=True)
    assert not _marked({"a": life(), "b": life(harm)})["b"].moments[0].deciding


def test_rows_cover_all_orders_once_and_end_in_one_stretch(story: Story) -> None:
    told = rows(story)
    for side in SIDES:
        assert sum(row.orders[side] for row in told) == sum(story.lives[side].orders.values())
    assert all(one.last < other.first for one, other in pairwise(told))
    end = next(life.left for life in story.lives.values() if life.left is not None)
    assert sum(row.first > end for row in told) <= 1


def test_equal_worlds_decide_nobody() -> None:
    state = State(customers=60, b=World())
    found = tell(state)
    assert (found.others, found.decided, found.customer) == ((), (0, 0), 0)
    assert not any(moment.only for side in SIDES for moment in found.lives[side].moments)


def test_the_customer_who_is_watched_is_told() -> None:
    assert tell(replace(State(customers=60), watched=7)).customer == 7


def test_every_event_can_be_told(language: Words) -> None:
    for event in EVENT_NAMES.values():
        for detail in DETAIL_NAMES.values():
            text = sentence(Moment(1, 0.0, event, detail, 0.0), language, "RUB")
            assert text
            assert "_" not in text


def test_money_is_told_where_it_changes_hands(language: Words) -> None:
    assert "1" in sentence(Moment(1, 0.0, "compensation", "", 1.0), language, "RUB")
    assert "RUB" not in sentence(Moment(1, 0.0, "failure", "core", 1.0), language, "RUB")


def test_the_table_tells_both_ends(story: Story, language: Words) -> None:
    html = story_html(story, State(customers=60), panel("courier").scenario, language, part="table")
    for side in SIDES:
        assert verdict(story.lives[side], language) in html
    assert html.count(language.text("story.deciding")) == 1
    assert language.text("story.gone") in html


def test_texts_are_escaped(language: Words) -> None:
    story = Story(1, "<script>", {side: life() for side in SIDES}, (), (0, 0))
    html = story_html(story, State(), panel("courier").scenario, language, part="head")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_quiet_stretch_is_one_row() -> None:
    lives = {
        side: Life((Moment(9, 60.0, "failure", "core", 0.0),), {1: 2, 5: 1}, None, "", 0.5, 0.5)
        for side in SIDES
    }
    told = rows(Story(1, "single", lives, (), (0, 0)))
    assert [(row.first, row.last) for row in told] == [(1, 8), (9, 9)]
    assert isinstance(told[0], Row)
    assert told[0].orders == {"a": 3, "b": 3}
