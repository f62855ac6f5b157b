"""Designs: which points a study's file stands for, and what is said of a wrong one."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.study.sweep.design import Design, build_design
from sim.study.sweep.sample import METHODS
from sim.world.errors import ConfigurationError

MEDIAN = "scenario.service.delivery.median"
PAYOUT = "strategies.guarantee.commitments.delivery.payout"
TERMS = "strategies.guarantee.fixed_term.periods"
TICK = "scenario.time.tick"
TRUST = "scenario.mechanisms.trust"


def factorial(values) -> dict:
    return {"kind": "factorial", "values": values}


def sample(over, **values) -> dict:
    return {"kind": "sample", "over": over, **values}


def test_a_factorial_is_every_combination_the_last_path_fastest() -> None:
    design = build_design(factorial({MEDIAN: [20, 25], PAYOUT: [0.0, 0.5, 1.0]}))
    assert design.paths == (MEDIAN, PAYOUT)
    assert design.points == (
        *((20.0, 0.0), (20.0, 0.5), (20.0, 1.0)),
        *((25.0, 0.0), (25.0, 0.5), (25.0, 1.0)),
    )
    assert design.changes(4, "scenario") == {"service.delivery.median": 25.0}
    assert design.changes(4, "strategies.guarantee") == {"commitments.delivery.payout": 0.5}
    assert design.changes(4, "strategies.guarantee_of_another_kind") == {}


def test_zipped_lists_are_rows() -> None:
    design = build_design({"kind": "zipped", "values": {MEDIAN: [20, 25], TICK: ["week", "month"]}})
    assert design.points == ((20.0, "week"), (25.0, "month"))


def test_a_table_is_a_point_a_line(tmp_path: Path) -> None:
    text = f"{MEDIAN},note,{PAYOUT},{TRUST}\n20,slow,0.5,true\n\n2.5e1,fast,1,false\n"
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    values = {"kind": "table", "file": "points.csv", "paths": [PAYOUT, MEDIAN, TRUST]}
    design = build_design(values, tmp_path)
    assert design.points == ((0.5, 20.0, True), (1.0, 25.0, False))
    assert [design.told(number) for number in (0, 1)] == ["line 2 of points.csv", "line 4 of points.csv"]


@pytest.mark.parametrize("method", METHODS)
def test_a_sample_fills_the_ranges_and_is_the_same_for_the_same_file(method: str) -> None:
    values = {
        "kind": "sample",
        "method": method,
        "points": 64,
        "seed": 3,
        "over": {MEDIAN: [20, 30], PAYOUT: None},
    }
    if method == "morris":
        values["points"] = 63
    design = build_design(values)
    points = np.array(design.points)
    assert build_design(values) == design
    assert build_design(values | {"seed": 4}) != design
    for column, (low, high) in zip(points.T, ((20.0, 30.0), (0.0, 2.0)), strict=True):
        assert column.min() >= low
        assert column.max() <= high
        # Every quarter is reached: that none of 64 falls into one has the chance (3/4)^64 = 1e-8.
        quarters = np.minimum((4 * (column - low) / (high - low) + 1e-9).astype(int), 3)
        assert set(quarters) == {0, 1, 2, 3}


def test_a_latin_hypercube_has_each_value_in_a_part_of_its_own() -> None:
    design = build_design({"kind": "sample", "points": 50, "over": [MEDIAN, PAYOUT]})
    for place, (low, high) in enumerate(((0.01, 1000.0), (0.0, 2.0))):
        column = np.array([point[place] for point in design.points])
        if place == 1:
            assert sorted((50 * (column - low) / (high - low)).astype(int)) == list(range(50))
        else:
            assert len(set(column)) == 50


def test_whole_numbers_and_choices_take_each_value_equally_often() -> None:
    over = {TERMS: [2, 5], TICK: None, TRUST: None, MEDIAN: [20, 30]}
    design = build_design({"kind": "sample", "points": 96, "over": over, "seed": 2})
    terms, ticks, trusts, _ = zip(*design.points, strict=True)
    assert {type(value) for value in terms} == {int}
    # a Latin hypercube has exactly points / values of each
    assert [terms.count(value) for value in (2, 3, 4, 5)] == [24] * 4
    assert [ticks.count(value) for value in ("day", "week", "month")] == [32] * 3
    assert [trusts.count(value) for value in (False, True)] == [48] * 2


def test_a_morris_trajectory_moves_one_parameter_at_a_time() -> None:
    over = {MEDIAN: [20, 30], PAYOUT: None}
    points = np.array(build_design(sample(over, method="morris", points=9)).points)
    for trajectory in points.reshape(3, 3, 2):
        steps = trajectory[1:] != trajectory[:-1]
        assert (steps.sum(axis=1) == 1).all()
        assert (steps.sum(axis=0) == 1).all()


def test_another_process_has_the_same_points() -> None:
    values = {"kind": "sample", "method": "sobol", "points": 16, "over": [MEDIAN, PAYOUT]}
    program = f"from sim.study.sweep.design import build_design; print(build_design({values!r}).points)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(build_design(values).points)


def test_values_are_as_the_fields_hold_them() -> None:
    segments = "strategies.pilot.eligibility.segments"
    design = build_design({"kind": "zipped", "values": {segments: [["a"], ["a", "b"]], MEDIAN: [20, 21]}})
    assert design.points == ((("a",), 20.0), (("a", "b"), 21.0))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (None, "design: expected a mapping"),
        ({}, "design.kind: unknown kind ''"),
        ({"kind": "factoriel", "values": {}}, "did you mean 'factorial'?"),
        (factorial({}), "design.values: holds no values"),
        (factorial({MEDIAN: []}), f"design.values.{MEDIAN}: expected a list"),
        (factorial({MEDIAN: [20]}) | {"points": 3}, "design.points: unknown key of a factorial"),
        (factorial({MEDIAN: [20, 20.0]}), "design: point 1 is the same as point 0"),
        (factorial({MEDIAN: [20, -1]}), f"{MEDIAN}: -1 is outside its range (point 1); valid"),
        (factorial({MEDIAN: ["fast"]}), f"{MEDIAN}: expected a number, got 'fast' (point 0)"),
        (factorial({TICK: ["weak"]}), "(point 0); did you mean 'week'?"),
        (factorial({"scenario.title": ["a"]}), "scenario.title: cannot be varied"),
        (factorial({"delivery": [1]}), "delivery: no scenario and no strategy has it"),
        (
            factorial({"scenario.service.delivery.medain": [1]}),
            f"did you mean '{MEDIAN}'?",
        ),
        (
            factorial({"strategies.guarantee.commitments.delivery.payuot": [1]}),
            f"did you mean '{PAYOUT}'?",
        ),
        (
            {
                "kind": "factorial",
                "values": {f"{MEDIAN}": list(range(1, 1500)), PAYOUT: [0.001 * n for n in range(1000)]},
            },
            "1,499,000 points are too many",
        ),
        (
            {"kind": "zipped", "values": {MEDIAN: [20, 21], PAYOUT: [1]}},
            f"design.values.{PAYOUT}: has 1 values",
        ),
        ({"kind": "table"}, "design.file: expected a file"),
        ({"kind": "table", "file": "nowhere.csv"}, "nowhere.csv' cannot be read"),
        ({"kind": "sample", "points": 4}, "design.over: names no paths"),
        (sample([MEDIAN], points=0), "design.points: 0 is no number for it; valid: 1 to"),
        ({"kind": "sample", "over": [MEDIAN]}, "design.points: None is no number for it"),
        (sample([MEDIAN], points=4, seed=-1), "design.seed: -1"),
        (sample([MEDIAN], points=4, method="sobel"), "did you mean 'sobol'?"),
        (sample([MEDIAN], points=6, method="sobol"), "powers of two: 4 or 8"),
        (sample([MEDIAN], points=7, method="morris"), "a multiple of 2, for example 6"),
        (sample({MEDIAN: [30, 20]}, points=4), "30 is not below 20"),
        (sample({MEDIAN: 20}, points=4), "expected [low, high], got 20"),
        (sample({MEDIAN: ["a", 2]}, points=4), "a is no number"),
        (sample({PAYOUT: [1.0, 4.0]}, points=4), "is outside its range (point"),
        (sample(["scenario.network.path"], points=4), "is no number and no choice"),
    ],
    ids=lambda values: values if isinstance(values, str) else "",
)
def test_a_wrong_design_is_told(values, told: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        build_design(values)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "names no paths"),
        (f"{MEDIAN}\n", "design: has no points"),
        (f"{MEDIAN},{PAYOUT}\n20,0.5\n25\n", "line 3 of 'points.csv' has 1 cells, the head has 2"),
        (f"{MEDIAN},{PAYOUT}\n20,0.5\n25,nan\n", f"line 3 of 'points.csv' has 'nan' for {PAYOUT}"),
        (f"{MEDIAN},{PAYOUT}\n20,\n", f"line 2 of 'points.csv' has nothing for {PAYOUT}"),
        (f"{MEDIAN},{PAYOUT}\n20,1\n25,9\n", "9 is outside its range (line 3 of points.csv)"),
        (f"{MEDIAN},{MEDIAN}\n20,1\n", f"has the column '{MEDIAN}' twice"),
        (f"{MEDIAN}\n20\n25\n20\n", "line 4 of points.csv is the same as line 2 of points.csv"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        build_design({"kind": "table", "file": "points.csv"}, tmp_path)
    assert told in str(error.value)


def test_a_column_that_is_asked_for_and_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(f"{MEDIAN}s\n20\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"has no column '{MEDIAN}'; did you mean '{MEDIAN}s'?"):
        build_design({"kind": "table", "file": "points.csv", "paths": [MEDIAN]}, tmp_path)


def test_a_design_made_by_hand_is_checked_too() -> None:
    with pytest.raises(ConfigurationError, match="has no points"):
        build_design(Design((MEDIAN,), ()))
    with pytest.raises(ConfigurationError, match="stands twice"):
        build_design(Design((MEDIAN, MEDIAN), ((1.0, 2.0),)))


def test_morris_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'tenure\[sensitivity\]'"):
        build_design({"kind": "sample", "method": "morris", "points": 4, "over": [PAYOUT]})
