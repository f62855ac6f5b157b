"""A server of the app and Debian's Chromium, the network closed; what goes wrong on a page fails its test."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0
"""Seconds for the server to come up: the engine may have to be compiled first."""
ELSEWHERE = re.compile(r"^(?!(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:)")
CUSTOMERS = 200
READY = '[data-runs="12"]'
"""The mark of a page whose intervals are there."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """Return an environment in which the framework does not take itself for a test of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    return {**kept, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the app as a user does and return its address."""
    log = tmp_path_factory.mktemp("app") / "log.txt"
    port = free_port()
    command = [sys.executable, "-c", "from sim.cli import command; command()", "app"]
    command += [f"port={port}", "show=false", f"customers={CUSTOMERS}"]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=log.parent, env=environment())
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                urlopen(address, timeout=5).close()
                break
            except (URLError, OSError):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, f"the app does not answer: {log.read_text()}"
                time.sleep(0.1)
        yield address
        assert process.poll() is None, log.read_text()
        told = log.read_text()
        assert "Traceback" not in told, told
    finally:
        process.terminate()
        process.wait(timeout=20)


class Visits:
    """Opens pages for visitors, and remembers what went wrong on any of them."""

    few = f"n={CUSTOMERS}"
    """What an address says to have as few customers as the server starts with."""

    def __init__(self, browser: Browser, shared: BrowserContext, server: str) -> None:
        self.wrong: list[str] = []
        self.received: list[str] = []
        """What the server sent to any of the pages while they were open."""
        self._browser, self._shared, self._server = browser, shared, server
        self._opened: list[Page | BrowserContext] = []

    def open(
        self, query: str = "", size: tuple[int, int] = (1280, 720), wait: str = READY, apart: bool = False
    ) -> Page:
        """Open a page as a visitor of its own and wait until it is ready.

        Each page is a visitor; in a browser apart it shares not even what was fetched before.
        """
        context = new_context(self._browser) if apart else self._shared
        page = context.new_page()
        self._opened.append(context if apart else page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("console", self._said)
        page.on("response", self._answered)
        page.on("websocket", lambda line: line.on("framereceived", self._received))
        page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url}"))
        if query and self.few not in query.split("&"):
            query += f"&{self.few}"  # an address says all that is not as everywhere
        page.goto(f"{self._server}/?{query}" if query else self._server)
        page.wait_for_selector(wait)
        return page

    def _received(self, frame: str | bytes) -> None:
        self.received.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    def close(self) -> None:
        for one in self._opened:
            one.close()

    def _asked(self, request: Any) -> None:
        if ELSEWHERE.match(request.url):
            self.wrong.append(f"off the machine: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.wrong.append(f"console: {message.text}")


def new_context(browser: Browser) -> BrowserContext:
    """Return a browser that has fetched nothing yet."""
    context = browser.new_context(reduced_motion="reduce", accept_downloads=True)
    context.set_default_timeout(20_000)
    return context


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """Return the browser in which the visitors of a module open their pages."""
    context = new_context(browser)
    yield context
    context.close()


@pytest.fixture
def visits(browser: Browser, shared: BrowserContext, server: str) -> Iterator[Visits]:
    made = Visits(browser, shared, server)
    yield made
    wrong = list(made.wrong)
    made.close()
    assert wrong == []


@pytest.fixture
def open_page(visits: Visits) -> Callable[..., Page]:
    """Return the function that opens a page for another visitor."""
    return visits.open
