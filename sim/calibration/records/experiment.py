"""A randomised test of a message: a row per customer, with the arm and whether an order followed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.records.columns import plain
from sim.calibration.records.known_columns import EXPERIMENT
from sim.calibration.records.options import Options
from sim.calibration.records.reader import read_table
from sim.calibration.records.table import Table
from sim.world.errors import ConfigurationError, nearest

DAYS = 14.0
"""For how long customers were watched after the message, where nobody says."""
SHORTEST, LONGEST = 1.0, 365.0
ALONE = ("control", "no", "none", "without", "holdout", "0", "false", "контроль", "контрольная", "без", "нет")
"""First words of the names of arms that were left alone."""


@dataclass(frozen=True)
class Arm:
    """Customers of one arm of a test, and how many of them ordered while they were watched."""

    customers: int
    ordered: int


@dataclass(frozen=True)
class Experiment:
    """A randomised test of a message.

    Parameters
    ----------
    table
        How it was read.
    control, contacted
        The arms.
    was_contacted
        By row of the table, whether it is of the arm that was contacted; all others are the control.
    days
        For how long both were watched.
    """

    table: Table
    control: Arm
    contacted: Arm
    was_contacted: NDArray[np.bool_] = field(repr=False)
    days: float


def read_experiment(path: Path, options: Options) -> Experiment:
    """Read a randomised test.

    Raises
    ------
    ConfigurationError
        If it is no such table, or nobody can tell who was contacted and who was not.
    """
    days = DAYS if options.days is None else options.days
    if not SHORTEST <= days <= LONGEST:
        raise ConfigurationError(
            "days", f"{days:g} is outside its range", f"valid: {SHORTEST:g} to {LONGEST:g} days"
        )
    table = read_table(path, EXPERIMENT, options, "experiment")
    names = table.names["arm"]
    control = _arm("control", options.control, names, [name for name in names if _alone(name)])
    others = [name for name in names if name != control]
    contacted = _arm("contacted", options.contacted, names, others)
    if contacted == control:
        raise ConfigurationError("contacted", f"'{control}' is the control", "name another arm")
    codes = names.index(control), names.index(contacted)
    table = table.without(~np.isin(table.data["arm"], codes), "another arm of the test")
    was_contacted = table.data["arm"] == codes[1]
    arms = [_counted(table.data["ordered"][which]) for which in (~was_contacted, was_contacted)]
    table = table.noted(f"control = {control}, contacted = {contacted}")
    if options.days is None:
        table = table.noted(f"customers were watched for {DAYS:g} days; days=… says otherwise")
    return Experiment(table, arms[0], arms[1], was_contacted, days)


def _alone(name: str) -> bool:
    return next(iter(plain(name).split()), "") in ALONE


def _counted(ordered: NDArray[np.float64]) -> Arm:
    return Arm(len(ordered), int(ordered.sum()))


def _arm(key: str, given: str | None, names: Sequence[str], guessed: Sequence[str]) -> str:
    if given is not None:
        if given not in names:
            raise ConfigurationError(key, f"there is no arm '{given}'", nearest(given, names))
        return given
    if len(guessed) != 1:
        problem = f"which arm {'was left alone' if key == 'control' else 'was contacted'} cannot be told"
        raise ConfigurationError(key, problem, f"{key}=… of {', '.join(names[:15])}")
    return guessed[0]
