"""The check as a whole: figures of the data, of firms simulated over draws of the posterior, and expected."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from sim.calibration.posterior import Posterior, Predicted, Statistic, predicted
from sim.calibration.predictive.buying import buying_figures, buying_of, expected_figures
from sim.calibration.predictive.contracts import contract_figures, expected_contracts, simulated_contracts
from sim.calibration.predictive.orders import (
    delivery_of,
    simulated_buying,
    simulated_delivery,
)
from sim.calibration.records.contracts import Contracts
from sim.calibration.records.orders import Orders
from sim.study.side_by_side import as_they_finish
from sim.world.errors import ConfigurationError
from sim.world.scenario import DAYS_PER_YEAR, Scenario

FIRMS, LEAST_FIRMS, MOST_FIRMS = 60, 20, 2000
LONGEST = 10.0 * DAYS_PER_YEAR
"""Days that can be simulated."""
ENOUGH = 0.5
"""Share of the firms in which a figure has to be there to be shown."""
Data = Orders | Contracts


def predictions(
    scenario: Scenario,
    posterior: Posterior,
    data: Data,
    firms: int = FIRMS,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Predicted, ...]:
    """Return figures of the data beside those of simulated firms.

    Parameters
    ----------
    scenario
        The calibrated world.
    posterior
        What the data say; a draw of it for each firm.
    data
        The orders or the contracts that it was calibrated from.
    firms
        How many are simulated.
    seed
        Of draws and luck.
    workers
        Threads; one for every core where left out.
    progress
        Called with (firms done, firms in all).

    Raises
    ------
    ConfigurationError
        If too few firms are asked for, or too many.
    """
    if not LEAST_FIRMS <= firms <= MOST_FIRMS:
        raise ConfigurationError(
            "check", f"{firms} is outside its range", f"valid: {LEAST_FIRMS} to {MOST_FIRMS} firms"
        )
    one, observed, closed = _of_orders(scenario, posterior, data) if isinstance(data, Orders) else (
        _of_contracts(scenario, data)
    )  # fmt: skip
    if not observed:
        return ()
    order = np.random.default_rng(seed).permutation(max(posterior.rows, 1))
    rows = [posterior.draw(int(order[number % len(order)])) for number in range(firms)]
    jobs: dict[int, Callable[[], Sequence[Statistic]]] = {
        number: partial(one, row, 10_007 * seed + number) for number, row in enumerate(rows)
    }
    values: dict[str, list[float]] = {item.name: [] for item in observed}
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    kept: dict[int, Sequence[Statistic]] = {}
    for number, found in as_they_finish(pool, jobs):
        kept[number] = found
        if progress is not None:
            progress(len(kept), firms)
    for number in sorted(kept):
        for item in kept[number]:
            if item.name in values:
                values[item.name].append(item.value)
    return tuple(
        predicted(item, values[item.name], closed.get(item.name))
        for item in observed
        if len(values[item.name]) >= ENOUGH * firms
    )


Simulated = Callable[[Mapping[str, float], int], Sequence[Statistic]]


def _of_orders(
    scenario: Scenario, posterior: Posterior, data: Orders
) -> tuple[Simulated, list[Statistic], dict[str, float]]:
    """Return what simulates a firm, the figures of the data, and what the closed form expects of them."""
    buying = buying_of(data)
    delivery = delivery_of(data)
    orders = int(next((item.count for item in delivery), 0))
    short = float(buying.age.max()) <= LONGEST

    def one(values: Mapping[str, float], seed: int) -> Sequence[Statistic]:
        found: list[Statistic] = []
        if short:
            found += buying_figures(simulated_buying(scenario, values, buying, seed))
        if delivery:
            found += simulated_delivery(scenario, values, orders, seed)
        return found

    figures = buying_figures(buying) if short else []
    if "customers.spend.mean" not in posterior.draws:
        figures = [item for item in figures if item.name != "orders.repeats_amount"]
    fitted = posterior.closed_forms.get("bg_nbd")
    return one, figures + delivery, expected_figures(buying, fitted) if fitted and short else {}


def _of_contracts(scenario: Scenario, data: Contracts) -> tuple[Simulated, list[Statistic], dict[str, float]]:
    def one(values: Mapping[str, float], seed: int) -> Sequence[Statistic]:
        return simulated_contracts(scenario, values, data, seed)

    return one, contract_figures(data), expected_contracts(scenario, data)
