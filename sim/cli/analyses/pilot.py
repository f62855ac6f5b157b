"""`tenure pilot`: the experiment in the field that would settle whether a strategy works."""

from dataclasses import dataclass

from sim.cli.analyses.frame import Answer, Question, named
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What can be asked of `tenure pilot`."""

    strategy: str = parameter(unit="text", meaning="name of the strategy to be tried")
    metric: str = parameter(
        "retention_rate",
        unit="name",
        meaning="figure of a customer that decides: retention_rate, orders, revenue or profit",
    )
    weeks: tuple[float, ...] = parameter(
        (13.0, 26.0, 52.0), unit="weeks", low=1.0, high=520.0, meaning="durations to choose from"
    )
    power: float = parameter(
        0.8, low=0.5, high=0.999, unit="share", meaning="how likely the effect shall be found"
    )
    significance: float = parameter(0.05, low=0.0001, high=0.5, unit="share", meaning="of the two-sided test")
    share: float = parameter(
        0.5,
        low=0.01,
        high=0.5,
        unit="share",
        meaning="treated of the customers who talk to each other and share the staff",
    )
    prior: float = parameter(
        1.0 / 3.0, low=0.001, high=0.999, unit="share", meaning="ideas of this kind that work"
    )
    pilots: int = parameter(
        300, low=2, high=100_000, unit="experiments", meaning="small experiments that are simulated"
    )
    per_arm: int | None = parameter(
        None,
        low=20,
        high=10_000_000,
        unit="customers",
        meaning="in each arm of those; null: as many as planned, fewer where that would take too long",
    )


def answer(question: Question) -> Answer:
    """Plan the experiment."""
    from sim.report.pilot_figure import pilot_figure
    from sim.report.pilot_table import pilot_table
    from sim.study.pilot.plan import risks
    from sim.study.pilot.study import plan_pilot
    from sim.study.unfinished import Notebook

    plan, own = question.plan, question.own
    found = plan_pilot(
        plan.scenario,
        named(own.strategy, plan),
        plan.settings.replications or 1,
        plan.settings.seed,
        baseline=named(plan.settings.baseline, plan),
        metric=own.metric,
        weeks=own.weeks,
        power=own.power,
        significance=own.significance,
        share=own.share,
        prior=own.prior,
        pilots=own.pilots,
        per_arm=own.per_arm,
        engine=plan.settings.engine,
        workers=question.workers,
        progress=question.progress,
        notebook=Notebook(question.state / "runs.jsonl"),
    )
    return Answer(
        pilot_table(found), {"pilot": found.summary()}, {"pilot": pilot_figure(found)}, dict(risks(found))
    )
