"""B12: what comes from the firm unasked: messages that fit or tire, and contacts to keep a customer.

A contact meant to keep customers may wake those who stayed out of habit (Ascarza, Iyengar and
Schleicher 2016).
"""

from sim.behaviour.chance import FITS, UNSUBSCRIBES, Luck, happens, happens_at_odds
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import (
    FITTING,
    MESSAGE,
    NOTHING,
    RETENTION_CONTACT,
    UNFITTING,
    UNSUBSCRIBED,
    Log,
    note,
)
from sim.behaviour.money import spend
from sim.behaviour.surroundings import (
    LEVER_PERSONALISATION,
    LEVER_RETENTION_CONTACT,
    Clock,
    TickLedger,
    World,
    expose,
)
from sim.world.policy import Policy


def message_rate(customer: CustomerState, policy: Policy) -> float:
    """Return the messages per year that reach a customer."""
    return policy.messages if customer.unsubscribed == 0 else 0.0


def message_pull(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return what messages do to the log rate of orders: fitting ones raise it, tiresome ones lower it.

    A message that fits prompts for a while (Hillstrom 2008); who keeps getting such messages also
    orders more in between.
    """
    rate = message_rate(customer, policy)
    known = rate / (rate + world.outreach_half_messages)
    return float(
        world.outreach_relevance * policy.message_accuracy * known
        + world.outreach_prompt * customer.prompted
        - world.outreach_fatigue * customer.messages_tired
    )


def receive_message(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    number: int,
) -> None:
    """Let a customer meet a message: it fits or tires, may offend, and may be the last one."""
    fits = happens(luck, FITS, number, policy.message_accuracy)
    ledger.messages += 1
    spend(customer, ledger, clock, policy.message_cost)
    expose(customer, policy, LEVER_PERSONALISATION)
    note(log, customer, hour, MESSAGE, FITTING if fits else UNFITTING, customer.messages_tired, 0.0)
    if fits:
        customer.prompted += 1.0
    else:
        customer.messages_tired += 1.0
    if fits and customer.privacy_sensitive != 0:  # what fits so well has been found out somehow
        customer.trust = max(customer.trust - world.outreach_privacy, 0.0)
    log_odds = world.outreach_unsubscribe + world.outreach_unsubscribe_fatigue * customer.messages_tired
    if happens_at_odds(luck, UNSUBSCRIBES, number, log_odds):
        customer.unsubscribed = 1
        ledger.unsubscribed += 1
        note(log, customer, hour, UNSUBSCRIBED, NOTHING, customer.messages_tired, 0.0)


def receive_contact(
    customer: CustomerState,
    policy: Policy,
    world: World,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Let the firm ask a customer to stay: habit gives way to a decision, the gift pleases for a while.

    The gift is a share of the price of a period under a contract, of an order without one.
    """
    price = customer.period_price if world.contractual != 0 else customer.price
    gift = policy.retention_gift * price
    customer.habit = max(customer.habit - world.outreach_wakes, 0.0)
    customer.goodwill += world.outreach_goodwill * policy.retention_gift
    ledger.retention_contacts += 1
    spend(customer, ledger, clock, policy.retention_cost + gift * world.economics_compensation_cost)
    expose(customer, policy, LEVER_RETENTION_CONTACT)
    note(log, customer, hour, RETENTION_CONTACT, NOTHING, policy.retention_gift, gift)
