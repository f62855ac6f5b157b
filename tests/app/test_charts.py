"""Charts as plain dictionaries: one axis for both worlds, more than colour, nothing hidden shows through."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.app.charts import COLOURS, axis, chart_option, cursor_series
from sim.app.state import MEASURES, State
from sim.app.worlds import Pair
from sim.language.words import Words, words

ENGLISH = words("en")
WEEKS = 104


def series_of(option: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in option["series"]}


@pytest.mark.parametrize("measure", MEASURES)
def test_options_are_plain_and_the_axis_holds_everything(small: State, pair: Pair, measure: str) -> None:
    option = chart_option(small, measure, pair, pair, ENGLISH, WEEKS)
    json.dumps(option, allow_nan=False)
    low, high = option["yAxis"]["min"], option["yAxis"]["max"]
    for side in ("a", "b"):
        for part in pair.level(side, measure):
            assert np.nanmin(part) >= low - 1e-9
            assert np.nanmax(part) <= high + 1e-9
    assert option["animation"] is False


def test_lines_are_told_apart_without_colour(small: State, pair: Pair) -> None:
    series = series_of(chart_option(small, "csat", pair, None, ENGLISH, WEEKS))
    a, b = series["World A"], series["World B"]
    assert a["lineStyle"]["type"] != b["lineStyle"]["type"]
    assert a["symbol"] != b["symbol"]
    assert {a["lineStyle"]["color"], b["lineStyle"]["color"]} == set(COLOURS.values())


def test_the_curve_is_the_mean_and_the_band_its_interval(small: State, pair: Pair) -> None:
    series = series_of(chart_option(small, "active", pair, None, ENGLISH, WEEKS))
    level = pair.level("b", "active")
    points = [one["value"] if isinstance(one, dict) else one for one in series["World B"]["data"]]
    assert points[10] == [11, pytest.approx(level.mean[10], abs=1e-3)]
    low, width = series["band b from"]["data"][10], series["band b to"]["data"][10]
    assert low[1] == pytest.approx(level.low[10], abs=1e-3)
    assert low[1] + width[1] == pytest.approx(level.high[10], abs=2e-3)
    assert series["band b from"]["stack"] == series["band b to"]["stack"]


def test_the_difference_is_shaded(small: State, pair: Pair) -> None:
    series = series_of(chart_option(small, "active", pair, None, ENGLISH, WEEKS))
    a, b = pair.level("a", "active").mean[50], pair.level("b", "active").mean[50]
    assert series["difference from"]["data"][50][1] == pytest.approx(min(a, b), abs=1e-3)
    assert series["difference to"]["data"][50][1] == pytest.approx(abs(a - b), abs=2e-3)


def test_what_is_hidden_is_not_in_the_chart_at_all(small: State, pair: Pair) -> None:
    hidden = replace(small, predict=True)
    option = chart_option(hidden, "active", pair, pair, ENGLISH, WEEKS)
    series = series_of(option)
    assert series["World A"]["data"]
    for name in ("World B", "band b from", "difference from", "ghost a", "ghost b"):
        assert series[name]["data"] == []
    assert option["yAxis"]["min"] > pair.level("b", "active").mean[-1]  # nor does the axis tell it
    shown = series_of(chart_option(replace(hidden, revealed=True), "active", pair, None, ENGLISH, WEEKS))
    assert shown["World B"]["data"]


def test_the_ghost_is_grey_and_there_only_after_a_change(small: State, pair: Pair) -> None:
    without = series_of(chart_option(small, "active", pair, None, ENGLISH, WEEKS))
    ghost = series_of(chart_option(small, "active", pair, pair, ENGLISH, WEEKS))
    assert without["ghost b"]["data"] == []
    assert len(ghost["ghost b"]["data"]) == WEEKS
    assert ghost["ghost b"]["lineStyle"]["color"] not in COLOURS.values()


def test_the_number_of_series_never_changes(small: State, pair: Pair) -> None:
    """So that a chart can be brought up to date in place."""
    cases = [(None, None), (pair, None), (pair, pair), (Pair(pair.a[:1], pair.b[:1]), None)]
    names = [list(series_of(chart_option(small, "nps", *case, ENGLISH, WEEKS))) for case in cases]
    assert all(one == names[0] for one in names)


def test_the_framework_does_not_watch_the_numbers(small: State, pair: Pair) -> None:
    """It wraps lists and dictionaries to notice changes; of a chart that would be thousands."""
    from nicegui.observables import ObservableCollection, ObservableDict

    watched = ObservableDict(chart_option(small, "csat", pair, None, ENGLISH, WEEKS))
    assert isinstance(watched["grid"], ObservableCollection)
    assert not any(isinstance(one, ObservableCollection) for one in watched["series"])
    assert isinstance(ObservableDict({"series": [{}]})["series"][0], ObservableCollection)


def test_the_cursor_veils_what_comes_later(small: State) -> None:
    early = cursor_series(replace(small, week=30), WEEKS)
    assert early["markLine"]["data"] == [{"xAxis": 30}]
    assert early["markArea"]["data"] == [[{"xAxis": 30}, {"xAxis": WEEKS}]]
    assert cursor_series(small, WEEKS)["markArea"]["data"] == []


def test_numbers_and_names_are_of_the_language(small: State, pair: Pair, language: Words) -> None:
    option = chart_option(small, "csat", pair, None, language, WEEKS)
    text = json.dumps(option, ensure_ascii=False)
    assert language.text("app.world.a") in text
    locale = {"en": "en-GB", "ru": "ru-RU"}[language.language]
    assert locale in option["yAxis"]["axisLabel"][":formatter"]
    assert locale in option["tooltip"][":formatter"]


def test_lines_are_thicker_for_a_room(small: State, pair: Pair) -> None:
    one = series_of(chart_option(small, "csat", pair, None, ENGLISH, WEEKS))["World A"]
    room = series_of(chart_option(replace(small, projector=True), "csat", pair, None, ENGLISH, WEEKS))[
        "World A"
    ]
    assert room["lineStyle"]["width"] >= 3 > one["lineStyle"]["width"]


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (85.2, 87.9), (-5400.0, 9000.0), (3.0, 3.0), (-0.001, 0.0)]
)
def test_axes_are_round(low: float, high: float) -> None:
    first, last, step = axis([np.array([low, np.nan, high])])
    assert first <= low
    assert high <= last
    assert 1 <= round((last - first) / step) <= 6
    assert (last - first) / step == pytest.approx(round((last - first) / step))


def test_an_axis_of_nothing() -> None:
    assert axis([np.full(3, np.nan)]) == (0.0, 1.0, 0.5)
