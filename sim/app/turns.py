"""Whose run comes next: curves before intervals, visitors in turn, and nothing that nobody waits for.

A room of thirty shares a few threads. A run that two visitors want is run once; what a visitor no longer
wants, because the slider has moved on, is dropped before it begins.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeAlias

from sim.app.worlds import Frame, Key, Memory

Simulate = Callable[[Key], Frame]
Queues: TypeAlias = "OrderedDict[str, deque[Key]]"


class Turns:
    """A few threads that run worlds for many visitors.

    Parameters
    ----------
    simulate
        Runs one world.
    threads
        How many at once; one more runs curves alone, so that no curve waits for an interval to end.
    memory
        Where frames are kept; a new one if None.
    """

    def __init__(self, simulate: Simulate, threads: int = 2, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()
        self._simulate = simulate
        self._wake = threading.Condition()
        self._first: Queues = OrderedDict()
        self._later: Queues = OrderedDict()
        self._waiting: dict[Key, Future[Frame]] = {}
        self._running: set[Key] = set()
        self._closed = False
        work = [self._first, self._later]
        self._threads = [
            threading.Thread(target=self._work, args=(places,), daemon=True)
            for places in ([self._first], *([work] * threads))
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, visitor: str, first: Sequence[Key], later: Sequence[Key] = ()) -> list[Future[Frame]]:
        """Return futures of runs, in the order asked; what the visitor asked for before is dropped.

        Parameters
        ----------
        visitor
            Who asks.
        first
            Runs of the curve: they come before all intervals.
        later
            Runs of the interval, one visitor's after the other's.
        """
        with self._wake:
            for place, wanted in ((self._first, first), (self._later, later)):
                place.pop(visitor, None)
                queue = deque(key for key in dict.fromkeys(wanted) if self.memory.get(key) is None)
                if queue:
                    place[visitor] = queue
            futures = [self._future(key) for key in (*first, *later)]
            self._drop_unwanted()
            self._wake.notify_all()
        return futures

    def leave(self, visitor: str) -> None:
        """Drop what a visitor has asked for."""
        self.ask(visitor, ())

    def close(self) -> None:
        """End the threads after what they run at the moment."""
        with self._wake:
            self._closed = True
            self._first.clear()
            self._later.clear()
            self._drop_unwanted()
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()

    def _future(self, key: Key) -> "Future[Frame]":
        found = self.memory.get(key)
        if found is not None:
            done: Future[Frame] = Future()
            done.set_result(found)
            return done
        return self._waiting.setdefault(key, Future())

    def _drop_unwanted(self) -> None:
        wanted = {key for place in (self._first, self._later) for queue in place.values() for key in queue}
        for key in [key for key in self._waiting if key not in wanted and key not in self._running]:
            self._waiting.pop(key).cancel()

    def _next(self, places: list[Queues]) -> Key | None:
        """Return the next run: the curve of whoever has waited longest, else the next interval in turn."""
        for place in places:
            while place:
                visitor, queue = place.popitem(last=False)
                key = queue.popleft()
                if queue:
                    place[visitor] = queue  # behind the others
                waiting = None if key in self._running else self._waiting.get(key)
                if waiting is not None and waiting.set_running_or_notify_cancel():
                    return key
        return None

    def _work(self, places: list[Queues]) -> None:
        while True:
            with self._wake:
                key = self._next(places)
                while key is None and not self._closed:
                    self._wake.wait()
                    key = self._next(places)
                if key is None:
                    return
                self._running.add(key)
            try:
                found = self._simulate(key)
            except BaseException as error:
                self._done(key).set_exception(error)
            else:
                self.memory.put(key, found)
                self._done(key).set_result(found)

    def _done(self, key: Key) -> "Future[Frame]":
        with self._wake:
            self._running.discard(key)
            return self._waiting.pop(key)
