"""Draw the assumptions of a world over their ranges: what nobody has measured, all at once."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.stats import qmc

from sim.world.assumptions import Assumption, assumptions
from sim.world.scenario import Scenario


def open_assumptions(scenario: Scenario, sections: Iterable[str]) -> list[Assumption]:
    """Return the numbers of a scenario that are marked as design choices, below some dotted paths.

    What is estimated or published stays where it is, and so does a number whose range is open.
    """
    wanted = tuple(sections)
    return [
        item
        for item in assumptions(scenario)
        if item.mark == "design choice"
        and isinstance(item.value, float)
        and item.entry.low is not None
        and item.entry.high is not None
        and any(item.path == path or item.path.startswith(f"{path}.") for path in wanted)
    ]


def latin_hypercube(items: Sequence[Assumption], draws: int, seed: int) -> list[dict[str, float]]:
    """Return draws of all assumptions at once, each evenly spread over its range (McKay et al. 1979).

    Parameters
    ----------
    items
        What is drawn; see `open_assumptions`.
    draws
        Number of draws; every assumption falls once into each of as many equal parts of its range.
    seed
        Of the draws.

    Returns
    -------
    list of dict
        Values by dotted path, one mapping a draw.
    """
    if draws == 0 or not items:
        return []
    sample = qmc.LatinHypercube(len(items), seed=np.random.default_rng(seed)).random(draws)
    drawn = []
    for row in sample:
        values = {}
        for item, place in zip(items, row, strict=True):
            low, high = item.entry.low, item.entry.high
            assert low is not None
            assert high is not None
            values[item.path] = low + float(place) * (high - low)
        drawn.append(values)
    return drawn
