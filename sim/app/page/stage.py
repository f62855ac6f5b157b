"""The middle: headline numbers, charts with the ghost of the run before, prediction, and the player."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nicegui import ui

from sim.app import state as states
from sim.app.charts import chart_option, cursor_series
from sim.app.page.question import show_question
from sim.app.page.session import Session
from sim.app.telling import Headline, chart_said, currency, headline, judgement, limits_of, name_of, unit_of
from sim.app.worlds import GOOD, week_of

TICK = 0.14
"""Seconds a week takes when it plays."""
Take = Callable[..., None]


class Stage:
    """Numbers, charts and player of a session.

    Parameters
    ----------
    session
        Whose.
    take
        Called with a new state.
    """

    def __init__(self, session: Session, take: Take) -> None:
        self.session, self.take = session, take
        self._tiles: dict[str, tuple[Any, Any, Any]] = {}
        self._charts: dict[str, tuple[Any, Any]] = {}
        self._guess: Any = None
        self._status: Any = None
        self._silent = False
        self.timer = ui.timer(TICK, self._tick, active=False)
        self._build()

    def _build(self) -> None:
        session = self.session
        words, state = session.words, session.state
        self._guess = ui.element("div").style("display: contents").props("aria-live=polite")
        self._fill_guess()
        self._box = ui.element("div").classes("numbers").props("data-runs=0")
        with self._box:
            for measure in state.told:
                self._tile(measure)
            if not state.projector:
                with ui.element("div").classes("about"):
                    same = words.text("app.same", customers=words.number(state.customers))
                    ui.label(same)
                    self._status = ui.label("").props("aria-live=polite")
        drawn = state.drawn
        with ui.element("div").classes("charts one" if len(drawn) == 1 else "charts"):
            for measure in drawn:
                self._chart(measure)
        self._player()
        with ui.element("div").classes("legend"):
            ui.label(f"{words.text('app.legend')} · {words.text('app.ghost')}")
            ui.label(limits_of(session.board.scenario, words))
        self.show()

    def _money(self) -> str:
        return currency(self.session.board.scenario, self.session.words)

    def _tile(self, measure: str) -> None:
        state, words = self.session.state, self.session.words
        pressed = "true" if measure in state.drawn else "false"
        button = ui.element("button").classes("number")
        button.props(f'type=button aria-pressed={pressed} data-measure={measure} data-key="number {measure}"')
        button.on("click", lambda: self.take(states.toggle_chart(self.session.state, measure)))
        with button:
            title = (
                f"<span>{name_of(measure, words)}</span><span>{unit_of(measure, words, self._money())}</span>"
            )
            ui.html(title, sanitize=False, tag="span").classes("title")
            pair = ui.html("", sanitize=False, tag="span").classes("pair")
            gap = ui.html("", sanitize=False, tag="span").classes("gap")
            ui.tooltip(words.text(f"app.measures.{measure}.reason"))
        self._tiles[measure] = (button, pair, gap)

    def _chart(self, measure: str) -> None:
        words = self.session.words
        with ui.element("section").classes("chart"):
            unit = unit_of(measure, words, self._money())
            ui.html(f"{name_of(measure, words)} <span>{unit}</span>", sanitize=False, tag="h2")
            chart = ui.echart(self._option(measure), renderer="svg").props(f"role=img data-chart={measure}")
        self._charts[measure] = (chart, None)

    def _option(self, measure: str) -> dict[str, Any]:
        session = self.session
        return chart_option(session.state, measure, session.pair, session.ghost, session.words, session.weeks)

    def _player(self) -> None:
        words, session = self.session.words, self.session
        with ui.element("div").classes("player"):
            self._button = ui.button(on_click=self.toggle).props(
                "round unelevated color=primary data-key=play"
            )
            self._slider = ui.slider(
                min=1, max=session.weeks, step=1, value=week_of(session.state, session.weeks)
            )
            self._slider.props(f'aria-label="{words.text("app.cursor")}" color=grey-9 data-key=week')
            self._slider.on_value_change(self._moved)
            self._now = ui.label("").classes("now")
            luck = ui.button(icon="casino", on_click=lambda: self.take(states.luck_anew(self.session.state)))
            luck.props(f'flat round dense aria-label="{words.text("app.luck")}" data-key=luck')
            with luck:
                ui.tooltip(words.text("app.luck"))
        self._face()

    def _face(self) -> None:
        words = self.session.words
        playing = self.timer.active
        self._button.props(f"icon={'pause' if playing else 'play_arrow'}")
        self._button.props["aria-label"] = words.text("app.pause" if playing else "app.play")

    def toggle(self) -> None:
        """Play from the cursor, or from the start if it stands at the end; or pause."""
        state, weeks = self.session.state, self.session.weeks
        if not self.timer.active and week_of(state, weeks) >= weeks:
            self.session.take(replace(state, week=1))
            self.move()
        self.timer.active = not self.timer.active
        self._face()
        if not self.timer.active:
            self.take(self.session.state)

    def stop(self) -> None:
        """Pause."""
        if self.timer.active:
            self.timer.active = False
            self._face()

    def _tick(self) -> None:
        state, weeks = self.session.state, self.session.weeks
        week = week_of(state, weeks) + 1
        self.session.take(replace(state, week=None if week >= weeks else week))
        self.move()
        if week >= weeks:
            self.stop()
            self.take(self.session.state)

    def by_weeks(self, count: int) -> None:
        """Move the cursor by some weeks."""
        state, weeks = self.session.state, self.session.weeks
        week = min(weeks, max(1, week_of(state, weeks) + count))
        self.take(replace(state, week=None if week == weeks else week))
        self.move()

    def _moved(self, event: Any) -> None:
        if self._silent or event.value is None:
            return
        state, weeks = self.session.state, self.session.weeks
        week = int(event.value)
        self.take(replace(state, week=None if week >= weeks else week))
        self.move()

    def move(self) -> None:
        """Show the cursor where it stands now: a line on each chart, and the numbers of that week."""
        series = {"series": [cursor_series(self.session.state, self.session.weeks)]}
        for measure, (chart, _) in self._charts.items():
            chart.run_chart_method("setOption", series)
            chart.options["series"][-1].update(series["series"][0])  # what is there already is not sent again
            self._say(measure)
        self._numbers()

    def show(self) -> None:
        """Show what has been run so far."""
        for measure, (chart, _) in self._charts.items():
            chart.options.clear()
            chart.options.update(self._option(measure))
            chart.update()
            self._say(measure)
        self._numbers()
        if not self.session.state.hidden:  # the question stays as it is, and somebody may be answering it
            self._fill_guess()

    def _say(self, measure: str) -> None:
        session = self.session
        chart = self._charts[measure][0]
        pair = None if session.state.hidden else session.pair
        chart.props["aria-label"] = chart_said(session.state, measure, pair, session.words, self._money())

    def _numbers(self) -> None:
        session = self.session
        words, state, weeks = session.words, session.state, session.weeks
        money = self._money()
        for measure, (_, pair, gap) in self._tiles.items():
            told = headline(state, measure, session.pair, words, money)
            pair.set_content(
                f'<span class="a"><span class="mark a"></span>{told.a}</span>'
                f'<span class="b"><span class="mark b"></span>{told.b}</span>'
            )
            self._gap(gap, told)
        week = week_of(state, weeks)
        self._now.set_text(words.text("app.week_of", week=words.number(week), weeks=words.number(weeks)))
        self._silent = True
        self._slider.set_value(week)
        self._silent = False
        runs = session.pair.replications if session.pair else 0
        self._box.props["data-runs"] = str(runs)
        if self._status is not None:
            key = "app.waiting" if runs == 0 else "app.one_run"
            self._status.set_text(words.counted("app.runs", runs) if runs > 1 else words.text(key))

    def _gap(self, element: Any, told: Headline) -> None:
        words = self.session.words
        if not told.difference:
            element.set_content("&nbsp;")
            element.classes(remove="better worse")
            return
        element.set_content(f"{words.text('app.difference')}: {told.difference}")
        good = told.clear * GOOD[told.measure]
        element.classes(remove="better worse", add={1: "better", -1: "worse"}.get(good, ""))

    def _fill_guess(self) -> None:
        """Show the question of what is expected, then what came."""
        session = self.session
        words, state = session.words, session.state
        self._guess.clear()
        if not state.predict:
            return
        with self._guess, ui.element("div").classes("guess"):
            if state.hidden:
                show_question(session, self.take)
                return
            text = "" if session.pair is None else judgement(state, session.pair, words, self._money())
            ui.label(f"{name_of(state.ask, words)}. {text}" if text else name_of(state.ask, words))
