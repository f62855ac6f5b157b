"""How a metric and an interval of it are written: shares in points of 100, everything else as it is."""

import math

from sim.study.metrics import METRICS
from sim.study.statistics import Interval


def factor(metric: str) -> float:
    """Return what values of a metric are multiplied by where they are shown."""
    return 100.0 if METRICS[metric].unit == "share" else 1.0


def unit(metric: str, currency: str) -> str:
    """Return the unit in which differences of a metric are shown."""
    if METRICS[metric].unit == "share":
        return "points"
    return METRICS[metric].unit.replace("currency", currency).removesuffix(" per customer")


def shown(metric: str, interval: Interval) -> str:
    """Return a difference of a metric with its limits, if it has any, on its scale."""
    mean, low, high = (factor(metric) * value for value in interval)
    text = signed(mean)
    return text if math.isnan(low) else f"{text} [{signed(low)}, {signed(high)}]"


def signed(value: float) -> str:
    """Return a difference with its sign; zero has none."""
    if math.isnan(value):
        return "–"
    text = f"{value:+,.2f}"
    return text if text.strip("+-0.,") else "0.00"
