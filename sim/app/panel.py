"""What can be set in a scenario: its levers with their sliders, each with range, step and unit."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.app.ranges import FINE, limits, on_steps, round_step, unit_of
from sim.language.words import Words
from sim.world.description import entry_at, field_at
from sim.world.library import load_scenario, load_strategy
from sim.world.parameter import Parameter, optional
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy, lever_names

Folders = tuple[Path, ...]

COMMITMENT = ("threshold", "payout", "publicity", "automatic", "honest", "cost_per_order")
PARTS: Mapping[str, tuple[str, ...]] = {
    "loyalty.points": ("earn_rate", "reward_points", "reward_value", "cost_per_member"),
    "loyalty.tiers": (),
}
"""Settings of levers whose name is not the path of their part."""
EXTRA_COST = "recovery.cost_per_case"
PROCESS: Mapping[str, str] = {
    "service.delivery.median": "process.delivery",
    "service.core.rate": "process.failures",
    "support.response": "process.answers",
}
"""What the firm's process does whatever is promised: path in the scenario, and how the slider is called."""
ALWAYS_OFFERED = ("price",)


@dataclass(frozen=True)
class Setting:
    """A slider, or a switch.

    Parameters
    ----------
    path
        Dotted path below the strategy, or below the scenario for its process.
    lever
        The lever it belongs to.
    low, high, step
        Of the slider, in units of the path.
    unit
        English unit of the registry; "%" for a share, which is shown times 100.
    factor
        What values are multiplied by where they are shown.
    whole
        Whether only whole numbers are valid.
    switch
        Whether it is yes or no.
    entry
        What the registry says of it.
    """

    path: str
    lever: str
    low: float
    high: float
    step: float
    unit: str
    factor: float
    whole: bool
    switch: bool
    entry: Parameter

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.path.rpartition(".")[2]

    @property
    def decimals(self) -> int:
        """Return with how many decimals a value is shown."""
        return max(0, -math.floor(math.log10(self.step * self.factor) + 1e-9))

    def written(self, value: float, words: Words, currency: str) -> str:
        """Return a value with its unit, in a language."""
        number = words.number(value * self.factor, self.decimals)
        return f"{number} {self.measured(words, currency)}".strip()

    def measured(self, words: Words, currency: str) -> str:
        """Return the unit, short where there is a short form."""
        if self.unit == "%":
            return "%"
        return words.texts.get(f"app.unit.{self.unit}") or words.unit(self.unit, currency)


@dataclass(frozen=True)
class Lever:
    """A lever with its settings; one of the process cannot be switched off.

    Parameters
    ----------
    name
        See `sim.world.strategy.lever_names`, `PROCESS` and `EXTRA_COST`.
    settings
        Its sliders, the telling ones first.
    process
        Whether it is what the process does.
    """

    name: str
    settings: tuple[Setting, ...]
    process: bool = False


@dataclass(frozen=True)
class Panel:
    """What can be set in a scenario.

    Parameters
    ----------
    scenario
        The scenario as it is.
    presets
        Names of the strategies to start from.
    levers
        In the order of the registry, then the process.
    """

    scenario: Scenario
    presets: tuple[str, ...]
    levers: tuple[Lever, ...]

    @property
    def lever_of(self) -> dict[str, str]:
        """Return by path the lever that it belongs to."""
        return {setting.path: lever.name for lever in self.levers for setting in lever.settings} | {
            lever.name: lever.name for lever in self.levers
        }

    def setting(self, path: str) -> Setting | None:
        """Return the setting at a path, if there is one."""
        for lever in self.levers:
            for setting in lever.settings:
                if setting.path == path:
                    return setting
        return None

    def lever(self, name: str) -> Lever | None:
        """Return the lever of a name, if the scenario offers it."""
        return next((lever for lever in self.levers if lever.name == name), None)


@cache
def panel(scenario: str, folders: Folders = ()) -> Panel:
    """Return what can be set in a scenario.

    Raises
    ------
    ConfigurationError
        If there is no such scenario or one of its strategies is not valid.
    """
    world = load_scenario(scenario, folders)
    presets = tuple(dict.fromkeys(["baseline", *world.strategies]))
    strategies = [load_strategy(name, world, folders) for name in presets]
    offered = {lever for strategy in strategies for lever in strategy.levers()} | set(ALWAYS_OFFERED)
    levers = [
        Lever(name, tuple(_settings(name, world, strategies))) for name in lever_names() if name in offered
    ]
    if any(lever.name.startswith("recovery.") for lever in levers):
        cost = _setting(EXTRA_COST, EXTRA_COST, world, strategies)
        places = [n for n, lever in enumerate(levers) if lever.name.startswith("recovery.")]
        levers.insert(places[-1] + 1, Lever(EXTRA_COST, (cost,)))
    for path, name in PROCESS.items():
        levers.append(Lever(name, (_process(path, name, world),), process=True))
    return Panel(world, presets, tuple(levers))


def paths_of(lever: str) -> Iterator[str]:
    """Yield the dotted paths of a lever's settings, the telling ones first."""
    group, _, name = lever.partition(".")
    if group == "commitments":
        yield from (f"{lever}.{part}" for part in COMMITMENT)
    elif lever in PARTS:
        yield from (f"{group}.{part}" for part in PARTS[lever])
    elif name:
        yield lever
    else:
        found = field_at(Strategy, group)
        assert found is not None
        kind, _ = optional(found[0])
        yield from (f"{group}.{part}" for part in kind.__dataclass_fields__)


def _settings(lever: str, scenario: Scenario, strategies: list[Strategy]) -> Iterator[Setting]:
    for path in paths_of(lever):
        yield _setting(path, lever, scenario, strategies)


def _setting(path: str, lever: str, scenario: Scenario, strategies: list[Strategy]) -> Setting:
    entry = entry_at(Strategy, path)
    found = field_at(Strategy, path)
    assert entry is not None
    assert found is not None
    kind, _ = optional(found[0])
    if kind is bool:
        return Setting(path, lever, 0.0, 1.0, 1.0, "", 1.0, False, True, entry)
    unit = unit_of(path, entry, scenario)
    values = [value for value in (_at(strategy, path) for strategy in strategies) if value is not None]
    low, high = limits(path, entry, values, scenario)
    whole = kind is int
    step = 1.0 if whole else FINE.get(path) or round_step(low, high)
    low, high = on_steps(low, high, step, entry)
    share = unit == "%"
    return Setting(path, lever, low, high, step, unit, 100.0 if share else 1.0, whole, False, entry)


def _process(path: str, name: str, scenario: Scenario) -> Setting:
    entry = entry_at(Scenario, path)
    assert entry is not None
    now = float(part_at(scenario, path))
    unit = scenario.service.delivery.unit if entry.unit == "delivery unit" else entry.unit
    share = unit.startswith("share")
    low, high = 0.5 * now, 2.0 * now
    if share:
        low, high = 0.0, max(0.2, 2.0 * now)  # does it hold where one order in five fails?
    step = round_step(low, high)
    low, high = on_steps(low, high, step, entry)
    return Setting(
        path, name, low, high, step, "%" if share else unit, 100.0 if share else 1.0, False, False, entry
    )


def _at(strategy: Strategy, path: str) -> float | None:
    value = part_at(strategy, path)
    return None if value is None or isinstance(value, bool) else float(value)


def part_at(described: Any, path: str) -> Any:
    """Return the value at a dotted path; None where a part of it is off."""
    for name in path.split("."):
        if described is None:
            return None
        described = described[name] if isinstance(described, Mapping) else getattr(described, name)
    return described
