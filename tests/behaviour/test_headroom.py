"""B11 and B12: what is left to win limits a programme, and a message prompts for a while."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.behaviour import chance
from sim.behaviour.loyalty import age_points, consider_joining, headroom, programme_pull
from sim.behaviour.memory import forget
from sim.behaviour.outreach import message_pull, receive_message
from sim.engine.population import create_population, share_of_wallet
from sim.world.policy import timeline
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

PROGRAMME = {"loyalty.earn_rate": 2.0, "loyalty.reward_points": 100.0, "loyalty.reward_value": 5.0}
SMALL = 1e-9


def test_b11_headroom_is_what_is_left_over_what_is_left_on_average(make_world, make_customer):
    world = make_world({"customers.wallet": 0.4})
    shares = {0.4: 1.0, 0.1: 1.5, 0.7: 0.5, 1.0: 0.0}
    for share, room in shares.items():
        assert headroom(make_customer(wallet=share), world) == pytest.approx(room)
    half = make_world({"customers.wallet": 0.4, "behaviour.programme.headroom": 0.5})
    assert headroom(make_customer(wallet=0.1), half) == pytest.approx(1.25)
    alike = make_world({"behaviour.programme.headroom": 0.0})
    assert headroom(make_customer(wallet=0.9), alike) == 1.0


def test_b11_a_programme_pulls_as_far_as_there_is_something_to_win(make_world, make_customer, make_policy):
    world = make_world({"behaviour.programme.gradient": 0.3, "behaviour.programme.gradient_power": 1.0})
    policy = make_policy(PROGRAMME)
    for share, room in ((0.4, 1.0), (0.1, 1.5), (1.0, 0.0)):
        member = make_customer(member=1, points_fresh=50.0, wallet=share)
        assert programme_pull(member, policy, world, 0.0) == pytest.approx(1.0 + room * 0.15)
    # However light or heavy: what is ordered here never exceeds what is needed.
    for share in np.linspace(0.01, 1.0, 30):
        member = make_customer(member=1, points_fresh=100.0, wallet=float(share), endowed=0.2)
        assert share * programme_pull(member, policy, world, 0.0) <= 1.0 + 1e-12


def test_b11_points_that_buy_nothing_pull_nobody(world, make_customer, make_policy):
    policy = make_policy(PROGRAMME)
    member = make_customer(member=1, points_fresh=100.0, endowed=0.2, last_reward_hour=0.0)
    assert programme_pull(member, policy, world, 24.0) > 1.0
    assert programme_pull(member, replace(policy, reward_value=0.0), world, 24.0) == 1.0


def test_b11_who_buys_elsewhere_joins_later(make_world, make_customer, make_policy, scripted, ledger, log):
    world = make_world({"behaviour.programme.join_base": -0.5, "behaviour.programme.join_wallet": 5.0})
    policy = make_policy(PROGRAMME)
    for share in (0.2, 0.4, 0.6):
        chance_to_join = 1.0 / (1.0 + math.exp(0.5 - 5.0 * (share - 0.4)))
        for draw, joined in ((chance_to_join - SMALL, 1), (chance_to_join + SMALL, 0)):
            customer = make_customer(wallet=share)
            luck = scripted({chance.JOIN: draw})
            consider_joining(customer, policy, world, luck, ledger, log, 7.0, 0)
            assert customer.member == joined


def test_b11_the_spur_of_points_given_goes_with_them(world, make_customer, make_policy, ledger, log):
    policy = make_policy({**PROGRAMME, "loyalty.expiry": 2, "loyalty.endowment": 20.0})
    member = make_customer(member=1, points_fresh=20.0, endowed=0.2)
    age_points(member, policy, world, ledger, log, 0.0)
    assert member.endowed == 0.2
    age_points(member, policy, world, ledger, log, 0.0)
    assert (member.points_second, member.endowed) == (0.0, 0.0)


def test_b11_shares_of_wallet_are_beta_distributed_around_their_mean(plain: Scenario):
    # Gamma orders of shape r and gamma orders elsewhere of shape s make beta(r, s) shares: r = 1.5,
    # a mean of .4, s = 2.25, a variance of .4 · .6 / (1 + 3.75) = .0505.
    scenario = plain.replace({"customers.count": 20_000, "customers.orders.shape": 1.5})
    plan = timeline(scenario, Strategy(name="none"))
    people = create_population(scenario, plan, 3)[:20_000]
    spread = math.sqrt(0.4 * 0.6 / 4.75)
    assert people["wallet"].mean() == pytest.approx(0.4, abs=4.0 * spread / math.sqrt(20_000))
    assert people["wallet"].std() == pytest.approx(spread, rel=0.03)
    heavy = people["order_rate"] > np.median(people["order_rate"])
    assert people["wallet"][heavy].mean() > people["wallet"][~heavy].mean() + 0.1
    other = create_population(scenario.replace({"customers.wallet": 0.7}), plan, 3)[:20_000]
    assert other["wallet"].mean() == pytest.approx(0.7, abs=0.01)
    np.testing.assert_array_equal(other["order_rate"], people["order_rate"])


def test_b11_a_share_is_defined_for_somebody_who_hardly_ever_orders(plain: Scenario):
    scenario = plain.replace({"customers.orders.shape": 0.05, "customers.wallet": 0.95})
    shares = share_of_wallet(np.array([0.0, 0.0]), np.ones(2), np.array([1e-15, 0.5]), scenario)
    assert np.all((shares > 0.0) & (shares <= 1.0))


def test_b12_a_message_that_fits_prompts_and_the_prompt_fades(
    make_world, make_customer, make_policy, scripted, clock, ledger, log
):
    world = make_world({"behaviour.outreach.prompt": 0.8, "behaviour.outreach.prompt_half_life": 7.0})
    policy = make_policy({"personalisation.messages": 24.0, "personalisation.accuracy": 0.6})
    fits, misses = make_customer(), make_customer()
    usual = message_pull(fits, policy, world)
    for customer, draw in ((fits, 0.1), (misses, 0.9)):
        luck = scripted({chance.FITS: draw, chance.UNSUBSCRIBES: 0.9999})
        receive_message(customer, policy, world, luck, clock, ledger, log, 0.0, 0)
    assert (fits.prompted, misses.prompted) == (1.0, 0.0)
    assert message_pull(fits, policy, world) == pytest.approx(usual + 0.8)
    forget(fits, 7.0 * 24.0, world)
    assert message_pull(fits, policy, world) == pytest.approx(usual + 0.4)
