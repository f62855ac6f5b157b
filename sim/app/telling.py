"""What is told in words: names of worlds and settings, headline numbers with their intervals, predictions."""

from dataclasses import dataclass

import numpy as np

from sim.app.panel import Lever, Panel, Setting
from sim.app.setting_up import value_at, world_of
from sim.app.state import Guess, Side, State, World
from sim.app.worlds import CLOSER, DECIMALS, Pair, week_of
from sim.language.words import NOTHING, Words
from sim.world.library import load_strategy
from sim.world.scenario import Scenario


@dataclass(frozen=True)
class Headline:
    """A number as it is told.

    Parameters
    ----------
    measure, name, unit, reason
        Which, what it is called, in what it is counted, what it says.
    a, b
        Its values in the worlds, with the sampling error for the net promoter score.
    difference
        B less A with its interval; "" as long as B is hidden or nothing was run.
    clear
        +1 or −1 if the interval says that B is better or worse than A, 0 if it does not decide.
    """

    measure: str
    name: str
    unit: str
    reason: str
    a: str
    b: str
    difference: str
    clear: int


def currency(scenario: Scenario, words: Words) -> str:
    """Return the sign of the scenario's currency as the language writes it."""
    from babel.numbers import get_currency_symbol

    return get_currency_symbol(scenario.economics.currency, locale=words.language)


def limits_of(scenario: Scenario, words: Words) -> str:
    """Return what the app is not: calibrated, and run in another step than weeks."""
    said = words.text("app.teaching")
    if scenario.time.tick != "week":
        said += " " + words.text("app.weekly", tick=words.text(f"app.tick.{scenario.time.tick}"))
    return said


def unit_of(measure: str, words: Words, money: str, part: str = "unit") -> str:
    """Return in what a measure, or with ``points`` a difference of it, is counted."""
    return words.text(f"app.measures.{measure}.{part}", currency=money)


def name_of(measure: str, words: Words) -> str:
    """Return the name of a measure."""
    return words.text(f"app.measures.{measure}.name")


def lever_name(lever: str, words: Words) -> str:
    """Return how a lever is called, those of the process included."""
    own = words.texts.get(f"app.lever.{lever}")
    return own if own is not None else words.lever(lever)


def setting_name(setting: Setting, words: Words) -> str:
    """Return how a slider is called below its lever."""
    return words.text(f"app.setting.{setting.name}")


def spoken(setting: Setting, lever: Lever, words: Words) -> str:
    """Return how a slider is called by itself, for those who do not see where it stands."""
    name = lever_name(lever.name, words)
    own = setting_name(setting, words)
    return f"{name}: {own}"


def strategy_name(world: World, board: Panel, words: Words) -> str:
    """Return how the strategy of a world is called."""
    return words.name(load_strategy(world.preset, board.scenario).name)


def shown(setting: Setting, value: float | bool | None, words: Words, money: str) -> str:
    """Return a value of a setting with its unit."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return words.text("app.value.yes" if value else "app.value.no")
    return setting.written(value, words, money)


def changed(state: State, side: Side, board: Panel, words: Words, money: str) -> list[str]:
    """Return what was changed in a world, a text each."""
    found = []
    world = state.world(side)
    scenario, strategy = world_of(world, board)
    for path, value in world.changes:
        setting, lever = board.setting(path), board.lever(path)
        if isinstance(value, bool) and lever is not None:
            said = words.text("app.value.yes" if value else "app.value.no")
            found.append(f"{lever_name(path, words)}: {said}")
        elif setting is not None:
            owner = board.lever(setting.lever)
            assert owner is not None
            now = value_at(scenario, strategy, path)
            found.append(f"{spoken(setting, owner, words)} {shown(setting, now, words, money)}")
    return found


def headline(state: State, measure: str, pair: Pair | None, words: Words, money: str) -> Headline:
    """Return a number at the week of the cursor."""
    name, unit = name_of(measure, words), unit_of(measure, words, money)
    reason = words.text(f"app.measures.{measure}.reason")
    if pair is None:
        return Headline(measure, name, unit, reason, NOTHING, NOTHING, "", 0)
    week = week_of(state, pair.weeks) - 1
    decimals = DECIMALS[measure]
    told: dict[Side, str] = {}
    for side in ("a", "b"):
        text = words.number(float(pair.level(side, measure).mean[week]), decimals)
        if measure == "nps" and text != NOTHING:
            text += f" ±{words.number(1.96 * float(pair.nps_error(side)[week]), 0)}"
        told[side] = text
    if state.hidden:
        return Headline(measure, name, unit, reason, told["a"], words.text("app.predict.hidden"), "", 0)
    found = interval_at(pair, measure, week)
    clear = 0 if np.isnan(found[1]) else int(found[1] > 0) - int(found[2] < 0)
    return Headline(
        measure, name, unit, reason, told["a"], told["b"], words.interval(found, CLOSER[measure]), clear
    )


def interval_at(pair: Pair, measure: str, week: int) -> tuple[float, float, float]:
    """Return the difference of a measure with its limits at a week, counted from 0."""
    gap = pair.difference(measure)
    return float(gap.mean[week]), float(gap.low[week]), float(gap.high[week])


def outcome(state: State, pair: Pair) -> Guess:
    """Return what came of the measure that was asked about; "same" where the runs do not decide."""
    _, low, high = interval_at(pair, state.ask, week_of(state, pair.weeks) - 1)
    return "up" if low > 0.0 else "down" if high < 0.0 else "same"


def judgement(state: State, pair: Pair, words: Words, money: str) -> str:
    """Return in a line what was expected and what came; "" before both are known."""
    if not state.revealed or not state.guess:
        return ""
    said = words.text("app.predict.said", guess=words.text(f"app.predict.{state.guess}"))
    week = week_of(state, pair.weeks) - 1
    found = interval_at(pair, state.ask, week)
    if np.isnan(found[1]):
        return f"{said} {words.text('app.one_run')}"
    came = outcome(state, pair)
    line = words.text(
        "app.predict.came",
        came=words.text(f"app.predict.{came}"),
        difference=words.interval(found, CLOSER[state.ask]),
        unit=unit_of(state.ask, words, money, "points"),
    )
    end = "app.predict.right" if came == state.guess else "app.predict.wrong"
    if came == "same":
        end = "app.predict.open" if state.guess != "same" else "app.predict.right"
    return f"{said} {line} {words.text(end)}"


def chart_said(state: State, measure: str, pair: Pair | None, words: Words, money: str) -> str:
    """Return what a chart shows, for those who do not see it."""
    name, unit = name_of(measure, words), unit_of(measure, words, money)
    if pair is None:
        return words.text("app.chart", measure=name)
    told = headline(state, measure, pair, words, money)
    week = words.number(week_of(state, pair.weeks))
    return words.text("app.chart_said", measure=name, week=week, a=told.a, b=told.b, unit=unit)
