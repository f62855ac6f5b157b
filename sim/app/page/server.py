"""Start the app: prepare the engine, say where it is, serve the page."""

import asyncio
import socket
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

from nicegui import app, ui
from starlette.requests import Request

from sim.app import worlds
from sim.app.address import arrive
from sim.app.page.leaving import Compressed
from sim.app.page.session import Hall
from sim.app.page.view import View
from sim.app.panel import panel
from sim.app.state import SIDES, State
from sim.app.turns import Turns
from sim.language.words import words
from sim.world.library import scenarios

RECONNECT = 30.0
"""Seconds in which a lost connection may come back before the page begins anew from its address.

The framework counts a visitor as gone who has not answered for two fifths of it: in a full room on a busy
computer that must not be short.
"""
HERE = Path(__file__).parent
INK = "#37414b"
PLUGINS: Mapping[str, Any] = {"en": "en-GB", "ru": "ru"}
"""What the framework calls the languages."""


def room_address(port: int) -> str:
    """Return the address under which others in the same network find this computer.

    No packet is sent: a datagram socket only asks the system which way it would go.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            host = str(probe.getsockname()[0])
        except OSError:
            host = "127.0.0.1"
    return f"http://{host}:{port}"


def prepare(hall: Hall) -> None:
    """Run what the first visitor will see and read all scenarios, so that nobody waits for either."""
    for name in scenarios(hall.folders):
        panel(name, hall.folders)
    for side in SIDES:
        key = worlds.keys(hall.start, side, 1)[0]
        hall.turns.memory.put(key, worlds.frame(key, hall.folders))


def add_page(hall: Hall) -> None:
    """Make the page; each visitor gets a state of their own."""
    style = (HERE / "style.css").read_text(encoding="utf-8")
    script = (HERE / "page.js").read_text(encoding="utf-8")

    def page(request: Request) -> Any:
        state, problems = arrive(request.query_params.multi_items(), hall.start, hall.folders)
        _say_language(state.language)
        ui.colors(primary=INK)
        ui.add_css(style)
        ui.add_body_html(f"<script>{script}</script>")
        View(hall, state, problems)

    ui.page("/", title=words(hall.start.language).text("app.title"), language=None)(page)


def _say_language(language: str) -> None:
    """Let the page say its language in its first line, before any script runs."""
    client = ui.context.client
    client.page = copy(client.page)  # of this visitor alone
    client.page.language = PLUGINS[language]
    client.title = words(language).text("app.title")


def serve(start: State, folders: tuple[Path, ...], host: str, port: int, threads: int, show: bool) -> None:
    """Serve the app until it is interrupted.

    Parameters
    ----------
    start
        What one sees at an address without a query.
    folders
        A user's own folders of scenarios and strategies.
    host, port
        Where it listens.
    threads
        Runs at once.
    show
        Whether to open a browser.
    """
    from functools import partial

    turns = Turns(partial(worlds.frame, folders=folders), threads)
    hall = Hall(turns, start, folders, room_address(port) if host != "127.0.0.1" else "")
    prepare(hall)
    add_page(hall)
    app.on_shutdown(lambda: asyncio.to_thread(turns.close))
    # The bar of the framework that shows requests has no name for those who do not see it.
    app.config.quasar_config["loadingBar"] = {"skipHijack": True}
    ui.run(
        host=host,
        port=port,
        title=words(start.language).text("app.title"),
        show=show,
        reload=False,
        show_welcome_message=False,
        tailwind=False,
        reconnect_timeout=RECONNECT,
        uvicorn_logging_level="warning",
        binding_refresh_interval=None,
        gzip_middleware_factory=Compressed,
    )
