"""The whole model description, and whether a file still says the same."""

from collections.abc import Sequence
from pathlib import Path

from sim.report.odd import elements, prose
from sim.report.odd.evidence import Check, Readers, mechanism_table
from sim.report.odd.markdown import anchor, numbered, paragraphs

MARK = "<!-- written by `tenure odd`; change the code, not this file -->"
TITLE = "Model description"
TRACE = "Mechanisms, tests and evidence"


def model_description(checks: Sequence[Check] = ()) -> str:
    """Return the model description in the ODD protocol as Markdown; the same code gives the same text.

    Parameters
    ----------
    checks
        What the model is held against.
    """
    readers = Readers()
    parts = {
        "1. Purpose and patterns": elements.purpose(checks),
        "2. Entities, state variables and scales": elements.entities(),
        "3. Process overview and scheduling": elements.process(),
        "4. Design concepts": elements.concepts(),
        "5. Initialization": elements.initialisation(),
        "6. Input data": elements.input_data(),
        "7. Submodels": elements.submodels(readers),
        TRACE: paragraphs(prose.TRACE, mechanism_table(readers, checks)),
    }
    contents = [f"[{title.partition('. ')[2] or title}]({anchor(title)})" for title in parts]
    body = paragraphs(*(f"## {title}\n\n{text}" for title, text in parts.items()))
    return paragraphs(MARK, f"# {TITLE}", prose.OPENING, numbered(contents), body) + "\n"


def is_current(path: Path, checks: Sequence[Check] = ()) -> bool:
    """Return whether a file holds the model description of the present code and checks."""
    return path.is_file() and path.read_text(encoding="utf-8") == model_description(checks)
