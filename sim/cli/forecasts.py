"""The command `tenure forecast`: what the customers of a calibrated world will do."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import yaml

from sim.cli.calibrations import COLUMNS, FOLDER
from sim.cli.overrides import Folders
from sim.cli.settings import texts_by_key
from sim.world.description import build
from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import parameter

NUMBERS = ("worlds", "seed", "workers")
UNITS = {"week": "week", "weeks": "week", "month": "month", "months": "month", "quarter": "quarter",
         "quarters": "quarter", "year": "year", "years": "year"}  # fmt: skip
OTHER_READING = ("dates", "decimal", "encoding", "separator", "cohort", "duplicates")
"""How a later file is read where it differs from the one of the calibration."""


@dataclass(frozen=True)
class Settings:
    """What can be asked of `tenure forecast`."""

    scenario: str = parameter("mine", unit="text", meaning="name of the calibrated scenario")
    horizon: str = parameter("12", unit="text", meaning="number of periods, such as 12 or '39 weeks'")
    period: str | None = parameter(None, unit="text", meaning="week, month, quarter, year or days")
    strategy: str | None = parameter(None, unit="text", meaning="to forecast beside the baseline")
    holdout: str | None = parameter(None, unit="text", meaning="a later file of the same shape")
    worlds: int = parameter(
        200, low=20, high=10_000, unit="draws", meaning="of the posterior, with luck each"
    )
    seed: int = parameter(1, low=0, high=1_000_000_000, meaning="of draws and luck")
    workers: int | None = parameter(
        None, unit="threads", low=1, high=1024, meaning="null: one for every core"
    )
    out: str = parameter("outputs/forecast", unit="text", meaning="folder for the results")
    lang: Literal["en", "ru"] = parameter("en", unit="choice", meaning="language of table and figure")
    dates: str | None = parameter(None, unit="text", meaning="of the later file, as for calibrate")
    decimal: str | None = parameter(None, unit="text", meaning="of the later file, as for calibrate")
    encoding: str | None = parameter(None, unit="text", meaning="of the later file, as for calibrate")
    separator: str | None = parameter(None, unit="text", meaning="of the later file, as for calibrate")
    cohort: int | None = parameter(
        None, unit="customers", low=10, high=1_000_000_000, meaning="behind shares"
    )
    duplicates: str | None = parameter(None, unit="text", meaning="of the later file, as for calibrate")


def forecast_command(words: Sequence[str], folders: Folders, command: Sequence[str]) -> int:
    """Forecast, show and write it; return the exit status.

    Parameters
    ----------
    words
        What follows the command: key=value.
    folders
        The user's own folder, which `tenure calibrate` wrote to; ``my_firm`` where none is given.
    command
        The whole command, for the record.

    Raises
    ------
    ConfigurationError
        At the first mistake; nothing was written then.
    """
    own, options = _sorted_out(words)
    settings = build(Settings, own)
    horizon, period = horizon_of(settings.horizon, settings.period)
    home = folders[0] if folders else Path(FOLDER)
    from sim.calibration.forecast.study import forecast
    from sim.cli.analyses.frame import Answer, writable_folder, write_answer
    from sim.cli.job import no_empty_folder, shown
    from sim.cli.screen import progress_bar, say
    from sim.language.words import words as words_of
    from sim.report.forecast_figure import forecast_figure
    from sim.report.forecast_table import forecast_table
    from sim.study.store import configuration_hash, staged, surroundings, write_manifest

    said = words_of(settings.lang)
    folder = writable_folder(settings.out)
    options |= {key: getattr(settings, key) for key in OTHER_READING if getattr(settings, key) is not None}
    started = datetime.now(UTC)
    with no_empty_folder(folder), progress_bar("forecast", "world") as progress:
        found = forecast(
            home,
            settings.scenario,
            horizon=horizon,
            period=period,
            holdout=settings.holdout,
            options=options,
            worlds=settings.worlds,
            seed=settings.seed,
            workers=settings.workers,
            progress=progress,
            strategy=settings.strategy,
        )
    tables = {"forecast": found.summary()}
    if found.holdout is not None:
        tables["errors"] = found.errors()
    answer = Answer(forecast_table(found, said), tables, {"forecast": forecast_figure(found, said)})
    with staged(folder) as place:
        write_answer(answer, place)
        kept = {key: value for key, value in asdict(settings).items() if key not in ("workers", "out")}
        write_manifest(
            place,
            {
                "command": ["tenure", *command],
                "configuration": json.loads(json.dumps({**asdict(settings), "options": options})),
                "configuration_hash": configuration_hash(kept),
                "worse_than_closed_form": found.worse(),
                **surroundings(),
                "started": started.isoformat(timespec="seconds"),
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )
    say(f"{answer.text}\n\n{said.text('comparison.results', folder=shown(folder))}")
    return 0


def horizon_of(text: str, period: str | None) -> tuple[int, str | None]:
    """Return the number of periods and their length, from '12' or '39 weeks'.

    Raises
    ------
    ConfigurationError
        If it is neither, or names another length than the period.
    """
    number, _, unit = text.strip().partition(" ")
    if not unit and number and not number[-1].isdecimal():
        digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
        number, unit = digits, number[len(digits) :]
    example = "for example horizon=12 or horizon='39 weeks'"
    if not number.isdecimal():
        raise ConfigurationError("horizon", f"'{text}' is no number of periods", example)
    if not unit:
        return int(number), period
    if unit not in UNITS:
        raise ConfigurationError("horizon", f"'{unit}' is no period", nearest(unit, UNITS))
    if period is not None and period != UNITS[unit]:
        raise ConfigurationError(
            "period", f"is {period}, but the horizon is in {unit}", "leave one of them out"
        )
    return int(number), UNITS[unit]


def _sorted_out(words: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    known = [item.name for item in fields(Settings)]
    texts = texts_by_key(words, "forecast", "horizon=12", known, COLUMNS)
    own: dict[str, Any] = {}
    columns: dict[str, str] = {}
    for key, text in texts.items():
        if key.startswith(COLUMNS):
            columns[key.removeprefix(COLUMNS)] = text
        else:
            own[key] = yaml.safe_load(text) if key in (*NUMBERS, "cohort") else text or None
    return own, {"columns": columns} if columns else {}
