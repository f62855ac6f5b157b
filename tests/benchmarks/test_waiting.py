"""How long a user waits for the help and for a first answer: CPU seconds of the process, all threads."""

import os
import signal
import statistics
import subprocess
import sys

import pytest
from racing import ROUNDS, counted, keep_rows
from terminal import opened

TENURE = [sys.executable, "-m", "sim.cli"]
# Compiling takes half a minute: measured only where it is asked for.
CACHES = ["cached", "cold"] if os.environ.get("TENURE_COLD") else ["cached"]
GOALS = {"cached": 3.0, "cold": 30.0}


def cpu_seconds(process):
    """Return what a process that ends has used, in user and system time."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def keep(benchmark, what, seconds, goal):
    """Keep a row of the table in which the goal is the peer, at least as long as ours."""
    keep_rows(benchmark, what, statistics.median(seconds), (f"{goal:g} s CPU", goal, 1.0))


def test_the_help(benchmark, tmp_path, clean_environment):
    seconds = []

    def ask():
        process = subprocess.Popen(
            [*TENURE, "--help"], cwd=tmp_path, env=clean_environment, stdout=subprocess.DEVNULL
        )
        seconds.append(cpu_seconds(process))
        assert process.returncode == 0

    benchmark.pedantic(ask, rounds=ROUNDS, warmup_rounds=1)
    keep(benchmark, "`tenure --help`", counted(seconds), 0.5)


@pytest.mark.parametrize("cache", CACHES)
def test_the_first_provisional_table(benchmark, tmp_path, clean_environment, cache):
    seconds, folders = [], iter(range(100))

    def wait():
        own = {"TENURE_CACHE": str(tmp_path / f"cache{next(folders)}")} if cache == "cold" else {}
        session = opened(TENURE, tmp_path, clean_environment | own, rows=40, columns=130)
        assert session.read(until="PROVISIONAL, 2 of 30 replications")
        session.process.send_signal(signal.SIGKILL)  # at once: what comes after is not waited for
        seconds.append(cpu_seconds(session.process))
        os.close(session.controller)

    if cache == "cold":
        benchmark.pedantic(wait, rounds=1)
    else:
        benchmark.pedantic(wait, rounds=ROUNDS, warmup_rounds=1)
    keep(benchmark, f"first provisional table of `tenure`, {cache}", counted(seconds), GOALS[cache])
