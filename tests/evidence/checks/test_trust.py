import pytest

from sim.evidence.checks.trust import CHECKS, DECEIVED, HARMED, HONEST, promise, repaired_trust
from sim.evidence.trial import Trial, with_planted
from sim.world.library import load_scenario

SMALL = Trial(40, (1, 2))


def test_the_two_firms_differ_in_what_they_know_and_in_nothing_else():
    honest, other = promise(True), promise(False)
    assert other.replace({"commitments.delivery.honest": True}) == honest
    assert honest != other


def test_a_deception_leaves_its_share_and_a_mistake_nothing():
    found = repaired_trust(SMALL)
    lost = load_scenario("courier").behaviour.trust.deception
    # Trust cannot rise above its lowered ceiling; those never let down come close to 1.
    assert found[DECEIVED] == pytest.approx(1.0 - lost, abs=0.03)
    assert (found[HONEST] > 0.95).all()
    assert (found[HARMED] < 0.9).all()


def test_the_control_takes_the_difference_away():
    found = repaired_trust(with_planted(SMALL, CHECKS[0].control.planted))
    assert found[DECEIVED] == pytest.approx(found[HONEST])
    assert (found[DECEIVED] > CHECKS[0].targets[2].high).all()
