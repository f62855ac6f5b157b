"""C34: trust after a promise was broken, honestly or not, and kept ever since."""

import math
from collections.abc import Mapping
from typing import Any

from sim.evidence.check import Check, Control, Target
from sim.evidence.checks.one_failure import STRUCK_WEEK, Arm, calm_world, mean_over, seen
from sim.evidence.trial import Trial, Values, run
from sim.world.scenario import Scenario
from sim.world.strategy import Commitment, Commitments, Strategy

YEARS_AFTER = 8
WEEKS_BROKEN = 4

HONEST = "trust after eight years of kept promises, over that of customers never let down, honest breach"
DECEIVED = "the same after a deception"
HARMED = "trust right after the breach, over that of customers never let down, honest breach"

KEPT: Mapping[str, Any] = {
    "service.delivery.tail_share": 0.0,  # nothing is late but by the incident
    "service.delivery.spread": 0.0,
    "customers.orders.mean": 48.0,
    "customers.exit.alpha": 0.1,
    "customers.exit.beta": 1000.0,  # so that nearly all are there to be asked at the end
    "mechanisms.voice": False,
}
BROKEN: Mapping[str, Any] = {
    "service.incident.start": float(STRUCK_WEEK),
    "service.incident.length": float(WEEKS_BROKEN),
    "service.incident.share": 1.0,
    "service.incident.severity": 0.0,
    "service.incident.held_up": 2.5,
}


def promise(honest: bool) -> Strategy:
    """Return the public promise of 30 minutes, by a firm that believes in it or knows better."""
    delivery = Commitment(threshold=30.0, publicity=0.8, honest=honest)
    return Strategy(name="promise", commitments=Commitments(delivery=delivery))


def repaired_trust(trial: Trial) -> Values:
    """Measure C34: trust in the long run after four weeks of broken promises, against none."""
    soon = STRUCK_WEEK + WEEKS_BROKEN
    later = soon + YEARS_AFTER * 52
    calm = {weeks: calm_world(trial, weeks, KEPT) for weeks in (soon, later)}
    struck = {weeks: calm_world(trial, weeks, {**KEPT, **BROKEN}) for weeks in (soon, later)}

    def one(seed: int) -> dict[str, float]:
        def end(world: Scenario, honest: bool) -> Arm:
            return seen(run(world, seed, promise(honest)))

        harmed = end(struck[soon], True)
        whole, mended, deceived = end(calm[later], True), end(struck[later], True), end(struck[later], False)
        who = (harmed.failures > 0) & whole.stays & mended.stays & deceived.stays
        long_run = mean_over(who, whole.trust)
        return {
            HARMED: mean_over(who, harmed.trust) / mean_over(who, end(calm[soon], True).trust),
            HONEST: mean_over(who, mended.trust) / long_run,
            DECEIVED: mean_over(who, deceived.trust) / long_run,
        }

    return trial.each(one)


CHECKS = (
    Check(
        name="C34",
        title="trust is repaired by consistent acts, but not after a deception",
        label="out of sample",
        source="Schweitzer, Hershey and Bradlow 2006: harm without deception can be made good in full, "
        "with deception never; the limits 0.98 and 0.9 are our reading of that",
        design="courier, calm, with a public promise of 30 minutes that is broken in four weeks and kept "
        "for eight years after; the firm believed in it, or knew that it could not keep it; against the "
        "same promise kept throughout; customers who met the breach and are there at the end. How long "
        "is ours: after five years trust is not yet back at 0.98",
        customers=120,
        seeds=30,
        targets=(
            Target(HARMED, -math.inf, 0.9, "harmed"),
            Target(HONEST, 0.98, math.inf, "in full"),
            Target(DECEIVED, -math.inf, 0.9, "never in full"),
        ),
        measure=repaired_trust,
        control=Control(
            "deceptions are no worse than mistakes", {"mechanisms.deception": False}, misses=(DECEIVED,)
        ),
        mechanisms=("trust", "deception", "promises"),
    ),
)
