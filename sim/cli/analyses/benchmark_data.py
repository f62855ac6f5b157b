"""`tenure benchmark-data`: logs with known confounding, spillover and true effects."""

from dataclasses import dataclass
from typing import Literal

from sim.cli.analyses.frame import Answer, Question, named
from sim.world.errors import ConfigurationError
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What can be asked of `tenure benchmark-data`."""

    strategy: str = parameter("guarantee", unit="text", meaning="name of the strategy that some are given")
    lucks: int = parameter(
        200, unit="lucks", low=200, high=100_000, meaning="over which true chances to stay are averaged"
    )
    chosen_by: Literal["risk", "buying"] = parameter(
        "risk",
        unit="choice",
        meaning="who is treated in the observational log: those at risk, or heavy buyers by themselves",
    )
    confounding: float = parameter(
        1.0,
        unit="log-odds per standard deviation",
        low=0.0,
        high=3.0,
        meaning="how strongly that decides; 0: chance alone",
    )
    hidden: bool = parameter(
        False, unit="yes or no", meaning="whether what decides is kept from the observational table"
    )
    channel_lucks: int = parameter(
        20, unit="lucks", low=2, high=10_000, meaning="over which the spillover of each channel is averaged"
    )
    start: str = parameter("2024-01-01", unit="date", meaning="day on which the logs begin")
    events: bool = parameter(False, unit="yes or no", meaning="whether every event is written")


def answer(question: Question) -> Answer:
    """Make the logs and find the truth about them."""
    from sim.report.known_truth_table import known_truth_table
    from sim.study.known_truth.readme import readme
    from sim.study.known_truth.study import benchmark_data
    from sim.study.unfinished import Notebook

    plan, own = question.plan, question.own
    baseline = named(plan.settings.baseline, plan)
    if baseline.levers():
        raise ConfigurationError(
            "baseline",
            f"'{baseline.name}' has levers of its own",
            "those not treated get what there is today, for example baseline=baseline",
        )
    found = benchmark_data(
        plan.scenario,
        named(own.strategy, plan),
        own.lucks,
        plan.settings.seed,
        chosen_by=own.chosen_by,
        confounding=own.confounding,
        hidden=own.hidden,
        channel_lucks=own.channel_lucks,
        start=own.start,
        events=own.events,
        engine=plan.settings.engine,
        workers=question.workers,
        progress=question.progress,
        notebook=Notebook(question.state / "lucks.jsonl"),
    )
    return Answer(
        known_truth_table(found),
        found.tables,
        record=found.record(),
        parquet=True,
        texts={"README.md": readme(found)},
    )
