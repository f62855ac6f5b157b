"""What may stand in the sources: equal bits in both engines, codes given once, arrows one way."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.behaviour import chance
from sim.engine import network, population, turns
from sim.world.strategy import lever_names

SIM = Path(__file__).resolve().parents[2] / "sim"
BEHAVIOUR = sorted((SIM / "behaviour").glob("*.py"))
ALL = sorted(path for path in SIM.rglob("*.py") if "_data" not in path.parts)
MATHEMATICS = {"sqrt", "exp", "log", "expm1", "log1p", "exp2", "tanh", "erf", "sin", "floor", "pi"}

# An arrow points from the key to each of the values; what is not named may not be imported.
# Evidence and report stand beside each other: neither needs the other. Words are for who shows something.
PUBLIC_FACE = "sim itself"
LOWER = ["world", "behaviour", "engine", "study"]
ARROWS = {
    "world": {"world"},
    "behaviour": {"world", "behaviour"},
    "engine": {"world", "behaviour", "engine"},
    "study": {*LOWER},
    "calibration": {*LOWER, "calibration"},
    "evidence": {*LOWER, "calibration", "evidence"},
    "language": {"world", "language"},
    "report": {*LOWER, "calibration", "language", "report"},
    "app": {*LOWER, "calibration", "evidence", "language", "report", "app", PUBLIC_FACE},
    "cli": {*LOWER, "calibration", "evidence", "language", "report", "app", "cli", PUBLIC_FACE},
}
# Numbers of draws are keys of everybody's luck: none is ever given again.
PURPOSES = {
    "ORDER_TIME": 1,
    "PRICE": 2,
    "DELIVERY": 3,
    "DELIVERY_TAIL": 4,
    "QUOTE": 5,
    "QUALITY": 6,
    "CONTACT": 7,
    "CORE": 8,
    "ENCOUNTER": 9,
    "UNAVAILABLE": 10,
    "BILLING": 11,
    "SEVERITY": 12,
    "CAUSE": 13,
    "RESCUE": 14,
    "VOICE": 15,
    "ANSWERED": 16,
    "RESPONSE": 17,
    "SOLVED": 18,
    "EXIT": 19,
    "JOIN": 20,
    "SURVEYED": 21,
    "RECOMMENDATION": 22,
    "ASKED": 23,
    "SATISFACTION": 24,
    "RENEWAL": 25,
    "NOTICED": 26,
    "NOTICE_HOLDS": 27,
    "MESSAGE_TIME": 28,
    "FITS": 29,
    "UNSUBSCRIBES": 30,
    "CONTACT_TIME": 31,
    "INVOLUNTARY": 32,
    "RESCUED": 33,
    "SAVED": 34,
    "TERM": 35,
    "TELLS": 36,
    "HEARS": 37,
    "REVIEWS": 38,
    "REVIEW_STARS": 39,
    "REFERS": 40,
    "FOLLOWS": 41,
    "ARRIVES": 42,
    "RETURNS": 43,
    "RIVAL": 44,
    "RESPONDS": 45,
    "CLAIMS": 46,
    "CHECKED": 47,
    "EFFORT": 48,
    "INCIDENT": 49,
    "TAKES_AFTER": 50,
}
# Those of who a person is, drawn before the first tick ...
PEOPLE = {
    "SEGMENT": 101,
    "ORDER_RATE": 102,
    "EXIT": 103,
    "SPEND": 104,
    "LOSS_AVERSION": 105,
    "TIME_SENSITIVITY": 106,
    "VOICE": 107,
    "RESPONSE_STYLE": 108,
    "COMPENSATION_AVERSE": 109,
    "PILOT": 110,
    "SWITCHING_COST": 111,
    "PRICE_SENSITIVITY": 112,
    "DEAL_PRONE": 113,
    "PRIVACY": 114,
    "OPPORTUNIST": 115,
    "INTEREST": 116,
    "LEADERSHIP": 117,
    "CONTRACT_START": 118,
    "PERIOD_PRICE": 119,
    "CONTENTMENT": 121,
    "HALVED": 122,
    "ELSEWHERE": 120,
    "SELECTED": 123,
}
# ... and of who hears whom.
TIES = {
    "PLACE": 150,
    "REWIRED": 151,
    "LEADS_TO": 152,
    "GROWTH": 153,
    "SEGMENTS_TIED": 154,
    "FIRST_PERSON": 155,
    "SECOND_PERSON": 156,
}
# ... and of whose turn it is.
TURNS = {"ACTIVATION": 160}
LEVERS = [
    "commitments.delivery",
    "commitments.response",
    "commitments.availability",
    "commitments.quality",
    "recovery.response_target",
    "recovery.apology",
    "recovery.compensation",
    "recovery.empowerment",
    "loyalty.points",
    "loyalty.tiers",
    "loyalty.expiry",
    "loyalty.endowment",
    "training",
    "recovery.verification",
    "notice",
    "personalisation",
    "retention_contact",
    "price",
    "save_offer",
    "fixed_term",
    "payment_reminder",
    "bonds",
    "referral",
    "advertising",
    "capacity",
    "motivation",
    "feedback",
]


def imported(tree: ast.AST) -> list[tuple[int, str]]:
    """Return line and full name of everything imported anywhere in a module, inside functions too."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where an arrow points"
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        elif (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module"
        ):
            found += [(node.lineno, part.value) for part in node.args if isinstance(part, ast.Constant)]
    return found


def is_face(node: ast.AST) -> bool:
    """Return whether an expression is the name of the package itself."""
    return isinstance(node, ast.Name) and node.id == "sim"


def layer(path: Path) -> str:
    """Return the layer a source file belongs to; files beside the packages are layers of their own."""
    return path.relative_to(SIM).parts[0].removesuffix(".py")


def violations(path: Path, source: str) -> list[str]:
    """Return the imports of a file that point the wrong way."""
    wrong = []
    tree = ast.parse(source)
    of_the_face = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_face(node.value)
    }
    for line, name in imported(tree):
        parts = name.split(".")
        if (
            parts[0] != "sim"
            or name == "sim.__version__"
            or (name == "sim" and of_the_face == {"__version__"})
        ):
            continue  # the version is anybody's to know
        target = parts[1] if len(parts) > 1 else PUBLIC_FACE
        if (path.relative_to(SIM).as_posix(), name.rpartition(".")[0]) in DOORS:
            continue
        if target not in ARROWS[layer(path)]:
            wrong.append(f"{path.relative_to(SIM.parent)}:{line} imports {name}")
    return wrong


# The arrows that point back: `.plot()`, `.report()` and `.write()` of a result and the tables of a run are
# promised, and open when called.
DOORS = (
    {
        (path, f"sim.report.{module}")
        for path, figure in {
            "study/comparison.py": "figures",
            "study/attribution/study.py": "attribution_figure",
            "study/pilot/plan.py": "pilot_figure",
            "study/who/effects.py": "who_figure",
        }.items()
        for module in ("figures", figure)
    }
    | {
        ("study/comparison.py", module)
        for module in ("sim.language.words", "sim.report.document.gather", "sim.report.document.write")
    }
    | {("calibration/calibrate.py", "sim.report.calibrated.write")}
    | {
        ("engine/simulation.py", f"sim.engine.hand_over.{module}")
        for module in ("covariates", "survival", "transactions", "uplift")
    }
    | {("study/known_truth/data.py", "sim.study.known_truth.readme")}
)


def forbidden(source: str) -> list[str]:
    """Return what in a rule's source differs between CPython and the compiler, or is not allowed there."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Pow):
            found.append(f"line {node.lineno}: **")
        if (
            isinstance(node, ast.Name | ast.Attribute)
            and getattr(node, "id", getattr(node, "attr", "")) == "pow"
        ):
            found.append(f"line {node.lineno}: pow")
        if (
            isinstance(node, ast.Attribute)
            and getattr(node.value, "id", "") == "math"
            and node.attr not in MATHEMATICS
        ):
            found.append(f"line {node.lineno}: math.{node.attr}")
        if isinstance(
            node, ast.Lambda | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp | ast.Try
        ):
            found.append(f"line {node.lineno}: {type(node).__name__}")
    for line, name in imported(ast.parse(source)):
        if name.split(".")[0] not in ("sim", "math", "typing", "dataclasses"):
            found.append(f"line {line}: import {name}")
    return found


def test_the_sources_are_found():
    assert {"tick", "trust", "churn"} <= {path.stem for path in BEHAVIOUR}
    assert {layer(path) for path in ALL} >= {*LOWER}


@pytest.mark.parametrize("path", BEHAVIOUR, ids=lambda path: path.stem)
def test_rules_hold_only_what_both_engines_compute_alike(path):
    assert forbidden(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "x = y ** 2",
        "x **= 2",
        "x = pow(y, 2)",
        "import math\nx = math.pow(y, 2)",
        "import numpy",
        "from numba import njit",
        "def f():\n    import mesa",
        "import math\nx = math.gamma(y)",
        "x = [y for y in z]",
        "x = lambda: 1",
    ],
)
def test_the_search_finds_what_is_forbidden(source):
    assert len(forbidden(source)) >= 1


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(SIM)))
def test_arrows_point_one_way(path):
    if path == SIM / "__init__.py":
        return  # the public face names everything
    assert violations(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("world/x.py", "from sim.behaviour import trust"),
        ("behaviour/x.py", "import sim.engine.luck"),
        ("engine/x.py", "def f():\n    from sim.study.compare import compare"),
        (
            "study/x.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sim.report import figures",
        ),
        ("evidence/x.py", "from sim import report"),
        ("report/x.py", "from sim.cli import main"),
        ("engine/x.py", "import sim\nsim.compare()"),
        ("world/x.py", "from importlib import import_module\nimport_module('sim.study.compare')"),
    ],
)
def test_the_search_finds_arrows_that_point_back(place, source):
    assert len(violations(SIM / place, source)) == 1


def test_no_circles_between_modules():
    """Follow every import of a module by a module, those inside functions too."""
    names = {
        ".".join(path.relative_to(SIM.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in ALL
    }
    graph = {}
    for name, path in names.items():
        graph[name] = set()
        if name == "sim":
            continue
        for _, target in imported(ast.parse(path.read_text(encoding="utf-8"))):
            known = target if target in names else target.rpartition(".")[0]
            # a package is initialised before its modules; only modules can go in circles
            door = (names[name].relative_to(SIM).as_posix(), known) in DOORS
            if known in names and known != name and names[known].stem != "__init__" and not door:
                graph[name].add(known)
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def numbers(module, above=0):
    """Return the whole numbers that a module names at its top, by name."""
    return {
        name: value
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int) and value > above
    }


def drawn(paths):
    """Return the names that are handed to any call in some source files."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= {getattr(part, "id", getattr(part, "attr", "")) for part in node.args}
    return found


def test_purposes_keep_their_numbers_and_are_unique():
    assert numbers(chance) == PURPOSES
    assert numbers(population, above=100) == PEOPLE
    assert {name: getattr(network, name) for name in TIES} == TIES
    assert {name: getattr(turns, name) for name in TURNS} == TURNS
    given = [*PURPOSES.values(), *PEOPLE.values(), *TIES.values(), *TURNS.values()]
    assert len(set(given)) == len(given)


def test_every_purpose_is_drawn_somewhere():
    assert set(PURPOSES) <= drawn(BEHAVIOUR)
    assert set(PEOPLE) <= drawn(
        [
            SIM / "engine" / "population.py",
            SIM / "study" / "who" / "worlds.py",
            SIM / "study" / "known_truth" / "selection.py",
        ]
    )
    assert set(TIES) <= drawn([SIM / "engine" / "network.py"])
    assert set(TURNS) <= drawn([SIM / "engine" / "turns.py"])


def test_levers_keep_their_places():
    assert list(lever_names()) == LEVERS


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("sim", ["numpy", "pandas", "numba", "mesa", "scipy", "matplotlib", "yaml"]),
        ("sim.world.scenario", ["numpy", "pandas", "numba", "mesa", "scipy", "matplotlib"]),
        ("sim.behaviour.tick", ["numpy", "pandas", "numba", "mesa", "scipy", "matplotlib"]),
        ("sim.engine.simulation", ["pandas", "numba", "mesa", "matplotlib"]),
    ],
)
def test_imports_stay_light(module, heavy, clean_environment):
    code = (
        f"import {module}, sys, json; print(json.dumps([name for name in {heavy!r} if name in sys.modules]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=clean_environment
    )
    assert json.loads(answer.stdout) == []
