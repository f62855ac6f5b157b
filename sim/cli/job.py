"""The main job: compare strategies, show the table, write the results."""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.plan import Plan
from sim.cli.screen import say, watching
from sim.language.words import words
from sim.report.doubt_table import doubt_frame, doubt_table
from sim.report.tables import comparison_table, precision_lines
from sim.study.compare import compare
from sim.study.comparison import Comparison
from sim.study.precision import GUARANTEE
from sim.study.store import configuration_hash, staged, surroundings, write_manifest
from sim.world.assumptions import assumptions
from sim.world.description import to_mapping
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd


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
    configuration = plan.configuration()
    said = words(settings.lang)
    with no_empty_folder(folder), watching(plan.scenario.name, said) as (progress, provisional):
        comparison = compare(
            plan.scenario,
            plan.strategies,
            replications=settings.replications,
            seed=settings.seed,
            baseline=settings.baseline,
            engine=settings.engine,
            workers=settings.workers or os.cpu_count() or 1,
            progress=progress,
            precision=settings.precision,
            max_replications=settings.max_replications,
            provisional=provisional,
            assumptions=settings.assumptions,
        )
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
                    "precision": _precision_record(comparison),
                    **surroundings(),
                    "started": started.isoformat(timespec="seconds"),
                    "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                },
            )
    parts = (
        comparison_table(comparison, said),
        precision_lines(comparison, said),
        doubt_table(comparison, said),
        said.text("comparison.results", folder=shown(folder)),
    )
    say("\n\n".join(part for part in parts if part))
    return comparison


def _precision_record(comparison: Comparison) -> dict[str, Any] | None:
    """Return what was asked of the differences of how many stay, and what came out; None if nothing was."""
    asked = comparison.precision
    if asked is None:
        return None
    needed = comparison.replications_needed()
    return {
        "half_width": asked.half_width,
        "reached": needed <= len(comparison.seeds),
        "half_widths": comparison.half_widths(),
        "first_stage": asked.first,
        "replications_needed": needed,
        "guarantee": GUARANTEE,
    }


@contextmanager
def no_empty_folder(folder: Path) -> Iterator[None]:
    """Take the output folder that was made before away again if nothing comes to stand in it."""
    try:
        yield
    except BaseException:
        with suppress(OSError):  # it holds something, or is not there
            folder.rmdir()
        raise


def _write_results(comparison: Comparison, plan: Plan, place: Path) -> None:
    # Not before: tables and figures need packages that take longer to load than a first answer may take.
    from sim.report.figures import comparison_figure, write_figure

    comparison.summary().to_csv(place / "summary.csv", index=False, lineterminator="\n")
    comparison.summary(by="segment").to_csv(
        place / "summary_by_segment.csv", index=False, lineterminator="\n"
    )
    comparison.kpis().to_parquet(place / "kpis.parquet", index=False)
    if plan.settings.customers_table:
        _each(comparison, comparison.customers).to_parquet(place / "customers.parquet", index=False)
    if plan.settings.events:
        _each(comparison, comparison.events).to_parquet(place / "events.parquet", index=False)
    write_figure(comparison_figure(comparison, words(plan.settings.lang)), place / "comparison")
    if comparison.doubt is not None:
        doubt_frame(comparison.doubt).to_csv(place / "assumption_draws.csv", index=False, lineterminator="\n")
    with (place / "assumptions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "value", "unit", "range", "mark", "source", "meaning"))
        writer.writerows(assumption_rows(plan))


def _each(comparison: Comparison, table: Callable[[str], "pd.DataFrame"]) -> "pd.DataFrame":
    """Return one table of the first replication of every strategy, with a column that names it."""
    import pandas as pd

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


def shown(folder: Path) -> Path:
    """Return a folder as it is told of: from the present one, if it lies below it."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
