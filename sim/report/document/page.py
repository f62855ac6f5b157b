"""From findings to the text of one HTML file."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.language.words import words
from sim.report.document.blocks import Block, Gallery, Grid, Terms, Text
from sim.report.document.findings import Findings
from sim.report.document.pictures import drawn, sample
from sim.report.document.saying import PROGRAM, Saying
from sim.report.document.sections import sections
from sim.report.document.tables import table_html

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

TEMPLATE, STYLE = "template.html.j2", "style.css"


def page(found: Findings, lang: str) -> str:
    """Return a report in a language.

    Raises
    ------
    ConfigurationError
        If the language is unknown.
    """
    from markupsafe import Markup

    said = words(lang)
    say = Saying(found, said)
    counted, marks = say.values()

    def table(grid: Grid) -> "Markup":
        return Markup(table_html(grid))  # escaped there, cell by cell

    def pictures(gallery: Gallery) -> "list[Markup]":
        return [Markup(drawn(picture, say)) for picture in gallery.pictures]  # an XML writer escapes

    def legend(gallery: Gallery) -> "list[tuple[Markup, str]]":
        return [(Markup(sample(found, name)), say.name(name)) for name in gallery.legend]

    text = _template().render(
        language=said.language,
        title=say.title(found.scenario),
        say=say,
        caveat=say.text("caveat", counted=counted, marks=marks),
        made=say.text("made", date=say.date(), program=PROGRAM, version=found.version),
        sections=sections(found, said),
        kind=kind,
        table=table,
        pictures=pictures,
        legend=legend,
    )
    return text + "\n"


def kind(block: Block) -> str:
    """Return what the template calls a block."""
    return {Text: "text", Grid: "grid", Gallery: "gallery", Terms: "terms"}[type(block)]


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["zip"] = zip
    return environment.get_template(TEMPLATE)
