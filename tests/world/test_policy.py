"""From a strategy to the policy that holds in a tick: phases, pilots, groups, learning, targeting."""

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from sim.behaviour.firm import Firm, open_firm, train
from sim.behaviour.surroundings import LEVER_TRAINING
from sim.engine.population import create_population
from sim.engine.records import as_object, world_record
from sim.world.policy import LEVER_BIT, NEVER_EXPIRES, Policy, policy_fields, present_practice, timeline
from sim.world.strategy import ATTRIBUTES, Strategy, lever_names

EVERYTHING = {
    "commitments": {
        name: {"threshold": level, "payout": 0.2, "publicity": 0.7, "cost_per_order": 0.1}
        for name, level in zip(ATTRIBUTES, (2.5, 12.0, 0.99, 0.6), strict=True)
    },
    "recovery": {
        "response_target": 6.0,
        "apology": 0.9,
        "compensation": 0.4,
        "empowerment": 20.0,
        "verification": 0.5,
        "cost_per_case": 3.0,
    },
    "loyalty": {
        "earn_rate": 2.0,
        "reward_points": 80.0,
        "reward_value": 4.0,
        "expiry": 3,
        "endowment": 10.0,
        "cost_per_member": 6.0,
        "tiers": {"gold": {"threshold": 900.0, "bonus": 0.5}, "silver": {"threshold": 300.0, "bonus": 0.2}},
    },
    "training": {"skill": 0.9, "weeks": 10.0, "cost": 36.5},
    "notice": {"foreseen": 0.6, "false_alarms": 0.03, "holds": 0.8, "cost": 0.05},
    "personalisation": {"messages": 20.0, "accuracy": 0.7, "cost": 0.03},
    "retention_contact": {"contacts": 2.0, "risk": 1.5, "gift": 0.1, "cost": 2.0},
    "price": {"change": -0.1},
    "save_offer": {"discount": 0.25, "reached": 0.5, "cost": 1.0},
    "fixed_term": {"periods": 3, "discount": 0.06, "taken": 0.4},
    "payment_reminder": {"rescued": 0.5, "cost": 0.6},
    "bonds": {"strength": 0.3, "cost": 3.65},
    "referral": {"reward": 12.0, "cost": 7.3},
    "advertising": {"boost": 0.4, "cost": 73.0},
    "capacity": {"extra": 0.5, "cost": 1.825},
    "motivation": {"level": 0.8, "cost": 0.365},
    "feedback": {"attention": 0.9, "cost": 0.73},
}


@pytest.fixture(scope="session")
def everything():
    """Return a strategy that pulls every lever."""
    return Strategy(name="everything").replace(EVERYTHING)


@pytest.fixture(scope="session")
def two_segments(plain):
    """Return a scenario with two segments."""
    return plain.replace({"customers.segments": {"old": {"share": 3.0}, "new": {"share": 1.0}}})


def test_every_lever_has_a_bit_of_its_own(everything):
    assert everything.levers() == tuple(lever_names())
    assert sorted(LEVER_BIT.values()) == [1 << place for place in range(len(LEVER_BIT))]
    assert LEVER_BIT["training"] == LEVER_TRAINING


def test_without_levers_present_practice_holds(plain):
    plan = timeline(plain, Strategy(name="nothing"))
    assert plan.policies == (((present_practice(plain)),),) * plain.time.ticks
    assert plan.shares == (1.0,)


def test_present_practice_is_the_scenarios_support(plain):
    practice, support = present_practice(plain), plain.support
    assert practice.levers == 0
    assert practice.response_median == support.response
    assert practice.unanswered == support.unanswered
    assert practice.first_contact == support.first_contact
    assert (practice.apology, practice.compensation) == (support.apology, support.compensation)
    assert practice.programme == practice.delivery_promised == practice.trained == 0
    assert (practice.price_level, practice.term_periods) == (1.0, 1)
    untouched = {item.name for item in fields(Policy) if getattr(practice, item.name) == item.default}
    assert {item.name for item in fields(Policy)} - untouched == {
        "response_median",
        "unanswered",
        "first_contact",
        "apology",
        "compensation",
    }


def test_all_levers_in_the_first_tick(plain, everything):
    policy = timeline(plain, everything).policies[0][0]
    assert policy.levers == sum(LEVER_BIT.values())
    assert (policy.delivery_threshold, policy.response_threshold) == (2.5, 12.0)
    assert (policy.availability_threshold, policy.quality_threshold) == (0.99, 0.6)
    assert policy.delivery_publicity == 0.7
    assert policy.commitment_cost == pytest.approx(0.4)
    # nine of ten log-normal answers within the target
    assert policy.response_median == pytest.approx(6.0 * math.exp(-1.2815515655 * 0.8))
    assert policy.unanswered == pytest.approx(0.1 * plain.support.unanswered)
    assert (policy.apology, policy.compensation, policy.extra_case_cost) == (0.9, 0.4, 3.0)
    # what may be spent, 20, against decisions of exponential cost with mean 0.5 · 30
    assert policy.first_contact == pytest.approx(0.6 + 0.4 * (1.0 - math.exp(-20.0 / 15.0)))
    # the mean of an exponential cost of mean 15 that stays below 20
    inside = integrate.quad(lambda cost: cost * math.exp(-cost / 15.0) / 15.0, 0.0, 20.0)[0]
    assert policy.decision_cost == pytest.approx(inside / (1.0 - math.exp(-20.0 / 15.0)))
    assert (policy.programme, policy.earn_rate, policy.reward_points, policy.reward_value) == (
        1,
        2.0,
        80.0,
        4.0,
    )
    assert (policy.expiry, policy.endowment, policy.member_cost) == (3, 10.0, 6.0)
    assert (policy.tiers, policy.first_tier, policy.second_tier) == (2, 300.0, 900.0)
    assert (policy.first_bonus, policy.second_bonus) == (0.2, 0.5)
    assert (policy.trained, policy.training_skill, policy.training_weeks) == (1, 0.9, 10.0)
    assert policy.verification == 0.5
    # training, bonds, referral, capacity, motivation and feedback, per day: 0.1 + 0.01 + 0.02 + ...
    assert policy.running_cost == pytest.approx((0.1 + 0.01 + 0.02 + 0.005 + 0.001 + 0.002) * 7.0)
    for name in ATTRIBUTES:
        assert getattr(policy, f"{name}_discipline") == 0.0


def test_the_levers_beyond_an_order_in_the_first_tick(plain, everything):
    policy = timeline(plain, everything).policies[0][0]
    assert (policy.notice_foreseen, policy.notice_false_alarms) == (0.6, 0.03)
    assert (policy.notice_holds, policy.notice_cost) == (0.8, 0.05)
    assert (policy.messages, policy.message_accuracy, policy.message_cost) == (20.0, 0.7, 0.03)
    assert (policy.retention_contacts, policy.retention_risk) == (2.0, 1.5)
    assert (policy.retention_gift, policy.retention_cost) == (0.1, 2.0)
    assert policy.price_level == pytest.approx(0.9)
    assert (policy.save_reached, policy.save_discount, policy.save_cost) == (0.5, 0.25, 1.0)
    assert (policy.term_periods, policy.term_discount, policy.term_taken) == (3, 0.06, 0.4)
    assert (policy.reminder_rescued, policy.reminder_cost) == (0.5, 0.6)
    assert (policy.bonds, policy.referral_reward) == (0.3, 12.0)
    assert (policy.advertising, policy.advertising_cost) == (0.4, pytest.approx(73.0 / 365.0 * 7.0))
    assert (policy.capacity, policy.motivation, policy.feedback) == (0.5, 0.8, 0.9)


def test_each_lever_alone_changes_the_policy(plain, everything):
    whole = timeline(plain, everything).policies[20][0]
    for lever in everything.levers():
        part = timeline(plain, everything.without(lever)).policies[20][0]
        changed = {
            item.name for item in fields(Policy) if getattr(part, item.name) != getattr(whole, item.name)
        }
        assert changed > {"levers"}, lever
        assert not part.levers & LEVER_BIT[lever]


def test_discipline_is_learned(plain, everything):
    plan = timeline(plain, everything)
    for tick in (0, 10, 52, 103):
        policy = plan.policies[tick][0]
        weeks = float(tick)
        assert policy.quality_discipline == pytest.approx(0.15 * (1.0 - math.exp(-7.0 * weeks / 90.0)))


def trained(scenario, strategy, ticks):
    """Return the skill of the staff at the start of each tick, of a firm whose staff stays."""
    scenario = scenario.replace({"mechanisms.turnover": False}).effective()
    world = as_object(world_record(scenario)[0])
    years, firm, skills = scenario.time.tick_days / 365.0, Firm(), []
    open_firm(firm, world)
    for row in timeline(scenario, strategy).policies[:ticks]:
        skills.append(firm.skill)
        train(firm, row[0], world, years)
    return skills


def test_b16_skill_is_learned_while_there_is_training(plain, everything):
    for week, skill in enumerate(trained(plain, everything, 104)):
        assert skill == pytest.approx(0.9 - 0.3 * math.exp(-week / 10.0))


@pytest.mark.parametrize(("tick", "count"), [("day", 365), ("week", 52), ("month", 12)])
def test_there_is_a_policy_for_every_tick(plain, everything, tick, count):
    scenario = plain.replace({"time.tick": tick, "time.horizon": 1.0})
    plan = timeline(scenario, everything)
    assert len(plan.policies) == count
    half = plan.policies[count // 2][0]
    days = count // 2 * scenario.time.tick_days
    assert half.quality_discipline == pytest.approx(0.15 * (1.0 - math.exp(-days / 90.0)))
    assert trained(scenario, everything, count)[count // 2] == pytest.approx(
        0.9 - 0.3 * math.exp(-days / 70.0)
    )


def test_phases_hold_from_their_start_until_the_next(plain):
    strategy = Strategy(name="phased").replace(
        {
            "recovery.apology": 0.9,
            "training.skill": 0.9,
            "phases": {"late": {"start": 8.0}, "early": {"start": 4.0, "levers": ["recovery.apology"]}},
        }
    )
    plan = timeline(plain, strategy)
    levers = [row[0].levers for row in plan.policies]
    apology, both = LEVER_BIT["recovery.apology"], LEVER_BIT["recovery.apology"] | LEVER_BIT["training"]
    assert levers == [0] * 4 + [apology] * 4 + [both] * (plain.time.ticks - 8)
    skills = trained(plain, strategy, 20)
    assert skills[8] == plain.support.skill
    assert skills[18] == pytest.approx(0.9 - 0.3 * math.exp(-10.0 / 8.0))


def test_learning_counts_from_when_a_lever_is_first_on(plain):
    strategy = Strategy(name="phased").replace(
        {
            "recovery.apology": 0.9,
            "training.skill": 0.9,
            "commitments.quality.threshold": 0.5,
            "phases": {
                "early": {"start": 4.0, "levers": ["training", "commitments.quality"]},
                "late": {"start": 8.0},
            },
        }
    )
    assert trained(plain, strategy, 21)[20] == pytest.approx(0.9 - 0.3 * math.exp(-16.0 / 8.0))
    policy = timeline(plain, strategy).policies[20][0]
    assert policy.quality_discipline == pytest.approx(0.15 * (1.0 - math.exp(-7.0 * 16.0 / 90.0)))


def test_a_phase_may_have_no_levers(plain, everything):
    phases = {"on": {"start": 0.0}, "off": {"start": 4.0, "levers": []}}
    plan = timeline(plain, everything.replace({"phases": phases}))
    assert plan.policies[3][0].levers != 0
    assert plan.policies[4][0] == present_practice(plain)


def test_a_pilot_reaches_its_share_of_customers(plain, everything):
    scenario = plain.replace({"customers.count": 20_000})
    plan = timeline(scenario, everything.replace({"eligibility.share": 0.3}))
    assert plan.shares == (0.3, 1.0)
    treated, control = plan.policies[0]
    assert treated.levers != 0
    assert control == present_practice(scenario)
    groups = create_population(scenario, plan, 5)["group"]
    # five standard errors of a share
    assert abs((groups == 0).mean() - 0.3) < 5.0 * math.sqrt(0.3 * 0.7 / 20_000)


def test_a_roll_out_only_adds_customers(plain, everything):
    strategy = everything.replace(
        {
            "eligibility.share": 0.8,
            "phases": {"pilot": {"start": 0.0, "share": 0.25}, "all": {"start": 10.0}},
        }
    )
    plan = timeline(plain, strategy)
    assert plan.shares == (0.2, 0.8, 1.0)
    assert [policy.levers != 0 for policy in plan.policies[0]] == [True, False, False]
    assert [policy.levers != 0 for policy in plan.policies[10]] == [True, True, False]


def test_segments_that_are_not_eligible_keep_present_practice(two_segments, everything):
    plan = timeline(
        two_segments, everything.replace({"eligibility.segments": ["new"], "eligibility.share": 0.5})
    )
    assert plan.segments == 2
    assert [policy.levers != 0 for policy in plan.policies[0]] == [False, False, True, False]


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_groups_cover_all_draws_in_order(plain, everything, eligible, share):
    strategy = everything.replace({"eligibility.share": eligible, "phases": {"a": {"share": share}}})
    plan = timeline(plain.replace({"time.horizon": 0.05}), strategy)
    assert plan.shares[-1] == 1.0
    assert list(plan.shares) == sorted(set(plan.shares))
    for row in plan.policies:
        assert len(row) == len(plan.shares)
        for limit, policy in zip(plan.shares, row, strict=True):
            assert (policy.levers != 0) == (limit <= eligible * share)


def test_the_population_is_the_same_under_every_strategy_but_for_its_groups(two_segments, everything):
    one = create_population(two_segments, timeline(two_segments, Strategy(name="nothing")), 9)
    other = create_population(
        two_segments, timeline(two_segments, everything.replace({"eligibility.share": 0.5})), 9
    )
    for name in one.dtype.names:
        if name != "group":
            assert (one[name] == other[name]).all(), name


def test_points_that_never_expire_and_parts_that_are_off(plain):
    strategy = Strategy(name="points").replace({"loyalty": {}})
    policy = timeline(plain, strategy).policies[0][0]
    assert (policy.expiry, policy.endowment, policy.tiers) == (NEVER_EXPIRES, 0.0, 0)
    assert strategy.levers() == ("loyalty.points",)


def test_the_fields_of_a_policy_are_flat_numbers():
    assert {kind for _, kind in policy_fields()} == {int, float}
    assert [name for name, _ in policy_fields()] == [item.name for item in fields(Policy)]
    for name, kind in policy_fields():
        assert isinstance(getattr(Policy(), name), kind)
