"""Contract tables, survival tables, surveys and targets, with what is wrong in some."""

import numpy as np
import pytest

from sim.calibration.contracts import contract_findings, contract_statistics, tallies
from sim.calibration.posterior import joined
from sim.calibration.records.contracts import read_contracts
from sim.calibration.records.options import Options
from sim.calibration.records.survey import read_survey
from sim.calibration.records.survivals import read_survival
from sim.calibration.records.targets import read_targets
from sim.calibration.survey import survey_statistics
from sim.world.errors import ConfigurationError

HIGH_END = "year,high_end\n0,100\n1,86.9\n2,74.3\n3,65.3\n4,59.3\n5,55.1\n6,51.7\n7,49.1\n"


def contracts(extra=""):
    """Return twenty yearly contracts: ten end after one to three years, ten go on at the end of 2023."""
    rows = ["customer,start,end,price,plan"]
    for number in range(20):
        end = "" if number % 2 else f"20{21 + number % 3}-01-{number + 1:02d}"
        rows.append(
            f"c{number},2020-01-{number + 1:02d},{end},{10 + number % 4},{'basic' if number < 14 else 'plus'}"
        )
    return "\n".join(rows) + "\n" + extra


def test_renewals_are_counted_from_dates(written):
    found = read_contracts(written(contracts()), Options(end="2023-12-31"))
    assert found.period == 365.0
    assert "renewed every year (guessed" in "\n".join(found.table.told())
    assert found.ended.sum() == 10
    assert sorted(found.renewals[found.ended]) == [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert (found.renewals[~found.ended] == 3.0).all()
    assert found.plans == ("basic", "plus")


BAD_ROWS = {
    "x,2022-01-01,2021-01-01,5,basic": "ends before it starts",
    "x,2024-06-01,,5,basic": "began after the end of the observation, 2023-12-31",
    "x,,2021-01-01,5,basic": "no date of the start",
    "x,someday,,5,basic": "no date of the start",
    "c1,2020-01-02,,11,basic": "repeats an earlier row",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_contract_that_is_left_out_is_counted(written, row):
    found = read_contracts(written(contracts(f"{row}\n")), Options(end="2023-12-31"))
    whole = [item for item in found.table.left_out if item.whole]
    assert [(item.count, item.rows) for item in whole] == [(1, (22,))]
    assert BAD_ROWS[row] in whole[0].reason
    assert len(found.renewals) == 20


def test_everybody_gone_and_nobody_gone_are_results_with_their_limits(written):
    rows = contracts().splitlines()
    gone = read_contracts(written("\n".join([rows[0], *rows[1::2]])), Options(end="2023-12-31"))
    assert "every contract has ended" in "\n".join(gone.table.told())
    assert len(joined(contract_findings(gone, 200)).histories) == 0
    going = read_contracts(written("\n".join([rows[0], *rows[2::2]])), Options(end="2023-12-31"))
    assert "no contract has ended" in "\n".join(going.table.told())
    found = joined(contract_findings(going, 200))
    assert not found.settled("customers.exit.alpha")
    assert "customers.exit" in [item.path for item in found.unsettled]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("customer,price\nc1,5\n", "columns.start: .*neither when contracts began"),
        ("customer,start\nc1,2020-01-01\n", "columns.end: nothing says which contracts have ended"),
        ("customer,start,end\nc1,2020-01-01,2021-01-01\n", "holds 1 contract; nothing can be said"),
        ("customer,tenure\nc1,5\n", "columns.churned: nothing says"),
    ],
)
def test_a_contract_table_of_which_nothing_can_be_made(written, text, message):
    with pytest.raises(ConfigurationError, match=message):
        read_contracts(written(text), Options())


def test_contracts_by_periods_lasted(written):
    rows = ["customerID,tenure,Churn"] + [f"c{n},{n % 6},{'Yes' if n % 2 else 'No'}" for n in range(30)]
    found = read_contracts(written("\n".join(rows)), Options())
    lost, there = tallies(found)
    assert lost.sum() == 15
    assert there[0].tolist() == [5, 0, 5, 0, 5, 0]
    assert found.period == pytest.approx(365.0 / 12.0)


def test_the_published_series_of_renewals(written):
    found = read_survival(written(HIGH_END), Options())
    assert "shares are taken to be of 1,000 customers" in "\n".join(found.table.told())
    posterior = joined(contract_findings(found, 1000))
    fitted = posterior.closed_forms["sbg"]
    assert (round(fitted["alpha"], 3), round(fitted["beta"], 3)) == (0.668, 3.806)
    assert round(fitted["log_likelihood"], 1) == -1611.2
    low, high = posterior.interval("customers.exit.alpha")
    assert low < 0.668 < high
    assert posterior.settled("customers.exit.alpha")
    assert posterior.given["customers.contract.period"][0] == 365.0
    survival = {item.name: item.value for item in contract_statistics(found)}
    assert survival["contracts.survival.7"] == pytest.approx(0.491)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("year,alive\n0,100\n1,80\n2,90\n", r"row 4: 90 are left after 80"),
        ("year,alive\n0,100\n2,80\n", "row 3: periods do not run on"),
        ("year,alive\n0,100\n1,-5\n", "row 3: fewer than 0 are left"),
        ("year,alive\n0,0\n1,0\n", "somebody in the first"),
        ("year,alive\n0,100\n", "needs two periods"),
        ("year,alive\n0,100\n1,many\n2,50\n", "do not run on"),
    ],
)
def test_a_survival_table_that_cannot_be(written, text, message):
    with pytest.raises(ConfigurationError, match=message):
        read_survival(written(text), Options())


@pytest.mark.parametrize(
    ("rest", "line"),
    [("1,100\n2,100\n", "no contract has ended"), ("1,40\n2,0\n", "every contract has ended")],
)
def test_a_survival_table_of_all_or_nobody_states_its_limits(written, rest, line):
    found = read_survival(written("year,alive\n0,100\n" + rest), Options())
    assert any(note.startswith(line) for note in found.table.notes)
    opened = {item.path for part in contract_findings(found, 200, 1) for item in part.unsettled}
    assert ("customers.exit" in opened) == line.startswith("no contract")


def test_negative_prices_and_complaints_are_counted(written):
    rows = "".join(f"c{number},{number},no,10,1\n" for number in range(12))
    text = "customer,tenure,churn,price,complaints\n" + rows + "c12,3,yes,-5,1\nc13,3,yes,0,-2\n"
    found = read_contracts(written(text), Options())
    assert [(item.reason, item.rows, item.whole) for item in found.table.left_out] == [
        ("a negative price", (14,), False),
        ("a price of 0 says nothing of prices", (15,), False),
        ("a negative number of complaints", (15,), False),
    ]
    assert len(found.renewals) == 14


def test_a_survey_on_its_scale(written):
    generator = np.random.default_rng(1)
    mood = generator.normal(size=200)
    answers = [np.clip(np.round(7.0 + 1.5 * mood + generator.normal(size=200)), 1, 10) for _ in range(3)]
    rows = ["sat1,sat2,nps"] + [",".join(f"{value:g}" for value in row) for row in zip(*answers, strict=True)]
    path = written("\n".join(rows))
    found = read_survey(path, Options(columns={"satisfaction": "sat1+sat2"}), "1-10")
    assert set(found.answers) == {"satisfaction", "recommendation"}
    figures = {item.name: item for item in survey_statistics(found)}
    by_hand = np.corrcoef((answers[0] + answers[1]) / 2.0, answers[2])[0, 1]
    assert figures["survey.correlation.satisfaction.recommendation"].value == pytest.approx(by_hand)
    score = 100.0 * ((answers[2] >= 9).mean() - (answers[2] <= 6).mean())
    assert figures["survey.nps"].value == pytest.approx(score)
    with pytest.raises(
        ConfigurationError, match=r"columns\.satisfaction: row \d+ lies outside the scale 1 to 5"
    ):
        read_survey(path, Options(columns={"satisfaction": "sat1+sat2"}), "1-5")
    with pytest.raises(ConfigurationError, match="is no question of a survey; did you mean 'trust'"):
        read_survey(path, Options(columns={"trst": "sat1"}))
    apart = read_survey(
        path, Options(columns={"satisfaction": "sat1+sat2"}), "recommendation:0-10,satisfaction:1-10"
    )
    assert apart.scales == {"satisfaction": (1.0, 10.0), "recommendation": (0.0, 10.0)}
    assert apart.answers["recommendation"] == pytest.approx(answers[2] / 10.0)
    for scale, message in (
        ("trst:1-5", "scale: 'trst' is no question of a survey; did you mean 'trust'"),
        ("trust:5-1", "scale: '5-1' is no scale; for example scale=1-10, or"),
        ("many", "scale: 'many' is no scale"),
    ):
        with pytest.raises(ConfigurationError, match=message):
            read_survey(path, Options(), scale)


def test_numbered_wordings_of_a_question_are_guessed_and_told(written):
    columns = ["CUSA1", "CUSA2", "CUSL1", "CUSL2", "CUSL3", "IMAG1", "IMAG2", "trust_1", "trust_2"]
    path = written("\n".join([",".join(columns), *(["1,3,4,5,6,7,8,9,10", "5,7,4,5,6,7,8,1,2"] * 10)]))
    found = read_survey(path, Options(), "1-10")
    assert found.table.mapped.columns == {
        "satisfaction 1": "CUSA1",
        "satisfaction 2": "CUSA2",
        "trust": "IMAG1",  # a whole name comes before numbered ones
        "recommendation": "CUSL3",
        "stay": "CUSL1",
        "price": "CUSL2",
    }
    assert found.answers["satisfaction"][:2] == pytest.approx([1.0 / 9.0, 5.0 / 9.0])
    assert any("satisfaction is taken for CUSA1+CUSA2 (guessed)" in note for note in found.table.notes)
    # what is said comes first, and its columns are not guessed to be something else
    chosen = {"trust": "trust_1+trust_2", "satisfaction": "CUSL3", "stay": ""}
    mapped = read_survey(path, Options(columns=chosen), "1-10").table.mapped.columns
    assert mapped == {
        "satisfaction": "CUSL3",
        "trust 1": "trust_1",
        "trust 2": "trust_2",
        "price": "CUSL2",
    }


def test_a_survival_table_among_contracts_is_told_where_it_belongs(written):
    path = written("year,high_end_pct\n0,100\n1,87\n2,74\n")
    with pytest.raises(ConfigurationError, match="looks like a survival table, a row per period; survival="):
        read_contracts(path, Options())
    with pytest.raises(ConfigurationError, match="says neither when contracts began"):
        read_contracts(written("year,size,colour\n0,100,1\n", "other.csv"), Options())


def test_targets_are_metrics_with_errors(written):
    path = written(
        "retention: {value: 0.8, error: 0.01}\nnps: {value: 31, error: 2, source: own}\n", "t.yaml"
    )
    figures = {item.name: (item.value, item.error) for item in read_targets(path)}
    assert figures == {"targets.retention_rate": (0.8, 0.01), "targets.nps": (31.0, 2.0)}
    for text, message in (
        ("retension: {value: 1, error: 1}", "did you mean"),
        ("nps: 30", "needs a value and its standard error"),
        ("nps: {value: 30, error: 0}", "is not above 0"),
        ("retention: {value: 80, error: 1}", "is no share"),
        ("nps: {value: many, error: 1}", "expected a number"),
    ):
        with pytest.raises(ConfigurationError, match=message):
            read_targets(written(text, "bad.yaml"))
