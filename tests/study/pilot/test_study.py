"""Planned experiments: contamination, simulated power, interruptions, mistakes."""

import math

import numpy as np
import pytest

import sim
from sim.study.pilot.arms import FIGURES, arms, contrast, experiment, lasting
from sim.study.pilot.plan import PilotPlan, risks
from sim.study.pilot.power import power_with
from sim.study.pilot.study import plan_pilot
from sim.study.unfinished import Notebook
from sim.world.errors import ConfigurationError
from sim.world.scenario import Scenario
from sim.world.strategy import Strategy

ALONE = {
    "market.prospects": 0.0,
    "network.kind": "none",
    "mechanisms.reviews": False,
    "mechanisms.queue": False,
    "mechanisms.engagement": False,
    "mechanisms.feedback": False,
}
BASELINE = Strategy(name="baseline")
BROKEN = Strategy(name="broken").replace(
    {"commitments.delivery": {"threshold": 17.0, "publicity": 1.0, "honest": False}}
)
"""A promise that is broken more often than not: people leave, and tell others."""
NOTHING = Strategy(name="nothing").replace({"training": {}, "phases": {"never": {"levers": []}}})


@pytest.fixture(scope="module")
def together() -> Scenario:
    """Return a world in which customers talk and queue."""
    return sim.load_scenario("courier").replace({"customers.count": 400})


@pytest.fixture(scope="module")
def alone(together: Scenario) -> Scenario:
    """Return the same world with everybody alone."""
    return together.replace(ALONE)


@pytest.fixture(scope="module")
def plan(together: Scenario) -> PilotPlan:
    """Return the plan of an experiment where people talk."""
    return plan_pilot(together, BROKEN, 40, weeks=(13,), pilots=150)


def test_simulated_power_is_nominal(plan: PilotPlan) -> None:
    # Two errors: 150 experiments have a standard error of .033; the effect that the number of customers was
    # planned with is known from 40 replications only, and power moves by its slope there. 4 standard errors
    # of both together. (6000 experiments and 800 replications gave .802 where .801 was nominal.)
    option, rehearsal = plan.chosen, plan.rehearsal
    assert option is not None
    assert rehearsal is not None
    assert rehearsal.per_arm == option.per_arm
    assert rehearsal.nominal == pytest.approx(0.8, abs=0.01)
    known = (option.estimate.high - option.estimate.low) / 2.0 / 2.02
    moved = [
        power_with(option.effect.resized(option.estimate.mean + sign * known), option.per_arm, 0.05)
        for sign in (-1, 1)
    ]
    error = math.hypot(0.5 * abs(moved[0] - moved[1]), math.sqrt(0.8 * 0.2 / 150))
    assert error < 0.05
    assert rehearsal.power().mean == pytest.approx(0.8, abs=4.0 * error)
    assert rehearsal.power().low < rehearsal.power().mean < rehearsal.power().high
    assert rehearsal.wrong().mean == 0.0
    # A test without anybody treated: .025 to one side, a standard error of .013.
    assert rehearsal.false_wins().mean <= 0.025 + 4.0 * 0.013


def test_smaller_experiments_find_less_and_overstate(together: Scenario, plan: PilotPlan) -> None:
    small = plan_pilot(together, BROKEN, 40, weeks=(13,), pilots=100, per_arm=40)
    rehearsal = small.rehearsal
    assert rehearsal is not None
    assert plan.rehearsal is not None
    assert rehearsal.power().high < plan.rehearsal.power().low
    assert rehearsal.nominal == pytest.approx(rehearsal.power().mean, abs=4.0 * math.sqrt(0.25 / 100))
    assert rehearsal.exaggeration() > plan.rehearsal.exaggeration() > 1.0
    assert small.chosen is not None
    assert plan.chosen is not None
    assert small.chosen.per_arm == plan.chosen.per_arm


def test_what_is_shown_is_the_whole_effect_and_the_bias(together: Scenario) -> None:
    # The arms themselves, without the help of a world that nobody is treated in: the difference of both has
    # the expectation that the plan states. 60 lucks; 4 standard errors of the difference.
    world = lasting(together, 13.0)
    figure = FIGURES["retention_rate"]
    stated, shown = [], []
    for luck in range(60):
        row = contrast(world, BASELINE, BROKEN, figure, 0.5, luck, "compiled")
        stated.append(row[0] + row[1])
        shown.append(row[4] - row[2])
    gap = np.subtract(shown, stated)
    assert abs(gap.mean()) < 4.0 * gap.std(ddof=1) / math.sqrt(60)
    assert np.std(stated) < 0.7 * np.std(shown)  # what the pairing is for


def test_word_of_mouth_contaminates_and_being_alone_does_not(alone: Scenario, plan: PilotPlan) -> None:
    single = plan_pilot(alone, BROKEN, 10, weeks=(13,), pilots=2, per_arm=20)
    assert single.options[0].bias == (0.0, 0.0, 0.0)
    assert single.options[0].estimate == single.options[0].whole
    bias = plan.options[0].bias
    # Those held against them hear of the broken promise too: the experiment understates the harm.
    assert plan.options[0].whole.high < 0.0 < bias.low


def test_arms_are_drawn_of_their_size_and_do_not_overlap() -> None:
    treated, control = arms(100, 30, 5)
    assert treated.sum() == control.sum() == 30
    assert not (treated & control).any()
    assert (arms(100, 30, 6)[0] != treated).any()


def test_an_experiment_with_nobody_treated_shows_luck_only(together: Scenario) -> None:
    world = lasting(together, 13.0)
    row = experiment(world, BASELINE, NOTHING, FIGURES["orders"], 100, 3, "compiled")
    assert row[:4] == row[4:]
    assert row[0] != row[2]


def test_metrics_other_than_shares(together: Scenario) -> None:
    for metric in ("orders", "revenue", "profit"):
        found = plan_pilot(together, BROKEN, 4, weeks=(9,), metric=metric, pilots=2, per_arm=20)
        option = found.options[0]
        assert not option.effect.binary
        assert option.per_arm_low <= option.per_arm <= option.per_arm_high
    assert option.profit.mean < 0.0


def test_where_nothing_is_to_be_shown_no_experiment_is_planned(together: Scenario) -> None:
    found = plan_pilot(together, NOTHING, 3, weeks=(9, 10), pilots=5)
    assert [option.per_arm for option in found.options] == [math.inf, math.inf]
    assert found.chosen is None
    assert found.rehearsal is None
    assert risks(found) == {}
    assert found.summary().chosen.tolist() == [False, False]


def test_the_cheapest_duration_is_chosen_and_the_summary_is_tidy(together: Scenario) -> None:
    found = plan_pilot(together, BROKEN, 6, weeks=(9, 13), pilots=3, per_arm=20, share=0.2, prior=0.1)
    table = found.summary().set_index("weeks")
    assert found.chosen is not None
    assert table.chosen.to_dict() == {9.0: found.chosen.weeks == 9.0, 13.0: found.chosen.weeks == 13.0}
    assert found.chosen.spending == min(option.spending for option in found.options)
    np.testing.assert_allclose(table.estimate, table.whole + table.bias)
    assert (table.false_win_risk > 0.2).all()  # few ideas work
    assert set(risks(found)) >= {"false_win_risk", "simulated_power"}


def test_an_interrupted_plan_goes_on(together: Scenario, tmp_path) -> None:
    path = tmp_path / "runs"
    options = {"weeks": (9.0,), "pilots": 4, "per_arm": 20}

    def stop(done: int, total: int) -> None:
        assert total == 4 + 4
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_pilot(together, BROKEN, 4, progress=stop, notebook=Notebook(path), **options)
    calls: list[int] = []
    again = plan_pilot(
        together,
        BROKEN,
        4,
        progress=lambda done, _: calls.append(done),
        notebook=Notebook(path),
        workers=3,
        **options,
    )
    assert calls == [7, 8]
    whole = plan_pilot(together, BROKEN, 4, workers=1, **options)
    assert again.summary().equals(whole.summary())
    assert again.rehearsal is not None
    assert whole.rehearsal is not None
    np.testing.assert_array_equal(again.rehearsal.z, whole.rehearsal.z)


@pytest.mark.parametrize(
    ("options", "key", "told"),
    [
        ({"strategy": Strategy(name="idle")}, "strategy", "has no levers"),
        ({"baseline": BROKEN}, "baseline", "levers of its own"),
        ({"metric": "retention"}, "metric", "did you mean 'retention_rate'"),
        ({"power": 1.0}, "power", "0.5 to 0.999"),
        ({"power": 0.3}, "power", "0.5 to 0.999"),
        ({"significance": 0.0}, "significance", "0.0001 to 0.5"),
        ({"share": 0.6}, "share", "0.01 to 0.5"),
        ({"prior": 0.0}, "prior", "0.001 to 0.999"),
        ({"replications": 1}, "replications", "at least 2"),
        ({"pilots": 1}, "pilots", "at least 2"),
        ({"per_arm": 5}, "per_arm", "at least 20"),
        ({"workers": 0}, "workers", "at least 1"),
        ({"weeks": ()}, "weeks", "empty"),
        ({"weeks": (13.0, 13.0)}, "weeks", "stands twice"),
        ({"weeks": (600.0,)}, "weeks", "1 to 520 weeks"),
        ({"weeks": (5.0,)}, "weeks", "at least 9"),
        (
            {"strategy": BROKEN.replace({"phases": {"late": {"start": 20.0}}}), "weeks": (13.0,)},
            "weeks",
            "over before 'broken' is rolled out",
        ),
        ({"engine": "messa"}, "engine", "did you mean 'mesa'"),
    ],
)
def test_mistakes_are_told(together: Scenario, options, key: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan_pilot(together, **{"strategy": BROKEN, **options})
    assert caught.value.key == key
    assert told in str(caught.value)
