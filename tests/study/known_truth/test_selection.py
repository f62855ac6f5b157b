"""Who is treated where that is no matter of chance alone."""

import numpy as np
import pytest

import sim
from sim.engine.population import create_population
from sim.study.known_truth.selection import FARTHEST, select
from sim.world.policy import timeline
from sim.world.strategy import Strategy


def people_of(scenario):
    return create_population(scenario, timeline(scenario, Strategy(name="baseline")), 5)[
        : scenario.customers.count
    ]


@pytest.fixture(scope="module")
def courier():
    return sim.load_scenario("courier").replace({"customers.count": 4000})


@pytest.mark.parametrize("by", ["risk", "buying"])
def test_propensities_are_log_odds_of_the_score_and_hold_on_average(courier, by):
    found = select(courier, people_of(courier), by, 1.5, 9)
    np.testing.assert_allclose(np.log(found.propensity / (1.0 - found.propensity)), 1.5 * found.score)
    assert np.abs(found.score).max() <= FARTHEST
    assert 0.9 < found.score.std() <= 1.0
    # Independent draws: the sums over all, and over the upper half, with 4 standard errors.
    for inside in (np.ones(4000, dtype=bool), found.score > 0.0):
        chances = found.propensity[inside]
        error = np.sqrt((chances * (1.0 - chances)).sum())
        assert abs(found.chosen[inside].sum() - chances.sum()) < 4.0 * error


def test_those_at_risk_and_those_who_buy_are_chosen(courier):
    people = people_of(courier)
    risk = select(courier, people, "risk", 2.0, 9).chosen
    hazard = people["exit_force"] * people["order_rate"]
    assert np.median(hazard[risk]) > 2.0 * np.median(hazard[~risk])
    buying = select(courier, people, "buying", 2.0, 9).chosen
    for name in ("order_rate", "wallet", "deal_prone"):
        assert people[name][buying].mean() > people[name][~buying].mean()
    still = select(courier, people, "risk", 0.0, 9)
    assert (still.propensity == 0.5).all()
    assert abs(np.log(hazard[still.chosen]).mean() - np.log(hazard[~still.chosen]).mean()) < 4.0 * np.sqrt(
        4.0 * np.log(hazard).var() / 4000
    )


def test_under_contract_risk_is_by_renewal_and_the_alike_are_left_to_chance():
    telecom = sim.load_scenario("telecom").replace({"customers.count": 300})
    people = people_of(telecom)
    score = select(telecom, people, "risk", 1.0, 2).score
    assert (np.argsort(score)[:5] == np.argsort(people["exit_force"])[:5]).all() or score.min() == -FARTHEST
    assert np.corrcoef(score, np.log(people["exit_force"]))[0, 1] > 0.9
    one = select(telecom, people[:1], "risk", 1.0, 2)
    assert one.propensity.tolist() == [0.5]
