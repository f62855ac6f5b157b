"""Where a world rests: found again from any start, near enough at little cost."""

import pytest

from sim.study.resting import observed_reference, settled
from sim.world.library import load_scenario

SEEDS = (5, 6)


def test_a_changed_world_settles_where_it_rests() -> None:
    world = load_scenario("courier").replace(
        {"customers.count": 500, "time.horizon": 1.0, "behaviour.trust.broken_loss": 0.45}
    )
    found = settled(world, 4, SEEDS)
    # breaches weigh more than twice as much: trust rests lower, and churn keeps its level there
    assert found.reference.trust < world.reference.trust - 0.02
    before = abs(observed_reference(world, SEEDS).trust - world.reference.trust)
    after = abs(observed_reference(found, SEEDS).trust - found.reference.trust)
    assert after < 0.5 * before


def test_a_world_at_rest_stays_where_it_is() -> None:
    world = load_scenario("courier").replace({"customers.count": 1000})
    found = settled(world, 1, SEEDS)
    # some 2,000 customers who differ in satisfaction by 0.1 and in trust by 0.1: standard errors of .002
    assert found.reference.satisfaction == pytest.approx(world.reference.satisfaction, abs=0.01)
    assert found.reference.trust == pytest.approx(world.reference.trust, abs=0.01)


def test_no_rounds_change_nothing() -> None:
    world = load_scenario("telecom")
    assert settled(world, 0, SEEDS) == world
