"""B18: what a customer brings and costs, discounted."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.money import earn, spend
from sim.behaviour.surroundings import Clock, TickLedger
from sim.engine.records import clock_records

AMOUNT = st.floats(0.0, 1e6)


def test_b18_revenue_brings_its_margin(world, customer, ledger):
    earn(customer, ledger, Clock(discount=0.5), 40.0, 40.0, world)
    assert (customer.revenue, customer.profit, customer.value) == (40.0, 12.0, 6.0)
    assert (ledger.revenue, ledger.margin, ledger.value, ledger.cost) == (40.0, 12.0, 6.0, 0.0)


def test_b18_a_discount_comes_out_of_the_margin_and_a_rise_goes_into_it(world, make_customer, ledger):
    cheap, dear = make_customer(), make_customer()
    earn(cheap, ledger, Clock(), 36.0, 40.0, world)
    earn(dear, ledger, Clock(), 44.0, 40.0, world)
    # the goods cost 0.7 · 40 either way
    assert (cheap.profit, dear.profit) == (pytest.approx(8.0), pytest.approx(16.0))
    assert (cheap.revenue, dear.revenue) == (36.0, 44.0)
    assert ledger.margin == pytest.approx(24.0)


def test_b18_a_cost_is_taken_off_in_full(customer, ledger):
    spend(customer, ledger, Clock(discount=0.5), 10.0)
    assert (customer.revenue, customer.profit, customer.value) == (0.0, -10.0, -5.0)
    assert (ledger.cost, ledger.discounted_cost, ledger.value) == (10.0, 5.0, -5.0)


@given(st.lists(st.tuples(st.booleans(), AMOUNT, st.floats(0.1, 1.0), st.floats(0.5, 2.0)), max_size=60))
def test_b18_customer_and_ledger_agree(world, make_customer, bookings):
    customer, ledger = make_customer(), TickLedger()
    for earned, amount, discount, listed in bookings:
        if earned:
            earn(customer, ledger, Clock(discount=discount), amount, listed * amount, world)
        else:
            spend(customer, ledger, Clock(discount=discount), amount)
    # the same additions in another order: equal but for rounding
    scale = 1e-12 * sum(amount for _, amount, _, _ in bookings) + 1e-12
    assert customer.revenue == ledger.revenue
    assert customer.profit == pytest.approx(ledger.margin - ledger.cost, rel=0.0, abs=scale)
    assert customer.value == pytest.approx(ledger.value, rel=0.0, abs=scale)


def test_b18_clocks_discount_by_the_year(plain):
    clocks = clock_records(
        plain.replace({"time.tick": "month", "time.horizon": 2.0, "economics.discount_rate": 0.1})
    )
    assert clocks["discount"][0] == 1.0
    assert clocks["discount"][12] == pytest.approx(1.0 / 1.1)
    assert all(later < earlier for earlier, later in pairwise(clocks["discount"]))
