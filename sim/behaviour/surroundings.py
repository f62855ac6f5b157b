"""What a rule may look at besides the customer: the clock, the ledger, the world and exposure.

`World` is the scenario's numbers as one flat record: the dotted path without a leading
``behaviour`` or ``service``, joined by underscores (``behaviour.trust.kept_gain`` is
``world.trust_kept_gain``), see `sim.engine.world_record`. Its names come from the registry,
so it is typed `Any` here; a name that does not exist fails in both engines at once.
"""

from dataclasses import dataclass
from typing import Any

from sim.behaviour.customer import CustomerState
from sim.world.policy import LEVER_BIT, Policy

World = Any

LEVER_DELIVERY = LEVER_BIT["commitments.delivery"]
LEVER_RESPONSE = LEVER_BIT["commitments.response"]
LEVER_AVAILABILITY = LEVER_BIT["commitments.availability"]
LEVER_QUALITY = LEVER_BIT["commitments.quality"]
LEVER_RESPONSE_TARGET = LEVER_BIT["recovery.response_target"]
LEVER_APOLOGY = LEVER_BIT["recovery.apology"]
LEVER_COMPENSATION = LEVER_BIT["recovery.compensation"]
LEVER_EMPOWERMENT = LEVER_BIT["recovery.empowerment"]
LEVER_POINTS = LEVER_BIT["loyalty.points"]
LEVER_TIERS = LEVER_BIT["loyalty.tiers"]
LEVER_EXPIRY = LEVER_BIT["loyalty.expiry"]
LEVER_ENDOWMENT = LEVER_BIT["loyalty.endowment"]
LEVER_TRAINING = LEVER_BIT["training"]
LEVER_VERIFICATION = LEVER_BIT["recovery.verification"]
LEVER_NOTICE = LEVER_BIT["notice"]
LEVER_PERSONALISATION = LEVER_BIT["personalisation"]
LEVER_RETENTION_CONTACT = LEVER_BIT["retention_contact"]
LEVER_PRICE = LEVER_BIT["price"]
LEVER_SAVE_OFFER = LEVER_BIT["save_offer"]
LEVER_FIXED_TERM = LEVER_BIT["fixed_term"]
LEVER_PAYMENT_REMINDER = LEVER_BIT["payment_reminder"]
LEVER_BONDS = LEVER_BIT["bonds"]
LEVER_REFERRAL = LEVER_BIT["referral"]
LEVER_ADVERTISING = LEVER_BIT["advertising"]
LEVER_CAPACITY = LEVER_BIT["capacity"]
LEVER_MOTIVATION = LEVER_BIT["motivation"]
LEVER_FEEDBACK = LEVER_BIT["feedback"]


@dataclass
class Clock:
    """The time of a tick: hours since the start, and what is due in it for everyone."""

    tick: int = 0  # number, from 0
    start: float = 0.0  # first hour of the tick
    end: float = 0.0  # first hour after it
    last: float = 0.0  # the last instant that belongs to the tick
    hearing: float = 0.0  # the instant at which one hears what others said
    years: float = 0.0  # length of the tick
    discount: float = 1.0  # value today of a unit of currency in this tick
    wave: int = 0  # 1 if a wave of the recommendation question falls into the tick
    quarter: int = 0  # 1 if a quarter of the programme ends in the tick


@dataclass
class TickLedger:
    """What is counted in a tick, over all customers of a segment.

    Counts are whole numbers; money is currency; sums are over customers or episodes, and the
    engine divides when it makes KPIs of them.
    """

    customers: int = 0  # active at the start of the tick
    active: int = 0  # active at its end
    cohort: int = 0  # of those, customers since the start
    orders: int = 0  # that were filled
    failures: int = 0  # orders in which something failed
    delays: int = 0  # orders later than promised
    grievances: int = 0  # orders with something to complain about
    complaints: int = 0  # grievances that were voiced
    silences: int = 0  # grievances that were not
    merged: int = 0  # complaints added to an open case
    notices: int = 0  # of a delay
    false_alarms: int = 0  # notices of delays that did not come
    claims: int = 0  # without a cause
    claims_paid: int = 0  # of those without a cause
    messages: int = 0  # met
    unsubscribed: int = 0  # who asked for no more messages
    retention_contacts: int = 0  # with customers asked to stay
    save_offers: int = 0  # to customers who gave notice
    saved: int = 0  # who then stayed
    terms: int = 0  # who bound themselves for longer
    episodes: int = 0  # that were remembered, each once
    praise: int = 0  # episodes told of as good
    warnings: int = 0  # episodes told of as bad
    praise_heard: int = 0  # by a neighbour
    warnings_heard: int = 0  # by a neighbour
    reviews: int = 0  # written
    review_stars: int = 0  # sum over reviews
    reviews_negative: int = 0  # of one or two stars
    referrals: int = 0  # customers who referred
    acquired: int = 0  # prospects who joined
    acquired_by_referral: int = 0  # of those
    returned: int = 0  # who had left
    delivery_kept: int = 0  # promises of this attribute kept
    delivery_broken: int = 0  # promises of this attribute broken
    response_kept: int = 0  # promises of this attribute kept
    response_broken: int = 0  # promises of this attribute broken
    availability_kept: int = 0  # promises of this attribute kept
    availability_broken: int = 0  # promises of this attribute broken
    quality_kept: int = 0  # promises of this attribute kept
    quality_broken: int = 0  # promises of this attribute broken
    responses: int = 0  # answers to complaints
    response_hours: float = 0.0  # sum of hours until an answer
    cases: int = 0  # judged
    resolved: int = 0  # cases that were solved
    resolved_first: int = 0  # cases solved by the first answer
    satisfied: int = 0  # cases after which satisfaction is above the level of a grievance
    reopened: int = 0  # answers that did not solve it
    abandoned: int = 0  # cases closed without a solution
    insulted: int = 0  # cases in which the handling failed as well
    compensations: int = 0  # payments
    compensation: float = 0.0  # currency paid
    joined: int = 0  # members who are new
    members: int = 0  # of the programme
    points_earned: float = 0.0  # points
    points_redeemed: float = 0.0  # points
    points_expired: float = 0.0  # points
    points_balance: float = 0.0  # points held at the end
    liability: float = 0.0  # currency owed for points
    tier_ups: int = 0  # members who rose
    tier_downs: int = 0  # members who fell
    invited: int = 0  # questions put, of any kind
    replies: int = 0  # questions answered, of any kind
    effort_answers: int = 0  # to the question of effort
    effort_points: int = 0  # sum over answers
    asked: int = 0  # who answered the recommendation question
    promoters: int = 0  # answers 9 and 10
    detractors: int = 0  # answers 0 to 6
    answers: int = 0  # to the satisfaction question
    stars: int = 0  # sum over answers
    top_two: int = 0  # answers of 4 and 5 stars
    left: int = 0  # customers who left
    left_involuntarily: int = 0  # of those, for reasons of their own
    revenue: float = 0.0  # currency
    margin: float = 0.0  # currency, before costs
    cost: float = 0.0  # currency
    value: float = 0.0  # discounted margin less cost
    discounted_cost: float = 0.0  # currency, to the start
    satisfaction: float = 0.0  # sum over active customers
    trust: float = 0.0  # sum over active customers
    attachment: float = 0.0  # sum over active customers
    skill: float = 0.0  # sum over active customers
    engagement: float = 0.0  # sum over active customers
    utilisation: float = 0.0  # sum over active customers
    rating: float = 0.0  # sum over active customers
    rival: float = 0.0  # sum over active customers
    hazard: float = 0.0  # sum of multipliers over decisions
    decisions: int = 0  # to stay or leave
    speed: float = 0.0  # sum over experiences
    quality: float = 0.0  # sum over experiences
    reliability: float = 0.0  # sum over experiences
    contact: float = 0.0  # sum over experiences
    experiences: int = 0  # orders judged, filled or not


def expose(customer: CustomerState, policy: Policy, lever: int) -> None:
    """Remember that the customer has met a lever, if that lever is on."""
    customer.exposed = customer.exposed | (policy.levers & lever)
