"""Customer-tick v1 compiled: the very functions of `rules`, over records of a structured array.

`live_by_customer` lets each customer live all weeks before the next one begins, as nothing ties them to
each other; `live_by_week` goes through all customers week by week.
"""

from typing import Any

import numpy as np
from customer_tick import rules
from numba.extending import register_jitable
from numpy.typing import NDArray

from sim.engine.compiled import compile_kernel, tick_key
from sim.engine.luck import BEFORE_THE_FIRST_TICK, seed_key, uniforms
from sim.engine.records import record_type

RATE, BASKET = 11, 12


SHOPPER = record_type(rules.Shopper)
TAKINGS = record_type(rules.Takings)
for rule in (rules.tier, rules.buy, rules.live_week):
    register_jitable(rule)


def _live_by_customer(customers: Any, weeks: Any, run_key: Any) -> None:
    for place in range(len(customers)):
        customer = customers[place]
        for tick in range(len(weeks)):
            if customer.active == 0:
                break
            rules.live_week(customer, tick_key(run_key, customer.id, tick), weeks[tick])


def _live_by_week(customers: Any, weeks: Any, run_key: Any) -> None:
    for tick in range(len(weeks)):
        for place in range(len(customers)):
            customer = customers[place]
            if customer.active != 0:
                rules.live_week(customer, tick_key(run_key, customer.id, tick), weeks[tick])


live_by_customer = compile_kernel(_live_by_customer)
live_by_week = compile_kernel(_live_by_week)


def shoppers(count: int, seed: int) -> NDArray[Any]:
    """Return customers before the first week, drawn by the keyed luck of a seed."""
    people = np.zeros(count, dtype=SHOPPER)
    people["id"] = np.arange(count)
    people["active"] = 1
    draws = (uniforms(seed_key(seed), count, BEFORE_THE_FIRST_TICK, purpose) for purpose in (RATE, BASKET))
    people["rate"], people["basket"] = (0.1 + 0.4 * next(draws), 10.0 + 40.0 * next(draws))
    people["satisfaction"], people["trust"] = 0.7, 0.6
    return people


def takings(weeks: int) -> NDArray[Any]:
    """Return an empty record for each week."""
    return np.zeros(weeks, dtype=TAKINGS)
