"""Findings on the disk: JSON beside the results, so that a report can be told again in another language."""

import dataclasses
import json
import math
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sim.report.document.findings import Findings
from sim.study.statistics import Interval

FILE = "report.json"
BEYOND = {"inf": math.inf, "-inf": -math.inf}
"""Numbers that JSON does not know, besides the missing one, which is null."""


def as_text(found: Findings) -> str:
    """Return findings as JSON."""
    return json.dumps(_plain(found), ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def from_text(text: str) -> Findings:
    """Return the findings that a text holds.

    Raises
    ------
    ValueError
        If it is not JSON, or holds something else.
    """
    try:
        found = _built(Findings, json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"holds no findings: {error}") from None
    assert isinstance(found, Findings)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Interval):
        return [_plain(part) for part in value]
    if dataclasses.is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else repr(value)
    return value


def _built(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        inner = next(part for part in get_args(kind) if part is not type(None))
        return None if value is None else _built(inner, value)
    if kind is float:
        if isinstance(value, str):
            return BEYOND[value]
        return math.nan if value is None else float(value)
    if kind is Interval:
        return Interval(*(_built(float, part) for part in value))
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], part) for part in value)
    if get_origin(kind) is dict:
        return {str(name): _built(get_args(kind)[1], part) for name, part in value.items()}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        if set(value) != set(hints):
            raise KeyError(f"other fields than {kind.__name__}")  # type: ignore[union-attr]
        return kind(**{name: _built(hints[name], value[name]) for name in hints})  # type: ignore[operator]
    if type(value) is not kind:
        raise TypeError(f"{value!r} in place of {kind.__name__}")
    return value
