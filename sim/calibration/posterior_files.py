"""A posterior on disk: draws and histories as Parquet, the rest as tables and a manifest."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.posterior import Estimate, Posterior, Predicted, Statistic, Unsettled
from sim.calibration.scenario_file import joint_draws
from sim.study.posterior_draws import read_draws, table_of_draws
from sim.study.store import MANIFEST, staged, write_manifest
from sim.study.sweep.whole import write_whole
from sim.world.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    import pandas as pd

SCENARIO, RECORD = "scenario", "calibration"
"""Folders below the user's own: scenario files, and what was found by calibration."""
DRAWS = "{name}.posterior.parquet"
PAGE = "calibration.html"
CLOSED, HISTORIES = "closed_draws.parquet", "histories.parquet"


def draws_file(name: str) -> str:
    """Return the name of the file with the joint draws of a scenario."""
    return DRAWS.format(name=name)


def save_posterior(
    posterior: Posterior, folder: Path, name: str, scenario: str, text: str, page: str = ""
) -> None:
    """Write a posterior, its scenario file and what is told of it; each file whole or not at all.

    The draws come before the scenario that names them: cut off in between, the old scenario holds other
    values than the new draws were written for, and nothing is drawn.

    Parameters
    ----------
    posterior
        What was found.
    folder
        The user's own folder.
    name
        Of the scenario.
    scenario
        Text of the scenario file.
    text
        What was told on the screen.
    page
        HTML of the page; none where empty.
    """
    with staged(folder / RECORD / name) as place:
        (place / "table.txt").write_text(text + "\n", encoding="utf-8")
        if page:
            (place / PAGE).write_text(page, encoding="utf-8")
        _table(posterior.statistics).to_csv(place / "statistics.csv", index=False, lineterminator="\n")
        estimates(posterior).to_csv(place / "estimates.csv", index=False, lineterminator="\n")
        _table(posterior.unsettled).to_csv(place / "unsettled.csv", index=False, lineterminator="\n")
        if posterior.predicted:
            _table(posterior.predicted).to_csv(place / "predicted.csv", index=False, lineterminator="\n")
        if posterior.closed_draws:
            frame = _frame({key: np.asarray(column) for key, column in posterior.closed_draws.items()})
            frame.to_parquet(place / CLOSED, index=False)
        if posterior.histories is not None:
            posterior.histories.to_parquet(place / HISTORIES, index=False)
        write_manifest(place, _record(posterior))
    home = folder / SCENARIO
    if posterior.draws:
        from pyarrow import parquet

        table = table_of_draws(joint_draws(posterior))
        write_whole(home / draws_file(name), lambda file: parquet.write_table(table, file))
    write_whole(home / f"{name}.yaml", lambda file: file.write(scenario.encode()))


def _record(posterior: Posterior) -> dict[str, Any]:
    return {
        **posterior.manifest,
        "estimates": [asdict(item) for item in posterior.estimates],
        "unsettled": [asdict(item) for item in posterior.unsettled],
        "statistics": [asdict(item) for item in posterior.statistics],
        "predicted": [asdict(item) for item in posterior.predicted],
        "given": {path: list(value) for path, value in posterior.given.items()},
        "closed_forms": {name: dict(form) for name, form in posterior.closed_forms.items()},
    }


def load_posterior(folder: Path, name: str) -> Posterior:
    """Load a posterior that `save_posterior` wrote.

    Raises
    ------
    ConfigurationError
        If there is none of this name, or it is damaged.
    """
    place = folder / RECORD / name
    if not (place / MANIFEST).is_file():
        known = [path.parent.name for path in (folder / RECORD).glob(f"*/{MANIFEST}")]
        raise ConfigurationError(
            "scenario",
            f"'{name}' was not calibrated in '{folder}'",
            nearest(name, known) if known else "tenure calibrate writes it",
        )
    try:
        record = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        estimates = tuple(
            Estimate(**{**item, "prior": tuple(item["prior"])}) for item in record.pop("estimates")
        )
        unsettled = tuple(Unsettled(**item) for item in record.pop("unsettled"))
        statistics = tuple(Statistic(**item) for item in record.pop("statistics"))
        predicted = tuple(Predicted(**item) for item in record.pop("predicted", ()))
        given = {path: (value, reason) for path, (value, reason) in record.pop("given").items()}
        forms = record.pop("closed_forms")
        closed = _columns(place / CLOSED)
        histories = _parquet(place / HISTORIES)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(str(place), f"is damaged: {error}", "calibrate again") from None
    draws = dict(read_draws(folder / SCENARIO / draws_file(name)).columns) if estimates else {}
    return Posterior(
        draws, estimates, unsettled, statistics, given, forms, closed, histories, record, predicted
    )


def _parquet(path: Path) -> "pd.DataFrame | None":
    if not path.is_file():
        return None
    import pandas as pd

    return pd.read_parquet(path)


def _columns(path: Path) -> dict[str, Any]:
    frame = _parquet(path)
    return {} if frame is None else {name: frame[name].to_numpy(dtype=np.float64) for name in frame.columns}


def _frame(columns: Any) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(columns)


def _table(items: Any) -> "pd.DataFrame":
    return _frame([asdict(item) for item in items])


def estimates(posterior: Posterior) -> "pd.DataFrame":
    """Return a row per estimated parameter: median, 90 % interval, the one before, what settled it."""
    rows = []
    for item in posterior.estimates:
        low, high = posterior.interval(item.path)
        rows.append(
            {
                "path": item.path,
                "median": posterior.median(item.path),
                "low": low,
                "high": high,
                "prior_low": item.prior[0],
                "prior_high": item.prior[1],
                "settled": posterior.settled(item.path),
                "method": item.method,
                "by": item.by,
            }
        )
    return _frame(rows)
