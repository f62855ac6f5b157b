"""Parameters of what customers do, B9 to B17: how they buy, join, talk, answer and leave.

One dataclass per mechanism; what goes on inside them before stands in `sim.world.psychology`.
"""

from dataclasses import dataclass

from sim.world.parameter import parameter

# Declarations read as a table, a parameter a row: the formatter would break each into seven lines.
# fmt: off


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
    join_wallet: float = parameter(
        5.0, low=0.0, high=8.0, unit="log-odds", source="fitted to a gap of members to others seven times the effect of membership (Leenheer et al. 2007)", mark="literature",
        meaning="effect of the share of wallet on joining: who buys elsewhere sees no use in a card",
    )
    join_deal: float = parameter(1.5, low=0.0, high=4.0, unit="log-odds", meaning="how much sooner the deal-prone join")
    gradient: float = parameter(
        0.3, low=0.0, high=0.5, source="fitted to the first-to-last interval of Kivetz, Urminsky and Zheng 2006 (recalled)", mark="literature",
        meaning="rise of the rate of orders just before a reward (goal gradient)",
    )
    gradient_power: float = parameter(1.0, low=1.0, high=3.0, meaning="exponent of progress in the goal gradient")
    headroom: float = parameter(
        1.0, low=0.0, high=1.0, unit="share", source="direction: light and moderate buyers grew, heavy ones did not change (Liu 2007)",
        meaning="how far the pull of a programme goes with the share of wallet that is left to win; 0: it pulls all alike",
    )
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
    speed: float = parameter(
        0.015, low=0.0, high=0.05, unit="log-rate per day", source="a business day faster sold 1.5 % more online (Fisher, Gallino and Xu 2019)", mark="literature",
        meaning="effect of each day that delivery is expected to be faster than usual",
    )
    reliability: float = parameter(
        0.2, low=0.0, high=1.0, unit="log-rate", meaning="effect of the expectation to find things available and the word kept"
    )
    rating: float = parameter(
        0.07, low=0.0, high=0.1, unit="log-rate per star", source="5 to 9 % of revenue per star for independent firms, none for chains (Luca 2011)", mark="literature",
        meaning="effect of the review rating above its usual level",
    )
    price: float = parameter(1.0, low=0.0, high=4.0, unit="elasticity", meaning="effect of the price level on the rate of orders")
    deal: float = parameter(
        4.0, low=0.0, high=10.0, unit="log-rate per share of spending", meaning="effect of rewards and discounts on the deal-prone"
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
    inertia: float = parameter(
        0.5, low=0.0, high=1.0, unit="log-hazard",
        source="design choice; rising retention comes first from sorting (Fader and Hardie 2007)",
        meaning="hazard taken off by a full habit",
    )
    inertia_years: float = parameter(2.0, low=0.2, high=10.0, unit="years", meaning="time constant with which habit grows with tenure")
    switching: float = parameter(
        1.0, low=0.0, high=3.0, unit="log-hazard", source="direction Burnham, Frels and Mahajan 2003 (recalled)", meaning="hazard taken off per unit of switching cost"
    )
    price: float = parameter(
        4.0, low=0.0, high=10.0, unit="log-hazard per unit", meaning="effect of a relative rise of the price over what one is used to"
    )
    rival: float = parameter(
        1.5, low=0.0, high=6.0, unit="log-hazard per share of spending",
        source="design choice; set so that rivals who match a programme in full take away what its points hold",
        meaning="effect of an advantage of the rivals",
    )
    deal: float = parameter(
        8.0, low=0.0, high=20.0, unit="log-hazard per share of spending",
        meaning="effect on the deal-prone of rewards and discounts that are no longer there",
    )
    opinion: float = parameter(0.5, low=0.0, high=2.0, unit="log-hazard", meaning="effect of what one hears of the firm from others")


@dataclass(frozen=True)
class Outreach:
    """B12: what messages from the firm do: relevant ones, tiresome ones, and those that wake one up."""

    relevance: float = parameter(
        0.05, low=0.0, high=0.15, unit="log-rate", source="direction: a randomised e-mail raised visits and spending (Hillstrom 2008)",
        meaning="rise of the rate of orders where messages fit perfectly",
    )
    half_messages: float = parameter(12.0, low=1.0, high=100.0, unit="per year", meaning="messages at which half of that rise is reached")
    prompt: float = parameter(
        0.0, low=0.0, high=1.5, unit="log-rate per message", source="design choice; a randomised e-mail raised orders of the two weeks after it by half (Hillstrom 2008), one-off, so that nothing says what many would do",
        meaning="rise of the rate of orders right after a message that fits, on top of that",
    )
    prompt_half_life: float = parameter(7.0, low=1.0, high=60.0, unit="days", meaning="half-life of that rise")
    fatigue: float = parameter(0.1, low=0.0, high=0.3, unit="log-rate per message", meaning="fall of the rate of orders per unfitting message in memory")
    half_life: float = parameter(14.0, low=3.0, high=90.0, unit="days", meaning="half-life of that memory")
    unsubscribe: float = parameter(-6.0, low=-10.0, high=0.0, unit="log-odds", meaning="log-odds of unsubscribing at a message without fatigue")
    unsubscribe_fatigue: float = parameter(2.0, low=0.0, high=6.0, unit="log-odds per message", meaning="effect of fatigue on unsubscribing")
    privacy: float = parameter(0.02, low=0.0, high=0.1, unit="per message", meaning="trust that a personalised message costs those who mind their privacy")
    wakes: float = parameter(
        0.8, low=0.0, high=1.0, unit="share", mark="literature", source="fitted: a proactive recommendation raised churn from 6 to 10 % (Ascarza, Iyengar and Schleicher 2016)",
        meaning="habit lost when the firm asks whether one wants to stay",
    )
    goodwill: float = parameter(1.0, low=0.0, high=5.0, unit="log-hazard per share of the price", meaning="hazard taken off by the gift that comes with such a contact")
    goodwill_half_life: float = parameter(60.0, low=7.0, high=365.0, unit="days", meaning="half-life of that effect")


@dataclass(frozen=True)
class Talk:
    """B14: what customers tell others, in person and in reviews, and what that does."""

    good: float = parameter(
        0.66, low=0.0, high=1.0, unit="per episode", source="66 % tell of a very good experience (Temkin 2018, self-reported)", mark="literature",
        meaning="probability of telling of a perfect episode",
    )
    bad: float = parameter(
        0.73, low=0.0, high=1.0, unit="per episode", source="73 % tell of a very bad experience (Temkin 2018, self-reported)", mark="literature",
        meaning="probability of telling of the worst episode",
    )
    good_level: float = parameter(0.76, low=0.5, high=0.95, meaning="satisfaction from which an episode is worth praise; more so the higher")
    bad_level: float = parameter(0.45, low=0.05, high=0.5, meaning="satisfaction below which an episode is worth a warning; more so the lower")
    good_heard: float = parameter(
        0.2, low=0.0, high=1.0, unit="per neighbour", source="9 hear of good service by self-report (American Express barometer); claims exceed deeds, scaled by 0.2",
        meaning="probability that a neighbour hears a praise, of somebody of median leadership",
    )
    bad_heard: float = parameter(
        0.36, low=0.0, high=1.0, unit="per neighbour", source="16 hear of bad service by self-report (American Express barometer); claims exceed deeds, scaled by 0.2",
        meaning="probability that a neighbour hears a warning, of somebody of median leadership",
    )
    leadership: float = parameter(0.5, low=0.0, high=1.5, meaning="standard deviation of the log of how well people are listened to")
    praise: float = parameter(
        0.3, low=0.0, high=0.8, source="fitted to shifts of +0.20 and -0.11 (East, Hammond and Lomax 2008, recalled)",
        meaning="share of what is missing to certainty that a praise adds to the probability of choosing the firm",
    )
    warning: float = parameter(
        0.3, low=0.0, high=0.8, source="fitted to shifts of +0.20 and -0.11 (East, Hammond and Lomax 2008, recalled)",
        meaning="share of the probability of choosing the firm that a warning takes away",
    )
    praise_customers: float = parameter(
        0.5, low=0.0, high=1.0, source="praise works about twice as much on winning as on keeping (East, Hammond and Lomax 2008)", mark="literature",
        meaning="effect of praise on those who are customers, as a share",
    )
    warning_customers: float = parameter(
        0.25, low=0.0, high=1.0, source="warnings work over four times as much on winning as on keeping (East, Hammond and Lomax 2008)", mark="literature",
        meaning="effect of a warning on those who are customers, as a share",
    )
    half_life: float = parameter(180.0, low=14.0, high=1095.0, unit="days", meaning="half-life of what was heard")
    review: float = parameter(0.01, low=0.0, high=0.3, unit="per episode", meaning="probability of a review of an unremarkable episode")
    review_extreme: float = parameter(0.08, low=0.0, high=1.0, unit="per episode", meaning="how much more likely the farther the episode is from the usual")
    review_memory: float = parameter(200.0, low=1.0, high=1e6, unit="reviews", meaning="number of old reviews that the rating starts from")
    referral: float = parameter(0.05, low=0.0, high=2.0, unit="per year", meaning="rate at which a customer of usual satisfaction refers a friend unasked")
    referral_satisfaction: float = parameter(4.0, low=0.0, high=20.0, meaning="relative rise of that rate per unit of satisfaction")
    referral_reward: float = parameter(
        2.0, low=0.0, high=20.0, unit="per usual price", source="direction Schmitt, Skiera and Van den Bulte 2011", meaning="relative rise of that rate per reward worth an order, under a contract a month"
    )
    referral_taken: float = parameter(0.1, low=0.0, high=1.0, unit="per neighbour", meaning="probability that a prospect among the neighbours follows it")
    alike: float = parameter(
        0.3, low=0.0, high=1.0, source="design choice; referred customers are worth more and stay longer (Schmitt, Skiera and Van den Bulte 2011)",
        meaning="probability that a referred customer is like the one who referred, in orders and in leaving",
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
    response: float = parameter(0.25, low=0.01, high=1.0, unit="share", meaning="probability that a customer of usual attitude answers when asked")
    response_extreme: float = parameter(0.5, low=0.0, high=2.0, meaning="how much more likely the farther the attitude is from the usual")
    fatigue: float = parameter(0.05, low=0.0, high=0.5, unit="per question", meaning="relative fall of that probability per recent question")
    fatigue_half_life: float = parameter(90.0, low=7.0, high=365.0, unit="days", meaning="half-life of the memory of questions")
    effort_attempt: float = parameter(0.25, low=0.0, high=0.5, unit="per contact", meaning="effort that each repeated contact adds to that of the first")
    effort_noise: float = parameter(0.8, low=0.0, high=2.0, unit="points", meaning="spread of an answer about effort, on a scale of 1 to 7")
