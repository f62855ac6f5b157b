"""The command `tenure discover`: in which worlds a strategy fails."""

from dataclasses import dataclass
from typing import Any

from sim.cli.analyses.frame import Answer, Question, named
from sim.cli.analyses.sensitivity import paths_from
from sim.study.assumption_draws import BEHAVIOUR
from sim.study.exploration.discovery import DENSITY, DRAWS, FEWEST, MOST, SEEDS
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """Whose failures are looked at, and in how many worlds."""

    strategy: str = parameter(unit="text", meaning="whose failures")
    metric: str = parameter("clv", unit="text", meaning="what it is to gain over the baseline")
    below: float = parameter(0.0, unit="as the metric", meaning="it fails where it gains less than this")
    vary: Any = parameter(BEHAVIOUR, unit="paths", meaning="what is drawn, below dotted paths")
    draws: int = parameter(
        DRAWS, low=2 * FEWEST, high=1_000_000, unit="worlds", meaning="in which the box is looked for"
    )
    fresh: int | None = parameter(
        None, low=2, high=1_000_000, unit="worlds", meaning="to check the box; null: half as many"
    )
    density: float = parameter(
        DENSITY, low=0.01, high=1.0, unit="share", meaning="failures in the box, least"
    )
    most: int = parameter(
        MOST, low=1, high=1000, unit="assumptions", meaning="that the box may restrict, the most telling"
    )
    seeds: int = parameter(SEEDS, low=1, high=1000, unit="runs", meaning="in every world, the same for all")


def answer(question: Question) -> Answer:
    """Draw worlds, look for the box, and return table and figure."""
    from sim.report.discovery import (
        box_frame,
        discovery_figure,
        discovery_table,
        trajectory_frame,
        worlds_frame,
    )
    from sim.study.exploration.discovery import discover

    plan, own = question.plan, question.own
    found = discover(
        plan.scenario,
        named(own.strategy, plan),
        own.metric,
        below=own.below,
        baseline=named(plan.settings.baseline, plan),
        vary=paths_from(own.vary),
        draws=own.draws,
        fresh=own.fresh,
        density=own.density,
        most=own.most,
        seeds=own.seeds,
        seed=plan.settings.seed,
        workers=question.workers,
        folder=question.state,
        progress=question.progress,
    )
    return Answer(
        discovery_table(found),
        {"box": box_frame(found), "boxes": trajectory_frame(found), "worlds": worlds_frame(found)},
        {"discovery": discovery_figure(found)},
        {"problem": found.problem, "assumptions_drawn": [item.path for item in found.items]},
    )
