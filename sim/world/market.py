"""What lies around the customers of a firm: who knows whom, prospects, rivals, and the firm's staff."""

from dataclasses import dataclass
from typing import Literal

from sim.world.errors import ConfigurationError
from sim.world.parameter import parameter, section

# Declarations read as a table, a parameter a row: the formatter would break each into seven lines.
# fmt: off


@dataclass(frozen=True)
class Network:
    """B14: who hears whom. It covers customers and prospects and is the same under every strategy."""

    kind: Literal["small_world", "scale_free", "blocks", "file", "none"] = parameter(
        "small_world", unit="choice",
        source="small world: Watts and Strogatz 1998; scale-free: Barabási and Albert 1999; blocks: Holland, Laskey and Leinhardt 1983",
        meaning="form of the network: neighbours with some shortcuts, few with many ties, denser inside a segment, your own edge list, or nobody",
    )
    degree: int = parameter(8, low=2, high=100, unit="ties per person", meaning="mean number of people one hears; even for a small world, and rounded down to even for a scale-free one")
    shortcuts: float = parameter(0.1, low=0.0, high=1.0, unit="share", source="order of size Watts and Strogatz 1998", meaning="ties of a small world that lead anywhere")
    inside: float = parameter(0.8, low=0.0, high=1.0, unit="share", meaning="ties of a block network that stay inside the segment")
    path: str = parameter("", unit="file", meaning="edge list as CSV, two columns of ids from 0, for kind: file; a relative path starts at the present folder")

    def __post_init__(self) -> None:
        if self.kind == "small_world" and self.degree % 2:
            raise ConfigurationError(
                "degree", f"a small world needs an even number of ties per person, not {self.degree}", f"{self.degree - 1} or {self.degree + 1}"
            )
        if self.kind == "file" and not self.path:
            raise ConfigurationError("path", "kind is file, but no file is named", "for example network.path=edges.csv")
        if self.path and self.kind != "file":
            raise ConfigurationError("path", f"a file is named, but kind is {self.kind}", "set kind: file")


@dataclass(frozen=True)
class Rival:
    """B15: what customers could have elsewhere, in its own course and in answer to what the firm does.

    Its advantage over the firm is worth a share of spending, 0 at the start.
    """

    pull: float = parameter(1.5, low=0.0, high=6.0, unit="log-rate per share of spending", meaning="effect of such an advantage on the rate at which prospects join; that on leaving is behaviour.churn.rival")
    drift: float = parameter(0.0, low=-0.2, high=0.2, unit="share of spending per year", meaning="steady gain of the rivals")
    volatility: float = parameter(0.04, low=0.0, high=0.2, unit="share of spending per √year", meaning="spread of what cannot be foreseen, the same under every strategy")
    half_life: float = parameter(365.0, low=30.0, high=3650.0, unit="days", meaning="half-life of such a deviation")
    match: float = parameter(
        0.5, low=0.0, high=1.0, unit="share", source="design choice; programmes are copied and their gains erode (prisoner's dilemma)",
        meaning="share of the firm's offers that rivals match in the end",
    )
    lag: float = parameter(90.0, low=7.0, high=720.0, unit="days", meaning="time constant with which they follow")
    promise: float = parameter(0.01, low=0.0, high=0.1, unit="share of spending", meaning="what a fully public commitment is worth as an offer")


@dataclass(frozen=True)
class Market:
    """B15: who may become a customer, and what customers could have elsewhere."""

    prospects: float = parameter(0.5, low=0.0, high=100.0, unit="per customer at the start", meaning="people who are not customers yet")
    arrival: float = parameter(0.08, low=0.0, high=2.0, unit="per year", meaning="rate at which a prospect of usual interest becomes a customer without being referred")
    interest: float = parameter(
        0.35, low=0.05, high=0.95, source="prior purchase probability in East, Hammond and Lomax 2008 (recalled)", mark="literature",
        meaning="mean probability of choosing the firm before anything is heard",
    )
    interest_spread: float = parameter(0.1, low=0.0, high=0.4, meaning="standard deviation of it between people")
    promise: float = parameter(0.2, low=0.0, high=1.0, unit="log-rate", meaning="effect of a fully public commitment, believed by all, on the rate of arrival")
    rating: float = parameter(
        0.15, low=0.0, high=0.5, unit="log-rate per star", source="direction Luca 2011", meaning="effect of the review rating above its usual level on the rate of arrival"
    )
    price: float = parameter(1.0, low=0.0, high=4.0, unit="elasticity", meaning="effect of the price level on the rate of arrival")
    return_rate: float = parameter(0.0, low=0.0, high=1.0, unit="per year", meaning="rate at which a customer who left comes back by itself")
    rival: Rival = section(Rival)


@dataclass(frozen=True)
class Staff:
    """B16: the people who serve: their skill, their engagement, and their time."""

    turnover: float = parameter(
        0.3, low=0.0, high=0.9, unit="per year", source="contact centres, recalled: 10 to 60 %",
        meaning="share of the staff that leaves in a year; who comes has the skill of before any training",
    )
    engagement: float = parameter(0.6, low=0.0, high=1.0, meaning="engagement of the staff at the start and in the long run")
    engagement_half_life: float = parameter(60.0, low=7.0, high=365.0, unit="days", meaning="half-life with which engagement moves to its level")
    motivation: float = parameter(0.3, low=0.0, high=0.6, meaning="engagement that a full motivation scheme adds")
    overload: float = parameter(0.5, low=0.0, high=2.0, meaning="engagement lost per unit of utilisation above the usual")
    effort: float = parameter(0.5, low=0.0, high=1.0, meaning="share of skill at work that moves with engagement")
    contact: float = parameter(
        0.26, low=0.0, high=1.0, source="5 points of attitude went with 1.3 points of customers' impression (Rucci, Kirn and Quinn 1998)", mark="literature",
        meaning="quality of contact per unit of engagement",
    )
    leaving: float = parameter(1.0, low=0.0, high=3.0, meaning="relative rise of turnover per unit of engagement lost")
    utilisation: float = parameter(0.75, low=0.1, high=0.95, unit="share", meaning="share of the time in which the staff is busy at the usual number of contacts")
    waiting: float = parameter(
        0.5, low=0.0, high=1.0, unit="share", source="form: queueing, delay grows with u/(1-u) (Kleinrock 1975)",
        meaning="share of the time to an answer that is waiting for somebody free",
    )
    load_half_life: float = parameter(28.0, low=1.0, high=90.0, unit="days", meaning="half-life with which the workload follows the contacts")
    hiring: float = parameter(120.0, low=14.0, high=3650.0, unit="days", meaning="half-life with which the staff is sized anew to the contacts there are")
    learning: float = parameter(0.2, low=0.0, high=1.0, unit="per signal and customer", meaning="share of the avoidable failures that the firm learns to avoid, with full attention to feedback")
    learnable: float = parameter(0.3, low=0.0, high=0.8, unit="share of failures", meaning="failures that feedback can teach to avoid")
    forgetting: float = parameter(365.0, low=30.0, high=3650.0, unit="days", meaning="half-life of what was learned")
