"""What the page says: how far simulated firms are like the data, what is from where, what stays open."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from sim.calibration.calibrate import Calibration
from sim.calibration.posterior import Predicted
from sim.calibration.records.table import Table
from sim.calibration.scenario_file import ASSUMED, COMPUTED, FROM_DATA
from sim.language.words import NOTHING, Words
from sim.report.calibrated.groups import Group, agrees, groups
from sim.report.calibration_table import FORM_VALUES, FORMS, reading
from sim.report.document.blocks import Cell, Gallery, Grid, Picture, Section, Text
from sim.report.text import printable
from sim.world.assumptions import assumptions
from sim.world.description import entry_at
from sim.world.scenario import Scenario

SHOWN = 12
"""Figures of a group that stand in the table, at most; files hold them all."""
NAMED = 6
"""Pictures that are named in the answer, at most."""
LEGEND = ("data", "simulated", "closed")
LITERATURE = "from literature"
PARTS = {"customers.segments": "kinds of customers"}
"""What parts of a scenario are that hold more than one value."""
ORIGINS = {FROM_DATA: "data", COMPUTED: "computed", LITERATURE: "literature", ASSUMED: "assumed"}


def sections(found: Calibration, said: Words, command: Sequence[str] = ()) -> tuple[Section, ...]:
    """Return the sections of the page."""
    checked = groups(found.posterior.predicted)
    return (
        _answer(found, checked, said),
        *((_pictures(checked, said), _table(found, checked, said)) if checked else ()),
        _parameters(found, said),
        _open(found, said),
        _read(found.tables, said),
        _remake(found, said, command),
    )


def digits(value: float, said: Words) -> str:
    """Return a number with four digits that count."""
    if not np.isfinite(value):
        return NOTHING
    size = abs(value)
    decimals = 0 if size >= 1000.0 else 1 if size >= 100.0 else 2 if size >= 10.0 else 3 if size >= 0.1 else 4
    text = said.number(value, decimals)
    return text.rstrip("0").rstrip(said.decimal) if said.decimal in text else text


def shown(value: float, percent: bool, said: Words) -> str:
    """Return a figure; of a share, percent."""
    return said.number(100.0 * value, 1) if percent else digits(value, said)


def _limits(low: str, high: str, said: Words) -> str:
    return f"[{low}{';' if said.decimal == ',' else ','} {high}]"


def closed_name(found: Calibration) -> str:
    """Return the name of the closed form that stands beside the simulation; "" without one."""
    return next((FORMS[name] for name in ("bg_nbd", "sbg") if name in found.posterior.closed_forms), "")


def base_title(found: Calibration, said: Words) -> str:
    """Return what the base is called."""
    if found.base.title:
        return printable(said.title(found.base))
    return said.sentence("the defaults of the registry")


def _answer(found: Calibration, checked: list[Group], said: Words) -> Section:
    heading = said.text("check.answer.heading")
    figures = [one for group in checked for one in group.members]
    if not figures:
        return Section("answer", heading, (Text(said.text("check.answer.none"), "lead"),))
    apart = [one for one in figures if not agrees(one)]
    key = "all" if not apart else "some"
    blocks = [
        Text(
            said.text(
                f"check.answer.{key}",
                total=said.number(len(figures)),
                inside=said.number(len(figures) - len(apart)),
            ),
            "lead",
        )
    ]
    if apart:
        by = Counter({group.title(said): sum(not agrees(one) for one in group.members) for group in checked})
        names = [
            said.text("check.answer.apart_part", title=title, count=said.number(count))
            for title, count in by.most_common(NAMED)
            if count
        ]
        blocks.append(Text(said.text("check.answer.apart", names="; ".join(names))))
    blocks.append(Text(said.text("check.answer.chance", expected=said.number(0.1 * len(figures), 1)), "note"))
    worse = _benchmark(found, checked, said)
    return Section("answer", heading, (*blocks, *worse))


def _benchmark(found: Calibration, checked: list[Group], said: Words) -> list[Text]:
    """Return where the closed form describes the data better than the simulation does."""
    form = closed_name(found)
    lines: dict[str, list[str]] = {"worse": [], "better": []}
    for group in checked:
        known = [one for one in group.members if one.closed is not None and one.error > 0.0]
        if not known:
            continue
        ours = _distance(known, [one.median for one in known])
        theirs = _distance(known, [float(one.closed or 0.0) for one in known])
        line = said.text(
            "check.benchmark.part",
            title=group.title(said),
            ours=said.number(ours, 2),
            theirs=said.number(theirs, 2),
            form=form,
        )
        lines["worse" if ours > theirs else "better"].append(line)
    return [
        Text(said.text(f"check.benchmark.{key}", form=form, names="; ".join(parts)))
        for key, parts in lines.items()
        if parts
    ]


def _distance(figures: Sequence[Predicted], values: Sequence[float]) -> float:
    """Return the root mean square distance of the data from some values, in their standard errors."""
    apart = [(one.observed - value) / one.error for one, value in zip(figures, values, strict=True)]
    return float(np.sqrt(np.mean(np.square(apart))))


def _pictures(checked: list[Group], said: Words) -> Section:
    pictures = tuple(
        Picture(group.anchor, printable(group.title(said)), _described(group, said)) for group in checked
    )
    closed = any(one.closed is not None for group in checked for one in group.members)
    legend = LEGEND if closed else LEGEND[:2]
    return Section(
        "pictures",
        said.text("check.pictures.heading"),
        (Text(said.text("check.pictures.text")), Gallery(pictures, legend)),
    )


def _described(group: Group, said: Words) -> str:
    """Return in words what a picture shows, for whoever cannot see it."""
    parts = []
    for place in _some(len(group.members)):
        one = group.members[place]
        parts.append(
            said.text(
                "check.pictures.describe",
                label=group.label(place, said),
                data=shown(one.observed, group.percent, said),
                simulated=shown(one.median, group.percent, said),
            )
        )
    return "; ".join(part.lstrip(" :") for part in parts)


def _some(count: int) -> list[int]:
    """Return places, all of a few and some of many."""
    if count <= SHOWN:
        return list(range(count))
    return sorted({round(place) for place in np.linspace(0, count - 1, SHOWN)})


def _table(found: Calibration, checked: list[Group], said: Words) -> Section:
    form = closed_name(found)
    rows = []
    cut = False
    for group in checked:
        places = _some(len(group.members))
        cut = cut or len(places) < len(group.members)
        for place in places:
            rows.append(_row(group.members[place], said))
    head = tuple(
        said.text(f"check.table.{key}", form=form or NOTHING)
        for key in ("figure", "data", "simulated", "closed", "distance")
    )
    blocks: list[Text | Grid] = [Grid("figures", said.text("check.table.label"), head, tuple(rows))]
    blocks.append(Text(said.text("check.table.note"), "note"))
    if cut:
        blocks.append(Text(said.text("check.table.cut"), "note"))
    return Section("figures", said.text("check.table.heading"), tuple(blocks))


def _row(one: Predicted, said: Words) -> tuple[Cell, ...]:
    percent = one.unit == "share"
    unit = "%" if percent else said.sentence(said.unit(one.unit))
    low, high = (shown(value, percent, said) for value in (one.low, one.high))
    return (
        Cell(printable(said.sentence(said.phrase(one.meaning))), unit),
        Cell(shown(one.observed, percent, said), f"± {shown(one.error, percent, said)}" if one.error else ""),
        Cell(shown(one.median, percent, said), _limits(low, high, said)),
        Cell(NOTHING if one.closed is None else shown(one.closed, percent, said)),
        Cell(
            said.signed(one.distance, 1) if np.isfinite(one.distance) else "∞",
            "",
            "" if agrees(one) else "strong",
        ),
    )


def _parameters(found: Calibration, said: Words) -> Section:
    posterior = found.posterior
    heading = said.text("check.parameters.heading")
    counted: dict[str, Counter[str]] = {}
    for item in assumptions(found.scenario):
        origin = next((key for start, key in ORIGINS.items() if item.source.startswith(start)), "assumed")
        counted.setdefault(item.path.partition(".")[0], Counter())[origin] += 1
    blocks: list[Text | Grid] = [Text(said.text("check.parameters.text"))]
    if posterior.estimates:
        head = tuple(
            said.text(f"check.parameters.{key}") for key in ("what", "median", "interval", "origin", "path")
        )
        rows = tuple(_estimate(found, item.path, said) for item in posterior.estimates)
        label = said.text("check.parameters.label", draws=said.number(posterior.rows))
        blocks.append(Grid("estimates", label, head, rows, frozenset({3, 4})))
    given = [(path, reason) for path, (_, reason) in posterior.given.items()]
    if given:
        head = tuple(said.text(f"check.parameters.{key}") for key in ("what", "why", "path"))
        rows = tuple(
            (Cell(_meaning(path, said)), Cell(printable(said.sentence(reason))), Cell(path, "", "typed"))
            for path, reason in given
        )
        blocks.append(Grid("given", said.text("check.parameters.given"), head, rows, frozenset({1, 2})))
    if posterior.closed_forms:
        lines = [
            f"{FORMS.get(name, name)}: "
            + ", ".join(f"{FORM_VALUES.get(key, key)} = {digits(value, said)}" for key, value in form.items())
            for name, form in posterior.closed_forms.items()
        ]
        blocks.append(Text(said.text("check.parameters.closed", forms="; ".join(lines)), "note"))
    keys = ("data", "computed", "literature", "assumed")
    head = (said.text("check.parameters.part"), *(said.text(f"check.origin.{key}") for key in keys))
    rows = tuple(
        (Cell(part, "", "typed"), *(Cell(said.number(count[key]) if count[key] else "") for key in keys))
        for part, count in counted.items()
    )
    whole = tuple(sum(count[key] for count in counted.values()) for key in keys)
    total = (
        Cell(said.text("check.parameters.total")),
        *(Cell(said.number(number), "", "strong") for number in whole),
    )
    label = said.text("check.parameters.origins")
    blocks.append(Grid("origins", label, head, (*rows, total)))
    blocks.append(Text(said.text("check.parameters.note", base=base_title(found, said)), "note"))
    return Section("parameters", heading, tuple(blocks))


def _meaning(path: str, said: Words) -> str:
    entry = entry_at(Scenario, path)
    return said.phrase(entry.meaning) if entry is not None else said.sentence(PARTS.get(path, path))


def _estimate(found: Calibration, path: str, said: Words) -> tuple[Cell, ...]:
    posterior = found.posterior
    entry = entry_at(Scenario, path)
    unit = said.unit(entry.unit, found.scenario.economics.currency) if entry is not None else ""
    low, high = (digits(value, said) for value in posterior.interval(path))
    settled = posterior.settled(path)
    origin = said.text("check.origin.data" if settled else "check.origin.assumed")
    by = said.sentence(posterior.estimate(path).by) if settled else said.text("check.parameters.not_settled")
    return (
        Cell(_meaning(path, said), unit),
        Cell(digits(posterior.median(path), said)),
        Cell(_limits(low, high, said)),
        Cell(origin, printable(by), "strong" if settled else "weak"),
        Cell(path, "", "typed"),
    )


def _open(found: Calibration, said: Words) -> Section:
    heading = said.text("check.open.heading")
    if not found.posterior.unsettled:
        return Section("open", heading, (Text(said.text("check.open.none")),))
    head = tuple(said.text(f"check.open.{key}") for key in ("what", "why", "remedy"))
    rows = tuple(
        (
            Cell(item.path, "", "typed"),
            Cell(printable(said.sentence(item.why))),
            Cell(printable(said.sentence(item.remedy))),
        )
        for item in found.posterior.unsettled
    )
    grid = Grid("open", said.text("check.open.label"), head, rows, frozenset({1, 2}))
    return Section("open", heading, (Text(said.text("check.open.text")), grid))


def _read(tables: Mapping[str, Table], said: Words) -> Section:
    heading = said.text("check.read.heading")
    blocks: list[Text | Grid] = []
    for route, table in tables.items():
        first, columns, *_ = reading(table, said)
        blocks += [Text(printable(first)), Text(printable(columns), "note")]
        if table.left_out:
            head = tuple(said.text(f"check.read.{key}") for key in ("why", "count", "what", "rows"))
            rows = tuple(
                (
                    Cell(printable(said.sentence(item.reason))),
                    Cell(said.number(item.count)),
                    Cell(said.text("check.read.row" if item.whole else "check.read.value")),
                    Cell(
                        ", ".join(said.number(row) for row in item.rows)
                        + (", …" if item.count > len(item.rows) else "")
                    ),
                )
                for item in table.left_out
            )
            blocks.append(
                Grid(f"left_out_{route}", said.text("check.read.label"), head, rows, frozenset({2, 3}))
            )
        else:
            blocks.append(Text(said.text("check.read.all")))
        blocks += [Text(printable(said.sentence(note))) for note in table.notes]
    if not blocks:
        blocks.append(Text(said.text("check.read.no_table")))
    return Section("read", heading, tuple(blocks))


def _remake(found: Calibration, said: Words, command: Sequence[str]) -> Section:
    manifest = found.posterior.manifest
    blocks: list[Text] = []
    if command:
        import shlex

        blocks += [Text(said.text("check.remake.command")), Text(shlex.join(command), "code")]
    for route, item in manifest.get("data", {}).items():
        line = said.text("check.remake.data", route=route, path=item["path"], digest=item["sha256"])
        blocks.append(Text(printable(line), "note"))
    blocks.append(
        Text(
            said.text("check.remake.draws", draws=said.number(manifest["draws"]), seed=str(manifest["seed"])),
            "note",
        )
    )
    return Section("remake", said.text("check.remake.heading"), tuple(blocks))
