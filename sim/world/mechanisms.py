"""The switches of the mechanisms, and what off means for each, value by value.

A mechanism that is off is one whose parameters stand at the values below. They need not lie in
the plausible range of the registry: no one believes them, they take the mechanism out.
"""

from dataclasses import dataclass, fields

from sim.world.parameter import parameter

# Declarations read as a table, a parameter a row: the formatter would break each into seven lines.
# fmt: off


@dataclass(frozen=True)
class Mechanisms:
    """Which mechanisms of the customer are at work; with all off the known models remain."""

    expectations: bool = parameter(True, unit="yes or no", meaning="B1: expectations learn from use and colour perception")
    promises: bool = parameter(True, unit="yes or no", meaning="B1: promises raise expectations")
    disconfirmation: bool = parameter(True, unit="yes or no", meaning="B2: the gap to expectations moves satisfaction")
    loss_aversion: bool = parameter(True, unit="yes or no", meaning="B2: losses weigh more than gains")
    memory: bool = parameter(True, unit="yes or no", meaning="B3: episodes move the memory of satisfaction")
    peak_and_end: bool = parameter(True, unit="yes or no", meaning="B3: peak and end count when asked")
    attachment: bool = parameter(True, unit="yes or no", meaning="B3: attachment grows with delight")
    trust: bool = parameter(True, unit="yes or no", meaning="B4: kept and broken promises move trust")
    deception: bool = parameter(True, unit="yes or no", meaning="B4: a deception lowers trust for good")
    discipline: bool = parameter(True, unit="yes or no", meaning="B5: a commitment makes the firm's process better")
    voice: bool = parameter(True, unit="yes or no", meaning="B6: grieved customers may complain")
    recovery: bool = parameter(True, unit="yes or no", meaning="B7: handling repairs satisfaction, trust and shock")
    paradox: bool = parameter(True, unit="yes or no", meaning="B8: a recovery may do better than no failure")
    double_deviation: bool = parameter(True, unit="yes or no", meaning="B8: a handling that fails hurts twice")
    shock: bool = parameter(True, unit="yes or no", meaning="B8: a failure shakes the customer for a while")
    availability: bool = parameter(True, unit="yes or no", meaning="B10: orders that cannot be filled are lost")
    programme: bool = parameter(True, unit="yes or no", meaning="B11: customers join the loyalty programme")
    self_selection: bool = parameter(True, unit="yes or no", meaning="B11: heavy buyers join sooner")
    goal_gradient: bool = parameter(True, unit="yes or no", meaning="B11: orders speed up towards a reward")
    endowed_progress: bool = parameter(True, unit="yes or no", meaning="B11: points given at joining spur until the first reward")
    post_reward: bool = parameter(True, unit="yes or no", meaning="B11: orders fall right after a reward, and rise for longer")
    crowding_out: bool = parameter(True, unit="yes or no", meaning="B11: strong incentives wear attachment down")
    churn: bool = parameter(True, unit="yes or no", meaning="B13: the customer's state multiplies the hazard of leaving")
    purchase: bool = parameter(True, unit="yes or no", meaning="B13: the customer's state multiplies the rate of orders")


# fmt: on

NEVER = -40.0  # log-odds at which nothing ever happens

OFF: dict[str, dict[str, float]] = {
    "expectations": {"behaviour.expectation.adaptation": 0.0, "behaviour.expectation.assimilation": 0.0},
    "promises": {"behaviour.expectation.promise_will": 0.0, "behaviour.expectation.promise_should": 0.0},
    "disconfirmation": {"behaviour.disconfirmation.weight": 0.0},
    "loss_aversion": {"customers.loss_aversion": 1.0, "customers.loss_aversion_spread": 0.0},
    "memory": {"behaviour.memory.rate": 0.0},
    "peak_and_end": {"behaviour.memory.peak_weight": 0.0, "behaviour.memory.end_weight": 0.0},
    "attachment": {"behaviour.churn.attachment_rate": 0.0, "behaviour.programme.tier_up": 0.0},
    "trust": {
        "behaviour.trust.kept_gain": 0.0,
        "behaviour.trust.broken_loss": 0.0,
        "behaviour.trust.deception": 0.0,
        "behaviour.programme.expiry_loss": 0.0,
    },
    "deception": {"behaviour.trust.deception": 0.0},
    "discipline": {"behaviour.commitment.discipline": 0.0},
    "voice": {"behaviour.voice.base": NEVER},
    "recovery": {
        "behaviour.recovery.distributive": 0.0,
        "behaviour.recovery.interactional": 0.0,
        "behaviour.recovery.procedural": 0.0,
        "behaviour.recovery.lasting_distributive": 0.0,
        "behaviour.recovery.lasting_interactional": 0.0,
        "behaviour.recovery.lasting_procedural": 0.0,
        "behaviour.recovery.insult": 0.0,
    },
    "paradox": {"behaviour.recovery.paradox_severity": 0.0},
    "double_deviation": {"behaviour.recovery.double_deviation": 0.0},
    "shock": {"behaviour.churn.shock": 0.0},
    "availability": {"service.unavailable.rate": 0.0},
    "programme": {"behaviour.programme.join_base": NEVER, "behaviour.programme.join_satisfaction": 0.0},
    "self_selection": {"behaviour.programme.join_rate": 0.0},
    "goal_gradient": {"behaviour.programme.gradient": 0.0},
    "endowed_progress": {"behaviour.programme.endowed": 0.0},
    "post_reward": {"behaviour.programme.reset": 0.0, "behaviour.programme.rewarded": 0.0},
    "crowding_out": {"behaviour.programme.crowding": 0.0},
    "churn": {
        "behaviour.churn.satisfaction": 0.0,
        "behaviour.churn.trust": 0.0,
        "behaviour.churn.attachment": 0.0,
        "behaviour.churn.delight": 0.0,
        "behaviour.churn.shock": 0.0,
        "behaviour.programme.stake": 0.0,
        "reference.log_hazard": 0.0,  # the centring of multipliers that are no longer there
    },
    "purchase": {"behaviour.purchase.satisfaction": 0.0, "behaviour.purchase.shock": 0.0},
}
"""What off means: dotted paths of a scenario and the values they take."""


def switched_off(mechanisms: Mechanisms) -> dict[str, float]:
    """Return the values that the mechanisms which are off take, by dotted path of the scenario."""
    values: dict[str, float] = {}
    for item in fields(mechanisms):
        if not getattr(mechanisms, item.name):
            values |= OFF[item.name]
    return values


def mechanism_names() -> list[str]:
    """Return the names of the mechanisms in the order of a tick."""
    return [item.name for item in fields(Mechanisms)]
