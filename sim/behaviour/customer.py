"""The state of a customer: one flat list of numbers, and who reads and writes it.

The annotations are the single source of the record that the compiled engine keeps and of the
attributes that the Mesa agent has. ``int`` fields that answer yes or no hold 1 or 0.
"""

from dataclasses import dataclass


@dataclass(eq=False)
class CustomerState:
    """Everything that is true of one customer now.

    Levels of satisfaction, trust and expectation lie in [0, 1]; hours count from the start of
    the simulation; -1 marks an hour at which nothing has happened yet.
    """

    # Identity and traits: drawn before the first tick, the same under every strategy.
    id: int = 0
    segment: int = 0
    group: int = 0
    watched: int = 0
    order_rate: float = 0.0  # orders per year
    exit_force: float = 0.0  # -log(1 - baseline probability of leaving), per order or renewal
    price: float = 0.0  # median price of an order, currency
    loss_aversion: float = 2.0
    time_sensitivity: float = 1.0
    voice_readiness: float = 0.0  # log-odds
    response_style: float = 0.0  # points on the recommendation scale
    compensation_averse: int = 0
    price_sensitivity: float = 1.0
    switching_cost: float = 0.0
    deal_prone: int = 0
    privacy_sensitive: int = 0
    opportunist: int = 0
    leadership: float = 1.0  # how well one is listened to
    interest: float = 0.5  # probability of choosing the firm before anything is heard
    # Relationship
    active: int = 1
    prospect: int = 0  # not a customer yet
    joined: float = -1.0  # hour at which a prospect became a customer
    origin: int = 0  # how: code of the event's detail
    referrer: int = -1  # id of the customer who referred
    contract_start: float = 0.0  # hour from which periods are counted
    bound_until: float = 0.0  # hour up to which a contract cannot be left
    discount: float = 0.0  # on the present period
    usual_price: float = 1.0  # level of prices that one is used to
    best_deal: float = 0.0  # best rewards and discounts had, share of spending
    habit: float = 0.0  # 0 to 1, grows with tenure
    goodwill: float = 0.0  # log-hazard taken off by a gift, fading
    felt_hour: float = 0.0  # up to when time has done its work on memory and shock
    pace: float = 1.0  # factor on the rate of orders in this tick
    left_hour: float = -1.0
    left_cause: int = 0
    orders: int = 0
    first_hour: float = -1.0
    last_hour: float = -1.0
    exposed: int = 0  # a bit for each lever ever met
    heard: int = 0  # a bit for each lever announced
    # What is said
    opinion: float = 0.5  # probability of choosing the firm after what was heard
    praise: int = 0  # told in this tick
    warnings: int = 0
    refers: int = 0  # 1: refers friends in this tick
    # What comes from the firm unasked
    messages_tired: float = 0.0  # unfitting messages, fading
    unsubscribed: int = 0
    questions_tired: float = 0.0  # survey questions, fading
    # Attitudes
    will_speed: float = 0.0
    will_quality: float = 0.0
    will_reliability: float = 0.0
    will_contact: float = 0.0
    should_speed: float = 0.0
    should_quality: float = 0.0
    should_reliability: float = 0.0
    should_contact: float = 0.0
    last_satisfaction: float = 0.0
    satisfaction: float = 0.0
    peak: float = 0.0
    trust: float = 0.0
    trust_ceiling: float = 1.0
    deceived: int = 0
    attachment: float = 0.0
    justice: float = -1.0  # of the last case, -1 before the first
    # Memory of trouble
    shock: float = 0.0  # log-hazard
    expected_success: float = 0.5  # of a complaint
    apologies: float = 0.0  # heard, fading
    failures: int = 0
    last_failure_hour: float = -1.0
    last_failure: int = 0
    promises_kept: int = 0
    promises_broken: int = 0
    complaints: int = 0
    # The episode in hand: what the present order has brought so far
    episode_price: float = 0.0
    episode_severity: float = 0.0
    episode_failure: int = 0
    episode_external: int = 0
    episode_repeated: int = 0
    episode_paradox: int = 0
    episode_before: float = 0.0
    episode_after: float = 0.0
    episode_trust_lost: float = 0.0
    episode_shock: float = 0.0
    episode_paid: float = 0.0  # share of the price that came by itself
    episode_promised: float = 0.0  # share of the price that has to be claimed
    episode_noticed: int = 0  # 1: the firm told of the delay first
    # Two open cases, told apart by their due hour; -1 means none
    first_due: float = -1.0
    first_opened: float = 0.0
    first_severity: float = 0.0
    first_failure: int = 0
    first_before: float = 0.0
    first_after: float = 0.0
    first_trust_lost: float = 0.0
    first_shock: float = 0.0
    first_paid: float = 0.0
    first_price: float = 0.0
    first_promised: float = 0.0
    first_attempts: int = 0
    first_answered: int = 0
    first_number: int = 0
    first_repeated: int = 0
    first_paradox: int = 0
    first_exit_draw: float = -1.0
    second_due: float = -1.0
    second_opened: float = 0.0
    second_severity: float = 0.0
    second_failure: int = 0
    second_before: float = 0.0
    second_after: float = 0.0
    second_trust_lost: float = 0.0
    second_shock: float = 0.0
    second_paid: float = 0.0
    second_price: float = 0.0
    second_promised: float = 0.0
    second_attempts: int = 0
    second_answered: int = 0
    second_number: int = 0
    second_repeated: int = 0
    second_paradox: int = 0
    second_exit_draw: float = -1.0
    # Loyalty programme: points by age in quarters
    member: int = 0
    points_fresh: float = 0.0
    points_second: float = 0.0
    points_third: float = 0.0
    points_oldest: float = 0.0
    joined_hour: float = -1.0
    endowed: float = 0.0  # share of the first reward that was given, until it is redeemed
    last_reward_hour: float = -1.0
    year_spend: float = 0.0
    tier: int = 0
    # Money over the whole life, currency
    revenue: float = 0.0
    profit: float = 0.0
    value: float = 0.0  # discounted profit
