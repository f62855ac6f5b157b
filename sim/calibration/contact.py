"""What one message does to orders, from a randomised test of it.

A message that fits raises the log rate of orders by `behaviour.outreach.prompt`, and that rise halves every
`behaviour.outreach.prompt_half_life`. Orders of a few weeks are rare enough to be those of a Poisson process,
so that the share of customers who order says how high their rate was, and the shares of two arms by how much
the message raised it: the mean of exp(p · 2^(-t/h)) over the days watched.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.calibration.order_statistics import mean, share
from sim.calibration.posterior import Estimate, Finding, Statistic, Unsettled
from sim.calibration.ranges import inside_ranges
from sim.calibration.records.experiment import Arm, Experiment
from sim.world.description import entry_at
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]
PROMPT, HALF_LIFE = "behaviour.outreach.prompt", "behaviour.outreach.prompt_half_life"
WITHIN_A_DAY = 0.5
"""Days from a message at some hour of the first day to the end of that day, on average."""
GRID, STEPS = np.linspace(-2.0, 5.0, 1401), 400


def experiment_finding(found: Experiment, base: Scenario, draws: int, seed: int) -> Finding:
    """Return what a randomised test says, with its figures; the half-life of the rise is that of the base.

    Raises
    ------
    ConfigurationError
        As `contact_finding`.
    """
    half_life = base.behaviour.outreach.prompt_half_life
    finding = contact_finding(found.control, found.contacted, found.days, half_life, draws, seed)
    return replace(
        finding,
        statistics=experiment_statistics(found),
        unsettled=(
            Unsettled(
                HALF_LIFE,
                f"a half-life of {half_life:g} days is assumed: orders in all do not tell it from the height",
                "orders of the days after the message one by one",
            ),
        ),
    )


def experiment_statistics(found: Experiment) -> tuple[Statistic, ...]:
    """Return who ordered in each arm and what was spent, each with the difference, with their errors."""
    contacted, ordered = found.was_contacted, found.table.data["ordered"]
    items = _with_gain(
        share("experiment.control", ordered[~contacted], "share who ordered without the message"),
        share("experiment.contacted", ordered[contacted], "share who ordered after the message"),
        Statistic("experiment.gain", 0.0, 0.0, 0, "more who ordered after the message", "share"),
    )
    if found.table.has("amount"):
        amount = found.table.data["amount"]
        # Nothing was spent by those who have not ordered; what others spent may be unknown.
        spent = np.where(np.isnan(amount) & (ordered == 0.0), 0.0, amount)
        items += _with_gain(
            mean("experiment.spent.control", spent[~contacted], "spent without the message", "currency"),
            mean("experiment.spent.contacted", spent[contacted], "spent after the message", "currency"),
            Statistic("experiment.spent.gain", 0.0, 0.0, 0, "more spent after the message", "currency"),
        )
    return tuple(items)


def _with_gain(control: list[Statistic], contacted: list[Statistic], gain: Statistic) -> list[Statistic]:
    """Return figures of both arms and their difference; arms are independent."""
    if not control or not contacted:
        return [*control, *contacted]
    (before,), (after,) = control, contacted
    error = float(np.hypot(before.error, after.error))
    count = before.count + after.count
    return [before, after, replace(gain, value=after.value - before.value, error=error, count=count)]


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
