"""The figure and the tables of the critical keep-rate say what the study found."""

import re

import numpy as np
import pytest

from sim.report.figures import write_figure
from sim.report.keep_rate_figure import keep_rate_figure, place_of
from sim.report.keep_rate_table import (
    critical_frame,
    draws_frame,
    effects_frame,
    keep_rate_table,
    said,
    state,
)
from sim.study.keep_rate.critical import ALWAYS, NEVER
from sim.study.keep_rate.design import AS_IT_STANDS, MAIN, WORD_ALONE, settings_from
from sim.study.keep_rate.study import MEASURES, KeepRates, study_keep_rates
from sim.world.library import load_scenario


@pytest.fixture(scope="module")
def results() -> tuple[KeepRates, ...]:
    settings = settings_from(
        {
            "replications": 3,
            "customers": 150,
            "draws": 12,
            "draw_replications": 1,
            "seed": 1,
            "workers": 2,
            "keep_rates": [0.5, 0.8, 0.95, 0.995],
            "coarse_rates": [0.6, 0.9],
            "draw_rates": [0.6, 0.95],
            "strictness": [],
            "publicities": [],
            "payouts": [],
        }
    )
    changes = {"time.horizon": 1.0}
    worlds = tuple(load_scenario(name).replace(changes) for name in ("courier", "telecom"))
    return study_keep_rates(worlds, settings)


@pytest.mark.parametrize(
    ("rate", "text", "kind"),
    [
        (0.95678, "0.957", "turns"),
        (ALWAYS, "any rate", "any rate"),
        (NEVER, "no rate", "no rate"),
        (np.nan, "no effect", "no effect"),
    ],
)
def test_a_rate_that_is_no_number_is_said_in_words(rate: float, text: str, kind: str) -> None:
    assert said(rate) == text
    assert state(rate) == kind


def test_the_table_holds_every_form_with_its_rates(results) -> None:
    parts = keep_rate_table(results, 1).split("\n\n\n")
    assert len(parts) == 2
    for part, result in zip(parts, results, strict=True):
        for curve in result.curves:
            (line,) = re.findall(rf"^{re.escape(curve.variant.name)}  +(.*)$", part, re.M)
            cells = re.split(r"  +", line)
            assert [cell.split(" [")[0] for cell in cells] == [said(curve.critical(m)) for m in MEASURES]
        region = result.draws[WORD_ALONE].region("trust")
        assert f"four in five from {said(region.low)} to {said(region.high)}" in part
        assert "Rust and Zahorik" in part


def test_the_tidy_tables_say_the_same(results) -> None:
    effects = effects_frame(results)
    for result in results:
        for curve in result.curves:
            rows = effects[
                (effects.scenario == result.scenario.name) & (effects.promise == curve.variant.name)
            ]
            assert len(rows) == len(MEASURES) * len(curve.points)
            trust = rows[rows.measure == "trust"]
            np.testing.assert_allclose(trust.effect, curve.effects("trust").mean(axis=1))
            assert (trust.ci_low <= trust.effect).all()
            assert trust.chain.isna().all()  # the chain starts from satisfaction and knows no trust
            told = rows[rows.measure == "retention"].chain.notna().all()
            assert told == (curve.variant.name in MAIN)
    critical = critical_frame(results, 1)
    assert len(critical) == sum(len(result.curves) for result in results) * len(MEASURES)
    assert set(critical.state) <= {"turns", "any rate", "no rate", "no effect"}
    assert critical.critical_rate.notna().equals(critical.state == "turns")
    assert critical[critical.promise.isin(MAIN)].no_rate_share.notna().all()


def test_every_draw_is_written_with_its_assumptions_and_what_came_of_it(results) -> None:
    draws = draws_frame(results)
    courier = draws[(draws.scenario == "courier") & (draws.draw == 3)]
    drawn = results[0].draws[AS_IT_STANDS].assumptions[3]
    assert dict(zip(courier.name, courier.value, strict=True)).items() >= drawn.items()
    assert len(courier) == len(drawn) + len(MAIN) * len(MEASURES)


def test_the_scale_stretches_towards_one() -> None:
    steps = np.diff(place_of([0.5, 0.6, 0.7, 0.8, 0.9, 1.0]))
    assert (np.diff(steps) > 0.0).all()


def test_the_figure_has_a_row_per_world_and_marks_each_critical_rate(results) -> None:
    figure = keep_rate_figure(results)
    assert len(figure.axes) == 6
    for row, result in enumerate(results):
        for column, measures in enumerate((("satisfaction", "trust"), ("retention",), ("equity",))):
            axis = figure.axes[3 * row + column]
            labels = [line.get_label() for line in axis.lines]
            assert sum(label.endswith((AS_IT_STANDS, WORD_ALONE)) for label in labels) >= 2 * len(measures)
            rates = [curve.critical(measure) for curve in result.main for measure in measures]
            marked = [line.get_xdata()[0] for line in axis.lines if line.get_marker() == "o"]
            expected = [float(place_of(rate)) for rate in rates if np.isfinite(rate)]
            assert sorted(marked) == pytest.approx(sorted(expected))


def test_the_lines_of_the_figure_are_the_effects(results) -> None:
    axis = keep_rate_figure(results).axes[1]
    line = next(line for line in axis.lines if line.get_label() == f"effect, {WORD_ALONE}")
    np.testing.assert_allclose(line.get_ydata(), results[0].main[1].effects("retention").mean(axis=1))


def test_without_draws_and_with_one_seed_there_are_no_bands(results) -> None:
    alone = tuple(
        KeepRates(
            result.scenario,
            tuple(
                type(curve)(curve.variant, curve.points, curve.base[:, :1], curve.promised[:, :1])
                for curve in result.curves
            ),
            {},
        )
        for result in results
    )
    figure = keep_rate_figure(alone)
    assert not any(axis.collections for axis in figure.axes)
    assert "drawn" not in keep_rate_table(alone, 1)
    assert draws_frame(alone).empty


def test_the_figure_is_written_and_the_same_twice(results, tmp_path) -> None:
    first = write_figure(keep_rate_figure(results), tmp_path / "first")
    second = write_figure(keep_rate_figure(results), tmp_path / "second")
    assert [path.suffix for path in first] == [".png", ".svg"]
    assert first[1].read_bytes() == second[1].read_bytes()
