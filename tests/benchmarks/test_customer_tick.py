"""Customer-tick v1: all forms agree, and how much faster ours is."""

import numpy as np
import pytest
from customer_tick import c_program, compiled, mesa_program, numpy_program
from customer_tick.rules import Shopper, Takings, live_week
from racing import Peer, needs_a_compiler, race

from sim.engine.luck import KeyedLuck, seed_key

WEEKS = 104
EXPECTED = 0.2331


def ours(kernel, count, seed=1):
    customers, weeks = compiled.shoppers(count, seed), compiled.takings(WEEKS)
    kernel(customers, weeks, np.uint64(seed_key(seed)))
    return customers, weeks


def in_c(count, seed=1):
    customers, weeks = compiled.shoppers(count, seed), compiled.takings(WEEKS)
    c_program.live_weeks(customers, weeks, seed_key(seed))
    return customers, weeks


def retention_error(count):
    return np.sqrt(EXPECTED * (1 - EXPECTED) / count)


@needs_a_compiler
def test_all_forms_of_ours_and_c_give_the_same_bits():
    by_customer, by_week, c = (
        ours(compiled.live_by_customer, 3000),
        ours(compiled.live_by_week, 3000),
        in_c(3000),
    )
    for customers, weeks in (by_week, c):
        assert customers.tobytes() == by_customer[0].tobytes()
        # sums of a week are added up in the order of the customers in every form
        assert weeks.tobytes() == by_customer[1].tobytes()


def test_the_plain_rules_give_the_same_bits():
    customers, _ = ours(compiled.live_by_customer, 60)
    for record, start in zip(customers, compiled.shoppers(60, 1), strict=True):
        person = Shopper(*start.item())
        for week in range(WEEKS):
            if person.active:
                live_week(person, KeyedLuck(seed_key(1), person.id, week), Takings())
        assert tuple(vars(person).values()) == record.item()


@pytest.mark.parametrize(("program", "count"), [(mesa_program, 4000), (numpy_program, 100_000)])
def test_the_peers_keep_as_many_customers(program, count):
    kept = program.active_by_week(count, WEEKS, seed=3)[-1] / count
    assert kept == pytest.approx(EXPECTED, abs=4 * retention_error(count))


def test_ours_keeps_as_many_customers():
    customers, weeks = ours(compiled.live_by_customer, 100_000)
    assert customers["active"].mean() == weeks["active"][-1] / 100_000
    assert customers["active"].mean() == pytest.approx(EXPECTED, abs=4 * retention_error(100_000))


def test_against_idiomatic_mesa(benchmark):
    race(
        benchmark,
        "customer-tick v1, 10,000 customers",
        lambda: ours(compiled.live_by_customer, 10_000),
        Peer("idiomatic Mesa, `do`", lambda: mesa_program.active_by_week(10_000, WEEKS, seed=1), goal=100.0),
    )


@needs_a_compiler
def test_against_numpy_and_c(benchmark):
    race(
        benchmark,
        "customer-tick v1, 100,000 customers",
        lambda: ours(compiled.live_by_customer, 100_000),
        Peer("NumPy, index lists", lambda: numpy_program.active_by_week(100_000, WEEKS, seed=1), goal=3.0),
        Peer("C", lambda: in_c(100_000)),
        Peer("ours, week by week", lambda: ours(compiled.live_by_week, 100_000)),
    )
