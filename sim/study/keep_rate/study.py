"""The critical keep-rate: how often a promise has to be kept, or it destroys what it was to win.

A promise of a delivery time is held against the same world without it: the same process, the same
customers, the same luck. The keep rate is varied in two ways: by the process, faster or slower while
the promise stands, and by the time promised, while the process stands. The critical rate is where the
effect turns from harm to good. Assumptions that nobody has measured are drawn over their ranges, so
that what comes out is a region and no point.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from sim.engine.records import ledger_total
from sim.engine.simulation import Run, simulate
from sim.study.assumption_draws import latin_hypercube, open_assumptions
from sim.study.compare import replication_seeds
from sim.study.keep_rate.critical import ALWAYS, NEVER, critical_rate, luck_interval, quantile
from sim.study.keep_rate.design import BASELINE, MAIN, Point, Settings, Variant, points, variants, world_of
from sim.study.metrics import customer_equity, share, starters, survival_rate
from sim.study.resting import settled
from sim.study.unfinished import Job, Notebook, Progress, finish
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]

MEASURES: Mapping[str, str] = {
    "satisfaction": "points of 100, memory of the customers at the start, at the end or on leaving",
    "trust": "points of 100, trust of the customers at the start, at the end or on leaving",
    "retention": "percentage points, customers at the start who have not left",
    "equity": "currency per customer at the start, discounted value of all customers",
}
"""What the effect of a promise is measured by, with its unit."""
OUTCOMES = (*MEASURES, "kept", "cost", "joined", "active")
"""What a run leaves behind: the measures, keep rate, discounted cost, customers won, active at the end."""
SCALE = {"satisfaction": 100.0, "trust": 100.0, "retention": 100.0, "equity": 1.0}
DRAWN = (
    "behaviour.expectation",
    "behaviour.disconfirmation",
    "behaviour.memory",
    "behaviour.trust",
    "behaviour.commitment",
    "behaviour.voice",
    "behaviour.recovery",
    "behaviour.purchase",
    "behaviour.churn",
    "behaviour.talk",
    "market.promise",
    "market.rival.promise",
)
"""Where the assumptions stand through which a promise can work; those marked as design choices are drawn."""
ROUNDS = 3  # repetitions by which a drawn world finds its own resting state
MIDDLE = 0.8  # share of the draws that lie in the region


@dataclass(frozen=True)
class Curve:
    """The effect of one form of the promise over keep rates.

    Parameters
    ----------
    variant, points
        The promise, and where it was tried.
    base, promised
        Outcomes (points, seeds, `OUTCOMES`) without and with the promise, on the same seeds.
    """

    variant: Variant
    points: tuple[Point, ...]
    base: Floats
    promised: Floats

    @property
    def rates(self) -> Floats:
        """Return how often what was promised for an order was kept, (points, seeds)."""
        return outcome(self.promised, "kept")

    def effects(self, measure: str) -> Floats:
        """Return the effect of the promise on a measure, (points, seeds)."""
        return SCALE[measure] * (outcome(self.promised, measure) - outcome(self.base, measure))

    def critical(self, measure: str) -> float:
        """Return the keep rate below which the promise does harm, see `critical_rate`."""
        return critical_rate(self.rates.mean(axis=1), self.effects(measure).mean(axis=1))

    def interval(self, measure: str, seed: int) -> tuple[float, float]:
        """Return how far luck could move that rate, 95 %."""
        return luck_interval(self.rates, self.effects(measure), seed)


@dataclass(frozen=True)
class Region:
    """Where the critical rate lies when assumptions are drawn over their ranges.

    Parameters
    ----------
    low, middle, high
        Limits of the middle four fifths of the draws, and their median.
    never, always
        Share of the draws in which the promise does harm at the highest rates, and in which it does
        none at any.
    """

    low: float
    middle: float
    high: float
    never: float
    always: float


@dataclass(frozen=True)
class Draws:
    """A form of the promise under drawn assumptions.

    Parameters
    ----------
    assumptions
        Values by dotted path, a mapping per draw.
    rates
        Keep rates (draws, points).
    effects
        By measure, effects (draws, points).
    """

    assumptions: tuple[Mapping[str, float], ...]
    rates: Floats
    effects: Mapping[str, Floats]

    def critical(self, measure: str) -> Floats:
        """Return the critical rate of every draw."""
        pairs = zip(self.rates, self.effects[measure], strict=True)
        return np.array([critical_rate(rates, effects) for rates, effects in pairs])

    def region(self, measure: str) -> Region:
        """Return where these rates lie."""
        found = self.critical(measure)
        tail = 0.5 * (1.0 - MIDDLE)
        low, middle, high = (quantile(found, part) for part in (tail, 0.5, 1.0 - tail))
        return Region(low, middle, high, float(np.mean(found == NEVER)), float(np.mean(found == ALWAYS)))

    def drivers(self, measure: str, point: int) -> list[tuple[str, float]]:
        """Return the assumptions that move the effect at a point, the strongest first.

        Returns
        -------
        list of tuple
            Dotted path and rank correlation, of those beyond what one of so many would reach by chance
            in one study in twenty (Bonferroni).
        """
        paths = list(self.assumptions[0])
        if len(self.assumptions) < 10 or np.ptp(self.effects[measure][:, point]) == 0.0:
            return []
        limit = special.ndtri(1.0 - 0.025 / len(paths)) / np.sqrt(len(self.assumptions) - 1.0)
        effect = stats.rankdata(self.effects[measure][:, point])
        found = []
        for path in paths:
            drawn = stats.rankdata([values[path] for values in self.assumptions])
            found.append((path, float(np.corrcoef(drawn, effect)[0, 1])))
        strong = [(path, value) for path, value in found if abs(value) > limit]
        return sorted(strong, key=lambda pair: -abs(pair[1]))


@dataclass(frozen=True)
class KeepRates:
    """What the study found in one scenario.

    Parameters
    ----------
    scenario
        The world.
    curves
        One for each form of the promise, those of `MAIN` first and in that order.
    draws
        By form of the promise, what drawn assumptions make of it; empty where none were drawn.
    """

    scenario: Scenario
    curves: tuple[Curve, ...]
    draws: Mapping[str, Draws]

    @property
    def main(self) -> tuple[Curve, ...]:
        """Return the curves of the promise as it stands, and of the word alone."""
        return self.curves[: len(MAIN)]


def outcome(values: Floats, name: str) -> Floats:
    """Return one of `OUTCOMES` of an array whose last axis holds them."""
    return np.asarray(values[..., OUTCOMES.index(name)])


def outcomes(run: Run) -> list[float]:
    """Return what a run leaves behind, in the order of `OUTCOMES`.

    Satisfaction and trust are those of everybody who was a customer at the start, of those who left
    when they left: means over the living alone would rise when the disappointed go.
    """
    customers = starters(run)
    kept = ledger_total(run.ledger, "delivery_kept")
    return [
        float(customers["satisfaction"].mean()),
        float(customers["trust"].mean()),
        survival_rate(run),
        customer_equity(run) / len(customers),
        share(kept, kept + ledger_total(run.ledger, "delivery_broken")),
        ledger_total(run.ledger, "discounted_cost") / len(customers),
        ledger_total(run.ledger, "acquired") / len(customers),
        float(run.population["active"].sum()) / len(customers),
    ]


def study_keep_rates(
    scenarios: tuple[Scenario, ...],
    settings: Settings,
    notebook: Notebook | None = None,
    progress: Progress | None = None,
    workers: int = 2,
) -> tuple[KeepRates, ...]:
    """Run the study and return what was found, a result per scenario.

    Parameters
    ----------
    scenarios
        Worlds whose strategy `guarantee` promises a delivery time.
    settings
        What is swept, and how large the study is.
    notebook
        Where finished parts are kept; what it holds is not done again.
    progress
        Called with (parts done, parts in all).
    workers
        Threads; results do not depend on their number.

    Raises
    ------
    ConfigurationError
        If a scenario promises no delivery time, or the settings do not fit it.
    """
    plans = [_Plan(world_of(scenario, settings), settings) for scenario in scenarios]
    jobs: dict[str, Job] = {}
    for plan in plans:
        jobs |= plan.jobs()
    done = finish(jobs, notebook or Notebook(), workers, progress)
    return tuple(plan.result(done) for plan in plans)


class _Plan:
    """The jobs of one scenario, and what their results mean."""

    def __init__(self, world: Scenario, settings: Settings) -> None:
        self.world = world
        numbers = settings.numbers
        self.seeds = replication_seeds(numbers.seed, numbers.replications)
        self.draw_seeds = replication_seeds(numbers.seed, numbers.draw_replications)
        self.swept = [
            (variant, points(world, variant, _rates(variant, settings)))
            for variant in variants(world, settings)
        ]
        self.draw_points = {
            variant.name: points(world, variant, settings.draw_rates)
            for variant, _ in self.swept[: len(MAIN)]
        }
        self.assumptions = latin_hypercube(open_assumptions(world, DRAWN), numbers.draws, numbers.seed)

    def _key(self, point: Point, strategy: Strategy | None, seed: int) -> str:
        told = "" if strategy is None else repr(point.promise)
        quoted = "" if point.quoted else ", nothing quoted"
        return f"{self.world.name} | median {point.median!r}{quoted} | {told} | seed {seed}"

    def jobs(self) -> dict[str, Job]:
        """Return every run of the sweeps and every draw, by key; a baseline that serves twice stands once."""
        found: dict[str, Job] = {}
        for _, swept in self.swept:
            for point in swept:
                for strategy in (None, point.strategy):
                    for seed in self.seeds:
                        found[self._key(point, strategy, seed)] = self._run(point, strategy, seed)
        for number in range(len(self.assumptions)):
            found[f"{self.world.name} | draw {number}"] = self._draw(number)
        return found

    def _run(self, point: Point, strategy: Strategy | None, seed: int) -> Job:
        return lambda: outcomes(simulate(point.world(self.world), strategy or BASELINE, seed))

    def _draw(self, number: int) -> Job:
        """Return the job of a draw: it finds the resting state of its world, then tries the promise there.

        The values are, point by point and without the promise first, means over seeds.
        """

        def job() -> list[float]:
            count = max(1, self.world.customers.count // 2)
            world = self.world.replace({**self.assumptions[number], "customers.count": count})
            world = settled(world, ROUNDS, self.draw_seeds[:1])
            values: list[float] = []
            for point in (point for swept in self.draw_points.values() for point in swept):
                for strategy in (BASELINE, point.strategy):
                    runs = [
                        outcomes(simulate(point.world(world), strategy, seed)) for seed in self.draw_seeds
                    ]
                    values += np.mean(runs, axis=0).tolist()
            return values

        return job

    def result(self, done: Mapping[str, list[float]]) -> KeepRates:
        """Return what the results of all jobs mean."""
        curves = []
        for variant, swept in self.swept:
            arms = [
                np.array(
                    [[done[self._key(point, arm(point), seed)] for seed in self.seeds] for point in swept]
                )
                for arm in (lambda _: None, lambda point: point.strategy)
            ]
            curves.append(Curve(variant, swept, *arms))
        return KeepRates(self.world, tuple(curves), self._drawn(done))

    def _drawn(self, done: Mapping[str, list[float]]) -> dict[str, Draws]:
        if not self.assumptions:
            return {}
        rows = np.array(
            [done[f"{self.world.name} | draw {number}"] for number in range(len(self.assumptions))]
        )
        found, start = {}, 0
        for name, swept in self.draw_points.items():
            width = len(swept) * 2 * len(OUTCOMES)
            values = rows[:, start : start + width].reshape(len(rows), len(swept), 2, len(OUTCOMES))
            start += width
            effects = {
                measure: SCALE[measure]
                * (outcome(values, measure)[..., 1] - outcome(values, measure)[..., 0])
                for measure in MEASURES
            }
            found[name] = Draws(tuple(self.assumptions), outcome(values, "kept")[..., 1], effects)
        return found


def _rates(variant: Variant, settings: Settings) -> tuple[float, ...]:
    return settings.keep_rates if variant.name in MAIN else settings.coarse_rates
