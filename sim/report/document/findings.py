"""What a report tells: plain values in no language, which can be stored and told again."""

from dataclasses import dataclass, field

from sim.study.statistics import Interval

STAYS, WORTH = "survival_rate", "clv"
"""The metrics by which strategies are judged: who keeps most, who earns most."""

LEVELS = (
    "survival_rate",
    "retention_rate",
    "csat",
    "nps",
    "promise_keep_rate",
    "complaint_rate",
    "cost",
    "clv",
    "customer_equity",
    "roi",
    "reach",
)
"""Metrics whose levels are told."""

CHANGES = (
    "survival_rate",
    "retention_rate",
    "csat",
    "nps",
    "promise_keep_rate",
    "complaint_rate",
    "cost",
    "clv",
)
"""Metrics whose paired differences to the baseline are told."""

CURVES = ("active", "active_difference", "satisfaction", "satisfaction_difference", "cash")
"""Trajectories that are drawn; cash is the difference of cumulated profit."""


@dataclass(frozen=True)
class Called:
    """How something is called: its name and title, and the titles that it has in other languages."""

    name: str
    title: str
    titles: dict[str, str]


@dataclass(frozen=True)
class Curve:
    """A mean over replications with the limits of its 95 % band, NaN from a single one."""

    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Cash:
    """What a strategy costs and brings, see `sim.study.decision.money.Account`; currency per customer."""

    cost: Interval
    margin: Interval
    net: Interval
    paid_back: Interval
    liability: Interval


@dataclass(frozen=True)
class Open:
    """What the drawn worlds say of a strategy by one metric, see `sim.study.doubt.Verdict`.

    Parameters
    ----------
    low, high
        Where its effect lies in 95 % of the worlds; NaN for the baseline.
    best, pays, regret, worst_regret
        As in `sim.study.doubt.Verdict`.
    """

    low: float
    high: float
    best: float
    pays: float
    regret: float
    worst_regret: float


@dataclass(frozen=True)
class Option:
    """A strategy and what came of it.

    Parameters
    ----------
    called, levers
        Which it is, and what it does.
    priced
        Whether it works by the price, so that there is no ratio to what it spends.
    levels
        By metric of `LEVELS`.
    changes
        By metric of `CHANGES`, the paired difference to the baseline, each interval by itself.
    together
        For `STAYS` and `WORTH`, the same with intervals that hold for all strategies at once.
    segments
        By segment, then for `STAYS` and `WORTH`, the paired difference there.
    reach
        By lever, the share of customers who met it.
    cash
        What it costs and brings; None for the baseline.
    curves
        By name of `CURVES`; differences and cash are left out for the baseline.
    doubt
        For `STAYS` and `WORTH`, what drawn worlds say of it; empty without them.
    """

    called: Called
    levers: tuple[str, ...]
    priced: bool
    levels: dict[str, Interval]
    changes: dict[str, Interval]
    together: dict[str, Interval]
    segments: dict[str, dict[str, Interval]]
    reach: dict[str, Interval]
    cash: Cash | None
    curves: dict[str, Curve] = field(repr=False)
    doubt: dict[str, Open]


@dataclass(frozen=True)
class Decider:
    """An assumption that moves the lead of one strategy over another: which, and its rank correlation."""

    path: str
    meaning: str
    correlation: float
    clear: bool


@dataclass(frozen=True)
class Drawn:
    """Worlds that were drawn over the assumptions.

    Parameters
    ----------
    draws, items
        How many worlds, over how many assumptions.
    rivals
        For `STAYS` and `WORTH`, the strategy that loses least by being chosen, and the next.
    deciders
        For the same, what moves the lead of the first over the second, the most decisive first.
    """

    draws: int
    items: int
    rivals: dict[str, tuple[str, ...]]
    deciders: dict[str, tuple[Decider, ...]]


@dataclass(frozen=True)
class Assumed:
    """A value that the answer rests on.

    Parameters
    ----------
    path
        As on the command line.
    lever
        The lever it belongs to; "" for a value of the world.
    meaning, unit, mark
        As the registry has them, in English.
    value
        A number, or 0 and 1 for no and yes.
    low, high
        Its plausible range; NaN where it is open.
    yes_or_no
        Whether it is a switch.
    """

    path: str
    lever: str
    meaning: str
    unit: str
    mark: str
    value: float
    low: float
    high: float
    yes_or_no: bool


@dataclass(frozen=True)
class Precise:
    """What precision was asked of the differences of how many stay, and what came of it."""

    half_width: float
    reached: bool
    needed: int
    first: int
    most: int


@dataclass(frozen=True)
class Remake:
    """How to make the results again.

    Parameters
    ----------
    command
        As it was typed; empty where the comparison was made in Python.
    snippet
        The same in Python; "" where there is a command.
    seed
        What the seeds were made from; None where that is not known.
    seeds
        Those of the replications.
    hash
        Digest of the configuration, see `sim.study.store.configuration_hash`.
    python, packages, revision
        What it was made with.
    made
        When, ISO 8601.
    """

    command: tuple[str, ...]
    snippet: str
    seed: int | None
    seeds: tuple[int, ...]
    hash: str
    python: str
    packages: dict[str, str]
    revision: str
    made: str


@dataclass(frozen=True)
class Findings:
    """Everything a report tells of a comparison.

    Parameters
    ----------
    version
        Of the package that found it.
    scenario, contractual, customers, years, currency, segments
        The world.
    baseline
        Name of the strategy the others are held against.
    options
        The strategies, in the order in which they were given.
    leaders
        For `STAYS` and `WORTH`, who may be the best, see `Comparison.leaders`.
    seconds, leads
        For the same, who comes after the first, and by how much that one leads, with an interval that holds
        for all strategies at once; empty with one strategy.
    months
        Of the points of the curves.
    replications, precise
        How sure the simulation is.
    drawn
        How sure the assumptions leave it; None where no worlds were drawn.
    marks
        How many values stand behind the comparison, by mark.
    assumed
        Those that matter, at most ten.
    remake
        How to make it again.
    """

    version: str
    scenario: Called
    contractual: bool
    customers: int
    years: float
    currency: str
    segments: tuple[str, ...]
    baseline: str
    options: tuple[Option, ...]
    leaders: dict[str, tuple[str, ...]]
    seconds: dict[str, str]
    leads: dict[str, Interval]
    months: tuple[float, ...]
    replications: int
    precise: Precise | None
    drawn: Drawn | None
    marks: dict[str, int]
    assumed: tuple[Assumed, ...]
    remake: Remake

    def option(self, name: str) -> Option:
        """Return a strategy by name."""
        return next(option for option in self.options if option.called.name == name)

    @property
    def others(self) -> tuple[Option, ...]:
        """Return the strategies but the baseline."""
        return tuple(option for option in self.options if option.called.name != self.baseline)
