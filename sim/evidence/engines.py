"""Show that the two engines are one model: the same ledger, customers and events, bit for bit."""

from dataclasses import dataclass

import numpy as np

from sim.behaviour import events
from sim.engine.simulation import Run, simulate
from sim.world.library import load_scenario, load_strategies, scenarios, strategy_names
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

ORDERS = 100  # that a check should see at the least
MOST = 2000  # customers that the Mesa engine is asked for to get there


@dataclass(frozen=True)
class EngineCheck:
    """What came out when both engines ran the same.

    Parameters
    ----------
    scenario, strategy, customers, ticks, seed
        What was run.
    same_ledger, same_customers, same_events
        Whether the bytes are equal.
    logged
        Number of events.
    seen
        Codes of the types of event that occurred.
    """

    scenario: str
    strategy: str
    customers: int
    ticks: int
    seed: int
    same_ledger: bool
    same_customers: bool
    same_events: bool
    logged: int
    seen: frozenset[int]

    @property
    def passed(self) -> bool:
        """Return whether everything is equal."""
        return self.same_ledger and self.same_customers and self.same_events


def check_engines(scenario: Scenario, strategy: Strategy, seed: int = 1) -> EngineCheck:
    """Run a scenario under a strategy in both engines, every event logged, and compare the bytes."""
    plain = simulate(scenario, strategy, seed, "mesa", watch="all")
    compiled = simulate(scenario, strategy, seed, "compiled", watch="all")
    return EngineCheck(
        scenario.name,
        strategy.name,
        scenario.customers.count,
        scenario.time.ticks,
        seed,
        plain.ledger.tobytes() == compiled.ledger.tobytes(),
        plain.population.tobytes() == compiled.population.tobytes(),
        _bytes(plain) == _bytes(compiled),
        len(compiled.log) if compiled.log is not None else 0,
        frozenset(np.unique(compiled.log["event"]).tolist()) if compiled.log is not None else frozenset(),
    )


def possible_events(scenario: Scenario, strategy: Strategy) -> frozenset[int]:
    """Return the types of event that can occur in a scenario under a strategy, from its settings."""
    service, support = scenario.service, scenario.support
    quoted = service.delivery.quote_publicity > 0
    promised = any(vars(strategy.commitments).values())
    failing = (service.core, service.encounter, service.unavailable, service.billing)
    fails = quoted or promised or any(failure.rate > 0 for failure in failing)
    loyalty, recovery = strategy.loyalty, strategy.recovery
    pays = any(item is not None and item.payout > 0 for item in vars(strategy.commitments).values())
    apology = support.apology if recovery.apology is None else recovery.apology
    compensation = support.compensation if recovery.compensation is None else recovery.compensation
    possible = {
        events.PURCHASE: True,
        events.PROMISE_MADE: quoted or promised,
        events.PROMISE_KEPT: quoted or promised,
        events.PROMISE_BROKEN: quoted or promised,
        events.FAILURE: fails,
        events.COMPLAINT: fails,
        events.SILENCE: fails,
        events.RESPONSE: fails and support.unanswered < 1,
        events.APOLOGY: fails and apology > 0,
        events.COMPENSATION: fails and (compensation > 0 or pays),
        events.RESOLVED: fails and support.first_contact > 0,
        events.REOPENED: fails and support.first_contact < 1,
        events.ABANDONED: fails and (support.unanswered > 0 or support.first_contact < 1),
        events.JOINED: loyalty is not None,
        events.POINTS_EARNED: loyalty is not None,
        events.POINTS_REDEEMED: loyalty is not None,
        events.POINTS_EXPIRED: loyalty is not None and loyalty.expiry is not None,
        events.TIER_UP: loyalty is not None and len(loyalty.tiers) > 0,
        # A tier earned in a member's first year can be lost at the end of the second at the soonest.
        events.TIER_DOWN: loyalty is not None and len(loyalty.tiers) > 0 and scenario.time.horizon > 2,
        events.SURVEY_SATISFACTION: scenario.survey.order_share > 0,
        events.SURVEY_RECOMMENDATION: scenario.survey.recommendation_share > 0,
        events.RENEWAL: scenario.customers.relation == "contractual",
        events.CHURN: True,
    }
    return frozenset(event for event, can in possible.items() if can)


def peopled(name: str, customers: int) -> Scenario:
    """Load a scenario with this many customers, or more where orders are so rare that little would happen."""
    scenario = load_scenario(name)
    orders = scenario.customers.orders.mean * scenario.time.horizon
    return scenario.replace({"customers.count": max(customers, min(round(ORDERS / orders), MOST))})


def report_engines(customers: int = 150, seed: int = 1) -> bool:
    """Print the check of every shipped scenario and strategy; return whether all are equal."""
    passed = True
    print(f"{'scenario':<12} {'strategy':<16} {'ledger':<7} {'customers':<10} {'events':<7} {'logged':>8}")
    for name in scenarios():
        scenario = peopled(name, customers)
        seen: set[int] = set()
        possible: set[int] = set()
        for strategy in load_strategies(strategy_names(scenario), scenario):
            check = check_engines(scenario, strategy, seed)
            seen |= check.seen
            possible |= possible_events(scenario, strategy)
            passed = passed and check.passed
            marks = [
                "equal" if same else "DIFFER"
                for same in (check.same_ledger, check.same_customers, check.same_events)
            ]
            same = f"{marks[0]:<7} {marks[1]:<10} {marks[2]:<7}"
            print(f"{name:<12} {strategy.name:<16} {same} {check.logged:>8,}", flush=True)
        missing = ", ".join(events.EVENT_NAMES[code] for code in sorted(possible - seen))
        print(
            f"{name:<12} types of event seen: {len(seen)} of {len(possible)} possible"
            + (f"; not seen: {missing}" if missing else "")
        )
    print("both engines give the same bits" if passed else "the engines DIFFER")
    return passed


def _bytes(run: Run) -> bytes:
    return run.log.tobytes() if run.log is not None else b""
