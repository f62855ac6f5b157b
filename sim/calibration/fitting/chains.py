"""Draws from a posterior in the unit cube: a chain for each draw, which learn their steps from each other."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Density = Callable[[Floats, Rows], Floats]
"""Logarithms of the density at points, of which each belongs to the row that is named beside it."""
STEPS = 400
TRIED = 20
"""Points from which each chain chooses where to begin."""
LEAP = 10
"""Every so many steps the chains try to change places: modes that lie apart are filled as they should be."""
JITTER = 1e-4


def drawn(
    density: Density,
    low: Floats,
    high: Floats,
    chains: int,
    generator: np.random.Generator,
    steps: int = STEPS,
    rising: Sequence[int] = (),
) -> Floats:
    """Return a draw per chain, by differential evolution (ter Braak 2006), in halves that move in turn.

    Parameters
    ----------
    density
        Of which chain k draws from row k, for it may condition on what else belongs to row k.
    low, high
        Limits, by parameter; outside there is nothing.
    chains
        Their number, at least 4.
    generator
        Of the draws.
    steps
        Of each chain.
    rising
        Places of parameters that rise from one to the next, so that chains begin where there is something.
    """
    size, rows = len(low), np.arange(chains)

    def anywhere() -> Floats:
        found = low + (high - low) * generator.random((chains, size))
        found[:, rising] = np.sort(found[:, rising], axis=1)
        return np.clip(found, low, high)

    points = anywhere()
    logs = density(points, rows)
    for _ in range(TRIED):
        trial = anywhere()
        there = density(trial, rows)
        better = there > logs
        points[better], logs[better] = trial[better], there[better]
    halves = np.array_split(generator.permutation(chains), 2)
    usual = 2.38 / np.sqrt(2.0 * size)
    for step in range(steps):
        scale = 1.0 if step % LEAP == 0 else usual
        for own, others in (halves, halves[::-1]):
            apart = points[generator.choice(others, len(own))] - points[generator.choice(others, len(own))]
            shaken = JITTER * (high - low) * generator.standard_normal((len(own), size))
            trial = points[own] + scale * apart + shaken
            inside = ((trial >= low) & (trial <= high)).all(axis=1)
            there = density(np.clip(trial, low, high), own)
            taken = inside & (np.log(generator.random(len(own))) < there - logs[own])
            points[own[taken]], logs[own[taken]] = trial[taken], there[taken]
    return points
