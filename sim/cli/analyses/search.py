"""The command `tenure search`: the best settings of a strategy's levers under limits."""

from dataclasses import dataclass
from typing import Any

from sim.cli.analyses.frame import Answer, Question, named
from sim.study.decision.search import TRIALS
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What is searched for."""

    strategy: str = parameter(unit="text", meaning="whose levers")
    levers: Any = parameter(
        None, unit="ranges", meaning="by dotted path [low, high], null for the whole range of the registry"
    )
    objectives: Any = parameter("clv", unit="names", meaning="metrics to improve; several give a front")
    budget: float | None = parameter(
        None, unit="currency per customer", meaning="most extra cost over the baseline"
    )
    keep_rate: float | None = parameter(None, low=0.0, high=1.0, unit="share", meaning="least promises kept")
    bounds: Any = parameter(None, unit="limits", meaning="by metric [least, most], null where open")
    trials: int = parameter(TRIALS, low=1, high=100_000, unit="settings", meaning="how many are tried")
    fresh: int | None = parameter(
        None,
        low=2,
        high=100_000,
        unit="runs",
        meaning="to check what is found; null: as many as replications",
    )


def answer(question: Question) -> Answer:
    """Search, and return the table, the trials and the figure."""
    from sim.report.search_figure import search_figure
    from sim.report.search_table import found_frame, search_table, trials_frame
    from sim.study.decision.search import search

    plan, own = question.plan, question.own
    found = search(
        plan.scenario,
        named(own.strategy, plan),
        own.levers,
        own.objectives,
        budget=own.budget,
        keep_rate=own.keep_rate,
        bounds=own.bounds,
        trials=own.trials,
        replications=plan.settings.replications or 2,
        fresh=own.fresh,
        seed=plan.settings.seed,
        baseline=named(plan.settings.baseline, plan),
        engine=plan.settings.engine,
        workers=question.workers,
        folder=question.state,
        progress=question.progress,
    )
    return Answer(
        search_table(found),
        {"trials": trials_frame(found), "found": found_frame(found)},
        {"search": search_figure(found)},
        {"seeds": list(found.seeds), "fresh_seeds": list(found.fresh_seeds)},
    )
