"""Predict first: what is expected of world B, before anything of it is shown."""

from collections.abc import Callable
from dataclasses import replace

from nicegui import ui

from sim.app import state as states
from sim.app.page.session import Session
from sim.app.state import MEASURES, Guess
from sim.app.telling import name_of

Take = Callable[..., None]


def show_question(session: Session, take: Take) -> None:
    """Show the question with its answers, and what ends the guessing.

    Parameters
    ----------
    session
        Whose.
    take
        Called with a new state.
    """
    words, state = session.words, session.state
    ui.label(words.text("app.predict.question"))
    label = words.text("app.predict.measure")
    ui.select(
        {measure: name_of(measure, words) for measure in MEASURES},
        value=state.ask,
        on_change=lambda event: take(replace(session.state, ask=event.value, guess="")),
    ).props(f'dense outlined options-dense aria-label="{label}" data-key=ask').classes("ask")
    for expected in ("up", "same", "down"):
        _expected(session, take, expected)
    reveal = ui.element("button").classes("plain").props("type=button data-key=reveal")
    reveal.on("click", lambda: take(states.reveal(session.state)))
    with reveal:
        ui.html(words.text("app.predict.reveal"), sanitize=False, tag="strong")


def _expected(session: Session, take: Take, expected: Guess) -> None:
    words, state = session.words, session.state
    pressed = "true" if state.guess == expected else "false"
    button = ui.element("button").classes("plain")
    button.props(f'type=button aria-pressed={pressed} data-key="guess {expected}"')
    button.on("click", lambda: take(states.guess(session.state, expected)))
    with button:
        ui.html(words.text(f"app.predict.{expected}"), sanitize=False, tag="span")
