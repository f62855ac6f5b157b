"""Table and figure of a selection."""

import numpy as np
import pytest

from sim.report.selection import selection_figure, selection_frame, selection_table
from sim.study.decision.selection import Selection
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier")
STRATEGIES = tuple(load_strategies(["baseline", "guarantee", "notice"], COURIER))
LUCK = np.array([0.0, 3.0, -2.0, 1.0, -2.0, 0.5, -0.5, 0.0])
NOISE = np.array([0.1, -0.1, 0.2, -0.2, 0.1, -0.1, 0.0, 0.0])


def selection(metric: str = "clv") -> Selection:
    values = {
        "baseline": 100.0 + LUCK,
        "guarantee": 120.0 + LUCK + NOISE,
        "notice": 119.95 + LUCK[:6] - NOISE[:6],
    }
    return Selection(COURIER, STRATEGIES, metric, tuple(range(8)), values)


def test_the_table_says_who_is_best_and_how_surely() -> None:
    table = selection_table(selection())
    lines = [line.split() for line in table.splitlines()]
    order = [line[0] for line in lines if line and line[0] in ("baseline", "guarantee", "notice")]
    assert order == ["guarantee", "notice", "baseline"]
    assert "22 runs; clv decides, more is better" in table
    assert "best in clv: 'guarantee', with a probability of at least" in table
    assert "would have taken 24 runs" in table
    by_name = {line.split()[0]: line for line in table.splitlines() if line}
    assert by_name["baseline"].endswith("not the best")
    assert by_name["notice"].endswith("may be the best")
    assert by_name["guarantee"].endswith("may be the best")


def test_of_a_cost_the_least_is_best() -> None:
    table = selection_table(selection("cost"))
    assert "cost decides, less is better" in table
    assert "best in cost: 'baseline', with a probability of at least 99.9 %" in table
    by_name = {line.split()[0]: line for line in table.splitlines() if line}
    assert by_name["baseline"].endswith("the best")
    # a difference of the metric: the others cost 19.95 more than the best of the others
    assert "-19.95 [" in by_name["baseline"]


def test_the_file_has_a_row_per_strategy() -> None:
    frame = selection_frame(selection()).set_index("strategy")
    assert frame["runs"].tolist() == [8, 8, 6]
    assert frame["best"].tolist() == [False, True, False]
    assert frame.loc["notice", "gap_to_best"] == pytest.approx(-0.05)
    assert frame.loc["guarantee", "mean"] == pytest.approx(120.0)
    assert frame["probability"].notna().tolist() == [False, True, False]


def test_the_figure_shows_every_strategy(tmp_path) -> None:
    figure = selection_figure(selection())
    left, right = figure.axes
    assert [text.get_text() for text in left.get_yticklabels()] == ["baseline", "notice", "guarantee"]
    assert [patch.get_width() for patch in right.patches] == [8, 6, 8]
    figure.savefig(tmp_path / "figure.png")
