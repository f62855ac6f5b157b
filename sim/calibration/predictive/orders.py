"""Firms without contracts, simulated as the data were watched."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.events import DELIVERY, PROMISE_BROKEN, PROMISE_KEPT, PROMISE_MADE, PURCHASE
from sim.calibration.delivery import waits
from sim.calibration.order_statistics import LATENESS, mean, share
from sim.calibration.posterior import Statistic
from sim.calibration.predictive.buying import Buying
from sim.calibration.records.orders import Orders
from sim.engine.simulation import simulate
from sim.world.library import load_strategy
from sim.world.scenario import DAYS_PER_YEAR, HOURS_PER_UNIT, TICK_DAYS, Scenario

Floats = NDArray[np.float64]
MOST, EVENTS = 10_000, 100_000
"""Customers of a firm, and its orders, about, at most."""
DELIVERIES = 4000
"""Orders of a firm that delivery is looked at in, at most."""
OFTEN, ALIKE, SOON = 40.0, 50.0, 0.05
"""Orders a year, their shape and years by which most customers have had a first order to look at."""
WEEKS = 26
"""Weeks beyond which the firm's state moves by months, not by weeks: orders have their hour in both."""


def part_of(data: Buying, rate: float, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return the places of the customers that are simulated: all of them, or as many as can be."""
    years = max(float(data.age.mean()) / DAYS_PER_YEAR, 1e-6)
    most = int(np.clip(EVENTS / max(rate * years, 1e-9), 200, MOST))
    count = len(data.age)
    return np.arange(count) if count <= most else np.sort(generator.choice(count, most, replace=False))


def simulated_buying(scenario: Scenario, values: Mapping[str, float], data: Buying, seed: int) -> Buying:
    """Return who bought when in a firm whose customers came when those of the data did.

    An order of the firm is what counts as one in the data: where that is all of a day, so is the rate.

    Parameters
    ----------
    scenario
        The calibrated world.
    values
        A draw of the posterior, by dotted path.
    data
        Who bought when in the data.
    seed
        Of luck.
    """
    generator = np.random.default_rng([seed, 1])
    world = scenario.replace(dict(values))
    chosen = part_of(data, world.customers.orders.mean, generator)
    age, count = data.age[chosen], len(chosen)
    tick = "week" if age.max() <= 7.0 * WEEKS else "month"
    ticks = np.ceil((age.max() + 1.0) / TICK_DAYS[tick])
    world = world.replace(
        {
            "customers.count": count,
            "time.tick": tick,
            "time.horizon": max(ticks * TICK_DAYS[tick] / DAYS_PER_YEAR, SOON),
            "market.prospects": 0.0,
        }
    )
    run = simulate(world, load_strategy("baseline", world), seed, watch="all")
    assert run.log is not None
    bought = run.log[run.log["event"] == PURCHASE]
    who, since = bought["customer"].astype(np.int64), bought["hour"] / 24.0
    begun = data.observed - age
    day = begun[who] + since
    inside = day <= data.observed
    who, day, paid = who[inside], day[inside], bought["money"][inside]
    frequency = np.bincount(who, minlength=count).astype(np.float64)
    last = begun.copy()
    np.maximum.at(last, who, day)
    total = np.bincount(who, weights=paid, minlength=count)
    value = np.where(frequency > 0.0, total / np.maximum(frequency, 1.0), np.nan)
    known = data.who is not None
    return Buying(
        frequency,
        last - begun,
        age,
        value if np.isfinite(data.value).any() else np.full(count, np.nan),
        who if known else None,
        day if known else None,
        data.observed,
        len(data.age) / count,
    )


def delivery_figures(taken: Floats, promised: Floats, late: Floats) -> list[Statistic]:
    """Return figures of delivery.

    Parameters
    ----------
    taken, promised
        Days until orders came, and that were promised.
    late
        Days late, 0 in time.
    """
    found = mean("orders.delivery.taken", taken, "mean days until an order comes", "days")
    found += mean("orders.delivery.promised", promised, "mean days that are promised", "days")
    for low, high, name, words in LATENESS:
        inside = np.where(np.isfinite(late), (late >= low) & (late <= high), np.nan)
        found += share(f"orders.lateness.{name}", inside, f"orders that come {words}")
    return found


def delivery_of(orders: Orders) -> list[Statistic]:
    """Return the figures of delivery of the data; none without promised and actual dates."""
    if not (orders.table.has("actual") and orders.table.has("promised")):
        return []
    taken, promised, late = waits(orders)
    both = np.isfinite(taken) & np.isfinite(promised)
    return delivery_figures(taken[both], promised[both], late[both])


def simulated_delivery(
    scenario: Scenario, values: Mapping[str, float], orders: int, seed: int
) -> list[Statistic]:
    """Return the figures of delivery of first orders in a simulated firm."""
    world = scenario.replace(
        {
            **values,
            "customers.count": min(orders, DELIVERIES),
            "customers.orders.mean": OFTEN,
            "customers.orders.shape": ALIKE,
            "time.tick": "week",
            "time.horizon": SOON,
            "market.prospects": 0.0,
        }
    )
    run = simulate(world, load_strategy("baseline", world), seed, watch="all")
    assert run.log is not None
    days = HOURS_PER_UNIT[world.service.delivery.unit] / 24.0
    log = run.log[run.log["detail"] == DELIVERY]
    made = log[log["event"] == PROMISE_MADE]
    came = log[np.isin(log["event"], (PROMISE_KEPT, PROMISE_BROKEN))]
    people, first = np.unique(came["customer"], return_index=True)
    # What was promised and what came of it are of the same hour.
    promised = dict(zip(zip(made["customer"], made["hour"], strict=True), made["value"], strict=True))
    taken = days * came["value"][first]
    quoted = days * np.array(
        [promised[key] for key in zip(people, came["hour"][first], strict=True)], dtype=np.float64
    )
    late = np.ceil(np.maximum(taken - quoted, 0.0))
    return delivery_figures(taken, quoted, late)
