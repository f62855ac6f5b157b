"""Execute the notebooks and write copies with their outputs, to be read.

``python notebooks/render.py [NAME ...]`` renders those whose names begin so, all if none is named.
"""

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RENDERED = HERE / "rendered"
TIMEOUT = 300  # seconds a cell may take, also on a slow machine
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def sources() -> list[Path]:
    """Return the notebooks: percent scripts whose names begin with their number."""
    return sorted(HERE.glob("[0-9]*.py"))


def rendered(source: Path) -> Path:
    """Return where the copy with outputs of a notebook stands."""
    return RENDERED / f"{source.stem}.ipynb"


def executed(source: Path) -> Any:
    """Return a notebook with the outputs of its cells.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails, as it does when one of the claims at the end no longer holds.
    """
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(source)
    notebook.metadata = {"kernelspec": KERNEL}
    NotebookClient(notebook, timeout=TIMEOUT, kernel_name="python3", coalesce_streams=True).execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # the same source gives the same file
        cell.metadata = {}
    return notebook


def main(names: list[str]) -> None:
    """Render the notebooks whose names begin so; all if none is named."""
    import nbformat

    RENDERED.mkdir(exist_ok=True)
    for source in sources():
        if not names or source.name.startswith(tuple(names)):
            nbformat.write(executed(source), rendered(source))
            print(
                f"{rendered(source).relative_to(HERE.parent)}: {rendered(source).stat().st_size // 1024} KB"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
