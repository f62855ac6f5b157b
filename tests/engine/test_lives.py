"""Lives that are run one by one, shared between strategies or cut into blocks give the same bits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.engine import lives
from sim.engine.prepared import prepared
from sim.engine.simulation import simulate, simulate_each
from sim.world.strategy import RecoveryPolicy, Strategy

APART = {
    f"mechanisms.{name}": False for name in ("word_of_mouth", "reviews", "queue", "engagement", "feedback")
}
NAMES = ("courier", "fashion", "marketplace", "telecom")


def world(name="courier", customers=400, horizon=0.5, **changes):
    sizes = {"customers.count": customers, "time.horizon": horizon, "market.prospects": 0.0}
    return sim.load_scenario(name).replace({**APART, **sizes, **changes})


def same(one, other):
    return all(
        getattr(one, part).tobytes() == getattr(other, part).tobytes()
        for part in ("ledger", "population", "cases")
    )


@pytest.fixture
def together(monkeypatch):
    """Give a function that runs strategies tick by tick, whatever they are."""

    def run(scenario, strategies, seed):
        with monkeypatch.context() as patch:
            patch.setattr(lives, "live_alone", lambda *_: False)
            return simulate_each(scenario, strategies, seed)

    return run


@pytest.mark.parametrize("name", NAMES)
def test_lives_run_apart_are_those_run_tick_by_tick(name, together):
    scenario = world(name, horizon=0.6)  # longer than the last phase of `combined` waits
    strategies = sim.load_strategies(["baseline", "guarantee", "fast_recovery", "combined"], scenario)
    apart, by_tick = simulate_each(scenario, strategies, 5), together(scenario, strategies, 5)
    for one, other in zip(apart, by_tick, strict=True):
        assert same(one, other)
    assert not same(apart[0], apart[-1])


@pytest.mark.parametrize("name", NAMES)
def test_the_mesa_engine_gives_what_shared_lives_give(name):
    scenario = world(name, customers=60)
    strategies = sim.load_strategies(["baseline", "fast_recovery", "compensation"], scenario)
    for run in simulate_each(scenario, strategies, 3):
        assert same(run, simulate(scenario, run.strategy, 3, "mesa"))


def test_who_is_let_down_by_an_overworked_staff_cannot_be_run_apart(together):
    """Control: where customers do affect each other, running them apart would change the result."""
    scenario = world(**{"mechanisms.queue": True, "staff.utilisation": 0.8})
    strategy = sim.load_strategies(["baseline"], scenario)
    right = simulate_each(scenario, strategy, 5)[0]
    assert same(right, together(scenario, strategy, 5)[0])
    wrong = lives._apart([prepared(scenario, strategy[0])], 5, lives.create_population, None)[0]
    assert wrong.ledger.tobytes() != right.ledger.tobytes()


recoveries = st.builds(
    RecoveryPolicy,
    response_target=st.none() | st.floats(0.05, 48.0),
    apology=st.none() | st.floats(0.0, 1.0),
    compensation=st.none() | st.floats(0.0, 1.5),
    empowerment=st.none() | st.floats(0.0, 2000.0),
    verification=st.none() | st.floats(0.0, 1.0),
    cost_per_case=st.floats(0.0, 50.0),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(recoveries, min_size=2, max_size=4), st.integers(0, 1000), st.sampled_from(NAMES))
def test_strategies_of_recovery_share_lives_without_a_trace(found, seed, name):
    scenario = world(name, customers=150, horizon=0.4, **{"customers.opportunists": 0.1})
    strategies = [Strategy(name=f"variant_{place}", recovery=item) for place, item in enumerate(found)]
    for run in simulate_each(scenario, strategies, seed):
        assert same(run, simulate_each(scenario, [run.strategy], seed)[0])


def test_phases_and_groups_share_lives_without_a_trace():
    scenario = world()
    late = sim.load_strategies(["guarantee"], scenario)[0].replace(
        {"phases": {"later": {"start": 12.0}}, "eligibility.segments": ["offices"]}
    )
    strategies = [Strategy(name="nothing"), late]
    for run in simulate_each(scenario, strategies, 2):
        assert same(run, simulate_each(scenario, [run.strategy], 2)[0])


def test_blocks_of_customers_change_nothing(monkeypatch):
    scenario = world(customers=2500, horizon=0.2)
    strategies = sim.load_strategies(["baseline", "compensation"], scenario)
    whole = simulate_each(scenario, strategies, 4)
    monkeypatch.setattr(lives, "BLOCK", 1024)
    for one, other in zip(whole, simulate_each(scenario, strategies, 4), strict=True):
        assert same(one, other)


def test_only_the_fields_that_are_wanted_are_kept():
    scenario = world(horizon=0.2)
    strategies = sim.load_strategies(["baseline"], scenario)
    whole = simulate_each(scenario, strategies, 4)[0]
    part = simulate_each(scenario, strategies, 4, keep=("id", "active", "profit"))[0]
    assert part.population.dtype.names == ("id", "active", "profit")
    assert (part.population["profit"] == whole.population["profit"]).all()


def test_a_count_that_is_not_a_number_is_an_error(monkeypatch):
    scenario = world(horizon=0.1)
    strategies = sim.load_strategies(["baseline"], scenario)
    apart = lives._apart

    def broken(*arguments):
        found = apart(*arguments)
        found[0].ledger["value"][0, 0] = np.nan
        return found

    monkeypatch.setattr(lives, "_apart", broken)
    with pytest.raises(FloatingPointError, match="value is not a finite number"):
        simulate_each(scenario, strategies, 1)


def test_people_of_ones_own_may_bring_prospects_and_opinions():
    scenario = world(customers=60, **{"market.arrival": 2.0})
    strategy = sim.load_strategies(["baseline"], scenario)[0]

    def some_outside(*given):
        people = lives.create_population(*given)
        people["active"][40:], people["prospect"][40:] = 0, 1
        return people

    def of_good_opinion(*given):
        people = lives.create_population(*given)
        people["opinion"] = 0.9
        return people

    for people in (some_outside, of_good_opinion):
        run = simulate(scenario, strategy, 4, people=people)
        assert same(run, simulate(scenario, strategy, 4, "mesa", people=people))
    assert simulate(scenario, strategy, 4, people=some_outside).ledger["acquired"].sum() > 0


@pytest.mark.parametrize("alone", [True, False])
def test_records_of_ones_own_people_stay_as_they_are(alone):
    scenario = world(customers=50).replace({"mechanisms.queue": not alone})
    strategy = sim.load_strategies(["baseline"], scenario)[0]
    plan = prepared(scenario, strategy).plan
    made = lives.create_population(scenario.effective(), plan, 4)
    before = made.copy()
    runs = [simulate(scenario, strategy, 4, people=lambda *_: made) for _ in range(2)]
    assert same(*runs)
    assert made.tobytes() == before.tobytes()
    fewer = simulate(scenario, strategy, 4, people=lambda *_: made[:30])
    assert len(fewer.population) == 30


def test_the_cases_of_a_segment_are_those_of_its_customers():
    scenario = world(customers=800, horizon=1.0)
    run = simulate(scenario, sim.load_strategies(["baseline"], scenario)[0], 3)
    assert len(run.cases) > 1
    parts = [run.of_segment(name) for name in scenario.customers.segments]
    ids = [part.population["id"][part.cases["customer"]] for part in parts]
    assert sorted(np.concatenate(ids)) == sorted(run.population["id"][run.cases["customer"]])


def test_a_field_that_nobody_has_is_a_mistake():
    scenario = world(customers=20, horizon=0.2)
    with pytest.raises(sim.ConfigurationError, match="profit"):
        simulate_each(scenario, sim.load_strategies(["baseline"], scenario), 1, keep=("profits",))
    assert simulate_each(scenario, [], 1) == []
