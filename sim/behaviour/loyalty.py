"""B11: the loyalty programme: joining, points, rewards, expiry, tiers and the liability they make."""

import math

from sim.behaviour.chance import JOIN, Luck, halving, happens_at_odds, power
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import (
    JOINED,
    NOTHING,
    POINTS_EARNED,
    POINTS_EXPIRED,
    POINTS_REDEEMED,
    TIER_DOWN,
    TIER_UP,
    Log,
    note,
)
from sim.behaviour.money import spend
from sim.behaviour.surroundings import (
    LEVER_ENDOWMENT,
    LEVER_EXPIRY,
    LEVER_POINTS,
    LEVER_TIERS,
    Clock,
    TickLedger,
    World,
    expose,
)
from sim.world.policy import Policy

HOURS_PER_YEAR = 8760.0
RARELY = 1e-9  # orders per year of a customer who hardly ever orders: keeps the logarithm finite


def balance(customer: CustomerState) -> float:
    """Return the points that a customer holds."""
    return customer.points_fresh + customer.points_second + customer.points_third + customer.points_oldest


def takes_part(customer: CustomerState, policy: Policy) -> bool:
    """Return whether the customer is a member of a programme that runs."""
    return customer.member != 0 and policy.programme != 0


def stake(customer: CustomerState, policy: Policy) -> float:
    """Return the points held as a share of a reward, at most 1: what leaving would forfeit."""
    return min(balance(customer) / policy.reward_points, 1.0)


def liability(points: float, policy: Policy, world: World) -> float:
    """Return what a firm owes for points, in currency, less the share never redeemed."""
    return float(points * policy.reward_value / policy.reward_points * (1.0 - world.programme_breakage))


def headroom(customer: CustomerState, world: World) -> float:
    """Return the share of wallet that is left to win, over its mean: how far a programme can pull.

    Light and moderate buyers grew in a programme, heavy ones did not change (Liu 2007).
    """
    left = (1.0 - customer.wallet) / (1.0 - world.customers_wallet)
    return float(1.0 + world.programme_headroom * (left - 1.0))


def programme_pull(customer: CustomerState, policy: Policy, world: World, hour: float) -> float:
    """Return the factor of the programme on a member's rate of orders, 1 without one.

    Orders speed up towards a reward (goal gradient) and where a part of it was given (endowed
    progress), as far as there are orders to win from others; a reward is followed by a short fall
    (Kivetz, Urminsky and Zheng 2006; Nunes and Drèze 2006) and by a longer, small rise (Taylor and
    Neslin 2005). Points that buy nothing pull nobody.
    """
    if not takes_part(customer, policy) or policy.reward_value <= 0.0:
        return 1.0
    progress = power(stake(customer, policy), world.programme_gradient_power)
    towards = world.programme_gradient * progress + world.programme_endowed * customer.endowed
    pull = 1.0 + headroom(customer, world) * towards
    if customer.last_reward_hour >= 0.0:
        days = (hour - customer.last_reward_hour) / 24.0
        rewarded = world.programme_rewarded * halving(days, world.programme_rewarded_half_life)
        pull = pull * (1.0 + headroom(customer, world) * rewarded)
        if days < world.programme_reset_days:
            pull = pull * (1.0 - world.programme_reset)
    return float(pull)


def incentive(policy: Policy) -> float:
    """Return the value of points earned as a share of spending."""
    return float(policy.earn_rate * policy.reward_value / policy.reward_points)


def deal(customer: CustomerState, policy: Policy) -> float:
    """Return the benefit that a customer has now, as a share of spending: rewards and discounts."""
    rewards = incentive(policy) if takes_part(customer, policy) else 0.0
    return rewards + max(1.0 - policy.price_level * (1.0 - customer.discount), 0.0)


def enjoy_deal(customer: CustomerState, policy: Policy) -> None:
    """Let a customer get used to the best benefit so far."""
    customer.best_deal = max(customer.best_deal, deal(customer, policy))


def consider_joining(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    ledger: TickLedger,
    log: Log,
    hour: float,
    order: int,
) -> None:
    """Let a customer decide at an order whether to join; the satisfied and heavy buyers join sooner."""
    log_odds = (
        world.programme_join_base
        + world.programme_join_satisfaction * (customer.satisfaction - world.reference_satisfaction)
        + world.programme_join_rate * math.log(max(customer.order_rate, RARELY) / world.customers_orders_mean)
        + world.programme_join_wallet * (customer.wallet - world.customers_wallet)
    )
    if customer.deal_prone != 0:
        log_odds += world.programme_join_deal
    if not happens_at_odds(luck, JOIN, order, log_odds):
        return
    customer.member = 1
    customer.joined_hour = hour
    customer.points_fresh += policy.endowment
    customer.endowed = policy.endowment / policy.reward_points
    if policy.endowment > 0.0:
        expose(customer, policy, LEVER_ENDOWMENT)
    expose(customer, policy, LEVER_POINTS)
    ledger.joined += 1
    ledger.points_earned += policy.endowment
    note(log, customer, hour, JOINED, NOTHING, policy.endowment, 0.0)


def end_programme(customer: CustomerState, ledger: TickLedger, log: Log, hour: float) -> None:
    """Let a programme that the firm has ended end for a member: what was held is void."""
    void = balance(customer)
    ledger.points_expired += void
    leave_programme(customer)
    note(log, customer, hour, POINTS_EXPIRED, NOTHING, void, 0.0)


def leave_programme(customer: CustomerState) -> None:
    """End a membership: what was held is gone."""
    customer.member = 0
    customer.tier = 0
    customer.year_spend = 0.0
    customer.endowed = 0.0
    customer.points_fresh = 0.0
    customer.points_second = 0.0
    customer.points_third = 0.0
    customer.points_oldest = 0.0
    customer.owed = 0.0


def tier_bonus(customer: CustomerState, policy: Policy) -> float:
    """Return the factor on points earned in the customer's tier."""
    if customer.tier >= 2:
        return 1.0 + policy.second_bonus
    if customer.tier == 1:
        return 1.0 + policy.first_bonus
    return 1.0


def tier_for(spending: float, policy: Policy) -> int:
    """Return the tier, 0 to 2, that a year's spending reaches."""
    if policy.tiers >= 2 and spending >= policy.second_tier:
        return 2
    if policy.tiers >= 1 and spending >= policy.first_tier:
        return 1
    return 0


def earn_points(
    customer: CustomerState,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    hour: float,
    price: float,
) -> None:
    """Give points for an order and raise the tier as soon as the year's spending reaches it."""
    points = price * policy.earn_rate * tier_bonus(customer, policy)
    customer.points_fresh += points
    customer.year_spend += price
    ledger.points_earned += points
    expose(customer, policy, LEVER_POINTS)
    note(log, customer, hour, POINTS_EARNED, NOTHING, points, 0.0)
    reached = tier_for(customer.year_spend, policy)
    if reached > customer.tier:
        customer.tier = reached
        customer.attachment = min(customer.attachment + world.programme_tier_up, 1.0)
        ledger.tier_ups += 1
        expose(customer, policy, LEVER_TIERS)
        note(log, customer, hour, TIER_UP, NOTHING, float(reached), 0.0)


def redeem(
    customer: CustomerState,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    clock: Clock,
    hour: float,
) -> float:
    """Take a reward if there are points for one, the oldest points first.

    Returns
    -------
    float
        The value of the reward in currency, 0 if there is none.
    """
    if balance(customer) < policy.reward_points:
        return 0.0
    owed = policy.reward_points
    used = min(customer.points_oldest, owed)
    customer.points_oldest -= used
    owed -= used
    used = min(customer.points_third, owed)
    customer.points_third -= used
    owed -= used
    used = min(customer.points_second, owed)
    customer.points_second -= used
    owed -= used
    customer.points_fresh = max(customer.points_fresh - owed, 0.0)
    customer.endowed = 0.0
    customer.last_reward_hour = hour
    ledger.points_redeemed += policy.reward_points
    spend(customer, ledger, clock, policy.reward_value * world.economics_reward_cost)
    note(log, customer, hour, POINTS_REDEEMED, NOTHING, policy.reward_points, policy.reward_value)
    return float(policy.reward_value)


def age_points(
    customer: CustomerState, policy: Policy, world: World, ledger: TickLedger, log: Log, hour: float
) -> None:
    """Age the points by a quarter; those past their expiry are lost, which is felt as a loss."""
    expired = 0.0
    if policy.expiry <= 4:
        expired += customer.points_oldest
        customer.points_oldest = 0.0
    if policy.expiry <= 3:
        expired += customer.points_third
        customer.points_third = 0.0
    if policy.expiry <= 2:
        expired += customer.points_second
        customer.points_second = 0.0
    if policy.expiry <= 1:
        expired += customer.points_fresh
        customer.points_fresh = 0.0
    customer.points_oldest += customer.points_third
    customer.points_third = customer.points_second
    customer.points_second = customer.points_fresh
    customer.points_fresh = 0.0
    if expired > 0.0:
        missed = min(expired / policy.reward_points, 1.0)
        hurt = world.programme_expiry_loss * customer.loss_aversion * missed
        customer.trust = max(customer.trust - hurt, 0.0)
        customer.endowed = 0.0  # what was given is the oldest, and goes first
        ledger.points_expired += expired
        expose(customer, policy, LEVER_EXPIRY)
        note(log, customer, hour, POINTS_EXPIRED, NOTHING, expired, 0.0)


def review_tier(
    customer: CustomerState, policy: Policy, world: World, ledger: TickLedger, log: Log, hour: float
) -> None:
    """Review the tier at the end of a member's year; losing one hurts more than gaining it pleased."""
    reached = tier_for(customer.year_spend, policy)
    customer.year_spend = 0.0
    if reached < customer.tier:
        customer.tier = reached
        customer.attachment = max(customer.attachment - world.programme_tier_up * customer.loss_aversion, 0.0)
        ledger.tier_downs += 1
        note(log, customer, hour, TIER_DOWN, NOTHING, float(reached), 0.0)


def keep_programme(
    customer: CustomerState,
    policy: Policy,
    world: World,
    ledger: TickLedger,
    log: Log,
    clock: Clock,
    hour: float,
) -> None:
    """Do for a member what a tick asks for: running cost, ageing of points, review of the tier."""
    ledger.members += 1
    if customer.period_price > 0.0:  # the fee of a contract earns points as time goes
        share = (clock.end - clock.start) / (24.0 * world.customers_contract_period)
        fee = customer.period_price * share * customer.usual_price  # as the last period was paid
        earn_points(customer, policy, world, ledger, log, hour, fee)
    spend(customer, ledger, clock, policy.member_cost * (clock.end - clock.start) / HOURS_PER_YEAR)
    if clock.quarter != 0:
        excess = max(incentive(policy) - world.programme_crowding_level, 0.0)
        customer.attachment = max(customer.attachment - world.programme_crowding * excess, 0.0)
        age_points(customer, policy, world, ledger, log, hour)
    years = int((clock.end - customer.joined_hour) / HOURS_PER_YEAR)
    if years > int((clock.start - customer.joined_hour) / HOURS_PER_YEAR):
        review_tier(customer, policy, world, ledger, log, hour)
    points = balance(customer)
    ledger.points_balance += points
    customer.owed = liability(points, policy, world)
    ledger.liability += customer.owed
