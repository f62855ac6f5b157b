"""Run one scenario under one strategy with one seed, and hold what came out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.engine.layout import KEPT_FIELDS
from sim.engine.own_tick import OwnTick
from sim.engine.population import People, create_population
from sim.engine.records import Records
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

    from sim.engine.hand_over.covariates import Covariates
    from sim.engine.hand_over.transactions import Unit

Engine = Literal["compiled", "mesa"]
ENGINES = ("compiled", "mesa")


@dataclass(frozen=True)
class Run:
    """What one run gave: a ledger per tick and segment, and the customers at the end.

    Parameters
    ----------
    scenario, strategy, seed, engine
        What was run.
    ledger
        Structured array (ticks, segments), see `sim.behaviour.surroundings.TickLedger`.
    population
        Structured array, one record per customer, in the order of ids.
    cases
        Structured array of the complaints that are open at the end, a record for each customer who has any.
    log
        Structured array of the events of those who were watched, None if nobody was.
    people
        What made the people.
    """

    scenario: Scenario
    strategy: Strategy
    seed: int
    engine: Engine | OwnTick
    ledger: Records = field(repr=False)
    population: Records = field(repr=False)
    cases: Records = field(repr=False)
    log: Records | None = field(repr=False, default=None)
    people: People = field(repr=False, default=create_population)

    def of_segment(self, name: str) -> "Run":
        """Return the part of the run that one segment lived, for its metrics.

        Raises
        ------
        ConfigurationError
            If the scenario has no such segment.
        """
        segments = list(self.scenario.customers.segments)
        if name not in segments:
            raise ConfigurationError("segment", f"unknown segment '{name}'", nearest(name, segments))
        place = segments.index(name)
        inside = self.population["segment"] == place
        cases = self.cases[inside[self.cases["customer"]]]
        cases["customer"] = (np.cumsum(inside) - 1)[cases["customer"]]
        return replace(
            self,
            ledger=self.ledger[:, place : place + 1],
            population=self.population[inside],
            cases=cases,
            log=None,
        )

    @cached_property
    def kpis(self) -> "pd.DataFrame":
        """Return counts, money and means per tick, one row a tick."""
        import pandas as pd

        from sim.engine.kpis import tick_kpis

        return pd.DataFrame(tick_kpis(self.ledger, self.scenario))

    @cached_property
    def customers(self) -> "pd.DataFrame":
        """Return everybody ever served as they are at the end, with the levers each has met.

        One row a customer, indexed by id, so that runs can be compared customer by customer;
        prospects who never joined are left out.
        """
        from sim.engine.tables import customers_frame

        return customers_frame(self.population, self.scenario)

    @cached_property
    def events(self) -> "pd.DataFrame":
        """Return every event in order; where the log was off, the same run is repeated with it on."""
        return self._logged("all")

    def story(self, customer: int) -> "pd.DataFrame":
        """Return the life of one customer, event by event.

        The whole run is repeated with the log on for this customer only.

        Raises
        ------
        ConfigurationError
            If there is no customer with this id.
        """
        return self.stories([customer])

    def stories(self, customers: Iterable[int]) -> "pd.DataFrame":
        """Return the lives of some customers in one table, in order of time within a tick."""
        wanted = list(customers)
        _check_ids(wanted, self.scenario.rows)
        return self._logged(wanted)

    def with_log(self) -> "Run":
        """Return the same run with the events of everybody logged."""
        return self._again("all")

    def to_transactions(self, start: "str | date" = "2024-01-01", *, opening: bool = True) -> "pd.DataFrame":
        """Return who paid when how much, as lifetimes and pymc-marketing read it.

        Parameters
        ----------
        start
            Day on which the run begins, in place of the simulation's hour 0; no time zone.
        opening
            Whether each customer has a first row for what made them one, at the start or on joining;
            without a contract such an order is not simulated, and its amount is the customer's usual price.

        Returns
        -------
        pandas.DataFrame
            Columns customer_id, date, amount, kind (see `sim.engine.hand_over.columns`), in order of time.

        Raises
        ------
        ConfigurationError
            If ``start`` is no date.
        """
        from sim.engine.hand_over.transactions import transactions

        return transactions(self, start, opening=opening)

    def to_rfm(self, unit: "Unit" = "day") -> "pd.DataFrame":
        """Return frequency, recency, age and spending per customer, to which BG/NBD models are fitted.

        What is bought on one day is one purchase, as those libraries have it.

        Parameters
        ----------
        unit
            Of recency and T: "day" or "week".

        Returns
        -------
        pandas.DataFrame
            Columns customer_id, frequency, recency, T, monetary_value, a row for everybody ever served.

        Raises
        ------
        ConfigurationError
            If customers have contracts, or there is no such unit.
        """
        from sim.engine.hand_over.transactions import rfm_summary

        return rfm_summary(self, unit)

    def to_survival(
        self,
        covariates: "Covariates" = "known",
        *,
        varying: bool = False,
        joined: bool = False,
        cause: bool = False,
    ) -> "pd.DataFrame":
        """Return how long customers stayed, as lifelines reads it.

        Who left and came back counts as still there.

        Parameters
        ----------
        covariates
            What was known of customers before the first tick: "known" to a firm, "all" that the simulation
            knows, or "none". Numbers only; columns in which all are alike are left out.
        varying
            Whether there is a row for every stretch of time between failures, complaints and broken
            promises, which are counted, as ``CoxTimeVaryingFitter`` reads it.
        joined
            Whether those who joined on the way are there too; their time counts from then.
        cause
            Whether there is a column that says why customers left; not in the long form.

        Returns
        -------
        pandas.DataFrame
            Columns duration and event, then cause and covariates, indexed by customer_id; with ``varying``
            columns customer_id, start, stop, event, counts, covariates (see `sim.engine.hand_over.columns`).

        Raises
        ------
        ConfigurationError
            If there is no such choice of covariates.
        """
        from sim.engine.hand_over.survival import survival, survival_long

        if varying:
            return survival_long(self, covariates, joined=joined)
        return survival(self, covariates, joined=joined, cause=cause)

    def to_uplift(self, against: "Run | None" = None, covariates: "Covariates" = "known") -> "pd.DataFrame":
        """Return treatment, outcomes and covariates of the customers at the start, as causalml reads them.

        Of a pilot, who was treated is read off the run itself; customers who could not be drawn are left
        out. Of two paired worlds each customer has two rows: the outcome without the treatment and with it.

        Parameters
        ----------
        against
            The world without the treatment, of the same scenario and seed; None for a pilot, a strategy
            for a share of the customers.
        covariates
            As for `to_survival`.

        Returns
        -------
        pandas.DataFrame
            Columns treatment ("control" or the strategy's name), treated, propensity (where it is known),
            reached, the outcomes (`sim.engine.hand_over.uplift.OUTCOMES`) and covariates, indexed by
            customer_id (see `sim.engine.hand_over.columns`).

        Raises
        ------
        ConfigurationError
            If the strategy treats all or nobody and there is no other run, or that is of other customers.
        """
        from sim.engine.hand_over.uplift import uplift

        return uplift(self, against, covariates)

    def _logged(self, watch: "Iterable[int] | str") -> "pd.DataFrame":
        from sim.engine.tables import events_frame

        log = self.log if self.log is not None and watch == "all" else self._again(watch).log
        assert log is not None
        return events_frame(log, self.scenario)

    def _again(self, watch: "Iterable[int] | str") -> "Run":
        return simulate(self.scenario, self.strategy, self.seed, self.engine, watch=watch, people=self.people)


def simulate(
    scenario: Scenario,
    strategy: Strategy,
    seed: int = 1,
    engine: Engine | OwnTick = "compiled",
    *,
    watch: "Iterable[int] | str | None" = None,
    people: People = create_population,
) -> Run:
    """Run one scenario under one strategy with one seed.

    Parameters
    ----------
    scenario, strategy
        What to run.
    seed
        Any whole number; the same seed gives every strategy the same customers and luck.
    engine
        "compiled" (fast) or "mesa" (open to inspection); both give the same numbers. Or a tick of one's
        own, see `sim.compile_tick`.
    watch
        Ids of customers whose events are logged, "all", or None.
    people
        What makes the people, if they are not to be drawn as the scenario says.

    Returns
    -------
    Run
        The ledger, the customers at the end and the log.

    Raises
    ------
    ConfigurationError
        If the strategy cannot be carried out in the scenario or the engine is unknown.
    """
    if isinstance(engine, OwnTick):
        return _simulate_own(scenario, strategy, seed, engine, watch, people)
    if engine not in ENGINES:
        raise ConfigurationError("engine", f"unknown engine '{engine}'", nearest(engine, ENGINES))
    if engine == "mesa":
        return _simulate_mesa(scenario, strategy, seed, watch, people)
    return simulate_each(scenario, [strategy], seed, watch=watch, people=people)[0]


def simulate_each(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    seed: int = 1,
    *,
    watch: "Iterable[int] | str | None" = None,
    people: People = create_population,
    keep: Sequence[str] | None = None,
) -> list[Run]:
    """Run strategies on the same customers with the same luck, on the compiled engine.

    Where customers do not affect each other, strategies share the life of each customer up to where
    they first differ for this customer. The results are those of separate runs, to the bit.

    Parameters
    ----------
    scenario, strategies, seed, watch, people
        As for `simulate`.
    keep
        Fields of the customers that are wanted at the end, None for all. Others may be missing then, and
        with them `Run.customers`.

    Raises
    ------
    ConfigurationError
        If a strategy cannot be carried out in the scenario, or a customer has no such field.
    """
    from sim.engine.lives import run_lives

    for strategy in strategies:
        check_compatible(scenario, strategy)
    for name in keep or ():
        if name not in KEPT_FIELDS:
            raise ConfigurationError("keep", f"a customer has no field '{name}'", nearest(name, KEPT_FIELDS))
    if not strategies:
        return []
    found = run_lives(scenario, strategies, seed, watch=watch, people=people, keep=keep)
    return [
        Run(scenario, strategy, seed, "compiled", *lives, people)
        for strategy, lives in zip(strategies, found, strict=True)
    ]


def _simulate_own(
    scenario: Scenario,
    strategy: Strategy,
    seed: int,
    engine: OwnTick,
    watch: "Iterable[int] | str | None",
    people: People,
) -> Run:
    if engine.kernel is None:
        return _simulate_mesa(scenario, strategy, seed, watch, people, engine)
    from sim.engine.lives import run_lives

    check_compatible(scenario, strategy)
    lives = run_lives(scenario, [strategy], seed, watch=watch, people=people, kernel=engine.kernel)[0]
    return Run(scenario, strategy, seed, engine, *lives, people)


def _simulate_mesa(
    scenario: Scenario,
    strategy: Strategy,
    seed: int,
    watch: "Iterable[int] | str | None",
    people: People,
    own: OwnTick | None = None,
) -> Run:
    from sim.behaviour.tick import live_tick
    from sim.engine.agents import RetentionModel
    from sim.engine.records import EVENT_TYPE

    tick = live_tick if own is None else own.rule
    model = RetentionModel(scenario, strategy, seed, watch=watch, people=people, tick=tick)
    for _ in range(model.ticks):
        model.step()
    log = None if watch is None else np.array(model.log.rows, dtype=EVENT_TYPE)
    found = (model.ledger, model.population(), model.cases(), log)
    return Run(scenario, strategy, seed, own or "mesa", *found, people)


def _check_ids(customers: list[int], count: int) -> None:
    for customer in customers:
        if not 0 <= customer < count:
            raise ConfigurationError(
                "customer", f"there is no customer {customer}", f"valid: 0 to {count - 1}"
            )
