"""The model description says what the code says: all of it, in order, until the code changes."""

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from sim.behaviour.customer import CustomerState
from sim.behaviour.events import EVENT_NAMES
from sim.behaviour.surroundings import TickLedger
from sim.behaviour.tick import STEPS
from sim.report.odd import document, elements, evidence, is_current, model_description, sources
from sim.report.odd.evidence import Carrier, Check, Readers
from sim.report.odd.markdown import anchor, cell, plain, table
from sim.report.odd.sources import Field, Module, description, modules
from sim.study.metrics import METRICS, Metric
from sim.world.library import load_scenario, scenarios
from sim.world.mechanisms import OFF, mechanism_names
from sim.world.parameter import registry
from sim.world.policy import Policy
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy, lever_names

ROOT = Path(__file__).resolve().parents[2]
ABLATION = "tests/behaviour/test_ablation.py"
ELEMENTS = [
    "1. Purpose and patterns",
    "2. Entities, state variables and scales",
    "3. Process overview and scheduling",
    "4. Design concepts",
    "5. Initialization",
    "6. Input data",
    "7. Submodels",
]
CONCEPTS = [
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
]


@pytest.fixture(scope="module")
def text():
    return model_description()


@pytest.fixture(scope="module")
def readers():
    return Readers()


def part(text, title, level="##"):
    """Return what stands below a heading, up to the next of its level or above."""
    below = text.split(f"\n{level} {title}\n", 1)[1]
    return re.split(rf"\n#{{1,{len(level)}}} ", below, maxsplit=1)[0]


def first_cells(text):
    """Return the names given as code in the first cells of tables, each as often as it stands there."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return Counter(name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[0]))


def test_the_seven_elements_stand_in_order(text):
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings == [*ELEMENTS, document.TRACE]


def test_the_eleven_design_concepts_stand_in_order(text):
    assert re.findall(r"^### (.+)$", part(text, ELEMENTS[3]), re.M) == CONCEPTS


def test_no_element_and_no_concept_is_empty(text):
    for title in ELEMENTS:
        assert len(part(text, title).split()) > 30
    for title in CONCEPTS:
        assert len(part(text, title, "###").split()) > 15


def test_every_parameter_of_a_world_stands_once_in_its_tables(text):
    found = first_cells(part(text, "Parameters of a world", "###"))
    wanted = [path for path, _ in registry(Scenario) if not path.startswith(("strategies.", "titles."))]
    assert found == Counter(wanted)


def test_every_parameter_of_a_strategy_stands_once_in_its_tables(text):
    found = first_cells(part(text, "Parameters of a strategy", "###"))
    assert found == Counter(path for path, _ in registry(Strategy) if not path.startswith("titles."))


def test_unit_range_default_mark_and_source_stand_with_a_parameter(text):
    row = next(line for line in text.splitlines() if line.startswith("| `customers.loss_aversion` |"))
    meaning, unit, default, limits, mark, source = row.strip("| ").split(" | ")[1:]
    entry = dict(registry(Scenario))["customers.loss_aversion"]
    assert (meaning, unit, mark, source) == (entry.meaning, "–", entry.mark, entry.source)
    assert float(default) == entry.default
    assert [float(limit) for limit in limits.split(" to ")] == [entry.low, entry.high]


@pytest.mark.parametrize(
    ("record", "element"), [(CustomerState, 1), (Policy, 1), (TickLedger, 3)], ids=lambda item: str(item)
)
def test_every_state_variable_stands_once(text, record, element):
    level = "####" if record is TickLedger else "###"
    found = first_cells(part(part(text, ELEMENTS[element]), f"`{record.__name__}`", level))
    assert found == Counter(item.name for item in fields(record))


def test_every_mechanism_has_its_switch_and_its_row(text):
    switches = first_cells(part(text, "Switches", "####"))
    assert switches == Counter(f"mechanisms.{name}" for name in mechanism_names())
    assert first_cells(part(text, document.TRACE)) == Counter(mechanism_names())


def test_the_values_of_off_stand_with_the_switch(text):
    switches = part(text, "Switches", "####").splitlines()
    for name, values in OFF.items():
        row = next(line for line in switches if line.startswith(f"| `mechanisms.{name}` |"))
        found = re.findall(r"`([\w.]+)` = (\S+?)(?:;| \|)", row)
        assert {path: float(value) for path, value in found} == values


def test_every_step_stands_at_its_place(text):
    steps = part(text, ELEMENTS[2])
    for place, (step, how) in enumerate(STEPS, start=1):
        assert f"{place}. **{step}**: {how}" in steps


def test_every_event_metric_and_lever_is_told(text):
    observation = part(text, "Observation", "###")
    for number, name in EVENT_NAMES.items():
        assert f"| {number} | {name} |" in observation
    assert set(METRICS) <= set(first_cells(observation))
    levers = re.search(r"^Levers of a strategy: (.+)\.$", text, re.M)
    assert levers is not None
    assert re.findall(r"`([^`]+)`", levers.group(1)) == list(lever_names())


def test_every_draw_is_told_with_who_draws_it(text):
    drawn = re.findall(r"^\| (\d+) \| [a-z ]+ \| (`.+`) \|$", part(text, "Stochasticity", "###"), re.M)
    numbers = [int(number) for number, _ in drawn]
    assert set(sources.module("behaviour.chance").constants().values()) <= set(numbers)
    assert set(sources.module("engine.population").constants(elements.PURPOSES).values()) <= set(numbers)
    assert len(set(numbers)) == len(numbers)
    assert dict(drawn)["15"] == "`behaviour.order`"  # voice, and not who notes an event of that name


def test_every_rule_is_told_by_its_module(text):
    rules = part(text, "Rules", "###")
    for module in modules("behaviour"):
        told = part(rules + "\n#### ", f"`{module.name}`", "####")
        assert module.text.partition("\n")[0].replace("<", "&lt;") in told
        assert [f"- `{name}`" for name, _ in module.functions] == re.findall(r"^- `\w+`", told, re.M)


def test_every_scenario_says_what_is_known_and_assumed(text):
    for name in scenarios():
        scenario, told = load_scenario(name), part(text, f"`{name}`", "###")
        assert told.count("- Known: ") == len(scenario.known)
        assert told.count("- Assumed: ") == len(scenario.assumed)
        assert first_cells(told) == Counter(list(scenario.evidence))


def test_tables_have_as_many_cells_in_each_row_as_in_their_head(text):
    width = None
    for line in text.splitlines():
        if not line.startswith("|"):
            width = None
            continue
        bars = len(re.findall(r"(?<!\\)\|", line))
        assert width in (None, bars), line
        width = bars


def test_no_heading_stands_twice_and_links_lead_to_headings(text):
    outside_code = re.sub(r"```.*?```", "", text, flags=re.S)
    headings = [anchor(title) for title in re.findall(r"^#+ (.+)$", outside_code, re.M)]
    links = re.findall(r"\]\((#[^)]*)\)", outside_code)
    assert len(links) >= len(ELEMENTS)
    assert set(links) <= set(headings)
    assert [title for title, count in Counter(headings).items() if count > 1] == []


def test_the_same_code_gives_the_same_text_elsewhere(text, clean_environment, tmp_path):
    code = (
        "import sys; from sim.report.odd import model_description as d; sys.stdout.buffer.write(d().encode())"
    )
    environment = clean_environment | {"PYTHONHASHSEED": "7"}
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd=tmp_path
    )
    assert answer.stdout.decode("utf-8") == text


def test_the_text_names_no_place_on_this_machine(text):
    assert str(ROOT) not in text
    assert not re.search(r"(?<![\w.])/(home|tmp|usr|work|root)/", text)


def test_a_file_is_current_until_something_changes(text, tmp_path, monkeypatch):
    path = tmp_path / "MODEL.md"
    assert not is_current(path)
    path.write_text(text, encoding="utf-8")
    assert is_current(path)
    renamed = Metric("churn_rate", "per decade", "something else", None)
    monkeypatch.setitem(METRICS, "churn_rate", renamed)
    assert not is_current(path)


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("behaviour/trust.py", "Let a kept promise earn", "Let a kept promise lose"),
        ("behaviour/customer.py", "# orders per year", "# orders per day"),
        ("behaviour/trust.py", "def keep_promise(", "def hold_promise("),
        ("behaviour/trust.py", "world.trust_stable", "world.voice_ease"),
        ("engine/population.py", '["trust_ceiling"] = 1.0', '["trust_ceiling"] = 0.9'),
    ],
)
def test_a_change_of_the_sources_changes_the_text(text, tmp_path, monkeypatch, place, old, new):
    shutil.copytree(sources.PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    monkeypatch.setattr(sources, "PACKAGE", tmp_path / "sim")
    assert model_description() == text
    path = tmp_path / "sim" / place
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")
    assert model_description() != text


def test_a_change_of_the_registry_changes_the_text(text):
    entry = dict(registry(Scenario))["behaviour.voice.base"]
    before = entry.source
    object.__setattr__(entry, "source", "Nobody 1900")
    try:
        changed = model_description()
    finally:
        object.__setattr__(entry, "source", before)
    assert changed.count("Nobody 1900") == 1
    assert "Nobody 1900" not in text


def test_every_test_that_is_named_is_there(text):
    named = set(re.findall(r"tests/[\w/]+\.py", text))
    assert ABLATION in named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_the_ablation_names_every_mechanism():
    tree = ast.parse((ROOT / ABLATION).read_text(encoding="utf-8"))
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(mechanism_names()) - named == set()


def test_a_check_stands_with_its_pattern_and_with_the_mechanisms_it_bears_on(text):
    check = Check("C99", "late orders score low", "Somebody 1999", "tenure validate C99", ("trust",))
    with_check = model_description([check])
    assert "| C99 | late orders score low | Somebody 1999 | `tenure validate C99` |" in with_check
    rows = part(with_check, "Mechanisms, tests and evidence").splitlines()
    row = next(line for line in rows if line.startswith("| `trust` |"))
    assert "C99 late orders score low" in row
    assert row.rstrip(" |").endswith("Somebody 1999")
    assert "C99" not in text


@pytest.mark.parametrize("name", mechanism_names())
def test_no_mechanism_is_dead(readers, name):
    assert readers.of_mechanism(name).rules != ()
    assert [path for path in OFF[name] if not readers.of_parameter(path)] == []


def test_a_dead_mechanism_would_be_found(readers, monkeypatch):
    monkeypatch.setitem(evidence.OFF, "ghost", {"behaviour.voice.whisper": 0.0})
    assert readers.of_mechanism("ghost") == Carrier((), ())


def test_a_mechanism_is_followed_through_policy_and_traits(readers):
    # Discipline reaches orders through the policy; opportunists are a share, a customer is one or not.
    assert readers.of_mechanism("discipline").outside == ("world.policy",)
    assert "behaviour.order" in readers.of_mechanism("discipline").rules
    assert "behaviour.disconfirmation" in readers.of_mechanism("loss_aversion").rules


def without_words(pairs):
    return [name for name, words in pairs if not words.strip()]


def test_every_parameter_says_what_it_means():
    meanings = [(path, entry.meaning) for kind in (Scenario, Strategy) for path, entry in registry(kind)]
    assert without_words(meanings) == []


@pytest.mark.parametrize("module", modules("behaviour"), ids=lambda module: module.name)
def test_every_rule_says_what_it_does(module):
    assert module.text
    assert without_words(module.functions) == []


def test_a_rule_without_words_would_be_found():
    module = Module(
        "behaviour.x", 'def f():\n    """Say."""\n\n\ndef g():\n    pass\n\n\ndef _h():\n    pass\n'
    )
    assert without_words(module.functions) == ["g"]


def test_a_description_ends_where_its_sections_begin():
    docstring = (
        "Do a thing.\n\n    With\n    care.\n\n    Parameters\n    ----------\n    x\n        Not told.\n    "
    )
    assert description(docstring) == "Do a thing.\n\nWith care."
    assert description(None) == ""


def test_fields_are_grouped_by_the_comments_above_them():
    source = (
        "@dataclass(frozen=True)\nclass Thing:\n"
        '    """A thing."""\n\n'
        "    first: int = 0  # one\n"
        "    # Below: told\n    # in two lines.\n"
        "    second: float = 0.0\n"
        "class Other:\n    third: int = 0\n"
    )
    (record,) = Module("x", source).records
    assert (record.name, record.text) == ("Thing", "A thing.")
    assert record.groups == (
        ("", (Field("first", "int", "one"),)),
        ("Below: told in two lines.", (Field("second", "float", ""),)),
    )


def test_constants_are_taken_from_the_block_below_a_comment():
    module = Module("x", "A = 1\n# Purposes\nB = 2\nC = 3\n\nD = 4\ne = 5\nF = 6.0\n")
    assert module.constants("# Purposes") == {"B": 2, "C": 3}
    assert module.constants("# None") == {}
    assert module.constants() == {"A": 1, "B": 2, "C": 3, "D": 4}


def test_what_is_made_of_a_parameter_is_found_under_its_new_name():
    source = (
        'rows["trait"] = 2.0 * customers.share\n'
        "make(part=customers.share)\n"
        'd = {f"{a}_end": customers.share, "b": 1}\n'
    )
    module = Module("x", source)
    assert module.passes_on("customers.share") == {"trait", "part", "end"}
    assert module.passes_on("customers.count") == set()


def test_text_survives_in_markdown():
    assert cell("a | b\nc") == "a \\| b c"
    assert plain("1 < 2, `<name>` and ``x < y``") == "1 &lt; 2, `<name>` and ``x < y``"
    assert table(("a", "b"), [("1", ""), ("2", "")]) == "| a |\n| --- |\n| 1 |\n| 2 |"
    assert anchor("4. Design `concepts`") == "#4-design-concepts"
