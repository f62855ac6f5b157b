"""What a scenario says, value by value, with where each value is from."""

from sim.world.assumptions import assumptions
from sim.world.library import load_scenario, load_strategies, strategy_names
from sim.world.parameter import MARKS, registry
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy


def by_path(description):
    return {item.path: item for item in assumptions(description)}


def test_every_number_of_a_scenario_is_listed_once(plain):
    listed = assumptions(plain)
    assert len({item.path for item in listed}) == len(listed)
    texts = {"name", "title", "titles.ru", "known", "assumed", "posterior"}
    wanted = {
        path for path, _ in registry(Scenario) if not path.startswith(("evidence", "strategies"))
    } - texts
    assert {item.path.replace(".everyone.", ".<name>.") for item in listed} == wanted


def test_defaults_carry_the_registrys_mark_and_source(plain):
    for item in assumptions(plain):
        assert (item.mark, item.source) == (item.entry.mark, item.entry.source)
        assert item.value == item.entry.default


def test_a_value_of_ones_own_is_not_the_literatures(plain):
    item = by_path(plain.replace({"customers.loss_aversion": 2.5}))["customers.loss_aversion"]
    assert item.value == 2.5
    assert item.mark == "design choice"
    assert "plain" in item.source


def test_stated_evidence_wins_and_the_longest_path_first(plain):
    evidence = {
        "service.delivery": {"mark": "estimated", "source": "orders of 2018"},
        "service.delivery.patience": {"mark": "literature", "source": "Somebody 2001"},
    }
    for order in (1, -1):
        found = by_path(plain.replace({"evidence": dict(list(evidence.items())[::order])}))
        assert (found["service.delivery.median"].mark, found["service.delivery.median"].source) == (
            "estimated",
            "orders of 2018",
        )
        assert found["service.delivery.patience"].source == "Somebody 2001"
        assert found["service.quality.mean"].mark == "design choice"


def test_evidence_for_a_path_is_not_evidence_for_one_that_begins_alike(plain):
    changed = plain.replace(
        {"evidence": {"customers.loss_aversion": {"mark": "estimated", "source": "panel"}}}
    )
    found = by_path(changed)
    assert found["customers.loss_aversion"].mark == "estimated"
    assert found["customers.loss_aversion_spread"].mark == "design choice"


def test_descriptions_print_readably():
    scenario = load_scenario("courier")
    text = str(scenario)
    assert text.startswith("scenario courier: ")
    assert "  horizon: " in text
    for line in scenario.known:
        assert line in text
    for strategy in load_strategies(strategy_names(scenario), scenario):
        assert str(strategy).startswith(f"strategy {strategy.name}")
        assert all(lever in str(strategy) for lever in strategy.levers())
    assert "levers: none" in str(Strategy(name="nothing"))
    assert {item.mark for item in assumptions(scenario)} <= set(MARKS)
