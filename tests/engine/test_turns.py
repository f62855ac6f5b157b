"""Taking turns: whose it is, what can be heard at it, and that both engines agree on it to the bit."""

from typing import get_args, get_type_hints

import numpy as np
import pytest

import sim
from sim.behaviour.events import EVENT_NAMES
from sim.engine.luck import seed_key
from sim.engine.population import create_population
from sim.engine.turns import DECIDE, HEAR, LIVE, STEPS, order_of_turns
from sim.evidence.engines import check_engines
from sim.world.errors import ConfigurationError
from sim.world.library import load_strategy
from sim.world.scenario import Time

IN_TURN = {"time.activation": "random_sequential"}


def courier(changes=None):
    """Return a small courier service in which people take turns."""
    return sim.load_scenario("courier").replace(
        {"customers.count": 120, "time.horizon": 0.5, **IN_TURN, **(changes or {})}
    )


def test_steps_are_known_for_every_choice_and_everything_is_done_once():
    assert set(STEPS) == set(get_args(get_type_hints(Time)["activation"]))
    for steps in STEPS.values():
        assert sum(steps) == HEAR | LIVE | DECIDE


def test_all_together_is_what_a_scenario_does_unless_told_otherwise():
    assert Time().activation == "synchronous"
    with pytest.raises(ConfigurationError, match="random_sequential"):
        courier({"time.activation": "random"})


def test_turns_are_a_fresh_permutation_in_every_tick_and_run():
    key = seed_key(3)
    orders = [order_of_turns("random_sequential", key, 500, tick) for tick in range(3)]
    orders.append(order_of_turns("random_sequential", seed_key(4), 500, 0))
    for order in orders:
        assert sorted(order.tolist()) == list(range(500))
    assert len({order.tobytes() for order in orders}) == 4
    assert order_of_turns("random_sequential", key, 500, 1).tobytes() == orders[1].tobytes()
    assert order_of_turns("synchronous", key, 500, 1).tolist() == list(range(500))


def test_everybody_comes_first_as_often_as_another():
    key, people, ticks = seed_key(8), 10, 4000
    first = [order_of_turns("random_sequential", key, people, tick)[0] for tick in range(ticks)]
    counts = np.bincount(first, minlength=people)
    # Binomial with mean 400 and standard deviation 19: ten counts within four and a half of them.
    assert np.all(np.abs(counts - ticks / people) < 4.5 * np.sqrt(ticks * 0.09))


@pytest.mark.parametrize("name", sim.scenarios())
def test_engines_agree_to_the_bit_when_people_take_turns(name):
    scenario = sim.load_scenario(name).replace({"customers.count": 150, "time.horizon": 1.0, **IN_TURN})
    check = check_engines(scenario, load_strategy("combined", scenario), seed=5)
    assert check.passed
    assert check.logged > 100


@pytest.mark.parametrize("kind", ["scale_free", "blocks", "none"])
def test_engines_agree_on_other_networks(kind):
    scenario = courier({"network.kind": kind})
    check = check_engines(scenario, load_strategy("growth", scenario), seed=6)
    assert check.passed
    assert ("heard from others" in {EVENT_NAMES[code] for code in check.seen}) == (kind != "none")


def test_engines_agree_over_more_than_one_chunk():
    scenario = courier({"customers.count": 1200, "time.horizon": 0.1})
    assert check_engines(scenario, load_strategy("baseline", scenario), seed=7).passed


def two_people(tmp_path, changes=None):
    """Return a run of a chatty customer and a silent one who hear each other, and who came first when."""
    path = tmp_path / "edges.csv"
    path.write_text("0,1\n")
    scenario = courier(
        {
            "customers.count": 2,
            "market.prospects": 0.0,
            "time.horizon": 2.0,
            "customers.orders.mean": 100.0,
            "customers.orders.shape": 50.0,
            "customers.exit.beta": 1000.0,
            "customers.exit.alpha": 0.01,
            "customers.involuntary": 0.0,
            "network.kind": "file",
            "network.path": str(path),
            "behaviour.talk.good": 0.9,
            "behaviour.talk.good_level": 0.5,
            "behaviour.talk.bad": 0.9,
            "behaviour.talk.bad_level": 0.49,
            "behaviour.talk.good_heard": 1.0,
            "behaviour.talk.bad_heard": 1.0,
            **(changes or {}),
        }
    )
    run = sim.simulate(scenario, load_strategy("baseline", scenario), 2, watch="all")
    orders = [
        order_of_turns(scenario.time.activation, seed_key(2), 2, tick).tolist()
        for tick in range(scenario.time.ticks)
    ]
    return run, orders


def test_one_hears_who_came_before_in_the_tick_and_who_came_after_in_the_one_before(tmp_path):
    run, orders = two_people(tmp_path)
    log = run.events
    told = set(map(tuple, log.loc[log["event"] == "told others", ["customer", "tick"]].to_numpy()))
    heard = log[log["event"] == "heard from others"]
    possible = {
        (listener, tick)
        for tick, order in enumerate(orders)
        for listener, speaker in ((0, 1), (1, 0))
        if (speaker, tick if order[0] == speaker else tick - 1) in told
    }
    found = set(map(tuple, heard[["customer", "tick"]].to_numpy()))
    assert len(found) > 20
    assert found <= possible
    # Where it is heard in the tick itself, the synchronous rule would allow it too; where in the next, not.
    late = {(who, tick) for who, tick in found if (1 - who, tick) not in told}
    assert len(late) > 0


def test_all_together_one_hears_what_was_said_in_this_tick(tmp_path):
    run, _ = two_people(tmp_path, {"time.activation": "synchronous"})
    log = run.events
    told = set(map(tuple, log.loc[log["event"] == "told others", ["customer", "tick"]].to_numpy()))
    found = set(map(tuple, log.loc[log["event"] == "heard from others", ["customer", "tick"]].to_numpy()))
    assert len(found) > 20
    assert all((1 - who, tick) in told for who, tick in found)


@pytest.mark.parametrize("activation", STEPS)
def test_a_story_is_told_in_order_of_time_whoever_comes_first(activation):
    run = sim.simulate(
        courier({"time.activation": activation}), load_strategy("baseline", courier()), 3, watch="all"
    )
    heard = run.events["event"] == "heard from others"
    assert heard.sum() > 20
    for customer in range(30):
        part = run.events[run.events["customer"] == customer]
        assert (part["day"].diff().dropna() >= 0).all()


def test_alone_it_does_not_matter_whose_turn_it_is():
    changes = {"network.kind": "none", "customers.count": 700}  # one chunk, but in another order
    strategy = load_strategy("guarantee", courier())
    runs = [sim.simulate(courier({**changes, "time.activation": choice}), strategy, 4) for choice in STEPS]
    counts = ("active", "orders", "complaints", "acquired", "left")
    for name in counts:
        assert (runs[0].ledger[name] == runs[1].ledger[name]).all(), name
    for name in ("satisfaction", "trust", "left_hour", "revenue"):
        assert runs[0].population[name] == pytest.approx(runs[1].population[name], abs=1e-9), name


def exchanged(scenario, timeline, seed):
    """Make people of whom the first two have exchanged their ids."""
    people = create_population(scenario, timeline, seed)
    people["id"][:2] = people["id"][1::-1]
    return people


@pytest.mark.parametrize("activation", STEPS)
def test_people_can_be_made_otherwise_in_both_engines_and_are_made_again_for_a_story(activation):
    scenario = courier({"time.activation": activation})
    strategy = load_strategy("baseline", scenario)
    runs = [sim.simulate(scenario, strategy, 9, engine, people=exchanged) for engine in ("compiled", "mesa")]
    assert runs[0].population.tobytes() == runs[1].population.tobytes()
    assert runs[0].ledger.tobytes() == runs[1].ledger.tobytes()
    usual = sim.simulate(scenario, strategy, 9)
    assert runs[0].population["id"][:3].tolist() == [1, 0, 2]
    assert runs[0].population["orders"].tobytes() != usual.population["orders"].tobytes()
    story = runs[0].story(0)
    assert (story["event"] == "purchase").sum() == runs[0].population["orders"][1]
