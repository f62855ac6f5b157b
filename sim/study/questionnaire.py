"""A questionnaire put to the customers of a run: the answers of one wave, on any scale.

The questions are those of the customer satisfaction indices: satisfaction with the firm as a whole in
three wordings, trust, how complaints are handled, whether one would stay, whether one would recommend.
Only the last is a question of the model itself. For the others a state of the model is answered with
the error of the world's satisfaction question and rounded to the scale, so that no answer knows more
than an answer can.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.churn import exit_probability, hazard_ratio
from sim.behaviour.firm import Firm, hold, open_firm
from sim.behaviour.memory import recalled
from sim.behaviour.survey import recommendation
from sim.engine.luck import KeyedLuck, seed_key
from sim.engine.records import as_object, policy_records, world_record
from sim.engine.simulation import Run
from sim.world.library import load_strategy
from sim.world.policy import Policy, timeline
from sim.world.scenario import DAYS_PER_YEAR, Scenario

Floats = NDArray[np.float64]
LOWEST, HIGHEST = 1.0, 10.0
WORDINGS = 3
"""Questions behind the index of satisfaction, as in the ACSI and the ECSI."""


@dataclass(frozen=True)
class States:
    """What the customers at the start who are still there feel at the end of a run, an entry a customer.

    Parameters
    ----------
    id
        Who they are.
    level
        Satisfaction as it is recalled, 0 to 1.
    trust
        0 to 1.
    handled
        How complaints are handled, by the last case of the year before, of those who had none by the success
        they expect; 0 to 1.
    renews
        Chance of staying at the next decision; NaN where it was not asked for.
    recommendation
        Answer, 0 to 10: the only question of the model itself.
    """

    id: NDArray[np.int64]
    level: Floats
    trust: Floats
    handled: Floats
    renews: Floats
    recommendation: Floats


@dataclass(frozen=True)
class Wave:
    """What the customers who are still there answered at the end of a run, one entry a customer.

    Parameters
    ----------
    id
        Who they are.
    level
        Satisfaction as it is recalled, 0 to 1: the state, not an answer.
    satisfaction
        Index of satisfaction, the mean of three answers, 1 to 10.
    trust, handling, staying
        Answers, 1 to 10. How complaints are handled is judged by the last case of the year before, by
        those who had none from the success they expect; staying is the chance of renewing.
    recommendation
        Answer, 0 to 10.
    """

    id: NDArray[np.int64]
    level: Floats
    satisfaction: Floats
    trust: Floats
    handling: Floats
    staying: Floats
    recommendation: Floats


def usual_policy(scenario: Scenario) -> Policy:
    """Return what the firm does in the last tick of the baseline, the firm being as it was at the start."""
    plan = timeline(scenario.effective(), load_strategy("baseline", scenario))
    policy = cast(Policy, as_object(policy_records(plan)[-1][0]))
    world = _numbers(scenario)
    firm = Firm()
    open_firm(firm, world)
    hold(policy, firm, world)
    return policy


def _numbers(scenario: Scenario) -> Any:
    """Return the numbers of a scenario as the rules of behaviour read them."""
    return as_object(world_record(scenario.effective())[0])


def on_scale(
    levels: Floats, noise: float, luck: np.random.Generator, low: float = LOWEST, high: float = HIGHEST
) -> Floats:
    """Return answers on a scale to levels between 0 and 1, with an error of this spread, in whole points."""
    meant = low + (high - low) * (levels + noise * luck.standard_normal(len(levels)))
    return np.clip(np.floor(meant + 0.5), low, high)


def states(result: Run, *, staying: bool = True) -> States:
    """Return what the customers at the start who are still there feel at the end of a run.

    Parameters
    ----------
    result
        The run.
    staying
        Whether the chance of staying is wanted, which takes longest.
    """
    scenario, seed = result.scenario, result.seed
    world, ticks = _numbers(scenario), scenario.time.ticks
    people = result.population
    records = people[(people["prospect"] == 0) & (people["acquired_hour"] < 0.0) & (people["active"] != 0)]
    asked = [cast(Any, as_object(record)) for record in records]
    key = seed_key(seed)
    year_ago = 24.0 * (ticks * scenario.time.tick_days - DAYS_PER_YEAR)
    lately = (records["judged_hour"] >= 0.0) & (records["judged_hour"] >= year_ago)
    renews = np.full(len(records), np.nan)
    if staying:
        policy = usual_policy(scenario)
        renews = np.array([1.0 - leaves(one, policy, world) for one in asked], np.float64)
    return States(
        records["id"].copy(),
        np.array([recalled(one, world) for one in asked], np.float64),
        records["trust"].copy(),
        np.where(lately, records["justice"], records["expected_success"]),
        renews,
        np.array([recommendation(one, world, KeyedLuck(key, one.id, ticks)) for one in asked], np.float64),
    )


def answers(result: Run) -> Wave:
    """Put the questionnaire to the customers at the end of a run, on a scale of 1 to 10."""
    found = states(result)
    noise = result.scenario.behaviour.answer.noise
    error = np.random.default_rng(
        (result.seed, result.scenario.time.ticks)
    )  # of what the model does not answer
    wordings = [on_scale(found.level, noise, error) for _ in range(WORDINGS)]
    return Wave(
        found.id,
        found.level,
        np.mean(wordings, axis=0),
        on_scale(found.trust, noise, error),
        on_scale(found.handled, noise, error),
        on_scale(found.renews, noise, error),
        found.recommendation,
    )


def leaves(customer: Any, policy: Policy, world: Any) -> float:
    """Return the probability with which a customer leaves at the next decision."""
    ratio = hazard_ratio(customer, policy, world)
    return exit_probability(customer.exit_force * customer.exit_likeness, ratio)
