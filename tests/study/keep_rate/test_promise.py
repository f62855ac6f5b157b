"""How often a process keeps a promised time: against hand-computed shares and against the simulation."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from sim.engine.simulation import simulate
from sim.study.keep_rate.promise import breach_severity, kept_share, median_for, own_promise, threshold_for
from sim.study.keep_rate.study import outcome, outcomes
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario
from sim.world.scenario import Delivery, Scenario
from sim.world.strategy import Strategy

PLAIN = Delivery(median=2.0, spread=0.5, tail_share=0.0, quote_publicity=0.0, shortest=0.01, longest=1000.0)


def test_without_quotes_the_share_is_that_of_the_log_normal() -> None:
    # P(T <= 3) = Phi(ln(3 / 2) / 0.5); the grid of 4,000 steps is good to some 1e-4
    assert kept_share(PLAIN, 3.0) == pytest.approx(ndtr(math.log(1.5) / 0.5), abs=5e-4)


def test_orders_that_are_held_up_count_as_late_as_they_are() -> None:
    held_up = replace(PLAIN, tail_share=0.2, tail_factor=2.0)
    expected = 0.8 * ndtr(math.log(1.5) / 0.5) + 0.2 * ndtr(math.log(0.75) / 0.5)
    assert kept_share(held_up, 3.0) == pytest.approx(expected, abs=5e-4)


def test_a_tighter_quote_takes_the_place_of_the_promise() -> None:
    quoted = replace(PLAIN, quote=2.5, quote_spread=0.0, quote_publicity=0.5)
    assert kept_share(quoted, 3.0) == pytest.approx(ndtr(math.log(1.25) / 0.5), abs=5e-4)
    assert kept_share(quoted, 2.0) == pytest.approx(0.5, abs=5e-4)


def test_quotes_that_vary_on_their_own_are_kept_as_two_normals_differ() -> None:
    # log T - log Q is normal with spread sqrt(0.5^2 + 0.3^2); the promise is too loose to matter
    quoted = replace(PLAIN, quote=2.5, quote_spread=0.3, quote_publicity=0.5)
    expected = ndtr(math.log(1.25) / math.hypot(0.5, 0.3))
    assert kept_share(quoted, 900.0) == pytest.approx(expected, abs=5e-4)


def test_the_median_for_a_rate_is_the_one_of_the_closed_form() -> None:
    expected = 3.0 * math.exp(-0.5 * ndtri(0.9))
    assert median_for(PLAIN, 3.0, 0.9) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("name", ["courier", "marketplace", "telecom"])
def test_medians_and_thresholds_have_the_rates_they_are_for(name: str) -> None:
    delivery = load_scenario(name).service.delivery
    own = own_promise(load_scenario(name)).threshold
    for rate in (0.4, 0.8, 0.93):
        assert kept_share(delivery, own, median_for(delivery, own, rate)) == pytest.approx(rate, abs=1e-3)
    assert kept_share(delivery, threshold_for(delivery, 0.7)) == pytest.approx(0.7, abs=1e-3)


def test_no_time_promised_is_kept_more_often_than_the_quote() -> None:
    delivery = load_scenario("courier").service.delivery
    assert math.isnan(threshold_for(delivery, 0.999))


def test_a_time_that_nothing_can_keep_has_no_process() -> None:
    assert math.isnan(median_for(PLAIN, 0.005, 0.5))


def test_the_severity_of_a_breach_lies_between_none_and_all() -> None:
    # with hardly any spread all orders come at the median: 1 - exp(-(4 - 3) / 2) late by one
    late = replace(PLAIN, spread=1e-6, patience=2.0)
    assert breach_severity(late, 3.0, 4.0) == pytest.approx(1.0 - math.exp(-0.5), abs=1e-4)
    assert breach_severity(late, 3.0, 2.0) == 0.0
    assert 0.0 < breach_severity(PLAIN, 3.0, 2.0) < breach_severity(PLAIN, 3.0, 4.0) < 1.0


def test_the_simulation_keeps_quotes_as_often_as_the_quadrature_says() -> None:
    scenario = load_scenario("courier").replace({"customers.count": 300, "time.horizon": 0.5})
    kept = np.mean(
        [outcome(np.array(outcomes(simulate(scenario, Strategy(name="b"), s))), "kept") for s in (1, 2)]
    )
    # some 13,000 orders: standard error below 0.002; four of them
    assert kept == pytest.approx(kept_share(scenario.service.delivery, 1e6), abs=0.008)


def test_a_world_without_a_promise_says_so() -> None:
    with pytest.raises(ConfigurationError, match="promises no delivery time"):
        own_promise(Scenario(name="shop"))
