"""The four groups of uplift, and within which bounds their sizes lie."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
Floats = NDArray[np.float64]

GROUPS: Mapping[str, tuple[bool, bool]] = {
    "persuadable": (True, False),
    "sure thing": (True, True),
    "lost cause": (False, False),
    "sleeping dog": (False, True),
}
"""By name of a group, whether its customers stay with the strategy and without it."""


def bounds(stays_with: Bits, stays_without: Bits, second: Bits) -> dict[str, tuple[float, float]]:
    """Return the lowest and the highest size of each group that the chances of the customers allow.

    For a customer who stays with chance p with the strategy and q without, the chance to be persuadable
    lies between max(0, p - q) and min(p, 1 - q) (Fréchet 1951). A maximum of estimates is too high on
    average, a minimum too low, which would make the bounds too narrow. So one half of the lucks says which
    side is the greater and the other gives its value: that is never beyond the true bound on average.

    Parameters
    ----------
    stays_with, stays_without
        Who stayed, (lucks, customers).
    second
        Which lucks belong to the second half.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in GROUPS}
    for half in (second, ~second):
        chances = [
            (stays_with[lucks].mean(axis=0), stays_without[lucks].mean(axis=0)) for lucks in (half, ~half)
        ]
        for name, (with_it, without_it) in GROUPS.items():
            sides = [(p if with_it else 1.0 - p, q if without_it else 1.0 - q) for p, q in chances]
            low = _chosen(sides, lambda p, q: (np.zeros_like(p), p + q - 1.0), np.argmax)
            high = _chosen(sides, lambda p, q: (p, q), np.argmin)
            found[name].append((low, high))
    return {
        name: (
            max(0.0, float(np.mean([low for low, _ in parts]))),
            min(1.0, float(np.mean([high for _, high in parts]))),
        )
        for name, parts in found.items()
    }


def _chosen(
    sides: list[tuple[Floats, Floats]],
    of: Callable[[Floats, Floats], tuple[Floats, Floats]],
    which: Callable[..., NDArray[np.int64]],
) -> float:
    """Return the mean of what the first half of the lucks chooses, as the second half has it."""
    choice = which(np.array(of(*sides[0])), axis=0)
    values = np.array(of(*sides[1]))
    return float(np.take_along_axis(values, choice[None, :], axis=0).mean())
