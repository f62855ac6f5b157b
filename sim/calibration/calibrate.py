"""Calibrate: from files to a posterior and a scenario."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.calibration.contact import experiment_finding
from sim.calibration.contracts import contract_findings
from sim.calibration.fitting.fit import Asked, asked_in, fit_by_simulation, fits
from sim.calibration.fitting.waves import runs_in_all
from sim.calibration.money import money_finding
from sim.calibration.order_statistics import has_scores, scores_of
from sim.calibration.orders import orders_findings
from sim.calibration.pace import paced
from sim.calibration.posterior import Finding, Posterior, joined, with_manifest
from sim.calibration.posterior_files import draws_file, save_posterior
from sim.calibration.predictive.study import FIRMS, predictions
from sim.calibration.records.contracts import Contracts, read_contracts
from sim.calibration.records.experiment import read_experiment
from sim.calibration.records.options import Options
from sim.calibration.records.orders import Orders, read_orders, shown_day
from sim.calibration.records.survey import SurveyAnswers, read_survey
from sim.calibration.records.survivals import read_survival
from sim.calibration.records.table import Table
from sim.calibration.records.targets import read_targets
from sim.calibration.scenario_file import calibrated_scenario, observed_years, scenario_text
from sim.calibration.survey import survey_statistics
from sim.study.store import surroundings
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import load_scenario
from sim.world.scenario import DAYS_PER_YEAR, Scenario

ROUTES = ("orders", "contracts", "survival", "survey", "experiment", "targets")
BEHAVIOUR = ("orders", "contracts", "survival")
"""Routes of which only one can be taken: they say how customers buy and leave."""
DRAWS, SEED = 1000, 1
LEAST_DRAWS, MOST_DRAWS = 200, 20_000
Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Calibration:
    """A calibrated world.

    Parameters
    ----------
    name
        Of the scenario.
    scenario
        Medians over the base.
    base
        Where all other values are from.
    posterior
        What the data say.
    tables
        How each file was read, by route.
    data
        The orders or the contracts as they were read; None without any.
    """

    name: str
    scenario: Scenario
    base: Scenario
    posterior: Posterior
    tables: Mapping[str, Table] = field(repr=False)
    data: Orders | Contracts | None = field(default=None, repr=False)

    def checked(
        self,
        firms: int = FIRMS,
        *,
        seed: int = 1,
        workers: int | None = None,
        progress: Step | None = None,
    ) -> "Calibration":
        """Return the calibration with its predictions: figures of the data beside those of simulated firms.

        Parameters
        ----------
        firms
            How many are simulated, each over another draw of the posterior.
        seed
            Of draws and luck.
        workers
            Threads; one for every core where left out.
        progress
            Called with (firms done, firms in all).

        Raises
        ------
        ConfigurationError
            If too few firms are asked for, or too many.
        """
        if self.data is None:
            return self
        found = predictions(self.scenario, self.posterior, self.data, firms, seed, workers, progress)
        known = {item.name: item for item in (*self.posterior.predicted, *found)}
        return replace(self, posterior=replace(self.posterior, predicted=tuple(known.values())))

    def report(self, path: str | Path, lang: str = "en") -> Path:
        """Write what was found as a page: one HTML file that asks nothing of anybody, also for printing.

        The figures of the data beside those of simulated firms stand in it once `checked` has found them.

        Parameters
        ----------
        path
            Where to; folders are made.
        lang
            "en" or "ru".

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ConfigurationError
            If the language is unknown, or nothing can be written there.
        """
        from sim.report.calibrated.write import write_page

        return write_page(self, Path(path), lang)

    def write(
        self, folder: str | Path, text: str = "", record: Mapping[str, Any] | None = None, page: str = ""
    ) -> Path:
        """Write posterior and scenario into a user's folder; return the scenario's file.

        The scenario is then known to ``tenure --config-dir FOLDER scenario=NAME`` and to
        `sim.load_scenario`, given its path.

        Parameters
        ----------
        folder
            The user's own folder; made if it is not there.
        text
            What is told of it, kept beside the posterior.
        record
            What else the manifest shall say.
        page
            Text of the page of the calibration, kept beside the posterior; none where left out.
        """
        folder = Path(folder)
        draws = draws_file(self.name) if self.posterior.draws else ""
        posterior = with_manifest(self.posterior, {**self.posterior.manifest, **(record or {})})
        save_posterior(posterior, folder, self.name, scenario_text(self.scenario, draws), text, page)
        return folder / "scenario" / f"{self.name}.yaml"


def calibrate(
    *,
    orders: str | Path | None = None,
    contracts: str | Path | None = None,
    survival: str | Path | None = None,
    survey: str | Path | None = None,
    experiment: str | Path | None = None,
    targets: str | Path | None = None,
    name: str = "mine",
    scenario: Scenario | str | None = None,
    options: Options | Mapping[str, Any] | None = None,
    scale: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    currency: str | None = None,
    discrepancy: float = 1.0,
    workers: int | None = None,
    progress: Step | None = None,
) -> Calibration:
    """Calibrate a world from a firm's own data.

    Parameters
    ----------
    orders
        An orders log, or its summary by customer (frequency, recency, age).
    contracts
        A contract table.
    survival
        A survival table by period.
    survey
        A survey table.
    experiment
        A randomised test of a message: a row per customer.
    targets
        A YAML file of figures with standard errors.
    name
        Of the new scenario.
    scenario
        Base whose other values are taken; the defaults of the registry where left out.
    options
        How the files are to be read, as `Options` or as a mapping of what it is made of.
    scale
        Lowest and highest answer of the survey, such as "1-10".
    draws, seed
        Number of draws and their seed.
    currency
        What the amounts of the file are in; that of the base where left out.
    discrepancy
        How much of what the simulator may be off in a figure is conceded to it, see
        `sim.calibration.fitting.links`: 0 takes it for the world itself.
    workers
        Threads of the fit by simulation; one for every core where left out. They change no result.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    Calibration
        Posterior and scenario; `Calibration.write` writes them.

    Raises
    ------
    ConfigurationError
        If no file is given, two say how customers leave, or one cannot be read.
    """
    given = (orders, contracts, survival, survey, experiment, targets)
    paths = {route: Path(path) for route, path in zip(ROUTES, given, strict=True) if path is not None}
    check_routes(list(paths))
    if not LEAST_DRAWS <= draws <= MOST_DRAWS:
        raise ConfigurationError(
            "draws", f"{draws} is outside its range", f"valid: {LEAST_DRAWS} to {MOST_DRAWS}"
        )
    base = scenario if isinstance(scenario, Scenario) else default_base(scenario)
    options = options if isinstance(options, Options) else read_options(options or {})
    steps = len(paths) + 1
    findings: list[Finding] = []
    tables: dict[str, Table] = {}
    record: dict[str, Any] = {}
    data: Orders | Contracts | None = None
    findings.append(money_finding(base, currency))
    asked = Asked()
    for number, (route, path) in enumerate(paths.items()):
        found, table, more, own = _route(route, path, base, options, scale, draws, seed)
        if isinstance(own, SurveyAnswers):
            asked = asked_in(own)
        elif own is not None:
            data = own
        findings += found
        record |= more
        if table is not None:
            tables[route] = table
        if progress is not None:
            progress(number + 1, steps)
    if isinstance(data, Orders) and has_scores(data):
        asked = replace(asked, scores=scores_of(data))
    if knobs := fits(base, findings, asked):
        done, steps = steps - 1, steps + runs_in_all(knobs)

        def fitting(number: int, _: int) -> None:
            if progress is not None:
                progress(done + number, steps)

        fit = fit_by_simulation(
            base,
            findings,
            asked,
            draws,
            seed,
            discrepancy=discrepancy,
            workers=workers,
            progress=fitting,
        )
        findings.append(fit)
    record.setdefault("observed_days", base.time.horizon * DAYS_PER_YEAR)  # what figures are simulated over
    files = ", ".join(path.name for path in paths.values())
    manifest = {
        "name": name,
        "base": base.name,
        "data": {
            route: {"path": str(path), "sha256": _digest(tables.get(route), path)}
            for route, path in paths.items()
        },
        "options": {key: value for key, value in asdict(options).items() if value not in (None, {})},
        "draws": draws,
        "seed": seed,
        "discrepancy": discrepancy,
        "read": {route: table.told() for route, table in tables.items()},
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        **record,
        **surroundings(),
    }
    posterior = joined(findings, manifest)
    known = tuple(f"{route}: {table.told()[0]}" for route, table in tables.items())
    made = calibrated_scenario(base, posterior, name, files, known)
    made, posterior = paced(made, posterior, observed_years(made, posterior))
    if progress is not None:
        progress(steps, steps)
    return Calibration(name, made, base, posterior, tables, data)


def read_options(values: Mapping[str, Any]) -> Options:
    """Return options of reading from a mapping.

    Raises
    ------
    ConfigurationError
        If one is unknown or has no such value.
    """
    known = [item.name for item in fields(Options)]
    for name in values:
        if name not in known:
            raise ConfigurationError(f"options.{name}", "unknown key", nearest(name, known))
    return Options(**values)


def default_base(name: str | None) -> Scenario:
    """Return a base by name, or the defaults of the registry."""
    return Scenario(name="default") if name is None else load_scenario(name)


def check_routes(routes: list[str]) -> None:
    """Make sure that there is something to calibrate from, and one file at most says how customers leave.

    Raises
    ------
    ConfigurationError
        If not.
    """
    if not routes:
        raise ConfigurationError(
            "calibrate", "is given no data", f"one of {', '.join(f'{route}=FILE' for route in ROUTES)}"
        )
    both = [route for route in routes if route in BEHAVIOUR]
    if len(both) > 1:
        raise ConfigurationError(
            both[1], f"is given together with {both[0]}", "one of them says how customers leave; give one"
        )


def _route(
    route: str, path: Path, base: Scenario, options: Options, scale: str | None, draws: int, seed: int
) -> tuple[list[Finding], Table | None, dict[str, Any], Orders | Contracts | SurveyAnswers | None]:
    """Return what a file says, how it was read, what the forecast has to know of it, and what was read."""
    if route == "orders":
        orders = read_orders(path, options)
        record = {
            "route": "orders",
            "customers": len(orders.customers),
            "observed_days": orders.end - orders.start,
            "occasion": options.occasion,
        }
        if not orders.summary:
            record |= {"start": shown_day(orders.start), "end": shown_day(orders.end), "end_day": orders.end}
        return orders_findings(orders, draws, seed), orders.table, record, orders
    if route in ("contracts", "survival"):
        found = (read_contracts if route == "contracts" else read_survival)(path, options)
        record = {
            "route": "contracts",
            "customers": float(found.count.sum()),
            "active": float(found.count[~found.ended].sum()),
            "period_days": found.period,
            "observed_days": float(found.renewals.max()) * found.period,
        }
        if not math.isnan(found.end):
            record |= {"end": shown_day(found.end), "end_day": found.end}
        return contract_findings(found, draws, seed), found.table, record, found
    if route == "survey":
        survey = read_survey(path, options, scale)
        return [Finding(statistics=survey_statistics(survey))], survey.table, {}, survey
    if route == "experiment":
        test = read_experiment(path, options)
        return [experiment_finding(test, base, draws, seed)], test.table, {}, None
    return [Finding(statistics=read_targets(path))], None, {}, None


def _digest(table: Table | None, path: Path) -> str:
    if table is not None:
        return table.digest
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()
