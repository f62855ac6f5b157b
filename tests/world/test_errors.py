"""The one error of a user's mistake, and the search for what was meant."""

from hypothesis import given
from hypothesis import strategies as st

from sim.world.errors import ConfigurationError, nearest

NAME = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=12)


def test_the_error_is_one_line_of_key_problem_and_advice():
    error = ConfigurationError("a.b", "is wrong", "use c")
    assert str(error) == "a.b: is wrong; use c"
    assert (error.key, error.problem, error.advice) == ("a.b", "is wrong", "use c")
    assert str(ConfigurationError("a.b", "is wrong")) == "a.b: is wrong"
    assert isinstance(error, ValueError)


def test_the_error_seen_from_above_has_the_longer_key():
    assert str(ConfigurationError("b", "is wrong", "use c").under("a")) == "a.b: is wrong; use c"
    assert ConfigurationError("", "is wrong").under("a").key == "a"


def test_the_nearest_name_is_offered():
    assert nearest("guarante", ["guarantee", "baseline"]) == "did you mean 'guarantee'?"


def test_without_a_near_name_the_known_ones_are_listed():
    assert nearest("xyz", ["guarantee", "baseline"]) == "known: baseline, guarantee"
    assert nearest("xyz", []) == "nothing is known here"
    many = [f"name{number:02}" for number in range(20)]
    assert nearest("xyz", many) == "known: " + ", ".join(many[:12]) + ", …"


@given(NAME, st.lists(NAME, max_size=20))
def test_advice_names_something_known_in_one_line(name, known):
    advice = nearest(name, known)
    assert "\n" not in advice
    if known:
        assert any(other in advice for other in known)
    if name in known:
        assert advice == f"did you mean '{name}'?"
