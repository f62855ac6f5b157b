"""The workload: the shipped courier under present practice for two years, with nothing between customers.

What is off ties customers to each other: what they tell and review, whom they bring, and what their
contacts do to the staff. There is then nobody to talk to and nobody to join, so network and prospects go
as well. Everything within a customer is at work. Loyalty programme, commitments, notices, messages,
contracts, prices and training never act in this scenario under the strategy `baseline`; nor do incidents,
lasting differences in satisfaction, and returns, which the scenario leaves at 0. The peers do without
them. What the staff makes of the contacts stays in the firm: nobody here meets it.
"""

from sim import load_scenario, load_strategies
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

BETWEEN_CUSTOMERS = (
    "word_of_mouth",
    "reviews",
    "referral",
    "acquisition",
    "queue",
    "feedback",
    "engagement",
)
"""Mechanisms by which one customer reaches another, in person or by way of the firm."""


def core_scenario(count: int) -> Scenario:
    """Return the courier's world with this many customers, who live independently of each other."""
    apart: dict[str, object] = {f"mechanisms.{name}": False for name in BETWEEN_CUSTOMERS}
    alone = {"customers.count": count, "market.prospects": 0.0, "network.kind": "none"}
    return load_scenario("courier").replace(apart | alone)


def present_practice() -> Strategy:
    """Return the strategy that pulls no lever."""
    return load_strategies(["baseline"], core_scenario(1))[0]
