"""From mappings to descriptions and back; errors name the key and say what would be right."""

import copy
import pickle
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.world.description import Named, build, entry_at, leaves, replace, to_mapping
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategies, scenarios, strategy_names
from sim.world.parameter import parameter, registry
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

IN_ORDER = ("shortest", "longest", "mildest", "worst", "_stars")  # pairs that keep each other in order
NUMBERS = [
    (path, entry)
    for path, entry in registry(Scenario)
    if isinstance(entry.default, float) and "<name>" not in path and not path.endswith(IN_ORDER)
]


@pytest.mark.parametrize("name", scenarios())
def test_build_and_to_mapping_are_inverse_for_every_shipped_scenario(name):
    scenario = load_scenario(name)
    assert build(Scenario, to_mapping(scenario)) == scenario
    for strategy in load_strategies(strategy_names(scenario), scenario):
        assert build(Strategy, to_mapping(strategy)) == strategy


def test_a_plain_mapping_holds_only_plain_values(plain):
    def check(value):
        assert type(value) in (dict, list, str, int, float, bool, type(None))
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(part)

    check(to_mapping(load_scenario("courier")))


@given(st.sampled_from(NUMBERS), st.floats(0.0, 1.0))
def test_a_value_inside_its_range_is_taken_and_nothing_else_changes(plain, which, place):
    path, entry = which
    value = min(entry.low + place * (entry.high - entry.low), entry.high)
    changed = replace(plain, {path: value})
    before, after = leaves(to_mapping(plain)), leaves(to_mapping(changed))
    assert after == before | {path: value}


@given(st.sampled_from(NUMBERS), st.floats(1e-6, 1e6), st.booleans())
def test_a_value_outside_its_range_is_refused_with_key_and_range(plain, which, beyond, above):
    path, entry = which
    value = entry.high * (1.0 + 1e-9) + beyond if above else entry.low - beyond
    with pytest.raises(ConfigurationError) as caught:
        replace(plain, {path: value})
    assert caught.value.key == path
    assert entry.range in caught.value.advice
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "key", "problem", "advice"),
    [
        ({"tme": {}}, "tme", "unknown key", "did you mean 'time'?"),
        ({"time.horison": 1.0}, "time.horison", "unknown key", "did you mean 'horizon'?"),
        ({"custommers.count": 5}, "custommers", "unknown key", "did you mean 'customers'?"),
        ({"time.tick": "weekly"}, "time.tick", "'weekly' is not a choice", "week"),
        ({"time.horizon": "long"}, "time.horizon", "expected a number, got 'long'", "0.05 to 10 years"),
        ({"time.horizon": None}, "time.horizon", "has no value", "0.05 to 10 years"),
        ({"time.horizon": float("nan")}, "time.horizon", "not a finite number", "0.05 to 10 years"),
        ({"time.horizon": float("inf")}, "time.horizon", "not a finite number", "0.05 to 10 years"),
        ({"time.horizon": True}, "time.horizon", "expected a number, got True", "0.05 to 10 years"),
        ({"customers.count": 10.5}, "customers.count", "expected a whole number", "number of customers"),
        ({"customers.count": 0}, "customers.count", "0 is outside its range", "1 to 10000000 customers"),
        ({"customers.count": True}, "customers.count", "expected a whole number", "number of customers"),
        ({"economics.currency": 5}, "economics.currency", "expected a text, got 5", "currency"),
        ({"known": "one text"}, "known", "expected a list of texts", "[regular, new]"),
        ({"service": 3}, "service", "expected a mapping of settings, got 3", "delivery"),
        ({"customers.segments": [1]}, "customers.segments", "expected named parts", "regular"),
        ({"customers.segments": {"a": 1}}, "customers.segments.a", "expected a mapping of settings", "share"),
        (
            {"customers.segments": {"a": {"share": 0.0}}},
            "customers.segments",
            "no segment with a share",
            "share: 1",
        ),
        (
            {"customers.segments.everyone.shar": 1.0},
            "customers.segments.everyone.shar",
            "unknown key",
            "share",
        ),
        ({"service.core.mildest": 0.9}, "service.core.mildest", "above worst", "0 to 0.7"),
        ({"service.delivery.shortest": 200.0}, "service.delivery.shortest", "above longest", "100"),
        ({"behaviour.answer.two_stars": 0.4}, "behaviour.answer.three_stars", "not in order", "two ≤ three"),
        (
            {f"service.weights.{name}": 0.0 for name in ("speed", "quality", "reliability", "contact")},
            "service.weights.quality",
            "all weights are zero",
            "at least one",
        ),
        (
            {"evidence": {"service.delivry": {"mark": "estimated", "source": "orders"}}},
            "evidence.service.delivry",
            "evidence for no parameter",
            "",
        ),
        (
            {"evidence": {"service": {"mark": "guess", "source": "orders"}}},
            "evidence.service.mark",
            "'guess' is not a choice",
            "estimated",
        ),
        (
            {"evidence": {"service": {"mark": "estimated"}}},
            "evidence.service.source",
            "missing",
            "where the value",
        ),
    ],
)
def test_a_mistake_in_a_scenario_is_told_in_one_line(plain, changes, key, problem, advice):
    with pytest.raises(ConfigurationError) as caught:
        plain.replace(changes)
    assert caught.value.key == key
    assert problem in caught.value.problem
    assert advice in caught.value.advice
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "key", "problem"),
    [
        ({"commitments.delivery": {}}, "commitments.delivery.threshold", "missing"),
        ({"commitments.delivry.threshold": 2.0}, "commitments.delivry", "unknown key"),
        (
            {"commitments.delivery": {"threshold": 2.0, "automatic": True}},
            "commitments.delivery.automatic",
            "payout is 0",
        ),
        (
            {"commitments.delivery": {"threshold": 2.0, "payout": 3.0}},
            "commitments.delivery.payout",
            "outside",
        ),
        (
            {"commitments.delivery": {"threshold": 2.0, "automatic": "yes"}},
            "commitments.delivery.automatic",
            "expected true or false",
        ),
        ({"loyalty.endowment": 100.0}, "loyalty.endowment", "already buy a reward"),
        ({"loyalty.expiry": 5}, "loyalty.expiry", "outside its range"),
        ({"loyalty.tiers": {name: {"threshold": 1.0} for name in "abc"}}, "loyalty.tiers", "3 tiers"),
        ({"phases": {"a": {"start": 0.0}, "b": {"start": 0.0}}}, "phases", "same week"),
        ({"phases": {"a": {"levers": ["trainin"]}}, "training": {}}, "phases.a.levers", "not a lever"),
        ({"eligibility.share": 1.5}, "eligibility.share", "outside"),
    ],
)
def test_a_mistake_in_a_strategy_is_told_in_one_line(changes, key, problem):
    with pytest.raises(ConfigurationError) as caught:
        Strategy(name="trial").replace(changes)
    assert caught.value.key == key
    assert problem in caught.value.problem
    assert "\n" not in str(caught.value)


def test_keys_are_told_from_the_root_that_was_asked_for():
    with pytest.raises(ConfigurationError, match=r"^scenario\.time\.horizon: ") as caught:
        build(Scenario, {"name": "x", "time": {"horizon": 99}}, "scenario")
    assert caught.value.key == "scenario.time.horizon"
    with pytest.raises(ConfigurationError, match=r"^scenario\.service\.core\.mildest: "):
        build(Scenario, {"name": "x", "service": {"core": {"mildest": 0.9}}}, "scenario")
    with pytest.raises(ConfigurationError, match=r"^scenario\.name: missing"):
        build(Scenario, {}, "scenario")


def test_whole_numbers_serve_as_numbers_and_not_the_other_way(plain):
    assert plain.replace({"time.horizon": 1}).time.horizon == 1.0
    assert isinstance(plain.replace({"time.horizon": 1}).time.horizon, float)


def test_replace_leaves_the_original_alone(plain):
    before = to_mapping(plain)
    plain.replace({"customers.segments.everyone.share": 2.0, "time.horizon": 1.0})
    assert to_mapping(plain) == before


def test_replace_opens_a_part_that_was_off():
    strategy = Strategy(name="trial").replace({"loyalty.reward_value": 7.0})
    assert strategy.loyalty.reward_value == 7.0
    assert strategy.loyalty.reward_points == 100.0


def test_replace_can_take_a_whole_part(plain):
    changed = plain.replace({"time": {"horizon": 3.0}})
    assert (changed.time.horizon, changed.time.tick) == (3.0, "week")


def test_replacing_nothing_gives_an_equal_description(plain):
    assert plain.replace({}) == plain


@pytest.mark.parametrize(
    "change",
    [
        lambda named: named.update(b=2),
        lambda named: named.pop("a"),
        lambda named: named.popitem(),
        lambda named: named.clear(),
        lambda named: named.setdefault("b", 2),
        lambda named: named.__setitem__("b", 2),
        lambda named: named.__delitem__("a"),
        lambda named: named.__ior__({"b": 2}),
    ],
)
def test_named_parts_are_frozen(change):
    named = Named(a=1)
    with pytest.raises(TypeError, match="frozen"):
        change(named)
    assert named == {"a": 1}


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_descriptions_can_be_copied_and_sent_to_other_processes(copied):
    scenario = load_scenario("courier")
    again = copied(scenario)
    assert again == scenario
    assert type(again.customers.segments) is Named


def test_leaves_are_scalars_by_dotted_path():
    assert leaves({"a": {"b": 1, "c": {"d": 2}}, "e": 3}) == {"a.b": 1, "a.c.d": 2, "e": 3}


def test_entry_at_finds_what_the_registry_lists():
    for path, entry in registry(Scenario):
        assert entry_at(Scenario, path) == entry
    assert entry_at(Scenario, "customers.segments.anyone.share").unit == "1"
    assert entry_at(Scenario, "time") is None
    assert entry_at(Scenario, "time.nothing") is None


@dataclass(frozen=True)
class Durations:
    weeks: tuple[float, ...] = parameter((13.0,), low=1.0, high=520.0, unit="weeks", meaning="durations")


def test_a_list_of_numbers_is_read_number_by_number() -> None:
    assert build(Durations, {"weeks": [13, 26.5]}).weeks == (13.0, 26.5)
    assert build(Durations, {}).weeks == (13.0,)
    for value, told in ((13, "a list of numbers"), (["x"], "a number"), ([0], "valid: 1 to 520 weeks")):
        with pytest.raises(ConfigurationError, match=told):
            build(Durations, {"weeks": value})
