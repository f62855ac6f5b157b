"""Targets: a firm's published or known figures with their standard errors, in a YAML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.calibration.posterior import Statistic
from sim.study.metrics import METRICS
from sim.world.errors import ConfigurationError, nearest
from sim.world.library import read_yaml

ALIASES = {
    "retention": "retention_rate",
    "survival": "survival_rate",
    "churn": "churn_rate",
    "keep_rate": "promise_keep_rate",
    "complaints": "complaint_rate",
    "rating": "review_rating",
    "voice": "voice_rate",
}
"""Short names of metrics."""
PREFIX = "targets"
EXAMPLE = "for example {retention_rate: {value: 0.8, error: 0.01}, nps: {value: 30, error: 2}}"
"""See `read_targets`."""


def read_targets(path: Path) -> tuple[Statistic, ...]:
    """Read targets: a mapping of metrics (or short names) to ``{value: …, error: …}``.

    Raises
    ------
    ConfigurationError
        If a metric is unknown, an error is missing or not above 0, or a share does not lie within 0 and 1.
    """
    if path.suffix not in (".yaml", ".yml"):
        raise ConfigurationError("targets", f"'{path}' is no YAML file", EXAMPLE)
    values: Mapping[str, Any] = read_yaml(path)
    if set(values) == {"targets"} and isinstance(values["targets"], Mapping):
        values = values["targets"]
    found: dict[str, Statistic] = {}
    for given, entry in values.items():
        name = ALIASES.get(str(given), str(given))
        key = f"targets.{given}"
        if name not in METRICS:
            raise ConfigurationError(key, "is no metric", nearest(name, [*METRICS, *ALIASES]))
        if name in found:
            raise ConfigurationError(key, f"'{name}' stands twice", "give it once")
        if not isinstance(entry, Mapping) or not {"value", "error"} <= set(entry) <= {
            "value",
            "error",
            "source",
            "count",
        }:
            raise ConfigurationError(key, "needs a value and its standard error", EXAMPLE)
        value, error = (_number(entry[part], f"{key}.{part}") for part in ("value", "error"))
        if error <= 0.0:
            raise ConfigurationError(
                f"{key}.error", f"{error:g} is not above 0", "how far off may the figure be?"
            )
        unit = METRICS[name].unit
        if unit == "share" and not 0.0 <= value <= 1.0:
            raise ConfigurationError(
                f"{key}.value", f"{value:g} is no share", "between 0 and 1, not in percent"
            )
        count = int(_number(entry.get("count", 0), f"{key}.count"))
        found[name] = Statistic(f"{PREFIX}.{name}", value, error, count, METRICS[name].formula, unit)
    if not found:
        raise ConfigurationError("targets", f"'{path}' holds none", EXAMPLE)
    return tuple(found.values())


def _number(value: Any, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ConfigurationError(key, f"expected a number, got {value}", EXAMPLE)
    return float(value)
