"""The answer in one sentence: only what is clear is called best, with the interval for all together."""

from dataclasses import replace

import pytest

from sim.language.words import words
from sim.report.document.answer import answer
from sim.report.document.saying import Saying, bound
from sim.study.statistics import Interval

STAYS, WORTH = "survival_rate", "clv"


@pytest.fixture
def ask(told):
    """Return a function that gives the answer where some lead and the first does by some interval."""

    def asking(stays, worth, lang="en"):
        found = told["plain"]
        found = replace(
            found,
            leaders={STAYS: stays, WORTH: worth},
            seconds={STAYS: "guarantee", WORTH: "loyalty_points"},
            leads={STAYS: Interval(0.02, 0.01, 0.03), WORTH: Interval(50.0, -10.0, 110.0)},
        )
        return answer(Saying(found, words(lang))).replace("\N{NO-BREAK SPACE}", " ")

    return asking


def interval_of(told, name, metric, lang="en"):
    say = Saying(told["plain"], words(lang))
    return say.scaled(metric, told["plain"].option(name).together[metric]).replace("\N{NO-BREAK SPACE}", " ")


def test_two_clear_leaders_are_named_with_what_they_bring(ask, told):
    said = ask(("guarantee",), ("loyalty_points",))
    stays, worth = interval_of(told, "guarantee", STAYS), interval_of(told, "loyalty_points", WORTH)
    assert said == (
        f"“guarantee” keeps most customers: {stays} points more stay than under “present practice”; "
        f"“loyalty points” earns most: {worth} RUB more per customer than under “present practice”."
    )
    assert "[" in stays


def test_the_interval_is_the_one_for_all_together(plain, told):
    together = plain.simultaneous(STAYS)["guarantee"]
    alone = plain.difference("guarantee", STAYS)
    said = interval_of(told, "guarantee", STAYS)
    assert f"{100.0 * together.low:,.2f}, {100.0 * together.high:,.2f}" in said
    assert f"{100.0 * alone.low:,.2f}" not in said


def test_one_leader_of_both_is_named_once(ask):
    said = ask(("guarantee",), ("guarantee",))
    assert said.count("“guarantee”") == 1
    assert "and it also earns most" in said


def test_what_is_open_is_said_to_be_open(ask):
    said = ask(("guarantee", "baseline"), ("loyalty_points", "guarantee", "baseline"))
    assert "keeps most customers:" not in said
    assert "earns most:" not in said
    assert "Who keeps most customers is open between “guarantee” and “present practice”" in said
    assert "2.00 [1.00, 3.00] points" in said
    assert "who earns most is open between “loyalty points”, “guarantee” and “present practice”" in said


def test_the_present_practice_can_be_the_best(ask):
    said = ask(("baseline",), ("baseline",))
    assert said.startswith("No strategy keeps as many customers as “present practice”; the next, “guarantee”")
    assert "no strategy earns as much as “present practice”" in said


def test_one_run_calls_nobody_clear(told):
    said = answer(Saying(told["one run"], words("en")))
    assert said.startswith("In a single run")
    assert "[" not in said


def test_one_strategy_has_nothing_to_be_held_against(told):
    said = answer(Saying(told["alone"], words("en")))
    assert "nothing to hold this against" in said
    assert "[" in said


@pytest.mark.parametrize("stays", [("guarantee",), ("baseline",), ("guarantee", "baseline")])
@pytest.mark.parametrize("worth", [("guarantee",), ("baseline",), ("loyalty_points", "baseline")])
def test_it_is_one_sentence_in_both_languages(ask, stays, worth):
    for lang in ("en", "ru"):
        said = ask(stays, worth, lang)
        assert said.endswith(".")
        assert said[0].isupper() or said[0] == "“"
        assert ". " not in said.replace("п.п. ", "")
    assert "2,00 [1,00; 3,00]" in said or stays == ("guarantee",)


def test_no_line_breaks_between_a_number_and_its_unit():
    assert bound("2.85 [2.64, 3.07] points more") == "2.85 [2.64, 3.07]\N{NO-BREAK SPACE}points more"
    assert bound("на 2,85 п.п. и 95 %") == "на 2,85\N{NO-BREAK SPACE}п.п. и 95\N{NO-BREAK SPACE}%"
    assert bound("340 RUB, in USA") == "340\N{NO-BREAK SPACE}RUB, in USA"
