"""How sure the simulation is: replications, half-widths, and whether a precision was reached."""

from sim.report.document.blocks import Cell, Grid, Section, Text
from sim.report.document.findings import STAYS, WORTH, Precise
from sim.report.document.saying import SCALES, Saying


def sure(say: Saying) -> Section:
    """Return what more replications could make narrower, and how narrow it is."""
    found, heading = say.found, say.text("sure.heading")
    if found.replications < 2:
        return Section("sure", heading, (Text(say.text("sure.one_run", typed="replications=30")),))
    runs = say.counted("replications", found.replications)
    if not found.others:
        return Section("sure", heading, (Text(say.text("sure.alone", replications=runs)),))
    blocks: list[Text | Grid] = []
    if found.precise is not None:
        blocks.append(Text(_precision(say, found.precise)))
    itself, together = say.text("sure.itself"), say.text("sure.together")
    head = [say.text("strategy")]
    for key in ("stays", "worth"):
        unit = say.text(f"sure.{key}", currency=found.currency)
        head += [f"{unit}, {itself}", f"{unit}, {together}"]
    rows = []
    for option in found.others:
        row = [say.cell(option)]
        for metric in (STAYS, WORTH):
            factor, decimals = SCALES[metric][0], say.decimals(metric)
            for interval in (option.changes[metric], option.together[metric]):
                row.append(Cell(say.words.number(factor * interval.half_width, decimals)))
        rows.append(tuple(row))
    blocks += [
        Text(say.text("sure.text", replications=runs)),
        Grid("sure", say.text("sure.label"), tuple(head), tuple(rows)),
    ]
    return Section("sure", heading, tuple(blocks))


def _precision(say: Saying, asked: Precise) -> str:
    widths = {one.called.name: one.changes[STAYS].half_width for one in say.found.others}
    widest = max(widths, key=lambda name: widths[name])
    said = say.text(
        f"sure.{'reached' if asked.reached else 'missed'}",
        wanted=say.digits(100.0 * asked.half_width),
        known=say.digits(100.0 * widths[widest]),
        strategy=say.quoted(widest),
        needed=say.words.number(asked.needed),
        most=say.words.number(asked.most),
    )
    return f"{said} {say.text('sure.stages', first=say.words.number(asked.first))}"
