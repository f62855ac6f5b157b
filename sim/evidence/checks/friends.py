"""The experiment behind C23: those who joined by referral against those who joined by themselves."""

import numpy as np

from sim.engine.records import Records
from sim.engine.simulation import Run
from sim.evidence.trial import Floats, Trial, Values, run
from sim.world.scenario import DAYS_PER_YEAR, Scenario

HOURS_PER_YEAR = 24.0 * DAYS_PER_YEAR

JOIN_FROM, JOIN_TO = 2.0, 4.0
YEARS_AFTER = 6.0
AFTER_ONE = "stay beyond the first renewal, referred less others, share"
AFTER_FIVE = "stay beyond the fifth renewal, referred less others, share"
WORTH = "value in six years, referred over others, less 1, percent"


def referral_world(trial: Trial) -> Scenario:
    """Return a world of yearly contracts that customers join by themselves and by referral."""
    return trial.world(
        "telecom",
        {
            "market.prospects": 3.0,
            "time.tick": "month",
            "time.horizon": JOIN_TO + YEARS_AFTER,
            "behaviour.talk.referral": 1.0,
            "economics.acquisition_cost": 0.0,  # the value compared is the one before what winning costs
        },
    )


def stay(people: Records, since: Floats | float, years: float) -> float:
    """Return the share of people who are still there some years after an hour, and a month."""
    end = since + (years + 1.0 / 12.0) * HOURS_PER_YEAR
    return float(np.mean((people["left_hour"] < 0.0) | (people["left_hour"] > end)))


def joined(result: Run) -> tuple[Records, Records]:
    """Return those who joined in the window: by referral, and by themselves."""
    people = result.population
    hour = people["acquired_hour"]
    new = people[(hour >= JOIN_FROM * HOURS_PER_YEAR) & (hour < JOIN_TO * HOURS_PER_YEAR)]
    return new[new["referrer"] >= 0], new[new["referrer"] < 0]


def referred(trial: Trial) -> Values:
    """Measure C23: referred customers against those who joined by themselves in the same year."""
    world = referral_world(trial)
    growth = 1.0 + world.economics.discount_rate

    def value(people: Records) -> float:
        """Return the mean value, discounted to the day of joining."""
        return float(np.mean(people["value"] * growth ** (people["acquired_hour"] / HOURS_PER_YEAR)))

    def one(seed: int) -> dict[str, float]:
        friends, others = joined(run(world, seed))
        since = [people["acquired_hour"] for people in (friends, others)]
        return {
            AFTER_ONE: stay(friends, since[0], 1.0) - stay(others, since[1], 1.0),
            AFTER_FIVE: stay(friends, since[0], 5.0) - stay(others, since[1], 5.0),
            WORTH: 100.0 * (value(friends) / value(others) - 1.0),
        }

    return trial.each(one)


def referred_against_old(trial: Trial) -> Values:
    """Measure the same against customers of long standing: tenure is compared, not how they came."""
    world = referral_world(trial)

    def one(seed: int) -> dict[str, float]:
        result = run(world, seed)
        friends, _ = joined(result)
        start = JOIN_FROM * HOURS_PER_YEAR
        old = result.population[: world.customers.count]
        old = old[(old["left_hour"] < 0.0) | (old["left_hour"] > start)]
        return {
            name: stay(friends, friends["acquired_hour"], years) - stay(old, start, years)
            for name, years in ((AFTER_ONE, 1.0), (AFTER_FIVE, 5.0))
        }

    return trial.each(one)
