"""B4: trust, earned slowly by kept promises and lost fast by broken ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.trust import break_promise, keep_promise

LEVEL = st.floats(0.0, 1.0)
FLAG = st.integers(0, 1)
BREACH = st.tuples(LEVEL, LEVEL, LEVEL, FLAG, FLAG, FLAG)


def breach(customer, world, severity=0.5, publicity=0.8, measurability=1.0, external=0, repeated=0, honest=1):
    return break_promise(customer, severity, publicity, measurability, external, repeated, honest, world)


def test_b4_a_kept_promise_earns_a_share_of_what_is_missing(world, make_customer):
    customer = make_customer(trust=0.6)
    keep_promise(customer, 1.0, 1.0, world)
    # 0.6 + 0.015 · 0.4
    assert customer.trust == pytest.approx(0.606)
    assert customer.promises_kept == 1


def test_b4_a_broken_promise_costs_a_share_of_trust(world, make_customer):
    customer = make_customer(trust=0.6)
    lost = breach(customer, world)
    # 0.2 · 0.5 · 0.8 · 0.6
    assert lost == pytest.approx(0.048)
    assert customer.trust == pytest.approx(0.552)
    assert customer.promises_broken == 1


def test_b4_blame_depends_on_the_cause(world, make_customer):
    plain = breach(make_customer(), world)
    assert breach(make_customer(), world, external=1) == pytest.approx(0.5 * plain)
    assert breach(make_customer(), world, repeated=1) == pytest.approx(1.5 * plain)
    assert breach(make_customer(), world, external=1, repeated=1) == pytest.approx(0.5 * plain)


def test_b4_trust_is_lost_faster_than_it_is_earned(world, make_customer):
    customer = make_customer(trust=0.5)
    keep_promise(customer, 1.0, 1.0, world)
    gained = customer.trust - 0.5
    lost = breach(make_customer(trust=0.5), world, severity=1.0, publicity=1.0)
    # with trust in the middle the ratio is that of the two parameters, 0.2 / 0.015
    assert lost / gained == pytest.approx(0.2 / 0.015)


def test_b4_a_vague_promise_neither_earns_nor_costs_trust(world, make_customer):
    customer = make_customer()
    keep_promise(customer, 1.0, 0.0, world)
    lost = breach(customer, world, measurability=0.0, honest=0)
    assert lost == 0.0
    assert customer.trust == world.reference_trust
    assert customer.trust_ceiling == 1.0


@pytest.mark.parametrize(("severity", "publicity"), [(0.0, 1.0), (1.0, 0.0)])
def test_b4_a_breach_without_severity_or_publicity_costs_nothing(world, make_customer, severity, publicity):
    assert breach(make_customer(), world, severity=severity, publicity=publicity) == 0.0


@given(LEVEL, LEVEL, LEVEL)
def test_b4_a_kept_promise_never_lowers_trust(world, make_customer, trust, publicity, measurability):
    customer = make_customer(trust=trust)
    keep_promise(customer, publicity, measurability, world)
    assert trust <= customer.trust <= 1.0


def test_b4_a_promise_that_few_have_heard_of_earns_little(world, make_customer):
    known, unknown, secret = make_customer(), make_customer(), make_customer()
    keep_promise(known, 0.8, 1.0, world)
    keep_promise(unknown, 0.2, 1.0, world)
    keep_promise(secret, 0.0, 1.0, world)
    assert known.trust - 0.6 == pytest.approx(4.0 * (unknown.trust - 0.6))
    assert secret.trust == 0.6


@given(LEVEL, BREACH)
def test_b4_a_broken_promise_never_raises_trust(world, make_customer, trust, what):
    customer = make_customer(trust=trust)
    lost = break_promise(customer, *what, world)
    assert 0.0 <= lost <= trust
    assert 0.0 <= customer.trust <= trust


@given(LEVEL, LEVEL, LEVEL)
def test_b4_a_worse_breach_costs_more(world, make_customer, one, other, publicity):
    mild = breach(make_customer(), world, severity=min(one, other), publicity=publicity)
    grave = breach(make_customer(), world, severity=max(one, other), publicity=publicity)
    assert mild <= grave


@given(st.lists(st.one_of(LEVEL, BREACH), max_size=60))
def test_b4_trust_stays_between_zero_and_its_ceiling(make_world, make_customer, life):
    world = make_world({"behaviour.trust.kept_gain": 0.05, "behaviour.trust.broken_loss": 0.5})
    customer = make_customer()
    for act in life:
        if isinstance(act, tuple):
            break_promise(customer, *act, world)
        else:
            keep_promise(customer, 1.0, act, world)
        assert 0.0 <= customer.trust <= customer.trust_ceiling <= 1.0


def test_b4_deception_lowers_the_ceiling_once_and_for_good(world, make_customer):
    customer = make_customer(trust=0.95)
    breach(customer, world, severity=0.1, honest=0)
    assert customer.trust_ceiling == pytest.approx(0.8)
    assert customer.trust <= 0.8
    breach(customer, world, severity=0.1, honest=0)
    assert customer.trust_ceiling == pytest.approx(0.8)
    for _ in range(2000):
        keep_promise(customer, 1.0, 1.0, world)
    assert customer.trust == pytest.approx(0.8)


def test_b4_without_deception_trust_can_be_restored(world, make_customer):
    customer = make_customer(trust=0.9)
    breach(customer, world, severity=1.0)
    for _ in range(2000):
        keep_promise(customer, 1.0, 1.0, world)
    assert customer.trust == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("severity", "gain", "critical"),
    [(0.3, 0.02, 0.818), (0.3, 0.01, 0.900), (0.6, 0.02, 0.9), (0.6, 0.01, 0.947)],
)
def test_b5_at_the_critical_keep_rate_trust_stands_still(make_world, make_customer, severity, gain, critical):
    # k* = b sev T / (b sev T + g (1 - T)) at T = 0.6, b = 0.2
    world = make_world({"behaviour.trust.kept_gain": gain})
    customer = make_customer(trust=0.6)
    keep_promise(customer, 1.0, 1.0, world)
    gained = customer.trust - 0.6
    lost = breach(make_customer(trust=0.6), world, severity=severity, publicity=1.0)
    assert lost / (lost + gained) == pytest.approx(critical, abs=5e-4)
