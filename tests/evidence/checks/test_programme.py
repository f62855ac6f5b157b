"""C16 to C19 and C32: the experiments, their arithmetic, and that a control fails."""

import numpy as np
import pytest

from sim.behaviour import events
from sim.engine.records import EVENT_TYPE
from sim.evidence.check import read, run_check
from sim.evidence.checks import programme, stamp_card
from sim.evidence.checks.stamp_card import PRICE, card, card_world, filled, relative, stamp_hours
from sim.evidence.trial import Trial, run, trial_for, with_planted

CHECKS = {check.name: check for check in programme.CHECKS}


def test_the_checks_are_those_of_the_theme_and_say_what_their_control_must_miss() -> None:
    assert list(CHECKS) == ["C16", "C17", "C18", "C19a", "C19b", "C32"]
    labels = {name: check.label for name, check in CHECKS.items()}
    assert labels["C17"] == "recalled"
    assert {labels[name] for name in ("C16", "C18", "C19a")} == {"fitted"}
    for check in CHECKS.values():
        names = {target.name for target in check.targets}
        assert set(check.control.misses) <= names
        assert check.seeds >= 30
    assert CHECKS["C16"].targets[1].low == pytest.approx(0.34 - 0.05)
    assert CHECKS["C16"].targets[1].high == pytest.approx(0.34 + 0.05)


def test_a_relative_change_is_a_geometric_mean_over_customers() -> None:
    after, before = np.array([2.0, 1.0, np.nan]), np.array([1.0, 2.0, 1.0])
    assert relative(after, before) == pytest.approx(0.0)
    assert relative(np.array([0.8, 0.8]), np.array([1.0, 1.0])) == pytest.approx(-0.2)


def test_a_card_counts_if_handed_out_in_the_quarter_and_redeemed_within_nine_months() -> None:
    day = 24.0
    hours = np.array(
        [
            [1.0 * day, 200.0 * day],  # in time
            [91.0 * day, 365.0 * day],  # the last moment of both
            [91.1 * day, 200.0 * day],  # handed out too late: not asked
            [1.0 * day, 276.0 * day],  # too slow
            [1.0 * day, np.nan],  # never
        ]
    )
    assert filled(hours) == pytest.approx(2 / 4)


def test_a_stamp_is_an_order_and_the_eleventh_is_the_free_one() -> None:
    trial = Trial(40, (5,))
    world = card_world(trial, {"customers.orders.mean": 100.0, "customers.orders.shape": 50.0})
    hours = stamp_hours(world, card(10), 5, 12)
    assert hours.shape == (40, 12)
    assert np.all(np.diff(hours, axis=1)[~np.isnan(hours[:, 11])] > 0.0)
    result = run(world, 5, card(10), watch="all")
    assert result.log is not None
    log = result.log
    for customer in range(40):
        own = log[log["customer"] == customer]
        rewards = own[own["event"] == events.POINTS_REDEEMED]["hour"]
        assert rewards[0] == pytest.approx(hours[customer, 10])
    stamps = log[log["event"] == events.POINTS_EARNED]["value"]
    np.testing.assert_array_equal(stamps, np.ones(len(stamps)))
    assert np.isclose(log[log["event"] == events.PURCHASE]["money"], PRICE).all()


def test_a_card_that_brings_nothing_moves_nobody() -> None:
    # Bit for bit: the customers of the programme order when they would have ordered anyway.
    world = card_world(Trial(60, (5,)), {"customers.orders.mean": 100.0})
    with_card, without = run(world, 5, card(10, 2, 0.0)), run(world, 5)
    gift = with_card.population["orders"] - without.population["orders"]
    assert with_card.population["member"].sum() > 50
    assert np.abs(gift).max() == 0


def test_the_gradient_and_the_given_stamps_act_and_their_ablation_takes_them_out() -> None:
    # Pace at stamps 1 and 9 of 10: (1 + .03)/(1 + .27) = .81 by the formula. Differences of two logs of
    # exponential times have a standard deviation of 1.81; over 4 000 customers that is .029.
    trial = Trial(4000, (3,))
    found = stamp_card.coffee_cards(trial)
    assert found[stamp_card.FIRST_TO_LAST][0] == pytest.approx(-17.5, abs=3.0 * 2.9)
    assert 0.80 < found[stamp_card.FASTER][0] < 0.88
    flat = stamp_card.worthless_cards(trial)
    assert flat[stamp_card.FIRST_TO_LAST][0] == pytest.approx(0.0, abs=3.0 * 2.9)
    assert flat[stamp_card.FASTER][0] == pytest.approx(1.0)


def test_c16_run_small_passes_and_its_control_fails() -> None:
    # A share of .34 of 2 500 cards a seed has a standard error of .009.
    result = run_check(CHECKS["C16"], trial_for("C16", 4000, 3))
    values = [reading.value for reading in result.readings]
    assert values == [pytest.approx(0.19, abs=0.05), pytest.approx(0.34, abs=0.05)]
    assert result.control_fails
    assert result.control[0].value == pytest.approx(values[0])  # nothing was given on the plain card


def test_shares_of_wallet_hold_orders_against_the_whole_need() -> None:
    people = np.array([(12.0, 0.5), (6.0, 0.25)], dtype=[("order_rate", "f8"), ("wallet", "f8")])
    year = programme.SecondYear(people, np.array([12, 12]))
    np.testing.assert_allclose(year.share_of_wallet, [0.5, 0.5])


def test_members_drawn_by_lot_show_the_effect_and_no_more() -> None:
    gap, effect = programme.drawn_by_lot(trial_for("lot", 3000, 1), 7)
    # Shares spread by .24 over some 1 900 customers: the plain gap is off by .011, the other by less.
    assert gap == pytest.approx(effect, abs=0.035)
    assert 0.02 < effect < 0.09
    nothing = with_planted(
        trial_for("lot", 3000, 1),
        {
            "behaviour.programme.gradient": 0.0,
            "behaviour.programme.endowed": 0.0,
            "behaviour.programme.rewarded": 0.0,
            "behaviour.programme.reset": 0.0,
            "behaviour.disconfirmation.reward": 0.0,
        },
    )
    assert programme.drawn_by_lot(nothing, 7)[1] == pytest.approx(0.0, abs=0.02)


def test_weeks_are_counted_by_customer_and_what_came_before_leaves_the_week_out() -> None:
    result = run(trial_for("x", 3, 1).world("courier", {"time.horizon": 0.1}), 1, watch="all")
    rows = [(0, 1.0, events.PURCHASE, 0, 2.0, 9.0), (0, 169.0, events.PURCHASE, 0, 3.0, 9.0)]
    rows.append((2, 170.0, events.SILENCE, 0, 1.0, 0.0))
    object.__setattr__(result, "log", np.array(rows, dtype=EVENT_TYPE))
    counts = programme.weekly(result, events.PURCHASE)
    assert counts.shape == (3, 5)
    np.testing.assert_array_equal(counts[0], [1, 1, 0, 0, 0])
    np.testing.assert_array_equal(counts[1:], 0.0)
    np.testing.assert_array_equal(programme.weekly(result, events.PURCHASE, "value")[0], [2, 3, 0, 0, 0])
    np.testing.assert_array_equal(programme.before_the_week(counts)[0], [0, 1, 2, 2, 2])


def test_idle_points_and_members_are_those_of_the_books() -> None:
    trial = trial_for("idle", 300, 1)
    world = trial.world("fashion", {"time.horizon": 2.0})
    plan = programme.load_strategy("loyalty_points", world)
    result = run(world, 4, plan)
    lost, asleep = programme.idle(result)
    members = result.customers[result.customers["joined_hour"].between(0.0, 8759.9)]
    assert asleep == pytest.approx((members["last_hour"] < 8760.0).mean())
    held = result.ledger["points_balance"][-1].sum()
    issued = result.ledger["points_earned"].sum()
    assert lost == pytest.approx((issued - held - result.ledger["points_redeemed"].sum()) / issued)
    assert 0.0 < lost < 0.5


def test_the_limits_of_c32_leave_out_points_that_last() -> None:
    readings = read(
        CHECKS["C32"].targets, {programme.BREAKAGE: np.array([0.0]), programme.INACTIVE: np.array([0.5])}
    )
    assert [reading.outcome for reading in readings] == ["fail", "pass"]
