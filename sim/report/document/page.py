"""From findings to the text of one HTML file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.language.words import words
from sim.report.document.blocks import Block, Gallery, Grid, Section, Terms, Text
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

    def pictures(gallery: Gallery) -> "list[Markup]":
        return [Markup(drawn(picture, say)) for picture in gallery.pictures]  # an XML writer escapes

    def legend(gallery: Gallery) -> "list[tuple[Markup, str]]":
        return [(Markup(sample(found, name)), say.name(name)) for name in gallery.legend]

    title = say.title(found.scenario)
    head = Head(
        page_title=say.text("page_title", title=title),
        kind_of_page=say.text("kind"),
        title=title,
        made=say.text("made", date=say.date(), program=PROGRAM, version=found.version),
        caveat=say.text("caveat", counted=counted, marks=marks),
        contents=say.text("contents"),
    )
    return rendered(said.language, head, sections(found, said), pictures, legend)


@dataclass(frozen=True)
class Head:
    """What stands above the sections of a page.

    Parameters
    ----------
    page_title
        In the head of the window.
    kind_of_page, title, made, caveat
        What it is, of what, when it was made and by what, and what it is not.
    contents
        What the list of the sections is called for whoever cannot see it.
    """

    page_title: str
    kind_of_page: str
    title: str
    made: str
    caveat: str
    contents: str


def rendered(
    language: str,
    head: Head,
    told: "Sequence[Section]",
    pictures: "Callable[[Gallery], list[Markup]]",
    legend: "Callable[[Gallery], list[tuple[Markup, str]]]",
) -> str:
    """Return the text of one HTML file.

    Parameters
    ----------
    language
        Its code.
    head
        What stands above the sections.
    told
        The sections.
    pictures
        Returns the pictures of a gallery as SVG elements.
    legend
        Returns samples and names of what a gallery shows.
    """
    from markupsafe import Markup

    def table(grid: Grid) -> "Markup":
        return Markup(table_html(grid))  # escaped there, cell by cell

    text = _template().render(
        language=language,
        sections=told,
        kind=kind,
        table=table,
        pictures=pictures,
        legend=legend,
        **vars(head),
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
