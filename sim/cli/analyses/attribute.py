"""`tenure attribute`: which lever brings how much of what a strategy does."""

from dataclasses import dataclass
from typing import Literal

from sim.cli.analyses.frame import Answer, Question, named
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What can be asked of `tenure attribute`."""

    strategy: str = parameter(unit="text", meaning="name of the strategy whose levers are held to account")
    metrics: tuple[str, ...] = parameter(
        ("survival_rate", "profit"), unit="names", meaning="what the effect is measured by"
    )
    by: Literal["lever", "section"] = parameter(
        "lever",
        unit="choice",
        meaning="what is switched on and off: each lever, or the levers of a section together",
    )
    pairs: int | None = parameter(
        None,
        unit="pairs",
        low=1,
        high=1000,
        meaning="orders drawn in each replication, each with its reverse; null: all sets up to eight levers, "
        "two pairs beyond",
    )


def answer(question: Question) -> Answer:
    """Split the effect of the strategy among its levers."""
    from sim.report.attribution_figure import attribution_figure
    from sim.report.attribution_table import attribution_table
    from sim.study.attribution.study import attribute
    from sim.study.unfinished import Notebook

    plan, own = question.plan, question.own
    found = attribute(
        plan.scenario,
        named(own.strategy, plan),
        plan.settings.replications or 1,
        plan.settings.seed,
        baseline=named(plan.settings.baseline, plan),
        metrics=own.metrics,
        by=own.by,
        pairs=own.pairs,
        engine=plan.settings.engine,
        workers=question.workers,
        progress=question.progress,
        notebook=Notebook(question.state / "runs.jsonl"),
    )
    return Answer(
        attribution_table(found),
        {"attribution": found.summary()},
        {"attribution": attribution_figure(found)},
        {"seeds": list(found.seeds), "exact": found.pairs is None},
    )
