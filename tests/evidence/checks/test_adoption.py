"""The Bass model: its curve, its fit, and how much a fit explains."""

import numpy as np
import pytest

from sim.evidence.checks.adoption import Bass, adoption_curve, adoption_world, explained, fit_bass
from sim.evidence.trial import Trial

ANYBODY = {"network.kind": "small_world", "network.shortcuts": 1.0}
YEARS = np.linspace(0.0, 5.0, 61)


def test_the_curve_starts_at_nothing_and_ends_at_the_market():
    curve = Bass(1000.0, 0.03, 2.0)
    assert curve.adopted(np.array([0.0, 100.0])) == pytest.approx([0.0, 1000.0])
    # The peak of new adopters lies at ln(q/p) / (p + q) (Bass 1969).
    peak = YEARS[:-1][np.argmax(curve.adoptions(YEARS))]
    assert peak == pytest.approx(np.log(2.0 / 0.03) / 2.03, abs=1.0 / 12.0)


def test_without_imitation_adoption_is_exponential():
    curve = Bass(1000.0, 0.7, 0.0)
    assert curve.adopted(np.array([1.0])) == pytest.approx([1000.0 * -np.expm1(-0.7)])


@pytest.mark.parametrize("truth", [Bass(1000.0, 0.03, 2.0), Bass(5000.0, 0.3, 0.6)])
def test_the_fit_finds_the_parameters_again(truth):
    found = fit_bass(truth.adoptions(YEARS), YEARS)
    assert vars(found) == pytest.approx(vars(truth), rel=1e-3)


def test_explained_is_one_for_a_perfect_fit_and_nothing_for_the_mean():
    observed = np.array([1.0, 2.0, 3.0])
    assert explained(observed, observed) == 1.0
    assert explained(observed, np.full(3, 2.0)) == 0.0
    assert np.isnan(explained(np.ones(3), np.ones(3)))


def test_nobody_joins_who_was_not_told_and_nobody_leaves():
    world = adoption_world(Trial(10, (1,)), ANYBODY)
    new, years = adoption_curve(world, 1)
    assert len(new) == len(years) - 1
    assert 0.0 < new.sum() <= 1000.0
    quiet = Trial(10, (1,), {"mechanisms.referral": False})
    assert adoption_curve(adoption_world(quiet, ANYBODY), 1)[0].sum() == 0.0


def test_nothing_to_fit_is_fitted_by_nothing():
    found = fit_bass(np.zeros(60), YEARS)
    assert found.adoptions(YEARS) == pytest.approx(np.zeros(60), abs=0.1)
