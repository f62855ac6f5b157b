"""A run: reproducible, consistent with its own log, the same customers under every strategy."""

import numpy as np
import pytest

import sim
from sim.engine import lives
from sim.engine.population import create_population
from sim.world.description import build
from sim.world.errors import ConfigurationError
from sim.world.policy import timeline
from sim.world.strategy import Strategy

pytestmark = pytest.mark.smoke

TRAITS = (
    "id",
    "segment",
    "order_rate",
    "exit_force",
    "price",
    "loss_aversion",
    "time_sensitivity",
    "voice_readiness",
    "response_style",
    "contentment",
    "compensation_averse",
    "switching_cost",
    "price_sensitivity",
    "deal_prone",
    "privacy_sensitive",
    "opportunist",
    "interest",
    "leadership",
)
# What customers do to each other, and through the state of the firm.
COMMON = (
    "word_of_mouth",
    "reviews",
    "referral",
    "acquisition",
    "queue",
    "engagement",
    "feedback",
)


@pytest.fixture(scope="module")
def scenario():
    return sim.load_scenario("courier").replace({"customers.count": 300, "time.horizon": 1.0})


@pytest.fixture(scope="module")
def strategies(scenario):
    return sim.load_strategies(["baseline", "combined"], scenario)


@pytest.fixture(scope="module")
def run(scenario, strategies):
    return sim.simulate(scenario, strategies[1], seed=9)


def test_the_same_seed_gives_the_same_bytes(run, scenario, strategies):
    again = sim.simulate(scenario, strategies[1], seed=9)
    assert again.population.tobytes() == run.population.tobytes()
    assert again.ledger.tobytes() == run.ledger.tobytes()


def test_another_seed_gives_other_customers(run, scenario, strategies):
    other = sim.simulate(scenario, strategies[1], seed=10)
    assert other.population["order_rate"].tobytes() != run.population["order_rate"].tobytes()


def test_contentment_is_drawn_once_and_satisfaction_starts_there(scenario, strategies):
    # Standard deviation of 4 000 draws: within 5 standard errors, 5 / sqrt(2 · 4 000) = 5.6 %.
    apart = scenario.replace({"customers.count": 4000, "customers.satisfaction_spread": 0.1})
    people = create_population(apart, timeline(apart, strategies[0]), 9)
    assert abs(people["contentment"].std() / 0.1 - 1.0) < 0.056
    own = np.clip(apart.reference.satisfaction + people["contentment"], 0.0, 1.0)
    for name in ("satisfaction", "last_satisfaction", "peak"):
        assert people[name].tobytes() == own.tobytes()
    alike = create_population(scenario, timeline(scenario, strategies[0]), 9)
    assert not alike["contentment"].any()


def test_identities_do_not_depend_on_the_strategy(run, scenario, strategies):
    base = sim.simulate(scenario, strategies[0], seed=9)
    for name in TRAITS:
        assert base.population[name].tobytes() == run.population[name].tobytes(), name


def test_who_is_referred_takes_after_a_friend_and_keeps_an_own_identity(scenario, strategies):
    eager = scenario.replace({"behaviour.talk.referral": 2.0, "behaviour.talk.referral_taken": 1.0})
    lonely = sim.simulate(eager.replace({"mechanisms.referral": False}), strategies[0], seed=9).population
    friends = sim.simulate(eager, strategies[0], seed=9).population
    referred = friends["referrer"] >= 0
    assert referred.sum() > 30
    for name in TRAITS:
        assert lonely[name].tobytes() == friends[name].tobytes(), name
    taken = friends["order_likeness"] != 1.0
    assert taken.tobytes() == (friends["exit_likeness"] != 1.0).tobytes()
    assert not taken[~referred].any()
    alike, count = scenario.behaviour.talk.alike, referred.sum()
    error = np.sqrt(alike * (1 - alike) / count)
    assert taken[referred].mean() == pytest.approx(alike, abs=4 * error)


def test_the_first_do_not_depend_on_how_many_follow_where_nobody_meets(scenario, strategies):
    alone = scenario.replace({f"mechanisms.{name}": False for name in COMMON})
    few, many = (
        sim.simulate(alone.replace({"customers.count": count}), strategies[1], seed=9).population
        for count in (300, 400)
    )
    assert many[:300].tobytes() == few[:300].tobytes()
    together = [
        sim.simulate(scenario.replace({"customers.count": count}), strategies[1], seed=9).population[:300]
        for count in (300, 400)
    ]
    for name in TRAITS:
        assert together[0][name].tobytes() == together[1][name].tobytes(), name
    assert together[0]["satisfaction"].tobytes() != together[1]["satisfaction"].tobytes()


def test_watching_changes_nothing_but_the_log(run):
    watched = sim.simulate(run.scenario, run.strategy, run.seed, watch="all")
    assert watched.ledger.tobytes() == run.ledger.tobytes()
    for name in watched.population.dtype.names:
        if name != "watched":
            assert watched.population[name].tobytes() == run.population[name].tobytes(), name


def test_events_agree_with_the_ledger(run):
    counts = run.events["event"].value_counts()
    for event, field in [
        ("purchase", "orders"),
        ("failure", "failures"),
        ("complaint", "complaints"),
        ("response", "responses"),
        ("resolved", "resolved"),
        ("compensation", "compensations"),
        ("churn", "left"),
        ("satisfaction answer", "answers"),
        ("recommendation answer", "asked"),
        ("joined programme", "joined"),
        ("review", "reviews"),
        ("acquired", "acquired"),
        ("referral", "referrals"),
        ("effort answer", "effort_answers"),
    ]:
        assert counts[event] == run.ledger[field].sum(), event
    spent = run.events.loc[run.events["event"] == "purchase", "money"].sum()
    assert spent == pytest.approx(run.ledger["revenue"].sum(), rel=1e-12)


def test_kpis_add_up_to_the_customers(run):
    kpis = run.kpis
    assert len(kpis) == run.scenario.time.ticks
    started = int((run.population["prospect"] == 0).sum())
    assert started == run.scenario.customers.count + run.ledger["acquired"].sum()
    assert kpis["left"].sum() == started - run.customers["active"].sum()
    assert kpis["orders"].sum() == run.customers["orders"].sum()
    assert kpis["revenue"].sum() == pytest.approx(run.customers["revenue"].sum(), rel=1e-12)
    assert kpis["profit"].sum() == pytest.approx(run.customers["profit"].sum(), rel=1e-12)
    assert kpis["value"].sum() == pytest.approx(run.customers["value"].sum(), rel=1e-12)


def test_a_story_is_that_part_of_all_events(run):
    for customer in (0, 17, 299):
        story = run.story(customer)
        whole = run.events[run.events["customer"] == customer].reset_index(drop=True)
        assert len(story) > 0
        assert story.equals(whole)


def test_a_prospect_has_a_story_too(run):
    (first, *_) = np.flatnonzero(run.population["acquired_hour"] >= 0.0)
    story = run.story(int(first))
    assert first >= run.scenario.customers.count
    assert "acquired" in set(story["event"])
    before = story[story["day"] < run.population["acquired_hour"][first] / 24.0 - 1e-6]
    assert set(before["event"]) <= {"heard from others", "acquired"}


def test_a_story_is_told_in_order_of_time_within_a_tick(run):
    events = run.events
    assert (events["tick"].diff().dropna() >= 0).all()
    for customer in (3, 50):
        assert (run.story(customer)["day"].diff().dropna() >= 0).all()


def test_a_full_log_is_repeated_at_the_exact_size(run, monkeypatch):
    whole = sim.simulate(run.scenario, run.strategy, run.seed, watch="all")
    monkeypatch.setattr(lives, "FIRST_LOG_ROWS", 10)
    small = sim.simulate(run.scenario, run.strategy, run.seed, watch="all")
    assert small.log.tobytes() == whole.log.tobytes()
    assert len(small.log) > 10


@pytest.mark.parametrize("tick", ["day", "month"])
def test_results_do_not_depend_on_the_length_of_a_tick(tick):
    scenario = sim.load_scenario("courier").replace({"customers.count": 15_000})
    strategy = sim.load_strategies(["guarantee"], scenario)[0]
    shares = {}
    for name in ("week", tick):
        runs = [sim.simulate(scenario.replace({"time.tick": name}), strategy, seed) for seed in (1, 2, 3)]
        shares[name] = np.mean([run.population["active"].mean() for run in runs])
    # The design allows 2 %. Luck differs with the ticks: two independent shares of 45 000 customers
    # have a standard error of √(2 · 0.63 · 0.37 / 45 000) = 0.0032, a quarter of those 2 %.
    assert abs(shares[tick] - shares["week"]) < 0.02 * shares["week"]


def test_a_programme_that_ended_holds_nobody(scenario):
    idle = {"earn_rate": 0.001, "reward_points": 1e6, "reward_value": 1.0, "endowment": 80.0}
    plain = {"name": "idle", "loyalty": idle, "training": {"skill": scenario.support.skill}}
    kept = build(Strategy, plain)
    ended = build(Strategy, plain | {"phases": {"on": {"start": 0.0}, "off": {"start": 26.0, "levers": []}}})
    # What else of a programme moves customers while it lasts, were it by a billionth, and rivals with them.
    others = ("goal_gradient", "endowed_progress", "post_reward", "deal_prone", "rival_answer")
    quiet = scenario.replace({f"mechanisms.{name}": False for name in others})
    left = [sim.simulate(quiet, strategy, 1).population["left_hour"] for strategy in (kept, ended)]
    assert (left[0] == left[1]).all()


def test_an_unknown_customer_is_a_clear_mistake(run):
    with pytest.raises(ConfigurationError, match="0 to 449"):
        run.story(450)


def test_an_unknown_engine_is_a_clear_mistake(scenario, strategies):
    with pytest.raises(ConfigurationError, match="compiled"):
        sim.simulate(scenario, strategies[0], engine="compild")


def test_levels_stay_in_their_range(run):
    population = run.population
    for name in ("satisfaction", "trust", "attachment", "expected_success", "will_speed", "should_quality"):
        assert np.all((population[name] >= 0.0) & (population[name] <= 1.0)), name
    assert np.all(population["shock"] >= 0.0)
    for name in ("points_fresh", "points_second", "points_third", "points_oldest"):
        assert np.all(population[name] >= 0.0), name


def test_a_programme_that_ends_leaves_nothing_owed_and_the_deal_prone_leave():
    scenario = sim.load_scenario("courier").replace({"customers.count": 3000, "customers.deal_prone": 0.5})
    kept = sim.load_strategies(["loyalty_points"], scenario)[0].replace({"loyalty.expiry": None})
    phases = {"one": {"start": 0.0}, "two": {"start": 52.0, "levers": []}}
    ended = kept.replace({"name": "ended", "phases": phases})
    run, on = sim.simulate(scenario, ended, 3), sim.simulate(scenario, kept, 3)
    assert run.population["owed"].sum() == 0.0 < on.population["owed"].sum()
    assert (run.population["member"] * run.population["active"]).sum() == 0
    assert run.ledger["points_expired"].sum() > 0.0
    deal_prone = (run.population["deal_prone"] == 1) & (run.population["id"] < 3000)
    assert run.population["active"][deal_prone].mean() < on.population["active"][deal_prone].mean()


def test_a_late_answer_pays_by_itself_at_once_and_once():
    scenario = sim.load_scenario("courier").replace({"customers.count": 400, "support.unanswered": 0.5})
    promise = {"commitments.response.threshold": 0.2, "commitments.response.payout": 0.5}
    asked = Strategy(name="asked").replace(promise)
    alone = asked.replace({"name": "alone", "commitments.response.automatic": True})
    late, paid = sim.simulate(scenario, asked, 2), sim.simulate(scenario, alone, 2, watch="all")
    # who never gets an answer is paid as well, so that more is paid; nobody is paid more than is due
    assert paid.ledger["compensations"].sum() > late.ledger["compensations"].sum()
    assert late.ledger["response_broken"].sum() > 0
    payments = paid.events[paid.events["event"] == "compensation"]
    due = max(0.5, scenario.support.compensation)
    assert payments["value"].max() <= due + 1e-12
    broken = (paid.events["event"] == "promise broken") & (paid.events["detail"] == "response")
    assert len(payments) >= broken.sum() > 0
