"""Draws that the simulator can be run with: inside the ranges of the registry."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.calibration.posterior import Unsettled
from sim.world.description import entry_at
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]
LEAST_SHARE = 0.05
"""Share of the draws that must lie inside; with fewer the firm is beyond what the simulator knows."""
NEAR, CROWDED = 1.1, 0.25
"""Draws within a tenth of a limit, and the share of them that says that the data point beyond it."""


def inside_ranges(draws: Mapping[str, Floats], seed: int = 1) -> dict[str, Floats]:
    """Return draws as they are if none lies outside a range of the registry, else from those inside.

    Parameters
    ----------
    draws
        By dotted path of the scenario; the rows belong together.
    seed
        Of the choice among those inside.

    Raises
    ------
    ConfigurationError
        If hardly any lies inside.
    """
    kept = None
    worst, share = "", 1.0
    for path, column in draws.items():
        entry = entry_at(Scenario, path)
        assert entry is not None, path
        low = -np.inf if entry.low is None else entry.low
        high = np.inf if entry.high is None else entry.high
        fine = (column >= low) & (column <= high)
        if fine.mean() < share:
            worst, share = path, float(fine.mean())
        kept = fine if kept is None else kept & fine
    if kept is None or kept.all():
        return dict(draws)
    if kept.mean() < LEAST_SHARE:
        entry = entry_at(Scenario, worst)
        assert entry is not None
        middle = float(np.median(draws[worst]))
        raise ConfigurationError(
            worst, f"the data put it near {middle:.3g}", f"the simulator knows {entry.range}"
        )
    chosen = np.random.default_rng(seed).choice(np.flatnonzero(kept), len(kept))
    chosen[kept] = np.flatnonzero(kept)
    return {path: column[chosen] for path, column in draws.items()}


def at_limits(draws: Mapping[str, Floats]) -> list[Unsettled]:
    """Return the paths whose draws crowd at a limit of their range: the data would have them beyond it."""
    found = []
    for path, column in draws.items():
        low, high = registry_range(path)
        for limit, near in ((low, column <= low * NEAR), (high, column >= high / NEAR)):
            if limit > 0.0 and near.mean() > CROWDED:
                why = f"the data put it at or beyond {limit:g}, where the range of the simulator ends"
                found.append(Unsettled(path, why, "a longer log, or a world of another kind"))
    return found


def registry_range(path: str) -> tuple[float, float]:
    """Return the least and the greatest value that the registry allows at a dotted path of a scenario."""
    entry = entry_at(Scenario, path)
    assert entry is not None, path
    return (
        -float("inf") if entry.low is None else entry.low,
        float("inf") if entry.high is None else entry.high,
    )
