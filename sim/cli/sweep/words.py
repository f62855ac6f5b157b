"""What a sweep is asked: the words of a command and the file of a study, sorted out and checked."""

import importlib.util
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.cli.overrides import ROOT_KEYS, Folders, chosen_values, parsed, spelled_out
from sim.study.sweep.design import Design, build_design
from sim.world.description import build
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import read_yaml, typed_value
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
            own[key] = typed_value(key, text)
        elif root == "design" and key != root:
            design[key.partition(".")[2]] = typed_value(key, text)
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
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    """Return a text as Hydra's grammar has it: in quotes where it needs some."""
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
