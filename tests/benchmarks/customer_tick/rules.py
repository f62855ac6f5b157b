"""Customer-tick v1: one week of one customer, as small functions on a customer with attributes.

A workload for measuring, not a model of anything: big enough that no form of it is free, small enough to
be written in every form. The form here is that of `sim.behaviour`.
"""

from dataclasses import dataclass

from sim.behaviour.chance import Luck, clip, draw, happens, happens_at_odds, happens_within

BUYS, FAILS, BREAKS, PERFORMS, COMPLAINS, RECOVERS, REDEEMS, LEAVES = range(8)


@dataclass
class Shopper:
    """What is true of one customer."""

    id: int = 0
    active: int = 1
    rate: float = 0.0  # orders per week at a satisfaction of .5
    basket: float = 0.0
    satisfaction: float = 0.7
    trust: float = 0.6
    points: float = 0.0
    spend: float = 0.0


@dataclass
class Takings:
    """What is counted in a week."""

    active: float = 0.0
    orders: float = 0.0
    revenue: float = 0.0


def live_week(customer: Shopper, luck: Luck, takings: Takings) -> None:
    """Let a customer live a week."""
    if happens_within(luck, BUYS, 0, customer.rate * (0.5 + customer.satisfaction)):
        buy(customer, luck, takings)
    if customer.points >= 200.0 and happens(luck, REDEEMS, 0, 0.8):
        customer.points -= 200.0
        customer.satisfaction += 0.05 * (1.0 - customer.satisfaction)
    held = 1.2 + 3.0 * customer.satisfaction + 1.5 * customer.trust + 0.4 * tier(customer)
    if happens_at_odds(luck, LEAVES, 0, -held):
        customer.active = 0
    else:
        takings.active += 1.0


def buy(customer: Shopper, luck: Luck, takings: Takings) -> None:
    """Let a customer order, and meet what comes of it."""
    failed = happens(luck, FAILS, 0, 0.15)
    broken = happens(luck, BREAKS, 0, 0.5 if failed else 0.05)
    performance = 0.6 + 0.4 * draw(luck, PERFORMS, 0)
    if failed:
        performance -= 0.35
    if broken:
        performance -= 0.2
        customer.trust -= 0.2 * customer.trust
    else:
        customer.trust += 0.04 * (1.0 - customer.trust)
    surprise = performance - customer.satisfaction
    step = 0.1 if surprise > 0.0 else 0.25
    customer.satisfaction = clip(customer.satisfaction + step * surprise, 0.0, 1.0)
    customer.points += customer.basket * (1.0 + 0.25 * tier(customer))
    customer.spend += customer.basket
    takings.orders += 1.0
    takings.revenue += customer.basket
    if failed and happens(luck, COMPLAINS, 0, 0.4) and happens(luck, RECOVERS, 0, 0.6):
        customer.satisfaction += 0.12 * (1.0 - customer.satisfaction)
        customer.trust += 0.05 * (1.0 - customer.trust)
        takings.revenue -= 0.2 * customer.basket


def tier(customer: Shopper) -> float:
    """Return the tier that the customer's spending gives: 0, 1 or 2."""
    if customer.spend < 500.0:
        return 0.0
    return 1.0 if customer.spend < 1500.0 else 2.0
