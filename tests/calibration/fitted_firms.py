"""Firms whose parameters are known, with figures of their own: for fits by simulation."""

import numpy as np
import pandas as pd

from sim.calibration.fitting.fit import Asked, asked_in, fit_by_simulation, simulator_of
from sim.calibration.fitting.measures import SurveyForm, survey_of_run, target_figures
from sim.calibration.fitting.waves import simulated_points
from sim.calibration.posterior import Finding, Statistic, joined
from sim.calibration.records.options import Options
from sim.calibration.records.survey import read_survey
from sim.calibration.survey import survey_statistics
from sim.engine.simulation import simulate
from sim.study.metrics import METRICS
from sim.study.resting import calibrate_reference
from sim.world.library import load_strategy
from sim.world.scenario import Scenario

ALONE = {
    "market.prospects": 0.0,
    "network.kind": "none",
    "mechanisms.reviews": False,
    "mechanisms.queue": False,
    "mechanisms.engagement": False,
    "mechanisms.feedback": False,
    "time.horizon": 1.0,
    "time.tick": "month",
}
BASE = Scenario(name="firm").replace(ALONE)
FORM = SurveyForm(
    {"satisfaction": (1.0, 10.0), "trust": (1.0, 10.0), "recommendation": (0.0, 10.0)}, {"satisfaction": 2}
)
COLUMNS = {"satisfaction": "s1+s2", "trust": "t", "recommendation": "r"}
SCALE = "satisfaction:1-10,trust:1-10,recommendation:0-10"
RESPONDENTS = 300
ERRORS = {
    "targets.retention_rate": 0.015,
    "targets.nps": 3.0,
    "targets.csat": 0.015,
    "targets.promise_keep_rate": 0.01,
    "targets.complaint_rate": 0.004,
}
SURVEYED = {
    "service.quality.mean": (0.6, 0.95),
    "customers.satisfaction_spread": (0.05, 0.2),
    "behaviour.answer.noise": (0.05, 0.2),
    "behaviour.trust.kept_gain": (0.005, 0.045),
    "behaviour.answer.recommendation_mean": (6.0, 9.0),
    "behaviour.answer.recommendation_slope": (6.0, 20.0),
    "behaviour.answer.response_style": (0.5, 2.5),
}
"""The prior that firms are drawn from, inside that of the registry: such as are met."""
AIMED = {
    "customers.exit.alpha": (0.2, 3.0),
    "service.quality.mean": (0.6, 0.95),
    "behaviour.answer.recommendation_mean": (6.0, 9.0),
    "service.delivery.median": (1.0, 3.0),
    "behaviour.voice.base": (-4.0, 0.0),
}


def some_firm(ranges, generator):
    """Return parameters of a firm, drawn at random."""
    return {path: float(generator.uniform(low, high)) for path, (low, high) in ranges.items()}


def at_rest(truth, seed, customers):
    """Return the world of a firm where its baseline rests."""
    world = BASE.replace({**truth, "customers.count": customers})
    rest = calibrate_reference(world, 4000, 4, (seed, seed + 50_000))
    return world.replace({f"reference.{name}": value for name, value in vars(rest).items()})


def survey_file(truth, seed, folder):
    """Write the answers of some customers of a firm, and return the path of the file."""
    world = at_rest(truth, seed, 4 * RESPONDENTS)
    run = simulate(world, load_strategy("baseline", world), seed + 7)
    answers, items = survey_of_run(run, FORM)
    points = {
        "s1": 1.0 + 9.0 * items["satisfaction"][0],
        "s2": 1.0 + 9.0 * items["satisfaction"][1],
        "t": 1.0 + 9.0 * answers["trust"],
        "r": 10.0 * answers["recommendation"],
    }
    frame = pd.DataFrame({name: np.round(values) for name, values in points.items()})
    path = folder / f"survey{seed}.csv"
    frame.sample(RESPONDENTS, random_state=seed).to_csv(path, index=False)
    return path


def survey_task(path):
    """Return what a survey says and what lies behind it."""
    survey = read_survey(path, Options(columns=COLUMNS), SCALE)
    return Finding(statistics=survey_statistics(survey)), asked_in(survey)


def surveyed_firm(truth, seed, folder):
    return survey_task(survey_file(truth, seed, folder))


def aimed_firm(truth, seed, folder):
    """Return figures of a firm with errors of a known size."""
    world = at_rest(truth, seed, 10_000)
    run = simulate(world, load_strategy("baseline", world), seed + 7)
    generator = np.random.default_rng(seed)
    found = []
    for name, value in target_figures(run, list(ERRORS)).items():
        seen = value + ERRORS[name] * float(generator.standard_normal())
        unit = METRICS[name.removeprefix("targets.")].unit
        found.append(
            Statistic(name, min(seen, 0.999) if unit == "share" else seen, ERRORS[name], 0, name, unit)
        )
    return Finding(statistics=tuple(found)), Asked()


ROUTES = {"survey": (SURVEYED, surveyed_firm), "targets": (AIMED, aimed_firm)}


def bank_of(finding, asked, prior, points, seed, workers=2):
    """Return simulations over the prior that firms of the same base and questions share."""
    return simulated_points(simulator_of(BASE, [finding], asked, prior), points, seed, workers)


def posterior_of(finding, asked, prior, bank, draws, seed, workers=2):
    """Return the posterior of a firm whose parameters were drawn from the prior."""
    fit = fit_by_simulation(
        BASE,
        [finding],
        asked,
        draws,
        seed,
        discrepancy=0.0,
        workers=workers,
        earlier=bank,
        prior=prior,
    )
    return joined([finding, fit])
