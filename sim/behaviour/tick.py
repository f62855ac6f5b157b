"""The order of a tick: what a customer lives through, step by step.

`STEPS` names the steps in their order, for the user and for the model's description. Inside a
tick events have hours: orders, answers to complaints and renewals happen in time order, so an
answer after 2 hours and one after 24 differ at any length of the tick.
"""

from sim.behaviour import chance, events
from sim.behaviour.chance import Luck, draw, happens, waiting_time
from sim.behaviour.churn import exit_cause, exit_probability, hazard_ratio, order_pace
from sim.behaviour.commitment import (
    hear_announcements,
)
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import Log, note
from sim.behaviour.loyalty import HOURS_PER_YEAR, keep_programme, programme_pull, stake
from sim.behaviour.memory import forget
from sim.behaviour.money import earn, spend
from sim.behaviour.order import live_order
from sim.behaviour.recovery import NO_DRAW, answer_case
from sim.behaviour.surroundings import Clock, TickLedger, World
from sim.behaviour.survey import recommendation
from sim.world.policy import Policy

NEVER = 1e18

STEPS = (
    ("the firm's policy of the tick holds", "its levers, phases and learning, see sim.world.policy"),
    ("quiet time does its work", "memory, shock and apologies fade until each event (B3, B8)"),
    ("new commitments are announced", "expectations rise (B1, B5)"),
    ("the programme is kept", "points age and expire, tiers are reviewed (B11)"),
    ("orders, answers and renewals happen in time order", "each order: steps 6 to 12"),
    ("a time is promised for the order", "expectations rise (B1, B5)"),
    ("the service performs or fails", "delivery, quality, availability, contact"),
    ("the order is judged against expectations", "satisfaction (B2), then expectations learn (B1)"),
    ("promises are kept or broken", "trust (B4); automatic compensation (B5, B7)"),
    ("the customer speaks up or stays silent", "voice opens a case (B6)"),
    ("the satisfaction question is asked", "a share of orders (B17)"),
    ("the customer stays or leaves", "after an order, at once or when its case is judged (B13)"),
    ("cases are answered and judged", "response, apology, compensation, justice (B7, B8)"),
    ("contracts are renewed or not", "in a contractual relation (B13)"),
    ("the recommendation question is asked", "in waves (B17)"),
    ("the ledger is closed", "counts and money of the tick (B18)"),
)


def live_tick(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> None:
    """Let one active customer live one tick under the policy that holds for them.

    Parameters
    ----------
    customer
        Changed in place.
    policy
        What the firm does in this tick for this customer's group.
    world
        The scenario's numbers.
    luck
        The customer's luck in this tick.
    clock
        The time of the tick.
    ledger
        The counts of the tick for the customer's segment.
    log
        Where events of watched customers are noted.
    """
    ledger.customers += 1
    begin(customer, policy, world, clock, ledger, log)
    order = 0
    renewals = 0
    customer.pace = order_pace(customer, world) * programme_pull(customer, policy, world, clock.start)
    hourly = customer.order_rate * customer.pace / HOURS_PER_YEAR
    next_order = clock.start + waiting_time(luck, chance.ORDER_TIME, order, hourly)
    next_renewal = renewal_hour(clock.start, world)
    while customer.active != 0:
        next_case = customer.first_due if customer.first_due >= 0.0 else NEVER
        if min(next_order, next_case, next_renewal) >= clock.end:
            break
        exit_draw = NO_DRAW
        if next_renewal <= next_case and next_renewal <= next_order:
            hour = next_renewal
            forget(customer, hour, world)
            exit_draw = draw(luck, chance.RENEWAL, renewals)
            renewals += 1
            next_renewal = renewal_hour(hour + 1.0, world)
        elif next_case <= next_order:
            hour = next_case
            forget(customer, hour, world)
            exit_draw = answer_case(customer, policy, world, luck, clock, ledger, log, hour)
        else:
            hour = next_order
            forget(customer, hour, world)
            exit_draw = live_order(customer, policy, world, luck, clock, ledger, log, hour, order)
            order += 1
            next_order = hour + waiting_time(luck, chance.ORDER_TIME, order, hourly)
        if exit_draw >= 0.0:
            stay_or_leave(customer, policy, world, clock, ledger, log, hour, exit_draw)
    if customer.active != 0:
        end(customer, world, luck, clock, ledger, log)


def begin(
    customer: CustomerState, policy: Policy, world: World, clock: Clock, ledger: TickLedger, log: Log
) -> None:
    """Do what does not wait for an event: announcements, the programme, running cost."""
    hear_announcements(customer, policy, world, log, clock.start)
    if customer.member != 0 and policy.programme != 0:
        keep_programme(customer, policy, world, ledger, log, clock, clock.start)
    if policy.training_cost > 0.0:
        spend(customer, ledger, clock, policy.training_cost)
    if world.contractual != 0 and clock.tick == 0:
        earn(customer, ledger, clock, world.customers_contract_price, world)


def renewal_hour(hour: float, world: World) -> float:
    """Return the hour of the first renewal at or after `hour`; without a contract there is none.

    The contract begins at hour 0, which is no renewal. A renewal that falls on the border of two
    ticks belongs to the later one.
    """
    if world.contractual == 0:
        return NEVER
    period = 24.0 * world.customers_contract_period
    number = max(int(hour / period), 1)
    if number * period < hour:
        number += 1
    return float(number * period)


def stay_or_leave(
    customer: CustomerState,
    policy: Policy,
    world: World,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    exit_draw: float,
) -> None:
    """Decide with a draw whether the customer leaves; a contract that is renewed is paid."""
    held = stake(customer, policy) if customer.member != 0 and policy.programme != 0 else 0.0
    ratio = hazard_ratio(customer, held, world)
    per_order = ratio if world.contractual != 0 else ratio / customer.pace
    ledger.hazard += per_order
    ledger.decisions += 1
    if exit_draw < exit_probability(customer.exit_force, per_order):
        customer.active = 0
        customer.left_hour = hour
        customer.left_cause = exit_cause(customer)
        ledger.left += 1
        note(log, customer, hour, events.CHURN, customer.left_cause, ratio, 0.0)
        return
    if world.contractual != 0:
        earn(customer, ledger, clock, world.customers_contract_price, world)
        note(log, customer, hour, events.RENEWAL, events.NOTHING, ratio, world.customers_contract_price)


def end(
    customer: CustomerState, world: World, luck: Luck, clock: Clock, ledger: TickLedger, log: Log
) -> None:
    """Ask the recommendation question if a wave is due, and count how the customer is."""
    forget(customer, clock.end, world)
    if clock.wave != 0 and happens(luck, chance.SURVEYED, 0, world.survey_recommendation_share):
        answer = recommendation(customer, world, luck)
        ledger.asked += 1
        ledger.promoters += 1 if answer >= 9 else 0
        ledger.detractors += 1 if answer <= 6 else 0
        note(log, customer, clock.last, events.SURVEY_RECOMMENDATION, events.NOTHING, float(answer), 0.0)
    ledger.active += 1
    ledger.satisfaction += customer.satisfaction
    ledger.trust += customer.trust
    ledger.attachment += customer.attachment
