"""B17: answers to surveys. An answer is what a firm sees; the attitude behind it is not.

Net promoter and satisfaction scores of the simulator are made of these answers only.
"""

import math

from sim.behaviour.chance import RECOMMENDATION, SATISFACTION, Luck, clip, normal
from sim.behaviour.customer import CustomerState
from sim.behaviour.memory import recalled
from sim.behaviour.surroundings import World


def attitude(satisfaction: float, trust: float, world: World) -> float:
    """Return the attitude behind a recommendation: a mix of satisfaction and trust."""
    weight = world.answer_satisfaction_weight
    return float(weight * satisfaction + (1.0 - weight) * trust)


def rounded(value: float) -> int:
    """Return the nearest whole number, halves upwards, alike in both engines."""
    return int(math.floor(value + 0.5))  # noqa: RUF046 - Numba's floor gives a float


def recommendation(customer: CustomerState, world: World, luck: Luck) -> int:
    """Return the answer, 0 to 10, to 'how likely are you to recommend us'."""
    now = attitude(recalled(customer, world), customer.trust, world)
    usual = attitude(world.reference_satisfaction, world.reference_trust, world)
    meant = (
        world.answer_recommendation_mean
        + world.answer_recommendation_slope * (now - usual)
        + customer.response_style
        + world.answer_recommendation_noise * normal(luck, RECOMMENDATION, 0)
    )
    return rounded(clip(meant, 0.0, 10.0))


def stars(satisfaction: float, world: World, luck: Luck, order: int) -> int:
    """Return the answer, 1 to 5, to 'how satisfied were you with this order'.

    Satisfaction with the order plus noise, cut at four thresholds.
    """
    meant = satisfaction + world.answer_noise * normal(luck, SATISFACTION, order)
    if meant < world.answer_two_stars:
        return 1
    if meant < world.answer_three_stars:
        return 2
    if meant < world.answer_four_stars:
        return 3
    if meant < world.answer_five_stars:
        return 4
    return 5
