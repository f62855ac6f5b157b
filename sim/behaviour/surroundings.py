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

    tick: int = 0
    start: float = 0.0
    end: float = 0.0
    last: float = 0.0  # the last instant that belongs to the tick
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
    orders: int = 0
    failures: int = 0
    delays: int = 0
    grievances: int = 0
    complaints: int = 0
    silences: int = 0
    merged: int = 0
    notices: int = 0
    false_alarms: int = 0
    claims: int = 0  # without a cause
    claims_paid: int = 0
    messages: int = 0
    unsubscribed: int = 0
    retention_contacts: int = 0
    save_offers: int = 0
    saved: int = 0
    terms: int = 0
    episodes: int = 0  # that were remembered, each once
    praise: int = 0
    warnings: int = 0
    praise_heard: int = 0
    warnings_heard: int = 0
    reviews: int = 0
    review_stars: int = 0
    reviews_negative: int = 0  # of one or two stars
    referrals: int = 0  # customers who referred
    acquired: int = 0
    acquired_by_referral: int = 0
    returned: int = 0
    delivery_kept: int = 0
    delivery_broken: int = 0
    response_kept: int = 0
    response_broken: int = 0
    availability_kept: int = 0
    availability_broken: int = 0
    quality_kept: int = 0
    quality_broken: int = 0
    responses: int = 0
    response_hours: float = 0.0
    cases: int = 0  # judged
    resolved: int = 0
    resolved_first: int = 0
    satisfied: int = 0  # cases after which satisfaction is above the level of a grievance
    reopened: int = 0
    abandoned: int = 0
    insulted: int = 0
    compensations: int = 0
    compensation: float = 0.0
    joined: int = 0
    members: int = 0
    points_earned: float = 0.0
    points_redeemed: float = 0.0
    points_expired: float = 0.0
    points_balance: float = 0.0
    liability: float = 0.0
    tier_ups: int = 0
    tier_downs: int = 0
    invited: int = 0  # questions put, of any kind
    replies: int = 0
    effort_answers: int = 0
    effort_points: int = 0
    asked: int = 0  # who answered the recommendation question
    promoters: int = 0
    detractors: int = 0
    answers: int = 0
    stars: int = 0
    top_two: int = 0
    left: int = 0
    left_involuntarily: int = 0
    revenue: float = 0.0
    margin: float = 0.0
    cost: float = 0.0
    value: float = 0.0  # discounted margin less cost
    discounted_cost: float = 0.0
    satisfaction: float = 0.0
    trust: float = 0.0
    attachment: float = 0.0
    skill: float = 0.0
    engagement: float = 0.0
    utilisation: float = 0.0
    rating: float = 0.0
    rival: float = 0.0
    hazard: float = 0.0
    decisions: int = 0
    speed: float = 0.0
    quality: float = 0.0
    reliability: float = 0.0
    contact: float = 0.0
    experiences: int = 0


def expose(customer: CustomerState, policy: Policy, lever: int) -> None:
    """Remember that the customer has met a lever, if that lever is on."""
    customer.exposed = customer.exposed | (policy.levers & lever)
