"""The forecast as a whole: simulated, by the closed form, and held against what has happened."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.forecast.closed import closed_orders, closed_survival
from sim.calibration.forecast.holdout import later_options, read_holdout
from sim.calibration.forecast.result import CLOSED_NAMES, PRICES, QUANTITIES, Forecast
from sim.calibration.forecast.simulated import GROUPS, forecast_runs
from sim.calibration.posterior import Posterior
from sim.calibration.posterior_files import load_posterior
from sim.calibration.records.contracts import PERIODS, period_days
from sim.study.posterior_draws import JointDraws, read_draws, rows_of
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategy
from sim.world.scenario import DAYS_PER_YEAR, Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
WORLDS, LEAST_WORLDS, MOST_WORLDS = 200, 20, 10_000
HORIZON = 12
LONGEST_YEARS = 10.0


def forecast(
    folder: str | Path,
    name: str = "mine",
    *,
    horizon: int = HORIZON,
    period: str | float | None = None,
    holdout: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
    scenario: Scenario | None = None,
    worlds: int = WORLDS,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    strategy: Strategy | str | None = None,
) -> Forecast:
    """Forecast what the customers of a calibrated world will do.

    Parameters
    ----------
    folder
        The user's own folder, which `Calibration.write` wrote to.
    name
        Of the scenario.
    horizon
        Number of periods.
    period
        "week", "month", "quarter", "year" or days; where left out a month, or the period of the contracts.
    holdout
        A later file of the same shape, with what has happened since.
    options
        How that file is to be read where it differs from the one of the calibration.
    scenario
        The scenario with changes; as it stands in the folder where left out.
    worlds
        Draws of the posterior, each with luck of its own.
    seed
        Of draws and luck.
    workers
        Threads; one for every core where left out.
    progress
        Called with (worlds done, worlds in all).
    strategy
        A strategy to forecast beside the baseline, or its name: the same customers with the same luck.

    Raises
    ------
    ConfigurationError
        If the world was not calibrated there, from a survey or targets alone, nobody is left, or the strategy
        is unknown or cannot be carried out in this world.
    """
    folder = Path(folder)
    posterior = load_posterior(folder, name)
    route = posterior.manifest.get("route")
    if route not in CLOSED_NAMES or posterior.histories is None:
        raise ConfigurationError(
            "forecast",
            f"'{name}' was calibrated without customers",
            "calibrate from orders, contracts or survival",
        )
    scenario = scenario or load_scenario(folder / "scenario" / f"{name}.yaml")
    if period is None:
        period = float(posterior.manifest["period_days"]) if route == "contracts" else PERIODS["month"]
    days = period_days(period)
    check_horizon(horizon, days, worlds)
    if len(posterior.histories) == 0:
        raise ConfigurationError(
            "forecast", "no contract goes on: nobody is left", "forecasts are of present customers"
        )
    kept = None if holdout is None else read_holdout(
        Path(holdout), posterior, days, horizon, later_options(posterior, options or {})
    )  # fmt: skip
    strategies = [load_strategy("baseline", scenario)]
    if strategy is not None:
        strategies.append(
            strategy if isinstance(strategy, Strategy) else load_strategy(strategy, scenario, [folder])
        )
        check_compatible(scenario, strategies[1])
    joint = read_draws(Path(scenario.posterior)) if scenario.posterior else JointDraws({}, {})
    numbers = rows_of(joint, worlds, seed) if joint.rows else [0] * worlds
    paths = joint.paths_in(scenario)
    rows: list[Mapping[str, float]] = [joint.row(number, paths) if paths else {} for number in numbers]
    counted = forecast_runs(
        scenario,
        rows,
        posterior.histories,
        days,
        horizon,
        seed,
        workers or os.cpu_count() or 1,
        progress,
        strategies=strategies,
        pace=float(posterior.manifest.get("pace", 1.0)),
    )
    priced = bool(set(PRICES) & set(posterior.draws))
    simulated, *others = (
        {
            key: np.array([one[place][key] for one in counted])
            for key in QUANTITIES
            if key in counted[0][0]
            and (key != "revenue" or priced)
            and (key != "profit" or (priced and strategy is not None))
        }
        for place in range(len(strategies))
    )
    if route == "orders":
        frequency = posterior.histories["frequency"].to_numpy()
        groups = np.bincount(np.minimum(frequency, GROUPS - 1).astype(np.int64), minlength=GROUPS).astype(
            np.float64
        )
        closed = _closed_orders(posterior, days, horizon, numbers)
        customers, cohort = float(len(frequency)), float("nan")
    else:
        groups = np.zeros(GROUPS)
        closed = closed_survival(scenario, rows, posterior.histories, days, horizon)
        customers = float(posterior.histories["count"].sum())
        one = len(posterior.histories) == 1 and "survival" in posterior.manifest.get("data", {})
        cohort = customers / float(posterior.manifest["customers"]) if one else float("nan")
    return Forecast(
        scenario,
        route,
        days,
        horizon,
        customers,
        groups,
        simulated,
        closed,
        kept,
        cohort,
        strategy=strategies[1].name if others else "",
        under=others[0] if others else {},
    )


CLOSED_ROWS = 100
"""Draws over which the closed form is averaged: its expectation hardly moves with more."""


def _closed_orders(posterior: Posterior, days: float, periods: int, numbers: list[int]) -> dict[str, Floats]:
    assert posterior.histories is not None
    rows = np.array(numbers[:CLOSED_ROWS], dtype=np.float64)
    return closed_orders(posterior.closed_draws, posterior.histories, days, periods, rows)


def check_horizon(horizon: int, days: float, worlds: int) -> None:
    """Make sure that a forecast can be run.

    Raises
    ------
    ConfigurationError
        If a number is out of its range.
    """
    if horizon < 1 or horizon * days > LONGEST_YEARS * DAYS_PER_YEAR + 1e-6:
        most = int(LONGEST_YEARS * DAYS_PER_YEAR / days + 1e-6)
        raise ConfigurationError(
            "horizon", f"{horizon} is outside its range", f"valid: 1 to {most} periods, ten years"
        )
    if not LEAST_WORLDS <= worlds <= MOST_WORLDS:
        raise ConfigurationError(
            "worlds", f"{worlds} is outside its range", f"valid: {LEAST_WORLDS} to {MOST_WORLDS}"
        )
