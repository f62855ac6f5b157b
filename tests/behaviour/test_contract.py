"""B13, with a contract: renewals, what binds, the price of a period, offers to those who give notice."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance, events
from sim.behaviour.churn import deal_push, exit_probability, hazard_ratio, price_push
from sim.behaviour.contract import NEVER, pay_as_usual, pay_period, renew_or_leave, renewal_hour
from sim.behaviour.loyalty import consider_joining, deal, enjoy_deal
from sim.behaviour.order import live_order
from sim.behaviour.recovery import answer_case
from sim.behaviour.surroundings import Clock, TickLedger
from sim.behaviour.tick import taken_away
from sim.engine.records import as_object, clock_records
from sim.world.policy import LEVER_BIT

LEVEL = st.floats(0.0, 1.0)
PERIOD = 24.0 * 365.0
CONTRACT = {"customers.relation": "contractual", "customers.contract.period": 365.0}
SAVE = {"save_offer.discount": 0.2, "save_offer.reached": 0.7, "save_offer.cost": 3.0}
TERM = {"fixed_term.periods": 3, "fixed_term.discount": 0.1, "fixed_term.taken": 0.4}
REACHED, MISSED = {chance.SAVED: 0.0}, {chance.SAVED: 0.9999}
TAKEN = {chance.TERM: 0.0}
SILENT = SimpleNamespace()
SMALL = 1e-9


@pytest.fixture(scope="module")
def contracts(make_world):
    """Return the numbers of a world with contracts and easy weights."""
    return make_world(CONTRACT | {"behaviour.churn.price": 2.0, "behaviour.churn.deal": 8.0})


@pytest.fixture
def renew(contracts, make_policy, scripted, clock, ledger, log):
    """Return a function that lets a contract come up for renewal."""

    def come_up(customer, levers=None, exit_draw=0.5, script=None, hour=PERIOD, renewal=0):
        policy = make_policy(levers or {}, CONTRACT)
        renew_or_leave(
            customer,
            policy,
            contracts,
            scripted(script or {}),
            clock,
            ledger,
            log,
            hour,
            renewal,
            exit_draw,
        )

    return come_up


def subscriber(make_customer, **values):
    """Return somebody with a contract of 100 a period."""
    return make_customer(**({"period_price": 100.0, "exit_force": 0.2} | values))


# When


def test_b13_without_a_contract_nothing_is_renewed(world, customer):
    assert renewal_hour(customer, 0.0, world) == NEVER


@pytest.mark.parametrize(
    ("start", "hour", "due"),
    [
        (0.0, 0.0, PERIOD),
        (0.0, PERIOD, PERIOD),
        (0.0, PERIOD + 1.0, 2.0 * PERIOD),
        (1000.0, 1000.0, 1000.0 + PERIOD),
        (-0.25 * PERIOD, 0.0, 0.75 * PERIOD),
        (-0.25 * PERIOD, 0.75 * PERIOD + 1.0, 1.75 * PERIOD),
    ],
)
def test_b13_contracts_are_renewed_a_period_after_their_start(contracts, make_customer, start, hour, due):
    assert renewal_hour(make_customer(contract_start=start), hour, contracts) == due


@given(st.floats(-1.0, 5.0), st.floats(0.0, 5.0))
def test_b13_the_next_renewal_lies_ahead_and_within_a_period(contracts, make_customer, start, after):
    customer = make_customer(contract_start=start * PERIOD)
    hour = max(start, 0.0) * PERIOD + after * PERIOD
    due = renewal_hour(customer, hour, contracts)
    assert hour <= due <= max(hour + PERIOD, (start + 1.0) * PERIOD) + 1e-6
    periods = (due - customer.contract_start) / PERIOD
    assert periods == pytest.approx(round(periods), abs=1e-9)
    assert periods > 0.5  # the start itself is no renewal


# The price of a period


def test_b18_a_period_brings_its_price_and_a_discount_comes_out_of_the_margin(
    contracts, make_customer, make_policy, clock, ledger
):
    customer = subscriber(make_customer, discount=0.2)
    policy = make_policy({"price.change": 0.1}, CONTRACT)
    assert pay_period(customer, 1.0, policy, contracts, clock, ledger) == pytest.approx(88.0)
    assert customer.revenue == ledger.revenue == pytest.approx(88.0)
    # what a period costs is 70 % of its usual price, whatever is charged
    assert customer.profit == ledger.margin == pytest.approx(88.0 - 70.0)
    assert customer.usual_price == pytest.approx(0.88)
    assert customer.exposed == LEVER_BIT["price"]


@given(st.floats(0.0, 0.9), st.floats(0.1, 4.0), st.floats(0.0, 1.0))
def test_b18_money_of_a_period_is_booked_once(
    make_world, contracts, make_customer, practice, discount, level, margin
):
    world = SimpleNamespace(**(vars(contracts) | {"economics_margin": margin}))
    customer, ledger = subscriber(make_customer, discount=discount), TickLedger()
    paid = pay_period(customer, 1.0, replace(practice, price_level=level), world, Clock(discount=0.5), ledger)
    assert paid == pytest.approx(100.0 * level * (1.0 - discount))
    assert customer.revenue == ledger.revenue == pytest.approx(paid)
    assert customer.profit == ledger.margin == pytest.approx(paid - (1.0 - margin) * 100.0)
    assert customer.value == ledger.value == pytest.approx(0.5 * customer.profit)
    assert ledger.cost == 0.0


def test_b18_what_is_left_of_a_running_period_costs_what_was_agreed_on(
    contracts, make_customer, make_policy, clock, ledger
):
    customer = subscriber(make_customer)
    policy = make_policy({"price.change": 0.1}, CONTRACT)
    assert pay_as_usual(customer, 0.25, contracts, clock, ledger) == pytest.approx(25.0)
    assert customer.exposed == 0
    # The rise is still to come, so that the next renewal is decided knowing of it.
    assert price_push(customer, policy, contracts) == pytest.approx(2.0 * 0.1)
    pay_period(customer, 1.0, policy, contracts, clock, ledger)
    assert price_push(customer, policy, contracts) == pytest.approx(0.0)


def test_b13_a_renewal_at_the_reference_has_the_baseline_probability(make_customer, renew, ledger, log):
    leaves = 1.0 - math.exp(-0.2)
    for draw, active in ((leaves - SMALL, 0), (leaves + SMALL, 1)):
        customer = subscriber(make_customer, exit_force=0.2)
        renew(customer, exit_draw=draw)
        assert customer.active == active
        assert customer.revenue == (100.0 if active else 0.0)
    assert (ledger.decisions, ledger.left) == (2, 1)
    assert log.codes == [events.CHURN, events.RENEWAL]


def test_b14_who_takes_after_a_friend_decides_as_both_would(make_customer, renew):
    leaves = 1.0 - math.exp(-0.2 * 0.5)
    for draw, active in ((leaves - SMALL, 0), (leaves + SMALL, 1)):
        customer = subscriber(make_customer, exit_force=0.2, exit_likeness=0.5)
        renew(customer, exit_draw=draw)
        assert customer.active == active


# Offers to those who give notice


def exits(force, push):
    """Return the probability of leaving where the price adds this to the log-hazard."""
    return exit_probability(force, math.exp(push))


def test_b13_the_saved_decide_again_with_the_same_luck(make_customer, renew, ledger, log):
    # a discount of a fifth takes 2 · 0.2 off the log-hazard
    refuses, leaves = exits(0.2, -0.4), exits(0.2, 0.0)
    outcomes = {}
    for draw in (0.0, refuses - SMALL, refuses + SMALL, leaves - SMALL, leaves + SMALL, 0.9):
        customer = subscriber(make_customer)
        offers, saved = ledger.save_offers, ledger.saved
        renew(customer, SAVE, draw, REACHED)
        outcomes[draw] = (customer.active, ledger.save_offers - offers, ledger.saved - saved)
    assert list(outcomes.values()) == [(0, 1, 0), (0, 1, 0), (1, 1, 1), (1, 1, 1), (1, 0, 0), (1, 0, 0)]
    details = [row[3] for row in log.of(events.SAVE_OFFER)]
    assert details == [events.REFUSED] * 2 + [events.ACCEPTED] * 2


def test_b18_a_save_offer_costs_where_it_is_made_and_its_discount_where_it_is_taken(
    make_customer, renew, ledger
):
    taken, refused, unasked = (subscriber(make_customer) for _ in range(3))
    renew(taken, SAVE, exits(0.2, 0.0) - SMALL, REACHED)
    renew(refused, SAVE, 0.0, REACHED)
    renew(unasked, SAVE, 0.9, REACHED)
    assert (taken.revenue, refused.revenue, unasked.revenue) == (pytest.approx(80.0), 0.0, 100.0)
    assert taken.profit == pytest.approx(80.0 - 70.0 - 3.0)
    assert (refused.profit, unasked.profit) == (pytest.approx(-3.0), pytest.approx(30.0))
    assert ledger.cost == pytest.approx(6.0)
    bit = LEVER_BIT["save_offer"]
    assert (taken.exposed, refused.exposed, unasked.exposed) == (bit, bit, 0)


@pytest.mark.parametrize(("draw", "offers"), [(0.7 - SMALL, 1), (0.7 + SMALL, 0)])
def test_b13_a_save_offer_reaches_its_share(make_customer, renew, ledger, draw, offers):
    customer = subscriber(make_customer)
    renew(customer, SAVE, exits(0.2, 0.0) - SMALL, {chance.SAVED: draw})
    assert ledger.save_offers == offers
    assert customer.active == offers


@given(LEVEL, st.floats(0.0, 0.9), st.floats(0.01, 3.0), st.floats(0.2, 3.0), st.integers(0, 1))
def test_b13_a_save_offer_never_loses_anybody_and_saves_only_who_gave_notice(
    contracts, make_customer, practice, scripted, draw, discount, force, sensitivity, prone
):
    lives = []
    for reached in (0.0, 1.0):
        policy = replace(practice, save_reached=reached, save_discount=discount)
        customer = subscriber(
            make_customer, watched=0, exit_force=force, price_sensitivity=sensitivity, deal_prone=prone
        )
        ledger = TickLedger()
        luck = scripted({chance.SAVED: 0.5})
        renew_or_leave(
            customer, policy, contracts, luck, Clock(), ledger, SILENT, PERIOD, 0, min(draw, 1.0 - SMALL)
        )
        lives.append((customer, ledger))
    (alone, _), (offered, counts) = lives
    assert offered.active >= alone.active
    assert counts.saved == offered.active - alone.active
    assert counts.save_offers == 1 - alone.active
    if counts.saved == 0:
        assert offered.revenue == alone.revenue


def test_b13_a_discount_that_ends_is_felt_as_a_rise_of_the_price(make_customer, renew, contracts, practice):
    customer = subscriber(make_customer, price_sensitivity=1.5)
    renew(customer, SAVE, exits(0.2, 0.0) - SMALL, REACHED)
    assert price_push(customer, practice, contracts) == pytest.approx(0.0)  # while it lasts
    customer.discount = 0.0
    # from 80 to 100
    assert price_push(customer, practice, contracts) == pytest.approx(2.0 * 1.5 * 0.25)
    renew(customer, exit_draw=0.9999, hour=2.0 * PERIOD)
    assert (customer.discount, customer.usual_price) == (0.0, 1.0)
    assert price_push(customer, practice, contracts) == pytest.approx(0.0)


def test_b13_who_leaves_over_a_rise_of_the_price_says_so(make_customer, renew, log):
    dearer = {"price.change": 0.3}
    assert exits(0.2, 2.0 * 0.3) > exits(0.2, 0.0)
    customer = subscriber(make_customer)
    renew(customer, dearer, exits(0.2, 0.0) + SMALL)
    assert customer.active == 0
    assert customer.left_cause == events.LEFT_FOR_PRICE
    assert log.of(events.CHURN)[0][3:5] == (events.LEFT_FOR_PRICE, pytest.approx(math.exp(0.6)))
    stays = subscriber(make_customer)
    renew(stays, exit_draw=exits(0.2, 0.0) + SMALL)
    assert stays.active == 1


# Fixed terms


def test_b13_who_is_bound_pays_each_period_and_does_not_decide(make_customer, renew, ledger, log):
    customer = subscriber(make_customer)
    renew(customer, TERM, 0.9, TAKEN, hour=PERIOD)
    assert customer.bound_until == 4.0 * PERIOD
    for number in (2, 3):  # bound for three periods, the present one and two more
        renew(customer, TERM, 0.0, hour=number * PERIOD)
    assert customer.active == 1
    assert ledger.decisions == 1
    assert customer.revenue == pytest.approx(3 * 90.0)
    assert customer.profit == pytest.approx(3 * (90.0 - 70.0))
    renew(customer, {}, 0.0, hour=4.0 * PERIOD)
    assert customer.active == 0
    assert ledger.decisions == 2
    assert log.codes == [events.TERM_TAKEN] + [events.RENEWAL] * 3 + [events.CHURN]
    assert (ledger.terms, customer.exposed) == (1, LEVER_BIT["fixed_term"])


def test_b13_after_the_term_its_discount_is_over(make_customer, renew, contracts):
    customer = subscriber(make_customer)
    renew(customer, TERM, 0.9, TAKEN)
    assert customer.discount == 0.1
    # the way back from 90 to 100 is a rise by a ninth
    stays = 1.0 - exits(0.2, 2.0 / 9.0)
    renew(customer, {}, 1.0 - stays + SMALL, hour=4.0 * PERIOD)
    assert (customer.active, customer.discount) == (1, 0.0)
    assert customer.revenue == pytest.approx(190.0)


@pytest.mark.parametrize(("draw", "terms"), [(0.4 - SMALL, 1), (0.4 + SMALL, 0)])
def test_b13_a_term_is_taken_in_its_share_of_renewals(make_customer, renew, ledger, draw, terms):
    renew(subscriber(make_customer), TERM, 0.9, {chance.TERM: draw})
    assert ledger.terms == terms


def test_b13_who_gave_notice_is_not_asked_to_bind_themselves(make_customer, renew, ledger):
    customer = subscriber(make_customer)
    renew(customer, SAVE | TERM, exits(0.2, 0.0) - SMALL, REACHED | TAKEN)
    assert (ledger.saved, ledger.terms, customer.bound_until) == (1, 0, 0.0)


@given(LEVEL, st.integers(2, 24), st.floats(0.0, 0.9))
def test_b13_a_term_holds_for_exactly_its_periods(
    contracts, make_customer, practice, scripted, draw, periods, discount
):
    policy = replace(practice, term_periods=periods, term_discount=discount, term_taken=1.0)
    customer, ledger = subscriber(make_customer, watched=0, exit_force=1e-9), TickLedger()
    hours = [(number + 1) * PERIOD for number in range(periods + 1)]
    for number, hour in enumerate(hours):
        exit_draw = 0.9 if number == 0 else 0.0  # would leave at once if asked
        renew_or_leave(
            customer, policy, contracts, scripted(TAKEN), Clock(), ledger, SILENT, hour, 0, exit_draw
        )
    assert customer.active == 0
    assert customer.left_hour == hours[-1]
    assert ledger.decisions == 2
    assert customer.revenue == pytest.approx(periods * 100.0 * (1.0 - discount))


# Benefits


def test_b11_the_benefit_that_a_customer_has_now(make_customer, make_policy):
    programme = make_policy(
        {"loyalty.earn_rate": 2.0, "loyalty.reward_points": 100.0, "loyalty.reward_value": 5.0}
    )
    cheaper = make_policy({"price.change": -0.2})
    dearer = make_policy({"price.change": 0.2})
    assert deal(make_customer(), make_policy()) == 0.0
    assert deal(make_customer(member=1), programme) == pytest.approx(0.1)
    assert deal(make_customer(), programme) == 0.0  # not a member
    assert deal(make_customer(member=1), make_policy()) == 0.0  # the programme is over
    assert deal(make_customer(), cheaper) == pytest.approx(0.2)
    assert deal(make_customer(discount=0.25), cheaper) == pytest.approx(0.4)
    assert deal(make_customer(discount=0.25), dearer) == pytest.approx(0.1)
    assert deal(make_customer(), dearer) == 0.0


@given(st.lists(st.tuples(st.floats(0.1, 4.0), st.floats(0.0, 0.9)), max_size=20))
def test_b11_a_customer_gets_used_to_the_best_benefit(make_customer, practice, times):
    customer, best = make_customer(), 0.0
    for level, discount in times:
        customer.discount = discount
        policy = replace(practice, price_level=level)
        enjoy_deal(customer, policy)
        best = max(best, 1.0 - level * (1.0 - discount))
    assert customer.best_deal == pytest.approx(best)
    assert 0.0 <= customer.best_deal <= 1.0


@given(LEVEL, LEVEL, st.integers(0, 1))
def test_b11_only_the_deal_prone_leave_with_the_benefit(contracts, make_customer, practice, best, now, prone):
    customer = make_customer(best_deal=best, discount=min(now, 0.9), deal_prone=prone)
    push = deal_push(customer, practice, contracts)
    assert push == pytest.approx(8.0 * max(best - min(now, 0.9), 0.0) * prone)


def test_b11_the_deal_prone_join_sooner(make_world, make_customer, make_policy, scripted, ledger, log):
    world = make_world({"behaviour.programme.join_base": -0.5, "behaviour.programme.join_deal": 1.5})
    policy = make_policy({"loyalty.earn_rate": 1.0})
    for prone, odds in ((0, -0.5), (1, 1.0)):
        probability = 1.0 / (1.0 + math.exp(-odds))
        for shift, joined in ((-SMALL, 1), (SMALL, 0)):
            customer = make_customer(deal_prone=prone)
            luck = scripted({chance.JOIN: probability + shift})
            consider_joining(customer, policy, world, luck, ledger, log, 0.0, 0)
            assert customer.member == joined


@given(st.floats(0.1, 4.0), st.floats(0.1, 4.0), st.floats(0.0, 0.9), st.floats(0.1, 4.0))
def test_b13_the_hazard_rises_with_the_price_and_falls_with_a_discount(
    contracts, make_customer, practice, one, other, discount, used_to
):
    low, high = (replace(practice, price_level=level) for level in sorted([one, other]))
    customer = make_customer(usual_price=used_to)
    assert hazard_ratio(customer, low, contracts) <= hazard_ratio(customer, high, contracts)
    eased = make_customer(usual_price=used_to, discount=discount)
    assert hazard_ratio(eased, high, contracts) <= hazard_ratio(customer, high, contracts)


# Payments that fail


def reminded(world, make_customer, policy, scripted, script, log, years=1.0):
    """Return whether a customer is taken away in a tick, with customer and ledger."""
    customer, ledger = subscriber(make_customer), TickLedger()
    clock = Clock(end=years * 8760.0, last=years * 8760.0 - 1e-6, years=years)
    gone = taken_away(customer, policy, world, scripted(script), clock, ledger, log)
    assert gone == (customer.active == 0) == (ledger.left_involuntarily == 1)
    return gone, customer, ledger


def test_b13_a_reminder_rescues_its_share_of_failed_payments(
    make_world, make_customer, make_policy, scripted, log
):
    world = make_world({"customers.involuntary": 0.1, "customers.failed_payments": 0.3})
    policy = make_policy({"payment_reminder.rescued": 0.4, "payment_reminder.cost": 0.5})
    risk = 1.0 - math.exp(-0.1)

    def life(cause, rescued):
        script = {chance.INVOLUNTARY: cause, chance.RESCUED: rescued}
        return reminded(world, make_customer, policy, scripted, script, log)

    gone, customer, ledger = life(0.3 * risk - SMALL, 0.4 - SMALL)
    assert (gone, ledger.cost, customer.exposed) == (False, 0.5, LEVER_BIT["payment_reminder"])
    assert log.codes == [events.PAYMENT_RESCUED]
    gone, customer, ledger = life(0.3 * risk - SMALL, 0.4 + SMALL)
    assert (gone, ledger.cost, customer.left_cause) == (True, 0.5, events.LEFT_INVOLUNTARILY)
    gone, customer, ledger = life(0.3 * risk + SMALL, 0.0)  # no payment failed: moved away, say
    assert (gone, ledger.cost, customer.exposed) == (True, 0.0, 0)
    gone, customer, ledger = life(risk + SMALL, 0.0)
    assert (gone, ledger.left, ledger.cost) == (False, 0, 0.0)


def test_b13_the_share_that_is_taken_away_with_and_without_reminders(
    make_world, make_customer, make_policy, practice, lucks, log
):
    world = make_world({"customers.involuntary": 0.3, "customers.failed_payments": 0.5})
    reminders = make_policy({"payment_reminder.rescued": 0.4})
    risk, count, gone = 1.0 - math.exp(-0.3), 5000, {}
    for name, policy in (("none", practice), ("reminders", reminders)):
        gone[name] = set()
        for number, luck in enumerate(lucks(count)):
            customer = make_customer(watched=0)
            if taken_away(customer, policy, world, luck, Clock(years=1.0), TickLedger(), SILENT):
                gone[name].add(number)
    for name, share in (("none", risk), ("reminders", risk * (1.0 - 0.5 * 0.4))):
        assert abs(len(gone[name]) / count - share) < 5.0 * math.sqrt(share * (1.0 - share) / count)
    assert gone["reminders"] < gone["none"]


def test_b13_leaving_for_other_reasons_does_not_depend_on_the_length_of_a_tick(
    make_world, make_customer, practice, scripted
):
    world = make_world({"customers.involuntary": 0.3})

    def risk(years):
        low, high = 0.0, 1.0
        for _ in range(60):  # bisection: the draw below which the customer is taken away
            middle = 0.5 * (low + high)
            luck, clock = scripted({chance.INVOLUNTARY: middle}), Clock(years=years)
            customer = make_customer(watched=0)
            gone = taken_away(customer, practice, world, luck, clock, TickLedger(), SILENT)
            low, high = (middle, high) if gone else (low, middle)
        return low

    assert 1.0 - (1.0 - risk(1.0 / 52.0)) ** 52 == pytest.approx(risk(1.0))


# Whole lives under a contract


def test_b18_every_period_of_a_life_is_paid_once(make_world, plain, make_customer, practice, scripted):
    changes = CONTRACT | {"customers.contract.period": 56.0, "time.horizon": 1.0, "time.tick": "month"}
    world, scenario = make_world(changes), plain.replace(changes)
    for start in (0.0, -30.0 * 24.0):
        customer, ledger = subscriber(make_customer, contract_start=start, watched=0), TickLedger()
        due = []
        for record in clock_records(scenario):
            clock = Clock(**vars(as_object(record)))
            hour = renewal_hour(customer, clock.start, world)
            while hour < clock.end:
                due.append(hour)
                renew_or_leave(
                    customer, practice, world, scripted(), clock, ledger, SILENT, hour, len(due), 0.9999
                )
                hour = renewal_hour(customer, hour + 1.0, world)
        expected = [start + 24.0 * 56.0 * number for number in range(1, 8)]
        assert due == [hour for hour in expected if hour < 8760.0]
        assert customer.revenue == ledger.revenue == pytest.approx(100.0 * len(due))


def test_b13_who_leaves_over_a_rise_of_the_price_has_met_it(make_customer, renew):
    customer = subscriber(make_customer)
    renew(customer, {"price.change": 0.3}, exits(0.2, 0.0) + SMALL)
    assert (customer.active, customer.exposed) == (0, LEVER_BIT["price"])


def test_b13_who_is_bound_does_not_decide_over_the_price_but_pays_it(make_customer, renew):
    customer = subscriber(make_customer, bound_until=3.0 * PERIOD, discount=0.1)
    renew(customer, {"price.change": 0.3}, 0.0)
    assert customer.active == 1
    assert customer.revenue == pytest.approx(100.0 * 1.3 * 0.9)
    assert customer.exposed == LEVER_BIT["price"]


def test_b13_under_a_contract_only_the_price_of_the_last_period_is_usual(
    make_world, make_customer, make_policy, scripted, clock, ledger, log
):
    dearer = make_policy({"price.change": 0.5})
    for relation, used_to in (("contractual", 1.0), ("non_contractual", 1.0 + 0.15 * 0.5)):
        world = make_world({"customers.relation": relation, "behaviour.expectation.adaptation": 0.15})
        customer = subscriber(make_customer)
        live_order(customer, dearer, world, scripted(), clock, ledger, log, 5.0, 0)
        assert customer.usual_price == pytest.approx(used_to)


def test_b18_under_a_contract_an_order_counts_what_is_paid_for_it_and_the_fee_is_at_stake(
    make_world, make_customer, make_policy, scripted, clock, ledger, log
):
    changes = CONTRACT | {"service.core.rate": 1.0, "economics.margin": 0.3}
    programme = {"loyalty.earn_rate": 2.0, "loyalty.reward_points": 1000.0, "price.change": 0.1}
    policy = make_policy(programme | {"recovery.compensation": 0.5}, changes)
    for fee in (0.0, 240.0):
        world, customer = make_world(changes), subscriber(make_customer, period_price=fee, member=1)
        grieved, before = scripted({chance.VOICE: 0.0}), ledger.revenue
        live_order(customer, policy, world, grieved, clock, ledger, log, 5.0, 0)
        # an order of 30 at a tenth more; a month of the contract is a twelfth of its year
        assert log.of(events.PURCHASE)[-1][5] == pytest.approx(33.0)
        assert ledger.revenue - before == customer.revenue == pytest.approx(33.0)
        assert customer.profit == pytest.approx(33.0 - 0.7 * 30.0)
        assert customer.points_fresh == pytest.approx(66.0)
        assert customer.year_spend == pytest.approx(33.0)
        assert customer.first_price == pytest.approx(1.1 * (30.0 + fee / 12.0))
        before = ledger.compensation
        while customer.first_due >= 0.0:  # until the case is closed
            answer_case(customer, policy, world, grieved, clock, ledger, log, customer.first_due)
        assert ledger.compensation - before == pytest.approx(0.5 * 1.1 * (30.0 + fee / 12.0))
