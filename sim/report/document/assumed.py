"""What a comparison assumes: how many values of which mark, and the few that matter."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from sim.report.document.findings import Assumed, Drawn
from sim.world.assumptions import Assumption, assumptions
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

MOST = 10
"""Values that are named."""
CHOSEN = "design choice"
THRESHOLD = "unit of the attribute"
NOT_LEVERS = ("eligibility", "phases")
"""Parts of a strategy that say whom and when it meets, not what it does."""


def marks(scenario: Scenario, strategies: Sequence[Strategy], changed: Iterable[str]) -> dict[str, int]:
    """Return how many values stand behind a comparison, by mark; values set by hand are design choices."""
    by_hand = set(changed)
    counted = Counter(
        _mark(item, f"{prefix}.{item.path}", by_hand)
        for prefix, described in _described(scenario, strategies)
        for item in assumptions(described)
        if item.value is not None
    )
    return dict(sorted(counted.items()))


def decisive(scenario: Scenario, drawn: Drawn, changed: Iterable[str]) -> tuple[Assumed, ...]:
    """Return the assumptions that move the answers most, by their greatest correlation with a lead."""
    greatest: dict[str, float] = {}
    for deciders in drawn.deciders.values():
        for one in deciders:
            greatest[one.path] = max(greatest.get(one.path, 0.0), abs(one.correlation))
    items = {item.path: item for item in assumptions(scenario)}
    ranked = sorted(greatest, key=lambda path: -greatest[path])[:MOST]
    return tuple(_assumed("scenario", items[path], "", set(changed), scenario) for path in ranked)


def levers_set(
    scenario: Scenario, strategies: Sequence[Strategy], changed: Iterable[str]
) -> tuple[Assumed, ...]:
    """Return numbers that the strategies set by choice, lever by lever in turn; each value once.

    They say what a strategy promises, pays and costs. Which of them decide, this does not know.
    """
    queues: list[list[Assumed]] = []
    known: set[tuple[str, float]] = set()
    for strategy in strategies:
        by_lever: dict[str, list[Assumed]] = {}
        for item in assumptions(strategy):
            if not _chosen(item, strategy):
                continue
            found = _assumed(
                f"strategies.{strategy.name}", item, _lever(item.path, strategy), set(changed), scenario
            )
            if (item.path, found.value) not in known and found.mark == CHOSEN:
                known.add((item.path, found.value))
                by_lever.setdefault(found.lever, []).append(found)
        queues += list(by_lever.values())
    listed: list[Assumed] = []
    while len(listed) < MOST and any(queues):
        for queue in queues:
            if queue and len(listed) < MOST:
                listed.append(queue.pop(0))
    order = [f"strategies.{strategy.name}." for strategy in strategies]
    return tuple(
        sorted(listed, key=lambda one: next(p for p, o in enumerate(order) if one.path.startswith(o)))
    )


def _described(scenario: Scenario, strategies: Sequence[Strategy]) -> list[tuple[str, Scenario | Strategy]]:
    return [("scenario", scenario), *((f"strategies.{one.name}", one) for one in strategies)]


def _mark(item: Assumption, path: str, changed: set[str]) -> str:
    return CHOSEN if path in changed else item.mark


def _chosen(item: Assumption, strategy: Strategy) -> bool:
    """Return whether a value is a number or a switch of a lever that somebody set."""
    return (
        isinstance(item.value, int | float)
        and item.value != item.entry.default
        and item.path.partition(".")[0] not in NOT_LEVERS
        and bool(_lever(item.path, strategy))
    )


def _lever(path: str, strategy: Strategy) -> str:
    """Return the lever that a value of a strategy belongs to; "" if it is none of one that is on.

    What a part of the strategy has in common, such as the cost of a case, goes with its first lever.
    """
    levers = strategy.levers()
    for name in levers:
        if path == name or path.startswith(f"{name}."):
            return name
    section = path.partition(".")[0]
    return next((name for name in levers if name.partition(".")[0] == section), "")


def _assumed(prefix: str, item: Assumption, lever: str, changed: set[str], scenario: Scenario) -> Assumed:
    path = f"{prefix}.{item.path}"
    unit = item.entry.unit
    if unit == THRESHOLD:
        unit = {"delivery": scenario.service.delivery.unit, "response": "hours", "availability": "share"}.get(
            lever.rpartition(".")[2], "1"
        )
    low, high = (np.nan if limit is None else float(limit) for limit in (item.entry.low, item.entry.high))
    return Assumed(
        path=path,
        lever=lever,
        meaning=item.entry.meaning,
        unit=unit,
        mark=_mark(item, path, changed),
        value=float(item.value),
        low=low,
        high=high,
        yes_or_no=isinstance(item.value, bool),
    )
