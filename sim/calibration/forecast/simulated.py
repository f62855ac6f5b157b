"""Run the firm's customers forward over draws of the posterior."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.events import PURCHASE
from sim.calibration.forecast.people import Base, people_of
from sim.engine.kpis import tick_kpis
from sim.engine.simulation import simulate
from sim.study.side_by_side import as_they_finish
from sim.world.library import load_strategy
from sim.world.scenario import DAYS_PER_YEAR, TICK_DAYS, Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
MOST = 20_000
"""Customers of a run; of more a part is drawn, another one for each world."""
EVENTS = 400_000
"""Orders of a run, at most, by the rate of orders."""
GROUPS = 8
"""Groups by past frequency: 0, 1, …, 6, 7 and more."""


def ticking(days: float) -> str:
    """Return the longest tick of which a period is a whole number."""
    for name in ("month", "week"):
        parts = days / TICK_DAYS[name]
        if parts >= 1.0 - 1e-6 and abs(parts - round(parts)) < 1e-6:
            return name
    return "day"


def horizon_world(scenario: Scenario, period: float, periods: int) -> Scenario:
    """Return the scenario over the periods of a forecast, without prospects: it is of those who are there."""
    tick = ticking(period)
    ticks = math.ceil(period * periods / TICK_DAYS[tick] - 1e-9)
    return scenario.replace(
        {
            "time.tick": tick,
            "time.horizon": ticks * TICK_DAYS[tick] / DAYS_PER_YEAR,
            "market.prospects": 0.0,
            "customers.contract.staggered": False,
        }
    )


def bases(
    scenario: Scenario, histories: "pd.DataFrame", worlds: int, years: float, seed: int, pace: float = 1.0
) -> Iterator[Base]:
    """Yield the customers of each world: all of them, or a part drawn at random."""
    generator = np.random.default_rng(seed)
    if scenario.customers.relation == "contractual":
        places = {name: place for place, name in enumerate(scenario.customers.segments)}
        table = np.column_stack(
            [
                histories["renewals"].to_numpy(dtype=np.float64),
                histories["phase"].to_numpy(dtype=np.float64),
                np.array([places[name] for name in histories["plan"]], dtype=np.float64),
            ]
        )
        table = np.repeat(table, np.round(histories["count"].to_numpy()).astype(np.int64), axis=0)
        names, most = ("renewals", "phase", "plan"), MOST
    else:
        names = ("frequency", "recency", "age")
        table = np.column_stack([histories[name].to_numpy(dtype=np.float64) for name in names])
        rate = (table[:, 0].sum() + len(table) * 0.1) / max(table[:, 2].sum() / DAYS_PER_YEAR, 1e-9)
        most = int(np.clip(EVENTS / max(rate * years, 1e-9), 500, MOST))
    for _ in range(worlds):
        chosen = table
        if len(table) > most:
            chosen = table[np.sort(generator.choice(len(table), most, replace=False))]
        past = {name: np.ascontiguousarray(chosen[:, place]) for place, name in enumerate(names)}
        yield Base(past, len(table) / max(len(chosen), 1), pace)


def forecast_runs(
    scenario: Scenario,
    rows: Sequence[Mapping[str, float]],
    histories: "pd.DataFrame",
    period: float,
    periods: int,
    seed: int,
    workers: int,
    progress: Callable[[int, int], None] | None = None,
    strategy: Strategy | None = None,
    pace: float = 1.0,
) -> list[dict[str, Floats]]:
    """Return what was counted in each world, in the order of the rows.

    Parameters
    ----------
    scenario
        Medians.
    rows
        Draws of the posterior, a world each.
    histories
        What the customers have done so far.
    period, periods
        Days of a period, and how many.
    seed
        Of luck.
    workers
        Threads.
    progress
        Called with (worlds done, worlds in all).
    strategy
        What the firm does; its baseline where left out.
    pace
        Orders as a share of those that the rates of the scenario make, see `sim.calibration.pace`.
    """
    world = horizon_world(scenario, period, periods)
    strategy = strategy or load_strategy("baseline", scenario)
    starting = bases(scenario, histories, len(rows), period * periods / DAYS_PER_YEAR, seed, pace)
    jobs: dict[int, Callable[[], dict[str, Floats]]] = {
        number: partial(_one, world, row, base, period, periods, seed + 7919 * number, strategy)
        for number, (row, base) in enumerate(zip(rows, starting, strict=True))
    }
    found: dict[int, dict[str, Floats]] = {}
    for number, counted in as_they_finish(ThreadPoolExecutor(workers), jobs):
        found[number] = counted
        if progress is not None:
            progress(len(found), len(rows))
    return [found[number] for number in range(len(rows))]


def _one(
    scenario: Scenario,
    values: Mapping[str, float],
    base: Base,
    period: float,
    periods: int,
    seed: int,
    strategy: Strategy,
) -> dict[str, Floats]:
    world = scenario.replace({**values, "customers.count": base.count})
    contractual = world.customers.relation == "contractual"
    run = simulate(world, strategy, seed, watch=None if contractual else "all", people=people_of(base, seed))
    found = _by_period(run, period, periods)
    ends = 24.0 * period * (np.arange(periods) + 1.0)
    if contractual:
        left = run.population["left_hour"][: base.count]
        # A renewal on the border of two periods has happened when the earlier one ends.
        found["survival"] = np.array([1.0 - ((left >= 0.0) & (left <= end + 12.0)).mean() for end in ends])
    else:
        assert run.log is not None
        bought = run.log[run.log["event"] == PURCHASE]
        inside = bought["hour"] <= ends[-1]
        who, when, paid = (bought[name][inside] for name in ("customer", "hour", "money"))
        place = np.minimum((when / (24.0 * period)).astype(np.int64), periods - 1)
        found["orders"] = np.bincount(place, minlength=periods).astype(np.float64)
        found["revenue"] = np.bincount(place, weights=paid, minlength=periods).astype(np.float64)
        pairs = np.unique(place * base.count + who)
        found["buyers"] = np.bincount(pairs // base.count, minlength=periods) / base.count
        orders = np.bincount(who, minlength=base.count).astype(np.float64)
        group = np.minimum(base.past["frequency"], GROUPS - 1).astype(np.int64)
        sizes = np.bincount(group, minlength=GROUPS)
        with np.errstate(invalid="ignore"):
            found["by_frequency"] = np.bincount(group, weights=orders, minlength=GROUPS) / sizes
    for name in ("orders", "revenue"):
        if name in found:
            found[name] = found[name] * base.weight
    return found


def _by_period(run: Any, period: float, periods: int) -> dict[str, Floats]:
    """Return what the ledger counts, by period."""
    kpis = tick_kpis(run.ledger, run.scenario)
    days = run.scenario.time.tick_days
    place = np.minimum(((np.arange(len(kpis["tick"])) + 0.5) * days / period).astype(np.int64), periods - 1)

    def total(name: str) -> Floats:
        return np.bincount(place, weights=np.nan_to_num(kpis[name]), minlength=periods).astype(np.float64)

    orders = total("orders")
    answers = np.bincount(place, weights=run.ledger["answers"].sum(axis=1), minlength=periods)
    pleased = np.bincount(place, weights=run.ledger["top_two"].sum(axis=1), minlength=periods)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            "complaint_rate": np.where(orders > 0.0, total("complaints") / orders, np.nan),
            "csat": np.where(answers > 0.0, pleased / answers, np.nan),
        }
    if run.scenario.customers.relation == "contractual":
        found["revenue"] = total("revenue")
    return found
