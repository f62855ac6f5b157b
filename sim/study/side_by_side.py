"""Do jobs side by side and hand each result over as soon as it is there."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def as_they_finish(
    pool: Executor, jobs: Mapping[Key, Callable[[], Value]], alone: int = 0
) -> Iterator[tuple[Key, Value]]:
    """Yield key and result of each job in the order in which they finish.

    An interrupt, an error of a job or of who receives the results drops what has not begun, and does
    not wait for the rest; what is finished when a job fails is handed over first.

    Parameters
    ----------
    pool
        Threads or processes; shut down at the end.
    jobs
        What to do, by key.
    alone
        How many jobs go first, one after the other and outside the pool: a first run compiles, which
        threads could only wait for; plain Python gains nothing from threads.
    """
    first = list(jobs)[:alone]
    try:
        for key in first:
            yield key, jobs[key]()
        keys = {pool.submit(job): key for key, job in jobs.items() if key not in first}
        given: set[Future[Value]] = set()
        for done in as_completed(keys):
            if done.exception() is not None:  # what else is finished by then is not lost
                for other in keys:
                    if other not in given and other.done() and other.exception() is None:
                        given.add(other)
                        yield keys[other], other.result()
            given.add(done)
            yield keys[done], done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
