"""The experiments behind C16 and C17: cards with stamps, everyone gets one, an order is a stamp.

A programme whose points are stamps: every order costs the same and earns one point, a number of points
buys one free order, and some may be given at the start. Customers live as if alone, nothing fails and
nobody leaves, so that the arms differ in the card only.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.behaviour import events
from sim.evidence.checks.one_failure import CALM
from sim.evidence.trial import Floats, Trial, Values, run
from sim.world.scenario import Scenario
from sim.world.strategy import LoyaltyProgramme, Strategy

HOURS_PER_DAY = 24.0
PRICE = 100.0
CARD_WORLD: Mapping[str, Any] = {
    **CALM,
    "customers.segments": {"everyone": {}},
    "customers.spend.mean": PRICE,
    "customers.spend.between": 0.0,
    "customers.spend.within": 0.0,
    "customers.exit.alpha": 0.01,
    "customers.exit.beta": 1000.0,
    "mechanisms.deal_prone": False,
    "mechanisms.self_selection": False,
    "behaviour.programme.join_base": 3.0,
}

PLAIN_CARD = "share who fill a card of eight within nine months"
ENDOWED_CARD = "share who fill a card of ten, of which two are given"
HANDED_OUT_DAYS = 91.0
NINE_MONTHS_DAYS = 274.0
WASHES: Mapping[str, Any] = {
    "customers.orders.mean": 5.8,  # with the shape it makes the share of the plain card
    "customers.orders.shape": 8.0,
    "time.horizon": 1.0,
}

FIRST_TO_LAST = "change of the interval from the first stamps to the last, %"
FASTER = "time to ten orders on a card of twelve with two given, over that on a card of ten"
LULL = "fall of the pace from just before to just after the reward, %"
COFFEES: Mapping[str, Any] = {
    "customers.orders.mean": 234.0,  # a card of ten in some 15 days
    "customers.orders.shape": 10.0,
    "time.tick": "day",
    "time.horizon": 0.25,
}


def card_world(trial: Trial, changes: Mapping[str, Any]) -> Scenario:
    """Return a world in which nearly everyone takes a card and nothing but the card moves orders."""
    return trial.world("courier", {**CARD_WORLD, **changes})


def card(stamps: int, given: int = 0, worth: float = PRICE) -> Strategy:
    """Return a card with a free order for some stamps, of which a number are given at the start.

    Parameters
    ----------
    stamps
        Stamps that buy the reward.
    given
        Stamps on the card when it is handed out.
    worth
        Value of the reward in currency; 0 for a card that is of no use.
    """
    programme = LoyaltyProgramme(
        earn_rate=1.0 / PRICE, reward_points=float(stamps), reward_value=worth, endowment=float(given)
    )
    return Strategy(name="card", loyalty=programme)


def stamp_hours(scenario: Scenario, strategy: Strategy, seed: int, stamps: int) -> Floats:
    """Return at which hour each customer got each stamp, the first with the card; NaN if never.

    Returns
    -------
    array of shape (customers, stamps)
        The reward is taken at the order after the last stamp of a card, which itself is stamped.
    """
    result = run(scenario, seed, strategy, watch="all")
    assert result.log is not None
    log = result.log[result.log["event"] == events.POINTS_EARNED]
    order = np.argsort(log["customer"], kind="stable")  # the log is in order of time within a customer
    people, hours = log["customer"][order], log["hour"][order]
    first = np.searchsorted(people, people, side="left")
    place = np.arange(len(people)) - first
    found = np.full((scenario.customers.count, stamps), np.nan)
    wanted = place < stamps
    found[people[wanted], place[wanted]] = hours[wanted]
    return found


def relative(after: Floats, before: Floats) -> float:
    """Return the relative change from one duration to another, as a geometric mean over customers."""
    return float(np.expm1(np.nanmean(np.log(after) - np.log(before))))


def filled(hours: Floats) -> float:
    """Return which share of the cards handed out in the first quarter is redeemed within nine months."""
    handed = hours[:, 0] <= HANDED_OUT_DAYS * HOURS_PER_DAY
    taken = hours[handed, -1] - hours[handed, 0]
    return float(np.mean(taken <= NINE_MONTHS_DAYS * HOURS_PER_DAY))


def car_wash(trial: Trial) -> Values:
    """Measure C16: a card of eight stamps, and one of ten of which two are there."""
    world = card_world(trial, WASHES)

    def one(seed: int) -> dict[str, float]:
        return {
            PLAIN_CARD: filled(stamp_hours(world, card(8), seed, 9)),
            ENDOWED_CARD: filled(stamp_hours(world, card(10, 2), seed, 9)),
        }

    return trial.each(one)


def coffee_cards(trial: Trial) -> Values:
    """Measure C17: intervals on a card of ten, and on one of twelve of which two are there."""
    return coffee_cards_worth(trial, PRICE)


def coffee_cards_worth(trial: Trial, worth: float) -> Values:
    """Measure C17 with a reward of some worth in currency."""
    world = card_world(trial, COFFEES)

    def one(seed: int) -> dict[str, float]:
        ten = stamp_hours(world, card(10, 0, worth), seed, 12)
        twelve = stamp_hours(world, card(12, 2, worth), seed, 12)
        last = ten[:, 9] - ten[:, 8]
        return {
            FIRST_TO_LAST: 100.0 * relative(last, ten[:, 1] - ten[:, 0]),
            FASTER: 1.0 + relative(twelve[:, 9] - twelve[:, 0], ten[:, 9] - ten[:, 0]),
            LULL: 100.0 * (1.0 - 1.0 / (1.0 + relative(ten[:, 11] - ten[:, 10], last))),
        }

    return trial.each(one)


def worthless_cards(trial: Trial) -> Values:
    """Measure C17 with cards that bring nothing."""
    return coffee_cards_worth(trial, 0.0)
