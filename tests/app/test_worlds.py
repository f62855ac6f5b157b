"""Two worlds with the same customers and the same luck: what is measured, and how sure it is."""

from dataclasses import replace

import numpy as np
import pytest

from sim.app.panel import panel
from sim.app.state import MEASURES, State, World
from sim.app.worlds import (
    QUARTER,
    Frame,
    Key,
    Memory,
    Pair,
    described,
    frame_of,
    horizon,
    keys,
    run,
    week_of,
)
from sim.study.compare import compare, replication_seeds
from sim.study.statistics import paired_interval
from sim.world.library import load_strategies


def test_the_same_world_twice_differs_in_nothing(small: State) -> None:
    state = replace(small, a=small.b)
    first, second = (run(keys(state, side, 1)[0]) for side in ("a", "b"))
    assert (first.ledger == second.ledger).all()


def test_a_headline_is_the_comparison_of_the_command_line(small: State) -> None:
    """The last week's numbers over a whole run are the metrics that `tenure` prints."""
    board = panel("courier")
    scenario = board.scenario.replace({"customers.count": small.customers})
    strategies = load_strategies(["baseline", "over_promise"], scenario)
    found = compare(scenario, strategies, replications=3, seed=small.seed)
    frames = {side: [frame_of(run(key)) for key in keys(small, side, 3)] for side in ("a", "b")}
    pair = Pair(tuple(frames["a"]), tuple(frames["b"]))
    cost = scenario.economics.acquisition_cost
    for side, name in (("a", "baseline"), ("b", "over_promise")):
        assert pair.level(side, "nps").mean[-1] == pytest.approx(found.interval(name, "nps").mean)
        assert pair.level(side, "profit").mean[-1] - cost == pytest.approx(
            found.interval(name, "profit").mean
        )
    gap = pair.difference("profit")
    expected = found.difference("over_promise", "profit")
    assert (gap.mean[-1], gap.low[-1], gap.high[-1]) == pytest.approx(tuple(expected))


def test_measures_by_hand(small: State) -> None:
    done = run(keys(small, "b", 1)[0])
    kpis, ledger = done.kpis, done.ledger
    values = frame_of(done).values
    last = slice(-QUARTER, None)
    top, answers = ledger["top_two"].sum(axis=1)[last].sum(), kpis["answers"][last].sum()
    assert values["csat"][-1] == pytest.approx(100.0 * top / answers)
    kept, broken = kpis["promises_kept"][last].sum(), kpis["promises_broken"][last].sum()
    assert values["kept"][-1] == pytest.approx(100.0 * kept / (kept + broken))
    assert values["complaints"][0] == pytest.approx(100.0 * kpis["complaints"][0] / kpis["orders"][0])
    assert values["active"][-1] == kpis["active"].iloc[-1]
    assert values["trust"][5] == pytest.approx(100.0 * kpis["mean_trust"][5])
    assert values["profit"][1] == pytest.approx((kpis["profit"][0] + kpis["profit"][1]) / small.customers)


def test_the_error_of_a_survey(small: State) -> None:
    done = run(keys(small, "a", 1)[0])
    year = done.ledger[-52:]
    asked = year["asked"].sum()
    p, d = year["promoters"].sum() / asked, year["detractors"].sum() / asked
    assert frame_of(done).nps_error[-1] == pytest.approx(100.0 * np.sqrt((p + d - (p - d) ** 2) / asked))


def test_intervals_are_paired(pair: Pair) -> None:
    gap = pair.difference("active")
    a = np.array([frame.values["active"] for frame in pair.a])
    b = np.array([frame.values["active"] for frame in pair.b])
    for week in (0, 50, 103):
        assert (gap.mean[week], gap.low[week], gap.high[week]) == pytest.approx(
            tuple(paired_interval(b[:, week], a[:, week]))
        )


def test_one_run_has_no_interval(pair: Pair) -> None:
    alone = Pair(pair.a[:1], pair.b[:1])
    assert np.isnan(alone.difference("csat").low).all()
    assert np.isnan(alone.level("a", "csat").high).all()
    assert not np.isnan(alone.level("a", "active").mean).any()


def test_worlds_of_unlike_length_are_held_against_each_other_seed_by_seed(pair: Pair) -> None:
    uneven = Pair(pair.a, pair.b[:2])
    assert uneven.replications == 2
    same = Pair(pair.a[:2], pair.b[:2])
    assert (uneven.difference("active").mean == same.difference("active").mean).all()


def test_the_curve_comes_from_the_first_seed_of_the_interval(small: State) -> None:
    assert keys(small, "a", 1)[0] == keys(small, "a", 12)[0]
    assert [key.seed for key in keys(small, "a", 5)] == list(replication_seeds(small.seed, 5))
    assert [key.seed for key in keys(small, "a", 5)] == [key.seed for key in keys(small, "b", 5)]


@pytest.mark.parametrize("scenario", ["courier", "fashion", "telecom", "marketplace"])
def test_every_scenario_gives_every_measure(scenario: str) -> None:
    state = State(scenario=scenario, customers=60)
    done = run(keys(state, "b", 1)[0])
    values = frame_of(done).values
    assert set(values) == set(MEASURES)
    assert {len(part) for part in values.values()} == {horizon(state)}
    assert np.isfinite(values["active"]).all()
    assert np.isfinite(values["profit"]).all()


def test_a_run_has_as_many_customers_as_asked_and_weeks_as_steps(small: State) -> None:
    scenario, _ = described(keys(small, "a", 1)[0])
    assert (scenario.customers.count, scenario.time.tick) == (small.customers, "week")


def test_the_cursor_stays_within_the_run(small: State) -> None:
    assert week_of(small, 104) == 104
    assert week_of(replace(small, week=7), 104) == 7
    assert week_of(replace(small, week=900), 104) == 104


def test_the_memory_forgets_what_was_used_longest_ago() -> None:
    empty = Frame({}, np.zeros(1))
    made = [Key("courier", World(), seed, 20) for seed in range(4)]
    memory = Memory(most=2)
    memory.put(made[0], empty)
    memory.put(made[1], empty)
    assert memory.get(made[0]) is empty
    memory.put(made[2], empty)
    assert memory.get(made[1]) is None
    assert memory.all([made[0], made[3], made[2]]) == (empty,)
