"""The left side: which world is changed, its strategy, and its levers as sliders."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from nicegui import ui

from sim.app import state as states
from sim.app.cards import KEYED
from sim.app.page.session import Session
from sim.app.panel import EXTRA_COST, Lever, Setting
from sim.app.setting_up import is_on, value_at, world_of
from sim.app.state import SIDES, Side
from sim.app.telling import currency, lever_name, setting_name, shown, spoken
from sim.world.library import load_strategy

MAIN = 3
"""Settings of a lever that stand open; the others are behind a fold."""
Take = Callable[..., None]


class LeverPanel:
    """The panel of a session.

    Parameters
    ----------
    session
        Whose.
    take
        Called with a state and, while something is moved, a gesture.
    settle
        Called when a movement ends.
    """

    def __init__(self, session: Session, take: Take, settle: Callable[[], None]) -> None:
        self.session, self.take, self.settle = session, take, settle
        self.box = (
            ui.element("aside").classes("panel").props(f'aria-label="{session.words.text("app.levers")}"')
        )
        self._open = False
        self._controls: list[tuple[str, Any]] = []
        self.build()

    def build(self) -> None:
        """Show what can be set in the world that is being changed."""
        session = self.session
        words, state, board = session.words, session.state, session.board
        self.box.clear()
        self._controls.clear()
        with self.box:
            with (
                ui.element("div").classes("sides").props(f'role=group aria-label="{words.text("app.tabs")}"')
            ):
                for side in SIDES:
                    self._side(side)
            with ui.element("div").classes("preset"):
                self._preset(state.side)
            scenario, strategy = world_of(state.world(state.side), board, session.hall.folders)
            self._world = (scenario, strategy)
            self._money = currency(scenario, words)
            with (
                ui.element("div")
                .classes("levers")
                .props("tabindex=0 role=group")
                .props(f'aria-label="{words.text("app.levers")}"')
            ):
                on = [lever for lever in board.levers if not lever.process and is_on(lever.name, strategy)]
                off = [lever for lever in board.levers if not is_on(lever.name, strategy)]
                for lever in on:
                    self._lever(lever, True)
                if not on:
                    ui.html(words.text("app.untouched"), sanitize=False, tag="p").classes("same")
                ui.html(words.text("app.process"), sanitize=False, tag="h2")
                for lever in board.levers:
                    if lever.process:
                        self._lever(lever, True)
                with _fold(words.text("app.more"), "more", self._open, self._folded):
                    for lever in off:
                        if lever.name != EXTRA_COST:
                            self._lever(lever, False)
            with ui.element("div").classes("foot"):
                ui.switch(words.text("app.lock"), value=state.lock, on_change=self._lock).props("dense")
                _icon(
                    "swap_horiz", words.text("app.swap"), lambda: self.take(states.swap(self.session.state))
                )

    def hold(self) -> None:
        """Let only those levers be moved that may be, without building anew what has the focus."""
        session = self.session
        for lever, control in self._controls:
            control.set_enabled(states.may_move(session.state, lever, session.board.lever_of))

    def _folded(self, event: Any) -> None:
        self._open = bool(event.args)

    def _side(self, side: Side) -> None:
        words, state = self.session.words, self.session.state
        button = ui.element("button").classes(side)
        button.props(f'aria-pressed={"true" if state.side == side else "false"} data-key="side {side}"')
        button.on("click", lambda: self.take(replace(self.session.state, side=side)))
        with button:
            ui.html(
                f'<span class="mark {side}"></span>{words.text(f"app.world.{side}")}',
                sanitize=False,
                tag="span",
            )

    def _preset(self, side: Side) -> None:
        session = self.session
        words, state, board = session.words, session.state, session.board
        options = {}
        for name in board.presets:
            place = KEYED.index(name) + 1 if name in KEYED else 0
            options[name] = f"{place} · {words.name(name)}" if place else words.name(name)
        label = words.text("app.preset", side=words.text(f"app.short.{side}"))
        ui.select(
            options,
            value=state.world(side).preset,
            label=label,
            on_change=lambda event: self.take(states.take_preset(self.session.state, side, event.value)),
        ).props(f'dense outlined options-dense aria-label="{label}" data-key=preset').style("width: 100%")
        strategy = load_strategy(state.world(side).preset, board.scenario, session.hall.folders)
        ui.html(escape(words.title(strategy)), sanitize=False, tag="p")

    def _lever(self, lever: Lever, on: bool) -> None:
        session = self.session
        words = session.words
        name = lever_name(lever.name, words)
        with ui.element("div").classes("lever" if on else "lever off"):
            with ui.element("div").classes("name"):
                ui.label(name)
                if not lever.process and lever.name != EXTRA_COST:
                    toggle = ui.switch(
                        value=on, on_change=lambda event: self._switch(lever.name, event.value)
                    )
                    toggle.props(f'dense aria-label="{words.text("app.switch", lever=name)}"')
                    toggle.props(f'data-key="switch {lever.name}"')
                    self._held(lever, toggle)
                    with toggle:
                        ui.tooltip(words.lever_reason(lever.name))
            if not on:
                return
            shown_settings = [one for one in lever.settings if self._value(one) is not None]
            for setting in shown_settings[:MAIN]:
                self._setting(setting, lever)
            if shown_settings[MAIN:]:
                with _fold(words.text("app.fine"), "fine"):
                    for setting in shown_settings[MAIN:]:
                        self._setting(setting, lever)

    def _value(self, setting: Setting) -> float | bool | None:
        return value_at(*self._world, setting.path)

    def _setting(self, setting: Setting, lever: Lever) -> None:
        words = self.session.words
        value = self._value(setting)
        label = spoken(setting, lever, words)
        if setting.switch:
            with ui.element("div").classes("switch"):
                ui.label(setting_name(setting, words))
                flag = ui.switch(
                    value=bool(value), on_change=lambda event: self._set(setting.path, bool(event.value))
                )
                self._held(lever, flag.props(f'dense aria-label="{label}" data-key="{setting.path}"'))
            return
        assert value is not None
        with ui.element("div").classes("setting"):
            with ui.element("div").classes("told"):
                ui.label(setting_name(setting, words))
                told = ui.html(_joined(shown(setting, value, words, self._money)), sanitize=False, tag="b")
                ui.tooltip(words.phrase(setting.entry.meaning))
            scale = setting.factor
            slider = ui.slider(
                min=round(min(setting.low, value) * scale, 8),
                max=round(max(setting.high, value) * scale, 8),
                step=round(setting.step * scale, 8),
                value=round(value * scale, 8),
            )
            self._held(lever, slider.props(f'aria-label="{label}" data-key="{setting.path}"'))
            slider.props["aria-valuetext"] = shown(setting, value, words, self._money)
            slider.props("color=blue-grey-8" if self.session.state.side == "a" else "color=deep-orange-9")

            def moved(event: Any) -> None:
                now = float(f"{event.value / scale:.10g}")
                said = shown(setting, now, words, self._money)
                told.set_content(_joined(said))
                slider.props["aria-valuetext"] = said
                self._set(setting.path, now, gesture=f"{self.session.state.side}.{setting.path}")

            slider.on_value_change(moved)
            slider.on("change", self.settle)

    def _held(self, lever: Lever, control: Any) -> None:
        """Remember a control that the lock may hold."""
        self._controls.append((lever.name, control))
        control.set_enabled(states.may_move(self.session.state, lever.name, self.session.board.lever_of))

    def _set(self, path: str, value: float | bool, gesture: str = "") -> None:
        state = self.session.state
        self.take(
            states.set_value(state, state.side, path, value, self.session.board.lever_of), gesture, path=path
        )

    def _switch(self, lever: str, on: bool) -> None:
        session = self.session
        state = session.state
        preset = load_strategy(state.world(state.side).preset, session.board.scenario, session.hall.folders)
        own = is_on(lever, preset)
        self.take(states.set_lever(state, state.side, lever, on, own, session.board.lever_of))

    def _lock(self, event: Any) -> None:
        self.take(replace(self.session.state, lock=bool(event.value)))


def _joined(said: str) -> str:
    """Return a value with its unit that are not torn apart at the end of a line."""
    return escape(said).replace(" ", "&nbsp;", 1)


def _fold(title: str, name: str, opened: bool = False, told: Callable[[Any], None] | None = None) -> Any:
    box = ui.element("details").classes(name)
    if opened:
        box.props("open")
    if told is not None:
        box.on("toggle", told, js_handler="event => emit(event.target.open)")
    with box:
        ui.html(title, sanitize=False, tag="summary")
    return box


def _icon(icon: str, label: str, act: Callable[[], Any]) -> Any:
    """Return a round button with an icon, and its name for those who do not see it."""
    button = ui.button(icon=icon, on_click=act).props(f'flat round dense aria-label="{label}"')
    with button:
        ui.tooltip(label)
    return button
