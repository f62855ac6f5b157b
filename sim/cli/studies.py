"""The command `tenure study=…`: a study of several worlds at once, with its own settings and results."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.cli.settings import texts_by_key
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import read_yaml, shipped, typed_value

Folders = tuple[Path, ...]
STUDIES = ("keep_rate",)
COMMAND = "study"
PLACED = ("scenario", "out")
"""Settings of the command itself; the others are the study's."""


def is_study(words: Sequence[str]) -> bool:
    """Return whether the words of a command ask for a study."""
    return any(word == COMMAND or word.startswith(f"{COMMAND}=") for word in words)


def run_study(
    words: Sequence[str],
    folders: Folders,
    command: Sequence[str],
    *,
    show: bool = False,
    multirun: bool = False,
) -> int:
    """Run the study that is asked for, or show its settings; return the exit status.

    Parameters
    ----------
    words
        key=value, one of them the study's name.
    folders
        A user's own folders.
    command
        The whole command, for the record.
    show
        Whether to print the settings and run nothing.
    multirun
        Whether Hydra launches the jobs of a sweep.

    Raises
    ------
    ConfigurationError
        At the first mistake; nothing was written then.
    """
    name, others = _name(words)
    files = study_files(folders)
    if name not in files:
        raise ConfigurationError(COMMAND, f"unknown study '{name}'", nearest(name, files))
    if name not in STUDIES:
        from sim.cli.sweep.command import run_sweep

        return run_sweep(name, files[name], others, folders, command, multirun=multirun, show=show)
    if multirun:
        raise ConfigurationError(
            "-m", f"study={name} cannot be swept", "name several worlds: scenario=courier,telecom"
        )
    asked = read_words(others)
    values = dict(read_yaml(shipped("conf") / COMMAND / f"{name}.yaml"))
    for key in asked:
        if key not in values:
            raise ConfigurationError(key, f"unknown key of study={name}", nearest(key, [*values, COMMAND]))
    values |= asked
    if show:
        print(yaml.safe_dump({COMMAND: name, **values}, sort_keys=False, allow_unicode=True).rstrip())
        return 0
    _keep_rate(values, folders, command)
    return 0


def study_files(folders: Folders) -> dict[str, Path]:
    """Return the files of the studies by name; a user's own win, but for those that are no sweeps."""
    places = [*(folder / COMMAND for folder in folders), shipped("conf") / COMMAND]
    files = {path.stem: path for place in reversed(places) for path in sorted(place.glob("*.yaml"))}
    return files | {name: shipped("conf") / COMMAND / f"{name}.yaml" for name in STUDIES}


def _name(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the name of the study that words ask for, and the other words."""
    asked = [word for word in words if word.partition("=")[0] == COMMAND]
    if asked == [COMMAND]:
        raise ConfigurationError(
            COMMAND, "is no setting", f"settings are key=value, for example {COMMAND}={STUDIES[0]}"
        )
    if len(asked) > 1:
        raise ConfigurationError(COMMAND, "is given twice", "give it once")
    return asked[0].partition("=")[2], [word for word in words if word not in asked]


def read_words(words: Sequence[str]) -> dict[str, Any]:
    """Return the values of key=value words, read as YAML; a comma makes a list of ``scenario``.

    Raises
    ------
    ConfigurationError
        If a word is no setting, cannot be read, or stands twice.
    """
    texts = texts_by_key(words, COMMAND, f"{COMMAND}={STUDIES[0]}")
    values = {key: typed_value(key, text) for key, text in texts.items()}
    if isinstance(values.get("scenario"), str):
        values["scenario"] = [name.strip() for name in values["scenario"].split(",")]
    return values


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) and name for name in value):
        raise ConfigurationError(
            "scenario", f"expected names, got {value}", "for example scenario=courier,telecom"
        )
    for name in value:
        if value.count(name) > 1:
            raise ConfigurationError("scenario", f"'{name}' stands twice", "name each scenario once")
    return value


def _keep_rate(values: Mapping[str, Any], folders: Folders, command: Sequence[str]) -> None:
    """Run the study of the critical keep-rate, write its results and print its table."""
    from sim.cli.analyses.frame import Answer, Progress, answered, writable_folder
    from sim.cli.plan import check_network, named_scenario
    from sim.report.keep_rate_figure import keep_rate_figure
    from sim.report.keep_rate_table import critical_frame, draws_frame, effects_frame, keep_rate_table
    from sim.study.keep_rate.design import settings_from, world_of
    from sim.study.keep_rate.study import study_keep_rates
    from sim.study.unfinished import Notebook
    from sim.world.description import to_mapping

    settings = settings_from({key: value for key, value in values.items() if key not in PLACED})
    scenarios = tuple(named_scenario(name, folders) for name in _names(values["scenario"]))
    for scenario in scenarios:
        check_network(world_of(scenario, settings))
    told = {key: value for key, value in values.items() if key not in PLACED}
    told["scenario"] = [to_mapping(world_of(scenario, settings)) for scenario in scenarios]

    def ask(state: Path, progress: Progress) -> Answer:
        notebook, workers = Notebook(state / "runs.jsonl"), settings.numbers.workers or os.cpu_count() or 1
        results = study_keep_rates(scenarios, settings, notebook, progress, workers)
        return Answer(
            keep_rate_table(results, settings.numbers.seed),
            {
                "effects": effects_frame(results),
                "critical": critical_frame(results, settings.numbers.seed),
                "draws": draws_frame(results),
            },
            {"keep_rate": keep_rate_figure(results)},
        )

    answered("keep_rate", ask, told, writable_folder(values["out"]), command, {"study": "keep_rate"})
