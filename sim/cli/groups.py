"""What Hydra can choose from: the scenarios and strategies of a command."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin, get_type_hints

from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.types import Override

from sim.cli.overrides import Folders, chosen_values, strategy_list
from sim.cli.plan import AS_IN_FILE, CARRIED, named_scenario, named_strategy
from sim.world.description import to_mapping
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import load_preset, presets, scenario_files, strategy_names
from sim.world.parameter import optional
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")


def register(overrides: list[Override], folders: Folders) -> None:
    """Tell Hydra of the scenarios and strategies that overrides choose, in place of earlier ones.

    A strategy is registered as a shell, its tree with `AS_IN_FILE` for every value: which file
    it is from depends on the scenario, which is known only when all is composed.

    Raises
    ------
    ConfigurationError
        If one of them is unknown, is not valid or stands twice.
    """
    store = ConfigStore.instance()
    for group in ("scenario", "strategies"):
        store.repo.pop(group, None)
    lists = [strategy_list(value) for value in chosen_values("strategies", overrides, folders)]
    wanted = list(dict.fromkeys(name for names in lists for name in names))
    typed = any(override.key_or_group == "strategies" for override in overrides)
    changed = {part for one in overrides for part in str(one.key_or_group).split(".")[1:2]}
    loaded: list[Strategy] = []
    left = {
        path for name in chosen_values("preset", overrides, folders) for path in preset_paths(name, folders)
    }
    for name in chosen_values("scenario", overrides, folders):
        scenario = named_scenario(_scenario_name(name, folders), folders)
        values = {key: value for key, value in to_mapping(scenario).items() if key not in CARRIED}
        leave_to_preset(values, left)
        store.store(group="scenario", name=scenario.name, package="scenario", node=values)
        if not typed:
            _check_usual(wanted, scenario, folders)
        loaded += [_known_strategy(strategy, scenario, folders) for strategy in wanted]
    for name in wanted:
        versions = [strategy for strategy in loaded if strategy.name == name]
        named = {
            "phases": {phase for one in versions for phase in one.phases},
            "loyalty.tiers": {tier for one in versions if one.loyalty for tier in one.loyalty.tiers},
        }
        # Hydra copies what it composes many times over: a strategy that nobody changes is but a name there.
        node = shell(Strategy, named) if name in changed else {"title": AS_IN_FILE}
        store.store(group="strategies", name=name, package=f"strategies.{name}", node=node)
    _check_levers(overrides, wanted)


def preset_paths(name: Any, folders: Folders) -> Iterable[str]:
    """Return the paths that a preset sets; none where none is chosen.

    Raises
    ------
    ConfigurationError
        If there is no such preset.
    """
    if name is None:
        return ()
    if not isinstance(name, str):
        raise ConfigurationError(
            "preset", f"expected a name, got {name}", nearest(str(name), presets(folders))
        )
    return load_preset(name, folders).values


def leave_to_preset(values: dict[str, Any], paths: Iterable[str]) -> None:
    """Put `AS_IN_FILE` in place of the values at some paths, so that what is typed can be told apart."""
    for path in paths:
        *parents, last = path.split(".")
        place: Any = values
        for name in parents:
            place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, dict) and last in place:
            place[last] = AS_IN_FILE


def _scenario_name(name: Any, folders: Folders) -> str:
    if not isinstance(name, str) or not name:
        shown = "null" if name is None else str(name)
        raise ConfigurationError(
            "scenario", f"expected a name, got '{shown}'", nearest(shown, scenario_files(folders))
        )
    if name.endswith((".yaml", ".yml")):
        raise ConfigurationError(
            "scenario",
            f"expected a name, got the file '{name}'",
            "put your file into DIR/scenario and give --config-dir DIR",
        )
    return name


def _check_usual(usual: list[str], scenario: Scenario, folders: Folders) -> None:
    """Raise an error that lists those of the usual strategies that a scenario has, if it has not all."""
    known = strategy_names(scenario, folders)
    missing = [name for name in usual if name not in known]
    if missing:
        raise ConfigurationError(
            "strategies",
            f"scenario '{scenario.name}' has no strategy '{missing[0]}', which is compared by default",
            f'say which: "strategies=[{",".join(name for name in usual if name in known)}]"',
        )


def _known_strategy(name: str, scenario: Scenario, folders: Folders) -> Strategy:
    known = strategy_names(scenario, folders)
    if name not in known:
        raise ConfigurationError("strategies", f"unknown strategy '{name}'", nearest(name, known))
    if not PLAIN_NAME.fullmatch(name):
        raise ConfigurationError(
            f"strategies.{name}", "has a name that cannot stand in a key", "use letters, digits, _ and -"
        )
    return named_strategy(name, scenario, folders)


def _check_levers(overrides: list[Override], wanted: list[str]) -> None:
    for override in overrides:
        root, *below = str(override.key_or_group).split(".")
        if root == "strategies" and below and below[0] not in wanted:
            raise ConfigurationError(
                f"strategies.{below[0]}", "is not among the strategies compared", nearest(below[0], wanted)
            )


def shell(kind: type, named: Mapping[str, Iterable[str]], prefix: str = "") -> dict[str, Any]:
    """Return the tree of a description's class with `AS_IN_FILE` for every value.

    Parameters
    ----------
    kind
        A description's class.
    named
        Names of the parts of each mapping of named parts, by its dotted path.
    prefix
        Where the class stands below the one that was asked for.
    """
    hints = get_type_hints(kind)
    tree: dict[str, Any] = {}
    for item in dataclasses.fields(kind):
        inner, _ = optional(hints[item.name])
        path = f"{prefix}{item.name}"
        if path in ("name", "title"):
            continue
        if get_origin(inner) is not None and len(get_args(inner)) == 2 and path in named:
            part = get_args(inner)[1]
            tree[item.name] = {name: shell(part, named, f"{path}.{name}.") for name in sorted(named[path])}
        elif dataclasses.is_dataclass(inner) and isinstance(inner, type):
            tree[item.name] = shell(inner, named, f"{path}.")
        else:
            tree[item.name] = AS_IN_FILE
    return tree
