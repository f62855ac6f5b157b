"""B13: the hazard of leaving and the rate of orders, as multipliers that are 1 at the reference state.

With every weight at 0 the relation without a contract is BG/NBD (Fader, Hardie and Lee 2005):
gamma-Poisson orders, and after each a beta-distributed chance of dropping out. The relation with
a contract is the shifted beta-geometric (Fader and Hardie 2007): a beta-distributed chance at
each renewal. Dormancy between orders is not churn.
"""

import math

from sim.behaviour.chance import clip, exponential
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import (
    CHURN,
    LEFT_AFTER_COMPLAINT,
    LEFT_AFTER_FAILURE,
    LEFT_FOR_PRICE,
    LEFT_FOR_RIVAL,
    LEFT_SILENT,
    LEFT_WITHOUT_DEAL,
    Log,
    note,
)
from sim.behaviour.loyalty import deal, stake, takes_part
from sim.behaviour.outreach import message_pull
from sim.behaviour.service import expected_time
from sim.behaviour.surroundings import TickLedger, World
from sim.world.policy import Policy

RECENT = 0.2  # shock, log-hazard, above which leaving is put down to the failure
PACE_LIMIT = 3.0  # log-rate: nobody orders more than twenty times as often as usual, whatever is offered
NOTICEABLE = 0.05  # log-hazard that a price, a rival or a lost benefit must add to be named


def hazard_ratio(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return the multiplier on the baseline hazard of leaving.

    Satisfaction and trust below the reference raise it; attachment, delight (Jones and Sasser
    1995), habit, switching costs, a balance of points and goodwill lower it; the shock of a recent
    failure raises it for a while (Knox and van Oest 2014), and so do a price above the usual, a
    benefit that is gone and better rivals; what others say moves it either way.

    Parameters
    ----------
    customer
        Who decides.
    policy
        What the firm does, and what rivals offer.
    world
        The scenario's numbers.
    """
    held = stake(customer, policy) if takes_part(customer, policy) else 0.0
    log_ratio = (
        world.churn_satisfaction * (world.reference_satisfaction - customer.satisfaction)
        + world.churn_trust * (world.reference_trust - customer.trust)
        - world.churn_attachment * customer.attachment
        - world.churn_delight * max(customer.satisfaction - world.churn_delight_level, 0.0)
        + customer.shock
        - world.programme_stake * held
        - world.churn_inertia * customer.habit
        - world.churn_switching * (customer.switching_cost + policy.bonds)
        - customer.goodwill
        - world.churn_opinion * (customer.opinion - customer.interest)
        + price_push(customer, policy, world)
        + rival_push(policy, world)
        + deal_push(customer, policy, world)
        - world.reference_log_hazard
    )
    return exponential(log_ratio)


def price_push(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return what a price above the usual one adds to the log-hazard."""
    level = policy.price_level * (1.0 - customer.discount)
    rise = level / customer.usual_price - 1.0
    return float(world.churn_price * customer.price_sensitivity * rise)


def rival_push(policy: Policy, world: World) -> float:
    """Return what an advantage of the rivals adds to the log-hazard."""
    return float(world.churn_rival * policy.rival)


def deal_push(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return what benefits that are gone add to the log-hazard of the deal-prone."""
    if customer.deal_prone == 0:
        return 0.0
    return float(world.churn_deal * max(customer.best_deal - deal(customer, policy), 0.0))


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
    orders: who is made to order sooner does not for that leave sooner (design choice). Whether a draw
    falls below it is decided by `chance.falls_within`.
    """
    return -math.expm1(-min(force * ratio, 700.0))


def order_pace(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return the factor on the rate of orders.

    It is moved by satisfaction and the shock of a failure, by the expected speed of delivery (Fisher,
    Gallino and Xu 2019) and reliability, by the rating (Luca 2011), the price, benefits and messages.
    """
    usual_time = expected_time(world.reference_speed, world)
    sooner = (usual_time - expected_time(customer.will_speed, world)) * world.delivery_days_per_unit
    log_pace = (
        world.purchase_satisfaction * (customer.satisfaction - world.reference_satisfaction)
        - world.purchase_shock * customer.shock
        + world.purchase_speed * sooner
        + world.purchase_reliability * (customer.will_reliability - world.reference_reliability)
        + world.purchase_rating * (policy.rating - world.reference_rating)
        - price_pull(customer, policy, world)
        + message_pull(customer, policy, world)
    )
    if customer.deal_prone != 0:
        log_pace += world.purchase_deal * deal(customer, policy)
    return exponential(clip(log_pace, -PACE_LIMIT, PACE_LIMIT))


def price_pull(customer: CustomerState, policy: Policy, world: World) -> float:
    """Return what the level of prices takes off the log-rate of orders."""
    if policy.price_level == 1.0:
        return 0.0
    return float(world.purchase_price * customer.price_sensitivity * math.log(policy.price_level))


def leave(
    customer: CustomerState, cause: int, ratio: float, ledger: TickLedger, log: Log, hour: float
) -> None:
    """Let a customer leave, and remember when and why."""
    customer.active = 0
    customer.left_hour = hour
    customer.left_cause = cause
    customer.owed = 0.0  # points are forfeited
    ledger.left += 1
    note(log, customer, hour, CHURN, cause, ratio, 0.0)


def exit_cause(customer: CustomerState, policy: Policy, world: World) -> int:
    """Return what leaving is put down to: a case, a failure, price, rivals, a lost benefit, or nothing.

    A recent failure comes before all else, as among the incidents that customers name (Keaveney
    1995); of the others the strongest counts, if it is noticeable at all.
    """
    if customer.shock > RECENT:
        if customer.judged_hour >= max(customer.last_failure_hour, 0.0):
            return LEFT_AFTER_COMPLAINT
        return LEFT_AFTER_FAILURE
    price = price_push(customer, policy, world)
    rival = rival_push(policy, world)
    gone = deal_push(customer, policy, world)
    strongest = max(price, rival, gone)
    if strongest <= NOTICEABLE:
        return LEFT_SILENT
    if price == strongest:
        return LEFT_FOR_PRICE
    if rival == strongest:
        return LEFT_FOR_RIVAL
    return LEFT_WITHOUT_DEAL
