"""The core of the real tick: C gives the same bits, Mesa the same customers, and how much faster ours is."""

import os
from dataclasses import fields

import numpy as np
import pytest
from racing import Peer, needs_a_compiler, race
from real_tick import c_program, core, mesa_program

import sim
from sim.behaviour.surroundings import TickLedger
from sim.engine.population import create_population
from sim.engine.records import world_values
from sim.world.policy import timeline

# In full a round takes some ten seconds, so that all is raced at a tenth of the size unless it is asked for.
FULL = bool(os.environ.get("TENURE_BENCHMARK_FULL"))
ROUNDS, SHRUNK = (5, 1) if FULL else (1, 10)
SEED = 3
MESA_CUSTOMERS = 2000
COUNTS = {item.name for item in fields(TickLedger) if item.type is int}
# Rivals who only gain steadily: their ups and downs are luck that all customers share, which no number of
# customers averages out.
STEADY_RIVALS = {"market.rival.volatility": 0.0, "market.rival.drift": 0.05}
TOTALS = (
    "active",
    "orders",
    "failures",
    "promises_kept",
    "promises_broken",
    "complaints",
    "revenue",
    "value",
)
STATES = (
    "satisfaction",
    "last_satisfaction",
    "peak",
    "trust",
    "attachment",
    "shock",
    "apologies",
    "questions_tired",
    "expected_success",
    "will_speed",
    "will_quality",
    "will_reliability",
    "will_contact",
    "should_speed",
    "should_reliability",
    "pace",
)


def people_of(scenario):
    effective = scenario.effective()
    return create_population(effective, timeline(effective, core.present_practice()), SEED)


def ours(scenario, people=create_population):
    return sim.simulate(scenario, core.present_practice(), SEED, people=people)


@pytest.fixture(scope="module")
def lived():
    scenario = core.core_scenario(3000)  # two whole chunks of the ledger and a part of one
    return scenario, people_of(scenario), ours(scenario)


@needs_a_compiler
def test_c_leaves_every_customer_with_the_same_bits(lived):
    scenario, people, run = lived
    in_c = c_program.simulate(scenario, people, SEED)
    for name in set(in_c.population.dtype.names) & set(run.population.dtype.names):
        assert (in_c.population[name] == run.population[name]).all(), name
    waiting = in_c.population[(in_c.population["first_due"] >= 0.0) & (in_c.population["active"] == 1)]
    cases = run.cases[run.population["active"][run.cases["customer"]] == 1]
    assert waiting["id"].tolist() == cases["customer"].tolist()
    for name in set(waiting.dtype.names) & {name for name in cases.dtype.names if name.startswith("first_")}:
        assert (waiting[name] == cases[name]).all(), name


@needs_a_compiler
def test_c_keeps_every_customer_that_the_core_changes(lived):
    _, people, run = lived
    kept = set(c_program.customers_of(people).dtype.names)
    changed = {name for name in people.dtype.names if (people[name] != run.population[name]).any()}
    # no rule of the core reads these
    assert changed - kept == {"handled", "judged_before", "judged_after"}


@needs_a_compiler
def test_c_counts_the_same(lived):
    scenario, people, run = lived
    ledger = c_program.simulate(scenario, people, SEED).ledger
    for name in ledger.dtype.names:
        if name in COUNTS:
            np.testing.assert_array_equal(ledger[name], run.ledger[name], err_msg=name)
        else:
            np.testing.assert_allclose(ledger[name], run.ledger[name], rtol=1e-12, err_msg=name)
    counted = {name for name in run.ledger.dtype.names if run.ledger[name].any()}
    # the state of the firm's staff, which touches nobody in the core
    assert counted - set(ledger.dtype.names) == {"engagement", "utilisation"}


@needs_a_compiler
@pytest.mark.parametrize(
    "name", ["trust_kept_gain", "recovery_reopen", "churn_shock_half_life", "market_rival_volatility"]
)
def test_a_constant_that_is_off_by_a_billionth_is_noticed(lived, name):
    scenario, people, run = lived
    value = world_values(scenario.effective())[name]
    changed = c_program.simulate(scenario, people, SEED, **{name: value * (1.0 + 1e-9)})
    same_people = (changed.population["trust"] == run.population["trust"]).all()
    same_hazard = np.allclose(changed.ledger["hazard"], run.ledger["hazard"], rtol=1e-12)
    assert not (same_people and same_hazard)


def test_customers_of_the_core_live_alone(lived):
    """Nobody's life depends on who else is there."""
    _, _, run = lived
    alone = ours(core.core_scenario(500))
    for name in run.population.dtype.names:
        assert alone.population[name].tobytes() == run.population[name][:500].tobytes(), name


@pytest.fixture(scope="module")
def expected():
    return ours(core.core_scenario(20_000).replace(STEADY_RIVALS))


@pytest.fixture(scope="module")
def market():
    return mesa_program.simulate(core.core_scenario(MESA_CUSTOMERS).replace(STEADY_RIVALS), seed=5)


def errors_of_total(market, run, name):
    """Return by how many standard errors the means over all customers differ, those who left included."""
    own, count = run.population[name], market.customers.count
    found = market.datacollector.model_vars[name][-1] / count
    return abs(found - own.mean()) / (own.std() * np.sqrt(1 / count + 1 / len(own)))


def errors_of_state(market, run, name):
    """Return by how many standard errors the means over those who are still customers differ."""
    own = run.population[name][run.population["active"] == 1]
    found = np.array(market.agents.get(name))
    return abs(found.mean() - own.mean()) / (own.std() * np.sqrt(1 / len(found) + 1 / len(own)))


@pytest.mark.parametrize("name", TOTALS)
def test_mesa_gives_the_same_means_over_customers(market, expected, name):
    assert errors_of_total(market, expected, name) < 4.0


@pytest.mark.parametrize("name", STATES)
def test_mesa_leaves_customers_in_the_same_state(market, expected, name):
    assert errors_of_state(market, expected, name) < 4.0


def test_mesa_customers_have_formed_the_same_habit(market, expected):
    own = expected.population["habit"][expected.population["active"] == 1]  # everybody's, by the time alone
    np.testing.assert_allclose(market.agents.get("habit"), own[0], rtol=1e-9)
    np.testing.assert_allclose(own, own[0], rtol=1e-9)


@pytest.mark.parametrize(
    ("part", "whole"),
    [("resolved", "cases"), ("top_two", "answers"), ("promoters", "asked"), ("detractors", "asked")],
)
def test_mesa_gives_the_same_shares(market, expected, part, whole):
    counted = market.datacollector.model_vars
    share, trials = expected.ledger[part].sum() / expected.ledger[whole].sum(), expected.ledger[whole].sum()
    error = np.sqrt(share * (1 - share) * (1 / counted[whole][-1] + 1 / trials))
    assert counted[part][-1] / counted[whole][-1] == pytest.approx(share, abs=4 * error)


def test_mesas_rivals_come_and_go_as_ours_do():
    """A mean-reverting walk: half of it is left after a half-life, and its spread settles."""
    scenario = core.core_scenario(1)
    rivals, market = scenario.market.rival, mesa_program.Market(scenario, seed=5)
    courses = []
    for _ in range(4000):
        market.move_rivals()
        courses.append(market.rival)
    kept = 0.5 ** (7.0 / rivals.half_life)
    shifts = np.array(courses[1:]) - kept * np.array(courses[:-1])
    settled = rivals.volatility / np.sqrt(2.0 * np.log(2.0) * 365.0 / rivals.half_life)
    error = 1.0 / np.sqrt(2.0 * len(shifts))
    assert shifts.std() == pytest.approx(settled * np.sqrt(1.0 - kept**2), rel=4 * error)


@pytest.mark.parametrize(
    ("left_out", "seen_in"),
    [("be_shaken", "shock"), ("hear_of_time", "should_reliability"), ("judge", "expected_success")],
)
def test_a_rule_that_mesa_leaves_out_is_noticed(monkeypatch, expected, left_out, seen_in):
    monkeypatch.setattr(mesa_program.Customer, left_out, lambda *_: 0.0)
    without = mesa_program.simulate(core.core_scenario(500).replace(STEADY_RIVALS), seed=5)
    assert errors_of_state(without, expected, seen_in) > 4.0


@needs_a_compiler
def test_against_c(benchmark):
    count = 100_000 // SHRUNK
    scenario = core.core_scenario(count)
    people = people_of(scenario)
    # The people are drawn beforehand for both, by the same function; each brings them into its own form.
    race(
        benchmark,
        f"core of the real tick, {count:,} customers drawn beforehand",
        lambda: ours(scenario, people=lambda *_: people.copy()),
        Peer("C", lambda: c_program.simulate(scenario, people, SEED), goal=1.0),
        rounds=ROUNDS,
    )


def test_against_idiomatic_mesa(benchmark):
    count = 10_000 // SHRUNK
    scenario = core.core_scenario(count)
    race(
        benchmark,
        f"core of the real tick, {count:,} customers",
        lambda: ours(scenario),
        Peer("idiomatic Mesa, `do`", lambda: mesa_program.simulate(scenario, SEED), goal=100.0),
        rounds=ROUNDS,
    )
