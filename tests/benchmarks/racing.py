"""Hold one way of doing a thing against others in one run: interleaved, CPU time, medians."""

import gc
import os
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

ROUNDS = 5
# Who tries the project need not have a C compiler; where it is developed one has to be there.
needs_a_compiler = pytest.mark.skipif(
    shutil.which("cc") is None and not os.environ.get("CI"), reason="there is no C compiler here"
)


@dataclass(frozen=True)
class Peer:
    """What ours is held against.

    Parameters
    ----------
    name
        As it stands in the table.
    run
        Does the same work once.
    goal
        How many times longer than ours it should take; None if it is only shown.
    work
        How much of our work there is for each part of its own, where it does less.
    """

    name: str
    run: Callable[[], Any]
    goal: float | None = None
    work: float = 1.0


def counted(times: list[float]) -> list[float]:
    """Return times without the first, in which everything is cached; it stays where it is the only one."""
    return times[1:] or times


def keep_rows(
    benchmark: Any, what: str, ours: float, *peers: tuple[str, float, float | None], unit: str = "s"
) -> None:
    """Keep rows of the table: what was measured of ours, and name, measure and goal of each peer."""
    benchmark.extra_info.setdefault("rows", []).extend(
        {"what": what, "against": name, "goal": goal, "ratio": value / ours, "ours": ours, "unit": unit}
        for name, value, goal in peers
    )


def race(
    benchmark: Any, what: str, ours: Callable[[], Any], *peers: Peer, rounds: int = ROUNDS
) -> dict[str, float]:
    """Time ours and its peers in turn, round by round, and keep how many times longer each peer takes.

    Parameters
    ----------
    benchmark
        The fixture of pytest-benchmark, which times ours; what comes out is kept in its ``extra_info``.
    what
        What is measured, as it stands in the table.
    ours
        What the project does.
    peers
        What it is held against; a round begins with one run of each.
    rounds
        Rounds after a first one that is not counted, in which everything is compiled and cached.

    Returns
    -------
    dict
        By peer, its median over ours; empty where nothing is timed, as when tests run side by side.
    """
    times: dict[str, list[float]] = {peer.name: [] for peer in peers}

    def run_peers() -> None:
        for peer in peers:
            gc.collect()
            start = time.process_time()
            peer.run()
            times[peer.name].append(time.process_time() - start)

    benchmark.pedantic(ours, setup=run_peers, rounds=rounds, warmup_rounds=1, iterations=1)
    if benchmark.disabled:
        return {}
    own = benchmark.stats.stats.median
    medians = {peer.name: statistics.median(times[peer.name][1:]) * peer.work for peer in peers}
    keep_rows(benchmark, what, own, *((peer.name, medians[peer.name], peer.goal) for peer in peers))
    return {name: value / own for name, value in medians.items()}
