"""The people before the first tick: who they are, the same under every strategy.

Those with the lowest ids are customers from the start, the others are prospects. What a person is
comes from draws that are keyed by the id alone.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.engine.layout import CUSTOMER_TYPE
from sim.engine.luck import BEFORE_THE_FIRST_TICK, seed_key, uniforms
from sim.engine.records import Records
from sim.world.policy import Timeline
from sim.world.scenario import DAYS_PER_YEAR, Scenario

# Purposes of the draws before the first tick; numbered for good, as those in behaviour.chance.
SEGMENT = 101
ORDER_RATE = 102
EXIT = 103
SPEND = 104
LOSS_AVERSION = 105
TIME_SENSITIVITY = 106
VOICE = 107
RESPONSE_STYLE = 108
COMPENSATION_AVERSE = 109
PILOT = 110
SWITCHING_COST = 111
PRICE_SENSITIVITY = 112
DEAL_PRONE = 113
PRIVACY = 114
OPPORTUNIST = 115
INTEREST = 116
LEADERSHIP = 117
CONTRACT_START = 118
PERIOD_PRICE = 119
ELSEWHERE = 120
CONTENTMENT = 121
HALVED = 122  # who is treated where only a part is, to tell direct effects from spillover
SELECTED = 123  # who is treated where that is no matter of chance alone

People = Callable[[Scenario, Timeline, int], Records]
"""Makes the people of a run from scenario, timeline and seed, as `create_population` does.

Customers come first. The records are copied before anybody lives.
"""

RARELY = 1e-9  # orders per year of somebody who hardly ever orders: keeps a share defined

NOT_YET = (
    "left_hour",
    "first_hour",
    "last_hour",
    "justice",
    "judged_hour",
    "last_failure_hour",
    "joined_hour",
    "acquired_hour",
    "referrer",
    "last_reward_hour",
)
"""What has not happened before the first tick is marked by -1."""


def mark_watched(population: Records, watch: "Iterable[int] | str | None") -> None:
    """Mark the customers whose events are logged: those with these ids, "all", or None for nobody."""
    if isinstance(watch, str):
        population["watched"] = 1
    elif watch is not None:
        population["watched"] = np.isin(population["id"], np.array(list(watch), dtype=np.int64))


def create_population(scenario: Scenario, timeline: Timeline, seed: int, ids: range | None = None) -> Records:
    """Draw the people of a run.

    Parameters
    ----------
    scenario
        Says how customers differ.
    timeline
        Says how the groups of the strategy are cut; nothing else of a customer depends on it.
    seed
        Seed of the run.
    ids
        Those who are wanted; None for all.

    Returns
    -------
    Records
        Structured array, one record per person, at the reference state of the scenario.
    """
    customers, behaviour, reference = scenario.customers, scenario.behaviour, scenario.reference
    ids = range(scenario.rows) if ids is None else ids
    run_key = seed_key(seed)

    def draws(purpose: int) -> NDArray[np.float64]:
        return uniforms(run_key, ids, BEFORE_THE_FIRST_TICK, purpose)

    def normals(purpose: int) -> NDArray[np.float64]:
        return np.asarray(special.ndtri(draws(purpose)))

    population = np.zeros(len(ids), dtype=CUSTOMER_TYPE)
    population["id"] = np.arange(ids.start, ids.stop)
    population["active"] = population["id"] < customers.count
    population["prospect"] = population["id"] >= customers.count
    population["pace"] = 1.0
    population["usual_price"] = 1.0
    population["order_likeness"] = 1.0
    population["exit_likeness"] = 1.0
    for name in NOT_YET:
        population[name] = -1.0
    segments = list(customers.segments.values())
    limits = np.cumsum([segment.share for segment in segments])
    chosen = np.searchsorted(limits / limits[-1], draws(SEGMENT), side="right")
    population["segment"] = np.minimum(chosen, len(segments) - 1)
    pilot = np.searchsorted(np.array(timeline.shares), draws(PILOT), side="right")
    places = len(timeline.shares)
    population["group"] = population["segment"] * places + np.minimum(pilot, places - 1)

    def factor(name: str) -> NDArray[np.float64]:
        values = np.array([getattr(segment, name) for segment in segments], dtype=np.float64)
        return np.asarray(values[population["segment"]])

    orders = customers.orders
    population["order_rate"] = (
        special.gammaincinv(orders.shape, draws(ORDER_RATE)) * orders.mean / orders.shape * factor("orders")
    )
    population["wallet"] = share_of_wallet(
        population["order_rate"], factor("orders"), draws(ELSEWHERE), scenario
    )
    leaving = special.betaincinv(customers.exit.alpha, customers.exit.beta, draws(EXIT))
    force = -np.log1p(-np.minimum(leaving, 1.0 - 1e-15))
    population["exit_force"] = force * factor("exit")
    spend = customers.spend
    spread = spend.between * spend.between + spend.within * spend.within
    median = spend.mean * np.exp(-0.5 * spread)
    population["price"] = median * np.exp(spend.between * normals(SPEND)) * factor("spend")
    population["loss_aversion"] = customers.loss_aversion * np.exp(
        customers.loss_aversion_spread * normals(LOSS_AVERSION)
    )
    sensitivity = np.exp(customers.time_sensitivity_spread * normals(TIME_SENSITIVITY))
    population["time_sensitivity"] = sensitivity * factor("time_sensitivity")
    population["voice_readiness"] = customers.voice_spread * normals(VOICE) + factor("voice")
    population["response_style"] = behaviour.answer.response_style * normals(RESPONSE_STYLE)
    population["compensation_averse"] = draws(COMPENSATION_AVERSE) < customers.compensation_averse
    population["price_sensitivity"] = np.exp(customers.price_sensitivity_spread * normals(PRICE_SENSITIVITY))
    population["switching_cost"] = customers.switching_cost * np.exp(
        customers.switching_cost_spread * normals(SWITCHING_COST)
    )
    population["deal_prone"] = draws(DEAL_PRONE) < customers.deal_prone
    population["privacy_sensitive"] = draws(PRIVACY) < customers.privacy_sensitive
    population["opportunist"] = draws(OPPORTUNIST) < customers.opportunists
    market, talk = scenario.market, behaviour.talk
    population["interest"] = np.clip(market.interest + market.interest_spread * normals(INTEREST), 0.02, 0.98)
    population["opinion"] = population["interest"]
    population["leadership"] = np.exp(talk.leadership * normals(LEADERSHIP))
    if customers.relation == "contractual":
        contract = customers.contract
        between = np.exp(contract.price_spread * normals(PERIOD_PRICE) - 0.5 * contract.price_spread**2)
        population["period_price"] = contract.price * between * factor("spend")
        if contract.staggered:
            days = contract.period * draws(CONTRACT_START) * (population["prospect"] == 0)
            population["contract_start"] = -24.0 * days
            population["habit"] = -np.expm1(-days / (DAYS_PER_YEAR * behaviour.churn.inertia_years))
    for attribute in ("speed", "quality", "reliability", "contact"):
        level = getattr(reference, attribute)
        population[f"will_{attribute}"] = level
        population[f"should_{attribute}"] = level
    population["contentment"] = customers.satisfaction_spread * normals(CONTENTMENT)
    for name in ("satisfaction", "last_satisfaction", "peak"):
        population[name] = np.clip(reference.satisfaction + population["contentment"], 0.0, 1.0)
    population["trust"] = reference.trust
    population["trust_ceiling"] = 1.0
    population["expected_success"] = 0.5
    return population


def share_of_wallet(
    order_rate: NDArray[np.float64],
    need: NDArray[np.float64],
    draws: NDArray[np.float64],
    scenario: Scenario,
) -> NDArray[np.float64]:
    """Return which part of what each customer needs of the kind is ordered from the firm.

    What is ordered elsewhere is gamma-distributed on the scale of the orders here, so that shares are
    beta-distributed around the scenario's mean (Goodhardt, Ehrenberg and Chatfield 1984, recalled).
    Heavy buyers thus have less to win on average.

    Parameters
    ----------
    order_rate
        Orders per year with the firm.
    need
        Factor of the segment on the rate of orders, here and elsewhere.
    draws
        Uniform numbers, one per customer.
    scenario
        Says how the rates of orders spread and what the mean share is.
    """
    orders, mean = scenario.customers.orders, scenario.customers.wallet
    shape = orders.shape * (1.0 - mean) / mean
    elsewhere = special.gammaincinv(shape, draws) * orders.mean / orders.shape * need
    return np.asarray(np.maximum(order_rate, RARELY) / (np.maximum(order_rate, RARELY) + elsewhere))
