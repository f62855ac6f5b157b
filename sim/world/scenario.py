"""The world we do not control: customers, service, support, market and money."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sim.world import description
from sim.world.assumptions import describe
from sim.world.errors import ConfigurationError, nearest
from sim.world.market import Market, Network, Staff
from sim.world.mechanisms import Mechanisms, switched_off
from sim.world.parameter import Mark, parameter, section
from sim.world.psychology import Psychology
from sim.world.strategy import Strategy, Titles

TICK_DAYS = {"day": 1.0, "week": 7.0, "month": 365.0 / 12.0}
HOURS_PER_UNIT = {"minutes": 1.0 / 60.0, "hours": 1.0, "days": 24.0}
DAYS_PER_YEAR = 365.0

# Declarations read as a table, a parameter a row: the formatter would break each into seven lines.
# fmt: off


@dataclass(frozen=True)
class Time:
    """How long the world is watched and in what steps."""

    tick: Literal["day", "week", "month"] = parameter("week", unit="choice", meaning="length of a tick")
    horizon: float = parameter(2.0, low=0.05, high=10.0, unit="years", meaning="how long the customers are watched")
    activation: Literal["synchronous", "random_sequential"] = parameter(
        "synchronous", unit="choice",
        meaning="whether all live a tick before any of it is heard, or one after the other in an order that is drawn anew for every tick",
    )

    @property
    def tick_days(self) -> float:
        """Return the length of a tick in days."""
        return TICK_DAYS[self.tick]

    @property
    def ticks(self) -> int:
        """Return the number of ticks in the horizon, at least one."""
        return max(1, round(self.horizon * DAYS_PER_YEAR / self.tick_days))


@dataclass(frozen=True)
class Segment:
    """A kind of customer: its share and how it differs from the average."""

    share: float = parameter(1.0, low=0.0, high=1e9, meaning="weight of the segment; weights are scaled to add up to 1")
    orders: float = parameter(1.0, low=0.01, high=100.0, meaning="factor on the rate of orders")
    spend: float = parameter(1.0, low=0.01, high=100.0, meaning="factor on the price of an order")
    exit: float = parameter(1.0, low=0.0, high=100.0, meaning="factor on the baseline hazard of leaving")
    time_sensitivity: float = parameter(1.0, low=0.0, high=5.0, meaning="factor on how much a broken deadline hurts")
    voice: float = parameter(0.0, low=-5.0, high=5.0, unit="log-odds", meaning="shift in the readiness to complain")


@dataclass(frozen=True)
class OrderRate:
    """Heterogeneity of the rate of orders between customers: gamma (Fader, Hardie and Lee 2005)."""

    mean: float = parameter(12.0, low=0.0001, high=400.0, unit="orders per year", meaning="mean rate of orders of an active customer")
    shape: float = parameter(
        1.5, low=0.05, high=50.0, source="form Fader, Hardie and Lee 2005",
        meaning="shape r of the gamma distribution; small means few heavy buyers",
    )


@dataclass(frozen=True)
class Exit:
    """Heterogeneity of the baseline probability of leaving: beta.

    Per purchase without a contract (BG/NBD: Fader, Hardie and Lee 2005), per renewal with one
    (shifted beta-geometric: Fader and Hardie 2007).
    """

    alpha: float = parameter(0.8, low=0.01, high=100.0, source="form Fader and Hardie 2007", meaning="first parameter of the beta distribution")
    beta: float = parameter(20.0, low=0.01, high=1000.0, source="form Fader and Hardie 2007", meaning="second parameter of the beta distribution")


@dataclass(frozen=True)
class Contract:
    """Terms of a contractual relation; without meaning in a non-contractual one."""

    period: float = parameter(365.0, low=7.0, high=1095.0, unit="days", meaning="time between renewals")
    price: float = parameter(0.0, low=0.0, high=1e9, unit="currency per period", meaning="price of a period, paid at its start")
    price_spread: float = parameter(0.0, low=0.0, high=2.0, meaning="standard deviation of log price between customers")
    staggered: bool = parameter(False, unit="yes or no", meaning="whether contracts began at any time before the start; no: all begin with it")


@dataclass(frozen=True)
class Spend:
    """What an order is worth."""

    mean: float = parameter(30.0, low=0.01, high=1e9, unit="currency", meaning="mean price of an order")
    between: float = parameter(0.4, low=0.0, high=3.0, meaning="standard deviation of log price between customers")
    within: float = parameter(0.2, low=0.0, high=3.0, meaning="standard deviation of log price between a customer's orders")


@dataclass(frozen=True)
class Customers:
    """Who the customers are and how they differ."""

    count: int = parameter(2000, low=1, high=10_000_000, unit="customers", meaning="number of customers at the start; they alone load the staff, so that a few hundred make a restless queue")
    relation: Literal["contractual", "non_contractual"] = parameter(
        "non_contractual", unit="choice", meaning="whether leaving is declared at a renewal or stays unseen"
    )
    segments: Mapping[str, Segment] = section(lambda: description.Named(everyone=Segment()))
    orders: OrderRate = section(OrderRate)
    wallet: float = parameter(
        0.4, low=0.05, high=0.95, unit="share", source="design choice; shares of wallet are beta-distributed if needs and orders are gamma (Goodhardt, Ehrenberg and Chatfield 1984, recalled)",
        meaning="mean share of what customers need of the kind that they order from the firm",
    )
    exit: Exit = section(Exit)
    contract: Contract = section(Contract)
    spend: Spend = section(Spend)
    activity_window: float = parameter(
        90.0, low=1.0, high=1095.0, unit="days", meaning="a customer who bought within it counts as retained by what a firm can see"
    )
    loss_aversion: float = parameter(
        2.0, low=1.0, high=3.0, source="Brown et al. 2024, mean 1.955, 95 % interval 1.82 to 2.10", mark="literature",
        meaning="median weight of a loss against a gain",
    )
    loss_aversion_spread: float = parameter(0.3, low=0.0, high=1.0, meaning="standard deviation of its logarithm")
    satisfaction_spread: float = parameter(
        0.0, low=0.0, high=0.3, meaning="standard deviation of lasting differences between customers in satisfaction with the same service"
    )
    time_sensitivity_spread: float = parameter(0.3, low=0.0, high=1.5, meaning="standard deviation of log time sensitivity")
    voice_spread: float = parameter(0.8, low=0.0, high=3.0, unit="log-odds", meaning="standard deviation of the readiness to complain")
    switching_cost: float = parameter(0.2, low=0.0, high=2.0, meaning="median trouble of going elsewhere")
    switching_cost_spread: float = parameter(0.5, low=0.0, high=1.5, meaning="standard deviation of its logarithm")
    price_sensitivity_spread: float = parameter(0.3, low=0.0, high=1.5, meaning="standard deviation of log price sensitivity")
    deal_prone: float = parameter(0.15, low=0.0, high=1.0, unit="share", meaning="share of customers whom only a benefit attracts")
    privacy_sensitive: float = parameter(0.2, low=0.0, high=1.0, unit="share", meaning="share of customers who mind being addressed too personally")
    opportunists: float = parameter(
        0.015, low=0.0, high=0.2, unit="share", source="1 to 2 % of customers (recalled)", meaning="share of customers who claim compensation without a cause"
    )
    involuntary: float = parameter(
        0.01, low=0.0, high=0.3, unit="per year", source="6 % of all switching is involuntary (Keaveney 1995, recalled)",
        meaning="rate of leaving for reasons that have nothing to do with the firm",
    )
    failed_payments: float = parameter(0.3, low=0.0, high=1.0, unit="share of involuntary exits", meaning="exits that begin with a payment that fails")
    compensation_averse: float = parameter(
        0.05, low=0.0, high=0.5, unit="share",
        source="design choice; a minority, so small that all in all one and a half times the loss is worth most (Haesevoets et al. 2017)",
        meaning="share of customers who take offence at more than their loss",
    )


@dataclass(frozen=True)
class Delivery:
    """How long an order really takes, and what is quoted to the customer without any strategy."""

    unit: Literal["minutes", "hours", "days"] = parameter("days", unit="choice", meaning="unit of all delivery times of the scenario")
    median: float = parameter(2.0, low=0.01, high=1000.0, unit="delivery unit", meaning="median time from order to delivery")
    spread: float = parameter(0.3, low=0.0, high=2.0, meaning="standard deviation of its logarithm")
    tail_share: float = parameter(0.02, low=0.0, high=0.5, unit="share", meaning="share of orders that something holds up")
    tail_factor: float = parameter(2.0, low=1.0, high=20.0, meaning="how many times longer such an order takes")
    shortest: float = parameter(0.1, low=0.001, high=1000.0, unit="delivery unit", meaning="physical limit: no order is faster")
    longest: float = parameter(100.0, low=0.01, high=10000.0, unit="delivery unit", meaning="time after which an order counts as lost")
    quote: float = parameter(3.0, low=0.01, high=1000.0, unit="delivery unit", meaning="median time quoted with an order")
    quote_spread: float = parameter(0.0, low=0.0, high=2.0, meaning="standard deviation of its logarithm")
    quote_correlation: float = parameter(0.0, low=-1.0, high=1.0, meaning="correlation of quoted and actual log time")
    quote_publicity: float = parameter(0.5, low=0.0, high=1.0, unit="share", meaning="how prominently the quoted time is shown; 0 switches quoting off")
    half_value: float = parameter(6.0, low=0.01, high=10000.0, unit="delivery unit", meaning="time at which speed is worth half of instant delivery")
    external: float = parameter(0.3, low=0.0, high=1.0, unit="share", meaning="share of delays with a cause outside the firm")
    patience: float = parameter(1.0, low=0.001, high=1000.0, unit="delivery unit", meaning="delay beyond the promise that makes 63 % of the harm of an endless one")


@dataclass(frozen=True)
class Level:
    """A quality between 0 and 1 and how it varies from order to order."""

    mean: float = parameter(0.8, low=0.0, high=1.0, meaning="mean level without a failure")
    spread: float = parameter(0.08, low=0.0, high=0.5, meaning="standard deviation between orders")


@dataclass(frozen=True)
class Failure:
    """A kind of failure: how often, how bad, whose fault."""

    rate: float = parameter(0.02, low=0.0, high=1.0, unit="share of orders", meaning="probability per order before any lever")
    mildest: float = parameter(0.2, low=0.0, high=1.0, meaning="lowest severity")
    worst: float = parameter(0.7, low=0.0, high=1.0, meaning="highest severity; uniform between the two")
    external: float = parameter(0.2, low=0.0, high=1.0, unit="share", meaning="share with a cause outside the firm")

    def __post_init__(self) -> None:
        if self.mildest > self.worst:
            raise ConfigurationError("mildest", f"{self.mildest:g} is above worst", f"valid: 0 to {self.worst:g}")


@dataclass(frozen=True)
class Incident:
    """Something that goes wrong for many at once: an outage, a strike, a bad batch.

    It may come again at even intervals. What it breaks is the core of the service; what it holds up
    comes late.
    """

    start: float = parameter(0.0, low=0.0, high=520.0, unit="weeks", meaning="when it begins")
    length: float = parameter(1.0, low=0.0, high=520.0, unit="weeks", meaning="how long it lasts")
    every: float = parameter(0.0, low=0.0, high=520.0, unit="weeks", meaning="time from its start until it starts again; 0: it comes once")
    share: float = parameter(0.0, low=0.0, high=1.0, unit="share of orders", meaning="orders that it strikes while it lasts")
    severity: float = parameter(0.4, low=0.0, high=1.0, meaning="severity of the core failure it brings; 0: it holds up only")
    held_up: float = parameter(1.0, low=1.0, high=20.0, meaning="how many times longer the delivery takes")


@dataclass(frozen=True)
class Weights:
    """How much each attribute counts in the quality of an order; scaled to add up to 1."""

    speed: float = parameter(0.2, low=0.0, high=10.0, meaning="weight of speed")
    quality: float = parameter(0.4, low=0.0, high=10.0, meaning="weight of the product or core service")
    reliability: float = parameter(0.25, low=0.0, high=10.0, meaning="weight of keeping the word and being available")
    contact: float = parameter(0.15, low=0.0, high=10.0, meaning="weight of the contact with staff")

    def __post_init__(self) -> None:
        if self.speed + self.quality + self.reliability + self.contact <= 0:
            raise ConfigurationError("quality", "all weights are zero", "at least one weight above 0")


@dataclass(frozen=True)
class Service:
    """How the service really performs before any strategy."""

    delivery: Delivery = section(Delivery)
    quality: Level = section(Level)
    contact: Level = section(Level)
    core: Failure = section(Failure)
    encounter: Failure = section(Failure)
    unavailable: Failure = section(Failure)
    billing: Failure = section(Failure)
    incident: Incident = section(Incident)
    weights: Weights = section(Weights)
    skill_effect: float = parameter(0.3, low=0.0, high=0.9, unit="share of failures", meaning="failures that perfect skill prevents")


@dataclass(frozen=True)
class Support:
    """How complaints are handled before any strategy."""

    response: float = parameter(24.0, low=0.01, high=2000.0, unit="hours", meaning="median time to an answer")
    spread: float = parameter(0.8, low=0.0, high=2.0, meaning="standard deviation of its logarithm")
    unanswered: float = parameter(
        0.15, low=0.0, high=1.0, unit="share", source="design choice; 58 % of complainants 'got nothing' (National Customer Rage Study 2020)",
        meaning="share of complaints that get no answer",
    )
    first_contact: float = parameter(0.6, low=0.0, high=1.0, unit="share", meaning="share of answers that solve the problem")
    apology: float = parameter(0.4, low=0.0, high=1.0, meaning="quality of the apology")
    compensation: float = parameter(0.1, low=0.0, high=2.0, unit="share of the loss", meaning="usual compensation")
    half_time: float = parameter(
        24.0, low=0.05, high=1000.0, unit="hours", source="tickets; 12 minutes reproduce the airline figures of the Twitter study 2016",
        meaning="time to an answer at which speed has lost half of its value",
    )
    steepness: float = parameter(
        1.0, low=0.5, high=2.0, source="Twitter customer service study 2016", mark="literature", meaning="exponent of that loss"
    )
    ease: float = parameter(0.5, low=0.0, high=1.0, meaning="how easy it is to find a channel")
    effort: float = parameter(0.5, low=0.0, high=1.0, meaning="how much effort a complaint costs")
    skill: float = parameter(0.6, low=0.0, high=1.0, meaning="skill of the staff")
    solvable_cost: float = parameter(
        0.5, low=0.01, high=10.0, unit="share of the mean price",
        meaning="mean cost of the decision that would solve a case at once; an empowerment limit covers part of them",
    )
    give_up: float = parameter(14.0, low=1.0, high=90.0, unit="days", meaning="time after which an unanswered complaint is judged")


@dataclass(frozen=True)
class Economics:
    """The money."""

    currency: str = parameter("EUR", unit="text", meaning="name of the currency")
    margin: float = parameter(0.3, low=0.0, high=1.0, unit="share of revenue", meaning="contribution before the costs below")
    discount_rate: float = parameter(0.1, low=0.0, high=1.0, unit="per year", meaning="discount rate of customer lifetime value")
    acquisition_cost: float = parameter(10.0, low=0.0, high=1e9, unit="currency per customer", meaning="cost of winning a customer")
    case_cost: float = parameter(8.0, low=0.0, high=1e9, unit="currency per contact", meaning="cost of handling one contact of a case")
    compensation_cost: float = parameter(
        1.0, low=0.0, high=1.5, unit="share of face value", meaning="what compensation costs: cash 1, credit about 0.6, goods at cost about 0.5"
    )
    reward_cost: float = parameter(0.8, low=0.0, high=1.5, unit="share of face value", meaning="what a redeemed reward costs")


@dataclass(frozen=True)
class Survey:
    """Who is asked, how often, and how many answer."""

    order_share: float = parameter(0.3, low=0.0, high=1.0, unit="share of orders", meaning="orders after which the satisfaction question is asked, and cases after which that of effort is")
    recommendation_share: float = parameter(0.6, low=0.0, high=1.0, unit="share of customers", meaning="active customers who are asked the recommendation question in a wave")
    interval: float = parameter(91.0, low=7.0, high=730.0, unit="days", meaning="time between waves of the recommendation question")


@dataclass(frozen=True)
class Reference:
    """The stationary state of the baseline, at which every multiplier is 1.

    Written by calibration (`sim.evidence.reference`), never recomputed under an override.
    """

    satisfaction: float = parameter(0.7, low=0.0, high=1.0, meaning="mean memory of satisfaction", mark="computed", source="where the baseline of the scenario rests")
    trust: float = parameter(0.6, low=0.0, high=1.0, meaning="mean trust", mark="computed", source="where the baseline of the scenario rests")
    speed: float = parameter(0.75, low=0.0, high=1.0, meaning="mean experience of speed", mark="computed", source="where the baseline of the scenario rests")
    quality: float = parameter(0.78, low=0.0, high=1.0, meaning="mean experience of quality", mark="computed", source="where the baseline of the scenario rests")
    reliability: float = parameter(0.95, low=0.0, high=1.0, meaning="mean experience of reliability", mark="computed", source="where the baseline of the scenario rests")
    contact: float = parameter(0.78, low=0.0, high=1.0, meaning="mean experience of contact", mark="computed", source="where the baseline of the scenario rests")
    contacts: float = parameter(1.0, low=0.0, high=1000.0, unit="per customer and year", meaning="contacts about complaints; the staff is sized for them", mark="computed", source="where the baseline of the scenario rests")
    rating: float = parameter(3.8, low=1.0, high=5.0, unit="stars", meaning="mean rating in reviews", mark="computed", source="where the baseline of the scenario rests")
    log_hazard: float = parameter(0.0, low=-3.0, high=3.0, unit="log-hazard", meaning="log of the mean multiplier on the hazard before centring", mark="computed", source="where the baseline of the scenario rests")


@dataclass(frozen=True)
class Evidence:
    """Where a scenario has its values from: a mark and a source for all paths below one."""

    mark: Mark = parameter(unit="choice", meaning="estimated, literature, design choice or computed")
    source: str = parameter(unit="text", meaning="where the value comes from")


@dataclass(frozen=True)
class Scenario:
    """A world: everything a strategy does not decide.

    Examples
    --------
    >>> import sim
    >>> small = sim.load_scenario("courier").replace({"customers.count": 200})
    >>> small.customers.count
    200
    """

    name: str = parameter(unit="text", meaning="short name, as on the command line")
    title: str = parameter("", unit="text", meaning="what it is, in a line")
    titles: Titles = section(Titles)
    known: tuple[str, ...] = parameter((), unit="texts", meaning="what is known of this world")
    assumed: tuple[str, ...] = parameter((), unit="texts", meaning="what is assumed of it")
    time: Time = section(Time)
    customers: Customers = section(Customers)
    service: Service = section(Service)
    support: Support = section(Support)
    staff: Staff = section(Staff)
    network: Network = section(Network)
    market: Market = section(Market)
    economics: Economics = section(Economics)
    survey: Survey = section(Survey)
    behaviour: Psychology = section(Psychology)
    mechanisms: Mechanisms = section(Mechanisms)
    reference: Reference = section(Reference)
    posterior: str = parameter("", unit="text", meaning="file with joint draws of what was estimated from data, beside the scenario's own; empty: none")
    evidence: Mapping[str, Evidence] = section(description.Named)
    strategies: Mapping[str, Strategy] = section(description.Named)

    def __post_init__(self) -> None:
        if sum(segment.share for segment in self.customers.segments.values()) <= 0:
            raise ConfigurationError("customers.segments", "no segment with a share above 0", "for example {regular: {share: 1}}")
        delivery = self.service.delivery
        if delivery.shortest > delivery.longest:
            raise ConfigurationError(
                "service.delivery.shortest", f"{delivery.shortest:g} is above longest", f"valid: at most {delivery.longest:g} {delivery.unit}"
            )
        if not delivery.shortest <= delivery.median <= delivery.longest:
            raise ConfigurationError(
                "service.delivery.median",
                f"{delivery.median:g} is {'below shortest' if delivery.median < delivery.shortest else 'above longest'}",
                f"valid: {delivery.shortest:g} to {delivery.longest:g} {delivery.unit}, unless service.delivery.shortest or longest moves too",
            )
        answer = self.behaviour.answer
        if not answer.two_stars <= answer.three_stars <= answer.four_stars <= answer.five_stars:
            raise ConfigurationError("behaviour.answer.three_stars", "thresholds of the answers are not in order", "two ≤ three ≤ four ≤ five stars")
        for path in self.evidence:
            if not description.has_path(self, path):
                paths = description.leaves(description.to_mapping(self))
                raise ConfigurationError(f"evidence.{path}", "is evidence for no parameter of the scenario", nearest(path, paths))

    def replace(self, changes: Mapping[str, Any]) -> "Scenario":
        """Return a copy with the values at some dotted paths changed.

        Raises
        ------
        ConfigurationError
            If a path does not exist or a value is not valid there.
        """
        return description.replace(self, changes)

    @property
    def rows(self) -> int:
        """Return how many people there are in all: customers at the start and prospects."""
        return self.customers.count + round(self.customers.count * self.market.prospects)

    def effective(self) -> "Scenario":
        """Return the scenario as the engines run it: what is switched off stands at its off values."""
        return description.with_values(self, switched_off(self.mechanisms))

    def __str__(self) -> str:
        known = [f"known: {text}" for text in self.known]
        return describe(self, known + [f"assumed: {text}" for text in self.assumed])
