"""The chain from satisfaction to money, at points computed by hand."""

import numpy as np
import pytest

from sim.study.keep_rate.rust_zahorik import (
    RetentionCurve,
    fit_retention,
    market_shares,
    net_present_value,
    steady_share,
    trust_neutral_rate,
)


def test_retention_is_logistic_in_satisfaction() -> None:
    curve = RetentionCurve(-3.0, 6.0)
    assert curve.retention(0.5) == pytest.approx(0.5)
    assert curve.retention(1.0) == pytest.approx(1.0 / (1.0 + np.exp(-3.0)))


def test_the_curve_is_found_again_from_its_own_points() -> None:
    curve = RetentionCurve(-1.2, 4.5)
    satisfaction = np.array([0.4, 0.6, 0.9])
    fitted = fit_retention(satisfaction, np.array([curve.retention(s) for s in satisfaction]))
    assert fitted.intercept == pytest.approx(-1.2)
    assert fitted.slope == pytest.approx(4.5)


def test_nothing_is_fitted_to_groups_that_do_not_differ_or_never_leave() -> None:
    with pytest.raises(ValueError, match="differ"):
        fit_retention(np.array([0.5, 0.5]), np.array([0.7, 0.8]))
    with pytest.raises(ValueError, match="below 1"):
        fit_retention(np.array([0.5, 0.6]), np.array([0.7, 1.0]))


def test_shares_follow_the_recursion() -> None:
    # 0.8 * 0.5 + 0.1 * 0.5 = 0.45; 0.8 * 0.45 + 0.1 * 0.55 = 0.415
    assert market_shares(0.5, 0.8, 0.1, 2) == pytest.approx([0.45, 0.415])


def test_shares_come_to_rest_where_gains_and_losses_balance() -> None:
    assert steady_share(0.8, 0.1) == pytest.approx(1.0 / 3.0)
    assert market_shares(0.9, 0.8, 0.1, 200)[-1] == pytest.approx(1.0 / 3.0)


def test_value_is_discounted_to_the_start() -> None:
    # 10 * (0.45 / 1.1 + 0.415 / 1.21)
    shares = np.array([0.45, 0.415])
    assert net_present_value(shares, 10.0, 0.1) == pytest.approx(4.0909091 + 3.4297521)


def test_value_with_retention_alone_is_the_known_series() -> None:
    # nobody is won: sum of (r / (1 + i))^t = r / (1 + i - r)
    shares = market_shares(1.0, 0.8, 0.0, 400)
    assert net_present_value(shares, 1.0, 0.1) == pytest.approx(0.8 / 0.3)


@pytest.mark.parametrize(
    ("severity", "gain", "expected"),
    [(0.3, 0.02, 0.036 / 0.044), (0.6, 0.01, 0.072 / 0.076)],
)
def test_the_trust_neutral_rate_at_usual_values(severity: float, gain: float, expected: float) -> None:
    # loss 0.2 and trust 0.6: 0.82 for mild breaches and high gains, 0.95 for severe ones and low gains
    assert trust_neutral_rate(0.2, gain, severity, 0.6) == pytest.approx(expected)


def test_without_gain_or_loss_no_rate_is_neutral() -> None:
    assert np.isnan(trust_neutral_rate(0.0, 0.0, 0.5, 0.6))
    assert trust_neutral_rate(0.2, 0.0, 0.5, 0.6) == 1.0
