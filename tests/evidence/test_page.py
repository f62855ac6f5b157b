"""The page says what was found, and counts what may be counted."""

import csv
import io

import numpy as np
import pytest

from sim.evidence import validation
from sim.evidence.broken import Broken
from sim.evidence.check import LABELS, Check, Control, Reading, Result, Target
from sim.evidence.page import COLUMNS, by_label, headline, noticed, page, planted, rows
from sim.evidence.validation import Task

TARGET = Target("share | who stay", 0.0, 1.0, "about a half")


def result(name, label, value, *, control=9.0, open_because=""):
    check = Check(
        name, f"title of {name}", label, "Somebody 1999", "two arms", 1000, 30, (TARGET,),
        lambda trial: {TARGET.name: np.array([value])}, Control("none of it", {"a": 1.0}),
        open_because=open_because,
    )  # fmt: skip
    return Result(
        check,
        (Reading(TARGET, value, value - 0.1, value + 0.1, 30),),
        (Reading(TARGET, control, control, control, 30),),
    )


@pytest.fixture
def results(monkeypatch):
    monkeypatch.setattr(validation, "BROKEN", (Broken("all alike", {"x.y": 0.0}, ("C1", "C2", "C7")),))
    return {
        Task("C1"): result("C1", "identity", 0.5),
        Task("C2"): result("C2", "out of sample", 3.0),
        Task("C3"): result("C3", "blind", 0.5),
        Task("C4"): result("C4", "recalled", 0.5),
        Task("C5"): result("C5", "fitted", 0.5),
        Task("C6"): result("C6", "out of sample", 2.0, open_because="no such mechanism"),
        Task("C1", "all alike"): result("C1", "identity", 2.0),
        Task("C2", "all alike"): result("C2", "out of sample", 3.0),
        Task("C7a", "all alike"): result("C7a", "identity", 0.5),
        Task("C7b", "all alike"): result("C7b", "identity", 5.0),
    }


def test_the_headline_counts_identities_published_and_blind_figures_alone(results):
    text = headline(results)
    assert text.startswith("2 of 4 checks that count pass, 1 fail, 1 open (1 miss a target")
    assert "6 of 6 controls fail as they must" in text
    # C1 agreed and does not any more; C2 had not agreed before, so it shows nothing.
    # Of C7 one part notices, which is enough.
    assert "; identity: 1 of 1; out of sample: 0 of 2; blind: 1 of 1; 2 more not counted" in text
    assert "1 planted faults, noticed by 2 of 3 checks that should" in text
    assert {check: noticed(tasks, results) for (_, check), tasks in planted(results).items()} == {
        "C1": True,
        "C2": False,
        "C7": True,
    }


def test_a_recalled_figure_is_counted_nowhere(results):
    line = next(line for line in by_label(results) if line[0] == "recalled")
    assert line[2:] == (1, 0, 0, 1)
    assert "recalled, not confirmed" in page(results)


def test_every_label_stands_on_the_page_with_its_meaning(results):
    text = page(results)
    for label, meaning in LABELS.items():
        assert f"| {label} | {meaning} |" in text


def test_the_page_shows_every_check_with_what_was_asked_and_what_its_control_gave(results):
    text = page(results)
    for name in ("C1", "C2", "C3", "C4", "C5", "C6"):
        assert f"### {name}\n" in text
    assert "share \\| who stay | about a half | 0 to 1 | 0.5 [0.4, 0.6] | pass | 9 [9, 9] | 8 | yes |" in text
    assert "no such mechanism" in text
    assert "| all alike | `x.y=0` | C1 | yes |" in text
    assert "| all alike | `x.y=0` | C2 | **no** |" in text


def test_rows_have_all_columns(results):
    found = list(rows(results))
    assert len(found) == 10
    assert all(set(row) == set(COLUMNS) for row in found)
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    writer.writerows(found)
    assert len(written.getvalue().splitlines()) == 11
    assert [row["counts"] for row in found] == [True, True, True, False, False, True, *[False] * 4]
