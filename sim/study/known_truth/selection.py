"""Who is treated where that is no matter of chance alone: by risk, or by self-selection of heavy buyers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.behaviour.loyalty import RARELY
from sim.engine.luck import BEFORE_THE_FIRST_TICK, seed_key, uniforms
from sim.engine.population import SELECTED
from sim.engine.records import Records
from sim.world.errors import ConfigurationError, nearest
from sim.world.scenario import Scenario

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]
ChosenBy = Literal["risk", "buying"]

FARTHEST = 3.0
"""Scores are cut off so many standard deviations from their mean: nobody is treated for certain, or never."""
STRONGEST = 3.0
"""Greatest strength: the propensities of most customers then lie between .01 and .99."""


@dataclass(frozen=True)
class Selection:
    """Who of the customers is treated, with which probability, and for what.

    Parameters
    ----------
    by
        What decides.
    strength
        Log-odds of being treated per standard deviation of the score; 0: chance alone.
    score
        Of each customer: mean 0 and standard deviation 1, but for scores that were cut off.
    propensity
        Probability of each customer to be treated.
    chosen
        Who is treated.
    """

    by: ChosenBy
    strength: float
    score: Floats = field(repr=False)
    propensity: Floats = field(repr=False)
    chosen: Bits = field(repr=False)


def select(scenario: Scenario, people: Records, by: ChosenBy, strength: float, luck: int) -> Selection:
    """Choose who is treated, about half of the customers.

    Parameters
    ----------
    scenario
        The world.
    people
        The customers before the first tick.
    by
        "risk": those are treated whom the firm expects to leave; "buying": those treat themselves who would
        join a loyalty programme in the model, who buy much, buy most of it here, or come for the benefit.
    strength
        Log-odds per standard deviation of the score, 0 to `STRONGEST`.
    luck
        Seed of what is left to chance.

    Raises
    ------
    ConfigurationError
        If there is no such rule, or the strength is out of range.
    """
    check_selection(by, strength)
    score = _standard(SCORES[by](scenario, people))
    propensity = special.expit(strength * score)
    draws = uniforms(seed_key(luck), len(people), BEFORE_THE_FIRST_TICK, SELECTED)
    return Selection(by, strength, score, propensity, np.asarray(draws < propensity))


def check_selection(by: str, strength: float) -> None:
    """Make sure that customers can be chosen in this way.

    Raises
    ------
    ConfigurationError
        If there is no such rule, or the strength is out of range.
    """
    if by not in SCORES:
        raise ConfigurationError("chosen_by", f"unknown rule '{by}'", nearest(by, get_args(ChosenBy)))
    if not 0.0 <= strength <= STRONGEST:
        raise ConfigurationError(
            "confounding", f"{strength:g} is outside its range", f"valid: 0 to {STRONGEST:g} log-odds"
        )


def _risk(scenario: Scenario, people: Records) -> Floats:
    """Return the log of the baseline hazard of leaving: per year, or per period of a contract."""
    hazard = np.maximum(people["exit_force"], np.finfo(np.float64).tiny)
    if scenario.customers.relation != "contractual":
        hazard = hazard * np.maximum(people["order_rate"], RARELY)
    return np.asarray(np.log(hazard))


def _buying(scenario: Scenario, people: Records) -> Floats:
    """Return the log-odds of joining a programme at reference satisfaction (`sim.behaviour.loyalty`)."""
    programme, customers = scenario.behaviour.programme, scenario.customers
    rate = np.maximum(people["order_rate"], RARELY) / customers.orders.mean
    return np.asarray(
        programme.join_rate * np.log(rate)
        + programme.join_wallet * (people["wallet"] - customers.wallet)
        + programme.join_deal * (people["deal_prone"] != 0)
    )


SCORES: Mapping[ChosenBy, Callable[[Scenario, Records], Floats]] = {"risk": _risk, "buying": _buying}


def _standard(score: Floats) -> Floats:
    """Return scores by their distance from the mean in standard deviations; 0 where all are alike."""
    spread = float(score.std())
    if spread <= 0.0:
        return np.zeros(len(score))
    return np.asarray(np.clip((score - score.mean()) / spread, -FARTHEST, FARTHEST))
