"""What nobody has measured is drawn over its range, and nothing else."""

import numpy as np

from sim.study.assumption_draws import latin_hypercube, open_assumptions
from sim.study.keep_rate.study import DRAWN
from sim.world.library import load_scenario


def test_only_design_choices_are_drawn() -> None:
    items = open_assumptions(load_scenario("marketplace"), DRAWN)
    paths = {item.path for item in items}
    assert "behaviour.trust.broken_loss" in paths
    assert "behaviour.disconfirmation.weight" not in paths  # estimated here, from the scores
    assert "behaviour.churn.shock_half_life" not in paths  # published
    assert {item.mark for item in items} == {"design choice"}
    assert "behaviour.disconfirmation.weight" in {
        item.path for item in open_assumptions(load_scenario("courier"), DRAWN)
    }


def test_a_section_is_no_prefix_of_another_name() -> None:
    paths = {item.path for item in open_assumptions(load_scenario("courier"), ("market.promise",))}
    assert paths == {"market.promise"}


def test_every_part_of_every_range_is_drawn_once() -> None:
    items = open_assumptions(load_scenario("courier"), DRAWN)
    drawn = latin_hypercube(items, 8, 3)
    for item in items:
        values = np.array([values[item.path] for values in drawn])
        low, high = item.entry.low, item.entry.high
        parts = np.floor((values - low) / (high - low) * 8).astype(int)
        assert sorted(parts) == list(range(8)), item.path


def test_drawn_worlds_can_be_built_and_the_draws_repeat() -> None:
    courier = load_scenario("courier")
    items = open_assumptions(courier, DRAWN)
    drawn = latin_hypercube(items, 5, 3)
    assert latin_hypercube(items, 5, 3) == drawn
    assert latin_hypercube(items, 5, 4) != drawn
    for values in drawn:
        courier.replace(values)
    assert latin_hypercube(items, 0, 3) == []
