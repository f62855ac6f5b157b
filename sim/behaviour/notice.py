"""B9: a notice of a delay that comes before the customer notices the delay.

It lowers what is expected in time, takes part of the harm and makes some complaints needless; a new
date that is missed as well is a second broken promise, and a false alarm is a nuisance.
"""

from sim.behaviour.chance import NOTICE_HOLDS, NOTICED, Luck, happens
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import DELAY, DELAY_NOTICE, IN_TIME, Log, note
from sim.behaviour.money import spend
from sim.behaviour.service import speed_value
from sim.behaviour.surroundings import LEVER_NOTICE, Clock, TickLedger, World, expose
from sim.world.policy import Policy

TOLD = 1
TOLD_AND_MISSED = 2


def give_notice(
    customer: CustomerState,
    delay: float,
    time: float,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    order: int,
) -> float:
    """Tell the customer of a delay that was foreseen, or of one that does not come.

    Parameters
    ----------
    customer
        Who waits for the order.
    delay
        Severity of the delay without a notice, 0 if the order is in time.
    time
        Time the order takes, in the delivery unit.
    policy, world, luck, clock, ledger, log, hour, order
        As everywhere in an order.

    Returns
    -------
    float
        Severity of the delay after the notice, 0 to 1.
    """
    if delay <= 0.0:
        if happens(luck, NOTICED, order, policy.notice_false_alarms):
            customer.satisfaction = max(customer.satisfaction - world.notice_false_alarm, 0.0)
            customer.messages_tired += 1.0
            ledger.false_alarms += 1
            spend(customer, ledger, clock, policy.notice_cost)
            expose(customer, policy, LEVER_NOTICE)
            note(log, customer, hour, DELAY_NOTICE, IN_TIME, time, 0.0)
        return delay
    if not happens(luck, NOTICED, order, policy.notice_foreseen):
        return delay
    holds = happens(luck, NOTICE_HOLDS, order, policy.notice_holds)
    customer.episode_noticed = TOLD if holds else TOLD_AND_MISSED
    gap = speed_value(time, world) - customer.will_speed
    customer.will_speed += world.notice_adaptation * gap
    ledger.notices += 1
    spend(customer, ledger, clock, policy.notice_cost)
    expose(customer, policy, LEVER_NOTICE)
    note(log, customer, hour, DELAY_NOTICE, DELAY, time, 0.0)
    return delay * softening(customer, world)


def softening(customer: CustomerState, world: World) -> float:
    """Return the factor on the severity of the present delay, 1 without a notice."""
    return float(1.0 - world.notice_severity) if customer.episode_noticed != 0 else 1.0


def needless(customer: CustomerState, world: World) -> float:
    """Return the factor on the probability of complaining about the present order, 1 without a notice."""
    if customer.episode_noticed == TOLD and customer.episode_failure == DELAY:
        return float(1.0 - world.notice_voice)
    return 1.0
