"""Presets: named changes of a scenario that bring their source along."""

import pytest

import sim
from sim.world.errors import ConfigurationError
from sim.world.library import load_preset, presets
from sim.world.preset import build_preset

GOOD = {
    "title": "calm",
    "source": "ours",
    "values": {"behaviour": {"voice": {"relief": 0.1}}, "time.horizon": 1.0},
}


def test_values_may_be_nested_or_dotted():
    preset = build_preset("calm", GOOD)
    assert dict(preset.values) == {"behaviour.voice.relief": 0.1, "time.horizon": 1.0}


def test_a_preset_changes_a_scenario_and_brings_its_evidence():
    before = sim.load_scenario("courier")
    after = build_preset("calm", {**GOOD, "mark": "literature"}).applied(before)
    assert after.behaviour.voice.relief == 0.1
    assert after.time.horizon == 1.0
    assert after.evidence["behaviour.voice.relief"].mark == "literature"
    assert after.evidence["behaviour.voice.relief"].source == "preset calm: ours"
    assert set(before.evidence) < set(after.evidence)
    assert (
        after.replace(
            {"behaviour.voice.relief": before.behaviour.voice.relief, "time.horizon": before.time.horizon}
        ).behaviour
        == before.behaviour
    )


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"vaules": {}}, "preset calm.vaules"),
        ({"values": {}}, "preset calm.values"),
        ({"values": [1]}, "preset calm.values"),
        ({"mark": "sure"}, "preset calm.mark"),
        ({"source": ""}, "preset calm.source"),
    ],
)
def test_a_preset_that_is_not_whole_is_refused(changes, key):
    with pytest.raises(ConfigurationError) as caught:
        build_preset("calm", {**GOOD, **changes})
    assert caught.value.key == key


@pytest.mark.parametrize("name", presets())
@pytest.mark.parametrize("scenario", sim.scenarios())
def test_shipped_presets_fit_every_scenario(name, scenario):
    preset = load_preset(name)
    assert preset.title
    world = preset.applied(sim.load_scenario(scenario))
    small = world.replace({"customers.count": 50, "time.horizon": 0.3})
    run = sim.simulate(small, sim.load_strategies(["baseline"], small)[0], 1)
    assert len(run.customers) >= 50


def test_an_unknown_preset_is_refused_with_the_nearest():
    with pytest.raises(ConfigurationError, match="did you mean 'double_deviation'"):
        load_preset("double_deviatoin")
