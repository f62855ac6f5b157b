"""The main job: compare strategies, show the table, write the results."""

import csv
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from sim.cli.plan import Plan
from sim.report.figures import comparison_figure, write_figure
from sim.report.tables import comparison_table
from sim.study.compare import Comparison, compare
from sim.study.store import configuration_hash, staged, surroundings, write_manifest
from sim.world.assumptions import assumptions
from sim.world.description import to_mapping
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

PATIENCE = 2.0
"""Seconds that a run may take before a progress bar shows."""


def run(plan: Plan, folder: Path, command: list[str], overrides: list[str]) -> Comparison:
    """Compare the strategies of a plan, print the table and write everything into a folder.

    Parameters
    ----------
    plan
        What to run.
    folder
        Where results go.
    command, overrides
        How it was asked for, for the manifest.
    """
    started = datetime.now(UTC)
    settings = plan.settings
    with no_empty_folder(folder), progress_bar(f"{plan.scenario.name}") as progress:
        comparison = compare(
            plan.scenario,
            plan.strategies,
            replications=settings.replications,
            seed=settings.seed,
            baseline=settings.baseline,
            engine=settings.engine,
            workers=settings.workers or os.cpu_count() or 1,
            progress=progress,
        )
    configuration = plan.configuration()
    with staged(folder) as place:
        _write_results(comparison, plan, place)
        write_manifest(
            place,
            {
                "command": ["tenure", *command],
                "overrides": overrides,
                "configuration": configuration,
                "configuration_hash": configuration_hash(configuration),
                "changed": sorted(plan.changed),
                "seeds": list(comparison.seeds),
                **surroundings(),
                "started": started.isoformat(timespec="seconds"),
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )
    say(f"{comparison_table(comparison)}\n\nresults: {shown(folder)}")
    return comparison


@contextmanager
def no_empty_folder(folder: Path) -> Iterator[None]:
    """Take the output folder that Hydra has made away again if nothing comes to stand in it."""
    try:
        yield
    except BaseException:
        with suppress(OSError):  # it holds something, or is not there
            folder.rmdir()
        raise


def say(text: str) -> None:
    """Print what was found; the results are written, so a screen that is gone is no failure."""
    try:
        print(text, flush=True)
    except (OSError, ValueError):  # a closed pipe, a full device, a closed standard output
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stands in until the process ends


def _write_results(comparison: Comparison, plan: Plan, place: Path) -> None:
    comparison.summary().to_csv(place / "summary.csv", index=False, lineterminator="\n")
    comparison.summary(by="segment").to_csv(
        place / "summary_by_segment.csv", index=False, lineterminator="\n"
    )
    comparison.kpis().to_parquet(place / "kpis.parquet", index=False)
    if plan.settings.customers_table:
        _each(comparison, comparison.customers).to_parquet(place / "customers.parquet", index=False)
    if plan.settings.events:
        _each(comparison, comparison.events).to_parquet(place / "events.parquet", index=False)
    write_figure(comparison_figure(comparison), place / "comparison")
    with (place / "assumptions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "value", "unit", "range", "mark", "source", "meaning"))
        writer.writerows(assumption_rows(plan))


def _each(comparison: Comparison, table: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Return one table of the first replication of every strategy, with a column that names it."""
    parts = []
    for strategy in comparison.strategies:
        part = table(strategy.name)
        part.insert(0, "strategy", strategy.name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def assumption_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Yield every value that stands behind a comparison: path, value, unit, range, mark, source, meaning.

    A value that the command line changed is a choice of whoever typed it, whatever the file's
    value rests on.
    """
    described: list[tuple[str, Scenario | Strategy]] = [("scenario", plan.scenario)]
    for prefix, description in [*described, *((f"strategies.{one.name}", one) for one in plan.strategies)]:
        for item in assumptions(description):
            if item.value is None:
                continue
            path = f"{prefix}.{item.path}"
            mark, source = item.mark, item.source
            if path in plan.changed:
                mark, source = "design choice", "set on the command line"
            yield (
                path,
                to_mapping(item.value),
                item.entry.unit,
                item.entry.range,
                mark,
                source,
                item.entry.meaning,
            )


@contextmanager
def progress_bar(label: str, unit: str = "run") -> Iterator[Callable[[int, int], None]]:
    """Give a function to report (done, in all) to; a bar shows after `PATIENCE` seconds.

    The bar is drawn on standard error, and only on a screen. It shows in time even while the
    first run still compiles, hence the timer.
    """
    bar = tqdm(desc=label, unit=unit, delay=PATIENCE, disable=None, file=sys.stderr, leave=False)
    timer = threading.Timer(PATIENCE, bar.refresh)
    timer.daemon = True
    if not bar.disable:
        timer.start()

    def report(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield report
    finally:
        timer.cancel()
        bar.close()


def shown(folder: Path) -> Path:
    """Return a folder as it is told of: from the present one, if it lies below it."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
