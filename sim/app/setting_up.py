"""From what was set to the scenario and the strategy of a world, and what switching a lever on means."""

from collections.abc import Mapping
from typing import Any

from sim.app.panel import EXTRA_COST, PROCESS, Folders, Panel, part_at
from sim.app.state import Value, World
from sim.world.description import build as build_description
from sim.world.description import field_at, to_mapping
from sim.world.errors import ConfigurationError
from sim.world.library import load_strategy
from sim.world.parameter import optional
from sim.world.scenario import Scenario
from sim.world.strategy import RECOVERY_LEVERS, Strategy

UNKNOWN_PRICE = -0.1
"""Change of price where no strategy of the scenario has one."""


def value_at(scenario: Scenario, strategy: Strategy, path: str) -> Value | None:
    """Return the value of a setting in a world; None where its lever is off."""
    value = part_at(scenario if path in PROCESS else strategy, path)
    return value if value is None or isinstance(value, bool) else float(value)


def is_on(lever: str, strategy: Strategy) -> bool:
    """Return whether a lever is on; the process always is, the cost of recovery with any lever of it."""
    if lever.startswith("process."):
        return True
    if lever == EXTRA_COST:
        return any(name.startswith("recovery.") for name in strategy.levers())
    return lever in strategy.levers()


def world_of(world: World, board: Panel, folders: Folders = ()) -> tuple[Scenario, Strategy]:
    """Return scenario and strategy of a world.

    Raises
    ------
    ConfigurationError
        If a value is not valid, or values do not fit together.
    """
    scenario = board.scenario
    strategy = load_strategy(world.preset, scenario, folders)
    changes = world.changed()
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
