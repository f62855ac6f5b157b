"""Run one point of a sweep: every strategy on every seed, or the error that it fails with."""

from dataclasses import dataclass

from sim.engine.simulation import simulate, simulate_each
from sim.study.metrics import MEASURED, METRICS, measure
from sim.study.sweep.sweep import Sweep
from sim.world.compatibility import check_compatible

METRIC_COLUMNS = (
    *(name for name, metric in METRICS.items() if metric.measure is not None),
    "discounted_cost",
)
"""The metrics that a run has by itself; `roi` needs two."""


@dataclass(frozen=True)
class Result:
    """What came of a point.

    Parameters
    ----------
    number
        Of the point.
    rows
        Metrics (`METRIC_COLUMNS`) of every strategy, then seed by seed; nothing if it failed.
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
    found: list[list[tuple[float, ...]]] = [[] for _ in strategies]
    for strategy in strategies:
        check_compatible(scenario, strategy)
    for seed in sweep.seeds:
        if sweep.engine == "mesa":
            runs = [simulate(scenario, strategy, seed, "mesa") for strategy in strategies]
        else:
            runs = simulate_each(scenario, strategies, seed, keep=MEASURED)
        for place, run in enumerate(runs):
            values = measure(run)
            found[place].append(tuple(values[name] for name in METRIC_COLUMNS))
    return tuple(row for rows in found for row in rows)
