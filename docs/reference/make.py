"""Make the reference: ``python docs/reference/make.py [FOLDER]``.

The registries, in English and Russian, go to this folder; the Python reference, read off the docstrings by
pdoc, to ``FOLDER/sim.html`` (``outputs/reference`` unless one is named).
"""

import sys
from pathlib import Path

import sim
from sim.cli.listings import Rows, lever_rows, metric_rows, registry_rows
from sim.language.words import LANGUAGES, words
from sim.report.odd.markdown import code, paragraphs, plain, table
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

HERE = Path(__file__).resolve().parent


def registry_page(language: str) -> str:
    """Return levers, their settings, parameters and metrics as Markdown."""
    said = words(language)

    def listed(rows: Rows) -> str:
        head, *others = rows
        return table(head, [(code(first), *map(plain, rest)) for first, *rest in others])

    text = said.text
    return (
        paragraphs(
            f"# {text('registry.page.title')}",
            text("registry.page.about"),
            f"## {text('registry.page.levers')}",
            listed(lever_rows(said)),
            f"## {text('registry.page.settings')}",
            plain(text("registry.levers")),
            listed(registry_rows("lever", Strategy, said)),
            f"## {text('registry.page.parameters')}",
            plain(text("registry.parameters")),
            listed(registry_rows("parameter", Scenario, said)),
            f"## {text('registry.page.metrics')}",
            listed(metric_rows(said)),
        )
        + "\n"
    )


def python_reference(folder: Path) -> Path:
    """Write the reference of the public names, and return its page."""
    import pdoc

    for name in sim.__all__:  # they are imported when first asked for, and pdoc looks at what is there
        setattr(sim, name, getattr(sim, name))
    pdoc.render.configure(docformat="numpy", show_source=False)
    (folder / "sim.html").parent.mkdir(parents=True, exist_ok=True)
    pdoc.pdoc("sim", r"!sim\..*", output_directory=folder)
    return folder / "sim.html"


def main(arguments: list[str]) -> None:
    """Write all of the reference."""
    for language in LANGUAGES:
        page = HERE / f"registry.{language}.md"
        page.write_text(registry_page(language), encoding="utf-8")
        print(page.name)
    print(python_reference(Path(arguments[0] if arguments else "outputs/reference")))


if __name__ == "__main__":
    main(sys.argv[1:])
