"""Plan an experiment in the field: how many customers, how long, what it costs, what it can show."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import ENGINES, Engine
from sim.study.compare import replication_seeds
from sim.study.pilot.arms import DAYS_PER_WEEK, FIGURES, contrast, experiment, lasting
from sim.study.pilot.plan import Option, PilotPlan, Rehearsal
from sim.study.pilot.power import Effect, customers_needed, power_with, z_values
from sim.study.statistics import mean_interval
from sim.study.unfinished import Job, Notebook, Progress, finish
from sim.world.compatibility import check_compatible
from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]

RETENTION = "retention_rate"
WEEKS = (13.0, 26.0, 52.0)
PRIOR = 1.0 / 3.0
"""Share of ideas that work, before anything is known of this one: a third at Microsoft (Kohavi et al. 2009,
recalled)."""
ROOM = 100_000_000
"""Customers times ticks that the simulated experiments may take; larger ones are simulated smaller."""
FEWEST = 20


def plan_pilot(
    scenario: Scenario,
    strategy: Strategy,
    replications: int = 30,
    seed: int = 1,
    *,
    baseline: Strategy | None = None,
    metric: str = RETENTION,
    weeks: Sequence[float] = WEEKS,
    power: float = 0.8,
    significance: float = 0.05,
    share: float = 0.5,
    prior: float = PRIOR,
    pilots: int = 300,
    per_arm: int | None = None,
    engine: Engine = "compiled",
    workers: int = 2,
    progress: Progress | None = None,
    notebook: Notebook | None = None,
) -> PilotPlan:
    """Plan a randomised experiment with one arm treated and an equal one held against it.

    The effect and its contamination come from worlds of the scenario's size with a share treated, the
    simulated experiments from small worlds of their own.

    Parameters
    ----------
    scenario, strategy
        The world, and the strategy with at least one lever.
    replications, seed
        Worlds by which effects are known, and what their seeds are made from.
    baseline
        What the control arm gets, a strategy without levers; None for present practice.
    metric
        Figure of a customer, see `sim.study.pilot.arms.FIGURES`.
    weeks
        Durations to choose from.
    power, significance
        Of a two-sided test.
    share
        Part treated of the customers who talk to each other and share the staff: .5 where the two arms
        are all there is, less in a larger base.
    prior
        Share of such ideas that work.
    pilots, per_arm
        Simulated experiments of the duration that costs least, and customers in each of their arms; None
        for the number planned, or fewer where that would take too long.
    engine, workers
        What runs the customers, and in how many threads; results do not depend on either.
    progress
        Called with (runs done, runs in all).
    notebook
        Where finished runs are kept; what it holds is not run again.

    Raises
    ------
    ConfigurationError
        If the strategy has no lever or the baseline has some, the metric is unknown, or a number is out of
        its range.
    """
    baseline = baseline or Strategy(name="baseline")
    _check(strategy, baseline, metric, engine)
    limits = (
        ("power", power, 0.5, 0.999),
        ("significance", significance, 0.0001, 0.5),
        ("share", share, 0.01, 0.5),
        ("prior", prior, 0.001, 0.999),
        ("replications", replications, 2, math.inf),
        ("pilots", pilots, 2, math.inf),
        ("per_arm", FEWEST if per_arm is None else per_arm, FEWEST, math.inf),
        ("workers", workers, 1, math.inf),
    )
    for setting, number, low, high in limits:
        if not low <= number <= high:
            valid = f"at least {low:g}" if high == math.inf else f"{low:g} to {high:g}"
            raise ConfigurationError(setting, f"{number:g} is outside its range", f"valid: {valid}")
    worlds = {one: _world(scenario, strategy, metric, one) for one in _durations(weeks)}
    figure, notes = FIGURES[metric], notebook or Notebook()
    seeds = replication_seeds(seed, replications + pilots)
    jobs: dict[str, Job] = {
        f"{one:g} weeks | {luck}": partial(contrast, world, baseline, strategy, figure, share, luck, engine)
        for one, world in worlds.items()
        for luck in seeds[:replications]
    }
    total = len(jobs) + pilots

    def told(before: int) -> Progress | None:
        return None if progress is None else lambda done, _: progress(before + done, total)

    done = finish(jobs, notes, workers, told(0))
    options = []
    for one in worlds:
        rows = np.array([done[f"{one:g} weeks | {luck}"] for luck in seeds[:replications]])
        options.append(_option(one, rows, power, significance, binary=figure.binary))
    able = [option for option in options if math.isfinite(option.per_arm)]
    chosen = min(able, key=lambda option: (option.spending, option.per_arm)) if able else None
    rehearsal = None
    if chosen is not None:
        world = worlds[chosen.weeks]
        most = int(ROOM * share / (2 * pilots * world.time.ticks))
        number = per_arm or max(FEWEST, min(int(chosen.per_arm), most))
        small = world.replace({"customers.count": math.ceil(number / share)})
        rehearsed: dict[str, Job] = {
            f"experiment of {chosen.weeks:g} weeks with {number} | {luck}": partial(
                experiment, small, baseline, strategy, figure, number, luck, engine
            )
            for luck in seeds[replications:]
        }
        rows = np.array(list(finish(rehearsed, notes, workers, told(len(jobs))).values()))
        rehearsal = _rehearsal(chosen, rows, number, binary=figure.binary)
    return PilotPlan(scenario, strategy, baseline, metric, share, prior, tuple(options), chosen, rehearsal)


def _option(weeks: float, rows: Floats, power: float, significance: float, *, binary: bool) -> Option:
    whole, bias = mean_interval(rows[:, 0]), mean_interval(rows[:, 1])
    estimate = mean_interval(rows[:, 0] + rows[:, 1])
    control, control_variance, _, treated_variance = (float(value) for value in rows[:, 2:6].mean(axis=0))
    if binary:  # of all customers of all replications
        control_variance = control * (1.0 - control)
    arms = Effect(control, control, control_variance, treated_variance, binary)
    # The difference of paired worlds knows the effect far better than that of the arms.
    effect = arms.resized(estimate.mean)
    needed = customers_needed(effect, power, significance)
    others = [customers_needed(arms.resized(limit), power, significance) for limit in estimate[1:]]
    if estimate.low <= 0.0 <= estimate.high:
        others.append(math.inf)
    return Option(
        weeks, whole, bias, estimate, effect, needed, min(others), max(others), power, significance,
        mean_interval(rows[:, 6]), mean_interval(rows[:, 7]),
    )  # fmt: skip


def _rehearsal(option: Option, rows: Floats, per_arm: int, *, binary: bool) -> Rehearsal:
    z, idle = (
        z_values(part[:, 0], part[:, 2], part[:, 1], part[:, 3], per_arm, binary=binary)
        for part in (rows[:, :4], rows[:, 4:])
    )
    return Rehearsal(
        option.weeks,
        per_arm,
        option.significance,
        rows[:, 0] - rows[:, 2],
        z,
        idle,
        power_with(option.effect, per_arm, option.significance),
        option.estimate.mean,
    )


def _durations(weeks: Sequence[float]) -> tuple[float, ...]:
    if not weeks:
        raise ConfigurationError("weeks", "the list is empty", "for example weeks=[13,26]")
    for one in weeks:
        if not 1.0 <= one <= 520.0:
            raise ConfigurationError("weeks", f"{one:g} is outside its range", "valid: 1 to 520 weeks")
        if list(weeks).count(one) > 1:
            raise ConfigurationError("weeks", f"{one:g} stands twice", "name each duration once")
    return tuple(float(one) for one in weeks)


def _world(scenario: Scenario, strategy: Strategy, metric: str, weeks: float) -> Scenario:
    world = lasting(scenario, weeks)
    try:
        check_compatible(world, strategy)
    except ConfigurationError as error:
        if ".phases." not in error.key:
            raise
        raise ConfigurationError(
            "weeks", f"{weeks:g} are over before '{strategy.name}' is rolled out", "use a longer duration"
        ) from None
    window = world.customers.activity_window
    if metric == RETENTION and world.customers.relation != "contractual":
        if world.time.ticks * world.time.tick_days < window:
            raise ConfigurationError(
                "weeks",
                f"{weeks:g} are shorter than the {window:g} days in which a customer has to buy",
                f"valid: at least {math.ceil(window / DAYS_PER_WEEK)}, or another metric",
            )
    return world


def _check(strategy: Strategy, baseline: Strategy, metric: str, engine: str) -> None:
    if not strategy.levers():
        raise ConfigurationError(
            "strategy", f"'{strategy.name}' has no levers", "choose one that does something"
        )
    if baseline.levers():
        raise ConfigurationError(
            "baseline",
            f"'{baseline.name}' has levers of its own",
            "the control arm gets what there is today, for example baseline=baseline",
        )
    if metric not in FIGURES:
        raise ConfigurationError("metric", f"unknown metric '{metric}'", nearest(metric, FIGURES))
    if engine not in ENGINES:
        raise ConfigurationError("engine", f"unknown engine '{engine}'", nearest(engine, ENGINES))
