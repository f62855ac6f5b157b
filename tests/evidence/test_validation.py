"""A validation keeps what is finished, goes on where it stopped, and refuses what it cannot write."""

import json

import numpy as np
import pytest

from sim.evidence import validation
from sim.evidence.broken import BROKEN
from sim.evidence.check import Check, Control, Target
from sim.evidence.checks import CHECKS, LEFT_OUT
from sim.evidence.validation import Task, finished, tasks_for, validate
from sim.world.errors import ConfigurationError
from sim.world.mechanisms import mechanism_names


@pytest.fixture
def runs(monkeypatch):
    """Put two small checks in place of all, and count how often each is run."""
    counted = []

    def measure(name):
        def counting(trial):
            counted.append((name, dict(trial.planted)))
            return {"figure": np.array([0.5, 0.6])}

        return counting

    def check(name):
        return Check(
            name, name, "identity", "s", "d", 5, 2, (Target("figure", 0.0, 1.0),), measure(name),
            Control("far", measure=lambda trial: {"figure": np.array([9.0])}),
        )  # fmt: skip

    monkeypatch.setattr(validation, "CHECKS", (check("A"), check("B")))
    monkeypatch.setattr(validation, "digest", lambda: "now")
    return counted


def test_what_is_finished_is_not_run_again(runs, tmp_path):
    tasks = [Task("A"), Task("B")]
    first = validate(tasks, tmp_path, workers=1)
    assert [name for name, _ in runs] == ["A", "B"]
    second = validate(tasks, tmp_path, workers=1)
    assert len(runs) == 2
    assert {task: result.outcome for task, result in second.items()} == {
        task: result.outcome for task, result in first.items()
    }
    assert second[Task("A")].readings == first[Task("A")].readings


def test_an_interrupted_validation_goes_on(runs, tmp_path, monkeypatch):
    run_task = validation.run_task

    def interrupted(task):
        if task.check == "B":
            raise KeyboardInterrupt
        return run_task(task)

    monkeypatch.setattr(validation, "run_task", interrupted)
    with pytest.raises(KeyboardInterrupt):
        validate([Task("A"), Task("B")], tmp_path, workers=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A.json"]
    monkeypatch.setattr(validation, "run_task", run_task)
    seen = []
    validate([Task("A"), Task("B")], tmp_path, 1, lambda done, total: seen.append((done, total)))
    assert [name for name, _ in runs] == ["A", "B"]
    assert seen == [(1, 2), (2, 2)]


def test_what_was_found_with_other_sources_is_run_again(runs, tmp_path, monkeypatch):
    validate([Task("A")], tmp_path, workers=1)
    monkeypatch.setattr(validation, "digest", lambda: "later")
    assert finished(Task("A"), tmp_path) is None
    validate([Task("A")], tmp_path, workers=1)
    assert len(runs) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"digest": "now"}', '{"check": "A", "digest": "now"}'])
def test_a_file_that_is_no_result_is_run_again(runs, tmp_path, content):
    (tmp_path / "A.json").write_text(content)
    assert finished(Task("A"), tmp_path) is None


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(runs, tmp_path):
    (tmp_path / "file").write_text("taken")
    with pytest.raises(ConfigurationError, match="out: cannot write to"):
        validate([Task("A")], tmp_path / "file" / "below", workers=1)
    assert runs == []


def test_the_digest_follows_sources_and_scenarios(tmp_path):
    validation.digest.cache_clear()
    assert len(validation.digest()) == 64
    assert validation.digest() == validation.digest.__wrapped__()


def test_processes_give_what_one_process_gives(tmp_path):
    quick = [check.name for check in CHECKS if check.quick][:2]
    tasks = tasks_for(quick)
    assert len(tasks) == 2
    apart = validate(tasks, tmp_path / "apart", workers=2)
    together = validate(tasks, tmp_path / "together", workers=1)
    for task in tasks:
        assert apart[task].readings == together[task].readings
        assert apart[task].control == together[task].control


def test_all_checks_come_with_their_broken_behaviours():
    tasks = tasks_for([])
    assert [task.check for task in tasks if not task.broken] == [check.name for check in CHECKS]
    assert {task.broken for task in tasks if task.broken} == {one.name for one in BROKEN}
    assert len({task.file for task in tasks}) == len(tasks)
    assert all(one.fails for one in BROKEN)


def test_chosen_checks_come_once_and_in_order():
    first, second = CHECKS[0].name, CHECKS[1].name
    assert [task.check for task in tasks_for([second, first, second])] == [first, second]
    parts = [task.check for task in tasks_for(["C38"])]
    assert parts == [check.name for check in CHECKS if check.name[:3] == "C38"]
    assert len(parts) > 1
    assert "C3" not in parts
    quick = {task.check for task in tasks_for(["quick"])}
    assert quick == {check.name for check in CHECKS if check.quick}
    with pytest.raises(ConfigurationError, match="unknown check"):
        tasks_for(["C99"])


def test_every_entry_of_the_list_has_its_check():
    names = {check.name for check in CHECKS}
    assert len(names) == len(CHECKS)
    listed = {f"C{number}" for number in range(1, 42)}
    # An entry that mixes kinds of evidence stands as C1a, C1b and so on.
    covered = {name.rstrip("abcdefg") for name in names}
    assert listed <= covered | set(LEFT_OUT)
    assert not covered & set(LEFT_OUT)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_is_whole(check):
    assert check.targets
    assert len({target.name for target in check.targets}) == len(check.targets)
    assert all(target.low <= target.high for target in check.targets)
    assert check.source
    assert check.design
    assert check.control.text
    assert check.control.planted or check.control.measure
    assert set(check.control.misses) <= {target.name for target in check.targets}
    assert set(check.mechanisms) <= set(mechanism_names())
    assert check.seeds >= 30 or check.seeds == 1 or check.label == "identity"


@pytest.mark.parametrize("task", tasks_for(["quick"]), ids=lambda task: task.check)
def test_quick_checks_do_not_fail(task):
    result = validation.restored(json.loads(json.dumps(validation.run_task(task))))
    assert result.control_fails
    assert result.outcome != "fail", result.reason
