"""The state of a customer: one flat list of numbers, and who reads and writes it.

The annotations are the single source of the record that the compiled engine keeps and of the
attributes that the Mesa agent has. Whole numbers that answer yes or no hold 1 or 0.
"""

from dataclasses import dataclass
from typing import Annotated

Count = Annotated[int, "i4"]
"""A whole number that is kept in four bytes."""
Code = Annotated[int, "i1"]
"""A whole number below 128 that is kept in one byte: a kind, or yes or no."""


@dataclass(eq=False)
class CustomerState:
    """Everything that is true of one customer now.

    Levels of satisfaction, trust and expectation lie in [0, 1]; hours count from the start of
    the simulation; -1 marks an hour at which nothing has happened yet.
    """

    # Identity and traits: drawn before the first tick, the same under every strategy.
    id: int = 0  # place among all people, the key of their luck
    segment: Count = 0  # place of the segment
    group: Count = 0  # group whose policy holds
    watched: Code = 0  # 1: events are logged
    order_rate: float = 0.0  # orders per year
    exit_force: float = 0.0  # -log(1 - baseline probability of leaving), per order or renewal
    wallet: float = 0.4  # share of what one needs of the kind that is ordered from the firm
    price: float = 0.0  # median price of an order, currency
    period_price: float = 0.0  # price of a period of the contract, currency
    loss_aversion: float = 2.0  # weight of a loss against a gain
    time_sensitivity: float = 1.0  # factor on how fast a delay hurts
    voice_readiness: float = 0.0  # log-odds
    response_style: float = 0.0  # points on the recommendation scale
    contentment: float = 0.0  # satisfaction beyond that of others with the same service
    compensation_averse: Code = 0  # 1: takes offence at more than the loss
    price_sensitivity: float = 1.0  # factor on what a price does
    switching_cost: float = 0.0  # trouble of going elsewhere
    deal_prone: Code = 0  # 1: comes for the benefit
    privacy_sensitive: Code = 0  # 1: minds personal messages
    opportunist: Code = 0  # 1: may claim without a cause
    leadership: float = 1.0  # how well one is listened to
    interest: float = 0.5  # probability of choosing the firm before anything is heard
    # Relationship
    active: Code = 1  # 1: is a customer now
    prospect: Code = 0  # not a customer yet
    acquired_hour: float = -1.0  # hour at which a prospect became a customer
    origin: Code = 0  # how: code of the event's detail
    referrer: Count = -1  # id of the customer who referred
    order_likeness: float = 1.0  # factor on the rate of orders, after the one who referred
    exit_likeness: float = 1.0  # factor on the tendency to leave, after the one who referred
    contract_start: float = 0.0  # hour from which periods are counted
    bound_until: float = 0.0  # hour up to which a contract cannot be left
    discount: float = 0.0  # on the present period
    usual_price: float = 1.0  # level of prices that one is used to
    best_deal: float = 0.0  # best rewards and discounts had, share of spending
    habit: float = 0.0  # 0 to 1, grows with tenure
    goodwill: float = 0.0  # log-hazard taken off by a gift, fading
    felt_hour: float = 0.0  # up to when time has done its work on memory and shock
    pace: float = 1.0  # factor on the rate of orders, as of the last order or the start of the tick
    left_hour: float = -1.0  # when the customer left
    left_cause: Code = 0  # why: code of the event's detail
    orders: Count = 0  # number since the start
    first_hour: float = -1.0  # of the first order
    last_hour: float = -1.0  # of the last order
    exposed: Count = 0  # a bit for each lever ever met
    heard: Count = 0  # a bit for each lever announced
    # What is said
    opinion: float = 0.5  # probability of choosing the firm after what was heard
    praise: Count = 0  # told in the tick last lived
    warnings: Count = 0  # told in the tick last lived
    refers: Code = 0  # 1: referred friends in the tick last lived
    # What comes from the firm unasked
    messages_tired: float = 0.0  # unfitting messages, fading
    prompted: float = 0.0  # fitting messages that still prompt, fading
    unsubscribed: Code = 0  # 1: gets no more messages
    questions_tired: float = 0.0  # survey questions, fading
    # Attitudes
    will_speed: float = 0.0  # expected speed of the next order
    will_quality: float = 0.0  # expected quality of the next order
    will_reliability: float = 0.0  # expectation that the word is kept
    will_contact: float = 0.0  # expected quality of contact
    should_speed: float = 0.0  # speed one feels entitled to
    should_quality: float = 0.0  # quality one feels entitled to
    should_reliability: float = 0.0  # reliability one feels entitled to
    should_contact: float = 0.0  # contact one feels entitled to
    last_satisfaction: float = 0.0  # with the last episode
    satisfaction: float = 0.0  # slow memory of all episodes
    peak: float = 0.0  # episode farthest from the reference, fading
    trust: float = 0.0  # 0 to 1, at most its ceiling
    trust_ceiling: float = 1.0  # how high trust can still rise
    deceived: Code = 0  # 1: was deceived once
    attachment: float = 0.0  # to the firm, 0 to 1
    justice: float = -1.0  # of the last case, -1 before the first
    judged_hour: float = -1.0  # when the last case was judged
    judged_before: float = 0.0  # memory of satisfaction before the order of that case
    judged_after: float = 0.0  # satisfaction with that order
    # Memory of trouble
    shock: float = 0.0  # log-hazard
    expected_success: float = 0.5  # of a complaint
    apologies: float = 0.0  # heard, fading
    failures: Count = 0  # number met
    last_failure_hour: float = -1.0  # when the last one was
    last_failure: Code = 0  # kind of the last one
    promises_kept: Count = 0  # number met
    promises_broken: Count = 0  # number met
    complaints: Count = 0  # number made
    handled: Code = 0  # 1: how the firm handles complaints has come into play
    # The episode in hand: what the present order has brought so far, forgotten when it is lived through
    episode_price: float = 0.0  # what is at stake: the order, with a contract also a month's fee
    episode_fee: float = 0.0  # that fee, which the contract pays
    episode_severity: float = 0.0  # of its worst failure, 0 to 1
    episode_failure: int = 0  # kind of that failure
    episode_external: int = 0  # 1: its cause lies outside the firm
    episode_repeated: int = 0  # 1: the last failure was the same
    episode_paradox: int = 0  # 1: recovery may do better than no failure
    episode_before: float = 0.0  # satisfaction before the order
    episode_after: float = 0.0  # satisfaction with the order
    episode_trust_lost: float = 0.0  # trust that the order took
    episode_shock: float = 0.0  # shock that the order added, log-hazard
    episode_paid: float = 0.0  # share of the price that came by itself
    episode_promised: float = 0.0  # share of the price that has to be claimed
    episode_noticed: int = 0  # 1: the firm told of the delay first
    # Two open cases, told apart by their due hour; -1 means none
    first_due: float = -1.0  # hour at which it is answered or given up
    first_opened: float = 0.0  # hour of the complaint
    first_severity: float = 0.0  # as of the episode
    first_failure: int = 0  # as of the episode
    first_before: float = 0.0  # as of the episode
    first_after: float = 0.0  # as of the episode
    first_trust_lost: float = 0.0  # as of the episode
    first_shock: float = 0.0  # as of the episode
    first_paid: float = 0.0  # as of the episode
    first_price: float = 0.0  # as of the episode
    first_promised: float = 0.0  # as of the episode
    first_at_once: float = 0.0  # share of the price paid by itself for a late answer
    first_attempts: int = 0  # answers that did not solve it
    first_answered: int = 0  # 1: will be answered
    first_number: int = 0  # key of its draws
    first_repeated: int = 0  # as of the episode
    first_paradox: int = 0  # as of the episode
    first_exit_draw: float = -1.0  # with which to decide to stay
    first_pace: float = 1.0  # at which the order came
    second_due: float = -1.0  # hour at which it is answered or given up
    second_opened: float = 0.0  # hour of the complaint
    second_severity: float = 0.0  # as of the episode
    second_failure: int = 0  # as of the episode
    second_before: float = 0.0  # as of the episode
    second_after: float = 0.0  # as of the episode
    second_trust_lost: float = 0.0  # as of the episode
    second_shock: float = 0.0  # as of the episode
    second_paid: float = 0.0  # as of the episode
    second_price: float = 0.0  # as of the episode
    second_promised: float = 0.0  # as of the episode
    second_at_once: float = 0.0  # share of the price paid by itself for a late answer
    second_attempts: int = 0  # answers that did not solve it
    second_answered: int = 0  # 1: will be answered
    second_number: int = 0  # key of its draws
    second_repeated: int = 0  # as of the episode
    second_paradox: int = 0  # as of the episode
    second_exit_draw: float = -1.0  # with which to decide to stay
    second_pace: float = 1.0  # at which the order came
    # Loyalty programme: points by age in quarters
    member: Code = 0  # 1: belongs to the programme
    points_fresh: float = 0.0  # earned in this quarter
    points_second: float = 0.0  # one quarter old
    points_third: float = 0.0  # two quarters old
    points_oldest: float = 0.0  # three quarters old or more
    joined_hour: float = -1.0  # when they joined it
    endowed: float = 0.0  # share of the first reward that was given, until it is redeemed
    last_reward_hour: float = -1.0  # when they last had a reward
    year_spend: float = 0.0  # currency, in this year of membership
    tier: Code = 0  # 0 none, 1 or 2
    owed: float = 0.0  # for points, currency, less what is never redeemed
    # Money over the whole life, currency
    revenue: float = 0.0  # paid
    profit: float = 0.0  # margin less cost
    value: float = 0.0  # discounted profit
