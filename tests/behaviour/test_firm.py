"""B5, B14 to B16: the firm's state from tick to tick: workload, staff, learning, rating and rivals."""

import math
from dataclasses import fields, replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance
from sim.behaviour.chance import halving
from sim.behaviour.firm import (
    Firm,
    care,
    close_tick,
    compete,
    count_other_state,
    count_state,
    hold,
    learn,
    offer,
    open_firm,
    train,
    waiting_factor,
    work,
    working_skill,
)
from sim.behaviour.service import attitude_of_staff
from sim.behaviour.surroundings import Clock, TickLedger
from sim.world.market import Rival, Staff
from sim.world.parameter import registry
from sim.world.policy import Policy

LEVEL = st.floats(0.0, 1.0)
WEEK = 7.0 / 365.0
PROGRAMME = {"loyalty.earn_rate": 1.0, "loyalty.reward_points": 100.0, "loyalty.reward_value": 5.0}


def numbers(world, **values):
    """Return a copy of the world's numbers with some changed."""
    assert set(values) <= set(vars(world)), set(values) - set(vars(world))
    return SimpleNamespace(**(vars(world) | values))


def opened(world, **state):
    """Return a firm at the baseline, with some of its state changed."""
    firm = Firm()
    open_firm(firm, world)
    for name, value in state.items():
        assert hasattr(firm, name), name
        setattr(firm, name, value)
    return firm


def usual(world, years, customers=1000.0, times=1.0):
    """Return what a tick of this length counts where customers contact the firm as often as usual."""
    return TickLedger(customers=customers, responses=times * world.reference_contacts * customers * years)


def test_b16_a_firm_opens_in_the_state_of_the_baseline(world, make_policy):
    policy = make_policy()
    hold(policy, opened(world), world)
    assert policy.skill == world.support_skill
    assert policy.engagement == world.staff_engagement
    assert policy.utilisation == world.staff_utilisation
    assert policy.waiting == pytest.approx(1.0)
    assert policy.rating == pytest.approx(world.reference_rating)
    assert policy.belief == world.reference_trust
    assert (policy.learned, policy.rival) == (0.0, 0.0)


@pytest.mark.parametrize("years", [1.0 / 365.0, WEEK, 1.0 / 12.0])
def test_b16_the_baseline_is_a_fixed_point(make_world, practice, scripted, years):
    world = make_world({"market.rival.volatility": 0.0})
    firm, before = opened(world), vars(opened(world))
    total = usual(world, years)
    total.active, total.trust = 1000, 1000.0 * world.reference_trust
    for _ in range(50):
        close_tick(firm, practice, total, world, scripted(), Clock(years=years))
    for name, value in before.items():
        assert getattr(firm, name) == pytest.approx(value, rel=1e-12), name


# Skill at work


def test_b16_skill_at_work_at_hand_computed_points(make_world):
    world = make_world({"staff.effort": 0.5, "staff.engagement": 0.6})
    assert working_skill(0.6, 0.6, world) == pytest.approx(0.6)
    assert working_skill(0.6, 0.8, world) == pytest.approx(0.6 * 1.1)
    assert working_skill(0.6, 0.2, world) == pytest.approx(0.6 * 0.8)
    assert working_skill(0.95, 1.0, world) == 1.0


@given(LEVEL, LEVEL, LEVEL, LEVEL, LEVEL)
def test_b16_the_engaged_put_more_of_their_skill_to_work(world, skill, one, other, effort, usual):
    world = numbers(world, staff_effort=effort, staff_engagement=usual)
    low, high = (working_skill(skill, level, world) for level in sorted([one, other]))
    assert 0.0 <= low <= high <= 1.0


def test_b16_five_points_of_attitude_go_with_1_3_points_of_impression(world, make_policy):
    # Rucci, Kirn and Quinn 1998
    policy = make_policy()
    policy.engagement = world.staff_engagement + 0.05
    assert attitude_of_staff(policy, world) == pytest.approx(0.013)


# Waiting


@given(st.floats(0.1, 0.95), LEVEL)
def test_b16_at_usual_utilisation_answers_take_the_usual_time(world, utilisation, share):
    world = numbers(world, staff_utilisation=utilisation, staff_waiting=share)
    assert waiting_factor(utilisation, world) == pytest.approx(1.0, rel=1e-12)


def test_b16_waiting_doubles_where_the_queue_does(make_world):
    # u / (1 - u) is 3 at 0.75 and 6 at 6/7; with half of the time waiting it has to be three times 3
    all_waiting = make_world({"staff.waiting": 1.0, "staff.utilisation": 0.75})
    half = make_world({"staff.waiting": 0.5, "staff.utilisation": 0.75})
    assert waiting_factor(6.0 / 7.0, all_waiting) == pytest.approx(2.0)
    assert waiting_factor(0.9, half) == pytest.approx(2.0)
    assert waiting_factor(0.0, half) == pytest.approx(0.5)


@given(st.floats(0.0, 0.95), st.floats(0.0, 0.95), st.floats(0.1, 0.95), LEVEL)
def test_b16_busier_staff_never_answers_sooner(world, one, other, utilisation, share):
    world = numbers(world, staff_utilisation=utilisation, staff_waiting=share)
    low, high = (waiting_factor(level, world) for level in sorted([one, other]))
    assert 0.0 <= low <= high
    assert math.isfinite(high)


# Workload


def worked(world, policy, times=1.0, ticks=1, years=WEEK, **state):
    """Return the utilisation after some ticks in which contacts are so many times the usual."""
    firm = opened(world, **state)
    for _ in range(ticks):
        work(firm, policy, usual(world, years, times=times), world, years)
    return firm.utilisation


FIXED_STAFF = {"staff_hiring": 1e15}  # nobody is hired or let go


def test_b16_the_workload_follows_contacts_with_its_half_life(make_world, practice):
    world = make_world({"staff.utilisation": 0.6, "staff.load_half_life": 28.0})
    world = numbers(world, **FIXED_STAFF)
    # contacts rise by a quarter: from 0.6 half of the way to 0.75 in four weeks
    assert worked(world, practice, 1.25, ticks=4) == pytest.approx(0.675)
    assert worked(world, practice, 1.25, ticks=1000) == pytest.approx(0.75)


@given(st.floats(0.0, 5.0), st.floats(0.0, 0.95), st.floats(1.0, 90.0))
def test_b16_the_workload_does_not_depend_on_the_length_of_a_tick(world, practice, times, before, half_life):
    world = numbers(world, staff_load_half_life=half_life, **FIXED_STAFF)
    one = worked(world, practice, times, ticks=1, years=4.0 * WEEK, utilisation=before)
    four = worked(world, practice, times, ticks=4, years=WEEK, utilisation=before)
    assert one == pytest.approx(four, rel=1e-12)


def test_b16_more_staff_is_less_busy(world, make_policy):
    policy = make_policy({"capacity.extra": 0.25})
    assert worked(world, policy, ticks=1000) == pytest.approx(world.staff_utilisation / 1.25)


def test_b16_the_staff_is_sized_anew_to_the_contacts_there_are(make_world, practice):
    world = make_world({"staff.hiring": 120.0, "staff.utilisation": 0.75})
    firm = opened(world)
    for _ in range(120):
        work(firm, practice, usual(world, 1.0 / 365.0, times=0.5), world, 1.0 / 365.0)
    # half of the way from the usual number of contacts to half of it
    assert firm.sized == pytest.approx(0.75 * world.reference_contacts)
    assert worked(world, practice, times=0.5, ticks=1) < 0.75
    assert worked(world, practice, times=0.5, ticks=1000) == pytest.approx(0.75)
    assert worked(world, practice, times=2.0, ticks=1000) == pytest.approx(0.75)


def test_b16_nobody_is_busy_all_the_time(world, practice):
    assert worked(numbers(world, **FIXED_STAFF), practice, times=100.0, ticks=500) == 0.95


def test_b16_claims_are_contacts_too(world, practice):
    answers, claims = opened(world), opened(world)
    work(answers, practice, TickLedger(customers=100, responses=9), world, WEEK)
    work(claims, practice, TickLedger(customers=100, responses=4, claims=5), world, WEEK)
    assert answers.utilisation == claims.utilisation


@given(st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.integers(1, 10**6))
def test_b16_the_workload_rises_with_contacts_per_customer(world, practice, one, other, customers):
    low, high = opened(world), opened(world)
    work(low, practice, usual(world, WEEK, 1000.0, min(one, other)), world, WEEK)
    work(high, practice, usual(world, WEEK, float(customers), max(one, other)), world, WEEK)
    assert 0.0 <= low.utilisation <= high.utilisation + 1e-12
    assert high.utilisation <= 0.95


def test_b16_without_customers_the_workload_stays(world, practice):
    firm = opened(world, utilisation=0.4)
    work(firm, practice, TickLedger(), world, WEEK)
    assert firm.utilisation == 0.4


# Engagement


def cared(world, policy, days, **state):
    """Return the engagement after some days."""
    firm = opened(world, **state)
    care(firm, policy, world, days)
    return firm.engagement


def test_b16_motivation_moves_engagement_half_way_in_its_half_life(make_world, make_policy):
    world = make_world({"staff.engagement": 0.5, "staff.motivation": 0.3, "staff.engagement_half_life": 60.0})
    policy = make_policy({"motivation.level": 0.8})
    assert cared(world, policy, 60.0) == pytest.approx(0.5 + 0.5 * 0.24)
    assert cared(world, policy, 1e5) == pytest.approx(0.5 + 0.24)


def test_b16_overload_costs_engagement_and_slack_earns_none(make_world, practice):
    world = make_world({"staff.engagement": 0.6, "staff.overload": 0.5, "staff.utilisation": 0.75})
    assert cared(world, practice, 1e5, utilisation=0.95) == pytest.approx(0.6 - 0.5 * 0.2)
    assert cared(world, practice, 1e5, utilisation=0.3) == pytest.approx(0.6)


def test_b16_what_staff_may_decide_alone_solves_cases_and_leaves_engagement_alone(world, make_policy):
    policy = make_policy({"recovery.empowerment": 15.0})
    assert policy.first_contact > make_policy().first_contact
    for days in (7.0, 1e5):
        assert cared(world, policy, days, engagement=0.4) == cared(world, make_policy(), days, engagement=0.4)


@given(LEVEL, LEVEL, st.floats(0.0, 0.95))
def test_b16_engagement_does_not_depend_on_the_length_of_a_tick(world, practice, before, level, utilisation):
    policy = replace(practice, motivation=level)
    state = {"engagement": before, "utilisation": utilisation}
    month = cared(world, policy, 28.0, **state)
    weekly = before
    for _ in range(4):
        weekly = cared(world, policy, 7.0, **(state | {"engagement": weekly}))
    assert weekly == pytest.approx(month, rel=1e-12)


# Skill


def trained(world, policy, ticks, years, **state):
    """Return the skill after some ticks."""
    firm = opened(world, **state)
    for _ in range(ticks):
        train(firm, policy, world, years)
    return firm.skill


def test_b16_training_closes_63_percent_of_the_gap_in_its_time_constant(make_world, make_policy):
    world = make_world({"staff.turnover": 0.0, "support.skill": 0.5})
    policy = make_policy({"training.skill": 0.9, "training.weeks": 8.0})
    assert trained(world, policy, 8, WEEK) == pytest.approx(0.5 + 0.4 * (1.0 - math.exp(-1.0)))
    assert trained(world, policy, 1, 8.0 * WEEK) == pytest.approx(trained(world, policy, 8, WEEK))


def test_b16_turnover_brings_skill_back_to_that_of_newcomers(make_world, practice):
    world = make_world({"staff.turnover": 0.3, "support.skill": 0.5})
    assert trained(world, practice, 1, 1.0, skill=0.9) == pytest.approx(0.5 + 0.4 * math.exp(-0.3))
    assert trained(world, practice, 52, 1.0 / 52.0, skill=0.9) == pytest.approx(0.5 + 0.4 * math.exp(-0.3))


def test_b16_training_against_turnover_settles_where_the_two_are_equal(make_world, make_policy):
    world = make_world({"staff.turnover": 0.6, "support.skill": 0.5})
    policy = make_policy({"training.skill": 0.9, "training.weeks": 20.0})
    fast, slow = 365.0 / 140.0, 0.6
    level = (0.9 * fast + slow * 0.5) / (fast + slow)
    for years in (1.0 / 365.0, WEEK, 1.0 / 12.0, 1.0):
        # ten years at a rate of 3.2 a year leave 1e-14 of the way
        assert trained(world, policy, round(10.0 / years), years) == pytest.approx(level, rel=1e-12)


@given(
    LEVEL, LEVEL, LEVEL, st.floats(0.0, 0.9), st.floats(0.0, 3.0), st.floats(0.5, 104.0), st.integers(0, 1)
)
def test_b16_skill_does_not_depend_on_the_length_of_a_tick(
    world, practice, skill, target, engagement, turnover, leaving, weeks, trains
):
    world = numbers(world, staff_turnover=turnover, staff_leaving=leaving)
    policy = replace(practice, trained=trains, training_skill=target, training_weeks=weeks)
    state = {"skill": skill, "engagement": engagement}
    month = trained(world, policy, 1, 4.0 * WEEK, **state)
    # a tick rounds numbers up to 1 a few times by 1e-16; there are 28 at most
    assert trained(world, policy, 4, WEEK, **state) == pytest.approx(month, abs=1e-13)
    assert trained(world, policy, 28, 1.0 / 365.0, **state) == pytest.approx(month, abs=1e-13)


def test_b16_the_engaged_stay(make_world, practice):
    world = make_world({"staff.turnover": 0.3, "staff.leaving": 1.0, "staff.engagement": 0.6})
    kept = [
        trained(world, practice, 1, 1.0, skill=1.0, engagement=engagement) for engagement in (0.2, 0.6, 1.0)
    ]
    newcomers = world.support_skill
    for skill, rate in zip(kept, (0.42, 0.3, 0.18), strict=True):
        assert skill == pytest.approx(newcomers + (1.0 - newcomers) * math.exp(-rate))


@given(LEVEL, LEVEL, LEVEL, LEVEL, st.floats(0.0, 0.9), st.floats(0.0, 3.0), st.floats(0.5, 104.0))
def test_b16_skill_stays_between_newcomers_target_and_what_it_was(
    world, practice, skill, target, newcomers, engagement, turnover, leaving, weeks
):
    world = numbers(world, staff_turnover=turnover, staff_leaving=leaving, support_skill=newcomers)
    policy = replace(practice, trained=1, training_skill=target, training_weeks=weeks)
    after = trained(world, policy, 3, 1.0 / 12.0, skill=skill, engagement=engagement)
    low, high = min(skill, target, newcomers), max(skill, target, newcomers)
    assert low - 1e-12 <= after <= high + 1e-12


# Learning


def test_b16_the_firm_learns_from_complaints_and_answers(make_world, make_policy):
    world = make_world({"staff.learning": 0.2, "staff.learnable": 0.3, "staff.forgetting": 70.0})
    policy = make_policy({"feedback.attention": 0.5})
    firm = opened(world)
    learn(firm, policy, TickLedger(customers=100, complaints=30, replies=70), world, 7.0)
    # one signal per customer teaches at 0.1, and in a tenth of the half-life ln 2 / 10 is forgotten
    gained, lost = 0.5 * 0.2, math.log(2.0) / 10.0
    level = 0.3 * gained / (gained + lost)
    assert firm.learned == pytest.approx(level * (1.0 - math.exp(-gained - lost)))


def learned(world, policy, ticks, days, signals, before):
    """Return what a firm knows after some ticks with so many signals of a hundred customers in each."""
    firm = opened(world, learned=before)
    for _ in range(ticks):
        learn(firm, policy, TickLedger(customers=100, complaints=signals), world, days)
    return firm.learned


@given(LEVEL, st.floats(0.0, 0.8), st.floats(0.0, 1.0), st.floats(30.0, 3650.0), LEVEL, st.integers(0, 200))
def test_b16_learning_does_not_depend_on_the_length_of_a_tick(
    world, practice, attention, learnable, learning, forgetting, known, signals
):
    world = numbers(world, staff_learnable=learnable, staff_learning=learning, staff_forgetting=forgetting)
    policy, before = replace(practice, feedback=attention), known * learnable
    month = learned(world, policy, 1, 28.0, 4 * signals, before)
    assert learned(world, policy, 4, 7.0, signals, before) == pytest.approx(month, abs=1e-14)


def test_b16_learning_against_forgetting_settles_where_the_two_are_equal(make_world, make_policy):
    world = make_world({"staff.learning": 0.1, "staff.learnable": 0.4, "staff.forgetting": 365.0})
    policy, teaches, fades = make_policy({"feedback.attention": 1.0}), 0.1 / 7.0, math.log(2.0) / 365.0
    settled = learned(world, policy, 500, 7.0, 100, 0.0)  # 500 weeks at 0.11 a week
    assert settled == pytest.approx(0.4 * teaches / (teaches + fades), rel=1e-12)


def test_b16_without_attention_nothing_is_learned_and_the_rest_is_forgotten(make_world, practice):
    world = make_world({"staff.forgetting": 365.0})
    firm = opened(world, learned=0.2)
    learn(firm, practice, TickLedger(customers=100, complaints=100), world, 365.0)
    assert firm.learned == pytest.approx(0.1)
    learn(firm, practice, TickLedger(), world, 365.0)
    assert firm.learned == pytest.approx(0.05)


def test_b16_what_was_learned_nears_what_can_be_learned(make_world, make_policy):
    world = make_world({"staff.forgetting": 3650.0, "staff.learnable": 0.4})
    firm, policy = opened(world), make_policy({"feedback.attention": 1.0})
    for _ in range(200):
        learn(firm, policy, TickLedger(customers=10, complaints=100), world, 7.0)
    assert firm.learned == pytest.approx(0.4, rel=0.01)
    assert firm.learned < 0.4


@given(LEVEL, st.floats(0.0, 0.8), st.floats(0.0, 1.0), st.integers(0, 500), st.integers(0, 500))
def test_b16_more_signals_teach_more(world, practice, attention, learnable, learning, one, other):
    world = numbers(world, staff_learnable=learnable, staff_learning=learning)
    policy = replace(practice, feedback=attention)
    few, many = opened(world), opened(world)
    learn(few, policy, TickLedger(customers=100, complaints=min(one, other)), world, 7.0)
    learn(many, policy, TickLedger(customers=100, replies=max(one, other)), world, 7.0)
    assert 0.0 <= few.learned <= many.learned <= learnable


# Rating and belief


def test_b14_the_rating_is_the_mean_of_old_and_new_reviews(make_world, make_policy, scripted):
    world = make_world(
        {"behaviour.talk.review_memory": 100.0, "reference.rating": 4.0, "market.rival.volatility": 0.0}
    )
    firm, policy = opened(world), make_policy()
    total = TickLedger(customers=100, active=100, trust=60.0, reviews=50, review_stars=100)
    close_tick(firm, policy, total, world, scripted(), Clock(years=WEEK))
    hold(policy, firm, world)
    # a hundred reviews of 4 stars and fifty of 2
    assert policy.rating == pytest.approx(500.0 / 150.0)


def test_b5_the_public_believes_the_firm_as_its_customers_do(world, practice, scripted):
    firm = opened(world)
    close_tick(
        firm, practice, TickLedger(customers=10, active=8, trust=3.6), world, scripted(), Clock(years=WEEK)
    )
    assert firm.belief == pytest.approx(0.45)
    close_tick(firm, practice, TickLedger(), world, scripted(), Clock(years=WEEK))
    assert firm.belief == pytest.approx(0.45)  # nobody left to ask


# Rivals


def test_b15_what_the_firm_offers_as_a_share_of_spending(make_world, make_policy):
    world = make_world({"market.rival.promise": 0.01})
    assert offer(make_policy(), world) == 0.0
    assert offer(make_policy(PROGRAMME), world) == pytest.approx(0.05)
    assert offer(make_policy({"price.change": -0.1}), world) == pytest.approx(0.1)
    assert offer(make_policy({"price.change": 0.1}), world) == 0.0
    promise = {"commitments.quality.threshold": 0.6, "commitments.quality.publicity": 0.8}
    assert offer(make_policy(promise), world) == pytest.approx(0.008)
    together = PROGRAMME | promise | {"price.change": -0.1}
    assert offer(make_policy(together), world) == pytest.approx(0.158)


@pytest.mark.parametrize("ticks", [1, 9, 90])
def test_b15_rivals_follow_an_offer_with_their_time_constant(make_world, make_policy, scripted, ticks):
    world = make_world({"market.rival.match": 0.6, "market.rival.lag": 90.0, "market.rival.volatility": 0.0})
    firm, policy = opened(world), make_policy(PROGRAMME)
    for _ in range(ticks):
        compete(firm, policy, world, scripted(), 90.0 / 365.0 / ticks)
    assert firm.rival_answer == pytest.approx(0.6 * 0.05 * (1.0 - math.exp(-1.0)))
    for _ in range(100):
        compete(firm, policy, world, scripted(), 0.25)
    assert firm.rival_answer == pytest.approx(0.6 * 0.05)


def test_b15_rivals_end_their_answer_when_the_offer_ends(make_world, practice, scripted):
    world = make_world({"market.rival.lag": 90.0})
    firm = opened(world, rival_answer=0.04)
    compete(firm, practice, world, scripted(), 90.0 / 365.0)
    assert firm.rival_answer == pytest.approx(0.04 * math.exp(-1.0))


@pytest.mark.parametrize("ticks", [1, 12, 365])
@pytest.mark.parametrize("half_life", [30.0, 365.0])
def test_b15_what_rivals_gain_steadily_does_not_fade(make_world, practice, scripted, ticks, half_life):
    world = make_world(
        {"market.rival.drift": 0.1, "market.rival.volatility": 0.0, "market.rival.half_life": half_life}
    )
    firm, policy = opened(world), replace(practice)
    for year in (1, 2, 3):
        for _ in range(ticks):
            compete(firm, practice, world, scripted(), 1.0 / ticks)
        hold(policy, firm, world)
        assert firm.rival_trend == policy.rival == pytest.approx(0.1 * year)
    assert (firm.rival_course, firm.rival_answer) == (0.0, 0.0)


@pytest.mark.parametrize("drift", [-0.2, 0.2])
def test_b15_rivals_are_never_better_or_worse_than_all_of_spending(make_world, practice, scripted, drift):
    world = make_world({"market.rival.drift": drift, "market.rival.volatility": 0.0})
    firm = opened(world)
    for _ in range(10):
        compete(firm, practice, world, scripted(), 1.0)
    assert firm.rival_trend == math.copysign(1.0, drift)


def test_b15_what_comes_and_goes_is_half_gone_in_its_half_life(make_world, practice, scripted):
    world = make_world({"market.rival.volatility": 0.0, "market.rival.half_life": 365.0})
    firm = opened(world, rival_course=0.2, rival_trend=0.3)
    compete(firm, practice, world, scripted(), 1.0)
    assert firm.rival_course == pytest.approx(0.1)
    assert firm.rival_trend == 0.3


# Two draws of which a standard normal number is made: it is 1.
ONE_SPREAD = {chance.RIVAL: [math.exp(-0.5), 0.25]}


def variance(world, policy, scripted, ticks, years):
    """Return the variance of the course after some ticks, from what a tick keeps and what it adds."""
    calm, shaken = opened(world, rival_course=0.01), opened(world)
    compete(calm, policy, numbers(world, market_rival_volatility=0.0), scripted(), years)
    compete(shaken, policy, world, scripted(ONE_SPREAD), years)
    kept, added, total = calm.rival_course / 0.01, shaken.rival_course, 0.0
    for _ in range(ticks):
        total = kept * kept * total + added * added
    return total


@given(st.floats(0.001, 0.2), st.floats(30.0, 3650.0), st.integers(1, 60))
def test_b15_the_spread_of_the_course_does_not_depend_on_the_length_of_a_tick(
    world, practice, scripted, volatility, half_life, ticks
):
    world = numbers(world, market_rival_volatility=volatility, market_rival_half_life=half_life)
    year = variance(world, practice, scripted, 1, 1.0)
    assert variance(world, practice, scripted, ticks, 1.0 / ticks) == pytest.approx(year, rel=1e-9)


def test_b15_the_course_spreads_as_uhlenbeck_and_ornstein_say(make_world, practice, scripted):
    world = make_world({"market.rival.volatility": 0.06, "market.rival.half_life": 365.0})
    pull = math.log(2.0)  # per year
    for years in (WEEK, 1.0, 100.0):
        expected = 0.06 * 0.06 * (1.0 - math.exp(-2.0 * pull * years)) / (2.0 * pull)
        assert variance(world, practice, scripted, 1, years) == pytest.approx(expected)


def test_b15_the_course_of_rivals_spreads_with_the_root_of_time(make_world, practice, lucks):
    world = make_world({"market.rival.volatility": 0.1, "market.rival.half_life": 3650.0})  # hardly fades
    count = 4000
    for years in (1.0 / 365.0, 4.0 / 365.0):
        courses = []
        for luck in lucks(count):
            firm = opened(world)
            compete(firm, practice, world, luck, years)
            courses.append(firm.rival_course / (0.1 * math.sqrt(years)))
        # five standard errors of a mean and of a mean square of standard normal numbers
        assert abs(sum(courses) / count) < 5.0 / math.sqrt(count)
        squares = sum(course * course for course in courses) / count
        assert squares == pytest.approx(1.0, rel=5.0 * math.sqrt(2.0 / count))


def test_b15_the_course_of_rivals_is_the_same_whatever_the_firm_does(make_world, make_policy, lucks):
    world = make_world({"market.rival.drift": 0.05})
    policies = (make_policy(), make_policy(PROGRAMME | {"price.change": -0.2, "training.skill": 0.9}))
    firms = [opened(world) for _ in policies]
    for luck in lucks(30):
        for firm, policy in zip(firms, policies, strict=True):
            close_tick(firm, policy, TickLedger(customers=10), world, luck, Clock(years=WEEK))
    assert firms[0].rival_course == firms[1].rival_course != 0.0
    assert firms[0].rival_trend == firms[1].rival_trend == pytest.approx(0.05 * 30.0 * WEEK)
    assert firms[0].rival_answer == 0.0 < firms[1].rival_answer


# The state as a whole


def test_b16_four_weeks_are_one_four_week_tick_where_nothing_else_moves(make_world, make_policy, scripted):
    # engagement moves within a tick: what follows from it, turnover, does so from the next tick on
    world = make_world(
        {
            "market.rival.volatility": 0.0,
            "market.rival.drift": 0.1,
            "staff.overload": 0.0,
            "staff.turnover": 0.5,
            "staff.leaving": 0.0,
        }
    )
    world = numbers(world, **FIXED_STAFF)
    policy = make_policy(
        PROGRAMME
        | {
            "training.skill": 0.9,
            "motivation.level": 1.0,
            "capacity.extra": 0.5,
            "feedback.attention": 0.5,
        }
    )
    weekly, monthly = (opened(world, rival_course=0.1, learned=0.1) for _ in range(2))

    def close(firm, weeks):
        total = usual(world, weeks * WEEK, times=1.3)
        total.complaints, total.replies = 20 * weeks, 30 * weeks
        total.reviews, total.review_stars = 5 * weeks, 12 * weeks
        close_tick(firm, policy, total, world, scripted(), Clock(years=weeks * WEEK))

    for _ in range(4):
        close(weekly, 1)
    close(monthly, 4)
    for item in fields(Firm):
        once, four = getattr(monthly, item.name), getattr(weekly, item.name)
        assert once == pytest.approx(four, rel=1e-12, abs=1e-15), item.name


RANGES = {
    f"{prefix}_{path}": (entry.low, entry.high)
    for prefix, kind in (("staff", Staff), ("market_rival", Rival))
    for path, entry in registry(kind)
}
AT_THE_ENDS = st.fixed_dictionaries(
    {
        name: st.one_of(st.sampled_from([low, high]), st.floats(low, high))
        for name, (low, high) in RANGES.items()
    }
)
EVERYTHING = PROGRAMME | {
    "training.skill": 1.0,
    "training.weeks": 0.5,
    "motivation.level": 1.0,
    "capacity.extra": 5.0,
    "feedback.attention": 1.0,
    "recovery.empowerment": 1000.0,
    "price.change": -0.9,
}


@pytest.fixture(scope="module")
def policies(make_policy):
    """Return present practice, and a policy that pulls every lever on the staff to its end."""
    return make_policy(), make_policy(EVERYTHING)


@given(
    values=AT_THE_ENDS,
    place=st.integers(0, 1),
    years=st.sampled_from([1.0 / 365.0, WEEK, 1.0 / 12.0]),
    contacts=st.lists(st.integers(0, 10_000), min_size=1, max_size=12),
    luck=st.floats(1e-15, 1.0 - 1e-15),
)
def test_b16_the_state_stays_in_its_range_at_any_numbers_of_the_registry(
    world, policies, scripted, values, place, years, contacts, luck
):
    world = numbers(world, **values)
    firm, policy = opened(world), replace(policies[place])
    for count in contacts:
        total = TickLedger(
            customers=100, active=90, responses=count, complaints=count, replies=count, claims=count
        )
        total.trust, total.reviews, total.review_stars = 0.9 * count % 90, count, 5 * count
        close_tick(firm, policy, total, world, scripted({chance.RIVAL: [luck, 0.25]}), Clock(years=years))
        hold(policy, firm, world)
        for name in ("skill", "engagement", "utilisation", "learned", "belief"):
            assert 0.0 <= getattr(firm, name) <= 1.0, name
        assert 0.0 <= policy.skill <= 1.0
        assert 0.0 <= policy.utilisation <= 0.95
        assert firm.learned <= world.staff_learnable
        assert 1.0 <= policy.rating <= 5.0
        assert -1.0 <= firm.rival_course <= 1.0
        assert -1.0 <= firm.rival_trend <= 1.0
        assert policy.rival == firm.rival_trend + firm.rival_course + firm.rival_answer
        assert 0.0 <= firm.rival_answer <= world.market_rival_match * offer(policy, world) + 1e-12
        assert 0.0 <= policy.waiting < math.inf


def test_b15_a_deviation_fades_as_any_memory_does(make_world, practice, scripted):
    world = make_world(
        {"market.rival.volatility": 0.0, "market.rival.drift": 0.0, "market.rival.half_life": 100.0}
    )
    daily, yearly = opened(world, rival_course=-0.3), opened(world, rival_course=-0.3)
    for _ in range(365):
        compete(daily, practice, world, scripted(), 1.0 / 365.0)
    compete(yearly, practice, world, scripted(), 1.0)
    assert (
        daily.rival_course
        == pytest.approx(yearly.rival_course)
        == pytest.approx(-0.3 * halving(365.0, 100.0))
    )


def test_groups_of_a_segment_that_meet_the_same_firm_count_as_one():
    usual = Policy(skill=0.37, engagement=0.61, utilisation=0.83, rating=4.21, rival=-0.07)
    whole, parts = TickLedger(active=7), TickLedger(active=7)
    count_state(whole, usual)
    count_state(parts, usual)
    count_other_state(parts, usual, usual, 3.0)
    assert parts == whole
    assert whole.skill == pytest.approx(7 * 0.37)


def test_a_group_counts_the_state_that_it_has_met():
    ledger = TickLedger(active=10)
    usual, trained = Policy(skill=0.5, rating=4.0), Policy(skill=0.8, rating=4.5)
    count_state(ledger, usual)
    count_other_state(ledger, trained, usual, 4.0)
    assert ledger.skill == pytest.approx(6 * 0.5 + 4 * 0.8)
    assert ledger.rating == pytest.approx(6 * 4.0 + 4 * 4.5)
