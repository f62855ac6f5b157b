"""How many customers an experiment needs, and how far to trust that it was won."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
DENSITY = 1.0 / math.sqrt(2.0 * math.pi)


@dataclass(frozen=True)
class Effect:
    """What two arms of customers look like: means and variances of a customer's figure.

    Parameters
    ----------
    control, treated
        Means.
    control_variance, treated_variance
        Variances over customers.
    binary
        Whether the figure is yes or no: a test of two shares pools their variance.
    """

    control: float
    treated: float
    control_variance: float
    treated_variance: float
    binary: bool

    @property
    def size(self) -> float:
        """Return the difference of the means."""
        return self.treated - self.control

    @property
    def variance(self) -> float:
        """Return the variance of the difference with one customer in each arm."""
        return self.control_variance + self.treated_variance

    @property
    def tested_variance(self) -> float:
        """Return that variance as a test takes it that does not believe in a difference."""
        if not self.binary:
            return self.variance
        mean = 0.5 * (self.control + self.treated)
        return 2.0 * mean * (1.0 - mean)

    def resized(self, size: float) -> "Effect":
        """Return the same arms with another difference."""
        treated = self.control + size
        if not self.binary:
            return replace(self, treated=treated)
        treated = min(max(treated, 0.0), 1.0)
        return replace(self, treated=treated, treated_variance=treated * (1.0 - treated))


def customers_needed(effect: Effect, power: float, significance: float) -> float:
    """Return the customers per arm with which a two-sided test finds an effect with a given power.

    For two shares the formula of Fleiss (1981) without his correction for continuity, for means that of
    two samples with variances of their own; infinite where there is no effect.
    """
    if effect.size == 0.0:
        return math.inf
    certain, sure = special.ndtri(1.0 - 0.5 * significance), special.ndtri(power)
    root = certain * math.sqrt(effect.tested_variance) + sure * math.sqrt(effect.variance)
    return max(2.0, float(math.ceil((root / effect.size) ** 2)))


def power_with(effect: Effect, customers: float, significance: float) -> float:
    """Return how likely the test finds the effect, in its direction, with so many customers per arm."""
    if effect.size == 0.0:
        return 0.5 * significance
    return float(special.ndtr(-_margin(effect, customers, significance)))


def exaggeration(effect: Effect, customers: float, significance: float) -> float:
    """Return by which factor the estimate overstates the effect on average where the test finds it.

    What was found is what luck helped over the threshold: the winner's curse, or error of type M (Gelman
    and Carlin 2014), with the estimate taken as normal. NaN where there is no effect.
    """
    if effect.size == 0.0:
        return math.nan
    margin = _margin(effect, customers, significance)
    tail = float(special.ndtr(-margin))
    ratio = DENSITY * math.exp(-0.5 * margin * margin) / tail if tail > 0.0 else margin
    return 1.0 + ratio * math.sqrt(effect.variance / customers) / abs(effect.size)


def _margin(effect: Effect, customers: float, significance: float) -> float:
    """Return how far the threshold lies above the effect, in standard errors."""
    if effect.variance <= 0.0:
        return -math.inf
    threshold = special.ndtri(1.0 - 0.5 * significance) * math.sqrt(effect.tested_variance)
    return float((threshold - abs(effect.size) * math.sqrt(customers)) / math.sqrt(effect.variance))


def false_win_risk(power: float, significance: float, prior: float) -> float:
    """Return how often a won experiment was won by luck alone.

    Of ideas of which a share `prior` works, with a two-sided test whose wins have half its significance:
    the false positive risk of Kohavi, Deng and Vermeer (2022).
    """
    lucky, deserved = 0.5 * significance * (1.0 - prior), power * prior
    return lucky / (lucky + deserved)


def z_values(
    treated: Floats,
    control: Floats,
    treated_variance: Floats,
    control_variance: Floats,
    per_arm: int,
    *,
    binary: bool,
) -> Floats:
    """Return the statistic of the test of each of many experiments, from means and variances of the arms."""
    if binary:
        mean = 0.5 * (treated + control)
        variance = 2.0 * mean * (1.0 - mean)
    else:
        variance = treated_variance + control_variance
    error = np.sqrt(variance / per_arm)
    return np.where(error > 0.0, (treated - control) / np.where(error > 0.0, error, 1.0), 0.0)
