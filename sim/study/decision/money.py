"""What strategies and their levers cost and bring: when they pay, and what they would have to do to pay.

A lever pays for itself by those it keeps if it keeps more than its extra cost divided by what a kept
customer is worth. That worth is found in the world itself: everybody's hazard of leaving is lowered a
little, at no cost, and what customer equity gains is divided by how many more stay. It is the worth of
the customers whom a little decides, over the horizon, with what they order, cost, say and bring along.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import Engine
from sim.study.compare import Progress, compare
from sim.study.comparison import Comparison
from sim.study.statistics import Interval, band, mean_interval, paired_interval, ratio_interval
from sim.world.description import with_values
from sim.world.scenario import DAYS_PER_YEAR, Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
LOWERED = 0.1
"""Log-hazard that is taken off everybody to learn what a kept customer is worth."""
SINGLE = ", only "
"""Stands in the name of a strategy of which one lever is left, between the two."""
NEVER = np.inf
"""Month in which something is paid back that is not within the horizon."""


@dataclass(frozen=True)
class Account:
    """What a strategy costs and brings against the baseline; money is per customer at the start.

    Parameters
    ----------
    name
        Of the strategy, or of one with a single lever of it.
    keeps
        How many more stay, share of customers.
    breaks_even
        How many more would have to stay for that alone to pay the extra cost; NaN where a kept customer
        is not clearly worth anything.
    cost, margin, net
        Extra discounted cost; extra discounted margin, less what is owed for points; their difference,
        which is the gain in customer equity. Currency.
    paid_back
        Month from which on what was spent is paid back for good, with the months that the limits of the
        cash curve give; 0 if nothing had ever to be paid back, `NEVER` if it is not within the horizon.
    revenue, more_revenue
        Revenue under the strategy, and how much of it the strategy has added. Currency.
    liability
        Owed for points at the end. Currency.
    cost_to_serve
        Cost of all kinds in a customer's year. Currency.
    cash
        Profit cumulated since the start less that of the baseline, a row per replication and a column
        per tick. Currency.
    """

    name: str
    keeps: Interval
    breaks_even: Interval
    cost: Interval
    margin: Interval
    net: Interval
    paid_back: Interval
    revenue: Interval
    more_revenue: Interval
    liability: Interval
    cost_to_serve: Interval
    cash: Floats = field(repr=False)


@dataclass(frozen=True)
class Money:
    """The accounts of a comparison.

    Parameters
    ----------
    comparison
        What was compared, single levers among it.
    worth
        Customer equity gained for each customer more who stays, currency.
    accounts
        By name, the baseline left out.
    """

    comparison: Comparison
    worth: Interval
    accounts: dict[str, Account]


def money(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    replications: int = 30,
    seed: int = 1,
    baseline: str = "baseline",
    engine: Engine = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
    *,
    levers: bool = True,
) -> Money:
    """Return what strategies, and each of their levers alone, cost and bring.

    Parameters
    ----------
    scenario, strategies, replications, seed, baseline, engine, workers, progress
        As for `sim.compare`.
    levers
        Whether strategies of several levers are also run with each of them alone.

    Raises
    ------
    ConfigurationError
        As `sim.compare`.
    """
    everything = [
        one for strategy in strategies for one in (strategy, *(single_levers(strategy) if levers else ()))
    ]
    total = (len(everything) + 1) * replications

    def report(done: int, _: int) -> None:
        if progress is not None:
            progress(done, total)

    compared = compare(scenario, everything, replications, seed, baseline, engine, workers, report)
    only = [strategy for strategy in strategies if strategy.name == baseline]
    milder = with_values(
        scenario, {"reference.log_hazard": scenario.reference.log_hazard + LOWERED}
    )  # outside its range where the scenario is at the end of it: only the difference matters
    done = len(everything) * replications
    kept = compare(
        milder, only, replications, seed, baseline, engine, workers, lambda n, _: report(done + n, 0)
    )
    return accounts(compared, kept)


def single_levers(strategy: Strategy) -> list[Strategy]:
    """Return a strategy with each of its levers alone; a loyalty programme is one lever."""
    kept = [name for name in strategy.levers() if not name.startswith("loyalty.") or name == "loyalty.points"]
    if len(kept) < 2:
        return []
    found = []
    for lever in kept:
        alone = strategy
        for other in kept:
            if other != lever:
                alone = alone.without(other)
        found.append(alone.replace({"name": f"{strategy.name}{SINGLE}{lever}"}))
    return found


def accounts(compared: Comparison, milder: Comparison) -> Money:
    """Return the accounts of a comparison.

    Parameters
    ----------
    compared
        Strategies and their baseline.
    milder
        The baseline in the same world, on the same seeds, where everybody leaves a little less.
    """
    base = compared.baseline
    people = compared.scenario.customers.count
    gain = milder.values(base, "customer_equity") - compared.values(base, "customer_equity")
    kept = people * (milder.values(base, "survival_rate") - compared.values(base, "survival_rate"))
    names = [strategy.name for strategy in compared.strategies if strategy.name != base]
    found = {name: account(compared, name, (gain, kept)) for name in names}
    return Money(compared, ratio_interval(gain, kept), found)


def account(compared: Comparison, name: str, worth: tuple[Floats, Floats] | None = None) -> Account:
    """Return what one strategy of a comparison costs and brings.

    Parameters
    ----------
    compared
        Strategies and their baseline.
    name
        Of the strategy.
    worth
        Customer equity gained by keeping some more customers, and their number, a value per replication;
        without it nothing is said of how many would have to stay (`breaks_even` is NaN).
    """
    base = compared.baseline
    people = compared.scenario.customers.count
    cost = (compared.values(name, "discounted_cost") - compared.values(base, "discounted_cost")) / people
    net = (compared.values(name, "customer_equity") - compared.values(base, "customer_equity")) / people
    cash = _cumulated(compared, name) - _cumulated(compared, base)
    served = compared.trajectory(name, "active").sum(axis=1) * (
        compared.scenario.time.tick_days / DAYS_PER_YEAR
    )
    spent = compared.trajectory(name, "cost").sum(axis=1)
    return Account(
        name=name,
        keeps=compared.difference(name, "survival_rate"),
        breaks_even=Interval(np.nan, np.nan, np.nan) if worth is None else _product_ratio(cost, *worth),
        cost=mean_interval(cost),
        margin=mean_interval(net + cost),
        net=mean_interval(net),
        paid_back=paid_back(cash, compared.scenario.time.tick_days),
        revenue=compared.interval(name, "revenue"),
        more_revenue=paired_interval(compared.values(name, "revenue"), compared.values(base, "revenue")),
        liability=compared.interval(name, "liability"),
        cost_to_serve=ratio_interval(spent, served),
        cash=cash,
    )


def _cumulated(compared: Comparison, name: str) -> Floats:
    profit = compared.trajectory(name, "profit")
    return np.asarray(np.cumsum(profit, axis=1) / compared.scenario.customers.count)


def _product_ratio(cost: Floats, gain: Floats, kept: Floats) -> Interval:
    """Return cost divided by what a kept customer is worth, with a delta-method interval.

    NaN where that worth is not clearly above 0: no number of kept customers would pay then.
    """
    if not ratio_interval(gain, kept).low > 0.0:
        return Interval(np.nan, np.nan, np.nan)
    share = kept.mean() / gain.mean()
    value = float(cost.mean() * share)
    terms = (cost - cost.mean()) * share + cost.mean() * kept / gain.mean() - value * gain / gain.mean()
    spread = mean_interval(terms)
    return Interval(value, value + spread.low, value + spread.high)


def paid_back(cash: Floats, tick_days: float) -> Interval:
    """Return the month from which on a cumulated difference of profit stays at 0 or above.

    Parameters
    ----------
    cash
        A row per replication and a column per tick.
    tick_days
        Days in a tick.

    Returns
    -------
    Interval
        Of the mean curve; its limits are those of the upper and the lower limit of the curve, 95 % at
        each tick, and NaN from a single replication.
    """
    mean, low, high = band(cash)
    if len(cash) < 2:
        return Interval(_month(mean, tick_days), np.nan, np.nan)
    return Interval(*(_month(curve, tick_days) for curve in (mean, high, low)))


def _month(curve: Floats, tick_days: float) -> float:
    below = np.flatnonzero(curve < 0.0)
    if len(below) == 0:
        return 0.0
    if below[-1] == len(curve) - 1:
        return NEVER
    return float((below[-1] + 1) * tick_days / (DAYS_PER_YEAR / 12.0))
