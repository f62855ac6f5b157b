"""The same people under other lucks, and strategies that reach chosen customers only."""

import numpy as np
import pytest

import sim
from sim.engine.simulation import simulate
from sim.study.who.worlds import (
    halved,
    packed,
    random_half,
    run_each,
    same_people,
    some_treated,
    unpacked,
)
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

ALONE = {
    "market.prospects": 0.0,
    "network.kind": "none",
    "mechanisms.reviews": False,
    "mechanisms.queue": False,
    "mechanisms.engagement": False,
    "mechanisms.feedback": False,
}
ROLL_OUT = Strategy(name="roll_out").replace(
    {
        "recovery.compensation": 0.8,
        "loyalty": {},
        "eligibility": {"segments": ["households", "offices"], "share": 0.7},
        "phases": {"few": {"start": 0.0, "share": 0.3}, "all": {"start": 8.0}},
    }
)
BASELINE = Strategy(name="baseline")


@pytest.fixture(scope="module", params=[{}, ALONE], ids=["together", "alone"])
def world(request: pytest.FixtureRequest) -> Scenario:
    """Return a small world, in which customers affect each other or not."""
    small = {"customers.count": 120, "time.horizon": 0.4}
    return sim.load_scenario("courier").replace({**small, **request.param})


def test_runs_of_given_people_are_ordinary_runs(world: Scenario) -> None:
    for strategy in (BASELINE, ROLL_OUT):
        plain = simulate(world, strategy, 5)
        again = simulate(world, strategy, 5, people=same_people(5))
        np.testing.assert_array_equal(plain.population, again.population)
        np.testing.assert_array_equal(plain.ledger, again.ledger)


def test_people_stay_who_they_are_and_live_otherwise(world: Scenario) -> None:
    people = same_people(5)
    first, second = (simulate(world, BASELINE, luck, people=people).population for luck in (6, 7))
    for name in ("id", "segment", "price", "loss_aversion", "voice_readiness"):
        np.testing.assert_array_equal(first[name], second[name])
    assert (first["orders"] != second["orders"]).mean() > 0.5


def test_whoever_is_chosen_lives_as_under_the_whole_strategy(world: Scenario) -> None:
    people = same_people(5)
    rows = world.rows
    everyone = some_treated(people, 5, np.ones(rows, dtype=bool))
    nobody = some_treated(people, 5, np.zeros(rows, dtype=bool))
    pairs = ((everyone, ROLL_OUT), (nobody, BASELINE))
    for chosen, whole in pairs:
        part = simulate(world, halved(ROLL_OUT), 9, people=chosen).population
        full = simulate(world, whole, 9, people=people).population
        for name in part.dtype.names:
            if name != "group":
                np.testing.assert_array_equal(part[name], full[name], err_msg=name)
    reached = simulate(world, ROLL_OUT, 9, people=people).population["exposed"] > 0
    assert 0 < reached.sum() < rows  # the roll-out leaves somebody out, so places are put to the test


def test_customers_alone_live_by_their_own_treatment_only(world: Scenario) -> None:
    people = same_people(5)
    half = random_half(world.rows, 9)
    assert 0 < half.sum() < len(half)
    without, whole = (simulate(world, one, 9, people=people).population for one in (BASELINE, ROLL_OUT))
    part = simulate(world, halved(ROLL_OUT), 9, people=some_treated(people, 5, half)).population
    alone = world.network.kind == "none"
    differ = {}
    for name in ("revenue", "satisfaction", "opinion"):
        expected = np.where(half, whole[name], without[name])
        differ[name] = bool((part[name] != expected).any())
        assert (whole[name] != without[name]).any() or (alone and name == "opinion")
    assert not alone or not any(differ.values())
    assert alone or differ["opinion"]  # what others get is told


def test_both_engines_agree_on_a_half(world: Scenario) -> None:
    small = world.replace({"customers.count": 30, "time.horizon": 0.2})
    people = some_treated(same_people(5), 5, random_half(30, 4))
    for strategy in (BASELINE, halved(ROLL_OUT)):
        compiled, plain = (
            run_each(small, [strategy], 4, people, engine, ("id", "active", "value"))[0].population
            for engine in ("compiled", "mesa")
        )
        for name in ("active", "value"):
            np.testing.assert_array_equal(compiled[name], plain[name])


def test_halves_are_drawn_anew_for_every_luck() -> None:
    first, second = random_half(4000, 1), random_half(4000, 2)
    # Two fair draws: each share has a standard error of .008, and they agree for half of the customers.
    for share in (first.mean(), second.mean(), (first == second).mean()):
        assert share == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(4000))
    np.testing.assert_array_equal(first, random_half(4000, 1))


@pytest.mark.parametrize("count", [1, 31, 32, 33, 100])
def test_yes_and_no_survive_packing(count: int) -> None:
    bits = np.random.default_rng(count).random(count) < 0.5
    numbers = packed(bits)
    assert len(numbers) == -(-count // 32)
    np.testing.assert_array_equal(unpacked([float(number) for number in numbers], count), bits)
