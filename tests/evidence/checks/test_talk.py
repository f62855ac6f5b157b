"""What customers say: the checks at small size, and that their controls fail."""

import numpy as np
import pytest

from sim.behaviour.events import PRAISE, WARNING
from sim.engine.simulation import simulate
from sim.evidence.check import run_check
from sim.evidence.checks.talk import (
    CHECKS,
    HEARD_OF,
    IMITATION,
    SHIFT,
    STOCK,
    TOLD_OF,
    VOLUME,
    loudness,
    shifts,
)
from sim.evidence.trial import Trial, baseline, trial_for

BY_NAME = {check.name: check for check in CHECKS}


def small(name, customers, seeds=2):
    return run_check(BY_NAME[name], trial_for(name, customers, seeds))


def test_every_check_of_talk_is_there_with_its_label():
    labels = {name: check.label for name, check in BY_NAME.items()}
    assert labels == {
        "C21a": "out of sample",
        "C21b": "fitted",
        "C21c": "fitted",
        "C22": "fitted",
        "C23a": "out of sample",
        "C23b": "out of sample",
        "C24": "fitted",
        "C36a": "out of sample",
        "C36b": "out of sample",
    }
    for check in CHECKS:
        assert set(check.control.misses) <= {target.name for target in check.targets}
    assert [name for name, check in BY_NAME.items() if check.open_because] == ["C23b", "C36b"]


def test_bad_episodes_are_louder_by_as_much_as_the_probabilities_say():
    found = loudness(Trial(600, (1, 2)))
    # 1200 tellers either way: each share is known to √(.2 / 1200), the ratio to twice that over .66
    assert found[TOLD_OF].mean() == pytest.approx(0.73 / 0.66, abs=4.5 * 2.0 * np.sqrt(0.2 / 1200.0) / 0.66)
    assert found[HEARD_OF].mean() > found[TOLD_OF].mean()
    planted = Trial(200, (1,), {"behaviour.talk.bad": 0.0})
    assert loudness(planted)[TOLD_OF] == 0.0


def test_shifts_are_those_of_the_rule_whatever_has_faded():
    world = Trial(300, (1,)).world(
        "courier",
        {
            "market.prospects": 4.0,
            "time.horizon": 0.08,
            "behaviour.talk.praise": 0.2,
            "behaviour.talk.warning": 0.4,
            "behaviour.talk.half_life": 14.0,
        },
    )
    result = simulate(world, baseline(world), 3, watch="all")
    for detail, exact in ((PRAISE, lambda p: 0.2 * (1.0 - p)), (WARNING, lambda p: -0.4 * p)):
        prior, shift = shifts(result, detail)
        assert len(prior) > 0
        assert shift == pytest.approx(exact(prior))


def test_praise_and_warnings_move_as_published_and_not_where_nothing_is_believed():
    result = small("C22", 300, 3)
    assert result.outcome == "pass"
    values = {reading.target.name: reading.value for reading in result.control}
    assert [values[name] for name in SHIFT.values()] == [0.0, 0.0]


def test_more_praise_than_warnings_and_far_more_if_the_middle_is_good():
    result = small("C21b", 400)
    assert result.readings[0].target.name == VOLUME["telecom"]
    assert result.control[0].value > 2.0 * result.readings[0].value


def test_adoption_is_an_s_and_strangers_make_none():
    result = small("C36a", 20)
    values = {reading.target.name: reading.value for reading in result.readings}
    # The closest to Bass of the networks; with so few people a wave may still die out in the others.
    assert values[STOCK["anybody"]] > 0.98
    assert values[IMITATION["anybody"]] > 1.0
    assert result.control_fails


def test_nobody_minds_a_rating_that_is_not_looked_at():
    result = small("C24", 200)
    assert abs(result.control[0].value) < 1e-9
