"""Behaviours that are broken on purpose, and the checks that must notice: the credentials of the checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.evidence.check import Check
from sim.world.errors import ConfigurationError, nearest


@dataclass(frozen=True)
class Broken:
    """A behaviour broken on purpose.

    Parameters
    ----------
    name
        What is wrong with it.
    planted
        Values planted in every world of a check, see `Trial`.
    fails
        Checks that must fail then; C38 stands for all its parts C38a, C38b, …, one of which must.
    """

    name: str
    planted: Mapping[str, Any]
    fails: tuple[str, ...]


ALIKE: Mapping[str, Any] = {
    "customers.exit.alpha": 1e5,
    "customers.exit.beta": 9e5,
    "customers.orders.shape": 1e5,
    "customers.spend.between": 0.0,
}
BROKEN: tuple[Broken, ...] = (
    Broken(
        "trust repairs at once",
        {"behaviour.trust.kept_gain": 1.0, "behaviour.trust.deception": 0.0},
        ("C34",),
    ),
    Broken(
        "no loss aversion",
        {"customers.loss_aversion": 1.0, "customers.loss_aversion_spread": 0.0},
        ("C35", "C39"),
    ),
    Broken("no heterogeneity", ALIKE, ("C1", "C2", "C3", "C4", "C38")),
    Broken(
        "every recovery does better than no failure",
        {
            "behaviour.recovery.paradox_severity": 1.0,
            "behaviour.recovery.paradox_days": 0.0,
            "behaviour.recovery.full_justice": 0.3,
        },
        ("C9",),
    ),
    Broken(
        "progress spurs nobody",
        {"behaviour.programme.endowed": 0.0, "behaviour.programme.gradient": 0.0},
        ("C16", "C17"),
    ),
    Broken("failures shake nobody", {"behaviour.churn.shock": 0.0}, ("C10", "C11")),
)
"""Behaviours broken on purpose, and the checks that must notice."""


def is_part(check: str, name: str) -> bool:
    """Return whether a check has this name, or is a part of what has: C38b of C38."""
    return check == name or (check[:-1] == name and check[-1].isalpha())


def parts_of(name: str, checks: Iterable[Check]) -> list[Check]:
    """Return the checks of a name: itself, or all its parts.

    Raises
    ------
    ConfigurationError
        If there is none.
    """
    known = list(checks)
    found = [check for check in known if is_part(check.name, name)]
    if not found:
        raise ConfigurationError(
            "check", f"unknown check '{name}'", nearest(name, [one.name for one in known])
        )
    return found
