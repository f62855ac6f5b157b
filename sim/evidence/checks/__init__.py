"""All checks, a file per theme, in the order in which they are shown."""

from sim.evidence.check import Check
from sim.evidence.checks import (
    attitudes,
    compensation,
    exits,
    invariance,
    late_order,
    money,
    orders,
    outreach,
    programme,
    recovery,
    scores,
    series,
    silence,
    survey,
    talk,
    trust,
    whole,
)

MODULES = (
    series,
    money,
    recovery,
    late_order,
    silence,
    compensation,
    programme,
    exits,
    talk,
    attitudes,
    scores,
    outreach,
    orders,
    trust,
    survey,
    invariance,
    whole,
)


def place(check: Check) -> tuple[str, int, str]:
    """Return what puts a check in order: published facts by number, then invariances, then the whole."""
    number = "".join(letter for letter in check.name if letter.isdigit())
    return check.name[0], int(number), check.name


CHECKS: tuple[Check, ...] = tuple(sorted((one for part in MODULES for one in part.CHECKS), key=place))
"""Every check, in the order in which they are shown."""

LEFT_OUT = {
    "C6": "the Pareto/NBD, for the simulator has no second engine of dropout",
    "C37": "an example of a single company, for documentation only",
}
"""Entries of the list of published facts that no check stands for, with the reason."""
