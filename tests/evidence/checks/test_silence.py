from itertools import pairwise

import pytest

from sim.evidence.checks.silence import CHECKS, MINOR, NAMES, after_a_problem, level, step
from sim.evidence.trial import Trial
from sim.world.description import leaves, to_mapping
from sim.world.library import load_preset, load_scenario


@pytest.mark.parametrize("name", ["tarp", "double_deviation"])
def test_a_preset_stays_within_the_ranges(name):
    values = load_preset(name).values
    found = leaves(to_mapping(load_scenario("courier").replace(values)))
    assert {path: found[path] for path in values} == values


def test_the_presets_are_two_sides_of_the_same_values_and_one_is_the_default():
    assert set(load_preset("tarp").values) == set(load_preset("double_deviation").values)
    default = leaves(to_mapping(load_scenario("courier")))
    assert {path: default[path] for path in load_preset("double_deviation").values} == load_preset(
        "double_deviation"
    ).values


def test_recalled_and_fitted_figures_are_labelled_so():
    assert [check.label for check in CHECKS] == ["recalled", "fitted"]
    targets = {target.name: target for target in CHECKS[0].targets}
    assert len(targets) == 2 * 3 + 4
    assert targets[level("minor", "silent")].low == MINOR["silent"] - 8.0
    assert targets[level("minor", "silent")].high == MINOR["silent"] + 8.0


def test_each_side_puts_silence_and_a_complaint_in_vain_in_its_own_order():
    trial = Trial(2500, (1, 2))
    tarp = after_a_problem(trial, load_preset("tarp").values)
    other = after_a_problem(trial, load_preset("double_deviation").values)
    for size in ("minor", "major"):
        assert tarp[step(size, "silent", "unresolved")].mean() > 0.0
        assert other[step(size, "silent", "unresolved")].mean() < 0.0
    assert (other[step("minor", "unresolved", "silent")] > 0.0).all()
    for lower, higher in pairwise(NAMES):
        difference = tarp[level("major", higher)] - tarp[level("major", lower)]
        assert tarp[step("major", lower, higher)] == pytest.approx(difference)
