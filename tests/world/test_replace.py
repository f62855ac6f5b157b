"""A changed copy of a description is the one that would be built from its values, made more cheaply."""

import pickle

import numpy as np
import pytest

import sim
from sim.world.description import _rebuilt, build, has_path, leaves, to_mapping
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy


@pytest.fixture(scope="module")
def courier() -> Scenario:
    return sim.load_scenario("courier")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"service.delivery.median": 20},
        {"service.delivery.median": 20, "service.delivery.longest": 80.0, "time.tick": "month"},
        {"customers.segments.regular.share": 2.0},
        {"mechanisms.trust": False, "title": "another"},
        {"customers.orders": {"mean": 5.0}},
        {"strategies.guarantee.commitments.delivery.payout": 0.2},
    ],
    ids=lambda changes: ",".join(changes) or "nothing",
)
def test_a_copy_is_what_would_be_built_anew(courier, changes) -> None:
    if "customers.segments.regular.share" in changes:
        first = next(iter(courier.customers.segments))
        changes = {f"customers.segments.{first}.share": 2.0}
    copy = courier.replace(changes)
    assert copy == _rebuilt(courier, changes)
    assert build(Scenario, to_mapping(copy)) == copy


@pytest.mark.parametrize(
    "changes",
    [
        {"commitments.delivery.payout": 0.2},
        {"commitments.delivery": None},
        {"loyalty.earn_rate": 0.5, "loyalty.reward_points": 50.0, "loyalty.reward_value": 5.0},
        {"training.weeks": 4.0},
        {"eligibility.segments": []},
        {"phases": {"all": {"start": 2.0}}},
        {"phases": {"all": {"start": 2.0}}, "phases.all.share": 0.5},
        {"phases.all.start": 2.0},
    ],
    ids=",".join,
)
def test_a_lever_that_was_off_is_built_as_before(courier, changes) -> None:
    (guarantee,) = sim.load_strategies(["guarantee"], courier)
    try:
        expected: Strategy | str = _rebuilt(guarantee, changes)
    except ConfigurationError as error:
        expected = str(error)
    try:
        found: Strategy | str = guarantee.replace(changes)
    except ConfigurationError as error:
        found = str(error)
    assert found == expected


def test_what_does_not_change_is_the_part_itself(courier) -> None:
    copy = courier.replace({"service.delivery.median": 20.0})
    assert copy.customers is courier.customers
    assert copy.service.weights is courier.service.weights
    assert copy.service.delivery is not courier.service.delivery


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("service.delivery.medain", 20.0, "service.delivery.medain: unknown key; did you mean 'median'?"),
        ("servic.delivery.median", 20.0, "servic: unknown key; did you mean 'service'?"),
        ("service.delivery.median.x", 1.0, "service.delivery.median: is a single value and has no parts"),
        ("service.delivery.median", "fast", "service.delivery.median: expected a number"),
        ("economics.margin", 2.0, "economics.margin: 2 is outside its range; valid: 0 to 1"),
        ("service.delivery.shortest", 500.0, "is above longest"),
        ("customers.segments.nobody.share", 1.0, "customers.segments.nobody: unknown key"),
    ],
)
def test_a_wrong_change_is_told_with_its_whole_path(courier, path, value, told) -> None:
    with pytest.raises(ConfigurationError) as error:
        courier.replace({path: value})
    assert told in str(error.value)


def test_a_path_is_there_if_a_value_is_there_or_below(courier) -> None:
    paths = [path for path in leaves(to_mapping(courier)) if not path.startswith("evidence.")]
    for path in paths:
        assert has_path(courier, path)
        for depth in range(1, path.count(".") + 1):
            assert has_path(courier, ".".join(path.split(".")[:depth]))
    for path in (
        "servic",
        "service.delivery.medain",
        "service.delivery.median.x",
        "customers.segments.nobody",
    ):
        assert not has_path(courier, path)
    assert not has_path(Scenario(name="plain"), "strategies")  # there, and empty: nothing to be evidence for


def test_errors_of_the_model_cross_processes() -> None:
    error = ConfigurationError("seed", "is -1", "valid: 0 to 9")
    found = pickle.loads(pickle.dumps(error))
    assert (found.key, found.problem, found.advice, str(found)) == (
        "seed",
        "is -1",
        "valid: 0 to 9",
        str(error),
    )


def test_numbers_of_numpy_are_as_good_as_pythons(courier: Scenario) -> None:
    scenario = courier
    changes = {
        "service.delivery.median": np.float64(21.5),
        "customers.count": np.int64(70),
        "time.horizon": np.float32(1.0),
    }
    plain = {"service.delivery.median": 21.5, "customers.count": 70, "time.horizon": 1.0}
    assert scenario.replace(changes) == scenario.replace(plain)
    assert type(scenario.replace(changes).service.delivery.median) is float
    for wrong in (np.bool_(True), np.array([1.0]), np.float64(70.5)):
        with pytest.raises(ConfigurationError, match=r"customers.count: expected a whole number"):
            scenario.replace({"customers.count": wrong})
    with pytest.raises(ConfigurationError, match=r"median: nan is not a finite number"):
        scenario.replace({"service.delivery.median": np.float64("nan")})
