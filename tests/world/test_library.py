"""Scenarios and strategies by name and by path, a user's own folder, and files that are not right."""

import pytest

from sim.world.errors import ConfigurationError
from sim.world.library import (
    load_scenario,
    load_strategies,
    load_strategy,
    read_yaml,
    scenarios,
    shipped,
    strategy_files,
    strategy_names,
    typed_value,
)
from sim.world.strategy import Strategy


@pytest.fixture
def folder(tmp_path):
    """Return a user's folder with a scenario, which has a strategy of its own, and a general strategy."""
    (tmp_path / "scenario").mkdir()
    (tmp_path / "strategy").mkdir()
    (tmp_path / "scenario" / "bakery.yaml").write_text(
        "title: a bakery\ncustomers: {count: 50}\n"
        "strategies:\n  warm:\n    recovery: {apology: 0.9}\n  empty:\n",
        encoding="utf-8",
    )
    (tmp_path / "strategy" / "kind.yaml").write_text("recovery: {apology: 1.0}\n", encoding="utf-8")
    return tmp_path


def test_every_shipped_scenario_loads_with_all_its_strategies():
    assert {"courier", "fashion", "marketplace"} <= set(scenarios())
    for name in scenarios():
        scenario = load_scenario(name)
        assert scenario.name == name
        loaded = load_strategies(strategy_names(scenario), scenario)
        assert [strategy.name for strategy in loaded] == strategy_names(scenario)


def test_a_scenario_can_be_loaded_from_its_path():
    assert load_scenario(shipped("scenarios") / "courier.yaml") == load_scenario("courier")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e6", 1e6),
        ("1E+6", 1e6),
        ("-2.5e-1", -0.25),
        (".5e1", 5.0),
        ("[0, 1e1]", [0, 10.0]),
        ("{budget: 3e2}", {"budget": 300.0}),
        ("'1e6'", "1e6"),  # quoted it is a text
        ("1e", "1e"),
        ("e6", "e6"),
        ("1e6a", "1e6a"),
        ("12", 12),
    ],
)
def test_a_number_with_an_exponent_needs_no_dot(text, value, tmp_path):
    found = typed_value("budget", text)
    assert (found, type(found)) == (value, type(value))
    (tmp_path / "file.yaml").write_text(f"key: {text}\n", encoding="utf-8")
    assert read_yaml(tmp_path / "file.yaml") == {"key": value}


def test_what_cannot_be_read_is_told():
    with pytest.raises(ConfigurationError, match=r"budget: '\{1' cannot be read; for example budget=10"):
        typed_value("budget", "{1")


def test_a_scenario_may_count_with_exponents(tmp_path):
    (tmp_path / "many.yaml").write_text("customers: {count: 1e4}\neconomics: {acquisition_cost: 1e2}\n")
    scenario = load_scenario(tmp_path / "many.yaml")
    assert (scenario.customers.count, scenario.economics.acquisition_cost) == (10_000, 100.0)
    assert isinstance(scenario.customers.count, int)


def test_a_users_folder_adds_names(folder):
    assert "bakery" in scenarios([folder])
    assert "bakery" not in scenarios()
    scenario = load_scenario("bakery", [folder])
    assert (scenario.name, scenario.customers.count) == ("bakery", 50)
    assert strategy_names(scenario, [folder])[:2] == ["warm", "empty"]
    assert "kind" in strategy_names(scenario, [folder])
    warm, empty, kind = load_strategies(["warm", "empty", "kind"], scenario, [folder])
    assert (warm.name, warm.recovery.apology) == ("warm", 0.9)
    assert empty.levers() == ()
    assert (kind.name, kind.recovery.apology) == ("kind", 1.0)


def test_a_users_file_wins_over_a_shipped_one(folder):
    (folder / "strategy" / "baseline.yaml").write_text("title: mine\n", encoding="utf-8")
    assert strategy_files([folder])["baseline"].parent == folder / "strategy"
    assert load_strategy("baseline", None, [folder]).title == "mine"


def test_a_scenarios_own_strategy_wins_over_a_general_one(folder):
    scenario = load_scenario("bakery", [folder])
    (folder / "strategy" / "warm.yaml").write_text("recovery: {apology: 0.1}\n", encoding="utf-8")
    assert load_strategy("warm", scenario).recovery.apology == 0.9
    with pytest.raises(ConfigurationError, match="another name"):  # which one is meant cannot be known
        load_strategy("warm", scenario, [folder])
    assert load_strategy("warm", None, [folder]).recovery.apology == 0.1


def test_a_key_that_stands_twice_is_named_with_its_line(folder):
    path = folder / "scenario" / "twice.yaml"
    path.write_text("title: a\ntime: {tick: week}\ntime: {tick: day}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="'time' stands twice in line 3"):
        load_scenario(path)


def test_strategies_by_path_and_as_objects(folder, plain):
    path = folder / "strategy" / "kind.yaml"
    mine = Strategy(name="mine")
    loaded = load_strategies([path, mine], plain)
    assert [strategy.name for strategy in loaded] == ["kind", "mine"]
    assert loaded[1] is mine


@pytest.mark.parametrize(
    ("names", "key", "text"),
    [
        (["baselin"], "strategies", "did you mean 'baseline'?"),
        (["baseline", "baseline"], "strategies", "stands twice"),
        ([], "strategies", "the list is empty"),
        (["nowhere.yaml"], "nowhere.yaml", "cannot be read: No such file"),
    ],
)
def test_mistakes_in_the_list_of_strategies(plain, names, key, text):
    with pytest.raises(ConfigurationError) as caught:
        load_strategies(names, plain)
    assert caught.value.key == key
    assert text in str(caught.value)


def test_an_unknown_scenario_is_answered_with_the_nearest():
    with pytest.raises(ConfigurationError, match="did you mean 'courier'"):
        load_scenario("courrier")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: [1, 2", "is not YAML"),
        (b"a: 1\n b: 2", "is not YAML"),
        (b"\xff\xfe\x00", "cannot be read: is not UTF-8 text"),
        (b"- 1\n- 2\n", "is not a mapping"),
        (b"", "is not a mapping"),
        (b"just text", "is not a mapping"),
    ],
)
def test_a_file_that_is_not_a_description(tmp_path, content, problem):
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_scenario(path)
    assert caught.value.key == str(path)
    assert problem in caught.value.problem
    assert "\n" not in str(caught.value)


def test_a_syntax_error_names_its_line(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("title: x\ntime: {horizon: 1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="in line 3"):
        read_yaml(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_yaml(tmp_path)


def test_a_mistake_in_a_file_has_the_key_of_the_command_line(folder):
    path = folder / "scenario" / "bakery.yaml"
    path.write_text("time: {horizon: 99}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_scenario("bakery", [folder])
    assert caught.value.key == "scenario.time.horizon"
    path.write_text("strategies: {warm: {recovery: {apologies: 1}}}\n", encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match=r"^scenario\.strategies\.warm\.recovery\.apologies: unknown key"
    ):
        load_scenario("bakery", [folder])
    (folder / "strategy" / "kind.yaml").write_text("recovery: {apology: 2.0}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"^strategies\.kind\.recovery\.apology: 2 is outside"):
        load_strategy("kind", None, [folder])
