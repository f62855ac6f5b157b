"""Figures as functions of parameters: a quadratic surface by ridge regression, fitted where it is needed."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SCALE = 1.7
"""Half width of a region in standard deviations of the points in it: of even points."""
RIDGE = 1e-3
"""Penalty on the coefficients of standardised terms, per observation: keeps terms apart that go together."""


@dataclass(frozen=True)
class Surface:
    """Quadratic surfaces of several figures over the same points.

    Parameters
    ----------
    middle, half
        Of the region in which it was fitted, by parameter.
    coefficients
        A column per figure.
    inverse
        Of the cross-products of the terms: says how well the surface is known at a point.
    noise
        Standard deviation of what a point leaves unexplained, by figure: each as foretold by the others.
    """

    middle: Floats
    half: Floats
    coefficients: Floats = field(repr=False)
    inverse: Floats = field(repr=False)
    noise: Floats

    def at(self, points: Floats, given: Floats) -> Floats:
        """Return the figures at points, a row each.

        Parameters
        ----------
        points
            Parameters that are fitted, a row a point.
        given
            Standardised values of those that were estimated before, a row a point.
        """
        return np.asarray(_terms((points - self.middle) / self.half, given) @ self.coefficients)

    def leverage(self, points: Floats, given: Floats) -> Floats:
        """Return the variance of the surface at points, in units of that of a single run."""
        terms = _terms((points - self.middle) / self.half, given)
        return np.asarray(np.einsum("ij,jk,ik->i", terms, self.inverse, terms))


def fitted_surface(points: Floats, given: Floats, values: Floats, weights: Floats | None = None) -> Surface:
    """Fit quadratic surfaces.

    Parameters
    ----------
    points, given
        As for `Surface.at`.
    values
        A row per point, a column per figure.
    weights
        How much each point counts; all alike where left out.
    """
    weights = np.ones(len(points)) if weights is None else weights
    middle = np.average(points, axis=0, weights=weights)
    half = np.sqrt(np.average((points - middle) ** 2, axis=0, weights=weights)) * SCALE + 1e-9
    terms = _terms((points - middle) / half, given)
    weighted = terms * weights[:, None]
    penalty = RIDGE * weights.sum() * np.eye(terms.shape[1])
    penalty[0, 0] = 0.0
    inverse = np.linalg.inv(terms.T @ weighted + penalty)
    coefficients = inverse @ weighted.T @ values
    held = weights * np.einsum("ij,jk,ik->i", terms, inverse, terms)
    left = (values - terms @ coefficients) / np.maximum(1.0 - held, 0.05)[:, None]  # as if it were left out
    noise = np.sqrt(np.average(left**2, axis=0, weights=weights))
    return Surface(middle, half, coefficients, inverse, noise)


def _terms(points: Floats, given: Floats) -> Floats:
    """Return 1, the parameters, their products, and what was given."""
    size = points.shape[1]
    one, other = np.triu_indices(size)
    return np.column_stack([np.ones(len(points)), points, points[:, one] * points[:, other], given])
