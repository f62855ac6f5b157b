"""What the tests of the app share: a small world, its runs, both languages."""

from functools import cache

import pytest

from sim.app.state import State, World
from sim.app.worlds import Frame, Key, Pair, frame, keys
from sim.language.words import Words, words

CUSTOMERS = 60
SMALL = State(customers=CUSTOMERS)
"""Today's practice against a promise that the courier cannot keep, for a few customers."""


@cache
def frame_of(key: Key) -> Frame:
    """Run a world once for all tests."""
    return frame(key)


def pair_of(state: State, replications: int = 4) -> Pair:
    """Run both worlds of a state on some seeds."""
    a, b = (tuple(frame_of(key) for key in keys(state, side, replications)) for side in ("a", "b"))
    return Pair(a, b)


@pytest.fixture(scope="session")
def small() -> State:
    """Return a state of few customers."""
    return SMALL


@pytest.fixture(scope="session")
def pair() -> Pair:
    """Return its runs on four seeds."""
    return pair_of(SMALL)


@pytest.fixture(scope="session")
def guaranteed() -> State:
    """Return a state with a promise that can be kept in B."""
    return SMALL.with_world("b", World("guarantee"))


@pytest.fixture(params=["en", "ru"])
def language(request: pytest.FixtureRequest) -> Words:
    """Return each language in turn."""
    return words(request.param)
