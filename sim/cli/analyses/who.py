"""`tenure who`: who gains by a strategy and whom it harms."""

from dataclasses import dataclass
from typing import Literal

from sim.cli.analyses.frame import Answer, Question, named
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What can be asked of `tenure who`."""

    strategy: str = parameter(unit="text", meaning="name of the strategy")
    lucks: int = parameter(
        200, unit="lucks", low=200, high=100_000, meaning="how often each customer lives through the time"
    )
    luck: Literal["shared", "independent"] = parameter(
        "shared", unit="choice", meaning="whether the worlds with and without the strategy share their luck"
    )
    spillover: bool = parameter(
        True,
        unit="yes or no",
        meaning="treat a random half in a third world, to part direct effect and spillover",
    )


def answer(question: Question) -> Answer:
    """Find who gains by the strategy."""
    from sim.report.who_figure import who_figure
    from sim.report.who_table import who_table
    from sim.study.unfinished import Notebook
    from sim.study.who.study import individual_effects

    plan, own = question.plan, question.own
    found = individual_effects(
        plan.scenario,
        named(own.strategy, plan),
        named(plan.settings.baseline, plan),
        own.lucks,
        plan.settings.seed,
        luck=own.luck,
        spillover=own.spillover,
        engine=plan.settings.engine,
        workers=question.workers,
        progress=question.progress,
        notebook=Notebook(question.state / "lucks.jsonl"),
    )
    tables = {
        "quantiles": found.quantiles(),
        "tenths": found.tenths(),
        "segments": found.segments(),
        "traits": found.traits(),
        "groups": found.groups(),
        "targeting": found.targeting(),
        "customers": found.customers(),
    }
    apart = found.spillover()
    if apart is not None:
        tables["spillover"] = apart
    return Answer(
        who_table(found),
        tables,
        {"who": who_figure(found)},
        {
            "mean_effect": found.mean()._asdict(),
            "harmed": found.harmed()._asdict(),
            "gaining": found.gaining()._asdict(),
            "lucks": list(found.lucks),
        },
    )
