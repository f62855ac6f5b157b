"""How long it takes until a new standard of service is stable."""

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import Run
from sim.world.policy import lever_starts
from sim.world.strategy import ATTRIBUTES

SMOOTHING_WEEKS = 13.0
COVERED = 0.9
CLEAR = 3.0  # standard errors by which the keep rate must have changed


def weeks_to_standard(run: Run) -> float:
    """Return the weeks until the keep rate of the strategy's commitments has settled.

    The keep rate is that of the promised attributes together, in a moving quarter. It has settled
    when it has covered nine tenths of the way from the first quarter of the commitments to the last.

    Returns
    -------
    float
        Weeks since the first commitment came into force; NaN without a commitment, with less than
        two quarters under it, or where the keep rate changes by less than three standard errors.
    """
    levers = lever_starts(run.strategy)
    promised = [name for name in ATTRIBUTES if f"commitments.{name}" in levers]
    if not promised:
        return float("nan")
    days = run.scenario.time.tick_days
    first = int(np.ceil(min(levers[f"commitments.{name}"] for name in promised) / days))
    width = max(1, round(7.0 * SMOOTHING_WEEKS / days))
    kept = sum(run.ledger[f"{name}_kept"].sum(axis=1) for name in promised)[first:]
    made = kept + sum(run.ledger[f"{name}_broken"].sum(axis=1) for name in promised)[first:]
    if len(made) < 2 * width:
        return float("nan")
    rate, orders = _moving(kept, width), _moving(made, width)
    if not (orders > 0).all():
        return float("nan")
    rate = rate / orders
    change = rate[-1] - rate[0]
    error = np.sqrt(sum(rate[end] * (1.0 - rate[end]) / orders[end] for end in (0, -1)))
    if abs(change) <= CLEAR * error:
        return float("nan")
    settled = np.nonzero((rate - rate[0]) / change >= COVERED)[0][0]
    return float((settled + width) * days / 7.0)


def _moving(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    return np.convolve(values, np.ones(width), mode="valid")
