"""C7 and C8: what retention is worth where it is constant, in closed form and in the simulator.

A customer who pays a margin m at the start of each period and stays with probability r is worth
m (1 + i) / (1 + i - r) at a discount rate of i a period, the first payment included. Without the
first payment it is m r / (1 + i - r) (Gupta, Lehmann and Stuart 2004), and the elasticity of that to
r is again (1 + i) / (1 + i - r).
"""

import math

from sim.calibration.closed_forms import ShiftedBetaGeometric
from sim.evidence.check import Check, Control, Target
from sim.evidence.checks.plain_world import contract_world
from sim.evidence.trial import Trial, Values, run
from sim.study.metrics import clv
from sim.world.scenario import Scenario

PERIODS = 60
"""Paid periods of two months: at a retention of 0.96 and 12 % the rest is worth less than 0.1 %."""

PERIODS_PER_YEAR = 6
PRICE = 100.0
MARGIN = 0.5
PAID = PRICE * MARGIN
"""Margin of a period, the m of the closed forms."""

WIDEST = (100.0, 1000.0)
"""Largest parameters of the beta distribution that a scenario takes: customers differ by .02 at most."""

STEP = 0.02
"""Relative step of retention to either side for an elasticity."""


def margin_multiple(retention: float, rate: float) -> float:
    """Return the value of a customer in margins of a period: (1 + i) / (1 + i - r).

    Parameters
    ----------
    retention
        Probability of staying from one period to the next.
    rate
        Discount rate of a period.
    """
    return (1.0 + rate) / (1.0 + rate - retention)


def constant_world(trial: Trial, retention: float, rate: float, acquisition: float = 0.0) -> Scenario:
    """Return a world in which everybody stays with the same probability and pays the same.

    Parameters
    ----------
    trial
        Its size and what is planted.
    retention
        Probability of staying from one period to the next.
    rate
        Discount rate of a period.
    acquisition
        What it costs to win a customer, in margins of a period.
    """
    leaving = 1.0 - retention
    total = min(WIDEST[0] / leaving, WIDEST[1] / retention)
    exits = ShiftedBetaGeometric(min(leaving * total, WIDEST[0]), min(retention * total, WIDEST[1]))
    return contract_world(
        trial,
        exits,
        PERIODS,
        12 // PERIODS_PER_YEAR,
        {
            "customers.contract.price": PRICE,
            "customers.contract.price_spread": 0.0,
            "economics.margin": MARGIN,
            "economics.discount_rate": (1.0 + rate) ** PERIODS_PER_YEAR - 1.0,
            "economics.acquisition_cost": acquisition * PAID,
        },
    )


def worth(world: Scenario, seed: int) -> float:
    """Return the mean lifetime value of a run, net of winning the customer, in margins of a period."""
    return clv(run(world, seed)) / PAID


RATE = 0.12
RETENTIONS = (0.75, 0.80, 0.85, 0.90, 0.95)
VALUE = {retention: f"value in margins of a period, retention {retention:.2f}" for retention in RETENTIONS}
ELASTICITY = {
    retention: f"elasticity of what follows the first payment, retention {retention:.2f}"
    for retention in (0.75, 0.85, 0.95)
}


def multiples(trial: Trial) -> Values:
    """Measure C7a: the value of a customer at five rates of retention, in margins of a period."""
    worlds = {name: constant_world(trial, retention, RATE) for retention, name in VALUE.items()}
    return trial.each(lambda seed: {name: worth(world, seed) for name, world in worlds.items()})


def elasticity(trial: Trial) -> Values:
    """Measure C7b: by how many percent a customer's future gains per percent of retention.

    The same customers with the same luck live at a retention two percent lower and two percent higher.
    """
    worlds = {
        name: [constant_world(trial, retention * factor, RATE) for factor in (1.0 - STEP, 1.0 + STEP)]
        for retention, name in ELASTICITY.items()
    }
    width = math.log(1.0 + STEP) - math.log(1.0 - STEP)

    def one(seed: int) -> dict[str, float]:
        found = {}
        for name, pair in worlds.items():
            low, high = (worth(world, seed) - 1.0 for world in pair)
            found[name] = math.log(high / low) / width
        return found

    return trial.each(one)


RATIO = "elasticity to retention over that to the discount rate, retention 0.85"
RATE_STEP = 0.02
LOW_RATE = 0.04


def against_discount(trial: Trial, rate: float = RATE) -> Values:
    """Measure C7d: the elasticity to retention against that to the discount rate of a period."""

    def arms(retention: float, rate: float, step: tuple[float, float]) -> list[Scenario]:
        return [
            constant_world(trial, retention * (1.0 + sign * step[0]), rate * (1.0 + sign * step[1]))
            for sign in (-1.0, 1.0)
        ]

    loyal = arms(0.85, rate, (STEP, 0.0))
    patient = arms(0.85, rate, (0.0, RATE_STEP))

    def slope(pair: list[Scenario], step: float, seed: int) -> float:
        low, high = (worth(world, seed) - 1.0 for world in pair)
        return math.log(high / low) / math.log((1.0 + step) / (1.0 - step))

    return trial.each(lambda seed: {RATIO: slope(loyal, STEP, seed) / -slope(patient, RATE_STEP, seed)})


def against_low_discount(trial: Trial) -> Values:
    """Measure the same where money hardly ages."""
    return against_discount(trial, LOW_RATE)


DEFECTION_RATE = 0.10
BASES = (0.80, 0.90)
POINTS = 0.05
ACQUISITION = 2.0
GROSS = {base: f"gain in percent from {base:.2f}, gross" for base in BASES}
NET = {base: f"gain in percent from {base:.2f}, net of winning the customer" for base in BASES}


def gain(base: float, acquisition: float) -> float:
    """Return the closed form of what five points more retention add to a customer's value, in percent."""
    before, after = (margin_multiple(base + more, DEFECTION_RATE) - acquisition for more in (0.0, POINTS))
    return 100.0 * (after / before - 1.0)


def five_points(trial: Trial) -> Values:
    """Measure C8: the gain from five points of retention, gross and net of a fixed cost of winning."""
    worlds = {
        base: [constant_world(trial, base + more, DEFECTION_RATE, ACQUISITION) for more in (0.0, POINTS)]
        for base in BASES
    }

    def one(seed: int) -> dict[str, float]:
        found = {}
        for base, pair in worlds.items():
            before, after = (worth(world, seed) for world in pair)
            won = [world.economics.acquisition_cost / PAID for world in pair]
            found[NET[base]] = 100.0 * (after / before - 1.0)
            found[GROSS[base]] = 100.0 * ((after + won[1]) / (before + won[0]) - 1.0)
        return found

    return trial.each(one)


def near(name: str, exact: float) -> Target:
    """Return the target that asks for a closed form within 5 %."""
    return Target(name, 0.95 * exact, 1.05 * exact, f"{exact:.4g}")


GUPTA = "Gupta, Lehmann and Stuart 2004"
WORLD = "every mechanism off, everybody stays with the same probability and pays the same for 60 periods"
UNDISCOUNTED = "money tomorrow counts as money today"
FREE = "customers are won for nothing"

CHECKS = (
    Check(
        name="C7a",
        title="the value of a customer at constant retention is the margin multiple",
        label="identity",
        source=f"{GUPTA} (closed form at 12 %); limits: 5 % either way",
        design=WORLD,
        customers=1000,
        seeds=30,
        targets=tuple(near(VALUE[retention], margin_multiple(retention, RATE)) for retention in RETENTIONS),
        measure=multiples,
        control=Control(UNDISCOUNTED, {"economics.discount_rate": 0.0}, misses=tuple(VALUE.values())),
    ),
    Check(
        name="C7b",
        title="and so is the elasticity of a customer's future to retention",
        label="identity",
        source=f"{GUPTA} (closed form at 12 %); limits: 5 % either way",
        design=f"{WORLD}, at a retention 2 % lower and 2 % higher, the same customers with the same luck",
        customers=5000,
        seeds=30,
        targets=tuple(near(name, margin_multiple(retention, RATE)) for retention, name in ELASTICITY.items()),
        measure=elasticity,
        control=Control(UNDISCOUNTED, {"economics.discount_rate": 0.0}, misses=tuple(ELASTICITY.values())),
    ),
    Check(
        name="C7c",
        title="one percent of retention is worth 3 to 7 percent of value",
        label="out of sample",
        source=f"{GUPTA}: 3 to 7, mean 5",
        design="as C7b",
        customers=2000,
        seeds=30,
        targets=tuple(Target(name, 3.0, 7.0, "3 to 7") for name in ELASTICITY.values()),
        measure=elasticity,
        control=Control(UNDISCOUNTED, {"economics.discount_rate": 0.0}, misses=(ELASTICITY[0.95],)),
        open_because="at a retention of 0.75 the closed form is 3.03, nearer to the edge of what is asked "
        "than the runs can tell; at 0.85 and 0.95 it lies well inside. The retention of the firms behind the "
        "published range is not known here",
    ),
    Check(
        name="C7d",
        title="retention is worth about five times what the discount rate is",
        label="out of sample",
        source=f"{GUPTA}: about 5; limits: 5 % either way",
        design=f"{WORLD}; elasticity to retention at 0.85 over that to a discount rate of 12 %",
        customers=2000,
        seeds=30,
        targets=(Target(RATIO, 4.75, 5.25, "about 5"),),
        measure=against_discount,
        control=Control("a discount rate of 4 %", measure=against_low_discount),
        open_because="the published figure is for the value of whole firms, customers yet to be won "
        "included, whose value lies farther off and so hangs more on the discount rate. For those one has, "
        "at constant retention, the ratio is (1 + i) / i exactly, 9.3 at 12 %. The firms' series of "
        "customers won, which would be needed, are not here",
    ),
    Check(
        name="C8a",
        title="five points of retention are worth what the closed form says, gross and net",
        label="identity",
        source="closed form; limits: 5 % either way",
        design=f"{WORLD} at 10 % a period, from 0.80 to 0.85 and from 0.90 to 0.95; winning a customer "
        "costs two margins",
        customers=4000,
        seeds=30,
        targets=(
            *(near(GROSS[base], gain(base, 0.0)) for base in BASES),
            *(near(NET[base], gain(base, ACQUISITION)) for base in BASES),
        ),
        measure=five_points,
        control=Control(FREE, {"economics.acquisition_cost": 0.0}, misses=tuple(NET.values())),
    ),
    Check(
        name="C8b",
        title="five points of retention add 25 to 95 % to value, at a high base and net of winning",
        label="out of sample",
        source="Reichheld and Sasser 1990: 25 to 95 %, by examples worked out rather than observed, and in "
        "points of defection, not percent of retention (Sharp 2010)",
        design="as C8a; the gain depends on the base, the discount rate and what winning a customer costs, "
        "and is less than that without them",
        customers=2000,
        seeds=30,
        targets=tuple(Target(name, 25.0, 95.0, "25 to 95 %") for name in NET.values()),
        measure=five_points,
        control=Control(FREE, {"economics.acquisition_cost": 0.0}, misses=(NET[0.80],)),
    ),
)
