"""Read the results of a sweep back: one tidy table, or what SQL makes of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.study.sweep.chunks import MARK
from sim.study.sweep.folder import STUDY, read_study
from sim.study.sweep.sweep import FORMAT
from sim.world.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas as pd

KEY = "results"


@dataclass(frozen=True)
class Part:
    """The results of one scenario, as far as they are there.

    Parameters
    ----------
    study
        What its file says, see `sim.study.sweep.folder.study_record`.
    files
        The finished files, in the order of their points.
    failed
        Error of each failed point.
    points_done
        How many points are finished, failed ones included.
    """

    study: Mapping[str, Any]
    files: tuple[Path, ...]
    failed: Mapping[int, str]
    points_done: int

    @property
    def points(self) -> int:
        """Return how many points there are in all."""
        return int(self.study["design"]["points"])


def read_parts(folder: Path) -> list[Part]:
    """Return what a folder of results holds, by scenario, every file looked at.

    Raises
    ------
    ConfigurationError
        If there is nothing, or a file is damaged, of another version or of another study.
    """
    if not folder.is_dir():
        raise ConfigurationError(
            KEY, f"there is no folder '{folder}'", "give the folder that a study wrote to"
        )
    studies = [folder / STUDY] if (folder / STUDY).exists() else sorted(folder.glob(f"*/{STUDY}"))
    if not studies:
        raise ConfigurationError(
            KEY, f"'{folder}' holds no results", f"give the folder of a study: it has a {STUDY} by scenario"
        )
    parts = [_part(path) for path in studies]
    if not any(part.files for part in parts):
        raise ConfigurationError(
            KEY, f"'{folder}' holds no finished file yet", "give the study's command again to go on"
        )
    return parts


def _part(path: Path) -> Part:
    study = read_study(path)
    failed: dict[int, str] = {}
    files = []
    for name in study["files"]:
        file = path.parent / name
        if file.exists():
            files.append(file)
            failed |= {int(number): error for number, error in _mark(file, study)["failed"].items()}
    for file in sorted(path.parent.glob("*.parquet")):
        if file.name not in study["files"]:
            raise ConfigurationError(
                str(file), f"is not of study={study['study']} beside it", "move it elsewhere"
            )
    return Part(study, tuple(files), failed, sum(study["files"][file.name] for file in files))


def _mark(file: Path, study: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a file says of itself, after a look whether it is whole and of this study."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    again = "delete it and give the study's command again: it alone is run anew"
    try:
        schema = pq.read_schema(file)
    except (pa.ArrowException, OSError) as error:
        raise ConfigurationError(str(file), f"is damaged: {_line(error)}", again) from None
    found = json.loads((schema.metadata or {}).get(MARK, b"{}"))
    if found.get("format") != FORMAT:
        raise ConfigurationError(
            str(file),
            f"is of another version ({found.get('version', 'none')}, format {found.get('format', 'none')})",
            f"this is format {FORMAT}; {again}",
        )
    if (found["configuration"], found["chunk"]) != (study["configuration_hash"], file.name):
        raise ConfigurationError(str(file), f"is not of study={study['study']} beside it", again)
    return dict(found)


def load_results(path: str | Path, sql: str | None = None) -> "pd.DataFrame":
    """Return the results of a sweep as a tidy table.

    Parameters
    ----------
    path
        The folder that a study wrote to, or that of one scenario in it.
    sql
        A query over the table ``results``, run by DuckDB over the files where they are; names of swept
        paths stand in double quotes. All rows if None.

    Returns
    -------
    pandas.DataFrame
        A row for each scenario, point, strategy and replication: the swept values, the seed, status ("done"
        or "failed"), error, metrics. What is not finished yet is not there. `roi` is that of one run, empty
        without a baseline and where nothing extra is spent (of means: see `sim.study.sweep.summary`);
        `reach.LEVER` is empty where a strategy does not have the lever.

    Raises
    ------
    ConfigurationError
        If there is nothing, a file is damaged or of another version, or the query is wrong.

    Examples
    --------
    >>> import sim
    >>> query = "select strategy, avg(clv) as clv from results group by strategy"
    >>> table = sim.load_results("outputs/payouts", sql=query)  # doctest: +SKIP
    """
    return table_of(read_parts(Path(path)), sql)


def table_of(parts: list[Part], sql: str | None = None) -> "pd.DataFrame":
    """Return the rows of some parts, or what a query makes of them; see `load_results`."""
    files = [file for part in parts for file in part.files]
    if sql is not None:
        return _queried(files, sql)
    import pandas as pd

    return pd.concat(_frames(files), ignore_index=True)


def _frames(files: list[Path]) -> "Iterator[pd.DataFrame]":
    import pyarrow as pa
    import pyarrow.parquet as pq

    for file in files:
        try:
            yield pq.read_table(file).to_pandas()
        except (pa.ArrowException, OSError) as error:
            raise ConfigurationError(
                str(file), f"is damaged: {_line(error)}", "delete it and give the study's command again"
            ) from None


def _queried(files: list[Path], sql: str) -> "pd.DataFrame":
    try:
        import duckdb
    except ImportError:
        raise ConfigurationError("sql", "needs DuckDB", "install it: pip install 'tenure[sql]'") from None
    with duckdb.connect() as connection:
        try:
            # No name of the files is written into the query: it may hold a quote.
            rows = connection.read_parquet([str(file) for file in files], union_by_name=True)
            rows.create_view("results")
            return connection.execute(sql).df()
        except duckdb.Error as error:
            raise ConfigurationError(
                "sql", _line(error), 'the table is results; a swept path stands in "double quotes"'
            ) from None


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
