"""The command `tenure study=NAME` of a sweep: words, a checked study, shards, files, what came of it."""

import importlib.util
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from sim.cli.overrides import ROOT_KEYS, Folders, chosen_values, parsed, spelled_out
from sim.cli.plan import Plan
from sim.study.sweep.design import Design, build_design
from sim.study.sweep.folder import claim, study_record
from sim.study.sweep.results import read_parts
from sim.study.sweep.run import STOP, PointFailedError, run_shard
from sim.study.sweep.sweep import Sweep, make_sweep, simulation_digest
from sim.world.description import build
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import read_yaml
from sim.world.parameter import parameter

STUDY_KEYS = (
    "title",
    "design",
    "fixed",
    "chunk",
    *("scenario", "strategies", "baseline", "replications", "seed"),
    *("customers", "preset", "engine", "workers"),
)
"""What the file of a study may say."""
PASSED_ON = STUDY_KEYS[5:]
"""What of it is said to the composition as if it were typed."""
NOT_HERE = ("precision", "max_replications", "events", "customers_table")
"""Settings of the main job that a study has not."""
LAUNCHERS = {
    **dict.fromkeys(("joblib", "local"), ("hydra_joblib_launcher", "joblib")),
    **dict.fromkeys(("ray", "ray_local", "ray_cluster"), ("hydra_ray_launcher", "ray")),
    **dict.fromkeys(("submitit_local", "submitit_slurm", "slurm"), ("hydra_submitit_launcher", "slurm")),
}
"""By name, the plugin that a launcher needs and the extra that brings it."""
LOST = (
    *("TerminatedWorkerError", "BrokenProcessPool"),  # joblib
    *("WorkerCrashedError", "OutOfMemoryError", "NodeDiedError"),  # Ray
    *("UncompletedJobError", "FailedJobError"),  # submitit
)
"""Errors of launchers whose worker is gone; by name, for none of them need be installed."""
FAILED = 1


@dataclass(frozen=True)
class Running:
    """How a sweep is run, whatever it computes; null is what a study does by itself."""

    out: str | None = parameter(unit="text", meaning="folder of the results")
    shards: int | None = parameter(
        low=1, high=100_000, unit="shards", meaning="into how many files are dealt"
    )
    chunk: int | None = parameter(low=1, high=100_000, unit="points", meaning="points in a file")
    fail_fast: bool = parameter(unit="yes or no", meaning="stop at the first point that fails")


RUNNING: Mapping[str, Any] = {"out": None, "shards": None, "chunk": None, "fail_fast": False}
"""Defaults of `Running`: the results go to outputs/NAME, files are dealt to as many shards as are typed."""


@dataclass(frozen=True)
class Study:
    """A command, sorted out.

    Parameters
    ----------
    name, design, running
        What is swept and how it is run.
    scenarios
        Names of the worlds.
    words
        What the composition is told, but for the scenario.
    hydra
        Hydra's own words.
    shards
        The shards to be run, and how many there are in all.
    """

    name: str
    design: Design
    running: Running
    scenarios: tuple[str, ...]
    words: tuple[str, ...]
    hydra: tuple[str, ...]
    shards: tuple[tuple[int, ...], int]


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
        hydra = (*hydra, f"hydra.sweep.dir={_quoted(str(folder / '.launcher'))}")
    plans = [planned(study, scenario, folders, hydra if multirun else ()) for scenario in study.scenarios]
    sweeps = {plan.scenario.name: _sweep(study, plan) for plan in plans}
    if show:
        told: dict[str, Any] = {"study": name, "points": len(study.design.points)}
        told["paths"] = list(study.design.paths)
        told |= plans[0].configuration()
        print(yaml.safe_dump(told, sort_keys=False, allow_unicode=True).rstrip())
        return 0
    origin = {"command": ["tenure", *command], "started": datetime.now(UTC).isoformat(timespec="seconds")}
    records = [
        study_record(sweeps[plan.scenario.name], name, plan.settings.baseline, origin) for plan in plans
    ]
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


def sorted_out(name: str, file: Path, words: Sequence[str], folders: Folders, *, multirun: bool) -> Study:
    """Return what the words of a command and the file of a study say together; words win.

    Raises
    ------
    ConfigurationError
        If a key is unknown, stands twice or is out of its range, or the design is not valid.
    """
    filed = read_yaml(file)
    for key in filed:
        if key not in STUDY_KEYS:
            raise ConfigurationError(
                f"{file}: {key}", "unknown key of a study", nearest(str(key), STUDY_KEYS)
            )
    if not isinstance(filed.get("design"), Mapping):
        raise ConfigurationError(f"{file}: design", "missing", "for example {kind: factorial, values: {…}}")
    design = dict(filed["design"])
    own = dict(RUNNING) | {key: filed[key] for key in ("chunk",) if key in filed}
    typed: set[str] = set()
    others: list[str] = []
    hydra: list[str] = []
    shard = ""
    for word in map(spelled_out, words):
        key, sign, text = word.partition("=")
        root = re.split(r"[./]", key.lstrip("+~"))[0]
        if key in typed:
            raise ConfigurationError(key, "is given twice", "give it once")
        typed.add(key)
        if root == "hydra":
            hydra.append(word)
        elif key == "shard":
            shard = word
        elif key in RUNNING:
            own[key] = _read(key, text)
        elif root == "design" and key != root:
            design[key.partition(".")[2]] = _read(key, text)
        elif not sign or root not in ROOT_KEYS or root in NOT_HERE:
            known = [*RUNNING, "study", "shard", "design.values", *set(ROOT_KEYS) - set(NOT_HERE)]
            raise ConfigurationError(key, f"unknown key of study={name}", nearest(root, known))
        else:
            others.append(word)
    for word in hydra:
        _check_launcher(word)
    if hydra and not multirun:
        raise ConfigurationError(hydra[0].partition("=")[0], "is for jobs", f"tenure -m study={name} …")
    others += [word for word in _filed_words(filed) if word.partition("=")[0] not in typed]
    overrides = parsed(others)
    for override in overrides:
        if override.is_sweep_override() and override.key_or_group != "scenario":
            raise ConfigurationError(
                str(override.key_or_group), "cannot be swept beside a study", "put it into the study's design"
            )
    running: Running = build(Running, own)
    names = chosen_values("scenario", overrides, folders)
    for one in names:
        if names.count(one) > 1:
            raise ConfigurationError("scenario", f"'{one}' stands twice", "name each scenario once")
    return Study(
        name,
        build_design(design, file.parent),
        running,
        tuple(str(one) for one in names),
        tuple(word for word in others if word.partition("=")[0] != "scenario"),
        tuple(hydra),
        _shards(shard, running.shards, multirun=multirun),
    )


def _check_launcher(word: str) -> None:
    """Raise an error if a word names a launcher whose package is not installed."""
    key, _, name = word.partition("=")
    if key == "hydra/launcher" and name in LAUNCHERS:
        plugin, extra = LAUNCHERS[name]
        if not _installed(f"hydra_plugins.{plugin}"):
            raise ConfigurationError(key, f"{name} is not installed", f"pip install 'tenure[{extra}]'")


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package that plugins stand in
        return False


def _read(key: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigurationError(key, f"'{text}' cannot be read", f"for example {key}=10") from None


def _filed_words(filed: Mapping[str, Any]) -> list[str]:
    """Return what a study's file says of settings and values, as it would be typed."""
    words = []
    for key in PASSED_ON:
        if key in filed:
            value = filed[key]
            if key == "scenario" and isinstance(value, list):
                words.append(f"scenario={','.join(map(str, value))}")
            else:
                words.append(f"{key}={_spelled(value)}")
    fixed = filed.get("fixed") or {}
    if not isinstance(fixed, Mapping):
        raise ConfigurationError(
            "fixed", f"expected values by path, got {fixed}", "{scenario.time.horizon: 1.0}"
        )
    return words + [f"{path}={_spelled(value)}" for path, value in fixed.items()]


def _spelled(value: Any) -> str:
    """Return a value as Hydra's grammar has it."""
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_spelled, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z0-9_/.-]+", text)
    return text if plain else "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _shards(word: str, shards: int | None, *, multirun: bool) -> tuple[tuple[int, ...], int]:
    """Return the shards to be run, and how many there are in all."""
    if not word:
        number = shards or 1
        return tuple(range(number)) if multirun else (0,), number if multirun else 1
    (override,) = parsed([word])
    if override.is_sweep_override():
        if not multirun:
            raise ConfigurationError("shard", "has several values", f"did you mean tenure -m {word}?")
        values = list[Any](override.sweep_iterator())
    else:
        values = [override.value()]
    in_all = shards or len(values)
    numbers: list[int] = []
    for number in values:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < in_all:
            raise ConfigurationError(
                "shard",
                f"{number} is outside its range",
                f"valid: 0 to {in_all - 1}; shards=… says how many there are",
            )
        if number in numbers:
            raise ConfigurationError("shard", f"{number} stands twice", "name each shard once")
        numbers.append(number)
    return tuple(numbers), in_all


def planned(study: Study, scenario: str, folders: Folders, hydra: Sequence[str]) -> Plan:
    """Return the plan of one scenario of a study, checked."""
    from sim.cli.composition import check

    words = [*study.words, f"scenario={_quoted(scenario)}", *hydra]
    return check(words, folders, multirun=bool(hydra)).plan


def _sweep(study: Study, plan: Plan) -> Sweep:
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
        f"scenario={','.join(map(_quoted, study.scenarios))}",
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
        line = f"{scenario}: {part.points_done:,} of {part.points:,} points done"
        failed += len(part.failed)
        if part.failed:
            number = min(part.failed)
            told = sweeps[scenario].design.told(number)
            line += f", {len(part.failed):,} of them failed, first {told}: {part.failed[number]}"
        lines.append(line)
    say("\n".join(lines) + f"\nresults: {shown(folder)} (tenure results {shown(folder)})")
    return FAILED if failed else 0
