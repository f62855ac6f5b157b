"""A small sweep that takes milliseconds a point."""

import dataclasses
from collections.abc import Callable

import pytest

import sim
from sim.study.sweep.design import Design, build_design
from sim.study.sweep.sweep import Sweep, make_sweep
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

MEDIAN = "scenario.service.delivery.median"
PAYOUT = "strategies.guarantee.commitments.delivery.payout"
FACTORIAL = {"kind": "factorial", "values": {MEDIAN: [20, 28], PAYOUT: [0.2, 0.6, 1.0]}}


@pytest.fixture(scope="session")
def small() -> Scenario:
    """Return a world of thirty customers for six weeks."""
    return sim.load_scenario("courier").replace({"customers.count": 30, "time.horizon": 0.12})


@pytest.fixture(scope="session")
def pair(small: Scenario) -> list[Strategy]:
    """Return a baseline and a strategy."""
    return sim.load_strategies(["baseline", "guarantee"], small)


@pytest.fixture
def make(small: Scenario, pair: list[Strategy]) -> Callable[..., Sweep]:
    """Return a function that makes the small sweep with something changed."""

    def sweep(design: object = FACTORIAL, **changes: object) -> Sweep:
        settings = {"replications": 2, "seed": 7, "chunk": 2, "baseline": "baseline"} | changes
        scenario = settings.pop("scenario", small)
        strategies = settings.pop("strategies", pair)
        return make_sweep(scenario, strategies, build_design(design), **settings)

    return sweep


@pytest.fixture
def one_bad(make: Callable[..., Sweep]) -> Sweep:
    """Return a sweep of six points of which the third cannot be: its values do not stand together."""
    sweep = make()
    points = list(sweep.design.points)
    points[2] = (0.0, points[2][1])  # faster than the fastest: refused only when the point is built
    return dataclasses.replace(sweep, design=Design(sweep.design.paths, tuple(points)))
