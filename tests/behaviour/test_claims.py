"""B5: claims without a cause, and what checks of claims cost the honest."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance, events
from sim.behaviour.claims import claim_without_cause
from sim.behaviour.order import live_order, start_episode
from sim.behaviour.recovery import answer_case
from sim.behaviour.surroundings import Clock, TickLedger
from sim.behaviour.voice import voice_probability
from sim.engine.luck import KeyedLuck
from sim.world.policy import LEVER_BIT

LEVEL = st.floats(0.0, 1.0)
SILENT = SimpleNamespace()
SMALL = 1e-9
CLAIMED, PAID_OUT = {chance.CLAIMS: 0.0}, {chance.CHECKED: 0.9999}
CHECKS = {"recovery.verification": 0.6}
SURE = {f"service.{kind}.rate": 0.0 for kind in ("core", "encounter", "unavailable", "billing")} | {
    "service.delivery.spread": 0.0,
    "service.delivery.tail_share": 0.0,
    "service.quality.spread": 0.0,
    "service.contact.spread": 0.0,
    "survey.order_share": 0.0,
}


@pytest.fixture
def claimed(make_world, make_customer, make_policy, scripted, clock, ledger, log):
    """Return a function that lets an opportunist think of a claim and returns them."""

    def claim(levers=None, script=None, changes=None, compensation=0.5):
        customer = make_customer(opportunist=1, episode_price=40.0)
        world = make_world(changes or {})
        policy = make_policy({"recovery.compensation": compensation} | (levers or {}))
        luck = scripted(CLAIMED | (script or {}))
        claim_without_cause(customer, policy, world, luck, clock, ledger, log, 5.0, 0)
        return customer

    return claim


def test_b5_a_claim_that_is_paid_costs_the_payout_and_its_handling(claimed, ledger, log):
    changes = {"economics.case_cost": 8.0, "economics.compensation_cost": 0.6}
    customer = claimed({"recovery.cost_per_case": 1.0}, PAID_OUT, changes)
    assert (ledger.claims, ledger.claims_paid, ledger.compensations) == (1, 1, 1)
    assert ledger.compensation == pytest.approx(20.0)
    assert ledger.cost == pytest.approx(8.0 + 1.0 + 0.6 * 20.0)
    assert customer.profit == pytest.approx(-ledger.cost)
    assert log.rows[0][2:] == (events.CLAIM, events.PAID, 0.5, 20.0)
    assert log.codes == [events.CLAIM, events.COMPENSATION]


def test_b5_a_claim_that_is_found_out_costs_its_handling_alone(claimed, ledger, log):
    customer = claimed(CHECKS, {chance.CHECKED: 0.6 - SMALL}, {"economics.case_cost": 8.0})
    assert (ledger.claims, ledger.claims_paid, ledger.compensations) == (1, 0, 0)
    assert ledger.cost == 8.0
    assert log.rows == [(0, 5.0, events.CLAIM, events.FOUND_OUT, 0.5, 0.0)]
    assert customer.exposed & LEVER_BIT["recovery.verification"]


COMMITMENT = {"commitments.quality": {"threshold": 0.6, "payout": 0.8}}


@pytest.mark.parametrize(
    ("levers", "draw", "met"),
    [({}, 0.9999, 1), (CHECKS, 0.0, 0), (COMMITMENT, 0.9999, 0)],
    ids=["paid", "found out", "paid by a commitment"],
)
def test_b5_who_is_paid_compensation_without_a_cause_has_met_it(claimed, ledger, levers, draw, met):
    customer = claimed(levers, {chance.CHECKED: draw})
    assert ledger.claims == 1
    assert bool(customer.exposed & LEVER_BIT["recovery.compensation"]) == met


@pytest.mark.parametrize(("draw", "paid"), [(0.6 - SMALL, 0), (0.6 + SMALL, 1)])
def test_b5_checks_find_their_share_out(claimed, ledger, draw, paid):
    claimed(CHECKS, {chance.CHECKED: draw})
    assert ledger.claims_paid == paid


def test_b5_without_checks_every_claim_is_paid(claimed, ledger):
    claimed(script={chance.CHECKED: 1e-12})
    assert ledger.claims_paid == 1


@pytest.mark.parametrize(
    ("levers", "compensation", "payout"),
    [
        ({}, 0.0, 0.0),
        ({}, 0.3, 0.3),
        ({"commitments.delivery": {"threshold": 2.0, "payout": 0.8}}, 0.3, 0.8),
        ({"commitments.delivery": {"threshold": 2.0, "payout": 0.8, "automatic": True}}, 0.3, 0.3),
        ({"commitments.quality": {"threshold": 0.6, "payout": 1.0}}, 0.3, 1.0),
        ({"commitments.response": {"threshold": 6.0, "payout": 1.0}}, 0.3, 0.3),
        ({"commitments.quality": {"threshold": 0.6, "payout": 2.0}}, 0.3, 2.0),
    ],
)
def test_b5_the_more_is_paid_the_more_is_claimed(claimed, ledger, log, levers, compensation, payout):
    changes = {"behaviour.commitment.claims": 0.1}
    probability = 0.1 * min(payout, 1.0)
    claimed(levers, {chance.CLAIMS: probability + SMALL} | PAID_OUT, changes, compensation)
    assert ledger.claims == 0
    if payout > 0.0:
        claimed(levers, {chance.CLAIMS: probability - SMALL} | PAID_OUT, changes, compensation)
        assert ledger.claims == 1
        assert log.of(events.CLAIM)[0][4:] == (payout, pytest.approx(40.0 * payout))


@given(LEVEL, LEVEL, st.floats(0.0, 2.0), st.floats(0.0, 0.5), st.integers(0, 10_000))
def test_b5_checks_never_raise_what_claims_cost(
    world, make_customer, practice, one, other, payout, claims, key
):
    world = SimpleNamespace(**(vars(world) | {"commitment_claims": claims}))
    ledgers = []
    for checks in sorted([one, other]):
        policy = replace(practice, compensation=payout, verification=checks)
        customer, ledger = make_customer(watched=0, opportunist=1), TickLedger()
        for order in range(10):
            luck = KeyedLuck(key, 0, 0)
            start_episode(customer, 40.0, 0.0)
            claim_without_cause(customer, policy, world, luck, Clock(), ledger, SILENT, 0.0, order)
        ledgers.append(ledger)
    lax, strict = ledgers
    assert lax.claims == strict.claims >= lax.claims_paid >= strict.claims_paid
    assert lax.cost >= strict.cost
    assert strict.compensations == strict.claims_paid


@pytest.mark.parametrize(("opportunist", "changes", "claims"), [(1, {}, 1), (0, {}, 0)])
def test_b5_only_opportunists_claim_where_nothing_failed(
    make_world, make_customer, make_policy, scripted, clock, ledger, log, opportunist, changes, claims
):
    world = make_world(SURE | changes)
    customer = make_customer(world, opportunist=opportunist)
    policy = make_policy({"recovery.compensation": 1.0}, SURE)
    live_order(customer, policy, world, scripted(CLAIMED | PAID_OUT), clock, ledger, log, 5.0, 0)
    assert ledger.failures == 0
    assert ledger.claims == claims


def test_b5_where_something_failed_an_opportunist_has_no_need_to_lie(
    make_world, make_customer, make_policy, scripted, clock, ledger, log
):
    world = make_world(SURE | {"service.core.rate": 1.0})
    customer = make_customer(world, opportunist=1)
    policy = make_policy({"recovery.compensation": 1.0}, SURE | {"service.core.rate": 1.0})
    live_order(customer, policy, world, scripted(CLAIMED), clock, ledger, log, 5.0, 0)
    assert (ledger.failures, ledger.claims) == (1, 0)


# One order is paid for once

POOR = SURE | {"service.quality.mean": 0.1, "service.delivery.quote_publicity": 0.0}
GRIEVED = CLAIMED | {chance.VOICE: 0.0, chance.ANSWERED: 0.0, chance.SOLVED: 0.0}


@pytest.fixture
def settled(make_world, make_customer, make_policy, scripted, clock, ledger, log):
    """Return a function that lets an opportunist live a poor order of 30 in which nothing failed."""

    def live(levers, script):
        world, policy = make_world(POOR), make_policy(levers, POOR)
        customer, luck = make_customer(world, opportunist=1), scripted(GRIEVED | script)
        live_order(customer, policy, world, luck, clock, ledger, log, 5.0, 0)
        assert ledger.failures == 0
        if customer.first_due >= 0.0:
            answer_case(customer, policy, world, luck, clock, ledger, log, customer.first_due)
        assert ledger.cases == ledger.complaints
        return [row[4] for row in log.of(events.COMPENSATION)]

    return live


LATE = {"commitments.response": {"threshold": 1.0, "payout": 0.8}}  # half of all answers take longer


def test_b5_after_a_claim_that_was_paid_a_complaint_brings_nothing_more(settled, ledger):
    assert settled({"recovery.compensation": 0.5}, PAID_OUT) == [0.5]
    assert (ledger.complaints, ledger.compensation) == (1, pytest.approx(15.0))


def test_b5_after_a_claim_that_was_paid_a_complaint_brings_the_rest_of_what_is_due(settled, ledger):
    assert settled({"recovery.compensation": 0.5} | LATE, PAID_OUT) == [0.5, pytest.approx(0.3)]
    assert (ledger.complaints, ledger.response_broken) == (1, 1)
    assert ledger.compensation == pytest.approx(0.8 * 30.0)


def test_b5_after_a_claim_that_was_found_out_a_complaint_brings_what_is_due(settled, ledger):
    assert settled({"recovery.compensation": 0.5} | CHECKS, {chance.CHECKED: 0.0}) == [0.5]
    assert (ledger.complaints, ledger.claims, ledger.claims_paid) == (1, 1, 0)


@pytest.mark.parametrize(
    ("compensation", "paid", "claims"), [(0.0, [0.4], 0), (0.4, [0.4], 0), (1.0, [0.4, 0.6], 1)]
)
def test_b5_what_came_by_itself_cannot_be_claimed_again(settled, ledger, compensation, paid, claims):
    automatic = {"commitments.quality": {"threshold": 0.6, "payout": 0.4, "automatic": True}}
    assert settled({"recovery.compensation": compensation} | automatic, PAID_OUT) == pytest.approx(paid)
    assert ledger.claims == claims


# What checks cost the honest


@given(LEVEL, LEVEL, LEVEL)
def test_b5_checks_keep_honest_customers_from_complaining(
    world, make_customer, practice, grieved, one, other
):
    lax, strict = (
        voice_probability(make_customer(), grieved, replace(practice, verification=checks), world)
        for checks in sorted([one, other])
    )
    assert strict <= lax


def test_b5_whom_checks_kept_from_complaining_has_met_them(
    make_world, make_customer, make_policy, scripted, clock, ledger, log
):
    changes = SURE | {"service.core.rate": 1.0}
    world, policy = make_world(changes), make_policy(CHECKS, changes)
    grieved, content = make_customer(world), make_customer(world)
    live_order(grieved, policy, world, scripted({chance.VOICE: 0.9999}), clock, ledger, log, 5.0, 0)
    assert (ledger.silences, grieved.exposed) == (1, LEVER_BIT["recovery.verification"])
    live_order(content, policy, make_world(SURE), scripted(), clock, ledger, log, 5.0, 0)
    assert content.exposed == 0


def test_b16_everybody_who_is_served_meets_what_the_firm_has_learned(
    world, customer, make_policy, scripted, clock, ledger, log
):
    policy = make_policy({"feedback.attention": 1.0})
    live_order(customer, policy, world, scripted(), clock, ledger, log, 5.0, 0)
    assert customer.exposed & LEVER_BIT["feedback"]
