"""A long study goes on where it was interrupted."""

from pathlib import Path

import pytest

from sim.study.unfinished import Notebook, finish


def jobs(done: list[str], count: int = 4):
    def job(name: str):
        def do() -> list[float]:
            done.append(name)
            return [float(len(done)), 0.1]

        return do

    return {name: job(name) for name in "abcdefgh"[:count]}


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    first: list[str] = []
    found = finish(jobs(first, 2), Notebook(path), 1)
    second: list[str] = []
    again = finish(jobs(second), Notebook(path), 1)
    assert sorted(first) == ["a", "b"]
    assert sorted(second) == ["c", "d"]
    assert {key: again[key] for key in "ab"} == found


def test_an_interruption_keeps_what_was_finished(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    done: list[str] = []
    broken = jobs(done, 2)

    def stop() -> list[float]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish({"a": broken["a"], "x": stop}, Notebook(path), 1)
    assert list(Notebook(path).done) == ["a"]


def test_a_line_that_was_cut_off_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    Notebook(path).add("a", [1.0])
    with path.open("a") as file:
        file.write('["b", [2.')
    reopened = Notebook(path)
    assert reopened.done == {"a": [1.0]}
    reopened.add("c", [3.0])
    assert Notebook(path).done == {"a": [1.0], "c": [3.0]}


def test_numbers_are_remembered_to_the_bit(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    Notebook(path).add("a", [0.1 + 0.2, float("inf")])
    assert Notebook(path).done["a"] == [0.1 + 0.2, float("inf")]


def test_progress_counts_what_was_done_before(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    Notebook(path).add("a", [1.0, 0.1])
    told: list[tuple[int, int]] = []
    finish(jobs([], 3), Notebook(path), 2, lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]


def test_forgotten_notes_are_gone(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path / "notes.jsonl")
    notebook.add("a", [1.0])
    notebook.forget()
    assert list(tmp_path.iterdir()) == []
    notebook.forget()
