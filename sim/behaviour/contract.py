"""B13, with a contract: renewals, what binds, the price of a period, offers to those who give notice."""

from sim.behaviour.chance import NEVER, SAVED, TERM, Luck, falls_within, happens
from sim.behaviour.churn import exit_cause, hazard_ratio, leave
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import ACCEPTED, NOTHING, REFUSED, RENEWAL, SAVE_OFFER, TERM_TAKEN, Log, note
from sim.behaviour.money import earn, spend
from sim.behaviour.surroundings import (
    LEVER_FIXED_TERM,
    LEVER_PRICE,
    LEVER_SAVE_OFFER,
    Clock,
    TickLedger,
    World,
    expose,
)
from sim.world.policy import Policy


def renewal_hour(customer: CustomerState, hour: float, world: World) -> float:
    """Return the hour of the first renewal at or after `hour`; without a contract there is none.

    The start of the contract is no renewal. A renewal that falls on the border of two ticks
    belongs to the later one.
    """
    if world.contractual == 0:
        return NEVER
    period = 24.0 * world.customers_contract_period
    start = customer.contract_start
    number = max(int((hour - start) / period), 1)
    if start + number * period < hour:
        number += 1
    return float(start + number * period)


def pay_period(
    customer: CustomerState, share: float, policy: Policy, world: World, clock: Clock, ledger: TickLedger
) -> float:
    """Let a customer pay a period, or the share of it that is left, and return the sum.

    At the price level of the tick, less the customer's discount.
    """
    customer.usual_price = policy.price_level * (1.0 - customer.discount)
    if policy.price_level != 1.0:
        expose(customer, policy, LEVER_PRICE)
    return pay_as_usual(customer, share, world, clock, ledger)


def pay_as_usual(
    customer: CustomerState, share: float, world: World, clock: Clock, ledger: TickLedger
) -> float:
    """Let a customer pay a share of a period at the price level of the period before, and return the sum."""
    listed = customer.period_price * share
    paid = listed * customer.usual_price
    earn(customer, ledger, clock, paid, listed, world)
    return float(paid)


def renew_or_leave(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    renewal: int,
    exit_draw: float,
) -> None:
    """Renew the contract or leave; who is bound for longer only pays.

    Who gives notice may be offered a discount, and decides again with the same luck. Who stays may
    bind themselves for several periods for another discount.
    """
    if hour < customer.bound_until - 1.0:  # an hour covers what rounding leaves
        paid = pay_period(customer, 1.0, policy, world, clock, ledger)
        note(log, customer, hour, RENEWAL, NOTHING, 0.0, paid)
        return
    customer.discount = 0.0
    if policy.price_level != 1.0:  # who leaves over the price has met it too
        expose(customer, policy, LEVER_PRICE)
    force = customer.exit_force * customer.exit_likeness
    ratio = hazard_ratio(customer, policy, world)
    ledger.hazard += ratio
    ledger.decisions += 1
    if falls_within(exit_draw, force * ratio):
        if not happens(luck, SAVED, renewal, policy.save_reached):
            leave(customer, exit_cause(customer, policy, world), ratio, ledger, log, hour)
            return
        expose(customer, policy, LEVER_SAVE_OFFER)
        spend(customer, ledger, clock, policy.save_cost)
        ledger.save_offers += 1
        customer.discount = policy.save_discount
        eased = hazard_ratio(customer, policy, world)
        if falls_within(exit_draw, force * eased):
            note(log, customer, hour, SAVE_OFFER, REFUSED, policy.save_discount, 0.0)
            leave(customer, exit_cause(customer, policy, world), eased, ledger, log, hour)
            return
        ledger.saved += 1
        note(log, customer, hour, SAVE_OFFER, ACCEPTED, policy.save_discount, 0.0)
    elif policy.term_periods > 1 and happens(luck, TERM, renewal, policy.term_taken):
        customer.discount = policy.term_discount
        customer.bound_until = hour + 24.0 * world.customers_contract_period * policy.term_periods
        ledger.terms += 1
        expose(customer, policy, LEVER_FIXED_TERM)
        note(log, customer, hour, TERM_TAKEN, NOTHING, float(policy.term_periods), 0.0)
    paid = pay_period(customer, 1.0, policy, world, clock, ledger)
    note(log, customer, hour, RENEWAL, NOTHING, ratio, paid)
