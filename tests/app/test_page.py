"""The page without a browser: what a visitor is shown, what moves what, and that visitors do not meet."""

import asyncio
import logging
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from html import unescape
from typing import Any

import httpx
import numpy as np
import pytest
from nicegui import core
from nicegui.testing.user import User
from nicegui.testing.user_interaction import UserInteraction
from nicegui.testing.user_simulation import user_simulation

import sim
from sim.app.page.server import add_page
from sim.app.page.session import Hall
from sim.app.state import MEASURES, State
from sim.app.turns import Turns
from sim.app.worlds import Frame, Key
from sim.language.words import words

PATIENCE = 10.0
BELOW = "commitments.delivery.threshold"
ENGLISH = words("en")


def made(key: Key) -> Frame:
    """Return a run that takes no time: its level tells the world, its noise the seed."""
    level = 50.0 + (sum(map(ord, repr(key.world))) % 97) / 10.0
    noise = np.random.default_rng(key.seed).normal(0.0, 0.1)
    weeks = np.arange(104) / 104.0
    return Frame(dict.fromkeys(MEASURES, level + noise + weeks), np.full(104, 2.0))


class Visitor:
    """A visitor of the page, who finds what stands there by its key."""

    def __init__(self, user: User) -> None:
        self.user = user

    async def open(self, query: str = "") -> None:
        await self.user.open(f"/?{query}" if query else "/")
        await self.settled()

    @property
    def elements(self) -> list[Any]:
        assert self.user.client is not None
        return list(self.user.client.elements.values())

    def at(self, key: str, prop: str = "data-key") -> Any:
        (found,) = [one for one in self.elements if one.props.get(prop) == key]
        return found

    def click(self, key: str) -> None:
        UserInteraction(self.user, {self.at(key)}, None).click()

    def texts(self, part: str) -> list[str]:
        """Return what stands in all elements of a class, without its tags."""
        found = [one for one in self.elements if part in one.classes]
        return [re.sub(r"<[^>]+>", " ", str(one.props.get("innerHTML", ""))).strip() for one in found]

    def seen(self) -> str:
        """Return all that is written on the page."""
        found = [str(one.props.get("innerHTML", "")) + str(getattr(one, "text", "")) for one in self.elements]
        return unescape(re.sub(r"<[^>]+>", " ", " | ".join(found)))

    def chart(self, measure: str) -> dict[str, Any]:
        """Return the series of a chart by name."""
        return {one["name"]: one for one in self.at(measure, "data-chart").options["series"]}

    def key(self, code: str) -> None:
        """Press a key, as the script of the page tells it."""
        assert self.user.client is not None
        for listener in self.user.client.layout._event_listeners.values():
            if listener.type == "key":
                self.user.client.layout._handle_event({"listener_id": listener.id, "args": code})

    def runs(self) -> list[str]:
        """Return how many runs the numbers on the page come from."""
        return [one.props["data-runs"] for one in self.elements if "data-runs" in one.props]

    async def settled(self) -> None:
        """Wait until the interval is there."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            await asyncio.sleep(0.02)
            if self.runs() == ["12"]:
                await asyncio.sleep(0.02)
                return
            assert asyncio.get_running_loop().time() < until, self.runs()


Act = Callable[[Visitor], Awaitable[None]]


@pytest.fixture
def hall() -> Iterator[Hall]:
    turns = Turns(made, threads=1)
    yield Hall(turns, State(customers=60))
    turns.close()


@pytest.fixture
def visit(hall: Hall, caplog: pytest.LogCaptureFixture) -> Callable[[Act], None]:
    """Return the function that serves the page and lets a visitor act on it; a logged error fails."""

    def run(act: Act) -> None:
        async def stay() -> None:
            async with user_simulation() as user:
                add_page(hall)
                await act(Visitor(user))
                await asyncio.sleep(0.1)  # what is on its way is not well cancelled by the framework

        ours = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "sim"}
        try:
            asyncio.run(stay())
        finally:  # the framework forgets the modules that hold pages, and their parents with them
            sys.modules.update(ours)
        assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == []

    return run


def test_modules_are_the_same_after_a_visit(visit: Callable[[Act], None]) -> None:
    visit(lambda visitor: visitor.open())
    assert sys.modules["sim"] is sim


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_first_line_says_the_language(visit: Callable[[Act], None], language: str) -> None:
    async def act(visitor: Visitor) -> None:
        html = (await visitor.user.http_client.get(f"/?lang={language}")).text
        found = re.search(r'<html lang="([\w-]+)"', html)
        assert found is not None
        assert found.group(1).partition("-")[0] == language
        assert "<title>Tenure</title>" in html

    visit(act)


@pytest.mark.parametrize("view", ["curves", "cards"])
def test_all_is_said_in_the_language(visit: Callable[[Act], None], view: str) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open("lang=ru&b=combined")
        visitor.click(f"view {view}")
        await asyncio.sleep(0.05)
        found = set(re.findall(r"[A-Za-z]{3,}", visitor.seen())) - {"Tenure", "NPS", "English", "nbsp"}
        assert found == set()

    visit(act)


def test_a_slider_moves_its_own_world_and_undo_brings_it_back(visit: Callable[[Act], None]) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open()
        before = visitor.texts("pair")
        curve = visitor.chart("active")
        visitor.at(BELOW).value = 30.0
        await visitor.settled()
        after = visitor.texts("pair")
        assert [one.split()[0] for one in after] == [one.split()[0] for one in before]  # world A
        assert [one.split()[-1] for one in after] != [one.split()[-1] for one in before]
        moved = visitor.chart("active")
        assert moved["World B"]["data"] != curve["World B"]["data"]
        assert moved["ghost b"]["data"]
        assert "30.0\xa0min" in visitor.seen()
        visitor.key("KeyU")
        await visitor.settled()
        assert visitor.texts("pair") == before

    visit(act)


def test_the_lock_holds_all_levers_but_one(visit: Callable[[Act], None]) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open("lock=on&b=guarantee")
        other = visitor.at("commitments.availability.threshold")
        assert other.enabled
        visitor.at(BELOW).value = 33.0
        assert not other.enabled
        assert visitor.at("commitments.delivery.payout").enabled  # of the same lever
        visitor.key("KeyU")
        assert visitor.at("commitments.availability.threshold").enabled
        await visitor.settled()

    visit(act)


def test_nothing_of_world_b_is_on_the_page_before_the_reveal(visit: Callable[[Act], None]) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open("predict=on")
        assert all("?" in text for text in visitor.texts("pair"))
        for measure in State().charts:
            series = visitor.chart(measure)
            assert series["World A"]["data"]
            assert all(not series[name]["data"] for name in series if name[-1] in "bB" or "differ" in name)
        for view in ("story", "cards"):
            visitor.click(f"view {view}")
            assert ENGLISH.text("app.predict.later") in visitor.seen()
        visitor.click("view curves")
        visitor.click("guess down")
        visitor.click("reveal")
        await visitor.settled()
        assert not any("?" in text for text in visitor.texts("pair"))
        assert visitor.chart("active")["World B"]["data"]
        assert ENGLISH.text("app.predict.said", guess=ENGLISH.text("app.predict.down")) in visitor.seen()

    visit(act)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("scenario=nonsense", "'scenario=nonsense'"),
        ("s=x", "'s=x'"),
        ("b.price.change=9", "between"),
    ],
)
def test_a_mistyped_address_is_told_and_the_page_stands(
    visit: Callable[[Act], None], query: str, told: str
) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open(query)
        assert told in visitor.seen()
        assert len(visitor.texts("pair")) == len(MEASURES)

    visit(act)


def test_the_language_is_switched_without_losing_the_state(visit: Callable[[Act], None]) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open(f"b=guarantee&b.{BELOW}=30&week=40")
        before = [re.sub(r"\D", "", text) for text in visitor.texts("pair")]
        visitor.click("language")
        await visitor.settled()
        assert [re.sub(r"\D", "", text) for text in visitor.texts("pair")] == before
        assert visitor.at(BELOW).value == 30.0
        assert "неделя 40 из 104" in visitor.seen()

    visit(act)


def test_visitors_do_not_meet(visit: Callable[[Act], None]) -> None:
    async def act(anna: Visitor) -> None:
        transport = httpx.ASGITransport(core.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            ben = Visitor(User(http))
            await anna.open()
            await ben.open()
            before = ben.texts("pair")
            anna.key("Digit2")
            await anna.settled()
            assert anna.at("preset").value == "guarantee"
            assert ben.at("preset").value == "over_promise"
            assert ben.texts("pair") == before

    visit(act)


def test_who_was_away_for_a_moment_gets_the_interval_after_all(visit: Callable[[Act], None]) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open()
        visitor.at(BELOW).value = 30.0
        while visitor.runs() != ["1"]:  # the curve is there, its interval not yet begun
            await asyncio.sleep(0.005)
        client = visitor.user.client
        assert client is not None
        (socket,) = client._socket_to_document_id
        document, tab = client._socket_to_document_id[socket], client.tab_id
        assert tab is not None
        client.handle_disconnect(socket)
        await asyncio.sleep(0.3)
        assert visitor.runs() == ["1"]  # nobody waits for more
        await client.handle_handshake("again", tab, None, document, None)
        await visitor.settled()

    visit(act)


def test_the_question_stays_while_runs_come_in(visit: Callable[[Act], None]) -> None:
    """Whoever has the focus on an answer must not lose it."""

    async def act(visitor: Visitor) -> None:
        await visitor.open()
        visitor.at("predict").value = True
        visitor.key("Digit2")
        asked = visitor.at("guess up")
        await visitor.settled()
        assert visitor.at("guess up") is asked

    visit(act)


def test_the_cursor_is_moved_by_keys_and_by_playing(visit: Callable[[Act], None]) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open("week=100")
        visitor.key("ArrowLeft")
        assert "week 99 of 104" in visitor.seen()
        assert visitor.chart("csat")["cursor"]["markLine"]["data"] == [{"xAxis": 99}]
        visitor.key("Space")
        assert visitor.at("play").props["aria-label"] == "Pause"
        visitor.key("Space")
        assert visitor.at("play").props["aria-label"] == "Play"

    visit(act)


def test_for_a_room_it_is_little(visit: Callable[[Act], None]) -> None:
    async def act(visitor: Visitor) -> None:
        await visitor.open()
        assert len(visitor.texts("pair")) == len(MEASURES)
        visitor.key("KeyP")
        await visitor.settled()
        assert len(visitor.texts("pair")) == 4
        assert sum("data-chart" in one.props for one in visitor.elements) == 2

    visit(act)
