"""What an order really brings: time, quality, availability and failures.

Not a mechanism of the customer but the ground on which all of them stand. Every draw is keyed
by the order, so two strategies meet the same service unless a lever changes it.
"""

from sim.behaviour.chance import (
    DELIVERY,
    DELIVERY_TAIL,
    INCIDENT,
    PRICE,
    QUOTE,
    SEVERITY,
    Luck,
    clip,
    draw,
    exponential,
    happens,
    hyperbola,
    normal,
)
from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import World
from sim.world.policy import Policy

DAYS_PER_MONTH = 365.0 / 12.0
HOURS_PER_WEEK = 168.0
KINDS = 4  # severities are drawn per order and kind: core, encounter, unavailable, billing


def order_price(median: float, world: World, luck: Luck, order: int) -> float:
    """Return the price of an order in currency, log-normal around the customer's median."""
    return median * exponential(world.customers_spend_within * normal(luck, PRICE, order))


def monthly_fee(customer: CustomerState, world: World) -> float:
    """Return a month's fee of the contract in currency, 0 without one."""
    return float(customer.period_price * DAYS_PER_MONTH / world.customers_contract_period)


def usual_price(customer: CustomerState, world: World) -> float:
    """Return what is usually at stake in an order: its median price and, under a contract, a month's fee."""
    return customer.price + monthly_fee(customer, world)


def business(luck: Luck, order: int) -> float:
    """Return how busy it is when an order comes, a standard normal number."""
    return normal(luck, DELIVERY, order)


def quoted_time(busy: float, world: World, luck: Luck, order: int) -> float:
    """Return the time quoted with an order, in the delivery unit; it foresees in part how busy it is."""
    own = normal(luck, QUOTE, order)
    mixed = world.delivery_quote_correlation * busy + world.delivery_quote_independence * own
    return float(world.delivery_quote * exponential(world.delivery_quote_spread * mixed))


def delivery_time(busy: float, world: World, luck: Luck, order: int) -> float:
    """Return the time an order takes, in the delivery unit: log-normal, with a tail of held-up ones."""
    time = world.delivery_median * exponential(world.delivery_spread * busy)
    if happens(luck, DELIVERY_TAIL, order, world.delivery_tail_share):
        time = time * world.delivery_tail_factor
    return clip(time, world.delivery_shortest, world.delivery_longest)


def speed_value(time: float, world: World) -> float:
    """Return what speed is worth: 1 for instant delivery, one half at the scenario's half value."""
    return hyperbola(time, world.delivery_half_value, 1.0)


def expected_time(speed: float, world: World) -> float:
    """Return the time of delivery with this worth, in the delivery unit; the inverse of `speed_value`."""
    return min(
        float(world.delivery_half_value * (1.0 / max(speed, 1e-6) - 1.0)), float(world.delivery_longest)
    )


def lateness(time: float, deadline: float, sensitivity: float, world: World) -> float:
    """Return how bad a delay is, 0 to 1: 1 - exp(-late / patience); being early earns nothing.

    Parameters
    ----------
    time, deadline
        Actual and promised time in the delivery unit.
    sensitivity
        The customer's sensitivity to time; it divides patience.
    world
        The scenario's numbers.
    """
    if time <= deadline:
        return 0.0
    return 1.0 - exponential(-(time - deadline) * sensitivity / world.delivery_patience)


def struck(world: World, luck: Luck, hour: float, order: int) -> bool:
    """Return whether an incident strikes an order placed at this hour."""
    if world.incident_share <= 0.0:
        return False
    elapsed = hour / HOURS_PER_WEEK - world.incident_start
    if elapsed < 0.0:
        return False
    if world.incident_every > 0.0:
        elapsed = elapsed % world.incident_every
    return bool(elapsed < world.incident_length and happens(luck, INCIDENT, order, world.incident_share))


def failure_rate(rate: float, discipline: float, policy: Policy, world: World) -> float:
    """Return a failure's probability under skill, the discipline of a promise and what was learned."""
    trained = (1.0 - world.skill_effect * policy.skill) / (1.0 - world.skill_effect * world.support_skill)
    return clip(rate * trained * (1.0 - discipline) * (1.0 - policy.learned), 0.0, 1.0)


def attitude_of_staff(policy: Policy, world: World) -> float:
    """Return what the staff's engagement adds to the quality of contact (Rucci, Kirn and Quinn 1998)."""
    return float(world.staff_contact * (policy.engagement - world.staff_engagement))


def failure_severity(
    luck: Luck, purpose: int, kind: int, order: int, rate: float, mildest: float, worst: float
) -> float:
    """Return the severity of a failure, 0 if it does not happen, uniform between its limits if it does."""
    if not happens(luck, purpose, order, rate):
        return 0.0
    return mildest + (worst - mildest) * draw(luck, SEVERITY, KINDS * order + kind)
