"""Visitors of the app without a browser: they open a page, move a slider, and wait for curve and interval."""

import ast
import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import socketio

ELEMENTS = re.compile(r"parseElements\(String\.raw`(.*?)`\)", re.S)
QUERY = re.compile(r"query: (\{.*?\}),\n")
ESCAPES = {"&lt;": "<", "&gt;": ">", "&#96;": "`", "&#36;": "$", "&amp;": "&"}
SLIDER = "commitments.delivery.threshold"
CURVE = "World B"


@dataclass
class Visitor:
    """One visitor with a connection of its own.

    Parameters
    ----------
    address
        Of the app.
    """

    address: str
    runs: str = "0"
    curves: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    socket: Any = None
    client: str = ""
    slider: tuple[int, str] = (0, "")
    box: str = ""

    async def open(self, http: aiohttp.ClientSession, query: str = "") -> None:
        """Load the page as a browser does, and connect."""
        async with http.get(f"{self.address}/?{query}") as response:
            assert response.status == 200
            html = await response.text()
        found = ELEMENTS.search(html)
        asked = QUERY.search(html)
        assert found is not None
        assert asked is not None
        text = found.group(1)
        for name, sign in ESCAPES.items():
            text = text.replace(name, sign)
        elements = json.loads(text)
        for number, element in elements.items():
            props = element.get("props", {})
            if props.get("data-key") == SLIDER:
                event = next(one for one in element["events"] if one["type"] == "update:modelValue")
                self.slider = (int(number), event["listener_id"])
            if "data-runs" in props:
                self.box = number
                self.runs = str(props["data-runs"])
        wanted = ast.literal_eval(asked.group(1))
        self.client = wanted["client_id"]
        names = {"tab_id": str(uuid4()), "document_id": str(uuid4()), "old_tab_id": ""}
        words = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in wanted.items()
        }
        path = "&".join(f"{name}={value}" for name, value in {**words, **names}.items())
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("update", self._update)
        await self.socket.connect(
            f"{self.address}?{path}", socketio_path="/_nicegui_ws/socket.io", transports=["websocket"]
        )

    def _update(self, changes: dict[str, Any]) -> None:
        for number, element in changes.items():
            props = element.get("props", {}) if isinstance(element, dict) else {}
            if number == self.box and "data-runs" in props:
                self.runs = str(props["data-runs"])
            for series in props.get("options", {}).get("series", ()):
                if series.get("name") == CURVE and series.get("data"):
                    self.curves += 1
        self.news.set()

    async def until(self, done: Any, limit: float) -> float:
        """Wait until something is so and return how long it took."""
        begin = time.perf_counter()
        while not done():
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), limit - (time.perf_counter() - begin))
        return time.perf_counter() - begin

    async def move(self, value: float, limit: float) -> tuple[float, float, float]:
        """Move the slider; return when the curve was there, a first interval, and the last, in seconds."""
        before = self.curves
        begin = time.perf_counter()
        number, listener = self.slider
        message = {
            "id": number,
            "client_id": self.client,
            "listener_id": listener,
            "args": [json.dumps(value)],
        }
        await self.socket.emit("event", message)
        await self.until(lambda: self.curves > before, limit)
        curve = time.perf_counter() - begin
        await self.until(lambda: self.runs in ("4", "12"), limit)
        interval = time.perf_counter() - begin
        await self.until(lambda: self.runs == "12", limit)
        return curve, interval, time.perf_counter() - begin

    async def close(self) -> None:
        """Go."""
        if self.socket is not None:
            await self.socket.disconnect()


async def room(address: str, seats: int, limit: float, rounds: int = 1) -> dict[str, list[float]]:
    """Let a room of visitors move their sliders all at once, each to a place of its own.

    Returns
    -------
    dict of list
        Seconds until the curve, a first interval and the last were there, a number per visitor and round.
    """
    visitors = [Visitor(address) for _ in range(seats)]
    found: dict[str, list[float]] = {"curve": [], "interval": [], "twelve runs": []}
    async with aiohttp.ClientSession() as http:
        try:
            for visitor in visitors:
                await visitor.open(http)
            await asyncio.gather(*(one.until(lambda one=one: one.runs == "12", limit) for one in visitors))
            for number in range(rounds):
                places = [
                    8.1 + 0.5 * ((number * seats + place) % 70) + 0.01 * number for place in range(seats)
                ]
                took = await asyncio.gather(
                    *(visitor.move(value, limit) for visitor, value in zip(visitors, places, strict=True))
                )
                for times in took:
                    for name, seconds in zip(found, times, strict=True):
                        found[name].append(seconds)
        finally:
            await asyncio.gather(*(visitor.close() for visitor in visitors))
    return found
