"""Draw the assumptions of a world over their ranges: what nobody has measured, all at once."""

from collections.abc import Iterable, Sequence

import numpy as np

from sim.world.assumptions import Assumption, assumptions
from sim.world.scenario import Scenario

_WHERE = {
    "behaviour": (
        *("expectation", "disconfirmation", "memory", "trust", "commitment", "notice", "voice"),
        *("recovery", "programme", "purchase", "churn", "outreach", "talk"),
    ),
    "customers": (
        *("loss_aversion", "loss_aversion_spread", "time_sensitivity_spread", "voice_spread"),
        *("switching_cost", "switching_cost_spread", "price_sensitivity_spread", "deal_prone"),
        *("privacy_sensitive", "opportunists", "compensation_averse"),
    ),
    "staff": (
        *("motivation", "overload", "effort", "contact", "leaving", "waiting"),
        *("learning", "learnable", "forgetting"),
    ),
    "network": ("shortcuts", "inside"),
    "market": ("promise", "rating", "price", "interest_spread", "rival"),
}
BEHAVIOUR = tuple(f"{section}.{name}" for section, names in _WHERE.items() for name in names)
"""Where it stands how customers, staff and rivals answer to what a firm does.

What a firm can count itself (orders, prices, delivery times, cases, staff) is not among it, nor how
surveys read the attitudes they ask for.
"""


MARKS = ("design choice", "literature")
"""How numbers are marked that somebody may doubt within their range."""


def open_assumptions(
    scenario: Scenario, sections: Iterable[str] = BEHAVIOUR, marks: Sequence[str] = ("design choice",)
) -> list[Assumption]:
    """Return the numbers of a scenario that nobody is sure of, below some dotted paths.

    Parameters
    ----------
    scenario
        The world.
    sections
        Dotted paths of numbers, or of what they stand below.
    marks
        How they are marked; with "literature" also numbers that are published, within the range that
        studies leave. What is estimated stays where it is, and so does a number whose range is open.
    """
    wanted = tuple(sections)
    return [
        item
        for item in assumptions(scenario)
        if item.mark in marks
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
    from scipy.stats import qmc

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
