"""A questionnaire put to the customers of a world: the answers of one wave, on a scale of 1 to 10.

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
from sim.engine.records import as_object, policy_records
from sim.engine.simulation import Run
from sim.evidence.trial import Floats, baseline, run, served, world_numbers
from sim.world.policy import Policy, timeline
from sim.world.scenario import DAYS_PER_YEAR, Scenario

LOWEST, HIGHEST = 1.0, 10.0
WORDINGS = 3
"""Questions behind the index of satisfaction, as in the ACSI and the ECSI."""
PROMOTER, DETRACTOR = 9.0, 6.0


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
    plan = timeline(scenario.effective(), baseline(scenario))
    policy = cast(Policy, as_object(policy_records(plan)[-1][0]))
    world = world_numbers(scenario)
    firm = Firm()
    open_firm(firm, world)
    hold(policy, firm, world)
    return policy


def on_scale(levels: Floats, noise: float, luck: np.random.Generator) -> Floats:
    """Return answers from 1 to 10 to levels between 0 and 1, with an error of this spread."""
    meant = LOWEST + (HIGHEST - LOWEST) * (levels + noise * luck.standard_normal(len(levels)))
    return np.clip(np.floor(meant + 0.5), LOWEST, HIGHEST)


def asked(scenario: Scenario, seed: int) -> Wave:
    """Run a world and put the questionnaire to those customers at the start who are still there."""
    return answers(run(scenario, seed))


def answers(result: Run) -> Wave:
    """Put the questionnaire to the customers at the end of a run."""
    scenario, seed = result.scenario, result.seed
    world, policy = world_numbers(scenario), usual_policy(scenario)
    records = served(result)
    records = records[records["active"] != 0]
    people = [cast(Any, as_object(record)) for record in records]
    key, ticks = seed_key(seed), scenario.time.ticks
    error = np.random.default_rng((seed, ticks))  # of the answers that the model itself does not give
    level = np.array([recalled(one, world) for one in people])
    year_ago = 24.0 * (ticks * scenario.time.tick_days - DAYS_PER_YEAR)
    lately = (records["judged_hour"] >= 0.0) & (records["judged_hour"] >= year_ago)
    handled = np.where(lately, records["justice"], records["expected_success"])
    renews = np.array([1.0 - leaves(one, policy, world) for one in people])
    noise = scenario.behaviour.answer.noise
    wordings = [on_scale(level, noise, error) for _ in range(WORDINGS)]
    return Wave(
        records["id"].copy(),
        level,
        np.mean(wordings, axis=0),
        on_scale(records["trust"], noise, error),
        on_scale(handled, noise, error),
        on_scale(renews, noise, error),
        np.array([recommendation(one, world, KeyedLuck(key, one.id, ticks)) for one in people], np.float64),
    )


def leaves(customer: Any, policy: Policy, world: Any) -> float:
    """Return the probability with which a customer leaves at the next decision."""
    ratio = hazard_ratio(customer, policy, world)
    return exit_probability(customer.exit_force * customer.exit_likeness, ratio)


def hundred(scores: Floats) -> float:
    """Return answers from 1 to 10 as an index from 0 to 100 (as the American index does)."""
    return float(100.0 * (np.mean(scores) - LOWEST) / (HIGHEST - LOWEST))


def net_promoters(scores: Floats) -> float:
    """Return the net promoter score of answers, in points."""
    return float(100.0 * (np.mean(scores >= PROMOTER) - np.mean(scores <= DETRACTOR)))


def standardised(values: Floats) -> Floats:
    """Return values less their mean, over their standard deviation; zeros where they do not differ."""
    spread = float(np.std(values))
    return (values - np.mean(values)) / spread if spread > 0.0 else np.zeros_like(values)


def coefficients(outcome: Floats, causes: dict[str, Floats]) -> dict[str, float]:
    """Return the coefficients of a least-squares regression of standardised values, by cause."""
    columns = np.column_stack([standardised(cause) for cause in causes.values()])
    slopes = np.linalg.lstsq(columns, standardised(outcome), rcond=None)[0]
    return {name: float(slope) for name, slope in zip(causes, slopes, strict=True)}
