"""The whole state in the address, and back; whatever stands there, a valid state comes of it."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.app.address import arrive, read_address, share_address, write_address
from sim.app.panel import panel
from sim.app.setting_up import world_of
from sim.app.state import GUESSES, MEASURES, SIDES, VIEWS, State, World, for_others
from sim.language.words import Words
from sim.world.errors import ConfigurationError
from sim.world.library import scenarios

NAMES = scenarios()


@st.composite
def worlds(draw: st.DrawFn, scenario: str) -> World:
    board = panel(scenario)
    preset = draw(st.sampled_from(board.presets))
    changes: dict[str, float | bool] = {}
    for lever in draw(st.lists(st.sampled_from(board.levers), max_size=3, unique=True)):
        if not lever.process and lever.name != "recovery.cost_per_case" and not lever.settings[:1]:
            changes[lever.name] = draw(st.booleans())
        for setting in lever.settings[:2]:
            if setting.switch:
                changes[setting.path] = draw(st.booleans())
            elif setting.whole:
                changes[setting.path] = float(draw(st.integers(int(setting.low), int(setting.high))))
            else:
                changes[setting.path] = draw(
                    st.floats(setting.low, setting.high).map(lambda x: float(f"{x:.6g}"))
                )
    world = World(preset).with_changes(changes)
    try:
        world_of(world, board)
    except ConfigurationError:
        return World(preset)  # a lever that is off has no settings
    return world


@st.composite
def states(draw: st.DrawFn) -> State:
    scenario = draw(st.sampled_from(NAMES))
    return State(
        scenario=scenario,
        a=draw(worlds(scenario)),
        b=draw(worlds(scenario)),
        side=draw(st.sampled_from(SIDES)),
        lock=draw(st.booleans()),
        seed=draw(st.integers(0, 2**31 - 1)),
        customers=draw(st.integers(20, 20_000)),
        week=draw(st.none() | st.integers(1, 10_000)),
        language=draw(st.sampled_from(["en", "ru"])),
        projector=draw(st.booleans()),
        predict=draw(st.booleans()),
        ask=draw(st.sampled_from(MEASURES)),
        guess=draw(st.sampled_from(GUESSES)),
        revealed=draw(st.booleans()),
        watched=draw(st.none() | st.integers(0, 19)),
        charts=tuple(draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=4, unique=True))),
        view=draw(st.sampled_from(VIEWS)),
    )


def read(query: str, start: State | None = None) -> tuple[State, list[str]]:
    state, problems = read_address(parse_qsl(query, keep_blank_values=True), start)
    return state, [problem.kind for problem in problems]


@given(states(), states())
def test_what_is_written_is_read_again(state: State, start: State) -> None:
    if start.scenario != state.scenario or (start.week is not None and state.week is None):
        start = State()
    start = replace(start, a=World(start.a.preset), b=World(start.b.preset), watched=None, guess="")
    assert read(write_address(state, start), start) == (state, [])


@given(states(), states())
def test_a_shared_address_is_the_same_on_every_server(state: State, start: State) -> None:
    assert arrive(parse_qsl(share_address(state)), start) == (state, ())


def test_who_opens_a_shared_address_has_to_guess_as_well() -> None:
    asked = State(predict=True, guess="down", ask="trust")
    received, problems = arrive(parse_qsl(share_address(for_others(asked))), State())
    assert problems == ()
    assert received.hidden
    assert (received.guess, received.ask) == ("", "trust")
    own, _ = arrive(parse_qsl(share_address(asked)), State())
    assert own.guess == "down"  # who loads the page again has guessed already


def test_without_a_query_one_sees_the_start() -> None:
    start = State(language="ru", customers=300)
    assert arrive([], start) == (start, ())
    assert arrive([("seed", "3")], start)[0] == State(seed=3)


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=8))
def test_whatever_stands_there_the_state_is_valid(pairs: list[tuple[str, str]]) -> None:
    state, _ = read_address(pairs)
    board = panel(state.scenario)
    for side in SIDES:
        world_of(state.world(side), board)


USUAL = {"s": "courier", "a": "baseline", "b": "over_promise", "seed": "1", "n": "2000", "lang": "en"}


@given(st.sampled_from([*USUAL, "week", "charts", "who", "b.price.change"]), st.text(max_size=12))
def test_a_value_is_taken_or_told_and_never_passed_over(key: str, value: str) -> None:
    state, problems = read_address([(key, value)])
    assert len(problems) == (0 if state != State() or value.lstrip("0") == USUAL.get(key) else 1)


def test_the_start_needs_no_query_and_a_change_only_itself() -> None:
    assert write_address(State()) == ""
    assert write_address(State(language="ru")) == "lang=ru"
    world = World("guarantee").with_changes({"commitments.delivery.payout": 0.5, "training": True})
    assert write_address(State(b=world)) == "b=guarantee&b.commitments.delivery.payout=0.5&b.training=on"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("s=curier", "choice"),
        ("scenario=nonsense", "choice"),
        ("customers=many", "range"),
        ("s=courier&scenario=fashion", "twice"),
        ("b=guarante", "choice"),
        ("b.price.chang=0.1", "unknown"),
        ("b.price.change=9", "range"),
        ("b.price.change=nan", "range"),
        ("b.price.change=inf", "range"),
        ("b.price.change=__import__('os')", "number"),
        ("b=loyalty_points&b.loyalty.expiry=1.5", "whole"),
        ("b.commitments.delivery.honest=maybe", "flag"),
        ("b.commitments.delivery=0.5", "flag"),
        ("seed=-1", "range"),
        ("seed=1e3", "range"),
        ("n=1000000", "range"),
        ("lang=de", "choice"),
        ("week=0", "range"),
        ("who=2000", "range"),
        ("charts=csat,profitt", "choice"),
        ("lock=yes", "flag"),
        ("seed=1&seed=2", "twice"),
        ("lang=" + 300 * "r", "too_long"),
        ("a.loyalty.earn_rate=0.1", "together"),
        ("colour=red", "unknown"),
    ],
)
def test_what_is_not_understood_is_left_out_and_told(query: str, kind: str, language: Words) -> None:
    state, problems = read_address(parse_qsl(query))
    assert [problem.kind for problem in problems] == [kind]
    told = problems[0].told(language)
    assert problems[0].key in told
    assert "{" not in told
    assert state.a == World()
    assert state.b.preset in ("over_promise", "loyalty_points")


def test_names_of_the_command_line_are_understood() -> None:
    assert read("scenario=fashion&customers=300") == read("s=fashion&n=300")


def test_no_end_has_four_dots(language: Words) -> None:
    _, problems = read_address([("xyzzy", "1")])
    assert problems[0].told(language).endswith(", …")


def test_a_wrong_part_leaves_the_right_ones() -> None:
    state, kinds = read("b=guarantee&b.price.change=9&b.training=on&lang=ru")
    assert kinds == ["range"]
    assert state == State(language="ru", b=World("guarantee").with_changes({"training": True}))


def test_very_many_keys_are_cut() -> None:
    _, problems = read_address([(f"x{number}", "1") for number in range(1000)])
    assert problems[0].kind == "too_many"
    assert len(problems) == 201


def test_a_scenario_without_the_presets_of_the_start_takes_its_own() -> None:
    state, kinds = read("s=telecom", State(b=World("staff")))
    assert kinds == []
    assert state.b == World("baseline")
