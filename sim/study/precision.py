"""How precisely it shall be known how many more stay, in place of a number of replications."""

from dataclasses import dataclass

from sim.world.errors import ConfigurationError

FIRST_STAGE = 8
"""Units of the first stage, which decides how many are needed in all; see `sim.study.two_stages`.

Measured for the six differences of `courier` and a half-width of half a point: with 10,000 customers
first stages of 4, 6, 8 and 10 take 10, 8, 8 and 10 replications on average, and one run in ten takes
20, 12, 9 and 10 or more; with 2,000 customers they take 49, 31, 26 and 24 on average.
"""

MOST = 1000
"""Units after which a run ends, precise enough or not, unless it is said otherwise."""

NARROWEST, WIDEST = 0.0001, 0.1
"""Half-widths that can be asked for, as a share; who writes 0.5 more likely means half a point."""

GUARANTEE = (
    "each interval of a difference to the baseline, by itself, holds the true difference with a probability "
    "of 95 %: exactly where the differences of replications are normal (two stages, Stein 1945)"
)


@dataclass(frozen=True)
class Precision:
    """How precisely differences shall be known.

    Parameters
    ----------
    half_width
        Greatest half-width of each 95 % interval, in the unit of the differences.
    most
        Units after which to stop in any case.
    first
        Units of the first stage.
    """

    half_width: float
    most: int = MOST
    first: int = FIRST_STAGE


def asked_precision(
    half_width: float | None, most: int, replications: int | None, strategies: int
) -> Precision | None:
    """Return what is asked for, checked; None if no precision is.

    Parameters
    ----------
    half_width, most
        As in `Precision`.
    replications
        Number of replications that was given, None if none was.
    strategies
        How many are compared.

    Raises
    ------
    ConfigurationError
        If a number is out of its range, replications are given too, or nothing is compared.
    """
    if half_width is None:
        return None
    if replications is not None:
        raise ConfigurationError(
            "precision",
            "is given together with replications",
            "give one of them; max_replications says where a precision shall end",
        )
    if not NARROWEST <= half_width <= WIDEST:
        raise ConfigurationError(
            "precision",
            f"{half_width:g} is outside its range",
            f"valid: {NARROWEST:g} to {WIDEST:g}; 0.005 is half a point",
        )
    if strategies < 2:
        raise ConfigurationError(
            "precision", "there is no difference with one strategy alone", "compare at least two"
        )
    asked = Precision(half_width, most)
    if most < asked.first:
        raise ConfigurationError(
            "max_replications", f"{most} is outside its range", f"valid: at least {asked.first}"
        )
    return asked
