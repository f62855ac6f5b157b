"""Parameters of the mechanisms B1 to B17: what moves a customer, by how much, says who.

One dataclass per mechanism, in the order in which a customer meets them. Marks are the
registry's own; a scenario that sets another value says in its `evidence` where it is from.
"""

from dataclasses import dataclass

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
class Programme:
    """B11: how customers take to a loyalty programme."""

    join_base: float = parameter(
        -0.5, low=-4.0, high=3.0, unit="log-odds", meaning="log-odds of joining at an order, at reference satisfaction"
    )
    join_satisfaction: float = parameter(
        2.0, low=0.0, high=6.0, unit="log-odds", meaning="effect of satisfaction on joining"
    )
    join_rate: float = parameter(
        0.5, low=0.0, high=2.0, unit="log-odds", source="direction: members were better customers before they joined (Leenheer et al. 2007)",
        meaning="effect of the log rate of orders on joining: heavy buyers select themselves",
    )
    gradient: float = parameter(
        0.25, low=0.0, high=0.5, source="fitted to the first-to-last interval of Kivetz, Urminsky and Zheng 2006 (recalled)", mark="literature",
        meaning="rise of the rate of orders just before a reward (goal gradient)",
    )
    gradient_power: float = parameter(1.0, low=1.0, high=3.0, meaning="exponent of progress in the goal gradient")
    endowed: float = parameter(
        1.2, low=0.0, high=2.0, source="fitted to endowed cards: Kivetz, Urminsky and Zheng 2006 (recalled); direction Nunes and Drèze 2006", mark="literature",
        meaning="rise of the rate of orders per endowed share of the first reward",
    )
    reset: float = parameter(
        0.1, low=0.0, high=0.3, source="direction Kivetz, Urminsky and Zheng 2006", meaning="fall of the rate of orders right after a reward"
    )
    reset_days: float = parameter(14.0, low=1.0, high=60.0, unit="days", meaning="how long that fall lasts")
    rewarded: float = parameter(
        0.05, low=0.0, high=0.15, source="direction Taylor and Neslin 2005", meaning="rise of the rate of orders that a reward leaves behind"
    )
    rewarded_half_life: float = parameter(42.0, low=7.0, high=365.0, unit="days", meaning="half-life of that rise")
    crowding: float = parameter(
        0.1, low=0.0, high=0.3, unit="per quarter", source="design choice; motivational crowding (Deci, recalled)",
        meaning="attachment lost per unit of incentive above the level that does no harm",
    )
    crowding_level: float = parameter(
        0.05, low=0.0, high=0.3, unit="share of spending", meaning="incentive up to which attachment does not suffer"
    )
    stake: float = parameter(
        0.15, low=0.0, high=0.5, unit="log-hazard", meaning="hazard taken off by a full balance of points"
    )
    tier_up: float = parameter(
        0.05, low=0.0, high=0.2, source="direction Wagner, Hennig-Thurau and Rudolph 2009 (recalled)",
        meaning="attachment gained by a higher tier; a lost tier takes it, times loss aversion",
    )
    expiry_loss: float = parameter(
        0.02, low=0.0, high=0.1, meaning="trust lost when points worth a whole reward expire, times loss aversion"
    )
    breakage: float = parameter(
        0.33, low=0.0, high=0.6, source="a third of issued rewards is never redeemed (Colloquy 2011)", mark="literature",
        meaning="share of points that is assumed never to be redeemed in the liability",
    )


@dataclass(frozen=True)
class Purchase:
    """B13, non-contractual: what moves the rate of orders."""

    satisfaction: float = parameter(
        0.6, low=0.0, high=2.0, unit="log-rate", meaning="effect of satisfaction above the reference level"
    )
    shock: float = parameter(
        0.15, low=0.0, high=0.6, unit="log-rate",
        source="order of size: a bad ride lowers later spending by 5 to 10 % (Halperin, Ho, List and Muir 2019)",
        meaning="effect of the shock of a recent failure",
    )


@dataclass(frozen=True)
class Churn:
    """B13: multipliers on the hazard of leaving, 1 at the reference state."""

    satisfaction: float = parameter(
        3.0, low=0.0, high=6.0, unit="log-hazard", meaning="effect of satisfaction below the reference level"
    )
    trust: float = parameter(2.0, low=0.0, high=4.0, unit="log-hazard", meaning="effect of trust below the reference level")
    attachment: float = parameter(0.5, low=0.0, high=2.0, unit="log-hazard", meaning="effect of attachment")
    delight: float = parameter(
        4.0, low=0.0, high=8.0, unit="log-hazard",
        source="direction: loyalty rises steeply only near the top (Jones and Sasser 1995; Mittal and Kamakura 2001)",
        meaning="extra effect of satisfaction above the level of delight",
    )
    delight_level: float = parameter(
        0.85, low=0.7, high=1.0, source="direction Jones and Sasser 1995", meaning="satisfaction at which delight begins"
    )
    shock: float = parameter(
        2.2, low=0.0, high=4.0, unit="log-hazard", source="design choice; pattern Knox and van Oest 2014",
        meaning="shock of a failure of severity 1",
    )
    shock_limit: float = parameter(
        3.0, low=1.0, high=6.0, unit="log-hazard", meaning="shock that several failures together come close to"
    )
    shock_half_life: float = parameter(
        21.0, low=7.0, high=60.0, unit="days", source="the relationship quickly returns to normal (Knox and van Oest 2014)",
        mark="literature", meaning="half-life of that shock",
    )
    attachment_level: float = parameter(
        0.75, low=0.5, high=1.0, meaning="satisfaction above which attachment grows"
    )
    attachment_rate: float = parameter(
        0.03, low=0.0, high=0.2, unit="per episode", meaning="share of the gap by which attachment follows delight"
    )


@dataclass(frozen=True)
class SurveyAnswer:
    """B17: from attitudes to answers on a scale."""

    satisfaction_weight: float = parameter(
        0.75, low=0.0, high=1.0, meaning="weight of satisfaction against trust in the attitude behind a recommendation"
    )
    recommendation_mean: float = parameter(
        8.4, low=0.0, high=10.0, unit="points", source="gives a net promoter score of 33 where attitudes spread by 0.1, 38 where they do not", meaning="mean answer at the reference attitude"
    )
    recommendation_slope: float = parameter(
        11.0, low=2.0, high=30.0, unit="points", meaning="change of the answer per unit of attitude"
    )
    response_style: float = parameter(1.2, low=0.0, high=3.0, unit="points", meaning="spread between customers with the same attitude")
    recommendation_noise: float = parameter(0.8, low=0.0, high=3.0, unit="points", meaning="spread between a customer's own answers")
    noise: float = parameter(
        0.1, low=0.0, high=0.4, meaning="spread of a satisfaction answer around satisfaction with the order"
    )
    two_stars: float = parameter(0.15, low=-0.5, high=1.0, meaning="satisfaction at which an answer of 1 becomes 2")
    three_stars: float = parameter(0.3, low=-0.5, high=1.0, meaning="satisfaction at which an answer of 2 becomes 3")
    four_stars: float = parameter(0.5, low=-0.5, high=1.0, meaning="satisfaction at which an answer of 3 becomes 4")
    five_stars: float = parameter(0.72, low=-0.5, high=1.2, meaning="satisfaction at which an answer of 4 becomes 5")


@dataclass(frozen=True)
class Psychology:
    """All mechanisms of the customer, in the order of a tick."""

    expectation: Expectation = section(Expectation)
    disconfirmation: Disconfirmation = section(Disconfirmation)
    memory: Memory = section(Memory)
    trust: Trust = section(Trust)
    commitment: CommitmentEffect = section(CommitmentEffect)
    voice: Voice = section(Voice)
    recovery: Recovery = section(Recovery)
    programme: Programme = section(Programme)
    purchase: Purchase = section(Purchase)
    churn: Churn = section(Churn)
    answer: SurveyAnswer = section(SurveyAnswer)
