"""Tables and figure of who gains: what they say, and that they can be drawn where nothing differs."""

import numpy as np
import pytest

import sim
from sim.engine.layout import CUSTOMER_TYPE
from sim.report.who_figure import who_figure
from sim.report.who_table import who_table
from sim.study.who.effects import IndividualEffects
from sim.world.strategy import Strategy


def made(gain: float) -> IndividualEffects:
    """Return lives of 60 customers, two thirds of whom gain so much."""
    generator = np.random.default_rng(2)
    draws = generator.random((200, 60))
    chance = np.full(60, 0.5) + gain * (np.arange(60) >= 20)
    people = np.zeros(60, dtype=CUSTOMER_TYPE)
    people["order_rate"] = np.arange(60.0)
    people["segment"] = np.arange(60) % 3
    half = generator.random((200, 60)) < 0.5
    stays = draws < chance
    without = draws < 0.5
    return IndividualEffects(
        sim.load_scenario("courier"),
        Strategy(name="a$b$"),
        Strategy(name="baseline"),
        1,
        tuple(range(200)),
        "shared",
        people,
        without,
        stays,
        np.zeros((2, 60)),
        np.arange(200) // 10 % 2 == 1,
        half,
        np.where(half, stays, without),
    )


def test_the_tables_say_who_gains_and_how_surely() -> None:
    text = who_table(made(0.2))
    lines = [line.split() for line in text.splitlines()]
    gaining = next(line for line in lines if line[:1] == ["gaining"])
    assert float(gaining[1]) > 30.0
    assert float(gaining[1]) <= 66.7 <= float(gaining[2])
    assert float(gaining[3]) == pytest.approx(66.7, abs=0.1)
    assert next(line for line in lines if line[:1] == ["harmed"])[1] == "0.0"
    assert "order rate" in text
    assert "sizes under shared luck" in text
    untreated = next(line for line in text.splitlines() if line.startswith("spillover on those not"))
    assert untreated.split()[-3:] == ["+0.00", "[+0.00,", "+0.00]"]


@pytest.mark.parametrize("gain", [0.2, 0.0])
def test_the_figure_is_drawn_and_written(gain: float, tmp_path) -> None:
    found = made(gain)
    figure = who_figure(found)
    assert len(figure.axes) == 3
    assert sum(bar.get_height() for bar in figure.axes[0].containers[0]) == 60  # nobody falls outside
    found.plot(tmp_path / "who")
    assert (tmp_path / "who.svg").stat().st_size > 1000
