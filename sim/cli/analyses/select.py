"""The command `tenure select`: the best of several strategies, with runs spent where they decide."""

from dataclasses import dataclass

from sim.cli.analyses.frame import Answer, Question
from sim.study.decision.selection import FIRST, LEAST
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What the best is to be best in, and how many runs may be spent."""

    metric: str = parameter("clv", unit="text", meaning="what is compared")
    budget: int | None = parameter(
        None,
        low=2,
        high=10_000_000,
        unit="runs",
        meaning="runs of all strategies together; null: replications of each",
    )
    first: int = parameter(
        FIRST, low=LEAST, high=100_000, unit="runs", meaning="runs of each before any is preferred"
    )


def answer(question: Question) -> Answer:
    """Select, and return the table and the figure."""
    from sim.report.selection import selection_figure, selection_frame, selection_table
    from sim.study.decision.selection import select_best

    plan, own = question.plan, question.own
    settings = plan.settings
    found = select_best(
        plan.scenario,
        plan.strategies,
        own.metric,
        own.budget or (settings.replications or FIRST) * len(plan.strategies),
        first=own.first,
        seed=settings.seed,
        engine=settings.engine,
        workers=question.workers,
        folder=question.state,
        progress=question.progress,
    )
    return Answer(
        selection_table(found),
        {"selection": selection_frame(found)},
        {"selection": selection_figure(found)},
        {"seeds": list(found.seeds), "best": found.best, "probability": found.probability},
    )
