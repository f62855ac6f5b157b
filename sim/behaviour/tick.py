"""The order of a tick: what a customer lives through, step by step.

`STEPS` names the steps in their order, for the user and for the model's description. Inside a
tick events have hours: orders, answers to complaints and renewals happen in time order, so an
answer after 2 hours and one after 24 differ at any length of the tick.
"""

from sim.behaviour import chance, events
from sim.behaviour.chance import NEVER, Luck, draw, falls_within, happens, next_event, within
from sim.behaviour.churn import exit_cause, hazard_ratio, leave, order_pace
from sim.behaviour.commitment import hear_announcements
from sim.behaviour.contract import pay_as_usual, renew_or_leave, renewal_hour
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import Log, note
from sim.behaviour.loyalty import HOURS_PER_YEAR, end_programme, keep_programme, programme_pull, takes_part
from sim.behaviour.memory import forget
from sim.behaviour.money import spend
from sim.behaviour.order import live_order
from sim.behaviour.outreach import message_rate, receive_contact, receive_message
from sim.behaviour.recovery import NO_DRAW, answer_case
from sim.behaviour.surroundings import (
    LEVER_BONDS,
    LEVER_FEEDBACK,
    LEVER_PAYMENT_REMINDER,
    Clock,
    TickLedger,
    World,
    expose,
)
from sim.behaviour.survey import attitude_gap, recommendation, responds
from sim.behaviour.talk import consider_referring
from sim.world.policy import Policy

STEPS = (
    (
        "the firm's policy of the tick holds",
        "its levers and phases, and the state the firm is in (B14 to B16)",
    ),
    ("quiet time does its work", "memory, shock and apologies fade until each event (B3, B8)"),
    ("new commitments are announced", "expectations rise (B1, B5)"),
    ("the programme is kept", "points age and expire, tiers are reviewed (B11)"),
    ("orders, answers, messages and renewals happen in time order", "each order: steps 6 to 13"),
    ("a time is promised for the order", "expectations rise (B1, B5)"),
    ("the service performs or fails", "delivery, quality, availability, contact; notice of a delay (B9)"),
    ("the order is judged against expectations", "satisfaction (B2), then expectations learn (B1)"),
    ("promises are kept or broken", "trust (B4); automatic compensation (B5, B7)"),
    ("the customer speaks up or stays silent", "voice opens a case (B6)"),
    ("what is over is talked about", "praise, warnings, reviews (B14)"),
    ("the satisfaction question is asked", "a share of orders (B17)"),
    ("the customer stays or leaves", "after an order, at once or when its case is judged (B13)"),
    ("cases are answered and judged", "response, apology, compensation, justice (B7, B8)"),
    ("messages and contacts of the firm are met", "they fit, tire, please or wake (B12)"),
    ("contracts are renewed or not", "in a contractual relation; save offers, fixed terms (B13)"),
    ("some leave for reasons of their own", "payments that fail may be rescued (B13)"),
    ("the recommendation question is asked", "in waves (B17)"),
    ("friends are referred", "by the satisfied (B14)"),
    ("what was said is heard", "when everybody has lived the tick, over the network (B14)"),
    ("prospects become customers", "by themselves or referred (B15)"),
    ("the ledger is closed", "counts and money of the tick (B18)"),
    ("the firm's state moves", "workload, staff, learning, rating, rivals (B5, B14 to B16)"),
)


AFTER_DECISION = -1.0
"""The hour of the next order while the customer still decides whether there will be one."""


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
    orders, renewals, messages, contacts = 0, 0, 0, 0
    message_hourly = message_rate(customer, policy) / HOURS_PER_YEAR
    contact_hourly = contact_rate(customer, policy, world) / HOURS_PER_YEAR
    next_order = next_order_hour(customer, policy, world, luck, clock, clock.start, orders)
    next_renewal = renewal_hour(customer, clock.start, world)
    next_message = next_event(luck, chance.MESSAGE_TIME, messages, message_hourly, clock.start, clock.end)
    next_contact = next_event(luck, chance.CONTACT_TIME, contacts, contact_hourly, clock.start, clock.end)
    while customer.active != 0:
        next_case = customer.first_due if customer.first_due >= 0.0 else NEVER
        hour = min(next_renewal, next_case, next_order, next_message, next_contact)
        if hour >= clock.end:
            break
        forget(customer, hour, world)
        exit_draw, pace = NO_DRAW, customer.pace
        if next_renewal <= hour:
            decision = draw(luck, chance.RENEWAL, renewals)
            renew_or_leave(customer, policy, world, luck, clock, ledger, log, hour, renewals, decision)
            renewals += 1
            next_renewal = renewal_hour(customer, hour + 1.0, world)
        elif next_case <= hour:
            pace = customer.first_pace  # the decision is about the order of then
            exit_draw = answer_case(customer, policy, world, luck, clock, ledger, log, hour)
        elif next_order <= hour:
            exit_draw = live_order(customer, policy, world, luck, clock, ledger, log, hour, orders)
            orders += 1
            next_order = AFTER_DECISION
        elif next_message <= hour:
            receive_message(customer, policy, world, luck, clock, ledger, log, hour, messages)
            messages += 1
            message_hourly = message_rate(customer, policy) / HOURS_PER_YEAR
            next_message = next_event(luck, chance.MESSAGE_TIME, messages, message_hourly, hour, clock.end)
        else:
            receive_contact(customer, policy, world, clock, ledger, log, hour)
            contacts += 1
            next_contact = next_event(luck, chance.CONTACT_TIME, contacts, contact_hourly, hour, clock.end)
        if exit_draw >= 0.0:
            stay_or_leave(customer, policy, world, ledger, log, hour, exit_draw, pace)
        if next_order < 0.0:
            next_order = next_order_hour(customer, policy, world, luck, clock, hour, orders)
    if customer.active != 0:
        end(customer, policy, world, luck, clock, ledger, log)


def begin(
    customer: CustomerState, policy: Policy, world: World, clock: Clock, ledger: TickLedger, log: Log
) -> None:
    """Do what does not wait for an event: announcements, the programme, running cost."""
    hear_announcements(customer, policy, world, log, clock.start)
    expose(customer, policy, LEVER_BONDS)
    if takes_part(customer, policy):
        keep_programme(customer, policy, world, ledger, log, clock, clock.start)
    elif customer.member != 0:
        end_programme(customer, ledger, log, clock.start)
    if policy.running_cost > 0.0:
        spend(customer, ledger, clock, policy.running_cost)
    if world.contractual != 0 and clock.tick == 0:
        elapsed = -customer.contract_start / (24.0 * world.customers_contract_period)
        # The period that is running was agreed on before any strategy, at the price of then.
        pay_as_usual(customer, 1.0 - max(elapsed, 0.0), world, clock, ledger)


def next_order_hour(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    hour: float,
    orders: int,
) -> float:
    """Return when the next order of the tick comes, at the pace that the customer's state calls for now.

    The pace is that of the tick's start or of the last order, for a customer who has just been let down
    does not wait for the next tick to order less.
    """
    pull = programme_pull(customer, policy, world, hour)
    customer.pace = order_pace(customer, policy, world) * pull
    hourly = customer.order_rate * customer.order_likeness * customer.pace / HOURS_PER_YEAR
    return next_event(luck, chance.ORDER_TIME, orders, hourly, hour, clock.end)


def contact_rate(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return the contacts per year meant to keep a customer: none for those whose risk is too low."""
    if policy.retention_contacts <= 0.0 or hazard_ratio(customer, policy, world) < policy.retention_risk:
        return 0.0
    return policy.retention_contacts


def stay_or_leave(
    customer: CustomerState,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    hour: float,
    exit_draw: float,
    pace: float,
) -> None:
    """Decide with a draw whether a customer without a contract leaves after an order.

    The hazard of a time is shared out to the orders of that time, by the pace at which they come.
    """
    ratio = hazard_ratio(customer, policy, world)
    per_order = ratio / pace
    ledger.hazard += per_order
    ledger.decisions += 1
    if falls_within(exit_draw, customer.exit_force * customer.exit_likeness * per_order):
        leave(customer, exit_cause(customer, policy, world), ratio, ledger, log, hour)


def end(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> None:
    """Let some leave for reasons of their own, ask the others how they are, and count them."""
    forget(customer, clock.end, world)
    if taken_away(customer, policy, world, luck, clock, ledger, log):
        return
    if clock.wave != 0 and happens(luck, chance.SURVEYED, 0, world.survey_recommendation_share):
        if responds(customer, attitude_gap(customer, world), world, luck, 0, ledger):
            answer = recommendation(customer, world, luck)
            expose(customer, policy, LEVER_FEEDBACK)
            ledger.asked += 1
            ledger.promoters += 1 if answer >= 9 else 0
            ledger.detractors += 1 if answer <= 6 else 0
            note(log, customer, clock.last, events.SURVEY_RECOMMENDATION, events.NOTHING, float(answer), 0.0)
    consider_referring(customer, policy, world, luck, clock, ledger, log)
    ledger.active += 1
    ledger.cohort += 1 if customer.acquired_hour < 0.0 else 0
    ledger.satisfaction += customer.satisfaction
    ledger.trust += customer.trust
    ledger.attachment += customer.attachment


def taken_away(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> bool:
    """Return whether the customer leaves for a reason that has nothing to do with the firm.

    A share of such exits begins with a payment that fails, which a reminder may repair (Keaveney 1995
    counts involuntary switching at 6 %).
    """
    cause = draw(luck, chance.INVOLUNTARY, 0)
    if not falls_within(cause, world.customers_involuntary * clock.years):
        return False
    failed = world.customers_failed_payments * within(world.customers_involuntary, clock.years)
    if policy.reminder_rescued > 0.0 and cause < failed:
        spend(customer, ledger, clock, policy.reminder_cost)
        expose(customer, policy, LEVER_PAYMENT_REMINDER)
        if happens(luck, chance.RESCUED, 0, policy.reminder_rescued):
            note(log, customer, clock.last, events.PAYMENT_RESCUED, events.NOTHING, 0.0, 0.0)
            return False
    ledger.left_involuntarily += 1
    leave(customer, events.LEFT_INVOLUNTARILY, 1.0, ledger, log, clock.last)
    return True
