"""Visitors who leave before they are answered leave no traceback; an app that is silent still does."""

import asyncio

import pytest
from nicegui.middlewares import RedirectWithPrefixMiddleware, SetCacheControlMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.app.page.leaving import CLOSED, Compressed

SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},  # as uvicorn says
    "method": "GET",
    "path": "/_nicegui/static/a.js",
    "query_string": b"",
    "headers": [(b"accept-encoding", b"gzip")],
    "scheme": "http",
    "server": ("127.0.0.1", 80),
    "root_path": "",
}
SILENCE = "No response returned"


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the request, and answer nothing."""
    await receive()


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    raise ValueError("a fault of the page")


def ask(app: ASGIApp, gone: bool, guarded: bool) -> list[int]:
    """Send a request through the framework's middlewares and return the status of its answer."""
    told: list[int] = []

    async def receive() -> Message:
        if gone:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    inner = Compressed(app) if guarded else GZipMiddleware(app)
    stack = SetCacheControlMiddleware(RedirectWithPrefixMiddleware(inner))
    asyncio.run(stack(dict(SCOPE), receive, send))
    return told


@pytest.mark.parametrize("app", [FileResponse(__file__), silent])
def test_who_has_left_is_answered_and_nothing_is_reported(app: ASGIApp) -> None:
    with pytest.raises(RuntimeError, match=SILENCE):
        ask(app, gone=True, guarded=False)
    assert ask(app, gone=True, guarded=True) == [CLOSED]


def test_silence_towards_somebody_who_is_there_is_a_fault() -> None:
    with pytest.raises(RuntimeError, match=SILENCE):
        ask(silent, gone=False, guarded=True)


@pytest.mark.parametrize("gone", [False, True])
def test_another_fault_is_reported_whoever_has_left(gone: bool) -> None:
    with pytest.raises(ValueError, match="a fault of the page"):
        ask(broken, gone, guarded=True)


def test_an_answer_is_passed_on_as_it_is() -> None:
    assert ask(PlainTextResponse("a" * 1000, 201), gone=False, guarded=True) == [201]
