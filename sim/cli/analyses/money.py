"""`tenure money`: what strategies and their levers cost and bring, and when they pay."""

from dataclasses import dataclass

from sim.cli.analyses.frame import Answer, Question
from sim.report.money_report import cash_figure, cash_frame, money_frame, money_table
from sim.study.decision.money import money
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What can be asked for besides the settings of the main job."""

    levers: bool = parameter(True, unit="yes or no", meaning="run each lever of a strategy alone as well")


def answer(question: Question) -> Answer:
    """Return what the strategies of the plan cost and bring."""
    plan = question.plan
    found = money(
        plan.scenario,
        plan.strategies,
        plan.settings.replications or 1,
        plan.settings.seed,
        plan.settings.baseline,
        plan.settings.engine,
        question.workers,
        question.progress,
        levers=question.own.levers,
    )
    tables = {"money": money_frame(found), "cash": cash_frame(found)}
    return Answer(
        money_table(found), tables, {"cash": cash_figure(found)}, {"seeds": list(found.comparison.seeds)}
    )
