"""The command `tenure results FOLDER`: what a sweep has found, as a table, by SQL, or as a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.settings import folder_and_texts
from sim.world.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas as pd

EXAMPLE = "tenure results outputs/NAME"
KEYS = {
    "sql": 'sql="select strategy, avg(clv) from results group by strategy"',
    "out": "out=all.csv",
}
"""With an example of each."""
LONGEST = 60
"""Rows of a query that are shown; a file holds them all."""


def show_results(words: Sequence[str]) -> int:
    """Show the results in a folder; return the exit status.

    Parameters
    ----------
    words
        The folder; ``sql=…``, a query over the table ``results``; ``out=…``, a CSV file for what is shown.

    Raises
    ------
    ConfigurationError
        If there are no results, or a file of them is damaged or of another version.
    """
    from sim.cli.screen import say
    from sim.report.sweep_table import sweep_table
    from sim.study.sweep.results import read_parts, table_of
    from sim.study.sweep.summary import summary_frame

    folder, asked = folder_and_texts(words, "results", EXAMPLE, KEYS)
    table: pd.DataFrame | None = None
    parts = read_parts(folder)
    if "sql" in asked:
        table = table_of(parts, asked["sql"])
        text = table.head(LONGEST).to_string(index=False)
        if len(table) > LONGEST:
            text += f"\n… {len(table) - LONGEST:,} more rows; out=FILE.csv writes them all"
    else:
        text = sweep_table(parts)
        table = summary_frame(parts) if "out" in asked else None
    if "out" in asked:
        assert table is not None
        _write(table.to_csv(index=False, lineterminator="\n"), Path(asked["out"]))
        text += f"\n\n{len(table):,} rows written: {asked['out']}"
    say(text)
    return 0


def _write(text: str, path: Path) -> None:
    from sim.study.sweep.whole import write_whole

    if path.is_dir():
        raise ConfigurationError("out", f"'{path}' is a folder", "give a file, for example out=all.csv")
    write_whole(path, lambda file: file.write(text.encode()))
