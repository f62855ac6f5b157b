"""The command `tenure calibrate`: from a firm's own files to a scenario in its own folder."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

import yaml

from sim.cli.overrides import Folders
from sim.cli.settings import texts_by_key
from sim.world.description import build
from sim.world.errors import ConfigurationError
from sim.world.parameter import parameter

if TYPE_CHECKING:
    from sim.world.scenario import Scenario

ROUTES = ("orders", "contracts", "survival", "survey", "experiment", "targets")
READING = (
    "dates",
    "decimal",
    "encoding",
    "separator",
    "start",
    "end",
    "period",
    "unit",
    "cohort",
    "days",
    "control",
    "contacted",
    "occasion",
    "duplicates",
)
NUMBERS = ("cohort", "days", "draws", "check", "seed", "discrepancy", "workers")
COLUMNS = "columns."
FOLDER = "my_firm"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Settings:
    """What can be asked of `tenure calibrate`."""

    orders: str | None = parameter(
        None, unit="text", meaning="orders log: customer, date, amount; or its summary"
    )
    contracts: str | None = parameter(
        None, unit="text", meaning="contract table: start, end, or periods lasted"
    )
    survival: str | None = parameter(
        None, unit="text", meaning="survival table: period, customers or share left"
    )
    survey: str | None = parameter(None, unit="text", meaning="survey table: a column per question")
    experiment: str | None = parameter(
        None, unit="text", meaning="randomised test of a message: arm, whether an order followed"
    )
    targets: str | None = parameter(None, unit="text", meaning="YAML of figures with standard errors")
    name: str = parameter("mine", unit="text", meaning="name of the new scenario")
    out: str | None = parameter(None, unit="text", meaning="your own folder, where it goes")
    scenario: str | None = parameter(None, unit="text", meaning="base whose other values are taken")
    dates: str | None = parameter(None, unit="text", meaning="iso, day_first or month_first")
    decimal: str | None = parameter(None, unit="text", meaning="comma or point")
    encoding: str | None = parameter(None, unit="text", meaning="utf-8 or windows-1251")
    separator: str | None = parameter(None, unit="text", meaning="comma, semicolon, tab or bar")
    start: str | None = parameter(None, unit="text", meaning="first day of the observation")
    end: str | None = parameter(None, unit="text", meaning="last day of the observation")
    period: Any = parameter(None, unit="text", meaning="week, month, quarter, year or days")
    unit: str | None = parameter(
        None, unit="text", meaning="of times in a summary: days, weeks, months, years"
    )
    cohort: int | None = parameter(
        None, unit="customers", low=10, high=1_000_000_000, meaning="behind shares"
    )
    days: float | None = parameter(
        None, unit="days", low=1.0, high=365.0, meaning="for which customers of a test were watched"
    )
    control: str | None = parameter(None, unit="text", meaning="arm of the test that was left alone")
    contacted: str | None = parameter(None, unit="text", meaning="arm of the test that got the message")
    occasion: str = parameter("day", unit="text", meaning="what counts as an order: day or moment")
    duplicates: str = parameter("drop", unit="text", meaning="rows that repeat others: drop or keep")
    scale: str | None = parameter(None, unit="text", meaning="of the survey: 1-10, or trust:1-5,stay:1-7")
    currency: str | None = parameter(None, unit="text", meaning="of the amounts, such as RUB")
    draws: int = parameter(1000, low=200, high=20_000, unit="draws", meaning="of the posterior")
    check: int = parameter(
        60, low=0, high=2000, unit="firms", meaning="simulated to hold your data against; 0: none"
    )
    seed: int = parameter(1, low=0, high=1_000_000_000, meaning="of the draws")
    discrepancy: float = parameter(
        1.0, low=0.0, high=10.0, meaning="what the simulator may be off, as a multiple of what is usual"
    )
    workers: int | None = parameter(
        None, unit="threads", low=1, high=1024, meaning="null: one for every core"
    )
    lang: Literal["en", "ru"] = parameter("en", unit="choice", meaning="language of table and page")


def calibrate_command(words: Sequence[str], folders: Folders, command: Sequence[str]) -> int:
    """Calibrate, show what came out and write it; return the exit status.

    Parameters
    ----------
    words
        What follows the command: key=value.
    folders
        A user's own folders; the first is written to unless ``out=`` names another.
    command
        The whole command, for the record.

    Raises
    ------
    ConfigurationError
        At the first mistake; nothing was written then.
    """
    own, columns = sorted_out(words)
    settings = build(Settings, own)
    if not PLAIN_NAME.fullmatch(settings.name):
        raise ConfigurationError(
            "name", f"'{settings.name}' cannot stand in a key", "use letters, digits, _ and -"
        )
    from sim.calibration.calibrate import calibrate, check_routes
    from sim.calibration.posterior_files import PAGE
    from sim.calibration.records.options import Options
    from sim.cli.analyses.frame import writable_folder
    from sim.cli.job import no_empty_folder, shown
    from sim.cli.screen import progress_bar, say
    from sim.language.words import words as words_of
    from sim.report.calibrated.write import calibration_page
    from sim.report.calibration_table import calibration_table
    from sim.world.library import load_scenario

    said = words_of(settings.lang)
    files = {route: getattr(settings, route) for route in ROUTES}
    check_routes([route for route, path in files.items() if path is not None])
    base = None if settings.scenario is None else load_scenario(settings.scenario, folders)
    home = writable_folder(settings.out or (str(folders[0]) if folders else FOLDER))
    options = Options(columns=columns, **{key: getattr(settings, key) for key in READING})
    with no_empty_folder(home), progress_bar("calibrate", "step") as progress:
        found = calibrate(
            **files,
            name=settings.name,
            scenario=base,
            options=options,
            scale=settings.scale,
            currency=settings.currency,
            draws=settings.draws,
            seed=settings.seed,
            discrepancy=settings.discrepancy,
            workers=settings.workers,
            progress=progress,
        )
    if settings.check:
        with no_empty_folder(home), progress_bar("check", "firm") as progress:
            found = found.checked(settings.check, seed=settings.seed, progress=progress)
    with no_empty_folder(home):
        text = calibration_table(found, said)
        typed = ["tenure", *command]
        page = calibration_page(found, settings.lang, typed)
        path = found.write(home, text, {"command": typed}, page)
    folder = shown(home)
    end = [
        said.text("calibration.written", scenario=shown(path), folder=folder / "calibration" / settings.name),
        said.text("calibration.page", page=folder / "calibration" / settings.name / PAGE),
        said.text("calibration.next", folder=folder, name=settings.name, strategies=_usual(found.scenario)),
    ]
    say("\n".join([text, "", *end]))
    return 0


def _usual(scenario: "Scenario") -> str:
    """Return the strategies of the main job that a scenario knows."""
    from sim.cli.plan import default_choices
    from sim.world.library import strategy_names

    known = strategy_names(scenario)
    return ",".join(name for name in default_choices()["strategies"] if name in known)


def sorted_out(words: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return settings, read as YAML, and names of columns.

    Raises
    ------
    ConfigurationError
        If a word is no setting, is unknown or is given twice.
    """
    known = [item.name for item in fields(Settings)]
    texts = texts_by_key(words, "calibrate", "orders=orders.csv", known, COLUMNS)
    own = {key: _typed(key, text) for key, text in texts.items() if not key.startswith(COLUMNS)}
    columns = {key.removeprefix(COLUMNS): text for key, text in texts.items() if key.startswith(COLUMNS)}
    return own, columns


def _typed(key: str, text: str) -> Any:
    if text in ("", "null"):
        return None
    return yaml.safe_load(text) if key in NUMBERS else text
