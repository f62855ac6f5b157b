"""Figures of shipped aggregates as calibration takes them."""

import numpy as np
import pytest

from sim.evidence.calibrated import (
    aggregates,
    marketplace_figures,
    scores_by_lateness,
    survey_figures_of_mobile,
)


def test_orders_are_as_many_and_as_good_as_the_aggregates_say():
    late, score = scores_by_lateness()
    real = aggregates("olist")
    kept = late == 0.0
    # counts are rounded: of some thousand orders a few are missing or too many
    assert kept.sum() == pytest.approx(real["score_promise_kept"]["orders"], abs=5)
    assert score[kept].mean() == pytest.approx(real["score_promise_kept"]["mean"], abs=0.002)
    assert score[~kept].mean() == pytest.approx(real["score_promise_broken"]["mean"], abs=0.01)
    assert np.mean(score[late == 4.0] == 1.0) == pytest.approx(0.5649, abs=0.005)


def test_figures_bear_the_names_of_those_of_a_firms_own_files():
    finding, asked = marketplace_figures()
    names = {item.name for item in finding.statistics}
    assert {"orders.late.in_time.score", "orders.late.15_days_or_more.one_star", "orders.stars.5"} <= names
    assert {"orders.score.1.complaint", "orders.score.3.complaint"} <= names
    assert asked.scores is not None
    survey, form = survey_figures_of_mobile()
    assert form.form.items == {"satisfaction": 3}
    level = next(item for item in survey.statistics if item.name == "survey.satisfaction.mean")
    assert level.value == pytest.approx((7.48 - 1.0) / 9.0)
