"""The page for users of Mesa, in a real browser with the network closed."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

PATIENCE = 60_000  # milliseconds; the first page compiles nothing, but Solara takes its time to start
COUNTER = re.compile(r"^(Step|Time): ")  # Mesa 3.3 counts steps, Mesa 3.5 time


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    port = free_port()
    log = (tmp_path_factory.mktemp("solara") / "log").open("w+")
    command = [sys.executable, "-m", "solara", "run", "sim.app.mesa_view", "--host", "127.0.0.1"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    server = subprocess.Popen(
        [*command, "--port", str(port), "--no-open", "--production"],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        until = time.monotonic() + 60.0
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").close()
                break
            except (urllib.error.URLError, ConnectionError):
                log.seek(0)
                assert server.poll() is None, log.read()
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.fixture
def visitor(browser, address):
    """Return a function that opens the page for a new visitor; whatever went wrong there fails the test."""
    wrong = []

    def open_page():
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.route(
            re.compile(r"^https?://(?!127\.0\.0\.1)"),
            lambda route: (wrong.append(f"asks {route.request.url}"), route.abort()),
        )
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "response",
            lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
        )
        page.goto(address)
        expect(page.get_by_role("button", name="Step")).to_be_visible(timeout=PATIENCE)
        return page

    yield open_page
    assert wrong == []


def counted(page, ticks):
    expect(page.get_by_text(COUNTER)).to_have_text(
        re.compile(rf"^(Step|Time): {ticks}(\.0)?$"), timeout=PATIENCE
    )


def test_a_visitor_steps_and_another_begins_at_the_start(visitor):
    first = visitor()
    counted(first, 0)
    expect(first.locator("img")).not_to_have_count(0)
    before = first.locator("img").first.get_attribute("src")
    for tick in (1, 2, 3):
        first.get_by_role("button", name="Step").click()
        counted(first, tick)
    expect(first.locator("img").first).not_to_have_attribute("src", before)
    second = visitor()
    counted(second, 0)
    counted(first, 3)


def test_reset_takes_the_strategy_that_was_chosen(visitor):
    page = visitor()
    page.get_by_role("button", name="Step").click()
    counted(page, 1)
    page.get_by_role("button", name="strategy").or_(page.get_by_label("strategy")).first.click()
    page.get_by_role("option", name="guarantee").click()
    page.get_by_role("button", name="Reset").click()
    counted(page, 0)
    page.get_by_role("button", name="Step").click()
    counted(page, 1)
