"""B4: trust, earned slowly by kept promises and lost fast by broken ones.

Untrustworthy acts can be made good by consistent trustworthy ones; after a deception trust never
returns in full (Schweitzer, Hershey and Bradlow 2006).
"""

from sim.behaviour.chance import clip
from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import World


def keep_promise(customer: CustomerState, publicity: float, measurability: float, world: World) -> None:
    """Let a kept promise earn a share of the trust that is missing.

    A vague promise earns nothing, and one that few have heard of earns little.
    """
    gained = world.trust_kept_gain * publicity * measurability * (1.0 - customer.trust)
    customer.trust = min(customer.trust + gained, customer.trust_ceiling)
    customer.promises_kept += 1


def break_promise(
    customer: CustomerState,
    severity: float,
    publicity: float,
    measurability: float,
    external: int,
    repeated: int,
    honest: int,
    world: World,
) -> float:
    """Let a broken promise cost trust and return how much.

    Parameters
    ----------
    customer
        Who was let down.
    severity
        How far the promise was missed, 0 to 1.
    publicity, measurability
        How widely it was announced and how clearly it could be checked, 0 to 1.
    external
        1 if the cause lies outside the firm: it weighs less.
    repeated
        1 if the same failure was the last one: a stable cause weighs more.
    honest
        0 if the firm knew that it could not keep the promise: the first such breach lowers for
        good how high trust can rise.
    world
        The scenario's numbers.
    """
    blame = 1.0
    if external != 0:
        blame = world.trust_external
    elif repeated != 0:
        blame = world.trust_stable
    share = clip(world.trust_broken_loss * blame * severity * publicity * measurability, 0.0, 1.0)
    lost = share * customer.trust
    customer.trust -= lost
    if honest == 0 and customer.deceived == 0 and measurability > 0.0:
        customer.deceived = 1
        customer.trust_ceiling = max(customer.trust_ceiling - world.trust_deception, 0.0)
        customer.trust = min(customer.trust, customer.trust_ceiling)
    customer.promises_broken += 1
    return float(lost)
