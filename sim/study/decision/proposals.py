"""Propose settings one batch after the other, and keep what was judged of them."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.study.decision.levers import Lever, Point, Setting
from sim.study.extras import needed

BATCH = 8
"""Settings that are proposed before any of them is judged."""
STUDY = "search"
FEASIBLE = -1.0
"""What is told of a limit that is kept by more than its own size, or cannot be broken at all."""


class Verdict(NamedTuple):
    """What was found of a setting.

    Parameters
    ----------
    values
        Of the objectives, in their order; None if no strategy can have these settings.
    excess
        By limit, how far it is broken, in shares of its size; at most 0 where it is kept.
    problem
        Why there are no values.
    """

    values: Sequence[float] | None
    excess: Mapping[str, float]
    problem: str = ""


Judge = Callable[[Sequence[Point]], Sequence[Verdict]]


def propose(
    judge: Judge,
    levers: Sequence[Lever],
    raised: Sequence[bool],
    trials: int,
    seed: int,
    present: Point | None = None,
    folder: Path | None = None,
) -> None:
    """Ask for settings batch by batch, have them judged, and tell what came out.

    A study in memory proposes. A second one, in SQLite, gets each trial when it is judged, whole and at
    once, so that a process that is killed leaves no trial half told. Optuna's journal in a file was tried
    and not taken: a lock that is left behind makes the next process wait for half a minute, and a last
    line that was cut off spoils what follows. Every proposal draws from a seed of its own, so that a
    search that goes on proposes what it would have proposed.

    Parameters
    ----------
    judge
        Judges settings; those of batches that a folder keeps are judged again, in the same order.
    levers
        What is searched.
    raised
        Of each objective, whether more of it is better.
    trials
        Settings in all.
    seed
        Of the proposals.
    present
        What is tried first, None if nothing is.
    folder
        Keeps the trials; None keeps none.
    """
    optuna = optuna_needed()
    distributions = {lever.path: _distribution(lever) for lever in levers}
    directions = ["maximize" if up else "minimize" for up in raised]
    start = first_points(levers, trials, seed, present)
    with _quiet(), _kept_study(folder, directions) as kept:
        before = [] if kept is None else kept.trials
        study = optuna.create_study(directions=directions)
        for first in range(0, trials, BATCH):
            places = range(first, min(first + BATCH, trials))
            if places.stop <= len(before):
                study.add_trials(before[places.start : places.stop])
                judge([_settings(before[place].params, levers) for place in places])
                continue
            asked = []
            for place in places:
                if place < len(start):
                    study.enqueue_trial(start[place])
                study.sampler = optuna.samplers.TPESampler(
                    seed=int(np.random.SeedSequence([seed, place]).generate_state(1)[0]),
                    n_startup_trials=len(start),
                )
                asked.append(study.ask(distributions))
            verdicts = judge([_settings(trial.params, levers) for trial in asked])
            for place, trial, verdict in zip(places, asked, verdicts, strict=True):
                _tell(study, trial, verdict)
                if kept is not None and place >= len(before):
                    kept.add_trial(study.trials[place])


def first_points(
    levers: Sequence[Lever], trials: int, seed: int, present: Point | None
) -> list[dict[str, Setting]]:
    """Return what is tried first: the present settings, then points spread evenly over all ranges."""
    from scipy.stats import qmc

    count = min(max(10, 2 * len(levers)), trials)
    spread = qmc.LatinHypercube(len(levers), rng=np.random.default_rng(seed)).random(count)
    points = [
        {lever.path: lever.at(float(share)) for lever, share in zip(levers, row, strict=True)}
        for row in spread
    ]
    return points if present is None else [dict(present), *points[: count - 1]]


def _tell(study: Any, trial: Any, verdict: Verdict) -> None:
    if verdict.values is None or any(math.isnan(value) for value in verdict.values):
        trial.set_user_attr("problem", verdict.problem or "an objective has no value")
        study.tell(trial, state=optuna_needed().trial.TrialState.FAIL)
        return
    for key, excess in verdict.excess.items():
        trial.set_constraint(key, max(excess, FEASIBLE))
    study.tell(trial, list(verdict.values))


def _distribution(lever: Lever) -> Any:
    distributions = optuna_needed().distributions
    if lever.kind in ("yes or no", "switch"):
        return distributions.CategoricalDistribution([False, True])
    if lever.kind == "whole":
        return distributions.IntDistribution(int(lever.low), int(lever.high))
    return distributions.FloatDistribution(lever.low, lever.high, log=lever.logarithmic)


def _settings(values: Mapping[str, Any], levers: Sequence[Lever]) -> dict[str, Setting]:
    return {lever.path: values[lever.path] for lever in levers}


@contextmanager
def _kept_study(folder: Path | None, directions: Sequence[str]) -> Iterator[Any]:
    """Open the study that a folder keeps, or start it; None without a folder."""
    if folder is None:
        yield None
        return
    optuna = optuna_needed()
    folder.mkdir(parents=True, exist_ok=True)
    storage = optuna.storages.RDBStorage(f"sqlite:///{folder / 'trials.db'}")
    try:
        yield optuna.create_study(
            storage=storage, study_name=STUDY, directions=list(directions), load_if_exists=True
        )
    finally:
        storage.remove_session()
        storage.engine.dispose()


@contextmanager
def _quiet() -> Iterator[None]:
    """Let Optuna say nothing of each trial: progress is reported otherwise."""
    logging = optuna_needed().logging
    before = logging.get_verbosity()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(before)


def optuna_needed() -> Any:
    """Return Optuna.

    Raises
    ------
    ConfigurationError
        If it is not installed.
    """
    return needed("optuna", "search", "Optuna", "search")
