"""B12, B17: what comes from the firm unasked: messages, contacts to keep a customer, questions."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance, events
from sim.behaviour.churn import hazard_ratio, order_pace
from sim.behaviour.memory import forget
from sim.behaviour.outreach import message_pull, message_rate, receive_contact, receive_message
from sim.behaviour.surroundings import Clock, TickLedger
from sim.behaviour.survey import attitude_gap, effort_points, responds
from sim.behaviour.tick import contact_rate, end
from sim.engine.luck import KeyedLuck
from sim.world.policy import LEVER_BIT

LEVEL = st.floats(0.0, 1.0)
HOURS_PER_YEAR = 8760.0
MESSAGES = {"personalisation.messages": 24.0, "personalisation.accuracy": 0.6, "personalisation.cost": 0.1}
CONTACTS = {
    "retention_contact.contacts": 2.0,
    "retention_contact.gift": 0.1,
    "retention_contact.cost": 1.5,
}
FITS, STAYS = {chance.FITS: 0.0}, {chance.UNSUBSCRIBES: 0.9999}
DOES_NOT_FIT = {chance.FITS: 0.9999}
SILENT = SimpleNamespace()


def numbers(world, **values):
    """Return a copy of the world's numbers with some changed."""
    return SimpleNamespace(**(vars(world) | values))


# Messages


@pytest.fixture
def receive(world, make_policy, scripted, clock, ledger, log):
    """Return a function that lets a customer meet a message."""

    def meet(customer, script, numbers=None, levers=None):
        policy = make_policy(levers or MESSAGES)
        receive_message(customer, policy, numbers or world, scripted(script), clock, ledger, log, 9.0, 0)

    return meet


def test_b12_who_unsubscribes_gets_no_more_messages(make_customer, make_policy, practice):
    policy = make_policy(MESSAGES)
    assert message_rate(make_customer(), policy) == 24.0
    assert message_rate(make_customer(unsubscribed=1), policy) == 0.0
    assert message_rate(make_customer(), practice) == 0.0


def test_b12_what_messages_do_to_orders_at_hand_computed_points(make_world, make_customer, make_policy):
    world = make_world(
        {
            "behaviour.outreach.relevance": 0.05,
            "behaviour.outreach.half_messages": 12.0,
            "behaviour.outreach.fatigue": 0.1,
        }
    )
    policy = make_policy(MESSAGES)
    # 24 of 24 + 12 messages, six in ten of them fit
    assert message_pull(make_customer(), policy, world) == pytest.approx(0.05 * 0.6 * 2.0 / 3.0)
    tired = make_customer(messages_tired=1.5)
    assert message_pull(tired, policy, world) == pytest.approx(0.02 - 0.15)
    assert message_pull(make_customer(unsubscribed=1), policy, world) == 0.0
    assert message_pull(make_customer(), make_policy(), world) == 0.0


@given(LEVEL, st.floats(0.0, 365.0), st.floats(0.0, 200.0), st.floats(0.0, 0.15), st.floats(0.0, 0.3))
def test_b12_no_messages_sell_more_than_perfect_ones(
    world, make_customer, practice, accuracy, rate, tired, relevance, fatigue
):
    world = numbers(world, outreach_relevance=relevance, outreach_fatigue=fatigue)
    policy = replace(practice, messages=rate, message_accuracy=accuracy)
    pull = message_pull(make_customer(messages_tired=tired), policy, world)
    assert pull <= relevance
    assert pull == pytest.approx(message_pull(make_customer(), policy, world) - fatigue * tired)
    assert order_pace(make_customer(messages_tired=tired), policy, world) > 0.0


def test_b12_a_message_that_fits_costs_only_its_price(world, customer, receive, ledger, log):
    receive(customer, FITS | STAYS)
    assert customer.messages_tired == 0.0
    assert (customer.trust, customer.unsubscribed) == (world.reference_trust, 0)
    assert (ledger.messages, ledger.unsubscribed) == (1, 0)
    assert (customer.profit, ledger.cost) == (pytest.approx(-0.1), pytest.approx(0.1))
    assert customer.exposed == LEVER_BIT["personalisation"]
    assert log.rows == [(0, 9.0, events.MESSAGE, events.FITTING, 0.0, 0.0)]


def test_b12_a_message_that_does_not_fit_tires(customer, receive, log):
    receive(customer, DOES_NOT_FIT | STAYS)
    assert customer.messages_tired == 1.0
    assert log.of(events.MESSAGE)[0][3] == events.UNFITTING


@pytest.mark.parametrize(("draw", "tired"), [(0.5999, 0.0), (0.6001, 1.0)])
def test_b12_messages_fit_in_the_share_of_their_accuracy(customer, receive, draw, tired):
    receive(customer, STAYS | {chance.FITS: draw})
    assert customer.messages_tired == tired


def test_b12_only_who_minds_their_privacy_takes_offence_at_what_fits(make_world, make_customer, receive):
    world = make_world({"behaviour.outreach.privacy": 0.02})
    trust = {}
    for sensitive in (0, 1):
        for name, script in (("fits", FITS), ("tires", DOES_NOT_FIT)):
            customer = make_customer(privacy_sensitive=sensitive)
            receive(customer, script | STAYS, world)
            trust[sensitive, name] = customer.trust
    assert trust[1, "fits"] == pytest.approx(0.58)
    assert trust[0, "fits"] == trust[0, "tires"] == trust[1, "tires"] == 0.6
    distrustful = make_customer(privacy_sensitive=1, trust=0.01)
    receive(distrustful, FITS | STAYS, world)
    assert distrustful.trust == 0.0


def test_b12_the_tired_unsubscribe(make_world, make_customer, receive, ledger, log):
    world = make_world(
        {"behaviour.outreach.unsubscribe": -6.0, "behaviour.outreach.unsubscribe_fatigue": 2.0}
    )
    # log-odds -6 without fatigue; after two unfitting messages, the second just read, -6 + 2 · 2
    rested, tired = 1.0 / (1.0 + math.exp(6.0)), 1.0 / (1.0 + math.exp(2.0))
    for probability, before, script in ((rested, 0.0, FITS), (tired, 1.0, DOES_NOT_FIT)):
        for shift, unsubscribed in ((-1e-9, 1), (1e-9, 0)):
            customer = make_customer(messages_tired=before)
            receive(customer, script | {chance.UNSUBSCRIBES: probability + shift}, world)
            assert customer.unsubscribed == unsubscribed
    assert ledger.unsubscribed == log.codes.count(events.UNSUBSCRIBED) == 2


# Contacts to keep a customer


@pytest.fixture
def contact(world, make_policy, clock, ledger, log):
    """Return a function that lets the firm ask a customer to stay."""

    def ask(customer, numbers=None, levers=None):
        policy = make_policy(levers or CONTACTS)
        receive_contact(customer, policy, numbers or world, clock, ledger, log, 9.0)

    return ask


def test_b12_a_contact_wakes_habit_and_its_gift_pleases(make_world, make_customer, contact, ledger, log):
    world = make_world(
        {
            "behaviour.outreach.wakes": 0.3,
            "behaviour.outreach.goodwill": 2.0,
            "economics.compensation_cost": 0.5,
        }
    )
    customer = make_customer(habit=0.8, price=30.0)
    contact(customer, world)
    assert customer.habit == pytest.approx(0.5)
    assert customer.goodwill == pytest.approx(0.2)
    # a contact and a gift worth a tenth of an order, which costs half of its worth
    assert ledger.cost == pytest.approx(1.5 + 0.5 * 3.0)
    assert customer.profit == pytest.approx(-3.0)
    assert ledger.retention_contacts == 1
    assert customer.exposed == LEVER_BIT["retention_contact"]
    assert log.rows == [(0, 9.0, events.RETENTION_CONTACT, events.NOTHING, 0.1, pytest.approx(3.0))]


def test_b12_under_a_contract_the_gift_is_a_share_of_the_period(make_world, make_customer, contact, ledger):
    world = make_world({"customers.relation": "contractual", "economics.compensation_cost": 1.0})
    contact(make_customer(price=30.0, period_price=200.0), world)
    assert ledger.cost == pytest.approx(1.5 + 20.0)


@given(LEVEL, LEVEL)
def test_b12_habit_stays_a_level_when_woken(world, make_customer, make_policy, habit, wakes):
    customer = make_customer(watched=0, habit=habit)
    policy = SimpleNamespace(retention_gift=0.0, retention_cost=0.0, levers=0)
    world = numbers(world, outreach_wakes=wakes)
    receive_contact(customer, policy, world, Clock(), TickLedger(), SILENT, 0.0)
    assert customer.habit == pytest.approx(max(habit - wakes, 0.0))


def test_b12_a_contact_without_a_gift_raises_the_hazard_of_those_with_a_habit_alone(
    world, make_customer, practice, contact
):
    bare = CONTACTS | {"retention_contact.gift": 0.0}
    new, old = make_customer(habit=0.0), make_customer(habit=0.9)
    before = [hazard_ratio(customer, practice, world) for customer in (new, old)]
    for customer in (new, old):
        contact(customer, levers=bare)
    assert hazard_ratio(new, practice, world) == before[0]
    raised = hazard_ratio(old, practice, world) / before[1]
    assert raised == pytest.approx(math.exp(world.churn_inertia * world.outreach_wakes))


def test_b12_waking_raised_churn_from_6_to_10_percent_and_the_ranges_hold_it(make_world):
    # Ascarza, Iyengar and Schleicher 2016: 6.4 % of the control group left and 10.0 % of the treated
    published = math.log(math.log(1.0 - 0.100) / math.log(1.0 - 0.064))
    usual = make_world()
    strong = make_world({"behaviour.outreach.wakes": 0.5, "behaviour.churn.inertia": 1.0})
    assert 0.0 < usual.churn_inertia * usual.outreach_wakes < published
    assert strong.churn_inertia * strong.outreach_wakes > published


def test_b12_contacts_go_to_those_at_risk(world, make_customer, make_policy):
    policy = make_policy(CONTACTS | {"retention_contact.risk": 1.5})
    assert contact_rate(make_customer(), policy, world) == 0.0
    assert contact_rate(make_customer(satisfaction=0.3), policy, world) == 2.0
    everybody = make_policy(CONTACTS)
    assert contact_rate(make_customer(satisfaction=1.0), everybody, world) == 2.0
    assert contact_rate(make_customer(), make_policy(), world) == 0.0


# Fading


@pytest.mark.parametrize(
    ("name", "half_life"),
    [
        ("messages_tired", "outreach_half_life"),
        ("questions_tired", "answer_fatigue_half_life"),
        ("goodwill", "outreach_goodwill_half_life"),
    ],
)
def test_b12_what_tires_and_what_pleases_halves_in_its_half_life(world, make_customer, name, half_life):
    customer = make_customer(**{name: 3.0})
    forget(customer, 24.0 * getattr(world, half_life), world)
    assert getattr(customer, name) == pytest.approx(1.5)


@given(st.lists(st.floats(0.0, 24.0 * 90.0), min_size=1, max_size=12), st.floats(0.0, 5.0), LEVEL)
def test_b12_fading_and_habit_do_not_depend_on_how_time_is_cut(world, make_customer, hours, size, habit):
    whole, cut = (
        make_customer(messages_tired=size, questions_tired=size, goodwill=size, habit=habit) for _ in range(2)
    )
    forget(whole, sum(hours), world)
    for stretch in hours:
        forget(cut, cut.felt_hour + stretch, world)
    for name in ("messages_tired", "questions_tired", "goodwill", "habit"):
        assert getattr(cut, name) == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-15), name


def test_b13_habit_grows_with_tenure(make_world, make_customer):
    world = make_world({"behaviour.churn.inertia_years": 2.0})
    customer = make_customer()
    for years in (0.5, 1.0, 2.0, 6.0):
        forget(customer, years * HOURS_PER_YEAR, world)
        assert customer.habit == pytest.approx(1.0 - math.exp(-years / 2.0))


def test_b13_a_woken_habit_grows_back_from_where_it_is(make_world, make_customer, contact):
    world = make_world({"behaviour.churn.inertia_years": 2.0, "behaviour.outreach.wakes": 0.3})
    customer = make_customer()
    forget(customer, 2.0 * HOURS_PER_YEAR, world)
    contact(customer, world)
    forget(customer, 4.0 * HOURS_PER_YEAR, world)
    assert customer.habit == pytest.approx(1.0 - (math.exp(-1.0) + 0.3) * math.exp(-1.0))


# Questions


def answered(customer, gap, world, luck, ledger=None):
    """Return whether a question is answered."""
    return responds(customer, gap, world, luck, 0, ledger or TickLedger())


def test_b17_a_customer_of_usual_attitude_answers_in_the_usual_share(make_world, make_customer, scripted):
    world = make_world({"behaviour.answer.response": 0.25})
    ledger = TickLedger()
    for draw, replies in ((0.2499, True), (0.2501, False)):
        customer = make_customer()
        assert answered(customer, 0.0, world, scripted({chance.RESPONDS: draw}), ledger) == replies
        assert customer.questions_tired == 1.0
    assert (ledger.invited, ledger.replies) == (2, 1)


@pytest.mark.parametrize("gap", [0.3, -0.3])
def test_b17_who_feels_strongly_answers_sooner(make_world, make_customer, scripted, gap):
    world = make_world({"behaviour.answer.response": 0.25, "behaviour.answer.response_extreme": 0.5})
    for draw, replies in ((0.3999, True), (0.4001, False)):
        assert answered(make_customer(), gap, world, scripted({chance.RESPONDS: draw})) == replies


def test_b17_questions_tire(make_world, make_customer, scripted):
    world = make_world({"behaviour.answer.response": 0.4, "behaviour.answer.fatigue": 0.1})
    willing = 0.4 * math.exp(-0.1 * 3.0)
    for shift, replies in ((-1e-9, True), (1e-9, False)):
        tired = make_customer(questions_tired=3.0)
        assert answered(tired, 0.0, world, scripted({chance.RESPONDS: willing + shift})) == replies


@given(LEVEL, st.floats(0.01, 1.0), st.floats(0.0, 2.0), st.floats(0.0, 0.5), st.floats(0.0, 1e3))
def test_b17_who_is_asked_again_is_never_readier_to_answer(
    world, make_customer, scripted, draw, response, extreme, fatigue, tired
):
    world = numbers(world, answer_response=response, answer_response_extreme=extreme, answer_fatigue=fatigue)
    luck = scripted({chance.RESPONDS: min(max(draw, 1e-9), 1.0 - 1e-9)})
    customer = make_customer(questions_tired=tired)
    first = answered(customer, 0.4, world, luck)
    second = answered(customer, 0.4, world, luck)
    assert second <= first
    assert customer.questions_tired == pytest.approx(tired + 2.0)


def test_b17_answers_come_from_those_who_feel_strongly(world, make_customer, lucks):
    # 25 % plus half of the distance: 25 % at the reference, 40 % at 0.3 from it
    count = 4000
    for gap in (0.0, 0.3):
        share = sum(answered(make_customer(), gap, world, luck) for luck in lucks(count)) / count
        expected = world.answer_response + world.answer_response_extreme * gap
        assert abs(share - expected) < 5.0 * math.sqrt(expected * (1.0 - expected) / count)


def test_b17_the_gap_of_attitude_at_a_hand_computed_point(make_world, make_customer):
    world = make_world(
        {
            "behaviour.answer.satisfaction_weight": 0.75,
            "behaviour.memory.peak_weight": 0.0,
            "behaviour.memory.end_weight": 0.0,
        }
    )
    assert attitude_gap(make_customer(), world) == pytest.approx(0.0)
    assert attitude_gap(make_customer(satisfaction=0.9, trust=0.5), world) == pytest.approx(0.15 - 0.025)


def test_b17_the_effort_of_a_complaint_in_points(make_world, make_policy, scripted):
    world = make_world(
        {
            "support.effort": 0.25,
            "behaviour.commitment.checking": 0.3,
            "behaviour.answer.effort_attempt": 0.25,
        }
    )
    checks = make_policy({"recovery.verification": 1.0})
    # 1 + 6 (0.25 + 0.25 a + 0.3 v), halves upwards
    answers = {(0, 0): 3, (1, 0): 4, (2, 0): 6, (3, 0): 7, (0, 1): 4, (1, 1): 6, (9, 1): 7}
    for (attempts, checked), points in answers.items():
        policy = checks if checked else make_policy()
        assert effort_points(attempts, policy, world, scripted(), 0) == points


@given(st.integers(0, 3), LEVEL, LEVEL, st.floats(0.0, 2.0), st.integers(0, 10_000))
def test_b17_effort_is_a_whole_number_from_1_to_7_that_rises_with_contacts(
    world, practice, attempts, effort, checks, noise, key
):
    world = numbers(world, support_effort=effort, answer_effort_noise=noise)
    policy = replace(practice, verification=checks)
    luck = KeyedLuck(key, 0, 0)
    few = effort_points(attempts, policy, world, luck, 0)
    many = effort_points(attempts + 1, policy, world, luck, 0)
    assert isinstance(few, int)
    assert 1 <= few <= many <= 7


def test_b17_a_wave_asks_a_share_and_counts_who_answers(make_world, make_customer, practice, scripted):
    world = make_world({"survey.recommendation_share": 0.6, "customers.involuntary": 0.0})
    asked = {chance.SURVEYED: 0.5999, chance.REFERS: 0.9999}
    for script, wave, invited, replies in (
        (asked | {chance.RESPONDS: 0.0}, 1, 1, 1),
        (asked | {chance.RESPONDS: 0.9999}, 1, 1, 0),
        (asked | {chance.SURVEYED: 0.6001}, 1, 0, 0),
        (asked | {chance.RESPONDS: 0.0}, 0, 0, 0),
    ):
        ledger = TickLedger()
        clock = Clock(end=168.0, last=167.0, years=7.0 / 365.0, wave=wave)
        end(make_customer(watched=0), practice, world, scripted(script), clock, ledger, SILENT)
        assert (ledger.invited, ledger.replies, ledger.asked) == (invited, replies, replies)
        assert ledger.active == 1


# What the firm does unasked reaches a life


@given(
    st.lists(st.sampled_from(["message", "contact", "question", "time"]), max_size=40),
    st.integers(0, 1000),
)
def test_b12_states_stay_in_their_ranges_through_a_life(world, make_customer, practice, life, key):
    policy = replace(practice, messages=365.0, message_accuracy=0.3, retention_gift=2.0, retention_cost=1.0)
    customer, ledger = make_customer(watched=0, privacy_sensitive=1, habit=0.9), TickLedger()
    for number, what in enumerate(life):
        luck = KeyedLuck(key, 0, number)
        if what == "message":
            receive_message(customer, policy, world, luck, Clock(), ledger, SILENT, 0.0, number)
        elif what == "contact":
            receive_contact(customer, policy, world, Clock(), ledger, SILENT, 0.0)
        elif what == "question":
            answered(customer, 0.2, world, luck, ledger)
        else:
            forget(customer, customer.felt_hour + 168.0, world)
        assert 0.0 <= customer.habit <= 1.0
        assert 0.0 <= customer.trust <= 1.0
        assert customer.messages_tired >= 0.0
        assert customer.questions_tired >= 0.0
        assert customer.goodwill >= 0.0
    assert ledger.messages == life.count("message")
    assert ledger.retention_contacts == life.count("contact")
    assert ledger.invited == life.count("question")
    assert customer.profit == pytest.approx(-ledger.cost)
