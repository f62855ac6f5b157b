"""Joint draws of what was estimated from a firm's data, as they stand beside its scenario.

The file is a table, a column for each dotted path of the scenario, a row for each draw; the rows belong
together. In the metadata of its schema stands, for each path, the value that the scenario file holds, so
that a value which somebody has set otherwise since can be told from one that was estimated.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.world.assumptions import assumptions
from sim.world.description import has_path
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow

Floats = NDArray[np.float64]
WRITTEN = b"tenure.written"
"""Key of the metadata: values by path as the scenario file holds them."""
SETTLED = b"tenure.settled"
"""Key of the metadata: paths that the data settled."""


@dataclass(frozen=True)
class JointDraws:
    """Draws by dotted path; the rows belong together.

    Parameters
    ----------
    columns
        By dotted path of the scenario, a value per draw.
    written
        By the same paths, the value that the scenario file holds.
    settled
        Paths that the data settled; the other columns are about as wide as before the data were seen.
    """

    columns: Mapping[str, Floats] = field(repr=False)
    written: Mapping[str, float]
    settled: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Return the number of draws."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def paths_in(self, scenario: Scenario) -> tuple[str, ...]:
        """Return the paths whose value in a scenario is the one that was estimated for it.

        What somebody has set since is their choice, and is not drawn.
        """
        values = {item.path: item.value for item in assumptions(scenario)}
        return tuple(path for path in self.columns if values.get(path) == self.written[path])

    def row(self, number: int, paths: Sequence[str]) -> dict[str, float]:
        """Return a draw of some paths; numbers beyond the last begin anew."""
        return {path: float(self.columns[path][number % self.rows]) for path in paths}


def table_of_draws(draws: JointDraws) -> "pyarrow.Table":
    """Return draws as a table that `read_draws` reads."""
    import pyarrow

    table = pyarrow.table({path: np.asarray(column) for path, column in draws.columns.items()})
    return table.replace_schema_metadata(
        {WRITTEN: json.dumps(dict(draws.written)), SETTLED: json.dumps(list(draws.settled))}
    )


def read_draws(path: Path) -> JointDraws:
    """Read the draws beside a scenario.

    Raises
    ------
    ConfigurationError
        If the file is not there, is damaged, or is no table of draws.
    """
    import pyarrow
    from pyarrow import parquet

    advice = "calibrate anew, or leave 'posterior' out of the scenario file"
    try:
        table = parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as error:
        reason = "is not there" if not path.exists() else str(error).splitlines()[0]
        raise ConfigurationError("scenario.posterior", f"'{path}': {reason}", advice) from None
    metadata = table.schema.metadata or {}
    if WRITTEN not in metadata or table.num_rows == 0:
        raise ConfigurationError("scenario.posterior", f"'{path}' holds no draws", advice)
    columns = {name: np.asarray(table[name].to_numpy(), dtype=np.float64) for name in table.column_names}
    settled = tuple(json.loads(metadata.get(SETTLED, b"[]")))
    return JointDraws(columns, json.loads(metadata[WRITTEN]), settled)


def check_paths(draws: JointDraws, scenario: Scenario) -> None:
    """Make sure that draws are of values that a scenario has.

    Raises
    ------
    ConfigurationError
        At the first path that is none.
    """
    for path in draws.columns:
        if not has_path(scenario, path):
            raise ConfigurationError(
                "scenario.posterior", f"has draws of '{path}', which the scenario has not", "calibrate anew"
            )


def rows_of(draws: JointDraws, count: int, seed: int) -> list[int]:
    """Return numbers of rows in an order drawn at random, each as often as the others."""
    generator = np.random.default_rng(seed)
    rows: list[int] = []
    while len(rows) < count:
        rows += generator.permutation(draws.rows).tolist()
    return rows[:count]
