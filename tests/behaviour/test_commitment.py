"""B5: commitments announced, repeated, kept, broken and paid for."""

import math

import pytest

from sim.behaviour import commitment, events
from sim.behaviour.chance import hyperbola
from sim.behaviour.commitment import (
    NO_DEADLINE,
    check_availability,
    check_delivery,
    check_quality,
    check_response,
    commitment_binds,
    deadline,
    hear_announcements,
    hear_deadline,
    hear_reminder,
    owe,
    promise_publicity,
)
from sim.world.policy import LEVER_BIT

PROMISES = {
    "commitments.delivery.threshold": 2.5,
    "commitments.delivery.payout": 0.5,
    "commitments.response.threshold": 12.0,
    "commitments.response.payout": 0.3,
    "commitments.availability.threshold": 0.999,
    "commitments.availability.payout": 0.4,
    "commitments.quality.threshold": 0.6,
    "commitments.quality.payout": 1.0,
}


def only(attribute):
    return {path: value for path, value in PROMISES.items() if path.startswith(f"commitments.{attribute}.")}


def test_b5_without_a_promise_the_quote_is_the_deadline(world, practice):
    assert deadline(3.0, practice, world) == 3.0


def test_b5_without_quote_or_promise_there_is_no_deadline(make_world, practice):
    assert deadline(3.0, practice, make_world({"service.delivery.quote_publicity": 0.0})) == NO_DEADLINE


@pytest.mark.parametrize(
    ("quote", "promised", "binds"), [(3.0, 2.5, True), (2.5, 2.5, True), (2.0, 2.0, False)]
)
def test_b5_the_tighter_of_quote_and_commitment_counts(world, make_policy, quote, promised, binds):
    policy = make_policy(only("delivery"))
    assert deadline(quote, policy, world) == promised
    assert commitment_binds(promised, policy) == binds


def test_b5_a_quote_alone_is_no_commitment(practice):
    assert not commitment_binds(3.0, practice)


def test_b5_announcements_are_heard_once_and_raise_expectations(world, customer, make_policy, log):
    policy = make_policy(PROMISES)
    before = {name: value for name, value in vars(customer).items() if name.startswith("should_")}
    hear_announcements(customer, policy, world, log, 5.0)
    promised = {
        "speed": commitment.speed_value(2.5, world),
        "quality": 0.6,
        "reliability": 0.999,
        "contact": hyperbola(12.0, world.support_half_time, world.support_steepness),
    }
    for name, level in promised.items():
        gap = max(level - before[f"should_{name}"], 0.0)
        expected = before[f"should_{name}"] + 0.5 * 0.8 * gap
        assert getattr(customer, f"should_{name}") == pytest.approx(expected)
    assert [row[3] for row in log.of(events.PROMISE_MADE)] == [
        events.RESPONSE_TIME,
        events.AVAILABILITY,
        events.QUALITY,
    ]
    heard = dict(vars(customer))
    hear_announcements(customer, policy, world, log, 6.0)
    assert vars(customer) == heard
    assert len(log.rows) == 3


def test_b5_hearing_of_a_commitment_is_exposure_to_it_alone(world, customer, make_policy, log):
    hear_announcements(customer, make_policy(only("quality")), world, log, 0.0)
    assert customer.exposed == customer.heard == LEVER_BIT["commitments.quality"]


def test_b5_without_commitments_nothing_is_heard(world, customer, practice, log):
    before = dict(vars(customer))
    hear_announcements(customer, practice, world, log, 0.0)
    hear_reminder(customer, practice, world)
    assert vars(customer) == before
    assert log.rows == []


def test_b5_repeated_reminders_bring_entitlement_up_to_the_promise(world, customer, make_policy):
    policy = make_policy(only("availability"))
    for _ in range(200):
        hear_reminder(customer, policy, world)
    assert customer.should_reliability == pytest.approx(0.999)


def test_b5_a_deadline_raises_speed_and_reliability(world, make_customer, practice, make_policy, log):
    quoted, committed, untouched = make_customer(), make_customer(), make_customer()
    hear_deadline(quoted, 0.5, practice, world, log, 1.0)
    hear_deadline(committed, 0.5, make_policy({"commitments.delivery.threshold": 0.5}), world, log, 1.0)
    assert untouched.should_speed < quoted.should_speed < committed.should_speed
    assert untouched.should_reliability < quoted.should_reliability < committed.should_reliability
    assert [(row[3], row[4]) for row in log.rows] == [(events.DELIVERY, 0.5)] * 2


@pytest.mark.parametrize("time", [1.0, 2.5])
def test_b5_delivery_in_time_keeps_the_promise(world, customer, make_policy, ledger, log, time):
    check_delivery(customer, 2.5, time, make_policy(only("delivery")), world, ledger, log, 9.0)
    assert (ledger.delivery_kept, ledger.delivery_broken) == (1, 0)
    assert customer.trust > world.reference_trust
    assert customer.episode_promised == customer.episode_paid == 0.0
    assert log.codes == [events.PROMISE_KEPT]


def test_b5_delivery_beyond_the_promise_breaks_it_and_owes_the_payout(
    world, customer, make_policy, ledger, log
):
    check_delivery(customer, 2.5, 3.5, make_policy(only("delivery")), world, ledger, log, 9.0)
    severity = 1.0 - math.exp(-1.0)
    assert (ledger.delivery_kept, ledger.delivery_broken) == (0, 1)
    assert customer.episode_trust_lost == pytest.approx(0.2 * severity * 0.8 * 0.6)
    assert customer.episode_promised == 0.5
    assert log.rows[0][2:5] == (events.PROMISE_BROKEN, events.DELIVERY, 3.5)


def test_b5_a_broken_quote_owes_nothing_and_weighs_by_its_publicity(
    world, make_customer, make_policy, practice, ledger, log
):
    quoted, committed = make_customer(), make_customer()
    check_delivery(quoted, 2.5, 3.5, practice, world, ledger, log, 9.0)
    check_delivery(committed, 2.5, 3.5, make_policy(only("delivery")), world, ledger, log, 9.0)
    assert quoted.episode_promised == 0.0
    assert quoted.episode_trust_lost / committed.episode_trust_lost == pytest.approx(0.5 / 0.8)


def test_b5_a_quote_broken_within_the_commitment_owes_nothing(world, customer, make_policy, ledger, log):
    check_delivery(customer, 2.0, 2.3, make_policy(only("delivery")), world, ledger, log, 9.0)
    assert ledger.delivery_broken == 1
    assert customer.episode_promised == customer.episode_paid == 0.0


def test_b5_availability(world, make_customer, make_policy, practice, ledger, log):
    policy = make_policy(only("availability"))
    kept, broken, unpromised = make_customer(), make_customer(episode_severity=0.5), make_customer()
    check_availability(kept, True, policy, world, ledger, log, 0.0)
    check_availability(broken, False, policy, world, ledger, log, 0.0)
    check_availability(unpromised, False, practice, world, ledger, log, 0.0)
    assert (ledger.availability_kept, ledger.availability_broken) == (1, 1)
    assert kept.trust > world.reference_trust > broken.trust
    assert broken.episode_trust_lost == pytest.approx(0.2 * 0.5 * 0.8 * 0.6)
    assert broken.episode_promised == 0.4
    assert unpromised.trust == world.reference_trust
    assert log.codes == [events.PROMISE_KEPT, events.PROMISE_BROKEN]


def test_b5_quality(world, make_customer, make_policy, practice, ledger, log):
    policy = make_policy(only("quality"))
    kept, broken, unpromised = make_customer(), make_customer(), make_customer()
    check_quality(kept, 0.6, policy, world, ledger, log, 0.0)
    check_quality(broken, 0.3, policy, world, ledger, log, 0.0)
    check_quality(unpromised, 0.3, practice, world, ledger, log, 0.0)
    assert (ledger.quality_kept, ledger.quality_broken) == (1, 1)
    assert kept.trust > world.reference_trust
    assert broken.episode_trust_lost == pytest.approx(0.2 * 0.5 * 0.8 * 0.6)
    assert broken.episode_promised == 1.0
    assert unpromised.trust == world.reference_trust


def test_b5_response(world, make_customer, make_policy, practice, ledger, log):
    policy = make_policy(only("response"))
    kept, broken, unpromised = make_customer(), make_customer(first_promised=0.1), make_customer()
    check_response(kept, 12.0, policy, world, ledger, log, 0.0)
    check_response(broken, 24.0, policy, world, ledger, log, 0.0)
    check_response(unpromised, 24.0, practice, world, ledger, log, 0.0)
    assert (ledger.response_kept, ledger.response_broken) == (1, 1)
    assert kept.trust > world.reference_trust
    # a threshold late is 1 - 1/e
    assert broken.first_trust_lost == pytest.approx(0.2 * (1.0 - math.exp(-1.0)) * 0.8 * 0.6)
    assert broken.first_promised == 0.3
    assert unpromised.trust == world.reference_trust


def test_b5_what_pays_by_itself_and_what_is_claimed(make_customer):
    automatic, claimed = make_customer(), make_customer()
    for payout in (0.2, 0.5, 0.3):
        owe(automatic, payout, 1)
        owe(claimed, payout, 0)
    assert (automatic.episode_paid, automatic.episode_promised) == (0.5, 0.0)
    assert (claimed.episode_paid, claimed.episode_promised) == (0.0, 0.5)


def test_b5_a_vague_commitment_raises_entitlement_and_no_trust(
    world, make_customer, make_policy, ledger, log
):
    policy = make_policy(PROMISES | {"commitments.quality.measurability": 0.0})
    customer = make_customer()
    hear_announcements(customer, policy, world, log, 0.0)
    trust = customer.trust
    check_quality(customer, 0.9, policy, world, ledger, log, 0.0)
    check_quality(customer, 0.1, policy, world, ledger, log, 0.0)
    assert customer.trust == trust


def test_b5_discipline_is_learned_with_its_time_constant(make_policy, plain):
    weeks = 13
    learned = 1.0 - math.exp(-7.0 * weeks / 90.0)
    assert make_policy(only("quality")).quality_discipline == 0.0
    assert make_policy(only("quality"), tick=weeks).quality_discipline == pytest.approx(0.15 * learned)


def test_b5_a_commitment_in_place_of_the_quote_is_told_no_less(make_world, make_policy):
    for quoted, committed, told in ((1.0, 0.4, 1.0), (0.3, 0.4, 0.4)):
        world = make_world({"service.delivery.quote_publicity": quoted})
        policy = make_policy(only("delivery") | {"commitments.delivery.publicity": committed})
        assert promise_publicity(2.5, policy, world) == told
        assert promise_publicity(2.0, policy, world) == quoted  # the quote is tighter, and counts
