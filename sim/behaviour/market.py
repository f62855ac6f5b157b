"""B15: how prospects become customers, and how those who left may come back.

Everybody who may ever be a customer exists from the start; joining is a change of state, so that
the same persons with the same luck are there under every strategy.
"""

import math

from sim.behaviour.chance import ARRIVES, RETURNS, Luck, exponential, halving, happens_within
from sim.behaviour.commitment import publicity
from sim.behaviour.contract import pay_period
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import (
    ACQUIRED,
    BY_ITSELF,
    LEFT_INVOLUNTARILY,
    NOTHING,
    REFERRED,
    RETURNED,
    Log,
    note,
)
from sim.behaviour.loyalty import leave_programme
from sim.behaviour.memory import forget
from sim.behaviour.money import spend
from sim.behaviour.surroundings import LEVER_ADVERTISING, LEVER_REFERRAL, Clock, TickLedger, World, expose
from sim.world.policy import Policy

STAYS, JOINS, FOLLOWS_A_FRIEND, COMES_BACK = 0, 1, 2, 3
"""What may come of settling: nothing, or in which way a person becomes a customer."""


def arrival_rate(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return the rate per year at which a prospect becomes a customer without being referred.

    It is proportional to the probability of choosing the firm after what was heard, and moved by
    advertising, public commitments as far as the firm is believed, the rating, rivals and the price.
    """
    log_rate = (
        world.market_promise * publicity(policy) * policy.belief
        + world.market_rating * (policy.rating - world.reference_rating)
        - world.market_rival_pull * policy.rival
        - world.market_price * customer.price_sensitivity * math.log(policy.price_level)
    )
    usual = customer.opinion / world.market_interest
    return float(world.market_arrival * usual * (1.0 + policy.advertising) * exponential(log_rate))


def has_to_settle(customer: CustomerState) -> bool:
    """Return whether there is anything to settle: `settle` does nothing for the others."""
    return customer.active == 0 or customer.opinion != customer.interest


def settle(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> None:
    """Close the tick for one person: opinions fade, and those outside may come in.

    Parameters
    ----------
    customer
        Any person: customer, prospect, or one who left.
    policy, world, luck, clock, ledger, log
        As everywhere in a tick.
    """
    way = decide(customer, policy, world, luck, clock, ledger)
    if way != STAYS:
        enter(customer, way, policy, world, clock, ledger, log)


def decide(
    customer: CustomerState, policy: Policy, world: World, luck: Luck, clock: Clock, ledger: TickLedger
) -> int:
    """Let a person's opinion fade, and those outside decide whether to come in.

    Returns
    -------
    int
        `STAYS`, or in which way the person now becomes a customer, for `enter`.
    """
    if customer.opinion != customer.interest:
        kept = halving(365.0 * clock.years, world.talk_half_life)
        customer.opinion = customer.interest + (customer.opinion - customer.interest) * kept
    if customer.prospect != 0:
        expose(customer, policy, LEVER_ADVERTISING)
        if policy.advertising_cost > 0.0:
            spend(customer, ledger, clock, policy.advertising_cost)
        if customer.referrer >= 0:
            return FOLLOWS_A_FRIEND
        if happens_within(luck, ARRIVES, 0, arrival_rate(customer, policy, world) * clock.years):
            return JOINS
    elif customer.active == 0 and world.market_return_rate > 0.0:
        rate = world.market_return_rate * customer.opinion / customer.interest
        if customer.left_cause != LEFT_INVOLUNTARILY and happens_within(luck, RETURNS, 0, rate * clock.years):
            return COMES_BACK
    return STAYS


def enter(
    customer: CustomerState,
    way: int,
    policy: Policy,
    world: World,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> None:
    """Make a person a customer in the way that was decided."""
    if way == COMES_BACK:
        come_back(customer, policy, world, clock, ledger, log)
    else:
        join(customer, REFERRED if way == FOLLOWS_A_FRIEND else BY_ITSELF, policy, world, clock, ledger, log)


def join(
    customer: CustomerState,
    origin: int,
    policy: Policy,
    world: World,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> None:
    """Make a prospect a customer at the end of the tick; who is referred costs the reward as well."""
    customer.prospect = 0
    customer.acquired_hour = clock.end
    customer.origin = origin
    cost = world.economics_acquisition_cost
    ledger.acquired += 1
    if origin == REFERRED:
        cost += policy.referral_reward
        ledger.acquired_by_referral += 1
        expose(customer, policy, LEVER_REFERRAL)
    spend(customer, ledger, clock, cost)
    note(log, customer, clock.last, ACQUIRED, origin, float(customer.referrer), 0.0)
    begin_relation(customer, policy, world, clock, ledger)


def come_back(
    customer: CustomerState, policy: Policy, world: World, clock: Clock, ledger: TickLedger, log: Log
) -> None:
    """Let one who left be a customer again, with the memory of then and no open case."""
    forget(customer, clock.end, world)
    customer.left_hour = -1.0
    customer.left_cause = NOTHING
    customer.first_due = -1.0
    customer.second_due = -1.0
    customer.shock = 0.0
    customer.habit = 0.0
    customer.goodwill = 0.0
    leave_programme(customer)
    ledger.returned += 1
    note(log, customer, clock.last, RETURNED, NOTHING, customer.opinion, 0.0)
    begin_relation(customer, policy, world, clock, ledger)


def begin_relation(
    customer: CustomerState, policy: Policy, world: World, clock: Clock, ledger: TickLedger
) -> None:
    """Start the relation: its time runs from now, and the first period of a contract is paid."""
    customer.active = 1
    customer.felt_hour = clock.end
    customer.contract_start = clock.end
    customer.bound_until = 0.0
    customer.discount = 0.0
    customer.usual_price = policy.price_level
    if world.contractual != 0:
        pay_period(customer, 1.0, policy, world, clock, ledger)
