"""From a state and its frames to the options of ECharts, as plain dictionaries.

Colours go with dashes and markers; the vertical axis is the same for both worlds and the ghost; nothing is
animated but the cursor; numbers are written as the language writes them.
"""

import json
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.app.state import SIDES, Side, State
from sim.app.worlds import DECIMALS, Pair, Weeks, week_of
from sim.language.words import Words

COLOURS: dict[Side, str] = {"a": "#0072B2", "b": "#D55E00"}
"""Told apart by colour-blind readers (Okabe and Ito 2008), as in the figures of the report."""
DASHES: dict[Side, str] = {"a": "solid", "b": "dashed"}
MARKERS: dict[Side, str] = {"a": "circle", "b": "diamond"}
GHOST = "#9A9A9A"
INK = "#4A4A4A"
RULE = "#E7E5E1"
DIFFERENCE = "rgba(213, 94, 0, 0.08)"
VEIL = "rgba(255, 255, 255, 0.82)"
BAND = 0.20
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
MARKS = 8
"""Markers along a line."""
CURSOR = "cursor"


def chart_option(
    state: State, measure: str, pair: Pair | None, ghost: Pair | None, words: Words, weeks: int
) -> dict[str, Any]:
    """Return the chart of a measure.

    Parameters
    ----------
    state
        What is shown; hidden results are left out.
    measure
        Which of `sim.app.state.MEASURES`.
    pair, ghost
        The runs, and those of before; None as long as there are none.
    words
        The language.
    weeks
        Where the horizontal axis ends.
    """
    large = state.projector
    font = 18 if large else 11
    shown: dict[Side, bool] = {"a": pair is not None, "b": pair is not None and not state.hidden}
    low, high, step = axis(_drawn(state, measure, pair, ghost))
    series: list[dict[str, Any]] = []
    series += _between(measure, pair if shown["b"] else None)
    for side in SIDES:
        series += _band(side, measure, pair if shown[side] else None)
    for side in SIDES:
        series.append(_ghost(side, measure, None if state.hidden else ghost, large))
    for side in SIDES:
        series.append(_line(side, measure, pair if shown[side] else None, words, large))
    series.append(cursor_series(state, weeks))
    return {
        "animation": False,
        "grid": {"left": 6, "right": 24 if large else 14, "top": 10, "bottom": 4, "containLabel": True},
        "textStyle": {"fontFamily": "inherit"},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "textStyle": {"fontSize": font + 1},
            ":formatter": _tooltip(words, DECIMALS[measure]),
        },
        "xAxis": {
            "type": "value",
            "min": 0,
            "max": weeks,
            "interval": 26 if weeks > 60 else 13,
            "axisLine": {"lineStyle": {"color": INK}},
            "axisTick": {"show": True},
            "splitLine": {"show": False},
            "axisLabel": {"color": INK, "fontSize": font, "showMaxLabel": True},
        },
        "yAxis": {
            "type": "value",
            "min": low,
            "max": high,
            "interval": step,
            "splitLine": {"lineStyle": {"color": RULE}},
            "axisLabel": {"color": INK, "fontSize": font, ":formatter": _number(words)},
        },
        # A tuple: the framework watches lists and dictionaries for changes, number by number, which took
        # longer than the run of a world; below a tuple it does not look.
        "series": tuple(series),
    }


def cursor_series(state: State, weeks: int) -> dict[str, Any]:
    """Return the week cursor: a line where it stands and a veil over what comes later."""
    week = week_of(state, weeks)
    veil = [[{"xAxis": week}, {"xAxis": weeks}]] if week < weeks else []
    return {
        "name": CURSOR,
        "id": CURSOR,
        "type": "line",
        "data": [],
        "silent": True,
        "z": 9,
        "markLine": {
            "symbol": "none",
            "animation": False,
            "label": {"show": False},
            "lineStyle": {"color": INK, "width": 1.2, "type": "solid"},
            "data": [{"xAxis": week}],
        },
        "markArea": {"animation": False, "z": 8, "itemStyle": {"color": VEIL}, "data": veil},
    }


def axis(values: Iterable[Weeks]) -> tuple[float, float, float]:
    """Return round ends of an axis that holds all values, and the round step between its numbers."""
    parts = [value[~np.isnan(value)] for value in values]
    parts = [part for part in parts if len(part)]
    if not parts:
        return 0.0, 1.0, 0.5
    low, high = float(min(part.min() for part in parts)), float(max(part.max() for part in parts))
    if high - low < 1e-9:
        low, high = low - 1.0, high + 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / 4.0))
    step = next(number * power for number in (1.0, 2.0, 2.5, 5.0, 10.0) if number * power * 4.0 >= high - low)
    ends = (math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step)
    return float(f"{ends[0]:.10g}"), float(f"{ends[1]:.10g}"), float(f"{step:.10g}")


def _drawn(state: State, measure: str, pair: Pair | None, ghost: Pair | None) -> list[Weeks]:
    """Return all that the axis has to hold; hidden results must not show in it either."""
    found: list[Weeks] = []
    for one in (pair, ghost):
        if one is not None:
            for side in SIDES:
                if side == "a" or not state.hidden:
                    found += one.level(side, measure)
    return found


def _points(values: Weeks, decimals: int = 3) -> list[list[float]]:
    """Return [week, value] by week, those without a value left out."""
    weeks = np.arange(1, len(values) + 1)
    points = np.column_stack((weeks, values.round(decimals)))
    return list(points[~np.isnan(values)].tolist())


def _between(measure: str, pair: Pair | None) -> list[dict[str, Any]]:
    """Return the shaded difference of the two worlds."""
    low, width = np.zeros(0), np.zeros(0)
    if pair is not None:
        a, b = pair.level("a", measure).mean, pair.level("b", measure).mean
        low, width = np.minimum(a, b), np.abs(a - b)
    return _area("difference", low, width, DIFFERENCE, 1.0)


def _band(side: Side, measure: str, pair: Pair | None) -> list[dict[str, Any]]:
    low, width = np.zeros(0), np.zeros(0)
    if pair is not None:
        found = pair.level(side, measure)
        low, width = found.low, found.high - found.low
    return _area(f"band {side}", low, width, COLOURS[side], BAND)


def _area(name: str, low: Weeks, width: Weeks, colour: str, opacity: float) -> list[dict[str, Any]]:
    """Return an area as two stacked lines, the lower one unseen."""
    plain: dict[str, Any] = {
        "type": "line",
        "stack": name,
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
    }
    return [
        plain | {"name": f"{name} from", "data": _points(low)},
        plain
        | {
            "name": f"{name} to",
            "data": _points(width),
            "areaStyle": {"color": colour, "opacity": opacity},
        },
    ]


def _ghost(side: Side, measure: str, ghost: Pair | None, large: bool) -> dict[str, Any]:
    values = np.zeros(0) if ghost is None else ghost.level(side, measure).mean
    return {
        "name": f"ghost {side}",
        "type": "line",
        "data": _points(values),
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": GHOST, "width": 2.5 if large else 1.4, "type": DASHES[side]},
    }


def _line(side: Side, measure: str, pair: Pair | None, words: Words, large: bool) -> dict[str, Any]:
    values = np.zeros(0) if pair is None else pair.level(side, measure).mean
    points = _points(values)
    every = max(1, len(points) // MARKS)
    data: list[Any] = [
        point if number % every == every // 2 else {"value": point, "symbol": "none"}
        for number, point in enumerate(points)
    ]
    return {
        "name": words.text(f"app.world.{side}"),
        "type": "line",
        "data": data,
        "symbol": MARKERS[side],
        "symbolSize": 11 if large else 6,
        "showAllSymbol": True,
        "z": 5,
        "itemStyle": {"color": COLOURS[side]},
        "lineStyle": {"color": COLOURS[side], "width": 4 if large else 2, "type": DASHES[side]},
    }


def _number(words: Words) -> str:
    return f"v => v.toLocaleString('{LOCALES[words.language]}')"


def _tooltip(words: Words, decimals: int) -> str:
    """Return the function that tells both worlds at a week, in the language."""
    names = json.dumps([words.text(f"app.world.{side}") for side in SIDES], ensure_ascii=False)
    week = json.dumps(words.text("app.week"), ensure_ascii=False)
    digits = f"{{minimumFractionDigits: {decimals}, maximumFractionDigits: {decimals}}}"
    number = f"p.value[1].toLocaleString('{LOCALES[words.language]}', {digits})"
    line = f"'<br>' + p.marker + p.seriesName + ': ' + {number}"
    shown = f"ps.filter(p => {names}.includes(p.seriesName))"
    return f"ps => {week} + ' ' + ps[0].value[0] + {shown}.map(p => {line}).join('')"
