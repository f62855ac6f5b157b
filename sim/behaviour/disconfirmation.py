"""B2: satisfaction with one order, from what was perceived and what was expected."""

from sim.behaviour.chance import power, unit
from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import World


def perceived(experienced: float, will: float, world: World) -> float:
    """Return what is perceived: experience, coloured by what was expected (assimilation)."""
    return float((1.0 - world.expectation_assimilation) * experienced + world.expectation_assimilation * will)


def reference_point(will: float, should: float, world: World) -> float:
    """Return what perception is held against: a mix of what would and what should happen."""
    return float(
        world.disconfirmation_will_weight * will + (1.0 - world.disconfirmation_will_weight) * should
    )


def felt(gap: float, loss_aversion: float, world: World) -> float:
    """Return how a gap feels: nothing inside the zone of tolerance, losses heavier than gains.

    Loss aversion: Brown et al. 2024; curvature: Tversky and Kahneman 1992.
    """
    if gap > world.disconfirmation_tolerance:
        return power(gap - world.disconfirmation_tolerance, world.disconfirmation_curvature)
    if gap < -world.disconfirmation_tolerance:
        return -loss_aversion * power(-gap - world.disconfirmation_tolerance, world.disconfirmation_curvature)
    return 0.0


def order_satisfaction(
    customer: CustomerState,
    speed: float,
    quality: float,
    reliability: float,
    contact: float,
    gift: float,
    world: World,
) -> float:
    """Return satisfaction with one order in [0, 1].

    Perception, what the gap to expectations does, and how contented this customer is in general.

    Parameters
    ----------
    customer
        Whose expectations and contentment count.
    speed, quality, reliability, contact
        What was experienced, each in [0, 1].
    gift
        Value of a redeemed reward as a share of the price of the order.
    world
        The scenario's numbers; its weights of the attributes add up to 1.
    """
    seen = 0.0
    expected = 0.0
    weight = world.weight_speed
    seen += weight * perceived(speed, customer.will_speed, world)
    expected += weight * reference_point(customer.will_speed, customer.should_speed, world)
    weight = world.weight_quality
    seen += weight * perceived(quality, customer.will_quality, world)
    expected += weight * reference_point(customer.will_quality, customer.should_quality, world)
    weight = world.weight_reliability
    seen += weight * perceived(reliability, customer.will_reliability, world)
    expected += weight * reference_point(customer.will_reliability, customer.should_reliability, world)
    weight = world.weight_contact
    seen += weight * perceived(contact, customer.will_contact, world)
    expected += weight * reference_point(customer.will_contact, customer.should_contact, world)
    gap = seen - expected + world.disconfirmation_reward * gift
    judged = seen + world.disconfirmation_weight * felt(gap, customer.loss_aversion, world)
    return unit(judged + customer.contentment)
