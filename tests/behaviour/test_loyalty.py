"""B11: the loyalty programme."""

import math
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance, events
from sim.behaviour.contract import pay_period
from sim.behaviour.loyalty import (
    HOURS_PER_YEAR,
    age_points,
    balance,
    consider_joining,
    earn_points,
    keep_programme,
    liability,
    programme_pull,
    redeem,
    review_tier,
    stake,
    tier_bonus,
    tier_for,
)
from sim.behaviour.surroundings import Clock, TickLedger
from sim.world.policy import LEVER_BIT

PROGRAMME = {"loyalty.earn_rate": 2.0, "loyalty.reward_points": 100.0, "loyalty.reward_value": 5.0}
TIERS = {
    "loyalty.tiers": {
        "silver": {"threshold": 300.0, "bonus": 0.25},
        "gold": {"threshold": 900.0, "bonus": 0.5},
    }
}
SMALL = 1e-9


def test_b11_joining_at_the_reference_has_the_base_probability(
    world, make_customer, make_policy, scripted, ledger, log
):
    probability = 1.0 / (1.0 + math.exp(0.5))
    policy = make_policy(PROGRAMME)
    for draw, joined in ((probability - SMALL, 1), (probability + SMALL, 0)):
        customer = make_customer()
        luck = scripted({chance.JOIN: draw})
        consider_joining(customer, policy, world, luck, ledger, log, 7.0, 0)
        assert customer.member == joined
    assert ledger.joined == 1
    assert log.codes == [events.JOINED]


def test_b11_the_satisfied_join_sooner(world, make_customer, make_policy, lucks, log):
    policy = make_policy(PROGRAMME)
    joined = []
    for satisfaction in (0.3, 0.7, 1.0):
        ledger = TickLedger()
        for luck in lucks(2000):
            consider_joining(
                make_customer(satisfaction=satisfaction), policy, world, luck, ledger, log, 0.0, 0
            )
        joined.append(ledger.joined)
    assert joined == sorted(set(joined))


def test_b11_joining_brings_the_endowment_and_exposure(
    world, make_customer, make_policy, scripted, ledger, log
):
    policy = make_policy(PROGRAMME | {"loyalty.endowment": 20.0})
    customer = make_customer()
    consider_joining(customer, policy, world, scripted({chance.JOIN: 0.0}), ledger, log, 7.0, 0)
    assert customer.joined_hour == 7.0
    assert balance(customer) == ledger.points_earned == 20.0
    assert customer.exposed == LEVER_BIT["loyalty.points"] | LEVER_BIT["loyalty.endowment"]


def test_b11_points_for_spending(world, customer, make_policy, ledger, log):
    earn_points(customer, make_policy(PROGRAMME), world, ledger, log, 1.0, 30.0)
    assert customer.points_fresh == ledger.points_earned == 60.0
    assert customer.year_spend == 30.0
    assert log.codes == [events.POINTS_EARNED]


@pytest.mark.parametrize(
    ("spending", "tier"), [(0.0, 0), (299.0, 0), (300.0, 1), (899.0, 1), (900.0, 2), (1e9, 2)]
)
def test_b11_tier_by_spending(make_policy, spending, tier):
    assert tier_for(spending, make_policy(PROGRAMME | TIERS)) == tier
    assert tier_for(spending, make_policy(PROGRAMME)) == 0


def test_b11_tiers_are_sorted_by_their_thresholds(make_policy):
    swapped = dict(reversed(TIERS["loyalty.tiers"].items()))
    assert make_policy(PROGRAMME | {"loyalty.tiers": swapped}) == make_policy(PROGRAMME | TIERS)


def test_b11_a_tier_multiplies_points(make_customer, make_policy):
    policy = make_policy(PROGRAMME | TIERS)
    assert [tier_bonus(make_customer(tier=tier), policy) for tier in (0, 1, 2)] == [1.0, 1.25, 1.5]


def test_b11_a_tier_is_reached_at_once_and_pleases(world, customer, make_policy, ledger, log):
    policy = make_policy(PROGRAMME | TIERS)
    earn_points(customer, policy, world, ledger, log, 1.0, 299.0)
    assert (customer.tier, customer.attachment) == (0, 0.0)
    earn_points(customer, policy, world, ledger, log, 2.0, 1.0)
    assert (customer.tier, customer.attachment) == (1, 0.05)
    assert log.codes[-1] == events.TIER_UP
    earn_points(customer, policy, world, ledger, log, 3.0, 600.0)
    assert (customer.tier, ledger.tier_ups) == (2, 2)
    assert customer.exposed & LEVER_BIT["loyalty.tiers"]


def test_b11_a_tier_lost_hurts_more_than_it_pleased(world, make_customer, make_policy, ledger, log):
    policy = make_policy(PROGRAMME | TIERS)
    customer = make_customer(tier=2, attachment=0.5, year_spend=400.0, loss_aversion=2.0)
    review_tier(customer, policy, world, ledger, log, 9.0)
    assert (customer.tier, customer.year_spend, ledger.tier_downs) == (1, 0.0, 1)
    assert customer.attachment == pytest.approx(0.5 - 2.0 * 0.05)
    assert log.codes == [events.TIER_DOWN]


def test_b11_a_tier_that_was_earned_again_stays(world, make_customer, make_policy, ledger, log):
    customer = make_customer(tier=1, attachment=0.5, year_spend=300.0)
    review_tier(customer, make_policy(PROGRAMME | TIERS), world, ledger, log, 9.0)
    assert (customer.tier, customer.attachment, ledger.tier_downs) == (1, 0.5, 0)


def test_b11_attachment_never_falls_below_zero(world, make_customer, make_policy, ledger, log):
    customer = make_customer(tier=1, attachment=0.01)
    review_tier(customer, make_policy(PROGRAMME | TIERS), world, ledger, log, 9.0)
    assert customer.attachment == 0.0


def test_b11_a_reward_takes_the_oldest_points_first(world, make_customer, make_policy, ledger, log, clock):
    customer = make_customer(points_oldest=30.0, points_third=30.0, points_second=30.0, points_fresh=30.0)
    assert redeem(customer, make_policy(PROGRAMME), world, ledger, log, clock, 1.0) == 5.0
    assert (customer.points_oldest, customer.points_third, customer.points_second) == (0.0, 0.0, 0.0)
    assert customer.points_fresh == 20.0
    assert ledger.points_redeemed == 100.0
    assert ledger.cost == pytest.approx(5.0 * 0.8)
    assert log.rows == [(0, 1.0, events.POINTS_REDEEMED, events.NOTHING, 100.0, 5.0)]


def test_b11_no_reward_without_the_points(world, make_customer, make_policy, ledger, log, clock):
    customer = make_customer(points_fresh=99.999)
    assert redeem(customer, make_policy(PROGRAMME), world, ledger, log, clock, 1.0) == 0.0
    assert customer.points_fresh == 99.999
    assert log.rows == []


@pytest.mark.parametrize("quarters", [1, 2, 3, 4])
def test_b11_points_expire_at_the_end_of_the_quarter_of_their_age(
    world, make_customer, make_policy, log, quarters
):
    policy = make_policy(PROGRAMME | {"loyalty.expiry": quarters})
    customer, ledger = make_customer(points_fresh=40.0), TickLedger()
    held = []
    for _ in range(quarters):
        held.append(balance(customer))
        age_points(customer, policy, world, ledger, log, 0.0)
    assert held == [40.0] * quarters
    assert balance(customer) == 0.0
    assert ledger.points_expired == 40.0


def test_b11_points_never_expire_without_an_expiry(world, make_customer, make_policy, ledger, log):
    customer = make_customer(points_fresh=40.0)
    for _ in range(40):
        age_points(customer, make_policy(PROGRAMME), world, ledger, log, 0.0)
    assert balance(customer) == 40.0
    assert ledger.points_expired == 0.0
    assert customer.trust == world.reference_trust


def test_b11_expiry_is_felt_as_a_loss_of_at_most_a_reward(world, make_customer, make_policy, ledger, log):
    policy = make_policy(PROGRAMME | {"loyalty.expiry": 1})
    some, many = (make_customer(points_fresh=points, loss_aversion=2.0) for points in (50.0, 500.0))
    age_points(some, policy, world, ledger, log, 0.0)
    age_points(many, policy, world, ledger, log, 0.0)
    assert some.trust == pytest.approx(0.6 - 0.02 * 2.0 * 0.5)
    assert many.trust == pytest.approx(0.6 - 0.02 * 2.0)
    assert log.codes == [events.POINTS_EXPIRED] * 2
    assert some.exposed == LEVER_BIT["loyalty.expiry"]


LIFE = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.floats(0.01, 400.0)),
        st.tuples(st.just("redeem"), st.just(0.0)),
        st.tuples(st.just("quarter"), st.just(0.0)),
        st.tuples(st.just("year"), st.just(0.0)),
    ),
    max_size=120,
)


@given(LIFE, st.one_of(st.none(), st.integers(1, 4)), st.floats(0.0, 99.0), st.booleans())
def test_b11_points_are_conserved_through_any_life(
    world, make_customer, make_policy, scripted, new_log, life, expiry, endowment, tiers
):
    policy = make_policy(
        PROGRAMME | {"loyalty.expiry": expiry, "loyalty.endowment": endowment} | (TIERS if tiers else {})
    )
    customer, ledger, log, clock = make_customer(), TickLedger(), new_log(), Clock(end=168.0)
    consider_joining(customer, policy, world, scripted({chance.JOIN: 0.0}), ledger, log, 0.0, 0)
    for act, price in life:
        if act == "earn":
            earn_points(customer, policy, world, ledger, log, 0.0, price)
        elif act == "redeem":
            redeem(customer, policy, world, ledger, log, clock, 0.0)
        elif act == "quarter":
            age_points(customer, policy, world, ledger, log, 0.0)
        else:
            review_tier(customer, policy, world, ledger, log, 0.0)
        vintages = (
            customer.points_fresh,
            customer.points_second,
            customer.points_third,
            customer.points_oldest,
        )
        assert min(vintages) >= 0.0
        assert 0.0 <= customer.attachment <= 1.0
        assert 0.0 <= customer.trust <= 1.0
    gone = ledger.points_redeemed + ledger.points_expired
    # earned (the endowment included) = redeemed + expired + balance, but for rounding of sums
    assert gone + balance(customer) == pytest.approx(ledger.points_earned, rel=1e-12, abs=1e-9)
    noted = sum(row[4] for row in log.of(events.POINTS_EARNED) + log.of(events.JOINED))
    assert noted == pytest.approx(ledger.points_earned, rel=1e-12, abs=1e-9)


def test_b11_liability_is_the_value_of_points_less_breakage(world, make_policy):
    assert liability(200.0, make_policy(PROGRAMME), world) == pytest.approx(200.0 * 5.0 / 100.0 * 0.67)


@pytest.mark.parametrize(("points", "share"), [(0.0, 0.0), (50.0, 0.5), (100.0, 1.0), (900.0, 1.0)])
def test_b11_the_stake_is_a_share_of_a_reward(make_customer, make_policy, points, share):
    assert stake(make_customer(points_fresh=points), make_policy(PROGRAMME)) == share


def test_b11_keeping_the_programme_counts_members_points_and_cost(
    world, make_customer, make_policy, ledger, log, clock
):
    policy = make_policy(PROGRAMME | {"loyalty.cost_per_member": 12.0, "loyalty.expiry": 1})
    customer = make_customer(member=1, joined_hour=0.0, points_fresh=50.0)
    keep_programme(customer, policy, world, ledger, log, clock, clock.start)
    assert (ledger.members, ledger.points_balance) == (1, 50.0)
    assert ledger.cost == pytest.approx(12.0 * 168.0 / 8760.0)
    assert ledger.liability == pytest.approx(liability(50.0, policy, world))
    clock.quarter = 1
    keep_programme(customer, policy, world, ledger, log, clock, clock.start)
    assert ledger.points_expired == 50.0


FEE = {"customers.relation": "contractual", "customers.contract.period": 30.0}
CUTS = st.lists(st.floats(0.0, HOURS_PER_YEAR), max_size=60)


@given(CUTS, st.sampled_from([28.0, 30.0, 365.0]))
def test_b11_a_year_of_membership_earns_points_for_a_years_fee_however_ticks_are_cut(
    world, make_customer, make_policy, cuts, period
):
    world = SimpleNamespace(**(vars(world) | {"contractual": 1, "customers_contract_period": period}))
    policy, ledger = make_policy(PROGRAMME), TickLedger()
    customer = make_customer(member=1, joined_hour=0.0, period_price=20.0, watched=0)
    edges = [0.0, *sorted(cuts), HOURS_PER_YEAR]
    for start, end in pairwise(edges):
        keep_programme(customer, policy, world, ledger, SimpleNamespace(), Clock(start=start, end=end), start)
    # two points per currency; 60 sums of numbers up to 500 are exact to 1e-12 of them
    assert balance(customer) == pytest.approx(2.0 * 20.0 * 365.0 / period, rel=1e-12)
    assert ledger.points_earned == pytest.approx(balance(customer), rel=1e-12)
    assert ledger.points_balance >= balance(customer)


def test_b11_the_fee_of_a_contract_earns_points_and_tiers_as_time_goes(
    make_world, make_customer, make_policy, ledger, log, clock
):
    world, policy = make_world(FEE), make_policy(PROGRAMME | TIERS)
    customer = make_customer(world, member=1, joined_hour=0.0, period_price=600.0, year_spend=200.0)
    keep_programme(customer, policy, world, ledger, log, clock, clock.start)
    # 7 of 30 days of 600 at two points each; with 200 spent before it makes a silver member
    assert balance(customer) == ledger.points_earned == ledger.points_balance == pytest.approx(280.0)
    assert (customer.year_spend, customer.tier) == (pytest.approx(340.0), 1)
    assert log.codes == [events.POINTS_EARNED, events.TIER_UP]
    assert customer.exposed == LEVER_BIT["loyalty.points"] | LEVER_BIT["loyalty.tiers"]
    assert ledger.revenue == 0.0  # the period is paid at its start


def test_b11_a_fee_earns_points_for_what_was_paid_of_it(
    make_world, make_customer, make_policy, ledger, log, clock
):
    world, policy = make_world(FEE), make_policy(PROGRAMME)
    customer = make_customer(world, member=1, joined_hour=0.0, period_price=100.0, discount=0.2)
    paid = pay_period(customer, 1.0, policy, world, clock, ledger)
    assert paid == pytest.approx(80.0)
    dearer = replace(policy, price_level=1.5)  # from the next period on
    month = Clock(start=0.0, end=24.0 * 30.0)
    keep_programme(customer, dearer, world, ledger, log, month, 0.0)
    assert balance(customer) == pytest.approx(2.0 * paid)


def test_b11_without_a_contract_time_earns_nothing(world, make_customer, make_policy, ledger, log, clock):
    customer = make_customer(member=1, joined_hour=0.0)
    keep_programme(customer, make_policy(PROGRAMME), world, ledger, log, clock, clock.start)
    assert (balance(customer), ledger.points_earned, log.rows) == (0.0, 0.0, [])


def test_b11_the_tier_is_reviewed_once_a_year_of_membership(world, make_customer, make_policy, new_log):
    policy = make_policy(PROGRAMME | TIERS)
    customer, reviews = make_customer(member=1, joined_hour=100.0), []
    for tick in range(210):
        customer.tier = 1
        log = new_log()
        clock = Clock(tick=tick, start=168.0 * tick, end=168.0 * (tick + 1))
        keep_programme(customer, policy, world, TickLedger(), log, clock, clock.start)
        reviews += [clock for _ in log.of(events.TIER_DOWN)]
    due = [100.0 + HOURS_PER_YEAR * year for year in (1, 2, 3, 4)]
    assert len(reviews) == len(due)
    for clock, hour in zip(reviews, due, strict=True):
        assert clock.start < hour <= clock.end


def test_b11_orders_speed_up_towards_a_reward(world, make_customer, make_policy):
    policy = make_policy(PROGRAMME)
    pulls = [
        programme_pull(make_customer(member=1, points_fresh=points), policy, world, 0.0)
        for points in (0.0, 50.0, 100.0)
    ]
    assert pulls == pytest.approx([1.0, 1.15, 1.3])


def test_b11_a_given_start_spurs_until_the_first_reward(
    world, make_customer, make_policy, ledger, log, clock
):
    policy = make_policy(PROGRAMME)
    customer = make_customer(member=1, endowed=0.2, points_fresh=100.0)
    before = programme_pull(customer, policy, world, 0.0)
    assert before == pytest.approx(1.0 + 0.3 + 1.2 * 0.2)
    redeem(customer, policy, world, ledger, log, clock, 0.0)
    assert customer.endowed == 0.0


def test_b11_a_reward_is_followed_by_a_fall_and_a_longer_rise(world, make_customer, make_policy):
    policy = make_policy(PROGRAMME)
    customer = make_customer(member=1, last_reward_hour=0.0)
    hours = {days: 24.0 * days for days in (1.0, 15.0, 42.0, 400.0)}
    pulls = {days: programme_pull(customer, policy, world, hour) for days, hour in hours.items()}
    assert pulls[1.0] < 1.0 < pulls[15.0]
    assert pulls[42.0] == pytest.approx(1.0 + 0.05 / 2.0)
    assert pulls[400.0] == pytest.approx(1.0, abs=1e-3)


def test_b11_without_a_programme_or_outside_it_nothing_pulls(world, make_customer, make_policy, practice):
    keen = make_customer(member=1, endowed=0.5, points_fresh=90.0, last_reward_hour=0.0)
    assert programme_pull(keen, practice, world, 10.0) == 1.0
    stranger = make_customer(member=0, points_fresh=90.0)
    assert programme_pull(stranger, make_policy(PROGRAMME), world, 10.0) == 1.0


def test_b11_heavy_buyers_join_sooner(world, make_customer, make_policy, scripted, log):
    policy = make_policy(PROGRAMME)
    draw = 1.0 / (1.0 + math.exp(0.5)) + SMALL  # just too high for the mean customer
    for rate, joined in ((12.0, 0), (24.0, 1), (1e-15, 0)):
        customer = make_customer(order_rate=rate)
        luck = scripted({chance.JOIN: draw})
        consider_joining(customer, policy, world, luck, TickLedger(), log, 0.0, 0)
        assert customer.member == joined


@pytest.mark.parametrize(("earn_rate", "lost"), [(1.0, 0.0), (2.0, 0.1 * 0.05)])
def test_b11_strong_incentives_wear_attachment_down(
    world, make_customer, make_policy, ledger, log, earn_rate, lost
):
    # 5 currency for 100 points: 5 % of the spending at one point per currency, 10 % at two.
    policy = make_policy(PROGRAMME | {"loyalty.earn_rate": earn_rate})
    customer = make_customer(member=1, joined_hour=0.0, attachment=0.5)
    clock = Clock(start=0.0, end=168.0, quarter=1)
    keep_programme(customer, policy, world, ledger, log, clock, 0.0)
    assert customer.attachment == pytest.approx(0.5 - lost)
