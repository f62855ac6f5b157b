"""The files of a sweep: their rows, and what each says of where it is from."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.study.sweep.points import Result, metric_columns
from sim.study.sweep.sweep import FORMAT, Chunk, Sweep, simulation_digest
from sim.study.sweep.whole import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

FAILED, DONE = "failed", "done"
MARK = b"tenure"
"""Key of what a file says of itself."""


def chunk_table(sweep: Sweep, chunk: Chunk, results: Sequence[Result]) -> "pa.Table":
    """Return the rows of a file: point by point, strategy by strategy, seed by seed.

    Columns are scenario, point, the swept paths, strategy, replication, seed, status (done or failed),
    error and the metrics: `roi` is empty without a baseline, `reach.LEVER` where the strategy does not have
    the lever. A failed point has its rows too, without metrics.
    """
    import numpy as np
    import pyarrow as pa

    seeds, strategies, each = sweep.seeds, sweep.strategies, sweep.rows_of_point
    count = each * len(results)
    numbers = np.repeat([result.number for result in results], each)
    names = metric_columns(sweep.levers)
    metrics = np.full((count, len(names)), np.nan)
    for place, result in enumerate(results):
        if not result.error:
            metrics[place * each : (place + 1) * each] = result.rows
    repeated = [error for result in results for error in [result.error or None] * each]
    columns: dict[str, Any] = {
        "scenario": pa.array([sweep.scenario.name] * count, pa.string()),
        "point": pa.array(numbers, pa.int64()),
    }
    for place, path in enumerate(sweep.design.paths):
        values = [told(sweep.design.points[result.number][place]) for result in results]
        kind = pa.type_for_alias(sweep.column_kinds[place])
        columns[path] = pa.array([value for value in values for _ in range(each)], kind)
    columns |= {
        "strategy": pa.array(
            [strategy.name for strategy in strategies for _ in seeds] * len(results), pa.string()
        ),
        "replication": pa.array(list(range(len(seeds))) * len(strategies) * len(results), pa.int64()),
        "seed": pa.array(list(seeds) * len(strategies) * len(results), pa.int64()),
        "status": pa.array([DONE if error is None else FAILED for error in repeated], pa.string()),
        "error": pa.array(repeated, pa.string()),
    }
    for place, name in enumerate(names):
        columns[name] = pa.array(metrics[:, place], pa.float64(), from_pandas=True)
    table = pa.table(columns)
    return table.replace_schema_metadata({MARK: json.dumps(chunk_mark(sweep, chunk, results)).encode()})


def chunk_mark(sweep: Sweep, chunk: Chunk, results: Sequence[Result]) -> Mapping[str, Any]:
    """Return what a file says of itself; nothing of when or where: the same file is the same bytes."""
    failed = [result for result in results if result.error]
    return {
        "format": FORMAT,
        "version": sim.__version__,
        "simulation": simulation_digest(),
        "configuration": sweep.identity,
        "chunk": chunk.name,
        "points": [chunk.points.start, chunk.points.stop],
        "failed": {result.number: result.error for result in failed},
    }


def told(value: Any) -> Any:
    """Return a value as a column holds it: lists as their JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value


def write_chunk(table: "pa.Table", path: Path) -> None:
    """Write a file so that it is there whole or not at all; see `write_whole`."""
    import pyarrow.parquet as pq

    write_whole(path, lambda file: pq.write_table(table, file))
