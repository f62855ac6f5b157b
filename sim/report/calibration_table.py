"""What a calibration found, as text."""

from typing import Any

from sim.calibration.calibrate import Calibration
from sim.calibration.records.table import Table
from sim.language.words import Words, words
from sim.report.text import aligned
from sim.world.description import leaves, to_mapping

FORMS = {"bg_nbd": "BG/NBD", "sbg": "sBG", "gamma_gamma": "Gamma-Gamma"}
"""Names of closed forms."""
FORM_VALUES = {"log_likelihood": "ln L"}
"""What their values are called, where that is not the name they go by."""


def calibration_table(found: Calibration, said: Words | None = None) -> str:
    """Return what was read, what came out beside the base, and what the data do not settle.

    Parameters
    ----------
    found
        The calibration.
    said
        The words of a language; English where they are left out.
    """
    said = said or words("en")
    posterior = found.posterior
    files = ", ".join(table.form.path.name for table in found.tables.values())
    files = files or ", ".join(item["path"] for item in posterior.manifest.get("data", {}).values())
    parts = [said.text("calibration.title", name=found.name, files=files, base=found.base.name)]
    for table in found.tables.values():
        parts.append(
            "\n".join([f"{said.text('calibration.read')}:", *(f"  {line}" for line in reading(table, said))])
        )
    if posterior.draws:
        head = said.text("calibration.estimated", draws=said.number(posterior.rows))
        parts.append(f"{head}:\n\n{_estimates(found, said)}")
    pace = posterior.manifest.get("pace")
    if pace is not None:
        parts.append(said.text("calibration.pace", made=said.number(100.0 * pace, 1)))
    if posterior.closed_forms:
        lines = [f"{said.text('calibration.closed_forms')}:"]
        for name, form in posterior.closed_forms.items():
            values = ", ".join(
                f"{FORM_VALUES.get(key, key)} = {_number(value, said)}" for key, value in form.items()
            )
            lines.append(f"  {FORMS.get(name, name)}: {values}")
        parts.append("\n".join(lines))
    if posterior.unsettled:
        lines = [f"{said.text('calibration.open')}:"]
        for item in posterior.unsettled:
            remedy = said.text("calibration.remedy", remedy=said.sentence(item.remedy))
            lines.append(f"  {item.path}: {said.sentence(item.why)}; {remedy}")
        parts.append("\n".join(lines))
    else:
        parts.append(said.text("calibration.nothing_open"))
    if posterior.statistics:
        parts.append(said.text("calibration.statistics", count=len(posterior.statistics)))
    return "\n\n".join(parts)


def reading(table: Table, said: Words) -> list[str]:
    """Return what was read of a file, a line each: form, columns, what was left out and why, remarks."""
    guessed = said.text("calibration.guessed")
    columns = ", ".join(
        f"{name} = {column}{f' ({guessed})' if name in table.mapped.guessed else ''}"
        for name, column in table.mapped.columns.items()
    )
    found = said.text("calibration.columns", columns=columns)
    if table.mapped.unused:
        found += said.text("calibration.not_read", columns=", ".join(table.mapped.unused))
    lines = [said.sentence(table.summary()), found]
    lines += [said.sentence(item.told()) for item in table.left_out]
    return lines + [said.sentence(note) for note in table.notes]


def _estimates(found: Calibration, said: Words) -> str:
    posterior = found.posterior
    base: dict[str, Any] = leaves(to_mapping(found.base))
    rows = [[said.text(f"calibration.head.{name}") for name in ("path", "median", "interval", "base", "by")]]
    for item in posterior.estimates:
        low, high = posterior.interval(item.path)
        comma = ";" if said.decimal == "," else ","
        before = base.get(item.path)
        by = said.sentence(item.by) if posterior.settled(item.path) else said.text("calibration.not_settled")
        rows.append(
            [
                item.path,
                _number(posterior.median(item.path), said),
                f"[{_number(low, said)}{comma} {_number(high, said)}]",
                _number(before, said) if isinstance(before, float) else "–",
                by,
            ]
        )
    return aligned(rows, head=True)


def _number(value: float, said: Words) -> str:
    """Return a number with four digits that count."""
    if abs(value) >= 1000.0:
        return said.number(value, 1 if abs(value) < 100_000.0 else 0)
    return f"{value:.4g}".replace(".", said.decimal)
