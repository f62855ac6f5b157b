"""The command `tenure app`: the workshop app in a browser."""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.cli.screen import say
from sim.cli.settings import texts_by_key
from sim.study.extras import needed
from sim.world.description import build, checked_value, field_at
from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import parameter, registry

LOCAL = "127.0.0.1"
HOSTS = (LOCAL, "0.0.0.0")
NEEDS = (("nicegui", "NiceGUI"), ("segno", "segno"))


@dataclass(frozen=True)
class Settings:
    """What can be said of the app on the command line."""

    scenario: str = parameter("courier", unit="text", meaning="the world to begin with")
    lang: str = parameter("en", unit="text", meaning="language to begin with: en or ru")
    port: int = parameter(8080, low=1, high=65535, unit="port", meaning="where the app listens")
    host: str = parameter(
        LOCAL, unit="text", meaning="127.0.0.1: this computer alone; 0.0.0.0: open to the room"
    )
    show: bool = parameter(True, unit="yes or no", meaning="whether to open a browser")
    customers: int = parameter(2000, low=20, high=20_000, unit="customers", meaning="customers of each world")
    seed: int = parameter(1, low=0, high=2**31 - 1, unit="1", meaning="what all luck is made from")
    workers: int = parameter(2, low=1, high=64, unit="threads", meaning="runs at once")


def open_app(arguments: Sequence[str], folders: tuple[Path, ...]) -> int:
    """Serve the app until it is interrupted; return the exit status.

    Parameters
    ----------
    arguments
        Settings, ``key=value``.
    folders
        A user's own folders.

    Raises
    ------
    ConfigurationError
        If a setting is not valid, the port is in use, or a library is missing.
    """
    settings = build(Settings, _values(arguments))
    _check(settings, folders)
    for module, library in NEEDS:
        needed(module, "app", library, "app")
    _check_port(settings.host, settings.port)
    from sim.app.page.server import room_address, serve
    from sim.app.panel import panel
    from sim.app.state import State, World

    presets = panel(settings.scenario, folders).presets
    start = State(
        scenario=settings.scenario,
        b=World("over_promise" if "over_promise" in presets else presets[-1]),
        seed=settings.seed,
        customers=settings.customers,
        language=settings.lang,
    )
    say("preparing the engine (half a minute the first time) …")
    own = f"http://{LOCAL}:{settings.port}"
    where = (
        own
        if settings.host == LOCAL
        else f"{room_address(settings.port)} (open to everybody in this network)"
    )
    say(f"Tenure is about to open at {where}; Ctrl+C ends it")
    serve(start, folders, settings.host, settings.port, settings.workers, settings.show)
    return 0


def _values(arguments: Sequence[str]) -> Mapping[str, Any]:
    known = [name for name, _ in registry(Settings)]
    texts = texts_by_key(arguments, "app", "scenario=courier", known)
    return {key: _typed(key, text) for key, text in texts.items()}


def _typed(key: str, text: str) -> Any:
    found = field_at(Settings, key)
    assert found is not None
    kind, entry = found
    value: Any = text
    if kind is int and text.lstrip("-").isdigit():
        value = int(text)
    elif kind is bool and text in ("true", "false"):
        value = text == "true"
    return checked_value(kind, value, key, entry)


def _check(settings: Settings, folders: tuple[Path, ...]) -> None:
    from sim.language.words import words
    from sim.world.library import scenario_files

    words(settings.lang)
    files = scenario_files(folders)
    if settings.scenario not in files:
        raise ConfigurationError(
            "scenario", f"unknown scenario '{settings.scenario}'", nearest(settings.scenario, files)
        )
    if settings.host not in HOSTS:
        raise ConfigurationError("host", f"'{settings.host}' is not a choice", f"choices: {', '.join(HOSTS)}")


def _check_port(host: str, port: int) -> None:
    """Raise an error if nothing can listen at a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or "cannot be used"
            raise ConfigurationError(
                "port", f"{port}: {reason.lower()}", f"for example port={port + 1}"
            ) from None
