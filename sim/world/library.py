"""Where scenarios and strategies stand on disk, and how they are loaded by name or path."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sim.world.description import build
from sim.world.errors import ConfigurationError, nearest
from sim.world.preset import Preset, build_preset
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy


@cache
def shipped(folder: str) -> Path:
    """Return a data folder of the project: of the checkout if we run from one, else of the wheel."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / folder).is_dir():
        return checkout / folder
    return package / "_data" / folder


class StrictLoader(yaml.SafeLoader):
    """Plain YAML in which a key may stand only once and 1e6 is a number, as YAML 1.2 and Hydra have it."""


def _mapping_once(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"'{key.value}' stands twice", problem_mark=key.start_mark)
        seen.add(key.value)
    loader.flatten_mapping(node)
    return dict(loader.construct_pairs(node, deep=True))


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_once)
StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)


def typed_value(key: str, text: str) -> Any:
    """Return the value that a word of a command says, read as YAML.

    Raises
    ------
    ConfigurationError
        If it cannot be read.
    """
    try:
        return yaml.load(text, Loader=StrictLoader)
    except yaml.YAMLError:
        raise ConfigurationError(key, f"'{text}' cannot be read", f"for example {key}=10") from None


def read_yaml(path: Path) -> Mapping[str, Any]:
    """Read a YAML file that must hold a mapping.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, is not YAML or holds something else.
    """
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise ConfigurationError(str(path), f"cannot be read: {reason}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "syntax error"
        raise ConfigurationError(
            str(path), f"is not YAML: {problem}{where}", "see scenarios/courier.yaml for the form"
        ) from None
    if not isinstance(values, Mapping):
        raise ConfigurationError(
            str(path), "is not a mapping of settings", "see scenarios/courier.yaml for the form"
        )
    return values


def scenario_files(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return the known scenario files by name; those in a user's folders win over the shipped ones."""
    return _files([shipped("scenarios"), *(folder / "scenario" for folder in folders)])


def strategy_files(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return the general strategy files by name; those in a user's folders win."""
    return _files([shipped("conf") / "strategy", *(folder / "strategy" for folder in folders)])


def _files(folders: list[Path]) -> dict[str, Path]:
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}


def scenarios(folders: Iterable[Path] = ()) -> list[str]:
    """Return the names of the scenarios that `load_scenario` knows."""
    return sorted(scenario_files(folders))


def load_scenario(name: str | Path, folders: Iterable[Path] = ()) -> Scenario:
    """Load a scenario by name, or from the path of a YAML file.

    Parameters
    ----------
    name
        A name from `scenarios`, or a path that ends in ``.yaml``.
    folders
        A user's own folders; each may hold ``scenario/*.yaml``.

    Raises
    ------
    ConfigurationError
        If there is no such scenario or its file is not valid.
    """
    files = scenario_files(folders)
    path = Path(name)
    if str(name) in files:
        path = files[str(name)]
    elif path.suffix not in (".yaml", ".yml"):
        advice = nearest(str(name), files)
        if not folders and advice.startswith("known"):
            advice += "; your own: tenure --config-dir DIR"
        raise ConfigurationError("scenario", f"unknown scenario '{name}'", advice)
    values = dict(read_yaml(path))
    values.setdefault("name", path.stem)
    if isinstance(values.get("posterior"), str) and values["posterior"]:
        values["posterior"] = str((path.parent / values["posterior"]).absolute())
    own = values.get("strategies")
    if isinstance(own, Mapping):
        values["strategies"] = {key: _named(part, key) for key, part in own.items()}
    return build(Scenario, values, "scenario")


def preset_files(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return the known files of presets by name; those in a user's folders win over the shipped ones."""
    return _files([shipped("scenarios") / "presets", *(folder / "preset" for folder in folders)])


def presets(folders: Iterable[Path] = ()) -> list[str]:
    """Return the names of the presets that `load_preset` knows."""
    return sorted(preset_files(folders))


def load_preset(name: str, folders: Iterable[Path] = ()) -> Preset:
    """Load a preset by name.

    Raises
    ------
    ConfigurationError
        If there is no such preset or its file is not valid.
    """
    files = preset_files(folders)
    if name not in files:
        raise ConfigurationError("preset", f"unknown preset '{name}'", nearest(name, files))
    return build_preset(name, read_yaml(files[name]))


def load_strategies(
    names: Iterable[str | Path | Strategy] | str | Path | Strategy,
    scenario: Scenario,
    folders: Iterable[Path] = (),
) -> list[Strategy]:
    """Load strategies by name: a scenario's own win over the general ones.

    Parameters
    ----------
    names
        Names, paths of YAML files, or strategies, which are passed through.
    scenario
        The world they are for.
    folders
        A user's own folders; each may hold ``strategy/*.yaml``.

    Raises
    ------
    ConfigurationError
        If a name is unknown, stands twice, or a strategy is not valid in the scenario.
    """
    from sim.world.compatibility import check_compatible

    loaded: list[Strategy] = []
    names = [names] if isinstance(names, str | Path | Strategy) else names
    for name in names:
        strategy = name if isinstance(name, Strategy) else load_strategy(name, scenario, folders)
        if strategy.name in [other.name for other in loaded]:
            raise ConfigurationError(
                "strategies", f"'{strategy.name}' stands twice", "name each strategy once"
            )
        check_compatible(scenario, strategy)
        loaded.append(strategy)
    if not loaded:
        raise ConfigurationError(
            "strategies", "the list is empty", f"for example [{', '.join(scenario.strategies) or 'baseline'}]"
        )
    return loaded


def load_strategy(
    name: str | Path, scenario: Scenario | None = None, folders: Iterable[Path] = ()
) -> Strategy:
    """Load one strategy by name or from the path of a YAML file; see `load_strategies`.

    Raises
    ------
    ConfigurationError
        If it is unknown, not valid, or stands both in the scenario and in a user's folder.
    """
    own = scenario.strategies if scenario is not None else {}
    if str(name) in own:
        if str(name) in _files([folder / "strategy" for folder in folders]):
            raise ConfigurationError(
                f"strategies.{name}", "stands in your folder and in the scenario", "give yours another name"
            )
        return own[str(name)]
    files = strategy_files(folders)
    path = Path(name)
    if str(name) in files:
        path = files[str(name)]
    elif path.suffix not in (".yaml", ".yml"):
        raise ConfigurationError(
            "strategies", f"unknown strategy '{name}'", nearest(str(name), {*files, *own})
        )
    return build(Strategy, _named(read_yaml(path), path.stem), f"strategies.{path.stem}")


def strategy_names(scenario: Scenario, folders: Iterable[Path] = ()) -> list[str]:
    """Return the names that `load_strategies` knows for a scenario, its own first."""
    return list(dict.fromkeys([*scenario.strategies, *sorted(strategy_files(folders))]))


def _named(values: Any, name: str) -> Any:
    """Give a strategy the name of its file or key unless it says its own."""
    if values is None:
        values = {}
    return {"name": name, **values} if isinstance(values, Mapping) else values
