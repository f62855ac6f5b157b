"""Run what is missing of a sweep, in threads, file by file, and stop where it is told to."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from sim.study.sweep.chunks import chunk_table, write_chunk
from sim.study.sweep.points import Result, run_point
from sim.study.sweep.sweep import Chunk, Sweep

Progress = Callable[[int, int], None]
STOP = ".stop"
"""A file that tells every shard of a sweep to stop, with why in it."""


class PointFailedError(Exception):
    """A point failed where the first failure was to stop the sweep."""


def run_shard(
    sweep: Sweep,
    folder: Path,
    number: int = 0,
    shards: int = 1,
    *,
    workers: int = 2,
    fail_fast: bool = False,
    progress: Progress | None = None,
) -> None:
    """Make the files of a shard that are not there yet.

    Parameters
    ----------
    sweep
        What is run.
    folder
        Where the files stand.
    number, shards
        Which of how many shards; files are dealt to them in turn.
    workers
        Threads.
    fail_fast
        Whether the first point that fails stops this shard and all others.
    progress
        Called with (points done, points in all) of the shard.

    Raises
    ------
    PointFailedError
        If a point failed and that was to stop the sweep.
    ConfigurationError
        If a file cannot be written.
    """
    dealt = sweep.shard(number, shards)
    missing = [chunk for chunk in dealt if not (folder / chunk.name).exists()]
    in_all = sum(len(chunk.points) for chunk in dealt)
    done = in_all - sum(len(chunk.points) for chunk in missing)
    stop = folder / STOP if fail_fast else None
    open_chunks = (chunk for chunk in missing if not (folder / chunk.name).exists())  # by another, meanwhile
    for chunk, results in run_chunks(sweep, open_chunks, workers, stop):
        write_chunk(chunk_table(sweep, chunk, results), folder / chunk.name)
        done += len(results)
        if progress is not None:
            progress(done, in_all)


def run_chunks(
    sweep: Sweep, chunks: Iterable[Chunk], workers: int, stop: Path | None = None
) -> Iterator[tuple[Chunk, list[Result]]]:
    """Yield the results of files as they become whole.

    Parameters
    ----------
    sweep
        What is run.
    chunks
        Whose points are run, in turn.
    workers
        Threads.
    stop
        A file that is written where a point fails, and that stops the run wherever it comes from; None
        if failed points are results like others.
    """
    found: dict[str, dict[int, Result]] = {}
    jobs = (
        ((chunk, number), partial(run_point, sweep, number)) for chunk in chunks for number in chunk.points
    )
    # Plain Python gains nothing from threads.
    for (chunk, _), result in in_turn(jobs, 1 if sweep.engine == "mesa" else workers):
        if stop is not None:
            _stop_at(result, sweep, stop)
        parts = found.setdefault(chunk.name, {})
        parts[result.number] = result
        if len(parts) == len(chunk.points):
            yield chunk, [parts[number] for number in chunk.points]
            del found[chunk.name]


def _stop_at(result: Result, sweep: Sweep, stop: Path) -> None:
    if result.error:
        told = f"{sweep.scenario.name}: {sweep.design.told(result.number)} failed: {result.error}"
        stop.parent.mkdir(parents=True, exist_ok=True)
        stop.write_text(told + "\n", encoding="utf-8")
        raise PointFailedError(told)
    if stop.exists():
        raise PointFailedError(stop.read_text(encoding="utf-8").strip())


Key = tuple[Chunk, int]


def in_turn(jobs: Iterator[tuple[Key, Callable[[], Result]]], workers: int) -> Iterator[tuple[Key, Result]]:
    """Yield key and result of jobs as they finish; a thread that is free takes the next one.

    The first goes alone: it compiles, which threads could only wait for. An interrupt or an error drops
    what has not begun.
    """
    for key, job in jobs:
        yield key, job()
        break
    pool = ThreadPoolExecutor(workers)
    taking, over = threading.Lock(), threading.Event()
    finished: SimpleQueue[tuple[Key, Result] | BaseException | None] = SimpleQueue()

    def work() -> None:
        try:
            while not over.is_set():
                with taking:
                    taken = next(jobs, None)
                if taken is None:
                    break
                finished.put((taken[0], taken[1]()))
        except BaseException as error:
            over.set()
            finished.put(error)
        finished.put(None)

    try:
        for _ in range(workers):
            pool.submit(work)
        working = workers
        while working:
            found = finished.get()
            if isinstance(found, BaseException):
                raise found
            if found is None:
                working -= 1
            else:
                yield found
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)
