"""The comparison: paired, reproducible, with exact zeros where nothing differs."""

import numpy as np
import pytest

import sim
from sim.study.compare import replication_seeds
from sim.study.metrics import METRICS, measure, starters
from sim.study.precision import FIRST_STAGE
from sim.world.errors import ConfigurationError
from sim.world.strategy import Strategy

pytestmark = pytest.mark.smoke

COLUMNS = [
    "scenario",
    "strategy",
    "metric",
    "mean",
    "ci_low",
    "ci_high",
    "difference",
    "difference_low",
    "difference_high",
    "replications",
]


@pytest.fixture(scope="module")
def scenario():
    return sim.load_scenario("courier").replace({"customers.count": 400})


@pytest.fixture(scope="module")
def comparison(scenario):
    strategies = sim.load_strategies(["baseline", "guarantee", "combined"], scenario)
    return sim.compare(scenario, [*strategies, Strategy(name="idle")], replications=4, seed=7)


def test_the_summary_has_the_columns_of_the_contract(comparison):
    summary = comparison.summary()
    assert list(summary.columns) == COLUMNS
    assert set(METRICS) <= set(summary["metric"])
    assert set(summary["strategy"]) == {"baseline", "guarantee", "combined", "idle"}
    assert (summary.dropna(subset=["mean"])["replications"] == 4).all()
    assert not summary.duplicated(["strategy", "metric"]).any()


def test_metrics_of_the_contract_exist():
    wanted = (
        "retention_rate churn_rate repeat_purchase_rate nps csat promise_keep_rate complaint_rate "
        "revenue cost profit clv customer_equity roi reach"
    )
    assert set(wanted.split()) <= set(METRICS)
    assert all(metric.formula and metric.unit for metric in METRICS.values())


def test_a_strategy_identical_to_the_baseline_differs_by_exactly_zero(comparison):
    summary = comparison.summary()
    without_difference = summary["metric"].isin(["roi", "nps_standard_error"])
    idle = summary[(summary["strategy"] == "idle") & ~without_difference]
    idle = idle.dropna(subset=["mean"])  # shares of nothing, such as points expired, have no value
    assert len(idle) > 15
    assert (idle[["difference", "difference_low", "difference_high"]] == 0.0).all(axis=None)


def test_customer_by_customer_too(comparison):
    base, idle = comparison.run("baseline", 2), comparison.run("idle", 2)
    assert base.population.tobytes() == idle.population.tobytes()


def test_differences_are_paired(comparison):
    treated, base = comparison.values("guarantee", "clv"), comparison.values("baseline", "clv")
    summary = comparison.summary().set_index(["strategy", "metric"])
    assert summary.loc[("guarantee", "clv"), "difference"] == pytest.approx(float((treated - base).mean()))


def test_reach_is_reported_for_each_lever(comparison):
    summary = comparison.summary().set_index(["strategy", "metric"])["mean"]
    assert summary["baseline", "reach"] == 0.0
    strategy = next(item for item in comparison.strategies if item.name == "combined")
    for lever in strategy.levers():
        assert 0.0 < summary["combined", f"reach.{lever}"] <= summary["combined", "reach"]


def test_segments_add_up_to_the_whole(comparison):
    segments = comparison.scenario.customers.segments
    table = comparison.summary(by="segment")
    assert list(table.columns) == ["scenario", "segment", *COLUMNS[1:]]
    assert list(dict.fromkeys(table["segment"])) == list(segments)
    for seed, run in enumerate([comparison.run("guarantee", 0), comparison.run("guarantee", 1)]):
        sizes = [(starters(run)["segment"] == place).sum() for place in range(len(segments))]
        parts = [comparison.of_segment(name).values("guarantee", "profit")[seed] for name in segments]
        whole = comparison.values("guarantee", "profit")[seed]
        assert np.average(parts, weights=sizes) == pytest.approx(whole, rel=1e-9)
    alive = [comparison.of_segment(name).trajectory("guarantee", "active") for name in segments]
    assert (sum(alive) == comparison.trajectory("guarantee", "active")).all()


def test_an_empty_segment_is_left_out_of_the_table_and_named_when_asked_for(scenario):
    alone = scenario.replace({"customers.count": 1, "time.horizon": 0.2})
    comparison = sim.compare(alone, sim.load_strategies(["baseline"], alone), replications=1)
    assert comparison.summary(by="segment")["segment"].nunique() == 1
    empty = set(alone.customers.segments) - set(comparison.peopled_segments())
    with pytest.raises(ConfigurationError, match="use more customers"):
        comparison.of_segment(empty.pop())


def test_an_unknown_metric_or_strategy_is_named(comparison):
    with pytest.raises(ConfigurationError, match="did you mean 'csat'"):
        comparison.values("guarantee", "cast")
    with pytest.raises(ConfigurationError, match="did you mean 'guarantee'"):
        comparison.difference("guarante", "csat")


def test_an_unknown_segment_is_named(comparison):
    with pytest.raises(ConfigurationError, match="households"):
        comparison.of_segment("household")


def test_cases_are_counted_once_each(comparison):
    run = comparison.run("combined")
    judged = run.events[run.events["event"].isin(["resolved", "abandoned"])]
    ledger = run.ledger
    assert ledger["cases"].sum() == len(judged)
    assert 0 < ledger["resolved_first"].sum() <= ledger["resolved"].sum() <= ledger["cases"].sum()
    assert 0 < ledger["satisfied"].sum() < ledger["cases"].sum()
    rate = METRICS["first_contact_resolution"].measure(run)
    assert rate == pytest.approx(ledger["resolved_first"].sum() / len(judged))


def test_keep_rates_by_attribute_are_those_of_the_log(comparison):
    run = comparison.run("combined")
    events = run.events
    for attribute in ("delivery", "availability"):
        about = events[events["detail"] == attribute]
        kept, broken = ((about["event"] == f"promise {end}").sum() for end in ("kept", "broken"))
        assert METRICS[f"keep_rate.{attribute}"].measure(run) == pytest.approx(kept / (kept + broken))


def test_seeds_are_not_shared_between_neighbouring_first_seeds():
    first, second = replication_seeds(1, 200), replication_seeds(2, 200)
    assert len(set(first) | set(second)) == 400
    assert replication_seeds(1, 5) == first[:5]


def test_what_is_owed_for_points_is_charged_to_the_lifetime_value(comparison):
    run = comparison.run("combined")
    assert METRICS["liability"].measure(run) > 0.0
    later = (1.0 + run.scenario.economics.discount_rate) ** -(run.scenario.time.ticks * 7.0 / 365.0)
    first = run.population[:400]  # those who were customers at the start
    worth = first["value"].mean() - first["owed"].mean() * later
    assert METRICS["clv"].measure(run) == pytest.approx(worth - run.scenario.economics.acquisition_cost)
    everybody = run.population
    equity = everybody["value"].sum() - everybody["owed"].sum() * later
    equity -= 400 * run.scenario.economics.acquisition_cost
    assert METRICS["customer_equity"].measure(run) == pytest.approx(equity)


def test_nobody_is_said_to_be_lost_before_they_could_have_bought(scenario):
    short = scenario.replace({"time.horizon": 0.1})
    run = sim.simulate(short, sim.load_strategies(["baseline"], short)[0])
    assert np.isnan(METRICS["retention_rate"].measure(run))


def test_threads_do_not_change_numbers(scenario, comparison):
    strategies = list(comparison.strategies)
    alone = sim.compare(scenario, strategies, replications=4, seed=7, workers=1)
    assert alone.summary().equals(comparison.summary())


def test_engines_give_the_same_summary(scenario):
    small = scenario.replace({"customers.count": 60, "time.horizon": 0.4})
    strategies = sim.load_strategies(["baseline", "guarantee"], small)
    compiled = sim.compare(small, strategies, replications=2, seed=3)
    plain = sim.compare(small, strategies, replications=2, seed=3, engine="mesa")
    assert compiled.summary().equals(plain.summary())


def test_progress_counts_every_run(scenario):
    small = scenario.replace({"customers.count": 20, "time.horizon": 0.2})
    calls = []
    strategies = sim.load_strategies(["baseline", "guarantee"], small)
    sim.compare(small, strategies, replications=3, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (6, 6)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_kpis_are_tidy(comparison):
    kpis = comparison.kpis()
    assert len(kpis) == 4 * 4 * comparison.scenario.time.ticks
    assert {"scenario", "strategy", "seed", "tick", "active", "profit"} <= set(kpis.columns)


@pytest.fixture(scope="module")
def few(scenario):
    small = scenario.replace({"customers.count": 200, "time.horizon": 0.5})
    return small, sim.load_strategies(["baseline", "guarantee", "over_promise"], small)


@pytest.fixture(scope="module")
def precise(few):
    return sim.compare(*few, seed=5, precision=0.015)


def test_a_precision_is_reached_for_every_strategy(precise):
    assert set(precise.half_widths()) == {"guarantee", "over_promise"}
    summary = precise.summary().set_index(["metric", "strategy"])
    for strategy, half in precise.half_widths().items():
        row = summary.loc[("survival_rate", strategy)]
        assert 0.0 < half <= 0.015
        assert (row["difference_high"] - row["difference_low"]) / 2 == pytest.approx(half)
    # else the first stage would have been enough, and what follows would show nothing
    assert len(precise.seeds) == precise.replications_needed() > FIRST_STAGE


def test_the_replications_of_a_precision_are_the_first_of_those_that_are_counted(few, precise):
    counted = sim.compare(*few, replications=len(precise.seeds), seed=5)
    assert precise.seeds == counted.seeds == replication_seeds(5, 200)[: len(precise.seeds)]
    for strategy in ("guarantee", "over_promise"):
        for metric in ("survival_rate", "clv"):
            assert (precise.values(strategy, metric) == counted.values(strategy, metric)).all()
    # the width comes from the first stage, hence is another one than that of the usual interval
    usual, own = (one.difference("over_promise", "survival_rate") for one in (counted, precise))
    assert own.mean == usual.mean
    assert own.half_width != usual.half_width


def test_a_precision_takes_the_same_replications_whatever_runs_them(few, precise):
    alone = sim.compare(*few, seed=5, precision=0.015, workers=1)
    assert alone.summary().equals(precise.summary())
    tiny = few[0].replace({"customers.count": 30, "time.horizon": 0.2}), few[1]
    compiled = sim.compare(*tiny, precision=0.1)
    assert sim.compare(*tiny, precision=0.1, engine="mesa").summary().equals(compiled.summary())


def test_a_precision_that_takes_too_long_ends_and_says_so(few, precise):
    ended = sim.compare(*few, seed=5, precision=0.015, max_replications=FIRST_STAGE + 1)
    assert len(ended.seeds) == FIRST_STAGE + 1 < ended.replications_needed() == len(precise.seeds)
    assert max(ended.half_widths().values()) > 0.015


def test_a_strategy_that_changes_nothing_needs_no_more_than_the_first_stage(few):
    compared = sim.compare(few[0], [few[1][0], Strategy(name="idle")], precision=0.001)
    assert len(compared.seeds) == FIRST_STAGE
    assert compared.half_widths() == {"idle": 0.0}


@pytest.mark.parametrize("asked", [{"replications": 3}, {"precision": 0.015}])
def test_whole_replications_are_shown_as_they_come(few, asked):
    shown = []
    final = sim.compare(*few, seed=5, workers=1, provisional=lambda *so_far: shown.append(so_far), **asked)
    done = len(final.seeds)
    assert [len(comparison.seeds) for comparison, _ in shown] == list(range(1, done + 1))
    first = FIRST_STAGE if "precision" in asked else done
    assert [planned for _, planned in shown] == [first] * first + [done] * (done - first)
    for comparison, _ in shown:
        counted = len(comparison.seeds)
        assert comparison.seeds == final.seeds[:counted]
        for strategy in ("baseline", "guarantee", "over_promise"):
            so_far = comparison.values(strategy, "survival_rate")
            assert (so_far == final.values(strategy, "survival_rate")[:counted]).all()
    assert shown[-1][0].summary().equals(final.summary())


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"precision": 0.0}, "precision"),
        ({"precision": 0.5}, "precision"),
        ({"precision": float("nan")}, "precision"),
        ({"precision": 0.01, "replications": 30}, "precision"),
        ({"precision": 0.01, "max_replications": FIRST_STAGE - 1}, "max_replications"),
    ],
)
def test_mistakes_about_precision_are_named(few, changes, key):
    with pytest.raises(ConfigurationError) as caught:
        sim.compare(*few, **changes)
    assert caught.value.key == key


def test_a_precision_needs_a_difference(few):
    with pytest.raises(ConfigurationError, match="compare at least two"):
        sim.compare(few[0], few[1][:1], precision=0.01)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"baseline": "base"}, "baseline"),
        ({"replications": 0}, "replications"),
        ({"workers": 0}, "workers"),
    ],
)
def test_mistakes_are_named(scenario, changes, key):
    strategies = sim.load_strategies(["baseline"], scenario)
    with pytest.raises(ConfigurationError) as caught:
        sim.compare(scenario, strategies, **changes)
    assert caught.value.key == key


def test_the_nps_error_is_that_of_its_answers(comparison):
    run = comparison.run("baseline")
    answers = run.events[run.events["event"] == "recommendation answer"]
    assert len(answers) == run.ledger["asked"].sum()
    answers = answers[answers["tick"] >= run.scenario.time.ticks - 52]  # the last year, in weeks
    promoters, detractors = (answers["value"] >= 9).mean(), (answers["value"] <= 6).mean()
    assert METRICS["nps"].measure(run) == pytest.approx(100 * (promoters - detractors))
    spread = np.sqrt((promoters + detractors - (promoters - detractors) ** 2) / len(answers))
    assert METRICS["nps_standard_error"].measure(run) == pytest.approx(100 * spread)


def test_no_ratio_is_given_where_the_means_is_the_price():
    # With fewer customers two runs cannot tell what is spent from nothing, and no ratio has an interval.
    scenario = sim.load_scenario("telecom").replace({"customers.count": 400, "time.horizon": 1.5})
    strategies = sim.load_strategies(["baseline", "save_offer", "compensation"], scenario)
    compared = sim.compare(scenario, strategies, replications=3, seed=1)
    assert np.isnan(compared.interval("save_offer", "roi").mean)
    assert not np.isnan(compared.interval("compensation", "roi").mean)


ALONE = {
    f"mechanisms.{name}": False for name in ("word_of_mouth", "reviews", "queue", "engagement", "feedback")
} | {"market.prospects": 0.0}


def test_strategies_that_share_lives_compare_as_those_run_one_by_one():
    scenario = sim.load_scenario("courier").replace({"customers.count": 300, "time.horizon": 0.5} | ALONE)
    strategies = sim.load_strategies(["baseline", "fast_recovery", "guarantee"], scenario)
    shared = sim.compare(scenario, strategies, replications=2, workers=1)
    apart = sim.compare(scenario, strategies, replications=2, workers=3)  # too few seeds for the threads
    assert shared.summary().equals(apart.summary())
    assert shared.summary(by="segment").equals(apart.summary(by="segment"))
    whole = sim.simulate(scenario, strategies[1], shared.seeds[0])
    found = shared.outcomes["fast_recovery"][0].metrics
    np.testing.assert_equal(measure(whole, strategies[1].levers()), found)


def test_simultaneous_intervals_hold_the_single_ones(comparison):
    found = comparison.simultaneous("survival_rate")
    assert "baseline" not in found
    for name, interval in found.items():
        single = comparison.difference(name, "survival_rate")
        assert interval.mean == pytest.approx(single.mean)
        assert interval.low <= single.low + 1e-12
        assert interval.high >= single.high - 1e-12
