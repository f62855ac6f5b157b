"""VALIDATION.md is of the checks there are, and counts nothing that may not be counted."""

import re
from pathlib import Path

import pytest

from sim.evidence.broken import BROKEN
from sim.evidence.check import COUNTED
from sim.evidence.checks import CHECKS

PAGE = Path(__file__).resolve().parents[1] / "VALIDATION.md"
ROW = re.compile(
    r"^\| \[(\w+)\]\(#\w+\) \| (.+?) \| ([a-z -]+) \| \*{0,2}(pass|fail|open)\*{0,2} \| (.*) \|$", re.M
)
AGAIN = "run tenure validate and copy outputs/validation/validation.md to VALIDATION.md"


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(text):
    return {
        name: (title, label, outcome, reason) for name, title, label, outcome, reason in ROW.findall(text)
    }


def test_every_check_stands_on_the_page_as_it_is_now(rows, text):
    asked = {check.name: (check.title, check.label) for check in CHECKS}
    assert {name: (row[0].replace("\\|", "|"), row[1]) for name, row in rows.items()} == asked, AGAIN
    for check in CHECKS:
        section = text.split(f"\n### {check.name}\n", 1)[1].split("\n### ", 1)[0]
        for target in check.targets:
            assert f"| {target.name.replace('|', chr(92) + '|')} |" in section, AGAIN
            assert f" | {target.limits} | " in section, AGAIN


def test_no_recalled_figure_has_passed(rows):
    outcomes = {name: outcome for name, (_, label, outcome, _) in rows.items() if label == "recalled"}
    assert outcomes
    assert "pass" not in outcomes.values()


def test_the_headline_counts_what_may_be_counted(rows, text):
    counted = [outcome for _, label, outcome, _ in rows.values() if label in COUNTED]
    told = (
        f"**{counted.count('pass')} of {len(counted)} checks that count pass, {counted.count('fail')} fail, "
    )
    assert told + f"{counted.count('open')} open (" in text


def test_nothing_fails_and_what_is_open_says_why(rows):
    assert [name for name, row in rows.items() if row[2] == "fail"] == []
    assert [name for name, row in rows.items() if row[2] == "open" and not row[3]] == []


def test_every_control_failed_and_every_planted_fault_was_noticed(rows, text):
    assert f"; {len(rows)} of {len(rows)} controls fail as they must" in text
    faults = sum(len(broken.fails) for broken in BROKEN)
    assert f"noticed by {faults} of {faults} checks that should" in text
