"""Luck and the few numerical helpers that all mechanisms share.

Every draw has a key: seed, customer and tick stand behind `Luck`, purpose and occurrence are
named where it is drawn. Two strategies therefore meet the same luck. Purposes are numbered
for good: a new one takes the next free number, none is ever reused.
"""

import math
from typing import Protocol

ORDER_TIME = 1
PRICE = 2
DELIVERY = 3
DELIVERY_TAIL = 4
QUOTE = 5
QUALITY = 6
CONTACT = 7
CORE = 8
ENCOUNTER = 9
UNAVAILABLE = 10
BILLING = 11
SEVERITY = 12
CAUSE = 13
RESCUE = 14
VOICE = 15
ANSWERED = 16
RESPONSE = 17
SOLVED = 18
EXIT = 19
JOIN = 20
SURVEYED = 21
RECOMMENDATION = 22
ASKED = 23
SATISFACTION = 24
RENEWAL = 25
NOTICED = 26
NOTICE_HOLDS = 27
MESSAGE_TIME = 28
FITS = 29
UNSUBSCRIBES = 30
CONTACT_TIME = 31
INVOLUNTARY = 32
RESCUED = 33
SAVED = 34
TERM = 35
TELLS = 36
HEARS = 37
REVIEWS = 38
REVIEW_STARS = 39
REFERS = 40
FOLLOWS = 41
ARRIVES = 42
RETURNS = 43
RIVAL = 44
RESPONDS = 45
CLAIMS = 46
CHECKED = 47
EFFORT = 48
INCIDENT = 49
TAKES_AFTER = 50


class Luck(Protocol):
    """The luck of one customer in one tick."""

    def draw(self, purpose: int, occurrence: int) -> float:
        """Return the uniform number in (0, 1) with this key."""


def draw(luck: Luck, purpose: int, occurrence: int) -> float:
    """Return the uniform number in (0, 1) for a purpose and an occurrence within the tick."""
    return luck.draw(purpose, occurrence)


def happens(luck: Luck, purpose: int, occurrence: int, probability: float) -> bool:
    """Return whether something of this probability happens."""
    return draw(luck, purpose, occurrence) < probability


def normal(luck: Luck, purpose: int, occurrence: int) -> float:
    """Return a standard normal number (Box and Muller 1958) from two uniform ones."""
    radius = math.sqrt(-2.0 * math.log(draw(luck, purpose, 2 * occurrence)))
    return radius * math.sin(2.0 * math.pi * draw(luck, purpose, 2 * occurrence + 1))


def waiting_time(luck: Luck, purpose: int, occurrence: int, rate: float) -> float:
    """Return the exponential time to the next event of a Poisson process, in units of 1/rate."""
    if rate <= 1e-12:
        return 1e12
    return -math.log(draw(luck, purpose, occurrence)) / rate


def clip(value: float, low: float, high: float) -> float:
    """Return the value, moved to the nearer limit if it lies outside."""
    return min(max(value, low), high)


def unit(value: float) -> float:
    """Return the value, limited to [0, 1]."""
    return min(max(value, 0.0), 1.0)


def exponential(value: float) -> float:
    """Return exp of the value, which is limited to ±40 so that no engine overflows."""
    return math.exp(clip(value, -40.0, 40.0))


def logistic(log_odds: float) -> float:
    """Return the probability with these log-odds."""
    return 1.0 / (1.0 + exponential(-log_odds))


def power(base: float, exponent: float) -> float:
    """Return base to the exponent for a base of at least 0, as exp and log in both engines."""
    if base <= 0.0:
        return 0.0
    return exponential(exponent * math.log(base))


def within(rate: float, time: float) -> float:
    """Return the probability that an event of a Poisson process of this rate falls within a time."""
    return 1.0 - exponential(-rate * time)


def halving(elapsed: float, half_life: float) -> float:
    """Return what is left of 1 after a time, in the unit of the half-life."""
    return exponential(-0.6931471805599453 * elapsed / half_life)


def hyperbola(time: float, half_time: float, steepness: float) -> float:
    """Return 1 / (1 + (time / half_time)^steepness): 1 at once, one half at the half-time."""
    return 1.0 / (1.0 + power(time / half_time, steepness))
