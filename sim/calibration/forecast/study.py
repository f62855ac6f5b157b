"""The forecast as a whole: simulated, by the closed form, and held against what has happened."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.forecast.closed import closed_orders, closed_survival
from sim.calibration.forecast.holdout import Holdout, later_options, read_holdout
from sim.calibration.forecast.simulated import GROUPS, forecast_runs
from sim.calibration.posterior import LEVEL, Posterior
from sim.calibration.posterior_files import load_posterior
from sim.calibration.records.contracts import PERIODS, period_days
from sim.study.posterior_draws import JointDraws, read_draws, rows_of
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario
from sim.world.scenario import DAYS_PER_YEAR, Scenario

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
WORLDS, LEAST_WORLDS, MOST_WORLDS = 200, 20, 10_000
HORIZON = 12
LONGEST_YEARS = 10.0
TOTAL = "total"
QUANTITIES = ("orders", "survival", "buyers", "revenue", "by_frequency", "complaint_rate", "csat")
"""What is forecast, in the order in which it is told."""
ASSUMED = ("complaint_rate", "csat")
"""What rests on assumptions where no complaints or scores were calibrated."""
PRICES = ("customers.spend.mean", "customers.contract.price")
"""Without one of them in the data there is no revenue to forecast."""
CLOSED_NAMES = {"orders": "BG/NBD", "contracts": "sBG"}


@dataclass(frozen=True)
class Forecast:
    """What the customers will do.

    Parameters
    ----------
    scenario
        Medians of the posterior.
    route
        "orders" or "contracts".
    period, periods
        Days of a period, and how many.
    customers
        Customers, or contracts that go on, today.
    groups
        Customers by past frequency, of orders.
    simulated
        By quantity, a row per world and a column per period; ``by_frequency`` has a column per group.
    closed
        The same by the closed form, a row per draw; only of what it knows.
    holdout
        What has happened; None where nothing was held back.
    cohort
        Share of the first cohort that is left today, where all began together; NaN elsewhere.
    """

    scenario: Scenario
    route: str
    period: float
    periods: int
    customers: float
    groups: Floats = field(repr=False)
    simulated: Mapping[str, Floats] = field(repr=False)
    closed: Mapping[str, Floats] = field(repr=False)
    holdout: Holdout | None = None
    cohort: float = float("nan")

    @property
    def closed_name(self) -> str:
        """Return the name of the closed form."""
        return CLOSED_NAMES[self.route]

    @property
    def worlds(self) -> int:
        """Return in how many worlds it was simulated."""
        return len(next(iter(self.simulated.values())))

    def summary(self) -> "pd.DataFrame":
        """Return a row per quantity and period: mean, 90 % interval, the closed form's, and what happened.

        ``period`` counts from 1, is ``total`` for orders and revenue in all, and the past frequency for
        expected orders by it.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for name, values in self.simulated.items():
            actual = None if self.holdout is None else self.holdout.counted.get(name)
            for place in range(values.shape[1]):
                label: Any = place + 1
                if name == "by_frequency":
                    label = f"{place}+" if place == GROUPS - 1 else str(place)
                rows.append(
                    self._row(name, label, values[:, place], self._closed(name, place), _at(actual, place))
                )
            if name in ("orders", "revenue"):
                closed = None if name not in self.closed else self.closed[name].sum(axis=1)
                happened = float(actual.sum()) if actual is not None else np.nan
                rows.append(self._row(name, TOTAL, values.sum(axis=1), closed, happened))
        frame = pd.DataFrame(rows)
        frame["period"] = frame["period"].astype(str)
        return frame

    def _closed(self, name: str, place: int) -> Floats | None:
        return None if name not in self.closed else self.closed[name][:, place]

    def _row(
        self, name: str, label: Any, values: Floats, closed: Floats | None, actual: float
    ) -> dict[str, Any]:
        mean, low, high = _spread(values)
        row = {"quantity": name, "period": label, "mean": mean, "low": low, "high": high}
        nothing = (np.nan, np.nan, np.nan)
        row |= dict(
            zip(
                ("closed", "closed_low", "closed_high"),
                nothing if closed is None else _spread(closed),
                strict=True,
            )
        )
        return row | {"actual": actual}

    def errors(self) -> "pd.DataFrame":
        """Return by quantity how far both forecasts are from what happened, and how often it lay inside.

        Root mean square over periods, or over groups weighted by their customers.
        """
        import pandas as pd

        rows = []
        for name, actual in (self.holdout.counted if self.holdout is not None else {}).items():
            if name not in self.simulated:
                continue
            values = self.simulated[name]
            weights = self.groups if name == "by_frequency" else np.ones(len(actual))
            known = np.isfinite(actual) & (weights > 0.0) & np.isfinite(values).any(axis=0)
            if not known.any():
                continue
            means = np.nanmean(values[:, known], axis=0)
            tail = 0.5 - 0.5 * LEVEL
            low, high = np.nanquantile(values[:, known], [tail, 1.0 - tail], axis=0)
            inside = (actual[known] >= low - 1e-12) & (actual[known] <= high + 1e-12)
            row = {
                "quantity": name,
                "simulated_error": _root_mean_square(means - actual[known], weights[known]),
                "closed_error": np.nan,
                "inside": float(inside.mean()),
                "compared": int(known.sum()),
            }
            if name in self.closed:
                expected = self.closed[name].mean(axis=0)[known]
                row["closed_error"] = _root_mean_square(expected - actual[known], weights[known])
            rows.append(row)
        columns = ("quantity", "simulated_error", "closed_error", "inside", "compared")
        return pd.DataFrame(rows, columns=list(columns))

    def worse(self) -> list[str]:
        """Return the quantities that the closed form has forecast better than the simulator."""
        found = self.errors()
        lost = found[found["simulated_error"] > found["closed_error"]]
        return [str(name) for name in lost["quantity"]]


def _spread(values: Floats) -> tuple[float, float, float]:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return np.nan, np.nan, np.nan
    tail = 0.5 - 0.5 * LEVEL
    low, high = np.quantile(known, [tail, 1.0 - tail])
    return float(known.mean()), float(low), float(high)


def _root_mean_square(apart: Floats, weights: Floats) -> float:
    return float(np.sqrt(np.average(apart**2, weights=weights)))


def _at(values: Floats | None, place: int) -> float:
    return np.nan if values is None or place >= len(values) else float(values[place])


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

    Raises
    ------
    ConfigurationError
        If the world was not calibrated there, from a survey or targets alone, or nobody is left.
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
        pace=float(posterior.manifest.get("pace", 1.0)),
    )
    simulated = {
        key: np.array([one[key] for one in counted])
        for key in QUANTITIES
        if key in counted[0] and (key != "revenue" or set(PRICES) & set(posterior.draws))
    }
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
    return Forecast(scenario, route, days, horizon, customers, groups, simulated, closed, kept, cohort)


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
