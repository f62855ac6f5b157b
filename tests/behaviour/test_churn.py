"""B13: the hazard of leaving and the rate of orders."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.behaviour.churn import (
    NOTICEABLE,
    RECENT,
    add_shock,
    exit_cause,
    exit_probability,
    hazard_ratio,
    order_pace,
)
from sim.behaviour.events import (
    LEFT_AFTER_COMPLAINT,
    LEFT_AFTER_FAILURE,
    LEFT_FOR_PRICE,
    LEFT_FOR_RIVAL,
    LEFT_SILENT,
    LEFT_WITHOUT_DEAL,
)
from sim.engine.records import as_object, world_record

LEVEL = st.floats(0.0, 1.0)
# The effect on the hazard of leaving of more of each state of the customer ...
MONOTONE = {
    "satisfaction": -1,
    "trust": -1,
    "attachment": -1,
    "shock": 1,
    "habit": -1,
    "switching_cost": -1,
    "goodwill": -1,
    "opinion": -1,
}
# ... and of what the firm and its rivals do.
MOVES = {"price_level": 1, "rival": 1, "bonds": -1}
PULLS = {
    f"behaviour.churn.{name}": weight for name, weight in (("price", 2.0), ("rival", 3.0), ("deal", 8.0))
}
PROGRAMME = {"loyalty": {"earn_rate": 1.0, "reward_points": 100.0, "reward_value": 10.0}}


def test_b13_the_multiplier_is_one_at_the_reference_state(world, customer, practice):
    assert hazard_ratio(customer, practice, world) == 1.0


def test_b13_the_multiplier_at_a_hand_computed_point(world, make_customer, make_policy):
    customer = make_customer(
        satisfaction=0.9, trust=0.5, attachment=0.2, shock=0.3, member=1, points_fresh=50.0
    )
    # 3 (0.7 - 0.9) + 2 (0.6 - 0.5) - 0.5 · 0.2 - 4 (0.9 - 0.85) + 0.3 - 0.15 · 0.5
    expected = math.exp(-0.6 + 0.2 - 0.1 - 0.2 + 0.3 - 0.075)
    assert hazard_ratio(customer, make_policy(PROGRAMME), world) == pytest.approx(expected)


def test_b13_what_holds_and_what_pulls_at_a_hand_computed_point(make_world, make_customer, make_policy):
    world = make_world(PULLS)
    customer = make_customer(
        habit=0.6,
        switching_cost=0.4,
        goodwill=0.05,
        opinion=0.7,
        usual_price=0.8,
        price_sensitivity=1.5,
        deal_prone=1,
        best_deal=0.3,
        discount=0.1,
    )
    policy = make_policy({"bonds.strength": 0.2})
    policy.rival = 0.05
    # - 0.5 · 0.6 - 1 (0.4 + 0.2) - 0.05 - 0.5 (0.7 - 0.5)
    held = -0.3 - 0.6 - 0.05 - 0.1
    # 2 · 1.5 (0.9 / 0.8 - 1) + 3 · 0.05 + 8 (0.3 - 0.1)
    pulled = 0.375 + 0.15 + 1.6
    assert hazard_ratio(customer, policy, world) == pytest.approx(math.exp(held + pulled))


@pytest.mark.parametrize("name", MONOTONE)
@given(one=LEVEL, other=LEVEL)
def test_b13_signs_of_the_multiplier(world, make_customer, practice, name, one, other):
    low = hazard_ratio(make_customer(**{name: min(one, other)}), practice, world)
    high = hazard_ratio(make_customer(**{name: max(one, other)}), practice, world)
    assert (high - low) * MONOTONE[name] >= 0.0


@pytest.mark.parametrize("name", MOVES)
@given(one=LEVEL, other=LEVEL)
def test_b13_signs_of_what_the_firm_and_its_rivals_do(world, make_customer, make_policy, name, one, other):
    policies = [make_policy(), make_policy()]
    for policy, value in zip(policies, sorted([one, other]), strict=True):
        setattr(policy, name, value)
    low, high = (hazard_ratio(make_customer(), policy, world) for policy in policies)
    assert (high - low) * MOVES[name] >= 0.0


@given(LEVEL, LEVEL)
def test_b11_points_held_lower_the_hazard(world, make_customer, make_policy, one, other):
    policy = make_policy(PROGRAMME)
    poor, rich = (
        make_customer(member=1, points_fresh=100.0 * held) for held in (min(one, other), max(one, other))
    )
    assert hazard_ratio(rich, policy, world) <= hazard_ratio(poor, policy, world)


def test_b11_points_of_a_programme_that_is_over_hold_nobody(world, make_customer, practice):
    assert hazard_ratio(make_customer(member=1, points_fresh=90.0), practice, world) == 1.0


def test_b11_only_the_deal_prone_leave_with_the_deal(make_world, make_customer, practice):
    world = make_world(PULLS)
    gone = {"member": 1, "best_deal": 0.1}
    assert hazard_ratio(make_customer(**gone), practice, world) == 1.0
    expected = math.exp(8.0 * 0.1)
    assert hazard_ratio(make_customer(deal_prone=1, **gone), practice, world) == pytest.approx(expected)


def test_b13_retention_rises_steeply_only_near_the_top(world, make_customer, practice):
    def log_ratio(satisfaction):
        return math.log(hazard_ratio(make_customer(satisfaction=satisfaction), practice, world))

    below = log_ratio(0.75) - log_ratio(0.85)
    above = log_ratio(0.85) - log_ratio(0.95)
    assert below == pytest.approx(0.3)
    assert above == pytest.approx(0.7)


def test_b13_centring_divides_by_the_mean_multiplier(make_world, make_customer, practice):
    world = make_world({"reference.log_hazard": 0.2})
    assert hazard_ratio(make_customer(), practice, world) == pytest.approx(math.exp(-0.2))


def test_b13_without_weights_every_state_has_the_baseline_hazard(plain, make_customer, make_policy):
    world = as_object(world_record(plain.replace({"mechanisms.churn": False}).effective())[0])
    policy = make_policy(PROGRAMME | {"bonds.strength": 0.5, "price.change": 0.2})
    policy.rival = 0.3
    # the shock of a failure is the one term without a weight of its own: with churn off none arises
    customer = make_customer(
        satisfaction=0.1, trust=0.9, attachment=1.0, habit=0.5, switching_cost=0.3, opinion=0.9
    )
    customer.member, customer.points_fresh, customer.deal_prone, customer.best_deal = 1, 80.0, 1, 0.9
    add_shock(customer, 1.0, world)
    assert hazard_ratio(customer, policy, world) == 1.0


@given(st.floats(0.0, 0.999))
def test_b13_at_multiplier_one_the_exit_probability_is_the_baseline(probability):
    assert exit_probability(-math.log1p(-probability), 1.0) == pytest.approx(
        probability, rel=1e-12, abs=1e-15
    )


@given(st.floats(0.0, 0.999), st.floats(0.0, 20.0))
def test_b13_the_exit_probability_is_one_less_the_power_of_staying(probability, ratio):
    expected = 1.0 - (1.0 - probability) ** ratio
    assert exit_probability(-math.log1p(-probability), ratio) == pytest.approx(expected, rel=1e-9, abs=1e-13)


@given(st.floats(0.0, 40.0), st.floats(0.0, 1e3), st.floats(0.0, 1e3))
def test_b13_the_exit_probability_is_a_probability_that_rises_with_the_multiplier(force, one, other):
    low, high = exit_probability(force, min(one, other)), exit_probability(force, max(one, other))
    assert 0.0 <= low <= high <= 1.0


def test_b13_nobody_leaves_without_force_and_everybody_with_endless_force():
    assert exit_probability(0.0, 1e9) == 0.0
    assert exit_probability(1e9, 1e9) == 1.0


def test_b13_the_pace_of_orders_is_one_at_the_reference(world, make_customer, practice):
    assert order_pace(make_customer(order_rate=12.0), practice, world) == 1.0


def test_b13_the_pace_of_orders_at_a_hand_computed_point(world, make_customer, practice):
    customer = make_customer(satisfaction=0.6, shock=0.5)
    # 0.6 (-0.1) - 0.15 · 0.5
    assert order_pace(customer, practice, world) == pytest.approx(math.exp(-0.135))


def test_b10_speed_reliability_rating_price_and_benefits_move_orders(world, make_customer, make_policy):
    # delivery is expected in 1 day where 2 are usual: the worth of speed is 6 / (6 + days)
    customer = make_customer(
        will_speed=6.0 / 7.0, will_reliability=0.85, price_sensitivity=2.0, deal_prone=1, messages_tired=0.5
    )
    policy = make_policy({"price.change": -0.1, "personalisation.messages": 12.0})
    policy.rating += 0.5
    moved = {
        "speed": 0.015 * 1.0,
        "reliability": 0.2 * (0.85 - 0.95),
        "rating": 0.07 * 0.5,
        "price": -1.0 * 2.0 * math.log(0.9),
        "deal": 4.0 * 0.1,
        "messages": 0.05 * 0.6 * 0.5 - 0.1 * 0.5,
    }
    assert order_pace(customer, policy, world) == pytest.approx(math.exp(sum(moved.values())))


def test_b10_speed_sells_by_the_day_whatever_its_unit(make_world, make_customer, practice):
    # 24 hours faster than the usual 48 is a day, as 1 day faster than the usual 2 is
    days = make_world({"reference.speed": 0.75})
    hours = make_world({"service.delivery.unit": "hours", "service.delivery.half_value": 144.0})
    sooner = {"will_speed": 6.0 / 7.0}
    assert order_pace(make_customer(hours, **sooner), practice, hours) == pytest.approx(
        order_pace(make_customer(days, **sooner), practice, days), rel=1e-3
    )


def test_b13_a_bad_order_lowers_later_spending_by_a_few_percent(world, make_customer, practice):
    # Halperin et al. 2019: 5 to 10 % after a ride at least five minutes late; here the shock of a
    # failure of moderate severity, 0.2 to 0.3, before it fades.
    for severity in (0.2, 0.3):
        customer = make_customer(shock=world.churn_shock * severity)
        assert 0.05 <= 1.0 - order_pace(customer, practice, world) <= 0.10


@given(LEVEL, LEVEL, st.floats(0.0, 4.0), st.floats(0.0, 4.0))
def test_b13_the_satisfied_order_more_and_the_shocked_less(
    world, make_customer, practice, one, other, calm, shocked
):
    def pace(**state):
        return order_pace(make_customer(**state), practice, world)

    assert pace(satisfaction=min(one, other)) <= pace(satisfaction=max(one, other))
    assert pace(shock=min(calm, shocked)) >= pace(shock=max(calm, shocked))


def test_b13_the_cause_of_leaving(world, make_customer, practice):
    def cause(**state):
        return exit_cause(make_customer(**state), practice, world)

    shocked = RECENT + 0.01
    assert cause() == LEFT_SILENT
    assert cause(shock=RECENT, last_failure_hour=10.0, judged_hour=20.0) == LEFT_SILENT
    assert cause(shock=shocked, last_failure_hour=10.0) == LEFT_AFTER_FAILURE
    assert cause(shock=shocked, last_failure_hour=10.0, judged_hour=20.0) == LEFT_AFTER_COMPLAINT
    # the case was about an older failure; of the last one the firm never heard
    assert cause(shock=shocked, last_failure_hour=30.0, judged_hour=20.0) == LEFT_AFTER_FAILURE


def test_b13_the_strongest_pull_is_the_cause_of_leaving_if_it_is_noticeable(
    make_world, make_customer, make_policy
):
    world = make_world(PULLS)
    policy = make_policy()
    dearer, cheated = {"usual_price": 0.9}, {"deal_prone": 1, "best_deal": 0.05}
    # log-hazards: price 2 (1 / 0.9 - 1) = 0.22, benefit 8 · 0.05 = 0.4, rivals 3 times their advantage
    assert exit_cause(make_customer(**dearer), policy, world) == LEFT_FOR_PRICE
    assert exit_cause(make_customer(**dearer, **cheated), policy, world) == LEFT_WITHOUT_DEAL
    policy.rival = 0.2
    assert exit_cause(make_customer(**dearer, **cheated), policy, world) == LEFT_FOR_RIVAL
    assert exit_cause(make_customer(shock=1.0, **dearer, **cheated), policy, world) == LEFT_AFTER_FAILURE
    policy.rival = NOTICEABLE / 3.0 - 1e-9
    assert exit_cause(make_customer(), policy, world) == LEFT_SILENT
    policy.rival = NOTICEABLE / 3.0 + 1e-9
    assert exit_cause(make_customer(), policy, world) == LEFT_FOR_RIVAL


def test_b8_a_first_failure_shocks_by_its_severity(world, make_customer):
    customer = make_customer()
    add_shock(customer, 0.5, world)
    assert customer.shock == pytest.approx(1.1)


@given(st.lists(LEVEL, max_size=30), st.floats(0.0, 4.0), st.floats(1.0, 6.0))
def test_b8_shocks_add_up_and_stay_below_their_limit(make_world, make_customer, severities, size, limit):
    world = make_world({"behaviour.churn.shock": size, "behaviour.churn.shock_limit": limit})
    customer = make_customer()
    for severity in severities:
        before = customer.shock
        add_shock(customer, severity, world)
        assert before <= customer.shock <= limit + 1e-12


@given(LEVEL, LEVEL, LEVEL, st.floats(0.0, 4.0), st.floats(1.0, 6.0))
@example(0.0, 0.9, 1.0, 4.0, 1.0)
def test_b8_who_was_more_shaken_before_is_not_less_shaken_after(
    make_world, make_customer, one, other, severity, size, limit
):
    world = make_world({"behaviour.churn.shock": size, "behaviour.churn.shock_limit": limit})
    calm, shaken = (make_customer(shock=limit * share) for share in (min(one, other), max(one, other)))
    add_shock(calm, severity, world)
    add_shock(shaken, severity, world)
    assert calm.shock <= shaken.shock + 1e-12
