"""From composed values to what is to be run: scenario, strategies and settings, all checked."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from sim.study.precision import FIRST_STAGE, NARROWEST, WIDEST, asked_precision
from sim.world.assumptions import LEAST_DRAWS, MOST_DRAWS
from sim.world.compatibility import check_compatible
from sim.world.description import build, leaves, to_mapping
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import load_preset, load_scenario, load_strategy, read_yaml, shipped
from sim.world.parameter import parameter
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

AS_IN_FILE = "???"
"""Stands in the composed values where a value is the one of its file, or of the preset."""

CARRIED = ("known", "assumed", "evidence", "strategies")
"""Fields of a scenario that are taken from its file and cannot be overridden."""


@dataclass(frozen=True)
class Settings:
    """What is compared how; the defaults stand in conf/config.yaml."""

    replications: int | None = parameter(
        unit="runs", low=1, high=100_000, meaning="runs of every strategy; an interval needs two"
    )
    precision: float | None = parameter(
        unit="share",
        low=NARROWEST,
        high=WIDEST,
        meaning="in place of replications: how surely to know how many more stay; 0.005: ± half a point",
    )
    max_replications: int = parameter(
        unit="runs", low=FIRST_STAGE, high=100_000, meaning="runs of every strategy that a precision may take"
    )
    assumptions: int | None = parameter(
        unit="draws",
        low=LEAST_DRAWS,
        high=MOST_DRAWS,
        meaning="worlds drawn over what nobody has measured, each with every strategy; null: none",
    )
    seed: int = parameter(low=0, high=1_000_000_000, meaning="where luck starts; the same for all strategies")
    customers: int | None = parameter(
        unit="customers", low=1, high=10_000_000, meaning="shorthand for scenario.customers.count"
    )
    baseline: str = parameter(unit="text", meaning="name of the strategy the others are held against")
    preset: str | None = parameter(
        unit="text", meaning="named changes of the scenario, see tenure presets; null: none"
    )
    engine: Literal["compiled", "mesa"] = parameter(unit="choice", meaning="what runs the customers")
    workers: int | None = parameter(
        unit="threads", low=1, high=1024, meaning="runs at the same time; null: one for every core"
    )
    events: bool = parameter(unit="yes or no", meaning="write events.parquet (first replication)")
    customers_table: bool = parameter(unit="yes or no", meaning="write customers.parquet (first replication)")
    lang: Literal["en", "ru"] = parameter(unit="choice", meaning="language of the table and the report")


@dataclass(frozen=True)
class Plan:
    """Everything the main job needs.

    Parameters
    ----------
    settings, scenario, strategies
        What is compared how.
    changed
        Paths, as on the command line, of the values that differ from those in the files.
    """

    settings: Settings
    scenario: Scenario
    strategies: tuple[Strategy, ...]
    changed: frozenset[str]

    def configuration(self) -> dict[str, Any]:
        """Return everything resolved, as plain values."""
        scenario = to_mapping(self.scenario)
        del scenario["strategies"]  # those that are compared stand below, the others do not matter
        return {
            **asdict(self.settings),
            "scenario": scenario,
            "strategies": {strategy.name: to_mapping(strategy) for strategy in self.strategies},
        }


def plan(values: Mapping[str, Any], chosen: str, folders: Iterable[Path] = ()) -> Plan:
    """Build and check all that is to be run, without touching the disk but to read.

    Parameters
    ----------
    values
        The composed values: the settings, ``scenario`` with its values, ``strategies`` with the
        values that were overridden and `AS_IN_FILE` in place of the others.
    chosen
        Name of the scenario.
    folders
        A user's own folders of scenarios and strategies.

    Raises
    ------
    ConfigurationError
        With the key as it is written on the command line.
    """
    groups = ("scenario", "strategies")
    settings = build(Settings, {key: value for key, value in values.items() if key not in groups})
    filed = named_scenario(chosen, folders)
    if settings.preset is not None:
        filed = preset_applied(settings.preset, filed, folders)
    scenario = _scenario(filed, _mapping(values, "scenario"))
    if settings.customers is not None:
        scenario = scenario.replace({"customers.count": settings.customers})
    check_network(scenario)
    changed = {f"scenario.{path}" for path in _differences(filed, scenario)}
    strategies = []
    for name, changes in _mapping(values, "strategies").items():
        original = named_strategy(name, filed, folders)
        strategy = _strategy(original, changes)
        check_compatible(scenario, strategy)
        changed |= {f"strategies.{name}.{path}" for path in _differences(original, strategy)}
        strategies.append(strategy)
    settings = _one_way_to_stop(settings, len(strategies))
    if not strategies:
        raise ConfigurationError(
            "strategies", "the list is empty", "for example strategies=[baseline,guarantee]"
        )
    names = [strategy.name for strategy in strategies]
    if settings.baseline not in names:
        raise ConfigurationError(
            "baseline",
            f"'{settings.baseline}' is not among the strategies compared",
            f"{nearest(settings.baseline, names)} Or add it to strategies=[…]",
        )
    return Plan(settings, scenario, tuple(strategies), frozenset(changed))


def _one_way_to_stop(settings: Settings, strategies: int) -> Settings:
    """Return the settings without the number of replications where a precision decides on it.

    That both are typed is found among the overrides: here a number may be the default.
    """
    if settings.precision is not None:
        asked_precision(settings.precision, settings.max_replications, None, strategies)
        return replace(settings, replications=None)
    if settings.replications is None:
        raise ConfigurationError(
            "replications", "is null without a precision", "valid: 1 to 100000 runs, or precision=0.005"
        )
    return settings


def check_network(scenario: Scenario) -> None:
    """Make sure that the network of a scenario can be built, before anything is run or written.

    Raises
    ------
    ConfigurationError
        If its edge list is wrong or it does not fit into the memory.
    """
    from sim.engine import network

    try:
        network.check_network(scenario.network, scenario.rows)
    except ConfigurationError as error:
        raise error.under("scenario") from None


def named_scenario(name: str, folders: Iterable[Path]) -> Scenario:
    """Load a scenario and make sure that it is called like its file.

    Raises
    ------
    ConfigurationError
        If it is unknown, not valid or called otherwise.
    """
    scenario = load_scenario(name, folders)
    if scenario.name != name:
        raise ConfigurationError(
            "scenario.name",
            f"is '{scenario.name}', but its file is called '{name}'",
            f"leave it out or write {name}",
        )
    return scenario


def preset_applied(name: str, scenario: Scenario, folders: Iterable[Path]) -> Scenario:
    """Return a scenario with the values of a preset.

    Raises
    ------
    ConfigurationError
        If there is no such preset, or a value of it is not valid in the scenario.
    """
    preset = load_preset(name, folders)
    try:
        return preset.applied(scenario)
    except ConfigurationError as error:
        raise error.under(f"preset {name}: scenario") from None


def named_strategy(name: str, scenario: Scenario, folders: Iterable[Path]) -> Strategy:
    """Load a strategy and make sure that it is called like its file or key.

    Raises
    ------
    ConfigurationError
        If it is unknown, not valid or called otherwise.
    """
    strategy = load_strategy(name, scenario, folders)
    if strategy.name != name:
        raise ConfigurationError(
            f"strategies.{name}.name",
            f"is '{strategy.name}', but its file is called '{name}'",
            f"leave it out or write {name}",
        )
    return strategy


def default_choices() -> dict[str, Any]:
    """Return what conf/config.yaml chooses, by group."""
    choices: dict[str, Any] = {}
    for entry in read_yaml(shipped("conf") / "config.yaml")["defaults"]:
        if isinstance(entry, dict):
            choices |= entry
    return choices


def _mapping(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = values.get(key, {})
    if not isinstance(part, Mapping):
        raise ConfigurationError(
            key, f"expected a mapping of settings, got {part}", f"for example {key}.<name>=…"
        )
    return part


def _scenario(filed: Scenario, values: Mapping[str, Any]) -> Scenario:
    for name in CARRIED:
        if name in values:
            raise ConfigurationError(
                f"scenario.{name}", "cannot be set here", "write it into a scenario file of your own"
            )
    if values.get("name", filed.name) != filed.name:
        raise ConfigurationError(
            "scenario.name", "cannot be changed", "write scenario=… to choose another one"
        )
    carried = {name: getattr(filed, name) for name in ("known", "assumed", "evidence")}
    carried["evidence"] = to_mapping(filed.evidence)
    scenario = build(Scenario, {**merged(to_mapping(filed), values), **carried}, "scenario")
    return replace(scenario, strategies=filed.strategies)


def _strategy(original: Strategy, changes: Any) -> Strategy:
    key = f"strategies.{original.name}"
    if not isinstance(changes, Mapping):
        raise ConfigurationError(
            key,
            f"expected a mapping of levers, got {'null' if changes is None else changes}",
            "leave a strategy out of the list to drop it",
        )
    if changes.get("name", original.name) != original.name:
        raise ConfigurationError(
            f"{key}.name", "cannot be changed", "copy the file under another name instead"
        )
    return build(Strategy, merged(to_mapping(original), changes), key)


def merged(values: Any, changes: Any) -> Any:
    """Return values with changes laid over them; what is `AS_IN_FILE` stays as it was."""
    if not isinstance(changes, Mapping):
        return changes
    out = dict(values) if isinstance(values, Mapping) else {}
    for name, change in changes.items():
        if _says_something(change):
            out[name] = merged(out.get(name), change)
    return out


def _says_something(change: Any) -> bool:
    if isinstance(change, Mapping):
        return any(_says_something(part) for part in change.values())
    return bool(change != AS_IN_FILE)


def _differences(before: Scenario | Strategy, after: Scenario | Strategy) -> set[str]:
    old, new = leaves(to_mapping(before)), leaves(to_mapping(after))
    return {path for path in new if path not in old or old[path] != new[path]}
