"""What customers are like before the first tick, and how they are cut into thirds by it."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.engine.records import Records
from sim.world.scenario import DAYS_PER_YEAR

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]

HOURS_PER_YEAR = 24.0 * DAYS_PER_YEAR


def _field(name: str) -> Callable[[Records], Floats]:
    return lambda people: np.asarray(people[name], dtype=np.float64)


def _tenure(people: Records) -> Floats:
    return np.asarray(-people["contract_start"] / HOURS_PER_YEAR)


TRAITS: Mapping[str, Callable[[Records], Floats]] = {
    "order rate": _field("order_rate"),
    "share of wallet": _field("wallet"),
    "readiness to leave": _field("exit_force"),
    "tenure": _tenure,
    "price of an order": _field("price"),
    "price of a period": _field("period_price"),
    "price sensitivity": _field("price_sensitivity"),
    "time sensitivity": _field("time_sensitivity"),
    "loss aversion": _field("loss_aversion"),
    "switching cost": _field("switching_cost"),
    "readiness to complain": _field("voice_readiness"),
    "contentment": _field("contentment"),
    "leadership": _field("leadership"),
    "deal prone": _field("deal_prone"),
    "sensitive about privacy": _field("privacy_sensitive"),
    "averse to compensation": _field("compensation_averse"),
    "opportunist": _field("opportunist"),
}
"""By name of a trait, how it is read from the customers; what it means stands with the parameters."""


def thirds(values: Floats) -> tuple[Bits, Bits, Bits] | None:
    """Return who belongs to the lowest, middle and highest third; None where all are alike.

    A trait that only is there or not, or of which one value is most frequent, makes a lowest and a
    highest group of its own.
    """
    low, high = np.quantile(values, (1.0 / 3.0, 2.0 / 3.0))
    if low < high:
        found = values <= low, (values > low) & (values <= high), values > high
    else:
        found = values <= values.min(), np.zeros(len(values), dtype=np.bool_), values > values.min()
    return found if found[0].sum() > 1 and found[2].sum() > 1 else None
