"""Figures of the data that are fitted to, and figures of what was simulated."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.calibration.fitting.links import Link

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """The figures that are fitted, in an order.

    Parameters
    ----------
    names, values
        Figures of the data.
    covariance
        Of their sampling errors.
    discrepancy
        Standard deviations of what the simulator may be off.
    links
        On which scale each is emulated.
    """

    names: tuple[str, ...]
    values: Floats
    covariance: Floats = field(repr=False)
    discrepancy: Floats
    links: tuple[Link, ...] = field(repr=False)

    def only(self, there: NDArray[np.bool_]) -> "Observed":
        """Return some of the figures."""
        places = np.flatnonzero(there)
        return Observed(
            tuple(self.names[place] for place in places),
            self.values[places],
            self.covariance[np.ix_(places, places)],
            self.discrepancy[places],
            tuple(self.links[place] for place in places),
        )


@dataclass(frozen=True)
class Simulated:
    """What was simulated so far: points, the standardised draws they belong to, figures, states of rest.

    `twice` points were run again with other luck, the first ones of them at the end.
    """

    parts: Floats
    given: Floats
    figures: Floats
    rest: Floats
    others: tuple[dict[str, float], ...] = ()
    twice: int = 0

    def pairs(self) -> Floats:
        """Return the figures of points that were run twice: the first ones, again at the end."""
        return np.stack([self.figures[: self.twice], self.figures[len(self.figures) - self.twice :]])

    def with_more(self, other: "Simulated") -> "Simulated":
        """Return both together."""
        return Simulated(
            np.concatenate([self.parts, other.parts]),
            np.concatenate([self.given, other.given]),
            np.concatenate([self.figures, other.figures]),
            np.concatenate([self.rest, other.rest]),
            (*self.others, *other.others),
        )

    def of(self, names: Sequence[str]) -> "Simulated":
        """Return the same points with other of their figures."""
        figures = np.array([[one.get(name, np.nan) for name in names] for one in self.others])
        return replace(self, figures=figures)
