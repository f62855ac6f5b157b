"""Every command and snippet of the README and the how-to pages runs, cheaper where it takes long.

A page is worked through from top to bottom in a folder of its own: files that it shows are written, Python is
run, commands are given as they stand there. What is left out is listed below with its reason.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.cli import DATA, main
from sim.cli.analyses import ANALYSES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"# (?:file: )?([\w/.]+\.yaml)\b")

EXEMPT = {
    "python3 -m venv": "installs the project; .ci/run does it",
    ".venv/bin/pip install": "installs the project and runs these very tests; .ci/run does both",
    "pip install": "installs an extra; .ci/run installs all of them",
    "solara run": "serves until it is stopped; tests/browser opens it",
    "tenure validate": "takes 22 minutes; tests/evidence runs the checks one by one",
    "tenure validate C9 C16": "takes a minute; tests/test_cli.py validates others by name",
    "tenure validate engines": "takes minutes; tests/engine/test_engines_equal.py holds the engines together",
    "tenure calibrate targets": "takes a minute; tests/calibration/fitting fits with few runs",
    "tenure calibrate survey": "as targets",
    "tenure calibrate orders=orders.csv columns.complaint": "as targets",
    "tenure app": "serves until it is stopped; tests/browser opens it",
    "python -m sim.evidence.reference": "takes a minute; tests/evidence runs it on a small world",
}
"""What is not run, by how it begins (or whole), and why."""

SHORT = "scenario.time.horizon=0.3"
VARIED = "vary=[behaviour.trust]"
CHEAP = {
    "": ["customers=40", "replications=2", SHORT],
    "money": ["customers=40", "replications=2", SHORT],
    "search": ["customers=40", "replications=2", "trials=3", SHORT],
    "select": ["customers=40", "first=3", SHORT],
    "attribute": ["customers=20", "replications=2", "by=section", SHORT],
    "sensitivity": [
        "customers=30",
        "replications=2",
        "trajectories=2",
        "samples=0",
        "seeds=1",
        SHORT,
        VARIED,
    ],
    "discover": ["customers=20", "replications=2", "draws=60", "fresh=20", "seeds=1", SHORT, VARIED],
    "who": ["customers=20", "scenario.time.horizon=0.1"],
    "pilot": ["customers=100", "replications=3", "weeks=[9,13]", "pilots=4", "per_arm=20"],
    "study=keep_rate": [
        *("scenario=courier", "customers=40", "replications=2", "draws=0", "keep_rates=[0.5,0.95]"),
        *("coarse_rates=[0.5,0.95]", "payouts=[]", "publicities=[]", "strictness=[]"),
    ],
    "study=payout": ["customers=30", "replications=1"],
    "benchmark-data": ["customers=40", "channel_lucks=2", "scenario.time.horizon=0.1"],
    "report": [],
    "calibrate": [],
    "forecast": [],
}
"""What is added to a command so that it takes seconds: by its first word, "" for the main job."""

SMALLER = {
    r"\bcustomers=20000\b": "customers=60",
    r"\breplications=50\b": "replications=3",
    r"\bassumptions=200\b": "assumptions=10",
    r"\bbudget=600\b": "budget=40",
    r"\bprecision=0.005\b": "precision=0.05 max_replications=20",
    r"\breplications=30\b": "replications=2",
    r"load_scenario\(\"courier\"\)$": 'load_scenario("courier").replace({"customers.count": 60})',
}
"""What is replaced for the same reason."""

IN_ONE_PIECE = ("hand-over",)
"""Pages whose Python goes on from snippet to snippet; a test of their own runs it: test_hand_over.py."""


def smaller(text: str) -> str:
    for large, small in SMALLER.items():
        text = re.sub(large, small, text, flags=re.M)
    return text


def exempt(command: str) -> bool:
    return any(
        command == begin or (command.startswith(begin) and not begin.startswith("tenure validate"))
        for begin in EXEMPT
    )


def commands(block: str) -> Iterator[str]:
    """Yield the commands of a block without their comments."""
    for line in block.replace("\\\n", " ").splitlines():
        bare = re.sub(r"\s+#.*$", "", line).strip()
        if bare and not bare.startswith("#"):
            yield bare


def pieces(page: Path) -> Iterator[tuple[str, str]]:
    """Yield what a page shows, in order: (kind, text) with kind command, python, file or output."""
    for language, block in FENCED.findall(page.read_text(encoding="utf-8")):
        if language in ("", "bash"):
            yield from (("command", command) for command in commands(block))
        else:
            yield {"python": "python", "yaml": "file", "text": "output"}[language], block


def cheaper(command: str) -> list[str]:
    """Return the words of a command with what makes it cheap."""
    words = shlex.split(smaller(command))[1:]
    keys = [word for word in words if word in CHEAP or word.split("=")[0] == "study"]
    first = next(iter(keys), "")
    if first == "" and (not words or "=" not in "".join(words) or words[0] in LISTINGS):
        return words if words else CHEAP[""]
    extra = CHEAP[first]
    given = {word.split("=")[0] for word in words}
    if "precision" in given:
        extra = [word for word in extra if not word.startswith("replications")]
    return [*words, *(word for word in extra if word.split("=")[0] not in given)]


LISTINGS = (
    "scenarios",
    "strategies",
    "presets",
    "levers",
    "parameters",
    "metrics",
    "order",
    "odd",
    "results",
)


def run_python(text: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", smaller(text)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_what_a_page_shows_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = list(pieces(page))
    for kind, text in shown:
        if kind == "file":
            named = FILE.match(text)
            assert named, f"a file without a name:\n{text}"
            target = tmp_path / named.group(1)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    run = 0
    for kind, text in shown:
        if kind == "python" and page.stem not in IN_ONE_PIECE:
            run_python(text, tmp_path)
        elif kind == "command" and not exempt(text):
            assert text.startswith("tenure "), f"neither run nor exempt: {text}"
            words = cheaper(text)
            assert main(words) == 0, f"{words}\n{capsys.readouterr().err}"
            run += 1
        capsys.readouterr()
    assert run >= 2 or any(kind == "python" for kind, _ in shown)


def test_what_is_exempt_is_still_shown_somewhere() -> None:
    shown = [text for page in PAGES for kind, text in pieces(page) if kind == "command"]
    here = {begin for begin in EXEMPT if any(text.startswith(begin) for text in shown)}
    assert set(EXEMPT) - here <= {"tenure app"}  # it may come and go with the README


def test_what_is_made_smaller_is_made_smaller() -> None:
    assert cheaper("tenure assumptions=200") == ["assumptions=10", *CHEAP[""]]
    assert cheaper("tenure levers") == ["levers"]
    assert "customers=40" in cheaper('tenure money "strategies=[baseline,guarantee]"')
    assert set(CHEAP) - {"", "study=keep_rate", "study=payout", "report", *DATA} <= set(ANALYSES)


def test_a_command_that_fails_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("```bash\ntenure levels\n```\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [(kind, text)] = pieces(page)
    assert kind == "command"
    assert main(cheaper(text)) == 2
    with pytest.raises(AssertionError):
        run_python("import sim\nassert not sim.scenarios()", tmp_path)


LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "docs" / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda p: p.stem
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
