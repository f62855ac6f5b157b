"""Table and figure of a search."""

import re
from dataclasses import replace

import numpy as np
import pytest

from sim.report.search_figure import search_figure
from sim.report.search_table import found_frame, kept, search_table, setting, trials_frame
from sim.study.decision.aims import Limit
from sim.study.decision.levers import Lever
from sim.study.decision.search import AS_IT_STANDS, BASELINE, Search, Trial
from sim.study.statistics import Interval
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier")
BASE, GUARANTEE = load_strategies(["baseline", "guarantee"], COURIER)
METRICS = ("clv", "survival_rate", "cost")


def values(clv: float, stay: float, cost: float) -> np.ndarray:
    """Return the metrics of four seeds; luck is the same for all."""
    luck = np.array([-1.0, 1.0, -2.0, 2.0])[:, None]
    return np.array([[clv, stay, cost]]) + luck * np.array([[10.0, 0.01, 1.0]])


def found(objectives: tuple[str, ...], limit: float = 300.0) -> Search:
    levers = (Lever("a.payout", "number", 0.0, 1.0), Lever("training", "switch", unit="on or off"))
    trials = (
        Trial({"a.payout": 0.25, "training": True}, values(1200.0, 0.60, 900.0)),
        Trial({"a.payout": 0.5, "training": False}, values(1100.0, 0.70, 800.0)),
        Trial({"a.payout": 1.0, "training": False}, values(1300.0, 0.65, 1500.0)),
        Trial({"a.payout": 0.0, "training": False}, None, "cannot be"),
    )
    fresh = {
        BASELINE: values(1000.0, 0.5, 700.0),
        AS_IT_STANDS: values(900.0, 0.55, 1000.0),
        0: values(1150.0, 0.58, 905.0) + np.array([[1.0], [-1.0], [1.0], [-1.0]]),
        1: values(1090.0, 0.69, 801.0),
    }
    again = (0,) if len(objectives) == 1 else (0, 1)
    return Search(
        *(COURIER, GUARANTEE, BASE, levers, objectives, (Limit("budget", "cost", high=limit, extra=True),)),
        *((1, 2, 3, 4), (5, 6, 7, 8), METRICS, trials, values(1000.0, 0.5, 700.0), again, fresh),
    )


def test_the_table_shows_searched_and_fresh_values_and_what_they_beat() -> None:
    table = search_table(found(("clv",)))
    assert "4 settings tried on the same 4 seeds, 2 of them within the limits" in table
    assert "1 cannot be carried out, the first for: cannot be" in table
    # searched +200; fresh +150, standard deviation 1.1547 (half-width 3.18 · 1.1547 / 2 = 1.84)
    line = next(line for line in table.splitlines() if re.match(r"0 +clv", line))
    assert re.search(r"\+200\.00 .*\+150\.00 \[\+148\.16, \+151\.84\] .*\+250\.00", line)
    assert "extra cost at most 300" in table
    assert "in clv setting 0 is better than 'guarantee' as it stands, and better than 'baseline'; " in table
    assert table.endswith("no lever stands at the edge of its range.")


def test_a_setting_that_does_harm_at_the_edge_of_what_was_searched_is_called_that() -> None:
    search = found(("clv",))
    worse = {**search.fresh, 0: values(950.0, 0.5, 705.0), 2: values(980.0, 0.5, 705.0)}
    table = search_table(replace(search, found=(2,), fresh=worse))
    assert "better than 'guarantee' as it stands, and worse than 'baseline'; " in table
    assert table.endswith("at the edge of what was searched: a.payout.")


def test_a_front_is_left_to_the_reader() -> None:
    table = search_table(found(("clv", "survival_rate")))
    assert "2 settings that no other beats in everything: which to take is a choice of yours." in table


def test_nothing_within_the_limits_is_said() -> None:
    table = search_table(found(("clv",), limit=50.0))
    assert "no setting within the limits was found; setting 0 comes nearest" in table


@pytest.mark.parametrize(
    ("interval", "word"),
    [
        (Interval(5.0, 4.0, 6.0), "kept"),
        (Interval(9.0, 8.0, 10.5), "open"),
        (Interval(11.0, 9.5, 12.0), "open"),
        (Interval(12.0, 11.0, 13.0), "broken"),
        (Interval(5.0, np.nan, np.nan), "kept"),
        (Interval(11.0, np.nan, np.nan), "broken"),
        (Interval(np.nan, np.nan, np.nan), "kept"),
    ],
)
def test_a_limit_is_kept_open_or_broken_by_its_interval(interval, word) -> None:
    assert kept(Limit("budget", "cost", high=10.0), interval) == word


def test_settings_are_short() -> None:
    assert [setting(value) for value in (True, False, 3, 0.123456)] == ["yes", "no", "3", "0.1235"]


def test_the_files_hold_every_trial_and_what_was_found() -> None:
    result = found(("clv", "survival_rate"))
    trials = trials_frame(result)
    assert trials["within_limits"].tolist() == [True, True, False, False]
    assert trials["front"].tolist() == [True, True, False, False]
    assert trials["clv_difference"].tolist()[:3] == pytest.approx([200.0, 100.0, 300.0])
    frame = found_frame(result).set_index(["setting", "metric"])
    row = frame.loc[(1, "survival_rate")]
    assert row["searched_difference"] == pytest.approx(0.2)
    assert row["difference"] == pytest.approx(0.19)
    assert row["gain"] == pytest.approx(0.14)
    assert row["confidence"] == pytest.approx(0.975)


@pytest.mark.parametrize(("objectives", "panels"), [(("clv",), 2), (("clv", "cost"), 2), (METRICS, 4)])
def test_the_figure_has_a_panel_for_each_lever_or_two_for_each_further_objective(
    objectives, panels, tmp_path
) -> None:
    figure = search_figure(found(objectives))
    assert sum(axis.get_visible() for axis in figure.axes) == panels
    figure.savefig(tmp_path / "figure.png")
    shown = {text.get_text() for text in figure.legends[0].get_texts()}
    assert {"breaks a limit", "within the limits", "guarantee as it stands"} <= shown
