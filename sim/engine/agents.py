"""The Mesa engine: customers as agents, to watch, to step, to subclass.

It runs the same rules on the same luck as the compiled engine and gives the same numbers to the
last bit; it is some hundred times slower, and open to change: subclass `Customer`, override
`before_tick`, `after_tick` or `step`, and hand the class to `RetentionModel`.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from types import SimpleNamespace
from typing import cast

import mesa
import numpy as np

from sim.behaviour.cases import open_cases
from sim.behaviour.customer import CustomerState
from sim.behaviour.firm import Firm, close_tick, count_other_state, count_state, hold
from sim.behaviour.market import has_to_settle, settle
from sim.behaviour.surroundings import Clock, TickLedger
from sim.behaviour.talk import fall_silent, listen, says_something
from sim.behaviour.tick import live_tick
from sim.engine.layout import CASE_FIELDS, CASES_TYPE, CUSTOMER_TYPE, OPEN_TYPE
from sim.engine.layout import open_cases as as_open_cases
from sim.engine.ledger import CHUNK, add_part, as_floats, empty_ledger, ledger_sum
from sim.engine.luck import FIRM, KeyedLuck, seed_key
from sim.engine.network import build_network
from sim.engine.population import People, create_population, mark_watched
from sim.engine.prepared import prepared
from sim.engine.records import LEDGER_FIELDS, Records, as_object
from sim.engine.turns import DECIDE, HEAR, LIVE, STEPS, order_of_turns
from sim.world.compatibility import check_compatible
from sim.world.policy import Policy
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

DEFAULTS = {item.name: item.default for item in fields(CustomerState)}


class EventLog:
    """The events of watched customers, in the order in which they happened."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, float, int, int, float, float]] = []

    def note(self, customer: int, hour: float, event: int, detail: int, value: float, money: float) -> None:
        """Append one event."""
        self.rows.append((customer, hour, event, detail, value, money))


class Customer(CustomerState, mesa.Agent):
    """A customer as a Mesa agent; its state are the plain attributes of `CustomerState`.

    Parameters
    ----------
    model
        The model it lives in.
    state
        Values of the attributes, by name.
    row
        Place among all people, which says whom it hears.
    """

    model: "RetentionModel"

    def __init__(self, model: "RetentionModel", state: dict[str, float | int], row: int) -> None:
        mesa.Agent.__init__(self, model)
        self.row = row
        for name, value in state.items():
            setattr(self, name, value)

    def before_tick(self) -> None:
        """Do something before the tick is lived; a hook for subclasses."""

    def after_tick(self) -> None:
        """Do something after the tick has been lived; a hook for subclasses."""

    def step(self) -> None:
        """Live one tick by the rules of the model, unless the customer has left."""
        if self.active == 0:
            return
        model = self.model
        self.before_tick()
        policy, luck, ledger = model.policy_of(self), model.luck_of(self), model.ledger_of(self)
        model.live_tick(self, policy, model.numbers, luck, model.clock, ledger, model.log)
        self.after_tick()

    def hear(self) -> None:
        """Hear what neighbours have said."""
        model = self.model
        neighbours = model.neighbours_of(self)
        luck, ledger = model.luck_of(self), model.ledger_of(self)
        for place, neighbour in enumerate(neighbours):
            if says_something(neighbour):
                listen(self, neighbour, place, model.numbers, luck, model.clock, ledger, model.log)

    def settle(self) -> None:
        """Close the tick, for those who have anything to settle: a prospect decides whether to come in."""
        model = self.model
        policy, luck, ledger = model.policy_of(self), model.luck_of(self), model.ledger_of(self)
        settle(self, policy, model.numbers, luck, model.clock, ledger, model.log)


class RetentionModel(mesa.Model):
    """A firm's customers under one strategy, as a Mesa model.

    Customers live their ticks in the order of their ids, or one after the other in a random order, as
    the scenario says in `time.activation`. One who has left stays among the agents with
    ``active`` 0; to make one leave, set that, for removing an agent from Mesa's set does not.

    Parameters
    ----------
    scenario
        The world.
    strategy
        What the firm does in it.
    seed
        Seed of the keyed luck; the model's own generators are not used by any rule.
    customer_class
        `Customer` or a subclass.
    watch
        Ids of customers whose events are logged; None for none, "all" for all.
    people
        What makes the people, if they are not to be drawn as the scenario says.
    tick
        How a customer lives a tick: a function of what `sim.behaviour.tick.live_tick` takes.

    Examples
    --------
    >>> import sim
    >>> from sim.engine.agents import RetentionModel
    >>> scenario = sim.load_scenario("courier").replace({"customers.count": 50})
    >>> model = RetentionModel(scenario, sim.load_strategies(["baseline"], scenario)[0], seed=1)
    >>> model.step()
    >>> len(model.datacollector.get_model_vars_dataframe())
    1
    """

    def __init__(
        self,
        scenario: Scenario,
        strategy: Strategy,
        seed: int = 1,
        customer_class: type[Customer] = Customer,
        watch: "Iterable[int] | str | None" = None,
        people: People = create_population,
        tick: Callable[..., None] = live_tick,
    ) -> None:
        check_compatible(scenario, strategy)
        super().__init__(rng=seed)
        self.world = scenario
        self.strategy = strategy
        self.seed_of_luck = seed
        self.run_key = seed_key(seed)
        self.tick = 0
        self.live_tick = tick
        setting = prepared(scenario, strategy)
        scenario, plan = setting.scenario, setting.plan
        self._policies = [[cast(Policy, as_object(record)) for record in row] for row in setting.policies]
        self._clocks = [cast(Clock, as_object(record)) for record in setting.clocks]
        self.numbers: SimpleNamespace = as_object(setting.world[0])
        self.firms = [cast(Firm, as_object(record)) for record in setting.firms]
        self.log = EventLog()
        segments = len(scenario.customers.segments)
        self.part = TickLedger()
        self.ledger = empty_ledger(scenario.time.ticks, segments)
        self.active = [0] * len(self.firms)
        self.activation = scenario.time.activation
        population = people(scenario, plan, seed)
        self.neighbours = build_network(scenario.network, population["segment"], seed)
        mark_watched(population, watch)
        names = population.dtype.names or ()
        self.customers = [
            customer_class(self, DEFAULTS | dict(zip(names, state, strict=True)), row)
            for row, state in enumerate(population.tolist())
        ]
        totals = ("active", "orders", "complaints", "left", "revenue", "cost", "value")
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(_total, name) for name in totals}
            | {"mean_satisfaction": partial(_mean, "satisfaction"), "mean_trust": partial(_mean, "trust")}
        )

    @property
    def clock(self) -> Clock:
        """Return the clock of the tick that is lived."""
        return self._clocks[self.tick]

    @property
    def ticks(self) -> int:
        """Return how many ticks the scenario lasts."""
        return len(self._clocks)

    def luck_of(self, customer: CustomerState) -> KeyedLuck:
        """Return a customer's luck in this tick."""
        return KeyedLuck(self.run_key, customer.id, self.tick)

    def ledger_of(self, customer: CustomerState) -> TickLedger:
        """Return where a customer counts what happens in the present step."""
        return self.part

    def neighbours_of(self, customer: Customer) -> list[Customer]:
        """Return those whom a customer hears."""
        offsets, targets = self.neighbours.offsets, self.neighbours.targets
        return [self.customers[row] for row in targets[offsets[customer.row] : offsets[customer.row + 1]]]

    def policy_of(self, customer: CustomerState) -> Policy:
        """Return the policy that holds for a customer in this tick."""
        return self._policies[self.tick][customer.group]

    def step(self) -> None:
        """Live one tick, everybody at their turn, sums chunk by chunk; then collect.

        Either every customer lives the tick, then what was said is heard, then prospects decide; or
        each does all of it in turn, see `sim.engine.turns`. At last the firm's state moves.

        Raises
        ------
        RuntimeError
            If the horizon of the scenario is over.
        """
        if self.tick >= self.ticks:
            raise RuntimeError(f"the horizon of '{self.world.name}' ends after {self.ticks} ticks")
        for policy, firm in zip(self._policies[self.tick], self.firms, strict=True):
            hold(policy, firm, self.numbers)
        self.active = [0] * len(self.firms)
        order = order_of_turns(self.activation, self.run_key, len(self.customers), self.tick).tolist()
        for step in STEPS[self.activation]:
            self._pass(step, order)
        places = len(self.firms) // self.ledger.shape[1]
        policies = self._policies[self.tick]
        for group, policy in enumerate(policies):
            segment = group // places
            if group == segment * places:
                count_state(self._row(segment), policy)
            else:
                usual = policies[segment * places]
                count_other_state(self._row(segment), policy, usual, float(self.active[group]))
        total = ledger_sum(self.ledger[self.tick])
        luck = KeyedLuck(self.run_key, FIRM, self.tick)
        for policy, firm in zip(self._policies[self.tick], self.firms, strict=True):
            close_tick(firm, policy, total, self.numbers, luck, self.clock)
        self.datacollector.collect(self)
        self.tick += 1
        self.running = self.tick < self.ticks

    def _pass(self, step: int, order: list[int]) -> None:
        """Let everybody do one step of the tick, in this order, and add up what is counted."""
        segments = self.ledger.shape[1]
        passed = np.zeros((segments, len(LEDGER_FIELDS)))
        for start in range(0, len(order), CHUNK):
            sums = [[0.0] * len(LEDGER_FIELDS) for _ in range(segments)]
            for row in order[start : start + CHUNK]:
                customer = self.customers[row]
                mine = sums[customer.segment]
                if step & HEAR:
                    self._count(customer.hear, mine)
                if step & LIVE:
                    fall_silent(customer)
                    self._count(customer.step, mine)
                    self.active[customer.group] += customer.active
                if step & DECIDE and has_to_settle(customer):
                    self._count(customer.settle, mine)
            passed += np.array(sums)
        as_floats(self.ledger)[self.tick] += passed

    def _count(self, act: Callable[[], None], sums: list[float]) -> None:
        """Let a customer act, and add what it counted to the sums of its segment."""
        self.part = TickLedger()
        act()
        add_part(sums, self.part)

    def _row(self, segment: int) -> TickLedger:
        """Return the ledger of a segment in the present tick, to count in."""
        return cast(TickLedger, self.ledger[self.tick, segment].view(np.recarray))

    def population(self) -> Records:
        """Return what all customers keep from tick to tick as records, in the order of their ids."""
        kept = np.zeros(len(self.customers), dtype=CUSTOMER_TYPE)
        for name in CUSTOMER_TYPE.names or ():
            kept[name] = [getattr(customer, name) for customer in self.customers]
        return kept

    def cases(self) -> Records:
        """Return the open cases, a record for each customer who has any."""
        rows = [row for row, customer in enumerate(self.customers) if open_cases(customer) > 0]
        found = [tuple(getattr(self.customers[row], name) for name in CASE_FIELDS) for row in rows]
        if not found:
            return np.empty(0, dtype=OPEN_TYPE)
        return as_open_cases(np.array(rows), np.array(found, dtype=CASES_TYPE))


def _total(name: str, model: RetentionModel) -> float:
    return float(model.ledger[name][model.tick].sum())


def _mean(name: str, model: RetentionModel) -> float:
    now = model.ledger[model.tick]
    return float(now[name].sum() / max(now["active"].sum(), 1.0))
