"""The seven elements of the protocol, each as Markdown below its heading."""

import re
from collections.abc import Sequence
from dataclasses import fields

from sim.behaviour.events import DETAIL_NAMES, EVENT_NAMES
from sim.behaviour.surroundings import TickLedger
from sim.behaviour.tick import STEPS
from sim.report.odd import prose
from sim.report.odd.evidence import Check, Readers
from sim.report.odd.markdown import bullets, code, codes, numbered, paragraphs, plain, table
from sim.report.odd.parameters import parameter_tables, sections, value_text
from sim.report.odd.sources import Field, Module, Record, in_words, module, modules, summary
from sim.study.metrics import METRICS
from sim.world.library import load_scenario, scenarios
from sim.world.mechanisms import OFF, Mechanisms
from sim.world.parameter import registry
from sim.world.scenario import Scenario
from sim.world.strategy import ATTRIBUTES, Strategy, lever_names

NUMBER = re.compile(r"\bB(\d+)\b")
PURPOSES = "# Purposes"
"""How the comment above the numbers of draws begins, outside of behaviour."""
LUCK, POPULATION = "engine.luck", "engine.population"
TOLD_BEFORE = (LUCK, POPULATION)
"""Modules of the engine that are told in other elements, not among the submodels."""
HANDED_OVER = "engine.hand_over."
"""Tables of a run for other libraries: no part of the model."""
ALIKE = (ATTRIBUTES, ("first", "second"))
"""Beginnings of names that tell apart what is otherwise the same."""


def purpose(checks: Sequence[Check]) -> str:
    """Return element 1: purpose and patterns."""
    rows = [(check.name, check.pattern, check.data, code(check.how)) for check in checks]
    return paragraphs(
        prose.PURPOSE, prose.PATTERNS, table(("pattern", "what is compared", "data", "where"), rows)
    )


def entities() -> str:
    """Return element 2: entities, state variables and scales."""
    parts = []
    records = [record for part in modules("behaviour") for record in part.records]
    records.sort(key=lambda record: record.name != "CustomerState")
    for record in records:
        if record.name != TickLedger.__name__:
            parts.append(record_text(record, "###"))
    policy = next(record for record in module("world.policy").records if record.name == "Policy")
    levers = f"Levers of a strategy: {codes(lever_names())}."
    time = [part for part in sections(Scenario) if part.path == "time"]
    scales = [
        f"{entry.meaning}: {entry.range}, {value_text(entry.default)} by default."
        for part in time
        for _, entry in part.entries
    ]
    return paragraphs(
        *parts,
        record_text(policy, "###", prose.FIRM),
        levers,
        "### Scales",
        prose.SCALES,
        bullets(scales),
    )


def process() -> str:
    """Return element 3: process overview and scheduling."""
    steps = [f"**{step}**: {how}" for step, how in STEPS]
    return paragraphs(prose.SCHEDULING, numbered(steps))


def concepts() -> str:
    """Return element 4: the eleven design concepts."""
    return paragraphs(
        "### Basic principles", prose.PRINCIPLES,
        "### Emergence", prose.EMERGENCE,
        "### Adaptation", prose.ADAPTATION,
        "### Objectives", prose.OBJECTIVES,
        "### Learning", prose.LEARNING,
        "### Prediction", prose.PREDICTION,
        "### Sensing", prose.SENSING,
        "### Interaction", prose.INTERACTION,
        "### Stochasticity", stochasticity(),
        "### Collectives", prose.COLLECTIVES,
        "### Observation", observation(),
    )  # fmt: skip


def stochasticity() -> str:
    """Return what is drawn, from which keys, and by whom."""
    rules = modules("behaviour")
    rows = []
    for part in [module("behaviour.chance"), *modules("engine")]:
        inside = part.name.startswith("behaviour.")
        for name, number in part.constants(None if inside else PURPOSES).items():
            users = [rule.name for rule in rules if rule.uses(part, name)] if inside else [part.name]
            rows.append((str(number), in_words(name.lower()), codes(users)))
    rows.sort(key=lambda row: int(row[0]))
    drawn = table(("purpose", "what is drawn", "by"), rows)
    return paragraphs(prose.STOCHASTICITY, plain(module(LUCK).text), drawn)


def observation() -> str:
    """Return what is recorded: metrics, counts of a tick, events."""
    metrics = [(code(metric.name), metric.unit, metric.formula) for metric in METRICS.values()]
    reach = "For each lever, `reach.<lever>` is the share of customers who ever met it."
    ledger = next(
        record for record in module("behaviour.surroundings").records if record.name == TickLedger.__name__
    )
    events = table(("code", "event"), [(str(number), name) for number, name in EVENT_NAMES.items()])
    details = ", ".join(f"{number} {name}" for number, name in DETAIL_NAMES.items() if name)
    return paragraphs(
        prose.OBSERVATION,
        "#### Metrics",
        table(("metric", "unit", "what is counted / what it is divided by"), metrics),
        reach,
        record_text(ledger, "####"),
        "#### Events",
        events,
        f"Details of events: {details}.",
    )


def initialisation() -> str:
    """Return element 5: initialization."""
    part = module(POPULATION)
    bodies = [
        f"{code(name)}: {plain(text)}\n\n```python\n{source}\n```"
        for name, text, source in part.fills("population")
    ]
    return paragraphs(prose.INITIALISATION, plain(part.text), *bodies)


def input_data() -> str:
    """Return element 6: input data, and where the shipped worlds have their values from."""
    files = [f"{code(path)}: {entry.meaning}" for path, entry in registry(Scenario) if entry.unit == "file"]
    return paragraphs(
        prose.INPUT, bullets(map(plain, files)), prose.WORLDS, *(world(name) for name in scenarios())
    )


def world(name: str) -> str:
    """Return what a scenario says of itself."""
    scenario = load_scenario(name)
    rows = [(code(path), item.mark, plain(item.source)) for path, item in scenario.evidence.items()]
    told = [f"Known: {text}" for text in scenario.known] + [f"Assumed: {text}" for text in scenario.assumed]
    return paragraphs(
        f"### {code(scenario.name)}",
        f"{plain(scenario.title)[:1].upper()}{plain(scenario.title)[1:]}.",
        bullets(plain(text) for text in told),
        table(("values", "mark", "source"), rows) if rows else "",
    )


def submodels(readers: Readers) -> str:
    """Return element 7: the rules, their execution, all parameters."""
    rules = sorted(modules("behaviour"), key=lambda part: (_number(part), part.name))
    others = [
        part
        for part in (module("world.policy"), *modules("engine"))
        if part.name not in TOLD_BEFORE and not part.name.startswith(HANDED_OVER)
    ]
    world_parts = sections(Scenario, leave_out=("strategies", "mechanisms"))
    firm_parts = sections(Strategy)
    reading = {part.path: readers.of_section(path for path, _ in part.entries) for part in world_parts}
    return paragraphs(
        prose.SUBMODELS,
        "### Rules",
        *(module_text(part, _sections_of(part, reading)) for part in rules),
        "### Execution",
        *(module_text(part, _sections_of(part, reading)) for part in others),
        "### Parameters of a world",
        prose.MARKS,
        parameter_tables(world_parts, "the scenario itself", reading),
        switches(),
        "### Parameters of a strategy",
        parameter_tables(firm_parts, "the strategy itself", {}),
    )


def switches() -> str:
    """Return the table of the switches: what each mechanism does, and what off means."""
    rows = []
    for item in fields(Mechanisms):
        off = "; ".join(f"{code(path)} = {value_text(value)}" for path, value in OFF[item.name].items())
        entry = item.metadata["parameter"]
        rows.append((code(f"mechanisms.{item.name}"), plain(entry.meaning), value_text(entry.default), off))
    head = ("switch", "meaning", "default", "values when off")
    return paragraphs("#### Switches", plain(module("world.mechanisms").text), table(head, rows))


def module_text(part: Module, paths: list[str]) -> str:
    """Return a module's description, the parameters it reads, and its public functions.

    Of modules outside of behaviour that read no parameter the description alone is told.
    """
    read = f"Parameters: {codes(paths)}." if paths else ""
    rules = [f"{code(name)}: {plain(text)}" for name, text in part.functions]
    if not paths and not part.name.startswith("behaviour."):
        rules = []  # machinery that no parameter steers
    return paragraphs(f"#### {code(part.name)}", plain(part.text), read, bullets(rules))


def record_text(record: Record, level: str, more: str = "") -> str:
    """Return a record's description and its fields, with those that differ in one word only together.

    Parameters
    ----------
    record
        The record.
    level
        Signs of its heading.
    more
        What is said between its description and its fields.
    """
    texts = []
    for title, group in record.groups:
        rows = [(codes(names), field.kind, plain(meaning)) for names, field, meaning in _together(group)]
        texts.append(f"**{title.rstrip('.')}**" if title else "")
        texts.append(table(("variable", "type", "meaning"), rows))
    return paragraphs(f"{level} {code(record.name)}", plain(record.text), more, *texts)


def _together(group: tuple[Field, ...]) -> list[tuple[list[str], Field, str]]:
    """Join fields of a group whose names differ only by one of `ALIKE` at their beginning.

    The meaning is the comment of the first; without one, what the names have in common.
    """
    names = {field.name for field in group}
    joined: dict[str, tuple[list[str], Field, str]] = {}
    for field in group:
        head, _, rest = field.name.partition("_")
        key, words = field.name, field.name
        for alike in ALIKE:
            if head in alike and any(f"{other}_{rest}" in names for other in alike if other != head):
                key, words = f"{alike[0]}_{rest}", rest
        joined.setdefault(key, ([], field, field.comment or in_words(words)))[0].append(field.name)
    return list(joined.values())


def _number(part: Module) -> int:
    """Return the first mechanism that a module names at its beginning; those of none come last."""
    found = NUMBER.search(summary(part.text).partition(":")[0])
    return int(found.group(1)) if found else 1000


def _sections_of(part: Module, reading: dict[str, list[str]]) -> list[str]:
    return [path for path, readers in reading.items() if part.name in readers]
