"""Each way in which customers affect each other is known, and where strategies begin to differ."""

import numpy as np
import pytest

import sim
from sim.engine.interaction import interactions, lived_together
from sim.engine.records import policy_records
from sim.world.policy import timeline
from sim.world.strategy import Strategy

OFF = {
    f"mechanisms.{name}": False for name in ("word_of_mouth", "reviews", "queue", "engagement", "feedback")
}
ALONE = {**OFF, "market.prospects": 0.0}


def found(changes, strategy="baseline"):
    scenario = sim.load_scenario("courier").replace(changes).effective()
    plan = timeline(scenario, sim.load_strategies([strategy], scenario)[0])
    return interactions(scenario, bool((policy_records(plan)["feedback"] > 0.0).any()))


def test_by_default_customers_affect_each_other_in_many_ways():
    assert found({}, "staff") == [
        "word of mouth", "acquisition", "reviews", "queue", "engagement", "feedback"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"mechanisms.word_of_mouth": True}, "word of mouth"),
        ({"mechanisms.reviews": True}, "reviews"),
        ({"mechanisms.queue": True}, "queue"),
        ({"mechanisms.engagement": True}, "engagement"),
        ({"mechanisms.feedback": True}, "feedback"),
        ({"market.prospects": 0.2}, "acquisition"),
        ({"market.return_rate": 0.1}, "acquisition"),
        ({"time.activation": "random_sequential"}, "turns"),
    ],
)
def test_each_way_alone_is_seen(change, name):
    assert found(ALONE, "staff") == []
    assert found({**ALONE, **change}, "staff") == [name]


def test_nobody_learns_from_complaints_without_the_lever():
    assert found({**ALONE, "mechanisms.feedback": True}, "baseline") == []


def policies(*strategies, horizon=0.5):
    scenario = sim.load_scenario("courier").replace({"time.horizon": horizon}).effective()
    return np.stack([policy_records(timeline(scenario, strategy)) for strategy in strategies])


def named(**levers):
    return Strategy(name="one").replace(levers)


def test_the_handling_of_complaints_matters_from_the_first_one_on():
    until, handling = lived_together(policies(named(), named(**{"recovery.apology": 0.9})))
    assert set(until) == {26}
    assert handling.all()


def test_other_levers_matter_from_their_first_tick_on_and_only_to_their_group():
    late = named(
        **{"price.change": 0.1, "phases": {"later": {"start": 5.0}}, "eligibility.segments": ["offices"]}
    )
    until, handling = lived_together(policies(named(), late))
    assert until.tolist() == [26, 5, 26]
    assert not handling.any()


def test_one_strategy_is_lived_together_with_itself():
    until, handling = lived_together(policies(named(**{"recovery.apology": 0.9})))
    assert set(until) == {26}
    assert not handling.any()
