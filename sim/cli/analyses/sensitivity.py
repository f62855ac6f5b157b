"""The command `tenure sensitivity`: which assumptions a decision hangs on."""

from dataclasses import dataclass
from typing import Any

from sim.cli.analyses.frame import Answer, Question
from sim.study.assumption_draws import BEHAVIOUR
from sim.study.exploration.sensitivity import MOST, SAMPLES, SEEDS, TRAJECTORIES
from sim.world.errors import ConfigurationError
from sim.world.parameter import parameter


@dataclass(frozen=True)
class Settings:
    """What is varied, and how thoroughly."""

    metric: str = parameter("clv", unit="text", meaning="whose differences are looked at")
    vary: Any = parameter(BEHAVIOUR, unit="paths", meaning="what is varied, below dotted paths")
    trajectories: int = parameter(
        TRAJECTORIES, low=2, high=10_000, unit="walks", meaning="effects of each assumption"
    )
    samples: int = parameter(
        SAMPLES, low=0, high=1_048_576, unit="points", meaning="behind shares of variance; 0: none"
    )
    most: int = parameter(MOST, low=1, high=1000, unit="assumptions", meaning="how many get such shares")
    seeds: int = parameter(SEEDS, low=1, high=1000, unit="runs", meaning="in every world, the same for all")


def answer(question: Question) -> Answer:
    """Vary the assumptions, and return tables and figure."""
    from sim.report.sensitivity import (
        effects_frame,
        sensitivity_figure,
        sensitivity_table,
        strategies_frame,
        worlds_frame,
    )
    from sim.study.exploration.sensitivity import sensitivity

    plan, own = question.plan, question.own
    found = sensitivity(
        plan.scenario,
        plan.strategies,
        own.metric,
        baseline=plan.settings.baseline,
        vary=paths_from(own.vary),
        trajectories=own.trajectories,
        samples=own.samples,
        most=own.most,
        seeds=own.seeds,
        replications=plan.settings.replications or 2,
        seed=plan.settings.seed,
        workers=question.workers,
        folder=question.state,
        progress=question.progress,
    )
    return Answer(
        sensitivity_table(found),
        {
            "effects": effects_frame(found),
            "strategies": strategies_frame(found),
            "worlds": worlds_frame(found),
        },
        {"sensitivity": sensitivity_figure(found)},
        {"recommended": found.recommended, "assumptions_varied": [item.path for item in found.items]},
    )


def paths_from(value: Any) -> list[str]:
    """Return dotted paths from one or several.

    Raises
    ------
    ConfigurationError
        If they are not texts, or none.
    """
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not listed or not all(isinstance(one, str) for one in listed):
        raise ConfigurationError(
            "vary", f"expected dotted paths, got {value}", "for example [behaviour.trust, market]"
        )
    return list(listed)
