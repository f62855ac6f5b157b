"""What is said of how to make it again does make it again."""

from dataclasses import replace

import pandas as pd
import pytest

import sim
from sim.report.document.remake import OWN, by_command, snippet

SMALL = {"customers.count": 60, "time.horizon": 0.5}


def made(text: str) -> sim.Comparison:
    names: dict[str, object] = {}
    exec(text, names)
    found = names["comparison"]
    assert isinstance(found, sim.Comparison)
    return found


@pytest.mark.parametrize("changes", [SMALL, SMALL | {"mechanisms.trust": False}])
def test_the_lines_give_the_same_numbers_to_the_last_digit(changes):
    scenario = sim.load_scenario("courier").replace(changes)
    strategies = sim.load_strategies(["baseline", "guarantee"], scenario)
    strategies[1] = strategies[1].replace({"commitments.delivery.payout": 0.5})
    before = sim.compare(scenario, strategies, replications=2, seed=9, baseline="guarantee")
    text = snippet(before)
    assert OWN not in text
    pd.testing.assert_frame_equal(made(text).summary(), before.summary())


def test_what_is_loaded_as_it_is_takes_one_line(plain):
    assert snippet(plain).count("\n") == 4
    assert (
        "sim.load_strategies(['baseline', 'over_promise', 'guarantee', 'loyalty_points'], scenario)"
        in snippet(plain)
    )


def test_a_precision_and_draws_are_asked_for_again(all_kinds):
    assert "precision=0.1, max_replications=8, seed=1" in snippet(all_kinds["precise"])
    assert "replications=2, seed=1, assumptions=10" in snippet(all_kinds["drawn"])


def test_what_cannot_be_loaded_is_marked(evil):
    text = snippet(evil)
    assert text.count(OWN) == 3  # the world and two strategies
    compile(text, "snippet", "exec")


def test_a_strategy_of_another_shape_is_marked():
    scenario = sim.load_scenario("courier").replace(SMALL)
    baseline, guarantee = sim.load_strategies(["baseline", "guarantee"], scenario)
    comparison = sim.compare(scenario, [baseline, replace(guarantee, name="ours\nown")], replications=1)
    assert f"...,  {OWN}: ours own" in snippet(comparison)


def test_the_seed_stays_unsaid_where_nobody_knows_it(plain):
    assert "seed" not in snippet(replace(plain, seed=None))


def test_a_command_is_kept_with_all_that_it_takes():
    told = {"git_revision": None, "python": "3.11.1", "packages": {"numpy": "2.0"}}
    found = by_command(["tenure", "seed=3"], 3, [5, 6], "abc", told, "2026-01-31T12:00:00+00:00")
    assert (found.command, found.snippet, found.seed) == (("tenure", "seed=3"), "", 3)
    assert (found.revision, found.hash, found.seeds) == ("", "abc", (5, 6))
