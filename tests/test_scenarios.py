"""The shipped scenarios: they say what they are, rest where they say, and their levels are plausible."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.engine.records import ledger_total
from sim.engine.simulation import Run, simulate
from sim.study.metrics import starters
from sim.study.resting import CUSTOMERS, SEEDS, observed_reference
from sim.world.library import load_scenario, load_strategies, scenarios, strategy_names
from sim.world.scenario import Scenario
from sim.world.strategy import ATTRIBUTES, Commitment, Strategy

NAMES = scenarios()
NEEDED = (
    "baseline",
    "over_promise",
    "guarantee",
    "fast_recovery",
    "compensation",
    "loyalty_points",
    "combined",
)
CASES = ("courier", "fashion")
HOURS_PER_YEAR = 8760.0


@cache
def scenario_named(name: str) -> Scenario:
    return load_scenario(name)


@cache
def strategies_of(name: str) -> dict[str, Strategy]:
    scenario = scenario_named(name)
    loaded = load_strategies(strategy_names(scenario), scenario)
    return {strategy.name: strategy for strategy in loaded}


def commitments(strategy: Strategy) -> list[Commitment]:
    return [getattr(strategy.commitments, attribute) for attribute in promised(strategy)]


@cache
def run_of(name: str, strategy: str) -> Run:
    customers = max(3000, enough_customers(scenario_named(name), orders=2000))
    scenario = scenario_named(name).replace({"customers.count": customers})
    return simulate(scenario, strategies_of(name)[strategy], 2)


def total(run: Run, field: str) -> float:
    return ledger_total(run.ledger, field)


def enough_customers(scenario: Scenario, orders: int) -> int:
    """Return how many customers place about this many orders, leaving aside those who leave."""
    return round(orders / (scenario.customers.orders.mean * scenario.time.horizon))


def keep_rate(run: Run, attribute: str) -> float:
    kept, broken = total(run, f"{attribute}_kept"), total(run, f"{attribute}_broken")
    assert kept + broken > 0
    return kept / (kept + broken)


def promised(strategy: Strategy) -> list[str]:
    return [attribute for attribute in ATTRIBUTES if getattr(strategy.commitments, attribute) is not None]


def test_the_cases_of_the_practice_are_shipped() -> None:
    assert set(CASES) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_says_what_is_known_and_what_is_assumed(name: str) -> None:
    scenario = scenario_named(name)
    assert scenario.name == name
    assert scenario.title
    assert len(scenario.known) >= 1
    assert len(scenario.assumed) >= 3
    printed = str(scenario)
    assert printed.startswith(f"scenario {name}: {scenario.title}")
    for text in (*scenario.known, *scenario.assumed):
        assert text in printed
    assert f"median: {scenario.service.delivery.median:g} delivery unit" in printed


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_has_the_strategies_that_every_scenario_has(name: str) -> None:
    strategies = strategies_of(name)
    assert set(NEEDED) <= set(strategies)
    for strategy in strategies.values():
        assert strategy.title
        assert "\n" not in strategy.title
        assert str(strategy).startswith(f"strategy {strategy.name}: {strategy.title}")
    assert strategies["baseline"].levers() == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_the_same_idea_in_every_scenario(name: str) -> None:
    scenario, strategies = scenario_named(name), strategies_of(name)
    support = scenario.support

    over = commitments(strategies["over_promise"])
    assert over
    assert all(not commitment.honest and commitment.payout == 0.0 for commitment in over)

    sure = commitments(strategies["guarantee"])
    assert all(commitment.honest for commitment in sure)
    assert any(commitment.automatic and commitment.payout > 0.0 for commitment in sure)

    fast = strategies["fast_recovery"]
    assert promised(fast) == []
    assert fast.recovery.response_target is not None
    # Held by nine of ten answers, so it must lie below the time that nine of ten answers take today.
    nine_in_ten = float(stats.norm.ppf(0.9))
    assert fast.recovery.response_target < support.response * np.exp(nine_in_ten * support.spread)
    assert fast.recovery.apology is not None
    assert fast.recovery.apology > support.apology

    paid = strategies["compensation"]
    assert paid.levers() == ("recovery.compensation",)
    assert paid.recovery.compensation is not None
    assert paid.recovery.compensation > support.compensation

    points = strategies["loyalty_points"].levers()
    assert points
    assert all(lever.startswith("loyalty.") for lever in points)

    parts = {*strategies["guarantee"].levers(), *fast.levers(), "loyalty.points", "training"}
    assert parts <= set(strategies["combined"].levers())


@pytest.mark.parametrize("name", NAMES)
def test_a_guarantee_can_be_kept_and_an_over_promise_cannot(name: str) -> None:
    # Between the two lies the keep rate of about 0.8 below which a promise costs more trust than it
    # earns with the default weights (0.2 lost per severity, 0.015 earned, severity about 0.3).
    sure = run_of(name, "guarantee")
    for attribute in promised(sure.strategy):
        assert keep_rate(sure, attribute) > 0.85, attribute
    over = run_of(name, "over_promise")
    assert min(keep_rate(over, attribute) for attribute in promised(over.strategy)) < 0.75


@pytest.mark.parametrize("name", NAMES)
def test_the_baseline_rests_at_the_reference_in_the_file(name: str) -> None:
    # Tolerance: the mean over 8 seeds has a standard error that the seeds themselves show; the file
    # comes from a sample of its own, of other seeds. Student's t at 99.9 %, once per number, and twice
    # half of the last digit written in the file, as the start of the run and as what it is held against.
    # The gap of log_hazard is the log of the mean multiplier on the hazard, which must be 1.
    seeds = tuple(range(11, 19))
    customers = max(5000, enough_customers(scenario_named(name), orders=2000))
    scenario = scenario_named(name).replace({"customers.count": customers})
    observed = [observed_reference(scenario, (seed,)) for seed in seeds]
    quantile = stats.t.ppf(0.9995, len(seeds) - 1)
    shares = 1.0 / len(seeds) + customers / (len(SEEDS) * CUSTOMERS)
    for field, written in vars(scenario.reference).items():
        values = np.array([getattr(reference, field) for reference in observed])
        tolerance = quantile * values.std(ddof=1) * shares**0.5 + 1e-4
        assert abs(values.mean() - written) < tolerance, f"{field}: {values.mean():.4f}, not {written}"
        if field in ("satisfaction", "trust"):  # no tolerance may hide a shift that matters
            assert tolerance < 0.01, field


@pytest.mark.parametrize(("name", "low", "high"), [("courier", 0.65, 0.80), ("fashion", 0.60, 0.75)])
def test_the_baseline_keeps_a_plausible_share_for_a_year(name: str, low: float, high: float) -> None:
    left = starters(run_of(name, "baseline"))["left_hour"]
    stayed = np.mean((left < 0.0) | (left > HOURS_PER_YEAR))
    assert low < stayed < high


@pytest.mark.parametrize("name", CASES)
def test_the_levels_of_the_baseline_are_plausible(name: str) -> None:
    run = run_of(name, "baseline")
    assert 0.75 < total(run, "top_two") / total(run, "answers") < 0.90
    promoters, detractors = total(run, "promoters"), total(run, "detractors")
    assert 10.0 < 100.0 * (promoters - detractors) / total(run, "asked") < 50.0
    assert 0.90 < keep_rate(run, "delivery") < 0.97
    assert 0.2 < total(run, "complaints") / total(run, "grievances") < 0.4


@pytest.mark.parametrize("name", CASES)
def test_customers_of_the_baseline_are_profitable(name: str) -> None:
    run = run_of(name, "baseline")
    margin, cost = total(run, "margin"), total(run, "cost")
    assert 0.01 < cost / margin < 0.15  # handling and compensation: felt, but far from eating the margin
    assert (margin - cost) / run.scenario.customers.count > run.scenario.economics.acquisition_cost
    segments = run.population["segment"]
    for segment in np.unique(segments):
        assert run.population["profit"][segments == segment].mean() > 0.0


@pytest.mark.parametrize("name", CASES)
def test_no_strategy_eats_more_than_half_of_the_margin(name: str) -> None:
    for strategy in strategies_of(name):
        run = run_of(name, strategy)
        assert total(run, "cost") < 0.5 * total(run, "margin"), strategy
