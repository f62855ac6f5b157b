"""The questionnaire: answers on a scale, and scores and coefficients made of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.evidence.checks.questionnaire import asked, coefficients, hundred, net_promoters, standardised
from sim.evidence.trial import ALONE, run, served, world_numbers
from sim.study.questionnaire import leaves, on_scale, usual_policy
from sim.world.library import load_scenario


@pytest.fixture(scope="module")
def telecom():
    return load_scenario("telecom").replace({**ALONE, "customers.count": 400, "time.horizon": 1.0})


def test_levels_become_whole_numbers_from_one_to_ten():
    exact = on_scale(np.array([-1.0, 0.0, 0.5, 0.72, 1.0, 2.0]), 0.0, np.random.default_rng(1))
    # 1 + 9 · 0.5 = 5.5 rounds upwards, 1 + 9 · 0.72 = 7.48 downwards
    assert exact.tolist() == [1.0, 1.0, 6.0, 7.0, 10.0, 10.0]


def test_the_error_of_an_answer_has_the_spread_it_is_given():
    # Nine points of the scale per unit; rounding adds 1/12 to the variance. Within 5 standard errors.
    given = on_scale(np.full(20_000, 0.5), 0.1, np.random.default_rng(2))
    assert given.var() == pytest.approx(0.9**2 + 1.0 / 12.0, rel=5.0 * (2.0 / 20_000) ** 0.5)


def test_scores_at_hand_computed_points():
    assert hundred(np.array([1.0, 10.0])) == 50.0
    assert net_promoters(np.array([10.0, 9.0, 8.0, 7.0, 6.0])) == pytest.approx(20.0)


def test_coefficients_of_a_known_sum():
    luck = np.random.default_rng(3)
    first, second = luck.standard_normal((2, 500))
    second -= first * (first @ second) / (first @ first)  # two causes that have nothing in common
    found = coefficients(3.0 * standardised(first) + 4.0 * standardised(second), {"a": first, "b": second})
    assert found == pytest.approx({"a": 0.6, "b": 0.8}, abs=0.01)
    assert not standardised(np.full(5, 2.0)).any()


def test_all_who_are_left_answer_and_nobody_else(telecom):
    wave, people = asked(telecom, 5), served(run(telecom, 5))
    assert wave.id.tolist() == people["id"][people["active"] != 0].tolist()
    assert 250 < len(wave.id) < 400
    for name in ("satisfaction", "trust", "handling", "staying", "recommendation"):
        values = getattr(wave, name)
        assert len(values) == len(wave.id)
        assert values.min() >= (0.0 if name == "recommendation" else 1.0)
        assert values.max() <= 10.0
    assert np.corrcoef(wave.level, wave.satisfaction)[0, 1] > 0.8


def test_the_same_seed_gives_the_same_answers(telecom):
    first, again = asked(telecom, 6), asked(telecom, 6)
    assert first.recommendation.tobytes() == again.recommendation.tobytes()
    assert first.satisfaction.tobytes() == again.satisfaction.tobytes()


def test_the_chance_of_leaving_is_the_own_tendency_at_the_reference(telecom):
    numbers, policy = world_numbers(telecom), usual_policy(telecom)
    customer = SimpleNamespace(
        **dict.fromkeys(
            ("attachment", "shock", "habit", "goodwill", "member", "deal_prone", "discount", "group"), 0
        ),
        satisfaction=numbers.reference_satisfaction,
        trust=numbers.reference_trust,
        switching_cost=-numbers.reference_log_hazard / numbers.churn_switching,
        opinion=0.4,
        interest=0.4,
        usual_price=1.0,
        price_sensitivity=1.0,
        exit_force=-np.log(0.8),
        exit_likeness=1.0,
    )
    assert leaves(customer, policy, numbers) == pytest.approx(0.2)
    customer.satisfaction -= 0.2
    assert leaves(customer, policy, numbers) > 0.3
