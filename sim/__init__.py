"""Tenure: simulate customers one by one and see which strategy keeps more of them, and why.

Examples
--------
>>> import sim
>>> scenario = sim.load_scenario("courier").replace({"customers.count": 200, "time.horizon": 0.5})
>>> strategies = sim.load_strategies(["baseline", "guarantee"], scenario)
>>> comparison = sim.compare(scenario, strategies, replications=3, seed=7)
>>> sorted(set(comparison.summary()["strategy"]))
['baseline', 'guarantee']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.calibration.calibrate import Calibration, calibrate
    from sim.calibration.forecast.result import Forecast
    from sim.calibration.forecast.study import forecast
    from sim.engine.own_tick import OwnTick, compile_tick
    from sim.engine.simulation import Run, simulate
    from sim.study.attribution.study import Attribution, attribute
    from sim.study.compare import compare
    from sim.study.comparison import Comparison
    from sim.study.decision.money import Money, money
    from sim.study.decision.search import Search, search
    from sim.study.decision.selection import Selection, select_best
    from sim.study.exploration.discovery import Discovery, discover
    from sim.study.exploration.sensitivity import Sensitivity, sensitivity
    from sim.study.known_truth.data import BenchmarkData
    from sim.study.known_truth.study import benchmark_data
    from sim.study.pilot.plan import PilotPlan
    from sim.study.pilot.study import plan_pilot
    from sim.study.sweep.results import load_results
    from sim.study.sweep.study import sweep
    from sim.study.who.effects import IndividualEffects
    from sim.study.who.study import individual_effects
    from sim.world.errors import ConfigurationError
    from sim.world.library import load_scenario, load_strategies, scenarios
    from sim.world.scenario import Scenario
    from sim.world.strategy import Strategy

__version__ = "0.1.0"

__all__ = [
    "Attribution",
    "BenchmarkData",
    "Calibration",
    "Comparison",
    "ConfigurationError",
    "Discovery",
    "Forecast",
    "IndividualEffects",
    "Money",
    "OwnTick",
    "PilotPlan",
    "Run",
    "Scenario",
    "Search",
    "Selection",
    "Sensitivity",
    "Strategy",
    "attribute",
    "benchmark_data",
    "calibrate",
    "compare",
    "compile_tick",
    "discover",
    "forecast",
    "individual_effects",
    "load_results",
    "load_scenario",
    "load_strategies",
    "money",
    "plan_pilot",
    "scenarios",
    "search",
    "select_best",
    "sensitivity",
    "simulate",
    "sweep",
]

_HOMES = {
    "Attribution": "sim.study.attribution.study",
    "BenchmarkData": "sim.study.known_truth.data",
    "Calibration": "sim.calibration.calibrate",
    "Comparison": "sim.study.comparison",
    "ConfigurationError": "sim.world.errors",
    "Discovery": "sim.study.exploration.discovery",
    "Forecast": "sim.calibration.forecast.result",
    "IndividualEffects": "sim.study.who.effects",
    "Money": "sim.study.decision.money",
    "OwnTick": "sim.engine.own_tick",
    "PilotPlan": "sim.study.pilot.plan",
    "Run": "sim.engine.simulation",
    "Scenario": "sim.world.scenario",
    "Search": "sim.study.decision.search",
    "Selection": "sim.study.decision.selection",
    "Sensitivity": "sim.study.exploration.sensitivity",
    "Strategy": "sim.world.strategy",
    "attribute": "sim.study.attribution.study",
    "benchmark_data": "sim.study.known_truth.study",
    "calibrate": "sim.calibration.calibrate",
    "compare": "sim.study.compare",
    "compile_tick": "sim.engine.own_tick",
    "discover": "sim.study.exploration.discovery",
    "forecast": "sim.calibration.forecast.study",
    "individual_effects": "sim.study.who.study",
    "load_results": "sim.study.sweep.results",
    "load_scenario": "sim.world.library",
    "load_strategies": "sim.world.library",
    "money": "sim.study.decision.money",
    "plan_pilot": "sim.study.pilot.study",
    "scenarios": "sim.world.library",
    "search": "sim.study.decision.search",
    "select_best": "sim.study.decision.selection",
    "sensitivity": "sim.study.exploration.sensitivity",
    "simulate": "sim.engine.simulation",
    "sweep": "sim.study.sweep.study",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import sim`` stays light."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])
