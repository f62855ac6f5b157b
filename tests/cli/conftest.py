"""A study that is run by processes of its own, and what they need."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

POINTS = 24
STUDY = """
design:
  kind: sample
  points: {points}
  over:
    scenario.service.delivery.median: [20.0, 30.0]
    strategies.guarantee.commitments.delivery.payout: [0.1, 1.0]
chunk: {chunk}
strategies: [baseline, guarantee]
replications: 2
customers: {customers}
fixed: {{scenario.time.horizon: {horizon}}}
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a study of one's own and returns the folder to work in."""

    def written(points: int = POINTS, chunk: int = 2, customers: int = 30, horizon: float = 0.12) -> Path:
        path = tmp_path / "mine" / "study" / "killed.yaml"
        path.parent.mkdir(parents=True)
        text = STUDY.format(points=points, chunk=chunk, customers=customers, horizon=horizon)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return written


@pytest.fixture
def start(tmp_path: Path, clean_environment: dict[str, str]) -> Start:
    """Return a function that starts the command for that study."""

    def started(
        *words: str, environment: dict[str, str] | None = None, silent: bool = False
    ) -> "subprocess.Popen[str]":
        # A pipe would be held open by workers that outlive the process: silent where it may be killed.
        out = subprocess.DEVNULL if silent else subprocess.PIPE
        command = [sys.executable, "-m", "sim.cli", "--config-dir", "mine", "study=killed", *words]
        return subprocess.Popen(
            command,
            cwd=tmp_path,
            env=clean_environment | (environment or {}),
            stdout=out,
            stderr=out,
            text=True,
            encoding="utf-8",
        )

    return started
