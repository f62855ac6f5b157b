"""Whole ticks of one customer, with outcomes that are sure or written down."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from sim.behaviour import chance, events
from sim.behaviour.cases import open_cases
from sim.behaviour.contract import renewal_hour
from sim.behaviour.customer import CustomerState
from sim.behaviour.market import settle
from sim.behaviour.surroundings import Clock, TickLedger
from sim.behaviour.tick import STEPS, live_tick
from sim.engine.luck import KeyedLuck, seed_key
from sim.engine.records import as_object, clock_records, world_record
from sim.world.policy import LEVER_BIT, timeline
from sim.world.strategy import Strategy

WEEK = 168.0
ONE_ORDER = {chance.ORDER_TIME: [0.5, 1e-300]}  # the first in the middle of the week, the next never
NO_FAILURES = {f"service.{kind}.rate": 0.0 for kind in ("core", "encounter", "unavailable", "billing")}
SURE = NO_FAILURES | {
    "service.delivery.spread": 0.0,
    "service.delivery.tail_share": 0.0,
    "service.quality.spread": 0.0,
    "service.contact.spread": 0.0,
    "survey.order_share": 0.0,
    "support.unanswered": 0.0,
    "support.spread": 0.0,
    "support.first_contact": 1.0,
}
SPEAKS, STAYS_SILENT, LEAVES = {chance.VOICE: 0.0}, {chance.VOICE: 1.0}, {chance.EXIT: 0.0}
LATE = {"service.delivery.median": 4.0}
BROKEN_CORE = {"service.core.rate": 1.0, "service.core.mildest": 0.4, "service.core.worst": 0.4}
GUARANTEE = {
    "commitments.delivery.threshold": 2.5,
    "commitments.delivery.payout": 0.5,
    "commitments.delivery.automatic": True,
}


@dataclass
class Life:
    """A customer, and what their ticks left behind."""

    customer: CustomerState
    ledgers: list[TickLedger]
    log: SimpleNamespace
    world: SimpleNamespace

    @property
    def codes(self):
        return self.log.codes

    def total(self, name):
        return sum(getattr(ledger, name) for ledger in self.ledgers)


@pytest.fixture(scope="session")
def live(plain, make_customer, new_log, scripted, in_force):
    """Return a function that lives some weeks, each with its written luck; the last stands for the rest.

    The customer lives alone, with a firm that stays in its usual state.
    """

    def run(changes=None, levers=None, script=None, weeks=1, lucks=None, **values):
        scenario = plain.replace({"time.horizon": 3.0} | SURE | (changes or {}))
        world = as_object(world_record(scenario)[0])
        plan = timeline(scenario, Strategy(name="trial").replace(levers or {}))
        scripts = script if isinstance(script, list) else [ONE_ORDER | (script or {})]
        life = Life(make_customer(world, **({"order_rate": 52.0} | values)), [], new_log(), world)
        for tick, record in enumerate(clock_records(scenario)[:weeks]):
            clock = Clock(**vars(as_object(record)))
            luck = lucks(tick) if lucks else scripted(scripts[min(tick, len(scripts) - 1)])
            life.ledgers.append(TickLedger())
            policy = in_force(plan.policies[tick][0], world)
            if life.customer.active:
                live_tick(life.customer, policy, world, luck, clock, life.ledgers[-1], life.log)
            settle(life.customer, policy, world, luck, clock, life.ledgers[-1], life.log)
        return life

    return run


def test_steps_are_told_in_two_parts_each():
    assert all(len(step) == 2 and all(step) for step in STEPS)
    assert len({what for what, _ in STEPS}) == len(STEPS)


def test_the_steps_of_an_order_have_the_numbers_that_are_told():
    (told,) = [where for _, where in STEPS if where.startswith("each order")]
    first, last = (int(word) for word in told.split() if word.isdigit())
    assert STEPS[first - 1][0] == "a time is promised for the order"
    assert STEPS[last - 1][0] == "the customer stays or leaves"


def test_a_quiet_week_leaves_the_reference_state(live):
    life = live(script={chance.ORDER_TIME: 1e-300})
    assert life.codes == []
    assert (life.total("customers"), life.total("active"), life.total("orders")) == (1, 1, 0)
    assert life.customer.satisfaction == pytest.approx(life.world.reference_satisfaction)
    assert life.customer.trust == life.world.reference_trust


def test_b4_a_promise_that_is_kept(live):
    life = live()
    assert life.codes == [events.PROMISE_MADE, events.PURCHASE, events.PROMISE_KEPT]
    assert life.customer.trust == pytest.approx(0.6 + 0.015 * 0.5 * 0.4)  # half have seen the quote
    assert life.customer.orders == life.total("orders") == life.total("delivery_kept") == 1
    assert life.customer.revenue == pytest.approx(30.0)
    assert life.customer.profit == pytest.approx(9.0)
    assert life.customer.first_hour == life.customer.last_hour == pytest.approx(math.log(2.0) / 52.0 * 8760.0)


def test_b5_a_promise_that_is_broken_pays_by_itself(live):
    life = live(LATE, GUARANTEE, STAYS_SILENT)
    assert life.codes == [
        events.PROMISE_MADE,
        events.PURCHASE,
        events.FAILURE,
        events.PROMISE_BROKEN,
        events.COMPENSATION,
        events.SILENCE,
    ]
    severity = 0.8 * (1.0 - math.exp(-1.5))  # as far as the promise was known
    assert life.log.of(events.FAILURE)[0][3:5] == (events.DELAY, pytest.approx(severity))
    assert life.log.of(events.COMPENSATION)[0][4:] == (0.5, pytest.approx(15.0))
    assert life.customer.profit == pytest.approx(9.0 - 15.0)
    assert life.customer.trust < 0.6
    assert life.customer.exposed == LEVER_BIT["commitments.delivery"]


def test_b5_a_payout_by_itself_leaves_more_than_the_same_breach_without(live):
    paid = live(LATE, GUARANTEE, STAYS_SILENT).customer
    unpaid = live(LATE, {"commitments.delivery.threshold": 2.5}, STAYS_SILENT).customer
    assert paid.satisfaction > unpaid.satisfaction
    assert paid.trust > unpaid.trust
    assert paid.shock < unpaid.shock


def test_b1_an_over_promise_disappoints(live):
    plain, promised = live(), live(None, {"commitments.delivery.threshold": 0.2}, STAYS_SILENT)
    assert promised.customer.should_speed > plain.customer.should_speed
    assert promised.customer.last_satisfaction < plain.customer.last_satisfaction
    assert promised.customer.trust < plain.customer.trust


def test_b7_complaint_answer_and_resolution_in_time_order(live):
    life = live(BROKEN_CORE, {"recovery.compensation": 0.4}, SPEAKS)
    assert life.codes == [
        events.PROMISE_MADE,
        events.PURCHASE,
        events.FAILURE,
        events.PROMISE_KEPT,
        events.COMPLAINT,
        events.RESPONSE,
        events.APOLOGY,
        events.COMPENSATION,
        events.RESOLVED,
    ]
    hours = [row[1] for row in life.log.rows]
    assert hours == sorted(hours)
    complaint, response = life.log.of(events.COMPLAINT)[0], life.log.of(events.RESPONSE)[0]
    assert response[1] - complaint[1] == pytest.approx(24.0)
    assert open_cases(life.customer) == 0
    assert life.total("complaints") == life.total("resolved") == 1
    assert life.customer.justice > 0.0


def test_b7_an_answer_may_come_in_a_later_tick(live):
    quiet = {chance.ORDER_TIME: 1e-300}
    life = live(BROKEN_CORE | {"support.response": 100.0}, None, [ONE_ORDER | SPEAKS, quiet], weeks=3)
    assert [ledger.complaints for ledger in life.ledgers] == [1, 0, 0]
    assert [ledger.responses for ledger in life.ledgers] == [0, 1, 0]
    first, response = life.log.of(events.COMPLAINT)[0], life.log.of(events.RESPONSE)[0]
    assert response[1] - first[1] == pytest.approx(100.0)


def test_b8_an_unanswered_complaint_is_abandoned_after_two_weeks(live):
    quiet = {chance.ORDER_TIME: 1e-300}
    life = live(BROKEN_CORE | {"support.unanswered": 1.0}, None, [ONE_ORDER | SPEAKS, quiet], weeks=4)
    assert life.codes[-2:] == [events.COMPLAINT, events.ABANDONED]
    assert life.log.rows[-1][1] - life.log.rows[-2][1] == pytest.approx(24.0 * 14.0)
    assert life.total("insulted") == 1


def test_b6_the_decision_to_leave_waits_for_the_answer(live):
    life = live(BROKEN_CORE, None, SPEAKS | LEAVES)
    assert life.codes[-2:] == [events.RESOLVED, events.CHURN]
    assert life.customer.active == 0
    assert life.customer.left_hour == life.log.of(events.RESOLVED)[0][1]
    assert life.customer.left_cause == events.LEFT_AFTER_COMPLAINT
    assert (life.total("left"), life.total("decisions"), life.total("active")) == (1, 1, 0)


def test_b6_the_silent_leave_at_once(live):
    life = live(BROKEN_CORE, None, STAYS_SILENT | LEAVES)
    assert life.codes[-2:] == [events.SILENCE, events.CHURN]
    assert life.customer.left_hour == life.customer.last_hour
    assert life.customer.left_cause == events.LEFT_AFTER_FAILURE


def test_b6_a_silent_customer_remembers_the_episode_and_one_who_complains_waits_for_its_end(live):
    changes = BROKEN_CORE | {"support.response": 2000.0}
    silent = live(changes, None, STAYS_SILENT).customer
    waiting = live(changes, None, SPEAKS).customer
    assert silent.satisfaction < 0.7
    assert waiting.satisfaction == pytest.approx(0.7)
    assert waiting.last_satisfaction == silent.last_satisfaction


def test_b13_who_leaves_without_a_word(live):
    life = live(script=LEAVES)
    assert life.codes[-1] == events.CHURN
    assert life.customer.left_cause == events.LEFT_SILENT
    later = live(script=LEAVES, weeks=5)
    assert later.total("customers") == 1


def test_an_order_that_cannot_be_filled_is_no_order(live):
    unavailable = {"service.unavailable.rate": 1.0}
    levers = {"commitments.availability.threshold": 0.99, "commitments.availability.payout": 0.2}
    life = live(unavailable, levers, STAYS_SILENT)
    assert life.codes == [
        events.PROMISE_MADE,
        events.PROMISE_MADE,
        events.FAILURE,
        events.PROMISE_BROKEN,
        events.SILENCE,
    ]
    assert life.log.rows[2][3] == events.UNAVAILABLE
    assert life.customer.orders == life.total("orders") == 0
    assert life.customer.revenue == 0.0
    assert life.total("availability_broken") == 1
    assert life.customer.episode_promised == 0.2


@pytest.mark.parametrize(
    ("severity", "worst"),
    [(0.6, (events.BILLING, 0.6)), (0.3, (events.CORE, 0.4)), (0.4, (events.CORE, 0.4))],
)
def test_the_worst_failure_of_an_order_is_the_one_it_is_about(live, severity, worst):
    wrong = {
        "service.billing.rate": 1.0,
        "service.billing.worst": severity,
        "service.billing.mildest": severity,
    }
    life = live(BROKEN_CORE | wrong, None, STAYS_SILENT)
    assert [row[3:5] for row in life.log.of(events.FAILURE)] == [(worst[0], pytest.approx(worst[1]))]
    assert life.total("failures") == 1


@pytest.mark.parametrize(
    ("kind", "lost"),
    [("core", "quality"), ("encounter", "contact"), ("billing", "contact"), ("unavailable", "reliability")],
)
def test_each_kind_of_failure_lowers_its_own_attribute(live, kind, lost):
    changes = {f"service.{kind}.rate": 1.0, f"service.{kind}.mildest": 0.4, f"service.{kind}.worst": 0.4}
    life, whole = live(changes, None, STAYS_SILENT), live()
    expected = {"quality": 0.4, "contact": 0.4, "reliability": 0.0}[lost]
    assert life.total(lost) == pytest.approx(expected)
    assert whole.total(lost) > expected
    if kind != "unavailable":  # where nothing came, the other attributes were as expected
        for other in {"speed", "quality", "reliability", "contact"} - {lost}:
            assert life.total(other) == whole.total(other)


def test_b2_a_delay_lowers_speed_and_reliability(live):
    life = live(LATE, None, STAYS_SILENT)
    assert life.total("speed") == pytest.approx(0.6)
    # the quote was shown with half prominence
    assert life.total("reliability") == pytest.approx(1.0 - 0.5 * (1.0 - math.exp(-1.0)))


def test_b5_without_a_promise_there_is_no_delay(live):
    life = live(LATE | {"service.delivery.quote_publicity": 0.0}, None, STAYS_SILENT)
    assert life.codes[0] == events.PURCHASE
    assert events.FAILURE not in life.codes
    assert life.total("reliability") == 1.0


def test_b18_levers_cost_what_they_cost(live):
    levers = {"commitments.quality.threshold": 0.5, "commitments.quality.cost_per_order": 0.7}
    assert live(None, levers).total("cost") == pytest.approx(0.7)
    assert live(None, {"training.cost": 36.5}).total("cost") == pytest.approx(0.7)
    assert live().total("cost") == 0.0


def test_b11_a_reward_pleases_by_its_share_of_the_price(live):
    levers = {"loyalty.reward_points": 50.0, "loyalty.reward_value": 6.0}
    pleased = [
        live(
            None, levers, price=price, member=1, joined_hour=0.0, points_fresh=60.0
        ).customer.last_satisfaction
        for price in (30.0, 300.0)
    ]
    assert pleased[0] > pleased[1]


def test_b8_the_same_failure_again_is_a_stable_cause(live):
    life = live(BROKEN_CORE, None, STAYS_SILENT, weeks=2)
    assert life.customer.episode_repeated == 1
    assert life.customer.episode_paradox == 0
    assert live(BROKEN_CORE, None, STAYS_SILENT, weeks=1).customer.episode_paradox == 1


@pytest.mark.parametrize("external", [0.0, 1.0])
def test_b4_a_delay_with_an_outside_cause_costs_half_the_trust(live, external):
    life = live(LATE | {"service.delivery.external": external}, None, STAYS_SILENT)
    blame = 0.5 if external else 1.0
    severity = 1.0 - math.exp(-1.0)
    assert life.customer.trust == pytest.approx(0.6 * (1.0 - 0.2 * blame * severity * 0.5))


def test_b11_a_week_in_the_programme(live):
    levers = {"loyalty.earn_rate": 1.0, "loyalty.reward_points": 50.0, "loyalty.reward_value": 6.0}
    life = live(None, levers, {chance.JOIN: 0.0}, weeks=3)
    assert life.codes == [
        events.PROMISE_MADE,
        events.PURCHASE,
        events.JOINED,
        events.POINTS_EARNED,
        events.PROMISE_KEPT,
        events.PROMISE_MADE,
        events.PURCHASE,
        events.POINTS_EARNED,
        events.PROMISE_KEPT,
        events.PROMISE_MADE,
        events.PURCHASE,
        events.POINTS_REDEEMED,
        events.POINTS_EARNED,
        events.PROMISE_KEPT,
    ]
    assert life.total("points_earned") == pytest.approx(90.0)
    assert life.total("points_redeemed") == 50.0
    assert life.customer.points_fresh == pytest.approx(40.0)
    assert life.ledgers[1].points_balance == pytest.approx(30.0)
    assert life.total("cost") == pytest.approx(6.0 * 0.8)


def test_b13_a_contract_is_paid_at_the_start_and_at_every_renewal(live):
    terms = {
        "customers.relation": "contractual",
        "customers.contract.period": 30.0,
        "customers.contract.price": 20.0,
    }
    life = live(terms, None, [{chance.ORDER_TIME: 1e-300}], weeks=13)
    assert life.codes == [events.RENEWAL] * 3
    assert [row[1] for row in life.log.rows] == [24.0 * 30.0 * number for number in (1, 2, 3)]
    assert life.customer.revenue == pytest.approx(80.0)
    assert life.total("decisions") == 3


def test_b13_under_contract_an_order_does_not_end_the_relation(live):
    terms = {"customers.relation": "contractual", "customers.contract.period": 365.0}
    life = live(terms, None, LEAVES, weeks=20)
    assert life.customer.active == 1
    assert life.total("orders") == 20
    assert life.total("decisions") == 0


def test_b13_under_contract_one_leaves_at_a_renewal(live):
    terms = {
        "customers.relation": "contractual",
        "customers.contract.period": 30.0,
        "customers.contract.price": 20.0,
    }
    life = live(terms, None, [{chance.ORDER_TIME: 1e-300, chance.RENEWAL: 0.0}], weeks=13)
    assert life.codes == [events.CHURN]
    assert life.customer.left_hour == 720.0
    assert life.customer.revenue == pytest.approx(20.0)


@pytest.mark.parametrize("tick", ["day", "week", "month"])
@pytest.mark.parametrize("period", [7.0, 28.0, 30.0, 365.0, 364.0])
@pytest.mark.parametrize("begun", [0.0, 0.3, 0.999])
def test_b13_every_renewal_falls_into_exactly_one_tick(make_world, make_customer, plain, tick, period, begun):
    world = make_world({"customers.relation": "contractual", "customers.contract.period": period})
    customer = make_customer(contract_start=-begun * period * 24.0)
    found = []
    for clock in clock_records(plain.replace({"time.tick": tick, "time.horizon": 3.0})):
        hour = renewal_hour(customer, float(clock["start"]), world)
        while hour < clock["end"]:
            found.append(hour)
            hour = renewal_hour(customer, hour + 1.0, world)
        end = float(clock["end"])
    assert found == [customer.contract_start + 24.0 * period * number for number in range(1, len(found) + 1)]
    assert found[-1] < end <= found[-1] + 24.0 * period


def test_b13_a_contract_that_began_before_the_start_is_paid_up_to_its_renewal(live):
    terms = {
        "customers.relation": "contractual",
        "customers.contract.period": 30.0,
        "customers.contract.price": 20.0,
    }
    quiet = [{chance.ORDER_TIME: 1e-300}]
    fresh = live(terms, None, quiet, weeks=13)
    older = live(terms, None, quiet, weeks=13, contract_start=-24.0 * 12.0)
    # 91 days: paid on days 0, 30, 60 and 90; and the 18 days that are left, then on days 18, 48 and 78
    assert (fresh.customer.revenue, older.customer.revenue) == (pytest.approx(80.0), pytest.approx(72.0))


def test_b13_renewals_of_one_tick_are_decided_with_their_own_luck(
    plain, make_world, make_policy, make_customer, ledger, log, scripted, clock
):
    changes = {"customers.relation": "contractual", "customers.contract.period": 7.0}
    luck = scripted({chance.ORDER_TIME: 1e-300, chance.RENEWAL: [0.9, 0.9, 0.0]})
    clock.end = 730.0
    live_tick(make_customer(), make_policy(), make_world(changes), luck, clock, ledger, log)
    assert log.codes == [events.RENEWAL, events.RENEWAL, events.CHURN]


def test_b17_questions_are_asked_in_their_shares_and_waves(live):
    everybody = {"survey.order_share": 1.0, "survey.recommendation_share": 1.0, "survey.interval": 14.0}
    eager = {"behaviour.answer.response": 1.0, "behaviour.answer.fatigue": 0.0}
    life = live(everybody | eager, weeks=4)
    assert life.total("answers") == life.total("orders") == 4
    assert [ledger.asked for ledger in life.ledgers] == [0, 1, 0, 1]
    assert life.codes.count(events.SURVEY_SATISFACTION) == 4
    assert life.codes.count(events.SURVEY_RECOMMENDATION) == 2
    assert life.total("invited") == life.total("replies") == 6


def test_b17_who_does_not_answer_is_not_counted_among_the_answers(live):
    everybody = {"survey.order_share": 1.0, "survey.recommendation_share": 1.0, "survey.interval": 14.0}
    life = live(
        everybody | {"behaviour.answer.response": 0.4, "behaviour.answer.response_extreme": 0.0}, weeks=4
    )
    assert life.total("invited") == 6
    assert life.total("replies") == life.total("answers") == life.total("asked") == 0
    assert life.codes.count(events.SURVEY_SATISFACTION) == life.codes.count(events.SURVEY_RECOMMENDATION) == 0


def test_several_orders_of_a_tick_come_in_time_order(live):
    life = live({}, None, [{}], order_rate=365.0)
    hours = [row[1] for row in life.log.of(events.PURCHASE)]
    assert len(hours) > 3
    assert hours == sorted(hours)
    assert life.customer.orders == len(hours)


def test_who_is_let_down_orders_less_within_the_same_tick(live):
    unmoved = BROKEN_CORE | {"behaviour.purchase.shock": 0.0, "behaviour.purchase.satisfaction": 0.0}
    moved = unmoved | {"behaviour.purchase.shock": 0.6}
    usual, shaken = (
        [row[1] for row in live(changes, None, [STAYS_SILENT], order_rate=365.0).log.of(events.PURCHASE)]
        for changes in (unmoved, moved)
    )
    assert usual[0] == shaken[0]  # nothing had happened before the first
    first_wait, second_wait = (hours[1] - hours[0] for hours in (usual, shaken))
    assert second_wait > 1.05 * first_wait
    assert len(shaken) < len(usual)


def test_b13_a_decision_that_waited_is_about_the_order_it_came_from(live):
    lives = [
        live(BROKEN_CORE | {"behaviour.purchase.shock": weight}, None, SPEAKS, weeks=1, exit_force=1e-9)
        for weight in (0.0, 0.6)
    ]
    assert lives[1].customer.pace < lives[0].customer.pace
    assert lives[0].total("cases") == lives[1].total("cases") == lives[1].total("decisions") == 1
    assert lives[1].total("hazard") == lives[0].total("hazard") > 0.0


BUSY = {
    "service.core.rate": 0.3,
    "service.encounter.rate": 0.3,
    "service.unavailable.rate": 0.1,
    "service.billing.rate": 0.2,
    "service.delivery.spread": 0.5,
    "support.unanswered": 0.3,
    "support.first_contact": 0.4,
    "support.spread": 0.8,
    "survey.order_share": 0.5,
    "customers.contract.price": 10.0,
    "customers.involuntary": 0.3,
    "customers.failed_payments": 1.0,
    "behaviour.commitment.claims": 0.5,
    "behaviour.talk.referral": 1.0,
    "behaviour.talk.review": 0.2,
    "behaviour.outreach.unsubscribe_fatigue": 3.0,
}
LEVERS = {
    "commitments.delivery.threshold": 2.0,
    "commitments.delivery.payout": 0.3,
    "commitments.delivery.automatic": True,
    "commitments.response.threshold": 24.0,
    "commitments.response.payout": 0.2,
    "commitments.availability.threshold": 0.99,
    "commitments.availability.payout": 0.2,
    "commitments.quality.threshold": 0.7,
    "commitments.quality.payout": 0.5,
    "commitments.quality.honest": False,
    "recovery.compensation": 0.3,
    "loyalty.reward_points": 250.0,
    "loyalty.expiry": 1,
    "loyalty.tiers": {"silver": {"threshold": 1500.0}, "gold": {"threshold": 2200.0}},
    "training.cost": 5.0,
    "notice.false_alarms": 0.2,
    "personalisation.messages": 40.0,
    "retention_contact.contacts": 4.0,
    "price.change": 0.1,
    "save_offer.discount": 0.2,
    "fixed_term.periods": 3,
    "payment_reminder.rescued": 0.9,
    "bonds.strength": 0.2,
    "referral.reward": 5.0,
    "recovery.verification": 0.4,
    "feedback.attention": 0.5,
}


@pytest.fixture(scope="session", params=["non_contractual", "contractual"])
def busy_lives(request, live):
    """Return eventful lives of three years under every kind of lever."""
    changes = BUSY | {"customers.relation": request.param, "customers.contract.period": 60.0}

    def luck_of(number):
        return lambda tick: KeyedLuck(seed_key(4), number, tick)

    return [
        live(
            changes,
            LEVERS,
            weeks=156,
            lucks=luck_of(number),
            order_rate=80.0,
            exit_force={"non_contractual": 0.0001, "contractual": 0.02}[request.param],
            id=number,
            opportunist=number % 2,
        )
        for number in range(16)
    ]


def test_events_of_a_life_are_in_time_order(busy_lives):
    for life in busy_lives:
        # answers to the recommendation question are noted at the end of the tick, and nothing later
        hours = [row[1] for row in life.log.rows]
        assert hours == sorted(hours)


def test_levels_stay_levels_through_eventful_lives(busy_lives):
    for life in busy_lives:
        for name, value in vars(life.customer).items():
            if name.startswith(("will_", "should_")) or name in (
                "last_satisfaction",
                "satisfaction",
                "peak",
                "trust",
                "trust_ceiling",
                "attachment",
                "expected_success",
            ):
                assert 0.0 <= value <= 1.0, name
        assert life.customer.trust <= life.customer.trust_ceiling


def test_ledger_log_and_customer_count_the_same(busy_lives):
    counted = {
        "orders": events.PURCHASE,
        "failures": events.FAILURE,
        "complaints": events.COMPLAINT,
        "silences": events.SILENCE,
        "responses": events.RESPONSE,
        "resolved": events.RESOLVED,
        "reopened": events.REOPENED,
        "compensations": events.COMPENSATION,
        "joined": events.JOINED,
        "tier_ups": events.TIER_UP,
        "tier_downs": events.TIER_DOWN,
        "answers": events.SURVEY_SATISFACTION,
        "asked": events.SURVEY_RECOMMENDATION,
        "left": events.CHURN,
        "messages": events.MESSAGE,
        "unsubscribed": events.UNSUBSCRIBED,
        "retention_contacts": events.RETENTION_CONTACT,
        "save_offers": events.SAVE_OFFER,
        "terms": events.TERM_TAKEN,
        "claims": events.CLAIM,
        "reviews": events.REVIEW,
        "referrals": events.REFERRAL,
        "effort_answers": events.SURVEY_EFFORT,
    }
    for life in busy_lives:
        for name, code in counted.items():
            assert life.total(name) == life.codes.count(code), name
        kept = sum(life.total(f"{name}_kept") for name in ("delivery", "response", "availability", "quality"))
        broken = sum(
            life.total(f"{name}_broken") for name in ("delivery", "response", "availability", "quality")
        )
        assert kept == life.customer.promises_kept == life.codes.count(events.PROMISE_KEPT)
        assert broken == life.codes.count(events.PROMISE_BROKEN)
        # a new date that is missed as well is a second broken promise to the customer
        assert broken <= life.customer.promises_broken <= broken + life.total("notices")
        notes = [row[3] for row in life.log.of(events.DELAY_NOTICE)]
        assert life.total("notices") == notes.count(events.DELAY)
        assert life.total("false_alarms") == notes.count(events.IN_TIME)
        told = [row[3] for row in life.log.of(events.TOLD)]
        assert life.total("praise") == told.count(events.PRAISE)
        assert life.total("warnings") == told.count(events.WARNING)
        claims = [row[3] for row in life.log.of(events.CLAIM)]
        assert life.total("claims_paid") == claims.count(events.PAID)
        offers = [row[3] for row in life.log.of(events.SAVE_OFFER)]
        assert life.total("saved") == offers.count(events.ACCEPTED)
        assert life.total("replies") == life.total("answers") + life.total("asked") + life.total(
            "effort_answers"
        )
        assert life.total("invited") >= life.total("replies")
        assert life.total("grievances") == life.total("complaints") + life.total("silences")
        assert life.customer.complaints == life.total("complaints")
        assert life.customer.failures == life.total("failures")


def test_b18_ledger_and_customer_agree_on_money(busy_lives):
    for life in busy_lives:
        assert life.customer.revenue == pytest.approx(life.total("revenue"), rel=1e-12)
        assert life.customer.profit == pytest.approx(life.total("margin") - life.total("cost"), rel=1e-9)
        assert life.customer.value == pytest.approx(life.total("value"), rel=1e-9)
        paid = sum(row[5] for row in life.log.of(events.COMPENSATION))
        assert life.total("compensation") == pytest.approx(paid, rel=1e-12)


def test_b11_points_are_conserved_through_eventful_lives(busy_lives):
    for life in busy_lives:
        customer = life.customer
        held = customer.points_fresh + customer.points_second + customer.points_third + customer.points_oldest
        gone = life.total("points_redeemed") + life.total("points_expired")
        assert gone + held == pytest.approx(life.total("points_earned"), rel=1e-12)


def test_b7_every_complaint_ends_or_is_still_open(busy_lives):
    for life in busy_lives:
        ended = life.codes.count(events.RESOLVED) + life.codes.count(events.ABANDONED)
        assert life.total("complaints") == ended + life.total("merged") + open_cases(life.customer)


def test_eventful_lives_are_eventful(busy_lives):
    seen = {code for life in busy_lives for code in life.codes}
    under_contract = {events.RENEWAL, events.SAVE_OFFER, events.TERM_TAKEN}
    with_others = {events.HEARD, events.ACQUIRED, events.RETURNED}  # not in a life that is lived alone
    expected = {*events.EVENT_NAMES} - with_others
    assert seen - under_contract == expected - under_contract
    assert seen & under_contract in (set(), under_contract)
    assert sum(life.total("merged") for life in busy_lives) > 0


class RecordingLuck(KeyedLuck):
    """Luck that writes down which keys were asked for."""

    def __init__(self, customer, tick, asked):
        super().__init__(seed_key(3), customer, tick)
        self.asked = asked

    def draw(self, purpose, occurrence):
        self.asked.append((purpose, occurrence))
        return super().draw(purpose, occurrence)


def test_no_draw_of_a_tick_is_used_for_two_things(live):
    # A quote and the time that follows share their common part on purpose, and the cause of the
    # worst failure of an order replaces that of a milder one.
    shared = {chance.DELIVERY, chance.CAUSE}
    asked = []
    changes = BUSY | {
        "customers.relation": "contractual",
        "customers.contract.period": 7.0,
        "time.tick": "month",
    }
    for number in range(8):

        def luck_of(tick, number=number):
            asked.append([])
            return RecordingLuck(number, tick, asked[-1])

        live(changes, LEVERS, weeks=24, lucks=luck_of, order_rate=80.0, exit_force=0.0001, id=number)
    repeated = set()
    for keys in asked:
        kept = [key for key in keys if key[0] not in shared]
        repeated |= {key for key in kept if kept.count(key) > 1}
    assert repeated == set()
