"""A fit as a whole: the same draws whoever works, figures that are met, and those that are out of reach."""

import numpy as np
import pytest
from calibration_firms import few_runs
from fitted_firms import AIMED, BASE, aimed_firm

from sim.calibration.fitting import fit, waves
from sim.calibration.fitting.fit import Asked, fit_by_simulation, fits
from sim.calibration.posterior import Estimate, Finding, Statistic, joined

TRUTH = {
    "customers.exit.alpha": 1.0,
    "service.quality.mean": 0.8,
    "behaviour.answer.recommendation_mean": 7.5,
    "service.delivery.median": 2.0,
    "behaviour.voice.base": -2.0,
}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    few_runs(monkeypatch)


@pytest.fixture(scope="module")
def aimed(tmp_path_factory):
    return aimed_firm(TRUTH, 1, tmp_path_factory.mktemp("firm"))


def fitted_to(finding, **options):
    return fit_by_simulation(BASE, [finding], Asked(), 200, 3, prior=AIMED, **options)


def test_the_number_of_workers_changes_no_draw(aimed):
    done = []
    one = fitted_to(aimed[0], workers=1, progress=lambda number, total: done.append((number, total)))
    two = fitted_to(aimed[0], workers=2)
    assert set(one.draws) == set(TRUTH)
    for path, column in one.draws.items():
        assert np.array_equal(column, two.draws[path])
    assert one.predicted == two.predicted
    assert [number for number, _ in done] == list(range(1, done[-1][1] + 1))
    assert done[-1][1] == waves.runs_in_all(5)
    other = fit_by_simulation(BASE, [aimed[0]], Asked(), 200, 4, prior=AIMED)
    assert not np.array_equal(one.draws["customers.exit.alpha"], other.draws["customers.exit.alpha"])


def test_draws_belong_to_those_of_what_was_estimated_before(aimed):
    """The quicker customers leave who were drawn before, the less ready to leave the others have to be."""
    rate = np.linspace(0.5, 2.0, 200)
    before = Finding(
        draws={"customers.exit.beta": 20.0 * rate},
        estimates=(Estimate("customers.exit.beta", "told", "counted", (1.0, 100.0)),),
    )
    names = ("targets.retention_rate",)
    few = Finding(statistics=tuple(item for item in aimed[0].statistics if item.name in names))
    found = fit_by_simulation(BASE, [before, few], Asked(), 200, 3, prior=AIMED, discrepancy=0.0)
    assert np.corrcoef(found.draws["customers.exit.alpha"], rate)[0, 1] > 0.3
    assert joined([before, few, found]).rows == 200


def test_a_figure_out_of_reach_is_named(monkeypatch):
    far = Statistic("targets.csat", 0.02, 0.001, 100, "csat", "share")
    found = fit_by_simulation(BASE, [Finding(statistics=(far,))], Asked(), 200, 3, prior=AIMED)
    assert [item.path for item in found.unsettled] == ["service.quality.mean"]
    assert "targets.csat 0.02" in found.unsettled[0].why
    assert not joined([Finding(statistics=(far,)), found]).settled("service.quality.mean")
    assert found.predicted[0].distance < -3.0


def test_what_says_nothing_of_a_parameter_is_not_fitted():
    money = Statistic("targets.cost", 10.0, 1.0, 100, "cost", "currency per customer")
    assert not fits(BASE, [Finding(statistics=(money,))], Asked())
    scores = Statistic("orders.late.in_time.score", 4.0, 0.1, 100, "score", "stars")
    assert not fits(BASE, [Finding(statistics=(scores,))], Asked())


def test_less_is_conceded_to_a_model_that_is_true(aimed):
    figures = aimed[0].statistics
    strict, usual = (fit.observed_figures(figures, Asked(), share) for share in (0.0, 1.0))
    assert (strict.discrepancy == 0.0).all()
    assert (usual.discrepancy > 0.0).all()
    assert np.diag(strict.covariance) == pytest.approx([item.error**2 for item in figures], rel=1e-6)
