"""What a folder of results says of itself, so that nothing of another study gets into it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sim
from sim.study.store import surroundings
from sim.study.sweep.sweep import FORMAT, Sweep, simulation_digest
from sim.study.sweep.whole import UNFINISHED, write_whole
from sim.world.description import leaves
from sim.world.errors import ConfigurationError

STUDY = "study.json"
COMMON = ("study", "design", "seeds", "engine", "chunk")
"""What all scenarios in a folder have in common."""
TELLING = ("version", "origin", "files")
"""What may differ."""
SHOWN = 3
"""Differences that a refusal names."""


def study_record(sweep: Sweep, study: str, origin: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what stands in the file `STUDY` of a scenario: what the files beside it hold, and their names.

    Parameters
    ----------
    sweep
        What the files hold.
    study
        What it is called.
    origin
        How it came to be, for the record.
    """
    return {
        "format": FORMAT,
        "version": sim.__version__,
        "simulation": simulation_digest(),
        "study": study,
        "scenario": sweep.scenario.name,
        "baseline": sweep.baseline,
        "levers": sweep.levers_of,
        "origin": {**(origin or {}), **surroundings()},
        "design": {
            "paths": list(sweep.design.paths),
            "points": len(sweep.design.points),
            "digest": _digest(sweep.design.points),
        },
        "seeds": list(sweep.seeds),
        "engine": sweep.engine,
        "chunk": sweep.chunk,
        "configuration_hash": sweep.identity,
        "configuration": sweep.configuration(),
        "files": {chunk.name: len(chunk.points) for chunk in sweep.chunks},
    }


def claim(folder: Path, records: Sequence[Mapping[str, Any]]) -> None:
    """Make sure that a folder holds nothing else than some sweeps, and say so in it.

    Parameters
    ----------
    folder
        Where every scenario has a folder of its own.
    records
        See `study_record`.

    Raises
    ------
    ConfigurationError
        If it holds results of another study, configuration or version; nothing was written then.
    """
    for path in sorted(folder.glob(f"*/{STUDY}")):
        found = read_study(path)
        if path.parent.name in [record["scenario"] for record in records]:
            (record,) = (one for one in records if one["scenario"] == path.parent.name)
            _compare(folder, found, record, [key for key in record if key not in TELLING])
        else:
            _compare(folder, found, records[0], ["format", "simulation", *COMMON])
    for record in records:
        _write(folder / record["scenario"], record)


def read_study(path: Path) -> dict[str, Any]:
    """Return what a file `STUDY` says.

    Raises
    ------
    ConfigurationError
        If it cannot be read, is damaged or of another version.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        known = isinstance(record, dict) and {"format", "scenario", "files"} <= set(record)
    except (OSError, ValueError):
        known = False
    if not known:
        raise ConfigurationError(str(path), "is damaged", "choose another folder, or delete this one")
    if record["format"] != FORMAT:
        raise ConfigurationError(
            str(path),
            f"is of another version ({record.get('version')}, format {record['format']})",
            f"this is {sim.__version__}, format {FORMAT}: read it with that one, or choose another folder",
        )
    return dict(record)


def tidy(folder: Path) -> None:
    """Take away what was cut off while it was written; to be called when everything is there."""
    for path in folder.glob(f"{UNFINISHED}*"):
        path.unlink(missing_ok=True)


def _compare(folder: Path, found: Mapping[str, Any], record: Mapping[str, Any], keys: Sequence[str]) -> None:
    advice = "choose another folder with out=…, or delete it"
    if found["study"] != record["study"]:
        raise ConfigurationError("out", f"'{folder}' holds study={found['study']}", advice)
    if found["simulation"] != record["simulation"]:
        raise ConfigurationError(
            "out", f"'{folder}' holds results of another version of the simulation", advice
        )
    plain = json.loads(json.dumps(record))
    old, new = ({key: one[key] for key in keys} for one in (found, plain))
    if old != new:
        before, after = leaves(old), leaves(new)
        paths = [path for path in {**before, **after} if before.get(path) != after.get(path)]
        names = [path.removeprefix("configuration.") for path in paths if path != "configuration_hash"]
        shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
        raise ConfigurationError("out", f"'{folder}' holds other results: {shown} differ", advice)


def _write(folder: Path, record: Mapping[str, Any]) -> None:
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    if not (folder / STUDY).exists():
        write_whole(folder / STUDY, lambda file: file.write(text.encode()))


def _digest(points: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(points).encode()).hexdigest()
