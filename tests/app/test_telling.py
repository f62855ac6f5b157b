"""Headline numbers with their intervals, predictions, and what charts say to those who do not see them."""

from dataclasses import replace

import numpy as np
import pytest

from sim.app.panel import panel
from sim.app.state import MEASURES, State, World
from sim.app.telling import changed, chart_said, currency, headline, judgement, limits_of, outcome
from sim.app.worlds import Frame, Pair
from sim.language.words import NOTHING, Words, words
from sim.world.library import load_scenario


def made(differences: list[float], level: float = 50.0) -> Pair:
    """Make runs of three weeks in which B differs from A by these numbers."""

    def frame(value: float) -> Frame:
        return Frame({name: np.full(3, value) for name in MEASURES}, np.full(3, 2.0))

    return Pair(tuple(frame(level) for _ in differences), tuple(frame(level + gap) for gap in differences))


def test_a_number_comes_with_its_paired_interval() -> None:
    found = headline(State(), "csat", made([1.0, 2.0, 3.0]), words("en"), "RUB")
    half = 4.302653 / np.sqrt(3)  # t(2), standard deviation 1
    assert (found.a, found.b) == ("50.0", "52.0")
    assert found.difference == f"+2.0 [{2 - half:+.1f}, {2 + half:+.1f}]"
    assert found.clear == 0


def test_what_the_interval_decides() -> None:
    assert headline(State(), "csat", made([1.0, 1.1, 0.9]), words("en"), "").clear == 1
    assert headline(State(), "csat", made([-1.0, -1.1, -0.9]), words("en"), "").clear == -1
    assert headline(State(), "csat", made([1.0]), words("en"), "").clear == 0  # one lucky run decides nothing


def test_one_run_is_told_without_an_interval() -> None:
    assert headline(State(), "csat", made([1.0]), words("en"), "").difference == "+1.0"


def test_the_net_promoter_score_has_its_error() -> None:
    assert headline(State(), "nps", made([1.0, 2.0]), words("en"), "").a == "50 ±4"  # 1.96 times 2


@pytest.mark.parametrize("tick", ["day", "month"])
def test_a_scenario_of_another_step_is_said_to_run_by_weeks(tick: str, language: Words) -> None:
    weekly = load_scenario("courier")
    assert limits_of(weekly, language) == language.text("app.teaching")
    said = limits_of(weekly.replace({"time.tick": tick}), language)
    assert language.text(f"app.tick.{tick}") in said
    assert said.startswith(language.text("app.teaching"))


def test_what_is_hidden_is_not_told(language: Words) -> None:
    found = headline(State(predict=True), "csat", made([1.0, 2.0]), language, "")
    assert (found.b, found.difference, found.clear) == ("?", "", 0)
    assert found.a != NOTHING


def test_before_the_first_run_there_is_nothing_to_tell() -> None:
    assert headline(State(), "csat", None, words("en"), "").a == NOTHING


def test_the_number_is_that_of_the_week_of_the_cursor() -> None:
    frame = Frame({name: np.array([1.0, 2.0, 3.0]) for name in MEASURES}, np.zeros(3))
    pair = Pair((frame,), (frame,))
    assert headline(State(week=2), "trust", pair, words("en"), "").a == "2.0"
    assert headline(State(), "trust", pair, words("en"), "").a == "3.0"


@pytest.mark.parametrize(
    ("gaps", "came"), [([1.0, 1.1], "up"), ([-1.0, -1.1], "down"), ([-1.0, 1.0], "same")]
)
def test_what_came(gaps: list[float], came: str) -> None:
    assert outcome(State(), made(gaps)) == came


def test_a_prediction_is_judged_only_after_it_was_made_and_revealed(language: Words) -> None:
    pair = made([1.0, 1.1])
    for state in (State(predict=True), State(predict=True, guess="up"), State(predict=True, revealed=True)):
        assert judgement(state, pair, language, "") == ""
    state = State(predict=True, guess="up", revealed=True)
    assert language.text("app.predict.right") in judgement(state, pair, language, "")
    assert language.text("app.predict.wrong") in judgement(replace(state, guess="down"), pair, language, "")
    assert language.text("app.one_run") in judgement(state, made([1.0]), language, "")
    assert language.text("app.predict.open") in judgement(state, made([-1.0, 1.0]), language, "")


def test_changes_are_told_with_their_units(language: Words) -> None:
    board = panel("courier")
    changes = {"commitments.delivery.threshold": 25.0, "training": True, "service.core.rate": 0.2}
    state = State(b=World("guarantee").with_changes(changes))
    told = changed(state, "b", board, language, "RUB")
    assert len(told) == 3
    assert any(text.endswith({"en": "25.0 min", "ru": "25,0 мин"}[language.language]) for text in told)
    assert changed(state, "a", board, language, "RUB") == []


def test_charts_say_what_they_show(language: Words) -> None:
    said = chart_said(State(), "csat", made([1.0, 2.0]), language, "")
    assert {"en": "51.5", "ru": "51,5"}[language.language] in said
    assert chart_said(State(), "csat", None, language, "")


def test_currencies_are_written_as_the_language_does() -> None:
    assert currency(panel("courier").scenario, words("ru")) == "₽"
    assert currency(panel("telecom").scenario, words("en")) == "€"
