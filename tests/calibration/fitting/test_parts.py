"""The parts of a fit by simulation: scales, surfaces, chains, and which parameters are fitted."""

import numpy as np
import pytest

from sim.calibration.fitting.chains import drawn
from sim.calibration.fitting.emulator import fitted_surface
from sim.calibration.fitting.knobs import THRESHOLDS, ascending, chosen
from sim.calibration.fitting.links import Link, discrepancy_of, link_of
from sim.calibration.posterior import Statistic
from sim.calibration.ranges import registry_range
from sim.world.description import has_path
from sim.world.library import load_scenario


@pytest.mark.parametrize(
    ("link", "values"),
    [
        (Link(0.0, 1.0), [0.01, 0.5, 0.99]),
        (Link(-100.0, 100.0), [-60.0, 0.0, 14.0]),
        (Link(0.0), [0.001, 3.0, 200.0]),
        (Link(), [-3.0, 0.0, 7.0]),
    ],
)
def test_a_scale_leads_back_to_the_figure_and_knows_its_slope(link, values):
    figures = np.array(values)
    there = link.forward(figures)
    assert link.back(there) == pytest.approx(figures)
    step = 1e-6
    rise = (link.back(there + step) - link.back(there - step)) / (2.0 * step)
    assert link.slope(there) == pytest.approx(rise, rel=1e-5)


def test_a_share_of_none_or_all_has_a_place_on_the_scale():
    assert np.isfinite(Link(0.0, 1.0).forward(np.array([0.0, 1.0]))).all()
    assert np.isfinite(Link(0.0, least=0.01).forward(np.array([0.0])))


def test_figures_are_emulated_by_their_kind():
    def named(name, value=0.5, unit="1"):
        return Statistic(name, value, 0.1, 10, "", unit)

    assert link_of(named("targets.csat", unit="share")) == Link(0.0, 1.0)
    assert link_of(named("targets.nps", 20.0, "points")) == Link(-100.0, 100.0)
    assert link_of(named("survey.correlation.satisfaction.trust")) == Link(-1.0, 1.0)
    assert link_of(named("orders.late.in_time.score", 4.0, "stars")) == Link(1.0, 5.0)
    assert link_of(named("targets.complaint_rate", 0.05, "per order")).low == 0.0
    assert discrepancy_of(named("targets.complaint_rate", 0.05, "per order")) == pytest.approx(0.0025)
    assert discrepancy_of(named("targets.nps", 20.0, "points")) == 2.0


def test_a_quadratic_is_found_and_its_noise_as_well():
    generator = np.random.default_rng(1)
    points, given = generator.random((300, 2)), generator.standard_normal((300, 1))
    clean = 1.0 + points[:, 0] - 2.0 * points[:, 0] * points[:, 1] + 0.5 * given[:, 0]
    noisy = clean + 0.1 * generator.standard_normal(300)
    surface = fitted_surface(points, given, np.column_stack([clean, noisy]))
    # the penalty is a thousandth of an observation: it pulls by as much
    assert surface.at(points, given)[:, 0] == pytest.approx(clean, abs=0.02)
    assert surface.noise[1] == pytest.approx(0.1, rel=0.15)  # 300 points: an error of 4 %
    terms = 7
    assert surface.leverage(points, given).mean() == pytest.approx(terms / 300, rel=0.05)


def test_points_that_count_less_are_followed_less():
    points = np.linspace(0.0, 1.0, 200)[:, None]
    values = np.sin(6.0 * points)
    near = np.where(np.abs(points[:, 0] - 0.2) < 0.15, 1.0, 1e-3)
    there = np.abs(points[:, 0] - 0.2) < 0.1
    nothing = np.zeros((200, 0))
    errors = [
        np.abs(
            fitted_surface(points, nothing, values, weights).at(points, nothing)[there] - values[there]
        ).max()
        for weights in (None, near)
    ]
    assert errors[1] < 0.3 * errors[0]


def test_chains_draw_from_a_normal_distribution_of_their_own_row():
    shift = np.linspace(-0.1, 0.1, 600)

    def density(points, rows):
        apart = np.column_stack([points[:, 0] - 0.5 - shift[rows], points[:, 1] - points[:, 0]])
        return -0.5 * ((apart / [0.05, 0.02]) ** 2).sum(axis=1)

    found = drawn(density, np.zeros(2), np.ones(2), 600, np.random.default_rng(3), steps=300)
    # 600 draws: standard error of a mean .05/√600 = .002, of a standard deviation 3 %
    assert (found[:, 0] - shift).mean() == pytest.approx(0.5, abs=0.008)
    assert (found[:, 0] - shift).std() == pytest.approx(0.05, rel=0.15)
    assert (found[:, 1] - found[:, 0]).std() == pytest.approx(0.02, rel=0.15)
    assert np.corrcoef(found[:, 0], shift)[0, 1] > 0.6


def test_chains_stay_where_values_rise():
    def density(points, rows):
        return np.where(np.diff(points, axis=1)[:, 0] >= 0.0, 0.0, -np.inf)

    found = drawn(density, np.zeros(2), np.ones(2), 400, np.random.default_rng(4), steps=100, rising=(0, 1))
    assert (found[:, 1] >= found[:, 0]).all()
    # the smaller of two even numbers is 1/3 on average, with an error of .24/√400
    assert found[:, 0].mean() == pytest.approx(1.0 / 3.0, abs=0.05)


def test_each_figure_turns_its_own_parameter():
    base = load_scenario("courier")
    knobs = chosen(["targets.nps", "targets.csat", "targets.complaint_rate"], base, ())
    assert [knob.path for knob in knobs] == [
        "behaviour.answer.recommendation_mean",
        "service.quality.mean",
        "behaviour.voice.base",
    ]
    for knob in knobs:
        assert has_path(base, knob.path)
        low, high = registry_range(knob.path)
        assert low <= knob.low < knob.high <= high
        inner = knob.interval(0.9)
        assert knob.low < inner[0] < inner[1] < knob.high


def test_what_is_settled_is_not_fitted_again():
    base = load_scenario("courier")
    names = ["targets.retention_rate", "targets.nps"]
    assert len(chosen(names, base, ())) == 2
    assert [knob.path for knob in chosen(names, base, ["customers.exit.alpha"])] == [
        "behaviour.answer.recommendation_mean"
    ]
    assert chosen(["targets.cost"], base, ()) == ()


def test_thresholds_rise_and_complaints_by_score_say_all():
    base = load_scenario("marketplace")
    names = [f"orders.stars.{stars}" for stars in (5, 4, 3, 2)]
    knobs = chosen([*names, "orders.complaint", "orders.score.1.complaint"], base, ())
    assert [knobs[place].path for place in ascending(knobs)] == list(THRESHOLDS)
    voice = next(knob for knob in knobs if knob.path == "behaviour.voice.base")
    assert voice.by == ("orders.score.1.complaint",)
