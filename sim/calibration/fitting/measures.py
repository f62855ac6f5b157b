"""What a run gives for a figure: the same figure that was counted in the data, by the same function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import events
from sim.calibration.order_statistics import late_and_voice
from sim.calibration.posterior import Statistic
from sim.calibration.records.survey import QUESTIONS
from sim.calibration.survey import survey_figures
from sim.engine.simulation import Run, simulate
from sim.study.metrics import METRICS
from sim.study.questionnaire import on_scale, states
from sim.world.library import load_strategy
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]
Answers = Mapping[str, Floats]
Scales = Mapping[str, tuple[float, float]]
TARGETS = "targets."
TEN = 10.0
"""Highest answer to the question of the model whether one would recommend."""
MODELLED = ("satisfaction", "trust", "recommendation", "stay")
"""Questions to which customers of the simulator have an answer of their own."""
SOON: Mapping[str, float | bool | str] = {
    "customers.orders.mean": 60.0,
    "customers.orders.shape": 50.0,
    "customers.exit.alpha": 0.01,
    "customers.exit.beta": 1000.0,
    "time.tick": "week",
    "time.horizon": 0.05,
    "survey.order_share": 1.0,
    "survey.recommendation_share": 0.0,
    "behaviour.answer.response": 1.0,
    "mechanisms.reviews": False,
    "mechanisms.nonresponse": False,
    "mechanisms.survey_fatigue": False,
    "market.prospects": 0.0,
    "network.kind": "none",
}
"""A world in which all order within days: what comes of an order does not hang on how often one orders.

Only first orders are looked at, at the state in which the firm rests, and the score that was given is known.
"""


@dataclass(frozen=True)
class SurveyForm:
    """How a survey was asked.

    Parameters
    ----------
    scales
        By question, the lowest and the highest answer.
    items
        By question, in how many wordings it was put.
    """

    scales: Scales
    items: Mapping[str, int] = field(default_factory=dict)


def target_figures(run: Run, names: Sequence[str]) -> dict[str, float]:
    """Return metrics of a run by the names of the targets."""
    found = {}
    for name in names:
        measure = METRICS[name.removeprefix(TARGETS)].measure
        if measure is not None:
            found[name] = measure(run)
    return found


def survey_of_run(run: Run, form: SurveyForm) -> tuple[dict[str, Floats], dict[str, list[Floats]]]:
    """Put the questions of a survey to the customers of a run; return answers of 0 to 1, and by wording."""
    asked = [name for name in QUESTIONS if name in form.scales and name in MODELLED]
    found = states(run, staying="stay" in asked)
    noise = run.scenario.behaviour.answer.noise
    error = np.random.default_rng((run.seed, run.scenario.time.ticks))
    levels = {"satisfaction": found.level, "trust": found.trust, "stay": found.renews}
    answers: dict[str, Floats] = {}
    items: dict[str, list[Floats]] = {}
    for name in asked:
        low, high = form.scales[name]
        if name == "recommendation":
            # Where the scale ends at 10 as the question does, points are points; others are stretched.
            points = found.recommendation
            if high != TEN:
                points = np.floor(low + points / TEN * (high - low) + 0.5)
            worded = [np.clip(points, low, high)]
        else:
            worded = [on_scale(levels[name], noise, error, low, high) for _ in range(form.items.get(name, 1))]
        items[name] = [(item - low) / (high - low) for item in worded]
        answers[name] = np.mean(items[name], axis=0)
    return answers, items


def survey_measure(run: Run, form: SurveyForm) -> dict[str, float]:
    """Return the figures of a survey put to the customers of a run."""
    answers, items = survey_of_run(run, form)
    return {item.name: item.value for item in survey_figures(answers, form.scales, items)}


def first_orders(scenario: Scenario, seed: int) -> dict[str, Floats]:
    """Return days late, score and complaint of the first order of each customer, all ordering at once."""
    run = simulate(scenario.replace(SOON), load_strategy("baseline", scenario), seed, watch="all")
    assert run.log is not None
    log, customers = run.log, scenario.customers.count
    asked = log[log["event"] == events.SURVEY_SATISFACTION]
    hour = np.full(customers, np.inf)
    np.minimum.at(hour, asked["customer"], asked["hour"])

    def value(event: int, detail: int | None = None) -> Floats:
        rows = log[(log["event"] == event) & (log["hour"] == hour[log["customer"]])]
        if detail is not None:
            rows = rows[rows["detail"] == detail]
        found = np.full(customers, np.nan)
        found[rows["customer"]] = rows["value"]
        return found

    kept = value(events.PROMISE_KEPT, events.DELIVERY)
    wait = np.where(np.isnan(kept), value(events.PROMISE_BROKEN, events.DELIVERY), kept)
    promised = value(events.PROMISE_MADE, events.DELIVERY)
    score = value(events.SURVEY_SATISFACTION)
    seen = np.isfinite(score)
    # A promise of a day holds until its midnight: midnights after it are days late.
    return {
        "late": np.maximum(np.ceil(wait[seen] - promised[seen]), 0.0),
        "score": score[seen],
        "complaint": np.isfinite(value(events.COMPLAINT))[seen].astype(np.float64),
    }


def late_measure(scenario: Scenario, seed: int) -> dict[str, float]:
    """Return scores and complaints by days late, and complaints by score."""
    found = first_orders(scenario, seed)
    figures: list[Statistic] = late_and_voice(found["late"], found["score"], found["complaint"])
    return {item.name: item.value for item in figures}


Measure = Callable[[Scenario, int], dict[str, float]]
