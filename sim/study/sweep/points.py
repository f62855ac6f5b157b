"""Run one point of a sweep: every strategy on every seed, or the error that it fails with."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

from sim.engine.simulation import simulate, simulate_each
from sim.study.metrics import MEASURED, METRICS, measure, roi_of_pair
from sim.study.sweep.sweep import Sweep
from sim.world.compatibility import check_compatible


def metric_columns(levers: Iterable[str]) -> tuple[str, ...]:
    """Return the metrics of a row where these levers may be on, in the order of a comparison's."""
    return (*METRICS, *(f"reach.{lever}" for lever in levers), "discounted_cost")


@dataclass(frozen=True)
class Result:
    """What came of a point.

    Parameters
    ----------
    number
        Of the point.
    rows
        Metrics (`metric_columns`) of every strategy, then seed by seed; nothing if it failed.
    error
        Why it failed; nothing if it did not.
    """

    number: int
    rows: tuple[tuple[float, ...], ...]
    error: str = ""


def run_point(sweep: Sweep, number: int) -> Result:
    """Run a point; whatever is wrong with it is its result.

    Raises
    ------
    MemoryError, OSError
        Where the machine is at fault and not the point: another attempt may succeed.
    """
    try:
        return Result(number, _rows(sweep, number))
    except (MemoryError, OSError):
        raise
    except Exception as error:
        return Result(number, (), " ".join(f"{type(error).__name__}: {error}".split()))


def _rows(sweep: Sweep, number: int) -> tuple[tuple[float, ...], ...]:
    scenario, strategies = sweep.at(number)
    names = metric_columns(sweep.levers)
    levers = [strategy.levers() for strategy in strategies]
    found: list[list[tuple[float, ...]]] = [[] for _ in strategies]
    for strategy in strategies:
        check_compatible(scenario, strategy)
    for seed in sweep.seeds:
        if sweep.engine == "mesa":
            runs = [simulate(scenario, strategy, seed, "mesa") for strategy in strategies]
        else:
            runs = simulate_each(scenario, strategies, seed, keep=MEASURED)
        measured = [measure(run, on) for run, on in zip(runs, levers, strict=True)]
        if sweep.baseline is not None:
            base = measured[[strategy.name for strategy in strategies].index(sweep.baseline)]
            for values, on in zip(measured, levers, strict=True):
                values["roi"] = roi_of_pair(values, base, on)
        for rows, values in zip(found, measured, strict=True):
            rows.append(tuple(values.get(name, nan) for name in names))
    return tuple(row for rows in found for row in rows)
