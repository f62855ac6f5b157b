"""The customers and the events of a run as tables, with names in place of codes."""

import numpy as np
import pandas as pd

from sim.behaviour.events import DETAIL_NAMES, EVENT_NAMES
from sim.engine.layout import KEPT_FIELDS
from sim.engine.records import Records
from sim.world.scenario import Scenario
from sim.world.strategy import lever_names

INTERNAL = ("watched", "group", "heard", "prospect", "praise", "warnings", "refers", "handled")
"""Fields that say nothing to a reader."""


def customers_frame(population: Records, scenario: Scenario) -> pd.DataFrame:
    """Return everybody ever served, a row each by id, see `sim.engine.simulation.Run.customers`."""
    people = population[population["prospect"] == 0]
    shown = [name for name in KEPT_FIELDS if name not in INTERNAL]
    frame = pd.DataFrame({name: people[name] for name in shown}, index=people["id"])
    frame = frame.astype({name: np.int64 for name in shown if people.dtype[name].kind == "i"})
    frame["segment"] = np.array(list(scenario.customers.segments))[frame["segment"]]
    for name in ("left_cause", "origin", "last_failure"):
        frame[name] = [DETAIL_NAMES[code] for code in frame[name]]
    frame["exposed"] = [", ".join(_levers_in(bits)) for bits in frame["exposed"]]
    return frame


def events_frame(log: Records, scenario: Scenario) -> pd.DataFrame:
    """Return a run's log, an event a row, in order of time within a tick."""
    hours = 24.0 * scenario.time.tick_days
    return pd.DataFrame(
        {
            "customer": log["customer"],
            "tick": np.minimum(log["hour"] // hours, scenario.time.ticks - 1).astype(int),
            "day": log["hour"] / 24.0,
            "event": [EVENT_NAMES[code] for code in log["event"]],
            "detail": [DETAIL_NAMES[code] for code in log["detail"]],
            "value": log["value"],
            "money": log["money"],
        }
    )


def _levers_in(bits: int) -> list[str]:
    return [name for place, name in enumerate(lever_names()) if bits >> place & 1]
