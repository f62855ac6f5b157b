"""Jobs side by side: each result with its key, and an error drops what has not begun."""

import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial

import pytest

from sim.study.side_by_side import as_they_finish


def test_each_job_gives_its_result_under_its_key():
    jobs = {number: partial(pow, number, 2) for number in range(20)}
    assert dict(as_they_finish(ThreadPoolExecutor(3), jobs)) == {number: number**2 for number in range(20)}


def test_results_come_as_they_finish():
    first_may_go = threading.Event()
    jobs = {"slow": first_may_go.wait, "quick": lambda: True}
    order = []
    for key, _ in as_they_finish(ThreadPoolExecutor(2), jobs):
        order.append(key)
        first_may_go.set()
    assert order == ["quick", "slow"]


def test_jobs_that_go_alone_are_done_in_turn_and_outside_the_pool():
    threads = {}

    def job(number):
        threads[number] = threading.current_thread()
        return number

    results = as_they_finish(ThreadPoolExecutor(2), {number: partial(job, number) for number in range(9)}, 2)
    assert next(results) == (0, 0)
    assert list(threads) == [0]  # nothing else has begun
    assert next(results) == (1, 1)
    assert dict(results) == {number: number for number in range(2, 9)}
    assert {number for number, one in threads.items() if one is threading.current_thread()} == {0, 1}


def test_an_interrupt_while_one_goes_alone_begins_no_other():
    begun = []

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dict(as_they_finish(ThreadPoolExecutor(2), {"stop": stop, "other": lambda: begun.append(1)}, 1))
    assert begun == []


def test_an_error_drops_what_has_not_begun():
    begun = []
    hold = threading.Event()

    def broken():
        raise OSError("full")

    def job(number):
        begun.append(number)
        hold.wait(10)

    pool = ThreadPoolExecutor(1)
    jobs = {"broken": broken} | {number: partial(job, number) for number in range(50)}
    with pytest.raises(OSError, match="full"):
        dict(as_they_finish(pool, jobs))
    hold.set()
    pool.shutdown()
    assert len(begun) <= 1


class AtOnce(Executor):
    """Does a job when it is submitted, so that all are finished before anybody listens."""

    def submit(self, job, /):
        future = Future()
        try:
            future.set_result(job())
        except OSError as error:
            future.set_exception(error)
        return future


def test_what_is_finished_when_a_job_fails_is_handed_over_first():
    def broken():
        raise OSError("full")

    jobs = {"broken": broken} | {number: partial(pow, number, 2) for number in range(20)}
    found = {}

    def listen():
        for key, value in as_they_finish(AtOnce(), jobs):
            found[key] = value

    with pytest.raises(OSError, match="full"):
        listen()
    assert found == {number: number**2 for number in range(20)}


def test_who_stops_listening_drops_what_has_not_begun():
    begun = []
    hold = threading.Event()

    def job(number):
        begun.append(number)
        if number > 0:
            hold.wait(10)

    pool = ThreadPoolExecutor(1)
    results = as_they_finish(pool, {number: partial(job, number) for number in range(50)})
    assert next(results)[0] == 0
    results.close()
    hold.set()
    pool.shutdown()
    assert len(begun) <= 3
