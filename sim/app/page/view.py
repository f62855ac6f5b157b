"""One visitor's page: put together from its parts, and built anew where that is simplest."""

import json
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from nicegui import background_tasks, ui

from sim.app import state as states
from sim.app.address import Problem, share_address
from sim.app.cards import KEYED
from sim.app.history import settle
from sim.app.page.cards_view import show_cards
from sim.app.page.dialogs import help_dialog, save_dialog, share_dialog
from sim.app.page.panel import LeverPanel
from sim.app.page.question import show_question
from sim.app.page.session import Hall, Session
from sim.app.page.stage import Stage
from sim.app.page.story_view import show_story
from sim.app.panel import panel
from sim.app.state import VIEWS, State
from sim.app.telling import lever_name
from sim.language.words import LANGUAGES
from sim.world.library import scenarios

LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
BUILT = (
    "scenario",
    "language",
    "projector",
    "charts",
    "view",
    "predict",
    "ask",
    "guess",
    "revealed",
    "watched",
)
"""What is more than a change of numbers: the middle is built anew."""


class View:
    """The page of a visitor.

    Parameters
    ----------
    hall
        What all visitors share.
    state
        What the address says.
    problems
        What in the address was not understood.
    """

    def __init__(self, hall: Hall, state: State, problems: tuple[Problem, ...]) -> None:
        self.client = ui.context.client
        self.session = Session(hall, self.client.id, state, self._told)
        self._problems = problems
        self._stage: Stage | None = None
        self._panel: LeverPanel | None = None
        self._middle: Any = None
        self._root = ui.element("div").style("display: contents")
        ui.on("key", lambda event: self._key(event.args))
        self._away = False
        self.client.on_disconnect(self._gone)
        self.client.on_connect(self._back)
        self._build()
        self._run()

    def _gone(self) -> None:
        if self.client.has_socket_connection:  # a new connection was there before the old one was given up
            return
        self._away = True
        self.session.leave()
        if self._stage is not None:
            self._stage.timer.active = False

    def _back(self) -> None:
        """Ask again for what was dropped when the connection was lost."""
        if self._away:
            self._away = False
            self._run()

    def take(self, state: State, gesture: str = "", path: str = "") -> None:
        """Take a state, show it, and ask for runs where it needs others."""
        before = self.session.state
        if path and state == before:
            self._refused()
            return
        other = self.session.take(state, gesture)
        self._follow(before, moved=bool(path), other=other)

    def _follow(self, before: State, moved: bool, other: bool) -> None:
        """Show what is different from the state before."""
        now = self.session.state
        if other:
            self._run()
        whole = any(
            getattr(before, name) != getattr(now, name) for name in ("scenario", "language", "projector")
        )
        if whole:
            self._build()
        else:
            if not moved and (before.side, before.a, before.b) != (now.side, now.a, now.b):
                self._panel_anew()
            if any(getattr(before, name) != getattr(now, name) for name in BUILT) or (
                other and now.view != "curves"
            ):
                self._fill()
        if self._panel is not None:
            self._panel.hold()
        self._address()

    def _refused(self) -> None:
        session = self.session
        held = next(iter(states.touched(session.state, session.board.lever_of)), "")
        ui.notify(session.words.text("app.locked", lever=lever_name(held, session.words)))
        self._panel_anew()

    def _settle(self) -> None:
        self.session.history = settle(self.session.history)
        if self.session.state.view == "story":
            self._fill()

    def _panel_anew(self) -> None:
        if self._panel is not None:
            self._panel.build()
            self.client.run_javascript("refocus()")

    def undo(self) -> None:
        """Undo the last step."""
        before = self.session.state
        if self.session.back():
            self._follow(before, moved=False, other=True)

    def _run(self) -> None:
        background_tasks.create(self.session.run(), name="runs of a visitor")

    def _told(self) -> None:
        with self.client:
            if self._stage is not None and self.session.state.view == "curves":
                self._stage.show()

    def _address(self) -> None:
        state = self.session.state
        address = json.dumps("/" if state == self.session.hall.start else f"/?{share_address(state)}")
        self.client.run_javascript(f"history.replaceState({{}}, '', {address})")

    def _build(self) -> None:
        """Build the whole page, in the language and size of the state."""
        session = self.session
        state, words = session.state, session.words
        if self._stage is not None:
            self._stage.stop()
        self._root.clear()
        self.client.run_javascript(
            f"document.documentElement.lang = '{state.language}';"
            f"document.documentElement.classList.toggle('projector', {str(state.projector).lower()});"
            f"document.title = {words.text('app.title')!r}; setTimeout(() => window.refocus && refocus(), 50)"
        )
        with self._root, ui.element("div").classes("lab"):
            self._head()
            self._panel = LeverPanel(session, self.take, self._settle)
            self._middle = ui.element("main").classes("stage")
            self._fill()

    def _fill(self) -> None:
        """Build the middle."""
        if self._stage is not None:
            playing = self._stage.timer.active
            self._stage.timer.cancel()
            self._stage = None
        else:
            playing = False
        self._middle.clear()
        with self._middle:
            if self._problems:
                self._mistakes()
            view = self.session.state.view
            if self.session.state.hidden and view != "curves":  # both would tell what comes of world B
                with ui.element("div").classes("guess").props("aria-live=polite"):
                    show_question(self.session, self.take)
                ui.label(self.session.words.text("app.predict.later")).classes("scroll later")
            elif view == "curves":
                self._stage = Stage(self.session, self.take)
                self._stage.timer.active = playing
            elif view == "story":
                show_story(self.session, self.take)
            else:
                show_cards(self.session)
        self.client.run_javascript("window.refocus && refocus()")

    def _mistakes(self) -> None:
        """Say what in the address was not understood, until it is put away."""
        words = self.session.words
        with ui.element("div").classes("problems").props("role=alert tabindex=0"):
            close = ui.element("button").classes("plain").props("type=button data-key=problems")
            close.on("click", self._put_away)
            with close:
                ui.html(words.text("app.close"), sanitize=False, tag="span")
            for problem in self._problems:
                ui.html(escape(problem.told(words)), sanitize=False, tag="p").classes("problem")

    def _put_away(self) -> None:
        self._problems = ()
        self._fill()

    def _head(self) -> None:
        session = self.session
        words, state = session.words, session.state
        with ui.element("header").classes("head"):
            ui.html(words.text("app.title"), sanitize=False, tag="h1")
            options = {
                name: _name(words.title(panel(name, session.hall.folders).scenario))
                for name in scenarios(session.hall.folders)
            }
            ui.select(
                options, value=state.scenario, on_change=lambda event: self._scenario(event.value)
            ).props(
                f'dense outlined options-dense aria-label="{words.text("app.scenario")}" data-key=scenario'
            ).classes("scenario")
            with ui.element("nav").classes("views").props(f'aria-label="{words.text("app.title")}"'):
                for view in VIEWS:
                    self._view(view)
            ui.element("div").classes("space")
            predict = ui.switch(
                words.text("app.predict.switch"),
                value=state.predict,
                on_change=lambda event: self.take(
                    replace(self.session.state, predict=bool(event.value), revealed=False, guess="")
                ),
            ).props("dense data-key=predict")
            predict.set_visibility(not state.projector or state.view == "curves")
            self._icon("undo", "undo", self.undo)
            self._icon("restart_alt", "reset", self.reset)
            self._icon("qr_code_2", "share", lambda: share_dialog(self.session))
            self._icon("download", "save", lambda: save_dialog(self.session))
            self._icon("co_present", "projector", self.projector)
            self._icon("help_outline", "help", lambda: help_dialog(self.session))
            for language in LANGUAGES:
                if language != state.language:
                    self._language(language)

    def _view(self, view: states.View) -> None:
        words, state = self.session.words, self.session.state
        button = ui.element("button")
        button.props(
            f'type=button aria-pressed={"true" if state.view == view else "false"} data-key="view {view}"'
        )
        with button:
            ui.html(words.text(f"app.views.{view}"), sanitize=False, tag="span")

        def choose() -> None:
            self.take(replace(self.session.state, view=view))
            for other in button.parent_slot.parent.default_slot.children if button.parent_slot else []:
                other.props(f"aria-pressed={'true' if other is button else 'false'}")

        button.on("click", choose)

    def _icon(self, icon: str, key: str, act: Callable[[], Any]) -> None:
        label = self.session.words.text(f"app.{key}")
        button = ui.button(icon=icon, on_click=act).props(
            f'flat round dense aria-label="{label}" data-key={key}'
        )
        with button:
            ui.tooltip(label)

    def _language(self, language: str) -> None:
        button = ui.element("button").classes("plain").props(f"type=button lang={language} data-key=language")
        button.on("click", lambda: self.take(replace(self.session.state, language=language)))
        with button:
            ui.html(LANGUAGE_NAMES[language], sanitize=False, tag="span")

    def _scenario(self, name: str) -> None:
        presets = panel(name, self.session.hall.folders).presets
        preset = "over_promise" if "over_promise" in presets else presets[-1]
        self.take(states.take_scenario(self.session.state, name, preset))

    def reset(self) -> None:
        """Show what one sees on arriving in this scenario."""
        state = states.reset(self.session.state)
        presets = self.session.board.presets
        if state.b.preset not in presets:
            state = state.with_world("b", states.World(presets[-1]))
        self._problems = ()
        self.take(state)
        self._fill()

    def projector(self) -> None:
        """Switch between a screen and a room."""
        self.take(replace(self.session.state, projector=not self.session.state.projector))

    def _key(self, code: str) -> None:
        """Do what a key stands for, by its place on the keyboard."""
        state = self.session.state
        if code.startswith("Digit"):
            if code == "Digit7":
                help_dialog(self.session)
                return
            preset = KEYED[int(code[-1]) - 1]
            if preset in self.session.board.presets:
                self.take(states.take_preset(state, state.side, preset))
        elif code == "KeyR":
            self.reset()
        elif code == "KeyU":
            self.undo()
        elif code == "KeyP":
            self.projector()
        elif code == "KeyW":
            self.take(replace(state, side="b" if state.side == "a" else "a"))
        elif code == "KeyV" and state.hidden:
            self.take(states.reveal(state))
        elif code == "Slash":
            help_dialog(self.session)
        elif self._stage is not None and state.view == "curves":
            if code == "Space":
                self._stage.toggle()
            elif code in ("ArrowLeft", "ArrowRight"):
                self._stage.by_weeks(1 if code == "ArrowRight" else -1)


def _name(title: str) -> str:
    """Return the part of a title before its explanation."""
    return title.split(",")[0].split(":")[0]
