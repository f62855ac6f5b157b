"""Checks that need a scenario and a strategy together."""

from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy


def check_compatible(scenario: Scenario, strategy: Strategy) -> None:
    """Raise an error if a strategy cannot be carried out in a scenario.

    Raises
    ------
    ConfigurationError
        With the key as it is written on the command line: ``strategies.<name>.…``.
    """
    try:
        _check(scenario, strategy)
    except ConfigurationError as error:
        raise error.under(f"strategies.{strategy.name}") from None


def _check(scenario: Scenario, strategy: Strategy) -> None:
    delivery = scenario.service.delivery
    limits = {
        "delivery": (delivery.shortest, delivery.longest, delivery.unit),
        "response": (0.01, 720.0, "hours"),
        "availability": (0.5, 1.0, "of orders filled"),
        "quality": (0.0, 1.0, "on the scale of quality"),
    }
    for attribute, (low, high, unit) in limits.items():
        commitment = getattr(strategy.commitments, attribute)
        if commitment is not None and not low <= commitment.threshold <= high:
            raise ConfigurationError(
                f"commitments.{attribute}.threshold",
                f"{commitment.threshold:g} is beyond what is physically possible in '{scenario.name}'",
                f"valid: {low:g} to {high:g} {unit}",
            )
    if scenario.customers.relation != "contractual":
        for lever in ("save_offer", "fixed_term"):
            if getattr(strategy, lever) is not None:
                raise ConfigurationError(
                    lever,
                    f"'{scenario.name}' has no contracts",
                    "leave it out, or customers.relation: contractual",
                )
    segments = scenario.customers.segments
    for name in strategy.eligibility.segments:
        if name not in segments:
            raise ConfigurationError(
                "eligibility.segments",
                f"'{name}' is no segment of '{scenario.name}'",
                nearest(name, segments),
            )
    for name, phase in strategy.phases.items():
        weeks = scenario.time.ticks * scenario.time.tick_days / 7.0
        if phase.start >= weeks:
            raise ConfigurationError(
                f"phases.{name}.start",
                f"week {phase.start:g} is after the end of the scenario",
                f"valid: below {weeks:.0f} weeks",
            )
