"""What a check runs: worlds of its own, on seeds of its own, arm against arm on the same customers.

A value can be planted in every world of a trial, outside any plausible range if need be. This is how
a behaviour is broken on purpose, to see that a check notices.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.records import as_object, world_record
from sim.engine.simulation import Run, simulate
from sim.study.compare import replication_seeds
from sim.world import description
from sim.world.library import load_scenario, load_strategy
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]

ALONE: Mapping[str, Any] = {
    "market.prospects": 0.0,
    "network.kind": "none",
    "mechanisms.reviews": False,
    "mechanisms.queue": False,
    "mechanisms.engagement": False,  # it follows the workload, which all make together
    "mechanisms.feedback": False,
}
"""Changes that take away what ties customers to each other, so that each lives as if alone."""


@dataclass(frozen=True)
class Trial:
    """How large a check is, and what is planted in its worlds.

    Parameters
    ----------
    customers
        Customers in each run.
    seeds
        Seeds of the runs of each arm.
    planted
        Values by dotted path of the scenario, set in every world whatever their range; paths that end
        in no field of the scenario are an error.
    """

    customers: int
    seeds: tuple[int, ...]
    planted: Mapping[str, Any] = field(default_factory=dict)

    def world(self, name: str, changes: Mapping[str, Any] | None = None) -> Scenario:
        """Return a shipped scenario with some values changed, the trial's size and what is planted.

        Raises
        ------
        ConfigurationError
            If there is no such scenario or path, or a value that is not planted is outside its range.
        """
        count = {"customers.count": self.customers}
        return self.planted_in(load_scenario(name).replace({**count, **(changes or {})}))

    def planted_in(self, scenario: Scenario) -> Scenario:
        """Return a scenario with the values of the trial planted; planting twice changes nothing."""
        return description.with_values(scenario, self.planted)

    def each(self, measure: Callable[[int], Mapping[str, float]]) -> dict[str, Floats]:
        """Return what a function of the seed gives, a value per seed, by name."""
        rows = [measure(seed) for seed in self.seeds]
        return {name: np.array([row[name] for row in rows], dtype=np.float64) for name in rows[0]}


def trial_for(name: str, customers: int, seeds: int, planted: Mapping[str, Any] | None = None) -> Trial:
    """Return the trial of a check: its seeds are made from its name, and belong to it alone."""
    return Trial(customers, replication_seeds(zlib.crc32(name.encode()), seeds), planted or {})


def with_planted(trial: Trial, planted: Mapping[str, Any]) -> Trial:
    """Return a trial in whose worlds more is planted."""
    return replace(trial, planted={**trial.planted, **planted})


def baseline(scenario: Scenario) -> Strategy:
    """Return the scenario's strategy without levers."""
    return load_strategy("baseline", scenario)


def run(scenario: Scenario, seed: int, strategy: Strategy | None = None, **options: Any) -> Run:
    """Run a scenario, under its baseline unless another strategy is given, with the compiled engine."""
    return simulate(scenario, strategy or baseline(scenario), seed, **options)


def world_numbers(scenario: Scenario) -> Any:
    """Return the numbers of a scenario as the rules of behaviour read them, with what is off switched off."""
    return as_object(world_record(scenario.effective())[0])


def served(result: Run) -> Any:
    """Return the records of the customers at the start; prospects are left out."""
    people = result.population
    return people[(people["prospect"] == 0) & (people["acquired_hour"] < 0.0)]


def stayed(result: Run, hour: float = float("inf")) -> NDArray[np.bool_]:
    """Return who of the customers at the start was still one at an hour, by default at the end."""
    left = served(result)["left_hour"]
    return np.asarray((left < 0.0) | (left > hour))
