"""What is wanted of a strategy: metrics to raise or to lower, and limits that it has to keep."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.study.metrics import METRICS
from sim.world.errors import ConfigurationError, check_once, nearest

LESS_IS_BETTER = frozenset(
    {
        "churn_rate",
        "nps_standard_error",
        "customer_effort",
        "weeks_to_standard",
        "complaint_rate",
        "response_time",
        "repeat_contact_rate",
        "false_claim_rate",
        "warning_rate",
        "negative_reviews",
        "staff_utilisation",
        "liability",
        "income_spread",
        "cost",
        *(name for name in METRICS if name.startswith("exits.")),
    }
)
"""Metrics that a firm wants low; all others it wants high."""


def sign(metric: str) -> float:
    """Return 1 for a metric of which more is better, −1 for one of which less is."""
    return -1.0 if metric in LESS_IS_BETTER else 1.0


def metric_named(name: Any, key: str) -> str:
    """Return the name of a metric that a single run has, checked.

    Raises
    ------
    ConfigurationError
        If there is no such metric, or it takes two runs.
    """
    known = [metric.name for metric in METRICS.values() if metric.measure is not None]
    if name == "roi":
        raise ConfigurationError(key, "'roi' is no figure of a strategy by itself", "take clv or profit")
    if name not in known:
        raise ConfigurationError(key, f"unknown metric '{name}'", nearest(str(name), known))
    return str(name)


def metrics_named(names: Any, key: str) -> tuple[str, ...]:
    """Return one name or several as names of metrics, checked.

    Raises
    ------
    ConfigurationError
        If there are none, one is unknown, or one stands twice.
    """
    listed = [names] if isinstance(names, str) else names
    if not isinstance(listed, list | tuple) or not listed:
        raise ConfigurationError(
            key, f"expected names of metrics, got {names}", f"for example {key}=[clv,survival_rate]"
        )
    found = tuple(metric_named(name, key) for name in listed)
    check_once(key, found, "name each metric once")
    return found


@dataclass(frozen=True)
class Limit:
    """What a metric of a strategy has to keep to.

    Parameters
    ----------
    key
        The setting that asked for it.
    metric
        Its name.
    low, high
        Limits, infinite where open.
    extra
        Whether they hold the difference to the baseline and not the level.
    """

    key: str
    metric: str
    low: float = -math.inf
    high: float = math.inf
    extra: bool = False

    def excess(self, value: float) -> float:
        """Return by how much a value lies outside; not above 0 where it is inside.

        A value that does not exist, for nothing was counted that could break the limit, is inside.
        """
        return max(self.low - value, value - self.high) if not math.isnan(value) else -math.inf

    @property
    def scale(self) -> float:
        """Return the size of the limit, by which an excess is told to the search."""
        return abs(self.low if math.isfinite(self.low) else self.high) or 1.0

    def __str__(self) -> str:
        what = f"extra {self.metric}" if self.extra else self.metric
        parts = [f"at least {self.low:,.6g}"] if self.low > -math.inf else []
        parts += [f"at most {self.high:,.6g}"] if self.high < math.inf else []
        return f"{what} {' and '.join(parts)}"


def limits_from(
    budget: float | None = None,
    keep_rate: float | None = None,
    bounds: Mapping[str, Sequence[float | None]] | None = None,
) -> tuple[Limit, ...]:
    """Return the limits of a search, checked.

    Parameters
    ----------
    budget
        Most extra cost per customer over the baseline, in the scenario's currency.
    keep_rate
        Least share of promises kept.
    bounds
        By metric, its least and its greatest value, None where open.

    Raises
    ------
    ConfigurationError
        If a metric is unknown, or no value could ever lie within a limit.
    """
    found = []
    if budget is not None:
        found.append(Limit("budget", "cost", high=_number(budget, "budget"), extra=True))
    if keep_rate is not None:
        found.append(Limit("keep_rate", "promise_keep_rate", low=_number(keep_rate, "keep_rate")))
    if bounds is not None and not isinstance(bounds, Mapping):
        raise ConfigurationError(
            "bounds", f"expected limits by metric, got {bounds}", "for example bounds={csat: [0.8, null]}"
        )
    for name, pair in (bounds or {}).items():
        key = f"bounds.{name}"
        metric = metric_named(name, key)
        if not isinstance(pair, list | tuple) or len(pair) != 2 or pair == [None, None]:
            raise ConfigurationError(
                key, f"expected [least, most], got {pair}", "null where it is open, for example [0.8, null]"
            )
        low, high = (None if end is None else _number(end, key) for end in pair)
        found.append(
            Limit(key, metric, -math.inf if low is None else low, math.inf if high is None else high)
        )
    for limit in found:
        _check(limit)
    return tuple(found)


def _check(limit: Limit) -> None:
    if limit.low > limit.high:
        raise ConfigurationError(
            limit.key, f"{limit.low:g} to {limit.high:g} is reversed", "the least comes first"
        )
    lowest, highest = (-math.inf, math.inf) if limit.extra else _possible(limit.metric)
    if limit.low > highest or limit.high < lowest:
        raise ConfigurationError(
            limit.key,
            f"no {limit.metric} can be {str(limit).removeprefix(limit.metric).strip()}",
            f"it lies between {lowest:g} and {highest:g}",
        )


def _possible(metric: str) -> tuple[float, float]:
    """Return the least and greatest value that a metric can have at all."""
    if METRICS[metric].unit == "share":
        return 0.0, 1.0
    return (-100.0, 100.0) if metric == "nps" else (-math.inf, math.inf)


def _number(value: Any, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ConfigurationError(
            key, f"expected a number, got {value}", f"for example {_EXAMPLES.get(key, 0.9)}"
        )
    return float(value)


_EXAMPLES = {"budget": "budget=300, the extra cost per customer", "keep_rate": "keep_rate=0.95"}
