"""B17: answers to surveys. An answer is what a firm sees; the attitude behind it is not.

Net promoter and satisfaction scores of the simulator are made of these answers only.
"""

import math

from sim.behaviour.cases import ATTEMPTS, CASES_APART
from sim.behaviour.chance import (
    ASKED,
    EFFORT,
    RECOMMENDATION,
    RESPONDS,
    Luck,
    clip,
    exponential,
    happens,
    normal,
    unit,
)
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import NOTHING, SURVEY_EFFORT, Log, note
from sim.behaviour.memory import recalled
from sim.behaviour.surroundings import TickLedger, World
from sim.world.policy import Policy


def attitude(satisfaction: float, trust: float, world: World) -> float:
    """Return the attitude behind a recommendation: a mix of satisfaction and trust."""
    weight = world.answer_satisfaction_weight
    return float(weight * satisfaction + (1.0 - weight) * trust)


def attitude_gap(customer: CustomerState, world: World) -> float:
    """Return how far the attitude recalled now lies above the usual one."""
    now = attitude(recalled(customer, world), customer.trust, world)
    return now - attitude(world.reference_satisfaction, world.reference_trust, world)


def rounded(value: float) -> int:
    """Return the nearest whole number, halves upwards, alike in both engines."""
    return int(math.floor(value + 0.5))  # noqa: RUF046 - Numba's floor gives a float


def recommendation(customer: CustomerState, world: World, luck: Luck) -> int:
    """Return the answer, 0 to 10, to 'how likely are you to recommend us'."""
    meant = (
        world.answer_recommendation_mean
        + world.answer_recommendation_slope * attitude_gap(customer, world)
        + customer.response_style
        + world.answer_recommendation_noise * normal(luck, RECOMMENDATION, 0)
    )
    return rounded(clip(meant, 0.0, 10.0))


def responds(
    customer: CustomerState,
    attitude_gap: float,
    world: World,
    luck: Luck,
    occurrence: int,
    ledger: TickLedger,
) -> bool:
    """Put a question to a customer and return whether it is answered.

    Who feels strongly answers sooner, so that answers are not a sample of attitudes; questions tire.

    Parameters
    ----------
    customer
        Who is asked.
    attitude_gap
        Distance of what is asked about from its usual level.
    world, luck, ledger
        As everywhere in a tick.
    occurrence
        Number of the question within the tick.
    """
    willing = world.answer_response + world.answer_response_extreme * abs(attitude_gap)
    willing = unit(willing) * exponential(-world.answer_fatigue * customer.questions_tired)
    customer.questions_tired += 1.0
    ledger.invited += 1
    if not happens(luck, RESPONDS, occurrence, willing):
        return False
    ledger.replies += 1
    return True


def ask_effort(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Ask a share of customers how much effort their case cost them, and count the answer if there is one."""
    number = customer.first_number
    question = CASES_APART + number
    if not happens(luck, ASKED, question, world.survey_order_share):
        return
    gap = customer.last_satisfaction - world.reference_satisfaction
    if not responds(customer, gap, world, luck, question, ledger):
        return
    attempts = customer.first_attempts
    if customer.first_answered == 0:
        attempts = ATTEMPTS  # who waited in vain asked again and again
    points = effort_points(attempts, policy, world, luck, number)
    ledger.effort_answers += 1
    ledger.effort_points += points
    note(log, customer, hour, SURVEY_EFFORT, NOTHING, float(points), 0.0)


def effort_points(attempts: int, policy: Policy, world: World, luck: Luck, occurrence: int) -> int:
    """Return the answer, 1 (very little) to 7, to 'how much effort did your complaint cost you'."""
    effort = (
        world.support_effort
        + world.commitment_checking * policy.verification
        + world.answer_effort_attempt * attempts
    )
    meant = 1.0 + 6.0 * unit(effort) + world.answer_effort_noise * normal(luck, EFFORT, occurrence)
    return rounded(clip(meant, 1.0, 7.0))


def stars(satisfaction: float, world: World, luck: Luck, purpose: int, occurrence: int) -> int:
    """Return the rating, 1 to 5 stars, that a satisfaction gets in an answer or a review.

    Satisfaction with the order plus noise, cut at four thresholds.
    """
    meant = satisfaction + world.answer_noise * normal(luck, purpose, occurrence)
    if meant < world.answer_two_stars:
        return 1
    if meant < world.answer_three_stars:
        return 2
    if meant < world.answer_four_stars:
        return 3
    if meant < world.answer_five_stars:
        return 4
    return 5
