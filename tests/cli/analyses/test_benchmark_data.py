"""`tenure benchmark-data` as a user runs it. Its mistakes stand in tests/bad_configs."""

import json

import pandas as pd

from sim.cli import main

QUICK = (
    "benchmark-data", "customers=40", "scenario.time.horizon=0.1", "channel_lucks=2", "start=2025-03-01",
    "out=found",
)  # fmt: skip


def test_logs_and_truth_are_shown_and_written(folder, capsys):
    assert main([*QUICK, "strategy=over_promise", "chosen_by=buying"]) == 0
    out = capsys.readouterr().out
    assert "'over_promise' given to some of 40 customers" in out
    for line in ("direct effect", "intention to treat", "naive", "word of mouth alone"):
        assert line in out
    place = folder / "found"
    tables = {path.stem for path in place.glob("*.csv")}
    assert tables == {path.stem for path in place.glob("*.parquet")}
    assert tables == {
        "randomised_customers", "randomised_transactions", "observational_customers",
        "observational_transactions", "truth", "truth_customers", "spillover_channels", "estimates",
    }  # fmt: skip
    assert not list(place.glob(".unfinished*"))
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["configuration"]["start"] == "2025-03-01"
    assert manifest["selection"]["by"] == "buying"
    assert {"version", "packages", "source_digest"} <= set(manifest)
    assert set(manifest["files"]) == {path.name for path in place.iterdir()} - {"manifest.json"}
    assert pd.read_parquet(place / "randomised_transactions.parquet")["date"].min() == pd.Timestamp(
        "2025-03-01"
    )
    assert (place / "README.md").read_text(encoding="utf-8").startswith("# Logs with known truth")
