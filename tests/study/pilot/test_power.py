"""How many customers an experiment needs: against tables, against drawing, against what it is not."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.study.pilot.power import (
    Effect,
    customers_needed,
    exaggeration,
    false_win_risk,
    power_with,
    z_values,
)


def shares(control: float, treated: float) -> Effect:
    """Return two arms of customers who stay or not."""
    return Effect(control, treated, control * (1 - control), treated * (1 - treated), True)


def drawn(effect: Effect, per_arm: int, seed: int, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Return estimates and statistics of experiments whose customers are drawn."""
    generator = np.random.default_rng(seed)
    treated, control = (
        generator.binomial(per_arm, share, count) / per_arm for share in (effect.treated, effect.control)
    )
    spread = [arm * (1 - arm) for arm in (treated, control)]
    return treated - control, z_values(treated, control, *spread, per_arm, binary=True)


def test_customers_are_those_of_the_formula() -> None:
    # (1.95996 sqrt(2 * .55 * .45) + .84162 sqrt(.25 + .24))^2 / .1^2 = 387.3 (Fleiss 1981)
    assert customers_needed(shares(0.5, 0.6), 0.8, 0.05) == 388
    # 2 * (1.95996 + .84162)^2 / .5^2 = 62.8 for means half a standard deviation apart
    assert customers_needed(Effect(0.0, 0.5, 1.0, 1.0, False), 0.8, 0.05) == 63
    assert customers_needed(shares(0.6, 0.5), 0.8, 0.05) == 388  # harm is found as surely as good
    assert customers_needed(shares(0.5, 0.5), 0.8, 0.05) == math.inf


def test_power_and_customers_belong_together() -> None:
    for effect in (shares(0.5, 0.6), shares(0.9, 0.93), Effect(10.0, 11.0, 25.0, 40.0, False)):
        for power in (0.6, 0.8, 0.95):
            needed = customers_needed(effect, power, 0.05)
            assert power_with(effect, needed, 0.05) >= power - 1e-9
            assert power_with(effect, 0.97 * needed, 0.05) < power
    assert power_with(shares(0.5, 0.5), 1000, 0.05) == 0.025


@pytest.mark.parametrize(("control", "treated"), [(0.55, 0.6), (0.87, 0.9), (0.3, 0.2)])
@pytest.mark.parametrize("power", [0.6, 0.8, 0.9])
def test_simulated_power_is_within_three_points_of_nominal(
    control: float, treated: float, power: float
) -> None:
    # 20 000 experiments: a standard error of .0035 at most; shares are counts, which the formula smooths.
    effect = shares(control, treated)
    per_arm = int(customers_needed(effect, power, 0.05))
    _, z = drawn(effect, per_arm, 3)
    found = (np.sign(effect.size) * z > stats.norm.ppf(0.975)).mean()
    assert found == pytest.approx(power, abs=0.03)
    _, fewer = drawn(effect, per_arm // 2, 4)  # the control: half the customers are not enough
    assert (np.sign(effect.size) * fewer > stats.norm.ppf(0.975)).mean() < power - 0.1


def test_the_test_keeps_its_significance() -> None:
    _, z = drawn(shares(0.7, 0.7), 500, 5)
    # two-sided .05: a standard error of .0015, and counts are whole numbers
    assert (np.abs(z) > stats.norm.ppf(0.975)).mean() == pytest.approx(0.05, abs=4 * 0.0016)


@pytest.mark.parametrize("per_arm", [100, 388, 1500])
def test_the_winners_curse_is_that_of_drawing(per_arm: int) -> None:
    effect = shares(0.5, 0.6)
    estimates, z = drawn(effect, per_arm, 6)
    won = estimates[z > stats.norm.ppf(0.975)]
    # The mean of those won has a relative standard error of a fifth of a standard error of the estimate or
    # less; counts in steps of 1 / per_arm move the threshold by half a step.
    error = np.sqrt(effect.variance / per_arm) / 0.1
    tolerance = 4.0 * error / np.sqrt(len(won)) + 0.5 / per_arm / 0.1
    assert exaggeration(effect, per_arm, 0.05) == pytest.approx(won.mean() / 0.1, abs=tolerance)


def test_small_experiments_overstate_more() -> None:
    effect = shares(0.5, 0.55)
    factors = [exaggeration(effect, number, 0.05) for number in (50, 200, 1000, 10_000)]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] > 3.0
    assert factors[-1] == pytest.approx(1.0, abs=1e-3)
    assert math.isnan(exaggeration(shares(0.5, 0.5), 100, 0.05))


def test_the_risk_of_a_false_win_by_hand() -> None:
    # of 300 ideas 100 work: 80 of them win, and 5 of the 200 others
    assert false_win_risk(0.8, 0.05, 1 / 3) == pytest.approx(5 / 85)
    assert false_win_risk(0.8, 0.05, 0.01) > 0.7
    # and by drawing: two kinds of experiments, won ones counted
    wins = [(drawn(shares(0.5, share), 388, 7)[1] > stats.norm.ppf(0.975)).mean() for share in (0.5, 0.6)]
    assert 2 * wins[0] / (2 * wins[0] + wins[1]) == pytest.approx(5 / 85, abs=0.01)


def test_statistics_are_those_of_the_textbook() -> None:
    found = z_values(np.array([0.6, 1.0]), np.array([0.5, 1.0]), np.zeros(2), np.zeros(2), 200, binary=True)
    assert found.tolist() == pytest.approx([0.1 / math.sqrt(2 * 0.55 * 0.45 / 200), 0.0])
    means = z_values(np.array([3.0]), np.array([2.0]), np.array([4.0]), np.array([5.0]), 100, binary=False)
    welch = stats.ttest_ind_from_stats(3.0, 2.0, 100, 2.0, math.sqrt(5.0), 100, equal_var=False)
    assert means[0] == pytest.approx(welch.statistic)
