"""kill -9 at random moments: nothing finished is lost, nothing stands twice, the same command goes on."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

import sim

KILLS = int(os.environ.get("TENURE_KILLS", "5"))
"""How often something is killed: five times, and a hundred where it is asked for."""
WORDS = ("-m", "scenario=courier", "hydra/launcher=local", "hydra.launcher.n_jobs=2", "workers=1", "out=here")


def finished(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "courier").glob("*.parquet")}


def below(process: int) -> list[int]:
    """Return the processes that a process has started, and those that these have."""
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(word) for word in path.read_text().split()]
        except OSError:  # it has ended meanwhile
            continue
        found += children
        found += [one for child in children for one in below(child)]
    return found


def workers(process: int) -> list[int]:
    """Return those of them that run jobs."""
    found = []
    for one in below(process):
        try:
            command = Path(f"/proc/{one}/cmdline").read_bytes()
        except OSError:
            continue
        if b"loky" in command and b"resource_tracker" not in command:
            found.append(one)
    return found


def kill(process: int) -> bool:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def orphans() -> Iterator[list[int]]:
    """Give a list for workers that outlive a killed parent; they would wait for work for minutes."""
    found: list[int] = []
    yield found
    for one in found:
        kill(one)


@pytest.mark.parametrize("seed", [11])
def test_killed_at_random_moments_it_ends_with_the_rows_of_one_that_was_not(
    study, start, orphans: list[int], seed: int
) -> None:
    folder = study(points=48, customers=600, horizon=0.5)
    for out in ("first", "whole"):  # the first may compile; moments are those of a run that does not
        began = time.monotonic()
        process = start(*WORDS[:-1], "shards=4", f"out={out}")
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        lasts = time.monotonic() - began
    whole = finished(folder / "whole")
    assert len(whole) == 24
    expected = sim.load_results(folder / "whole")
    luck = random.Random(seed)
    kills = {"parent": 0, "worker": 0}
    midway = 0
    while sum(kills.values()) < KILLS or len(finished(folder / "here")) < len(whole):
        shards = luck.choice((1, 2, 3, 5, 8))  # and the number of shards may change
        before = finished(folder / "here")
        process = start(*WORDS, f"shards={shards}", silent=True)
        if sum(kills.values()) < KILLS:
            whom, moment = luck.choice(("parent", "worker")), luck.uniform(0.1, 1.0) * lasts
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=moment)
            running = workers(process.pid)
            while whom == "worker" and not running and process.poll() is None:
                time.sleep(0.05)  # too early: they have not been started
                running = workers(process.pid)
            if whom == "worker" and running:
                kills[whom] += kill(luck.choice(running))
            elif whom == "parent" and process.poll() is None:
                orphans += running
                kills[whom] += kill(process.pid)
        assert process.wait(timeout=300) in (0, 1, -signal.SIGKILL)
        after = finished(folder / "here")
        assert set(before) <= set(after)  # nothing finished is lost
        assert all(whole[name] == content for name, content in after.items())  # and all of it is right
        midway += 0 < len(after) < len(whole)
        if len(after) == len(whole):
            table = sim.load_results(folder / "here")
            assert not table.duplicated(["point", "strategy", "replication"]).any()
            pd.testing.assert_frame_equal(table, expected, check_exact=True)
            if sum(kills.values()) < KILLS:
                while orphans:  # they would write what the next attempt begins with
                    kill(orphans.pop())
                shutil.rmtree(folder / "here")
    assert min(kills.values()) > 0
    assert midway > 0


def test_workers_that_outlive_a_killed_parent_do_no_harm(study, start, orphans: list[int]) -> None:
    folder = study(points=48, customers=600, horizon=0.5)
    deadline = time.monotonic() + 120.0

    def wait_for_more(than: int) -> int:
        while len(finished(folder / "here")) <= than:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return len(finished(folder / "here"))

    process = start(*WORDS, "shards=2", silent=True)
    wait_for_more(0)
    orphans += workers(process.pid)
    assert kill(process.pid)
    process.wait()
    left = len(finished(folder / "here"))
    assert wait_for_more(left) < 24  # nobody else is there to write
    again = start(*WORDS, "shards=2", silent=True)  # at once: for a while both do the same
    assert again.wait(timeout=300) == 0
    table = sim.load_results(folder / "here")
    assert len(finished(folder / "here")) == 24
    assert not table.duplicated(["point", "strategy", "replication"]).any()
    assert len(table) == 48 * 2 * 2
