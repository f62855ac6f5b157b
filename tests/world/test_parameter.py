"""The parameter registry: every number says what it means, in what unit, within what range, says who."""

import dataclasses
import math
from typing import get_args, get_type_hints

import pytest

from sim.world.parameter import MARKS, Parameter, optional, parameter, registry, section
from sim.world.psychology import Psychology
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

KINDS = {"scenario": Scenario, "strategy": Strategy, "psychology": Psychology}
ENTRIES = [
    pytest.param(path, entry, id=f"{name}-{path}")
    for name, kind in KINDS.items()
    for path, entry in registry(kind)
]


def declared(kind, prefix=""):
    """Yield (path, field, annotation) of every leaf field, found without the registry's own walk."""
    hints = get_type_hints(kind)
    for item in dataclasses.fields(kind):
        inner, _ = optional(hints[item.name])
        path = f"{prefix}{item.name}"
        parts = [part for part in (inner, *get_args(inner)) if dataclasses.is_dataclass(part)]
        if parts:
            named = "" if parts[0] is inner else ".<name>"
            yield from declared(parts[0], f"{path}{named}.")
        else:
            yield path, item, inner


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_leaf_field_stands_in_the_registry_once(kind):
    paths = [path for path, _ in registry(kind)]
    assert len(paths) == len(set(paths))
    assert paths == [path for path, _, _ in declared(kind)]


@pytest.mark.parametrize(("path", "entry"), ENTRIES)
def test_every_entry_is_complete(path, entry):
    assert isinstance(entry, Parameter)
    assert len(entry.meaning) > 5
    assert entry.meaning == entry.meaning.strip(" .")
    assert entry.unit
    assert entry.source
    assert entry.mark in MARKS
    assert entry.range


@pytest.mark.parametrize(("path", "entry"), ENTRIES)
def test_every_default_lies_inside_its_range(path, entry):
    if entry.low is not None and entry.high is not None:
        assert entry.low < entry.high
    if isinstance(entry.default, (int, float)) and not isinstance(entry.default, bool):
        assert math.isfinite(entry.default)
        assert entry.low is None or entry.low <= entry.default
        assert entry.high is None or entry.default <= entry.high


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_number_has_a_range(kind):
    for path, item, annotation in declared(kind):
        entry = item.metadata["parameter"]
        if annotation in (int, float):
            assert entry.low is not None, path
            assert entry.high is not None, path


@pytest.mark.parametrize(("path", "entry"), ENTRIES)
def test_what_is_marked_as_literature_cites_a_year(path, entry):
    if entry.mark == "literature":
        assert any(
            word.strip(",.:;()").isdigit() and len(word.strip(",.:;()")) == 4 for word in entry.source.split()
        )


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_descriptions_are_frozen(kind):
    instance = kind() if kind is Psychology else kind(name="x")
    first = dataclasses.fields(kind)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(instance, first, None)


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0.0, 1.0, "share", "0 to 1"),
        (0.5, 2.0, "hours", "0.5 to 2 hours"),
        (1.0, None, "days", "at least 1 days"),
        (None, 3.0, "1", "at most 3"),
        (None, None, "text", "any"),
    ],
)
def test_ranges_read_as_text(low, high, unit, text):
    assert Parameter("meaning", unit, low, high, "source", "design choice").range == text


def test_a_new_description_enters_the_registry_by_its_declaration():
    @dataclasses.dataclass(frozen=True)
    class Part:
        size: float = parameter(2.0, low=0.0, high=3.0, unit="m", meaning="how large")

    part = section(Part)
    entries = dict(registry(Part, "thing."))
    assert list(entries) == ["thing.size"]
    assert (entries["thing.size"].default, entries["thing.size"].range) == (2.0, "0 to 3 m")
    assert part.default_factory is Part


def test_optional_takes_none_off():
    assert optional(float | None) == (float, True)
    assert optional(float) == (float, False)
