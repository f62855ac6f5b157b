"""What is typed: each override on its own, and the jobs that a command stands for."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override
from hydra.errors import HydraException

from sim.cli.plan import Settings, default_choices
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import scenario_files

CONFIG_NAME = "config"
ROOT_KEYS = ("scenario", "strategies", *(item.name for item in dataclasses.fields(Settings)))
EXAMPLE = "for example strategies=[baseline,guarantee]"
Folders = tuple[Path, ...]


def spelled_out(word: str) -> str:
    """Return a word with its shorthand spelled out: ``mechanisms.…`` belongs to the scenario."""
    return re.sub(r"^([+~]*)mechanisms([.=])", r"\1scenario.mechanisms\2", word)


def parsed(words: list[str]) -> list[Override]:
    """Read overrides by Hydra's grammar.

    Raises
    ------
    ConfigurationError
        If one cannot be read.
    """
    parser = OverridesParser.create()
    return [_parsed(parser, word) for word in words]


def _parsed(parser: OverridesParser, word: str) -> Override:
    key = word.partition("=")[0].lstrip("+~")
    try:
        override = parser.parse_override(word)
    except HydraException as error:
        reason = str(error).splitlines()[0].removeprefix("LexerNoViableAltException: ")
        raise ConfigurationError(
            key or word, f"cannot be read: {reason}", "quote a text with spaces or signs: \"key='a, b'\""
        ) from None
    if not override.key_or_group:
        raise ConfigurationError(word, "has no key", "settings are key=value")
    return override


def check_override(override: Override, *, multirun: bool) -> None:
    """Check what can be said of an override without knowing the values it changes.

    Raises
    ------
    ConfigurationError
        If its first key is unknown, or it does something that makes no sense here.
    """
    key = str(override.key_or_group)
    root = re.split(r"[./]", key)[0]
    if root == "hydra":
        return
    if root not in ROOT_KEYS:
        raise ConfigurationError(key, "unknown key", nearest(root, ROOT_KEYS))
    if override.package is not None:
        raise ConfigurationError(f"{key}@{override.package}", "cannot be placed elsewhere", f"write {key}=…")
    if override.is_add() and key in ("scenario", "strategies"):
        raise ConfigurationError(
            f"+{key}", "is there already", f"without the +: {key}={override.get_value_string()}"
        )
    if override.is_delete():
        raise ConfigurationError(
            key, "cannot be deleted", "leave it out to keep it as it is; null switches a lever off"
        )
    if override.is_interval_sweep():
        raise ConfigurationError(key, "an interval cannot be tried out", "write range(…) or choice(…)")
    if override.is_sweep_override() and not multirun:
        lists = key in ("strategies",) or key.endswith((".segments", ".levers"))
        several = f"{key}=[{override.get_value_string()}]" if lists else f"tenure -m {override.input_line}"
        point = override.get_value_string().replace(",", ".")
        one = f"{key}={point}, or " if re.fullmatch(r"-?\d+\.\d+", point) else ""
        raise ConfigurationError(key, "has several values", f"did you mean {one}{several}?")


def check_twice(overrides: list[Override]) -> None:
    """Raise an error if a value is given twice, in one spelling or two.

    Raises
    ------
    ConfigurationError
        With the key that stands twice.
    """
    keys = [str(override.key_or_group) for override in overrides]
    for key in keys:
        if keys.count(key) > 1:
            raise ConfigurationError(key, "is given twice", "give it once")
    for key, other in (("customers", "scenario.customers.count"), ("precision", "replications")):
        if {key, other} <= set(keys):
            raise ConfigurationError(key, f"is given together with {other}", "give one of them")


def combinations(overrides: list[Override], folders: Folders) -> Iterator[list[str]]:
    """Yield the overrides of the jobs to be checked: all first values, then one other at a time."""
    choices = [_choices(override, folders) for override in overrides]
    first = [words[0] for words in choices]
    yield first
    for place, words in enumerate(choices):
        for word in words[1:]:
            yield [*first[:place], word, *first[place + 1 :]]


def _choices(override: Override, folders: Folders) -> list[str]:
    line = str(override.input_line)
    if not override.is_sweep_override() or override.is_hydra_override():
        return [line]
    key = override.get_key_element()
    if isinstance(override._value, Glob):
        values = _matching(override._value, str(override.key_or_group), folders)
    else:
        values = [str(value) for value in override.sweep_string_iterator()]
    if not values:
        raise ConfigurationError(key, f"'{override.get_value_string()}' is empty", "give at least one value")
    return [f"{key}={value}" for value in values]


def _matching(glob: Glob, key: str, folders: Folders) -> list[str]:
    if key != "scenario":
        raise ConfigurationError(key, "glob() works on scenario only", "list the values: a,b,c")
    return list(glob.filter(sorted(scenario_files(folders))))


def chosen_values(group: str, overrides: list[Override], folders: Folders) -> list[Any]:
    """Return every value that a group takes in the jobs of a command."""
    for override in overrides:
        if override.key_or_group != group or isinstance(override.value(), dict):
            continue
        if isinstance(override._value, Glob):
            return _matching(override._value, group, folders)
        if override.is_sweep_override():
            return list(override.sweep_iterator())
        return [override.value()]
    return [default_choices().get(group)]


def strategy_list(value: Any) -> list[str]:
    """Return the names that a value of ``strategies`` holds.

    Raises
    ------
    ConfigurationError
        If it is not a list of names, is empty, or a name stands twice.
    """
    names = [value] if isinstance(value, str) and value else value
    if names == [] or names in ("", None):
        raise ConfigurationError("strategies", "the list is empty", EXAMPLE)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ConfigurationError(
            "strategies",
            f"expected a list of names, got {value}",
            EXAMPLE,
        )
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError("strategies", f"'{name}' stands twice", "name each strategy once")
    return names
