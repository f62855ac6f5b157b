"""B5: commitments (КЭО): announced, repeated with every order, kept or broken, paid for.

A firm quotes a time with every order anyway; a commitment replaces the quote where it is tighter.
"""

from sim.behaviour import events
from sim.behaviour.chance import exponential, hyperbola
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import PROMISE_BROKEN, PROMISE_KEPT, PROMISE_MADE, Log, note
from sim.behaviour.expectation import (
    hear_about_contact,
    hear_about_quality,
    hear_about_reliability,
    hear_about_speed,
)
from sim.behaviour.notice import TOLD_AND_MISSED, softening
from sim.behaviour.service import lateness, speed_value
from sim.behaviour.surroundings import (
    LEVER_AVAILABILITY,
    LEVER_DELIVERY,
    LEVER_QUALITY,
    LEVER_RESPONSE,
    TickLedger,
    World,
    expose,
)
from sim.behaviour.trust import break_promise, keep_promise
from sim.world.policy import Policy

NO_DEADLINE = 1e18


def deadline(quote: float, policy: Policy, world: World) -> float:
    """Return the time promised for an order, the tighter of quote and commitment; none is endless."""
    promised = NO_DEADLINE
    if world.delivery_quote_publicity > 0.0:
        promised = quote
    if policy.delivery_promised != 0:
        promised = min(promised, policy.delivery_threshold)
    return promised


def commitment_binds(promised: float, policy: Policy) -> bool:
    """Return whether the time promised for an order is the commitment's, not the quote's."""
    return policy.delivery_promised != 0 and promised >= policy.delivery_threshold


def promise_publicity(promised: float, policy: Policy, world: World) -> float:
    """Return how prominently the time promised for an order was announced, 0 to 1.

    A commitment in place of the quote stands where the quote would stand: it is told no less.
    """
    if commitment_binds(promised, policy):
        return max(policy.delivery_publicity, float(world.delivery_quote_publicity))
    return float(world.delivery_quote_publicity)


def announced(policy: Policy) -> int:
    """Return the bits of the commitments in force that the public is told of."""
    told = 0
    if policy.delivery_publicity > 0.0:
        told = told | LEVER_DELIVERY
    if policy.response_publicity > 0.0:
        told = told | LEVER_RESPONSE
    if policy.availability_publicity > 0.0:
        told = told | LEVER_AVAILABILITY
    if policy.quality_publicity > 0.0:
        told = told | LEVER_QUALITY
    return policy.levers & told


def publicity(policy: Policy) -> float:
    """Return how prominently the firm's most public commitment is announced, 0 without one."""
    told = 0.0
    if policy.delivery_promised != 0:
        told = max(told, policy.delivery_publicity)
    if policy.response_promised != 0:
        told = max(told, policy.response_publicity)
    if policy.availability_promised != 0:
        told = max(told, policy.availability_publicity)
    if policy.quality_promised != 0:
        told = max(told, policy.quality_publicity)
    return told


def hear_announcements(customer: CustomerState, policy: Policy, world: World, log: Log, hour: float) -> None:
    """Let a customer hear of commitments that are new to them."""
    fresh = announced(policy) & ~customer.heard
    if fresh == 0:
        return
    customer.heard = customer.heard | fresh
    expose(customer, policy, fresh)
    hear_reminder(customer, policy, world)
    if (fresh & LEVER_DELIVERY) != 0:
        hear_about_speed(
            customer, speed_value(policy.delivery_threshold, world), policy.delivery_publicity, world
        )
    if (fresh & LEVER_RESPONSE) != 0:
        note(log, customer, hour, PROMISE_MADE, events.RESPONSE_TIME, policy.response_threshold, 0.0)
    if (fresh & LEVER_AVAILABILITY) != 0:
        note(log, customer, hour, PROMISE_MADE, events.AVAILABILITY, policy.availability_threshold, 0.0)
    if (fresh & LEVER_QUALITY) != 0:
        note(log, customer, hour, PROMISE_MADE, events.QUALITY, policy.quality_threshold, 0.0)


def hear_reminder(customer: CustomerState, policy: Policy, world: World) -> None:
    """Let the standing commitments raise expectations again, as at every order."""
    if policy.response_promised != 0:
        level = hyperbola(policy.response_threshold, world.support_half_time, world.support_steepness)
        hear_about_contact(customer, level, policy.response_publicity, world)
    if policy.availability_promised != 0:
        hear_about_reliability(customer, policy.availability_threshold, policy.availability_publicity, world)
    if policy.quality_promised != 0:
        hear_about_quality(customer, policy.quality_threshold, policy.quality_publicity, world)


def hear_deadline(
    customer: CustomerState, promised: float, policy: Policy, world: World, log: Log, hour: float
) -> None:
    """Let the time promised for this order raise what is expected of speed and of the firm's word."""
    told = promise_publicity(promised, policy, world)
    hear_about_speed(customer, speed_value(promised, world), told, world)
    hear_about_reliability(customer, 1.0, told, world)
    note(log, customer, hour, PROMISE_MADE, events.DELIVERY, promised, 0.0)


def check_delivery(
    customer: CustomerState,
    promised: float,
    time: float,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Hold the delivery against the time promised for it."""
    severity = lateness(time, promised, customer.time_sensitivity, world) * softening(customer, world)
    binds = commitment_binds(promised, policy)
    told = promise_publicity(promised, policy, world)
    measurability = policy.delivery_measurability if binds else 1.0
    if time <= promised:
        ledger.delivery_kept += 1
        keep_promise(customer, told, measurability, world)
        note(log, customer, hour, PROMISE_KEPT, events.DELIVERY, time, 0.0)
        return
    ledger.delivery_broken += 1
    honest = policy.delivery_honest if binds else 1
    customer.episode_trust_lost += break_promise(
        customer,
        severity,
        told,
        measurability,
        customer.episode_external,
        customer.episode_repeated,
        honest,
        world,
    )
    if customer.episode_noticed == TOLD_AND_MISSED:
        customer.episode_trust_lost += break_promise(
            customer, world.notice_second * severity, told, measurability, 0, 1, honest, world
        )
        customer.promises_broken -= 1  # one order is one promise in the count
    note(log, customer, hour, PROMISE_BROKEN, events.DELIVERY, time, 0.0)
    if policy.delivery_promised != 0 and time > policy.delivery_threshold:
        owe(customer, policy.delivery_payout, policy.delivery_automatic)


def check_availability(
    customer: CustomerState,
    available: bool,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Hold an order that could or could not be filled against the commitment to be available."""
    if policy.availability_promised == 0:
        return
    if available:
        ledger.availability_kept += 1
        keep_promise(customer, policy.availability_publicity, policy.availability_measurability, world)
        note(log, customer, hour, PROMISE_KEPT, events.AVAILABILITY, 1.0, 0.0)
        return
    ledger.availability_broken += 1
    customer.episode_trust_lost += break_promise(
        customer,
        customer.episode_severity,
        policy.availability_publicity,
        policy.availability_measurability,
        customer.episode_external,
        customer.episode_repeated,
        policy.availability_honest,
        world,
    )
    note(log, customer, hour, PROMISE_BROKEN, events.AVAILABILITY, customer.episode_severity, 0.0)
    owe(customer, policy.availability_payout, policy.availability_automatic)


def check_quality(
    customer: CustomerState,
    quality: float,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Hold what was delivered against the commitment on quality, such as a refund without questions."""
    if policy.quality_promised == 0:
        return
    if quality >= policy.quality_threshold:
        ledger.quality_kept += 1
        keep_promise(customer, policy.quality_publicity, policy.quality_measurability, world)
        note(log, customer, hour, PROMISE_KEPT, events.QUALITY, quality, 0.0)
        return
    ledger.quality_broken += 1
    severity = 1.0 - quality / policy.quality_threshold
    customer.episode_trust_lost += break_promise(
        customer,
        severity,
        policy.quality_publicity,
        policy.quality_measurability,
        customer.episode_external,
        customer.episode_repeated,
        policy.quality_honest,
        world,
    )
    note(log, customer, hour, PROMISE_BROKEN, events.QUALITY, severity, 0.0)
    owe(customer, policy.quality_payout, policy.quality_automatic)


def check_response(
    customer: CustomerState,
    hours: float,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Hold the first answer to a complaint against the commitment on response time."""
    if policy.response_promised == 0:
        return
    if hours <= policy.response_threshold:
        ledger.response_kept += 1
        keep_promise(customer, policy.response_publicity, policy.response_measurability, world)
        note(log, customer, hour, PROMISE_KEPT, events.RESPONSE_TIME, hours, 0.0)
        return
    ledger.response_broken += 1
    severity = 1.0 - exponential(-(hours - policy.response_threshold) / policy.response_threshold)
    customer.first_trust_lost += break_promise(
        customer,
        severity,
        policy.response_publicity,
        policy.response_measurability,
        0,
        customer.first_repeated,
        policy.response_honest,
        world,
    )
    customer.first_promised = max(customer.first_promised, policy.response_payout)
    note(log, customer, hour, PROMISE_BROKEN, events.RESPONSE_TIME, severity, 0.0)


def owe(customer: CustomerState, payout: float, automatic: int) -> None:
    """Remember what a broken commitment pays: at once if automatic, else when it is claimed."""
    if automatic != 0:
        customer.episode_paid = max(customer.episode_paid, payout)
    else:
        customer.episode_promised = max(customer.episode_promised, payout)
