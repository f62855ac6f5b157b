"""From a point in the prior to figures: the world it stands for, at rest, run and measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.calibration.fitting.knobs import Knob
from sim.calibration.fitting.measures import SurveyForm, late_measure, survey_measure, target_figures
from sim.engine.simulation import simulate
from sim.study.resting import calibrate_reference
from sim.world.library import load_strategy
from sim.world.parameter import registry
from sim.world.scenario import Reference, Scenario

Floats = NDArray[np.float64]
STATES = tuple(name for name, _ in registry(Reference))
"""Names of the states in which a world rests."""
SETTLING = 500
"""Customers of a run by which it is found where a world rests, at most: surfaces average over many."""
FROM_AFAR, FROM_NEAR = 3, 1
"""Cycles by which that is found, from where the base rests and from where a surface has it.

After one cycle from afar the mean of trust was .016 off over firms as in tests/calibration/fitted_firms.py,
up to .08, after three up to .013; a survey of 300 knows it within .01.
"""


@dataclass(frozen=True)
class Point:
    """Where to simulate.

    Parameters
    ----------
    parts
        Parts of the priors of the knobs, 0 to 1.
    row
        Draw of what was estimated before.
    seed
        Of luck.
    rest
        Where the world is thought to rest, in the order of `STATES`; None for where the base does.
    """

    parts: Floats
    row: int
    seed: int
    rest: Floats | None = None


@dataclass(frozen=True)
class Simulator:
    """What makes figures of points.

    Parameters
    ----------
    world
        With all that is not fitted, sized for a run.
    knobs
        What is fitted.
    rows
        Draws of what was estimated before, by path.
    targets
        Names of target figures.
    form
        How a survey was asked; None without any.
    customers_late
        Customers whose first orders are looked at for scores and complaints; 0 without any.
    """

    world: Scenario
    knobs: tuple[Knob, ...]
    rows: Mapping[str, Floats] = field(repr=False)
    targets: tuple[str, ...] = ()
    form: SurveyForm | None = None
    customers_late: int = 0

    def scenario(self, point: Point) -> Scenario:
        """Return the world of a point, wherever it rests."""
        values = {path: float(column[point.row]) for path, column in self.rows.items()}
        for knob, part in zip(self.knobs, point.parts, strict=True):
            values[knob.path] = float(knob.value(np.array(part)))
        if point.rest is not None:
            values |= self._rest(point.rest)
        return self.world.replace(values)

    def __call__(self, point: Point) -> tuple[dict[str, float], Floats]:
        """Return figures by name and the states in which the world of a point rests."""
        scenario = self.scenario(point)
        settling = min(SETTLING, scenario.customers.count)
        cycles = FROM_AFAR if point.rest is None else FROM_NEAR
        rest = calibrate_reference(scenario, settling, cycles, (point.seed + 1,))
        states = np.array([getattr(rest, name) for name in STATES])
        scenario = scenario.replace({f"reference.{name}": value for name, value in vars(rest).items()})
        found: dict[str, float] = {}
        if self.targets or self.form is not None:
            run = simulate(scenario, load_strategy("baseline", scenario), point.seed)
            found |= target_figures(run, self.targets)
            if self.form is not None:
                found |= survey_measure(run, self.form)
        if self.customers_late:
            found |= late_measure(scenario.replace({"customers.count": self.customers_late}), point.seed)
        return found, states

    def _rest(self, states: Floats) -> dict[str, float]:
        """Return states as values of a scenario, inside their ranges."""
        entries = dict(registry(Reference))
        found = {}
        for name, value in zip(STATES, states, strict=True):
            low, high = entries[name].low, entries[name].high
            assert low is not None
            assert high is not None
            found[f"reference.{name}"] = float(np.clip(value, low, high))
        return found
