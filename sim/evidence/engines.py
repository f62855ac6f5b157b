"""Show that the two engines are one model: the same ledger, customers and events, bit for bit."""

from dataclasses import dataclass

import numpy as np

from sim.behaviour import events
from sim.engine.simulation import Run, simulate
from sim.world.library import load_scenario, load_strategies, scenarios, strategy_names
from sim.world.mechanisms import NEVER
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
        plain.population.tobytes() == compiled.population.tobytes()
        and plain.cases.tobytes() == compiled.cases.tobytes(),
        _bytes(plain) == _bytes(compiled),
        len(compiled.log) if compiled.log is not None else 0,
        frozenset(np.unique(compiled.log["event"]).tolist()) if compiled.log is not None else frozenset(),
    )


def possible_events(scenario: Scenario, strategy: Strategy) -> frozenset[int]:
    """Return the types of event that can occur in a scenario under a strategy, from its settings."""
    scenario = scenario.effective()
    service, survey = scenario.service, scenario.survey
    quoted = service.delivery.quote_publicity > 0
    promised = any(vars(strategy.commitments).values())
    loyalty = strategy.loyalty
    joins = loyalty is not None and scenario.behaviour.programme.join_base > NEVER
    tiers = joins and loyalty is not None and len(loyalty.tiers) > 0
    possible = {
        events.PURCHASE: True,
        events.PROMISE_MADE: quoted or promised,
        events.PROMISE_KEPT: quoted or promised,
        events.PROMISE_BROKEN: quoted or promised,
        events.JOINED: joins,
        events.POINTS_EARNED: joins,
        events.POINTS_REDEEMED: joins,
        events.POINTS_EXPIRED: joins and loyalty is not None and loyalty.expiry is not None,
        events.TIER_UP: tiers,
        # A tier earned in a member's first year can be lost at the end of the second at the soonest.
        events.TIER_DOWN: tiers and scenario.time.horizon > 2,
        events.SURVEY_SATISFACTION: survey.order_share > 0,
        events.SURVEY_RECOMMENDATION: survey.recommendation_share > 0,
        events.CHURN: True,
    }
    for part in (_trouble, _outreach, _contract):
        possible |= part(scenario, strategy)
    possible |= _talk(scenario)
    return frozenset(event for event, can in possible.items() if can)


def _trouble(scenario: Scenario, strategy: Strategy) -> dict[int, bool]:
    """Return which events can follow from a failure or be claimed without one."""
    service, support, recovery = scenario.service, scenario.support, strategy.recovery
    commitments = [item for item in vars(strategy.commitments).values() if item is not None]
    failing = (service.core, service.encounter, service.unavailable, service.billing)
    fails = bool(commitments) or service.delivery.quote_publicity > 0
    fails = fails or any(failure.rate > 0 for failure in failing) or service.incident.share > 0
    complains = fails and scenario.behaviour.voice.base > NEVER
    apology = support.apology if recovery.apology is None else recovery.apology
    compensation = support.compensation if recovery.compensation is None else recovery.compensation
    at_once = any(item.payout > 0 and item.automatic for item in commitments)
    pays = any(item.payout > 0 for item in commitments)
    # Without a cause one can claim what is paid on complaints, or for a delivery or a quality in doubt.
    doubtful = (strategy.commitments.delivery, strategy.commitments.quality)
    claimed = any(item is not None and item.payout > 0 and not item.automatic for item in doubtful)
    claims = scenario.customers.opportunists > 0 and scenario.behaviour.commitment.claims > 0
    claims = claims and (claimed or compensation > 0)
    return {
        events.FAILURE: fails,
        events.COMPLAINT: complains,
        events.SILENCE: fails,
        events.RESPONSE: complains and support.unanswered < 1,
        events.APOLOGY: complains and apology > 0,
        events.COMPENSATION: claims or (fails and at_once) or (complains and (compensation > 0 or pays)),
        events.RESOLVED: complains and support.first_contact > 0,
        events.REOPENED: complains and support.first_contact < 1,
        events.ABANDONED: complains and (support.unanswered > 0 or support.first_contact < 1),
        events.SURVEY_EFFORT: complains and scenario.survey.order_share > 0,
        events.CLAIM: claims,
    }


def _outreach(scenario: Scenario, strategy: Strategy) -> dict[int, bool]:
    """Return which events can come from the firm unasked."""
    notice, messages, contact = strategy.notice, strategy.personalisation, strategy.retention_contact
    dated = scenario.service.delivery.quote_publicity > 0 or strategy.commitments.delivery is not None
    told = notice is not None and notice.foreseen + notice.false_alarms > 0
    reached = messages is not None and messages.messages > 0
    return {
        events.DELAY_NOTICE: told and dated,
        events.MESSAGE: reached,
        events.UNSUBSCRIBED: reached and scenario.behaviour.outreach.unsubscribe > NEVER,
        events.RETENTION_CONTACT: contact is not None and contact.contacts > 0,
    }


def _contract(scenario: Scenario, strategy: Strategy) -> dict[int, bool]:
    """Return which events can happen to a contract, or to the payment of one."""
    customers, save, term = scenario.customers, strategy.save_offer, strategy.fixed_term
    ends = customers.contract.staggered or customers.contract.period < 365.0 * scenario.time.horizon
    renews = customers.relation == "contractual" and ends
    reminder = strategy.payment_reminder
    fails = customers.involuntary > 0 and customers.failed_payments > 0
    return {
        events.RENEWAL: renews,
        events.SAVE_OFFER: renews and save is not None and save.reached > 0,
        events.TERM_TAKEN: renews and term is not None and term.taken > 0,
        events.PAYMENT_RESCUED: fails and reminder is not None and reminder.rescued > 0,
    }


def _talk(scenario: Scenario) -> dict[int, bool]:
    """Return which events can pass between people, or bring them to the firm."""
    talk, market = scenario.behaviour.talk, scenario.market
    praised, warned = talk.good > 0, talk.bad > 0
    meet = scenario.network.kind != "none"
    referred = meet and talk.referral > 0 and talk.referral_taken > 0
    return {
        events.TOLD: praised or warned,
        events.HEARD: meet and ((praised and talk.good_heard > 0) or (warned and talk.bad_heard > 0)),
        events.REVIEW: talk.review + talk.review_extreme > 0,
        events.REFERRAL: talk.referral > 0,
        events.ACQUIRED: scenario.rows > scenario.customers.count and (market.arrival > 0 or referred),
        events.RETURNED: market.return_rate > 0,
    }


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
