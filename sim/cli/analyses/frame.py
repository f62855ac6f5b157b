"""What commands that ask one question share: from words to a question, from an answer to files."""

import dataclasses
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import yaml

from sim.cli.groups import PLAIN_NAME
from sim.cli.overrides import ROOT_KEYS, Folders, spelled_out
from sim.cli.plan import Plan
from sim.world.description import build, to_mapping
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import typed_value
from sim.world.strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

OUT = "out"
STRATEGY = "strategy"
"""A command's own setting of this name is the strategy it asks about: it is composed with the baseline."""
NOT_HERE = ("precision", "max_replications", "assumptions", "events", "customers_table", "lang")
"""Settings of the main job that no question has."""
WITHOUT_EFFECT = ("workers", OUT)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    plan
        Scenario, strategies and the settings that all commands share.
    own
        The command's own settings, of the class ``Settings`` of its module.
    state
        A folder for what is finished, which the same command goes on from after an interruption; it is
        made when something is written to it and goes when the answer is whole.
    progress
        To be called with (done, in all).
    workers
        Threads.
    """

    plan: Plan
    own: Any
    state: Path
    progress: Progress
    workers: int


@dataclass(frozen=True)
class Answer:
    """What was found.

    Parameters
    ----------
    text
        For the screen; also written as table.txt.
    tables
        Written as NAME.csv, full precision.
    figures
        Written as NAME.png and NAME.svg.
    record
        What else the manifest says, as plain values.
    parquet
        Whether the tables are written as NAME.parquet as well.
    texts
        Written as they are, by name of the file.
    """

    text: str
    tables: Mapping[str, "pd.DataFrame"]
    figures: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    parquet: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)


def analysis(name: str) -> ModuleType:
    """Return the module of a command."""
    return importlib.import_module(f"sim.cli.analyses.{name.replace('-', '_')}")


def run_analysis(
    name: str, words: Sequence[str], folders: Folders, command: Sequence[str], *, show: bool = False
) -> int:
    """Ask a question and write the answer; return the exit status.

    Parameters
    ----------
    name
        The command.
    words
        What follows it: key=value.
    folders
        A user's own folders.
    command
        The whole command, for the record.
    show
        Whether to print the settings and run nothing.

    Raises
    ------
    ConfigurationError
        At the first mistake; nothing was written then.
    """
    from sim.cli.composition import check

    module = analysis(name)
    own_words, others = _sorted_out(name, words, module.Settings)
    out = own_words.pop(OUT, f"outputs/{name}")
    own = build(module.Settings, own_words)
    words = with_named(own, others)
    try:
        plan = check(words, folders, multirun=False).plan
    except ConfigurationError as error:
        if words == others or error.key != "strategies":
            raise
        key = STRATEGY if f"'{own.strategy}'" in error.problem else "baseline"  # as it was typed
        raise ConfigurationError(key, error.problem, error.advice) from None
    told = {**plan.configuration(), **to_mapping(own)}
    told = {key: value for key, value in told.items() if key not in NOT_HERE}
    if show:
        print(yaml.safe_dump(told, sort_keys=False, allow_unicode=True).rstrip())
        return 0

    def ask(state: Path, progress: Progress) -> Answer:
        workers = plan.settings.workers or os.cpu_count() or 1
        return module.answer(Question(plan, own, state, progress, workers))  # type: ignore[no-any-return]

    answered(name, ask, told, writable_folder(out), command, {"changed": sorted(plan.changed)})
    return 0


def with_named(own: Any, words: Sequence[str]) -> list[str]:
    """Return words that also name the strategy asked about and the baseline, if the command asks about one.

    Raises
    ------
    ConfigurationError
        If that is no name, the baseline itself, or the strategies are listed besides.
    """
    name = getattr(own, STRATEGY, None)
    if name is None:
        return list(words)
    given = dict(word.partition("=")[::2] for word in words)
    baseline = given.get("baseline", "baseline")
    if not PLAIN_NAME.fullmatch(name):
        raise ConfigurationError(STRATEGY, f"'{name}' is no name", f"for example {STRATEGY}=guarantee")
    if name == baseline:
        raise ConfigurationError(STRATEGY, f"'{name}' is the baseline itself", "name another one")
    if "strategies" in given:
        raise ConfigurationError(
            "strategies", "cannot be listed here", f"{STRATEGY}=… is held against baseline={baseline}"
        )
    return [*words, f"strategies=[{baseline},{name}]"]


def answered(
    name: str,
    ask: Callable[[Path, Progress], Answer],
    told: Mapping[str, Any],
    folder: Path,
    command: Sequence[str],
    record: Mapping[str, Any],
) -> None:
    """Ask a question that goes on after an interruption, write the answer and show its text.

    Parameters
    ----------
    name
        What is asked.
    ask
        Answers it, given a folder for what is finished and what to report (done, in all) to.
    told
        All settings, as plain values.
    folder
        Where the answer is written.
    command, record
        For the manifest: the whole command, and what else it says.
    """
    from sim.cli.job import no_empty_folder, shown
    from sim.cli.screen import progress_bar, say
    from sim.study.store import configuration_hash, source_digest, staged, surroundings, write_manifest

    started = datetime.now(UTC)
    kept = {key: value for key, value in told.items() if key not in WITHOUT_EFFECT}
    digest = configuration_hash({"command": name, "configuration": kept, "source": source_digest()})
    state = folder / f".unfinished-{name}-{digest[:16]}"
    try:
        with no_empty_folder(folder), progress_bar(name) as progress:
            try:
                answer = ask(state, progress)
            except ConfigurationError:  # a mistake that only showed when something had been run
                _forget(state)
                raise
    except KeyboardInterrupt:
        if state.exists():
            print("tenure: what is finished is kept; the same command goes on from there", file=sys.stderr)
        raise
    with staged(folder) as place:
        write_answer(answer, place)
        write_manifest(
            place,
            {
                "command": ["tenure", *command],
                "configuration": json.loads(json.dumps(told)),
                "configuration_hash": configuration_hash(kept),
                **record,
                **answer.record,
                **surroundings(),
                "started": started.isoformat(timespec="seconds"),
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )
    _forget(state)
    say(f"{answer.text}\n\nresults: {shown(folder)}")


def write_answer(answer: Answer, place: Path) -> None:
    """Write texts, tables and figures of an answer into a folder."""
    from sim.study.table_files import write_csv, write_parquet

    (place / "table.txt").write_text(answer.text + "\n", encoding="utf-8")
    for name, text in answer.texts.items():
        (place / name).write_text(text, encoding="utf-8")
    for name, table in answer.tables.items():
        write_csv(table, place / f"{name}.csv")
        if answer.parquet:
            write_parquet(table, place / f"{name}.parquet")
    if answer.figures:
        from sim.report.figures import write_figure

        for name, figure in answer.figures.items():
            write_figure(figure, place / name)


def _forget(state: Path) -> None:
    if state.is_dir():
        for path in state.iterdir():
            path.unlink()
        state.rmdir()


def _sorted_out(name: str, words: Sequence[str], kind: type) -> tuple[dict[str, Any], list[str]]:
    """Return the command's own settings, read as YAML, and the words that are for the composition."""
    known = [item.name for item in dataclasses.fields(kind)] + [OUT]
    shared = [key for key in ROOT_KEYS if key not in NOT_HERE]
    own: dict[str, Any] = {}
    others: list[str] = []
    for word in map(spelled_out, words):
        key, sign, text = word.partition("=")
        if not sign:
            raise ConfigurationError(
                word, "is no setting", f"settings are key=value, for example {OUT}=outputs/{name}"
            )
        root = key.lstrip("+~").partition(".")[0].partition("/")[0]
        if key not in known:
            if root not in shared:
                raise ConfigurationError(key, f"unknown key of tenure {name}", nearest(root, known + shared))
            others.append(word)
            continue
        if key in own:
            raise ConfigurationError(key, "is given twice", "give it once")
        value = typed_value(key, text)
        own[key] = text if isinstance(value, date) else value  # a date is typed as text
    return own, others


def named(name: str, plan: Plan, key: str = "strategy") -> Strategy:
    """Return one of the strategies of a plan by name.

    Raises
    ------
    ConfigurationError
        If it is not among them.
    """
    for strategy in plan.strategies:
        if strategy.name == name:
            return strategy
    known = [strategy.name for strategy in plan.strategies]
    raise ConfigurationError(key, f"'{name}' is not among the strategies", nearest(name, known))


def writable_folder(value: Any) -> Path:
    """Return a folder for results, absolute, after a look whether it can be written to.

    Raises
    ------
    ConfigurationError
        If it is no name of a folder, or nothing can be written there.
    """
    if not isinstance(value, str) or not value:
        raise ConfigurationError(OUT, f"expected a folder, got {value}", f"for example {OUT}=results")
    folder = Path(value).absolute()
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=place):  # a permission alone does not say that it works
            pass
    except OSError:
        raise ConfigurationError(
            OUT,
            f"cannot write to '{folder}'",
            f"choose a folder you may write to, for example {OUT}=results",
        ) from None
    return folder
