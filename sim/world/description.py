"""From a plain mapping to a frozen, checked description and back.

This is the only place that knows how YAML values become dataclass fields: it checks the
name, the type and the range of every value and raises a `ConfigurationError` that says
which key is wrong and what would be right.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from functools import cache
from numbers import Real
from typing import Any, Literal, NoReturn, TypeVar, cast, get_args, get_origin, get_type_hints

from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import Parameter, optional, with_choices

T = TypeVar("T")


class Named(dict[str, Any]):
    """A mapping of named parts that cannot be changed in place."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("descriptions are frozen: use .replace({'dotted.path': value})")

    __setitem__ = __delitem__ = __ior__ = update = pop = popitem = clear = setdefault = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return (Named, (dict(self),))


def build(kind: type[T], values: Any, key: str = "") -> T:
    """Build a description of class `kind` from a plain mapping.

    Raises
    ------
    ConfigurationError
        If a key is unknown or missing, or a value has the wrong type or lies outside its range.
    """
    if not isinstance(values, Mapping):
        raise ConfigurationError(
            key or kind.__name__.lower(),
            f"expected a mapping of settings, got {_shown(values)}",
            f"its keys: {', '.join(_field_names(kind))}",
        )
    described: type = kind
    hints = _hints(described)
    fields = {item.name: item for item in dataclasses.fields(kind) if item.init}  # type: ignore[arg-type]
    for name in values:
        if name not in fields:
            raise ConfigurationError(_join(key, str(name)), "unknown key", nearest(str(name), fields))
    arguments: dict[str, Any] = {}
    for name, item in fields.items():
        path = _join(key, name)
        if name in values:
            entry: Parameter | None = item.metadata.get("parameter")
            arguments[name] = _value(hints[name], values[name], path, entry)
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            entry = item.metadata.get("parameter")
            ranged = f": {entry.range}" if entry and entry.range != "any" else ""
            raise ConfigurationError(path, "missing", f"{entry.meaning}{ranged}" if entry else "")
    try:
        return kind(**arguments)
    except ConfigurationError as error:
        raise error.under(key) if key else error from None


def to_mapping(description: Any) -> Any:
    """Return a description as plain dictionaries, lists and scalars, the inverse of `build`."""
    if dataclasses.is_dataclass(description) and not isinstance(description, type):
        return {name: to_mapping(getattr(description, name)) for name in _fields_of(description)}
    if isinstance(description, Mapping):
        return {name: to_mapping(value) for name, value in description.items()}
    if isinstance(description, tuple):
        return [to_mapping(value) for value in description]
    return description


def replace(description: T, changes: Mapping[str, Any]) -> T:
    """Return a copy of a description with the values at some dotted paths changed.

    Parts in which nothing changes are those of the description itself, not copies.

    Raises
    ------
    ConfigurationError
        If a path does not exist or a value is not valid there.
    """
    if not changes:
        return dataclasses.replace(description)  # type: ignore[type-var]
    try:
        return cast(T, _with_parts(description, _tree(changes)))
    except (_UncommonError, ConfigurationError):
        return _rebuilt(description, changes)  # which says what is wrong, if anything is


class _UncommonError(Exception):
    """A change that does more than set values that are there."""


class _Below(dict[str, Any]):
    """Changes of the parts of a part, as against a value that is a mapping."""


def _tree(changes: Mapping[str, Any]) -> _Below:
    tree = _Below()
    for path, value in changes.items():
        place = tree
        *parents, last = path.split(".")
        for name in parents:
            place = place.setdefault(name, _Below())
            if not isinstance(place, _Below):
                raise _UncommonError
        if last in place:
            raise _UncommonError
        place[last] = value
    return tree


def _with_parts(description: Any, changes: _Below) -> Any:
    """Return a description with some parts changed, each value checked as `build` does."""
    if isinstance(description, Named):
        if not set(changes) <= set(description):
            raise _UncommonError
        return Named(
            {**description, **{name: _part(description[name], below) for name, below in changes.items()}}
        )
    if not dataclasses.is_dataclass(description):
        raise _UncommonError
    kind: type = type(description)
    hints, entries = _hints(kind), _entries(kind)
    parts: dict[str, Any] = {}
    for name, change in changes.items():
        if name not in entries:
            raise _UncommonError
        if isinstance(change, _Below):
            parts[name] = _part(getattr(description, name), change)
        else:
            parts[name] = _value(hints[name], change, name, entries[name])
    return _copied(description, parts)


def _part(part: Any, change: Any) -> Any:
    if not isinstance(change, _Below):
        raise _UncommonError
    return _with_parts(part, change)


def _copied(description: Any, parts: Mapping[str, Any]) -> Any:
    """Return a copy of a frozen description with some fields set, checked as a whole."""
    kind: type = type(description)
    return kind(**{**{name: getattr(description, name) for name in _entries(kind)}, **parts})


def _rebuilt(description: T, changes: Mapping[str, Any]) -> T:
    """Return a copy with the values at some paths changed, everything built and checked anew."""
    plain = to_mapping(description)
    for path, value in changes.items():
        place = plain
        *parents, last = path.split(".")
        for depth, name in enumerate(parents):
            if not isinstance(place.get(name, None), dict):
                key = ".".join(parents[: depth + 1])
                if name not in place:
                    raise ConfigurationError(key, "unknown key", nearest(name, place))
                if place[name] is not None:
                    raise ConfigurationError(key, "is a single value and has no parts", f"set {key} itself")
                place[name] = {}
            place = place[name]
        place[last] = value
    return build(type(description), plain)


def has_path(description: Any, path: str) -> bool:
    """Return whether a dotted path leads to a value of a description, or to a part that holds some."""
    for name in path.split("."):
        if isinstance(description, Mapping) and name in description:
            description = description[name]
        elif dataclasses.is_dataclass(description) and name in _fields_of(description):
            description = getattr(description, name)
        else:
            return False
    return not isinstance(description, Mapping) or len(description) > 0


def with_values(description: T, values: Mapping[str, Any]) -> T:
    """Return a copy with the values at some dotted paths set, their ranges unchecked.

    For values that lie outside every plausible range on purpose; see `replace` for a user's.
    """
    changes: dict[str, Any] = {}
    below: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        name, _, rest = path.partition(".")
        if rest:
            below.setdefault(name, {})[rest] = value
        else:
            changes[name] = value
    for name, parts in below.items():
        changes[name] = with_values(getattr(description, name), parts)
    return cast(T, _copied(description, changes))


def leaves(values: Any, prefix: str = "") -> dict[str, Any]:
    """Return the scalars of a nested mapping by dotted path."""
    if isinstance(values, Mapping):
        found: dict[str, Any] = {}
        for name, value in values.items():
            found |= leaves(value, f"{prefix}.{name}" if prefix else str(name))
        return found
    return {prefix: values}


def entry_at(kind: type, path: str) -> Parameter | None:
    """Return the registry entry of a dotted path below a description class, if it has one."""
    found = field_at(kind, path)
    if found is None:
        return None
    annotation, entry = found
    return with_choices(entry, annotation) if entry else None


def field_at(kind: type, path: str) -> tuple[Any, Parameter | None] | None:
    """Return annotation and registry entry of a dotted path below a description class, if there is such."""
    name, _, rest = path.partition(".")
    for item in dataclasses.fields(kind):
        if item.name != name:
            continue
        annotation = _hints(kind)[name]
        if not rest:
            return annotation, item.metadata.get("parameter")
        inner, _ = optional(annotation)
        if get_origin(inner) is not None and len(get_args(inner)) == 2:
            inner, rest = get_args(inner)[1], rest.partition(".")[2]
        if dataclasses.is_dataclass(inner) and isinstance(inner, type) and rest:
            return field_at(inner, rest)
    return None


def checked_value(annotation: Any, value: Any, key: str, entry: Parameter | None) -> Any:
    """Return a value as a field of this annotation holds it.

    Raises
    ------
    ConfigurationError
        If it has the wrong type or lies outside the range of its registry entry.
    """
    return _value(annotation, value, key, entry)


def _fields_of(description: Any) -> Iterable[str]:
    kind: type = type(description)
    return _entries(kind)


@cache
def _entries(kind: type) -> dict[str, Parameter | None]:
    """Return by name of each field that a description is made from its registry entry, if it has one."""
    return {item.name: item.metadata.get("parameter") for item in dataclasses.fields(kind) if item.init}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _field_names(kind: type) -> list[str]:
    return [item.name for item in dataclasses.fields(kind) if item.init]


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _value(annotation: Any, value: Any, key: str, entry: Parameter | None) -> Any:
    if annotation is Any:  # free in form: whoever reads it checks it
        return value
    inner, may_be_none = optional(annotation)
    if value is None:
        if may_be_none:
            return None
        raise ConfigurationError(key, "has no value", _expected(inner, entry))
    origin = get_origin(inner)
    if origin is Literal:
        choices = get_args(inner)
        if value not in choices:
            known = [str(choice) for choice in choices]
            near = nearest(str(value), known)
            choices_are = f"choices: {', '.join(known)}"
            advice = f"{near} ({choices_are})" if near.startswith("did you mean") else choices_are
            raise ConfigurationError(key, f"{_shown(value)} is not a choice", advice)
        return value
    if origin is tuple:
        kind = get_args(inner)[0]
        return _texts(value, key) if kind is str else _numbers(kind, value, key, entry)
    if origin is not None:
        return _named(get_args(inner)[1], value, key)
    if dataclasses.is_dataclass(inner) and isinstance(inner, type):
        return build(inner, value, key)
    return _scalar(inner, value, key, entry)


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
        raise ConfigurationError(
            key, f"expected a list of texts, got {_shown(value)}", "for example [regular, new]"
        )
    return tuple(value)


def _numbers(kind: Any, value: Any, key: str, entry: Parameter | None) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigurationError(
            key, f"expected a list of numbers, got {_shown(value)}", f"for example {key}=[1,2]"
        )
    return tuple(_scalar(kind, item, key, entry) for item in value)


def _named(kind: Any, value: Any, key: str) -> Named:
    if not isinstance(value, Mapping):
        raise ConfigurationError(
            key, f"expected named parts, got {_shown(value)}", "for example {regular: {...}}"
        )
    return Named({str(name): build(kind, part, _join(key, str(name))) for name, part in value.items()})


def _scalar(kind: Any, value: Any, key: str, entry: Parameter | None) -> Any:
    if not isinstance(value, bool):  # numbers of NumPy and pandas are as good as Python's
        if kind is float and isinstance(value, Real):
            value = float(value)
        elif kind is int and not isinstance(value, int) and isinstance(value, Real):
            value = int(float(value)) if float(value).is_integer() else value  # 1e4 customers
    if type(value) is not kind:
        raise ConfigurationError(
            key, f"expected {_kind_name(kind)}, got {_shown(value)}", _expected(kind, entry)
        )
    if kind is float and not math.isfinite(value):
        raise ConfigurationError(key, f"{value} is not a finite number", _expected(kind, entry))
    if entry is not None and kind in (int, float):
        below = entry.low is not None and value < entry.low
        above = entry.high is not None and value > entry.high
        if below or above:
            raise ConfigurationError(key, f"{value:.10g} is outside its range", f"valid: {entry.range}")
    return value


def _kind_name(kind: Any) -> str:
    return {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}[kind]


def _expected(kind: Any, entry: Parameter | None) -> str:
    if entry is None:
        return ""
    if kind in (float, int):
        return f"valid: {entry.range} ({entry.meaning})"
    return entry.meaning
