"""What one message does to orders, from a randomised test of it.

A message that fits raises the log rate of orders by `behaviour.outreach.prompt`, and that rise halves every
`behaviour.outreach.prompt_half_life`. Orders of a few weeks are rare enough to be those of a Poisson process,
so that the share of customers who order says how high their rate was, and the shares of two arms by how much
the message raised it: the mean of exp(p · 2^(-t/h)) over the days watched.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.posterior import Estimate, Finding
from sim.calibration.ranges import inside_ranges
from sim.world.description import entry_at
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]
PROMPT = "behaviour.outreach.prompt"
WITHIN_A_DAY = 0.5
"""Days from a message at some hour of the first day to the end of that day, on average."""
GRID, STEPS = np.linspace(-2.0, 5.0, 1401), 400


@dataclass(frozen=True)
class Arm:
    """Customers of one arm of a test, and how many of them ordered while they were watched."""

    customers: int
    ordered: int


def contact_finding(
    control: Arm, contacted: Arm, days: float, half_life: float, draws: int, seed: int
) -> Finding:
    """Return what a randomised test says of the rise of orders after a message.

    Parameters
    ----------
    control, contacted
        The arms.
    days
        For which both were watched, from the day after the message on.
    half_life
        Of the rise, days; the shares of one period do not tell it from its height.
    draws, seed
        Number of draws and their seed.

    Raises
    ------
    ConfigurationError
        If an arm has nobody who ordered, or all did, or the rise is beyond what the simulator knows.
    """
    for name, arm in (("control", control), ("contacted", contacted)):
        if not 0 < arm.ordered < arm.customers:
            raise ConfigurationError(
                name, f"{arm.ordered} of {arm.customers} ordered", "a test in which some did and some did not"
            )
    generator = np.random.default_rng(seed)
    rates = [
        -np.log1p(-generator.beta(arm.ordered + 0.5, arm.customers - arm.ordered + 0.5, draws))
        for arm in (control, contacted)
    ]
    found = np.interp(np.log(rates[1] / rates[0]), np.log(raised(GRID, days, half_life)), GRID)
    entry = entry_at(Scenario, PROMPT)
    assert entry is not None
    assert entry.low is not None
    assert entry.high is not None
    return Finding(
        draws=inside_ranges({PROMPT: found}, seed),
        estimates=(
            Estimate(PROMPT, "a randomised test of a message", "closed form", (entry.low, entry.high)),
        ),
    )


def raised(prompt: Floats, days: float, half_life: float) -> Floats:
    """Return how many times as much is ordered over the days after a message, for rises of the log rate."""
    middle = (np.arange(STEPS) + 0.5) / STEPS * days + WITHIN_A_DAY
    return np.asarray(np.exp(np.multiply.outer(prompt, 2.0 ** (-middle / half_life))).mean(axis=-1))
