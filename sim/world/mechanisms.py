"""The switches of the mechanisms, and what off means for each, value by value.

A mechanism that is off is one whose parameters stand at the values below. They need not lie in
the plausible range of the registry: no one believes them, they take the mechanism out.
"""

from dataclasses import dataclass, fields

from sim.world.parameter import parameter

# Declarations read as a table, a parameter a row: the formatter would break each into seven lines.
# fmt: off


@dataclass(frozen=True)
class Mechanisms:
    """Which mechanisms of the customer are at work; with all off the known models remain."""

    expectations: bool = parameter(True, unit="yes or no", meaning="B1: expectations learn from use and colour perception")
    promises: bool = parameter(True, unit="yes or no", meaning="B1: promises raise expectations")
    treadmill: bool = parameter(True, unit="yes or no", meaning="B1: what was good becomes the standard")
    disconfirmation: bool = parameter(True, unit="yes or no", meaning="B2: the gap to expectations moves satisfaction")
    loss_aversion: bool = parameter(True, unit="yes or no", meaning="B2: losses weigh more than gains")
    memory: bool = parameter(True, unit="yes or no", meaning="B3: episodes move the memory of satisfaction")
    peak_and_end: bool = parameter(True, unit="yes or no", meaning="B3: peak and end count when asked")
    attachment: bool = parameter(True, unit="yes or no", meaning="B3: attachment grows with delight")
    trust: bool = parameter(True, unit="yes or no", meaning="B4: kept and broken promises move trust")
    deception: bool = parameter(True, unit="yes or no", meaning="B4: a deception lowers trust for good")
    discipline: bool = parameter(True, unit="yes or no", meaning="B5: a commitment makes the firm's process better")
    opportunism: bool = parameter(True, unit="yes or no", meaning="B5: some claim compensation without a cause")
    notice: bool = parameter(True, unit="yes or no", meaning="B9: a notice of a delay softens it")
    voice: bool = parameter(True, unit="yes or no", meaning="B6: grieved customers may complain")
    recovery: bool = parameter(True, unit="yes or no", meaning="B7: handling repairs satisfaction, trust and shock")
    paradox: bool = parameter(True, unit="yes or no", meaning="B8: a recovery may do better than no failure")
    double_deviation: bool = parameter(True, unit="yes or no", meaning="B8: a handling that fails hurts twice")
    shock: bool = parameter(True, unit="yes or no", meaning="B8: a failure shakes the customer for a while")
    availability: bool = parameter(True, unit="yes or no", meaning="B10: orders that cannot be filled are lost")
    speed_pull: bool = parameter(True, unit="yes or no", meaning="B10: faster delivery sells more")
    reliability_pull: bool = parameter(True, unit="yes or no", meaning="B10: who expects to find things and the word kept buys more")
    programme: bool = parameter(True, unit="yes or no", meaning="B11: customers join the loyalty programme")
    self_selection: bool = parameter(True, unit="yes or no", meaning="B11: heavy buyers join sooner")
    goal_gradient: bool = parameter(True, unit="yes or no", meaning="B11: orders speed up towards a reward")
    endowed_progress: bool = parameter(True, unit="yes or no", meaning="B11: points given at joining spur until the first reward")
    post_reward: bool = parameter(True, unit="yes or no", meaning="B11: orders fall right after a reward, and rise for longer")
    crowding_out: bool = parameter(True, unit="yes or no", meaning="B11: strong incentives wear attachment down")
    deal_prone: bool = parameter(True, unit="yes or no", meaning="B11: some come for the benefit and leave with it")
    personalisation: bool = parameter(True, unit="yes or no", meaning="B12: messages that fit sell more")
    contact_fatigue: bool = parameter(True, unit="yes or no", meaning="B12: messages that do not fit tire and drive off")
    retention_contact: bool = parameter(True, unit="yes or no", meaning="B12: asking customers to stay wakes them, and pleases with its gift")
    inertia: bool = parameter(True, unit="yes or no", meaning="B13: habit grows with tenure and holds")
    switching_cost: bool = parameter(True, unit="yes or no", meaning="B13: the trouble of going elsewhere holds")
    price: bool = parameter(True, unit="yes or no", meaning="B13: a price that changes moves orders, arrival and leaving")
    involuntary: bool = parameter(True, unit="yes or no", meaning="B13: some leave for reasons of their own")
    word_of_mouth: bool = parameter(True, unit="yes or no", meaning="B14: customers tell others, who listen")
    reviews: bool = parameter(True, unit="yes or no", meaning="B14: customers write reviews, and the rating moves others")
    referral: bool = parameter(True, unit="yes or no", meaning="B14: customers refer friends")
    acquisition: bool = parameter(True, unit="yes or no", meaning="B15: prospects become customers by themselves")
    rival_course: bool = parameter(True, unit="yes or no", meaning="B15: rivals get better and worse")
    rival_answer: bool = parameter(True, unit="yes or no", meaning="B15: rivals match what the firm offers, with a lag")
    skill: bool = parameter(True, unit="yes or no", meaning="B16: skilled staff fails less")
    turnover: bool = parameter(True, unit="yes or no", meaning="B16: trained staff leaves")
    engagement: bool = parameter(True, unit="yes or no", meaning="B16: engagement moves skill, contact and turnover")
    queue: bool = parameter(True, unit="yes or no", meaning="B16: answers wait for somebody free")
    feedback: bool = parameter(True, unit="yes or no", meaning="B16: the firm learns from complaints and answers")
    nonresponse: bool = parameter(True, unit="yes or no", meaning="B17: who feels strongly answers surveys sooner")
    survey_fatigue: bool = parameter(True, unit="yes or no", meaning="B17: questions tire")
    churn: bool = parameter(True, unit="yes or no", meaning="B13: the customer's state multiplies the hazard of leaving")
    purchase: bool = parameter(True, unit="yes or no", meaning="B13: the customer's state multiplies the rate of orders")


# fmt: on

NEVER = -40.0  # log-odds at which nothing ever happens

OFF: dict[str, dict[str, float]] = {
    "expectations": {"behaviour.expectation.adaptation": 0.0, "behaviour.expectation.assimilation": 0.0},
    "promises": {"behaviour.expectation.promise_will": 0.0, "behaviour.expectation.promise_should": 0.0},
    "treadmill": {"behaviour.expectation.treadmill": 0.0},
    "disconfirmation": {"behaviour.disconfirmation.weight": 0.0},
    "loss_aversion": {"customers.loss_aversion": 1.0, "customers.loss_aversion_spread": 0.0},
    "memory": {"behaviour.memory.rate": 0.0},
    "peak_and_end": {"behaviour.memory.peak_weight": 0.0, "behaviour.memory.end_weight": 0.0},
    "attachment": {"behaviour.churn.attachment_rate": 0.0, "behaviour.programme.tier_up": 0.0},
    "trust": {
        "behaviour.trust.kept_gain": 0.0,
        "behaviour.trust.broken_loss": 0.0,
        "behaviour.trust.deception": 0.0,
        "behaviour.programme.expiry_loss": 0.0,
        "behaviour.outreach.privacy": 0.0,
    },
    "deception": {"behaviour.trust.deception": 0.0},
    "discipline": {"behaviour.commitment.discipline": 0.0},
    "opportunism": {"customers.opportunists": 0.0, "behaviour.commitment.claims": 0.0},
    "notice": {
        "behaviour.notice.adaptation": 0.0,
        "behaviour.notice.severity": 0.0,
        "behaviour.notice.voice": 0.0,
        "behaviour.notice.second": 0.0,
        "behaviour.notice.false_alarm": 0.0,
    },
    "voice": {"behaviour.voice.base": NEVER},
    "recovery": {
        "behaviour.recovery.distributive": 0.0,
        "behaviour.recovery.interactional": 0.0,
        "behaviour.recovery.procedural": 0.0,
        "behaviour.recovery.lasting_distributive": 0.0,
        "behaviour.recovery.lasting_interactional": 0.0,
        "behaviour.recovery.lasting_procedural": 0.0,
        "behaviour.recovery.insult": 0.0,
    },
    "paradox": {"behaviour.recovery.paradox_severity": 0.0},
    "double_deviation": {"behaviour.recovery.double_deviation": 0.0},
    "shock": {"behaviour.churn.shock": 0.0},
    "availability": {"service.unavailable.rate": 0.0},
    "speed_pull": {"behaviour.purchase.speed": 0.0},
    "reliability_pull": {"behaviour.purchase.reliability": 0.0},
    "programme": {"behaviour.programme.join_base": NEVER, "behaviour.programme.join_satisfaction": 0.0},
    "self_selection": {"behaviour.programme.join_rate": 0.0, "behaviour.programme.join_wallet": 0.0},
    "goal_gradient": {"behaviour.programme.gradient": 0.0},
    "endowed_progress": {"behaviour.programme.endowed": 0.0},
    "post_reward": {"behaviour.programme.reset": 0.0, "behaviour.programme.rewarded": 0.0},
    "crowding_out": {"behaviour.programme.crowding": 0.0},
    "deal_prone": {"customers.deal_prone": 0.0},
    "personalisation": {"behaviour.outreach.relevance": 0.0, "behaviour.outreach.prompt": 0.0},
    "contact_fatigue": {
        "behaviour.outreach.fatigue": 0.0,
        "behaviour.outreach.unsubscribe": NEVER,
        "behaviour.outreach.unsubscribe_fatigue": 0.0,
        "behaviour.outreach.privacy": 0.0,
    },
    "retention_contact": {"behaviour.outreach.wakes": 0.0, "behaviour.outreach.goodwill": 0.0},
    "inertia": {"behaviour.churn.inertia": 0.0},
    "switching_cost": {"behaviour.churn.switching": 0.0},
    "price": {"behaviour.churn.price": 0.0, "behaviour.purchase.price": 0.0, "market.price": 0.0},
    "involuntary": {"customers.involuntary": 0.0},
    "word_of_mouth": {"behaviour.talk.good": 0.0, "behaviour.talk.bad": 0.0},
    "reviews": {"behaviour.talk.review": 0.0, "behaviour.talk.review_extreme": 0.0},
    "referral": {"behaviour.talk.referral": 0.0},
    "acquisition": {"market.arrival": 0.0},
    "rival_course": {"market.rival.drift": 0.0, "market.rival.volatility": 0.0},
    "rival_answer": {"market.rival.match": 0.0},
    "skill": {"service.skill_effect": 0.0},
    "turnover": {"staff.turnover": 0.0},
    "engagement": {"staff.effort": 0.0, "staff.contact": 0.0, "staff.leaving": 0.0},
    "queue": {"staff.waiting": 0.0},
    "feedback": {"staff.learning": 0.0},
    "nonresponse": {"behaviour.answer.response_extreme": 0.0},
    "survey_fatigue": {"behaviour.answer.fatigue": 0.0},
    "churn": {
        "behaviour.churn.satisfaction": 0.0,
        "behaviour.churn.trust": 0.0,
        "behaviour.churn.attachment": 0.0,
        "behaviour.churn.delight": 0.0,
        "behaviour.churn.shock": 0.0,
        "behaviour.churn.inertia": 0.0,
        "behaviour.churn.switching": 0.0,
        "behaviour.churn.price": 0.0,
        "behaviour.churn.rival": 0.0,
        "behaviour.churn.deal": 0.0,
        "behaviour.churn.opinion": 0.0,
        "behaviour.outreach.goodwill": 0.0,
        "behaviour.programme.stake": 0.0,
        "reference.log_hazard": 0.0,  # the centring of multipliers that are no longer there
    },
    "purchase": {
        "behaviour.purchase.satisfaction": 0.0,
        "behaviour.purchase.shock": 0.0,
        "behaviour.purchase.speed": 0.0,
        "behaviour.purchase.reliability": 0.0,
        "behaviour.purchase.rating": 0.0,
        "behaviour.purchase.price": 0.0,
        "behaviour.purchase.deal": 0.0,
        "behaviour.outreach.relevance": 0.0,
        "behaviour.outreach.prompt": 0.0,
        "behaviour.outreach.fatigue": 0.0,
    },
}
"""What off means: dotted paths of a scenario and the values they take."""


def switched_off(mechanisms: Mechanisms) -> dict[str, float]:
    """Return the values that the mechanisms which are off take, by dotted path of the scenario."""
    values: dict[str, float] = {}
    for item in fields(mechanisms):
        if not getattr(mechanisms, item.name):
            values |= OFF[item.name]
    return values


def mechanism_names() -> list[str]:
    """Return the names of the mechanisms in the order of a tick."""
    return [item.name for item in fields(Mechanisms)]
