"""Run the firm's customers forward over draws of the posterior."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.events import PURCHASE, RENEWAL
from sim.calibration.forecast.people import Base, people_of
from sim.engine.kpis import tick_kpis
from sim.engine.simulation import Run, simulate_each
from sim.study.side_by_side import as_they_finish
from sim.world.library import load_strategy
from sim.world.policy import timeline
from sim.world.scenario import DAYS_PER_YEAR, TICK_DAYS, Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
MOST = 20_000
"""Customers of a run; of more a part is drawn, another one for each world."""
EVENTS = 400_000
"""Orders of a run, at most, by the rate of orders."""
BORDER = 12.0
"""Hours by which a renewal may follow the end of a period and still belong to it."""
CONTRACT_YEARS = 40_000.0
"""Years of contracts of a run, at most."""
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
        names, most = ("renewals", "phase", "plan"), int(np.clip(CONTRACT_YEARS / years, 500, MOST))
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
    strategies: Sequence[Strategy] = (),
    pace: float = 1.0,
) -> list[list[dict[str, Floats]]]:
    """Return what was counted in each world, in the order of the rows, under each strategy.

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
    strategies
        What the firm does, to the same customers with the same luck; its baseline where left out.
    pace
        Orders as a share of those that the rates of the scenario make, see `sim.calibration.pace`.
    """
    world = horizon_world(scenario, period, periods)
    strategies = strategies or [load_strategy("baseline", scenario)]
    starting = bases(scenario, histories, len(rows), period * periods / DAYS_PER_YEAR, seed, pace)
    jobs: dict[int, Callable[[], list[dict[str, Floats]]]] = {
        number: partial(_one, world, row, base, period, periods, seed + 7919 * number, strategies)
        for number, (row, base) in enumerate(zip(rows, starting, strict=True))
    }
    found: dict[int, list[dict[str, Floats]]] = {}
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
    strategies: Sequence[Strategy],
) -> list[dict[str, Floats]]:
    world = scenario.replace({**values, "customers.count": base.count})
    runs = simulate_each(world, strategies, seed, watch="all", people=people_of(base, seed))
    return [_counted(run, base, period, periods) for run in runs]


def _counted(run: Run, base: Base, period: float, periods: int) -> dict[str, Floats]:
    """Return what is forecast as it came out in a run."""
    found = _by_period(run, period, periods)
    contractual = run.scenario.customers.relation == "contractual"
    ends = 24.0 * period * (np.arange(periods) + 1.0)
    if contractual:
        left = run.population["left_hour"][: base.count]
        # A renewal on the border of two periods has happened when the earlier one ends.
        found["revenue"] = _renewed(run, period, periods)
        found["survival"] = np.array([1.0 - ((left >= 0.0) & (left <= end + BORDER)).mean() for end in ends])
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
    for name in ("orders", "revenue", "profit"):
        if name in found:
            found[name] = found[name] * base.weight
    return found


def _by_period(run: Run, period: float, periods: int) -> dict[str, Floats]:
    """Return what the ledger counts, by period."""
    kpis = tick_kpis(run.ledger, run.scenario)
    days = run.scenario.time.tick_days
    place = np.minimum(((np.arange(len(kpis["tick"])) + 0.5) * days / period).astype(np.int64), periods - 1)

    def total(name: str) -> Floats:
        return np.bincount(place, weights=np.nan_to_num(kpis[name]), minlength=periods).astype(np.float64)

    orders, profit = total("orders"), total("profit")
    if run.scenario.customers.relation == "contractual":
        # The period that is running was paid for before the forecast begins.
        people = run.people(run.scenario, timeline(run.scenario, run.strategy), run.seed)
        running = 1.0 + people["contract_start"] / (24.0 * run.scenario.customers.contract.period)
        opening = people["period_price"] * np.clip(running, 0.0, 1.0) * people["active"]
        profit[0] -= run.scenario.economics.margin * float(opening.sum())
    answers = np.bincount(place, weights=run.ledger["answers"].sum(axis=1), minlength=periods)
    pleased = np.bincount(place, weights=run.ledger["top_two"].sum(axis=1), minlength=periods)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            "profit": profit,
            "complaint_rate": np.where(orders > 0.0, total("complaints") / orders, np.nan),
            "csat": np.where(answers > 0.0, pleased / answers, np.nan),
        }
    return found


def _renewed(run: Run, period: float, periods: int) -> Floats:
    """Return what is paid at renewals, by period; one on the border of two belongs to the earlier."""
    assert run.log is not None
    paid = run.log[run.log["event"] == RENEWAL]
    place = np.maximum((paid["hour"] - BORDER) / (24.0 * period), 0.0).astype(np.int64)
    inside = place < periods
    return np.bincount(place[inside], weights=paid["money"][inside], minlength=periods).astype(np.float64)
