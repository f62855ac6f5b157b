"""The two slots of open cases."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.cases import close_first, exchange, open_cases, put_in_order
from sim.behaviour.customer import CustomerState

FIRST = [item.name for item in fields(CustomerState) if item.name.startswith("first_")]
SECOND = [item.name for item in fields(CustomerState) if item.name.startswith("second_")]
NOT_A_CASE = {"first_hour"}  # of the first order
SLOT = [name.removeprefix("first_") for name in FIRST if name not in NOT_A_CASE]


@pytest.fixture
def busy(customer):
    """Return a customer whose slots hold a different number in every field."""
    for place, name in enumerate(SLOT):
        setattr(customer, f"first_{name}", 10.0 + place)
        setattr(customer, f"second_{name}", 100.0 + place)
    return customer


def test_the_two_slots_hold_the_same_fields():
    assert [name.removeprefix("second_") for name in SECOND] == SLOT
    assert len(SLOT) >= 16


def test_exchange_touches_every_field_of_the_slots_and_nothing_else(busy):
    before = dict(vars(busy))
    exchange(busy)
    for name in SLOT:
        assert getattr(busy, f"first_{name}") == before[f"second_{name}"], name
        assert getattr(busy, f"second_{name}") == before[f"first_{name}"], name
    slots = {f"{slot}_{name}" for slot in ("first", "second") for name in SLOT}
    assert {name: value for name, value in vars(busy).items() if name not in slots} == {
        name: value for name, value in before.items() if name not in slots
    }


def test_exchange_twice_changes_nothing(busy):
    before = dict(vars(busy))
    exchange(busy)
    exchange(busy)
    assert vars(busy) == before


@pytest.mark.parametrize(
    ("first", "second", "count"), [(-1.0, -1.0, 0), (0.0, -1.0, 1), (5.0, 9.0, 2), (-1.0, 3.0, 1)]
)
def test_open_cases(make_customer, first, second, count):
    assert open_cases(make_customer(first_due=first, second_due=second)) == count


DUE = st.one_of(st.just(-1.0), st.floats(0.0, 1e5))


@given(DUE, DUE)
def test_the_case_due_next_comes_first(make_customer, first, second):
    customer = make_customer(first_due=first, second_due=second)
    count = open_cases(customer)
    put_in_order(customer)
    assert open_cases(customer) == count
    assert {customer.first_due, customer.second_due} == {first, second}
    if count == 2:
        assert customer.first_due <= customer.second_due
    if count == 1:
        assert customer.first_due >= 0.0 > customer.second_due


def test_closing_moves_the_other_case_up(busy):
    waiting = {name: getattr(busy, f"second_{name}") for name in SLOT}
    close_first(busy)
    assert open_cases(busy) == 1
    assert {name: getattr(busy, f"first_{name}") for name in SLOT} == waiting
    close_first(busy)
    assert open_cases(busy) == 0
