"""What is told is what the comparison holds, and what is said to matter does."""

import math

import numpy as np
import pytest

from sim.report.document.extents import FAR, LEAST, limits, outside
from sim.report.document.findings import CHANGES, LEVELS
from sim.report.document.gather import POINTS, findings
from sim.study.decision.money import account
from sim.world.assumptions import assumptions


def test_levels_and_differences_are_those_of_the_comparison(plain, told):
    found = told["plain"]
    for option in found.options:
        name = option.called.name
        for metric in LEVELS:
            assert option.levels[metric] == pytest.approx(plain.interval(name, metric), nan_ok=True)
        for metric in CHANGES if option in found.others else ():
            assert option.changes[metric] == pytest.approx(plain.difference(name, metric), nan_ok=True)
    assert {option.called.name for option in found.others} == {"over_promise", "guarantee", "loyalty_points"}


def test_segments_are_those_of_the_table_by_segment(plain, told):
    table = plain.summary(by="segment").set_index(["segment", "strategy", "metric"])
    for option in told["plain"].others:
        assert set(option.segments) == set(plain.scenario.customers.segments)
        for segment, part in option.segments.items():
            for metric, interval in part.items():
                row = table.loc[(segment, option.called.name, metric)]
                limits_told = (row["difference"], row["difference_low"], row["difference_high"])
                assert tuple(interval) == pytest.approx(limits_told)


def test_money_is_the_account_and_the_cash_curve_its_cash(plain, told):
    for option in told["plain"].others:
        found = account(plain, option.called.name)
        assert option.cash.net == found.net
        assert option.cash.paid_back == found.paid_back
        assert option.curves["cash"].mean[-1] == pytest.approx(found.cash.mean(axis=0)[-1], rel=1e-5)
        assert math.isnan(found.breaks_even.mean)  # what a kept customer is worth takes runs of its own


def test_the_net_gain_is_that_in_customer_equity(plain, told):
    for option in told["plain"].others:
        gain = plain.difference(option.called.name, "customer_equity").mean
        assert option.cash.net.mean == pytest.approx(gain / plain.scenario.customers.count)


def test_curves_end_where_the_levels_are(plain, told):
    for option in told["plain"].options:
        stays = 100.0 * option.levels["survival_rate"].mean
        assert option.curves["active"].mean[-1] == pytest.approx(stays, abs=0.01)
        assert option.curves["active"].low[-1] < stays < option.curves["active"].high[-1]


def test_a_long_run_of_short_ticks_has_no_more_points_than_can_be_seen(plain):
    world = plain.scenario.replace({"time.tick": "day", "customers.count": 20})
    import sim

    found = findings(sim.compare(world, plain.strategies[:1], replications=1))
    assert world.time.ticks > POINTS
    assert len(found.months) == POINTS == len(found.options[0].curves["active"].mean)
    assert found.months[-1] == pytest.approx(9.0, rel=0.01)


def test_every_value_is_counted_once_by_its_mark(plain, told):
    parts = [plain.scenario, *plain.strategies]
    items = [item for part in parts for item in assumptions(part) if item.value is not None]
    assert sum(told["plain"].marks.values()) == len(items)
    assert told["plain"].marks["literature"] == sum(item.mark == "literature" for item in items)


def test_a_value_set_by_hand_is_a_design_choice(plain, told):
    path = next(item.path for item in assumptions(plain.scenario) if item.mark == "literature")
    found = findings(plain, changed=[f"scenario.{path}"])
    before = told["plain"].marks
    assert found.marks["literature"] == before["literature"] - 1
    assert found.marks["design choice"] == before["design choice"] + 1


def test_without_draws_numbers_of_the_levers_are_shown_each_once(told):
    found = told["plain"]
    assert 5 <= len(found.assumed) <= 10
    assert all(one.mark == "design choice" for one in found.assumed)
    pulled = {lever for option in found.options for lever in option.levers}
    assert {one.lever for one in found.assumed} <= pulled
    assert len({one.path for one in found.assumed}) == len(found.assumed)
    assert len({one.path.split(".")[1] for one in found.assumed}) == 3  # of each strategy that has any


def test_with_draws_the_ten_are_those_that_move_a_lead_most(told):
    found = told["drawn"]
    strength = {}
    for deciders in found.drawn.deciders.values():
        for one in deciders:
            strength[one.path] = max(strength.get(one.path, 0.0), abs(one.correlation))
    shown = [strength[one.path.removeprefix("scenario.")] for one in found.assumed]
    assert shown == sorted(strength.values(), reverse=True)[:10]


def test_the_drawn_worlds_are_told_as_the_comparison_has_them(drawn, told):
    for option in told["drawn"].options:
        verdict = drawn.verdicts("clv")[option.called.name]
        assert (option.doubt["clv"].best, option.doubt["clv"].regret) == (verdict.best, verdict.regret)
        if option in told["drawn"].others:
            band = drawn.assumption_band(option.called.name, "clv")
            assert (option.doubt["clv"].low, option.doubt["clv"].high) == band


def test_who_leads_and_by_how_much(plain, told):
    found = told["plain"]
    for metric in ("survival_rate", "clv"):
        leaders = found.leaders[metric]
        assert leaders == tuple(plain.leaders(metric))
        second = found.seconds[metric]
        assert second != leaders[0]
        assert len(leaders) == 1 or second == leaders[1]
        gap = plain.gap(leaders[0], second, metric)
        assert found.leads[metric].mean == pytest.approx(gap.mean)
        assert (found.leads[metric].low > 0.0) == (len(leaders) == 1)


def test_who_is_far_off_leaves_the_picture_and_nobody_else_does(told):
    found = told["plain"]
    assert outside(found, "effects_stay") == ("over_promise",)
    assert outside(found, "active") == ()  # levels are drawn whole
    low, high = limits(found, "effects_stay")
    reaches = [abs(part) for option in found.others for part in option.together["survival_rate"]]
    assert max(reaches) > FAR * max(-low, high) / 1.2
    for option in found.others:
        if option.called.name != "over_promise":
            assert low < option.together["survival_rate"].low <= option.together["survival_rate"].high < high


def test_where_nothing_differs_a_picture_still_has_a_width(told):
    found = told["nothing differs"]
    assert outside(found, "effects_stay") == ()
    assert limits(found, "effects_stay") == (-LEAST, LEAST)
    assert np.isfinite(limits(found, "cash")).all()
