"""How far sliders go and in what steps: around what the strategies of a scenario use, in round numbers."""

import math
from collections.abc import Mapping, Sequence

from sim.world.parameter import Parameter
from sim.world.scenario import Scenario

FINE: Mapping[str, float] = {"commitments.availability.threshold": 0.001}
"""Steps where a round one would be too coarse."""
STEPS = 40
"""Steps that a slider has at least."""
ROOM = 2.0
"""How many times the greatest value of the scenario's own strategies a slider goes."""


def unit_of(path: str, entry: Parameter, scenario: Scenario) -> str:
    """Return in what a setting is counted; "%" for a share, which is shown times 100."""
    if path == "commitments.delivery.threshold":
        return scenario.service.delivery.unit
    if path == "commitments.response.threshold":
        return "hours"
    if path == "commitments.availability.threshold":
        return "%"
    if path == "commitments.quality.threshold":
        return "1"
    return "%" if entry.unit.startswith("share") else entry.unit


def limits(path: str, entry: Parameter, values: Sequence[float], scenario: Scenario) -> tuple[float, float]:
    """Return the ends of a slider: the registry's where they are near, else around what is in use."""
    delivery = scenario.service.delivery
    if path == "commitments.response.threshold":
        return 0.25 * min(values, default=24.0), ROOM * max(values, default=24.0)
    if path == "commitments.delivery.threshold":
        lowest = min([0.5 * delivery.median, *values])
        return max(delivery.shortest, 0.7 * lowest), min(delivery.longest, 1.3 * max(delivery.quote, *values))
    if path == "commitments.availability.threshold":
        return 0.9, 1.0
    if path == "price.change":
        return -0.3, 0.3
    low, high = entry.low, entry.high
    assert low is not None
    assert high is not None
    if high - low <= 2.0 or entry.unit.startswith("share"):
        return low, min(high, 2.0)
    if isinstance(entry.default, int) and not isinstance(entry.default, bool):
        return low, high
    known = [*values, *([float(entry.default)] if not values and entry.default else [])]
    most = max(known, default=0.0)
    if most <= 0.0:
        return low, min(high, 10.0)
    return max(low, 0.0), min(high, ROOM * most)


def round_step(low: float, high: float) -> float:
    """Return a round step of which a slider has at least `STEPS`: 1, 2 or 5 times a power of ten."""
    rough = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    found = max(number * power for number in (1.0, 2.0, 5.0) if number * power <= rough * (1.0 + 1e-9))
    return float(f"{found:.6g}")


def on_steps(low: float, high: float, step: float, entry: Parameter) -> tuple[float, float]:
    """Return the ends moved out to whole steps, and in again where the registry ends before."""
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if entry.low is not None and low < entry.low:
        low += step
    if entry.high is not None and high > entry.high:
        high -= step
    return float(f"{low:.10g}"), float(f"{high:.10g}")
