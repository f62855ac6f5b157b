"""B15: how prospects become customers, and how those who left come back."""

import math
from dataclasses import fields, replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import chance, events
from sim.behaviour.chance import halving
from sim.behaviour.churn import hazard_ratio
from sim.behaviour.customer import CustomerState
from sim.behaviour.market import arrival_rate, settle
from sim.behaviour.surroundings import Clock, TickLedger
from sim.engine.simulation import simulate
from sim.world.market import Market
from sim.world.parameter import registry
from sim.world.policy import LEVER_BIT
from sim.world.strategy import Strategy

LEVEL = st.floats(0.0, 1.0)
WEEK = 7.0 / 365.0
SILENT = SimpleNamespace()
ARRIVES, STAYS_AWAY = {chance.ARRIVES: 0.0}, {chance.ARRIVES: 1.0 - 1e-12}
CONTRACT = {"customers.relation": "contractual"}


def numbers(world, **values):
    """Return a copy of the world's numbers with some changed."""
    return SimpleNamespace(**(vars(world) | values))


def prospect(make_customer, **values):
    """Return somebody of usual interest who is not a customer yet."""
    state = {"active": 0, "prospect": 1, "interest": 0.35, "opinion": 0.35, "felt_hour": 0.0}
    return make_customer(**(state | values))


def gone(make_customer, **values):
    """Return somebody who left in silence."""
    state = {"active": 0, "left_hour": 30.0, "left_cause": events.LEFT_SILENT}
    return make_customer(**(state | {"interest": 0.35, "opinion": 0.35} | values))


@pytest.fixture
def closed(make_world, make_policy, scripted, clock, ledger, log):
    """Return a function that closes the tick for somebody."""

    def close(person, script=None, changes=None, levers=None, numbers=None):
        world = numbers or make_world(changes or {})
        policy = make_policy(levers or {}, changes or {})
        settle(person, policy, world, scripted(script or {}), clock, ledger, log)
        return person

    return close


# How fast prospects arrive


def test_b15_a_prospect_of_usual_interest_arrives_at_the_usual_rate(make_world, make_customer, practice):
    world = make_world({"market.arrival": 0.08, "market.interest": 0.35})
    assert arrival_rate(prospect(make_customer), practice, world) == pytest.approx(0.08)


def test_b15_the_rate_of_arrival_at_hand_computed_points(make_world, make_customer, make_policy):
    world = make_world(
        {
            "market.arrival": 0.1,
            "market.promise": 0.2,
            "market.rating": 0.15,
            "market.price": 1.5,
            "market.rival.pull": 2.0,
        }
    )

    def rate(levers=None, state=None, **firm):
        policy = make_policy(levers)
        for name, value in firm.items():
            setattr(policy, name, value)
        return arrival_rate(prospect(make_customer, **(state or {})), policy, world)

    assert rate(state={"opinion": 0.7}) == pytest.approx(0.2)
    assert rate({"advertising.boost": 0.5}) == pytest.approx(0.15)
    promise = {"commitments.quality.threshold": 0.6, "commitments.quality.publicity": 0.8}
    assert rate(promise, belief=0.5) == pytest.approx(0.1 * math.exp(0.2 * 0.8 * 0.5))
    assert rate(promise, belief=0.0) == pytest.approx(0.1)
    assert rate(rating=4.8) == pytest.approx(0.1 * math.exp(0.15 * (4.8 - world.reference_rating)))
    assert rate(rival=0.1) == pytest.approx(0.1 * math.exp(-0.2))
    assert rate({"price.change": -0.2}) == pytest.approx(0.1 * math.exp(-1.5 * math.log(0.8)))
    dear = rate({"price.change": 0.2}, {"price_sensitivity": 2.0})
    assert dear == pytest.approx(0.1 * math.exp(-3.0 * math.log(1.2)))


def test_b15_an_advantage_of_rivals_draws_prospects_and_customers_by_numbers_of_their_own(
    make_world, make_customer, make_policy
):
    policy = make_policy()
    policy.rival = 0.1

    def moved(pull, push):
        world = make_world({"market.arrival": 0.2, "market.rival.pull": pull, "behaviour.churn.rival": push})
        arrival = arrival_rate(prospect(make_customer), policy, world)
        return arrival, hazard_ratio(make_customer(), policy, world)

    assert moved(0.0, 0.0) == (pytest.approx(0.2), pytest.approx(1.0))
    assert moved(2.0, 0.0) == (pytest.approx(0.2 * math.exp(-0.2)), pytest.approx(1.0))
    assert moved(0.0, 3.0) == (pytest.approx(0.2), pytest.approx(math.exp(0.3)))


SIGNS = {"opinion": 1, "advertising": 1, "belief": 1, "rating": 1, "rival": -1, "price_level": -1}


@pytest.mark.parametrize("name", SIGNS)
@given(one=LEVEL, other=LEVEL)
def test_b15_what_draws_prospects_and_what_keeps_them_away(world, make_customer, practice, name, one, other):
    rates = []
    for value in sorted([one, other]):
        person = prospect(make_customer)
        policy = replace(practice, quality_promised=1, quality_publicity=1.0)
        if name == "opinion":
            person.opinion = value
        else:
            setattr(policy, name, 0.1 + value if name == "price_level" else value)
        rates.append(arrival_rate(person, policy, world))
    assert rates[0] >= 0.0
    assert (rates[1] - rates[0]) * SIGNS[name] >= -1e-15


RANGES = {path: (entry.low, entry.high) for path, entry in registry(Market)}
AT_THE_ENDS = st.fixed_dictionaries(
    {
        f"market_{path.replace('.', '_')}": st.one_of(st.sampled_from([low, high]), st.floats(low, high))
        for path, (low, high) in RANGES.items()
    }
)


@given(
    AT_THE_ENDS, LEVEL, st.floats(0.1, 4.0), st.floats(-2.0, 3.0), st.floats(1.0, 5.0), st.floats(0.1, 10.0)
)
def test_b15_the_rate_of_arrival_is_finite_at_any_numbers_of_the_registry(
    world, make_customer, practice, values, opinion, price, rival, rating, sensitivity
):
    policy = replace(
        practice,
        price_level=price,
        rival=rival,
        rating=rating,
        belief=1.0,
        advertising=10.0,
        delivery_promised=1,
        delivery_publicity=1.0,
    )
    person = prospect(make_customer, opinion=opinion, price_sensitivity=sensitivity)
    rate = arrival_rate(person, policy, numbers(world, **values))
    assert 0.0 <= rate < math.inf


# Closing a tick


def test_b14_opinion_comes_halfway_back_to_interest_in_its_half_life(
    make_world, make_customer, practice, scripted
):
    world = make_world({"behaviour.talk.half_life": 180.0})
    for opinion in (0.75, 0.15):
        for ticks in (1, 26):
            person = make_customer(interest=0.35, opinion=opinion)
            clock = Clock(years=180.0 / 365.0 / ticks)
            for _ in range(ticks):
                settle(person, practice, world, scripted(), clock, TickLedger(), SILENT)
            assert person.opinion == pytest.approx(0.35 + 0.5 * (opinion - 0.35))


@given(LEVEL, st.floats(0.02, 0.98), st.integers(1, 200))
def test_b14_opinion_stays_between_what_it_was_and_interest(
    world, make_customer, practice, scripted, opinion, interest, ticks
):
    person = make_customer(opinion=opinion, interest=interest)
    for _ in range(ticks):
        settle(person, practice, world, scripted(), Clock(years=WEEK), TickLedger(), SILENT)
    low, high = sorted([opinion, interest])
    assert low - 1e-12 <= person.opinion <= high + 1e-12


def test_b15_nothing_else_happens_to_a_customer(make_customer, closed, ledger, log):
    person = make_customer(interest=0.5, opinion=0.5)
    before = dict(vars(person))
    closed(person, ARRIVES | {chance.RETURNS: 0.0}, {"market.return_rate": 1.0})
    assert vars(person) == before
    assert (ledger.acquired, ledger.returned, log.rows) == (0, 0, [])


# Becoming a customer


@pytest.mark.parametrize("years", [1.0 / 365.0, WEEK, 1.0 / 12.0])
def test_b15_prospects_arrive_with_the_probability_of_their_rate(
    make_world, make_customer, practice, scripted, years
):
    world = make_world({"market.arrival": 0.8, "market.interest": 0.35})
    probability = 1.0 - math.exp(-0.8 * years)
    for shift, joined in ((-1e-9, 1), (1e-9, 0)):
        person, ledger = prospect(make_customer, watched=0), TickLedger()
        luck = scripted({chance.ARRIVES: probability + shift})
        settle(person, practice, world, luck, Clock(end=24.0, years=years), ledger, SILENT)
        assert (person.active, ledger.acquired, 1 - person.prospect) == (joined, joined, joined)


def test_b15_a_new_customer_begins_at_the_end_of_the_tick(make_customer, closed, clock, ledger, log):
    changes = {"economics.acquisition_cost": 12.0}
    person = closed(prospect(make_customer), ARRIVES, changes, {"price.change": 0.1})
    assert (person.active, person.prospect, person.origin) == (1, 0, events.BY_ITSELF)
    assert person.acquired_hour == person.felt_hour == person.contract_start == clock.end
    assert (person.usual_price, person.discount, person.bound_until) == (1.1, 0.0, 0.0)
    assert (person.profit, ledger.cost) == (-12.0, 12.0)
    assert (ledger.acquired, ledger.acquired_by_referral) == (1, 0)
    assert log.rows == [(0, clock.last, events.ACQUIRED, events.BY_ITSELF, -1.0, 0.0)]
    assert (person.revenue, person.exposed) == (0.0, 0)


def test_b15_a_referred_prospect_joins_for_sure_and_costs_the_reward_as_well(
    make_customer, closed, ledger, log
):
    changes = {"economics.acquisition_cost": 12.0}
    for levers, cost, exposed in (({}, 12.0, 0), ({"referral.reward": 25.0}, 37.0, LEVER_BIT["referral"])):
        person = closed(prospect(make_customer, referrer=3), STAYS_AWAY, changes, levers)
        assert (person.active, person.origin, person.referrer) == (1, events.REFERRED, 3)
        assert (person.profit, person.exposed) == (-cost, exposed)
    assert (ledger.acquired, ledger.acquired_by_referral, ledger.cost) == (2, 2, 49.0)
    assert log.rows[0][4] == 3.0


def test_b18_advertising_is_paid_for_every_prospect_and_met_by_each(make_customer, closed, ledger):
    levers = {"advertising.boost": 0.5, "advertising.cost": 36.5}
    away = closed(prospect(make_customer), STAYS_AWAY, levers=levers)
    won = closed(prospect(make_customer), ARRIVES, {"economics.acquisition_cost": 12.0}, levers)
    customer, former = closed(make_customer(), levers=levers), closed(gone(make_customer), levers=levers)
    weekly = 36.5 * WEEK
    assert (away.profit, customer.profit) == (pytest.approx(-weekly), 0.0)
    assert won.profit == pytest.approx(-weekly - 12.0)
    assert away.exposed == won.exposed == LEVER_BIT["advertising"]
    assert (away.active, won.active) == (0, 1)
    assert customer.exposed == former.exposed == 0
    assert closed(prospect(make_customer), STAYS_AWAY).exposed == 0  # where there is none
    assert ledger.cost == pytest.approx(2 * weekly + 12.0)


def test_b18_with_a_contract_the_first_period_is_paid_at_once(make_customer, closed, ledger):
    person = prospect(make_customer, period_price=100.0)
    closed(person, ARRIVES, CONTRACT | {"economics.acquisition_cost": 12.0}, {"price.change": -0.1})
    assert person.revenue == ledger.revenue == pytest.approx(90.0)
    assert person.profit == pytest.approx(90.0 - 70.0 - 12.0)


def test_b15_the_same_persons_join_under_any_lever_that_does_not_concern_them(
    world, make_customer, make_policy, lucks
):
    joined = {}
    for name, levers in {
        "none": {},
        "bonds": {"bonds.strength": 1.0},
        "training": {"training.skill": 0.95},
        "save_offer": {"save_offer.reached": 1.0},
        "advertising": {"advertising.boost": 1.0},
        "price": {"price.change": 0.5},
    }.items():
        policy, eager = make_policy(levers), numbers(world, market_arrival=2.0)
        joined[name] = set()
        for number, luck in enumerate(lucks(2000)):
            person = prospect(make_customer, watched=0)
            settle(person, policy, eager, luck, Clock(years=WEEK), TickLedger(), SILENT)
            if person.active:
                joined[name].add(number)
    assert joined["none"] == joined["bonds"] == joined["training"] == joined["save_offer"]
    assert joined["none"] < joined["advertising"]
    assert joined["price"] < joined["none"]


def test_b15_whole_runs_win_the_same_people_at_the_same_hours_under_an_unrelated_strategy(plain):
    alone = {"word_of_mouth", "reviews", "referral", "rival_course"}
    scenario = plain.replace(
        {
            "customers.count": 30,
            "time.horizon": 0.5,
            "market.prospects": 2.0,
            "market.arrival": 1.0,
            **{f"mechanisms.{name}": False for name in alone},
        }
    )
    runs = [
        simulate(scenario, Strategy(name="trial").replace(levers), 5, "mesa")
        for levers in ({}, {"bonds.strength": 1.0, "training.skill": 0.9, "recovery.compensation": 1.0})
    ]
    first, second = (run.population for run in runs)
    assert (first["acquired_hour"] == second["acquired_hour"]).all()
    assert 5 < (first["acquired_hour"] >= 0.0).sum() < 60
    for name in ("order_rate", "exit_force", "interest", "leadership", "price"):
        assert (first[name] == second[name]).all(), name


# Coming back


def test_b15_who_left_comes_back_at_the_rate_of_returning(make_customer, closed, ledger, log):
    changes = {"market.return_rate": 0.6}
    for opinion, rate in ((0.35, 0.6), (0.7, 1.2)):
        probability = 1.0 - math.exp(-rate * WEEK)
        for shift, back in ((-1e-9, 1), (1e-9, 0)):
            # what was heard fades before it counts: as good as nothing in a half-life of 1095 days
            fades = changes | {"behaviour.talk.half_life": 1095.0}
            kept = math.exp(-math.log(2.0) * 7.0 / 1095.0)
            heard = 0.35 + (opinion - 0.35) / kept
            person = closed(gone(make_customer, opinion=heard), {chance.RETURNS: probability + shift}, fades)
            assert person.active == back
    assert ledger.returned == log.codes.count(events.RETURNED) == 2


def test_b15_nobody_comes_back_where_there_is_no_rate_or_who_had_to_leave(make_customer, closed):
    script = {chance.RETURNS: 1e-300}
    assert closed(gone(make_customer), script, {"market.return_rate": 0.0}).active == 0
    forced = gone(make_customer, left_cause=events.LEFT_INVOLUNTARILY)
    assert closed(forced, script, {"market.return_rate": 1.0}).active == 0
    assert closed(gone(make_customer), script, {"market.return_rate": 1.0}).active == 1


def test_b15_who_comes_back_begins_anew_with_the_memory_of_then(make_customer, closed, clock, ledger):
    person = gone(
        make_customer,
        felt_hour=30.0,
        satisfaction=0.4,
        trust=0.3,
        shock=1.5,
        habit=0.7,
        goodwill=0.8,
        discount=0.2,
        bound_until=900.0,
        first_due=50.0,
        second_due=60.0,
        usual_price=0.8,
        orders=4,
        member=1,
        points_fresh=30.0,
        points_oldest=20.0,
        tier=1,
    )
    closed(
        person,
        {chance.RETURNS: 0.0},
        {"market.return_rate": 1.0, "reference.satisfaction": 0.7, "behaviour.memory.half_life": 60.0},
    )
    assert (person.active, person.left_hour, person.left_cause) == (1, -1.0, events.NOTHING)
    assert (person.first_due, person.second_due) == (-1.0, -1.0)
    assert (person.shock, person.habit, person.discount, person.bound_until) == (0.0, 0.0, 0.0, 0.0)
    assert person.felt_hour == person.contract_start == clock.end
    assert person.usual_price == 1.0
    assert (person.goodwill, person.trust, person.orders) == (0.0, 0.3, 4)
    assert (person.member, person.points_fresh, person.points_oldest, person.tier) == (0, 0.0, 0.0, 0)
    # the memory of somebody who has been away for 138 hours
    assert person.satisfaction == pytest.approx(0.7 - 0.3 * halving(138.0 / 24.0, 60.0))
    assert (ledger.returned, ledger.acquired, ledger.cost) == (1, 0, 0.0)


def test_b15_time_does_its_work_on_who_is_away(make_world, make_customer, closed, world):
    half_lives = {
        f"{name}_half_life": 4.0
        for name in ("memory", "churn_shock", "recovery_apology", "outreach", "answer_fatigue")
    }
    changed = numbers(
        world,
        market_return_rate=1.0,
        reference_satisfaction=0.6,
        **half_lives,
        outreach_goodwill_half_life=4.0,
    )
    # away for the last four of the seven days of the tick: everything is half of what it was
    state = {"left_hour": 72.0, "felt_hour": 72.0, "satisfaction": 0.4, "peak": 0.2, "apologies": 3.0}
    tired = {"messages_tired": 2.0, "questions_tired": 1.0}
    person = gone(make_customer, goodwill=0.9, **state, **tired)
    closed(person, {chance.RETURNS: 0.0}, numbers=changed)
    assert person.active == 1
    assert (person.messages_tired, person.questions_tired, person.apologies) == pytest.approx((1.0, 0.5, 1.5))
    assert (person.satisfaction, person.peak) == pytest.approx((0.5, 0.4))
    assert (person.goodwill, person.shock, person.habit) == (0.0, 0.0, 0.0)


def test_b15_with_a_contract_who_comes_back_pays_a_period(make_customer, closed, ledger):
    changes = CONTRACT | {"market.return_rate": 1.0}
    person = closed(gone(make_customer, period_price=100.0, discount=0.5), {chance.RETURNS: 0.0}, changes)
    assert person.revenue == ledger.revenue == pytest.approx(100.0)


def test_b15_joining_leaves_who_somebody_is_alone(make_customer, closed):
    changed_by_joining = {
        "active",
        "prospect",
        "acquired_hour",
        "origin",
        "felt_hour",
        "contract_start",
        "usual_price",
        "profit",
        "value",
    }
    person = prospect(make_customer)
    before = dict(vars(person))
    closed(person, ARRIVES)
    changed = {item.name for item in fields(CustomerState) if getattr(person, item.name) != before[item.name]}
    assert changed <= changed_by_joining
    assert {"active", "prospect", "acquired_hour", "origin", "felt_hour", "contract_start"} <= changed
