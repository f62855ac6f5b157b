"""What a sweep shows at a glance: means by strategy over the values of each swept parameter.

Means are over the points at which a parameter has a value, the other parameters as they come. Their
intervals are over replications, so they say how far luck could have moved them, and nothing of how the
points were chosen. Differences to the baseline are taken point by point and seed by seed first; roi is the
ratio of the mean gain to the mean extra cost, and empty where a comparison has none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.comparison import GAIN, WITHOUT_DIFFERENCE
from sim.study.metrics import PRICED
from sim.study.statistics import Interval, mean_interval, ratio_interval
from sim.study.sweep.chunks import DONE
from sim.study.sweep.points import metric_columns
from sim.study.sweep.results import Part, table_of
from sim.world.strategy import lever_names

if TYPE_CHECKING:
    import pandas as pd

LEVELS = 8
"""Values of a parameter that are shown one by one; numbers with more are shown by thirds of their points."""
NOTHING = Interval(np.nan, np.nan, np.nan)
SPENT = "discounted_cost"


@dataclass(frozen=True)
class Cell:
    """A strategy where one parameter has one value, or lies in one third of its values.

    Parameters
    ----------
    path, value
        The parameter, and its value as text.
    strategy
        The strategy.
    points
        How many points the means are over.
    level, difference
        Mean and mean difference to the baseline by metric.
    """

    path: str
    value: str
    strategy: str
    points: int
    level: dict[str, Interval]
    difference: dict[str, Interval]


def cells(part: Part, metrics: Sequence[str]) -> list[Cell]:
    """Return the summary of the results of a scenario, path by path, value by value.

    Parameters
    ----------
    part
        What there is.
    metrics
        What is wanted.
    """
    table = table_of([part])
    table = table[table["status"] == DONE]
    baseline = part.study["baseline"]
    found = []
    for path in part.study["design"]["paths"]:
        for value, points in _levels(table, path):
            inside = table[table["point"].isin(points)]
            base = None if baseline is None else _by_point(inside, baseline, metrics)
            for strategy in inside["strategy"].unique():
                own = _by_point(inside, strategy, metrics)
                gap = None if base is None or strategy == baseline else own - base
                level, difference = _intervals(own, metrics), _intervals(gap, metrics)
                for name in WITHOUT_DIFFERENCE:
                    difference[name] = NOTHING
                priced = not set(PRICED).isdisjoint(part.study["levers"][strategy])
                level["roi"] = NOTHING if gap is None or priced else _roi(gap)
                found.append(Cell(path, value, strategy, len(points), level, difference))
    return found


def summary_frame(parts: Sequence[Part], metrics: Sequence[str] | None = None) -> "pd.DataFrame":
    """Return the summary as a table: a row for each scenario, path, value, strategy and metric.

    Parameters
    ----------
    parts
        What there is.
    metrics
        What is wanted; every metric that the results of a scenario hold if None.
    """
    import pandas as pd

    rows = [
        (
            part.study["scenario"],
            cell.path,
            cell.value,
            cell.strategy,
            metric,
            cell.points,
            len(part.study["seeds"]),
            *cell.level[metric],
            *cell.difference.get(metric, NOTHING),
        )
        for part in parts
        for wanted in [_metrics_of(part) if metrics is None else metrics]
        for cell in cells(part, wanted)
        for metric in wanted
    ]
    limits = ("mean", "ci_low", "ci_high", "difference", "difference_low", "difference_high")
    columns = ["scenario", "path", "value", "strategy", "metric", "points", "replications", *limits]
    return pd.DataFrame(rows, columns=columns)


def _levels(table: "pd.DataFrame", path: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each value of a parameter, or each third of its values, with the points that have it."""
    by_point = table.groupby("point", sort=True)[path].first()
    numeric = by_point.dtype.kind in "if"
    values = by_point.dropna().unique()
    if numeric and len(values) > LEVELS:
        order = by_point.dropna().sort_values(kind="stable")
        for third in np.array_split(np.arange(len(order)), 3):
            inside = order.iloc[third]
            yield f"{inside.iloc[0]:.4g} to {inside.iloc[-1]:.4g}", [int(number) for number in inside.index]
    else:
        for value in sorted(values) if numeric else values:
            yield _text(value), [int(number) for number in by_point.index[by_point == value]]
    empty = by_point.index[by_point.isna()]
    if len(empty) > 0:
        yield "null", [int(number) for number in empty]


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _by_point(table: "pd.DataFrame", strategy: str, metrics: Sequence[str]) -> "pd.DataFrame":
    """Return the metrics of a strategy, and what roi is made of, by point and replication."""
    own = table[table["strategy"] == strategy]
    return own.set_index(["point", "replication"])[list(dict.fromkeys((*metrics, GAIN, SPENT)))]


def _intervals(values: "pd.DataFrame | None", metrics: Sequence[str]) -> dict[str, Interval]:
    """Return mean and interval over replications of means over points."""
    if values is None:
        return dict.fromkeys(metrics, NOTHING)
    means = values.groupby("replication").mean()
    return {name: mean_interval(means[name].to_numpy(dtype=float)) for name in metrics}


def _roi(gap: "pd.DataFrame") -> Interval:
    """Return the gain over the baseline for each unit of extra cost, both as means over points."""
    means = gap.groupby("replication").mean()
    return ratio_interval(means[GAIN].to_numpy(dtype=float), means[SPENT].to_numpy(dtype=float))


def _metrics_of(part: Part) -> tuple[str, ...]:
    return metric_columns(
        name for name in lever_names() if any(name in on for on in part.study["levers"].values())
    )
