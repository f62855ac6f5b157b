"""B13: the hazard of leaving and the rate of orders, as multipliers that are 1 at the reference state.

With every weight at 0 the relation without a contract is BG/NBD (Fader, Hardie and Lee 2005):
gamma-Poisson orders, and after each a beta-distributed chance of dropping out. The relation with
a contract is the shifted beta-geometric (Fader and Hardie 2007): a beta-distributed chance at
each renewal. Dormancy between orders is not churn.
"""

import math

from sim.behaviour.chance import clip, exponential
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import LEFT_AFTER_COMPLAINT, LEFT_AFTER_FAILURE, LEFT_SILENT
from sim.behaviour.surroundings import World

RECENT = 0.2  # shock, log-hazard, above which leaving is put down to the failure


def hazard_ratio(customer: CustomerState, stake: float, world: World) -> float:
    """Return the multiplier on the baseline hazard of leaving.

    Satisfaction and trust below the reference raise it; attachment, delight (Jones and Sasser
    1995) and a balance of points lower it; the shock of a recent failure raises it for a while
    (Knox and van Oest 2014).

    Parameters
    ----------
    customer
        Who decides.
    stake
        Points held, as a share of a reward, 0 to 1.
    world
        The scenario's numbers.
    """
    log_ratio = (
        world.churn_satisfaction * (world.reference_satisfaction - customer.satisfaction)
        + world.churn_trust * (world.reference_trust - customer.trust)
        - world.churn_attachment * customer.attachment
        - world.churn_delight * max(customer.satisfaction - world.churn_delight_level, 0.0)
        + customer.shock
        - world.programme_stake * stake
        - world.reference_log_hazard
    )
    return exponential(log_ratio)


def add_shock(customer: CustomerState, severity: float, world: World) -> float:
    """Let a failure shake the customer: shocks add up, the less the closer to their limit.

    Returns
    -------
    float
        What was added, in log-hazard; it is what a recovery can take away again.
    """
    fresh = min(world.churn_shock * severity, world.churn_shock_limit)
    room = 1.0 - customer.shock / world.churn_shock_limit
    added = float(fresh * clip(room, 0.0, 1.0))
    customer.shock += added
    return added


def exit_probability(force: float, ratio: float) -> float:
    """Return 1 - (1 - p)^ratio, where force is -log(1 - p).

    Without a contract the decision falls after each order. The ratio is then divided by the pace of
    orders: who is made to order sooner does not for that leave sooner (design choice).
    """
    return -math.expm1(-min(force * ratio, 700.0))


def order_pace(customer: CustomerState, world: World) -> float:
    """Return the factor on the rate of orders, moved by satisfaction and by the shock of a failure."""
    log_pace = (
        world.purchase_satisfaction * (customer.satisfaction - world.reference_satisfaction)
        - world.purchase_shock * customer.shock
    )
    return exponential(log_pace)


def exit_cause(customer: CustomerState) -> int:
    """Return what leaving is put down to: a case, a recent failure, or nothing that was said."""
    if customer.shock > RECENT:
        if customer.complaints > 0 and customer.justice >= 0.0:
            return LEFT_AFTER_COMPLAINT
        return LEFT_AFTER_FAILURE
    return LEFT_SILENT
