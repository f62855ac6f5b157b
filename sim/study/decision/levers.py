"""What a search may turn: levers of one strategy and how far each goes."""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from sim.world.description import entry_at, leaves, to_mapping
from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import Parameter, optional, registry
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Setting = float | int | bool
Point = Mapping[str, Setting]
ENDLESS = 10_000.0
"""Registry ranges that reach so far say what can be typed, not what is plausible: too wide to search."""
DECADES = 1000.0
"""Ranges whose ends differ by this factor are searched evenly in the logarithm."""


@dataclass(frozen=True)
class Lever:
    """A lever that is searched.

    Parameters
    ----------
    path
        Dotted path in the strategy.
    kind
        "number", "whole" (a whole number), "yes or no", or "switch" (a lever as it stands, or off).
    low, high
        Ends of the range, included; 0 and 1 for the latter two.
    unit
        Of its values.
    """

    path: str
    kind: str
    low: float = 0.0
    high: float = 1.0
    unit: str = "1"

    @property
    def logarithmic(self) -> bool:
        """Return whether it is searched evenly in the logarithm."""
        return self.kind == "number" and self.low > 0.0 and self.high / self.low >= DECADES

    def at(self, share: float) -> Setting:
        """Return the setting at a share of the range between 0 and 1."""
        if self.kind in ("yes or no", "switch"):
            return share >= 0.5
        if self.kind == "whole":
            return min(int(self.low + share * (self.high - self.low + 1.0)), int(self.high))
        if self.logarithmic:
            return math.exp(math.log(self.low) + share * math.log(self.high / self.low))
        return self.low + share * (self.high - self.low)

    def at_edge(self, setting: Setting) -> bool:
        """Return whether a number stands at an end of its range: nearer than a hundredth of the range."""
        if self.kind not in ("number", "whole") or self.low == self.high:
            return False
        low, high, value = self.low, self.high, float(setting)
        if self.logarithmic:
            low, high, value = (math.log(one) for one in (low, high, value))
        return not 0.01 <= (value - low) / (high - low) <= 0.99

    def holds(self, setting: Any) -> bool:
        """Return whether a setting lies within the range."""
        return setting is not None and self.low <= setting <= self.high


def levers_of(strategy: Strategy, ranges: Mapping[str, Any]) -> tuple[Lever, ...]:
    """Return the levers of a strategy that are to be searched.

    Parameters
    ----------
    strategy
        Whose levers.
    ranges
        By dotted path [low, high], or None for the registry's range. A path of a whole lever, such as
        ``training``, is switched on and off.

    Raises
    ------
    ConfigurationError
        If there are none, one is unknown or cannot be searched, or a range is not within the registry's.
    """
    if not isinstance(ranges, Mapping) or not ranges:
        raise ConfigurationError(
            "levers",
            "there is nothing to search" if not ranges else f"expected ranges by lever, got {ranges}",
            "for example levers={commitments.delivery.payout: [0, 1]}",
        )
    return tuple(_lever(strategy, str(path), span) for path, span in ranges.items())


def _lever(strategy: Strategy, path: str, span: Any) -> Lever:
    key = f"levers.{path}"
    if path in strategy.levers() and entry_at(Strategy, path) is None:
        return _either(key, Lever(path, "switch", unit="on or off"), span)
    entry, kind = entry_at(Strategy, path), _kind(Strategy, path)
    if entry is None or kind is None:
        known = {*_numbers(), *(name for name in strategy.levers() if entry_at(Strategy, name) is None)}
        raise ConfigurationError(key, "is no lever that can be searched", nearest(path, known))
    if kind is bool:
        return _either(key, Lever(path, "yes or no", unit=entry.unit), span)
    low, high = _range(key, entry, span)
    if kind is int:
        if low != int(low) or high != int(high):
            raise ConfigurationError(key, f"{entry.unit} are whole numbers", f"valid: {entry.range}")
        return Lever(path, "whole", low, high, entry.unit)
    return Lever(path, "number", low, high, entry.unit)


def _either(key: str, lever: Lever, span: Any) -> Lever:
    both = (
        isinstance(span, list | tuple) and all(isinstance(end, bool) for end in span) and len(set(span)) == 2
    )
    if span is not None and not both:
        raise ConfigurationError(key, f"has no range, got {span}", "null: both are tried")
    return lever


def _range(key: str, entry: Parameter, span: Any) -> tuple[float, float]:
    if span is None:
        if entry.low is None or entry.high is None or entry.high >= ENDLESS:
            raise ConfigurationError(
                key, f"has no range that could be searched ({entry.range})", "give one: [low, high]"
            )
        return entry.low, entry.high
    numbers = isinstance(span, list | tuple) and all(
        isinstance(end, int | float) and not isinstance(end, bool) and math.isfinite(end) for end in span
    )
    if not numbers or len(span) != 2:
        raise ConfigurationError(key, f"expected [low, high], got {span}", f"within {entry.range}")
    low, high = (float(end) for end in span)
    if low >= high:
        what = "is empty" if low == high else "is reversed"
        raise ConfigurationError(key, f"{low:g} to {high:g} {what}", "the lower end comes first")
    for end in (low, high):
        if (entry.low is not None and end < entry.low) or (entry.high is not None and end > entry.high):
            raise ConfigurationError(key, f"{end:g} is outside its range", f"valid: {entry.range}")
    return low, high


def _numbers() -> Iterable[str]:
    return (path for path, _ in registry(Strategy) if _kind(Strategy, path) is not None)


def _kind(kind: type, path: str) -> type | None:
    """Return whether a path of a description holds a number, a whole number or a yes or no."""
    name, _, rest = path.partition(".")
    hints = get_type_hints(kind)
    if name not in hints or name not in {item.name for item in dataclasses.fields(kind)}:
        return None
    inner, _ = optional(hints[name])
    if get_origin(inner) is not None and len(get_args(inner)) == 2:
        inner, rest = get_args(inner)[1], rest.partition(".")[2]
    if rest:
        return _kind(inner, rest) if dataclasses.is_dataclass(inner) and isinstance(inner, type) else None
    return inner if inner in (float, int, bool) else None


def present(strategy: Strategy, levers: Sequence[Lever]) -> dict[str, Setting] | None:
    """Return the settings of a strategy as it stands, None where they are not among those searched."""
    values = leaves(to_mapping(strategy))
    found: dict[str, Setting] = {}
    for lever in levers:
        value: Any = True if lever.kind == "switch" else values.get(lever.path)
        if not lever.holds(value):
            return None
        found[lever.path] = value
    return found


def set_to(strategy: Strategy, levers: Sequence[Lever], point: Point, scenario: Scenario) -> Strategy:
    """Return a strategy with its levers set.

    Raises
    ------
    ConfigurationError
        If these settings cannot stand together, or not in this scenario.
    """
    from sim.world.compatibility import check_compatible

    switches = {lever.path for lever in levers if lever.kind == "switch"}
    off = [path for path in switches if not point[path]]
    for path in off:
        if path in strategy.levers():  # what hangs on another that is off is gone with it
            strategy = strategy.without(path)
    below = tuple("loyalty." if path == "loyalty.points" else f"{path}." for path in off)
    changes = {
        path: value for path, value in point.items() if path not in switches and not path.startswith(below)
    }
    found = strategy.replace(changes)
    check_compatible(scenario, found)
    return found
