"""MODEL.md is what the code says of itself; who changes the code writes it anew."""

from pathlib import Path

from sim.cli.listings import patterns
from sim.report.odd import is_current

MODEL = Path(__file__).resolve().parents[1] / "MODEL.md"


def test_the_model_description_is_current():
    assert is_current(MODEL, patterns()), "write it anew: tenure odd > MODEL.md"
