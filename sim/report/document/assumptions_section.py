"""What is assumed: how many values of which mark, and the few that matter."""

import math

from sim.report.document.blocks import Cell, Grid, Section, Text
from sim.report.document.findings import STAYS, WORTH, Assumed
from sim.report.document.saying import Saying


def assumed(say: Saying) -> Section:
    """Return the marks of all values and at most ten values that matter, and by which rule."""
    found, heading = say.found, say.text("assumed.heading")
    counted, marks = say.values()
    beside = "assumed.text" if found.remake.command else "assumed.text_python"
    blocks: list[Text | Grid] = [Text(say.text(beside, counted=counted, marks=marks, file="assumptions.csv"))]
    if not found.assumed:
        blocks.append(Text(say.text("assumed.none")))
        return Section("assumed", heading, tuple(blocks))
    blocks.append(Text(say.text("assumed.levers" if found.drawn is None else "assumed.drawn")))
    keys = ("what", "value", "mark") if found.drawn is None else ("what", "value", "range", "mark")
    head = [say.text(f"assumed.{key}") for key in (*keys, "path")]
    if found.drawn is not None:
        head += [say.text("assumed.moves_keeps"), say.text("assumed.moves_earns")]
    rows = tuple(_row(say, one) for one in found.assumed)
    grid = Grid("assumed", say.text("assumed.label"), tuple(head), rows, frozenset(range(1, len(keys) + 1)))
    blocks.append(grid)
    if found.drawn is not None:
        blocks.append(Text(say.text("assumed.note"), "note"))
    return Section("assumed", heading, tuple(blocks))


def _row(say: Saying, one: Assumed) -> tuple[Cell, ...]:
    meaning = say.words.phrase(one.meaning)
    row = [Cell(say.words.lever(one.lever), meaning) if one.lever else Cell(meaning), Cell(_value(say, one))]
    if say.found.drawn is not None:
        row.append(Cell(_range(say, one)))
    row += [Cell(say.text(f"assumed.marks.{one.mark}")), Cell(one.path, "", "typed")]
    if say.found.drawn is not None:
        path = one.path.removeprefix("scenario.")
        for metric in (STAYS, WORTH):
            moved = {item.path: item for item in say.found.drawn.deciders.get(metric, ())}
            item = moved.get(path)
            row.append(
                Cell("")
                if item is None
                else Cell(say.words.signed(item.correlation, 2), "", "strong" if item.clear else "weak")
            )
    return tuple(row)


def _value(say: Saying, one: Assumed) -> str:
    if one.yes_or_no:
        return say.text(f"assumed.{'is_on' if one.value else 'is_off'}")
    return f"{say.digits(one.value)} {say.words.unit(one.unit, say.found.currency)}".rstrip()


def _range(say: Saying, one: Assumed) -> str:
    low, high = say.digits(one.low), say.digits(one.high)
    if one.yes_or_no or (math.isnan(one.low) and math.isnan(one.high)):
        return say.text("assumed.any")
    if math.isnan(one.high):
        return say.text("assumed.least", low=low)
    if math.isnan(one.low):
        return say.text("assumed.most", high=high)
    return say.text("assumed.to", low=low, high=high)
