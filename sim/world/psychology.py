"""Parameters of what goes on inside a customer, B1 to B9: what moves them, by how much, says who.

One dataclass per mechanism, in the order in which a customer meets them; what customers then do
stands in `sim.world.conduct`. Marks are the registry's own; a scenario that sets another value
says in its `evidence` where it is from.
"""

from dataclasses import dataclass

from sim.world.conduct import Churn, Outreach, Programme, Purchase, SurveyAnswer, Talk
from sim.world.parameter import parameter, section

# Declarations read as a table, a parameter a row: the formatter would break each into seven lines.
# fmt: off


@dataclass(frozen=True)
class Expectation:
    """B1: what customers expect will and should happen, and how promises move it."""

    adaptation: float = parameter(
        0.15, low=0.0, high=0.4, unit="per use",
        source="structure Boulding et al. 1993; small because expectations are largely rational (Anderson, Fornell and Lehmann 1994)",
        meaning="share of the gap closed by one experience",
    )
    promise_will: float = parameter(
        0.5, low=0.0, high=0.9, source="design choice; direction Boulding et al. 1993",
        meaning="pull of a fully public, fully trusted promise on what will happen",
    )
    promise_should: float = parameter(
        0.5, low=0.0, high=1.0, source="design choice; direction Boulding et al. 1993",
        meaning="pull of a fully public promise on what should happen",
    )
    assimilation: float = parameter(
        0.15, low=0.0, high=0.3, source="design choice; direction Boulding et al. 1993",
        meaning="weight of the expectation in what is perceived",
    )
    treadmill: float = parameter(
        0.01, low=0.0, high=0.1, unit="per use", source="design choice; yesterday's surprise is today's standard (Kano 1984)",
        meaning="share of the gap by which 'should' expectations follow a better experience",
    )
    treadmill_back: float = parameter(
        0.25, low=0.0, high=1.0, unit="share", meaning="speed at which they come down again, as a share of that"
    )


@dataclass(frozen=True)
class Disconfirmation:
    """B2: from the gap between perception and expectation to satisfaction with one order."""

    will_weight: float = parameter(
        0.6, low=0.0, high=1.0, meaning="weight of 'will' against 'should' expectations in the reference point"
    )
    tolerance: float = parameter(
        0.02, low=0.0, high=0.1, meaning="half-width of the zone of tolerance around the reference point"
    )
    weight: float = parameter(
        0.6, low=0.0, high=1.2, source="design choice; order of effects Szymanski and Henard 2001",
        meaning="weight of disconfirmation in satisfaction",
    )
    curvature: float = parameter(
        1.0, low=0.7, high=1.0, source="Tversky and Kahneman 1992 report 0.88", mark="literature",
        meaning="exponent of gains and losses",
    )
    reward: float = parameter(
        0.2, low=0.0, high=0.6, meaning="gain felt per unit of reward value over the price of the order"
    )


@dataclass(frozen=True)
class Memory:
    """B3: the slow memory of satisfaction."""

    rate: float = parameter(0.12, low=0.01, high=0.3, unit="per episode", meaning="weight of a new episode")
    surprise: float = parameter(
        1.0, low=0.0, high=3.0, meaning="how much more an episode weighs the farther it is from the memory"
    )
    half_life: float = parameter(
        180.0, low=60.0, high=3650.0, unit="days", meaning="half-life of the drift back to the reference level"
    )
    peak_weight: float = parameter(
        0.15, low=0.0, high=0.4, source="direction: deliveries on Alibaba, late events weigh more (Kellogg Insight)",
        meaning="weight of the most extreme episode in what is remembered when asked",
    )
    end_weight: float = parameter(
        0.15, low=0.0, high=0.4, source="direction: deliveries on Alibaba, late events weigh more (Kellogg Insight)",
        meaning="weight of the last episode in what is remembered when asked",
    )


@dataclass(frozen=True)
class Trust:
    """B4: earned slowly by kept promises, lost fast by broken ones."""

    kept_gain: float = parameter(
        0.015, low=0.0, high=0.05, unit="per promise", source="design choice; direction Schweitzer, Hershey and Bradlow 2006",
        meaning="share of the missing trust earned by a kept, measurable promise",
    )
    broken_loss: float = parameter(
        0.2, low=0.0, high=0.5, unit="per promise", source="design choice; direction Schweitzer, Hershey and Bradlow 2006",
        meaning="share of trust lost by a fully public promise broken with severity 1",
    )
    external: float = parameter(
        0.5, low=0.0, high=1.0, meaning="weight of a breach whose cause lies outside the firm"
    )
    stable: float = parameter(
        1.5, low=1.0, high=2.0, meaning="weight of a breach that repeats the last one, a stable internal cause"
    )
    deception: float = parameter(
        0.2, low=0.0, high=0.4, source="direction Schweitzer, Hershey and Bradlow 2006: after deception trust never fully returns",
        meaning="trust lost for good when a promise the firm knew it could not keep is broken",
    )


@dataclass(frozen=True)
class CommitmentEffect:
    """B5: what a commitment does inside the firm and in the customer's sense of fairness."""

    discipline: float = parameter(
        0.15, low=0.0, high=0.4, meaning="share of failures of the promised attribute that the discipline of a promise prevents"
    )
    learning_days: float = parameter(
        90.0, low=7.0, high=365.0, unit="days", meaning="time constant with which that discipline is learned"
    )
    automatic_bonus: float = parameter(
        0.1, low=0.0, high=0.3, meaning="procedural justice added when compensation comes without asking"
    )
    claims: float = parameter(
        0.1, low=0.0, high=0.5, unit="per order", source="design choice; claims without a cause, Wirtz and Kum 2004 (recalled)",
        meaning="probability that an opportunist claims a full payout for an order in which nothing failed",
    )
    checking: float = parameter(
        0.3, low=0.0, high=1.0, meaning="effort that a full check of claims adds for those who complain with good reason"
    )


@dataclass(frozen=True)
class Notice:
    """B9: what a notice of a delay does before the customer notices the delay."""

    adaptation: float = parameter(0.7, low=0.4, high=0.9, meaning="share of the gap by which the expected speed moves to the new date")
    severity: float = parameter(0.3, low=0.0, high=0.6, meaning="share of a delay's severity that the notice takes away")
    voice: float = parameter(
        0.4, low=0.0, high=0.8, source="direction: fewer questions where the order is (vendors' figures, weak)",
        meaning="share of complaints about a delay that the notice makes needless",
    )
    second: float = parameter(1.0, low=0.0, high=2.0, meaning="weight of a new date that is missed, as a broken promise")
    false_alarm: float = parameter(0.02, low=0.0, high=0.1, meaning="satisfaction lost by a notice of a delay that does not come")


@dataclass(frozen=True)
class Voice:
    """B6: who complains and who leaves in silence (Hirschman 1970; Fornell and Wernerfelt 1987)."""

    base: float = parameter(
        -2.0, low=-6.0, high=2.0, unit="log-odds",
        source="set inside front-line complaint rates of 25 to 50 % (Goodman, recalled): 0.37 at severity 0.45",
        meaning="log-odds of complaining at no grievance",
    )
    grievance: float = parameter(
        2.0, low=0.0, high=6.0, unit="log-odds", source="direction Szymanski and Henard 2001",
        meaning="effect of the grievance: severity plus shortfall of satisfaction",
    )
    ease: float = parameter(1.0, low=0.0, high=3.0, unit="log-odds", meaning="effect of an easy channel")
    loyalty: float = parameter(
        0.5, low=0.0, high=3.0, unit="log-odds", source="direction Hirschman 1970", meaning="effect of attachment"
    )
    success: float = parameter(
        1.0, low=0.0, high=3.0, unit="log-odds", source="direction Hirschman 1970", meaning="effect of the expected success"
    )
    effort: float = parameter(1.0, low=0.0, high=3.0, unit="log-odds", meaning="effect of the effort a complaint costs")
    learning: float = parameter(
        0.3, low=0.0, high=1.0, unit="per case", meaning="weight of the last case in the expected success"
    )
    threshold: float = parameter(
        0.5, low=0.2, high=0.8, meaning="satisfaction with an order below which a customer has a grievance"
    )
    relief: float = parameter(
        0.0, low=0.0, high=1.0, source="design choice; sources disagree: repurchase after an unresolved complaint is above that of the silent in TARP 1979 to 1986 (recalled), a failed handling hurts twice in Knox and van Oest 2014",
        meaning="share of the shock of a failure that speaking up takes off by itself",
    )


@dataclass(frozen=True)
class Recovery:
    """B7 and B8: how a handled complaint is judged, and where recovery ends."""

    distributive: float = parameter(
        0.5, low=0.35, high=0.65, source="order: Orsingher, Valentini and de Angelis 2010", mark="literature",
        meaning="weight of compensation in justice, for satisfaction with the episode",
    )
    interactional: float = parameter(
        0.3, low=0.15, high=0.45, source="order: Orsingher, Valentini and de Angelis 2010", mark="literature",
        meaning="weight of the apology in justice, for satisfaction with the episode",
    )
    procedural: float = parameter(
        0.2, low=0.05, high=0.35, source="order: Orsingher, Valentini and de Angelis 2010", mark="literature",
        meaning="weight of speed in justice, for satisfaction with the episode",
    )
    lasting_distributive: float = parameter(
        0.35, low=0.2, high=0.5, source="order: Gelbrich and Roschk 2011", mark="literature",
        meaning="weight of compensation in justice, for memory and trust",
    )
    lasting_interactional: float = parameter(
        0.4, low=0.25, high=0.55, source="order: Gelbrich and Roschk 2011", mark="literature",
        meaning="weight of the apology in justice, for memory and trust",
    )
    lasting_procedural: float = parameter(
        0.25, low=0.1, high=0.4, source="order: Gelbrich and Roschk 2011", mark="literature",
        meaning="weight of speed in justice, for memory and trust",
    )
    unresolved: float = parameter(
        0.15, low=0.0, high=0.5, meaning="share of justice left when the problem itself is not solved"
    )
    compensation_scale: float = parameter(
        0.35, low=0.2, high=0.6, source="concave when the service was used: Gelbrich, Gäthke and Grégoire 2015",
        mark="literature", meaning="share of the loss at which compensation has most of its effect",
    )
    rejected_centre: float = parameter(
        0.9, low=0.6, high=1.2, source="steepest between 60 % and 120 %: Gelbrich, Gäthke and Grégoire 2015",
        mark="literature", meaning="share of the loss at which compensation of a useless service works most",
    )
    rejected_width: float = parameter(
        0.15, low=0.05, high=0.3, source="Gelbrich, Gäthke and Grégoire 2015", mark="literature",
        meaning="width of that S-curve",
    )
    rejected_severity: float = parameter(
        0.7, low=0.5, high=1.0, meaning="severity from which a service is useless rather than flawed"
    )
    over_start: float = parameter(
        1.5, low=1.0, high=2.0, source="Haesevoets et al. 2017", mark="literature",
        meaning="share of the loss above which more compensation works less",
    )
    over_slope: float = parameter(
        0.3, low=0.0, high=1.0, source="direction Haesevoets et al. 2017", meaning="loss of effect per unit beyond that share"
    )
    mismatch: float = parameter(
        0.6, low=0.3, high=1.0, source="direction Smith, Bolton and Wagner 1999",
        meaning="effect left when the remedy does not match the kind of failure",
    )
    apology_repeat: float = parameter(
        0.6, low=0.2, high=1.0, source="direction Halperin, Ho, List and Muir 2019",
        meaning="factor on an apology for each one heard before",
    )
    apology_half_life: float = parameter(
        180.0, low=30.0, high=720.0, unit="days", meaning="half-life of the memory of apologies"
    )
    reopen: float = parameter(0.6, low=0.3, high=1.0, meaning="factor on the value of speed for each repeated contact")
    full_justice: float = parameter(
        0.8, low=0.7, high=0.95, meaning="justice at which satisfaction is back where it was before the failure"
    )
    trust_repair: float = parameter(
        0.8, low=0.0, high=0.95, source="below 1: recovery in almost all cases does not entirely offset (Knox and van Oest 2014)",
        meaning="share of the lost trust that perfect justice gives back",
    )
    insult: float = parameter(0.25, low=0.0, high=0.5, meaning="justice below which the handling is a second failure")
    double_deviation: float = parameter(
        0.8, low=0.0, high=1.5, source="design choice; direction Knox and van Oest 2014",
        meaning="size of the second loss when the handling fails as well",
    )
    paradox_severity: float = parameter(
        0.5, low=0.0, high=1.0, source="Magnini et al. 2007 (recalled)",
        meaning="severity above which recovery cannot lift satisfaction over the level before",
    )
    paradox_days: float = parameter(
        365.0, low=0.0, high=1095.0, unit="days", source="Magnini et al. 2007 (recalled)",
        meaning="days without another failure that the recovery paradox needs",
    )


@dataclass(frozen=True)
class Psychology:
    """All mechanisms of the customer, in the order of a tick."""

    expectation: Expectation = section(Expectation)
    disconfirmation: Disconfirmation = section(Disconfirmation)
    memory: Memory = section(Memory)
    trust: Trust = section(Trust)
    commitment: CommitmentEffect = section(CommitmentEffect)
    notice: Notice = section(Notice)
    voice: Voice = section(Voice)
    recovery: Recovery = section(Recovery)
    programme: Programme = section(Programme)
    purchase: Purchase = section(Purchase)
    churn: Churn = section(Churn)
    outreach: Outreach = section(Outreach)
    talk: Talk = section(Talk)
    answer: SurveyAnswer = section(SurveyAnswer)
