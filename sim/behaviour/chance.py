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


NEVER = 1e18
"""The hour of what does not happen."""
RARE = 1e-12  # events per hour: a rate so low counts as none


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


def happens_within(luck: Luck, purpose: int, occurrence: int, exposure: float) -> bool:
    """Return whether an event of a Poisson process falls within an exposure: its rate times a time."""
    return falls_within(draw(luck, purpose, occurrence), exposure)


def falls_within(chance: float, exposure: float) -> bool:
    """Return whether a draw lies below 1 - exp(-x), the probability of an event within an exposure x.

    It lies between x - x²/2 + x³/6 - x⁴/24 and the first three of these terms; the exponential is computed
    for the few draws between the two.
    """
    most = exposure * (1.0 - exposure * (0.5 - exposure / 6.0))
    if chance >= most:
        return False
    square = exposure * exposure
    if chance < most - square * square / 24.0:
        return True
    return chance < -math.expm1(-min(exposure, 700.0))


def happens_at_odds(luck: Luck, purpose: int, occurrence: int, log_odds: float) -> bool:
    """Return whether something with these log-odds happens.

    exp(x) is at least (1 + x/8)^8, which is enough to say no to most of what is rare.
    """
    chance = draw(luck, purpose, occurrence)
    if log_odds < 0.0:
        growth = 1.0 - 0.125 * log_odds
        growth = growth * growth
        growth = growth * growth
        if chance * (1.0 + growth * growth) >= 1.0:
            return False
    return chance < logistic(log_odds)


def normal(luck: Luck, purpose: int, occurrence: int) -> float:
    """Return a standard normal number (Box and Muller 1958) from two uniform ones."""
    radius = math.sqrt(-2.0 * math.log(draw(luck, purpose, 2 * occurrence)))
    return radius * math.sin(2.0 * math.pi * draw(luck, purpose, 2 * occurrence + 1))


def next_event(luck: Luck, purpose: int, occurrence: int, rate: float, hour: float, end: float) -> float:
    """Return the hour of the next event of a Poisson process, `NEVER` if it does not fall before the end.

    The time to it is -log(u) / rate. As -log(u) is at least 1 - u, most that fall later need no logarithm.

    Parameters
    ----------
    luck, purpose, occurrence
        As everywhere.
    rate
        Events per hour.
    hour, end
        When waiting begins, and up to when it matters.
    """
    if rate <= RARE:
        return NEVER
    chance = draw(luck, purpose, occurrence)
    if 1.0 - chance >= rate * (end - hour):
        return NEVER
    return hour - math.log(chance) / rate


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
    if exponent == 1.0:
        return base
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
