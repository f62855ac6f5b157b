"""Space-filling samples: points that spread evenly over the ranges of some parameters."""

from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import numpy as np
from numpy.typing import NDArray

from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import Parameter, optional

METHODS = ("latin_hypercube", "sobol", "halton", "morris")
MOST = 1_000_000
LEVELS = 4
"""Levels of a parameter in Morris's trajectories, his own recommendation."""

Field = tuple[str, Any, Parameter | None, Any]
"""Path, annotation, registry entry and the limits that were given."""


def sampled(fields: Sequence[Field], method: Any, points: Any, seed: Any) -> list[tuple[Any, ...]]:
    """Return points spread over the ranges of parameters.

    ``latin_hypercube`` (McKay et al. 1979), ``sobol`` (scrambled, Owen 1998; powers of two only, for only
    then is it balanced) and ``halton`` (scrambled) fill the space; ``morris`` (Morris 1991) gives
    trajectories that move one parameter at a time, ``points`` being a multiple of parameters + 1. Whole
    numbers and choices take each of their values equally often.

    Parameters
    ----------
    fields
        What is drawn, with the limits given, None for those of the registry.
    method
        One of `METHODS`.
    points
        How many.
    seed
        Of the sample.

    Raises
    ------
    ConfigurationError
        If something is unknown, missing or out of its range.
    """
    if method not in METHODS:
        raise ConfigurationError("design.method", f"unknown method '{method}'", nearest(str(method), METHODS))
    for key, number, low, high in (("points", points, 1, MOST), ("seed", seed, 0, 1_000_000_000)):
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            raise ConfigurationError(
                f"design.{key}", f"{number} is no number for it", f"valid: {low} to {high:,}"
            )
    scales = [_scale(*field) for field in fields]
    unit = _unit_sample(method, len(fields), points, seed)
    return [tuple(scale(float(u)) for scale, u in zip(scales, row, strict=True)) for row in unit]


def _unit_sample(method: str, dimensions: int, points: int, seed: int) -> NDArray[np.float64]:
    from scipy.stats import qmc

    luck = np.random.default_rng(seed)
    if method == "morris":
        return _trajectories(dimensions, points, seed)
    if method == "sobol":
        if points & (points - 1):
            below = 1 << points.bit_length() - 1
            raise ConfigurationError(
                "design.points",
                f"a Sobol sample of {points} points is not balanced",
                f"powers of two: {below} or {2 * below}",
            )
        return np.asarray(qmc.Sobol(dimensions, seed=luck).random_base2(points.bit_length() - 1))
    kind = qmc.Halton if method == "halton" else qmc.LatinHypercube
    return np.asarray(kind(dimensions, seed=luck).random(points))


def _trajectories(dimensions: int, points: int, seed: int) -> NDArray[np.float64]:
    if points % (dimensions + 1):
        fitting = max(points // (dimensions + 1), 1) * (dimensions + 1)
        raise ConfigurationError(
            "design.points",
            f"{points} points make no whole trajectories of {dimensions} parameters",
            f"a multiple of {dimensions + 1}, for example {fitting}",
        )
    try:
        from SALib.sample import morris
    except ImportError:
        raise ConfigurationError(
            "design.method", "morris needs SALib", "install it: pip install 'tenure[sensitivity]'"
        ) from None
    names = [f"x{number}" for number in range(dimensions)]
    problem = {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}
    found = morris.sample(problem, points // (dimensions + 1), num_levels=LEVELS, seed=seed)
    return np.asarray(np.round(found, 12))  # the same level is the same number, however it was come to


class _Scale:
    """From [0, 1] to the values of a parameter."""

    def __init__(self, choices: tuple[Any, ...], low: float, high: float) -> None:
        self._choices, self._low, self._high = choices, low, high

    def __call__(self, place: float) -> Any:
        if self._choices:
            return self._choices[min(int(place * len(self._choices)), len(self._choices) - 1)]
        if isinstance(self._low, int):
            return min(self._low + int(place * (self._high - self._low + 1)), int(self._high))
        return min(self._low + place * (self._high - self._low), self._high)


def _scale(path: str, annotation: Any, entry: Parameter | None, given: Any) -> _Scale:
    inner, _ = optional(annotation)
    if given is None and inner is bool:
        return _Scale((False, True), 0, 0)
    if given is None and get_origin(inner) is Literal:
        return _Scale(get_args(inner), 0, 0)
    if inner not in (int, float) or entry is None:
        raise ConfigurationError(f"design.over.{path}", "is no number and no choice", "use kind: factorial")
    if given is None:
        given = [entry.low, entry.high]
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise ConfigurationError(
            f"design.over.{path}", f"expected [low, high], got {given}", f"valid: {entry.range}"
        )
    for limit in given:
        if limit is None:
            raise ConfigurationError(
                f"design.over.{path}", "has an open range", f"give [low, high]; valid: {entry.range}"
            )
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            raise ConfigurationError(f"design.over.{path}", f"{limit} is no number", f"valid: {entry.range}")
    low, high = (inner(limit) for limit in given)
    if not low < high:
        raise ConfigurationError(f"design.over.{path}", f"{low:g} is not below {high:g}", "give [low, high]")
    return _Scale((), low, high)
