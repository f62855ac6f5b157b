"""What data say of a scenario: joint draws, what settled them, and what stays open.

The contract between the routes, fitting by simulation, the scenario file and the forecast. A route gives a
`Finding`; `joined` makes the `Posterior` of several.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.world.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Method = Literal["closed form", "counted", "simulation"]

LEVEL = 0.9
"""Of the intervals that are shown."""
HALF_WIDTH = 1.6448536269514722
"""Of an interval of that level, in standard deviations of a normal distribution."""
NARROWER = 0.5
"""A parameter counts as settled where its interval is at most this share of the one before the data."""


@dataclass(frozen=True)
class Statistic:
    """A figure of the data with its sampling error: what fitting by simulation is held to.

    Parameters
    ----------
    name
        Dotted, unique within a posterior, for example ``orders.late.4_to_7_days.score``.
    value, error
        The figure and its standard error; the error is 0 for what is no sample.
    count
        Observations behind it.
    meaning, unit
        What it is, in English as in the registry.
    """

    name: str
    value: float
    error: float
    count: int
    meaning: str
    unit: str = "1"


@dataclass(frozen=True)
class Predicted:
    """A figure of the data beside what the calibrated scenario makes of it: the posterior's predictive check.

    `predicted` makes one of a `Statistic` and the values that simulation gave.

    Parameters
    ----------
    name
        Of the statistic; unique within a posterior.
    observed, error
        The figure of the data and its standard error; the error is 0 for what is no sample.
    median, low, high
        Of the same figure in simulations over draws of the posterior: median and limits of the 90 % interval.
    meaning, unit
        What it is, in English as in the registry.
    closed
        What the closed form expects of it, where there is one.
    """

    name: str
    observed: float
    error: float
    median: float
    low: float
    high: float
    meaning: str
    unit: str = "1"
    closed: float | None = None

    @property
    def distance(self) -> float:
        """Return how far the data lie from the median, in standard deviations of both together.

        The predictions' standard deviation is taken from their interval as if they were normal.
        """
        spread = math.hypot(self.error, (self.high - self.low) / (2.0 * HALF_WIDTH))
        apart = self.observed - self.median
        return apart / spread if spread > 0.0 else (0.0 if apart == 0.0 else math.copysign(math.inf, apart))


@dataclass(frozen=True)
class Estimate:
    """How a parameter was estimated.

    Parameters
    ----------
    path
        Dotted path of the scenario.
    by
        What settled it: a likelihood, or names of statistics.
    method
        "closed form" (a likelihood), "counted" (a moment of the data) or "simulation".
    prior
        Limits of the 90 % interval before the data were seen.
    """

    path: str
    by: str
    method: Method
    prior: tuple[float, float]


@dataclass(frozen=True)
class Unsettled:
    """What the data do not settle.

    Parameters
    ----------
    path
        Dotted path of the scenario, or of a section.
    why
        Why they do not.
    remedy
        What would.
    """

    path: str
    why: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """What one route, or one fit by simulation, says.

    Parameters
    ----------
    draws
        By dotted path, a value per draw; the rows belong together. All findings of a calibration have the
        same number of rows.
    estimates
        How each of these paths was estimated.
    unsettled
        What stays open, and what would settle it.
    statistics
        Figures of the data, for fits by simulation and for the check of the posterior's predictions.
    given
        Values by path that were read off the data and are not drawn (a form of relation, a number of
        customers), or that follow from how others were estimated, with the reason.
    closed_forms
        Parameters of closed forms at their greatest likelihood, by name of the model.
    closed_draws
        Draws of those parameters, by ``model.parameter``; rows as in `draws`.
    histories
        What a forecast starts from: a row per customer with key, frequency, recency and age in days; of
        contracts a row for each kind of past with plan, renewals, phase in days and count.
    predicted
        Figures of the data beside what simulations over these draws make of them.
    """

    draws: Mapping[str, Floats] = field(default_factory=dict, repr=False)
    estimates: tuple[Estimate, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    given: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    closed_forms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    closed_draws: Mapping[str, Floats] = field(default_factory=dict, repr=False)
    histories: "pd.DataFrame | None" = field(default=None, repr=False)
    predicted: tuple[Predicted, ...] = ()


@dataclass(frozen=True)
class Posterior:
    """What all of the data say of a scenario.

    Parameters
    ----------
    draws, estimates, unsettled, statistics, given, closed_forms, closed_draws, histories, predicted
        As in `Finding`, of all findings together.
    manifest
        Where it is from: data and their digests, options, versions.
    """

    draws: Mapping[str, Floats] = field(repr=False)
    estimates: tuple[Estimate, ...]
    unsettled: tuple[Unsettled, ...]
    statistics: tuple[Statistic, ...]
    given: Mapping[str, tuple[Any, str]]
    closed_forms: Mapping[str, Mapping[str, float]]
    closed_draws: Mapping[str, Floats] = field(repr=False)
    histories: "pd.DataFrame | None" = field(default=None, repr=False)
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)
    predicted: tuple[Predicted, ...] = ()

    @property
    def rows(self) -> int:
        """Return the number of draws."""
        return len(next(iter(self.draws.values()))) if self.draws else 0

    def draw(self, number: int) -> dict[str, float]:
        """Return one of the draws, by dotted path."""
        return {path: float(column[number]) for path, column in self.draws.items()}

    def median(self, path: str) -> float:
        """Return the median of a path."""
        return float(np.median(self.draws[path]))

    def interval(self, path: str, level: float = LEVEL) -> tuple[float, float]:
        """Return the limits that hold a share of the draws of a path, equal tails."""
        tail = 0.5 - 0.5 * level
        low, high = np.quantile(self.draws[path], [tail, 1.0 - tail])
        return float(low), float(high)

    def estimate(self, path: str) -> Estimate:
        """Return how a path was estimated.

        Raises
        ------
        KeyError
            If it was not.
        """
        for estimate in self.estimates:
            if estimate.path == path:
                return estimate
        raise KeyError(path)

    def settled(self, path: str) -> bool:
        """Return whether the data narrowed a path clearly, see `NARROWER`, and nothing is said against it."""
        if any(path == item.path or path.startswith(f"{item.path}.") for item in self.unsettled):
            return False
        return shrinkage(self.interval(path), self.estimate(path).prior) <= NARROWER

    def statistic(self, name: str) -> Statistic:
        """Return a figure of the data by name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for statistic in self.statistics:
            if statistic.name == name:
                return statistic
        raise KeyError(name)


def predicted(
    statistic: Statistic, simulated: Sequence[float] | Floats, closed: float | None = None
) -> Predicted:
    """Return a figure of the data beside its values in simulations over draws of the posterior.

    Parameters
    ----------
    statistic
        The figure of the data.
    simulated
        The same figure in each of the simulations.
    closed
        What the closed form expects of it.
    """
    tail = 0.5 - 0.5 * LEVEL
    low, median, high = (float(value) for value in np.quantile(simulated, [tail, 0.5, 1.0 - tail]))
    return Predicted(
        statistic.name,
        statistic.value,
        statistic.error,
        median,
        low,
        high,
        statistic.meaning,
        statistic.unit,
        closed,
    )


def shrinkage(after: tuple[float, float], before: tuple[float, float]) -> float:
    """Return the width of an interval as a share of another; of logarithms where both are above 0."""
    low, high = after
    first, last = before
    if min(low, first) > 0.0:
        low, high, first, last = (float(np.log(value)) for value in (low, high, first, last))
    return (high - low) / (last - first) if last > first else 0.0


def joined(findings: Sequence[Finding], manifest: Mapping[str, Any] | None = None) -> Posterior:
    """Return the posterior of several findings; what two of them estimate, the later one settles.

    Raises
    ------
    ConfigurationError
        If nothing was found at all.
    ValueError
        If their draws have different numbers of rows, which is a mistake of the program.
    """
    draws: dict[str, Floats] = {}
    estimates: dict[str, Estimate] = {}
    unsettled: dict[str, Unsettled] = {}
    statistics: dict[str, Statistic] = {}
    given: dict[str, tuple[Any, str]] = {}
    forms: dict[str, Mapping[str, float]] = {}
    closed: dict[str, Floats] = {}
    figures: dict[str, Predicted] = {}
    histories = None
    for found in findings:
        for path in found.draws:
            unsettled.pop(path, None)  # what an earlier one left open, a later one may settle
        draws |= found.draws
        estimates |= {item.path: item for item in found.estimates}
        unsettled |= {item.path: item for item in found.unsettled}
        statistics |= {item.name: item for item in found.statistics}
        given |= found.given
        forms |= found.closed_forms
        closed |= found.closed_draws
        figures |= {item.name: item for item in found.predicted}
        histories = found.histories if found.histories is not None else histories
    if not draws and not given and not statistics:
        raise ConfigurationError("calibrate", "the data say nothing of the scenario", "see tenure --help")
    if len({len(column) for column in (*draws.values(), *closed.values())}) > 1:
        raise ValueError("findings with different numbers of draws")
    missing = set(draws) - set(estimates)
    if missing:
        raise ValueError(f"draws without an estimate: {', '.join(sorted(missing))}")
    return Posterior(
        draws=draws,
        estimates=tuple(estimates[path] for path in draws),
        unsettled=tuple(unsettled.values()),
        statistics=tuple(statistics.values()),
        given=given,
        closed_forms=forms,
        closed_draws=closed,
        histories=histories,
        manifest=dict(manifest or {}),
        predicted=tuple(figures.values()),
    )


def with_manifest(posterior: Posterior, manifest: Mapping[str, Any]) -> Posterior:
    """Return a posterior that says where it is from."""
    return replace(posterior, manifest=dict(manifest))
