"""B9: a notice of a delay before the customer notices it."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance, events
from sim.behaviour.commitment import check_delivery
from sim.behaviour.notice import TOLD, TOLD_AND_MISSED, give_notice, needless, softening
from sim.behaviour.order import live_order
from sim.behaviour.service import lateness, speed_value
from sim.behaviour.surroundings import Clock, TickLedger
from sim.world.policy import LEVER_BIT

LEVEL = st.floats(0.0, 1.0)
NOTICES = {"notice.foreseen": 0.7, "notice.false_alarms": 0.02, "notice.holds": 0.85, "notice.cost": 0.05}
FORESEEN = {chance.NOTICED: 0.0}
UNFORESEEN = {chance.NOTICED: 0.9999}
MISSED = FORESEEN | {chance.NOTICE_HOLDS: 0.9999}
NO_FAILURES = {f"service.{kind}.rate": 0.0 for kind in ("core", "encounter", "unavailable", "billing")}
ALWAYS_LATE = NO_FAILURES | {
    "service.delivery.median": 4.0,
    "service.delivery.spread": 0.0,
    "service.delivery.tail_share": 0.0,
    "service.quality.spread": 0.0,
    "service.contact.spread": 0.0,
    "survey.order_share": 0.0,
}


def numbers(world, **values):
    """Return a copy of the world's numbers with some changed."""
    return SimpleNamespace(**(vars(world) | values))


@pytest.fixture
def told(world, make_policy, scripted, clock, ledger, log):
    """Return a function that lets a customer wait for an order, and the severity that is left."""

    def tell(customer, delay, script, levers=None, numbers=None):
        policy = make_policy(levers or NOTICES)
        luck = scripted(script)
        return give_notice(customer, delay, 5.0, policy, numbers or world, luck, clock, ledger, log, 12.0, 0)

    return tell


def test_b9_a_notice_at_a_hand_computed_point(make_world, customer, told, ledger, log):
    world = make_world({"behaviour.notice.adaptation": 0.7, "behaviour.notice.severity": 0.3})
    assert told(customer, 0.5, FORESEEN, numbers=world) == pytest.approx(0.35)
    # five days where half of the worth is gone after six: 0.75 + 0.7 (6/11 - 0.75)
    assert speed_value(5.0, world) == pytest.approx(6.0 / 11.0)
    assert customer.will_speed == pytest.approx(0.75 + 0.7 * (6.0 / 11.0 - 0.75))
    assert customer.episode_noticed == TOLD
    assert (ledger.notices, ledger.false_alarms) == (1, 0)
    assert log.rows == [(0, 12.0, events.DELAY_NOTICE, events.DELAY, 5.0, 0.0)]
    assert (customer.profit, ledger.cost) == (-0.05, 0.05)
    assert customer.exposed == LEVER_BIT["notice"]


def test_b9_a_delay_nobody_foresaw_stays_what_it_is(customer, told, ledger, log):
    before = dict(vars(customer))
    assert told(customer, 0.5, UNFORESEEN) == 0.5
    assert vars(customer) == before
    assert (ledger.notices, ledger.cost, log.rows) == (0, 0.0, [])


@pytest.mark.parametrize(("draw", "given_notice"), [(0.6999, 1), (0.7001, 0)])
def test_b9_delays_are_foreseen_in_their_share(customer, told, ledger, draw, given_notice):
    told(customer, 0.5, {chance.NOTICED: draw})
    assert ledger.notices == given_notice


def test_b9_a_false_alarm_is_a_nuisance_and_softens_nothing(world, customer, told, ledger, log):
    before = customer.satisfaction
    assert told(customer, 0.0, FORESEEN) == 0.0
    assert customer.satisfaction == pytest.approx(before - world.notice_false_alarm)
    assert customer.messages_tired == 1.0
    assert customer.episode_noticed == 0
    assert customer.will_speed == world.reference_speed
    assert (ledger.notices, ledger.false_alarms, ledger.cost) == (0, 1, 0.05)
    assert log.of(events.DELAY_NOTICE)[0][3] == events.IN_TIME
    assert customer.exposed == LEVER_BIT["notice"]


@pytest.mark.parametrize(("draw", "alarms"), [(0.0199, 1), (0.0201, 0)])
def test_b9_false_alarms_come_in_their_share(customer, told, ledger, draw, alarms):
    told(customer, 0.0, {chance.NOTICED: draw})
    assert ledger.false_alarms == alarms


@given(LEVEL, LEVEL, LEVEL, LEVEL, st.floats(0.4, 0.9), st.floats(0.0, 0.6), st.floats(0.0, 0.1))
def test_b9_levels_stay_levels(
    world, make_customer, practice, scripted, delay, will, satisfaction, draw, adapts, softens, alarm
):
    world = numbers(world, notice_adaptation=adapts, notice_severity=softens, notice_false_alarm=alarm)
    policy = SimpleNamespace(**(vars(practice) | {"notice_foreseen": 0.5, "notice_false_alarms": 0.5}))
    customer = make_customer(watched=0, will_speed=will, satisfaction=satisfaction)
    luck = scripted({chance.NOTICED: draw})
    left = give_notice(
        customer, delay, 5.0, policy, world, luck, Clock(), TickLedger(), SimpleNamespace(), 0.0, 0
    )
    assert 0.0 <= left <= delay
    assert 0.0 <= customer.satisfaction <= satisfaction
    low, high = sorted([will, speed_value(5.0, world)])
    assert low - 1e-15 <= customer.will_speed <= high + 1e-15


def test_b9_without_a_notice_nothing_is_softened(world, customer):
    customer.episode_failure = events.DELAY
    assert softening(customer, world) == needless(customer, world) == 1.0


def test_b9_a_notice_makes_complaints_about_the_delay_needless_and_no_others(make_world, make_customer):
    world = make_world({"behaviour.notice.voice": 0.4})
    waits = {"episode_noticed": TOLD, "episode_failure": events.DELAY}
    assert needless(make_customer(**waits), world) == pytest.approx(0.6)
    assert needless(make_customer(**(waits | {"episode_failure": events.CORE})), world) == 1.0
    assert needless(make_customer(**(waits | {"episode_noticed": TOLD_AND_MISSED})), world) == 1.0


def checked(world, make_customer, policy, log, noticed):
    """Return a customer and the ledger after a delivery two days late, without and with a notice."""
    customer, ledger = make_customer(episode_noticed=noticed), TickLedger()
    check_delivery(customer, 3.0, 5.0, policy, world, ledger, log, 0.0)
    return customer, ledger


def test_b9_a_notice_softens_the_breach(make_world, make_customer, practice, log):
    world = make_world({"behaviour.notice.severity": 0.3, "behaviour.trust.broken_loss": 0.2})
    severity = lateness(5.0, 3.0, 1.0, world)
    plain, _ = checked(world, make_customer, practice, log, 0)
    soft, _ = checked(world, make_customer, practice, log, TOLD)
    # half of the customers have seen the quote, which is trust 0.6 times 0.2 times 0.5 of the severity
    assert plain.episode_trust_lost == pytest.approx(0.6 * 0.2 * 0.5 * severity)
    assert soft.episode_trust_lost == pytest.approx(0.7 * plain.episode_trust_lost)
    assert soft.trust == pytest.approx(0.6 - soft.episode_trust_lost)


def test_b9_a_new_date_that_is_missed_is_a_second_broken_promise(make_world, make_customer, practice, log):
    world = make_world({"behaviour.notice.second": 1.0, "behaviour.trust.stable": 1.5})
    once, _ = checked(world, make_customer, practice, log, TOLD)
    twice, ledger = checked(world, make_customer, practice, log, TOLD_AND_MISSED)
    first = once.episode_trust_lost
    # the second breach repeats the first: one and a half times its share, of the trust that is left
    share = 1.5 * first / 0.6
    assert twice.episode_trust_lost == pytest.approx(first + share * (0.6 - first))
    assert twice.trust == pytest.approx(0.6 - twice.episode_trust_lost)
    assert ledger.delivery_broken == twice.promises_broken == once.promises_broken == 1
    mild = make_world({"behaviour.notice.second": 0.0})
    assert checked(mild, make_customer, practice, log, TOLD_AND_MISSED)[0].trust == pytest.approx(once.trust)


@given(st.floats(0.0, 2.0), st.floats(0.0, 0.6), st.floats(0.0, 0.5), LEVEL)
def test_b9_trust_stays_a_level_through_a_missed_date(
    world, make_customer, practice, second, softens, loss, trust
):
    world = numbers(world, notice_second=second, notice_severity=softens, trust_broken_loss=loss)
    customer = make_customer(watched=0, trust=trust, episode_noticed=TOLD_AND_MISSED)
    check_delivery(customer, 3.0, 9.0, practice, world, TickLedger(), SimpleNamespace(), 0.0)
    assert 0.0 <= customer.trust <= trust


@pytest.fixture
def lived(make_world, make_customer, make_policy, clock, log):
    """Return a function that lets customers live one order each, and gives customers and ledgers."""

    def live(lucks, levers, changes=None):
        world = make_world(ALWAYS_LATE | (changes or {}))
        policy = make_policy(levers, ALWAYS_LATE | (changes or {}))
        lives = []
        for luck in lucks:
            customer, ledger = make_customer(world), TickLedger()
            live_order(customer, policy, world, luck, clock, ledger, log, 12.0, 0)
            lives.append((customer, ledger))
        return lives

    return live


SURE_NOTICE = {"notice.foreseen": 1.0, "notice.false_alarms": 0.0, "notice.holds": 1.0, "notice.cost": 0.0}


def test_b9_who_was_told_is_less_disappointed_by_the_same_delay(lived, scripted):
    silent = [scripted({chance.VOICE: 1.0})]
    ((told, told_ledger),) = lived(silent, SURE_NOTICE)
    ((untold, untold_ledger),) = lived(silent, {})
    assert told_ledger.delays == untold_ledger.delays == 1
    assert told.episode_severity == pytest.approx(0.7 * untold.episode_severity)
    assert told.episode_after > untold.episode_after
    assert told.satisfaction > untold.satisfaction
    assert told.trust > untold.trust
    assert told.shock < untold.shock


@pytest.mark.parametrize("holds", [0.0, 1.0])
@pytest.mark.parametrize("treadmill", [0.0, 0.1])
def test_b9_what_was_said_of_an_order_tells_nothing_of_the_next(lived, scripted, holds, treadmill):
    changes = {"behaviour.expectation.treadmill": treadmill, "behaviour.expectation.adaptation": 0.15}
    silent = [scripted({chance.VOICE: 1.0})]
    ((told, ledger),) = lived(silent, SURE_NOTICE | {"notice.holds": holds}, changes)
    ((untold, _),) = lived(silent, {}, changes)
    assert ledger.notices == 1
    assert told.episode_after > untold.episode_after  # for this order less was expected
    assert told.will_speed == untold.will_speed
    assert told.should_speed == untold.should_speed


def test_b9_after_a_notice_the_usual_expectation_learns_from_the_actual_time(
    lived, scripted, make_world, make_customer
):
    # nothing is quoted prominently enough to be heard: the usual expectation is that of before
    quiet = {"behaviour.expectation.promise_will": 0.0, "behaviour.expectation.adaptation": 0.2}
    ((told, ledger),) = lived([scripted({chance.VOICE: 1.0})], SURE_NOTICE, quiet)
    world = make_world(ALWAYS_LATE | quiet)
    usual = make_customer(world).will_speed
    assert ledger.notices == 1
    assert told.will_speed == pytest.approx(usual + 0.2 * (speed_value(4.0, world) - usual))


def test_b9_every_order_counts_as_one_broken_promise_at_most(lived, lucks):
    levers = SURE_NOTICE | {"notice.foreseen": 0.7, "notice.holds": 0.5}
    lives = lived(lucks(300), levers, {"service.delivery.spread": 0.3})
    missed = [customer for customer, _ in lives if customer.episode_noticed == TOLD_AND_MISSED]
    assert 50 < len(missed) < 200
    for customer, ledger in lives:
        assert customer.promises_broken == ledger.delivery_broken <= 1
        assert customer.promises_kept == ledger.delivery_kept == 1 - ledger.delivery_broken
    assert all(customer.promises_broken == 1 for customer in missed)


def test_b9_a_missed_date_costs_more_trust_than_the_notice_saves(lived, scripted):
    silent = [scripted({chance.VOICE: 1.0})]
    ((missed, _),) = lived(silent, SURE_NOTICE | {"notice.holds": 0.0})
    ((held, _),) = lived(silent, SURE_NOTICE)
    ((untold, _),) = lived(silent, {})
    assert missed.trust < untold.trust < held.trust


def test_b9_a_notice_takes_at_least_three_in_ten_complaints_about_delays(lived, lucks):
    # A food delivery service reports 30 % fewer negative contacts. What the notice makes needless is
    # 40 %, and of the softened delay fewer complain.
    drawn = lucks(1000)
    told = sum(ledger.complaints for _, ledger in lived(drawn, SURE_NOTICE))
    untold = sum(ledger.complaints for _, ledger in lived(drawn, {}))
    assert 0 < told <= 0.7 * untold


def test_b9_an_order_in_time_meets_no_notice_but_false_alarms(lived, scripted):
    ((customer, ledger),) = lived([scripted(FORESEEN)], SURE_NOTICE, {"service.delivery.median": 1.0})
    assert (ledger.notices, ledger.false_alarms, ledger.delays) == (0, 0, 0)
    assert customer.exposed == 0
