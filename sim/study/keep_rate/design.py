"""What the study of the critical keep-rate runs: settings, variants of the promise, points."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from sim.study.keep_rate.promise import kept_share, median_for, own_promise, threshold_for
from sim.world.description import build, leaves, to_mapping
from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import parameter
from sim.world.scenario import Scenario
from sim.world.strategy import Commitment, Strategy

AS_IT_STANDS = "as it stands"
WORD_ALONE = "the word alone"
MAIN = (AS_IT_STANDS, WORD_ALONE)
"""Forms of the promise that are swept finely and tried under drawn assumptions.

The word alone costs and pays nothing, and customers hear nothing else about the time of delivery.
"""
BASELINE = Strategy(name="baseline")
NOTHING_QUOTED = {"service.delivery.quote_publicity": 0.0}
"""What makes the promise the first word that customers hear about the time of delivery."""


@dataclass(frozen=True)
class Numbers:
    """How large the study is."""

    replications: int = parameter(
        unit="seeds", low=1, high=10_000, meaning="seeds of every point; an interval needs two"
    )
    customers: int | None = parameter(
        unit="customers",
        low=1,
        high=10_000_000,
        meaning="customers in every run; null: as many as in the world",
    )
    draws: int = parameter(unit="draws", low=0, high=10_000, meaning="sets of assumptions drawn; 0: none")
    draw_replications: int = parameter(
        unit="seeds", low=1, high=1000, meaning="seeds of every point of a draw"
    )
    seed: int = parameter(low=0, high=1_000_000_000, meaning="where luck and draws start")
    workers: int | None = parameter(
        unit="threads", low=1, high=1024, meaning="runs at the same time; null: one for every core"
    )


LISTS: Mapping[str, tuple[float, float]] = {
    "keep_rates": (0.05, 0.999),
    "coarse_rates": (0.05, 0.999),
    "draw_rates": (0.05, 0.999),
    "strictness": (0.1, 10.0),
    "publicities": (0.0, 1.0),
    "payouts": (0.0, 2.0),
}
"""Swept values, each with the range its values lie in."""
AT_LEAST_TWO = ("keep_rates", "coarse_rates", "draw_rates")


@dataclass(frozen=True)
class Settings:
    """The study as it is run; the defaults stand in conf/study/keep_rate.yaml.

    Parameters
    ----------
    numbers
        How large it is.
    keep_rates, coarse_rates, draw_rates
        Keep rates swept with the promise as it stands, where one part of it is changed, and in a draw.
    strictness
        Factors on the time promised.
    publicities, payouts
        What the promise's own are replaced by, in turn.
    worlds
        By scenario, values of it that are changed, by dotted path.
    """

    numbers: Numbers
    keep_rates: tuple[float, ...]
    coarse_rates: tuple[float, ...]
    draw_rates: tuple[float, ...]
    strictness: tuple[float, ...]
    publicities: tuple[float, ...]
    payouts: tuple[float, ...]
    worlds: Mapping[str, Mapping[str, Any]]


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Return the settings that plain values stand for.

    Raises
    ------
    ConfigurationError
        If a key is unknown or missing, or a value is not valid.
    """
    names = [item.name for item in fields(Numbers)]
    known = [*names, *LISTS, "worlds"]
    for key in values:
        if key not in known:
            raise ConfigurationError(key, "unknown key", nearest(key, known))
    numbers: Numbers = build(Numbers, {key: values[key] for key in names if key in values})
    lists = {key: _list(key, values.get(key), *limits) for key, limits in LISTS.items()}
    worlds = values.get("worlds") or {}
    if not isinstance(worlds, Mapping) or not all(isinstance(part, Mapping) for part in worlds.values()):
        raise ConfigurationError(
            "worlds", "expected values by scenario", "for example {courier: {time.horizon: 3.0}}"
        )
    return Settings(numbers, worlds=worlds, **lists)


def _list(key: str, values: Any, low: float, high: float) -> tuple[float, ...]:
    if not isinstance(values, list | tuple) or any(
        isinstance(v, bool) or not isinstance(v, int | float) for v in values
    ):
        raise ConfigurationError(
            key, f"expected a list of numbers, got {values}", f'for example "{key}=[0.5,0.9]"'
        )
    for value in values:
        if not low <= value <= high:
            raise ConfigurationError(key, f"{value:g} is outside its range", f"valid: {low:g} to {high:g}")
    if key in AT_LEAST_TWO and len(set(values)) < 2:
        raise ConfigurationError(key, "needs two different rates at least", f'for example "{key}=[0.5,0.9]"')
    return tuple(sorted({float(value) for value in values}))


def world_of(scenario: Scenario, settings: Settings) -> Scenario:
    """Return the world that is run: the scenario's, with what the settings change.

    Raises
    ------
    ConfigurationError
        If they change what does not exist, or the scenario promises no delivery time.
    """
    changes: dict[str, Any] = dict(leaves(dict(settings.worlds.get(scenario.name, {}))))
    if settings.numbers.customers is not None:
        changes["customers.count"] = settings.numbers.customers
    try:
        world = scenario.replace(changes)
    except ConfigurationError as error:
        raise error.under(f"worlds.{scenario.name}") from None
    own_promise(world)
    return world


@dataclass(frozen=True)
class Variant:
    """A form of the promise, swept over keep rates.

    Parameters
    ----------
    name
        What is changed of the promise as it stands.
    axis
        What the keep rate is varied by: the process that keeps the promise, or the time promised.
    promise
        The promise; on the axis of the threshold its time is replaced at each point.
    quoted
        Whether a time is quoted with every order, promise or not, as in the scenario.
    """

    name: str
    axis: Literal["process", "threshold"]
    promise: Commitment
    quoted: bool = True


@dataclass(frozen=True)
class Point:
    """A promise in a world whose process keeps it at some rate.

    Parameters
    ----------
    rate
        Keep rate of the process alone; the discipline that a promise brings comes on top.
    median
        Median time of delivery, in the delivery unit.
    promise
        What is promised.
    quoted
        Whether a time is quoted with every order, promise or not.
    """

    rate: float
    median: float
    promise: Commitment
    quoted: bool = True

    def world(self, scenario: Scenario) -> Scenario:
        """Return the world of the point, in which the baseline lives as well."""
        changes = {"service.delivery.median": self.median}
        if not self.quoted:
            changes |= NOTHING_QUOTED
        return scenario.replace(changes)

    @property
    def strategy(self) -> Strategy:
        """Return the strategy that makes this promise and does nothing else."""
        return Strategy(name="promise").replace({"commitments.delivery": to_mapping(self.promise)})


def variants(scenario: Scenario, settings: Settings) -> tuple[Variant, ...]:
    """Return the forms of the promise that are studied, the promise as it stands first.

    A promise takes the place of the time quoted anyway, and is never less prominent than that: a
    publicity below the quote's is raised to it. Forms that come to the same stand once.
    """
    delivery = scenario.service.delivery
    own = own_promise(scenario)
    floor = delivery.quote_publicity
    own = dataclasses.replace(own, publicity=max(own.publicity, floor), honest=True)
    free = dataclasses.replace(own, cost_per_order=0.0, payout=0.0, automatic=False)
    found = [Variant(AS_IT_STANDS, "process", own), Variant(WORD_ALONE, "process", free, quoted=False)]

    def add(name: str, promise: Commitment, quoted: bool = True) -> None:
        if (promise, quoted) not in [(known.promise, known.quoted) for known in found]:
            found.append(Variant(name, "process", promise, quoted))

    for payout in settings.payouts:
        add(f"payout {payout:g}", dataclasses.replace(own, payout=payout, automatic=payout > 0.0))
    for publicity in settings.publicities:
        told = max(publicity, floor)
        add(f"publicity {told:g}", dataclasses.replace(own, publicity=told))
    for factor in settings.strictness:
        time = own.threshold * factor
        add(f"within {time:.3g} {delivery.unit}", dataclasses.replace(own, threshold=time))
    add("watched for nothing", dataclasses.replace(own, cost_per_order=0.0))
    add("free, pays nothing", free)
    add("where nothing is quoted", own, quoted=False)
    found.append(Variant("by the time promised", "threshold", own))
    return tuple(found)


def points(scenario: Scenario, variant: Variant, rates: tuple[float, ...]) -> tuple[Point, ...]:
    """Return the points of a variant; rates that no process or no time promised can have are left out."""
    if not variant.quoted:
        scenario = scenario.replace(NOTHING_QUOTED)
    delivery = scenario.service.delivery
    found = []
    for rate in rates:
        median, promise = delivery.median, variant.promise
        if variant.axis == "process":
            median = median_for(delivery, promise.threshold, rate)
        else:
            threshold = threshold_for(delivery, rate)
            if not math.isnan(threshold):
                promise = dataclasses.replace(promise, threshold=threshold)
            rate = rate if not math.isnan(threshold) else math.nan
        if not (math.isnan(median) or math.isnan(rate)):
            found.append(Point(rate, median, promise, variant.quoted))
    return tuple(found)


def kept_today(scenario: Scenario) -> float:
    """Return how often the process as it stands would keep the scenario's promise."""
    return kept_share(scenario.service.delivery, own_promise(scenario).threshold)
