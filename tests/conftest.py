"""What the tests share: default numbers, a customer at the reference, luck, a ledger and a log.

The factories are session-wide and hold no state, so that property tests may use them too.
"""

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings

from sim.behaviour.customer import CustomerState
from sim.behaviour.firm import Firm, hold, open_firm
from sim.behaviour.surroundings import Clock, TickLedger
from sim.engine.luck import KeyedLuck, seed_key
from sim.engine.records import as_object, world_record
from sim.world.policy import Policy, present_practice, timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

# Property tests draw the same examples every time: a failure is a failure for everybody.
settings.register_profile("fixed", derandomize=True, database=None, deadline=None, max_examples=100)
settings.load_profile("fixed")

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ATTRIBUTES = ("speed", "quality", "reliability", "contact")


class ScriptedLuck:
    """Luck whose draws are written down: a number, or a list by occurrence, per purpose.

    What is not written down is one half, which is the median of every distribution.
    """

    def __init__(self, script: Mapping[int, float | Sequence[float]] | None = None) -> None:
        self.script = dict(script or {})

    def draw(self, purpose: int, occurrence: int) -> float:
        said = self.script.get(purpose, 0.5)
        if isinstance(said, float):
            return said
        return said[occurrence] if occurrence < len(said) else 0.5


class ListLog:
    """A log that keeps its events in a list."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, float, int, int, float, float]] = []

    def note(self, customer: int, hour: float, event: int, detail: int, value: float, money: float) -> None:
        self.rows.append((customer, hour, event, detail, value, money))

    @property
    def codes(self) -> list[int]:
        """Return the codes of the events in the order in which they were noted."""
        return [row[2] for row in self.rows]

    def of(self, event: int) -> list[tuple[int, float, int, int, float, float]]:
        """Return the rows of one kind of event."""
        return [row for row in self.rows if row[2] == event]


def met(policy: Policy, world: SimpleNamespace, **state: float) -> Policy:
    """Return a policy as customers meet it: with the firm in the state of the baseline, or in another."""
    firm = Firm()
    open_firm(firm, world)
    for name, value in state.items():
        assert hasattr(firm, name), name
        setattr(firm, name, value)
    policy = replace(policy)
    hold(policy, firm, world)
    return policy


@pytest.fixture(scope="session")
def in_force() -> Callable[..., Policy]:
    """Return the function that writes the firm's state into a policy, as the engine does every tick."""
    return met


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def plain() -> Scenario:
    """Return a scenario in which every parameter has its default."""
    return Scenario(name="plain")


@pytest.fixture(scope="session")
def make_world(plain: Scenario) -> Callable[..., SimpleNamespace]:
    """Return a function that makes the world's numbers with some dotted paths changed."""

    def make(changes: Mapping[str, Any] | None = None) -> SimpleNamespace:
        return as_object(world_record(plain.replace(changes or {}))[0])

    return make


@pytest.fixture(scope="session")
def world(make_world: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """Return the default numbers; nobody may change them."""
    return make_world()


@pytest.fixture(scope="session")
def make_customer(world: SimpleNamespace) -> Callable[..., CustomerState]:
    """Return a function that makes a watched customer at the reference state, with some values changed."""

    def make(numbers: SimpleNamespace | None = None, **values: float) -> CustomerState:
        numbers = numbers or world
        customer = CustomerState(watched=1, order_rate=12.0, exit_force=0.05, price=30.0)
        if numbers.contractual:
            customer.period_price = numbers.customers_contract_price
        for attribute in ATTRIBUTES:
            level = getattr(numbers, f"reference_{attribute}")
            setattr(customer, f"will_{attribute}", level)
            setattr(customer, f"should_{attribute}", level)
        customer.satisfaction = customer.last_satisfaction = numbers.reference_satisfaction
        customer.peak = numbers.reference_satisfaction
        customer.trust = numbers.reference_trust
        for name, value in values.items():
            assert hasattr(customer, name), name
            setattr(customer, name, value)
        return customer

    return make


@pytest.fixture
def customer(make_customer: Callable[..., CustomerState]) -> CustomerState:
    """Return a fresh customer at the reference state."""
    return make_customer()


@pytest.fixture(scope="session")
def make_policy(plain: Scenario) -> Callable[..., Policy]:
    """Return a function that makes the policy of the first tick under a strategy given as dotted paths."""

    def make(
        levers: Mapping[str, Any] | None = None, changes: Mapping[str, Any] | None = None, tick: int = 0
    ) -> Policy:
        strategy = Strategy(name="trial").replace(levers or {})
        scenario = plain.replace(changes or {})
        return met(timeline(scenario, strategy).policies[tick][0], as_object(world_record(scenario)[0]))

    return make


@pytest.fixture(scope="session")
def practice(plain: Scenario, world: SimpleNamespace) -> Policy:
    """Return the policy of a firm that pulls no lever, in its usual state; nobody may change it."""
    return met(present_practice(plain), world)


@pytest.fixture
def luck() -> KeyedLuck:
    """Return the luck of customer 0 in tick 0 of seed 1."""
    return KeyedLuck(seed_key(1), 0, 0)


@pytest.fixture(scope="session")
def lucks() -> Callable[[int], list[KeyedLuck]]:
    """Return a function that gives the lucks of the first customers in tick 0 of seed 1."""
    return lambda count: [KeyedLuck(seed_key(1), customer, 0) for customer in range(count)]


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedLuck]:
    """Return the class of luck that is written down."""
    return ScriptedLuck


@pytest.fixture
def ledger() -> TickLedger:
    """Return an empty ledger."""
    return TickLedger()


@pytest.fixture(scope="session")
def new_log() -> type[ListLog]:
    """Return the class of log that keeps a list."""
    return ListLog


@pytest.fixture
def log() -> ListLog:
    """Return an empty log."""
    return ListLog()


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the first week."""
    return Clock(
        tick=0, start=0.0, end=168.0, last=math.nextafter(168.0, 0.0), years=7.0 / 365.0, discount=1.0
    )


@pytest.fixture(scope="session")
def clean_environment() -> dict[str, str]:
    """Return an environment in which a child process finds the project and nothing unusual."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    return kept | {"PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Debian's Chromium, for a module at a time: as long as it is open, an event loop runs here.

    Where it is missing its tests are left out, but in CI they fail: nothing passes there unseen.
    """
    from playwright.sync_api import sync_playwright

    if not os.path.exists(CHROMIUM):
        told = "install Debian's packages chromium and fonts-dejavu, or say where it is: CHROMIUM=/path"
        pytest.fail(told, pytrace=False) if os.environ.get("CI") else pytest.skip(told)
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    flags.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # no other machine is found
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()
