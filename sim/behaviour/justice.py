"""B7: how fair the handling of a complaint is felt to be.

Justice mixes compensation (distributive), apology (interactional) and speed (procedural).
Compensation counts most for the episode (Orsingher, Valentini and de Angelis 2010), the apology a
little more for what lasts (Gelbrich and Roschk 2011).
"""

import math

from sim.behaviour.chance import clip, exponential, hyperbola, logistic, power
from sim.behaviour.events import CORE, ENCOUNTER
from sim.behaviour.surroundings import World


def compensation_value(share: float, severity: float, failure: int, averse: int, world: World) -> float:
    """Return what compensation is worth, about 0 to 1.

    Concave in its share of the loss when the service was used in spite of its flaw; an S-curve,
    steepest around the loss itself, when it was useless (Gelbrich, Gäthke and Grégoire 2015). Far
    above the loss more works less (Haesevoets et al. 2017), and a minority takes offence at any
    excess.
    """
    if share <= 0.0:
        return 0.0
    if failure == CORE and severity >= world.recovery_rejected_severity:
        value = logistic((share - world.recovery_rejected_centre) / world.recovery_rejected_width)
    else:
        scale = world.recovery_compensation_scale
        value = (1.0 - exponential(-share / scale)) / (1.0 - exponential(-1.0 / scale))
    value = value * (1.0 - world.recovery_over_slope * max(share - world.recovery_over_start, 0.0))
    if averse != 0:
        value = value - max(share - 1.0, 0.0)
    return clip(value, -1.0, 1.5)


def apology_value(quality: float, skill: float, heard: float, world: World) -> float:
    """Return what an apology is worth: its quality times skill, fading with each one heard before.

    Repeated apologies wear out (Halperin, Ho, List and Muir 2019).
    """
    return quality * skill * power(world.recovery_apology_repeat, heard)


def speed_of_answer(hours: float, attempts: int, world: World) -> float:
    """Return what a fast answer is worth: one half at the channel's half-time, less after reopening."""
    value = hyperbola(hours, world.support_half_time, world.support_steepness)
    return value * power(world.recovery_reopen, float(attempts))


def matched_compensation(value: float, failure: int, world: World) -> float:
    """Return compensation's worth where it matches: outcomes more than manners.

    Resources must match the kind of failure (Smith, Bolton and Wagner 1999).
    """
    if failure == ENCOUNTER:
        return float(value * world.recovery_mismatch)
    return value


def matched_apology(value: float, failure: int, world: World) -> float:
    """Return an apology's worth where it matches: manners and delays more than a useless product."""
    if failure == CORE:
        return float(value * world.recovery_mismatch)
    return value


def episode_justice(compensation: float, apology: float, speed: float, world: World) -> float:
    """Return justice as it counts for satisfaction with the episode."""
    return float(
        world.recovery_distributive * compensation
        + world.recovery_interactional * apology
        + world.recovery_procedural * speed
    )


def lasting_justice(compensation: float, apology: float, speed: float, world: World) -> float:
    """Return justice as it counts for memory and trust."""
    return float(
        world.recovery_lasting_distributive * compensation
        + world.recovery_lasting_interactional * apology
        + world.recovery_lasting_procedural * speed
    )


def recovered(before: float, after: float, justice: float, paradox: bool, world: World) -> float:
    """Return satisfaction after recovery: after + (before - after) J / J*.

    Only where the recovery paradox is possible may it rise above the level before.
    """
    loss = max(before - after, 0.0)
    level = after + loss * justice / world.recovery_full_justice
    if not paradox:
        level = min(level, max(before, after))
    return clip(level, 0.0, 1.0)


def paradox_possible(severity: float, external: int, repeated: int, quiet_hours: float, world: World) -> bool:
    """Return whether a recovery may do better than no failure (B8; Magnini et al. 2007).

    Only after a mild failure, the first for a long time, with a cause that is outside the firm
    or not stable.

    Parameters
    ----------
    severity
        Of the failure, 0 to 1.
    external, repeated
        1 if the cause is outside the firm; 1 if the same failure was the last one.
    quiet_hours
        Hours since the failure before, -1 if there was none.
    world
        The scenario's numbers.
    """
    if severity >= world.recovery_paradox_severity:
        return False
    if external == 0 and repeated != 0:
        return False
    return bool(quiet_hours < 0.0 or quiet_hours >= 24.0 * world.recovery_paradox_days)


def faded(hours: float, half_life_days: float) -> float:
    """Return what is left of a shock of size 1 after some hours."""
    return math.exp(-min(0.6931471805599453 * hours / (24.0 * half_life_days), 40.0))
