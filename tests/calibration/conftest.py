"""What the tests of calibration share: the published summary of an online shop, and files."""

from pathlib import Path

import pandas as pd
import pytest

from sim.world.library import shipped


@pytest.fixture(scope="session")
def cdnow_file() -> Path:
    """Return the file with frequency, recency and age (weeks) of the customers of an online shop."""
    return shipped("scenarios") / "aggregates" / "cdnow_summary.csv"


@pytest.fixture(scope="session")
def cdnow(cdnow_file):
    """Return frequency, recency and age in weeks."""
    table = pd.read_csv(cdnow_file)
    return tuple(table[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T"))


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write(text: str, name: str = "data.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
