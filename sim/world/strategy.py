"""What we can do: a strategy is a bundle of levers with costs, phases and an eligibility."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.world import description
from sim.world.assumptions import describe
from sim.world.errors import ConfigurationError, nearest
from sim.world.parameter import parameter, section

ATTRIBUTES = ("delivery", "response", "availability", "quality")
"""What can be promised; one commitment per attribute at most."""

# Declarations read as a table, a parameter a row: the formatter would break each into seven lines.
# fmt: off


@dataclass(frozen=True)
class Commitment:
    """A concrete, measurable promise (КЭО), with what it pays when it is broken.

    The unit of the threshold follows the attribute: delivery, the scenario's delivery unit;
    response, hours; availability, share of orders that can be filled; quality, the level in
    [0, 1] below which the customer may hand the order back.
    """

    threshold: float = parameter(low=0.0, high=10000.0, unit="unit of the attribute", meaning="what is promised")
    publicity: float = parameter(0.8, low=0.0, high=1.0, unit="share", meaning="how prominently it is announced; a delivery promise no less than the time quoted without it")
    payout: float = parameter(0.0, low=0.0, high=2.0, unit="share of the price", meaning="compensation for a broken promise")
    automatic: bool = parameter(False, unit="yes or no", meaning="whether it pays without being asked")
    measurability: float = parameter(1.0, low=0.0, high=1.0, meaning="1: anyone can see whether it was kept; 0: vague, it neither earns nor loses trust")
    honest: bool = parameter(True, unit="yes or no", meaning="false: the firm knows that it cannot keep it; a breach is then a deception")
    cost_per_order: float = parameter(0.0, low=0.0, high=1e6, unit="currency per order", meaning="cost of keeping watch over it")

    def __post_init__(self) -> None:
        if self.automatic and self.payout == 0:
            raise ConfigurationError("automatic", "is on, but the payout is 0", "set payout above 0 or automatic: false")


@dataclass(frozen=True)
class Commitments:
    """At most one commitment per attribute."""

    delivery: Commitment | None = None
    response: Commitment | None = None
    availability: Commitment | None = None
    quality: Commitment | None = None


@dataclass(frozen=True)
class RecoveryPolicy:
    """How complaints are handled; a lever left out stays as the scenario's support has it."""

    response_target: float | None = parameter(None, low=0.01, high=720.0, unit="hours", meaning="time within which nine of ten answers come; nine of ten complaints that go unanswered today get one too")
    apology: float | None = parameter(None, low=0.0, high=1.0, meaning="quality of the apology: 0 none, 1 personal and sincere")
    compensation: float | None = parameter(None, low=0.0, high=2.0, unit="share of the price", meaning="compensation for a justified complaint")
    empowerment: float | None = parameter(None, low=0.0, high=100000.0, unit="currency per case", meaning="what staff may spend on a case without asking")
    verification: float | None = parameter(None, low=0.0, high=1.0, unit="share", meaning="claims without a cause that checks find out; checks are a burden on all who claim")
    cost_per_case: float = parameter(0.0, low=0.0, high=1e6, unit="currency per contact", meaning="extra cost of handling")


@dataclass(frozen=True)
class Tier:
    """A level of the loyalty programme."""

    threshold: float = parameter(low=0.0, high=1e9, unit="currency per year", meaning="spending within a year that reaches it")
    bonus: float = parameter(0.25, low=0.0, high=5.0, meaning="extra points per point earned")


@dataclass(frozen=True)
class LoyaltyProgramme:
    """Points for spending, rewards for points."""

    earn_rate: float = parameter(1.0, low=0.001, high=1000.0, unit="points per currency", meaning="points earned by spending")
    reward_points: float = parameter(100.0, low=1.0, high=1e6, unit="points", meaning="points that buy a reward")
    reward_value: float = parameter(5.0, low=0.0, high=1e6, unit="currency", meaning="value of a reward to the customer")
    expiry: int | None = parameter(None, low=1, high=4, unit="quarters", meaning="age at which points expire; left out, they never do")
    endowment: float = parameter(0.0, low=0.0, high=1e6, unit="points", meaning="points given on joining")
    cost_per_member: float = parameter(0.0, low=0.0, high=1e6, unit="currency per member and year", meaning="cost of running it")
    tiers: Mapping[str, Tier] = section(description.Named)

    def __post_init__(self) -> None:
        if len(self.tiers) > 2:
            raise ConfigurationError("tiers", f"{len(self.tiers)} tiers", "valid: at most 2")
        if self.endowment >= self.reward_points:
            raise ConfigurationError("endowment", f"{self.endowment:g} points already buy a reward", f"valid: below reward_points ({self.reward_points:g})")


@dataclass(frozen=True)
class Training:
    """Service training: skill lowers failures and makes apologies better."""

    skill: float = parameter(0.8, low=0.0, high=1.0, meaning="skill of the staff that training leads to")
    weeks: float = parameter(8.0, low=0.5, high=104.0, unit="weeks", meaning="time constant with which it is reached")
    cost: float = parameter(0.0, low=0.0, high=1e6, unit="currency per customer and year", meaning="cost of the training")


@dataclass(frozen=True)
class DelayNotice:
    """Tell customers that an order will be late, before they notice."""

    foreseen: float = parameter(0.7, low=0.0, high=1.0, unit="share", meaning="delays that are foreseen")
    false_alarms: float = parameter(0.02, low=0.0, high=1.0, unit="share", meaning="orders in time for which a delay is announced")
    holds: float = parameter(0.85, low=0.0, high=1.0, unit="share", meaning="new dates that are kept; a missed one is a second broken promise")
    cost: float = parameter(0.02, low=0.0, high=1e6, unit="currency per notice", meaning="cost of a notice")


@dataclass(frozen=True)
class Personalisation:
    """Send messages that are meant to fit each customer."""

    messages: float = parameter(26.0, low=0.0, high=365.0, unit="per year", meaning="messages to a customer")
    accuracy: float = parameter(0.6, low=0.0, high=1.0, unit="share", meaning="messages that fit")
    cost: float = parameter(0.02, low=0.0, high=1e6, unit="currency per message", meaning="cost of a message")


@dataclass(frozen=True)
class RetentionContact:
    """Contact customers before they think of leaving."""

    contacts: float = parameter(1.0, low=0.0, high=52.0, unit="per year", meaning="contacts with a customer who qualifies")
    risk: float = parameter(0.0, low=0.0, high=20.0, meaning="hazard ratio from which a customer qualifies; 0: everybody does")
    gift: float = parameter(0.05, low=0.0, high=2.0, unit="share of an order's or a period's price", meaning="value of the gift that comes with it")
    cost: float = parameter(1.0, low=0.0, high=1e6, unit="currency per contact", meaning="cost of a contact, the gift left out")


@dataclass(frozen=True)
class Price:
    """Change the level of prices."""

    change: float = parameter(low=-0.9, high=3.0, unit="share of the price", meaning="relative change; negative is a discount for everybody")


@dataclass(frozen=True)
class SaveOffer:
    """Offer a discount to those who give notice at the end of their contract."""

    discount: float = parameter(0.15, low=0.0, high=0.9, unit="share of the price", meaning="discount on the next period")
    reached: float = parameter(0.7, low=0.0, high=1.0, unit="share", meaning="customers giving notice whom the offer reaches")
    cost: float = parameter(0.0, low=0.0, high=1e6, unit="currency per offer", meaning="cost of making it")


@dataclass(frozen=True)
class FixedTerm:
    """Offer a discount at renewal to those who bind themselves for several periods."""

    periods: int = parameter(2, low=2, high=24, unit="periods", meaning="how long they are bound")
    discount: float = parameter(0.05, low=0.0, high=0.9, unit="share of the price", meaning="discount while they are")
    taken: float = parameter(0.3, low=0.0, high=1.0, unit="share of renewals", meaning="customers who take it")


@dataclass(frozen=True)
class PaymentReminder:
    """Rescue contracts that end because a payment failed."""

    rescued: float = parameter(0.4, low=0.0, high=1.0, unit="share", meaning="failed payments that a reminder repairs")
    cost: float = parameter(0.5, low=0.0, high=1e6, unit="currency per failed payment", meaning="cost of reminding")


@dataclass(frozen=True)
class Bonds:
    """Make it more trouble to go elsewhere: stored data, shared systems, a personal set-up."""

    strength: float = parameter(0.2, low=0.0, high=2.0, unit="switching cost", meaning="trouble added")
    cost: float = parameter(0.0, low=0.0, high=1e6, unit="currency per customer and year", meaning="cost of keeping them up")


@dataclass(frozen=True)
class Referral:
    """Reward customers who bring friends."""

    reward: float = parameter(10.0, low=0.0, high=1e6, unit="currency per new customer", meaning="reward, paid when the friend joins")
    cost: float = parameter(0.0, low=0.0, high=1e6, unit="currency per customer and year", meaning="cost of running it")


@dataclass(frozen=True)
class Advertising:
    """Win customers by advertising."""

    boost: float = parameter(0.5, low=0.0, high=10.0, unit="share of the arrival rate", meaning="relative rise of the rate at which prospects join")
    cost: float = parameter(1.0, low=0.0, high=1e6, unit="currency per prospect and year", meaning="cost of reaching a prospect")


@dataclass(frozen=True)
class Capacity:
    """Have more people answer."""

    extra: float = parameter(0.25, low=0.0, high=5.0, unit="share", meaning="staff added, as a share of today's")
    cost: float = parameter(0.0, low=0.0, high=1e6, unit="currency per customer and year", meaning="cost of it")


@dataclass(frozen=True)
class Motivation:
    """Reward and lead the staff so that it cares."""

    level: float = parameter(1.0, low=0.0, high=1.0, meaning="1: a full scheme of pay, recognition and leadership")
    cost: float = parameter(0.0, low=0.0, high=1e6, unit="currency per customer and year", meaning="cost of it")


@dataclass(frozen=True)
class FeedbackLoop:
    """Work through complaints and answers, and change what causes them."""

    attention: float = parameter(1.0, low=0.0, high=1.0, unit="share", meaning="complaints and answers that are worked through")
    cost: float = parameter(0.0, low=0.0, high=1e6, unit="currency per customer and year", meaning="cost of it")


@dataclass(frozen=True)
class Titles:
    """A title in other languages; where one is left out, the title itself is shown."""

    ru: str = parameter("", unit="text", meaning="the title in Russian")


@dataclass(frozen=True)
class Eligibility:
    """Whom the strategy reaches."""

    segments: tuple[str, ...] = parameter((), unit="names", meaning="segments it is for; empty: all")
    share: float = parameter(1.0, low=0.0, high=1.0, unit="share of customers", meaning="share drawn at random, as in a pilot")


@dataclass(frozen=True)
class Phase:
    """A stretch of the roll-out; it holds from its start until a later phase begins."""

    start: float = parameter(0.0, low=0.0, high=520.0, unit="weeks", meaning="when it begins")
    levers: tuple[str, ...] | None = parameter(None, unit="names", meaning="levers that are on; left out: all")
    share: float = parameter(1.0, low=0.0, high=1.0, unit="share of those eligible", meaning="how many it reaches")


@dataclass(frozen=True)
class Strategy:
    """A named bundle of levers.

    Examples
    --------
    >>> from sim.world.strategy import Strategy
    >>> Strategy(name="baseline").levers()
    ()
    """

    name: str = parameter(unit="text", meaning="short name, as on the command line")
    title: str = parameter("", unit="text", meaning="what it is, in a line")
    titles: Titles = section(Titles)
    commitments: Commitments = section(Commitments)
    recovery: RecoveryPolicy = section(RecoveryPolicy)
    loyalty: LoyaltyProgramme | None = None
    training: Training | None = None
    notice: DelayNotice | None = None
    personalisation: Personalisation | None = None
    retention_contact: RetentionContact | None = None
    price: Price | None = None
    save_offer: SaveOffer | None = None
    fixed_term: FixedTerm | None = None
    payment_reminder: PaymentReminder | None = None
    bonds: Bonds | None = None
    referral: Referral | None = None
    advertising: Advertising | None = None
    capacity: Capacity | None = None
    motivation: Motivation | None = None
    feedback: FeedbackLoop | None = None
    eligibility: Eligibility = section(Eligibility)
    phases: Mapping[str, Phase] = section(description.Named)

    # fmt: on

    def __post_init__(self) -> None:
        on = self.levers()
        for name, phase in self.phases.items():
            for lever in phase.levers or ():
                if lever not in on:
                    raise ConfigurationError(
                        f"phases.{name}.levers", f"'{lever}' is not a lever of this strategy", nearest(lever, on)
                    )
        starts = [phase.start for phase in self.phases.values()]
        if len(set(starts)) < len(starts):
            raise ConfigurationError("phases", "two phases start in the same week", "give each its own start")

    def levers(self) -> tuple[str, ...]:
        """Return the names of the levers that are on, in the order of `lever_names`."""
        return tuple(name for name in lever_names() if self._holds(name))

    def _holds(self, lever: str) -> bool:
        group, _, name = lever.partition(".")
        if group == "loyalty":
            if self.loyalty is None:
                return False
            return {
                "points": True,
                "tiers": len(self.loyalty.tiers) > 0,
                "expiry": self.loyalty.expiry is not None,
                "endowment": self.loyalty.endowment > 0,
            }[name]
        if not name:
            return getattr(self, lever) is not None
        return getattr(getattr(self, group), name) is not None

    def without(self, lever: str) -> "Strategy":
        """Return a copy in which one lever is switched off and everything else stays.

        Raises
        ------
        ConfigurationError
            If the strategy does not have that lever.
        """
        if lever not in self.levers():
            raise ConfigurationError(lever, "is not a lever of this strategy", nearest(lever, self.levers()))
        plain = description.to_mapping(self)
        group, _, name = lever.partition(".")
        if not name or lever == "loyalty.points":
            plain[group] = None
        else:
            plain[group][name] = {"loyalty.tiers": {}, "loyalty.endowment": 0.0}.get(lever)
        gone = {name for name in self.levers() if name == lever or (lever == "loyalty.points" and name.startswith("loyalty."))}
        for phase in plain["phases"].values():
            if phase["levers"] is not None:
                phase["levers"] = [name for name in phase["levers"] if name not in gone]
        return description.build(Strategy, plain)

    def replace(self, changes: Mapping[str, Any]) -> "Strategy":
        """Return a copy with the values at some dotted paths changed.

        Raises
        ------
        ConfigurationError
            If a path does not exist or a value is not valid there.
        """
        return description.replace(self, changes)

    def __str__(self) -> str:
        return describe(self, [f"levers: {', '.join(self.levers()) or 'none'}"])


PLAIN_LEVERS = (
    "notice",
    "personalisation",
    "retention_contact",
    "price",
    "save_offer",
    "fixed_term",
    "payment_reminder",
    "bonds",
    "referral",
    "advertising",
    "capacity",
    "motivation",
    "feedback",
)
RECOVERY_LEVERS = ("response_target", "apology", "compensation", "empowerment")


def lever_names() -> Iterator[str]:
    """Yield the name of every lever a strategy can have; the order is fixed, reach relies on it."""
    for attribute in ATTRIBUTES:
        yield f"commitments.{attribute}"
    for name in RECOVERY_LEVERS:
        yield f"recovery.{name}"
    for name in ("points", "tiers", "expiry", "endowment"):
        yield f"loyalty.{name}"
    yield "training"
    yield "recovery.verification"
    yield from PLAIN_LEVERS
