"""Calibrate the reference state of a scenario: where its baseline rests.

Every multiplier on hazards and rates is 1 at the reference state, so that a scenario's
heterogeneity parameters keep their meaning with the mechanisms on. The numbers are written into
the scenario file and never recomputed under an override: else every effect would be taken away.

    python -m sim.evidence.reference courier
"""

import math
import sys

from sim.engine.simulation import ledger_total, simulate
from sim.world.library import load_scenario, load_strategy
from sim.world.scenario import Reference, Scenario

SEEDS = (101, 102, 103, 104)
CUSTOMERS = 20_000
ROUNDS = 12


def observed_reference(scenario: Scenario, seeds: tuple[int, ...] = SEEDS) -> Reference:
    """Return the state that the scenario's baseline shows, averaged over customers, ticks and seeds.

    Experiences are means over orders, satisfaction and trust over active customers, and the hazard
    is the mean multiplier over decisions to stay, on top of the scenario's present centring.
    """
    runs = [simulate(scenario, load_strategy("baseline", scenario), seed) for seed in seeds]

    def mean(part: str, whole: str) -> float:
        total = sum(ledger_total(run.ledger, whole) for run in runs)
        return sum(ledger_total(run.ledger, part) for run in runs) / max(total, 1.0)

    return Reference(
        satisfaction=mean("satisfaction", "active"),
        trust=mean("trust", "active"),
        speed=mean("speed", "experiences"),
        quality=mean("quality", "experiences"),
        reliability=mean("reliability", "experiences"),
        contact=mean("contact", "experiences"),
        log_hazard=scenario.reference.log_hazard + math.log(max(mean("hazard", "decisions"), 1e-9)),
    )


def calibrate_reference(
    scenario: Scenario, customers: int = CUSTOMERS, rounds: int = ROUNDS, seeds: tuple[int, ...] = SEEDS
) -> Reference:
    """Return the reference state that reproduces itself: repeat until the baseline rests on it."""
    trial = scenario.replace({"customers.count": customers})
    for _ in range(rounds):
        reference = observed_reference(trial, seeds)
        trial = trial.replace(
            {f"reference.{name}": round(value, 4) for name, value in vars(reference).items()}
        )
    return trial.reference


def main() -> None:
    """Print the reference state of the scenarios named on the command line, as YAML."""
    for name in sys.argv[1:]:
        reference = calibrate_reference(load_scenario(name))
        print(f"# {name}\nreference:")
        for key, value in vars(reference).items():
            print(f"  {key}: {value:g}")


if __name__ == "__main__":
    main()
