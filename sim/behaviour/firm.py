"""B5, B14 to B16: the state of the firm, as a group of customers meets it, from one tick to the next.

What the customers did in a tick is summed up and moves the state in which the firm enters the
next: the workload of its staff, their engagement and skill, what it has learned, its rating, and
what rivals make of its offers. Each group of the policy has a state of its own, for it may be
served by staff that is trained or paid otherwise, and rivals answer the offer that it gets; contacts,
reviews and the course of the rivals are common to all.
"""

import math
from dataclasses import dataclass

from sim.behaviour.chance import RIVAL, Luck, clip, exponential, halving, normal, unit
from sim.behaviour.commitment import publicity
from sim.behaviour.loyalty import incentive
from sim.behaviour.surroundings import Clock, TickLedger, World
from sim.world.policy import Policy

LOG_TWO = 0.6931471805599453


@dataclass(eq=False)
class Firm:
    """Everything that is true of the firm now, as one group of customers meets it."""

    skill: float = 0.0  # of the staff, 0 to 1
    engagement: float = 0.0  # of the staff, 0 to 1
    utilisation: float = 0.0  # share of the time in which the staff is busy
    sized: float = 0.0  # contacts per customer and year that the staff is sized for
    learned: float = 0.0  # share of failures that feedback has taught to avoid
    reviews: float = 0.0  # number, old ones included
    stars: float = 0.0  # their sum
    rival_trend: float = 0.0  # advantage of rivals that grows steadily, share of spending
    rival_course: float = 0.0  # what comes and goes of it
    rival_answer: float = 0.0  # advantage by matching the firm's offers
    belief: float = 0.0  # trust of the public in the firm's word: that of its customers


def open_firm(firm: Firm, world: World) -> None:
    """Put the firm into the state of the baseline before the first tick."""
    firm.skill = world.support_skill
    firm.engagement = world.staff_engagement
    firm.utilisation = world.staff_utilisation
    firm.sized = world.reference_contacts
    firm.reviews = world.talk_review_memory
    firm.stars = world.talk_review_memory * world.reference_rating
    firm.belief = world.reference_trust


def hold(policy: Policy, firm: Firm, world: World) -> None:
    """Write the firm's state into the policy of the tick, where behaviour reads it."""
    policy.skill = working_skill(firm.skill, firm.engagement, world)
    policy.engagement = firm.engagement
    policy.utilisation = firm.utilisation
    policy.waiting = waiting_factor(firm.utilisation, world)
    policy.learned = firm.learned
    policy.rating = firm.stars / firm.reviews
    policy.rival = firm.rival_trend + firm.rival_course + firm.rival_answer
    policy.belief = firm.belief


def working_skill(skill: float, engagement: float, world: World) -> float:
    """Return the skill that is put to work: K (1 + b (engagement - usual)) (Rucci, Kirn and Quinn 1998)."""
    return unit(skill * (1.0 + world.staff_effort * (engagement - world.staff_engagement)))


def waiting_factor(utilisation: float, world: World) -> float:
    """Return the factor on the time to an answer: the waiting part of it grows with u / (1 - u).

    1 at the usual utilisation; the form is that of a queue with random arrivals (Kleinrock 1975).
    """
    usual = world.staff_utilisation / (1.0 - world.staff_utilisation)
    queue = utilisation / (1.0 - utilisation) / usual
    return float(1.0 - world.staff_waiting + world.staff_waiting * queue)


def count_state(ledger: TickLedger, policy: Policy) -> None:
    """Count the firm's state once for each customer of a segment who met it and is still there.

    Parameters
    ----------
    ledger
        The counts of the tick for the segment.
    policy
        The policy of the segment's first group in this tick.
    """
    ledger.skill += ledger.active * policy.skill
    ledger.engagement += ledger.active * policy.engagement
    ledger.utilisation += ledger.active * policy.utilisation
    ledger.rating += ledger.active * policy.rating
    ledger.rival += ledger.active * policy.rival


def count_other_state(ledger: TickLedger, policy: Policy, usual: Policy, active: float) -> None:
    """Correct that count for another group of the segment, which may have met the firm in another state.

    Parameters
    ----------
    ledger
        The counts of the tick for the segment.
    policy, usual
        The policies of this group and of the segment's first one in this tick.
    active
        Customers of the group at the end of the tick.
    """
    ledger.skill += active * (policy.skill - usual.skill)
    ledger.engagement += active * (policy.engagement - usual.engagement)
    ledger.utilisation += active * (policy.utilisation - usual.utilisation)
    ledger.rating += active * (policy.rating - usual.rating)
    ledger.rival += active * (policy.rival - usual.rival)


def close_tick(firm: Firm, policy: Policy, total: TickLedger, world: World, luck: Luck, clock: Clock) -> None:
    """Let what happened in a tick move the firm's state.

    Parameters
    ----------
    firm
        Changed in place.
    policy
        The policy of the group in this tick.
    total
        The counts of the tick over all segments.
    world
        The scenario's numbers.
    luck
        The firm's own luck in this tick, the same for every group and strategy.
    clock
        The time of the tick.
    """
    days = 365.0 * clock.years
    work(firm, policy, total, world, clock.years)
    care(firm, policy, world, days)
    train(firm, policy, world, clock.years)
    learn(firm, policy, total, world, days)
    firm.reviews += total.reviews
    firm.stars += total.review_stars
    if total.active > 0.0:
        firm.belief = total.trust / total.active
    compete(firm, policy, world, luck, clock.years)


def work(firm: Firm, policy: Policy, total: TickLedger, world: World, years: float) -> None:
    """Let the utilisation of the staff follow the contacts per customer, and its size with a long lag."""
    if total.customers <= 0.0 or firm.sized <= 0.0:
        return
    contacts = (total.responses + total.claims) / total.customers / years
    load = world.staff_utilisation * contacts / firm.sized / (1.0 + policy.capacity)
    kept = halving(365.0 * years, world.staff_load_half_life)
    firm.utilisation = min(load + (firm.utilisation - load) * kept, 0.95)
    firm.sized = contacts + (firm.sized - contacts) * halving(365.0 * years, world.staff_hiring)


def care(firm: Firm, policy: Policy, world: World, days: float) -> None:
    """Let engagement move towards what motivation and workload make of it."""
    level = unit(
        world.staff_engagement
        + world.staff_motivation * policy.motivation
        - world.staff_overload * max(firm.utilisation - world.staff_utilisation, 0.0)
    )
    firm.engagement = level + (firm.engagement - level) * halving(days, world.staff_engagement_half_life)


def train(firm: Firm, policy: Policy, world: World, years: float) -> None:
    """Let training raise skill, and turnover bring it back to that of newcomers.

    dK/dt = (target - K) / tau while there is training, + turnover (newcomer - K) always, solved over
    the tick; turnover grows as engagement falls.
    """
    lost = world.staff_turnover * (1.0 + world.staff_leaving * (world.staff_engagement - firm.engagement))
    lost = max(lost, 0.0)
    gained = 365.0 / (7.0 * policy.training_weeks) if policy.trained != 0 else 0.0
    if gained + lost <= 0.0:
        return
    level = (gained * policy.training_skill + lost * world.support_skill) / (gained + lost)
    firm.skill = level + (firm.skill - level) * exponential(-(gained + lost) * years)


def learn(firm: Firm, policy: Policy, total: TickLedger, world: World, days: float) -> None:
    """Let complaints and answers teach the firm to avoid failures, as far as it attends to them.

    What can be learned is approached at a rate that grows with the signals per customer, and what was
    learned is forgotten with a half-life; both solved over the tick.
    """
    gained = 0.0
    if total.customers > 0.0:
        signals = (total.complaints + total.replies) / total.customers
        gained = policy.feedback * world.staff_learning * signals
    lost = LOG_TWO * days / world.staff_forgetting
    level = world.staff_learnable * gained / (gained + lost)
    firm.learned = level + (firm.learned - level) * exponential(-(gained + lost))


def compete(firm: Firm, policy: Policy, world: World, luck: Luck, years: float) -> None:
    """Let rivals gain steadily, come and go, and follow the firm's offers.

    What comes and goes is a mean-reverting random walk (Uhlenbeck and Ornstein 1930), stepped so that
    its spread does not depend on the length of the tick.
    """
    days = 365.0 * years
    firm.rival_trend = clip(firm.rival_trend + world.market_rival_drift * years, -1.0, 1.0)
    kept = halving(days, world.market_rival_half_life)
    pull = LOG_TWO * 365.0 / world.market_rival_half_life
    spread = world.market_rival_volatility * math.sqrt((1.0 - kept * kept) / (2.0 * pull))
    firm.rival_course = clip(firm.rival_course * kept + spread * normal(luck, RIVAL, 0), -1.0, 1.0)
    followed = 1.0 - exponential(-days / world.market_rival_lag)
    firm.rival_answer += (world.market_rival_match * offer(policy, world) - firm.rival_answer) * followed


def offer(policy: Policy, world: World) -> float:
    """Return what the firm offers to all beyond today, as a share of spending.

    Rewards, lower prices and public commitments; what only some are offered, such as gifts and
    discounts to those who give notice, rivals do not see.
    """
    rewards = incentive(policy) if policy.programme != 0 else 0.0
    return float(
        rewards + max(1.0 - policy.price_level, 0.0) + world.market_rival_promise * publicity(policy)
    )
