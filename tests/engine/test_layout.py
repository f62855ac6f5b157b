"""A customer in hand, a packed one and their parts are the same memory in the same order."""

import numpy as np

from sim.behaviour.customer import CustomerState
from sim.behaviour.events import DETAIL_NAMES, EVENT_NAMES
from sim.engine import layout
from sim.world.policy import LEVER_BIT


def test_every_field_has_its_place():
    names = set(vars(CustomerState()))
    assert set(layout.IN_HAND_TYPE.names) == names
    assert set(layout.KEPT_FIELDS) == set(layout.CUSTOMER_TYPE.names)
    assert names == {*layout.KEPT_FIELDS, *layout.CASE_FIELDS, *layout.EPISODE_FIELDS}
    assert "first_hour" in layout.KEPT_FIELDS  # of the first order, not of a case


def test_a_customer_in_hand_begins_with_what_is_kept():
    kept = np.zeros(3, dtype=layout.CUSTOMER_TYPE)
    for number, name in enumerate(layout.CUSTOMER_TYPE.names, start=1):
        kept[name] = number
    hand = np.zeros(1, dtype=layout.IN_HAND_TYPE)
    layout.kept_of(hand)[0] = layout.blocks(kept)[1]
    assert all(hand[name] == kept[name][1] for name in layout.KEPT_FIELDS)
    assert all(hand[name] == 0 for name in (*layout.CASE_FIELDS, *layout.EPISODE_FIELDS))


def test_open_cases_lie_behind_it():
    cases = layout.no_cases(2)
    cases["first_due"] = [5.0, 6.0]
    cases["second_attempts"] = 2
    hand = np.zeros(1, dtype=layout.IN_HAND_TYPE)
    layout.cases_of(hand)[0] = layout.blocks(cases)[1]
    assert all(hand[name] == cases[name][1] for name in layout.CASE_FIELDS)
    assert all(hand[name] == 0 for name in (*layout.KEPT_FIELDS, *layout.EPISODE_FIELDS))


def test_no_byte_of_a_customer_is_left_over():
    """What lies between fields is not copied with them, so that equal customers would differ in it."""
    sizes = [layout.CUSTOMER_TYPE[name].itemsize for name in layout.CUSTOMER_TYPE.names]
    assert sum(sizes) == layout.CUSTOMER_TYPE.itemsize
    assert layout.CUSTOMER_TYPE.itemsize % 8 == 0  # blocks are counted in words of eight bytes


def test_what_is_kept_of_a_customer_is_small():
    # with a slot for open cases and what is said, 640 bytes are the limit
    assert layout.CUSTOMER_TYPE.itemsize + 4 + 4 + 1 <= 640


def test_what_a_closed_case_left_behind_is_taken_out():
    cases = layout.no_cases(2)
    cases["first_due"] = [5.0, -1.0]
    cases["first_price"] = [7.0, 8.0]
    cases["second_due"] = [-1.0, 3.0]
    found = layout.open_cases(np.array([10, 20]), cases)
    assert found["customer"].tolist() == [10, 20]
    assert found["first_price"].tolist() == [7.0, 0.0]
    assert found["second_due"].tolist() == [-1.0, 3.0]


def test_codes_and_bits_of_levers_fit_in_their_bytes():
    assert max(len(DETAIL_NAMES), len(EVENT_NAMES)) < 128
    assert len(LEVER_BIT) < 32
