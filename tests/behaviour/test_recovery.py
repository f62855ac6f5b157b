"""B7 and B8: a case from complaint to judgement, and where recovery ends."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance, events
from sim.behaviour.cases import open_cases
from sim.behaviour.churn import add_shock, hazard_ratio
from sim.behaviour.memory import remember
from sim.behaviour.recovery import (
    NO_DRAW,
    answer_case,
    compensate_at_once,
    judge,
    open_case,
    pay,
    repair,
    response_hours,
)
from sim.behaviour.surroundings import TickLedger
from sim.world.policy import LEVER_BIT

LEVEL = st.floats(0.0, 1.0)
SOLVED = {"support.first_contact": 1.0, "support.unanswered": 0.0}


def complaint(make_customer, **values):
    """Return a customer whose episode in hand went wrong."""
    episode = {
        "episode_price": 40.0,
        "episode_severity": 0.4,
        "episode_failure": events.DELAY,
        "episode_before": 0.7,
        "episode_after": 0.4,
        "episode_trust_lost": 0.05,
        "episode_shock": 0.88,
        "trust": 0.55,
        "shock": 0.88,
    }
    return make_customer(**(episode | values))


def case(make_customer, **values):
    """Return a customer with that episode as an open case due at hour 24."""
    slot = {
        "first_due": 24.0,
        "first_answered": 1,
        "first_price": 40.0,
        "first_severity": 0.4,
        "first_failure": events.DELAY,
        "first_before": 0.7,
        "first_after": 0.4,
        "first_trust_lost": 0.05,
        "first_shock": 0.88,
        "trust": 0.55,
        "shock": 0.88,
    }
    return make_customer(**(slot | values))


def test_b7_the_median_answer_takes_the_policys_median(world, practice, scripted):
    assert response_hours(practice, world, scripted(), 0) == pytest.approx(24.0)


def test_b7_answer_times_are_log_normal(world, practice, lucks):
    count = 10_000
    logs = [math.log(response_hours(practice, world, luck, 0) / 24.0) for luck in lucks(count)]
    # five standard errors of a mean and of a mean square
    assert abs(sum(logs) / count) < 5.0 * 0.8 / math.sqrt(count)
    squares = sum(value * value for value in logs) / count
    assert squares == pytest.approx(0.64, rel=5.0 * math.sqrt(2.0 / count))


def test_b7_nine_of_ten_answers_come_within_the_target(world, make_policy, lucks):
    policy = make_policy({"recovery.response_target": 6.0})
    count = 10_000
    within = sum(response_hours(policy, world, luck, 0) <= 6.0 for luck in lucks(count)) / count
    assert abs(within - 0.9) < 5.0 * math.sqrt(0.9 * 0.1 / count)


def test_b5_a_promise_to_answer_in_time_shortens_late_answers_only(world, make_policy, scripted):
    late = make_policy({"commitments.response.threshold": 12.0}, tick=100)
    early = make_policy({"commitments.response.threshold": 36.0}, tick=100)
    assert response_hours(late, world, scripted(), 0) == pytest.approx(24.0 - late.response_discipline * 12.0)
    assert response_hours(early, world, scripted(), 0) == pytest.approx(24.0)


def test_b7_a_case_holds_the_episode(world, make_customer, practice, scripted, ledger):
    customer = complaint(
        make_customer,
        episode_promised=0.3,
        episode_external=1,
        episode_repeated=1,
        episode_paradox=1,
        pace=0.7,
    )
    assert open_case(customer, practice, world, scripted(), ledger, 10.0, 0, 2, 0.42) == NO_DRAW
    assert customer.first_pace == 0.7
    assert open_cases(customer) == 1
    assert customer.first_due == pytest.approx(34.0)
    assert (customer.first_opened, customer.first_number, customer.first_exit_draw) == (10.0, 2, 0.42)
    assert (customer.first_answered, customer.first_attempts) == (1, 0)
    for name in (
        "price",
        "severity",
        "failure",
        "shock",
        "paid",
        "repeated",
        "paradox",
        "before",
        "after",
        "trust_lost",
        "promised",
    ):
        assert getattr(customer, f"first_{name}") == getattr(customer, f"episode_{name}"), name


def test_b7_a_complaint_nobody_answers_waits_until_the_customer_gives_up(
    world, make_customer, make_policy, scripted, ledger
):
    customer = complaint(make_customer)
    silent = make_policy(changes={"support.unanswered": 1.0})
    open_case(customer, silent, world, scripted(), ledger, 10.0, 0, 0, 0.42)
    assert customer.first_answered == 0
    assert customer.first_due == pytest.approx(10.0 + 24.0 * world.support_give_up)


def test_b7_a_second_case_waits_behind_the_first(world, make_customer, practice, scripted, ledger):
    customer = complaint(make_customer)
    open_case(customer, practice, world, scripted(), ledger, 10.0, 0, 0, 0.1)
    customer.episode_severity = 0.6
    open_case(customer, practice, world, scripted(), ledger, 12.0, 0, 1, 0.2)
    assert (customer.first_opened, customer.second_opened) == (10.0, 12.0)
    assert (customer.first_severity, customer.second_severity) == (0.4, 0.6)
    assert (customer.first_exit_draw, customer.second_exit_draw) == (0.1, 0.2)


def test_b7_a_later_complaint_that_is_answered_sooner_comes_first(
    world, make_customer, practice, make_policy, scripted, ledger
):
    customer = complaint(make_customer)
    open_case(customer, practice, world, scripted(), ledger, 10.0, 0, 0, 0.1)
    fast = make_policy({"recovery.response_target": 1.0})
    open_case(customer, fast, world, scripted(), ledger, 12.0, 0, 1, 0.2)
    assert (customer.first_opened, customer.second_opened) == (12.0, 10.0)
    assert customer.first_due < customer.second_due


def test_b7_a_third_case_merges_into_the_later_one(world, make_customer, practice, scripted, ledger):
    customer = complaint(make_customer)
    for order, draw in enumerate((0.1, 0.2)):
        open_case(customer, practice, world, scripted(), ledger, 10.0 + order, 0, order, draw)
    due = (customer.first_due, customer.second_due)
    customer.episode_severity, customer.episode_after = 0.9, 0.1
    customer.episode_trust_lost, customer.episode_promised = 0.02, 0.5
    assert open_case(customer, practice, world, scripted(), ledger, 12.0, 0, 2, 0.3) == 0.3
    assert ledger.merged == 1
    assert (customer.first_due, customer.second_due) == due
    assert (customer.second_severity, customer.second_after) == (0.9, 0.1)
    assert customer.second_trust_lost == pytest.approx(0.07)
    assert customer.second_promised == 0.5
    assert (customer.first_severity, customer.first_after) == (0.4, 0.4)
    assert customer.second_exit_draw == 0.2


def test_b7_a_merged_case_keeps_what_was_worse(world, make_customer, practice, scripted, ledger):
    customer = complaint(make_customer, episode_promised=0.5)
    for order in range(2):
        open_case(customer, practice, world, scripted(), ledger, 10.0 + order, 0, order, 0.1)
    customer.episode_severity, customer.episode_after, customer.episode_promised = 0.1, 0.6, 0.0
    open_case(customer, practice, world, scripted(), ledger, 12.0, 0, 2, 0.3)
    assert (customer.second_severity, customer.second_after, customer.second_promised) == (0.4, 0.4, 0.5)


def test_b7_an_answer_that_solves_the_problem(
    world, make_customer, make_policy, scripted, clock, ledger, log
):
    customer = case(make_customer, first_exit_draw=0.3)
    policy = make_policy({"recovery.compensation": 0.5}, SOLVED)
    draw = answer_case(customer, policy, world, scripted(), clock, ledger, log, 24.0)
    assert draw == 0.3
    assert open_cases(customer) == 0
    assert log.codes == [events.RESPONSE, events.APOLOGY, events.COMPENSATION, events.RESOLVED]
    assert (ledger.responses, ledger.resolved, ledger.reopened, ledger.abandoned) == (1, 1, 0, 0)
    assert ledger.response_hours == 24.0
    assert ledger.compensation == 20.0
    assert ledger.cost == pytest.approx(8.0 + 20.0)
    assert customer.apologies == 1.0
    assert customer.expected_success == pytest.approx(0.65)
    assert customer.exposed == LEVER_BIT["recovery.compensation"]
    # an answer after the half-time of the channel was worth one half
    assert customer.will_contact == pytest.approx(0.78 + 0.15 * (0.5 - 0.78))


def test_b7_an_answer_that_does_not_solve_it_is_reopened_twice_and_then_given_up(
    world, make_customer, make_policy, scripted, clock, ledger, log
):
    customer = case(make_customer)
    policy = make_policy(changes={"support.first_contact": 0.0})
    hours = []
    while open_cases(customer) > 0:
        hours.append(customer.first_due)
        answer_case(customer, policy, world, scripted(), clock, ledger, log, customer.first_due)
    assert hours == pytest.approx([24.0, 48.0, 72.0])
    assert (ledger.responses, ledger.resolved, ledger.reopened) == (3, 0, 2)
    assert log.codes[-1] == events.ABANDONED
    assert log.codes.count(events.REOPENED) == 2
    assert customer.expected_success == pytest.approx(0.35)


def test_b7_an_unanswered_complaint_is_abandoned_without_cost(
    world, make_customer, practice, scripted, clock, ledger, log
):
    customer = case(make_customer, first_answered=0, first_exit_draw=0.7)
    assert answer_case(customer, practice, world, scripted(), clock, ledger, log, 336.0) == 0.7
    assert log.codes == [events.ABANDONED]
    assert (ledger.abandoned, ledger.responses, ledger.insulted) == (1, 0, 1)
    assert ledger.cost == 0.0
    assert customer.justice == 0.0


def test_b5_what_a_commitment_promised_is_paid_when_it_is_claimed(
    world, make_customer, make_policy, scripted, clock, ledger, log
):
    customer = case(make_customer, first_promised=0.5)
    answer_case(customer, make_policy(changes=SOLVED), world, scripted(), clock, ledger, log, 24.0)
    assert ledger.compensation == pytest.approx(0.5 * 40.0)


@pytest.mark.parametrize(("share_of_luck", "cost"), [(0.5, 0.0), (0.61, 7.0), (0.95, 0.0)])
def test_b18_what_staff_decide_on_their_own_costs_where_it_solves(
    world, make_customer, make_policy, scripted, clock, ledger, log, share_of_luck, cost
):
    # six of ten answers solve the problem anyway, another three in ten by a decision of the staff
    policy = replace(make_policy(), first_contact=0.9, decision_cost=7.0, compensation=0.0)
    luck = scripted({chance.SOLVED: share_of_luck})
    answer_case(case(make_customer), policy, world, luck, clock, ledger, log, 24.0)
    assert ledger.cost == pytest.approx(world.economics_case_cost + cost)
    assert ledger.resolved == (1 if share_of_luck < 0.9 else 0)


def test_b18_payment_costs_what_its_kind_costs(make_world, make_customer, clock, ledger, log):
    world = make_world({"economics.compensation_cost": 0.6})
    customer = make_customer()
    pay(customer, 0.5, 40.0, world, clock, ledger, log, 3.0)
    assert (ledger.compensations, ledger.compensation) == (1, 20.0)
    assert ledger.cost == pytest.approx(12.0)
    assert log.rows == [(0, 3.0, events.COMPENSATION, events.NOTHING, 0.5, 20.0)]


def handled(make_customer, world, ledger, justice=None, solved=True, **values):
    """Return a customer after a judgement in which all three parts were worth the same."""
    customer = case(make_customer, **values)
    parts = (justice, justice, justice)
    judge(customer, *parts, solved, world, ledger, 24.0)
    return customer


def test_b7_full_justice_brings_back_the_satisfaction_before(world, make_customer, ledger):
    customer = handled(make_customer, world, ledger, justice=0.8)
    assert customer.last_satisfaction == pytest.approx(0.7)
    assert customer.satisfaction == pytest.approx(0.7)
    assert customer.justice == pytest.approx(0.8)
    assert ledger.insulted == 0


def test_b8_perfect_justice_lifts_satisfaction_above_before_only_where_the_paradox_is_possible(
    world, make_customer, ledger
):
    assert handled(make_customer, world, ledger, justice=1.0, first_paradox=1).last_satisfaction > 0.7
    assert handled(make_customer, world, ledger, justice=1.0, first_paradox=0).last_satisfaction == 0.7


@given(LEVEL, st.booleans(), st.integers(0, 1))
def test_b8_recovery_never_gives_trust_and_hazard_back_in_full(
    world, make_customer, justice, solved, paradox
):
    customer = handled(
        make_customer, world, TickLedger(), justice=justice, solved=solved, first_paradox=paradox
    )
    # trust stood at 0.55 + 0.05 before the failure, the shock at 0
    assert customer.trust < 0.6
    assert customer.shock > 0.0


def test_b8_the_unsolved_keep_a_part_of_justice(world, make_customer, ledger):
    customer = handled(make_customer, world, ledger, justice=1.0, solved=False)
    assert customer.justice == pytest.approx(0.15)


def test_b8_double_deviation_is_worse_than_the_failure_alone(world, make_customer, ledger):
    customer = handled(make_customer, world, ledger, justice=0.0, solved=False)
    assert ledger.insulted == 1
    # a second loss of half of 0.8 of the first: 0.4 - 0.4 · 0.3
    assert customer.last_satisfaction == pytest.approx(0.4 - 0.4 * 0.3)
    assert customer.trust == pytest.approx(0.55 - 0.4 * 0.05)
    # a shock of 2.2 · 0.4 · 0.4, for which 0.88 of the limit of 3 leave less room
    assert customer.shock == pytest.approx(0.88 + 2.2 * 0.4 * 0.4 * (1.0 - 0.88 / 3.0))


def test_b8_a_complaint_ignored_hurts_more_than_silence(
    world, make_customer, practice, scripted, clock, ledger, log
):
    silent = complaint(make_customer)
    remember(silent, silent.episode_after, world)
    ignored = case(make_customer, first_answered=0)
    answer_case(ignored, practice, world, scripted(), clock, ledger, log, 0.0)
    good = case(make_customer)
    judge(good, 0.8, 0.8, 0.8, True, world, ledger, 0.0)
    assert ignored.satisfaction < silent.satisfaction < good.satisfaction
    assert ignored.trust < silent.trust < good.trust
    hazards = [hazard_ratio(customer, practice, world) for customer in (ignored, silent, good)]
    assert hazards[0] > hazards[1] > hazards[2]


@given(LEVEL, LEVEL)
def test_b7_more_justice_never_leaves_less(world, make_customer, one, other):
    less = handled(make_customer, world, TickLedger(), justice=min(one, other))
    more = handled(make_customer, world, TickLedger(), justice=max(one, other))
    assert less.trust <= more.trust
    assert less.shock >= more.shock
    assert less.last_satisfaction <= more.last_satisfaction + 1e-15
    assert less.satisfaction <= more.satisfaction + 1e-15


def test_b8_repair_at_hand_computed_points(world, make_customer):
    customer = make_customer(trust=0.55, shock=0.88)
    repair(customer, 0.5, 0.88, 0.05, 0.0, world)
    # 0.8 · 0.5 of 0.05 back, and of a shock of 0.88 taken away
    assert customer.trust == pytest.approx(0.55 + 0.4 * 0.05)
    assert customer.shock == pytest.approx(0.88 - 0.4 * 0.88)


def test_b8_repair_takes_away_only_what_is_left_of_the_shock(world, make_customer):
    half_life = 24.0 * world.churn_shock_half_life
    customer = make_customer(trust=0.55, shock=0.44)
    repair(customer, 0.5, 0.88, 0.05, half_life, world)
    assert customer.shock == pytest.approx(0.44 - 0.4 * 0.44)


def test_b8_repair_stops_at_the_ceiling_of_trust_and_at_no_shock(world, make_customer):
    customer = make_customer(trust=0.79, trust_ceiling=0.8, shock=0.01)
    repair(customer, 1.0, 1.0, 0.5, 0.0, world)
    assert (customer.trust, customer.shock) == (0.8, 0.0)


def test_b8_a_well_handled_second_failure_does_not_leave_a_customer_calmer_than_before(world, make_customer):
    customer = make_customer(shock=1.54)
    added = add_shock(customer, 0.7, world)
    assert 0.0 < added < 2.2 * 0.7  # shocks saturate
    repair(customer, 1.0, added, 0.0, 0.0, world)
    assert customer.shock == pytest.approx(1.54 + 0.2 * added)


@pytest.mark.parametrize("justice", [-1.0, 0.0])
def test_b8_injustice_repairs_nothing(world, make_customer, justice):
    customer = make_customer(trust=0.55, shock=0.88)
    repair(customer, justice, 0.88, 0.05, 0.0, world)
    assert (customer.trust, customer.shock) == (0.55, 0.88)


def test_b5_what_pays_by_itself_recovers_on_the_spot(world, make_customer, practice, clock, ledger, log):
    customer = complaint(make_customer, episode_paid=1.0)
    compensate_at_once(customer, practice, world, clock, ledger, log, 5.0)
    assert log.codes == [events.COMPENSATION]
    assert ledger.compensation == 40.0
    # 0.5 · 1 + 0.2 · 1.1 · 1: no word comes with it
    assert customer.episode_after == pytest.approx(0.4 + 0.3 * 0.72 / 0.8)
    assert customer.episode_severity == pytest.approx(0.4 * (1.0 - 0.72))
    assert 0.55 < customer.trust < 0.6
    assert 0.0 < customer.shock < 0.88


def test_b5_the_automatic_bonus_makes_the_same_payment_fairer(
    make_world, make_customer, practice, clock, ledger, log
):
    levels = []
    for bonus in (0.0, 0.1, 0.3):
        customer = complaint(make_customer, episode_paid=0.3)
        world = make_world({"behaviour.commitment.automatic_bonus": bonus})
        compensate_at_once(customer, practice, world, clock, ledger, log, 5.0)
        levels.append(customer.episode_after)
    assert levels == sorted(set(levels))


def test_b5_a_complaint_after_an_automatic_payout_brings_only_the_rest(
    world, make_customer, practice, clock, ledger, log, scripted
):
    customer = case(make_customer, first_paid=0.06)
    policy = replace(practice, compensation=0.1, first_contact=1.0)
    answer_case(customer, policy, world, scripted(), clock, ledger, log, 24.0)
    assert ledger.compensation == pytest.approx(0.04 * 40.0)


def test_b5_a_complaint_after_a_full_payout_brings_nothing_more(
    world, make_customer, practice, clock, ledger, log, scripted
):
    customer = case(make_customer, first_paid=1.0)
    policy = replace(practice, compensation=0.1, first_contact=1.0)
    answer_case(customer, policy, world, scripted(), clock, ledger, log, 24.0)
    assert ledger.compensation == 0.0
    assert events.COMPENSATION not in log.codes
