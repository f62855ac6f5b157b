"""Tables and figures of what a decision hangs on and of where a strategy fails."""

import math

import numpy as np
import pytest

from sim.report import discovery as discovery_report
from sim.report import sensitivity as sensitivity_report
from sim.study.exploration.discovery import Discovery, Side
from sim.study.exploration.sensitivity import Sensitivity
from sim.study.exploration.worlds import drawn_assumptions
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier")
BASE, GUARANTEE, POINTS = load_strategies(["baseline", "guarantee", "loyalty_points"], COURIER)
ITEMS = tuple(drawn_assumptions(COURIER, ["behaviour.trust"]))[:3]


def studied(samples: int) -> Sensitivity:
    """Return a study in which points gain 10 a − 4 and the guarantee loses 1; a is the first share."""
    from SALib.sample import morris, sobol

    problem = {
        "num_vars": 3,
        "names": [item.path for item in ITEMS],
        "bounds": [[item.entry.low, item.entry.high] for item in ITEMS],
    }
    ends = np.array(problem["bounds"])

    def metric(points: np.ndarray) -> np.ndarray:
        share = (points[:, 0] - ends[0, 0]) / (ends[0, 1] - ends[0, 0])
        arms = np.stack([0.0 * share, 0.0 * share - 1.0, 10.0 * share - 4.0], axis=-1)
        return np.repeat(arms[:, None, :], 2, axis=1)

    points = np.asarray(morris.sample(problem, 10, num_levels=4, seed=1))
    sample = np.asarray(sobol.sample(problem, samples or 2, calc_second_order=False, seed=1))
    luck = np.array([-0.5, 0.5, 0.0, 0.0])[:, None]
    today = np.array([[0.0, -1.0, 1.0]]) + luck * np.array([[1.0, 2.0, 3.0]])
    return Sensitivity(
        *(COURIER, (BASE, GUARANTEE, POINTS), "baseline", "clv", ITEMS, ITEMS if samples else ()),
        *(points, metric(points), metric(sample) if samples else np.empty(0), today, 1),
    )


def test_the_sensitivity_table_says_what_the_decision_hangs_on() -> None:
    found = studied(64)
    table = sensitivity_report.sensitivity_table(found)
    assert "best in the world as it stands: 'loyalty_points', next 'baseline': +1.00 [" in table
    line = next(line for line in table.splitlines() if line.startswith(ITEMS[0].path))
    assert "10.00 ± 0.00" in line
    assert "+10.00" in line
    assert f"it hangs most on {ITEMS[0].path}." in table
    low = (found.points[:, 0] <= ITEMS[0].entry.low + 0.4 * (ITEMS[0].entry.high - ITEMS[0].entry.low)).mean()
    assert f"in {100.0 * low:.0f} % of the worlds another strategy is" in table


def test_without_samples_there_are_no_shares() -> None:
    found = studied(0)
    line = next(
        line
        for line in sensitivity_report.sensitivity_table(found).splitlines()
        if line.startswith(ITEMS[0].path)
    )
    assert line.split()[-2:] == ["–", "–"]
    assert sensitivity_report.effects_frame(found)["total_order"].isna().all()
    assert len(sensitivity_report.sensitivity_figure(found).axes) == 1


def test_the_sensitivity_files_hold_every_difference_strategy_and_world() -> None:
    found = studied(64)
    effects = sensitivity_report.effects_frame(found)
    assert list(dict.fromkeys(zip(effects["strategy"], effects["against"], strict=True))) == found.pairs()
    assert len(effects) == 2 * len(ITEMS)
    first = effects.iloc[0]
    assert (first["assumption"], first["mu_star"]) == (ITEMS[0].path, pytest.approx(10.0))
    # the guarantee loses 1 everywhere: nothing moves it, and there is no variance to share
    constant = effects[effects["strategy"] == "guarantee"]
    assert (constant["mu_star"] == 0.0).all()
    assert constant["first_order"].isna().all()
    strategies = sensitivity_report.strategies_frame(found).set_index("strategy")
    assert strategies["recommended"].tolist() == [False, False, True]
    assert strategies.loc["guarantee", "worst_difference"] == pytest.approx(-1.0)
    assert strategies["best_share"].sum() == pytest.approx(1.0)
    worlds = sensitivity_report.worlds_frame(found)
    assert len(worlds) == len(found.points)
    assert {"clv.baseline", "clv.loyalty_points", ITEMS[0].path} <= set(worlds)


def test_the_sensitivity_figure_can_be_written(tmp_path) -> None:
    figure = sensitivity_report.sensitivity_figure(studied(64))
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()][-1] == ITEMS[0].path
    figure.savefig(tmp_path / "figure.png")


def failing(sides: tuple[Side, ...], problem: str = "") -> Discovery:
    points = np.random.default_rng(1).uniform(size=(60, 3))
    low = np.array([item.entry.low for item in ITEMS])
    high = np.array([item.entry.high for item in ITEMS])
    gains = np.where(points[:, 0] > 0.5, -10.0, 10.0)
    worlds = low + points * (high - low)
    steps = ((1.0, 0.5, 0), (0.9, 0.95, 1))
    return Discovery(
        *(COURIER, POINTS, BASE, "clv", 0.0, 0.8, ITEMS, worlds[:40], gains[:40], worlds[40:], gains[40:]),
        *(sides, steps if sides else (), 1, problem),
    )


def half(item) -> float:
    return 0.5 * (item.entry.low + item.entry.high)


def test_the_discovery_table_shows_the_box_and_how_it_does_on_fresh_worlds() -> None:
    side = Side(ITEMS[0].path, half(ITEMS[0]), math.inf, 1e-6, math.nan)
    table = discovery_report.discovery_table(failing((side,)))
    assert "'loyalty_points' fails where it gains less than 0 RUB in clv over 'baseline'" in table
    assert f"at least {half(ITEMS[0]):.4g}" in table
    assert "1.0e-06" in table
    fresh = next(line for line in table.splitlines() if line.startswith("fresh"))
    assert fresh.count("100 [") == 2  # the box is where it fails, exactly
    assert table.endswith(f"'loyalty_points' fails where {ITEMS[0].path} is at least {half(ITEMS[0]):.4g}.")


def test_where_there_is_no_box_the_table_says_why() -> None:
    table = discovery_report.discovery_table(failing((), "nothing tells"))
    assert table.endswith("nothing tells.")


@pytest.mark.parametrize(
    ("side", "words"),
    [
        (Side("a", 0.1, math.inf, 0.0, math.nan), "at least 0.1"),
        (Side("a", -math.inf, 0.9, math.nan, 0.0), "at most 0.9"),
        (Side("a", 0.1, 0.9, 0.0, 0.0), "0.1 to 0.9"),
    ],
)
def test_limits_in_words(side, words) -> None:
    assert discovery_report.limits(side) == words


def test_the_discovery_files_hold_box_way_and_worlds() -> None:
    side = Side(ITEMS[0].path, half(ITEMS[0]), math.inf, 1e-6, math.nan)
    found = failing((side,))
    box = discovery_report.box_frame(found)
    assert box.loc[0, "low"] == half(ITEMS[0])
    assert math.isnan(box.loc[0, "high"])
    assert discovery_report.trajectory_frame(found)["taken"].tolist() == [False, True]
    worlds = discovery_report.worlds_frame(found)
    assert (worlds["failed"] == worlds["in_box"]).all()
    assert worlds["fresh"].sum() == 20
    assert not discovery_report.worlds_frame(failing(()))["in_box"].any()


@pytest.mark.parametrize("restricted", [0, 1, 3])
def test_the_discovery_figure_has_a_panel_for_each_pair_and_the_trade(restricted, tmp_path) -> None:
    sides = tuple(Side(item.path, half(item), math.inf, 1e-6, math.nan) for item in ITEMS[:restricted])
    figure = discovery_report.discovery_figure(failing(sides))
    assert len(figure.axes) == {0: 1, 1: 2, 3: 3}[restricted]
    figure.savefig(tmp_path / "figure.png")
