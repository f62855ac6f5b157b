"""The Mesa engine: customers as agents, to watch, to step, to subclass.

It runs the same rules on the same luck as the compiled engine and gives the same numbers to the
last bit; it is some hundred times slower, and open to change: subclass `Customer`, override
`before_tick`, `after_tick` or `step`, and hand the class to `RetentionModel`.
"""

from collections.abc import Iterable
from dataclasses import fields
from functools import partial
from types import SimpleNamespace
from typing import cast

import mesa
import numpy as np

from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import Clock, TickLedger
from sim.behaviour.tick import live_tick
from sim.engine.ledger import CHUNK, add_chunk, as_floats, empty_ledger
from sim.engine.luck import KeyedLuck, seed_key
from sim.engine.population import create_population, mark_watched
from sim.engine.records import CUSTOMER_TYPE, Records, as_object, clock_records, world_record
from sim.world.compatibility import check_compatible
from sim.world.policy import Policy, timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

STATE_FIELDS = tuple(item.name for item in fields(CustomerState))


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
    """

    model: "RetentionModel"

    def __init__(self, model: "RetentionModel", state: dict[str, float | int]) -> None:
        mesa.Agent.__init__(self, model)
        for name, value in state.items():
            setattr(self, name, value)

    def before_tick(self) -> None:
        """Do something before the tick is lived; a hook for subclasses."""

    def after_tick(self) -> None:
        """Do something after the tick has been lived; a hook for subclasses."""

    def step(self) -> None:
        """Live one tick by the rules of `sim.behaviour.tick`, unless the customer has left."""
        if self.active == 0:
            return
        model = self.model
        self.before_tick()
        live_tick(
            self,
            model.policy_of(self),
            model.numbers,
            KeyedLuck(model.run_key, self.id, model.tick),
            model.clock,
            model.chunk_ledger[self.segment],
            model.log,
        )
        self.after_tick()


class RetentionModel(mesa.Model):
    """A firm's customers under one strategy, as a Mesa model.

    Customers live their ticks in the order of their ids. One who has left stays among the agents with
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
    ) -> None:
        check_compatible(scenario, strategy)
        super().__init__(rng=seed)
        self.world = scenario
        scenario = scenario.effective()
        self.strategy = strategy
        self.seed_of_luck = seed
        self.run_key = seed_key(seed)
        self.tick = 0
        plan = timeline(scenario, strategy)
        self._policies = plan.policies
        self._clocks = [cast(Clock, as_object(record)) for record in clock_records(scenario)]
        self.numbers: SimpleNamespace = as_object(world_record(scenario)[0])
        self.log = EventLog()
        segments = len(scenario.customers.segments)
        self.chunk_ledger = [TickLedger() for _ in range(segments)]
        self.ledger = empty_ledger(scenario.time.ticks, segments)
        population = create_population(scenario, plan, seed)
        mark_watched(population, watch)
        self.customers = [
            customer_class(self, dict(zip(STATE_FIELDS, row, strict=True))) for row in population.tolist()
        ]
        names = ("active", "orders", "complaints", "left", "revenue", "cost", "value")
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(_total, name) for name in names}
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

    def policy_of(self, customer: CustomerState) -> Policy:
        """Return the policy that holds for a customer in this tick."""
        return self._policies[self.tick][customer.group]

    def step(self) -> None:
        """Live one tick: every customer in order, sums chunk by chunk, then collect.

        Raises
        ------
        RuntimeError
            If the horizon of the scenario is over.
        """
        if self.tick >= self.ticks:
            raise RuntimeError(f"the horizon of '{self.world.name}' ends after {self.ticks} ticks")
        totals = as_floats(self.ledger)[self.tick]
        for start in range(0, len(self.customers), CHUNK):
            for segment in range(len(self.chunk_ledger)):
                self.chunk_ledger[segment] = TickLedger()
            for customer in self.customers[start : start + CHUNK]:
                customer.step()
            add_chunk(totals, self.chunk_ledger)
        self.datacollector.collect(self)
        self.tick += 1
        self.running = self.tick < self.ticks

    def population(self) -> Records:
        """Return the state of all customers as records, in the order of their ids."""
        rows = [tuple(getattr(customer, name) for name in STATE_FIELDS) for customer in self.customers]
        return np.array(rows, dtype=CUSTOMER_TYPE)


def _total(name: str, model: RetentionModel) -> float:
    return float(model.ledger[name][model.tick].sum())


def _mean(name: str, model: RetentionModel) -> float:
    now = model.ledger[model.tick]
    return float(now[name].sum() / max(now["active"].sum(), 1.0))
