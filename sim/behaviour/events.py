"""The events of a customer's life: their codes, and how they are noted down."""

from typing import Protocol

from sim.behaviour.customer import CustomerState

PURCHASE = 1
PROMISE_MADE = 2
PROMISE_KEPT = 3
PROMISE_BROKEN = 4
FAILURE = 5
COMPLAINT = 6
SILENCE = 7
RESPONSE = 8
APOLOGY = 9
COMPENSATION = 10
RESOLVED = 11
REOPENED = 12
ABANDONED = 13
JOINED = 14
POINTS_EARNED = 15
POINTS_REDEEMED = 16
POINTS_EXPIRED = 17
TIER_UP = 18
TIER_DOWN = 19
SURVEY_SATISFACTION = 20
SURVEY_RECOMMENDATION = 21
RENEWAL = 22
CHURN = 23
DELAY_NOTICE = 24
MESSAGE = 25
UNSUBSCRIBED = 26
RETENTION_CONTACT = 27
SAVE_OFFER = 28
TERM_TAKEN = 29
CLAIM = 30
TOLD = 31
HEARD = 32
REVIEW = 33
REFERRAL = 34
ACQUIRED = 35
RETURNED = 36
SURVEY_EFFORT = 37
PAYMENT_RESCUED = 38

EVENT_NAMES = {
    PURCHASE: "purchase",
    PROMISE_MADE: "promise made",
    PROMISE_KEPT: "promise kept",
    PROMISE_BROKEN: "promise broken",
    FAILURE: "failure",
    COMPLAINT: "complaint",
    SILENCE: "silence",
    RESPONSE: "response",
    APOLOGY: "apology",
    COMPENSATION: "compensation",
    RESOLVED: "resolved",
    REOPENED: "reopened",
    ABANDONED: "abandoned",
    JOINED: "joined programme",
    POINTS_EARNED: "points earned",
    POINTS_REDEEMED: "points redeemed",
    POINTS_EXPIRED: "points expired",
    TIER_UP: "tier up",
    TIER_DOWN: "tier down",
    SURVEY_SATISFACTION: "satisfaction answer",
    SURVEY_RECOMMENDATION: "recommendation answer",
    RENEWAL: "renewal",
    CHURN: "churn",
    DELAY_NOTICE: "delay notice",
    MESSAGE: "message",
    UNSUBSCRIBED: "unsubscribed",
    RETENTION_CONTACT: "retention contact",
    SAVE_OFFER: "save offer",
    TERM_TAKEN: "fixed term taken",
    CLAIM: "claim without a cause",
    TOLD: "told others",
    HEARD: "heard from others",
    REVIEW: "review",
    REFERRAL: "referral",
    ACQUIRED: "acquired",
    RETURNED: "returned",
    SURVEY_EFFORT: "effort answer",
    PAYMENT_RESCUED: "payment rescued",
}

NOTHING = 0
DELIVERY = 1
RESPONSE_TIME = 2
AVAILABILITY = 3
QUALITY = 4
CORE = 5
ENCOUNTER = 6
UNAVAILABLE = 7
BILLING = 8
DELAY = 9
LEFT_SILENT = 10
LEFT_AFTER_FAILURE = 11
LEFT_AFTER_COMPLAINT = 12
LEFT_FOR_RIVAL = 13
LEFT_FOR_PRICE = 14
LEFT_WITHOUT_DEAL = 15
LEFT_INVOLUNTARILY = 16
IN_TIME = 17
FITTING = 18
UNFITTING = 19
ACCEPTED = 20
REFUSED = 21
PRAISE = 22
WARNING = 23
BY_ITSELF = 24
REFERRED = 25
PAID = 26
FOUND_OUT = 27

DETAIL_NAMES = {
    NOTHING: "",
    DELIVERY: "delivery",
    RESPONSE_TIME: "response",
    AVAILABILITY: "availability",
    QUALITY: "quality",
    CORE: "core",
    ENCOUNTER: "encounter",
    UNAVAILABLE: "unavailable",
    BILLING: "billing",
    DELAY: "delay",
    LEFT_SILENT: "silent",
    LEFT_AFTER_FAILURE: "after failure",
    LEFT_AFTER_COMPLAINT: "after complaint",
    LEFT_FOR_RIVAL: "for a rival",
    LEFT_FOR_PRICE: "for the price",
    LEFT_WITHOUT_DEAL: "benefit gone",
    LEFT_INVOLUNTARILY: "involuntary",
    IN_TIME: "but in time",
    FITTING: "fitting",
    UNFITTING: "unfitting",
    ACCEPTED: "accepted",
    REFUSED: "refused",
    PRAISE: "praise",
    WARNING: "warning",
    BY_ITSELF: "by itself",
    REFERRED: "referred",
    PAID: "paid",
    FOUND_OUT: "found out",
}


class Log(Protocol):
    """Where events are written."""

    def note(self, customer: int, hour: float, event: int, detail: int, value: float, money: float) -> None:
        """Append one event."""


def note(
    log: Log, customer: CustomerState, hour: float, event: int, detail: int, value: float, money: float
) -> None:
    """Note an event in the life of a customer who is watched.

    Parameters
    ----------
    log
        Where to write.
    customer
        Whose life it is; nothing is written for one who is not watched.
    hour
        When, in hours since the start.
    event, detail
        Codes from this module.
    value
        What the event is about: hours, severity, satisfaction or points.
    money
        Currency that changes hands, 0 if none.
    """
    if customer.watched != 0:
        log.note(customer.id, hour, event, detail, value, money)
