"""The command `tenure study=NAME` of a sweep: words, a checked study, shards, files, what came of it."""

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from sim.cli.overrides import Folders, parsed
from sim.cli.plan import Plan
from sim.cli.sweep.words import Study, quoted, sorted_out
from sim.study.sweep.folder import claim, study_record, tidy
from sim.study.sweep.results import read_parts
from sim.study.sweep.run import STOP, PointFailedError, run_shard
from sim.study.sweep.sweep import Sweep, make_sweep, simulation_digest
from sim.world.errors import ConfigurationError

LOST = (
    *("TerminatedWorkerError", "BrokenProcessPool"),  # joblib
    *("WorkerCrashedError", "OutOfMemoryError", "NodeDiedError"),  # Ray
    *("UncompletedJobError", "FailedJobError"),  # submitit
)
"""Errors of launchers whose worker is gone; by name, for none of them need be installed."""
FAILED = 1


def run_sweep(
    name: str,
    file: Path,
    words: Sequence[str],
    folders: Folders,
    command: Sequence[str],
    *,
    multirun: bool,
    show: bool = False,
) -> int:
    """Run the sweep of a study's file, or show its settings; return the exit status.

    Parameters
    ----------
    name, file
        Of the study.
    words
        key=value without the study itself.
    folders
        A user's own folders.
    command
        The whole command, for the record.
    multirun
        Whether Hydra launches a job for each scenario and shard; else all is run in this process.
    show
        Whether to print the settings and run nothing.

    Returns
    -------
    int
        0 if all points are right, 1 if some failed: they stand in the results with their error.

    Raises
    ------
    ConfigurationError
        At the first mistake; nothing was written then.
    """
    from sim.cli.analyses.frame import writable_folder

    study = sorted_out(name, file, words, folders, multirun=multirun)
    out = study.running.out or f"outputs/{name}"
    folder = writable_folder(out)
    hydra = study.hydra
    if multirun and not any(word.startswith("hydra.sweep.dir=") for word in hydra):
        hydra = (*hydra, f"hydra.sweep.dir={quoted(str(folder / '.launcher'))}")
    plans = [planned(study, scenario, folders, hydra if multirun else ()) for scenario in study.scenarios]
    sweeps = {plan.scenario.name: sweep_of(study, plan) for plan in plans}
    if show:
        told: dict[str, Any] = {"study": name, "points": len(study.design.points)}
        told["paths"] = list(study.design.paths)
        told |= plans[0].configuration()
        print(yaml.safe_dump(told, sort_keys=False, allow_unicode=True).rstrip())
        return 0
    origin = {"command": ["tenure", *command], "started": datetime.now(UTC).isoformat(timespec="seconds")}
    records = [study_record(sweep, name, origin) for sweep in sweeps.values()]
    claim(folder, records)
    for scenario in sweeps:
        (folder / scenario / STOP).unlink(missing_ok=True)
    workers = plans[0].settings.workers
    try:
        if multirun:
            _launched(study, sweeps, folder, folders, hydra, workers)
        else:
            _here(study, sweeps, folder, workers)
    except KeyboardInterrupt:
        print("tenure: what is finished is kept; the same command goes on from there", file=sys.stderr)
        raise
    except PointFailedError as failure:
        print(f"tenure: {failure}; what was finished before is kept", file=sys.stderr)
        return FAILED
    except Exception as error:
        if type(error).__name__ not in LOST:
            raise
        print(
            "tenure: a worker was lost, perhaps for want of memory; what is finished is kept: "
            "the same command goes on from there",
            file=sys.stderr,
        )
        return FAILED
    return _told(folder, sweeps)


def planned(study: Study, scenario: str, folders: Folders, hydra: Sequence[str]) -> Plan:
    """Return the plan of one scenario of a study, checked."""
    from sim.cli.composition import check

    words = [*study.words, f"scenario={quoted(scenario)}", *hydra]
    return check(words, folders, multirun=bool(hydra)).plan


def sweep_of(study: Study, plan: Plan) -> Sweep:
    """Return the sweep of a study in one scenario."""
    settings = plan.settings
    assert settings.replications is not None
    return make_sweep(
        plan.scenario,
        plan.strategies,
        study.design,
        replications=settings.replications,
        seed=settings.seed,
        engine=settings.engine,
        chunk=study.running.chunk,
        baseline=settings.baseline,
    )


def _here(study: Study, sweeps: Mapping[str, Sweep], folder: Path, workers: int | None) -> None:
    """Run the shards in this process, one scenario after the other."""
    from sim.cli.screen import progress_bar

    (number,), shards = study.shards
    counts = [sum(len(chunk.points) for chunk in sweep.shard(number, shards)) for sweep in sweeps.values()]
    started = sum(finished(sweep, folder, number, shards) for sweep in sweeps.values())
    with progress_bar(study.name, "point", started) as progress:
        before = 0
        for count, (scenario, sweep) in zip(counts, sweeps.items(), strict=True):
            run_shard(
                sweep,
                folder / scenario,
                number,
                shards,
                workers=workers or os.cpu_count() or 1,
                fail_fast=study.running.fail_fast,
                progress=lambda done, _, before=before: progress(before + done, sum(counts)),  # type: ignore[misc]
            )
            before += count


def finished(sweep: Sweep, folder: Path, number: int = 0, shards: int = 1) -> int:
    """Return how many points of a shard are finished, by the files that are there."""
    chunks = sweep.shard(number, shards)
    place = folder / sweep.scenario.name
    there = {path.name for path in place.iterdir()} if place.is_dir() else set()
    return sum(len(chunk.points) for chunk in chunks if chunk.name in there)


def _launched(
    study: Study,
    sweeps: Mapping[str, Sweep],
    folder: Path,
    folders: Folders,
    hydra: Sequence[str],
    workers: int | None,
) -> None:
    """Let Hydra launch a job for each scenario and shard, and watch the files that they make."""
    from sim.cli.groups import register
    from sim.cli.launch import by_hydra
    from sim.cli.screen import watching_count

    numbers, shards = study.shards
    sources, fail_fast = simulation_digest(), study.running.fail_fast

    def job(configuration: Any) -> None:
        from hydra.core.hydra_config import HydraConfig

        from sim.study.sweep import run, sweep

        if sweep.simulation_digest() != sources:
            raise ConfigurationError(
                "worker", "runs another version of the simulation", "install the same on every machine"
            )
        scenario = str(HydraConfig.get().runtime.choices["scenario"])
        run.run_shard(
            sweeps[scenario],
            folder / scenario,
            int(configuration.shard),
            shards,
            workers=workers or os.cpu_count() or 1,
            fail_fast=fail_fast,
        )

    words = [
        *study.words,
        f"scenario={','.join(map(quoted, study.scenarios))}",
    ]
    register(parsed(words), folders)  # all scenarios: each was checked by itself
    words += [f"+shard={','.join(map(str, numbers))}", *hydra]
    in_all = sum(len(sweep.design.points) for sweep in sweeps.values())
    with watching_count(
        study.name, "point", in_all, lambda: sum(finished(sweep, folder) for sweep in sweeps.values())
    ):
        by_hydra(job, words, multirun=True)


def _told(folder: Path, sweeps: Mapping[str, Sweep]) -> int:
    """Say what is finished and what failed; return the exit status."""
    from sim.cli.job import shown
    from sim.cli.screen import say

    lines, failed = [], 0
    for part in read_parts(folder):
        scenario = str(part.study["scenario"])
        if scenario not in sweeps:
            continue
        if part.points_done == part.points:
            tidy(folder / scenario)
        line = f"{scenario}: {part.points_done:,} of {part.points:,} points done"
        failed += len(part.failed)
        if part.failed:
            number = min(part.failed)
            told = sweeps[scenario].design.told(number)
            line += f", {len(part.failed):,} of them failed, first {told}: {part.failed[number]}"
        lines.append(line)
    say("\n".join(lines) + f"\nresults: {shown(folder)} (tenure results {shown(folder)})")
    return FAILED if failed else 0
