"""Which levers a scenario offers, as sliders: range, step and unit, and what switching one on means."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.app.state import Value, World
from sim.language.words import Words
from sim.world.description import build as build_description
from sim.world.description import entry_at, field_at, to_mapping
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategy
from sim.world.parameter import Parameter, optional
from sim.world.scenario import Scenario
from sim.world.strategy import RECOVERY_LEVERS, Strategy, lever_names

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
FINE: Mapping[str, float] = {"commitments.availability.threshold": 0.001}
"""Steps where a round one would be too coarse."""
ALWAYS_OFFERED = ("price",)
UNKNOWN_PRICE = -0.1
STEPS = 40
"""Steps that a slider has at least."""
ROOM = 2.0
"""How many times the greatest value of the scenario's own strategies a slider goes."""


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
    unit = _unit(path, entry, scenario)
    values = [value for value in (_at(strategy, path) for strategy in strategies) if value is not None]
    low, high = _limits(path, entry, values, scenario)
    whole = kind is int
    step = 1.0 if whole else FINE.get(path) or _step(low, high)
    low, high = _on_steps(low, high, step, entry)
    share = unit == "%"
    return Setting(path, lever, low, high, step, unit, 100.0 if share else 1.0, whole, False, entry)


def _process(path: str, name: str, scenario: Scenario) -> Setting:
    entry = entry_at(Scenario, path)
    assert entry is not None
    now = float(_part(scenario, path))
    unit = scenario.service.delivery.unit if entry.unit == "delivery unit" else entry.unit
    share = unit.startswith("share")
    low, high = 0.5 * now, 2.0 * now
    if share:
        low, high = 0.0, max(0.2, 2.0 * now)  # does it hold where one order in five fails?
    step = _step(low, high)
    low, high = _on_steps(low, high, step, entry)
    return Setting(
        path, name, low, high, step, "%" if share else unit, 100.0 if share else 1.0, False, False, entry
    )


def _unit(path: str, entry: Parameter, scenario: Scenario) -> str:
    if path == "commitments.delivery.threshold":
        return scenario.service.delivery.unit
    if path == "commitments.response.threshold":
        return "hours"
    if path == "commitments.availability.threshold":
        return "%"
    if path == "commitments.quality.threshold":
        return "1"
    return "%" if entry.unit.startswith("share") else entry.unit


def _limits(path: str, entry: Parameter, values: list[float], scenario: Scenario) -> tuple[float, float]:
    """Return the ends of a slider: the registry's where they are near, else around what is in use."""
    delivery = scenario.service.delivery
    if path == "commitments.response.threshold":
        return 0.25 * min(values, default=24.0), ROOM * max(values, default=24.0)
    if path == "commitments.delivery.threshold":
        lowest = min([0.5 * delivery.median, *values])
        return max(delivery.shortest, 0.7 * lowest), min(delivery.longest, 1.3 * max(delivery.quote, *values))
    if path == "commitments.availability.threshold":
        return 0.9, 1.0
    if path == "price.change":
        return -0.3, 0.3
    low, high = entry.low, entry.high
    assert low is not None
    assert high is not None
    if high - low <= 2.0 or entry.unit.startswith("share"):
        return low, min(high, 2.0)
    if isinstance(entry.default, int) and not isinstance(entry.default, bool):
        return low, high
    known = [*values, *([float(entry.default)] if not values and entry.default else [])]
    most = max(known, default=0.0)
    if most <= 0.0:
        return low, min(high, 10.0)
    return max(low, 0.0), min(high, ROOM * most)


def _step(low: float, high: float) -> float:
    """Return a round step of which a slider has at least `STEPS`: 1, 2 or 5 times a power of ten."""
    rough = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    found = max(number * power for number in (1.0, 2.0, 5.0) if number * power <= rough * (1.0 + 1e-9))
    return float(f"{found:.6g}")


def _on_steps(low: float, high: float, step: float, entry: Parameter) -> tuple[float, float]:
    """Return the ends moved out to whole steps, and in again where the registry ends before."""
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if entry.low is not None and low < entry.low:
        low += step
    if entry.high is not None and high > entry.high:
        high -= step
    return float(f"{low:.10g}"), float(f"{high:.10g}")


def _at(strategy: Strategy, path: str) -> float | None:
    value = _part(strategy, path)
    return None if value is None or isinstance(value, bool) else float(value)


def _part(described: Any, path: str) -> Any:
    """Return the value at a dotted path; None where a part of it is off."""
    for name in path.split("."):
        if described is None:
            return None
        described = described[name] if isinstance(described, Mapping) else getattr(described, name)
    return described


def value_at(scenario: Scenario, strategy: Strategy, path: str) -> Value | None:
    """Return the value of a setting in a world; None where its lever is off."""
    value = _part(scenario if path in PROCESS else strategy, path)
    return value if value is None or isinstance(value, bool) else float(value)


def is_on(lever: str, strategy: Strategy) -> bool:
    """Return whether a lever is on; the process always is, the cost of recovery with any lever of it."""
    if lever.startswith("process."):
        return True
    if lever == EXTRA_COST:
        return any(name.startswith("recovery.") for name in strategy.levers())
    return lever in strategy.levers()


def world_of(state_world: World, board: Panel, folders: Folders = ()) -> tuple[Scenario, Strategy]:
    """Return scenario and strategy of a world.

    Raises
    ------
    ConfigurationError
        If a value is not valid, or values do not fit together.
    """
    scenario = board.scenario
    strategy = load_strategy(state_world.preset, scenario, folders)
    changes = state_world.changed()
    names = {lever.name for lever in board.levers}
    for lever, value in changes.items():
        if lever in names:  # where a lever is a single value, to set it is to switch it on
            on = value if isinstance(value, bool) else True
            strategy = _switched(strategy, lever, on, board, folders)
    values = {
        path: value for path, value in changes.items() if not (path in names and isinstance(value, bool))
    }
    process = {path: value for path, value in values.items() if path in PROCESS}
    rest = {path: _whole(path, value) for path, value in values.items() if path not in PROCESS}
    if rest:
        strategy = _consistent(strategy, rest)
    return (scenario.replace(process) if process else scenario), strategy


def _whole(path: str, value: Value) -> Value | int:
    found = field_at(Strategy, path)
    if found is None:
        return value
    kind, _ = optional(found[0])
    return int(value) if kind is int else value


def _consistent(strategy: Strategy, values: Mapping[str, Value | int]) -> Strategy:
    """Return a strategy with values set, and what cannot hold beside them given up.

    A promise that pays nothing cannot pay by itself; a head start is less than a reward.
    """
    plain = to_mapping(strategy)
    for path, value in values.items():
        *parents, last = path.split(".")
        place = plain
        for name in parents:
            place = place.get(name)
            if place is None:
                raise ConfigurationError(path, "its lever is off", "switch the lever on first")
        place[last] = value
    for commitment in plain["commitments"].values():
        if commitment is not None and commitment["payout"] == 0:
            commitment["automatic"] = False
    loyalty = plain["loyalty"]
    if loyalty is not None and loyalty["endowment"] >= loyalty["reward_points"]:
        loyalty["endowment"] = 0.9 * loyalty["reward_points"]
    return build_description(Strategy, plain)


def _switched(strategy: Strategy, lever: str, on: bool, board: Panel, folders: Folders) -> Strategy:
    if on == is_on(lever, strategy) or lever == EXTRA_COST or lever.startswith("process."):
        return strategy
    if not on:
        return strategy.without(lever)
    plain: Any = to_mapping(strategy)
    example: Any = to_mapping(_example(lever, board, folders))
    group, _, name = lever.partition(".")
    if group == "loyalty" and plain["loyalty"] is None:
        alone: dict[str, Any] = (
            {"expiry": None, "endowment": 0.0, "tiers": {}} if lever == "loyalty.points" else {}
        )
        plain["loyalty"] = {**example["loyalty"], **alone}
    elif name:
        plain[group][name] = example[group][name]
    else:
        plain[group] = example[group]
    if lever.removeprefix("recovery.") in RECOVERY_LEVERS:
        # What an answer costs comes with it.
        cost = max(plain["recovery"]["cost_per_case"], example["recovery"]["cost_per_case"])
        plain["recovery"]["cost_per_case"] = cost
    for phase in plain["phases"].values():
        if phase["levers"] is not None:
            phase["levers"] = [*phase["levers"], lever]
    return build_description(Strategy, plain)


def _example(lever: str, board: Panel, folders: Folders) -> Strategy:
    """Return the first strategy of the scenario that has a lever, for sensible values; else a default."""
    for name in board.presets:
        strategy = load_strategy(name, board.scenario, folders)
        if lever in strategy.levers():
            return strategy
    return Strategy(name="example").replace({f"{lever}.change": UNKNOWN_PRICE})
