"""Run checks one by one, keep what is finished, and go on where an interruption stopped.

A finished check is a small JSON file that carries a digest of everything its figures depend on. It is
not run again as long as that digest is the same.
"""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from sim.engine.simulation import simulate
from sim.evidence.broken import BROKEN, Broken, is_part, parts_of
from sim.evidence.check import Check, Reading, Result, run_check
from sim.evidence.checks import CHECKS
from sim.evidence.trial import trial_for
from sim.study.side_by_side import as_they_finish
from sim.study.store import staged
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import load_scenario, load_strategy, shipped

WORDS = ("quick", "engines", "lateness")
"""What else can be asked for by name: the quick checks, and two with a report of their own."""

PARTS = ("world", "behaviour", "engine", "study", "evidence")
"""Packages whose sources the figures depend on."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """A check to run, as it is or with a behaviour broken.

    Parameters
    ----------
    check
        Name of the check.
    broken
        Name of the behaviour that is broken, empty for none.
    """

    check: str
    broken: str = ""

    @property
    def file(self) -> str:
        """Return the name of the file that holds the finished task."""
        return f"{self.check} {self.broken}".strip().replace(" ", "_") + ".json"


def check_named(name: str) -> Check:
    """Return a check by its name.

    Raises
    ------
    ConfigurationError
        If there is no such check.
    """
    for check in CHECKS:
        if check.name == name:
            return check
    known = [*(check.name for check in CHECKS), *WORDS]
    raise ConfigurationError("validate", f"unknown check '{name}'", nearest(name, known))


def broken_named(name: str) -> Broken:
    """Return a broken behaviour by its name."""
    return next(one for one in BROKEN if one.name == name)


def tasks_for(names: Iterable[str]) -> list[Task]:
    """Return the tasks of some checks, in their order, and those that need a broken behaviour.

    Parameters
    ----------
    names
        Names of checks, or of one with all its parts, such as C38; none stand for all, with every broken
        behaviour, and ``quick`` for those that take only seconds.

    Raises
    ------
    ConfigurationError
        If there is no such check.
    """
    wanted = [part for name in names for part in _names(name)]
    if not wanted:
        credentials = [
            Task(check.name, one.name)
            for one in BROKEN
            for name in one.fails
            for check in parts_of(name, CHECKS)
        ]
        return [*(Task(check.name) for check in CHECKS), *credentials]
    return [Task(check.name) for check in CHECKS if check.name in wanted]


def _names(name: str) -> list[str]:
    """Return the names of the checks that a word stands for."""
    if name == "quick":
        return [check.name for check in CHECKS if check.quick]
    parts = [check.name for check in CHECKS if is_part(check.name, name)]
    return parts or [check_named(name).name]


@cache
def digest() -> str:
    """Return a digest of all sources, scenarios and aggregates that the figures depend on."""
    package = Path(__file__).resolve().parent.parent
    files = [path for part in PARTS for path in sorted((package / part).rglob("*.py"))]
    files += [path for folder in ("scenarios", "conf") for path in sorted(shipped(folder).rglob("*.yaml"))]
    found = hashlib.sha256()
    for path in files:
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def run_task(task: Task) -> dict[str, Any]:
    """Run a task and return what came out as plain values."""
    check = check_named(task.check)
    planted = dict(broken_named(task.broken).planted) if task.broken else {}
    result = run_check(check, trial_for(check.name, check.customers, check.seeds, planted))
    return {
        "check": task.check,
        "broken": task.broken,
        "digest": digest(),
        "seconds": round(result.seconds, 1),
        "readings": [_plain(reading) for reading in result.readings],
        "control": [_plain(reading) for reading in result.control],
    }


def _plain(reading: Reading) -> dict[str, Any]:
    return {
        "target": reading.target.name,
        "value": reading.value,
        "low": reading.low,
        "high": reading.high,
        "seeds": reading.seeds,
    }


def restored(found: Mapping[str, Any]) -> Result:
    """Return the result that `run_task` wrote down.

    Raises
    ------
    KeyError
        If it is of a check with other targets.
    """
    check = check_named(found["check"])
    targets = {target.name: target for target in check.targets}

    def readings(part: str) -> tuple[Reading, ...]:
        return tuple(
            Reading(targets[row["target"]], row["value"], row["low"], row["high"], row["seeds"])
            for row in found[part]
        )

    return Result(check, readings("readings"), readings("control"), found["seconds"])


def finished(task: Task, folder: Path) -> Result | None:
    """Return the result of a task that was finished with the same sources, None if there is none."""
    try:
        found = json.loads((folder / task.file).read_text(encoding="utf-8"))
        return restored(found) if found["digest"] == digest() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(found: Mapping[str, Any], folder: Path) -> Result:
    """Write what a task gave into a folder, whole or not at all, and return its result."""
    task = Task(found["check"], found["broken"])
    with staged(folder) as place:
        (place / task.file).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return restored(found)


def writable(folder: Path) -> None:
    """Make a folder for results.

    Raises
    ------
    ConfigurationError
        If nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".unfinished-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(
            "out",
            f"cannot write to '{folder}': {error.strerror or error}",
            "choose a folder you may write to, for example out=validation",
        ) from None


def validate(
    tasks: Iterable[Task], folder: Path, workers: int = 2, progress: Progress | None = None
) -> dict[Task, Result]:
    """Run tasks that are not finished yet and return the results of all.

    Parameters
    ----------
    tasks
        What to run.
    folder
        Where finished tasks are kept.
    workers
        Processes.
    progress
        Called with (tasks done, tasks in all) after each.

    Raises
    ------
    ConfigurationError
        If the folder cannot be written.
    """
    wanted = list(tasks)
    writable(folder)
    results = {task: result for task in wanted if (result := finished(task, folder)) is not None}
    waiting = [task for task in wanted if task not in results]
    if progress is not None:
        progress(len(results), len(wanted))
    if workers == 1 or len(waiting) == 1:
        for task in waiting:
            results[task] = keep(run_task(task), folder)
            if progress is not None:
                progress(len(results), len(wanted))
    elif waiting:
        _compile_once()
        _run_in_processes(waiting, folder, workers, results, progress, len(wanted))
    return {task: results[task] for task in wanted}


def _compile_once() -> None:
    """Compile the engine before processes start, so that they find it on the disk."""
    scenario = load_scenario("courier").replace({"customers.count": 10, "time.horizon": 0.1})
    simulate(scenario, load_strategy("baseline", scenario))


def _run_in_processes(
    waiting: list[Task],
    folder: Path,
    workers: int,
    results: dict[Task, Result],
    progress: Progress | None,
    total: int,
) -> None:
    """Run tasks side by side; an interrupt drops what has not begun and keeps what is finished."""
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    others = set(multiprocessing.active_children())
    try:
        for task, found in as_they_finish(pool, {task: partial(run_task, task) for task in waiting}):
            results[task] = keep(found, folder)
            if progress is not None:
                progress(len(results), total)
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()  # a check under way may have minutes to go
        raise
