"""B5: claims without a cause: a few customers use a payout that they are not owed."""

from sim.behaviour import events
from sim.behaviour.chance import CHECKED, CLAIMS, Luck, happens
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import Log, note
from sim.behaviour.money import spend
from sim.behaviour.recovery import pay
from sim.behaviour.surroundings import (
    LEVER_COMPENSATION,
    LEVER_VERIFICATION,
    Clock,
    TickLedger,
    World,
    expose,
)
from sim.world.policy import Policy


def claim_without_cause(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    order: int,
) -> None:
    """Let an opportunist claim what the firm pays on complaints, for an order in which nothing failed.

    What pays by itself for a late delivery cannot be claimed, for the firm knows the time; how good
    a product was, only the customer knows. Checks find a part of the claims out.
    """
    customer.handled = 1
    due = policy.compensation
    if policy.delivery_promised != 0 and policy.delivery_automatic == 0:
        due = max(due, policy.delivery_payout)
    if policy.quality_promised != 0:
        due = max(due, policy.quality_payout)
    payout = max(due - customer.episode_paid, 0.0)  # what came by itself is not paid again
    if not happens(luck, CLAIMS, order, world.commitment_claims * min(payout, 1.0)):
        return
    ledger.claims += 1
    spend(customer, ledger, clock, world.economics_case_cost + policy.extra_case_cost)
    expose(customer, policy, LEVER_VERIFICATION)
    if happens(luck, CHECKED, order, policy.verification):
        note(log, customer, hour, events.CLAIM, events.FOUND_OUT, payout, 0.0)
        return
    ledger.claims_paid += 1
    customer.episode_paid = max(customer.episode_paid, due)  # a complaint brings only the rest
    if due == policy.compensation:
        expose(customer, policy, LEVER_COMPENSATION)
    note(log, customer, hour, events.CLAIM, events.PAID, payout, payout * customer.episode_price)
    pay(customer, payout, customer.episode_price, world, clock, ledger, log, hour)
