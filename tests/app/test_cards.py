"""Cards for the debriefing: for every strategy of the workshop, with a picture that can be read."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from sim.app.cards import HEIGHT, KEYED, PICTURES, WIDTH, _boxed, card_html, card_of, picture_svg, questions
from sim.app.state import State, World
from sim.language.words import Words


@pytest.mark.parametrize("card", list(PICTURES))
def test_five_or_six_questions_each_with_what_to_look_at(card: str, language: Words) -> None:
    found = questions(card, language)
    assert 5 <= len(found) <= 6
    assert all(ask.endswith("?") and look for ask, look in found)
    assert language.text(f"cards.card.{card}.lead")


def test_every_strategy_that_has_a_key_has_a_card() -> None:
    assert set(KEYED) <= set(PICTURES)


@pytest.mark.parametrize("card", list(PICTURES))
def test_pictures_are_whole(card: str, language: Words) -> None:
    picture = PICTURES[card]
    ends = {name for one, other, _ in picture.edges for name in (one, other)}
    assert ends == set(picture.nodes)
    for _, names in picture.loops:
        for one, other in zip(names, [*names[1:], names[0]], strict=True):
            assert any((a, b) in ((one, other), (other, one)) for a, b, _ in picture.edges)
    svg = picture_svg(card, language)
    root = ET.fromstring(svg)
    arrows = [part for part in root.iter("path") if part.get("marker-end")]
    assert len(arrows) == len(picture.edges)
    assert root.get("role") == "img"
    for name in picture.nodes:
        assert language.text(f"cards.node.{name}") in (root.get("aria-label") or "")


@pytest.mark.parametrize("card", list(PICTURES))
def test_loops_are_what_they_are_called(card: str) -> None:
    """Reinforcing: an even number of minus signs around; balancing: an odd one."""
    picture = PICTURES[card]
    signs = {(one, other): sign for one, other, sign in picture.edges}
    for kind, names in picture.loops:
        around = list(zip(names, [*names[1:], names[0]], strict=True))
        if any(step not in signs for step in around):
            around = [(other, one) for one, other in around]
        minus = sum(signs[step] == "-" for step in around)
        assert kind == ("B" if minus % 2 else "R")


@pytest.mark.parametrize("card", list(PICTURES))
def test_no_box_lies_on_another_or_outside(card: str, language: Words) -> None:
    boxes = [
        _boxed(place, language.text(f"cards.node.{name}")) for name, place in PICTURES[card].nodes.items()
    ]
    for box in boxes:
        assert box.x - box.wide / 2 >= 0
        assert box.x + box.wide / 2 <= WIDTH
        assert box.y - box.high / 2 >= 0
        assert box.y + box.high / 2 <= HEIGHT
    for one, other in combinations(boxes, 2):
        apart = (
            abs(one.x - other.x) >= (one.wide + other.wide) / 2
            or abs(one.y - other.y) >= (one.high + other.high) / 2
        )
        assert apart, (one.lines, other.lines)


def test_whose_card_is_shown() -> None:
    assert card_of(State()) == "over_promise"
    assert card_of(State(b=World("baseline"), a=World("guarantee"))) == "guarantee"
    assert card_of(State(b=World("staff"))) == "other"


def test_nothing_is_asked_of_elsewhere(language: Words) -> None:
    html = card_html(State(), language)
    assert not re.findall(r"(?:src|href)=", html)
