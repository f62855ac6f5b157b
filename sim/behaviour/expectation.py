"""B1: expectations, formed by experience and raised by promises.

*Will* expectations are what customers predict, *should* expectations what they feel entitled
to. The two have opposite effects on perceived quality (Boulding et al. 1993): the first colours
perception, the second is what perception is held against.
"""

from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import World


def adapted(expectation: float, experienced: float, world: World) -> float:
    """Return an expectation after one use: E + a (q - E)."""
    return float(expectation + world.expectation_adaptation * (experienced - expectation))


def raised_will(will: float, level: float, publicity: float, trust: float, world: World) -> float:
    """Return what will happen after a promise of a level: E + k v T max(m - E, 0)."""
    return float(will + world.expectation_promise_will * publicity * trust * max(level - will, 0.0))


def raised_should(should: float, level: float, publicity: float, world: World) -> float:
    """Return what should happen after a promise: it rises to the promise and never falls."""
    return float(should + world.expectation_promise_should * publicity * max(level - should, 0.0))


def risen(should: float, will: float, world: World) -> float:
    """Return what should happen after a use: it follows what does happen, up sooner than down.

    The treadmill of rising expectations: a delight of yesterday is a must of today (Kano 1984).
    """
    gap = will - should
    pace = (
        world.expectation_treadmill
        if gap > 0.0
        else world.expectation_treadmill * world.expectation_treadmill_back
    )
    return float(should + pace * gap)


def hear_about_speed(customer: CustomerState, level: float, publicity: float, world: World) -> None:
    """Let a promise raise the expectations of speed."""
    customer.will_speed = raised_will(customer.will_speed, level, publicity, customer.trust, world)
    customer.should_speed = raised_should(customer.should_speed, level, publicity, world)


def hear_about_quality(customer: CustomerState, level: float, publicity: float, world: World) -> None:
    """Let a promise raise the expectations of quality."""
    customer.will_quality = raised_will(customer.will_quality, level, publicity, customer.trust, world)
    customer.should_quality = raised_should(customer.should_quality, level, publicity, world)


def hear_about_reliability(customer: CustomerState, level: float, publicity: float, world: World) -> None:
    """Let a promise raise the expectations of reliability: that what is said will be done."""
    customer.will_reliability = raised_will(
        customer.will_reliability, level, publicity, customer.trust, world
    )
    customer.should_reliability = raised_should(customer.should_reliability, level, publicity, world)


def hear_about_contact(customer: CustomerState, level: float, publicity: float, world: World) -> None:
    """Let a promise raise the expectations of contact with the firm."""
    customer.will_contact = raised_will(customer.will_contact, level, publicity, customer.trust, world)
    customer.should_contact = raised_should(customer.should_contact, level, publicity, world)


def learn_from_use(
    customer: CustomerState, speed: float, quality: float, reliability: float, contact: float, world: World
) -> None:
    """Let one experience move all four predictive expectations, and what was good become the standard."""
    customer.will_speed = adapted(customer.will_speed, speed, world)
    customer.will_quality = adapted(customer.will_quality, quality, world)
    customer.will_reliability = adapted(customer.will_reliability, reliability, world)
    customer.will_contact = adapted(customer.will_contact, contact, world)
    customer.should_speed = risen(customer.should_speed, customer.will_speed, world)
    customer.should_quality = risen(customer.should_quality, customer.will_quality, world)
    customer.should_reliability = risen(customer.should_reliability, customer.will_reliability, world)
    customer.should_contact = risen(customer.should_contact, customer.will_contact, world)
