"""How to make a comparison again: by the command that made it, or by a few lines of Python."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sim.report.document.findings import Remake
from sim.report.text import printable
from sim.study.comparison import Comparison
from sim.study.store import configuration_hash, surroundings
from sim.world.description import leaves, to_mapping
from sim.world.errors import ConfigurationError
from sim.world.library import load_scenario, load_strategy
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

LOADED = "sim.load_strategies([{!r}], scenario)[0]"
OWN = "# your own"
"""Stands where something was described in a program and cannot be loaded."""


def by_command(
    command: Sequence[str], seed: int, seeds: Sequence[int], digest: str, told: Mapping[str, Any], made: str
) -> Remake:
    """Return how to make results again that a command made.

    Parameters
    ----------
    command
        With the name of the program.
    seed, seeds
        What the seeds were made from, and those of the replications.
    digest
        Of the configuration.
    told
        What `sim.study.store.surroundings` says.
    made
        When.
    """
    revision = told["git_revision"] or ""
    return Remake(
        tuple(command), "", seed, tuple(seeds), digest, told["python"], dict(told["packages"]), revision, made
    )


def in_python(comparison: Comparison) -> Remake:
    """Return how to make a comparison again that was made in Python."""
    told = surroundings()
    scenario = to_mapping(comparison.scenario)
    del scenario["strategies"]
    configuration = {
        "scenario": scenario,
        "strategies": {one.name: to_mapping(one) for one in comparison.strategies},
        "baseline": comparison.baseline,
        "engine": comparison.engine,
        "seeds": list(comparison.seeds),
        "assumptions": None if comparison.doubt is None else len(comparison.doubt.draws),
    }
    return Remake(
        (),
        snippet(comparison),
        comparison.seed,
        comparison.seeds,
        configuration_hash(configuration),
        told["python"],
        dict(told["packages"]),
        told["git_revision"] or "",
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


def snippet(comparison: Comparison) -> str:
    """Return Python lines that make a comparison again.

    What is among the shipped scenarios and strategies is loaded, with whatever was changed; what is not
    is marked as `OWN`.
    """
    scenario = comparison.scenario
    lines = ["import sim", "", _line("scenario = ", _loaded_scenario(scenario), scenario.name)]
    names = [one.name for one in comparison.strategies]
    loads = [_loaded_strategy(one, scenario) for one in comparison.strategies]
    if all(load == LOADED.format(name) for load, name in zip(loads, names, strict=True)):
        lines.append(f"strategies = sim.load_strategies({names!r}, scenario)")
    else:
        lines.append("strategies = [")
        lines += ["    " + _line("", load, name, ",") for load, name in zip(loads, names, strict=True)]
        lines.append("]")
    settings = []
    if comparison.precision is None:
        settings.append(f"replications={len(comparison.seeds)}")
    else:
        settings.append(f"precision={comparison.precision.half_width!r}")
        settings.append(f"max_replications={comparison.precision.most}")
    if comparison.seed is not None:
        settings.append(f"seed={comparison.seed}")
    if comparison.baseline != "baseline":
        settings.append(f"baseline={comparison.baseline!r}")
    if comparison.engine != "compiled":
        settings.append(f"engine={comparison.engine!r}")
    if comparison.doubt is not None:
        settings.append(f"assumptions={len(comparison.doubt.draws)}")
    lines.append(f"comparison = sim.compare(scenario, strategies, {', '.join(settings)})")
    return "\n".join(lines)


def _line(before: str, expression: str, name: str, after: str = "") -> str:
    """Return a line that loads something, or leaves a place for what is called so."""
    if expression:
        return f"{before}{expression}{after}"
    return f"{before}...{after}  {OWN}: {' '.join(printable(name).split())}"


def _loaded_scenario(scenario: Scenario) -> str:
    try:
        shipped = load_scenario(scenario.name)
    except ConfigurationError:
        return ""
    return _with_changes(f"sim.load_scenario({scenario.name!r})", shipped, scenario)


def _loaded_strategy(strategy: Strategy, scenario: Scenario) -> str:
    try:
        shipped = load_strategy(strategy.name, scenario)
    except ConfigurationError:
        return ""
    return _with_changes(LOADED.format(strategy.name), shipped, strategy)


def _with_changes(load: str, before: Scenario | Strategy, after: Scenario | Strategy) -> str:
    """Return how to come from what is shipped to what was used; "" where no setting of values does."""
    if before == after:
        return load
    old, new = leaves(to_mapping(before)), leaves(to_mapping(after))
    changes = {path: value for path, value in new.items() if path not in old or old[path] != value}
    try:
        same = before.replace(changes) == after
    except (ConfigurationError, ValueError, TypeError):
        same = False
    return f"{load}.replace({changes!r})" if same else ""
