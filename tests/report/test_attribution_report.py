"""Table and figure of the levers: signs, units, what is open, and a waterfall that ends at the whole."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.report.attribution_figure import attribution_figure
from sim.report.attribution_table import attribution_table
from sim.study.attribution.study import Attribution
from sim.world.strategy import Strategy


@pytest.fixture(scope="module")
def found() -> Attribution:
    """Return a split of made-up effects: one lever helps, one harms, one does nothing."""
    shares = {
        "training": np.array([[0.02, -30.0], [0.022, -31.0], [0.021, -29.0]]),
        "notice": np.array([[0.01, 4.0], [-0.012, -3.0], [0.004, 1.0]]),
        "bonds": np.zeros((3, 2)),
    }
    strategy = Strategy(name="a$b$").replace({"training": {}, "notice": {}, "bonds": {}})
    whole = sum(shares.values())
    return Attribution(
        sim.load_scenario("courier"),
        strategy,
        Strategy(name="baseline"),
        (1, 2, 3),
        ("survival_rate", "profit"),
        {name: (name,) for name in shares},
        None,
        np.zeros((3, 2)),
        np.asarray(whole),
        shares,
    )


def test_the_table_says_what_is_sure_and_what_is_open(found: Attribution) -> None:
    text = attribution_table(found)
    lines = [line.split() for line in text.splitlines()]
    retention = {line[0]: line for line in lines[: lines.index([]) + 12] if line}
    assert retention["training"][1] == "+2.10"
    assert "more" in retention["training"]
    assert "open" in retention["notice"]
    assert "nothing" in retention["bonds"]
    assert "profit, RUB per customer" in text
    assert "-30.00" in text
    assert "all 8 sets" in text
    assert "(Bonferroni)" in text


def test_drawn_orders_and_a_single_run_are_told(found: Attribution) -> None:
    assert "4 orders of its own" in attribution_table(replace(found, pairs=2))
    one = replace(
        found,
        seeds=(1,),
        base=found.base[:1],
        whole=found.whole[:1],
        shares={name: values[:1] for name, values in found.shares.items()},
    )
    assert "one run: no interval" in attribution_table(one)


def test_the_waterfall_ends_at_the_whole(found: Attribution) -> None:
    figure = attribution_figure(found)
    for axis, metric, factor in zip(figure.axes, found.metrics, (100.0, 1.0), strict=True):
        bars = axis.patches
        assert len(bars) == 4
        last = bars[-2].get_x() + bars[-2].get_width()
        assert last == pytest.approx(bars[-1].get_x() + bars[-1].get_width())
        assert last == pytest.approx(factor * found.effect(metric).mean)
        labels = [label.get_text() for label in axis.get_yticklabels()]
        assert labels[-1] == "whole strategy"


def test_the_figure_is_written(found: Attribution, tmp_path) -> None:
    found.plot(tmp_path / "levers")
    assert (tmp_path / "levers.svg").stat().st_size > 1000
