"""The codes of events and how events are noted."""

import re

from sim.behaviour import events
from sim.behaviour.events import DETAIL_NAMES, EVENT_NAMES, note

# Codes stand in logs that people keep: they are never given another number.
EVENTS = {
    "PURCHASE": 1,
    "PROMISE_MADE": 2,
    "PROMISE_KEPT": 3,
    "PROMISE_BROKEN": 4,
    "FAILURE": 5,
    "COMPLAINT": 6,
    "SILENCE": 7,
    "RESPONSE": 8,
    "APOLOGY": 9,
    "COMPENSATION": 10,
    "RESOLVED": 11,
    "REOPENED": 12,
    "ABANDONED": 13,
    "JOINED": 14,
    "POINTS_EARNED": 15,
    "POINTS_REDEEMED": 16,
    "POINTS_EXPIRED": 17,
    "TIER_UP": 18,
    "TIER_DOWN": 19,
    "SURVEY_SATISFACTION": 20,
    "SURVEY_RECOMMENDATION": 21,
    "RENEWAL": 22,
    "CHURN": 23,
}
DETAILS = {
    "NOTHING": 0,
    "DELIVERY": 1,
    "RESPONSE_TIME": 2,
    "AVAILABILITY": 3,
    "QUALITY": 4,
    "CORE": 5,
    "ENCOUNTER": 6,
    "UNAVAILABLE": 7,
    "BILLING": 8,
    "DELAY": 9,
    "LEFT_SILENT": 10,
    "LEFT_AFTER_FAILURE": 11,
    "LEFT_AFTER_COMPLAINT": 12,
}


def test_codes_keep_their_numbers():
    for name, code in {**EVENTS, **DETAILS}.items():
        assert getattr(events, name) == code, name


def test_every_code_has_one_name():
    codes = {name for name, value in vars(events).items() if name.isupper() and isinstance(value, int)}
    assert codes >= {*EVENTS, *DETAILS}
    own = {getattr(events, name) for name in codes}
    assert own == {*EVENT_NAMES, *DETAIL_NAMES}
    for names in (EVENT_NAMES, DETAIL_NAMES):
        assert len(set(names.values())) == len(names)
        assert all(re.fullmatch(r"[a-z ]*", name) for name in names.values())


def test_only_the_watched_are_noted(make_customer, log):
    note(log, make_customer(id=3, watched=1), 2.5, events.PURCHASE, events.NOTHING, 1.0, 30.0)
    note(log, make_customer(id=4, watched=0), 2.5, events.PURCHASE, events.NOTHING, 1.0, 30.0)
    assert log.rows == [(3, 2.5, events.PURCHASE, events.NOTHING, 1.0, 30.0)]
