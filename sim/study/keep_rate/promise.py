"""A promise of a delivery time and the process that keeps it: how often, and what would keep it how often.

All shares are those of the process alone, in closed form or by quadrature, before the discipline that
a promise brings; see `sim.behaviour.service` for the process itself.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.world.errors import ConfigurationError
from sim.world.scenario import Delivery, Scenario
from sim.world.strategy import Commitment

Floats = NDArray[np.float64]

REACH = 6.0  # standard deviations over which the normal draw of a delivery is integrated
STEPS = 4001
STRATEGY = "guarantee"
"""The strategy of a scenario whose promise of a delivery time is studied."""


def own_promise(scenario: Scenario) -> Commitment:
    """Return the delivery time that the scenario's strategy `guarantee` promises.

    Raises
    ------
    ConfigurationError
        If it has no such strategy, or it promises no delivery time.
    """
    strategy = scenario.strategies.get(STRATEGY)
    promised = strategy.commitments.delivery if strategy is not None else None
    if promised is None:
        raise ConfigurationError(
            "scenario",
            f"'{scenario.name}' promises no delivery time",
            f"give its strategy '{STRATEGY}' commitments.delivery",
        )
    return promised


@cache
def _normal_steps() -> tuple[Floats, Floats]:
    """Return midpoints of the standard normal draw and their probabilities."""
    edges = np.linspace(-REACH, REACH, STEPS)
    middle = 0.5 * (edges[1:] + edges[:-1])
    weight = np.diff(ndtr(edges))
    return middle, weight / weight.sum()


def _times(delivery: Delivery, median: float, draw: Floats) -> tuple[tuple[float, Floats], ...]:
    """Return the delivery times that a draw stands for, as they are and held up, each with its share."""
    plain = median * np.exp(delivery.spread * draw)
    parts = ((1.0 - delivery.tail_share, plain), (delivery.tail_share, delivery.tail_factor * plain))
    return tuple((share, np.clip(time, delivery.shortest, delivery.longest)) for share, time in parts)


def _quote_allows(delivery: Delivery, time: Floats, draw: Floats) -> Floats:
    """Return the probability that the time quoted with an order is at least its delivery time."""
    if delivery.quote_publicity <= 0.0:
        return np.ones_like(time)
    centre = math.log(delivery.quote) + delivery.quote_spread * delivery.quote_correlation * draw
    own = delivery.quote_spread * math.sqrt(1.0 - delivery.quote_correlation**2)
    if own <= 0.0:
        return np.asarray(np.log(time) <= centre, dtype=np.float64)
    return np.asarray(ndtr((centre - np.log(time)) / own))


def kept_share(delivery: Delivery, threshold: float, median: float | None = None) -> float:
    """Return the share of orders delivered in the time promised for them, quote or commitment.

    The time promised for an order is the tighter of the two.

    Parameters
    ----------
    delivery
        The process and the quotes.
    threshold
        Time promised to all, in the delivery unit.
    median
        Median time of delivery, in the delivery unit; None for that of the process.
    """
    draw, weight = _normal_steps()
    times = _times(delivery, delivery.median if median is None else median, draw)
    return float(
        sum(
            share * float(weight @ (_quote_allows(delivery, time, draw) * (time <= threshold)))
            for share, time in times
        )
    )


@cache
def median_for(delivery: Delivery, threshold: float, rate: float) -> float:
    """Return the median time of delivery with which a promised time is kept at a rate.

    The quotes stay as they are: it is the same promise by a faster or a slower firm. NaN if no process
    within the physical limits has this rate.
    """
    if not delivery.shortest < threshold < delivery.longest:
        return float("nan")
    return _solve(
        lambda median: kept_share(delivery, threshold, median), rate, delivery.shortest, delivery.longest
    )


@cache
def threshold_for(delivery: Delivery, rate: float) -> float:
    """Return the promised time that the process as it is keeps at a rate; NaN where quotes are kept less."""
    return _solve(
        lambda threshold: -kept_share(delivery, threshold), -rate, delivery.shortest, delivery.longest
    )


def _solve(falling: Callable[[float], float], value: float, low: float, high: float) -> float:
    """Return where a falling function takes a value, by halving on the scale of logarithms; else NaN."""
    if not falling(low) >= value >= falling(high):
        return float("nan")
    for _ in range(40):
        middle = math.sqrt(low * high)
        if falling(middle) >= value:
            low = middle
        else:
            high = middle
    return low


def breach_severity(delivery: Delivery, threshold: float, median: float) -> float:
    """Return the mean severity of a broken promise of a delivery time, for a customer of usual sensitivity.

    It is held against the commitment alone, 1 - exp(-late / patience); 0 where it is never broken.
    """
    draw, weight = _normal_steps()
    late, harm = 0.0, 0.0
    for share, time in _times(delivery, median, draw):
        broken = time > threshold
        late += share * float(weight @ broken)
        harm += share * float(weight @ np.where(broken, -np.expm1((threshold - time) / delivery.patience), 0))
    return harm / late if late > 0.0 else 0.0
