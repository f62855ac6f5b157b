"""Write the page of a calibration as one file, whole or not at all."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibration.calibrate import Calibration
from sim.language.words import words
from sim.report.calibrated.groups import groups
from sim.report.calibrated.pictures import drawn, sample
from sim.report.calibrated.sections import base_title, closed_name, sections
from sim.report.document.blocks import Gallery
from sim.report.document.page import Head, rendered
from sim.report.document.pictures import as_svg
from sim.report.document.saying import PROGRAM
from sim.report.text import printable
from sim.world.errors import ConfigurationError

if TYPE_CHECKING:
    from markupsafe import Markup


def calibration_page(found: Calibration, lang: str, command: Sequence[str] = ()) -> str:
    """Return the page of a calibration in a language.

    Parameters
    ----------
    found
        The calibration, with its predictions where `Calibration.checked` has found them.
    lang
        "en" or "ru".
    command
        What was typed, to make it again.

    Raises
    ------
    ConfigurationError
        If the language is unknown.
    """
    from babel.dates import format_date
    from markupsafe import Markup

    said = words(lang)
    by_anchor = {group.anchor: group for group in groups(found.posterior.predicted)}

    def pictures(gallery: Gallery) -> "list[Markup]":
        return [
            Markup(as_svg(picture, partial(drawn, by_anchor[picture.key], said)))  # an XML writer escapes
            for picture in gallery.pictures
        ]

    def legend(gallery: Gallery) -> "list[tuple[Markup, str]]":
        form = closed_name(found)
        return [
            (Markup(sample(kind)), said.text(f"check.legend.{kind}", form=form)) for kind in gallery.legend
        ]

    manifest = found.posterior.manifest
    made = datetime.fromisoformat(str(manifest["written"]))
    title = printable(said.text("check.title", name=found.name))
    files = ", ".join(Path(item["path"]).name for item in manifest.get("data", {}).values())
    head = Head(
        page_title=printable(said.text("check.page_title", name=found.name)),
        kind_of_page=said.text("check.kind"),
        title=title,
        made=said.text(
            "check.made",
            date=format_date(made, "long", locale=said.language),
            program=PROGRAM,
            version=str(manifest.get("version", "")),
        ),
        caveat=printable(said.text("check.caveat", files=files, base=base_title(found, said))),
        contents=said.text("check.contents"),
    )
    return rendered(said.language, head, sections(found, said, command), pictures, legend)


def write_page(found: Calibration, path: Path, lang: str, command: Sequence[str] = ()) -> Path:
    """Write the page; return its path.

    Raises
    ------
    ConfigurationError
        If the language is unknown, or nothing can be written there.
    """
    from sim.study.sweep.whole import write_whole

    if path.is_dir():
        raise ConfigurationError("path", f"'{path}' is a folder", "give a file, for example calibration.html")
    text = calibration_page(found, lang, command)
    write_whole(path, lambda file: file.write(text.encode()))
    return path
