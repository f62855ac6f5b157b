"""From an orders log to draws: how customers order and leave, what orders are worth, how they come."""

import numpy as np
from numpy.typing import NDArray

from sim.calibration.closed_forms import BetaGeometricNbd, fit_bg_nbd, fit_gamma_gamma
from sim.calibration.closed_posteriors import bg_nbd_posterior, fit_many, gamma_gamma_posterior
from sim.calibration.delivery import delivery_finding
from sim.calibration.order_statistics import order_statistics
from sim.calibration.posterior import Estimate, Finding, Unsettled
from sim.calibration.ranges import at_limits, inside_ranges, registry_range
from sim.calibration.records.orders import Orders
from sim.calibration.sampling import drawn_moments
from sim.world.scenario import DAYS_PER_YEAR

Floats = NDArray[np.float64]
WEEK = 7.0
MANY = 20_000
"""Customers from which the greatest likelihood is looked for near the posterior only."""
FEW = 10
"""Observations below which a spread is not estimated."""
HABIT = "behaviour.churn.inertia"
PATHS = {
    "mean": "customers.orders.mean",
    "shape": "customers.orders.shape",
    "alpha": "customers.exit.alpha",
    "beta": "customers.exit.beta",
}


def orders_findings(orders: Orders, draws: int = 1000, seed: int = 1) -> list[Finding]:
    """Return what an orders log says: orders and exits, spending, delivery, and its statistics.

    Parameters
    ----------
    orders
        The log.
    draws, seed
        Number of draws and their seed.
    """
    found = [_buying(orders, draws, seed), _spending(orders, draws, seed + 1)]
    if not orders.summary:
        found.append(delivery_finding(orders, draws, seed + 2))
    found.append(Finding(statistics=order_statistics(orders)))
    return found


def _buying(orders: Orders, draws: int, seed: int) -> Finding:
    """Return draws of how often customers order and how soon they leave, by BG/NBD."""
    people = orders.customers
    frequency = people["frequency"].to_numpy(dtype=np.float64)
    recency = people["recency"].to_numpy(dtype=np.float64)
    age = np.maximum(people["age"].to_numpy(dtype=np.float64), 1e-3)
    limits = {name: registry_range(path) for name, path in PATHS.items()}
    found = bg_nbd_posterior(frequency, recency / DAYS_PER_YEAR, age / DAYS_PER_YEAR, draws, seed, limits)
    drawn = {path: found.draws[name] for name, path in PATHS.items()}
    if len(frequency) > MANY:
        middle = {name: float(np.median(column)) for name, column in found.draws.items()}
        weekly = middle["shape"] / middle["mean"] * DAYS_PER_YEAR / WEEK
        near = BetaGeometricNbd(middle["shape"], weekly, middle["alpha"], middle["beta"])
        fitted = fit_many(frequency, recency / WEEK, age / WEEK, near)
    else:
        fitted = fit_bg_nbd(frequency, recency / WEEK, age / WEEK)
    unsettled = at_limits(drawn)
    why = "orders do not tell habit from sorting; it is set to 0"
    remedy = "an experiment with a contact that asks customers to stay"
    unsettled.append(Unsettled(HABIT, why, remedy))
    if not (frequency > 0).any():
        remedy = "a longer log: until some customers have ordered twice or three times"
        unsettled.append(Unsettled("customers.exit", "nobody has ordered twice", remedy))
    return Finding(
        draws=drawn,
        estimates=tuple(
            Estimate(path, "likelihood of BG/NBD", "closed form", found.prior_interval(name))
            for name, path in PATHS.items()
        ),
        unsettled=tuple(unsettled),
        given={
            "customers.relation": ("non_contractual", "orders without a contract"),
            "customers.segments": ({"everyone": {}}, "the log knows no kinds of customers"),
            "customers.involuntary": (0.0, "exits of all causes are counted among those after an order"),
            HABIT: (0.0, "exits were estimated without an effect of duration"),
        },
        closed_forms={
            "bg_nbd": {
                "r": fitted.r,
                "alpha": fitted.alpha,
                "a": fitted.a,
                "b": fitted.b,
                "log_likelihood": fitted.log_likelihood,
            }
        },
        closed_draws={
            "bg_nbd.r": drawn[PATHS["shape"]],
            "bg_nbd.alpha": drawn[PATHS["shape"]] / drawn[PATHS["mean"]] * DAYS_PER_YEAR / WEEK,
            "bg_nbd.a": drawn[PATHS["alpha"]],
            "bg_nbd.b": drawn[PATHS["beta"]],
        },
        histories=people[["key", "frequency", "recency", "age"]].reset_index(drop=True),
    )


def _spending(orders: Orders, draws: int, seed: int) -> Finding:
    """Return draws of what orders are worth: moments of the values and of their logarithms.

    The simulator's prices are log-normal, between customers and within. The mean and the two spreads are
    counted, customers weighted by the Bayesian bootstrap, so that the mean does not lean on that form.
    Gamma-gamma is fitted beside it as the yardstick that it is in the literature.
    """
    people = orders.customers
    priced = people[people["priced"] > 0]
    remedy = "a column with what each order was worth (columns.amount=…)"
    if len(priced) < FEW:
        why = f"{len(priced)} customers have amounts"
        if len(priced) == 0:
            why = "no column was taken for amounts"
        return Finding(unsettled=(Unsettled("customers.spend", why, remedy),))
    number = priced["priced"].to_numpy(dtype=np.float64)
    mean = priced["amount"].to_numpy(dtype=np.float64)
    forms, closed = {}, {}
    again = people[people["repeats_priced"] > 0]
    if len(again) >= FEW:
        # As published: the values of the repeat orders, without the first one.
        repeats = again["repeats_priced"].to_numpy(dtype=np.float64)
        values = again["repeats_amount"].to_numpy(dtype=np.float64)
        fitted = fit_gamma_gamma(repeats, values)
        found = gamma_gamma_posterior(repeats, values, draws, seed)
        forms = {
            "gamma_gamma": {
                "p": fitted.p,
                "q": fitted.q,
                "v": fitted.v,
                "log_likelihood": fitted.log_likelihood,
            }
        }
        closed = {f"gamma_gamma.{name}": column for name, column in found.draws.items()}
    drawn, spreads = _log_normal(orders, draws, seed)
    drawn = inside_ranges(drawn, seed)
    middle = float(np.average(mean, weights=number))
    priors = {
        "customers.spend.mean": (middle / 10.0, middle * 10.0),
        "customers.spend.between": (0.0, 3.0),
        "customers.spend.within": (0.0, 3.0),
    }
    unsettled: tuple[Unsettled, ...] = ()
    if not spreads:
        unsettled = (
            Unsettled(
                "customers.spend.within",
                "too few customers have several orders with amounts"
                if not orders.summary
                else "a summary does not hold the single amounts",
                "a log with the amount of each order, and customers who ordered several times",
            ),
        )
    return Finding(
        draws=drawn,
        estimates=tuple(Estimate(path, "amounts of the orders", "counted", priors[path]) for path in drawn),
        unsettled=unsettled,
        closed_forms=forms,
        closed_draws=closed,
    )


def _log_normal(orders: Orders, draws: int, seed: int) -> tuple[dict[str, Floats], bool]:
    """Return draws of the mean price and of both spreads of its logarithm; whether the spreads were found."""
    people = orders.customers
    if orders.summary:
        priced = people[people["priced"] > 0]
        number = priced["priced"].to_numpy(dtype=np.float64)
        moments = drawn_moments({"orders": number, "sum": number * priced["amount"].to_numpy()}, draws, seed)
        return {"customers.spend.mean": moments["sum"] / moments["orders"]}, False
    frame = orders.occasions[["customer", "amount"]].dropna()
    frame = frame[frame["amount"] > 0.0]
    frame["log"] = np.log(frame["amount"])
    grouped = frame.groupby("customer")
    number = grouped.size().to_numpy(dtype=np.float64)
    total, logs = grouped["amount"].sum().to_numpy(), grouped["log"].sum().to_numpy()
    squares = frame["log"].pow(2).groupby(frame["customer"]).sum().to_numpy()
    inner = np.maximum(squares - logs**2 / number, 0.0)
    mean = logs / number
    several = number > 1.0
    # An order is not a draw of a customer: whoever orders often is counted once, in the means of logarithms.
    parts = {
        "orders": number,
        "sum": total,
        "mean": mean,
        "square": mean**2,
        "inverse": 1.0 / number,
        "inner": np.where(several, inner, 0.0),
        "degrees": np.where(several, number - 1.0, 0.0),
    }
    moments = drawn_moments(parts, draws, seed)
    drawn = {"customers.spend.mean": moments["sum"] / moments["orders"]}
    if several.sum() < FEW:
        return drawn, False
    within = moments["inner"] / np.maximum(moments["degrees"], 1e-12)
    scatter = (moments["square"] - moments["mean"] ** 2) * len(mean) / (len(mean) - 1.0)
    between = np.maximum(scatter - within * moments["inverse"], 0.0)
    drawn["customers.spend.between"] = np.sqrt(between)
    drawn["customers.spend.within"] = np.sqrt(within)
    return drawn, True
