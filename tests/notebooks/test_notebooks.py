"""The notebooks run as they stand, keep their claims, and what is rendered belongs to the present source."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import jupytext
import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {
    *("sim", "sim.language.words", "sim.report.tables"),
    # what design and docstrings promise to those who write a mechanism of their own
    *("sim.behaviour.chance", "sim.behaviour.tick", "sim.engine.agents"),
}
"""Where a notebook may import from, besides numpy, pandas, matplotlib and the standard library."""
LIMIT = 60.0  # seconds on two cores with a warm cache
SIZE = 1_000_000  # bytes of a rendered copy


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


render = load(ROOT / "notebooks" / "render.py")
SOURCES = render.sources()
IDS = [path.stem for path in SOURCES]


def test_there_are_six_and_the_first_in_russian_too() -> None:
    assert [name[0] for name in IDS if not name.endswith(".ru")] == list("123456")
    assert [name for name in IDS if name.endswith(".ru")] == ["1_first_comparison.ru"]


def run(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-W", "error", str(source)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="module", autouse=True)
def _compiled_engine() -> None:
    import sim

    world = sim.load_scenario("courier").replace({"customers.count": 1, "time.horizon": 0.05})
    sim.simulate(world, sim.load_strategies(["baseline"], world)[0])


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
def test_a_notebook_runs_without_a_warning_and_keeps_its_claims(source: Path, tmp_path: Path) -> None:
    began = os.times().children_user, time.monotonic()
    done = run(source, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()
    assert list(tmp_path.iterdir()) == []  # it leaves nothing behind
    # Processor time, which other work on the machine stretches less than the clock.
    assert os.times().children_user - began[0] < LIMIT


def test_a_claim_that_does_not_hold_fails(tmp_path: Path) -> None:
    text = (ROOT / "notebooks" / "2_one_customer_and_a_twin.py").read_text(encoding="utf-8")
    # The over-promise is held against itself: nobody is a twin.
    changed = tmp_path / "changed.py"
    changed.write_text(text.replace('twins("baseline", "over_promise")', 'twins("baseline", "baseline")'))
    done = run(changed, tmp_path)
    assert done.returncode != 0


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
def test_a_notebook_ends_in_assertions_about_what_it_computed(source: Path) -> None:
    last = [cell for cell in jupytext.read(source).cells if cell.cell_type == "code"][-1]
    statements = ast.parse(last.source).body
    claims = [statement for statement in statements if isinstance(statement, ast.Assert)]
    assert len(claims) >= 4
    assert isinstance(statements[-1], ast.Assert)
    for claim in claims:  # a claim without a name in it would hold whatever came out
        assert any(isinstance(node, ast.Name) for node in ast.walk(claim.test))


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
def test_a_notebook_uses_what_is_public_alone(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            used.add(str(node.module))
        elif isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_"), node.attr
    assert used - PUBLIC <= {"numpy", "pandas", "matplotlib.pyplot", "os", "pathlib", "tempfile"}
    assert "sim" in used


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
def test_the_rendered_copy_belongs_to_the_present_source(source: Path) -> None:
    """``python notebooks/render.py`` remakes it."""
    path = render.rendered(source)
    shown = json.loads(path.read_text(encoding="utf-8"))
    wanted = [(cell.cell_type, cell.source) for cell in jupytext.read(source).cells]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in shown["cells"]] == wanted
    assert path.stat().st_size < SIZE
    code = [cell for cell in shown["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    assert all(cell["execution_count"] for cell in code)
    assert all(output["output_type"] != "error" for output in outputs)
    assert any("image/png" in output.get("data", {}) for output in outputs) or source.stem[0] in "245"
    text = json.dumps(shown)
    assert not re.search(r"/(tmp|home|root|work)/", text)  # nothing of the machine it was made on


def test_nothing_is_rendered_that_has_no_source() -> None:
    assert sorted(render.RENDERED.iterdir()) == sorted(render.rendered(source) for source in SOURCES)


def test_both_languages_of_the_first_compute_the_same() -> None:
    """They differ in what they show; calls of the simulation and claims are the same."""

    def computed(name: str) -> list[str]:
        tree = ast.parse((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
        calls = [
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and ast.unparse(node.func).startswith(("sim.", "changed.", "guarantee."))
        ]
        return calls + [ast.unparse(node) for node in tree.body if isinstance(node, ast.Assert)]

    assert computed("1_first_comparison.py") == computed("1_first_comparison.ru.py")


def test_the_russian_one_explains_in_russian() -> None:
    cells = jupytext.read(ROOT / "notebooks" / "1_first_comparison.ru.py").cells
    for cell in cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"`[^`]*`|\*\*\w+\*\*|<[^>]*>|MODEL\.md", "", cell.source)
            assert re.findall(r"[A-Za-z]{2,}", prose) == [], prose
