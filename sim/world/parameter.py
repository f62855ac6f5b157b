"""The parameter registry: what every number of the model means and where it comes from.

Scenario and strategy are dataclasses whose fields are declared with `parameter`; the
registry is read off those declarations, so that it cannot drift from the code.
"""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Mark = Literal["estimated", "literature", "design choice", "computed"]
MARKS: tuple[str, ...] = get_args(Mark)


@dataclass(frozen=True)
class Parameter:
    """What is known of one number or choice.

    Parameters
    ----------
    meaning
        What it says about the world, in a few words.
    unit
        Unit of the value; "1" for a pure number, "share" for a number in [0, 1].
    low, high
        Inclusive plausible range, None where open.
    source
        Author and year, or the reason of a design choice.
    mark
        How far to trust it: estimated from data, literature, or design choice; computed, where it follows
        from the others.
    default
        The value where a description names none; None where it must be given or is off.
    choices
        The values that are valid, where they can be listed.
    """

    meaning: str
    unit: str
    low: float | None
    high: float | None
    source: str
    mark: Mark
    default: Any = None
    choices: tuple[str, ...] = ()

    @property
    def range(self) -> str:
        """Return the range as text, with its unit, or the choices."""
        if self.choices:
            return " or ".join(self.choices)
        unit = "" if self.unit in ("1", "share", "") else f" {self.unit}"
        if self.low is None and self.high is None:
            return "any"
        if self.high is None:
            return f"at least {self.low:.10g}{unit}"
        if self.low is None:
            return f"at most {self.high:.10g}{unit}"
        return f"{self.low:.10g} to {self.high:.10g}{unit}"


REQUIRED: Any = dataclasses.MISSING


def parameter(
    default: Any = REQUIRED,
    *,
    unit: str = "1",
    low: float | None = None,
    high: float | None = None,
    source: str = "design choice",
    mark: Mark = "design choice",
    meaning: str,
) -> Any:
    """Declare a dataclass field together with its registry entry.

    Returns
    -------
    Any
        A `dataclasses.field`; typed Any so that it may stand as the default of any type.
    """
    known = None if default is REQUIRED else default
    entry = Parameter(meaning, unit, low, high, source, mark, known)
    if default is REQUIRED:
        return dataclasses.field(metadata={"parameter": entry}, kw_only=True)
    return dataclasses.field(default=default, metadata={"parameter": entry}, kw_only=True)


def section(kind: Callable[[], Any]) -> Any:
    """Declare a field that holds a nested description, by default with all its defaults."""
    return dataclasses.field(default_factory=kind, kw_only=True)


def optional(annotation: Any) -> tuple[Any, bool]:
    """Return the annotation without None, and whether None was allowed."""
    if get_origin(annotation) in (Union, UnionType):
        arguments = [part for part in get_args(annotation) if part is not type(None)]
        return arguments[0], len(arguments) < len(get_args(annotation))
    return annotation, False


def with_choices(entry: Parameter, annotation: Any) -> Parameter:
    """Return a registry entry that lists the choices its annotation leaves."""
    inner, _ = optional(annotation)
    if inner is bool:
        return dataclasses.replace(entry, choices=("true", "false"))
    if get_origin(inner) is Literal:
        return dataclasses.replace(entry, choices=get_args(inner))
    return entry


def registry(kind: type, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
    """Yield (dotted path, entry) for every parameter below a description's class.

    A mapping of named parts, such as segments, appears once with ``<name>`` in its path.
    """
    hints = get_type_hints(kind)
    for item in dataclasses.fields(kind):
        path = f"{prefix}{item.name}"
        if "parameter" in item.metadata:
            yield path, with_choices(item.metadata["parameter"], hints[item.name])
            continue
        inner, _ = optional(hints[item.name])
        if get_origin(inner) is not None and len(get_args(inner)) == 2:
            inner = get_args(inner)[1]
            path = f"{path}.<name>"
        if dataclasses.is_dataclass(inner) and isinstance(inner, type):
            yield from registry(inner, f"{path}.")
