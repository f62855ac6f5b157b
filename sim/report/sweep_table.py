"""The results of a sweep as text: what there is, then means by swept parameter and strategy."""

import math
from collections.abc import Sequence
from itertools import groupby

from sim.language.words import words
from sim.report.text import aligned
from sim.study.statistics import Interval
from sim.study.sweep.results import Part
from sim.study.sweep.summary import Cell, cells

LEVELS = (("survival_rate", "stay %", 100.0, 1), ("csat", "csat %", 100.0, 1), ("cost", "cost", 1.0, 2))
GAPS = (("survival_rate", "more stay, points", 100.0, 2), ("clv", "more clv", 1.0, 2))
WORTH = (("clv", "clv", 1.0, 2),)
RATIO = (("roi", "roi", 1.0, 1),)
METRICS = tuple(dict.fromkeys(name for name, *_ in (*LEVELS, *WORTH, *RATIO, *GAPS)))


def sweep_table(parts: Sequence[Part]) -> str:
    """Return the summary of the results of a sweep: by scenario, then by swept parameter."""
    blocks = []
    for part in parts:
        blocks.append(_head(part))
        for path, found in groupby(cells(part, METRICS), key=lambda cell: cell.path):
            blocks.append(f"by {path}:\n\n{_rows(list(found), part.study['baseline'])}")
    if any(part.study["baseline"] is not None for part in parts):
        blocks.append(
            "means over all points with that value; more: against the baseline at the same point, same\n"
            "customers, same luck; 95 % intervals over replications, each by itself"
        )
    return "\n\n".join(blocks)


def _head(part: Part) -> str:
    study = part.study
    strategies, seeds = study["configuration"]["strategies"], study["seeds"]
    head = (
        f"study {study['study']}, {study['scenario']}: {part.points_done:,} of {part.points:,} points done, "
        f"{len(strategies)} strategies, {len(seeds)} replications"
    )
    if part.failed:
        number = min(part.failed)
        count = f"{len(part.failed):,} point{'s' if len(part.failed) > 1 else ''}"
        head += f"\n{count} failed, the first is point {number}: {part.failed[number]}"
    return head


def _rows(found: Sequence[Cell], baseline: str | None) -> str:
    against = baseline is not None
    levels, gaps = (*LEVELS, *WORTH, *(RATIO if against else ())), GAPS if against else ()
    rows = [["value", "strategy", "points", *(head for _, head, *_ in (*levels, *gaps))]]
    english = words("en")
    for cell in found:
        row = [cell.value, cell.strategy, f"{cell.points:,}"]
        row += [english.number(factor * cell.level[name].mean, n) for name, _, factor, n in levels]
        row += [_gap(cell.difference[name], factor, n) for name, _, factor, n in gaps]
        rows.append(row)
    return aligned(rows, head=True, numbers=True)


def _gap(gap: Interval, factor: float, decimals: int) -> str:
    return (
        ""
        if math.isnan(gap.mean)
        else words("en").interval(Interval(*(factor * part for part in gap)), decimals)
    )
