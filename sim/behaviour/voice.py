"""B6: exit, voice and silence (Hirschman 1970; Fornell and Wernerfelt 1987)."""

from sim.behaviour.chance import logistic
from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import World
from sim.world.policy import Policy


def grievance(satisfaction: float, severity: float, world: World) -> float:
    """Return how much there is to complain about: severity plus the shortfall of satisfaction."""
    return float(max(world.voice_threshold - satisfaction, 0.0) + severity)


def voice_probability(customer: CustomerState, grieved: float, policy: Policy, world: World) -> float:
    """Return the probability that a grieved customer complains to the firm.

    It rises with the grievance, an easy channel, attachment and the success the customer has
    learned to expect, and falls with effort, to which checks of claims add.
    """
    effort = world.support_effort + world.commitment_checking * policy.verification
    log_odds = (
        world.voice_base
        + world.voice_grievance * grieved
        + world.voice_ease * world.support_ease
        + world.voice_loyalty * customer.attachment
        + world.voice_success * customer.expected_success
        - world.voice_effort * effort
        + customer.voice_readiness
    )
    return logistic(log_odds)


def learn_success(customer: CustomerState, success: float, world: World) -> None:
    """Let the outcome of a case, 0 to 1, move the success expected of the next complaint."""
    customer.expected_success += world.voice_learning * (success - customer.expected_success)


def vent(customer: CustomerState, world: World) -> None:
    """Let speaking up take off a share of the shock; what is left is what a recovery can still repair."""
    relief = world.voice_relief * customer.episode_shock
    customer.shock = max(customer.shock - relief, 0.0)
    customer.episode_shock -= relief
