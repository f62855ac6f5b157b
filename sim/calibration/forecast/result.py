"""A forecast: simulated, by the closed form, under a strategy, and held against what has happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.forecast.holdout import Holdout
from sim.calibration.forecast.simulated import GROUPS
from sim.calibration.posterior import LEVEL
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
TOTAL = "total"
QUANTITIES = (
    *("orders", "survival", "buyers", "revenue", "by_frequency", "profit", "complaint_rate", "csat"),
)
"""What is forecast, in the order in which it is told."""
ASSUMED = ("profit", "complaint_rate", "csat")
"""What rests on assumptions where no costs, complaints or scores were calibrated."""
SUMS = ("orders", "revenue", "profit")
"""What adds up over periods."""
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
    strategy
        Name of the strategy beside the baseline; "" without one.
    under
        The same as `simulated` under that strategy: the same customers with the same luck, world by world.
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
    strategy: str = ""
    under: Mapping[str, Floats] = field(default_factory=dict, repr=False)

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

        ``period`` counts from 1, is ``total`` for what adds up, and the past frequency for expected orders
        by it. Under a strategy there are its mean and interval as well, and its difference to the baseline,
        world by world the same customers with the same luck.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for name, values in self.simulated.items():
            actual = None if self.holdout is None else self.holdout.counted.get(name)
            for place in range(values.shape[1]):
                label: Any = place + 1
                if name == "by_frequency":
                    label = f"{place}+" if place == GROUPS - 1 else str(place)
                row = self._row(name, label, values[:, place], self._closed(name, place), _at(actual, place))
                if self.under:
                    row |= _beside(values[:, place], self.under[name][:, place])
                rows.append(row)
            if name in SUMS:
                closed = None if name not in self.closed else self.closed[name].sum(axis=1)
                happened = float(actual.sum()) if actual is not None else np.nan
                if self.holdout is not None and np.isnan(happened):
                    happened = self.holdout.totals.get(name, np.nan)
                row = self._row(name, TOTAL, values.sum(axis=1), closed, happened)
                if self.under:
                    row |= _beside(values.sum(axis=1), self.under[name].sum(axis=1))
                rows.append(row)
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
        for name, happened in (self.holdout.totals if self.holdout is not None else {}).items():
            values = self.simulated[name].sum(axis=1)
            _, low, high = _spread(values)
            closed = self.closed[name].sum(axis=1).mean() if name in self.closed else np.nan
            rows.append(
                {
                    "quantity": name,
                    "simulated_error": abs(float(values.mean()) - happened),
                    "closed_error": abs(float(closed) - happened),
                    "inside": float(low <= happened <= high),
                    "compared": 1,
                }
            )
        columns = ("quantity", "simulated_error", "closed_error", "inside", "compared")
        return pd.DataFrame(rows, columns=list(columns))

    def worse(self) -> list[str]:
        """Return the quantities that the closed form has forecast better than the simulator."""
        found = self.errors()
        lost = found[found["simulated_error"] > found["closed_error"]]
        return [str(name) for name in lost["quantity"]]


def _beside(baseline: Floats, strategy: Floats) -> dict[str, float]:
    """Return what a strategy gives and its difference to the baseline, each with its interval."""
    found = dict(zip(("strategy", "strategy_low", "strategy_high"), _spread(strategy), strict=True))
    names = ("difference", "difference_low", "difference_high")
    return found | dict(zip(names, _spread(strategy - baseline), strict=True))


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
