"""What a sweep is: which points its files hold, what they are named by, who makes which."""

import dataclasses
import subprocess
import sys

import pytest

import sim
from sim.study.compare import replication_seeds
from sim.study.sweep import sweep as sources
from sim.study.sweep.design import build_design
from sim.study.sweep.sweep import make_sweep
from sim.world.errors import ConfigurationError


def names(sweep) -> list[str]:
    return [chunk.name for chunk in sweep.chunks]


def test_files_cut_the_points_by_number_whatever_the_shards(make) -> None:
    sweep = make(chunk=4)
    assert [list(chunk.points) for chunk in sweep.chunks] == [[0, 1, 2, 3], [4, 5]]
    for shards in (1, 2, 3, 5):
        dealt = [chunk for number in range(shards) for chunk in sweep.shard(number, shards)]
        assert sorted(dealt, key=lambda chunk: chunk.points.start) == list(sweep.chunks)


def test_a_small_design_has_files_enough_to_share_and_a_large_one_few(make, small, pair) -> None:
    sizes = {}
    for points in (6, 63, 640, 10_000):
        design = build_design({"kind": "sample", "points": points, "over": ["scenario.economics.margin"]})
        sizes[points] = make_sweep(small, pair, design).chunk
    assert sizes == {6: 1, 63: 1, 640: 10, 10_000: 32}


def test_a_file_is_named_by_what_determines_it(make, small, pair) -> None:
    base = names(make())
    assert names(make()) == base
    assert len(set(base)) == len(base) == 3
    quiet = pair[1].replace({"commitments.delivery.publicity": 0.3})
    others = {
        "seed": make(seed=8),
        "replications": make(replications=3),
        "engine": make(engine="mesa"),
        "a value of the scenario": make(scenario=small.replace({"economics.margin": 0.31})),
        "a value of a strategy": make(strategies=[pair[0], quiet]),
        "fewer strategies": make(strategies=pair[1:], baseline=None),
        "the baseline": make(baseline="guarantee"),
        "no baseline": make(baseline=None),
        "the world": make(scenario=dataclasses.replace(small, name="another")),
    }
    for what, other in others.items():
        assert not set(names(other)) & set(base), what


def test_points_that_stay_keep_their_files(make) -> None:
    paths = {"scenario.economics.margin": [0.1, 0.2, 0.3, 0.4]}
    short = {"kind": "factorial", "values": paths}
    long = {"kind": "factorial", "values": {"scenario.economics.margin": [0.1, 0.2, 0.3, 0.4, 0.5]}}
    other = {"kind": "factorial", "values": {"scenario.economics.margin": [0.1, 0.2, 0.35, 0.4]}}
    assert names(make(long))[:2] == names(make(short))
    assert [a == b for a, b in zip(names(make(other)), names(make(short)), strict=True)] == [True, False]


def test_another_version_of_the_simulation_makes_other_files(make, monkeypatch) -> None:
    base = names(make())
    monkeypatch.setattr(sources, "simulation_digest", lambda: "of another source")
    assert not set(names(make())) & set(base)


def test_the_digest_covers_the_sources_of_the_simulation(tmp_path, monkeypatch) -> None:
    package = tmp_path / "sim"
    for name in ("behaviour/churn.py", "engine/lives.py", "world/policy.py", "study/metrics.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("a = 1\n", encoding="utf-8")
    (package / "study/sweep").mkdir()
    for name in sources.DECIDING_FILES:
        (package / name).write_text("b = 1\n", encoding="utf-8")
    monkeypatch.setattr(sources, "__file__", str(package / "study/sweep/sweep.py"))
    fresh = sources.simulation_digest.__wrapped__
    seen = {fresh()}
    for name in ("behaviour/churn.py", "engine/lives.py", "world/policy.py", *sources.DECIDING_FILES):
        (package / name).write_text("a = 2\n", encoding="utf-8")
        assert fresh() not in seen, name
        seen.add(fresh())
    (package / "report").mkdir()
    (package / "report/tables.py").write_text("a = 1\n", encoding="utf-8")
    assert fresh() in seen  # how results are shown does not change them


def test_an_edited_edge_list_makes_other_files(make, small, tmp_path) -> None:
    edges = tmp_path / "edges.csv"
    world = small.replace({"network.kind": "file", "network.path": str(edges)})
    edges.write_text("0,1\n", encoding="utf-8")
    base = names(make(scenario=world))
    edges.write_text("0,2\n", encoding="utf-8")
    assert not set(names(make(scenario=world))) & set(base)


def test_another_process_names_the_same_files(make) -> None:
    program = """
import sim
from sim.study.sweep.design import build_design
from sim.study.sweep.sweep import make_sweep
scenario = sim.load_scenario("courier").replace({"customers.count": 30, "time.horizon": 0.12})
strategies = sim.load_strategies(["baseline", "guarantee"], scenario)
design = build_design({"kind": "sample", "points": 5, "over": ["scenario.economics.margin"]})
sweep = make_sweep(scenario, strategies, design, replications=2, seed=7, chunk=2, baseline="baseline")
print(*[chunk.name for chunk in sweep.chunks])
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    design = {"kind": "sample", "points": 5, "over": ["scenario.economics.margin"]}
    assert found.stdout.split() == names(make(design))


def test_a_point_changes_scenario_and_strategies_and_nothing_else(make, small, pair) -> None:
    sweep = make()
    scenario, strategies = sweep.at(4)
    assert scenario == small.replace({"service.delivery.median": 28.0})
    assert strategies == (pair[0], pair[1].replace({"commitments.delivery.payout": 0.6}))
    assert strategies[0] is pair[0]
    assert sweep.seeds == replication_seeds(7, 2)


def test_what_a_sweep_needs_is_checked(make, small, pair) -> None:
    def told(**changes) -> str:
        with pytest.raises(ConfigurationError) as error:
            make(**changes)
        return str(error.value)

    assert told(strategies=[]).startswith("strategies: the list is empty")
    assert told(strategies=[pair[0], pair[0]]).startswith("strategies: 'baseline' stands twice")
    assert "did you mean 'guarantees'?" in told(
        strategies=[pair[0], dataclasses.replace(pair[1], name="guarantees")]
    )
    assert told(baseline="base").startswith("baseline: 'base' is not among the strategies; did you mean 'b")
    assert told(replications=0).startswith("replications: 0 is outside its range")
    assert told(chunk=0).startswith("chunk: 0 is outside its range")
    assert told(engine="messa").endswith("did you mean 'mesa'?")
    segment = {"kind": "factorial", "values": {"scenario.customers.segments.nobody.share": [1.0, 2.0]}}
    assert told(design=segment).startswith("scenario.customers.segments.nobody: unknown key")


def test_a_sweep_in_python_is_a_table(small, pair) -> None:
    table = sim.sweep(small, pair, {"kind": "factorial", "values": {"scenario.economics.margin": [0.2]}})
    assert list(table["strategy"]) == ["baseline", "guarantee"]
