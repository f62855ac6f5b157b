"""All checks, a file per theme, and the behaviours that are broken on purpose."""

from sim.evidence.check import Check
from sim.evidence.checks import attitudes, exits, recovery, scores, survey

CHECKS: tuple[Check, ...] = (
    *recovery.CHECKS,
    *exits.CHECKS,
    *attitudes.CHECKS,
    *scores.CHECKS,
    *survey.CHECKS,
)
"""Every check, in the order in which they are shown."""

LEFT_OUT = {
    "C6": "the Pareto/NBD, for the simulator has no second engine of dropout",
    "C37": "an example of a single company, for documentation only",
}
"""Entries of the list of published facts that no check stands for, with the reason."""
