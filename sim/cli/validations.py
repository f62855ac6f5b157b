"""The command `tenure validate`: run checks, show a table, write a page."""

import csv
import importlib
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.screen import progress_bar, say
from sim.report.text import aligned
from sim.world.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    from sim.evidence.page import Results

REPORTS = {"engines": "report_engines", "lateness": "report_lateness"}
"""Checks with a report of their own: the function that prints it and says whether it passed."""
NUMBERS = ("customers", "seed")
KEYS = ("out", "workers")
FOLDER = Path("outputs") / "validation"
QUICK = "quick"
WIDTH = 60


def validate(arguments: Sequence[str]) -> int:
    """Run checks and return the exit status: 0 if none fails, else 1.

    Parameters
    ----------
    arguments
        Names of checks (none: all; ``quick``: those that take seconds) and settings ``out=FOLDER`` and
        ``workers=N``; or ``engines`` or ``lateness`` with their own.

    Raises
    ------
    ConfigurationError
        If there is no such check or setting, or the folder cannot be written.
    """
    if arguments and arguments[0] in REPORTS:
        name = arguments[0]
        numbers = dict(_number(word, NUMBERS) for word in arguments[1:])
        report = getattr(importlib.import_module(f"sim.evidence.{name}"), REPORTS[name])
        return 0 if report(**numbers) else 1
    names = [_name(part) for word in arguments if "=" not in word for part in word.split(",") if part]
    settings = [word for word in arguments if "=" in word]
    return _run(names, *_settings(settings))


def _run(names: Sequence[str], folder: Path, workers: int) -> int:
    from sim.evidence.page import headline
    from sim.evidence.validation import finished, tasks_for, writable
    from sim.evidence.validation import validate as run

    tasks = tasks_for(names)
    writable(folder)
    before = sum(finished(task, folder / "checks") is not None for task in tasks)
    try:
        with progress_bar("validate", "check") as progress:
            results = run(tasks, folder / "checks", workers, progress)
    except KeyboardInterrupt:
        print(f"tenure: finished checks are kept in {folder}; the same command goes on", file=sys.stderr)
        raise
    _write(results, folder, names)
    own = [(task, result) for task, result in results.items() if not task.broken]
    rows = [("check", "what", "label", "outcome", "why")]
    rows += [
        (one.check.name, one.check.title, one.check.label, one.outcome, _short(one.reason)) for _, one in own
    ]
    say(f"{aligned(rows, head=True)}\n\n{headline(results)}\n")
    if before:
        say(f"{before} of {len(tasks)} had been finished before and were not run again")
    say(f"results: {folder}")
    return 1 if _fails(results) else 0


def _fails(results: "Results") -> bool:
    """Return whether a check fails or a planted fault is not noticed."""
    from sim.evidence.page import noticed, planted, sound

    failed = any(result.outcome == "fail" for result in sound(results).values())
    return failed or not all(noticed(tasks, results) for tasks in planted(results).values())


def _write(results: "Results", folder: Path, names: Sequence[str]) -> None:
    """Write table, page and manifest; a selection of checks never takes the place of the whole."""
    from sim.evidence.page import COLUMNS, page, rows
    from sim.evidence.validation import digest
    from sim.study.store import staged, surroundings, write_manifest

    name = "selection" if names else "validation"
    with staged(folder) as place:
        with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows(results))
        (place / f"{name}.md").write_text(page(results), encoding="utf-8")
        finished = datetime.now(UTC).isoformat(timespec="seconds")
        command = ["tenure", "validate", *names]
        manifest = {"command": command, "digest": digest(), **surroundings(), "finished": finished}
        write_manifest(place, manifest)


def _settings(words: Sequence[str]) -> tuple[Path, int]:
    folder, workers = FOLDER, os.cpu_count() or 1
    for word in words:
        key, _, value = word.partition("=")
        if [other.partition("=")[0] for other in words].count(key) > 1:
            raise ConfigurationError(key, "is given twice", "give it once")
        if key not in KEYS:
            raise ConfigurationError(key, "unknown key", nearest(key, KEYS))
        if key == "out":
            if not value:
                raise ConfigurationError(key, "names no folder", f"for example out={FOLDER}")
            folder = Path(value)
        else:
            _, workers = _number(word, KEYS, example=2)
    return folder, workers


def _name(word: str) -> str:
    """Return the name of a check as it is written, such as C12a, whatever its case."""
    if word in REPORTS:
        raise ConfigurationError(
            "validate", f"'{word}' has a report of its own", f"ask for it alone: tenure validate {word}"
        )
    return word[:1].upper() + word[1:].lower() if word[1:2].isdigit() else word


def _number(word: str, known: Sequence[str], example: int = 150) -> tuple[str, int]:
    key, _, value = word.partition("=")
    if key not in known:
        raise ConfigurationError(key, "unknown key", nearest(key, known))
    if not value.isdecimal() or int(value) < 1:
        raise ConfigurationError(
            key, f"expected a whole number above 0, got '{value}'", f"for example {key}={example}"
        )
    return key, int(value)


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1].rstrip() + "…"
