"""Draws from a posterior in a few dimensions: importance sampling that adapts, and weights for moments.

For likelihoods of two to four parameters nothing finer is needed: a Student distribution around the mode is
drawn from, the draws are weighted by what they should have been, and the distribution is moved to where the
weights are until they are even enough (Cappé, Guillin, Marin and Robert 2004).
"""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]
Density = Callable[[Floats], float]

TRIED, RESTARTS = 3, 8
"""Points from which the mode is looked for, and searches from each, at most."""
ROUNDS = 8
EACH = 600
"""Draws of a round that only serves to place the next."""
OVER = 3
"""Draws that are weighted for each that is kept."""
FREEDOM = 5.0
"""Degrees of freedom of the Student distribution: tails heavier than those of what is looked for."""
EVEN = 0.5
"""Effective share of the draws at which the distribution is well placed."""
LEAST = 0.1
"""Effective share of the draws below which a chain of Metropolis steps is gone instead."""
STEPS = 12
"""Steps of the chain for each draw that is kept; the first fifth of the chain is left out."""
WIDEST = 3.0
"""Standard deviation of a proposal along a direction in which the density is flat."""
BLOCKS = 4000
"""Groups of observations that moments are drawn over, at most."""


def importance_sample(density: Density, start: Floats, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Draw from a density.

    Parameters
    ----------
    density
        Its logarithm, up to a constant; -inf where there is nothing.
    start
        Where to look for the mode; one point, or a row per point, of which the best one is taken.
    draws
        Number of draws.
    seed
        Of the draws.

    Returns
    -------
    tuple
        The draws, a row each, and the mode.
    """
    generator = np.random.default_rng(seed)
    mode = _mode(density, np.atleast_2d(start))
    centre, spread = mode, _curvature(density, mode)
    for _ in range(ROUNDS):
        points, weights = _weighted(density, centre, spread, EACH, generator)
        effective = 1.0 / float(weights @ weights) / EACH
        if effective >= EVEN:
            break
        kept = np.minimum(weights, np.sqrt(1.0 / EACH) * weights.sum())  # truncated: Ionides 2008
        kept /= kept.sum()
        centre = kept @ points
        apart = points - centre
        spread = (apart * kept[:, None]).T @ apart + 1e-9 * np.eye(len(mode))
    points, weights = _weighted(density, centre, spread, max(OVER * draws, EACH), generator)
    if 1.0 / float(weights @ weights) < LEAST * len(weights):
        points, weights = _walk(density, points[int(np.argmax(weights))], spread, draws, generator)
    steps = (generator.random() + np.arange(draws)) / draws
    chosen = np.searchsorted(np.cumsum(weights)[:-1], steps)
    return points[generator.permutation(chosen)], mode


def _mode(density: Density, starts: Floats) -> Floats:
    def negative(point: Floats) -> float:
        value = -density(point)
        return value if np.isfinite(value) else 1e300

    best, least = starts[0], np.inf
    for start in sorted(starts, key=negative)[:TRIED]:
        point, value = start, np.inf
        for _ in range(RESTARTS):  # a simplex that has collapsed on its way is spread out anew
            found = optimize.minimize(
                negative, point, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-4, "maxiter": 3000}
            )
            point, gained = found.x, value - float(found.fun)
            value = float(found.fun)
            if gained < 1e-2:
                break
        if value < least - 1e-2:
            best, least = point, value
    return np.asarray(best)


def _curvature(density: Density, mode: Floats) -> Floats:
    """Return the covariance that a normal distribution of the same curvature has."""
    size = len(mode)
    step = 1e-2
    hessian = np.zeros((size, size))
    if not np.isfinite([density(mode + step * corner) for corner in _corners(size)]).all():
        return np.eye(size)  # the mode lies at a limit
    centre = density(mode)
    ends = np.eye(size) * step
    single = [(density(mode + end), density(mode - end)) for end in ends]
    for one in range(size):
        hessian[one, one] = -(single[one][0] + single[one][1] - 2.0 * centre) / step**2
        for other in range(one):
            corners = [
                sign * density(mode + first * ends[one] + second * ends[other])
                for first, second, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            ]
            hessian[one, other] = hessian[other, one] = -sum(corners) / (4.0 * step**2)
    values, vectors = np.linalg.eigh(hessian)
    variances = 1.0 / np.maximum(values, 1.0 / WIDEST**2)
    return np.asarray((vectors * variances) @ vectors.T)


def _walk(
    density: Density, start: Floats, spread: Floats, draws: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return draws of an adaptive Metropolis chain (Haario, Saksman and Tamminen 2001), and even weights."""
    size, length = len(start), STEPS * draws
    chain = np.empty((length, size))
    point, value = start, density(start)
    root = np.linalg.cholesky(spread)
    scale = 2.38 / np.sqrt(size)
    for step in range(length):
        if step % 500 == 0 and 500 <= step <= length // 5:  # it learns only in the part that is left out
            seen = np.cov(chain[step // 2 : step].T).reshape(size, size) + 1e-9 * np.eye(size)
            root = np.linalg.cholesky(seen)
        trial = point + scale * root @ generator.standard_normal(size)
        there = density(trial)
        if np.log(generator.random()) < there - value:
            point, value = trial, there
        chain[step] = point
    kept = chain[length // 5 :]
    return kept, np.full(len(kept), 1.0 / len(kept))


def _corners(size: int) -> Floats:
    """Return the corners of a cube around the origin."""
    return np.array(list(product((-1.0, 1.0), repeat=size)))


def _weighted(
    density: Density, centre: Floats, spread: Floats, count: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return draws of a Student distribution and the weights that make them draws of the density."""
    size = len(centre)
    root = np.linalg.cholesky(spread)
    normals = generator.standard_normal((count, size))
    scale = np.sqrt(generator.chisquare(FREEDOM, count) / FREEDOM)
    away = normals / scale[:, None]
    points = centre + away @ root.T
    proposed = -0.5 * (FREEDOM + size) * np.log1p((away**2).sum(axis=1) / FREEDOM)
    logs = np.array([density(point) for point in points]) - proposed
    logs[~np.isfinite(logs)] = -np.inf
    weights = np.exp(logs - logs.max()) if np.isfinite(logs.max()) else np.ones(count)
    return points, weights / weights.sum()


def drawn_moments(parts: Mapping[str, Floats], draws: int, seed: int) -> dict[str, Floats]:
    """Return draws of the means of what was observed, without assuming any distribution of it.

    The Bayesian bootstrap (Rubin 1981): observations are weighted exponentially, the same for all columns.
    Where there are many they are weighted in groups, drawn at random.

    Parameters
    ----------
    parts
        Columns of the same length, an entry per independent observation (a customer, not an order).
    draws
        Number of draws.
    seed
        Of the weights.
    """
    generator = np.random.default_rng(seed)
    names = list(parts)
    table = np.column_stack([np.asarray(parts[name], dtype=np.float64) for name in names])
    count = len(table)
    if count > BLOCKS:
        group = generator.permutation(np.arange(count) % BLOCKS)
        sums = [np.bincount(group, weights=column, minlength=BLOCKS) for column in table.T]
        table = np.column_stack(sums).astype(np.float64) * (BLOCKS / count)
        count = BLOCKS
    weights = generator.standard_exponential((draws, count))
    weights /= weights.sum(axis=1, keepdims=True)
    means = weights @ table
    return {name: np.asarray(means[:, place]) for place, name in enumerate(names)}


def normal_log_density(value: float, mean: float, spread: float) -> float:
    """Return the log-density of a normal distribution, up to a constant."""
    return -0.5 * ((value - mean) / spread) ** 2


def normal_interval(mean: float, spread: float, level: float) -> tuple[float, float]:
    """Return the limits that hold a share of a normal distribution, equal tails."""
    half = float(special.ndtri(0.5 + 0.5 * level)) * spread
    return mean - half, mean + half
