"""Every number of every scenario and strategy at both ends of its range: nothing breaks.

Each parameter of the registry is seen alone at its low and its high end, and at each of its
choices, in a small world in which every mechanism and every lever is on; a property test sets
several at once. What is asserted holds by construction whatever the values are: finite numbers,
no negative count, levels in [0, 1], no part above its whole, and books that balance. Parameters,
mechanisms and levers that are added to the registry are met without a change here.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from fnmatch import fnmatch
from functools import cache
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import TickLedger
from sim.engine.layout import CASE_FIELDS, KEPT_FIELDS
from sim.engine.records import Records, world_record
from sim.engine.simulation import Run, simulate
from sim.study.metrics import METRICS, measure
from sim.world.assumptions import NOT_NUMBERS, Assumption, assumptions
from sim.world.compatibility import check_compatible
from sim.world.description import Named, with_values
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategy, scenarios, strategy_names
from sim.world.mechanisms import mechanism_names
from sim.world.parameter import Parameter, optional, registry
from sim.world.scenario import Scenario
from sim.world.strategy import ATTRIBUTES, Eligibility, Phase, Strategy, Tier, lever_names

SEED = 3
CUSTOMERS = 60
YEARS = 1.2  # more than one, so that contracts end and tiers are reviewed
LONGER = 2.5  # so that a tier can be lost again, two years after joining at the earliest
TICK = "month"  # the longest: a step that overshoots does so here; the shorter ones are met as choices
ORDERS_A_YEAR = 24.0  # at least, so that something happens where customers hardly ever order
MOST_CUSTOMERS = 300  # stands for any larger number of people: a crowd costs time and changes no rule
MOST_ORDERS = 30_000.0  # expected in a run; where they are more, the horizon is shortened
OPEN_END = 1000.0  # times the value or 1: stands for the end of a range that is open
HALVINGS = 30  # towards an end that is refused, at most: as near as a billionth of the way
NEAR = 0.02  # share of the way that is accepted, at which the search for its end stops

NAMES = scenarios()
KINDS = ("scenario", "strategy")
SIZES = {("scenario", "customers.count"), ("scenario", "time.horizon")}  # they set the cost of a run


# A small world and a strategy in which everything happens.


@cache
def world(name: str) -> Scenario:
    """Return a scenario, small, with all mechanisms on and enough orders, answers and exits."""
    scenario = replace(load_scenario(name), strategies=Named(), evidence=Named())
    changes: dict[str, Any] = {f"mechanisms.{mechanism}": True for mechanism in mechanism_names()}
    changes |= {
        "time.tick": TICK,
        "time.horizon": YEARS,
        "customers.count": CUSTOMERS,
        "customers.orders.mean": max(scenario.customers.orders.mean, ORDERS_A_YEAR),
        "survey.order_share": 0.5,
        "survey.recommendation_share": 0.5,
        "survey.interval": 28.0,
        "market.return_rate": 0.2,
        "customers.involuntary": 0.1,
    }
    return scenario.replace(changes)


@cache
def everything(name: str) -> Strategy:
    """Return a strategy with every lever that can be carried out in a scenario, in two phases."""
    scenario = load_scenario(name)
    general = [load_strategy(other) for other in strategy_names(Scenario(name="no strategies of its own"))]
    strategy: Strategy = Strategy(name="everything")
    for other in [*scenario.strategies.values(), *general]:
        strategy = filled(strategy, replace(other, eligibility=Eligibility(), phases=Named()))
    strategy = switched_on(strategy)
    customers = world(name).customers
    year = customers.spend.mean * customers.orders.mean  # what the mean customer spends in it
    tiers = Named(first=Tier(threshold=0.5 * year), second=Tier(threshold=year))
    assert strategy.loyalty is not None
    strategy = replace(strategy, loyalty=replace(strategy.loyalty, tiers=tiers))
    for attribute in ATTRIBUTES:
        if getattr(strategy.commitments, attribute).payout == 0.0:
            strategy = strategy.replace({f"commitments.{attribute}.payout": 0.5})
    phases = Named(begin=Phase(), spread=Phase(start=2.0))
    strategy = replace(strategy, phases=phases)
    while (refused := refused_lever(world(name), strategy)) is not None:
        strategy = strategy.without(refused)
    return strategy


def filled(one: Any, other: Any) -> Any:
    """Return a description whose values that are off are taken from another one."""
    if is_dataclass(one) and is_dataclass(other) and not isinstance(one, type):
        parts = {
            item.name: filled(getattr(one, item.name), getattr(other, item.name)) for item in fields(one)
        }
        return replace(one, **parts)
    return one or other


def switched_on(description: Any) -> Any:
    """Return a description whose parts and numbers that are left out are there, with plausible values."""
    hints = get_type_hints(type(description))
    changes: dict[str, Any] = {}
    for item in fields(description):
        kind, _ = optional(hints[item.name])
        value = getattr(description, item.name)
        if is_dataclass(kind) and isinstance(kind, type):
            changes[item.name] = switched_on(made(kind) if value is None else value)
        elif isinstance(value, Mapping) and not value:
            changes[item.name] = Named(one=switched_on(made(get_args(kind)[1])))
        elif value is None and kind in (int, float):
            changes[item.name] = plausible(item, kind)
    return replace(description, **changes)


def made(kind: type) -> Any:
    """Return a description of a class with a plausible number wherever one must be given."""
    hints = get_type_hints(kind)
    needed = [item for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING]
    return kind(**{item.name: plausible(item, hints[item.name]) for item in needed})


def plausible(item: "Field[Any]", kind: type) -> Any:
    """Return a value inside a range, nearer to its low end, for high ends are often far out."""
    entry: Parameter = item.metadata["parameter"]
    low = 0.0 if entry.low is None else entry.low
    high = low + 1.0 if entry.high is None else entry.high
    low = max(low, 0.0)  # where both signs are possible, as for a change, the positive one
    value = low + 0.1 * (high - low)
    return value if kind is float else math.ceil(value)


def refused_lever(scenario: Scenario, strategy: Strategy) -> str | None:
    """Return a lever that cannot be carried out in a scenario, None if all can."""
    try:
        check_compatible(scenario, strategy)
    except ConfigurationError as error:
        path = error.key.removeprefix(f"strategies.{strategy.name}.")
        return next(lever for lever in strategy.levers() if f"{path}.".startswith(f"{lever}."))
    return None


# The ends, and a run at each.


def ends(item: Assumption) -> list[Any]:
    """Return the low and the high end of a parameter, or the choices it has besides the present one."""
    value, entry = item.value, item.entry
    if isinstance(value, bool):
        return [not value]
    if entry.choices:
        return [choice for choice in entry.choices if choice != value]
    far = OPEN_END * max(abs(value), 1.0)
    low = -far if entry.low is None else entry.low
    high = far if entry.high is None else entry.high
    if entry.unit == "customers":
        high = min(high, MOST_CUSTOMERS)
    return [type(value)(end) for end in (low, high) if end != value]


@cache
def listed(kind: str, name: str) -> dict[str, Assumption]:
    """Return the parameters with ends of a scenario, or of the strategy that goes with it, by path."""
    description = world(name) if kind == "scenario" else everything(name)
    items = assumptions(description)
    return {item.path: item for item in items if isinstance(item.value, int | float) or item.entry.choices}


def affordable(scenario: Scenario) -> Scenario:
    """Return a scenario whose horizon is shortened where customers order very often."""
    customers = scenario.customers
    total = sum(segment.share for segment in customers.segments.values())
    factor = sum(segment.share * segment.orders for segment in customers.segments.values()) / total
    expected = customers.count * customers.orders.mean * factor * scenario.time.horizon
    if expected <= MOST_ORDERS:
        return scenario
    return scenario.replace({"time.horizon": max(0.05, scenario.time.horizon * MOST_ORDERS / expected)})


def run_of(scenario: Scenario, strategy: Strategy) -> Run:
    return simulate(affordable(scenario), strategy, SEED)


def run_at_or_near(start: Any, end: Any, run_at: Callable[[Any], Run]) -> Run | None:
    """Return the run at an end, or as near to it as the values of other parameters let it come.

    None where a choice, or all of the way, is refused. Only a `ConfigurationError` is a refusal.
    """
    try:
        return run_at(end)
    except ConfigurationError:
        if isinstance(end, bool | str):
            return None
    nearest = None
    inside, outside = start, end
    for _ in range(HALVINGS):
        middle = type(start)((inside + outside) / 2)
        if middle in (inside, outside):
            break
        try:
            nearest = run_at(middle)
            inside = middle
            if abs(outside - inside) <= NEAR * abs(inside - start):
                break
        except ConfigurationError:
            outside = middle
    return nearest


# What holds by construction.

SLOTS = ("first", "second")
QUALITIES = ("speed", "quality", "reliability", "contact")

SIGNED = {
    *("voice_readiness", "response_style", "contentment", "justice"),  # log-odds, points, levels, an offence
    *("margin", "profit", "value"),  # money earned less what it cost
    *("rival", "contract_start"),  # an advantage or its opposite, and an hour before the start
}
"""Numbers that may be negative; all others are counts, amounts, hours, levels or sizes."""

LEVELS = {
    *("satisfaction", "last_satisfaction", "peak", "trust", "trust_ceiling", "attachment"),
    *("expected_success", "interest", "opinion", "habit", "discount", "endowed"),
    *(f"{sense}_{quality}" for sense in ("will", "should") for quality in QUALITIES),
    *(f"{slot}_{name}" for slot in SLOTS for name in ("severity", "before", "after")),
}
"""States of a customer that lie in [0, 1]."""

FLAGS = {
    *("active", "prospect", "watched", "deceived", "member", "unsubscribed", "refers", "handled"),
    *("compensation_averse", "deal_prone", "privacy_sensitive", "opportunist"),
    *(f"{slot}_{name}" for slot in SLOTS for name in ("repeated", "paradox")),
    *(f"{slot}_answered" for slot in SLOTS),
}
"""States of a customer that are 0 or 1."""

PARTS = {
    "customers": ("left", "members"),
    "active": (
        "cohort",
        "asked",
        "satisfaction",
        "trust",
        "attachment",
        "skill",
        "engagement",
        "utilisation",
    ),
    "left": ("left_involuntarily",),
    "grievances": ("complaints", "silences"),
    "complaints": ("merged",),
    "orders": ("delays", "joined", "claims"),
    "delays": ("notices",),
    "experiences": ("orders", "failures", "grievances", "answers", *QUALITIES),
    "claims": ("claims_paid",),
    "messages": ("unsubscribed",),
    "save_offers": ("saved",),
    "episodes": ("praise", "warnings"),
    "reviews": ("reviews_negative",),
    "acquired": ("acquired_by_referral",),
    "responses": ("reopened", "resolved"),
    "cases": ("resolved", "satisfied", "insulted", "abandoned", "effort_answers"),
    "resolved": ("resolved_first",),
    "invited": ("replies",),
    "replies": ("asked", "answers", "effort_answers"),
    "asked": ("promoters", "detractors"),
    "answers": ("top_two",),
    "cost": ("discounted_cost",),
    "revenue": ("margin",),
}
"""Fields of the ledger and those that cannot exceed them, within each tick and segment."""

SCALES = {
    "answers": ("stars", 1, 5),
    "reviews": ("review_stars", 1, 5),
    "effort_answers": ("effort_points", 1, 7),
}
"""Answers that are counted, the field that sums them up, and the scale on which they are given."""

SUMS = {
    "orders": ("orders",),
    "complaints": ("complaints",),
    "failures": ("failures",),
    "revenue": ("revenue",),
    "profit": ("margin", "-cost"),
    "value": ("value",),
    "promises_kept": tuple(f"{attribute}_kept" for attribute in ATTRIBUTES),
}
"""What customers remember of their whole lives, and the fields of the ledger that counted it."""

# Sums over a run are added up in another order by the customers and by the ledger: an error of
# about 1e-16 for each of fewer than 1e6 terms, of the size of the largest sum that is involved.
ROUNDING = 1e-9


def problems(run: Run) -> list[str]:
    """Return what is wrong with a run, in words; nothing for a sound one."""
    if found := list(wrong_numbers(run)):
        return found  # nothing can be reckoned with these
    return [*wrong_states(run), *wrong_parts(run), *wrong_books(run), *wrong_metrics(run)]


def kept(kind: type) -> list[Field[Any]]:
    """Return the fields of a ledger, or those of a customer that are kept from tick to tick."""
    return [item for item in fields(kind) if kind is TickLedger or item.name in KEPT_FIELDS]


def wrong_numbers(run: Run) -> Iterator[str]:
    """Yield fields that are not finite, not whole or negative."""
    for records, kind in ((run.ledger, TickLedger), (run.population, CustomerState)):
        for item in kept(kind):
            values = records[item.name]
            where = f"{kind.__name__}.{item.name}"
            if not np.isfinite(values).all():
                yield f"{where} is not finite"
            elif item.type is int and (values != np.rint(values)).any():
                yield f"{where} is not whole"
            elif item.name not in SIGNED and lowest(values, item.default) < 0:
                yield f"{where} is negative: {values.min()}"


def lowest(values: Records, default: Any) -> float:
    """Return the least of some values; -1 does not count where it marks what has not happened."""
    counted = values[values != -1] if default == -1 else values
    return float(counted.min(initial=0.0))


def wrong_states(run: Run) -> Iterator[str]:
    """Yield levels and flags of customers that are out of their bounds."""
    for names, allowed in ((LEVELS, "in [0, 1]"), (FLAGS, "0 or 1")):
        for name in sorted(names):
            values = (run.cases if name in CASE_FIELDS else run.population)[name]
            outside = values[(values < 0) | (values > 1) | ((names is FLAGS) & (values != np.rint(values)))]
            if outside.size:
                yield f"CustomerState.{name} is not {allowed}: {outside[0]!r}"
    people = run.population
    if (people["active"] + people["prospect"] + (people["left_hour"] >= 0) != 1).any():
        yield "somebody is not one of customer, prospect, or one who left"
    if (people["trust"] > people["trust_ceiling"]).any():
        yield "trust is above its ceiling"


def wrong_parts(run: Run) -> Iterator[str]:
    """Yield parts that exceed their whole in some tick."""
    ledger = run.ledger
    for whole, parts in PARTS.items():
        slack = ROUNDING * (1.0 + ledger[whole])
        for part in parts:
            if (ledger[part] > ledger[whole] + slack).any():
                yield f"more {part} than {whole}"
    for count, (points, least, most) in SCALES.items():
        if ((ledger[points] < least * ledger[count]) | (ledger[points] > most * ledger[count])).any():
            yield f"{points} outside {least} to {most}"
    if (ledger["promoters"] + ledger["detractors"] > ledger["asked"]).any():
        yield "more promoters and detractors than were asked"
    if (ledger["complaints"] + ledger["silences"] != ledger["grievances"]).any():
        yield "grievances neither told nor kept silent"
    if (ledger["left"] - ledger["left_involuntarily"] > ledger["decisions"]).any():
        yield "more who chose to leave than had the choice"


def wrong_books(run: Run) -> Iterator[str]:
    """Yield what the customers and the ledger do not agree on."""
    ledger, people = run.ledger, run.population
    total = {name: float(ledger[name].sum()) for name in ledger.dtype.names or ()}
    total |= {f"-{name}": -value for name, value in total.items()}
    for state, counted in SUMS.items():
        known, counts = float(people[state].sum()), sum(total[name] for name in counted)
        size = 1.0 + float(np.abs(people[state]).sum()) + total["revenue"] + total["cost"]
        if abs(known - counts) > ROUNDING * size:
            yield f"customers have {state} {known}, the ledger has {counts}"
    broken = float(people["promises_broken"].sum()) - sum(total[f"{name}_broken"] for name in ATTRIBUTES)
    if not 0.0 <= broken <= total["notices"]:  # a new date that was missed as well is the customer's alone
        yield f"customers remember {broken} more broken promises than the ledger has"
    came = total["acquired"] + total["returned"]
    if people["active"].sum() != run.scenario.customers.count + came - total["left"]:
        yield "who is active is not who was there or came, less who left"
    waiting = (run.cases["first_due"] >= 0).sum() + (run.cases["second_due"] >= 0).sum()
    lost = total["complaints"] - total["merged"] - total["cases"] - waiting
    if not 0.0 <= lost <= 2.0 * total["returned"]:  # who comes back has no open case
        yield f"{lost} complaints are neither merged, judged nor open"
    held = sum(float(people[f"points_{age}"].sum()) for age in ("fresh", "second", "third", "oldest"))
    missing = total["points_earned"] - total["points_redeemed"] - total["points_expired"] - held
    rounding = ROUNDING * (1.0 + total["points_earned"])
    if missing < -rounding or (missing > rounding and total["returned"] == 0.0):  # who comes back has none
        yield f"{missing} points are neither redeemed, expired nor held"


def wrong_metrics(run: Run) -> Iterator[str]:
    """Yield metrics that are infinite, or outside the range of their unit; NaN says 'no case'."""
    for name, value in measure(run).items():
        unit = METRICS[name].unit if name in METRICS else ""
        if math.isinf(value):
            yield f"{name} is infinite"
        if unit == "share" and not math.isnan(value) and not -ROUNDING <= value <= 1.0 + ROUNDING:
            yield f"{name} is a share of {value}"
        if name == "nps" and not math.isnan(value) and abs(value) > 100.0:
            yield f"nps is {value}"


# The tests.


@cache
def usual(name: str) -> Run:
    return run_of(world(name), everything(name))


@cache
def compiled_for(name: str) -> np.dtype[Any]:
    """Return the type of the world's record, which the compiled engine is compiled for."""
    return world_record(world(name)).dtype


def broken_at(item: Assumption, name: str, run_at: Callable[[Any], Run]) -> dict[Any, list[str]]:
    """Return the problems of a parameter by the end at which they show."""
    broken = {}
    for end in ends(item):
        run = run_at_or_near(item.value, end, run_at)
        if run is None:
            found = [] if isinstance(end, bool | str) else ["no value towards this end is accepted"]
        else:
            found = problems(run)
            if world_record(run.scenario).dtype != compiled_for(name):
                found.append("another type of the world's record, for which the engine is compiled again")
        if found:
            broken[end] = found
    return broken


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name in NAMES for path in listed("scenario", name)]
)
def test_a_parameter_of_a_scenario_may_stand_at_either_end(name: str, path: str) -> None:
    scenario, strategy, item = world(name), everything(name), listed("scenario", name)[path]
    assert broken_at(item, name, lambda end: run_of(scenario.replace({path: end}), strategy)) == {}


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name in NAMES for path in listed("strategy", name)]
)
def test_a_lever_may_stand_at_either_end(name: str, path: str) -> None:
    scenario, strategy, item = world(name), everything(name), listed("strategy", name)[path]
    assert broken_at(item, name, lambda end: run_of(scenario, strategy.replace({path: end}))) == {}


@st.composite
def corners(draw: st.DrawFn, name: str) -> dict[tuple[str, str], Any]:
    """Draw several numbers of a scenario and its strategy and an end for each."""
    known = {(kind, path): item for kind in KINDS for path, item in listed(kind, name).items()}
    numbers = [place for place, item in known.items() if not item.entry.choices and place not in SIZES]
    places = draw(st.lists(st.sampled_from(numbers), min_size=2, max_size=12, unique=True))
    return {place: draw(st.sampled_from(ends(known[place]))) for place in places}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(data=st.data())
def test_several_numbers_may_stand_at_an_end_at_once(name: str, data: st.DataObject) -> None:
    found = world(name).replace({"time.horizon": LONGER}), everything(name)
    for (kind, path), end in data.draw(corners(name)).items():
        scenario, strategy = found
        try:
            if kind == "scenario":
                scenario = scenario.replace({path: end})
            else:
                strategy = strategy.replace({path: end})
            check_compatible(scenario, strategy)
        except ConfigurationError:
            continue  # it contradicts another value, and the description says so
        found = scenario, strategy
    assert problems(run_of(*found)) == []


def test_no_parameter_is_left_out() -> None:
    for kind, described in (("scenario", Scenario), ("strategy", Strategy)):
        seen = {path for name in NAMES for path in listed(kind, name)}
        for path, entry in registry(described):
            if path.split(".")[0] in NOT_NUMBERS or not (
                entry.choices or entry.low is not None or entry.high is not None
            ):
                continue
            assert any(fnmatch(other, path.replace("<name>", "*")) for other in seen), path


def test_every_lever_is_pulled_somewhere() -> None:
    assert {lever for name in NAMES for lever in everything(name).levers()} == set(lever_names())


def test_everything_that_is_counted_happens_somewhere() -> None:
    runs = [run_of(world(name).replace({"time.horizon": LONGER}), everything(name)) for name in NAMES]
    for item in fields(TickLedger):
        assert max(run.ledger[item.name].max() for run in runs) > 0.0, item.name


def test_all_worlds_run_on_one_compiled_engine() -> None:
    assert len({compiled_for(name) for name in NAMES}) == 1


# Would it be noticed?


def planted(run: Run, kind: type, field: str, value: float) -> Run:
    """Return a copy of a run with one wrong number in the ledger, in the population or in an open case."""
    part = "ledger" if kind is TickLedger else "cases" if field in CASE_FIELDS else "population"
    records = getattr(run, part).copy()
    records[field].flat[-1] = value
    return replace(run, **{part: records})


@pytest.mark.parametrize("kind", [TickLedger, CustomerState])
def test_a_wrong_number_is_noticed_wherever_it_is_planted(kind: type) -> None:
    run = usual(NAMES[0])
    assert problems(run) == []
    types = (run.ledger if kind is TickLedger else run.population).dtype
    for item in kept(kind):
        where = f"{kind.__name__}.{item.name}"
        if types[item.name].kind == "f":  # whole numbers cannot hold a NaN
            for value in (math.nan, math.inf, -math.inf):
                assert f"{where} is not finite" in list(wrong_numbers(planted(run, kind, item.name, value)))
        if item.name not in SIGNED:
            assert f"{where} is negative: -2" in " ".join(wrong_numbers(planted(run, kind, item.name, -2.0)))
        if kind is TickLedger and item.type is int:
            assert f"{where} is not whole" in list(wrong_numbers(planted(run, kind, item.name, 0.5)))
    run = next(one for one in map(usual, NAMES) if len(one.cases) > 0)
    for name in LEVELS | FLAGS if kind is CustomerState else ():
        assert any(name in text for text in wrong_states(planted(run, kind, name, 2.0)))


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("customers.spend.mean", -1.0, "TickLedger.revenue is negative"),
        ("behaviour.voice.learning", math.nan, "CustomerState.expected_success is not finite"),
        ("customers.exit.alpha", math.nan, "CustomerState.exit_force is not finite"),
    ],
)
def test_what_a_bad_parameter_does_to_a_run_is_noticed(path: str, value: float, field: str) -> None:
    scenario = with_values(world(NAMES[0]), {path: value})
    run = simulate(scenario, everything(NAMES[0]), SEED)
    assert any(text.startswith(field) for text in problems(run)), problems(run)


@pytest.mark.parametrize(
    ("path", "value", "name"),
    [("economics.margin", math.nan, "margin"), ("economics.case_cost", math.inf, "cost")],
)
def test_a_run_that_counts_what_is_no_number_ends_with_an_error(path: str, value: float, name: str) -> None:
    scenario = with_values(world(NAMES[0]), {path: value})
    with pytest.raises(FloatingPointError, match=f"{name} is not a finite number"):
        simulate(scenario, everything(NAMES[0]), SEED)


def test_an_end_that_is_refused_is_approached_and_no_other_error_is_taken_for_a_refusal() -> None:
    seen: list[float] = []

    def at_most_five(value: float) -> Run:
        if value > 5.0:
            raise ConfigurationError("value", "is above 5")
        seen.append(value)
        return usual(NAMES[0])

    assert run_at_or_near(1.0, 1000.0, at_most_five) is not None
    assert 5.0 - NEAR * 4.0 <= max(seen) <= 5.0
    assert run_at_or_near(9.0, 1000.0, at_most_five) is None
    with pytest.raises(ZeroDivisionError):
        run_at_or_near(1.0, 0.0, lambda value: at_most_five(1.0 / value))
