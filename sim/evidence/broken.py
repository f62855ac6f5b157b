"""Behaviours that are broken on purpose, and the checks that must notice: the credentials of the checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.evidence.check import Check, Reading, read
from sim.evidence.trial import trial_for
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


@dataclass(frozen=True)
class Credential:
    """What a check said of a broken behaviour.

    Parameters
    ----------
    broken
        What was broken.
    check
        What was run.
    readings
        What came out, one per target.
    """

    broken: Broken
    check: Check
    readings: tuple[Reading, ...] = field(repr=False)

    @property
    def missed(self) -> tuple[Reading, ...]:
        """Return the readings whose value lies outside its limits."""
        return tuple(reading for reading in self.readings if reading.distance > 0.0)

    @property
    def noticed(self) -> bool:
        """Return whether the check fails, as it should."""
        return len(self.missed) > 0


def is_part(check: str, name: str) -> bool:
    """Return whether a check has this name, or is a part of what has: C38b of C38."""
    return check == name or (check[:-1] == name and check[-1].isalpha())


def parts_of(name: str, checks: Mapping[str, Check]) -> list[Check]:
    """Return the checks of a name: itself, or all its parts.

    Raises
    ------
    ConfigurationError
        If there is none.
    """
    found = [check for key, check in checks.items() if is_part(key, name)]
    if not found:
        raise ConfigurationError("check", f"unknown check '{name}'", nearest(name, list(checks)))
    return found


def run_broken(
    checks: Iterable[Check], broken: Iterable[Broken] = BROKEN, seeds: int | None = None
) -> list[Credential]:
    """Run the checks that must notice a broken behaviour, with it planted.

    Parameters
    ----------
    checks
        All checks there are.
    broken
        What is broken, one after the other.
    seeds
        Seeds of every arm; None for those of each check.

    Raises
    ------
    ConfigurationError
        If a check that must fail does not exist.
    """
    known = {check.name: check for check in checks}
    found = []
    for item in broken:
        for check in (part for name in item.fails for part in parts_of(name, known)):
            trial = trial_for(check.name, check.customers, seeds or check.seeds, item.planted)
            found.append(Credential(item, check, read(check.targets, check.measure(trial))))
    return found


def unnoticed(found: Iterable[Credential]) -> list[tuple[str, str]]:
    """Return what was not noticed: the broken behaviour, and the check of which no part fails."""
    noticed: dict[tuple[str, str], bool] = {}
    for credential in found:
        for name in credential.broken.fails:
            if is_part(credential.check.name, name):
                key = (credential.broken.name, name)
                noticed[key] = noticed.get(key, False) or credential.noticed
    return [key for key, seen in noticed.items() if not seen]
