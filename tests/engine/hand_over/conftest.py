"""What tests of the tables for other libraries share: small runs, and the closed forms."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import pytest

import sim
from sim.engine.simulation import Run
from sim.world.mechanisms import mechanism_names
from sim.world.scenario import Scenario

OFF = {f"mechanisms.{name}": False for name in mechanism_names()}


def small(name: str, **changes: object) -> Scenario:
    """Return a shipped scenario with few customers."""
    return sim.load_scenario(name).replace({"customers.count": 400, "time.horizon": 1.0, **changes})


@pytest.fixture(scope="session")
def closed_forms() -> ModuleType:
    """Return the module of BG/NBD, wherever it stands."""
    home = "sim.calibration.closed_forms"
    there = find_spec("sim.calibration") is not None and find_spec(home) is not None
    return import_module(home if there else "sim.evidence.nested")


@pytest.fixture(scope="session")
def courier_run() -> Run:
    """Return a run without contracts, in which people join."""
    scenario = small("courier")
    return sim.simulate(scenario, sim.load_strategies(["baseline"], scenario)[0], 3)


@pytest.fixture(scope="session")
def telecom_run() -> Run:
    """Return a run with contracts of a year that began at any time, and a price that has risen."""
    scenario = small("telecom", **{"time.horizon": 2.0, "customers.count": 1500})
    return sim.simulate(scenario, sim.load_strategies(["price_rise"], scenario)[0], 3)


@pytest.fixture(scope="session")
def shoppers(closed_forms: ModuleType) -> Run:
    """Return a run of BG/NBD customers in the 39 weeks of CDNOW, with every mechanism off."""
    weeks, model = 39.0, closed_forms.BetaGeometricNbd(0.243, 4.414, 0.793, 2.426)
    scenario = small(
        "courier",
        **OFF,
        **{
            "customers.count": 5000,
            "customers.segments": {"everyone": {}},
            "customers.orders.shape": model.r,
            "customers.orders.mean": model.r / model.alpha * 365.0 / 7.0,
            "customers.exit.alpha": model.a,
            "customers.exit.beta": model.b,
            "market.prospects": 0.0,
            "time.horizon": weeks * 7.0 / 365.0,
        },
    )
    return sim.simulate(scenario, sim.load_strategies(["baseline"], scenario)[0], 5)
