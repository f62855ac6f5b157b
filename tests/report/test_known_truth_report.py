"""The table of what logs with known truth say: figures in points, and a sign where there is none."""

import sim
from sim.report.known_truth_table import known_truth_table


def table_of(customers, **settings):
    scenario = sim.load_scenario("courier").replace({"customers.count": customers, "time.horizon": 0.1})
    strategy = sim.load_strategies(["over_promise"], scenario)[0]
    data = sim.benchmark_data(scenario, strategy, channel_lucks=2, **settings)
    return data, known_truth_table(data)


def test_the_figures_of_the_tables_stand_there_in_points():
    data, text = table_of(60, chosen_by="buying", confounding=0.5)
    truth = data.truth()
    whole = truth[(truth.estimand == "average effect") & (truth.outcome == "stayed")].iloc[0]
    told = f"average effect {100 * whole.value:+.2f} [{100 * whole.low:+.2f}, {100 * whole.high:+.2f}]"
    assert told in " ".join(text.split())
    assert "heavy buyers, by themselves, log-odds 0.5 per standard deviation" in text
    assert text.count("spillover on those not treated") == 2
    assert "no channel           +0.00   [+0.00, +0.00]" in text


def test_of_a_single_customer_there_is_no_estimate():
    text = table_of(1)[1]
    assert "intention to treat             –" in text
    assert "nan" not in text
