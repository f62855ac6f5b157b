"""A randomised test of a message says how far it raises orders."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.calibration.contact import HALF_LIFE as HALF_LIFE_PATH
from sim.calibration.contact import PROMPT, contact_finding, raised
from sim.calibration.records.experiment import Arm
from sim.world.errors import ConfigurationError

DAYS, HALF_LIFE = 14.0, 7.0


def test_the_rise_over_the_days_is_its_mean() -> None:
    # log-rate 1 that hardly fades: e times as much; none: as much
    assert raised(np.array([1.0, 0.0]), DAYS, 1e6) == pytest.approx([np.e, 1.0], rel=1e-4)
    assert raised(np.array([1.0]), DAYS, HALF_LIFE)[0] < np.e


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    generator = np.random.default_rng(4)
    truth, rate, customers, tests = 0.6, 0.02, 20_000, 200
    lifted = 1.0 - np.exp(-rate * raised(np.array([truth]), DAYS, HALF_LIFE)[0])
    held = 0
    for number in range(tests):
        control, contacted = (
            Arm(customers, int(generator.binomial(customers, share)))
            for share in (1.0 - np.exp(-rate), lifted)
        )
        draws = contact_finding(control, contacted, DAYS, HALF_LIFE, 400, number).draws[PROMPT]
        low, high = np.quantile(draws, [0.05, 0.95])
        held += low <= truth <= high
    # binomial with 200 tests at .9, three standard errors: .9 ± .064
    assert abs(held / tests - 0.9) < 3.0 * np.sqrt(0.9 * 0.1 / tests)


def test_what_says_nothing_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="contacted: 0 of 100 ordered"):
        contact_finding(Arm(100, 4), Arm(100, 0), DAYS, HALF_LIFE, 200, 1)
    with pytest.raises(ConfigurationError, match=PROMPT):
        contact_finding(Arm(20_000, 2000), Arm(20_000, 200), DAYS, HALF_LIFE, 200, 1)


def test_a_file_gives_a_world_that_answers_as_its_customers_did(tmp_path: Path) -> None:
    generator = np.random.default_rng(6)
    truth, rate, customers = 0.9, 0.05, 30_000
    shares = {"control": 1.0 - np.exp(-rate)}
    shares["mailed"] = 1.0 - np.exp(-rate * raised(np.array([truth]), DAYS, HALF_LIFE)[0])
    arm = np.repeat(["control", "mailed"], customers)
    ordered = generator.random(2 * customers) < np.repeat(list(shares.values()), customers)
    table = pd.DataFrame({"group": arm, "ordered": ordered.astype(int), "spend": 20.0 * ordered})
    table.to_csv(tmp_path / "test.csv", index=False)
    found = sim.calibrate(experiment=tmp_path / "test.csv", draws=400)
    low, high = found.posterior.interval(PROMPT, 0.999)
    assert low <= truth <= high
    assert high - low < 0.4
    assert found.scenario.behaviour.outreach.prompt == pytest.approx(found.posterior.median(PROMPT), rel=1e-5)
    assert found.scenario.evidence[PROMPT].source.startswith("from your data: a randomised test of a message")
    assert [item.path for item in found.posterior.unsettled] == ["economics", HALF_LIFE_PATH]
    gain = found.posterior.statistic("experiment.gain")
    means = table.groupby("group")["ordered"].mean()
    assert gain.value == pytest.approx(means["mailed"] - means["control"])
    assert found.posterior.statistic("experiment.spent.gain").value == pytest.approx(20.0 * gain.value)
    assert abs(gain.value - (shares["mailed"] - shares["control"])) < 4.0 * gain.error
