"""From a strategy to the policy that holds in a tick for a group of customers.

Behaviour sees only a `Policy`: a flat record of numbers, with the scenario's present practice
wherever the strategy leaves a lever alone. It never learns which strategy it came from.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

from sim.world.scenario import DAYS_PER_YEAR, Scenario
from sim.world.strategy import ATTRIBUTES, Commitment, Phase, Strategy, lever_names

LEVER_BIT = {name: 1 << place for place, name in enumerate(lever_names())}
NINE_IN_TEN = 1.2815515655446004  # 90 % quantile of the standard normal distribution
NEVER_EXPIRES = 1_000_000


@dataclass
class Policy:
    """The rules of the firm in one tick for one group of customers, and the state it is then in.

    ``levers`` holds a bit for each lever in force (`LEVER_BIT`), so that exposure can be
    counted; amounts are currency, times hours or the delivery unit, shares in [0, 1]. The last
    fields are no plan: `sim.behaviour.firm` writes them at the start of the tick.
    """

    levers: int = 0  # bits of the levers in force
    delivery_promised: int = 0  # 1: there is such a commitment
    delivery_threshold: float = 0.0  # what is promised, in the attribute's unit
    delivery_publicity: float = 0.0  # how widely it is announced
    delivery_payout: float = 0.0  # share of the price paid when broken
    delivery_automatic: int = 0  # 1: pays by itself
    delivery_measurability: float = 0.0  # how clearly it can be checked
    delivery_honest: int = 1  # 0: the firm knows that it cannot keep it
    delivery_discipline: float = 0.0  # share of failures it prevents
    response_promised: int = 0  # 1: there is such a commitment
    response_threshold: float = 0.0  # what is promised, in the attribute's unit
    response_publicity: float = 0.0  # how widely it is announced
    response_payout: float = 0.0  # share of the price paid when broken
    response_automatic: int = 0  # 1: pays by itself
    response_measurability: float = 0.0  # how clearly it can be checked
    response_honest: int = 1  # 0: the firm knows that it cannot keep it
    response_discipline: float = 0.0  # share of failures it prevents
    availability_promised: int = 0  # 1: there is such a commitment
    availability_threshold: float = 0.0  # what is promised, in the attribute's unit
    availability_publicity: float = 0.0  # how widely it is announced
    availability_payout: float = 0.0  # share of the price paid when broken
    availability_automatic: int = 0  # 1: pays by itself
    availability_measurability: float = 0.0  # how clearly it can be checked
    availability_honest: int = 1  # 0: the firm knows that it cannot keep it
    availability_discipline: float = 0.0  # share of failures it prevents
    quality_promised: int = 0  # 1: there is such a commitment
    quality_threshold: float = 0.0  # what is promised, in the attribute's unit
    quality_publicity: float = 0.0  # how widely it is announced
    quality_payout: float = 0.0  # share of the price paid when broken
    quality_automatic: int = 0  # 1: pays by itself
    quality_measurability: float = 0.0  # how clearly it can be checked
    quality_honest: int = 1  # 0: the firm knows that it cannot keep it
    quality_discipline: float = 0.0  # share of failures it prevents
    commitment_cost: float = 0.0  # per order, of keeping watch
    response_median: float = 0.0  # hours to an answer, before any queue
    unanswered: float = 0.0  # share of complaints
    first_contact: float = 0.0  # share of answers that solve the problem
    decision_cost: float = 0.0  # of a decision that staff took without asking
    apology: float = 0.0  # quality, 0 to 1
    compensation: float = 0.0  # share of the price
    extra_case_cost: float = 0.0  # per contact
    programme: int = 0  # 1: there is one
    earn_rate: float = 0.0  # points per currency
    reward_points: float = 1.0  # points that buy a reward
    reward_value: float = 0.0  # currency
    expiry: int = NEVER_EXPIRES  # age in quarters
    endowment: float = 0.0  # points given on joining
    member_cost: float = 0.0  # per member and year
    tiers: int = 0  # number of them
    first_tier: float = 0.0  # spending in a year that reaches it
    first_bonus: float = 0.0  # extra points per point
    second_tier: float = 0.0  # spending in a year that reaches it
    second_bonus: float = 0.0  # extra points per point
    running_cost: float = 0.0  # per customer and tick, of everything that runs whatever happens
    trained: int = 0  # 1: training goes on
    training_skill: float = 0.0  # that training leads to
    training_weeks: float = 1.0  # time constant
    verification: float = 0.0  # share of claims without a cause that are found out
    notice_foreseen: float = 0.0  # share of delays
    notice_false_alarms: float = 0.0  # share of orders in time
    notice_holds: float = 1.0  # share of new dates kept
    notice_cost: float = 0.0  # per notice
    messages: float = 0.0  # per year
    message_accuracy: float = 0.0  # share of messages that fit
    message_cost: float = 0.0  # per message
    retention_contacts: float = 0.0  # per year
    retention_risk: float = 0.0  # hazard ratio from which a customer qualifies
    retention_gift: float = 0.0  # share of a price
    retention_cost: float = 0.0  # per contact
    price_level: float = 1.0  # 1: as in the scenario
    save_reached: float = 0.0  # share of those giving notice
    save_discount: float = 0.0  # share of the price
    save_cost: float = 0.0  # per offer
    term_periods: int = 1  # for which one is bound
    term_discount: float = 0.0  # share of the price
    term_taken: float = 0.0  # share of renewals
    reminder_rescued: float = 0.0  # share of failed payments
    reminder_cost: float = 0.0  # per failed payment
    bonds: float = 0.0  # switching cost added
    referral_reward: float = 0.0  # currency per new customer
    advertising: float = 0.0  # relative rise of the arrival rate
    advertising_cost: float = 0.0  # per prospect and tick
    capacity: float = 0.0  # staff added, share of today's
    motivation: float = 0.0  # 0 to 1
    feedback: float = 0.0  # share of signals worked through
    # The firm's state in the tick
    skill: float = 0.0  # at work: what the staff can do, as far as it cares to
    engagement: float = 0.0  # of the staff, 0 to 1
    utilisation: float = 0.0  # share of time the staff is busy
    waiting: float = 1.0  # factor on the time to an answer
    learned: float = 0.0  # share of failures that feedback has taught to avoid
    rating: float = 0.0  # stars
    rival: float = 0.0  # advantage of the rivals, share of spending
    belief: float = 0.0  # trust of the public in the firm's word


@dataclass(frozen=True)
class Timeline:
    """The policies of a strategy over time.

    Parameters
    ----------
    kinds
        The policies, present practice first, before anything is learned from commitments.
    places
        Which of them holds: one row per tick, one number per group.
    learned
        By tick, what those that are not present practice have in place of their own: the discipline that
        commitments have brought by then.
    shares
        Ascending upper limits of the customers' pilot draw that separate the groups of a
        segment: a customer with draw u belongs to the first limit above u. The last is 1.
    segments
        Number of segments; the group of a customer is segment × len(shares) + place of the draw.
    """

    kinds: tuple[Policy, ...]
    places: tuple[tuple[int, ...], ...]
    learned: tuple[Mapping[str, float], ...]
    shares: tuple[float, ...]
    segments: int

    @cached_property
    def policies(self) -> tuple[tuple[Policy, ...], ...]:
        """Return the policies themselves: one row per tick, one per group."""
        rows = []
        for places, learned in zip(self.places, self.learned, strict=True):
            kinds = [self.kinds[0], *(replace(kind, **learned) for kind in self.kinds[1:])]  # type: ignore[arg-type]
            rows.append(tuple(kinds[place] for place in places))
        return tuple(rows)


def timeline(scenario: Scenario, strategy: Strategy) -> Timeline:
    """Lay out which policy holds when and for whom.

    Returns
    -------
    Timeline
        With ``scenario.time.ticks`` rows.
    """
    phases = _phases(strategy)
    reached = {strategy.eligibility.share * phase.share for phase in phases}
    shares = tuple(sorted(reached | {1.0}))
    segments = list(scenario.customers.segments)
    wanted = strategy.eligibility.segments or tuple(segments)
    practice = present_practice(scenario)
    levers = strategy.levers()
    on = [frozenset(levers if phase.levers is None else phase.levers) for phase in phases]
    started = _starts(phases, levers)
    learning = [_learning(strategy, pulled, started) for pulled in on]
    commitment = scenario.behaviour.commitment
    before = (0,) * (len(segments) * len(shares))
    rows = [
        tuple(
            phase + 1
            if segment in wanted and limit <= strategy.eligibility.share * phases[phase].share
            else 0
            for segment in segments
            for limit in shares
        )
        for phase in range(len(phases))
    ]
    places, learned = [], []
    for tick in range(scenario.time.ticks):
        day = tick * scenario.time.tick_days
        begun = sum(phase.start * 7.0 <= day for phase in phases)
        places.append(rows[begun - 1] if begun else before)
        known = {
            field: commitment.discipline * (1.0 - math.exp(-(day - start) / commitment.learning_days))
            for field, start in (learning[begun - 1] if begun else ())
        }
        learned.append(known)
    kinds = (practice, *(_with_levers(scenario, strategy, practice, pulled) for pulled in on))
    return Timeline(kinds, tuple(places), tuple(learned), shares, len(segments))


def present_practice(scenario: Scenario) -> Policy:
    """Return the policy of a firm that pulls no lever."""
    support = scenario.support
    return Policy(
        response_median=support.response,
        unanswered=support.unanswered,
        first_contact=support.first_contact,
        apology=support.apology,
        compensation=support.compensation,
    )


def lever_starts(strategy: Strategy) -> dict[str, float]:
    """Return the day on which each lever of a strategy is first on, from which its learning counts."""
    return _starts(_phases(strategy), strategy.levers())


def _starts(phases: list[Phase], levers: tuple[str, ...]) -> dict[str, float]:
    starts: dict[str, float] = {}
    for phase in phases:
        for name in levers if phase.levers is None else phase.levers:
            starts.setdefault(name, phase.start * 7.0)
    return starts


def _phases(strategy: Strategy) -> list[Phase]:
    return sorted(strategy.phases.values(), key=lambda phase: phase.start) or [Phase()]


def _learning(
    strategy: Strategy, on: frozenset[str], started: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Return the fields of a policy that commitments in `on` raise by learning, each with its first day."""
    return [
        (f"{attribute}_discipline", started[f"commitments.{attribute}"])
        for attribute in ATTRIBUTES
        if f"commitments.{attribute}" in on and getattr(strategy.commitments, attribute) is not None
    ]


def _with_levers(scenario: Scenario, strategy: Strategy, practice: Policy, on: frozenset[str]) -> Policy:
    """Return present practice with the levers in `on` pulled, nothing learned yet."""
    changed: dict[str, float | int] = {"levers": sum(LEVER_BIT[name] for name in on)}
    support = scenario.support
    for attribute in ATTRIBUTES:
        lever = f"commitments.{attribute}"
        commitment: Commitment | None = getattr(strategy.commitments, attribute)
        if lever not in on or commitment is None:
            continue
        changed |= {
            f"{attribute}_promised": 1,
            f"{attribute}_threshold": commitment.threshold,
            f"{attribute}_publicity": commitment.publicity,
            f"{attribute}_payout": commitment.payout,
            f"{attribute}_automatic": int(commitment.automatic),
            f"{attribute}_measurability": commitment.measurability,
            f"{attribute}_honest": int(commitment.honest),
        }
        changed["commitment_cost"] = changed.get("commitment_cost", 0.0) + commitment.cost_per_order
    recovery = strategy.recovery
    if "recovery.response_target" in on and recovery.response_target is not None:
        # The target is a standard: nine of ten answers within it, a tenth of the silence left.
        changed["response_median"] = recovery.response_target * math.exp(-NINE_IN_TEN * support.spread)
        changed["unanswered"] = 0.1 * support.unanswered
    if "recovery.apology" in on and recovery.apology is not None:
        changed["apology"] = recovery.apology
    if "recovery.compensation" in on and recovery.compensation is not None:
        changed["compensation"] = recovery.compensation
    if "recovery.empowerment" in on and recovery.empowerment is not None:
        # Costs of the decisions that close a case are taken as exponential (design choice).
        typical = support.solvable_cost * scenario.customers.spend.mean
        left_over = math.exp(-recovery.empowerment / typical)
        covered = 1.0 - left_over
        if covered > 0.0:
            changed["decision_cost"] = typical - recovery.empowerment * left_over / covered
        changed["first_contact"] = support.first_contact + (1.0 - support.first_contact) * covered
    if "recovery.verification" in on and recovery.verification is not None:
        changed["verification"] = recovery.verification
    if any(name.startswith("recovery.") for name in on):
        changed["extra_case_cost"] = recovery.cost_per_case
    if "loyalty.points" in on and strategy.loyalty is not None:
        changed |= _programme(strategy, on)
    years = scenario.time.tick_days / DAYS_PER_YEAR
    changed |= _outward(strategy, on, years) | _inward(strategy, on)
    changed["running_cost"] = years * _yearly_cost(strategy, on)
    return replace(practice, **changed)  # type: ignore[arg-type]


def _outward(strategy: Strategy, on: frozenset[str], years: float) -> dict[str, float | int]:
    """Return what the levers change that customers meet from outside an order."""
    changed: dict[str, float | int] = {}
    if "notice" in on and (notice := strategy.notice) is not None:
        changed |= {
            "notice_foreseen": notice.foreseen,
            "notice_false_alarms": notice.false_alarms,
            "notice_holds": notice.holds,
            "notice_cost": notice.cost,
        }
    if "personalisation" in on and (personalisation := strategy.personalisation) is not None:
        changed |= {
            "messages": personalisation.messages,
            "message_accuracy": personalisation.accuracy,
            "message_cost": personalisation.cost,
        }
    if "retention_contact" in on and (contact := strategy.retention_contact) is not None:
        changed |= {
            "retention_contacts": contact.contacts,
            "retention_risk": contact.risk,
            "retention_gift": contact.gift,
            "retention_cost": contact.cost,
        }
    if "price" in on and strategy.price is not None:
        changed["price_level"] = 1.0 + strategy.price.change
    if "save_offer" in on and (save := strategy.save_offer) is not None:
        changed |= {"save_reached": save.reached, "save_discount": save.discount, "save_cost": save.cost}
    if "fixed_term" in on and (term := strategy.fixed_term) is not None:
        changed |= {"term_periods": term.periods, "term_discount": term.discount, "term_taken": term.taken}
    if "payment_reminder" in on and (reminder := strategy.payment_reminder) is not None:
        changed |= {"reminder_rescued": reminder.rescued, "reminder_cost": reminder.cost}
    if "bonds" in on and strategy.bonds is not None:
        changed["bonds"] = strategy.bonds.strength
    if "referral" in on and strategy.referral is not None:
        changed["referral_reward"] = strategy.referral.reward
    if "advertising" in on and (advertising := strategy.advertising) is not None:
        changed |= {"advertising": advertising.boost, "advertising_cost": advertising.cost * years}
    return changed


def _inward(strategy: Strategy, on: frozenset[str]) -> dict[str, float | int]:
    """Return what the levers change inside the firm."""
    changed: dict[str, float | int] = {}
    if "training" in on and (training := strategy.training) is not None:
        changed |= {"trained": 1, "training_skill": training.skill, "training_weeks": training.weeks}
    if "capacity" in on and strategy.capacity is not None:
        changed["capacity"] = strategy.capacity.extra
    if "motivation" in on and strategy.motivation is not None:
        changed["motivation"] = strategy.motivation.level
    if "feedback" in on and strategy.feedback is not None:
        changed["feedback"] = strategy.feedback.attention
    return changed


def _yearly_cost(strategy: Strategy, on: frozenset[str]) -> float:
    """Return what the levers cost per customer and year whatever happens, in currency."""
    running = ("training", "bonds", "referral", "capacity", "motivation", "feedback")
    levers = [getattr(strategy, name) for name in running if name in on]
    return float(sum(lever.cost for lever in levers if lever is not None))


def _programme(strategy: Strategy, on: frozenset[str]) -> dict[str, float | int]:
    loyalty = strategy.loyalty
    assert loyalty is not None
    changed: dict[str, float | int] = {
        "programme": 1,
        "earn_rate": loyalty.earn_rate,
        "reward_points": loyalty.reward_points,
        "reward_value": loyalty.reward_value,
        "member_cost": loyalty.cost_per_member,
    }
    if "loyalty.expiry" in on and loyalty.expiry is not None:
        changed["expiry"] = loyalty.expiry
    if "loyalty.endowment" in on:
        changed["endowment"] = loyalty.endowment
    if "loyalty.tiers" in on:
        tiers = sorted(loyalty.tiers.values(), key=lambda tier: tier.threshold)
        changed["tiers"] = len(tiers)
        for place, tier in zip(("first", "second"), tiers, strict=False):
            changed |= {f"{place}_tier": tier.threshold, f"{place}_bonus": tier.bonus}
    return changed


def policy_fields() -> list[tuple[str, type]]:
    """Return name and type (float or int) of every field of a policy."""
    return [(item.name, int if isinstance(item.default, int) else float) for item in fields(Policy)]
