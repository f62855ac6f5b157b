"""Visitors who leave before they are answered: no fault of the app, and none that it should report.

A file is sent only as long as its reader is there, and compression holds the beginning of an answer back
until there is something to compress. Who leaves in between gets no answer, which the framework's middlewares
take for a fault: a traceback that ends in "No response returned". Around the compression, such a request gets
an answer that nobody hears; an app that is silent towards somebody who is still there goes on being a fault.
"""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

CLOSED = 499
"""Status of a request whose sender has gone, as web servers log it."""


class Compressed(GZipMiddleware):
    """Middleware that compresses answers, and ends a request properly whose sender has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer, and answer for it where it need not."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        gone = begun = False

        async def heard() -> Message:
            nonlocal gone
            message = await receive()
            gone = gone or message["type"] == "http.disconnect"
            return message

        async def said(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        await super().__call__(scope, heard, said)
        if gone and not begun:
            await send({"type": "http.response.start", "status": CLOSED, "headers": []})
            await send({"type": "http.response.body", "body": b""})
