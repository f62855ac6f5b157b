"""From contracts to draws: how soon customers leave, how kinds of them differ, what they pay."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calibration.closed_forms import ShiftedBetaGeometric, fit_shifted_beta_geometric
from sim.calibration.closed_posteriors import shifted_beta_geometric_posterior
from sim.calibration.order_statistics import mean
from sim.calibration.posterior import Estimate, Finding, Statistic, Unsettled
from sim.calibration.ranges import at_limits, inside_ranges, registry_range
from sim.calibration.records.contracts import Contracts
from sim.calibration.sampling import drawn_moments

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
ALPHA, BETA = "customers.exit.alpha", "customers.exit.beta"
FEW = 10


def contract_findings(contracts: Contracts, draws: int = 1000, seed: int = 1) -> list[Finding]:
    """Return what contracts say: exits, kinds of customers, prices, and their statistics.

    Parameters
    ----------
    contracts
        The contracts.
    draws, seed
        Number of draws and their seed.
    """
    return [
        _leaving(contracts, draws, seed),
        _duration(contracts, draws, seed + 1),
        _prices(contracts, draws, seed + 2),
        Finding(statistics=contract_statistics(contracts)),
    ]


def tallies(contracts: Contracts) -> tuple[Floats, Floats]:
    """Return by plan how many left at the 1st, 2nd, … renewal, and are there after 0, 1, … of them."""
    most = int(contracts.renewals.max()) if len(contracts.renewals) else 0
    kinds = len(contracts.plans)
    lost, there = np.zeros((kinds, max(most, 1))), np.zeros((kinds, max(most, 1) + 1))
    at = contracts.renewals.astype(np.int64)
    gone = contracts.ended
    np.add.at(lost, (contracts.plan[gone], at[gone] - 1), contracts.count[gone])
    np.add.at(there, (contracts.plan[~gone], at[~gone]), contracts.count[~gone])
    return lost, there


def fitted_survival(contracts: Contracts) -> ShiftedBetaGeometric:
    """Return the shifted beta-geometric of greatest likelihood, of all plans together."""
    lost, there = (part.sum(axis=0) for part in tallies(contracts))
    return fit_shifted_beta_geometric_censored(lost, there)


def fit_shifted_beta_geometric_censored(lost: Floats, there: Floats) -> ShiftedBetaGeometric:
    """Fit the shifted beta-geometric where customers were watched for different times."""
    from scipy import optimize

    if there[:-1].sum() == 0.0:
        survivors = np.concatenate([[lost.sum() + there.sum()], lost.sum() + there.sum() - np.cumsum(lost)])
        return fit_shifted_beta_geometric(survivors)

    def negative(logs: Floats) -> float:
        alive = ShiftedBetaGeometric(*np.exp(np.clip(logs, -12.0, 12.0))).survival(len(lost))
        chances = np.maximum(alive[:-1] - alive[1:], 1e-300)
        return -float(lost @ np.log(chances) + there @ np.log(np.maximum(alive, 1e-300)))

    found = optimize.minimize(
        negative, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}
    )
    alpha, beta = np.exp(np.clip(found.x, -12.0, 12.0))
    return ShiftedBetaGeometric(float(alpha), float(beta), -float(found.fun))


def _leaving(contracts: Contracts, draws: int, seed: int) -> Finding:
    lost, there = tallies(contracts)
    limits = {"alpha": registry_range(ALPHA), "beta": registry_range(BETA)}
    found = shifted_beta_geometric_posterior(lost, there, draws, seed, limits)
    drawn = {ALPHA: found.draws["alpha"], BETA: found.draws["beta"]}
    priors = {ALPHA: found.prior_interval("alpha"), BETA: found.prior_interval("beta")}
    sizes = np.bincount(contracts.plan, weights=contracts.count, minlength=len(contracts.plans))
    segments = {
        name: {"share": round(float(size / sizes.sum()), 4)}
        for name, size in zip(contracts.plans, sizes, strict=True)
    }
    for number, name in enumerate(contracts.plans[1:], 1):
        path = f"customers.segments.{name}.exit"
        drawn[path] = found.draws[f"factor.{number}"]
        priors[path] = found.prior_interval(f"factor.{number}")
    if contracts.table.has("price"):
        prices = contracts.table.data["price"]
        whole = float(np.nanmean(prices)) if np.isfinite(prices).any() else 0.0
        for number, name in enumerate(contracts.plans):
            inside = prices[(contracts.plan == number) & np.isfinite(prices)]
            if len(inside) >= FEW and whole > 0.0 and len(contracts.plans) > 1:
                segments[name]["spend"] = round(float(np.clip(inside.mean() / whole, 0.01, 100.0)), 4)
    unsettled = at_limits(drawn)
    if not contracts.count[contracts.ended].any():
        why, remedy = "no contract has ended", "contracts that were watched over their first renewals"
        unsettled.append(Unsettled("customers.exit", why, remedy))
    fitted = fitted_survival(contracts)
    said = "contracts that end by themselves are counted among those that were left"
    return Finding(
        draws=drawn,
        estimates=tuple(
            Estimate(path, "likelihood of the shifted beta-geometric", "closed form", priors[path])
            for path in drawn
        ),
        unsettled=tuple(unsettled),
        given={
            "customers.relation": ("contractual", "contracts with renewals"),
            "customers.contract.period": (round(contracts.period, 6), "time between renewals"),
            "customers.contract.staggered": (False, "the world begins with new contracts, as the data do"),
            "customers.segments": (
                segments,
                "plans of the contracts" if len(segments) > 1 else "one kind of customers",
            ),
            "customers.involuntary": (0.0, said),
        },
        closed_forms={
            "sbg": {"alpha": fitted.alpha, "beta": fitted.beta, "log_likelihood": fitted.log_likelihood}
        },
        closed_draws={"sbg.alpha": drawn[ALPHA], "sbg.beta": drawn[BETA]},
        histories=_histories(contracts),
    )


def _histories(contracts: Contracts) -> "pd.DataFrame":
    """Return the contracts that go on, a row for each kind of past: plan, renewals, days since the last."""
    import pandas as pd

    going = ~contracts.ended
    frame = pd.DataFrame(
        {
            "plan": np.array(contracts.plans)[contracts.plan[going]],
            "renewals": contracts.renewals[going],
            "phase": np.round(contracts.phase[going], 3),
            "count": contracts.count[going],
        }
    )
    return frame.groupby(["plan", "renewals", "phase"], sort=True)["count"].sum().reset_index()


def _duration(contracts: Contracts, draws: int, seed: int) -> Finding:
    """Return whether the chance of one customer to leave moves with how long the contract has lasted."""
    lost, there = tallies(contracts)
    given: dict[str, tuple[float, str]] = {}
    remedy = "more renewals: until sorting and habit leave different traces in the survival"
    path = "behaviour.churn.inertia"
    if lost.shape[1] < 4 or lost.sum() < 10 * FEW:
        why = "whether a customer stays sooner with time, beyond sorting, does not show in so few renewals"
        given = {path: (0.0, "exits were estimated without an effect of duration")}
        return Finding(unsettled=(Unsettled(path, why, remedy),), given=given)
    found = shifted_beta_geometric_posterior(lost, there, draws, seed, shaped=True).draws["shape"]
    low, middle, high = (float(value) for value in np.quantile(found, [0.05, 0.5, 0.95]))
    words = f"shape of duration in the beta-discrete-Weibull is {middle:.2f} (90 %: {low:.2f} to {high:.2f})"
    if high < 1.0:
        why, given = f"{words}: customers leave less with time than sorting alone makes them", {}
    else:
        # The chance to leave was estimated as one that does not move with time: so it is simulated.
        more = (
            "customers leave more with time than sorting makes them" if low > 1.0 else "sorting explains it"
        )
        why = f"{words}: {more}; it is set to 0, and a weak habit would not show"
        given = {path: (0.0, f"{words}: no habit beyond sorting shows")}
    statistic = Statistic(
        "contracts.duration",
        middle,
        float(found.std()),
        int(contracts.count.sum()),
        "shape of the effect of duration, 1 without any",
    )
    return Finding(
        unsettled=(Unsettled(path, why, remedy),),
        statistics=(statistic,),
        given=given,
        closed_draws={"bdw.shape": found},
    )


def _prices(contracts: Contracts, draws: int, seed: int) -> Finding:
    table = contracts.table
    remedy = "a column with the price of a period (columns.price=…)"
    if not table.has("price"):
        return Finding(unsettled=(Unsettled("customers.contract.price", "the file has no prices", remedy),))
    prices = table.data["price"]
    known = np.isfinite(prices) & (prices > 0.0)
    if known.sum() < FEW:
        why = f"{int(known.sum())} contracts have a price"
        return Finding(unsettled=(Unsettled("customers.contract.price", why, remedy),))
    logs = np.log(prices[known])
    inner = np.zeros(len(logs))
    for number in range(len(contracts.plans)):
        inside = contracts.plan[known] == number
        if inside.any():
            inner[inside] = logs[inside] - logs[inside].mean()
    moments = drawn_moments({"price": prices[known], "square": inner**2}, draws, seed)
    middle = float(prices[known].mean())
    drawn = inside_ranges(
        {
            "customers.contract.price": moments["price"],
            "customers.contract.price_spread": np.sqrt(moments["square"]),
        },
        seed,
    )
    priors = ((middle / 10.0, middle * 10.0), (0.0, 2.0))
    return Finding(
        draws=drawn,
        estimates=tuple(
            Estimate(path, "prices of the contracts", "counted", prior)
            for path, prior in zip(drawn, priors, strict=True)
        ),
    )


def contract_statistics(contracts: Contracts) -> tuple[Statistic, ...]:
    """Return survival by renewal, and complaints a year."""
    lost, there = (part.sum(axis=0) for part in tallies(contracts))
    found = survival_statistics(lost, there)
    if contracts.table.has("complaints"):
        watched = contracts.years > 0.0
        yearly = np.where(
            watched, contracts.table.data["complaints"] / np.where(watched, contracts.years, 1.0), np.nan
        )
        found += mean("contracts.complaints", yearly, "complaints by customer and year", "per year")
    return tuple(found)


def survival_statistics(lost: Floats, there: Floats, name: str = "contracts.survival") -> list[Statistic]:
    """Return survival by renewal (Kaplan and Meier 1958) with its errors (Greenwood 1926).

    Parameters
    ----------
    lost
        Contracts that ended at the 1st, 2nd, … renewal.
    there
        Contracts that go on, after 0, 1, 2, … renewals.
    name
        What the names of the statistics begin with.
    """
    risk = lost.sum() + there.sum() - np.concatenate([[0.0], np.cumsum(lost)[:-1]]) - np.cumsum(there)[:-1]
    found: list[Statistic] = []
    alive, spread = 1.0, 0.0
    for number, (leaving, under) in enumerate(zip(lost, risk, strict=True), 1):
        if under <= 0.0:
            break
        rate = float(leaving / under)
        alive *= 1.0 - rate
        if rate < 1.0:
            spread += rate / (under * (1.0 - rate))
        words = (
            f"share still there after {number} renewals"
            if number > 1
            else "share still there after 1 renewal"
        )
        error = max(alive * float(np.sqrt(spread)), 0.5 / (under + 1.0))
        found.append(Statistic(f"{name}.{number}", alive, error, int(under), words, "share"))
    return found
