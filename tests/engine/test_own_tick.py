"""A tick of one's own: equal on both engines to the bit, compared like the shipped one, mistakes told."""

import pytest

import sim
from sim.behaviour.chance import draw, halving
from sim.behaviour.tick import live_tick
from sim.engine.own_tick import OwnTick, own_tick
from sim.world.errors import ConfigurationError

HALF_LIFE = 40.0
OWN_PURPOSE = 1000


def missing_trust(customer, world):
    return max(world.reference_trust - customer.trust, 0.0)


def forgiving_tick(customer, policy, world, luck, clock, ledger, log):
    live_tick(customer, policy, world, luck, clock, ledger, log)
    forgiven = 1.0 - halving(24.0 * 7.0 / 24.0, HALF_LIFE)
    if customer.active != 0 and draw(luck, OWN_PURPOSE, 0) < 0.8:
        customer.trust = min(
            customer.trust + forgiven * missing_trust(customer, world), customer.trust_ceiling
        )


@pytest.fixture(scope="module")
def scenario():
    return sim.load_scenario("courier").replace({"customers.count": 120, "time.horizon": 0.5})


@pytest.fixture(scope="module")
def compiled():
    return sim.compile_tick(forgiving_tick)


@pytest.mark.parametrize("name", ["baseline", "over_promise"])
def test_both_engines_give_the_same_bits_with_a_tick_of_ones_own(scenario, compiled, name):
    strategy = sim.load_strategies([name], scenario)[0]
    fast = sim.simulate(scenario, strategy, 3, compiled, watch="all")
    plain = sim.simulate(scenario, strategy, 3, compiled.in_mesa, watch="all")
    assert fast.population.tobytes() == plain.population.tobytes()
    assert fast.ledger.tobytes() == plain.ledger.tobytes()
    assert fast.log.tobytes() == plain.log.tobytes()
    shipped = sim.simulate(scenario, strategy, 3)
    assert fast.population.tobytes() != shipped.population.tobytes()
    assert fast.population["trust"].mean() > shipped.population["trust"].mean()


def test_the_shipped_tick_as_ones_own_changes_nothing(scenario, compiled):
    strategy = sim.load_strategies(["guarantee"], scenario)[0]
    same = sim.simulate(scenario, strategy, 2, own_tick(live_tick))
    assert same.population.tobytes() == sim.simulate(scenario, strategy, 2).population.tobytes()
    # and nothing of one's own stays behind in the shipped engine
    before = sim.simulate(scenario, strategy, 2)
    sim.simulate(scenario, strategy, 2, compiled)
    assert sim.simulate(scenario, strategy, 2).population.tobytes() == before.population.tobytes()


def test_people_who_could_live_apart_are_equal_too(scenario, compiled):
    alone = scenario.replace(
        {
            "network.kind": "none",
            "market.prospects": 0.0,
            "market.return_rate": 0.0,
            "staff.waiting": 0.0,
            "mechanisms.reviews": False,
            "mechanisms.engagement": False,
        }
    )
    strategy = sim.load_strategies(["over_promise"], alone)[0]
    fast = sim.simulate(alone, strategy, 3, compiled)
    assert (
        fast.population.tobytes() == sim.simulate(alone, strategy, 3, compiled.in_mesa).population.tobytes()
    )


def test_a_comparison_its_repeated_runs_and_its_stories_use_it(scenario, compiled):
    strategies = sim.load_strategies(["baseline", "over_promise"], scenario)
    found = sim.compare(scenario, strategies, replications=2, seed=5, engine=compiled)
    plain = sim.compare(scenario, strategies, replications=2, seed=5, engine=compiled.in_mesa)
    shipped = sim.compare(scenario, strategies, replications=2, seed=5)
    for metric in ("survival_rate", "clv", "nps"):
        assert found.difference("over_promise", metric) == plain.difference("over_promise", metric)
    assert found.difference("over_promise", "clv") != shipped.difference("over_promise", "clv")
    run = found.run("over_promise")
    assert run.engine is compiled
    assert run.story(4).equals(
        sim.simulate(scenario, strategies[1], found.seeds[0], compiled, watch=[4]).events
    )
    with pytest.raises(ConfigurationError, match="assumptions: cannot be drawn under a tick of one's own"):
        sim.compare(scenario, strategies, replications=2, engine=compiled, assumptions=10)


def test_it_says_that_it_is_not_kept(capsys):
    def unknown(customer, policy, world, luck, clock, ledger, log):
        customer.trst = 1.0

    with pytest.raises(ConfigurationError, match=r"unknown: .* no attribute 'trst'; did you mean 'trust'"):
        sim.compile_tick(unknown)
    assert "compiling 'unknown'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (lambda customer: None, "takes 1 arguments in place of 7"),
        (print, "print: is not a plain function"),
        (OwnTick(forgiving_tick), "OwnTick: is not a plain function"),
    ],
)
def test_what_is_no_tick_is_told_before_anything_is_compiled(rule, said, capsys):
    with pytest.raises(ConfigurationError, match=said):
        sim.compile_tick(rule)
    assert capsys.readouterr().err == ""
