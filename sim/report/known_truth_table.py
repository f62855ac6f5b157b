"""The table of what logs with known truth say, held against the truth."""

from typing import TYPE_CHECKING

import numpy as np

from sim.report.text import aligned
from sim.study.known_truth.channels import CHANNELS
from sim.study.known_truth.data import BenchmarkData

if TYPE_CHECKING:
    import pandas as pd


def known_truth_table(data: BenchmarkData) -> str:
    """Return truth and estimates of the chance to stay as text, in points."""
    effects, selection = data.effects, data.selection
    scenario = effects.scenario
    true = data.truth()
    stays = true[(true["outcome"] == "stayed") & np.isfinite(true["low"])]
    said = data.estimates()
    said = said[said["outcome"] == "stayed"]
    rule = {"risk": "those at risk", "buying": "heavy buyers, by themselves"}[selection.by]
    parts = [
        f"{scenario.title or scenario.name}: '{effects.strategy.name}' given to some of "
        f"{len(effects.people):,} customers over {scenario.time.horizon:g} years; chance to stay, in points",
        f"the truth, over {len(effects.lucks):,} lucks:",
        _rows(stays, "estimand"),
        f"what the logs say (randomised: one half; observational: {rule}, "
        f"log-odds {selection.strength:g} per standard deviation):",
        _rows(said, "estimate"),
        f"spillover on those not treated, by channel (of {len(CHANNELS)}, one open at a time):",
        _rows(data.channels().assign(log=""), "channel"),
    ]
    return "\n\n".join(parts)


def _rows(table: "pd.DataFrame", name: str) -> str:
    value = "value" if "value" in table.columns else "effect"
    rows = [["log", name, "points", ""]] if table["log"].any() else [[name, "points", ""]]
    for row in table.to_dict("records"):
        cells = [str(row[name]), _points(row[value]), _limits(row["low"], row["high"])]
        rows.append([str(row["log"]), *cells] if len(rows[0]) == 4 else cells)
    return aligned(rows, head=True)


def _points(value: float) -> str:
    return f"{100.0 * value:+.2f}" if np.isfinite(value) else "–"


def _limits(low: float, high: float) -> str:
    return f"[{_points(low)}, {_points(high)}]" if np.isfinite(low) else ""
