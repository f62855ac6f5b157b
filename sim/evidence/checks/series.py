"""C1 to C5 and C38: the published series that the simulator gives with every mechanism off."""

import numpy as np

from sim.calibration.closed_forms import ShiftedBetaGeometric, fit_shifted_beta_geometric
from sim.evidence.check import Check, Control, Target
from sim.evidence.checks.plain_world import alike, contract_world, survival
from sim.evidence.checks.shop import (
    BINS,
    CDNOW,
    CDNOW_CUSTOMERS,
    GIVEN_PAST,
    IN_ALL,
    MEAN,
    bin_targets,
    forecast,
    histogram,
)
from sim.evidence.trial import Floats, Trial, Values, run, served
from sim.world.scenario import Scenario

REGULAR = np.array([100.0, 63.1, 46.8, 38.2, 32.6])
"""Percent under contract at years 0 to 4 (Fader and Hardie 2007); later years are kept back."""

HIGH_END = np.array([100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1])
"""The same for another segment, years 0 to 7."""

HIGH_END_FIT = ShiftedBetaGeometric(0.668, 3.806, -1611.158)
"""As published, the log-likelihood for 1000 customers."""

RATE = 0.10
YEARS = 10
PRICE = 100.0


def regular_fit() -> ShiftedBetaGeometric:
    """Return the shifted beta-geometric fitted to years 0 to 4 of the Regular series."""
    return fit_shifted_beta_geometric(10.0 * REGULAR)


def survival_gaps(trial: Trial, exits: ShiftedBetaGeometric, years: int, against: Floats) -> Values:
    """Measure by how many points simulated survival lies above a curve, renewal by renewal."""
    world = contract_world(trial, exits, years + 1)

    def one(seed: int) -> dict[str, float]:
        gaps = 100.0 * survival(run(world, seed), years) - against
        return {f"survival after renewal {year}": gaps[year] for year in range(1, years + 1)}

    return trial.each(one)


def within(names: list[str], published: Floats, tolerance: float) -> tuple[Target, ...]:
    """Return targets for gaps that must be zero up to a tolerance, with the curve they are gaps to."""
    return tuple(
        Target(name, -tolerance, tolerance, f"{figure:.1f} %")
        for name, figure in zip(names, published, strict=True)
    )


def renewals(years: int) -> list[str]:
    """Return the names of the gaps that `survival_gaps` measures."""
    return [f"survival after renewal {year}" for year in range(1, years + 1)]


def regular_closed_form(trial: Trial) -> Values:
    """Measure C1a: simulated survival less the closed form, Regular."""
    model = regular_fit()
    return survival_gaps(trial, model, 4, 100.0 * model.survival(4))


def regular_published(trial: Trial) -> Values:
    """Measure C1b: simulated survival less the published series, Regular."""
    return survival_gaps(trial, regular_fit(), 4, REGULAR)


def high_end_closed_form(trial: Trial) -> Values:
    """Measure C2a: simulated survival less the closed form, High End."""
    return survival_gaps(trial, HIGH_END_FIT, 7, 100.0 * HIGH_END_FIT.survival(7))


def fit_values(survivors: Floats) -> Values:
    """Return the estimates and the log-likelihood for a survival table."""
    found = fit_shifted_beta_geometric(survivors)
    values = {"alpha": found.alpha, "beta": found.beta, "log-likelihood": found.log_likelihood}
    return {name: np.array([value]) for name, value in values.items()}


def high_end_fit(_: Trial) -> Values:
    """Measure C2b: the maximum-likelihood fit of the High End series, 1000 customers."""
    return fit_values(10.0 * HIGH_END)


def high_end_fit_of_the_lost(_: Trial) -> Values:
    """Measure what the fit gives if those still under contract are left out."""
    return fit_values(10.0 * (HIGH_END - HIGH_END[-1]))


def rise(model: ShiftedBetaGeometric, years: int) -> float:
    """Return by how many points the closed form's retention rises from the first to the last renewal."""
    retention = model.retention(years)
    return float(100.0 * (retention[-1] - retention[0]))


RISES = {"Regular": (regular_fit(), 4), "High End": (HIGH_END_FIT, 7)}
FLAT = "rise of retention in points where customers hardly differ"


def sorting(trial: Trial) -> Values:
    """Measure C3: by how many points retention rises from the first renewal to the last."""
    arms = {f"rise of retention in points, {name}": (model, years) for name, (model, years) in RISES.items()}
    arms[FLAT] = (alike(HIGH_END_FIT), 7)
    worlds = {name: contract_world(trial, model, years + 1) for name, (model, years) in arms.items()}

    def one(seed: int) -> dict[str, float]:
        found = {}
        for name, (_, years) in arms.items():
            left = survival(run(worlds[name], seed), years)
            found[name] = 100.0 * (left[-1] / left[-2] - left[1] / left[0])
        return found

    return trial.each(one)


SHORTFALL = {name: f"value missed by an average customer, percent, {name}" for name in RISES}


def shortfall(model: ShiftedBetaGeometric) -> float:
    """Return by how many percent a customer of average churn is worth less than the average customer."""

    def value(exits: ShiftedBetaGeometric) -> float:
        return float(exits.survival(YEARS - 1) @ (1.0 + RATE) ** -np.arange(YEARS))

    return 100.0 * (1.0 - value(alike(model)) / value(model))


def averages(trial: Trial, exchanged: bool = False) -> Values:
    """Measure C38: the value of customers who are alike against those who differ, same mean churn.

    Parameters
    ----------
    trial
        Its size and what is planted.
    exchanged
        Whether the arms are exchanged.
    """
    money = {
        "customers.contract.price": PRICE,
        "customers.contract.price_spread": 0.0,
        "economics.discount_rate": RATE,
    }

    def value(world: Scenario, seed: int) -> float:
        return float(served(run(world, seed))["value"].mean())

    def pair(model: ShiftedBetaGeometric) -> tuple[ShiftedBetaGeometric, ShiftedBetaGeometric]:
        return (alike(model), model) if exchanged else (model, alike(model))

    worlds = {
        name: [contract_world(trial, exits, YEARS, 12, money) for exits in pair(model)]
        for name, (model, _) in RISES.items()
    }

    def one(seed: int) -> dict[str, float]:
        return {
            SHORTFALL[name]: 100.0 * (1.0 - value(same, seed) / value(differing, seed))
            for name, (differing, same) in worlds.items()
        }

    return trial.each(one)


def averages_exchanged(trial: Trial) -> Values:
    """Measure C38 the wrong way round."""
    return averages(trial, exchanged=True)


SERIES = "Fader and Hardie 2007 (series and closed form)"
CONTRACTS = "every mechanism off, contracts renewed by the month"
AVERAGE = "every customer leaves with the same probability, the mean one: no sorting"
AVERAGE_SHOP = "customers who order at the same rate and leave with the same probability"


def no_spread(model: ShiftedBetaGeometric) -> dict[str, float]:
    """Return what has to be planted so that customers leave with the mean probability, all of them."""
    same = alike(model)
    return {"customers.exit.alpha": same.alpha, "customers.exit.beta": same.beta}


ONE_KIND_OF_SHOPPER = {
    "customers.orders.shape": 50.0,
    "customers.exit.alpha": 100.0 * CDNOW.a,
    "customers.exit.beta": 100.0 * CDNOW.b,
}

CHECKS = (
    Check(
        name="C1a",
        title="survival under contract is the shifted beta-geometric (Regular)",
        label="identity",
        source=f"{SERIES}; limits: 1 point either way",
        design=f"{CONTRACTS}; parameters fitted to years 0 to 4; gap to the closed form in points",
        customers=10_000,
        seeds=30,
        targets=within(renewals(4), 100.0 * regular_fit().survival(4)[1:], 1.0),
        measure=regular_closed_form,
        control=Control(AVERAGE, no_spread(regular_fit()), misses=tuple(renewals(4)[1:])),
        quick=True,
    ),
    Check(
        name="C1b",
        title="and meets the years it was fitted to (Regular, years 1 to 4)",
        label="fitted",
        source=f"{SERIES}; limits: 1 point either way",
        design=f"{CONTRACTS}; parameters fitted to years 0 to 4; gap to the published series in points",
        customers=10_000,
        seeds=30,
        targets=within(renewals(4), REGULAR[1:], 1.0),
        measure=regular_published,
        control=Control(AVERAGE, no_spread(regular_fit()), misses=tuple(renewals(4)[1:])),
        quick=True,
    ),
    Check(
        name="C2a",
        title="survival under contract is the shifted beta-geometric (High End)",
        label="identity",
        source=f"{SERIES}; limits: 1 point either way",
        design=f"{CONTRACTS}; published parameters; gap to the closed form in points",
        customers=10_000,
        seeds=30,
        targets=within(renewals(7), 100.0 * HIGH_END_FIT.survival(7)[1:], 1.0),
        measure=high_end_closed_form,
        control=Control(AVERAGE, no_spread(HIGH_END_FIT), misses=tuple(renewals(7)[1:])),
        quick=True,
    ),
    Check(
        name="C2b",
        title="maximum likelihood finds the published parameters (High End, years 0 to 7)",
        label="fitted",
        source=f"{SERIES}; limits: half a unit of the last published digit",
        design="no worlds: the published survival table of 1000 customers is fitted",
        customers=1000,
        seeds=1,
        targets=(
            Target("alpha", 0.6675, 0.6685, "0.668"),
            Target("beta", 3.8055, 3.8065, "3.806"),
            Target("log-likelihood", -1611.1585, -1611.1575, "-1611.158"),
        ),
        measure=high_end_fit,
        control=Control(
            "those still under contract at the end left out, as if all who matter had left",
            measure=high_end_fit_of_the_lost,
            misses=("alpha", "beta", "log-likelihood"),
        ),
        quick=True,
    ),
    Check(
        name="C3",
        title="retention rises with tenure by sorting alone",
        label="identity",
        source=f"{SERIES}: 63.1 to 85.3 % over four years, 86.9 to 95.0 % over seven; "
        "limits: the closed form, 1 point either way",
        design=f"{CONTRACTS}; retention at the last renewal less that at the first, for customers who "
        "differ as in the two series and for customers who hardly differ",
        customers=10_000,
        seeds=30,
        targets=(
            *(
                Target(f"rise of retention in points, {name}", rise(*arm) - 1.0, rise(*arm) + 1.0)
                for name, arm in RISES.items()
            ),
            Target(FLAT, -1.0, 1.0, "0"),
        ),
        measure=sorting,
        control=Control(
            AVERAGE,
            no_spread(HIGH_END_FIT),
            misses=tuple(f"rise of retention in points, {name}" for name in RISES),
        ),
        quick=True,
    ),
    Check(
        name="C4a",
        title="orders without a contract are BG/NBD",
        label="identity",
        source="Fader, Hardie and Lee 2005 (parameters for CDNOW); limits as the closed form gives them",
        design="every mechanism off, 2357 customers watched for 27 to 39 weeks",
        customers=CDNOW_CUSTOMERS,
        seeds=30,
        targets=(
            Target(MEAN, 1.01, 1.11, "1.06"),
            Target(BINS[0], 1384.0, 1434.0, "1409"),
        ),
        measure=histogram,
        control=Control(AVERAGE_SHOP, ONE_KIND_OF_SHOPPER, misses=(BINS[0],)),
        quick=True,
    ),
    Check(
        name="C4b",
        title="and meet the customers they were fitted to, by number of orders",
        label="fitted",
        source="Fader, Hardie and Lee 2005 (CDNOW, weeks 1 to 39); limits: 3 sampling errors of each count",
        design="as C4a",
        customers=CDNOW_CUSTOMERS,
        seeds=30,
        targets=bin_targets(),
        measure=histogram,
        control=Control(AVERAGE_SHOP, ONE_KIND_OF_SHOPPER, misses=(BINS[0], BINS[1], BINS[7])),
        quick=True,
    ),
    Check(
        name="C5",
        title="the simulated forecast of weeks 40 to 78 is that of BG/NBD",
        label="identity",
        source="Fader, Hardie and Lee 2005 (closed form); limits: 1 % either way. No records of these "
        "weeks enter: they are kept back",
        design="every mechanism off, customers at the parameters of CDNOW live 78 weeks; what they order "
        "in the second 39 against the forecast from the first 39",
        customers=40_000,
        seeds=30,
        targets=(Target(GIVEN_PAST, -1.0, 1.0, "0"), Target(IN_ALL, -1.0, 1.0, "0")),
        measure=forecast,
        control=Control(AVERAGE_SHOP, ONE_KIND_OF_SHOPPER, misses=(GIVEN_PAST, IN_ALL)),
    ),
    Check(
        name="C38a",
        title="an average customer is worth less than customers are on average: by how much",
        label="identity",
        source=f"{SERIES}; limits: the closed form, 1 point either way",
        design="every mechanism off, yearly contracts over ten years at 10 %; customers who differ against "
        "customers who hardly do, at the same mean probability of leaving",
        customers=2000,
        seeds=30,
        targets=tuple(
            Target(SHORTFALL[name], shortfall(model) - 1.0, shortfall(model) + 1.0)
            for name, (model, _) in RISES.items()
        ),
        measure=averages,
        control=Control(
            "customers who hardly differ in both arms",
            no_spread(HIGH_END_FIT),
            misses=tuple(SHORTFALL.values()),
        ),
    ),
    Check(
        name="C38b",
        title="an average customer is worth less than customers are on average: the sign",
        label="recalled",
        source="Fader and Hardie 2010 (the perils of ignoring heterogeneity, recalled)",
        design="as C38a",
        customers=500,
        seeds=30,
        targets=tuple(Target(SHORTFALL[name], 0.0, float("inf"), "above 0") for name in RISES),
        measure=averages,
        control=Control(
            "the two arms exchanged", measure=averages_exchanged, misses=tuple(SHORTFALL.values())
        ),
    ),
)
