"""Table and figure of a planned experiment: numbers, infinite ones, nothing to show."""

import math

import numpy as np
import pytest

import sim
from sim.report.pilot_figure import pilot_figure
from sim.report.pilot_table import pilot_table
from sim.study.pilot.plan import Option, PilotPlan, Rehearsal
from sim.study.pilot.power import Effect
from sim.study.statistics import Interval
from sim.world.strategy import Strategy


def option(weeks: float, size: float, per_arm: float) -> Option:
    """Return an experiment with a made-up effect."""
    effect = Effect(0.6, 0.6 + size, 0.24, 0.24, True)
    whole = Interval(size + 0.002, size + 0.001, size + 0.003)
    bias = Interval(-0.002, -0.003, -0.001)
    money = Interval(50.0, 40.0, 60.0)
    return Option(
        weeks, whole, bias, Interval(size, size - 0.001, size + 0.001), effect, per_arm, per_arm, math.inf,
        0.8, 0.05, money, Interval(-20.0, -30.0, -10.0),
    )  # fmt: skip


@pytest.fixture
def plan() -> PilotPlan:
    """Return a plan of two durations, of which the shorter shows nothing."""
    options = (option(13.0, 0.0, math.inf), option(26.0, 0.05, 1500.0))
    z = np.array([2.5, 3.0, 1.0, -2.5])
    rehearsal = Rehearsal(26.0, 300, 0.05, 0.02 * z, z, np.array([0.1, 2.1, -2.2, 0.3]), 0.7, 0.05)
    return PilotPlan(
        sim.load_scenario("courier"),
        Strategy(name="a$b$"),
        Strategy(name="baseline"),
        "retention_rate",
        0.5,
        1 / 3,
        options,
        options[1],
        rehearsal,
    )


def test_the_table_holds_numbers_costs_and_risks(plan: PilotPlan) -> None:
    text = pilot_table(plan)
    lines = [line.split() for line in text.splitlines()]
    chosen = next(line for line in lines if line[:2] == ["26", "*"])
    assert chosen[2:6] == ["1,500", "[1,500,", "no", "limit]"]
    assert "75,000" in chosen
    assert "-30,000" in chosen
    assert "5.9" in chosen
    assert next(line for line in lines if line[:1] == ["13"])[1:3] == ["no", "effect"]
    assert "-0.200" in text
    assert "simulated: power 50.0 %" in text
    assert "by formula 70.0 %" in text
    assert "wrong sign 25.0 %" in text
    assert "nobody was treated 25.0 %" in " ".join(text.split())


def test_nothing_to_show_is_told(plan: PilotPlan) -> None:
    nothing = PilotPlan(
        plan.scenario, plan.strategy, plan.baseline, "orders", 0.5, 0.3, plan.options[:1], None, None
    )
    assert "nothing that an experiment could settle" in pilot_table(nothing)
    assert len(pilot_figure(nothing).axes) == 2


def test_the_figure_shows_power_and_bias(plan: PilotPlan, tmp_path) -> None:
    figure = pilot_figure(plan)
    _, right = figure.axes
    told = [[text.get_text() for text in legend.get_texts()] for legend in figure.legends]
    assert told == [["26 weeks", "simulated, 26 weeks"], ["shown by the experiment", "treating everybody"]]
    assert len(right.get_lines()) == 2 * 2 * 2 + 1
    plan.plot(tmp_path / "pilot")
    assert (tmp_path / "pilot.svg").stat().st_size > 1000
