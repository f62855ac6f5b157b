"""Fit what closed forms cannot: parameters held against figures that the simulator makes as well."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.fitting.figures import Observed, Simulated
from sim.calibration.fitting.knobs import Knob, chosen
from sim.calibration.fitting.links import discrepancy_of, link_of
from sim.calibration.fitting.measures import MODELLED, SurveyForm
from sim.calibration.fitting.simulator import Simulator
from sim.calibration.fitting.waves import Fitted, fitted
from sim.calibration.order_statistics import late_and_voice
from sim.calibration.posterior import (
    LEVEL,
    NARROWER,
    Estimate,
    Finding,
    Posterior,
    Predicted,
    Statistic,
    Unsettled,
    joined,
    predicted,
    shrinkage,
)
from sim.calibration.records.survey import SurveyAnswers
from sim.calibration.scenario_file import world_of
from sim.calibration.survey import items_of, survey_figures
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]
CUSTOMERS = 1000
"""Customers of a run."""
LATE_CUSTOMERS, MOST_LATE, IN_CASE = 3000, 15_000, 40
"""Customers whose first orders are looked at, at least and at most, and orders of the rarest case, about."""
SHOWN = 2
"""Figures that are named where there are many."""
RESAMPLED, MOST, SHRUNK = 300, 20_000, 0.95
"""Samples by which it is found how figures go together, their size at most, and what is kept of that."""
Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """What lies behind the figures: how they were asked for, and how they go together.

    Parameters
    ----------
    form
        How a survey was asked; None without any.
    survey
        The answers behind figures of a survey, if they are known one by one.
    scores
        Days late, score and complaint by order (None for what is not known), see
        `sim.calibration.order_statistics.scores_of`; None without scores and complaints.
    """

    form: SurveyForm | None = None
    survey: SurveyAnswers | None = None
    scores: tuple[Floats, Floats | None, Floats | None] | None = None


def asked_in(survey: SurveyAnswers) -> Asked:
    """Return what lies behind the figures of a survey."""
    return Asked(
        SurveyForm(survey.scales, {name: len(items) for name, items in items_of(survey).items()}), survey
    )


@dataclass(frozen=True)
class _Task:
    """What there is to do: the world, what is fitted in it, figures to fit to, all that can be measured."""

    world: Scenario
    knobs: tuple[Knob, ...]
    figures: tuple[Statistic, ...]
    measured: tuple[Statistic, ...]


Prior = Mapping[str, tuple[float, float]]


def _task(base: Scenario, before: Posterior, asked: Asked, prior: Prior | None = None) -> _Task:
    measured = tuple(item for item in before.statistics if _measurable(item, asked))
    world = world_of(base, before, "fitted")
    knobs = chosen([item.name for item in measured], world, before.draws, prior)
    figures = tuple(item for item in measured if any(item.name in knob.by for knob in knobs))
    return _Task(world, knobs, figures, measured)


def fits(base: Scenario, findings: Sequence[Finding], asked: Asked) -> int:
    """Return how many parameters figures say something of that no closed form has settled."""
    return len(_task(base, joined(findings), asked).knobs)


def fit_by_simulation(
    base: Scenario,
    findings: Sequence[Finding],
    asked: Asked,
    draws: int,
    seed: int,
    *,
    discrepancy: float = 1.0,
    workers: int | None = None,
    progress: Step | None = None,
    earlier: Simulated | None = None,
    prior: Prior | None = None,
) -> Finding:
    """Return what figures say of the parameters that no closed form settles, see `fits`.

    Parameters
    ----------
    base
        All other values are as there; figures are those of its horizon.
    findings
        What was found so far: row k of the draws belongs to row k of what is returned.
    asked
        What lies behind the figures.
    draws, seed
        Number of draws and seed; the same seed gives the same draws, whatever the workers.
    discrepancy
        How much of the discrepancy of `links.discrepancy_of` is conceded to the model: 0 for a firm that is
        itself simulated.
    workers
        Threads; one for every core where left out.
    progress
        Called with (runs done, runs in all).
    earlier
        Simulations over the same prior, in place of the first wave.
    prior
        Limits by path in place of those of `knobs.chosen`.
    """
    before = joined(findings)
    task = _task(base, before, asked, prior)
    observed = observed_figures(task.figures, asked, discrepancy)
    simulator = _simulator(task, before, asked)
    found = fitted(simulator, observed, draws, seed, workers or os.cpu_count() or 1, progress, earlier)
    return _finding(found, task.knobs, task.measured)


def simulator_of(
    base: Scenario, findings: Sequence[Finding], asked: Asked, prior: Prior | None = None
) -> Simulator:
    """Return what makes the figures of points, and knows what is fitted."""
    before = joined(findings)
    return _simulator(_task(base, before, asked, prior), before, asked)


def _simulator(task: _Task, before: Posterior, asked: Asked) -> Simulator:
    return Simulator(
        task.world.replace({"customers.count": CUSTOMERS}),
        task.knobs,
        before.draws,
        tuple(item.name for item in task.measured if item.name.startswith("targets.")),
        asked.form,
        0 if asked.scores is None else _customers_late(task.figures),
    )


def _customers_late(figures: Sequence[Statistic]) -> int:
    """Return how many first orders there have to be so that even the rarest case has some."""
    counts = [item.count for item in figures if item.name.startswith("orders.")]
    rarest = min(counts) / max(counts) if counts and min(counts) > 0 else 1.0
    return int(np.clip(IN_CASE / rarest, LATE_CUSTOMERS, MOST_LATE))


def _measurable(item: Statistic, asked: Asked) -> bool:
    """Return whether a run can be asked for a figure."""
    route, _, rest = item.name.partition(".")
    if route == "targets":
        return True
    if route == "survey":
        parts = rest.replace("correlation.", "").split(".")
        questions = [part for part in parts if part not in ("mean", "spread", "reliability", "nps")]
        return asked.form is not None and all(
            part in MODELLED or part.isdigit() or part == "promoters" for part in questions
        )
    names = ("orders.late.", "orders.stars.", "orders.score.", "orders.complaint")
    return asked.scores is not None and item.name.startswith(names) and not item.name.endswith(".again")


def observed_figures(figures: Sequence[Statistic], asked: Asked, discrepancy: float) -> Observed:
    """Return figures with how their errors go together, and what is conceded to the model."""
    names = tuple(item.name for item in figures)
    errors = np.array([item.error for item in figures])
    correlation = np.eye(len(names))
    for places, part in (_survey_correlation(asked.survey, names), _late_correlation(asked.scores, names)):
        correlation[np.ix_(places, places)] = part
    covariance = correlation * np.outer(errors, errors)
    return Observed(
        names,
        np.array([item.value for item in figures]),
        covariance + 1e-12 * np.eye(len(names)),
        discrepancy * np.array([discrepancy_of(item) for item in figures]),
        tuple(link_of(item) for item in figures),
    )


def _survey_correlation(survey: SurveyAnswers | None, names: Sequence[str]) -> tuple[list[int], Floats]:
    """Return how the figures of a survey go together, for they are of the same people."""
    if survey is None:
        return [], np.eye(0)
    items = items_of(survey)

    def figures(who: NDArray[np.int64]) -> Sequence[Statistic]:
        answers = {name: column[who] for name, column in survey.answers.items()}
        worded = {name: [item[who] for item in parts] for name, parts in items.items()}
        return survey_figures(answers, survey.scales, worded)

    return _resampled(figures, len(next(iter(survey.answers.values()))), names, "survey.")


def _late_correlation(
    scores: tuple[Floats, Floats | None, Floats | None] | None, names: Sequence[str]
) -> tuple[list[int], Floats]:
    """Return how the figures of scores and complaints go together, for they are of the same orders."""
    if scores is None:
        return [], np.eye(0)
    late, score, complaint = scores

    def figures(which: NDArray[np.int64]) -> Sequence[Statistic]:
        return late_and_voice(
            late[which],
            None if score is None else score[which],
            None if complaint is None else complaint[which],
        )

    return _resampled(figures, len(late), names, "orders.")


def _resampled(
    figures: Callable[[NDArray[np.int64]], Sequence[Statistic]], count: int, names: Sequence[str], start: str
) -> tuple[list[int], Floats]:
    """Return the correlations of figures over samples of who they are of, and their places among names."""
    places = [place for place, name in enumerate(names) if name.startswith(start)]
    generator = np.random.default_rng(1)
    rows = []
    for _ in range(RESAMPLED):
        values = {item.name: item.value for item in figures(generator.integers(0, count, min(count, MOST)))}
        rows.append([values.get(names[place], np.nan) for place in places])
    table = np.array(rows).reshape(RESAMPLED, len(places))
    known = np.isfinite(table).all(axis=0)  # a figure that some samples do not give is taken by itself
    places = [place for place, there in zip(places, known, strict=True) if there]
    if len(places) < 2:
        return places, np.eye(len(places))
    table = table[:, known] + 1e-9 * generator.standard_normal((RESAMPLED, len(places)))
    # A little less than what was seen in so many samples: else luck in it would be trusted too far.
    correlation = SHRUNK * np.corrcoef(table.T)
    np.fill_diagonal(correlation, 1.0)
    return places, correlation


def _finding(found: Fitted, knobs: Sequence[Knob], measured: Sequence[Statistic]) -> Finding:
    draws = {knob.path: knob.value(found.parts[:, place]) for place, knob in enumerate(knobs)}
    estimates = tuple(
        Estimate(knob.path, _named(knob.by), "simulation", knob.interval(LEVEL)) for knob in knobs
    )
    return Finding(
        draws=draws,
        estimates=estimates,
        unsettled=tuple(_open(found, knobs, draws, measured)),
        predicted=tuple(_predicted(found, measured)),
    )


def _named(figures: Sequence[str]) -> str:
    """Return names of figures, the first of many."""
    if len(figures) <= SHOWN:
        return ", ".join(figures)
    return f"{', '.join(figures[:SHOWN])} and {len(figures) - SHOWN} more figures"


def _open(
    found: Fitted, knobs: Sequence[Knob], draws: dict[str, Floats], measured: Sequence[Statistic]
) -> list[Unsettled]:
    items = []
    values = {item.name: item.value for item in measured}
    tail = 0.5 - 0.5 * LEVEL
    for knob in knobs:
        far = [
            f"{name} {values[name]:.3g} ± {found.beyond[name]:.2g}"
            for name in knob.by
            if name in found.beyond
        ]
        low, high = np.quantile(draws[knob.path], [tail, 1.0 - tail])
        if far:
            why = f"the simulator comes no nearer than this to the data: {', '.join(far)}"
            items.append(Unsettled(knob.path, why, "a base, or a mechanism, in which it can be so"))
        elif shrinkage((float(low), float(high)), knob.interval(LEVEL)) > NARROWER:
            why = f"its figures leave it wide: {_named(knob.by)}"
            items.append(Unsettled(knob.path, why, "smaller errors of these figures, or further ones"))
    return items


def _predicted(found: Fitted, measured: Sequence[Statistic]) -> list[Predicted]:
    items = []
    for item in measured:
        values = np.array([one.get(item.name, np.nan) for one in found.checked])
        values = values[np.isfinite(values)]
        if len(values) >= len(found.checked) // 2:
            items.append(predicted(item, values))
    return items
