"""Behaviours that are broken on purpose, to show which checks notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Broken:
    """A behaviour that is wrong, and the checks that have to fail under it.

    Parameters
    ----------
    name
        What is wrong.
    planted
        Values planted in every world, see `sim.evidence.trial.Trial`.
    fails
        Names of the checks that must not pass.
    """

    name: str
    planted: Mapping[str, Any]
    fails: tuple[str, ...]


BROKEN: tuple[Broken, ...] = (
    Broken(
        "no recovery paradox",
        {"mechanisms.paradox": False},
        ("C9",),
    ),
)
"""What is broken, and who has to notice."""
