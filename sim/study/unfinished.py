"""A long study remembers what it has done, so that it goes on after an interruption."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sim.study.side_by_side import as_they_finish

Values = Sequence[float]
Job = Callable[[], Values]
Progress = Callable[[int, int], None]


class Notebook:
    """Results by key, a line of JSON each; a line that was cut off by an interruption does not count.

    Parameters
    ----------
    path
        File to keep them in, made when the first result comes; None to keep them in memory only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.done: dict[str, list[float]] = {}
        self._cut_off = False
        if path is not None and path.exists():
            text = path.read_text(encoding="utf-8")
            self._cut_off = bool(text) and not text.endswith("\n")
            for line in text.splitlines():
                try:
                    key, values = json.loads(line)
                except ValueError:
                    continue
                self.done[key] = values

    def add(self, key: str, values: Values) -> None:
        """Remember a result."""
        self.done[key] = list(values)
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(("\n" if self._cut_off else "") + json.dumps([key, self.done[key]]) + "\n")
        self._cut_off = False

    def forget(self) -> None:
        """Take the file away, when all that stood in it stands in the results."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def finish(
    jobs: Mapping[str, Job], notebook: Notebook, workers: int, progress: Progress | None = None
) -> dict[str, list[float]]:
    """Do the jobs that are not done yet, in threads, and return the results of all by key.

    Parameters
    ----------
    jobs
        What to do, by key; results must not depend on the order.
    notebook
        Where results are kept; written by the calling thread only.
    workers
        Threads.
    progress
        Called with (jobs done, jobs in all) after each job.
    """
    missing = [key for key in jobs if key not in notebook.done]
    finished = len(jobs) - len(missing)
    for key, values in as_they_finish(ThreadPoolExecutor(workers), {key: jobs[key] for key in missing}, 1):
        notebook.add(key, values)
        finished += 1
        if progress is not None:
            progress(finished, len(jobs))
    return {key: notebook.done[key] for key in jobs}
