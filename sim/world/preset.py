"""Presets: named changes of a scenario, such as another reading of what the sources say.

A preset is a file of the same values as a scenario, those alone that it changes, with the source
that they rest on. Where sources contradict each other there is a preset for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.world import description
from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import MARKS, Mark
from sim.world.scenario import Evidence, Scenario

KEYS = ("title", "source", "mark", "values")


@dataclass(frozen=True)
class Preset:
    """A named set of values for any scenario.

    Parameters
    ----------
    name, title
        What it is called, and what it is, in a line.
    source
        Where its values come from; it becomes the evidence of each of them.
    mark
        How far to trust them.
    values
        New values by dotted path of the scenario.
    """

    name: str
    title: str
    source: str
    mark: Mark
    values: Mapping[str, Any]

    def applied(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the values of the preset, and their source as evidence.

        Raises
        ------
        ConfigurationError
            If a path does not exist or a value is not valid in the scenario.
        """
        evidence = {
            path: Evidence(mark=self.mark, source=f"preset {self.name}: {self.source}")
            for path in self.values
        }
        changed = scenario.replace(self.values)
        return replace(changed, evidence=description.Named({**scenario.evidence, **evidence}))


def build_preset(name: str, values: Mapping[str, Any]) -> Preset:
    """Build a preset from the content of its file.

    Raises
    ------
    ConfigurationError
        If a key is unknown, missing or holds something else than it should.
    """
    key = f"preset {name}"
    for part in values:
        if part not in KEYS:
            raise ConfigurationError(f"{key}.{part}", "unknown key", nearest(str(part), KEYS))
    changes = values.get("values")
    if not isinstance(changes, Mapping) or not changes:
        raise ConfigurationError(
            f"{key}.values", "holds no values", "for example {behaviour.voice.relief: 0.3}"
        )
    mark = values.get("mark", "design choice")
    if mark not in MARKS:
        raise ConfigurationError(f"{key}.mark", f"unknown mark '{mark}'", nearest(str(mark), MARKS))
    source = values.get("source")
    if not isinstance(source, str) or not source:
        raise ConfigurationError(f"{key}.source", "missing", "say where the values come from")
    return Preset(name, str(values.get("title", "")), source, mark, description.leaves(changes))
