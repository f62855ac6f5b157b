"""Sweep a design in Python: one call, a tidy table, with a folder also one that lasts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.simulation import Engine
from sim.study.sweep.chunks import chunk_table
from sim.study.sweep.design import Design, build_design
from sim.study.sweep.folder import claim, study_record
from sim.study.sweep.results import load_results
from sim.study.sweep.run import Progress, run_chunks, run_shard
from sim.study.sweep.sweep import make_sweep
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd


def sweep(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    design: Design | Mapping[str, Any],
    replications: int = 1,
    seed: int = 1,
    *,
    engine: Engine = "compiled",
    workers: int = 2,
    out: str | Path | None = None,
    chunk: int | None = None,
    baseline: str | None = None,
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Run strategies at the points of a design, on the same seeds everywhere.

    Parameters
    ----------
    scenario, strategies
        What the points change.
    design
        As in a study's file: ``kind`` (factorial, zipped, table or sample) and what belongs to it, over
        the paths ``scenario.…`` and ``strategies.NAME.…``; see `sim.study.sweep.design.build_design`.
    replications, seed
        Seeds of every point, and where they start.
    engine
        "compiled" or "mesa".
    workers
        Threads; results do not depend on their number.
    out
        A folder to keep results in; what is there is not run again. None to keep none.
    chunk
        Points in a file; by the size of the design if None.
    baseline
        Name of the strategy that `roi` is held against; it is empty if None.
    progress
        Called with (points done, points in all).

    Returns
    -------
    pandas.DataFrame
        A row for each point, strategy and replication; see `sim.study.sweep.results.load_results`. A point
        that fails has rows too, with its error and no metrics.

    Raises
    ------
    ConfigurationError
        If the design or a setting is wrong, or the folder holds something else.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load_scenario("courier").replace({"customers.count": 50, "time.horizon": 0.25})
    >>> design = {"kind": "factorial", "values": {"scenario.service.delivery.median": [20, 25, 30]}}
    >>> table = sim.sweep(scenario, sim.load_strategies(["baseline", "guarantee"], scenario), design)
    >>> len(table)
    6
    """
    import pyarrow as pa

    made = make_sweep(
        scenario,
        strategies,
        build_design(design),
        replications=replications,
        seed=seed,
        engine=engine,
        chunk=chunk,
        baseline=baseline,
    )
    if out is not None:
        claim(Path(out), [study_record(made, "sweep")])
        folder = Path(out) / scenario.name
        run_shard(made, folder, workers=workers, progress=progress)
        return load_results(folder)
    tables, done = [], 0
    for part, results in run_chunks(made, made.chunks, workers):
        tables.append(chunk_table(made, part, results))
        done += len(results)
        if progress is not None:
            progress(done, len(made.design.points))
    frame: pd.DataFrame = pa.concat_tables(tables).replace_schema_metadata(None).to_pandas()
    return frame.sort_values("point", kind="stable", ignore_index=True)
