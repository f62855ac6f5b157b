"""What a search may turn, and how far."""

import math

import pytest

from sim.study.decision.levers import levers_of, present, set_to
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategies

COURIER = load_scenario("courier")
GUARANTEE, POINTS, COMBINED = load_strategies(["guarantee", "loyalty_points", "combined"], COURIER)


def lever(path: str, span: object, strategy=COMBINED):
    (found,) = levers_of(strategy, {path: span})
    return found


@pytest.mark.parametrize(
    ("path", "span", "kind", "low", "high"),
    [
        ("commitments.delivery.payout", [0.1, 1], "number", 0.1, 1.0),
        ("commitments.delivery.payout", None, "number", 0.0, 2.0),
        ("loyalty.expiry", None, "whole", 1.0, 4.0),
        ("commitments.delivery.automatic", None, "yes or no", 0.0, 1.0),
        ("training", None, "switch", 0.0, 1.0),
        ("eligibility.share", [0.2, 0.4], "number", 0.2, 0.4),
        ("phases.prepare.share", None, "number", 0.0, 1.0),
    ],
)
def test_each_kind_of_lever_has_its_range(path, span, kind, low, high) -> None:
    found = lever(path, span)
    assert (found.kind, found.low, found.high) == (kind, low, high)


@pytest.mark.parametrize(
    ("ranges", "key", "told"),
    [
        ({}, "levers", "nothing to search"),
        ("payout", "levers", "expected ranges"),
        ({"commitments.delivery.pay": [0, 1]}, "levers.commitments.delivery.pay", "delivery.payout"),
        ({"title": None}, "levers.title", "no lever"),
        ({"eligibility.segments": None}, "levers.eligibility.segments", "no lever"),
        ({"training": [0, 1]}, "levers.training", "no lever"),  # guarantee has none to switch off
        ({"commitments.delivery": [0, 1]}, "levers.commitments.delivery", "no range"),
        ({"commitments.delivery.payout": [1, 0]}, "levers.commitments.delivery.payout", "reversed"),
        ({"commitments.delivery.payout": [1, 1]}, "levers.commitments.delivery.payout", "empty"),
        ({"commitments.delivery.payout": [0, 9]}, "levers.commitments.delivery.payout", "0 to 2 share"),
        ({"commitments.delivery.payout": [0, math.nan]}, "levers.commitments.delivery.payout", "[low, high]"),
        ({"commitments.delivery.payout": [0, True]}, "levers.commitments.delivery.payout", "[low, high]"),
        ({"commitments.delivery.payout": [0]}, "levers.commitments.delivery.payout", "[low, high]"),
        ({"commitments.delivery.cost_per_order": None}, "levers.commitments.delivery.cost_per_order", "give"),
        ({"loyalty.expiry": [1, 2.5]}, "levers.loyalty.expiry", "whole"),
    ],
)
def test_a_mistake_names_the_lever_and_what_is_right(ranges, key, told) -> None:
    with pytest.raises(ConfigurationError) as caught:
        levers_of(GUARANTEE, ranges)
    assert caught.value.key == key
    assert told in str(caught.value)


def test_shares_of_a_range_reach_its_ends_and_every_whole_number() -> None:
    payout = lever("commitments.delivery.payout", [0.5, 1.5])
    assert [payout.at(share) for share in (0.0, 0.5, 1.0)] == [0.5, 1.0, 1.5]
    expiry = lever("loyalty.expiry", None)
    assert [expiry.at(share) for share in (0.0, 0.3, 0.6, 0.99, 1.0)] == [1, 2, 3, 4, 4]
    hours = lever("recovery.response_target", [0.1, 1000.0 * 0.1])
    assert hours.logarithmic
    assert math.isclose(hours.at(0.5), math.sqrt(0.1 * 100.0))


def test_settings_are_laid_over_the_strategy() -> None:
    levers = levers_of(GUARANTEE, {"commitments.delivery.payout": [0, 1], "commitments.availability": None})
    there = set_to(
        GUARANTEE, levers, {"commitments.delivery.payout": 0.4, "commitments.availability": True}, COURIER
    )
    assert there == GUARANTEE.replace({"commitments.delivery.payout": 0.4})
    gone = set_to(
        GUARANTEE, levers, {"commitments.delivery.payout": 0.4, "commitments.availability": False}, COURIER
    )
    assert gone.levers() == ("commitments.delivery",)


def test_what_stands_below_a_lever_that_is_off_does_not_bring_it_back() -> None:
    ranges = {"loyalty.points": None, "loyalty.expiry": None, "loyalty.endowment": [0, 100]}
    levers = levers_of(POINTS, ranges)
    point = {"loyalty.points": False, "loyalty.expiry": 2, "loyalty.endowment": 50.0}
    assert set_to(POINTS, levers, point, COURIER).levers() == ()
    assert set_to(POINTS, levers, {**point, "loyalty.points": True}, COURIER).loyalty.endowment == 50.0


def test_settings_that_cannot_stand_together_are_refused() -> None:
    levers = levers_of(GUARANTEE, {"commitments.delivery.payout": [0, 1]})
    with pytest.raises(ConfigurationError, match="payout is 0"):
        set_to(GUARANTEE, levers, {"commitments.delivery.payout": 0.0}, COURIER)


def test_the_strategy_as_it_stands_is_a_point_only_within_the_ranges() -> None:
    near = levers_of(GUARANTEE, {"commitments.delivery.payout": [0.5, 1], "commitments.availability": None})
    assert present(GUARANTEE, near) == {"commitments.delivery.payout": 1.0, "commitments.availability": True}
    assert present(GUARANTEE, levers_of(GUARANTEE, {"commitments.delivery.payout": [0.1, 0.5]})) is None
    assert present(GUARANTEE, levers_of(GUARANTEE, {"training.skill": None})) is None


@pytest.mark.parametrize(
    ("path", "span", "setting", "edge"),
    [
        ("commitments.delivery.payout", [0.0, 1.0], 0.0007, True),
        ("commitments.delivery.payout", [0.0, 1.0], 0.5, False),
        ("commitments.delivery.payout", [0.0, 1.0], 1.0, True),
        ("commitments.delivery.payout", [0.001, 2.0], 0.05, False),  # in the logarithm, far from its end
        ("loyalty.expiry", None, 1, True),
        ("commitments.delivery.automatic", None, True, False),
    ],
)
def test_the_edge_of_a_range(path: str, span: object, setting: float | bool, edge: bool) -> None:
    assert lever(path, span).at_edge(setting) is edge
