"""What is broken on purpose can be planted, and somebody has to notice."""

import pytest

from sim.evidence.broken import BROKEN, is_part, parts_of
from sim.evidence.checks import CHECKS
from sim.evidence.trial import Trial
from sim.world.errors import ConfigurationError
from sim.world.library import scenarios


def test_a_name_stands_for_its_parts_and_no_others():
    assert is_part("C38", "C38")
    assert is_part("C38b", "C38")
    assert not is_part("C3", "C38")
    assert not is_part("C38", "C3")
    assert not is_part("C38b", "C38a")
    assert len(parts_of("C38", CHECKS)) > 1


def test_a_check_that_does_not_exist_is_a_clear_mistake():
    with pytest.raises(ConfigurationError, match="unknown check 'C99'"):
        parts_of("C99", CHECKS)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_what_is_broken_can_be_planted_in_every_world_and_somebody_must_notice(broken):
    planted = [Trial(10, (1,), broken.planted).world(name) for name in scenarios()]
    assert planted != [Trial(10, (1,)).world(name) for name in scenarios()]
    assert all(parts_of(name, CHECKS) for name in broken.fails)


def test_each_fault_stands_once():
    assert len({broken.name for broken in BROKEN}) == len(BROKEN)
    assert {"trust repairs at once", "no loss aversion", "no heterogeneity"} <= {one.name for one in BROKEN}
