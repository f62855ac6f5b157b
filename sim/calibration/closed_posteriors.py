"""Posteriors of the closed forms, under priors that are weak and stated.

Every prior is normal on a scale without bounds: logarithms of rates and shapes, the log-odds of leaving.
They stand in `Prior`, in units that do not depend on the firm, and matter only where the data say little.
Times are years of 365 days, as in the registry of the scenario.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from sim.calibration.closed_forms import BetaGeometricNbd, GammaGamma
from sim.calibration.sampling import importance_sample, normal_log_density

Floats = NDArray[np.float64]
Limits = Mapping[str, tuple[float, float]]

LIMITS: Limits = {"mean": (1e-4, 1e4), "shape": (1e-3, 1e3), "alpha": (1e-4, 1e4), "beta": (1e-4, 1e5)}
"""Beyond these nothing is drawn: the closed forms lose their digits there."""
MOST_KINDS = 5000
"""Kinds of customers that a likelihood is computed over; more are put on a grid of times first."""
GRIDS = (250, 120, 60)
"""Steps of that grid over the longest time, tried in turn until there are few enough kinds."""
PRIOR_DRAWS = 20_000


@dataclass(frozen=True)
class Prior:
    """A normal prior.

    Parameters
    ----------
    centre
        Its mean, on the scale of the parameter: the logarithm, or the log-odds.
    spread
        Its standard deviation.
    """

    centre: float
    spread: float

    def log_density(self, value: float) -> float:
        """Return its log-density up to a constant."""
        return normal_log_density(value, self.centre, self.spread)

    def draws(self, generator: np.random.Generator) -> Floats:
        """Return draws of the exponential of what it is a prior of."""
        return np.exp(self.centre + self.spread * generator.standard_normal(PRIOR_DRAWS))


RATE = Prior(np.log(6.0), 2.0)
"""Log mean orders a year: 9 in 10 between one in five years and three a week."""
SHAPE = Prior(np.log(1.0), 1.2)
"""Log shape of the rates of orders: 9 in 10 between .14 and 7.2."""
LEAVING = Prior(float(special.logit(0.15)), 1.5)
"""Log-odds of the mean chance to leave, per order or renewal: 9 in 10 between .015 and .68."""
ALIKE = Prior(np.log(5.0), 1.5)
"""Log of alpha + beta, how alike customers are in it: 9 in 10 between .4 and 59."""
KIND = Prior(0.0, 1.0)
"""Log factor on the force of leaving of one kind of customers over another: 9 in 10 between .19 and 5.2."""
DURATION = Prior(0.0, 0.5)
"""Log shape of the beta-discrete-Weibull: 9 in 10 between .44 and 2.3."""
VALUES = Prior(np.log(4.0), 1.5)
"""Log shapes p and q of gamma-gamma: 9 in 10 between .34 and 47."""
SCALE = Prior(0.0, 2.0)
"""Log of v over the mean value of the orders seen."""


@dataclass(frozen=True)
class ClosedPosterior:
    """Draws of a closed form's parameters.

    Parameters
    ----------
    draws
        By name, a value per draw; the rows belong together.
    prior
        By name, draws from the prior.
    """

    draws: Mapping[str, Floats] = field(repr=False)
    prior: Mapping[str, Floats] = field(repr=False)

    def prior_interval(self, name: str, level: float = 0.9) -> tuple[float, float]:
        """Return the limits that hold a share of the prior, equal tails."""
        tail = 0.5 - 0.5 * level
        low, high = np.quantile(self.prior[name], [tail, 1.0 - tail])
        return float(low), float(high)


def bg_nbd_posterior(
    orders: Floats,
    last: Floats,
    age: Floats,
    draws: int = 1000,
    seed: int = 1,
    limits: Limits | None = None,
) -> ClosedPosterior:
    """Return draws of BG/NBD: mean (orders a year), shape, alpha and beta of the chance to leave.

    Parameters
    ----------
    orders, last, age
        Repeat orders of each customer, time of the last of them (0 if none) and time since the first order,
        in years.
    draws, seed
        Number of draws and their seed.
    limits
        Least and greatest value by name, beyond which nothing is drawn; see `LIMITS`.
    """
    kinds = kinds_of(orders, last, age)
    columns, weights = kinds.columns, kinds.count
    bounds = {**LIMITS, **(limits or {})}

    def density(point: Floats) -> float:
        values = _bg_nbd(point)
        if values is None or not _inside(values, ("mean", "shape", "alpha", "beta"), bounds):
            return -np.inf
        mean, shape, alpha, beta = values
        with np.errstate(all="ignore"):
            likelihood = kinds.log_likelihood(BetaGeometricNbd(shape, shape / mean, alpha, beta))
        prior = sum(
            part.log_density(float(value))
            for part, value in zip((RATE, SHAPE, LEAVING, ALIKE), point, strict=True)
        )
        return likelihood + prior if np.isfinite(likelihood) else -np.inf

    seen = float(weights @ columns[0]) / max(float(weights @ columns[2]), 1e-9)
    rate = np.log(max(seen, 0.02))
    starts = np.array(
        [
            [rate + more, shape, leaving, alike]
            for more in (0.2, 1.0)
            for shape in (-1.0, 0.5)
            for leaving in (-3.0, -1.0)
            for alike in (0.5, 2.0)
        ]
    )
    points, _ = importance_sample(density, starts, draws, seed)
    names = ("mean", "shape", "alpha", "beta")
    drawn = np.array([_bg_nbd(point) for point in points])
    generator = np.random.default_rng(0)
    before = np.array(
        [
            RATE.draws(generator),
            SHAPE.draws(generator),
            *_beta_prior(generator),
        ]
    )
    return ClosedPosterior(
        {name: np.asarray(drawn[:, place]) for place, name in enumerate(names)},
        {name: np.asarray(before[place]) for place, name in enumerate(names)},
    )


def _bg_nbd(point: Floats) -> tuple[float, float, float, float] | None:
    if np.abs(point).max() > 25.0:
        return None
    rate, shape, leaving, alike = (float(value) for value in point)
    share, total = float(special.expit(leaving)), float(np.exp(alike))
    return float(np.exp(rate)), float(np.exp(shape)), share * total, (1.0 - share) * total


def _beta_prior(generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Return draws of alpha and beta from the prior of the chance to leave."""
    share = special.expit(LEAVING.centre + LEAVING.spread * generator.standard_normal(PRIOR_DRAWS))
    total = np.exp(ALIKE.centre + ALIKE.spread * generator.standard_normal(PRIOR_DRAWS))
    return np.asarray(share * total), np.asarray((1.0 - share) * total)


def _inside(values: tuple[float, ...], names: tuple[str, ...], bounds: Limits) -> bool:
    return all(bounds[name][0] <= value <= bounds[name][1] for name, value in zip(names, values, strict=True))


@dataclass(frozen=True)
class Kinds:
    """Customers counted by what they did, with what a likelihood needs of them once only.

    Parameters
    ----------
    columns
        Repeat orders, time of the last, age; an entry per kind.
    count
        Customers of each kind.
    orders, last, age
        The different values of each column, and where each kind has its own among them.
    """

    columns: tuple[Floats, Floats, Floats]
    count: Floats
    orders: tuple[Floats, NDArray[np.intp]]
    last: tuple[Floats, NDArray[np.intp]]
    age: tuple[Floats, NDArray[np.intp]]

    def log_likelihood(self, model: BetaGeometricNbd) -> float:
        """Return what `BetaGeometricNbd.individual_log_likelihood` adds up to, in a fraction of its time."""
        r, alpha, a, b = model.r, model.alpha, model.a, model.b
        numbers, place = self.orders
        common = special.gammaln(r + numbers) - special.gammaln(r) + r * np.log(alpha)
        common = common + special.betaln(a, b + numbers) - special.betaln(a, b)
        # B(a + 1, b + x - 1) = B(a, b + x) a / (b + x - 1): who is gone, over who is there
        odds = np.where(numbers > 0.0, np.log(a / (b + np.maximum(numbers, 1.0) - 1.0)), -np.inf)
        power = (r + numbers)[place]
        there = np.log(alpha + self.age[0])[self.age[1]]
        since = there - np.log(alpha + self.last[0])[self.last[1]]
        terms = common[place] - power * there + np.logaddexp(0.0, odds[place] + power * since)
        return float(self.count @ terms)


def kinds_of(orders: Floats, last: Floats, age: Floats) -> Kinds:
    """Count customers by what they did; of very many different kinds, on a grid of times."""
    table = np.column_stack([orders, last, age]).astype(np.float64)
    kinds, count = np.unique(table, axis=0, return_counts=True)
    for steps in GRIDS:
        if len(kinds) <= MOST_KINDS:
            break
        # A time is off by half a step at most, either way: over many customers less of it remains.
        step = float(table[:, 2].max()) / steps
        old = np.maximum(np.round(table[:, 2] / step), 1.0) * step
        late = np.where(table[:, 0] > 0.0, np.maximum(np.round(table[:, 1] / step), 0.5) * step, 0.0)
        rounded = np.column_stack([table[:, 0], np.minimum(late, old), old])
        kinds, count = np.unique(rounded, axis=0, return_counts=True)
    columns = (kinds[:, 0], kinds[:, 1], kinds[:, 2])
    parts = [np.unique(column, return_inverse=True) for column in columns]
    return Kinds(columns, count.astype(np.float64), *((values, place.ravel()) for values, place in parts))


def fit_many(orders: Floats, last: Floats, age: Floats, near: BetaGeometricNbd) -> BetaGeometricNbd:
    """Fit BG/NBD to very many customers, counted by kinds, from a model that is near; times in its unit.

    The likelihood that is returned is that of the times as they are.
    """
    kinds = kinds_of(orders, last, age)

    def negative(logs: Floats) -> float:
        with np.errstate(all="ignore"):
            value = -kinds.log_likelihood(BetaGeometricNbd(*np.exp(np.clip(logs, -12.0, 12.0))))
        return value if np.isfinite(value) else 1e300

    start = np.log([near.r, near.alpha, near.a, near.b])
    best = optimize.minimize(
        negative, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-2, "maxiter": 1000}
    )
    r, alpha, a, b = (float(value) for value in np.exp(np.clip(best.x, -12.0, 12.0)))
    likelihood = float(BetaGeometricNbd(r, alpha, a, b).individual_log_likelihood(orders, last, age).sum())
    return BetaGeometricNbd(r, alpha, a, b, likelihood)


def shifted_beta_geometric_posterior(
    lost: Floats,
    censored: Floats,
    draws: int = 1000,
    seed: int = 1,
    limits: Limits | None = None,
    *,
    shaped: bool = False,
) -> ClosedPosterior:
    """Return draws of the shifted beta-geometric: alpha and beta of the chance to leave at a renewal.

    Kinds of customers may differ by a factor on the force of leaving, -log(1 - p), as the segments of a
    scenario do: of a kind with the factor f, B(alpha, beta + f n) / B(alpha, beta) are left after n renewals.
    With a shape, n is taken to its power: the beta-discrete-Weibull of Fader, Hardie, Liu, Davin and
    Steenburgh (2018), in which the chance of one customer moves with duration; 1 is no such effect.

    Parameters
    ----------
    lost
        Customers who left at the 1st, 2nd, … renewal; a row for each kind, the first of which has factor 1.
    censored
        Customers who are still there after 0, 1, 2, … renewals, in the same way.
    draws, seed
        Number of draws and their seed.
    limits
        As in `bg_nbd_posterior`.
    shaped
        Whether to draw the shape as well.

    Returns
    -------
    ClosedPosterior
        Draws of alpha, beta, shape if asked for, and ``factor.1``, ``factor.2``, … of the further kinds.
    """
    bounds = {**LIMITS, **(limits or {})}
    lost, censored = np.atleast_2d(lost).astype(np.float64), np.atleast_2d(censored).astype(np.float64)
    most = max(lost.shape[1], censored.shape[1] - 1)
    gone = np.pad(lost, ((0, 0), (0, most - lost.shape[1])))
    there = np.pad(censored, ((0, 0), (0, most + 1 - censored.shape[1])))
    kinds, first = len(gone), 3 if shaped else 2
    past = np.arange(most + 1.0)

    def density(point: Floats) -> float:
        if np.abs(point).max() > 25.0:
            return -np.inf
        share, total = float(special.expit(point[0])), float(np.exp(point[1]))
        alpha, beta = share * total, (1.0 - share) * total
        if not _inside((alpha, beta), ("alpha", "beta"), bounds):
            return -np.inf
        time = past ** float(np.exp(point[2])) if shaped else past
        forces = np.exp(np.concatenate([[0.0], point[first:]]))
        alive = np.exp(special.betaln(alpha, beta + forces[:, None] * time) - special.betaln(alpha, beta))
        leaving = np.maximum(alive[:, :-1] - alive[:, 1:], 1e-300)
        likelihood = float((gone * np.log(leaving)).sum() + (there * np.log(np.maximum(alive, 1e-300))).sum())
        prior = LEAVING.log_density(float(point[0])) + ALIKE.log_density(float(point[1]))
        if shaped:
            prior += DURATION.log_density(float(point[2]))
        prior += sum(KIND.log_density(float(value)) for value in point[first:])
        return likelihood + prior if np.isfinite(likelihood) else -np.inf

    starts = np.array(
        [
            [leaving, alike, *[0.0] * (first - 2 + kinds - 1)]
            for leaving in (-4.0, -2.0, 0.0)
            for alike in (0.0, 1.5, 4.0)
        ]
    )
    points, _ = importance_sample(density, starts, draws, seed)
    share, total = special.expit(points[:, 0]), np.exp(points[:, 1])
    generator = np.random.default_rng(0)
    alpha, beta = _beta_prior(generator)
    found = {"alpha": np.asarray(share * total), "beta": np.asarray((1.0 - share) * total)}
    before = {"alpha": alpha, "beta": beta}
    if shaped:
        found["shape"] = np.exp(points[:, 2])
        before["shape"] = DURATION.draws(generator)
    for number in range(1, kinds):
        found[f"factor.{number}"] = np.exp(points[:, first + number - 1])
        before[f"factor.{number}"] = KIND.draws(generator)
    return ClosedPosterior(found, before)


def gamma_gamma_posterior(orders: Floats, mean: Floats, draws: int = 1000, seed: int = 1) -> ClosedPosterior:
    """Return draws of gamma-gamma: p, q and v.

    Parameters
    ----------
    orders, mean
        Number of orders of each customer, at least 1, and their mean value, above 0.
    draws, seed
        Number of draws and their seed.
    """
    typical = float(np.average(mean, weights=orders))
    scaled = np.asarray(mean, dtype=np.float64) / typical
    number = np.asarray(orders, dtype=np.float64)
    weights = np.ones(len(scaled))
    if len(scaled) > MOST_KINDS:
        table = np.column_stack([number, np.round(np.log(scaled) * 50.0)])
        kinds, place = np.unique(table, axis=0, return_inverse=True)
        weights = np.bincount(place.ravel(), minlength=len(kinds)).astype(np.float64)
        number, scaled = kinds[:, 0], np.exp(kinds[:, 1] / 50.0)

    def density(point: Floats) -> float:
        if np.abs(point).max() > 25.0:
            return -np.inf
        model = GammaGamma(*(float(value) for value in np.exp(point)))
        likelihood = float(weights @ model.individual_log_likelihood(number, scaled))
        prior = VALUES.log_density(point[0]) + VALUES.log_density(point[1]) + SCALE.log_density(point[2])
        return likelihood + prior if np.isfinite(likelihood) else -np.inf

    starts = np.array([[p, q, v] for p in (0.5, 2.0) for q in (0.7, 2.0) for v in (-1.0, 0.5)])
    points, _ = importance_sample(density, starts, draws, seed)
    generator = np.random.default_rng(0)
    before = np.exp(
        np.array([VALUES.centre, VALUES.centre, SCALE.centre])
        + np.array([VALUES.spread, VALUES.spread, SCALE.spread]) * generator.standard_normal((PRIOR_DRAWS, 3))
    )
    drawn = np.exp(points)
    drawn[:, 2] *= typical
    before[:, 2] *= typical
    names = ("p", "q", "v")
    return ClosedPosterior(
        {name: np.asarray(drawn[:, place]) for place, name in enumerate(names)},
        {name: np.asarray(before[:, place]) for place, name in enumerate(names)},
    )
