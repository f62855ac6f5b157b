"""A strategy that cannot be carried out in a scenario."""

import pytest

from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError
from sim.world.strategy import Strategy


def strategy(changes):
    return Strategy(name="trial").replace(changes)


@pytest.mark.parametrize(
    ("changes", "key", "advice"),
    [
        ({"commitments.delivery.threshold": 0.01}, "commitments.delivery.threshold", "0.1 to 100 days"),
        ({"commitments.delivery.threshold": 101.0}, "commitments.delivery.threshold", "0.1 to 100 days"),
        ({"commitments.response.threshold": 0.0}, "commitments.response.threshold", "0.01 to 720 hours"),
        ({"commitments.response.threshold": 1000.0}, "commitments.response.threshold", "0.01 to 720 hours"),
        ({"commitments.availability.threshold": 99.9}, "commitments.availability.threshold", "0.5 to 1"),
        ({"commitments.quality.threshold": 1.5}, "commitments.quality.threshold", "0 to 1"),
        ({"eligibility.segments": ["everyon"]}, "eligibility.segments", "did you mean 'everyone'?"),
        ({"save_offer": {}}, "save_offer", "customers.relation: contractual"),
        ({"fixed_term": {}}, "fixed_term", "customers.relation: contractual"),
        ({"phases": {"late": {"start": 200.0}}}, "phases.late.start", "below 104 weeks"),
    ],
)
def test_what_cannot_be_is_told_with_key_and_limits(plain, changes, key, advice):
    with pytest.raises(ConfigurationError) as caught:
        check_compatible(plain, strategy(changes))
    assert caught.value.key == f"strategies.trial.{key}"
    assert advice in caught.value.advice
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"commitments.delivery.threshold": 0.1},
        {"commitments.delivery.threshold": 100.0},
        {"commitments.availability.threshold": 1.0},
        {"eligibility.segments": ["everyone"]},
        {"phases": {"late": {"start": 103.0}}},
    ],
)
def test_what_can_be_passes(plain, changes):
    check_compatible(plain, strategy(changes))
