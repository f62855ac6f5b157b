"""The scale on which a figure is emulated, and how far the simulator may be off in it though all is right.

A share is emulated as log-odds, a rate or a spread as a logarithm, a correlation by Fisher's z: on these
scales the answer to a parameter is near to straight, and no figure leaves its range. The likelihood is that
of the figure itself.

The discrepancy is what is conceded to a model (Kennedy and O'Hagan 2001; Brynjarsdóttir and O'Hagan 2014):
without it many observations would make the posterior as narrow as if the model were the world. The sizes are
stated, not estimated: two points of a score, one of a share, and so on, about what one would not want to call
an error of such a model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.posterior import Statistic

Floats = NDArray[np.float64]
EDGE = 5e-4
"""Part of a range that is kept from its ends: a share of 0 in a thousand is not minus infinity."""
SMALL = 0.01
"""Part of the observed rate below which a simulated one counts as that."""


@dataclass(frozen=True)
class Link:
    """A change of scale: log-odds between two limits, a logarithm above one, or none.

    Parameters
    ----------
    low, high
        Limits of the figure; infinite where there is none.
    least
        Smallest distance from the lower limit where there is no upper one.
    """

    low: float = -np.inf
    high: float = np.inf
    least: float = 1e-9

    def forward(self, values: Floats) -> Floats:
        """Return figures on the scale of the emulator."""
        if np.isfinite(self.high):
            part = np.clip((values - self.low) / (self.high - self.low), EDGE, 1.0 - EDGE)
            return np.asarray(np.log(part / (1.0 - part)))
        if np.isfinite(self.low):
            return np.asarray(np.log(np.maximum(values - self.low, self.least)))
        return np.asarray(values, dtype=np.float64)

    def back(self, values: Floats) -> Floats:
        """Return figures from the scale of the emulator."""
        if np.isfinite(self.high):
            return np.asarray(
                self.low + (self.high - self.low) / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))
            )
        if np.isfinite(self.low):
            return np.asarray(self.low + np.exp(np.clip(values, -30.0, 30.0)))
        return values

    def slope(self, values: Floats) -> Floats:
        """Return the change of the figure with that of the emulator's scale, at values of that scale."""
        if np.isfinite(self.high):
            part = 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))
            return np.asarray((self.high - self.low) * part * (1.0 - part))
        if np.isfinite(self.low):
            return np.asarray(np.exp(np.clip(values, -30.0, 30.0)))
        return np.ones_like(values)


def link_of(statistic: Statistic) -> Link:
    """Return the scale on which a figure is emulated."""
    name, unit = statistic.name, statistic.unit
    if unit == "share" or (name.startswith("survey.") and name.endswith(".mean")) or unit == "0 to 1":
        return Link(0.0, 1.0)
    if ".correlation." in name or name.endswith(".reliability"):
        return Link(-1.0, 1.0)
    if name.endswith(".nps"):
        return Link(-100.0, 100.0)
    if unit == "stars":
        return Link(1.0, 5.0)
    if unit == "points, 1 to 7":
        return Link(1.0, 7.0)
    if statistic.value > 0.0:
        return Link(0.0, least=SMALL * statistic.value)
    return Link()


def discrepancy_of(statistic: Statistic) -> float:
    """Return the standard deviation of what the simulator may be off in a figure."""
    name, unit = statistic.name, statistic.unit
    if ".correlation." in name or name.endswith(".reliability"):
        return 0.03
    if name.endswith(".nps"):
        return 2.0
    if unit == "stars":
        return 0.1
    if ".promoters." in name or name.endswith((".one_star", ".complaint")):
        return 0.02
    if unit in ("share", "0 to 1") or name.endswith((".mean", ".spread")):
        return 0.01
    if unit == "points, 1 to 7":
        return 0.1
    return 0.05 * abs(statistic.value)
