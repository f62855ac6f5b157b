"""Adoption over time: the Bass model, its fit, and the world in which only word of mouth brings customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

from sim.evidence.trial import Floats, Trial, run
from sim.world.scenario import DAYS_PER_YEAR, Scenario

WEEKS_PER_COUNT = 4

TOLD_BY_FRIENDS: Mapping[str, Any] = {
    "market.prospects": 100.0,
    "mechanisms.acquisition": False,
    "mechanisms.churn": False,
    "mechanisms.involuntary": False,
    "mechanisms.queue": False,
    "behaviour.talk.referral": 2.0,
    "behaviour.talk.referral_taken": 0.4,
    # Who has adopted stays, as in the Bass model; that they hardly order only makes the run short.
    "customers.exit.alpha": 0.01,
    "customers.exit.beta": 1000.0,
    "customers.orders.mean": 1.0,
    "time.horizon": 2.0,
}


@dataclass(frozen=True)
class Bass:
    """The model of adoption by innovation and imitation (Bass 1969).

    Parameters
    ----------
    market
        Number of people who adopt in the end.
    innovation
        Rate per year at which the others adopt by themselves, p.
    imitation
        Rate per year that adopters add to it when everybody has adopted, q.
    """

    market: float
    innovation: float
    imitation: float

    def adopted(self, years: Floats) -> Floats:
        """Return the number of adopters after some years."""
        fading = np.exp(-(self.innovation + self.imitation) * years)
        return np.asarray(self.market * (1.0 - fading) / (1.0 + self.imitation / self.innovation * fading))

    def adoptions(self, years: Floats) -> Floats:
        """Return the numbers of new adopters between the years given, one less than these."""
        return np.diff(self.adopted(years))


def fit_bass(adoptions: Floats, years: Floats) -> Bass:
    """Fit the Bass model to numbers of new adopters by least squares.

    Parameters
    ----------
    adoptions
        New adopters of each interval.
    years
        Borders of the intervals, one more than these.
    """

    def model(_: Floats, market: float, innovation: float, imitation: float) -> Floats:
        return Bass(market, innovation, imitation).adoptions(years)

    total = max(float(adoptions.sum()), 1.0)
    found, _ = optimize.curve_fit(
        model,
        years[1:],
        adoptions,
        p0=(total, 0.05, 2.0),
        bounds=((0.5, 1e-6, 0.0), (100.0 * total, 50.0, 100.0)),
        max_nfev=20_000,
    )
    return Bass(*(float(value) for value in found))


def explained(observed: Floats, fitted: Floats) -> float:
    """Return the share of the variance that a fit explains; NaN where nothing varies."""
    varies = float(((observed - observed.mean()) ** 2).sum())
    return 1.0 - float(((observed - fitted) ** 2).sum()) / varies if varies > 0.0 else float("nan")


def adoption_world(trial: Trial, network: Mapping[str, Any]) -> Scenario:
    """Return a world in which prospects join only because a friend has told them.

    Parameters
    ----------
    trial
        Its size and what is planted; there are a hundred prospects to each of its customers.
    network
        Values that say who knows whom.
    """
    return trial.world("courier", {**TOLD_BY_FRIENDS, **network})


def adoption_curve(world: Scenario, seed: int) -> tuple[Floats, Floats]:
    """Return the new customers of each four weeks of a run, and the borders of these in years."""
    weekly = run(world, seed).ledger["acquired"].sum(axis=1)
    counts = len(weekly) // WEEKS_PER_COUNT
    new = weekly[: counts * WEEKS_PER_COUNT].reshape(counts, WEEKS_PER_COUNT).sum(axis=1)
    borders = np.arange(counts + 1, dtype=np.float64) * (WEEKS_PER_COUNT * 7.0 / DAYS_PER_YEAR)
    return new, borders
