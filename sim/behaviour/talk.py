"""B14: what customers tell others, in person, in reviews and by referring friends, and what it does.

Telling falls into the tick that is lived, and what was told can be heard until the next tick of who
told it; when the others hear it, the engine says (`sim.engine.turns`). A listener reads only what
neighbours said and writes only to itself.
"""

from sim.behaviour.chance import (
    FOLLOWS,
    HEARS,
    REFERS,
    REVIEW_STARS,
    REVIEWS,
    TAKES_AFTER,
    TELLS,
    Luck,
    happens,
    happens_within,
    power,
    unit,
)
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import HEARD, NOTHING, PRAISE, REFERRAL, REVIEW, TOLD, WARNING, Log, note
from sim.behaviour.loyalty import RARELY
from sim.behaviour.service import usual_price
from sim.behaviour.surroundings import LEVER_REFERRAL, Clock, TickLedger, World, expose
from sim.behaviour.survey import stars
from sim.world.policy import Policy


def talk(
    customer: CustomerState,
    satisfaction: float,
    world: World,
    luck: Luck,
    ledger: TickLedger,
    log: Log,
    hour: float,
    occurrence: int,
) -> None:
    """Let a customer tell others of an episode that is over, and perhaps write a review of it.

    The better than good or worse than bad, the likelier: 66 and 73 % at the ends (Temkin 2018). What is
    worth telling is what stands out for the customer: those who are contented by nature do not praise
    every order for it.

    Parameters
    ----------
    customer
        Who tells.
    satisfaction
        With the episode, in [0, 1].
    world, luck, ledger, log, hour
        As everywhere in a tick.
    occurrence
        Number of the episode within the tick, different for orders and cases.
    """
    ledger.episodes += 1
    felt = satisfaction - customer.contentment
    if felt > world.talk_good_level:
        moved = unit((felt - world.talk_good_level) / (1.0 - world.talk_good_level))
        if happens(luck, TELLS, occurrence, world.talk_good * moved):
            customer.praise += 1
            ledger.praise += 1
            note(log, customer, hour, TOLD, PRAISE, satisfaction, 0.0)
    elif felt < world.talk_bad_level:
        moved = unit((world.talk_bad_level - felt) / world.talk_bad_level)
        if happens(luck, TELLS, occurrence, world.talk_bad * moved):
            customer.warnings += 1
            ledger.warnings += 1
            note(log, customer, hour, TOLD, WARNING, satisfaction, 0.0)
    unusual = abs(felt - world.reference_satisfaction)
    if happens(luck, REVIEWS, occurrence, unit(world.talk_review + world.talk_review_extreme * unusual)):
        given = stars(satisfaction, world, luck, REVIEW_STARS, occurrence)
        ledger.reviews += 1
        ledger.review_stars += given
        ledger.reviews_negative += 1 if given <= 2 else 0
        note(log, customer, hour, REVIEW, NOTHING, float(given), 0.0)


def consider_referring(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> None:
    """Let a customer refer friends in this tick; the satisfied do it sooner, and so do the rewarded.

    Referral programmes: Schmitt, Skiera and Van den Bulte 2011.
    """
    content = 1.0 + world.talk_referral_satisfaction * (customer.satisfaction - world.reference_satisfaction)
    reward = 1.0 + world.talk_referral_reward * policy.referral_reward / usual_price(customer, world)
    rate = world.talk_referral * max(content, 0.0) * reward
    if happens_within(luck, REFERS, 0, rate * clock.years):
        customer.refers = 1
        ledger.referrals += 1
        expose(customer, policy, LEVER_REFERRAL)
        note(log, customer, clock.last, REFERRAL, NOTHING, 0.0, 0.0)


def fall_silent(customer: CustomerState) -> None:
    """Begin a new tick of talk: what the customer has said so far can no longer be heard."""
    customer.praise = 0
    customer.warnings = 0
    customer.refers = 0


def says_something(neighbour: CustomerState) -> bool:
    """Return whether a neighbour has said anything that can still be heard."""
    return neighbour.praise + neighbour.warnings + neighbour.refers > 0


def listen(
    customer: CustomerState,
    neighbour: CustomerState,
    place: int,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
) -> None:
    """Let a person hear what one neighbour has said.

    Praise closes a share of the gap to certainty, a warning takes a share of the probability of
    choosing the firm (East, Hammond and Lomax 2008). On those who are customers both work less.

    Parameters
    ----------
    customer
        Who listens; a customer, a prospect or one who left.
    neighbour
        Who spoke; read only.
    place
        Place of the neighbour among the listener's, which keys the luck.
    world, luck, clock, ledger, log
        As everywhere; the luck is the listener's.
    """
    if neighbour.praise > 0:
        missed = 1.0 - unit(world.talk_good_heard * neighbour.leadership)
        if happens(luck, HEARS, 2 * place, 1.0 - power(missed, float(neighbour.praise))):
            share = world.talk_praise_customers if customer.active != 0 else 1.0
            customer.opinion += world.talk_praise * share * (1.0 - customer.opinion)
            ledger.praise_heard += 1
            note(log, customer, clock.hearing, HEARD, PRAISE, float(neighbour.id), 0.0)
    if neighbour.warnings > 0:
        missed = 1.0 - unit(world.talk_bad_heard * neighbour.leadership)
        if happens(luck, HEARS, 2 * place + 1, 1.0 - power(missed, float(neighbour.warnings))):
            share = world.talk_warning_customers if customer.active != 0 else 1.0
            customer.opinion -= world.talk_warning * share * customer.opinion
            ledger.warnings_heard += 1
            note(log, customer, clock.hearing, HEARD, WARNING, float(neighbour.id), 0.0)
    if neighbour.refers != 0 and customer.prospect != 0 and customer.referrer < 0:
        if happens(luck, FOLLOWS, place, world.talk_referral_taken):
            customer.referrer = neighbour.id
            if happens(luck, TAKES_AFTER, place, world.talk_alike):
                take_after(customer, neighbour)


def take_after(customer: CustomerState, other: CustomerState) -> None:
    """Give a referred person the referrer's rate of orders and tendency to leave, in place of the own.

    Friends are alike, and who refers is one who stayed (Schmitt, Skiera and Van den Bulte 2011). Both
    are taken or neither, so that friends correlate by the probability of it, while people differ as
    much as before: a mixture of one's own and the other's would make them all more alike, and those
    who differ less leave sooner on average. Kept as a factor, for the person's own draws stay what
    they are under every strategy.
    """
    customer.order_likeness = likeness(customer.order_rate, other.order_rate * other.order_likeness)
    customer.exit_likeness = likeness(customer.exit_force, other.exit_force * other.exit_likeness)


def likeness(own: float, other: float) -> float:
    """Return the factor that turns one's own rate into another's."""
    return other / max(own, RARELY)
