"""B14: what customers tell others, in reviews and by referring, and what it does to those who hear."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.behaviour import chance, events
from sim.behaviour.churn import hazard_ratio, order_pace
from sim.behaviour.surroundings import Clock, TickLedger
from sim.behaviour.talk import (
    consider_referring,
    fall_silent,
    likeness,
    listen,
    says_something,
    take_after,
    talk,
)
from sim.engine.luck import KeyedLuck
from sim.world.policy import LEVER_BIT

LEVEL = st.floats(0.0, 1.0)
SILENT = SimpleNamespace()
TELL = {chance.TELLS: 0.0, chance.REVIEWS: 0.9999}
HEAR = {chance.HEARS: 0.0, chance.FOLLOWS: 0.0}
SMALL = 1e-9


def numbers(world, **values):
    """Return a copy of the world's numbers with some changed."""
    return SimpleNamespace(**(vars(world) | values))


# Telling


@pytest.fixture
def told(world, make_customer, scripted, ledger, log):
    """Return a function that lets a customer tell of an episode and returns the customer."""

    def tell(satisfaction, script, numbers=None):
        customer = make_customer()
        talk(customer, satisfaction, numbers or world, scripted(script), ledger, log, 5.0, 0)
        return customer

    return tell


def test_b14_two_in_three_tell_of_a_perfect_episode_and_nearly_three_in_four_of_the_worst(told):
    # Temkin 2018: 66 % and 73 %
    for satisfaction, share, name in ((1.0, 0.66, "praise"), (0.0, 0.73, "warnings")):
        for shift, said in ((-SMALL, 1), (SMALL, 0)):
            customer = told(satisfaction, TELL | {chance.TELLS: share + shift})
            assert getattr(customer, name) == said
            assert customer.praise + customer.warnings == said


def test_b14_what_is_usual_for_oneself_is_not_worth_telling(world, make_customer, scripted, ledger, log):
    script = scripted(TELL)
    for contentment, praise, warnings in ((0.3, 0, 0), (0.0, 1, 0), (-0.3, 1, 0)):
        customer = make_customer(contentment=contentment)
        talk(customer, 0.9, world, script, ledger, log, 5.0, 0)
        assert (customer.praise, customer.warnings) == (praise, warnings)
    spoilt = make_customer(contentment=0.3)  # 0.6 would be all right for others
    talk(spoilt, 0.6, world, script, ledger, log, 5.0, 0)
    assert (spoilt.praise, spoilt.warnings) == (0, 1)


def test_b14_telling_at_hand_computed_points(make_world, told, ledger, log):
    world = make_world(
        {
            "behaviour.talk.good": 0.6,
            "behaviour.talk.bad": 0.8,
            "behaviour.talk.good_level": 0.8,
            "behaviour.talk.bad_level": 0.4,
        }
    )
    # half of the way from the level to the end of the scale: half of the probability
    assert told(0.9, TELL | {chance.TELLS: 0.3 - SMALL}, world).praise == 1
    assert told(0.9, TELL | {chance.TELLS: 0.3 + SMALL}, world).praise == 0
    assert told(0.2, TELL | {chance.TELLS: 0.4 - SMALL}, world).warnings == 1
    assert told(0.2, TELL | {chance.TELLS: 0.4 + SMALL}, world).warnings == 0
    assert (ledger.episodes, ledger.praise, ledger.warnings) == (4, 1, 1)
    assert [row[3] for row in log.of(events.TOLD)] == [events.PRAISE, events.WARNING]


@pytest.mark.parametrize("satisfaction", [0.45, 0.6, 0.76])
def test_b14_of_what_is_usual_nobody_tells(make_world, told, satisfaction):
    world = make_world({"behaviour.talk.good_level": 0.76, "behaviour.talk.bad_level": 0.45})
    customer = told(satisfaction, TELL, world)
    assert (customer.praise, customer.warnings) == (0, 0)


@given(LEVEL, LEVEL, LEVEL, st.floats(0.6, 0.95), st.floats(0.05, 0.6))
def test_b14_the_farther_from_usual_the_likelier_it_is_told(
    world, make_customer, scripted, one, other, draw, good_level, bad_level
):
    world = numbers(world, talk_good_level=good_level, talk_bad_level=bad_level)
    luck = scripted({chance.TELLS: draw, chance.REVIEWS: 0.9999})
    said = []
    for satisfaction in sorted([one, other]):
        customer = make_customer(watched=0)
        talk(customer, satisfaction, world, luck, TickLedger(), SILENT, 0.0, 0)
        assert customer.praise + customer.warnings <= 1
        said.append((customer.praise, customer.warnings))
    assert said[0][0] <= said[1][0]
    assert said[0][1] >= said[1][1]


# Reviews


def test_b14_reviews_come_from_those_who_have_something_to_say(make_world, told, ledger, log):
    world = make_world(
        {
            "behaviour.talk.review": 0.01,
            "behaviour.talk.review_extreme": 0.08,
            "reference.satisfaction": 0.7,
        }
    )
    quiet = {chance.TELLS: 0.9999}
    for satisfaction, share in ((0.7, 0.01), (0.2, 0.05), (1.0, 0.034)):
        written = ledger.reviews
        told(satisfaction, quiet | {chance.REVIEWS: share - SMALL}, world)
        told(satisfaction, quiet | {chance.REVIEWS: share + SMALL}, world)
        assert ledger.reviews == written + 1
    # 0.7 earns four stars, 0.2 two, 1.0 five
    assert (ledger.review_stars, ledger.reviews_negative) == (11, 1)
    assert [row[4] for row in log.of(events.REVIEW)] == [4.0, 2.0, 5.0]


@given(LEVEL, st.floats(0.0, 0.3), st.floats(0.0, 1.0), st.integers(0, 10_000))
def test_b14_a_review_is_one_to_five_stars(world, make_customer, satisfaction, base, extreme, key):
    world = numbers(world, talk_review=base, talk_review_extreme=extreme)
    ledger = TickLedger()
    for occurrence in range(5):
        luck = KeyedLuck(key, 0, 0)
        talk(make_customer(watched=0), satisfaction, world, luck, ledger, SILENT, 0.0, occurrence)
    assert ledger.episodes == 5
    assert ledger.reviews <= ledger.review_stars <= 5 * ledger.reviews
    assert 0 <= ledger.reviews_negative <= ledger.reviews <= 5


def test_b14_a_star_is_worth_5_to_9_percent_of_orders(world, customer, make_policy):
    # Luca 2011, independent firms
    policy = make_policy()
    before = order_pace(customer, policy, world)
    policy.rating += 1.0
    assert 1.05 <= order_pace(customer, policy, world) / before <= 1.09


# Referring


def refers(world, policy, customer, draw, scripted, years, log=SILENT):
    """Return whether a customer refers friends in a tick."""
    ledger, clock = TickLedger(), Clock(years=years)
    luck = scripted({chance.REFERS: draw})
    consider_referring(customer, policy, world, luck, clock, ledger, log)
    assert ledger.referrals == customer.refers
    return customer.refers == 1


@pytest.mark.parametrize(
    ("state", "reward", "rate"),
    [
        ({}, 0.0, 0.1),
        ({"satisfaction": 0.8}, 0.0, 0.1 * 1.4),
        ({"satisfaction": 0.4}, 0.0, 0.0),
        ({"price": 40.0}, 10.0, 0.1 * 1.5),
        ({"satisfaction": 0.8, "price": 40.0}, 10.0, 0.1 * 1.4 * 1.5),
    ],
)
def test_b14_the_rate_of_referring_at_hand_computed_points(
    make_world, make_customer, make_policy, scripted, state, reward, rate
):
    world = make_world(
        {
            "behaviour.talk.referral": 0.1,
            "behaviour.talk.referral_satisfaction": 4.0,
            "behaviour.talk.referral_reward": 2.0,
            "reference.satisfaction": 0.7,
        }
    )
    policy = make_policy({"referral.reward": reward} if reward else {})
    for years in (7.0 / 365.0, 1.0 / 12.0):
        probability = 1.0 - math.exp(-rate * years)
        if probability > 0.0:
            customer = make_customer(watched=0, **state)
            assert refers(world, policy, customer, probability * (1.0 - SMALL), scripted, years)
        customer = make_customer(watched=0, **state)
        assert not refers(world, policy, customer, probability + SMALL, scripted, years)


def test_b14_under_a_contract_a_reward_is_held_against_an_order_and_a_month(
    make_world, make_customer, make_policy, scripted
):
    world = make_world(
        {
            "customers.relation": "contractual",
            "customers.contract.period": 365.0,
            "behaviour.talk.referral": 0.1,
            "behaviour.talk.referral_reward": 2.0,
        }
    )
    policy = make_policy({"referral.reward": 10.0})
    # 20 for an order and 240 / 12 for a month; then a contract alone: 480 / 12
    for price, period in ((20.0, 240.0), (0.0, 480.0), (40.0, 0.0)):
        probability = 1.0 - math.exp(-0.1 * (1.0 + 2.0 * 10.0 / 40.0) * 0.25)
        for shift, said in ((-SMALL, True), (SMALL, False)):
            customer = make_customer(watched=0, price=price, period_price=period)
            assert refers(world, policy, customer, probability + shift, scripted, 0.25) == said


def test_b14_referring_is_exposure_where_it_is_rewarded(world, make_customer, make_policy, scripted, log):
    for levers, exposed in (({}, 0), ({"referral.reward": 10.0}, LEVER_BIT["referral"])):
        customer = make_customer()
        assert refers(world, make_policy(levers), customer, 0.0, scripted, 0.1, log)
        assert customer.exposed == exposed
    assert log.codes == [events.REFERRAL] * 2


@given(LEVEL, LEVEL, LEVEL, st.floats(0.0, 2.0), st.floats(0.0, 20.0))
def test_b14_the_satisfied_refer_sooner(
    world, make_customer, practice, scripted, one, other, draw, rate, effect
):
    world = numbers(world, talk_referral=rate, talk_referral_satisfaction=effect)
    low, high = (
        refers(world, practice, make_customer(watched=0, satisfaction=level), draw, scripted, 1.0 / 12.0)
        for level in sorted([one, other])
    )
    assert low <= high


# Hearing


@pytest.fixture
def heard(world, scripted, clock, ledger, log):
    """Return a function that lets somebody hear a neighbour and returns the opinion."""

    def hear(listener, neighbour, script=HEAR, numbers=None, place=0):
        listen(listener, neighbour, place, numbers or world, scripted(script), clock, ledger, log)
        return listener.opinion

    return hear


def prospect(make_customer, **values):
    """Return somebody who is not a customer yet."""
    return make_customer(**({"active": 0, "prospect": 1, "interest": 0.35, "opinion": 0.35} | values))


def test_b14_praise_and_warnings_shift_the_choice_as_published(world, make_customer, heard):
    # East, Hammond and Lomax 2008: +0.20 and -0.11 where the probability of choosing was about 0.35;
    # figures of two digits
    assert heard(prospect(make_customer), make_customer(praise=1)) - 0.35 == pytest.approx(0.20, abs=0.01)
    assert heard(prospect(make_customer), make_customer(warnings=1)) - 0.35 == pytest.approx(-0.11, abs=0.01)


def test_b14_hearing_at_hand_computed_points(make_world, make_customer, heard, ledger, log):
    world = make_world(
        {
            "behaviour.talk.praise": 0.4,
            "behaviour.talk.warning": 0.2,
            "behaviour.talk.praise_customers": 0.5,
            "behaviour.talk.warning_customers": 0.25,
        }
    )
    praise, warning = make_customer(id=7, praise=1), make_customer(id=8, warnings=2)
    assert heard(prospect(make_customer), praise, numbers=world) == pytest.approx(0.35 + 0.4 * 0.65)
    assert heard(prospect(make_customer), warning, numbers=world) == pytest.approx(0.35 * 0.8)
    customer = {"interest": 0.5, "opinion": 0.5}
    assert heard(make_customer(**customer), praise, numbers=world) == pytest.approx(0.5 + 0.2 * 0.5)
    assert heard(make_customer(**customer), warning, numbers=world) == pytest.approx(0.5 * 0.95)
    both = make_customer(id=9, praise=1, warnings=1)
    assert heard(prospect(make_customer), both, numbers=world) == pytest.approx(0.61 * 0.8)
    assert (ledger.praise_heard, ledger.warnings_heard) == (3, 3)
    assert [row[3:5] for row in log.of(events.HEARD)] == [
        (events.PRAISE, 7.0),
        (events.WARNING, 8.0),
        (events.PRAISE, 7.0),
        (events.WARNING, 8.0),
        (events.PRAISE, 9.0),
        (events.WARNING, 9.0),
    ]


def test_b14_talk_wins_more_than_it_keeps(world):
    # East, Hammond and Lomax 2008: praise about twice, warnings more than four times as much
    assert 1.0 / world.talk_praise_customers == pytest.approx(2.0)
    assert 1.0 / world.talk_warning_customers >= 4.0


def test_b14_nine_hear_of_good_service_and_sixteen_of_bad_before_claims_are_scaled(world):
    # American Express barometer, by self-report; a fifth of it is believed. The people who hear one
    # praise or warning in a network of the usual degree, over how well people are listened to. The
    # figures are whole persons: half a person either way.
    spread = stats.lognorm(world.talk_leadership)
    for probability, persons in ((world.talk_good_heard, 9.0), (world.talk_bad_heard, 16.0)):
        mean, _ = integrate.quad(
            lambda leads, share=probability: min(share * leads, 1.0) * spread.pdf(leads), 0.0, 60.0, limit=200
        )
        assert abs(world.network_degree * mean / 0.2 - persons) < 0.5


@pytest.mark.parametrize(
    ("said", "leadership", "probability"),
    [(1, 1.0, 0.2), (1, 2.0, 0.4), (3, 1.0, 1.0 - 0.8**3), (2, 10.0, 1.0), (1, 0.0, 0.0)],
)
def test_b14_a_praise_is_heard_the_sooner_the_more_often_and_by_whom_it_is_said(
    make_world, make_customer, heard, ledger, said, leadership, probability
):
    world = make_world({"behaviour.talk.good_heard": 0.2})
    neighbour = make_customer(praise=said, leadership=leadership)
    for shift in (-SMALL, SMALL):
        draw = min(max(probability + shift, 1e-15), 1.0 - 1e-15)
        before = ledger.praise_heard
        heard(prospect(make_customer), neighbour, {chance.HEARS: draw}, world)
        assert ledger.praise_heard - before == (1 if draw < probability else 0)


def test_b14_each_neighbour_is_heard_with_luck_of_its_own(make_customer, heard, ledger):
    # occurrences 2 p and 2 p + 1 belong to the neighbour at place p: only the second is heard, warning
    script = {chance.HEARS: [0.9999, 0.9999, 0.9999, 0.0]}
    for place in (0, 1):
        heard(prospect(make_customer), make_customer(praise=1, warnings=1), script, place=place)
    assert (ledger.praise_heard, ledger.warnings_heard) == (0, 1)


def test_b14_listening_changes_nobody_but_the_listener(make_customer, heard):
    neighbour = make_customer(praise=2, warnings=1, refers=1, opinion=0.4)
    before = dict(vars(neighbour))
    for listener in (prospect(make_customer), make_customer(), make_customer(active=0)):
        heard(listener, neighbour)
    assert vars(neighbour) == before


def test_b14_two_who_hear_each_other_hear_what_was_said_before(make_customer, heard):
    # whoever listens first, both hear the same
    def pair():
        return make_customer(praise=1, opinion=0.4), make_customer(warnings=1, opinion=0.6)

    first, second = pair()
    heard(first, second)
    heard(second, first)
    third, fourth = pair()
    heard(fourth, third)
    heard(third, fourth)
    assert (first.opinion, second.opinion) == (third.opinion, fourth.opinion)


def test_b14_what_was_said_can_be_heard_until_the_next_tick_begins(make_customer):
    customer = make_customer(praise=2, warnings=1, refers=1)
    assert says_something(customer)
    fall_silent(customer)
    assert (customer.praise, customer.warnings, customer.refers) == (0, 0, 0)
    assert not says_something(customer)


def test_b14_silence_is_not_heard(make_customer, heard, ledger, log):
    quiet, listener = make_customer(), prospect(make_customer)
    before = dict(vars(listener))
    assert not says_something(quiet)
    heard(listener, quiet)
    assert vars(listener) == before
    assert (ledger.praise_heard, ledger.warnings_heard, log.rows) == (0, 0, [])
    for name in ("praise", "warnings", "refers"):
        assert says_something(make_customer(**{name: 1}))


@given(
    LEVEL,
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 1)), max_size=30),
    st.floats(0.0, 0.8),
    st.floats(0.0, 0.8),
)
def test_b14_opinion_stays_a_probability(world, make_customer, scripted, opinion, said, praise, warning):
    world = numbers(world, talk_praise=praise, talk_warning=warning)
    for active in (0, 1):
        listener = make_customer(watched=0, active=active, opinion=opinion)
        for place, (praises, warnings, refers) in enumerate(said):
            before = listener.opinion
            neighbour = make_customer(praise=praises, warnings=warnings, refers=refers)
            listen(listener, neighbour, place, world, scripted(HEAR), Clock(), TickLedger(), SILENT)
            assert 0.0 <= listener.opinion <= 1.0
            if praises == 0:
                assert listener.opinion <= before
            if warnings == 0:
                assert listener.opinion >= before


def test_b14_who_heard_good_things_stays(world, make_customer, practice):
    ratios = [
        hazard_ratio(make_customer(opinion=opinion, interest=0.4), practice, world)
        for opinion in (0.2, 0.4, 0.6)
    ]
    assert ratios[1] == 1.0
    assert ratios[0] == pytest.approx(math.exp(0.2 * world.churn_opinion))
    assert ratios[2] == pytest.approx(1.0 / ratios[0])


# Following a referral


def test_b14_a_prospect_follows_a_referral_in_its_share_and_the_first_one_counts(
    make_world, make_customer, heard
):
    world = make_world({"behaviour.talk.referral_taken": 0.1})
    friends = make_customer(id=3, refers=1), make_customer(id=4, refers=1)
    listener = prospect(make_customer)
    heard(listener, friends[0], {chance.FOLLOWS: 0.1 + SMALL}, world)
    assert listener.referrer == -1
    heard(listener, friends[0], {chance.FOLLOWS: 0.1 - SMALL}, world)
    assert listener.referrer == 3
    heard(listener, friends[1], HEAR, world)
    assert listener.referrer == 3


def test_b14_only_prospects_can_be_referred(make_customer, heard):
    friend = make_customer(id=3, refers=1)
    for listener in (make_customer(), make_customer(active=0)):
        heard(listener, friend)
        assert listener.referrer == -1


def rates(customer):
    """Return the rate of orders and the tendency to leave with what was taken from the referrer."""
    return (
        customer.order_rate * customer.order_likeness,
        customer.exit_force * customer.exit_likeness,
    )


def test_b14_who_is_referred_is_like_the_referrer_in_a_share_of_cases(make_world, make_customer, heard):
    world = make_world({"behaviour.talk.alike": 0.25})
    friend = make_customer(id=3, refers=1, order_rate=16.0, exit_force=0.04)
    for shift, expected in ((-SMALL, (16.0, 0.04)), (SMALL, (4.0, 0.01))):
        customer = make_customer(active=0, prospect=1, order_rate=4.0, exit_force=0.01)
        heard(customer, friend, HEAR | {chance.TAKES_AFTER: 0.25 + shift}, world)
        assert customer.referrer == 3
        assert rates(customer) == pytest.approx(expected)
        assert (customer.order_rate, customer.exit_force) == (4.0, 0.01)  # the own draws stay


def test_b14_likeness_is_handed_on(make_customer):
    first, second, third = (
        make_customer(order_rate=rate, exit_force=0.01 * rate) for rate in (2.0, 8.0, 32.0)
    )
    take_after(second, first)
    take_after(third, second)
    assert rates(second) == pytest.approx(rates(first))
    assert rates(third) == pytest.approx(rates(first))


@given(st.floats(1e-6, 400.0), st.floats(1e-6, 400.0))
def test_b14_likeness_turns_the_own_rate_into_the_others(own, other):
    assert own * likeness(own, other) == pytest.approx(other)


def test_b14_likeness_is_finite_where_the_own_rate_is_nothing():
    assert likeness(0.0, 0.0) == 0.0
    assert math.isfinite(likeness(0.0, 400.0))


@pytest.mark.parametrize("alike", [0.0, 0.3, 1.0])
def test_b14_friends_of_exchangeable_people_differ_as_much_as_people_do(make_world, make_customer, alike):
    # Independent own and other, both from one law: so is the mixture, to sampling error, and it
    # correlates with the other by the share of those who are alike.
    world, count = make_world({"behaviour.talk.alike": alike, "behaviour.talk.referral_taken": 1.0}), 4000
    draws = np.random.default_rng(5).gamma(2.0, 6.0, (count, 2))
    taken = np.zeros(count)
    for person, (own, other) in enumerate(draws.tolist()):
        customer = make_customer(active=0, prospect=1, watched=0, order_rate=own)
        friend = make_customer(id=person, refers=1, order_rate=other)
        listen(customer, friend, 0, world, KeyedLuck(7, person, 0), Clock(), TickLedger(), SILENT)
        taken[person] = rates(customer)[0]
    error = 4.5 / math.sqrt(count)  # of a mean, in its standard deviation
    assert abs(taken.mean() - 12.0) < error * math.sqrt(72.0)
    # The variance of a gamma of shape 2 is known to √((2 + 6/2) / n) of itself.
    assert abs(taken.var() / 72.0 - 1.0) < error * math.sqrt(5.0)
    assert abs(np.corrcoef(taken, draws[:, 1])[0, 1] - alike) < error * math.sqrt(2.0)
